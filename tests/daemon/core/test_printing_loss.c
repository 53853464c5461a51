/*
 * daemon/core/printing when the bench, the press, the core itself or the database is lost under a
 * job: how it ends in each case, and that nothing is printed twice.
 */
#include "daemon/core/printing.h"

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/core/roles.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

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
	bool may_hold;         /* a whole label is inside then */
} loss_cases[] = {
	{ "new bench, counter the same, ready", false, 3, false, 100, "ok", "usb 1.7 A", "queued" },
	{ "new bench, counter moved", false, 3, false, 101, "ok", "usb 1.7 A", "printed" },
	{ "new bench after sent, counter moved", true, 3, false, 101, "ok", "usb 1.7 A",
		"printed" },
	{ "new bench after sent, out of labels", true, 3, false, 100, "media_out", "usb 1.7 A",
		"unknown" },
	{ "new bench after sent, it waits for a hand", true, 3, false, 100, "ok", "usb 1.7 A",
		"unknown", true },
	{ "new bench, it holds something", false, 3, false, 100, "ok", "usb 1.7 A", "unknown",
		true },
	{ "new bench after sent, moved, it holds another", true, 3, false, 101, "ok", "usb 1.7 A",
		"printed", true },
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
	job_bring_to_bench(1);
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
	bench.may_hold = row->may_hold;
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
		bench_leave();
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
	job_bring_to_bench(1);
	rig_core_stop(rig);
	bench_prints(1); /* nobody hears */
	rig_core_start(rig);
	rig_push_ms(PRINT_SETTLE_MS + 1);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(reports_are_taken());
	check_str(job_log(), "proved sending sent printed");
	check_int(role_asked(&bench, "print"), 1);
	end();
}

/* The hello names the oldest and the newest; what lies between comes before the newest. */
static void test_label_is_settled_when_all_reports_of_the_hello_are_here(void)
{
	AUTO(json_decref)
	json_t *hello = json_pack("{s:[i],s:i,s:[]}", "reports", 70, "last_report", 500, "jobs");

	begin();
	bench.is_deaf = true;
	job_bring_to_bench(1);
	bench_leave();
	role_start(rig, &bench, "bench", 3);
	check(RIG_WAIT(rig, rig->core->health[HEALTH_BENCH].is_ok));
	printing_on_bench_hello(rig->core, hello);
	printing_owed_no_more(rig->core, 70); /* a scan */
	for (int i = 0; i < 3; i++) {
		rig_push_ms(PRINT_SETTLE_MS);
		rig_run_ms(rig, 50);
	}
	check(job_is(1, "sending"));
	role_ack(rig->core->roles, bench.start_id, 500); /* stored: the bench sends it no more */
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, strstr(job_log(), "settle queued") != NULL));
	end();
}

static void test_core_restarted_after_proved_prints_once(void)
{
	begin();
	bench.state = "media_out";
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	core_restart();
	bench.state = "ok";
	rig_push_ms(PRINT_POLL_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check_str(job_log(), "proved sending");
	end();
}

static void test_database_lost_between_steps_prints_once(void)
{
	begin();
	job_bring_to_bench(1);
	rig_sql(rig, "alter schema api rename to api_away");
	bench_prints(1);
	rig_run_ms(rig, 200);
	check_int(link_reports_kept(bench.link), 2); /* not acknowledged before they are stored */
	rig_sql(rig, "alter schema api_away rename to api");
	rig_push_ms(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, job_is(1, "printed")));
	check(reports_are_taken());
	check_int(role_asked(&bench, "print"), 1);
	end();
}

static void test_press_lost_leaves_the_job_queued(void)
{
	begin();
	press_leave();
	job_add(1);
	rig_run_ms(rig, 100);
	check(job_is(1, "queued"));
	role_start(rig, &press, "press", 4);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_plug_that_is_none_proves_nothing),
		CHECK_TEST(test_bench_lost_after_sending_is_settled_by_the_counter),
		CHECK_TEST(test_core_and_bench_lost_are_settled_by_the_counter),
		CHECK_TEST(test_report_that_was_kept_wins_over_the_counter),
		CHECK_TEST(test_label_is_settled_when_all_reports_of_the_hello_are_here),
		CHECK_TEST(test_core_restarted_after_proved_prints_once),
		CHECK_TEST(test_database_lost_between_steps_prints_once),
		CHECK_TEST(test_press_lost_leaves_the_job_queued),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/printing_loss", tests, ARRAY_LEN(tests));
}
