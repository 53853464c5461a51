/*
 * daemon/bench/bench as contrib/CONTRACTS.md 2 says: what comes again after the link broke, the
 * list of devices, and what is refused.
 */
#include "daemon/bench/bench.h"

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/device_list.h"
#include "tests/check.h"
#include "tests/daemon/bench/bench_rig.h"

/* --- the link breaks */

static void test_a_result_that_nobody_heard_comes_again(void)
{
	begin();
	print(7);
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
	print(7);
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
	printer_mode("silent", -1);
	print(7);
	fake_loop_run(core.loop, 2000);
	core_leave(&core);
	core_return(&core);
	json_t *job = json_array_get(json_object_get(core.hello, "jobs"), 0);

	check_int(json_integer_value(json_object_get(job, "print_job_id")), 7);
	check_str(json_string_value(json_object_get(job, "state")), "sent");
	core_end(&core);
}

/* --- the list of devices */

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
	print_out(1);
	struct transport_port *port = bench_port(core.bench, CORE_PRINTER);

	(void)core_log(&core);
	list_send();
	check(bench_port(core.bench, CORE_PRINTER) == port);
	check_str(core_log(&core), "here(11,1) state(11,ok) here(12,1) ");
	core_end(&core);
}

/* More than fits into one message of the link. */
static void test_as_many_devices_as_there_may_be(void)
{
	json_t *devices = json_array();

	core_begin(&core, true, false);
	for (unsigned i = 0; i < DEVICES_MAX; i++) {
		AUTO(char_free) char *identity = xasprintf("scanner %0100u", i);

		json_array_append_new(
			devices, json_pack("{s:i, s:s, s:s, s:s}", "device_id", (int)i + 1, "kind",
					 "scanner", "transport", "virtual", "identity", identity));
	}
	check_ok(core_ask(&core,
			 json_pack("{s:s, s:b, s:o}", "do", "devices", "practice", 1, "devices",
				 devices),
			 NULL, 0),
		&core.err);
	check(bench_port(core.bench, 1) != NULL);
	check(bench_port(core.bench, DEVICES_MAX) != NULL);
	core_end(&core);
}

static void test_a_device_that_leaves_the_list_ends_its_label(void)
{
	begin();
	print(1);
	check_ok(core_ask(&core, json_pack("{s:s, s:[]}", "do", "devices", "devices"), NULL, 0),
		&core.err);
	check_str(core_log(&core), "result(1,sent,1000) result(1,unknown,null) ");
	check_contains(report_text("message"), "printer 'P1' was taken away");
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
	{ "two at one address", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"tcp\", \"identity\": \"tcp:192.0.2.7:9100\", \"language\": \"zpl\", \"dpi\": 203}, {\"device_id\": 2, \"kind\": \"printer\", \"transport\": \"tcp\", \"identity\": \"tcp:192.0.2.7:9100\", \"language\": \"epl2\", \"dpi\": 203}]}", ERR_INVALID, "'tcp:192.0.2.7:9100' is listed twice" },
	{ "a scanner with an address", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"scanner\", \"transport\": \"tcp\", \"identity\": \"tcp:192.0.2.7:9100\"}]}", ERR_INVALID, "device 1: its transport" },
	{ "no identity", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"scanner\", \"transport\": \"virtual\"}]}", ERR_INVALID, "device 1: its identity" },
	{ "another kind", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"camera\", \"transport\": \"virtual\", \"identity\": \"a\"}]}", ERR_INVALID, "device 1: it is neither" },
	{ "another transport", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"scanner\", \"transport\": \"radio\", \"identity\": \"a\"}]}", ERR_INVALID, "device 1: its transport" },
	{ "another language", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"language\": \"epl\", \"dpi\": 203}]}", ERR_INVALID, "device 1: its language" },
	{ "no language", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"dpi\": 203}]}", ERR_INVALID, "device 1: its language" },
	{ "a language for tests", "{\"do\": \"devices\", \"devices\": [{\"device_id\": 1, \"kind\": \"printer\", \"transport\": \"virtual\", \"identity\": \"a\", \"language\": \"null\", \"dpi\": 203}]}", ERR_INVALID, "no virtual printer of the language 'null'" },
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
		CHECK_TEST(test_a_result_that_nobody_heard_comes_again),
		CHECK_TEST(test_reports_come_again_until_they_are_acknowledged),
		CHECK_TEST(test_hello_names_the_labels_that_have_no_result),
		CHECK_TEST(test_virtual_devices_are_for_practice_only),
		CHECK_TEST(test_a_core_that_is_no_practice_any_more_closes_them),
		CHECK_TEST(test_the_same_list_keeps_devices_open_and_tells_them_again),
		CHECK_TEST(test_as_many_devices_as_there_may_be),
		CHECK_TEST(test_a_device_that_leaves_the_list_ends_its_label),
		CHECK_TEST(test_requests_that_make_no_sense_are_refused_by_name),
	};

	return check_run("daemon/bench", tests, ARRAY_LEN(tests));
}
