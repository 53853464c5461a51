/*
 * daemon/bench/usb: which device a name means: by its serial number, or by its place where it has
 * none or another has the same, on a real libusb.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>

#include "scanners/hid_pos.h"
#include "tests/daemon/bench/usb/usb_rig.h"

static void test_equal_printers_without_serial_numbers_are_told_apart_by_their_places(void)
{
	struct model_printer_label label;

	begin_with(NULL, NULL);
	plug_printer(1, 0);
	plug_printer(2, 1);
	struct printer *first = table_printer("usb:0a5f:0080@1-1");

	table_wait("here; ok; ");
	struct printer *second = table_printer("usb:0a5f:0080@1-2");

	table_wait("here; ok; ");
	print(second);
	table_wait("printed 1001; ");
	(void)umock_begin(table.umock);
	check(!model_printer_take_label(it.printers[0], &label));
	check(model_printer_take_label(it.printers[1], &label));
	umock_end(table.umock);
	bitmap_done(&label.bitmap);
	table_wait_list("usb:0a5f:0080@1-1 printer 1-1 assigned; usb:0a5f:0080@1-2 printer "
			"1-2 assigned; ");
	printer_free(first);
	printer_free(second);
	end();
}

static void test_a_serial_number_that_two_have_names_neither(void)
{
	begin_with("99J1", "99J1");
	plug_printer(1, 0);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ok; ");
	plug_printer(2, 1);
	table_settle();
	/* the one that is open goes on: its cable was not touched */
	print(printer);
	table_wait("printed 1001; ");
	table_wait_list(PRINTER " printer 1-1 assigned; usb:0a5f:0080@1-2 printer 1-2; ");
	table_unplug(1);
	table_wait("gone; ");
	plug_printer(1, 0);
	table_settle();
	table_wait_trouble("two USB devices with the serial number of");
	table_wait_trouble("by the place where it is plugged in");
	check(!printer_is_here(printer));
	table_unplug(2);
	table_wait("here; ok; ");
	printer_free(printer);
	end();
}

static void test_a_serial_number_gives_way_to_a_place(void)
{
	begin_with("99J1", "99J1");
	/* at the place where it is assigned, though the serial number was assigned first */
	struct printer *by_serial = table_printer(PRINTER);
	struct printer *by_place = table_printer("usb:0a5f:0080@1-2");

	table_wait("gone; ");
	buf_reset(&table.told);
	plug_printer(2, 1);
	table_wait("here; ");
	table_run(50);
	check(printer_is_here(by_place));
	check(!printer_is_here(by_serial));
	table_wait_trouble("assigned by its place");
	plug_printer(1, 0);
	table_run(50);
	check(!printer_is_here(by_serial));
	printer_free(by_serial);
	printer_free(by_place);
	end();
}

/* One of two equals is pulled: the other is not taken for it. */
static void test_a_twin_that_is_left_is_not_taken_for_the_other(void)
{
	begin_with("99J1", "99J1");
	plug_printer(1, 0);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ok; ");
	plug_printer(2, 1);
	table_settle();
	table_jump(USB_LOOK_MS);
	table_settle();
	table_unplug(1);
	table_wait("gone; ");
	table_jump(USB_LOOK_MS);
	table_run(50);
	check(!printer_is_here(printer));
	check_int(table_record(2).opened, 0);
	table_wait_trouble("two USB devices with the serial number of");
	/* the one that it was */
	plug_printer(1, 0);
	table_unplug(2);
	table_wait("here; ok; ");
	printer_free(printer);
	end();
}

static void test_a_device_has_one_station(void)
{
	struct err err = { 0 };

	begin();
	plug_printer(1, 0);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ok; ");
	struct printer *again = table_printer("usb:0a5f:0080@1-1");

	table_wait("gone; ");
	table_wait_trouble("is assigned twice");
	struct transport_setup setup = {
		.loop = table.loop,
		.identity = PRINTER,
		.usb = table.usb,
		.talks = &scanner_driver_hid_pos,
	};

	check(transport_usb_printer.open(&setup, &err) == NULL);
	check_err(&err, ERR_INVALID, "is assigned already");
	setup.identity = "usb-1";
	check(transport_usb_scanner.open(&setup, &err) == NULL);
	check_err(&err, ERR_INVALID, "does not name a USB device");
	setup.identity = SCANNER;
	setup.usb = NULL;
	check(transport_usb_scanner.open(&setup, &err) == NULL);
	check_err(&err, ERR_INVALID, "USB is not used here");
	printer_free(printer);
	table_jump(USB_LOOK_MS);
	table_wait("here; ok; ");
	printer_free(again);
	end();
}

static void test_a_printer_is_no_scanner(void)
{
	begin();
	plug_printer(1, 0);
	struct scanner *scanner = table_scanner(PRINTER);

	table_wait("gone; ");
	check_contains(table_list(), "is no scanner");
	check_int(table_record(1).opened, 0);
	scanner_free(scanner);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(
			test_equal_printers_without_serial_numbers_are_told_apart_by_their_places),
		CHECK_TEST(test_a_serial_number_that_two_have_names_neither),
		CHECK_TEST(test_a_serial_number_gives_way_to_a_place),
		CHECK_TEST(test_a_twin_that_is_left_is_not_taken_for_the_other),
		CHECK_TEST(test_a_device_has_one_station),
		CHECK_TEST(test_a_printer_is_no_scanner),
	};

	return check_run("daemon/bench/usb/names", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
