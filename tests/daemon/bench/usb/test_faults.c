/* daemon/bench/usb: devices in which several things go wrong at once, or one for ever. */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "tests/daemon/bench/usb/table.h"

#define IDENTITY "usb:0c2e:0967:19214B0217"

static struct {
	struct model_hid_pos *model;
	struct scanner *scanner;
} it;

static void begin(void)
{
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	table_plug(1, model_hid_pos_model(it.model));
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
}

static void end(void)
{
	scanner_free(it.scanner);
	table_end();
	model_free(model_hid_pos_model(it.model));
}

static void scan(const char *text)
{
	struct err err = { 0 };

	(void)umock_begin(table.umock);
	check_ok(model_hid_pos_scan(it.model, bytes_of_str(text), "]C0", &err), &err);
	umock_end(table.umock);
}

static void feedback(enum scan_verdict verdict)
{
	struct err err = { 0 };

	check_ok(scanner_feedback(it.scanner, verdict, &err), &err);
}

static bool is_beeped(void)
{
	(void)umock_begin(table.umock);
	size_t count = model_hid_pos_beep_count(it.model);

	umock_end(table.umock);
	return count > 0;
}

static void fault_in(enum bus_fault fault)
{
	table_fault(1, model_hid_pos_in(it.model), fault, 0);
}

static void fault_out(enum bus_fault fault)
{
	table_fault(1, model_hid_pos_out(it.model), fault, 0);
}

/* --- a part that is lost */

