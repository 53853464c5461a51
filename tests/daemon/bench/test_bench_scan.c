/* daemon/bench/bench as contrib/CONTRACTS.md 2 says: scans, verdicts, and scanners that scan
 * without end. */
#include "daemon/bench/bench.h"

#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/bench/scanner.h"
#include "daemon/bench/virtual_scanner.h"
#include "tests/check.h"
#include "tests/daemon/bench/bench_rig.h"

static const char *scan_told(size_t index)
{
	return virtual_scanner_heard(bench_port(core.bench, CORE_SCANNER), index);
}

static int64_t evidence_of(const char *name)
{
	json_t *value = json_object_get(json_object_get(core.report, "evidence"), name);

	check(json_is_integer(value));
	return json_integer_value(value);
}

static void test_a_virtual_scan_comes_as_a_report_with_its_evidence(void)
{
	begin();
	check_ok(virtual_scan("MTAxMDAwMDAwMTU2", "]C0"), &core.err);
	check_str(core_log(&core), "scan(12,MTAxMDAwMDAwMTU2) ");
	json_t *scan = json_object_get(core.report, "scan");
	json_t *evidence = json_object_get(core.report, "evidence");
	json_t *reports = json_object_get(evidence, "reports");

	check_str(json_string_value(json_object_get(scan, "start_id")), core.bench_start_id);
	check_int(json_integer_value(json_object_get(scan, "counter")), 1);
	check_str(report_text("aim"), "]C0");
	check_str(json_string_value(json_object_get(evidence, "transport")), "virtual");
	check_int(json_array_size(reports), 1);
	check_contains(json_string_value(json_array_get(reports, 0)),
		"000c5d4330313031303030303030313536");
	check_ok(virtual_scan("MTAxMDAwMDAwMTU2", NULL), &core.err);
	check_int(json_integer_value(
			  json_object_get(json_object_get(core.report, "scan"), "counter")),
		2);
	check(json_is_null(json_object_get(core.report, "aim")));
	core_end(&core);
}

static void test_the_times_of_a_scan_are_those_of_a_clock_that_nobody_sets(void)
{
	int64_t before_us = clock_real_us();

	begin();
	check_ok(virtual_scan("MTIz", NULL), &core.err);
	int64_t first_us = evidence_of("first_us");

	check_int(evidence_of("last_us"), first_us);
	check_int(evidence_of("first_late_ms"), 0);
	check_int(evidence_of("last_late_ms"), 0);
	check(llabs(first_us - before_us) < 3600 * 1000000LL);
	check(json_integer_value(json_object_get(core.report, "at_us")) >= before_us);
	fake_loop_run(core.loop, 1234);
	check_ok(virtual_scan("MTIz", NULL), &core.err);
	check_int(evidence_of("first_us"), first_us + 1234000);
	core_end(&core);
}

static void test_a_scan_says_how_long_it_may_have_waited(void)
{
	begin();
	check_ok(virtual_scan("MTIz", NULL), &core.err);
	int64_t before_us = evidence_of("last_us");
	struct transport_port *port = bench_port(core.bench, CORE_SCANNER);
	struct err err = { 0 };
	struct scan scan = { .raw = bytes_of_str("456") };

	check_ok(virtual_scanner_read(port, &scan, &err), &err);
	fake_stall(1500);
	fake_loop_run(core.loop, 0);
	check_int(evidence_of("first_us") - before_us, 1500000);
	check_int(evidence_of("first_late_ms"), 1500);
	check_int(evidence_of("last_late_ms"), 1500);
	core_end(&core);
}

static void test_a_long_scan_comes_whole(void)
{
	AUTO_BUF raw = { 0 };
	AUTO_BUF text = { 0 };
	AUTO_BUF told = { 0 };

	memset(buf_grow(&raw, SCAN_MAX), 0x1d, SCAN_MAX);
	base64_encode(buf_bytes(&raw), &text);
	begin();
	check_ok(virtual_scan(buf_str(&text), "]L0"), &core.err);
	buf_addf(&told, "scan(12,%s) ", buf_str(&text));
	check_str(core_log(&core), buf_str(&told));
	core_end(&core);
}

