/*
 * daemon/core/station, printing, sealer, virtuals against a fake bench and press over real links
 * and a real database: what is stored, what is acknowledged, and the final states after every loss.
 */
#include "daemon/core/station.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/printing.h"
#include "daemon/core/sealer.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

static struct rig *rig;
static struct role bench;
static struct role press;

static void roles_start(void)
{
	memset(&bench, 0, sizeof(bench));
	memset(&press, 0, sizeof(press));
	bench.counter = 100;
	bench.plug = "usb 1.7 A";
	role_start(rig, &bench, "bench", 1);
	role_start(rig, &press, "press", 2);
}

static void begin(void)
{
	rig = rig_new();
	rig_core_start(rig);
	roles_start();
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > 0));
	check(RIG_WAIT(rig, devices_station_token(rig->core, 1) != NULL));
	check(RIG_WAIT(rig, devices_station_token(rig->core, 2) != NULL));
}

static void end(void)
{
	role_stop(&bench);
	role_stop(&press);
	json_decref(bench.requests);
	json_decref(bench.jobs);
	json_decref(press.requests);
	json_decref(press.jobs);
	rig_free(rig);
}

static bool sql_is(const char *sql, const char *value)
{
	return str_equal(rig_sql(rig, sql), value);
}

static const char *last_text(struct role *role, const char *what, const char *key)
{
	const char *text = json_string_value(json_object_get(role_last(role, what), key));

	return text ? text : "";
}

/* ---- scans ---- */

static void test_scan_is_stored_beeped_and_acknowledged(void)
{
	begin();
	role_report_scan(&bench, 1, 11, "101000000156");
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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

static void test_scan_that_fails_is_kept_and_stored_late(void)
{
	begin();
	rig_sql(rig, "alter function fake.act(text) rename to act_away");
	role_report_scan(&bench, 1, 11, "one");
	check(RIG_WAIT(rig, role_asked(&bench, "feedback") == 1));
	check_str(last_text(&bench, "feedback", "verdict"), "not_stored");
	check_int(link_reports_kept(bench.link), 1);
	rig_sql(rig, "alter function fake.act_away(text) rename to act");
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check(sql_is("select count(*) || '/' || bool_and(late) from fake.scan", "1/true"));
	check_int(role_asked(&bench, "feedback"), 1); /* no late beep */
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
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check(sql_is("select late from fake.scan where raw = 'lost'", "t"));
	role_report_scan(&bench, 2, 11, "fresh");
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check(sql_is("select late from fake.scan where raw = 'fresh'", "f"));
	check_int(role_asked(&bench, "feedback"), 1);
	end();
}

static void test_scan_sent_again_is_not_doubled(void)
{
	begin();
	for (int i = 0; i < 3; i++)
		role_report_scan(&bench, 5, 11, "same");
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check(sql_is("select count(*) from fake.scan", "1"));
	role_stop(&bench);
	check(RIG_WAIT(rig, !rig->core->health[HEALTH_BENCH].is_ok));
	role_start(rig, &bench, "bench", 1);
	role_report_scan(&bench, 5, 11, "same");
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check(sql_is("select string_agg(right(raw, 2), ',' order by no) from fake.scan",
		      "00,n1,02,n3,04,n5,06,n7,08,n9,10,11,12,13,14,15,16,17,18,19") ||
		sql_is("select count(*) = 20 and bool_and(ok) from (select substring(raw from "
		       "'[0-9]+$')::int > "
		       "coalesce(lag(substring(raw from '[0-9]+$')::int) over (order by no), -1) "
		       "as ok from fake.scan) x",
			"t"));
	end();
}

/* ---- printing ---- */

static void job_add(int id)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "insert into fake.job values (%d, 'queued', 1, 12)", id);
	rig_sql(rig, sql);
	printing_kick(rig->core);
}

static bool job_is(int id, const char *state)
{
	char sql[96];

	(void)snprintf(sql, sizeof(sql), "select state from fake.job where print_job_id = %d", id);
	return sql_is(sql, state);
}