static void test_the_rest_of_a_scan_whose_beginning_was_lost_is_no_scan(void)
{
	char text[150];

	memset(text, '7', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	begin();
	fault_in(BUS_FAULT_BABBLE);
	scan(text);
	table_wait_all("broken: USB device '" IDENTITY "' sent more than it may; "
		       "broken: a report makes no sense; broken: a report makes no sense; ");
	scan("900000100131");
	table_wait("scan 900000100131 ]C0; ");
	end();
}

/* --- both ways at once */

static void test_a_scanner_that_stalls_both_ways_at_once_is_mended(void)
{
	begin();
	fault_out(BUS_FAULT_STALL);
	fault_in(BUS_FAULT_STALL);
	feedback(SCAN_STORED);
	scan("900000100034");
	table_wait("broken: ");
	table_run(20);
	feedback(SCAN_STOP);
	table_wait_for(is_beeped);
	scan("900000100131");
	scan("900000100228");
	table_wait("scan 900000100228 ]C0; ");
	end();
}

static void test_scans_beside_a_beep_that_is_refused_are_heard(void)
{
	begin();
	for (unsigned i = 0; i < 2 * USB_REPORTS_QUEUED; i++) {
		fault_out(BUS_FAULT_STALL);
		feedback(SCAN_STORED);
		scan("900000100034");
		table_wait("scan 900000100034 ]C0; ");
		table_run(5);
	}
	end();
}

/* --- one glitch */

static void test_a_burst_of_noise_is_one_fault(void)
{
	begin();
	for (unsigned i = 0; i < USB_REPORTS_QUEUED; i++) {
		fault_in(BUS_FAULT_ERROR);
		scan("900000100034");
		table_run(5);
	}
	table_jump(USB_RETRY_MS);
	table_run(20);
	check(scanner_is_here(it.scanner));
	buf_reset(&table.told);
	scan("900000100131");
	scan("900000100228");
	table_wait("scan 900000100228 ]C0; ");
	end();
}

/* --- a scanner that sends without end */

static size_t count_told(const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(buf_str(&table.told), part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

/* As much as its device keeps for the host. */
static void flood(void)
{
	struct err err = { 0 };

	(void)umock_begin(table.umock);
	while (model_hid_pos_scan(it.model, bytes_of_str("900000100034"), "]C0", &err))
		continue;
	umock_end(table.umock);
	check_err(&err, ERR_BUSY, "");
}

/*
 * libusb 1.0.26 takes at most 26 transfers of one device before it looks at the next
 * (linux_usbfs.c, op_handle_events). Seen here: two such turns; the rest is for a slow machine.
 * Thousands wait.
 */
#define TURNS_MAX (10 * 26u)

static void test_scans_of_others_pass_a_scanner_that_sends_without_end(void)
{
	static const char *const codes[] = { "900000100131", "900000100228", "900000100325" };

	begin();
	struct model_hid_pos *second = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0218");

	table_plug(2, model_hid_pos_model(second));
	struct scanner *other = table_scanner("usb:0c2e:0967:19214B0218");

	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct err err = { 0 };
		char told[40];

		flood();
		table_wait("scan 900000100034 ]C0; ");
		flood();
		(void)umock_begin(table.umock);
		check_ok(model_hid_pos_scan(second, bytes_of_str(codes[i]), "]C0", &err), &err);
		umock_end(table.umock);
		snprintf(told, sizeof(told), "scan %s ]C0; ", codes[i]);
		for (unsigned n = 0; n < 1000 && !strstr(buf_str(&table.told), told); n++)
			loop_step(table.loop, 1);
		check_contains(buf_str(&table.told), told);
		check(count_told("scan 900000100034 ]C0; ") <= TURNS_MAX);
	}
	scanner_free(other);
	end();
	model_free(model_hid_pos_model(second));
}

static void test_a_scanner_that_is_paused_is_asked_for_nothing(void)
{
	begin();
	flood();
	table_wait("scan 900000100034 ]C0; ");
	scanner_set_paused(it.scanner, true);
	table_settle();
	buf_reset(&table.told);
	unsigned transfers = table_record(1).transfers;

	table_settle();
	check_int(table_record(1).transfers, transfers);
	check_str(buf_str(&table.told), "");
	(void)umock_begin(table.umock);
	model_in_clear(model_hid_pos_model(it.model), model_hid_pos_in(it.model));
	umock_end(table.umock);
	scan("900000100131"); /* nobody listens */
	scanner_set_paused(it.scanner, false);
	table_run(3 * USB_STALE_SCANNER_MS);
	check_str(buf_str(&table.told), "");
	scan("900000100228"); /* may be the rest of one */
	scan("900000100325");
	table_wait_all("broken: a report makes no sense; scan 900000100325 ]C0; ");
	end();
}

/* --- a device that does not answer */

/* A kernel that is less patient than the real one (5 s), so that the test need not be. */
#define CONTROL_MS (USB_SLOW_MS + 100)

static struct {
	struct model_hid_pos *model;
	struct scanner *scanner;
} quiet;

static void begin_two(void)
{
	memset(&it, 0, sizeof(it));
	table_begin_with(
		&(struct umock_options) { .ports = TABLE_PORTS, .control_ms = CONTROL_MS });
	it.model = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	quiet.model = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0218");
	table_plug(2, model_hid_pos_model(quiet.model));
	quiet.scanner = table_scanner("usb:0c2e:0967:19214B0218");
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	table_plug(1, model_hid_pos_model(it.model));
}

static void begin_two_open(void)
{
	begin_two();
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
	buf_reset(&table.told);
}

static void end_two(void)
{
	scanner_free(quiet.scanner);
	end();
	model_free(model_hid_pos_model(quiet.model));
}

/*
 * The loop for so long, with a scan by the other scanner every 20 ms, which must come. Returns the
 * longest pass of the loop: a scan just after its begin waits as long.
 */
static int64_t others_wait(int ms)
{
	int64_t end_ms = clock_mono_ms() + ms;
	int64_t longest_ms = 0;

	while (clock_mono_ms() < end_ms) {
		struct err err = { 0 };

		(void)umock_begin(table.umock);
		check_ok(model_hid_pos_scan(quiet.model, bytes_of_str("900000100422"), "]C0", &err),
			&err);
		umock_end(table.umock);
		for (unsigned i = 0; i < 20; i++) {
			int64_t begun_ms = clock_mono_ms();

			loop_step(table.loop, 1);
			if (clock_mono_ms() - begun_ms > longest_ms)
				longest_ms = clock_mono_ms() - begun_ms;
		}
		check_contains(buf_str(&table.told), "scan 900000100422 ]C0; ");
	}
	return longest_ms;
}

static void test_a_mute_device_is_not_claimed_and_tried_again(void)
{
	begin_two();
	table_fault(1, 0, BUS_FAULT_MUTE, 0);
	it.scanner = table_scanner(IDENTITY);
	check(others_wait(200) < CONTROL_MS / 2);
	table_jump(USB_ALIVE_MS);
	table_wait("gone; ");
	check_contains(table_list(), "does not answer");
	check_int(table_record(1).claims, 0);
	table_fault(1, 0, BUS_FAULT_NONE, 0);
	table_jump(USB_LOOK_MS);
	table_wait("here; ");
	check_int(scanner_port(it.scanner)->faults[TRANSPORT_MUTE], 1);
	end_two();
}

static void test_a_device_that_stalls_and_goes_mute_holds_up_nobody(void)
{
	begin_two_open();
	table_fault(1, 0, BUS_FAULT_MUTE, 0);
	fault_in(BUS_FAULT_STALL);
	scan("900000100034");
	check(others_wait(200) < CONTROL_MS / 2);
	table_jump(USB_ALIVE_MS);
	table_wait("gone; ");
	check_contains(table_list(), "does not answer");
	table_fault(1, 0, BUS_FAULT_NONE, 0);
	table_jump(USB_LOOK_MS); /* it was claimed: not before it is plugged in again */
	check(others_wait(100) < CONTROL_MS / 2);
	check_int(table_record(1).opened, 1);
	table_unplug(1);
	table_settle();
	table_plug(1, model_hid_pos_model(it.model));
	table_wait("here; ");
	check_int(scanner_port(it.scanner)->faults[TRANSPORT_MUTE], 1);
	end_two();
}

/* Nothing more is asked of it, and what it says is heard. */
static void test_a_device_that_goes_mute_once_its_stall_is_cleared_holds_up_nobody(void)
{
	begin_two_open();
	table_fault(1, 0, BUS_FAULT_MUTE, 1);
	fault_in(BUS_FAULT_STALL);
	scan("900000100034");
	check(others_wait(200) < CONTROL_MS / 2);
	table_jump(USB_LOOK_MS);
	check(others_wait(60) < CONTROL_MS / 2);
	check_int(table_record(1).resets, 1);
	scan("900000100131"); /* may be the rest of one */
	scan("900000100228");
	table_wait("scan 900000100228 ]C0; ");
	check_int(table_record(1).opened, 1);
	check_int(scanner_port(it.scanner)->faults[TRANSPORT_MUTE], 0);
	end_two();
}

/* The other scanner's person hears of a scan meanwhile. */
static bool is_quiet_beeped(void)
{
	(void)umock_begin(table.umock);
	size_t count = model_hid_pos_beep_count(quiet.model);

	umock_end(table.umock);
	return count > 0;
}

/*
 * A printer's second setting is asked for when it is opened: after the question whether it is
 * there, after that itself, and by the kernel, who waits for it.
 */
static const struct mute_case {
	const char *name;
	size_t answers;
	bool holds_up; /* the others, once */
	const char *problem;
	unsigned claims;
} mute_cases[] = {
	{ "at once", 0, false, "does not answer", 0 },
	{ "when it is to choose its setting", 1, false, "does not answer", 1 },
	{ "when the kernel asks the same again", 2, true, "does not work", 1 },
};

static void test_a_printer_that_goes_mute_when_it_is_opened(void)
{
	for (size_t i = 0; i < ARRAY_LEN(mute_cases); i++) {
		const struct mute_case *row = &mute_cases[i];
		struct err err = { 0 };

		check_row(row->name);
		begin_two();
		struct model_printer *model = model_printer_new("99J1");

		table_plug(3, model_printer_model(model));
		table_fault(3, 0, BUS_FAULT_MUTE, row->answers);
		struct printer *printer = table_printer("usb:0a5f:0080:99J1");
		int64_t longest_ms = others_wait(60);

		check_int(longest_ms >= CONTROL_MS / 2, row->holds_up);
		check(longest_ms < 2 * CONTROL_MS);
		check_ok(scanner_feedback(quiet.scanner, SCAN_STOP, &err), &err);
		table_wait_for(is_quiet_beeped);
		table_jump(USB_ALIVE_MS);
		table_settle();
		check_contains(table_list(), row->problem);
		check_int(table_record(3).claims, row->claims);
		for (unsigned n = 0; n < 3; n++) { /* one that was claimed is left alone */
			table_jump(USB_LOOK_MS);
			check(others_wait(60) < CONTROL_MS / 2);
		}
		check_int(table_record(3).claims, row->claims);
		printer_free(printer);
		end_two();
		model_free(model_printer_model(model));
	}
}

/* --- a scanner that says too little */

static void test_a_scanner_whose_reports_cannot_be_read_says_why(void)
{
	/* decoded data, but not how many of them are valid */
	static const uint8_t other[] = { 0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0xfe, 0x15, 0x00,
		0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08, 0x81, 0x02, 0xc0 };
	struct model_report_descriptor report = { 0, bytes_of(other, sizeof(other)) };

	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	model_hid_pos_model(it.model)->descriptors.reports = &report;
	model_hid_pos_model(it.model)->descriptors.report_count = 1;
	table_plug(1, model_hid_pos_model(it.model));
	it.scanner = table_scanner(IDENTITY);
	table_wait("gone; ");
	check_contains(table_list(), "the scanner does not say how long a scan is");
	table_wait_trouble("take another one");
	table_jump(USB_LOOK_MS);
	table_run(20);
	check_int(table_record(1).claims, 1);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_rest_of_a_scan_whose_beginning_was_lost_is_no_scan),
		CHECK_TEST(test_a_scanner_that_stalls_both_ways_at_once_is_mended),
		CHECK_TEST(test_scans_beside_a_beep_that_is_refused_are_heard),
		CHECK_TEST(test_a_burst_of_noise_is_one_fault),
		CHECK_TEST(test_scans_of_others_pass_a_scanner_that_sends_without_end),
		CHECK_TEST(test_a_scanner_that_is_paused_is_asked_for_nothing),
		CHECK_TEST(test_a_mute_device_is_not_claimed_and_tried_again),
		CHECK_TEST(test_a_device_that_stalls_and_goes_mute_holds_up_nobody),
		CHECK_TEST(test_a_device_that_goes_mute_once_its_stall_is_cleared_holds_up_nobody),
		CHECK_TEST(test_a_printer_that_goes_mute_when_it_is_opened),
		CHECK_TEST(test_a_scanner_whose_reports_cannot_be_read_says_why),
	};
	return check_run("daemon/bench/usb/faults", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
