/*
 * daemon/core/printing with several cores on one database, each with a bench and a press of its
 * own: one prints, and what became of a label that one had begun when another becomes the lead; a
 * row for each of the table in printing.h.
 */
#include "daemon/core/printing.h"

#include <signal.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/core/talks.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

#define LEAD_LOCK "5370658274"

static struct rig second;
static struct role second_bench;
static struct role second_press;

static void second_begin(void)
{
	second_bench = (struct role) { .counter = 100, .plug = "usb 1.7 A" };
	second_press = (struct role) { 0 };
	rig_second_begin(rig, &second);
	role_start(&second, &second_bench, "bench", 3);
	role_start(&second, &second_press, "press", 4);
	check(RIG_WAIT(rig, role_asked(&second_bench, "devices") > 0));
}

static void second_end(void)
{
	role_stop(&second_bench);
	role_stop(&second_press);
	json_decref(second_bench.requests);
	json_decref(second_bench.jobs);
	json_decref(second_press.requests);
	json_decref(second_press.jobs);
	rig_second_end(&second);
}

static void second_leads(void)
{
	rig_push_ms(DB_ASK_MS);
	check(RIG_WAIT(rig, db_is_lead(second.core->db)));
}

static int reads(void)
{
	return atoi(rig_sql(rig, "select count(*) from fake.call where fn = 'print_jobs_open'"));
}

/* The time goes on, and the journal was read since by every core that there is. */
/* In steps that are shorter than an answer is waited for: none that is on its way is lost. */
static void clock_goes(int64_t ms)
{
	for (int64_t step_ms; ms > 0; ms -= step_ms) {
		step_ms = ms < PRINT_POLL_MS ? ms : PRINT_POLL_MS;
		rig_push_ms(step_ms);
		rig_run_ms(rig, 50);
	}
}

static void time_goes(int64_t ms)
{
	int before = reads();

	clock_goes(ms - PRINT_POLL_MS);
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, reads() >= before + 2));
	rig_run_ms(rig, 50);
}

static bool settled_is(const char *count)
{
	return sql_is(
		"select count(*) from fake.job_log where print_job_id = 1 and state like 'settle%'",
		count);
}

static void printer_says(const char *state)
{
	AUTO(json_decref)
	json_t *notice = json_pack("{s:s,s:i,s:[s],s:n}", "what", "printer_state", "device_id", 12,
		"state", state, "counter");

	check(link_notice(bench.link, notice, NULL, NULL));
}

static void printer_is_here(void)
{
	AUTO(json_decref)
	json_t *notice =
		json_pack("{s:s,s:i,s:b}", "what", "device_here", "device_id", 12, "here", 1);

	check(link_notice(bench.link, notice, NULL, NULL));
}

static bool sent_once(int id)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql),
		"select count(*) from fake.job_log where state = 'sending' and print_job_id = %d",
		id);
	return sql_is(sql, "1");
}

