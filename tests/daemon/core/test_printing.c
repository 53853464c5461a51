/*
 * daemon/core/printing against a fake bench and press over real links and a real database: a job's
 * way to the printed label, and what ends it before.
 */
#include "daemon/core/printing.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static void test_job_goes_its_way_to_printed(void)
{
	begin();
	job_bring_to_bench(1);
	check_str(last_text(&bench, "print", "text"), "^XA^XZ");
	check(job_is(1, "sending")); /* committed before the bytes went */
	check(sql_is("select counter || ', ' || plug from fake.job", "100, usb 1.7 A"));
	bench_prints(1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(reports_are_taken());
	check_str(job_log(), "proved sending sent printed");
	check(sql_is("select string_agg(args ->> 'plug', ', ' order by no) from fake.job_log",
		"usb 1.7 A, usb 1.7 A, usb 1.7 A"));
	const char *answer = http_get(rig, "/api/label?print_job_id=1", OPERATOR_C);

	check_int(http_status(answer), 200);
	check_contains(answer, "PNG of the label");
	check_int(http_status(http_get(rig, "/api/label?print_job_id=1", STATION_A)), 401);
	rig_sql(rig, "insert into fake.control values ('shaded', 'yes')");
	check_int(http_status(http_get(rig, "/api/label?print_job_id=1", OPERATOR_C)), 401);
	rig_sql(rig, "delete from fake.control where key = 'shaded'");
	check_int(http_status(http_get(rig, "/api/label?print_job_id=2", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/label", OPERATOR_C)), 400);
	end();
}

/* LB-14: the press gets the text of the version that the job recorded, whatever is newer. */
static void test_press_gets_the_version_that_the_job_recorded(void)
{
	begin();
	rig_sql(rig, "insert into fake.control values ('template_version', '6')");
	job_bring_to_bench(1);
	check(sql_is("select args #>> '{warnings,0}' from fake.job_log where state = 'proved'",
		"name_spelled"));
	check_str(last_text(&press, "label", "template"), "auto12");
	check_str(last_text(&press, "label", "template_body"), "the text of 6");
	check_int(
		json_integer_value(json_object_get(role_last(&press, "label"), "template_version")),
		6);
	bench_prints(1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	end();
}

/* A version whose text did not come is asked for by its number: the press refuses it. */
static void test_version_without_a_text_is_not_replaced(void)
{
	begin();
	rig_sql(rig, "insert into fake.control values ('template_version', '8')");
	job_bring_to_bench(1);
	check_str(last_text(&press, "label", "template_body"), "");
	check_int(
		json_integer_value(json_object_get(role_last(&press, "label"), "template_version")),
		8);
	rig_sql(rig, "update fake.control set value = null where key = 'template_version'");
	job_add(2); /* one from before there were versions */
	bench_prints(1);
	check(RIG_WAIT(rig, role_asked(&press, "label") == 2));
	check(json_is_null(json_object_get(role_last(&press, "label"), "template_version")));
	end();
}

static void test_one_job_at_a_time_in_order(void)
{
	begin();
	job_add(1);
	job_add(2);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	rig_run_ms(rig, 200);
	check_int(role_asked(&bench, "print"), 1);
	bench_prints(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 2));
	check_int(
		json_integer_value(json_object_get(role_last(&bench, "print"), "print_job_id")), 2);
	end();
}

static void test_the_next_label_is_proved_while_one_prints(void)
{
	begin();
	job_add(1);
	job_add(2);
	job_add(3);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	size_t queries = role_asked(&bench, "printer_query");

	check(RIG_WAIT(rig, job_is(2, "proved")));
	rig_run_ms(rig, 200);
	check(job_is(3, "queued")); /* one ahead, no more */
	check_int(role_asked(&press, "label"), 2);
	check_int(role_asked(&bench, "printer_query"), queries); /* nothing is asked meanwhile */
	check_int(role_asked(&bench, "print"), 1);
	/* what the bench has just heard will do */
	check(json_is_true(json_object_get(role_last(&bench, "printer_query"), "may_be_fresh")));
	bench_prints(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 2));
	check_int(
		json_integer_value(json_object_get(role_last(&bench, "print"), "print_job_id")), 2);
	check(RIG_WAIT(rig, job_is(3, "proved")));
	end();
}

static void test_label_that_cannot_be_proved_is_failed(void)
{
	begin();
	press.fails_label = true;
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "failed")));
	check(sql_is("select args ->> 'check' || ': ' || (args ->> 'message') from fake.job_log",
		"fits: the name does not fit"));
	check(sql_is("select args #>> '{spelling,family}' from fake.job_log", "XSHAXXG"));
	check_int(role_asked(&bench, "print"), 0);
	end();
}

static const char *const not_ready[] = { "media_out", "head_open", "paused", "silent", "jam",
	"nonsense" };