static void test_the_scanner_is_told_only_what_the_core_says(void)
{
	begin();
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	check(scan_told(0) == NULL);
	check_ok(core_ask(&core,
			 json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", CORE_SCANNER,
				 "verdict", "stored"),
			 NULL, 0),
		&core.err);
	check_str(scan_told(0), "stored");
	check(scan_told(1) == NULL);
	core_end(&core);
}

static void test_a_report_that_makes_no_sense_is_told_as_not_stored(void)
{
	struct transport_port *port;

	begin();
	port = bench_port(core.bench, CORE_SCANNER);
	port->events->received(port->arg, bytes_of_str("\7what"));
	fake_loop_run(core.loop, 0);
	check_str(scan_told(0), "not_stored");
	check_str(core_log(&core), "");
	core_end(&core);
}

static void test_a_device_that_leaves_and_comes_back_is_told(void)
{
	struct transport_port *port;
	struct err err = { .code = ERR_DEVICE_OFFLINE };

	begin();
	port = bench_port(core.bench, CORE_SCANNER);
	port->events->gone(port->arg, &err);
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "here(12,0) ");
	check(!core_ask(&core,
		json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", CORE_SCANNER, "verdict",
			"stored"),
		NULL, 0));
	check_err(&core.err, ERR_DEVICE_OFFLINE, "not connected");
	port->events->here(port->arg, (struct bytes) { 0 });
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "here(12,1) ");
	core_end(&core);
}

static bool feedback_for(const char *start_id, int counter)
{
	return core_ask(&core,
		json_pack("{s:s, s:i, s:s, s:{s:s, s:i}}", "do", "feedback", "device_id",
			CORE_SCANNER, "verdict", "stored", "scan", "start_id", start_id, "counter",
			counter),
		NULL, 0);
}

static void test_a_verdict_goes_to_the_scanner_that_made_the_scan(void)
{
	struct transport_port *port;
	struct err err = { .code = ERR_DEVICE_OFFLINE };

	begin();
	port = bench_port(core.bench, CORE_SCANNER);
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	/* another one in its place */
	port->events->gone(port->arg, &err);
	port->events->here(port->arg, (struct bytes) { 0 });
	check(!feedback_for(core.bench_start_id, 1));
	check_err(&core.err, ERR_CONFLICT, "plugged in after that scan");
	check(scan_told(0) == NULL);
	check_ok(virtual_scan("MTI0", "]C0"), &core.err);
	check(!feedback_for(core.start_id, 2));
	check(scan_told(0) == NULL);
	check_ok(feedback_for(core.bench_start_id, 2), &core.err);
	check_str(scan_told(0), "stored");
	core_end(&core);
}

static void alive_ask(void)
{
	check_ok(core_ask(&core, json_pack("{s:s}", "do", "alive"), NULL, 0), &core.err);
}

static void scan_read(const char *code)
{
	struct scan scan = { .raw = bytes_of_str(code), .aim = "]C0" };
	struct err err = { 0 };

	check_ok(virtual_scanner_read(bench_port(core.bench, CORE_SCANNER), &scan, &err), &err);
	fake_loop_run(core.loop, 0);
}

/* Its process is stopped, and its link is as it was. */
static void test_a_core_that_stands_still_is_none(void)
{
	begin();
	alive_ask();
	fake_loop_run(core.loop, BENCH_CORE_STILL_MS / 2);
	scan_read("123");
	check(scan_told(0) == NULL);
	fake_loop_run(core.loop, BENCH_CORE_STILL_MS / 2);
	check_str(scan_told(0), "not_stored");
	scan_read("124");
	check_str(scan_told(1), "not_stored");
	check_contains(core_log(&core), "scan(12,MTIz) scan(12,MTI0,told) ");
	/* it goes on */
	alive_ask();
	check(!feedback_for(core.bench_start_id, 1));
	check_err(&core.err, ERR_CONFLICT, "was told that the scan is not stored");
	scan_read("125");
	check_contains(core_log(&core), "scan(12,MTI1) ");
	check_ok(feedback_for(core.bench_start_id, 3), &core.err);
	check_str(scan_told(0), "stored");
	check(scan_told(3) == NULL);
	core_end(&core);
}