/* The lock is held by the test's own connection, as by a core of another machine. */
static void test_core_that_is_not_the_lead_prints_nothing(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	rig_sql(rig, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
		     "and (classid::bigint << 32) + objid::bigint = " LEAD_LOCK);
	rig_sql(rig, "select pg_advisory_lock(" LEAD_LOCK ")");
	check(RIG_WAIT(rig, !db_is_lead(rig->core->db)));
	job_add(1);
	for (int i = 0; i < 3; i++) {
		rig_push_ms(PRINT_POLL_MS);
		rig_run_ms(rig, 50);
	}
	check_int(role_asked(&press, "label"), 0);
	check(job_is(1, "queued"));
	rig_sql(rig, "select pg_advisory_unlock(" LEAD_LOCK ")");
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

/* What the last list of devices says of printing: "true", "false", "null". */
static bool list_is(struct role *role, const char *prints)
{
	const json_t *told = json_object_get(role_last(role, "devices"), "prints");

	return told && str_equal(prints, json_is_true(told)   ? "true"
					 : json_is_null(told) ? "null"
							      : "false");
}

static void test_of_two_cores_one_prints_and_then_the_other(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	check(RIG_WAIT(rig, list_is(&bench, "true")));
	second_begin();
	check(RIG_WAIT(rig, list_is(&second_bench, "false")));
	for (int id = 1; id <= 3; id++) {
		job_add(id);
		printing_kick(second.core);
		check(RIG_WAIT(rig, role_asked(&bench, "print") == (size_t)id));
		bench_prints(id);
		check(RIG_WAIT(rig, job_is(id, "printed")));
	}
	check(!db_is_lead(second.core->db));
	check_int(role_asked(&second_bench, "print") + role_asked(&second_press, "label"), 0);
	rig_core_stop(rig);
	second_leads();
	check(RIG_WAIT(rig, list_is(&second_bench, "true"))); /* before it is to print */
	rig_sql(rig, "insert into fake.job values (4, 'queued', 1, 12)");
	printing_kick(second.core);
	check(RIG_WAIT(rig, role_asked(&second_bench, "print") == 1));
	check(sql_is("select count(*) from fake.job_log where state = 'sending'", "4"));
	second_end();
	end();
}

/* A core whose listening connection broke does not know; its bench keeps what it has open. When it
 * is there again it tells what it found. */
static void test_bench_is_told_what_is_known_of_the_lead(void)
{
	begin();
	check(RIG_WAIT(rig, list_is(&bench, "true")));
	rig_sql(rig, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
		     "and (classid::bigint << 32) + objid::bigint = " LEAD_LOCK);
	rig_sql(rig, "select pg_advisory_lock(" LEAD_LOCK ")");
	check(RIG_WAIT(rig, !db_is_lead(rig->core->db)));
	devices_send(rig->core);
	check(RIG_WAIT(rig, list_is(&bench, "null")));
	check(RIG_WAIT(rig, list_is(&bench, "false"))); /* another has it */
	printer_says("ok");
	check(RIG_WAIT(rig, strstr(http_get(rig, "/api/me", STATION_A), "[\"ok\"]")));
	rig_sql(rig, "select count(pg_terminate_backend(pid)) from pg_stat_activity where "
		     "pid <> pg_backend_pid() and application_name = 'specimend-core'");
	check(RIG_WAIT(rig, strstr(http_get(rig, "/api/me", STATION_A), "\"state\":[]") &&
				    !strstr(http_get(rig, "/api/me", STATION_A), "[\"ok\"]")));
	rig_sql(rig, "select pg_advisory_unlock(" LEAD_LOCK ")");
	rig_push_ms(DB_ASK_MS);
	check(RIG_WAIT(rig, list_is(&bench, "true")));
	end();
}

/* Its connection that listens goes, and no other is let in: it cannot know who is the lead. */
static void first_is_cut_off(void)
{
	rig_sql(rig, "update pg_database set datallowconn = false where datname = "
		     "current_database()");
	rig_sql(rig, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
		     "and (classid::bigint << 32) + objid::bigint = " LEAD_LOCK);
	check(RIG_WAIT(rig, !db_is_lead(rig->core->db)));
}

static void first_is_let_in(void)
{
	rig_sql(rig, "update pg_database set datallowconn = true where datname = "
		     "current_database()");
}

/* Then another core may be, and wants the printers; what it had begun it brings to its end. */
static void test_core_that_cannot_know_begins_no_label_and_lets_its_printers_go(void)
{
	begin();
	check(RIG_WAIT(rig, list_is(&bench, "true")));
	first_is_cut_off();
	check(db_is_up(rig->core->db)); /* it could write, and must not */
	job_add(1);
	for (int64_t left_ms = DB_LEAD_MS; left_ms > 0; left_ms -= PRINT_RETRY_MS) {
		check_int(role_asked(&bench, "print") + role_asked(&press, "label"), 0);
		rig_push_ms(PRINT_RETRY_MS);
		rig_run_ms(rig, 20);
	}
	check(RIG_WAIT(rig, list_is(&bench, "false")));
	check(job_is(1, "queued"));
	first_is_let_in();
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, list_is(&bench, "true")));
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

