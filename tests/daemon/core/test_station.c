/*
 * daemon/core/station against a fake bench over a real link and a real database: what of a scan is
 * stored, what is acknowledged, and what the person hears.
 */
#include "daemon/core/station.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/feed.h"
#include "daemon/core/printing.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static void test_scan_is_stored_beeped_and_acknowledged(void)
{
	begin();
	role_report_scan(&bench, 1, 11, "101000000156");
	check(reports_are_taken());
	check(sql_is("select count(*) || raw from fake.scan group by raw", "1101000000156"));
	check(sql_is("select station from fake.scan", "1"));
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	check_str(last_text(&bench, "feedback", "verdict"), "stored");
	const json_t *scan = json_object_get(role_last(&bench, "feedback"), "scan");

	check_int(json_integer_value(json_object_get(scan, "counter")), 1);
	check_str(json_string_value(json_object_get(scan, "start_id")), bench.start_id);
	check(sql_is(
		"select args ->> 'source' || (args ->> 'late') from fake.call where fn = 'scan'",
		"virtualfalse"));
	end();
}

/* What a page may say of how it was read: a number that a hand typed is a code that did not read
 * (LB-10). */
static void test_page_says_how_a_code_was_read(void)
{
	static const struct {
		const char *source;
		int status;
	} rows[] = { { "typed", 200 }, { "hand", 200 }, { "camera", 200 }, { "hid_pos", 400 } };

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(char_free)
		char *body =
			xasprintf("{\"request_id\": \"00000000-0000-4000-8000-00000000000%zu\", "
				  "\"args\": {\"raw\": \"MQ==\", \"source\": \"%s\"}}",
				i, rows[i].source);

		check_row(rows[i].source);
		check_int(
			http_status(http_post(rig, "/api/scan", OPERATOR_C, body)), rows[i].status);
	}
	check(sql_is("select string_agg(args ->> 'source', ' ' order by args ->> 'source') from "
		     "fake.call where fn = 'scan'",
		"camera hand typed"));
	end();
}

/* A maker's code goes with what it says, from the bench and from a page; a page cannot say it. */
static void test_makers_code_says_what_it_is(void)
{
	begin();
	role_report(
		&bench, json_pack("{s:s,s:{s:s,s:i},s:i,s:s,s:s,s:I,s:{s:s}}", "what", "scan",
				"scan", "start_id", bench.start_id, "counter", 7, "device_id", 11,
				"raw", "MDEwOTUyMTIzNDU0MzIxMzEwQUJD", "aim", "]d2", "at_us",
				(json_int_t)clock_real_us(), "evidence", "transport", "virtual"));
	check(reports_are_taken());
	check(sql_is("select args ->> 'said' from fake.call where fn = 'scan'",
		"{\"lot\": \"ABC\", \"gtin\": \"09521234543213\", \"standard\": \"gs1\"}"));
	rig_sql(rig, "delete from fake.call");
	check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C,
			  "{\"request_id\": \"00000000-0000-4000-8000-000000000021\", \"args\": "
			  "{\"raw\": \"K0ExMjNCSkM1RDZFNzFH\", \"said\": {\"standard\": "
			  "\"mine\"}}}")),
		200);
	check(sql_is("select args ->> 'said' from fake.call where fn = 'scan'",
		"{\"labeler\": \"A123\", \"product\": \"BJC5D6E7\", \"standard\": \"hibc\"}"));
	rig_sql(rig, "delete from fake.call");
	check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C,
			  "{\"request_id\": \"00000000-0000-4000-8000-000000000022\", \"args\": "
			  "{\"raw\": \"MQ==\", \"said\": {\"standard\": \"mine\"}}}")),
		200);
	check(sql_is("select args ? 'said' from fake.call where fn = 'scan'", "f"));
	end();
}

