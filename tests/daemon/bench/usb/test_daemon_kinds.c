/*
 * specimend-bench as another process: scanners of other kinds than HID POS, from the cable to the
 * core and back to the person's ear; and one that is set up otherwise while the bench runs.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include "tests/daemon/bench/usb/daemon_rig.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"
#include "tests/usb/model_snapi.h"

#define LINE "usb:05e0:1701:L1"
#define WEDGE "usb:0581:020c@1-5"
#define SNAPI "usb:05e0:1900:N1"

static struct {
	struct model_line *line;
	struct model_keyboard *wedge;
	struct model_snapi *snapi;
	struct buf heard;
} kinds;

static void kinds_begin(void)
{
	kinds.line = model_line_new("L1");
	kinds.wedge = model_scanning_keyboard_new();
	kinds.snapi = model_snapi_new("N1");
	begin();
	table_plug(4, &kinds.line->model);
	table_plug(5, &kinds.wedge->model);
	table_plug(6, &kinds.snapi->model);
}

static void kinds_end(void)
{
	end();
	model_free(&kinds.line->model);
	model_free(&kinds.wedge->model);
	model_free(&kinds.snapi->model);
	buf_done(&kinds.heard);
}

static json_t *entry_new(
	int device_id, const char *identity, const char *protocol, json_t *settings)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:i, s:s, s:o}", "device_id", device_id, "kind",
		"scanner", "transport", "usb", "identity", identity, "station_id", 1, "protocol",
		protocol, "settings", settings);
}

/* The line ends its codes with this. */
static void kinds_give(const char *terminator)
{
	ask(json_pack("{s:s, s:b, s:[o, o, o]}", "do", "devices", "practice", 0, "devices",
		    entry_new(21, LINE, "serial",
			    json_pack("{s:s, s:s, s:b}", "terminator", terminator, "maker",
				    "opticon", "has_aim", 1)),
		    entry_new(22, WEDGE, "keyboard", json_pack("{s:s}", "keyboard", "de")),
		    entry_new(23, SNAPI, "snapi", json_object())),
		NULL);
}

static bool are_here(void)
{
	const char *told = buf_str(&table.told);

	return strstr(told, "here 21; ") && strstr(told, "here 22; ") && strstr(told, "here 23; ");
}

static void kinds_begin_assigned(void)
{
	kinds_begin();
	kinds_give("cr");
	table_wait_for(are_here);
	table_run(HEARD_MS);
	buf_reset(&table.told);
}

static void line_say(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_line_say(kinds.line, bytes_of_str(text)));
	umock_end(table.umock);
}

static void wedge_type(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_keyboard_type(kinds.wedge, text));
	umock_end(table.umock);
}

static void snapi_scan(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_snapi_scan(kinds.snapi, 0x1b, text));
	umock_end(table.umock);
}

static bool line_has_heard(void)
{
	(void)umock_begin(table.umock);
	buf_reset(&kinds.heard);
	buf_add(&kinds.heard, buf_bytes(&kinds.line->heard));
	umock_end(table.umock);
	return kinds.heard.len > 0;
}

static bool snapi_has_beeped(void)
{
	(void)umock_begin(table.umock);
	bool is = kinds.snapi->beeps > 0;

	umock_end(table.umock);
	return is;
}

static void feedback(int device_id, const char *verdict)
{
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", device_id, "verdict",
		    verdict),
		NULL);
}

/* Its evidence, in hexadecimal, is more than a report may have. */
static void test_a_long_scan_of_a_keyboard_comes_to_the_core(void)
{
	char code[1100] = "";
	AUTO_BUF raw = { 0 };
	AUTO_BUF told = { 0 };

	memset(code, '7', sizeof(code) - 1);
	base64_encode(bytes_of_str(code), &raw);
	buf_addf(&told, "scan 22 %s usb keyboard; ", buf_str(&raw));
	kinds_begin_assigned();
	table.wait_ms = 4 * TABLE_WAIT_MS; /* it types 2,200 reports */
	wedge_type(code);
	table_wait(buf_str(&told));
	kinds_end();
}