static PGconn *holder;

/* The step `sending` of job 1 has begun and waits in the database. */
static void sending_is_held(void)
{
	rig_sql(rig, "insert into fake.control values ('stops', 'printer_held')");
	job_add(1);
	check(RIG_WAIT(rig, role_asked(&bench, "printer_query") > 0));
	rig_run_ms(rig, 50);
	holder = PQconnectdb("");
	PQclear(PQexec(holder, "begin; select * from fake.job where print_job_id = 1 for update"));
	rig_sql(rig, "delete from fake.control where key = 'stops'");
	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, sql_is("select count(*) from pg_stat_activity where wait_event_type = "
				   "'Lock' and application_name = 'specimend-core'",
				    "1")));
}

static void sending_goes_on(void)
{
	PQclear(PQexec(holder, "commit"));
	PQfinish(holder);
}

/* The core took itself for the lead when it asked. The database knows better. */
static void test_label_of_a_core_that_lost_the_lead_is_not_begun(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	sending_is_held();
	first_is_cut_off();
	sending_goes_on();
	rig_run_ms(rig, 100);
	check(job_is(1, "proved"));
	check_int(role_asked(&bench, "print"), 0);
	first_is_let_in();
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check(sent_once(1));
	end();
}

static pid_t lead_pid;

/* It is stored, and the core is told when it cannot know any more that it is the lead. */
static void permission_comes_too_late(void)
{
	lead_pid = db_lead_pid(rig->core->db);
	check_int(kill(lead_pid, SIGSTOP), 0);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 20);
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, !db_is_lead(rig->core->db)));
	sending_goes_on();
}

static void first_leads_again(void)
{
	check_int(kill(lead_pid, SIGCONT), 0);
	rig_push_ms(DB_ASK_MS);
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	rig_push_ms(PRINT_POLL_MS);
}

static void printer_is_one_way(void)
{
	rig_sql(rig, "insert into fake.control values ('talks', 'one_way')");
	bench.state = "silent";
	devices_reload(rig->core);
	check(RIG_WAIT(rig,
		str_equal(json_string_value(json_object_get(devices_row(rig->core, 12), "talks")),
			"one_way")));
	printer_is_here();
	check(RIG_WAIT(rig, talks_is_one_way(rig->core, 12)));
}

/* It was the lead when that was stored, and cannot know it any more when it hears: the bytes stay
 * here, and the lead, whoever it is, finds a label that nobody printed. */
static void test_label_whose_permission_comes_too_late_is_not_given_to_the_bench(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	sending_is_held();
	permission_comes_too_late();
	check(RIG_WAIT(rig, settled_is("1"))); /* said by who knows it, at once */
	check(job_is(1, "queued"));
	check_int(role_asked(&bench, "print"), 0);
	first_leads_again();
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

/* No counter could ever say that nothing came out of this one. */
static void test_label_that_was_never_sent_to_a_one_way_printer_is_sent_later(void)
{
	begin();
	printer_is_one_way();
	sending_is_held();
	permission_comes_too_late();
	check(RIG_WAIT(rig, settled_is("1")));
	check(job_is(1, "queued"));
	check_int(role_asked(&bench, "print"), 0);
	first_leads_again();
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check_str(job_log(), "proved sending settle queued proved sending");
	end();
}

/* The step was stored, and the answer was lost: the bench was given nothing. */
static void test_label_whose_permission_was_not_heard_is_sent_later(void)
{
	begin();
	printer_is_one_way();
	sending_is_held();
	rig_push_ms(DB_TIMEOUT_MS);
	rig_run_ms(rig, 300); /* the call is given up; the step waits in the database still */
	sending_goes_on();
	check(RIG_WAIT(rig, (rig_push_ms(DB_ASK_MS), rig_run_ms(rig, 20), !job_is(1, "proved"))));
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, settled_is("1")));
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check_str(job_log(), "proved sending settle queued proved sending");
	end();
}