static void test_scan_that_fails_is_kept_and_stored_late(void)
{
	begin();
	rig_sql(rig, "alter function fake.act(text) rename to act_away");
	role_report_scan(&bench, 1, 11, "one");
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	check_str(last_text(&bench, "feedback", "verdict"), "not_stored");
	check_int(link_reports_kept(bench.link), 1);
	rig_sql(rig, "alter function fake.act_away(text) rename to act");
	check(reports_are_taken());
	check(sql_is("select count(*) || '/' || bool_and(late) from fake.scan", "1/true"));
	check_int(role_asked(&bench, "feedback"), 1); /* no late beep */
	end();
}

/* One that the database refuses for ever: ours is the fault, and no other scan waits for it. */
static void test_scan_that_is_never_stored_holds_up_no_other(void)
{
	begin();
	role_report_scan(&bench, 1, 11, "raise 22000");
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	rig_sql(rig, "alter function fake.act(text) rename to act_away");
	role_report_scan(&bench, 2, 11, "one");
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 2));
	rig_sql(rig, "alter function fake.act_away(text) rename to act");
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 1));
	check(sql_is("select count(*) || '/' || bool_and(late) from fake.scan", "1/true"));
	end();
}

static void on_wake(void *arg)
{
	(void)arg;
}

/* A scanner that is nobody's is no affair of any page. */
static void test_scan_of_no_station_is_told_no_page(void)
{
	char text[4096] = "";

	begin();
	struct feed_reader *reader = feed_open(
		rig->core->feed, (struct feed_place) { 1, true }, NULL, "{}", on_wake, NULL);

	role_report_scan(&bench, 1, 99, "nobody's"); /* no such device */
	rig_run_ms(rig, 100);
	rig_push_ms(DB_DOWN_WAIT_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	(void)feed_read(reader, text, sizeof(text) - 1);
	check(!strstr(text, "not_stored"));
	feed_close(reader);
	end();
}

static int count_of(const char *text, const char *what)
{
	int count = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
		count++;
	return count;
}

static void core_processes(const char *signal)
{
	char command[512];
	char pids[256];

	(void)snprintf(pids, sizeof(pids), "%s",
		rig_sql(rig, "select string_agg(pid::text, ' ') from pg_stat_activity where "
			     "application_name = 'specimend-core'"));
	(void)snprintf(command, sizeof(command), "kill -%s %s", signal, pids);
	check_int(system(command), 0);
}

/* The server stands still with a scan in it: who scanned is told, and so is who scans then. */
static void test_scan_into_a_database_that_stands_still_is_not_stored_at_once(void)
{
	char text[8192] = "";

	begin();
	rig_run_ms(rig, 300); /* all its connections */
	struct feed_reader *reader = feed_open(
		rig->core->feed, (struct feed_place) { 1, true }, NULL, "{}", on_wake, NULL);

	core_processes("STOP");
	role_report_scan(&bench, 1, 11, "one");
	rig_run_ms(rig, 50);
	check_int(role_asked(&bench, "feedback"), 0);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
	rig_push_ms(DB_STILL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	check_str(last_text(&bench, "feedback", "verdict"), "not_stored");
	check(!rig->core->health[HEALTH_DATABASE].is_ok);
	role_report_scan(&bench, 2, 11, "two");
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 2));
	check_str(last_text(&bench, "feedback", "verdict"), "not_stored");
	core_processes("CONT");
	check(reports_are_taken());
	check(sql_is("select string_agg(raw || late, ' ' order by raw) from fake.scan",
		"onefalse twotrue"));
	check_int(role_asked(&bench, "feedback"), 2); /* no late beep */
	(void)feed_read(reader, text, sizeof(text) - 1);
	check_int(count_of(text, "\"not_stored\""), 4);          /* verdict and code of both */
	check_int(count_of(text, "\"told\":true,\"reply\""), 1); /* and one was after all */
	check(strstr(text, "\"text\": \"one\"") && strstr(text, "\"scan_late\""));
	feed_close(reader);
	end();
}

