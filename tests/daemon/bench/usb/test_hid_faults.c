/* daemon/bench/usb/hid: what goes wrong on cables, and in scanners. */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "tests/daemon/bench/usb/hid_rig.h"

static void test_a_scanner_pulled_in_a_long_scan_tells_nothing_of_it(void)
{
	char text[290];

	memset(text, '7', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	begin();
	table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_UNPLUG, 3 * 64);
	scan(text);
	table_wait("gone; ");
	check(!is_viewed_here());
	model_in_clear(model_hid_pos_model(it.model), model_hid_pos_in(it.model));
	plug();
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	scan("900000100034");
	table_wait_all("scan 900000100034 ]C0; ");
	check_str(faults(), "left 1");
	check(is_viewed_here());
	end();
}

static void test_a_report_that_is_too_long_is_dropped_loudly(void)
{
	begin();
	table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_BABBLE, 0);
	scan("900000100034");
	table_wait_all("broken: USB device '" IDENTITY "' sent more than it may; ");
	/* the next may be its rest, and goes too (scanners/hid_pos.h) */
	scan("900000100131");
	table_wait("broken: a report makes no sense; ");
	scan("900000100228");
	table_wait("scan 900000100228 ]C0; ");
	check_str(faults(), "babble 1");
	end();
}

static void test_a_part_of_a_long_scan_that_is_lost_drops_the_scan(void)
{
	char text[150];

	memset(text, '7', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	begin();
	table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_ERROR, 64);
	scan(text);
	table_wait("broken: USB device '" IDENTITY "' broke off what it said; ");
	table_jump(USB_RETRY_MS);
	table_run(50);
	check(!strstr(buf_str(&table.told), "scan"));
	scan("900000100034");
	scan("900000100131");
	table_wait("scan 900000100131 ]C0; ");
	check_str(faults(), "broken_off 1");
	end();
}

static void test_a_short_report_is_no_scan(void)
{
	begin();
	table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_CUT, 1);
	scan("900000100034");
	table_wait_all("broken: a report makes no sense; ");
	/* the next may be its rest, and goes too (scanners/hid_pos.h) */
	scan("900000100131");
	scan("900000100228");
	table_wait_all("broken: a report makes no sense; broken: a report makes no sense; "
		       "scan 900000100228 ]C0; ");
	check_str(faults(), "garbled 2");
	end();
}

static void test_a_stalled_scanner_is_mended(void)
{
	begin();
	table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_STALL, 0);
	scan("900000100034");
	table_wait("broken: USB device '" IDENTITY "' stalled; ");
	table_run(20);
	scan("900000100131");
	table_wait("scan 900000100131 ]C0; ");
	table_wait_list(IDENTITY " scanner 1-1 assigned; ");
	check_str(faults(), "stall 1");
	end();
}

static void test_a_scanner_that_keeps_stalling_is_left_alone(void)
{
	begin();
	for (unsigned i = 0; i < USB_FAULTS_MAX; i++) {
		table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_STALL, 0);
		scan("900000100034");
		if (i + 1 < USB_FAULTS_MAX)
			table_wait("broken: ");
		table_run(10);
	}
	table_wait("gone; ");
	check_contains(table_list(), "keeps failing: it stalls");
	table_jump(USB_LOOK_MS);
	table_run(20);
	check_str(buf_str(&table.told), "");
	check_str(faults(), "stall 3");
	check(!is_viewed_here());
	end();
}

static void test_faults_far_apart_are_borne(void)
{
	begin();
	for (unsigned i = 0; i < 3 * USB_FAULTS_MAX; i++) {
		table_fault(1, model_hid_pos_in(it.model), BUS_FAULT_BABBLE, 0);
		scan("900000100034");
		table_wait("broken: ");
		table_jump(USB_FAULTS_MS / 2);
	}
	check(scanner_is_here(it.scanner));
	check_str(faults(), "babble 9");
	end();
}

static void test_a_scanner_plugged_in_elsewhere_is_the_same(void)
{
	begin();
	table_unplug(1);
	table_wait("gone; ");
	table_plug(4, model_hid_pos_model(it.model));
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	table_wait_list(IDENTITY " scanner 1-4 assigned; ");
	check_str(faults(), "left 1");
	end();
}

static void test_a_scanner_is_freed_while_it_beeps(void)
{
	struct err err = { 0 };

	begin();
	table_fault(1, model_hid_pos_out(it.model), BUS_FAULT_NAK, 0);
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_run(5);
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_settle();
	table_wait_list(IDENTITY " scanner 1-1; ");
	end();
}

static void test_a_scanner_that_leaves_while_it_is_opened_comes_again(void)
{
	begin_unplugged(HID_POS_HONEYWELL);
	plug();
	table_fault(1, 0, BUS_FAULT_UNPLUG, 0); /* at SET_IDLE */
	it.scanner = table_scanner(IDENTITY);
	table_wait("gone; ");
	plug();
	table_wait("here; ");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_scanner_pulled_in_a_long_scan_tells_nothing_of_it),
		CHECK_TEST(test_a_report_that_is_too_long_is_dropped_loudly),
		CHECK_TEST(test_a_part_of_a_long_scan_that_is_lost_drops_the_scan),
		CHECK_TEST(test_a_short_report_is_no_scan),
		CHECK_TEST(test_a_stalled_scanner_is_mended),
		CHECK_TEST(test_a_scanner_that_keeps_stalling_is_left_alone),
		CHECK_TEST(test_faults_far_apart_are_borne),
		CHECK_TEST(test_a_scanner_plugged_in_elsewhere_is_the_same),
		CHECK_TEST(test_a_scanner_is_freed_while_it_beeps),
		CHECK_TEST(test_a_scanner_that_leaves_while_it_is_opened_comes_again),
	};

	return check_run("daemon/bench/usb/hid_faults", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