static const char *job_log(void)
{
	return rig_sql(rig, "select string_agg(state, ' ' order by no) from fake.job_log");
}

static void test_job_goes_its_way_to_printed(void)
{
	begin();
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check_str(last_text(&bench, "print", "text"), "^XA^XZ");
	check(job_is(1, "sending")); /* committed before the bytes went */
	check(sql_is("select counter || ', ' || plug from fake.job", "100, usb 1.7 A"));
	role_report_print(&bench, 1, "sent", 100);
	role_report_print(&bench, 1, "printed", 101);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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

static void test_one_job_at_a_time_in_order(void)
{
	begin();
	job_add(1);
	job_add(2);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	rig_run_ms(rig, 200);
	check_int(role_asked(&bench, "print"), 1);
	role_report_print(&bench, 1, "sent", 100);
	role_report_print(&bench, 1, "printed", 101);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 2));
	check_int(
		json_integer_value(json_object_get(role_last(&bench, "print"), "print_job_id")), 2);
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
	static const char quiet[] =
		"\"kind\": \"printer\", \"device_id\": 12, \"state\": [], \"labels_left\": null}";

	begin();
	check_contains(http_get(rig, "/api/me", STATION_A), quiet);
	printer_says(99, "jam"); /* of no printer here */
	printer_says(12, "media_out");
	check(RIG_WAIT(rig, strstr(http_get(rig, "/api/me", STATION_A), "[\"media_out\"]")));
	check(!strstr(http_get(rig, "/api/me", STATION_A), "jam"));
	printer_says(12, "ok");
	check(RIG_WAIT(rig, strstr(http_get(rig, "/api/me", OPERATOR_C), "\"state\": [\"ok\"]")));
	check_contains(http_get(rig, "/api/me", STATION_A),
		"\"kind\": \"scanner\", \"device_id\": 11, \"state\": []");
	end();
}

static void test_bench_that_has_the_job_already_is_waited_for(void)
{
	begin();
	bench.print_code = "ERR_CONFLICT";
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	rig_push_ms(PRINT_RETRY_MS);
	rig_run_ms(rig, 50);
	check(job_is(1, "sending")); /* neither failed nor settled */
	role_report_print(&bench, 1, "sent", 100);
	role_report_print(&bench, 1, "printed", 101);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check_str(job_log(), "proved sending sent printed");
	end();
}

static void test_bench_that_has_the_job_and_says_nothing_leaves_it_to_a_person(void)
{
	begin();
	bench.print_code = "ERR_CONFLICT";
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
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
	rig_core_stop(rig);
	rig_core_start(rig);
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
		role_stop(&press);
		check(RIG_WAIT(rig, !rig->core->health[HEALTH_PRESS].is_ok));
		role_start(rig, &press, "press", 4 + (unsigned)i);
		rig_push_ms(PRINT_RETRY_MS);
	}
	check(RIG_WAIT(rig, job_is(1, "failed")));
	check_contains(rig_sql(rig, "select args ->> 'message' from fake.job_log"),
		"the press did not answer");
	end();
}

static void test_hint_of_a_result_is_passed_on(void)
{
	begin();
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	role_report(&bench, json_pack("{s:s,s:i,s:i,s:s,s:n,s:s,s:s,s:s}", "what", "print_result",
				    "print_job_id", 1, "device_id", 12, "state", "unknown",
				    "counter", "evidence", "e", "message", "m", "hint", "look"));
	check(RIG_WAIT(rig, job_is(1, "unknown")));
	check(sql_is("select args ->> 'hint' from fake.job_log where state = 'unknown'", "look"));
	end();
}

