/*
 * daemon/core/core against a database that forgot the sessions: they are opened anew, and what came
 * meanwhile is stored.
 */
#include "daemon/core/core.h"

#include "daemon/core/roles.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static bool sessions_are_known(void)
{
	return sql_is("select count(*) from fake.token where kind in ('core', 'mllp')", "1") &&
	       sql_is("select count(*) from fake.token where kind = 'station'", "2");
}

static void test_core_opens_all_sessions_anew_when_the_database_forgot_them(void)
{
	begin();
	rig_sql(rig, "delete from fake.token");
	rig_push_ms(PRINT_POLL_MS); /* the journal is read: not allowed */
	check(RIG_WAIT(rig, sessions_are_known()));
	check(RIG_WAIT(rig, rig->core->is_open));
	rig_run_ms(rig, 50);
	check(sessions_are_known()); /* once, not again and again */
	role_report_scan(&bench, 1, 11, "abc");
	check(RIG_WAIT(rig, sql_is("select station from fake.scan where raw = 'abc'", "1")));
	job_bring_to_bench(1);
	end();
}

static void test_report_that_met_a_forgotten_session_is_stored_by_the_next(void)
{
	begin();
	job_bring_to_bench(1);
	rig_sql(rig, "delete from fake.token");
	bench_prints(1);
	check(RIG_WAIT(rig, rig->core->session_no == 2 && rig->core->is_open));
	check_int(link_reports_kept(bench.link), 2);
	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(reports_are_taken());
	check_str(job_log(), "proved sending sent printed");
	end();
}

static void test_station_session_that_was_forgotten_is_opened_anew(void)
{
	begin();
	rig_sql(rig, "delete from fake.token where kind = 'station'");
	role_report_scan(&bench, 1, 11, "first");
	check(RIG_WAIT(rig,
		sql_is("select count(*) from fake.token where kind = 'station' and station_id = 1",
			"1")));
	check_int(rig->core->session_no, 1); /* the core's own is good */
	role_report_scan(&bench, 2, 11, "second");
	check(RIG_WAIT(rig, sql_is("select station from fake.scan where raw = 'second'", "1")));
	end();
}

/* Its link stays open, as that of a process that stands still does. */
static void test_bench_that_stands_still_is_away_within_two_seconds_until_it_answers(void)
{
	begin();
	const struct health *health = &rig->core->health[HEALTH_BENCH];

	check(BENCH_ASK_MS + BENCH_ANSWER_MS < 2000);
	check(health->is_ok);
	bench.stands = true;
	rig_push_ms(BENCH_ASK_MS);
	rig_run_ms(rig, 50);
	check(health->is_ok); /* it may answer yet */
	rig_push_ms(BENCH_ANSWER_MS);
	check(RIG_WAIT(rig, !health->is_ok));
	check(role_is_here(rig->core->roles, ROLE_BENCH));
	bench.stands = false;
	rig_push_ms(BENCH_ASK_MS);
	check(RIG_WAIT(rig, health->is_ok));
	end();
}

static bool health_says(const char *text)
{
	return strstr(http_get(rig, "/api/health", NULL), text) != NULL;
}

/* The disk is full: everything answers, and nothing is stored. */
static void test_database_that_takes_no_writes_is_away_until_one_is_taken(void)
{
	char sessions[12];

	begin();
	check(health_says("\"database\":{\"ok\":true"));
	rig_sql(rig,
		"create function fake.full() returns trigger language plpgsql as $$ begin "
		"raise exception 'full' using errcode = '53100'; end $$;"
		"create trigger no_room before insert on fake.scan execute function fake.full();"
		"create trigger no_room before insert on fake.request execute function "
		"fake.full()");
	(void)snprintf(
		sessions, sizeof(sessions), "%s", rig_sql(rig, "select count(*) from fake.token"));
	role_report_scan(&bench, 1, 11, "one");
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	check_str(last_text(&bench, "feedback", "verdict"), "not_stored");
	check(health_says("\"message\":\"the database's disk is full\",\"hint\":\"make room"));
	for (int i = 0; i < 3; i++) { /* and is told no other */
		rig_push_ms(DB_ASK_MS);
		rig_run_ms(rig, 50);
		check(health_says("disk is full") && db_is_lead(rig->core->db));
	}
	rig_sql(rig, "drop trigger no_room on fake.request"); /* nobody scans */
	rig_push_ms(1000);
	/* and the scan is refused anew each time that it comes again */
	check(RIG_WAIT(rig, health_says("\"database\":{\"ok\":true")));
	rig_sql(rig, "drop trigger no_room on fake.scan");
	check(reports_are_taken());
	check(sql_is("select count(*) from fake.token", sessions)); /* none by trying */
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_core_opens_all_sessions_anew_when_the_database_forgot_them),
		CHECK_TEST(test_report_that_met_a_forgotten_session_is_stored_by_the_next),
		CHECK_TEST(test_station_session_that_was_forgotten_is_opened_anew),
		CHECK_TEST(test_database_that_takes_no_writes_is_away_until_one_is_taken),
		CHECK_TEST(
			test_bench_that_stands_still_is_away_within_two_seconds_until_it_answers),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/core", tests, ARRAY_LEN(tests));
}
