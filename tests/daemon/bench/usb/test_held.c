/*
 * daemon/bench/usb: an enrolled scanner is nobody else's, on a real libusb: not its second
 * interface, not what a configuration code made of it, and another one in its place is not heard.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include "daemon/bench/usb/sha256.h"
#include "tests/daemon/bench/usb/hid_rig.h"
#include "tests/usb/model_composite.h"
#include "tests/usb/model_keyboard.h"

static void type(void)
{
	(void)umock_begin(table.umock);
	check(model_composite_type(it.model));
	umock_end(table.umock);
}

static size_t unread(void)
{
	(void)umock_begin(table.umock);
	size_t len = model_composite_unread(it.model);

	umock_end(table.umock);
	return len;
}

/* The scanner as it was enrolled; `then` makes of it what is plugged in. */
static void begin_enrolled(void (*then)(struct model_hid_pos *scanner))
{
	static char hash[SHA256_HEX + 1];

	begin_unplugged(HID_POS_HONEYWELL);
	memcpy(hash, table_hash(model_hid_pos_model(it.model)), sizeof(hash));
	table.enrolled = hash;
	if (then)
		then(it.model);
	plug();
	it.scanner = table_scanner(IDENTITY);
}

/* Claimed, and nothing else was asked of it or fetched; it is told why. */
static void check_is_held(const char *why)
{
	table_wait("gone; ");
	check_contains(table_list(), why);
	check_str(table_driver(1), "usbfs");
	table_jump(USB_LOOK_MS);
	table_settle();
	check_str(table_driver(1), "usbfs");
	check(!is_viewed_here());
	check_int(table_record(1).opened, 1);
	check_int(table_record(1).transfers, 0);
	check_int(table_record(1).requests, 0);
	check_str(buf_str(&table.told), "");
}

static void test_one_that_is_what_was_enrolled_is_heard(void)
{
	begin_enrolled(NULL);
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	end();
}

static void test_of_two_interfaces_both_are_taken_and_one_is_heard(void)
{
	begin_unplugged(HID_POS_HONEYWELL);
	model_composite_make(it.model);
	plug();
	check_str(table_driver_of(1, MODEL_COMPOSITE_KEYBOARD), "usbhid");
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	check_str(table_driver_of(1, MODEL_COMPOSITE_SCANNER), "usbfs");
	check_str(table_driver_of(1, MODEL_COMPOSITE_KEYBOARD), "usbfs");
	table_run(2 * USB_STALE_SCANNER_MS);
	type();
	size_t typed = unread();

	scan("900000100034");
	table_wait_all("scan 900000100034 ]C0; ");
	check_int(unread(), typed);
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_wait_driver(1, NULL);
	check_str(table_driver_of(1, MODEL_COMPOSITE_KEYBOARD), NULL);
	end();
}

/* The same ids and serial number in the same socket. */
static void test_another_one_in_its_place_is_held_and_not_heard(void)
{
	begin_enrolled(model_composite_make);
	check_is_held("is not what was enrolled");
	check_str(table_driver_of(1, MODEL_COMPOSITE_KEYBOARD), "usbfs");
	type();
	scan("900000100034");
	table_settle();
	check_int(table_record(1).transfers, 0);
	check_str(buf_str(&table.told), "");
	table_wait_trouble("enrol it again");
	end();
}

static void test_one_that_became_a_keyboard_is_held(void)
{
	begin_enrolled(model_composite_make_keyboard);
	check_is_held("is not what was enrolled");
	end();
}

/* The hash is right: it was enrolled as another thing than it is assigned as now. */
static void test_a_keyboard_that_is_assigned_as_another_thing_is_held(void)
{
	begin_unplugged(HID_POS_HONEYWELL);
	model_composite_make_keyboard(it.model);
	table.enrolled = table_hash(model_hid_pos_model(it.model));
	plug();
	it.scanner = table_scanner(IDENTITY);
	check_is_held("is no scanner that talks hid_pos");
	end();
}

/* Its descriptors are what they were; only the device itself can say so. */
static void test_one_whose_reports_are_others_now_is_held(void)
{
	struct model_report_descriptor report = { 0, model_keyboard_reports() };

	begin_unplugged(HID_POS_HONEYWELL);
	model_hid_pos_model(it.model)->descriptors.reports = &report;
	table.enrolled = table_hash(model_hid_pos_model(it.model));
	plug();
	it.scanner = table_scanner(IDENTITY);
	check_is_held("is no bar code scanner now");
	end();
}

static void test_what_is_held_is_nobodys_when_it_is_let_go_of(void)
{
	begin_enrolled(model_composite_make_keyboard);
	table_wait("gone; ");
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_wait_driver(1, NULL);
	table_settle();
	check_str(table_driver(1), NULL); /* until somebody plugs it in again */
	table_unplug(1);
	plug();
	table_settle();
	check_str(table_driver(1), "usbhid");
	end();
}

static void test_one_that_is_enrolled_again_is_heard_as_what_it_is(void)
{
	begin_enrolled(model_composite_make);
	table_wait("gone; ");
	scanner_free(it.scanner);
	table.enrolled = table_hash(model_hid_pos_model(it.model));
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	end();
}

static void test_one_that_is_pulled_while_it_is_held_and_comes_back_as_it_was_is_heard(void)
{
	struct model_descriptors before;

	begin_unplugged(HID_POS_HONEYWELL);
	before = model_hid_pos_model(it.model)->descriptors;
	table.enrolled = table_hash(model_hid_pos_model(it.model));
	model_composite_make_keyboard(it.model);
	plug();
	it.scanner = table_scanner(IDENTITY);
	table_wait("gone; ");
	table_unplug(1);
	table_wait_list("");
	model_hid_pos_model(it.model)->descriptors = before;
	plug();
	table_wait("here; ");
	check(is_viewed_here());
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_one_that_is_what_was_enrolled_is_heard),
		CHECK_TEST(test_of_two_interfaces_both_are_taken_and_one_is_heard),
		CHECK_TEST(test_another_one_in_its_place_is_held_and_not_heard),
		CHECK_TEST(test_one_that_became_a_keyboard_is_held),
		CHECK_TEST(test_a_keyboard_that_is_assigned_as_another_thing_is_held),
		CHECK_TEST(test_one_whose_reports_are_others_now_is_held),
		CHECK_TEST(test_what_is_held_is_nobodys_when_it_is_let_go_of),
		CHECK_TEST(test_one_that_is_enrolled_again_is_heard_as_what_it_is),
		CHECK_TEST(
			test_one_that_is_pulled_while_it_is_held_and_comes_back_as_it_was_is_heard),
	};

	return check_run("daemon/bench/usb/held", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