/* What became of a job whose bench was lost, by what the printer says afterwards. */
static const struct loss_case {
	const char *name;
	bool sent;             /* "sent" had been reported */
	unsigned start_no;     /* the bench that comes back: 1 the same, 3 a new one */
	bool still_has;        /* and its hello names the job */
	int64_t counter;       /* of the printer then */
	const char *state;     /* and its state */
	const char *plug;      /* and what tells it from others; it was "usb 1.7 A" */
	const char *job_state; /* the end */
} loss_cases[] = {
	{ "new bench, counter the same, ready", false, 3, false, 100, "ok", "usb 1.7 A", "queued" },
	{ "new bench, counter moved", false, 3, false, 101, "ok", "usb 1.7 A", "printed" },
	{ "new bench after sent, counter moved", true, 3, false, 101, "ok", "usb 1.7 A",
		"printed" },
	{ "new bench after sent, out of labels", true, 3, false, 100, "media_out", "usb 1.7 A",
		"unknown" },
	{ "new bench, moved though out of labels", true, 3, false, 101, "media_out", "usb 1.7 A",
		"printed" },
	{ "new bench, printer silent", false, 3, false, 0, "silent", "usb 1.7 A", "unknown" },
	{ "same bench still has it", false, 1, true, 100, "ok", "usb 1.7 A", "sending" },
	{ "same bench after sent still has it", true, 1, true, 100, "ok", "usb 1.7 A", "sent" },
	{ "same bench never got it", false, 1, false, 100, "ok", "usb 1.7 A", "queued" },
	{ "another printer, its counter the same", false, 3, false, 100, "ok", "usb 1.8 B",
		"unknown" },
	{ "another printer, its counter one more", false, 3, false, 101, "ok", "usb 1.8 B",
		"unknown" },
	{ "the same plugged in again, one more", true, 3, false, 101, "ok", "usb 1.8 A",
		"unknown" },
	{ "nobody knows which printer, one more", true, 3, false, 101, "ok", NULL, "unknown" },
};

static void loss_run(const struct loss_case *row, bool core_too)
{
	begin();
	bench.is_deaf = true; /* no answer to print: the worst moment */
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	if (row->sent) {
		role_report_print(&bench, 1, "sent", 100);
		check(RIG_WAIT(rig, job_is(1, "sent")));
	}
	role_stop(&bench);
	if (core_too) {
		rig_core_stop(rig);
		rig_core_start(rig);
	}
	check(RIG_WAIT(rig, !rig->core->health[HEALTH_BENCH].is_ok));
	bench.counter = row->counter;
	bench.state = row->state;
	bench.plug = row->plug;
	if (row->still_has)
		(void)json_array_append_new(
			bench.jobs, json_pack("{s:i,s:s}", "print_job_id", 1, "state",
					    row->sent ? "sent" : "sending"));
	role_start(rig, &bench, "bench", row->start_no);
	size_t prints = role_asked(&bench, "print");

	rig_run_ms(rig, 50);
	check_int(role_asked(&bench, "print"), prints); /* not before it is settled */
	rig_push_ms(PRINT_SETTLE_MS + 1);
	if (str_equal(row->job_state,
		    "queued")) /* and proved and sent again, by counter proof alone */
		check(RIG_WAIT(rig, role_asked(&bench, "print") == prints + 1));
	else
		check(RIG_WAIT(rig, job_is(1, row->job_state)));
	rig_run_ms(rig, 50);
	check_int(sql_is("select count(*) from fake.job_log where state like 'settle%'", "1"),
		!row->still_has);
	check_int(role_asked(&bench, "print"), prints + str_equal(row->job_state, "queued"));
	end();
}

/* Words of any length are not taken for the name of a device. */
static void test_a_plug_that_is_none_proves_nothing(void)
{
	static const size_t lengths[] = { 0, PRINT_PLUG_MAX + 1 };

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char plug[PRINT_PLUG_MAX + 2] = "";

		memset(plug, 'x', lengths[i]);
		check_row(lengths[i] ? "too long" : "empty");
		begin();
		bench.plug = plug;
		bench.is_deaf = true;
		job_add(1);
		check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
		check(sql_is("select count(*) from fake.job where plug is null", "1"));
		role_stop(&bench);
		check(RIG_WAIT(rig, !rig->core->health[HEALTH_BENCH].is_ok));
		bench.counter = 101;
		role_start(rig, &bench, "bench", 3);
		rig_push_ms(PRINT_SETTLE_MS + 1);
		check(RIG_WAIT(rig, job_is(1, "unknown")));
		check(sql_is("select args -> 'plug' from fake.job_log where state like 'settle%'",
			"null"));
		end();
	}
}

