/* daemon/bench: the whole role with virtual devices, over a real link, as contrib/CONTRACTS.md 2
 * says. */
#include "daemon/bench/bench.h"

#include <stdio.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/bench/printer.h"
#include "daemon/bench/scanner.h"
#include "daemon/bench/virtual_printer.h"
#include "daemon/bench/virtual_scanner.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_core.h"
#include "tests/daemon/bench/fake_port.h"

static struct fake_core core;

/* Long enough for one label to be asked about, sent, put out and proved. */
#define LABEL_MS (VIRTUAL_PRINTER_LABEL_MS + 2 * PRINTER_WATCH_MS)

static void begin(void)
{
	core_begin(&core, true, false);
	core_devices(&core);
}

static json_t *state_words(void)
{
	check_ok(core_ask(&core,
			 json_pack("{s:s, s:i}", "do", "printer_query", "device_id", CORE_PRINTER),
			 NULL, 3 * PRINTER_ANSWER_MS),
		&core.err);
	return json_object_get(core.reply, "state");
}

static const char *scan_told(size_t index)
{
	return virtual_scanner_heard(bench_port(core.bench, CORE_SCANNER), index);
}

static bool virtual_scan(const char *raw, const char *aim)
{
	return core_ask(&core,
		json_pack("{s:s, s:i, s:s, s:o}", "do", "virtual_scan", "device_id", CORE_SCANNER,
			"raw", raw, "aim", aim ? json_string(aim) : json_null()),
		NULL, 0);
}

/* --- printing */