static void test_printer_that_is_not_ready_gets_nothing(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(not_ready); i++) {
		size_t before = role_asked(&bench, "printer_query");

		check_row(not_ready[i]);
		bench.state = not_ready[i];
		if (i == 0)
			job_add(1);
		rig_push_ms(PRINT_RETRY_MS);
		check(RIG_WAIT(rig, role_asked(&bench, "printer_query") > before));
		rig_run_ms(rig, 30);
		check(job_is(1, "proved"));
	}
	check_int(role_asked(&bench, "print"), 0);
	bench.state = "ok";
	AUTO(json_decref)
	json_t *notice = json_pack("{s:s,s:i,s:[s],s:i}", "what", "printer_state", "device_id", 12,
		"state", "ok", "counter", 1);

	check(link_notice(bench.link, notice, NULL, NULL));
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1)); /* at once, not at the next try */
	end();
}

static void test_bench_that_refuses_fails_the_job(void)
{
	begin();
	bench.print_code = "ERR_DEVICE_OFFLINE";
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "failed")));
	check(sql_is("select args ->> 'message' from fake.job_log where state = 'failed'",
		"the printer is not there"));
	end();
}

static void printer_says(int64_t device_id, const char *state)
{
	AUTO(json_decref)
	json_t *notice = json_pack("{s:s,s:I,s:[s],s:n}", "what", "printer_state", "device_id",
		(json_int_t)device_id, "state", state, "counter");

	check(link_notice(bench.link, notice, NULL, NULL));
}

static void test_page_that_loads_knows_the_printer(void)
{
	static const char quiet[] = "\"kind\":\"printer\",\"device_id\":12,\"state\":[],"
				    "\"one_way\":false,\"labels_left\":null}";

	begin();
	check_contains(http_get(rig, "/api/me", STATION_A), quiet);
	printer_says(99, "jam"); /* of no printer here */
	printer_says(12, "media_out");
	check(RIG_WAIT(rig, strstr(http_get(rig, "/api/me", STATION_A), "[\"media_out\"]")));
	check(!strstr(http_get(rig, "/api/me", STATION_A), "jam"));
	printer_says(12, "ok");
	check(RIG_WAIT(rig, strstr(http_get(rig, "/api/me", OPERATOR_C), "\"state\":[\"ok\"]")));
	check_contains(http_get(rig, "/api/me", STATION_A),
		"\"kind\":\"scanner\",\"device_id\":11,\"state\":[]");
	end();
}