static void test_bench_lost_after_sending_is_settled_by_the_counter(void)
{
	for (size_t i = 0; i < ARRAY_LEN(loss_cases); i++) {
		check_row(loss_cases[i].name);
		loss_run(&loss_cases[i], false);
	}
}

static void test_core_and_bench_lost_are_settled_by_the_counter(void)
{
	for (size_t i = 0; i < ARRAY_LEN(loss_cases); i++) {
		check_row(loss_cases[i].name);
		loss_run(&loss_cases[i], true);
	}
}

static void test_report_that_was_kept_wins_over_the_counter(void)
{
	begin();
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	rig_core_stop(rig);
	role_report_print(&bench, 1, "sent", 100); /* nobody hears */
	role_report_print(&bench, 1, "printed", 101);
	rig_core_start(rig);
	rig_push_ms(PRINT_SETTLE_MS + 1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check_str(job_log(), "proved sending sent printed");
	check_int(role_asked(&bench, "print"), 1);
	end();
}

static void test_core_restarted_after_proved_prints_once(void)
{
	begin();
	bench.state = "media_out";
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	rig_core_stop(rig);
	rig_core_start(rig);
	bench.state = "ok";
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check_str(job_log(), "proved sending");
	end();
}

static void test_database_lost_between_steps_prints_once(void)
{
	begin();
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	rig_sql(rig, "alter schema api rename to api_away");
	role_report_print(&bench, 1, "sent", 100);
	role_report_print(&bench, 1, "printed", 101);
	rig_run_ms(rig, 200);
	check_int(link_reports_kept(bench.link), 2); /* not acknowledged before they are stored */
	rig_sql(rig, "alter schema api_away rename to api");
	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
	check_int(role_asked(&bench, "print"), 1);
	end();
}

static void test_press_lost_leaves_the_job_queued(void)
{
	begin();
	role_stop(&press);
	check(RIG_WAIT(rig, !rig->core->health[HEALTH_PRESS].is_ok));
	job_add(1);
	rig_run_ms(rig, 100);
	check(job_is(1, "queued"));
	role_start(rig, &press, "press", 4);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

/* ---- sessions that the database forgets ---- */

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
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

static void test_report_that_met_a_forgotten_session_is_stored_by_the_next(void)
{
	begin();
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	rig_sql(rig, "delete from fake.token");
	role_report_print(&bench, 1, "sent", 100);
	role_report_print(&bench, 1, "printed", 101);
	check(RIG_WAIT(rig, rig->core->session_no == 2 && rig->core->is_open));
	check_int(link_reports_kept(bench.link), 2);
	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(RIG_WAIT(rig, link_reports_kept(bench.link) == 0));
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

/* ---- the rest ---- */

static void test_virtual_devices_pass_to_the_bench_in_practice_only(void)
{
	begin();
	check_int(http_status(http_post(rig, "/api/virtual_scan", STATION_A,
			  "{\"device_id\":11,\"text\":\"abc\"}")),
		200);
	check_str(last_text(&bench, "virtual_scan", "raw"), "YWJj");
	check_int(http_status(http_post(rig, "/api/virtual_printer", STATION_A,
			  "{\"device_id\":12,\"mode\":\"head_open\",\"labels_left\":3}")),
		200);
	check_str(last_text(&bench, "virtual_printer", "mode"), "head_open");
	const struct link_payloads payloads = { .items = { { "png", bytes_of_str("a picture") } },
		.count = 1 };
	AUTO(json_decref)
	json_t *notice = json_pack(
		"{s:s,s:i,s:i}", "what", "virtual_label", "device_id", 12, "print_job_id", 7);

	for (int i = 0; i < 60; i++)
		check(link_notice(bench.link, notice, &payloads, NULL));
	rig_run_ms(rig, 200);
	const char *answer = http_get(rig, "/api/virtual_labels?device_id=12", STATION_A);

	check_contains(answer, "{\"labels\":[{\"number\":60,\"print_job_id\":7,\"at\":\"20");
	check_contains(answer, "\"number\":11,");
	check(!strstr(answer, "\"number\":10,"));
	check_contains(
		http_get(rig, "/api/virtual_label?device_id=12&number=60", STATION_A), "a picture");
	check_int(
		http_status(http_get(rig, "/api/virtual_label?device_id=12&number=10", STATION_A)),
		404);
	rig_sql(rig, "insert into fake.control values ('practice', 'no')");
	rig_push_ms(11000);
	rig_run_ms(rig, 100);
	check_int(http_status(http_post(rig, "/api/virtual_scan", STATION_A,
			  "{\"device_id\":11,\"text\":\"abc\"}")),
		403);
	check_int(
		http_status(http_get(rig, "/api/virtual_label?device_id=12&number=60", STATION_A)),
		401); /* allow_virtual on a real node: a real patient is on it */
	check_int(
		http_status(http_get(rig, "/api/virtual_label?device_id=12&number=60", OPERATOR_C)),
		200);
	end();
}

static bool seals_are_signed(void)
{
	return sql_is("select count(*) from fake.seal where signature is null", "0");
}

static void test_seals_are_signed_with_a_key_that_lasts(void)
{
	uint8_t signature[crypto_sign_BYTES] = { 0 };
	uint8_t key[crypto_sign_PUBLICKEYBYTES] = { 0 };
	char first[65];

	begin();
	for (int i = 0; i < 2; i++) {
		char sql[160];
		struct stat st;
		AUTO_BUF bytes = { 0 };
		AUTO_BUF key_bytes = { 0 };
		char *path = xasprintf("%s/seal.key", rig->dir);

		(void)snprintf(
			sql, sizeof(sql), "insert into fake.seal values (%d, '616263')", i + 1);
		rig_sql(rig, sql);
		for (int tries = 0; tries < 10 && !seals_are_signed(); tries++) {
			rig_push_ms(61000); /* may also end the calls that are out: then the next
					       minute */
			rig_run_ms(rig, 200);
		}
		check(seals_are_signed());
		check(hex_decode(bytes_of_str(rig_sql(rig,
					 "select signature from fake.seal order by seal_id desc")),
			&bytes, NULL));
		check(hex_decode(bytes_of_str(rig_sql(rig,
					 "select public_key from fake.seal order by seal_id desc")),
			&key_bytes, NULL));
		check_int(bytes.len, sizeof(signature));
		check_int(key_bytes.len, sizeof(key));
		if (bytes.len == sizeof(signature) && key_bytes.len == sizeof(key)) {
			memcpy(signature, bytes.data, sizeof(signature));
			memcpy(key, key_bytes.data, sizeof(key));
		}
		check_int(
			crypto_sign_verify_detached(signature, (const uint8_t *)"abc", 3, key), 0);
		check_int(stat(path, &st), 0);
		check_int(st.st_mode & 0777, 0600);
		free(path);
		if (i == 0)
			(void)str_copy(first, sizeof(first),
				rig_sql(rig, "select public_key from fake.seal"));
		rig_core_stop(rig);
		rig_core_start(rig);
	}
	check_str(
		rig_sql(rig, "select string_agg(distinct public_key, ',') from fake.seal"), first);
	end();
}

/* A port that was free a moment ago. */
static unsigned port_free(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check_int(bind(fd, (struct sockaddr *)(void *)&at, sizeof(at)), 0);
	check_int(getsockname(fd, (struct sockaddr *)(void *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void test_order_over_mllp_is_stored_and_the_pages_are_told(void)
{
	static const char order[] =
		"\vMSH|^~\\&|EHR|CLINIC|SPECIMEND|LAB|20260102030405||ORM^O01|M1|P|2.3\r"
		"PID|1||123^^^CLINIC^MR||DOE^JANE||19800101|F\r"
		"ORC|NW|P1\rOBR|1|P1||CBC^Complete blood count\r\x1c\r";
	struct client peer = { 0 };

	begin();
	rig_core_stop(rig);
	rig->config.mllp_port = port_free();
	rig_core_start(rig);
	check(RIG_WAIT(rig, sql_is("select count(*) from fake.token where kind = 'mllp'", "1")));
	rig_run_ms(rig, 50);
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)rig->config.mllp_port),
	};

	peer.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check_int(connect(peer.fd, (struct sockaddr *)(void *)&at, sizeof(at)), 0);
	client_send(&peer, bytes_of_str(order));
	check(RIG_WAIT(rig, (client_poll(&peer), strstr(buf_str(&peer.in), "MSA|AA|M1"))));
	check(sql_is(
		"select count(*) from fake.call where fn = 'order_message' and args ? 'parsed'",
		"1"));
	client_done(&peer);
	end();
}

static void test_seal_key_that_others_may_read_stops_the_start(void)
{
	begin();
	char *path = xasprintf("%s/seal.key", rig->dir);
	struct err err = { 0 };
	struct core *core = NULL;

	rig_core_stop(rig);
	check_int(chmod(path, 0640), 0);
	check(!core_new(rig->loop, &rig->config, &core, &err));
	check_err(&err, ERR_INVALID, "is open to others");
	check_int(chmod(path, 0600), 0);
	free(path);
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_scan_is_stored_beeped_and_acknowledged),
		CHECK_TEST(test_scan_that_fails_is_kept_and_stored_late),
		CHECK_TEST(test_scan_of_a_station_without_session_is_said_so),
		CHECK_TEST(test_scan_of_an_old_moment_is_late),
		CHECK_TEST(test_scan_whose_person_was_told_by_the_bench_is_late),
		CHECK_TEST(test_scan_that_lost_its_core_is_late),
		CHECK_TEST(test_scan_sent_again_is_not_doubled),
		CHECK_TEST(test_scan_waiting_when_the_core_dies_is_stored_by_the_next),
		CHECK_TEST(test_malformed_reports_are_dropped_once),
		CHECK_TEST(test_scans_of_one_station_keep_their_order),
		CHECK_TEST(test_job_goes_its_way_to_printed),
		CHECK_TEST(test_one_job_at_a_time_in_order),
		CHECK_TEST(test_label_that_cannot_be_proved_is_failed),
		CHECK_TEST(test_printer_that_is_not_ready_gets_nothing),
		CHECK_TEST(test_page_that_loads_knows_the_printer),
		CHECK_TEST(test_bench_that_refuses_fails_the_job),
		CHECK_TEST(test_bench_that_has_the_job_already_is_waited_for),
		CHECK_TEST(test_bench_that_has_the_job_and_says_nothing_leaves_it_to_a_person),
		CHECK_TEST(
			test_proved_label_that_cannot_be_drawn_again_fails_and_frees_its_printer),
		CHECK_TEST(test_label_that_the_press_never_answers_is_failed_in_the_end),
		CHECK_TEST(test_hint_of_a_result_is_passed_on),
		CHECK_TEST(test_a_plug_that_is_none_proves_nothing),
		CHECK_TEST(test_bench_lost_after_sending_is_settled_by_the_counter),
		CHECK_TEST(test_core_and_bench_lost_are_settled_by_the_counter),
		CHECK_TEST(test_report_that_was_kept_wins_over_the_counter),
		CHECK_TEST(test_core_restarted_after_proved_prints_once),
		CHECK_TEST(test_database_lost_between_steps_prints_once),
		CHECK_TEST(test_press_lost_leaves_the_job_queued),
		CHECK_TEST(test_core_opens_all_sessions_anew_when_the_database_forgot_them),
		CHECK_TEST(test_report_that_met_a_forgotten_session_is_stored_by_the_next),
		CHECK_TEST(test_station_session_that_was_forgotten_is_opened_anew),
		CHECK_TEST(test_virtual_devices_pass_to_the_bench_in_practice_only),
		CHECK_TEST(test_seals_are_signed_with_a_key_that_lasts),
		CHECK_TEST(test_order_over_mllp_is_stored_and_the_pages_are_told),
		CHECK_TEST(test_seal_key_that_others_may_read_stops_the_start),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/station", tests, ARRAY_LEN(tests));
}