static void test_a_core_that_never_asked_is_waited_for(void)
{
	begin();
	scan_read("123");
	fake_loop_run(core.loop, 10 * BENCH_CORE_STILL_MS);
	check(scan_told(0) == NULL);
	core_end(&core);
}

static void test_a_scan_without_a_core_is_kept_and_told_as_not_stored(void)
{
	struct scan scan = { .raw = bytes_of_str("123"), .aim = "]C0" };
	struct err err = { 0 };

	begin();
	core_leave(&core);
	check_ok(virtual_scanner_read(bench_port(core.bench, CORE_SCANNER), &scan, &err), &err);
	fake_loop_run(core.loop, 0);
	check_str(scan_told(0), "not_stored");
	core_return(&core);
	check_str(core_log(&core), "hello(1 reports, 0 jobs) scan(12,MTIz,told) ");
	core_end(&core);
}

static void test_a_scan_whose_core_goes_is_told_as_not_stored(void)
{
	struct scan scan = { .raw = bytes_of_str("123"), .aim = "]C0" };
	struct err err = { 0 };

	begin();
	check_ok(virtual_scanner_read(bench_port(core.bench, CORE_SCANNER), &scan, &err), &err);
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "scan(12,MTIz) ");
	check(scan_told(0) == NULL);
	core_leave(&core);
	check_str(scan_told(0), "not_stored");
	check(scan_told(1) == NULL);
	core_end(&core);
}

/* --- a scanner that scans without end */

static void scan_of(int64_t device_id, const char *text)
{
	struct scan scan = { .raw = bytes_of_str(text), .aim = "]C0" };
	struct err err = { 0 };

	check_ok(virtual_scanner_read(bench_port(core.bench, device_id), &scan, &err), &err);
}

static size_t count_in(const char *log, const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(log, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static void begin_two_scanners(void)
{
	core_begin(&core, true, false);
	core.has_two_scanners = true;
	list_send();
	(void)core_log(&core);
	core.holds_acks = true;
}

static void test_a_scanner_that_scans_without_end_is_held_up_and_the_others_are_not(void)
{
	begin_two_scanners();
	for (unsigned i = 0; i < 3 * SCANS_UNSTORED_MAX; i++) {
		scan_of(CORE_SCANNER, "123");
		fake_loop_run(core.loop, 0);
	}
	check_int(count_in(core_log(&core), "scan(12,MTIz) "), SCANS_UNSTORED_MAX);
	scan_of(CORE_SCANNER_2, "456");
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "scan(13,NDU2) ");
	/* all but one of its own are stored: not yet */
	core_ack(&core, SCANS_UNSTORED_MAX - 1);
	scan_of(CORE_SCANNER, "124");
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "");
	core_ack(&core, 1);
	scan_of(CORE_SCANNER, "125");
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "scan(12,MTI1) "); /* and none of those from the pause */
	core_end(&core);
}

static void test_what_a_scanner_gave_before_it_was_held_up_comes_again_after_a_loss(void)
{
	begin_two_scanners();
	for (unsigned i = 0; i < 2 * SCANS_UNSTORED_MAX; i++) {
		scan_of(CORE_SCANNER, "123");
		fake_loop_run(core.loop, 0);
	}
	(void)core_log(&core);
	core_leave(&core);
	core.holds_acks = false;
	core_return(&core);
	check_int(count_in(core_log(&core), "scan(12,MTIz) "), SCANS_UNSTORED_MAX);
	scan_of(CORE_SCANNER, "125");
	fake_loop_run(core.loop, 0);
	check_str(core_log(&core), "scan(12,MTI1) ");
	core_end(&core);
}

static void test_a_scanner_whose_scans_are_stored_is_never_held_up(void)
{
	begin_two_scanners();
	core.holds_acks = false;
	for (unsigned i = 0; i < 10 * SCANS_UNSTORED_MAX; i++) {
		scan_of(CORE_SCANNER, "123");
		fake_loop_run(core.loop, 0);
	}
	check_int(count_in(core_log(&core), "scan(12,MTIz) "), 10 * SCANS_UNSTORED_MAX);
	core_end(&core);
}