static void test_a_scan_of_every_kind_comes_to_the_core_and_is_heard(void)
{
	kinds_begin_assigned();
	line_say("]C0900000100034\r");
	table_wait("scan 21 OTAwMDAwMTAwMDM0 usb serial; ");
	wedge_type("900000100034");
	table_wait("scan 22 OTAwMDAwMTAwMDM0 usb keyboard; ");
	snapi_scan("900000100034");
	table_wait("scan 23 OTAwMDAwMTAwMDM0 usb snapi; ");
	table_run(20);
	check(!line_has_heard());
	check(!snapi_has_beeped());
	feedback(21, "stored");
	table_wait_for(line_has_heard);
	check_str(buf_str(&kinds.heard), "\x1b"
					 "B\r\x1b"
					 "L\r");
	feedback(23, "stop");
	table_wait_for(snapi_has_beeped);
	(void)umock_begin(table.umock);
	check_int(kinds.snapi->beep, 15);
	check_int(kinds.wedge->lights, 0);
	umock_end(table.umock);
	kinds_end();
}

static void test_a_scanner_that_is_set_up_otherwise_is_opened_anew_and_the_others_stay(void)
{
	kinds_begin_assigned();
	unsigned wedge_opened = table_record(5).opened;

	kinds_give("lf");
	table_wait("here 21; ");
	check_int(table_record(4).opened, 2);
	check_int(table_record(5).opened, wedge_opened);
	table_run(HEARD_MS);
	buf_reset(&table.told);
	line_say("]C0900000100034\n");
	table_wait("scan 21 OTAwMDAwMTAwMDM0 usb serial; ");
	kinds_end();
}

static void feedback_on(long long scan, const char *verdict)
{
	ask(json_pack("{s:s, s:i, s:s, s:{s:s, s:I}}", "do", "feedback", "device_id", 21, "verdict",
		    verdict, "scan", "start_id", it.bench_id, "counter", (json_int_t)scan),
		NULL);
}

/* The first was stored too late: its scanner has given up on it and waits for the second. */
static void test_a_verdict_acknowledges_no_other_scan_than_its_own(void)
{
	kinds_begin();
	ask(json_pack("{s:s, s:b, s:[o]}", "do", "devices", "practice", 0, "devices",
		    entry_new(21, LINE, "serial", json_pack("{s:b}", "has_ack", 1))),
		NULL);
	table_wait("here 21; ");
	table_run(HEARD_MS);
	line_say("900000100034\r");
	table_wait("scan 21 OTAwMDAwMTAwMDM0 usb serial; ");
	long long first = it.scan;

	line_say("900000100131\r");
	table_wait("scan 21 OTAwMDAwMTAwMTMx usb serial; ");
	feedback_on(first, "stored");
	table_settle();
	check(!line_has_heard());
	feedback_on(it.scan, "stored");
	table_wait_for(line_has_heard);
	check_str(buf_str(&kinds.heard), "\x06");
	kinds_end();
}

static void test_a_bench_that_is_killed_leaves_nothing_to_the_desktop(void)
{
	kinds_begin_assigned();
	check_int(bench_stop(SIGKILL), 128 + SIGKILL);
	for (unsigned port = 4; port <= 6; port++)
		table_wait_driver(port, NULL);
	check_str(table_driver_of(4, MODEL_LINE_DATA), NULL);
	check_str(table_driver_of(3, 0), "usbhid"); /* a person's keyboard */
	kinds_end();
}

static void test_what_is_not_assigned_is_not_touched(void)
{
	kinds_begin();
	(void)umock_begin(table.umock);
	kinds.line->model.is_private = true;
	kinds.wedge->model.is_private = true;
	kinds.snapi->model.is_private = true;
	umock_end(table.umock);
	devices_give();
	table_wait_for(all_is_here);
	table_settle();
	check_contains(buf_str(&it.usb), LINE " scanner 1-4 05e0:1701 L1 'Symbol Technologies, "
					      "Inc, 2008' 'Symbol Bar Code Scanner' <serial ssi "
					      "dechdr opc> ; ");
	check_contains(buf_str(&it.usb), "'TERA' 'Bar Code Scanner' <keyboard> ; ");
	check_contains(buf_str(&it.usb), "'SNAPI Imaging Device' <snapi> ; ");
	kinds_end(); /* checks that nobody touched them */
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_long_scan_of_a_keyboard_comes_to_the_core),
		CHECK_TEST(test_a_scan_of_every_kind_comes_to_the_core_and_is_heard),
		CHECK_TEST(
			test_a_scanner_that_is_set_up_otherwise_is_opened_anew_and_the_others_stay),
		CHECK_TEST(test_a_verdict_acknowledges_no_other_scan_than_its_own),
		CHECK_TEST(test_a_bench_that_is_killed_leaves_nothing_to_the_desktop),
		CHECK_TEST(test_what_is_not_assigned_is_not_touched),
	};

	if (access("./specimend-bench", X_OK) != 0) {
		puts("specimend-bench is not built here");
		return 99;
	}
	return check_run("daemon/bench/usb/daemon_kinds", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
