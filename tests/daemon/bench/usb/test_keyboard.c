/*
 * daemon/bench/usb/hid: scanners that play a keyboard, on a real libusb: listed and never touched
 * until one is assigned as a keyboard; then their keys are scans, and the desktop's no more.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "scanners/keyboard.h"
#include "scanners/wedge.h"
#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_keyboard.h"

#define IDENTITY "usb:0581:020c@1-1"

static struct {
	struct model_keyboard *model;
	struct scanner *scanner;
} it;

static void plug(void)
{
	table_plug(1, &it.model->model);
}

static void begin_unassigned(void)
{
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_scanning_keyboard_new();
	plug();
}

static void begin_set(const struct scanner_settings *settings)
{
	begin_unassigned();
	it.scanner = table_scanner_listening("keyboard", settings, IDENTITY);
}

static void begin(void)
{
	begin_set(NULL);
}

static void end(void)
{
	scanner_free(it.scanner);
	table_end();
	model_free(&it.model->model);
}

static void type(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_keyboard_type(it.model, text));
	umock_end(table.umock);
}

static void test_a_keyboard_that_nobody_assigned_is_listed_and_never_touched(void)
{
	begin_unassigned();
	it.model->model.is_private = true;
	table_wait_list(IDENTITY " scanner 1-1; ");
	table_jump(USB_LOOK_MS);
	table_settle();
	struct bus_record record = table_record(1);

	check_int(record.opened, 0);
	check_int(record.claims, 0);
	check_int(record.requests, 0);
	check_int(record.transfers, 0);
	check_str(table_driver(1), "usbhid");
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	end();
}

/* One that is assigned as HID POS is a scanner that was set up anew: it is not robbed. */
static void test_a_keyboard_is_not_claimed_as_another_kind_of_scanner(void)
{
	begin_unassigned();
	it.scanner = table_scanner(IDENTITY);
	table_wait("gone; ");
	check_contains(table_list(), "is no scanner that talks hid_pos");
	table_wait_trouble("it may talk: keyboard; set it up anew");
	check_int(table_record(1).opened, 0);
	check_str(table_driver(1), "usbhid");
	end();
}

static void test_what_an_assigned_one_types_is_a_scan(void)
{
	begin();
	check_str(table_driver(1), "usbfs");
	type("S900000100034");
	table_wait("scan S900000100034 ; ");
	type("s-900 100131");
	table_wait("scan s-900 100131 ; ");
	/* the protocol that its report descriptor describes */
	(void)umock_begin(table.umock);
	check_int(it.model->protocols, 1);
	check_int(it.model->protocol, 1);
	umock_end(table.umock);
	table_wait_list(IDENTITY " scanner 1-1 assigned; ");
	end();
}

static void test_it_types_as_the_country_that_it_is_set_to(void)
{
	const struct scanner_settings german = { .keyboard = keyboard_layout_find("de") };

	begin_set(&german);
	type("XYZ-1");
	/* on a German keyboard Y and Z change places, and the key behind 0 is another */
	table_wait("scan XZY\xc3\x9f"
		   "1 ; ");
	end();
}

static void test_its_lights_are_never_lit_and_it_is_told_nothing(void)
{
	struct err err = { 0 };

	begin();
	type("900000100034");
	table_wait("scan ");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	check_ok(scanner_feedback(it.scanner, SCAN_NOT_STORED, &err), &err);
	table_settle();
	(void)umock_begin(table.umock);
	check_int(it.model->lights, 0);
	umock_end(table.umock);
	end();
}

static void test_the_desktop_does_not_get_it_back(void)
{
	begin();
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_wait_driver(1, NULL);
	table_settle();
	check_str(table_driver(1), NULL);
	end();
}

static void test_one_pulled_in_mid_scan_tells_nothing_of_it(void)
{
	begin();
	table_fault(1, MODEL_KEYBOARD_IN, BUS_FAULT_UNPLUG, 7 * MODEL_KEYBOARD_REPORT_LEN);
	type("900000100034");
	table_wait_all("gone; ");
	buf_reset(&table.told);
	model_in_clear(&it.model->model, MODEL_KEYBOARD_IN);
	plug();
	table_wait("here; ");
	table_run(2 * USB_STALE_TEXT_MS);
	type("900000100131");
	table_wait_all("scan 900000100131 ; ");
	end();
}

static void part_type(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_keyboard_type_part(it.model, text));
	umock_end(table.umock);
	table_settle();
}

