/* daemon/bench/usb/hid: Zebra's SNAPI on a real libusb: packets acknowledged, repeats dropped. */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "scanners/snapi.h"
#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_snapi.h"

#define IDENTITY "usb:05e0:1900:S44F1BF"
#define LONG "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz"

static struct {
	struct model_snapi *model;
	struct scanner *scanner;
	unsigned wanted;
} it;

static void plug(void)
{
	table_plug(1, &it.model->model);
}

static void begin_unassigned(void)
{
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_snapi_new("S44F1BF");
	plug();
}

static void begin(void)
{
	begin_unassigned();
	it.scanner = table_scanner_listening("snapi", NULL, IDENTITY);
}

static void end(void)
{
	scanner_free(it.scanner);
	table_end();
	model_free(&it.model->model);
}

static void scan(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_snapi_scan(it.model, 3, text));
	umock_end(table.umock);
}

static unsigned acknowledged(void)
{
	(void)umock_begin(table.umock);
	unsigned count = it.model->acknowledged;

	umock_end(table.umock);
	return count;
}

static bool is_acknowledged(void)
{
	return acknowledged() >= it.wanted;
}

static void wait_acknowledged(unsigned count)
{
	it.wanted = count;
	table_wait_for(is_acknowledged);
	check_int(acknowledged(), count);
}

static bool is_beeped(void)
{
	(void)umock_begin(table.umock);
	bool is = it.model->beeps > 0;

	umock_end(table.umock);
	return is;
}

static void test_one_that_nobody_assigned_is_never_touched(void)
{
	begin_unassigned();
	it.model->model.is_private = true;
	table_wait_list(IDENTITY " scanner 1-1; ");
	table_jump(USB_LOOK_MS);
	table_settle();
	check_int(table_record(1).opened, 0);
	check_str(table_driver(1), "usbhid");
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	end();
}

static void test_a_scan_is_acknowledged_and_told(void)
{
	begin();
	check_str(table_driver(1), "usbfs");
	scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	wait_acknowledged(1);
	end();
}

/* The next packet comes when the one before was acknowledged. */
static void test_a_scan_in_three_packets_comes_whole(void)
{
	begin();
	scan(LONG);
	table_wait("scan " LONG " ]C0; ");
	wait_acknowledged(3);
	end();
}

/* The scanner waited too long for the acknowledgement of the first packet. */
static void test_a_repeat_is_acknowledged_and_no_part_of_the_scan(void)
{
	begin();
	table_fault(1, MODEL_SNAPI_OUT, BUS_FAULT_NAK, 0);
	scan(LONG);
	table_run(10);
	(void)umock_begin(table.umock);
	check(model_snapi_repeat(it.model));
	umock_end(table.umock);
	table_run(10);
	table_fault(1, MODEL_SNAPI_OUT, BUS_FAULT_NONE, 0);
	table_wait_all("scan " LONG " ]C0; ");
	wait_acknowledged(4);
	end();
}

static void test_the_verdict_is_heard(void)
{
	static const struct {
		enum scan_verdict verdict;
		uint8_t beep;
	} rows[] = {
		{ SCAN_STORED, 0 }, /* one short, high */
		{ SCAN_STOP, 15 },  /* one long, low */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };

		begin();
		scan("900000100034");
		table_wait("scan ");
		wait_acknowledged(1);
		check(!is_beeped());
		check_ok(scanner_feedback(it.scanner, rows[i].verdict, &err), &err);
		table_wait_for(is_beeped);
		check_int(it.model->beep, rows[i].beep);
		end();
	}
}

static void test_one_pulled_between_two_packets_tells_nothing_of_the_scan(void)
{
	begin();
	table_fault(1, MODEL_SNAPI_OUT, BUS_FAULT_UNPLUG, 0); /* at the first acknowledgement */
	scan(LONG);
	table_wait_all("gone; ");
	buf_reset(&table.told);
	plug();
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	scan("900000100131");
	table_wait_all("scan 900000100131 ]C0; ");
	end();
}

static void test_a_scan_that_does_not_go_on_is_dropped_loudly(void)
{
	begin();
	table_fault(1, MODEL_SNAPI_OUT, BUS_FAULT_STALL, 0); /* the acknowledgement is refused */
	scan(LONG);
	table_run(50);
	table_jump(SNAPI_TIMEOUT_MS);
	table_wait_all("broken: the rest of a scan did not come; ");
	end();
}

static void test_a_stall_in_mid_scan_drops_it(void)
{
	begin();
	table_fault(1, MODEL_SNAPI_IN, BUS_FAULT_STALL, 64);
	scan(LONG);
	table_wait("broken: USB device '" IDENTITY "' stalled; ");
	table_settle();
	check(!strstr(buf_str(&table.told), "scan "));
	end();
}

/* A Zebra in another mode has another product id, mostly; the report descriptor says it in any
 * case. */
static void test_a_keyboard_with_that_name_is_given_back(void)
{
	static const uint8_t keyboard[] = { 0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19,
		0x00, 0x29, 0x65, 0x15, 0x00, 0x25, 0x65, 0x75, 0x08, 0x95, 0x06, 0x81, 0x00,
		0xc0 };
	struct model_report_descriptor report = { 0, bytes_of(keyboard, sizeof(keyboard)) };

	begin_unassigned();
	table_unplug(1);
	table_wait_list("");
	it.model->model.descriptors.reports = &report;
	plug();
	it.scanner = table_scanner_talking("snapi", NULL, IDENTITY);
	table_wait("gone; ");
	check_contains(table_list(), "does not talk SNAPI now");
	check_str(table_driver(1), "usbhid");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_one_that_nobody_assigned_is_never_touched),
		CHECK_TEST(test_a_scan_is_acknowledged_and_told),
		CHECK_TEST(test_a_scan_in_three_packets_comes_whole),
		CHECK_TEST(test_a_repeat_is_acknowledged_and_no_part_of_the_scan),
		CHECK_TEST(test_the_verdict_is_heard),
		CHECK_TEST(test_one_pulled_between_two_packets_tells_nothing_of_the_scan),
		CHECK_TEST(test_a_scan_that_does_not_go_on_is_dropped_loudly),
		CHECK_TEST(test_a_stall_in_mid_scan_drops_it),
		CHECK_TEST(test_a_keyboard_with_that_name_is_given_back),
	};

	return check_run("daemon/bench/usb/snapi", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