static void test_scan_of_a_station_without_session_is_said_so(void)
{
	begin();
	role_report_scan(&bench, 1, 99, "nobody's"); /* no such device */
	rig_run_ms(rig, 200);
	check_int(role_asked(&bench, "feedback"), 0);
	rig_push_ms(DB_DOWN_WAIT_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	check_str(last_text(&bench, "feedback", "verdict"), "not_stored");
	check_int(link_reports_kept(bench.link), 1);
	end();
}

static void test_scan_of_an_old_moment_is_late(void)
{
	begin();
	role_report(&bench, json_pack("{s:s,s:{s:s,s:i},s:i,s:s,s:n,s:I,s:{s:s}}", "what", "scan",
				    "scan", "start_id", bench.start_id, "counter", 9, "device_id",
				    11, "raw", "YQ==", "aim", "at_us", (json_int_t)1000000,
				    "evidence", "transport", "virtual"));
	check(reports_are_taken());
	check(sql_is("select late from fake.scan", "t"));
	end();
}

static void test_scan_whose_person_was_told_by_the_bench_is_late(void)
{
	begin();
	role_report(
		&bench, json_pack("{s:s,s:{s:s,s:i},s:i,s:s,s:n,s:I,s:b,s:{s:s}}", "what", "scan",
				"scan", "start_id", bench.start_id, "counter", 9, "device_id", 11,
				"raw", "YQ==", "aim", "at_us", (json_int_t)clock_real_us(), "told",
				1, "evidence", "transport", "virtual"));
	check(reports_are_taken());
	check(sql_is("select late from fake.scan", "t"));
	check_int(role_asked(&bench, "feedback"), 0); /* a beep would be taken for another scan's */
	end();
}

static void test_scan_that_lost_its_core_is_late(void)
{
	begin();
	rig_core_stop(rig);
	role_report_scan(&bench, 1, 11, "lost");
	rig_core_start(rig);
	check(reports_are_taken());
	check(sql_is("select late from fake.scan where raw = 'lost'", "t"));
	role_report_scan(&bench, 2, 11, "fresh");
	check(reports_are_taken());
	check(sql_is("select late from fake.scan where raw = 'fresh'", "f"));
	check_int(role_asked(&bench, "feedback"), 1);
	end();
}

/* More than a hello names. */
static void test_scans_that_lost_their_core_are_late_however_many(void)
{
	begin();
	rig_core_stop(rig);
	for (unsigned i = 1; i <= LINK_HELLO_REPORTS_MAX + 50; i++)
		role_report_scan(&bench, i, 11, "lost");
	rig_core_start(rig);
	for (size_t left = SIZE_MAX; link_reports_kept(bench.link) > 0;) {
		check(RIG_WAIT(rig, link_reports_kept(bench.link) < left));
		left = link_reports_kept(bench.link);
	}
	check(sql_is(
		"select count(*) || ' ' || count(distinct request_id) || ' ' || bool_and(late) "
		"from fake.scan",
		"306 306 true"));
	check_int(role_asked(&bench, "feedback"), 0);
	end();
}

static void test_scan_sent_again_is_not_doubled(void)
{
	begin();
	for (int i = 0; i < 3; i++)
		role_report_scan(&bench, 5, 11, "same");
	check(reports_are_taken());
	check(sql_is("select count(*) from fake.scan", "1"));
	bench_leave();
	role_start(rig, &bench, "bench", 1);
	role_report_scan(&bench, 5, 11, "same");
	check(reports_are_taken());
	check(sql_is("select count(*) from fake.scan", "1"));
	end();
}

static void test_scan_waiting_when_the_core_dies_is_stored_by_the_next(void)
{
	begin();
	role_report_scan(&bench, 1, 11, "sleep 0.5");
	rig_run_ms(rig, 100);
	rig_core_stop(rig); /* in mid-statement: it commits, nobody hears */
	rig_core_start(rig);
	check(reports_are_taken());
	check(sql_is("select count(*) from fake.scan", "1"));
	end();
}

static void test_malformed_reports_are_dropped_once(void)
{
	begin();
	role_report(&bench, json_pack("{s:s}", "what", "scan"));
	role_report(&bench, json_pack("{s:s}", "what", "nonsense"));
	role_report(&bench, json_pack("{s:s,s:i,s:s}", "what", "print_result", "print_job_id", 1,
				    "state", "eaten"));
	role_report(&bench, json_pack("{s:i}", "what", 5));
	check(reports_are_taken());
	check(sql_is("select count(*) from fake.call where fn in ('scan', 'print_job_set')", "0"));
	end();
}

static void test_scans_of_one_station_keep_their_order(void)
{
	begin();
	for (unsigned i = 0; i < 20; i++) {
		char text[32];

		(void)snprintf(text, sizeof(text), i % 2 ? "n%u" : "sleep 0.0%u", i);
		role_report_scan(&bench, i, 11, text);
	}
	check(reports_are_taken());
	check(sql_is("select string_agg(right(raw, 2), ',' order by no) from fake.scan",
		      "00,n1,02,n3,04,n5,06,n7,08,n9,10,11,12,13,14,15,16,17,18,19") ||
		sql_is("select count(*) = 20 and bool_and(ok) from (select substring(raw from "
		       "'[0-9]+$')::int > "
		       "coalesce(lag(substring(raw from '[0-9]+$')::int) over (order by no), -1) "
		       "as ok from fake.scan) x",
			"t"));
	end();
}

static int journal_reads(void)
{
	return atoi(rig_sql(rig, "select count(*) from fake.call where fn = 'print_jobs_open'"));
}

/* The journal is read on the connections that store scans: not after each of them. */
static void test_scan_reads_the_journal_only_when_something_prints(void)
{
	begin();
	check(RIG_WAIT(rig, journal_reads() > 0 && printing_is_idle(rig->core)));
	int before = journal_reads();

	rig_sql(rig, "insert into fake.control values ('jobs', '[]')");
	role_report_scan(&bench, 1, 11, "101000000156");
	check(reports_are_taken());
	rig_run_ms(rig, 50);
	check_int(journal_reads(), before);
	rig_sql(rig, "update fake.control set value = '[1]' where key = 'jobs'");
	role_report_scan(&bench, 2, 11, "101000000156");
	check(RIG_WAIT(rig, journal_reads() == before + 1 && printing_is_idle(rig->core)));
	/* one that is known may be what this scan ended */
	rig_sql(rig, "insert into fake.job values (1, 'unknown', 1, 12)");
	printing_kick(rig->core);
	check(RIG_WAIT(rig, journal_reads() == before + 2));
	rig_sql(rig, "update fake.control set value = '[]' where key = 'jobs'");
	role_report_scan(&bench, 3, 11, "101000000156");
	check(RIG_WAIT(rig, journal_reads() > before + 2));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_scan_is_stored_beeped_and_acknowledged),
		CHECK_TEST(test_page_says_how_a_code_was_read),
		CHECK_TEST(test_makers_code_says_what_it_is),
		CHECK_TEST(test_scan_that_fails_is_kept_and_stored_late),
		CHECK_TEST(test_scan_into_a_database_that_stands_still_is_not_stored_at_once),
		CHECK_TEST(test_scan_of_a_station_without_session_is_said_so),
		CHECK_TEST(test_scan_that_is_never_stored_holds_up_no_other),
		CHECK_TEST(test_scan_of_no_station_is_told_no_page),
		CHECK_TEST(test_scan_of_an_old_moment_is_late),
		CHECK_TEST(test_scan_whose_person_was_told_by_the_bench_is_late),
		CHECK_TEST(test_scan_that_lost_its_core_is_late),
		CHECK_TEST(test_scans_that_lost_their_core_are_late_however_many),
		CHECK_TEST(test_scan_sent_again_is_not_doubled),
		CHECK_TEST(test_scan_waiting_when_the_core_dies_is_stored_by_the_next),
		CHECK_TEST(test_malformed_reports_are_dropped_once),
		CHECK_TEST(test_scans_of_one_station_keep_their_order),
		CHECK_TEST(test_scan_reads_the_journal_only_when_something_prints),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/station", tests, ARRAY_LEN(tests));
}
