/* tests/usb/model_other: a keyboard, judged by the service's own driver. */
#include "tests/usb/model_other.h"

#include "scanners/hid_pos.h"
#include "tests/check.h"
#include "tests/usb/host_rig.h"

static void test_a_keyboard_is_no_scanner_and_answers_nothing_of_its_own(void)
{
	static const struct usb_setup get_descriptor = { 0x81, 6, 0x2200, 0, 4096 };
	static const struct usb_setup get_report = { 0xa1, 1, 0x0100, 0, 8 };
	struct model *keyboard = model_keyboard_new();
	struct scan_collector collector = { 0 };
	AUTO_BUF answer = { 0 };
	struct err err = { 0 };

	bus = bus_new(1, NULL, NULL);
	bus_plug(bus, 1, keyboard);
	check_int(request(&get_descriptor, bytes_of(NULL, 0), &answer), 0);
	check_int(answer.len, 65);
	check(!scanner_driver_hid_pos.begin(&collector, buf_bytes(&answer), &err));
	check(!bus_private_touched(bus)); /* reading descriptors harms nobody */
	check_int(request(&get_report, bytes_of(NULL, 0), &answer), -EPIPE);
	check(bus_private_touched(bus));
	scan_collector_done(&collector);
	bus_free(bus);
	model_free(keyboard);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_keyboard_is_no_scanner_and_answers_nothing_of_its_own),
	};

	return check_run("usb/model_other", tests, ARRAY_LEN(tests));
}