/* What the other host's bench says of the printer in the end, and what that makes of the label. */
static const struct host_case {
	const char *name;
	bool is_sent; /* the first bench had reported that it sent it */
	int64_t counter;
	const char *state;
	const char *plug;
	bool may_hold;
	const char *end;
} host_cases[] = {
	{ "as before, nothing inside", false, 100, "ok", "usb 1.7 A", false, "unknown" },
	{ "as before, nothing inside, was sent", true, 100, "ok", "usb 1.7 A", false, "unknown" },
	{ "as before, something inside", true, 100, "ok", "usb 1.7 A", true, "unknown" },
	{ "one more", false, 101, "ok", "usb 1.7 A", false, "printed" },
	{ "one more, was sent", true, 101, "ok", "usb 1.7 A", false, "printed" },
	{ "another printer, one more", true, 101, "ok", "usb 1.8 B", false, "unknown" },
	{ "silent", true, 0, "silent", "usb 1.7 A", false, "unknown" },
};

static void label_begun_by_first(bool is_sent)
{
	bench.is_deaf = true;
	job_bring_to_bench(1);
	if (is_sent) {
		role_report_print(&bench, 1, "sent", 100);
		check(RIG_WAIT(rig, job_is(1, "sent")));
		check(reports_are_taken());
	}
	rig_sql(rig, "insert into fake.job values (2, 'queued', 1, 12)");
	printing_kick(second.core);
}

static void test_label_of_another_host_is_waited_for_and_never_printed_again(void)
{
	for (size_t i = 0; i < ARRAY_LEN(host_cases); i++) {
		const struct host_case *row = &host_cases[i];

		check_row(row->name);
		begin();
		second_begin();
		label_begun_by_first(row->is_sent);
		second_bench.counter = row->counter;
		second_bench.state = row->state;
		second_bench.plug = row->plug;
		second_bench.may_hold = row->may_hold;
		rig_core_stop(rig);
		second_leads();
		time_goes(PRINT_SETTLE_MS + 1);
		time_goes(PRINT_RESULT_MS - PRINT_SETTLE_MS - 15000); /* for the test's own time */
		check(settled_is("0"));
		check(job_is(1, row->is_sent ? "sent" : "sending"));
		check_int(role_asked(&second_bench, "print"), 0); /* the printer is taken */
		clock_goes(15000);
		check(RIG_WAIT(rig, job_is(1, row->end)));
		check(settled_is("1"));
		second_bench.state = "ok";
		rig_push_ms(PRINT_RETRY_MS);
		check(RIG_WAIT(rig, role_asked(&second_bench, "print") == 1));
		check_int(json_integer_value(json_object_get(
				  role_last(&second_bench, "print"), "print_job_id")),
			2);
		check(sent_once(1));
		second_end();
		end();
	}
}

/* It comes back meanwhile, not as the lead, and its bench has the result. */
static void test_other_hosts_report_is_stored_before_anybody_settles(void)
{
	begin();
	second_begin();
	label_begun_by_first(false);
	rig_core_stop(rig);
	second_leads();
	bench_prints(1); /* nobody hears */
	time_goes(PRINT_RESULT_MS / 2);
	check(job_is(1, "sending"));
	rig_core_start(rig);
	rig_push_ms(1000); /* of the link's pause */
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(!db_is_lead(rig->core->db));
	check(RIG_WAIT(rig, role_asked(&second_bench, "print") == 1)); /* the next */
	time_goes(PRINT_RESULT_MS);
	check(settled_is("0"));
	check(sent_once(1));
	second_end();
	end();
}

/* The lead that stood aside for a moment: what the journal says is anew, and so is the wait. */
static void test_wait_for_another_host_begins_with_the_lead(void)
{
	begin();
	second_begin();
	label_begun_by_first(false);
	time_goes(PRINT_RESULT_MS / 2); /* seen, but not by the lead */
	rig_core_stop(rig);
	second_leads();
	time_goes(PRINT_RESULT_MS / 2 + PRINT_POLL_MS);
	check(settled_is("0"));
	clock_goes(PRINT_RESULT_MS / 2);
	check(RIG_WAIT(rig, job_is(1, "unknown")));
	second_end();
	end();
}

