/*
 * daemon/core/truth against a fake bench and a real database: what a printer says reaches the
 * database whole and once, and no label goes to a printer of which the database does not know it.
 */
#include "daemon/core/truth.h"

#include "daemon/base/auto.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static void printer_says(int64_t device_id, json_t *state)
{
	AUTO(json_decref)
	json_t *notice = json_pack("{s:s,s:I,s:o,s:n}", "what", "printer_state", "device_id",
		(json_int_t)device_id, "state", state, "counter");

	check(link_notice(bench.link, notice, NULL, NULL));
}

static bool told_is(const char *count)
{
	return sql_is("select count(*) from fake.call where fn = 'printer_told'", count);
}

/* What was told last: state, seen in order of name, plug. */
static const char *told(void)
{
	return rig_sql(rig,
		"select concat_ws(' | ', args ->> 'device_id', args ->> 'state', (select "
		"string_agg(w, ',' order by w) from jsonb_array_elements_text(args -> 'seen') w), "
		"coalesce(args ->> 'plug', 'no plug')) from fake.call where fn = 'printer_told' "
		"order by no desc limit 1");
}

static void test_each_change_is_told_once(void)
{
	begin();
	printer_says(12, json_pack("[s]", "ok"));
	check(RIG_WAIT(rig, told_is("1")));
	check_str(told(), "12 | [\"ok\"] | ok | no plug");
	printer_says(12, json_pack("[s]", "ok"));
	printer_says(99, json_pack("[s]", "jam")); /* of no printer here */
	printer_says(12, json_null());
	printer_says(12, json_array());
	printer_says(12, json_pack("[s,s]", "jam", "head_open"));
	check(RIG_WAIT(rig, told_is("2")));
	check_str(told(), "12 | [\"jam\", \"head_open\"] | head_open,jam | no plug");
	printer_says(12, json_pack("[s,i]", "ok", 7));
	check(RIG_WAIT(rig, told_is("3")));
	check_str(told(), "12 | [\"ok\", 7] | ok | no plug");
	check(RIG_WAIT(rig, !truth_is_open(rig->core, 12)));
	check(!truth_is_open(rig->core, 99));
	end();
}

static void test_plug_is_told_until_the_printer_is_gone(void)
{
	begin();
	job_bring_to_bench(1);
	check_str(told(), "12 | [\"ok\"] | ok | usb 1.7 A");
	check(told_is("1"));
	bench_prints(1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	bench.plug = "usb 1.8 A";
	job_add(2);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 2));
	check(told_is("2"));
	check_str(told(), "12 | [\"ok\"] | ok | usb 1.8 A");
	printer_says(12, json_pack("[s]", "silent"));
	check(RIG_WAIT(rig, told_is("3")));
	check_str(told(), "12 | [\"silent\"] | silent | no plug");
	end();
}

static void test_trouble_that_is_over_is_told_with_what_is_now(void)
{
	static const char *const words[] = { "jam", "head_open", "silent", "ok" };

	begin();
	printer_says(12, json_pack("[s]", "ok"));
	check(RIG_WAIT(rig, told_is("1")));
	rig_sql(rig, "begin; lock table fake.call");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		printer_says(12, json_pack("[s]", words[i]));
		rig_run_ms(rig, 20);
	}
	check(truth_is_open(rig->core, 12));
	rig_sql(rig, "commit");
	check(RIG_WAIT(rig, told_is("3"))); /* the first one was on its way */
	check_str(told(), "12 | [\"ok\"] | head_open,ok,silent | no plug");
	check(RIG_WAIT(rig, !truth_is_open(rig->core, 12)));
	end();
}

static void test_no_label_goes_before_the_database_knows(void)
{
	begin();
	rig_sql(rig, "alter table fake.request rename to request_away");
	printer_says(12, json_pack("[s]", "jam"));
	rig_run_ms(rig, 100);
	printer_says(12, json_pack("[s]", "ok"));
	rig_run_ms(rig, 100);
	check(truth_is_open(rig->core, 12));
	rig_sql(rig, "alter table fake.request_away rename to request");
	job_add(1);
	rig_run_ms(rig, 200);
	check_int(role_asked(&press, "label"), 0);
	rig_push_ms(TRUTH_RETRY_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check(sql_is("select (select min(no) from fake.call where fn = 'printer_told') < (select "
		     "min(no) from fake.call where fn = 'print_job_set')",
		"t"));
	check_str(rig_sql(rig, "select string_agg(w, ',' order by w) from fake.call, "
			       "jsonb_array_elements_text(args -> 'seen') w where no = (select "
			       "min(no) from fake.call where fn = 'printer_told')"),
		"jam,ok");
	end();
}

static void test_another_database_is_told_everything(void)
{
	begin();
	printer_says(12, json_pack("[s]", "media_out"));
	check(RIG_WAIT(rig, told_is("1")));
	check(RIG_WAIT(rig, !truth_is_open(rig->core, 12)));
	rig_sql(rig, "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> "
		     "pg_backend_pid() and datname = current_database()");
	check(RIG_WAIT(rig, !told_is("1"))); /* once, or more often when a connection broke late */
	check_str(told(), "12 | [\"media_out\"] | no plug");
	end();
}

static void test_held_label_waits_and_goes_when_a_person_says_so(void)
{
	begin();
	bench.state = "media_out";
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	check(RIG_WAIT(rig, told_is("1")));
	rig_sql(rig, "insert into fake.control values ('held', 'yes'), ('stops', 'printer_held')");
	bench.state = "ok";
	printer_says(12, json_pack("[s]", "ok"));
	check(RIG_WAIT(rig, told_is("3") || told_is("2")));
	rig_push_ms(PRINT_POLL_MS);
	rig_run_ms(rig, 200);
	rig_push_ms(PRINT_POLL_MS);
	rig_run_ms(rig, 200);
	check(job_is(1, "proved"));
	check_int(role_asked(&bench, "print"), 0);
	rig_sql(rig, "delete from fake.control");
	check_contains(http_post(rig, "/api/print_rest", OPERATOR_C,
			       "{\"request_id\": \"11111111-1111-4111-8111-111111111111\", "
			       "\"args\": {}}"),
		"\"verdict\": \"stored\"");
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check(sql_is("select count(*) from fake.call where fn = 'print_rest'", "1"));
	end();
}

static void test_label_that_waits_for_its_separator_is_tried_again(void)
{
	begin();
	rig_sql(rig, "insert into fake.control values ('stops', 'separator_first')");
	job_add(1);
	check(RIG_WAIT(rig,
		sql_is("select count(*) > 0 from fake.call where fn = 'print_job_set' and args ->> "
		       "'state' = 'sending'",
			"t")));
	check(job_is(1, "proved"));
	check_int(role_asked(&bench, "print"), 0);
	rig_sql(rig, "delete from fake.control");
	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_each_change_is_told_once),
		CHECK_TEST(test_plug_is_told_until_the_printer_is_gone),
		CHECK_TEST(test_trouble_that_is_over_is_told_with_what_is_now),
		CHECK_TEST(test_no_label_goes_before_the_database_knows),
		CHECK_TEST(test_another_database_is_told_everything),
		CHECK_TEST(test_held_label_waits_and_goes_when_a_person_says_so),
		CHECK_TEST(test_label_that_waits_for_its_separator_is_tried_again),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/truth", tests, ARRAY_LEN(tests));
}