static void test_faults_of_a_cable_are_told_as_they_come_and_once(void)
{
	struct transport_port *port;

	begin();
	port = bench_port(core.bench, CORE_SCANNER);
	fake_loop_run(core.loop, 2 * BENCH_FAULTS_MS);
	check_str(core_log(&core), ""); /* none, and so nothing is said */
	port->faults[TRANSPORT_STALL] += 2;
	fake_loop_run(core.loop, BENCH_FAULTS_MS);
	check_str(core_log(&core), "faults(12,2,0) ");
	fake_loop_run(core.loop, 2 * BENCH_FAULTS_MS);
	check_str(core_log(&core), "");
	port->faults[TRANSPORT_STALL] += 1;
	port->faults[TRANSPORT_LEFT] += 3;
	bench_port(core.bench, CORE_PRINTER)->faults[TRANSPORT_LEFT] += 1;
	fake_loop_run(core.loop, BENCH_FAULTS_MS);
	check_str(core_log(&core), "faults(11,0,1) faults(12,1,3) ");
	core_end(&core);
}

/* They must not take the room of scans that wait for the core. */
static void test_faults_without_a_core_are_counted_on(void)
{
	struct transport_port *port;

	begin();
	port = bench_port(core.bench, CORE_SCANNER);
	core_leave(&core);
	for (unsigned i = 0; i < 5; i++) {
		port->faults[TRANSPORT_STALL] += 1;
		fake_loop_run(core.loop, BENCH_FAULTS_MS);
	}
	core_return(&core);
	(void)core_log(&core);
	fake_loop_run(core.loop, BENCH_FAULTS_MS);
	check_contains(core_log(&core), "faults(12,5,0) ");
	core_end(&core);
}

static void test_faults_of_a_device_that_is_taken_away_are_told_before(void)
{
	begin();
	bench_port(core.bench, CORE_SCANNER)->faults[TRANSPORT_STALL] += 4;
	check_ok(core_ask(&core,
			 json_pack("{s:s, s:b, s:[]}", "do", "devices", "practice", 1, "devices"),
			 NULL, 0),
		&core.err);
	check_contains(core_log(&core), "faults(12,4,0) ");
	core_end(&core);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_virtual_scan_comes_as_a_report_with_its_evidence),
		CHECK_TEST(test_the_times_of_a_scan_are_those_of_a_clock_that_nobody_sets),
		CHECK_TEST(test_a_scan_says_how_long_it_may_have_waited),
		CHECK_TEST(test_a_long_scan_comes_whole),
		CHECK_TEST(test_the_scanner_is_told_only_what_the_core_says),
		CHECK_TEST(test_a_report_that_makes_no_sense_is_told_as_not_stored),
		CHECK_TEST(test_a_device_that_leaves_and_comes_back_is_told),
		CHECK_TEST(test_a_verdict_goes_to_the_scanner_that_made_the_scan),
		CHECK_TEST(test_a_core_that_stands_still_is_none),
		CHECK_TEST(test_a_core_that_never_asked_is_waited_for),
		CHECK_TEST(test_a_scan_without_a_core_is_kept_and_told_as_not_stored),
		CHECK_TEST(test_a_scan_whose_core_goes_is_told_as_not_stored),
		CHECK_TEST(test_a_scanner_that_scans_without_end_is_held_up_and_the_others_are_not),
		CHECK_TEST(test_what_a_scanner_gave_before_it_was_held_up_comes_again_after_a_loss),
		CHECK_TEST(test_a_scanner_whose_scans_are_stored_is_never_held_up),
		CHECK_TEST(test_faults_of_a_cable_are_told_as_they_come_and_once),
		CHECK_TEST(test_faults_without_a_core_are_counted_on),
		CHECK_TEST(test_faults_of_a_device_that_is_taken_away_are_told_before),
	};

	return check_run("daemon/bench_scan", tests, ARRAY_LEN(tests));
}