static void test_bench_that_has_the_job_already_is_waited_for(void)
{
	begin();
	bench.print_code = "ERR_CONFLICT";
	job_bring_to_bench(1);
	rig_push_ms(PRINT_RETRY_MS);
	rig_run_ms(rig, 50);
	check(job_is(1, "sending")); /* neither failed nor settled */
	bench_prints(1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check_str(job_log(), "proved sending sent printed");
	end();
}

static void test_bench_that_has_the_job_and_says_nothing_leaves_it_to_a_person(void)
{
	begin();
	bench.print_code = "ERR_CONFLICT";
	job_bring_to_bench(1);
	rig_run_ms(rig, 50);
	rig_push_ms(PRINT_RESULT_MS);
	check(RIG_WAIT(rig, job_is(1, "unknown"))); /* though the counter did not move */
	check_int(role_asked(&bench, "print"), 1);
	end();
}

static void test_proved_label_that_cannot_be_drawn_again_fails_and_frees_its_printer(void)
{
	begin();
	bench.state = "media_out";
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	job_add(2);
	core_restart();
	press.fails_label = true;
	check(RIG_WAIT(rig, job_is(1, "failed")));
	check(sql_is("select args ->> 'check' || ': ' || (args ->> 'message') from fake.job_log "
		     "where state = 'failed' and print_job_id = 1",
		"fits: the name does not fit"));
	check(RIG_WAIT(rig, job_is(2, "failed"))); /* its turn came */
	end();
}

static void test_label_that_the_press_never_answers_is_failed_in_the_end(void)
{
	begin();
	press.is_deaf = true;
	job_add(1);
	for (size_t i = 1; i <= PRINT_LABEL_TRIES; i++) {
		check(RIG_WAIT(rig, role_asked(&press, "label") == i));
		check(job_is(1, "queued"));
		press_leave();
		role_start(rig, &press, "press", 4 + (unsigned)i);
		rig_push_ms(PRINT_RETRY_MS);
	}
	check(RIG_WAIT(rig, job_is(1, "failed")));
	check_contains(rig_sql(rig, "select args ->> 'message' from fake.job_log"),
		"the press did not answer");
	end();
}

static void test_label_as_large_as_a_press_makes_goes_its_way(void)
{
	begin();
	press.label_len = PROOF_BYTES_MAX;
	job_bring_to_bench(1);
	bench_prints(1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check_int(role_asked(&press, "label"), 1);
	end();
}

/* It would be the same each time. */
static void test_answer_that_is_no_label_is_failed_in_the_end(void)
{
	begin();
	press.label_len = PROOF_BYTES_MAX + 1;
	job_add(1);
	for (size_t i = 1; i <= PRINT_LABEL_TRIES; i++) {
		check(RIG_WAIT(rig, role_asked(&press, "label") == i));
		rig_push_ms(PRINT_RETRY_MS);
	}
	check(RIG_WAIT(rig, job_is(1, "failed")));
	check_contains(rig_sql(rig, "select args ->> 'message' from fake.job_log"),
		"answered with something that is no label");
	check_contains(rig_sql(rig, "select args ->> 'hint' from fake.job_log"), "print it again");
	check_int(role_asked(&press, "label"), PRINT_LABEL_TRIES);
	check_int(role_asked(&bench, "print"), 0);
	end();
}

static void test_hint_of_a_result_is_passed_on(void)
{
	begin();
	job_bring_to_bench(1);
	role_report(&bench, json_pack("{s:s,s:i,s:i,s:s,s:n,s:s,s:s,s:s}", "what", "print_result",
				    "print_job_id", 1, "device_id", 12, "state", "unknown",
				    "counter", "evidence", "e", "message", "m", "hint", "look"));
	check(RIG_WAIT(rig, job_is(1, "unknown")));
	check(sql_is("select args ->> 'hint' from fake.job_log where state = 'unknown'", "look"));
	end();
}

static const struct change_case {
	const char *step; /* before it is stored the label becomes another */
	const char *log;
} change_cases[] = {
	{ "proved", "proved sending" },
	{ "sending", "proved sending" },
	{ "failed", "proved sending" },
};

/* The press's work is good for what it was drawn from, and for nothing else. */
static void test_label_that_changed_meanwhile_is_drawn_again(void)
{
	for (size_t i = 0; i < ARRAY_LEN(change_cases); i++) {
		char sql[96];

		check_row(change_cases[i].step);
		begin();
		(void)snprintf(sql, sizeof(sql),
			"insert into fake.control values ('changes', '%s')", change_cases[i].step);
		rig_sql(rig, sql);
		press.fails_label = str_equal(change_cases[i].step, "failed");
		job_add(1);
		check(RIG_WAIT(rig,
			sql_is("select count(*) from fake.control where key = 'changes'", "0")));
		press.fails_label = false;
		check_int(role_asked(&bench, "print"), 0);
		rig_push_ms(PRINT_RETRY_MS);
		check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
		check_int(role_asked(&press, "label"), 2);
		check_str(job_log(), change_cases[i].log);
		check(sql_is("select args ->> 'drawn_from' = repeat('e', 64) from fake.job_log "
			     "where state = 'sending'",
			"t"));
		end();
	}
}

/* Another core stored `sending` first: the label is that one's to send. */
static void test_step_of_another_core_is_no_permission_to_send(void)
{
	begin();
	rig_sql(rig, "insert into fake.control values ('taken', 'yes')");
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "sending")));
	size_t reads = (size_t)atoi(
		rig_sql(rig, "select count(*) from fake.call where fn = 'print_jobs_open'"));

	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, (size_t)atoi(rig_sql(rig, "select count(*) from fake.call where fn = "
						      "'print_jobs_open'")) > reads));
	check_int(role_asked(&bench, "print"), 0);
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_job_goes_its_way_to_printed),
		CHECK_TEST(test_press_gets_the_version_that_the_job_recorded),
		CHECK_TEST(test_version_without_a_text_is_not_replaced),
		CHECK_TEST(test_one_job_at_a_time_in_order),
		CHECK_TEST(test_the_next_label_is_proved_while_one_prints),
		CHECK_TEST(test_label_that_cannot_be_proved_is_failed),
		CHECK_TEST(test_printer_that_is_not_ready_gets_nothing),
		CHECK_TEST(test_bench_that_refuses_fails_the_job),
		CHECK_TEST(test_page_that_loads_knows_the_printer),
		CHECK_TEST(test_bench_that_has_the_job_already_is_waited_for),
		CHECK_TEST(test_bench_that_has_the_job_and_says_nothing_leaves_it_to_a_person),
		CHECK_TEST(
			test_proved_label_that_cannot_be_drawn_again_fails_and_frees_its_printer),
		CHECK_TEST(test_label_that_the_press_never_answers_is_failed_in_the_end),
		CHECK_TEST(test_label_as_large_as_a_press_makes_goes_its_way),
		CHECK_TEST(test_answer_that_is_no_label_is_failed_in_the_end),
		CHECK_TEST(test_hint_of_a_result_is_passed_on),
		CHECK_TEST(test_label_that_changed_meanwhile_is_drawn_again),
		CHECK_TEST(test_step_of_another_core_is_no_permission_to_send),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/printing", tests, ARRAY_LEN(tests));
}