/* It types when it is opened, a key each 100 ms: slow, but there are such. */
static void test_the_tail_of_a_scan_that_began_before_is_none(void)
{
	begin_unassigned();
	it.scanner = table_scanner_talking("keyboard", NULL, IDENTITY);
	table_wait("here; ");
	table_jump(100);
	part_type("9");
	table_jump(100);
	type("100131");
	table_settle();
	table_jump(USB_STALE_TEXT_MS);
	table_settle();
	type("900000100034");
	table_wait_all("scan 900000100034 ; ");
	end();
}

/* It types for so long that it is listened to before it is done. */
static void test_the_tail_of_a_long_scan_that_began_before_is_refused(void)
{
	begin_unassigned();
	it.scanner = table_scanner_talking("keyboard", NULL, IDENTITY);
	table_wait("here; ");
	for (int ms = 0; ms <= USB_STALE_TEXT_MAX_MS; ms += 100) {
		part_type("9");
		table_jump(100);
	}
	type("100131");
	table_settle();
	type("900000100034");
	table_wait_all("broken: USB device '" IDENTITY "' was in the middle of something when it "
		       "was opened; broken: a report makes no sense; scan 900000100034 ; ");
	end();
}

/* The head of one scan and the tail of another make no scan. */
static void test_half_a_scan_and_silence_are_dropped_with_all_up_to_the_next_end(void)
{
	begin();
	(void)umock_begin(table.umock);
	check(model_keyboard_type_part(it.model, "9000001"));
	umock_end(table.umock);
	table_settle();
	table_jump(WEDGE_TIMEOUT_MS);
	table_wait_all("broken: the rest of a scan did not come; ");
	buf_reset(&table.told);
	type("00034");
	type("900000100131");
	table_wait_all("broken: a report makes no sense; scan 900000100131 ; ");
	end();
}

static void test_a_stall_in_mid_scan_drops_it(void)
{
	begin();
	table_fault(1, MODEL_KEYBOARD_IN, BUS_FAULT_STALL, 6 * MODEL_KEYBOARD_REPORT_LEN);
	type("900000100034");
	table_wait("broken: USB device '" IDENTITY "' stalled; broken: a report makes no sense; ");
	type("900000100131");
	table_wait("scan 900000100131 ; ");
	end();
}

static void test_a_report_that_is_too_long_drops_the_scan(void)
{
	begin();
	(void)umock_begin(table.umock);
	check(model_keyboard_type_part(it.model, "9000"));
	umock_end(table.umock);
	table_run(20);
	table_fault(1, MODEL_KEYBOARD_IN, BUS_FAULT_BABBLE, 0);
	type("00100034");
	table_wait("broken: USB device '" IDENTITY
		   "' sent more than it may; broken: a report makes no sense; ");
	type("900000100131");
	table_wait_all("scan 900000100131 ; ");
	end();
}

static void test_many_scans_in_a_row_lose_no_key(void)
{
	AUTO_BUF told = { 0 };

	begin();
	for (unsigned i = 0; i < 20; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%012u", i * 7919);
		type(text);
		buf_addf(&told, "scan %s ; ", text);
	}
	table_wait_all(buf_str(&told));
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_keyboard_that_nobody_assigned_is_listed_and_never_touched),
		CHECK_TEST(test_a_keyboard_is_not_claimed_as_another_kind_of_scanner),
		CHECK_TEST(test_what_an_assigned_one_types_is_a_scan),
		CHECK_TEST(test_it_types_as_the_country_that_it_is_set_to),
		CHECK_TEST(test_its_lights_are_never_lit_and_it_is_told_nothing),
		CHECK_TEST(test_the_desktop_does_not_get_it_back),
		CHECK_TEST(test_one_pulled_in_mid_scan_tells_nothing_of_it),
		CHECK_TEST(test_the_tail_of_a_scan_that_began_before_is_none),
		CHECK_TEST(test_the_tail_of_a_long_scan_that_began_before_is_refused),
		CHECK_TEST(test_half_a_scan_and_silence_are_dropped_with_all_up_to_the_next_end),
		CHECK_TEST(test_a_stall_in_mid_scan_drops_it),
		CHECK_TEST(test_a_report_that_is_too_long_drops_the_scan),
		CHECK_TEST(test_many_scans_in_a_row_lose_no_key),
	};

	return check_run("daemon/bench/usb/keyboard", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