static void test_a_label_is_sent_put_out_and_proved_by_the_counter(void)
{
	begin();
	check_ok(core_print(&core, 7), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_str(core_log(&core), "result(7,sent,1000) label(11,7) result(7,printed,1001) ");
	check_int(json_integer_value(json_object_get(core.report, "device_id")), CORE_PRINTER);
	check_str(json_string_value(json_object_get(core.report, "message")), "");
	check_contains(json_string_value(json_object_get(core.report, "evidence")),
		"now: counter 1001, formats waiting 0, labels remaining 0");
	check(core.png.len > 8 && memcmp(core.png.data, "\x89PNG\r\n\x1a\n", 8) == 0);
	core_end(&core);
}

static void test_the_same_print_job_is_never_taken_twice(void)
{
	begin();
	check_ok(core_print(&core, 7), &core.err);
	check(!core_print(&core, 7));
	check_err(&core.err, ERR_CONFLICT, "print job 7 is under way");
	check(!core_print(&core, 8));
	check_err(&core.err, ERR_BUSY, "has a label under way");
	fake_loop_run(core.loop, LABEL_MS);
	check(!core_print(&core, 7));
	check_err(&core.err, ERR_CONFLICT, "print job 7 was printed");
	fake_loop_run(core.loop, 5000);
	check_str(core_log(&core), "result(7,sent,1000) label(11,7) result(7,printed,1001) ");
	check_ok(core_print(&core, 8), &core.err); /* refused as busy, so it was never taken */
	core_end(&core);
}

static void test_an_unknown_label_goes_out_again_only_when_its_counter_stood_still(void)
{
	begin();
	check_ok(core_print(&core, 1), &core.err);
	check_ok(core_printer_mode(&core, "out_of_labels", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "result(1,unknown,1000) ");
	check_ok(core_print(&core, 1), &core.err); /* still out, the label still inside */
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,unknown,1000) ");
	check_ok(core_printer_mode(&core, "ok", -1), &core.err);
	fake_loop_run(core.loop, 2000); /* it comes out by itself */
	check_str(core_log(&core), "label(11,1) state(11,ok) ");
	check_ok(core_print(&core, 1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,unknown,1001) ");
	check_contains(json_string_value(json_object_get(core.report, "message")),
		"may have printed this label before");
	core_end(&core);
}

static void test_a_printer_that_left_and_came_proves_no_label_from_before(void)
{
	begin();
	struct transport_port *port = bench_port(core.bench, CORE_PRINTER);
	struct err err = { 0 };

	check_ok(core_print(&core, 1), &core.err);
	check_ok(core_printer_mode(&core, "out_of_labels", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "result(1,unknown,1000) ");
	port->events->gone(port->arg, &err);
	virtual_printer_set_counter(port, 999); /* another one: the label makes it 1000 */
	port->events->here(port->arg, (struct bytes) { 0 });
	check_ok(core_printer_mode(&core, "ok", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "label(11,1)");
	check_int(virtual_printer_counter(port), 1000);
	check_ok(core_print(&core, 1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,unknown,1000) ");
	check_contains(json_string_value(json_object_get(core.report, "message")),
		"may have printed this label before");
	core_end(&core);
}

static void test_a_roll_that_ends_in_a_set_stops_it_until_the_core_goes_on(void)
{
	begin();
	check_ok(core_printer_mode(&core, "ok", 2), &core.err);
	check_ok(core_print(&core, 1), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_ok(core_print(&core, 2), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_str(core_log(&core),
		"result(1,sent,1000) label(11,1) result(1,printed,1001) "
		"result(2,sent,1001) label(11,2) result(2,printed,1002) state(11,media_out) ");
	check_ok(core_print(&core, 3), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_str(core_log(&core), "result(3,failed,1002) ");
	check_contains(json_string_value(json_object_get(core.report, "message")),
		"printer 'P1' cannot print: media_out");
	check_contains(json_string_value(json_object_get(core.report, "hint")), "nothing was sent");
	check_ok(core_printer_mode(&core, "ok", -1), &core.err);
	fake_loop_run(core.loop, 5000);
	check_str(core_log(&core), "state(11,ok) "); /* and nothing printed by itself */
	check_ok(core_print(&core, 4), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_str(core_log(&core), "result(4,sent,1002) label(11,4) result(4,printed,1003) ");
	core_end(&core);
}

static void test_labels_out_with_one_inside_is_unknown_and_the_next_is_refused(void)
{
	begin();
	check_ok(core_print(&core, 1), &core.err);
	check_ok(core_printer_mode(&core, "out_of_labels", -1), &core.err);
	fake_loop_run(core.loop, PRINTER_WATCH_MS);
	check_str(
		core_log(&core), "result(1,sent,1000) result(1,unknown,1000) state(11,media_out) ");
	check_ok(core_printer_mode(&core, "ok", -1), &core.err);
	check_ok(core_print(&core, 2), &core.err); /* before the first has come out */
	fake_loop_run(core.loop, 3000);
	check_str(core_log(&core), "result(2,failed,1000) state(11,ok) label(11,1) ");
	check_contains(json_string_value(json_object_get(core.report, "message")),
		"still holds another label");
	check_ok(core_print(&core, 3), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_str(core_log(&core), "result(3,sent,1001) label(11,3) result(3,printed,1002) ");
	core_end(&core);
}

static void test_an_open_head_shows_within_two_seconds_and_clears(void)
{
	begin();
	check_ok(core_printer_mode(&core, "head_open", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "state(11,head_open) ");
	check_ok(core_printer_mode(&core, "ok", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "state(11,ok) ");
	core_end(&core);
}

static void test_a_silent_printer_is_silent_and_its_label_unknown(void)
{
	begin();
	check_ok(core_printer_mode(&core, "silent", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "state(11,silent) ");
	check_ok(core_print(&core, 1), &core.err);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,sent,null) label(11,1) ");
	fake_loop_run(core.loop, PRINTER_SETTLE_MS);
	check_contains(core_log(&core), "result(1,unknown,null) ");
	core_end(&core);
}

static void test_a_printer_that_is_not_ok_is_told_every_ten_seconds(void)
{
	unsigned told = 0;

	begin();
	check_ok(core_printer_mode(&core, "out_of_labels", -1), &core.err);
	fake_loop_run(core.loop, 2000);
	(void)core_log(&core);
	fake_loop_run(core.loop, 3 * BENCH_NOT_OK_MS);
	for (const char *at = strstr(core_log(&core), "state(11,media_out)"); at;
		at = strstr(at + 1, "state(11,media_out)"))
		told++;
	check_int(told, 3);
	core_end(&core);
}

static void test_a_printer_tells_its_truth_when_asked(void)
{
	begin();
	json_t *words = state_words();

	check_int(json_array_size(words), 1);
	check_str(json_string_value(json_array_get(words, 0)), "ok");
	check_int(json_integer_value(json_object_get(core.reply, "counter")), 1000);
	check(json_is_true(json_object_get(core.reply, "answered")));
	check_ok(core_printer_mode(&core, "silent", -1), &core.err);
	words = state_words();
	check_str(json_string_value(json_array_get(words, 0)), "silent");
	check(json_is_null(json_object_get(core.reply, "counter")));
	check(json_is_false(json_object_get(core.reply, "answered")));
	core_end(&core);
}

static void plug_note(char plug[TRANSPORT_PLUG_MAX + 1])
{
	check(state_words() != NULL);
	const char *word = json_string_value(json_object_get(core.reply, "plug"));

	snprintf(plug, TRANSPORT_PLUG_MAX + 1, "%s", word ? word : "");
}

static void test_a_counter_is_told_with_the_plug_of_its_printer(void)
{
	char plug[TRANSPORT_PLUG_MAX + 1];
	struct err err = { 0 };

	begin();
	plug_note(plug);
	check_contains(plug, "virtual ");
	check_ok(core_print(&core, 7), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	check_contains(core_log(&core), "result(7,printed,1001) ");
	check_str(json_string_value(json_object_get(core.report, "plug")), plug);
	struct transport_port *port = bench_port(core.bench, CORE_PRINTER);

	port->events->gone(port->arg, &err);
	check(state_words() != NULL);
	check(json_is_null(json_object_get(core.reply, "plug")));
	core_end(&core);
}

static void test_a_virtual_printer_is_the_same_after_a_loss_only_with_its_tray(void)
{
	char plugs[4][TRANSPORT_PLUG_MAX + 1];
	char tray[96];

	begin();
	snprintf(tray, sizeof(tray), "%s/tray", core.dir);
	plug_note(plugs[0]);
	core_bench_again(&core, NULL);
	plug_note(plugs[1]);
	check(strcmp(plugs[1], plugs[0]) != 0);
	core_bench_again(&core, tray);
	plug_note(plugs[2]);
	check(plugs[2][0] != '\0' && strcmp(plugs[2], plugs[1]) != 0);
	core_bench_again(&core, tray);
	plug_note(plugs[3]);
	check_str(plugs[3], plugs[2]);
	check_int(rmdir(tray), 0);
	core_end(&core);
}

/* --- the link breaks */

static void test_a_result_that_nobody_heard_comes_again(void)
{
	begin();
	check_ok(core_print(&core, 7), &core.err);
	core_leave(&core);
	fake_loop_run(core.loop, 2000);
	core_return(&core);
	check_contains(core_log(&core), "result(7,printed,1001) ");
	check_int(json_array_size(json_object_get(core.hello, "jobs")), 0);
	core_end(&core);
}

static void test_reports_come_again_until_they_are_acknowledged(void)
{
	begin();
	core.holds_acks = true;
	check_ok(core_print(&core, 7), &core.err);
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	(void)core_log(&core);
	core_leave(&core);
	core.holds_acks = false;
	core_return(&core);
	check_str(core_log(&core), "hello(3 reports, 0 jobs) result(7,sent,1000) scan(12,MTIz) "
				   "result(7,printed,1001) ");
	core_leave(&core);
	core_return(&core);
	check_str(core_log(&core), "hello(0 reports, 0 jobs) ");
	core_end(&core);
}

static void test_hello_names_the_labels_that_have_no_result(void)
{
	begin();
	check_ok(core_printer_mode(&core, "silent", -1), &core.err);
	check_ok(core_print(&core, 7), &core.err);
	fake_loop_run(core.loop, 2000);
	core_leave(&core);
	core_return(&core);
	json_t *job = json_array_get(json_object_get(core.hello, "jobs"), 0);

	check_int(json_integer_value(json_object_get(job, "print_job_id")), 7);
	check_str(json_string_value(json_object_get(job, "state")), "sent");
	core_end(&core);
}

/* --- scanning */

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
	check_str(json_string_value(json_object_get(core.report, "aim")), "]C0");
	check_str(json_string_value(json_object_get(evidence, "transport")), "virtual");
	check_int(json_array_size(reports), 1);
	check_contains(json_string_value(json_array_get(reports, 0)),
		"000c5d4330313031303030303030313536");
	check(json_integer_value(json_object_get(evidence, "first_us")) > 0);
	check_ok(virtual_scan("MTAxMDAwMDAwMTU2", NULL), &core.err);
	check_int(json_integer_value(
			  json_object_get(json_object_get(core.report, "scan"), "counter")),
		2);
	check(json_is_null(json_object_get(core.report, "aim")));
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

/* --- the list of devices */

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
	check_ok(core_ask(&core, core_devices_new(&core), NULL, 0), &core.err);
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

static void test_virtual_devices_are_for_practice_only(void)
{
	core_begin(&core, false, false);
	check(!core_ask(&core, core_devices_new(&core), NULL, 0));
	check_err(&core.err, ERR_FORBIDDEN, "device 11: virtual devices are for practice only");
	check_contains(core.err.hint, "allow_virtual = yes");
	check(bench_port(core.bench, CORE_PRINTER) == NULL);
	core_end(&core);

	core_begin(&core, false, true);
	core_devices(&core);
	core_end(&core);
}

static void test_a_core_that_is_no_practice_any_more_closes_them(void)
{
	begin();
	core.is_practice = false;
	check(!core_ask(&core, core_devices_new(&core), NULL, 0));
	check_err(&core.err, ERR_FORBIDDEN, "for practice only");
	check(bench_port(core.bench, CORE_PRINTER) == NULL);
	check(bench_port(core.bench, CORE_SCANNER) == NULL);
	core_end(&core);
}

static void test_the_same_list_keeps_devices_open_and_tells_them_again(void)
{
	begin();
	check_ok(core_print(&core, 1), &core.err);
	fake_loop_run(core.loop, LABEL_MS);
	struct transport_port *port = bench_port(core.bench, CORE_PRINTER);

	(void)core_log(&core);
	check_ok(core_ask(&core, core_devices_new(&core), NULL, 0), &core.err);
	check(bench_port(core.bench, CORE_PRINTER) == port);
	check_str(core_log(&core), "here(11,1) state(11,ok) here(12,1) ");
	core_end(&core);
}

static void test_a_device_that_leaves_the_list_ends_its_label(void)
{
	begin();
	check_ok(core_print(&core, 1), &core.err);
	check_ok(core_ask(&core, json_pack("{s:s, s:[]}", "do", "devices", "devices"), NULL, 0),
		&core.err);
	check_str(core_log(&core), "result(1,sent,1000) result(1,unknown,null) ");
	check_contains(json_string_value(json_object_get(core.report, "message")),
		"printer 'P1' was taken away");
	check(bench_port(core.bench, CORE_PRINTER) == NULL);
	core_end(&core);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *body;
	enum err_code code;
	const char *message;
} refusals[] = {
	{ "nothing to do", "{}", ERR_INVALID, "does not know what to do" },
	{ "something unknown", "{\"do\": \"dance\"}", ERR_INVALID, "does not know what to do" },
	{ "no list", "{\"do\": \"devices\"}", ERR_INVALID, "list of devices is missing" },
	{ "no number", "{\"do\": \"devices\", \"devices\": [{}]}", ERR_INVALID, "device 1 of the list has no number" },
	{ "no object", "{\"do\": \"devices\", \"devices\": [5]}", ERR_INVALID, "device 1 of the list has no number" },
	{ "twice", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"scanner\", \"transport\": \"virtual\", \"identity\": \"a\"}, {\"device_id\": 1}]}", ERR_INVALID, "device 1 is listed twice" },
	{ "no identity", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"scanner\", \"transport\": \"virtual\"}]}", ERR_INVALID, "device 1: its identity" },
	{ "another kind", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"camera\", \"transport\": \"virtual\", \"identity\": \"a\"}]}", ERR_INVALID, "device 1: it is neither" },
	{ "another transport", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"scanner\", \"transport\": \"radio\", \"identity\": \"a\"}]}", ERR_INVALID, "device 1: its transport" },
	{ "another language", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"language\": \"epl\", \"dpi\": 203}]}", ERR_INVALID, "device 1: its language" },
	{ "no language", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"dpi\": 203}]}", ERR_INVALID, "device 1: its language" },
	{ "a language for tests", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"language\": \"null\", \"dpi\": 203}]}", ERR_INVALID, "speaks zpl only" },
	{ "no dpi", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"language\": \"zpl\"}]}", ERR_INVALID, "device 1: its dpi" },
	{ "no device", "{\"do\": \"print\", \"print_job_id\": 1}", ERR_INVALID, "device_id is missing" },
	{ "an unknown device", "{\"do\": \"print\", \"device_id\": 99, \"print_job_id\": 1}", ERR_NOT_FOUND, "there is no device 99" },
	{ "a scanner asked to print", "{\"do\": \"print\", \"device_id\": 12, \"print_job_id\": 1}", ERR_INVALID, "device 12 is no printer" },
	{ "a scanner asked for its truth", "{\"do\": \"printer_query\", \"device_id\": 12}", ERR_INVALID, "device 12 is no printer" },
	{ "no job", "{\"do\": \"print\", \"device_id\": 11}", ERR_INVALID, "print_job_id is missing" },
	{ "no bytes", "{\"do\": \"print\", \"device_id\": 11, \"print_job_id\": 1}", ERR_INVALID, "bytes are missing" },
	{ "a printer asked to beep", "{\"do\": \"feedback\", \"device_id\": 11, \"verdict\": \"stored\"}", ERR_INVALID, "device 11 is no scanner" },
	{ "no verdict", "{\"do\": \"feedback\", \"device_id\": 12}", ERR_INVALID, "no such verdict" },
	{ "an unknown verdict", "{\"do\": \"feedback\", \"device_id\": 12, \"verdict\": \"fine\"}", ERR_INVALID, "no such verdict" },
	{ "no scan", "{\"do\": \"virtual_scan\", \"device_id\": 12}", ERR_INVALID, "raw is missing" },
	{ "an empty scan", "{\"do\": \"virtual_scan\", \"device_id\": 12, \"raw\": \"\"}", ERR_INVALID, "no bytes" },
	{ "a scan that is no base64", "{\"do\": \"virtual_scan\", \"device_id\": 12, \"raw\": \"???\"}", ERR_INVALID, "base64" },
	{ "an unknown symbology", "{\"do\": \"virtual_scan\", \"device_id\": 12, \"raw\": \"MTIz\", \"aim\": \"]!0\"}", ERR_INVALID, "symbology" },
	{ "no mode", "{\"do\": \"virtual_printer\", \"device_id\": 11}", ERR_INVALID, "no such mode" },
	{ "an unknown mode", "{\"do\": \"virtual_printer\", \"device_id\": 11, \"mode\": \"on fire\"}", ERR_INVALID, "no such mode" },
	{ "fewer than no labels", "{\"do\": \"virtual_printer\", \"device_id\": 11, \"mode\": \"ok\", \"labels_left\": -1}", ERR_INVALID, "out of range" },
};
/* clang-format on */

static void test_requests_that_make_no_sense_are_refused_by_name(void)
{
	core_begin(&core, false, true);
	core_devices(&core);
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		check_row(refusals[i].name);
		check(!core_ask(&core, json_loads(refusals[i].body, 0, NULL), NULL, 0));
		check_err(&core.err, refusals[i].code, refusals[i].message);
	}
	check_row(NULL);
	check(bench_port(core.bench, CORE_PRINTER) != NULL); /* a bad list changes nothing */
	check_str(core_log(&core), "");
	core_end(&core);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_sent_put_out_and_proved_by_the_counter),
		CHECK_TEST(test_the_same_print_job_is_never_taken_twice),
		CHECK_TEST(test_an_unknown_label_goes_out_again_only_when_its_counter_stood_still),
		CHECK_TEST(test_a_printer_that_left_and_came_proves_no_label_from_before),
		CHECK_TEST(test_a_roll_that_ends_in_a_set_stops_it_until_the_core_goes_on),
		CHECK_TEST(test_labels_out_with_one_inside_is_unknown_and_the_next_is_refused),
		CHECK_TEST(test_an_open_head_shows_within_two_seconds_and_clears),
		CHECK_TEST(test_a_silent_printer_is_silent_and_its_label_unknown),
		CHECK_TEST(test_a_printer_that_is_not_ok_is_told_every_ten_seconds),
		CHECK_TEST(test_a_printer_tells_its_truth_when_asked),
		CHECK_TEST(test_a_counter_is_told_with_the_plug_of_its_printer),
		CHECK_TEST(test_a_virtual_printer_is_the_same_after_a_loss_only_with_its_tray),
		CHECK_TEST(test_a_result_that_nobody_heard_comes_again),
		CHECK_TEST(test_reports_come_again_until_they_are_acknowledged),
		CHECK_TEST(test_hello_names_the_labels_that_have_no_result),
		CHECK_TEST(test_a_virtual_scan_comes_as_a_report_with_its_evidence),
		CHECK_TEST(test_a_long_scan_comes_whole),
		CHECK_TEST(test_the_scanner_is_told_only_what_the_core_says),
		CHECK_TEST(test_a_report_that_makes_no_sense_is_told_as_not_stored),
		CHECK_TEST(test_a_device_that_leaves_and_comes_back_is_told),
		CHECK_TEST(test_a_verdict_goes_to_the_scanner_that_made_the_scan),
		CHECK_TEST(test_a_scan_without_a_core_is_kept_and_told_as_not_stored),
		CHECK_TEST(test_a_scan_whose_core_goes_is_told_as_not_stored),
		CHECK_TEST(test_a_scanner_that_scans_without_end_is_held_up_and_the_others_are_not),
		CHECK_TEST(test_what_a_scanner_gave_before_it_was_held_up_comes_again_after_a_loss),
		CHECK_TEST(test_a_scanner_whose_scans_are_stored_is_never_held_up),
		CHECK_TEST(test_virtual_devices_are_for_practice_only),
		CHECK_TEST(test_a_core_that_is_no_practice_any_more_closes_them),
		CHECK_TEST(test_the_same_list_keeps_devices_open_and_tells_them_again),
		CHECK_TEST(test_a_device_that_leaves_the_list_ends_its_label),
		CHECK_TEST(test_requests_that_make_no_sense_are_refused_by_name),
	};
	return check_run("daemon/bench", tests, ARRAY_LEN(tests));
}