static const struct own_case {
	const char *name;
	const char *host; /* SQL: what the journal says of whose bench it was given */
	bool names_it;    /* the bench's hello does */
	int64_t wait_ms;  /* after hello and lead are there, until it is settled */
	const char *end;
} own_cases[] = {
	{ "this host, bench anew", "host", false, PRINT_SETTLE_MS, "queued" },
	{ "this host, its bench still has it", "host", true, PRINT_SETTLE_MS + PRINT_RESULT_MS,
		"queued" },
	{ "nobody knows whose", "null", false, PRINT_RESULT_MS, "unknown" },
};

/* A core that was started again settles its own as soon as its bench may be believed, though
 * somebody else was the lead meanwhile; what is not its own it waits for. */
static void own_run(const struct own_case *row)
{
	char sql[64];

	begin();
	bench.is_deaf = true;
	job_bring_to_bench(1);
	role_stop(&bench);
	rig_core_stop(rig);
	rig_sql(rig, "select pg_advisory_lock(" LEAD_LOCK ")");
	(void)snprintf(sql, sizeof(sql), "update fake.job set host = %s", row->host);
	rig_sql(rig, sql);
	rig_core_start(rig);
	if (row->names_it)
		json_array_append_new(
			bench.jobs, json_pack("{s:i,s:s}", "print_job_id", 1, "state", "sending"));
	role_start(rig, &bench, "bench", row->names_it ? 1 : 3);
	check(RIG_WAIT(rig, rig->core->health[HEALTH_BENCH].is_ok));
	rig_run_ms(rig, 50);
	check(!db_is_lead(rig->core->db));
	rig_sql(rig, "select pg_advisory_unlock(" LEAD_LOCK ")");
	rig_push_ms(DB_ASK_MS);
	check(RIG_WAIT(rig, db_is_lead(rig->core->db)));
	for (int64_t left_ms = row->wait_ms; left_ms > 15000; left_ms -= PRINT_POLL_MS) {
		clock_goes(PRINT_POLL_MS);
		check(settled_is("0"));
	}
	clock_goes(row->wait_ms < 15000 ? row->wait_ms + 1 : 15000);
	/* what is queued is printed anew at once */
	check(RIG_WAIT(rig, settled_is("1")));
	check(sql_is("select max(state) from fake.job_log where state like 'settle%'",
		str_equal(row->end, "queued") ? "settle queued" : "settle unknown"));
	end();
}

static void test_what_is_found_is_settled_by_whose_bench_it_was_given(void)
{
	for (size_t i = 0; i < ARRAY_LEN(own_cases); i++) {
		check_row(own_cases[i].name);
		own_run(&own_cases[i]);
	}
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_core_that_is_not_the_lead_prints_nothing),
		CHECK_TEST(test_of_two_cores_one_prints_and_then_the_other),
		CHECK_TEST(test_bench_is_told_what_is_known_of_the_lead),
		CHECK_TEST(test_core_that_cannot_know_begins_no_label_and_lets_its_printers_go),
		CHECK_TEST(test_label_of_a_core_that_lost_the_lead_is_not_begun),
		CHECK_TEST(test_label_whose_permission_comes_too_late_is_not_given_to_the_bench),
		CHECK_TEST(test_label_that_was_never_sent_to_a_one_way_printer_is_sent_later),
		CHECK_TEST(test_label_whose_permission_was_not_heard_is_sent_later),
		CHECK_TEST(test_label_of_another_host_is_waited_for_and_never_printed_again),
		CHECK_TEST(test_other_hosts_report_is_stored_before_anybody_settles),
		CHECK_TEST(test_wait_for_another_host_begins_with_the_lead),
		CHECK_TEST(test_what_is_found_is_settled_by_whose_bench_it_was_given),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/printing_hosts", tests, ARRAY_LEN(tests));
}
