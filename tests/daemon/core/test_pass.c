/*
 * daemon/core/pass against a fake bench over a real link and a real database: which code is handed
 * on, once, and who hears when it was not.
 */
#include "daemon/core/pass.h"

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

#define CODE "101000000156"

static struct client page;

/* A station that hands on, with its page open. */
static void pass_begin(void)
{
	begin();
	rig_sql(rig, "insert into fake.control values ('hands_on', '" CODE "')");
	client_open(rig, &page);
	client_send(
		&page, bytes_of_str("GET /api/events HTTP/1.1\r\nHost: x\r\n" OPERATOR_C "\r\n"));
	check(RIG_WAIT(rig, (client_poll(&page), strstr(buf_str(&page.in), "event: health"))));
}

static void pass_end(void)
{
	client_done(&page);
	end();
}

static bool page_has(const char *part)
{
	client_poll(&page);
	return strstr(buf_str(&page.in), part) != NULL;
}

static const char *told(void)
{
	return rig_sql(rig, "select string_agg(args ->> 'ok' || (args ->> 'why'), ' ') from "
			    "fake.call where fn = 'pass_told'");
}

static bool is_told(const char *what)
{
	return str_equal(told(), what);
}

static void test_a_good_code_is_handed_on_once_and_kept(void)
{
	pass_begin();
	role_report_scan(&bench, 1, 11, CODE);
	check(RIG_WAIT(rig, is_told("true")));
	const json_t *asked = role_last(&bench, "pass_on");

	check_int(role_asked(&bench, "pass_on"), 1);
	check_str(last_text(&bench, "pass_on", "text"), CODE);
	check_int(json_integer_value(json_object_get(asked, "station_id")), 1);
	check_int(json_integer_value(json_object_get(asked, "device_id")), 11);
	check_int(
		json_integer_value(json_object_get(json_object_get(asked, "scan"), "counter")), 1);
	check(sql_is(
		"select (c.args ->> 'scan')::uuid = s.request_id from fake.call c, fake.scan s "
		"where c.fn = 'pass_told'",
		"t"));
	rig_run_ms(rig, 50);
	check(!page_has("not_passed_on"));
	pass_end();
}

static void test_what_the_reply_does_not_hand_on_is_not(void)
{
	pass_begin();
	rig_sql(rig, "delete from fake.control");
	role_report_scan(&bench, 1, 11, CODE);
	check(reports_are_taken());
	rig_sql(rig, "insert into fake.control values ('hands_on', '" CODE "')");
	role_report(
		&bench, json_pack("{s:s,s:{s:s,s:i},s:i,s:s,s:n,s:I,s:b,s:{s:s}}", "what", "scan",
				"scan", "start_id", bench.start_id, "counter", 2, "device_id", 11,
				"raw", "YQ==", "aim", "at_us", (json_int_t)clock_real_us(), "told",
				1, "evidence", "transport", "virtual")); /* a late one */
	check(reports_are_taken());
	check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C,
			  "{\"request_id\": \"00000000-0000-4000-8000-000000000021\", \"args\": "
			  "{\"raw\": \"MQ==\"}}")),
		200); /* a page's */
	rig_run_ms(rig, 50);
	check_int(role_asked(&bench, "pass_on"), 0);
	pass_end();
}

static void test_a_scan_that_comes_again_is_not_handed_on_again(void)
{
	pass_begin();
	role_report_scan(&bench, 1, 11, CODE);
	check(RIG_WAIT(rig, is_told("true")));
	role_report_scan(&bench, 1, 11, CODE); /* its acknowledgement was lost */
	check(reports_are_taken());
	rig_run_ms(rig, 50);
	check_int(role_asked(&bench, "pass_on"), 1);
	check(is_told("true"));
	pass_end();
}

/* Its reply, kept by the database, still says that it is to be handed on. */
static void test_a_scan_whose_core_died_is_not_handed_on_by_the_next(void)
{
	pass_begin();
	role_report_scan(&bench, 1, 11, "sleep 0.5");
	rig_run_ms(rig, 100);
	rig_core_stop(rig); /* in mid-statement: it commits, nobody hears */
	rig_core_start(rig);
	check(reports_are_taken());
	check(sql_is("select count(*) from fake.scan", "1"));
	rig_run_ms(rig, 50);
	check_int(role_asked(&bench, "pass_on"), 0);
	pass_end();
}

static void test_one_that_was_not_handed_on_is_said_on_the_page(void)
{
	pass_begin();
	bench.print_code = "ERR_DEVICE_OFFLINE";
	role_report_scan(&bench, 1, 11, CODE);
	check(RIG_WAIT(rig, page_has("not_passed_on")));
	check(page_has("\"hint\": \"plug it in\""));
	check(is_told("falsethe printer is not there"));
	check_int(role_asked(&bench, "pass_on"), 1);
	pass_end();
}

static void test_a_bench_that_does_not_answer_is_not_asked_again(void)
{
	pass_begin();
	bench.is_deaf = true;
	role_report_scan(&bench, 1, 11, CODE);
	check(RIG_WAIT(rig, role_asked(&bench, "pass_on") == 1));
	rig_push_ms(PASS_TIMEOUT_MS);
	check(RIG_WAIT(rig, page_has("not_passed_on")));
	check_int(role_asked(&bench, "pass_on"), 1);
	check_contains(told(), "false");
	pass_end();
}

static void test_a_core_that_ends_while_a_code_is_under_way(void)
{
	pass_begin();
	bench.is_deaf = true;
	role_report_scan(&bench, 1, 11, CODE);
	check(RIG_WAIT(rig, role_asked(&bench, "pass_on") == 1));
	check(reports_are_taken());
	core_restart();
	check(sql_is("select count(*) from fake.call where fn = 'pass_told'", "0"));
	pass_end();
}

static void test_the_bench_hears_how_stations_hand_on(void)
{
	begin();
	check(json_is_null(json_object_get(role_last(&bench, "devices"), "pass")));
	rig_sql(rig, "insert into fake.control values ('pass', '[{\"station_id\": 1}]')");
	check_int(http_status(http_post(rig, "/api/pass_set", OPERATOR_C,
			  "{\"request_id\": \"00000000-0000-4000-8000-000000000022\", \"args\": "
			  "{\"station\": \"T1\", \"way\": \"keyboard\"}}")),
		200);
	check(RIG_WAIT(
		rig, json_array_size(json_object_get(role_last(&bench, "devices"), "pass")) == 1));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_good_code_is_handed_on_once_and_kept),
		CHECK_TEST(test_what_the_reply_does_not_hand_on_is_not),
		CHECK_TEST(test_a_scan_that_comes_again_is_not_handed_on_again),
		CHECK_TEST(test_a_scan_whose_core_died_is_not_handed_on_by_the_next),
		CHECK_TEST(test_one_that_was_not_handed_on_is_said_on_the_page),
		CHECK_TEST(test_a_bench_that_does_not_answer_is_not_asked_again),
		CHECK_TEST(test_a_core_that_ends_while_a_code_is_under_way),
		CHECK_TEST(test_the_bench_hears_how_stations_hand_on),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/pass", tests, ARRAY_LEN(tests));
}
