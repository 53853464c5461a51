/*
 * daemon/core/talks: when a silent printer is one that cannot answer, what it then gets, and that
 * one which has answered is never taken for it. Station 1's printer is device 12; the fake bench
 * answers what it is told to, and the clock is the test's.
 */
#include "daemon/core/talks.h"

#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static void tell(json_t *body)
{
	AUTO(json_decref) json_t *owned = body;

	check(link_notice(bench.link, owned, NULL, NULL));
}

static void tell_here(bool here)
{
	tell(json_pack("{s:s,s:i,s:b}", "what", "device_here", "device_id", 12, "here", here));
}

static void tell_state(const char *state)
{
	tell(json_pack("{s:s,s:i,s:[s],s:n}", "what", "printer_state", "device_id", 12, "state",
		state, "counter"));
}

/* The core has read all that was told so far: what it says of the printer now. */
static bool page_says(const char *state, bool one_way)
{
	AUTO_BUF text = { 0 };

	buf_addf(&text, "\"state\":[\"%s\"],\"one_way\":%s", state, one_way ? "true" : "false");
	return RIG_WAIT(rig, strstr(http_get(rig, "/api/me", STATION_A), buf_str(&text)));
}

/* What the database was told of the printer, in order; "" nothing. */
static const char *told(void)
{
	return rig_sql(rig, "select string_agg(args ->> 'talks', ' ' order by no) from fake.call "
			    "where fn = 'device_talks'");
}

static bool was_told(const char *talks)
{
	return RIG_WAIT(rig, str_equal(told(), talks));
}

/* The core has read it back. */
static bool is_remembered(const char *talks)
{
	return RIG_WAIT(rig,
		str_equal(json_string_value(json_object_get(devices_row(rig->core, 12), "talks")),
			talks));
}

static void remembered(const char *talks)
{
	AUTO_BUF sql = { 0 };

	buf_addf(&sql, "insert into fake.control values ('talks', '%s')", talks);
	rig_sql(rig, buf_str(&sql));
	devices_reload(rig->core);
	check(is_remembered(talks));
}

/* A printer that is plugged in, and silent from now on. */
static void begin_silent(const char *talks)
{
	begin();
	remembered(talks);
	bench.state = "silent";
	tell_here(true);
	tell_state("silent");
	check(page_says("silent", str_equal(talks, "one_way")));
}

/* So much later, in small steps: what is asked meanwhile must get its answer in time. */
static void later(int64_t ms)
{
	for (int64_t left = ms; left > 0; left -= 500) {
		rig_push_ms(left < 500 ? left : 500);
		rig_run_ms(rig, 10);
	}
	rig_run_ms(rig, 50);
}

static void test_first_answer_is_remembered_once(void)
{
	begin();
	tell_here(true);
	tell_state("ok");
	check(was_told("answers") && is_remembered("answers"));
	check(sql_is("select args - 'talks' from fake.call where fn = 'device_talks'",
		"{\"identity\": \"virtual:p1\", \"language\": \"zpl\", \"device_id\": 12}"));
	tell_state("media_out");
	later(TALKS_TICK_MS);
	tell_state("ok");
	later(TALKS_RETRY_MS);
	check_str(told(), "answers");
	end();
}

static void test_answer_to_a_jobs_question_is_one(void)
{
	begin();
	tell_here(true);
	rig_run_ms(rig, 50);
	job_bring_to_bench(1);
	check(was_told("answers") && is_remembered("answers"));
	check(sql_is(
		"select args ->> 'one_way' from fake.job_log where state = 'sending'", "false"));
	end();
}

static void test_new_printer_that_stays_silent_gets_its_labels_in_the_end(void)
{
	begin_silent("unknown");
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	later(TALKS_SILENT_MS - TALKS_TICK_MS);
	check_str(told(), "");
	check_int(role_asked(&bench, "print"), 0);
	later(TALKS_TICK_MS);
	check(was_told("one_way") && is_remembered("one_way"));
	check(page_says("silent", true));
	later(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check(sql_is(
		"select args ->> 'one_way' from fake.job_log where state = 'sending'", "true"));
	check(sql_is("select counter is null from fake.job", "t"));
	role_report_print(&bench, 1, "sent", 0);
	role_report_print(&bench, 1, "unknown", 0);
	check(RIG_WAIT(rig, job_is(1, "unknown")));
	job_add(2); /* and the next, with nobody asked about the first */
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 2));
	check_str(job_log(), "proved sending sent unknown proved sending");
	check_str(told(), "one_way");
	end();
}

static void test_printer_that_has_answered_is_never_one_way(void)
{
	begin_silent("answers");
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	for (unsigned i = 0; i < 5; i++)
		later(TALKS_SILENT_MS);
	check_str(told(), "");
	check_int(role_asked(&bench, "print"), 0);
	check(page_says("silent", false));
	end();
}

static void test_answer_before_the_time_is_over_ends_the_silence(void)
{
	begin_silent("unknown");
	later(TALKS_SILENT_MS - TALKS_TICK_MS);
	bench.state = "ok";
	tell_state("ok");
	check(was_told("answers") && is_remembered("answers"));
	later(TALKS_SILENT_MS);
	check_str(told(), "answers");
	end();
}

static void test_one_answer_of_three_is_an_answer(void)
{
	begin_silent("unknown");
	bench.is_half_silent = true;
	later(TALKS_SILENT_MS);
	check(was_told("answers") && is_remembered("answers"));
	end();
}

static void test_silence_is_counted_only_while_plugged_in(void)
{
	begin_silent("unknown");
	later(TALKS_SILENT_MS - TALKS_TICK_MS);
	tell_here(false);
	tell_state("silent");
	later(TALKS_SILENT_MS);
	check_str(told(), "");
	tell_here(true);
	tell_state("silent");
	later(TALKS_SILENT_MS - TALKS_TICK_MS);
	check_str(told(), "");
	later(TALKS_TICK_MS);
	check(was_told("one_way") && is_remembered("one_way"));
	end();
}

static void test_one_way_printer_that_is_unplugged_gets_nothing(void)
{
	begin_silent("one_way");
	tell_here(false);
	check(page_says("silent", false));
	job_add(1);
	check(RIG_WAIT(rig, job_is(1, "proved")));
	later(PRINT_RETRY_MS);
	check_int(role_asked(&bench, "print"), 0);
	tell_here(true);
	later(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	end();
}

static void test_one_way_printer_that_answers_is_one_that_answers(void)
{
	begin_silent("one_way");
	bench.state = "head_open";
	job_add(1);
	check(was_told("answers") && is_remembered("answers"));
	later(PRINT_RETRY_MS);
	check_int(role_asked(&bench, "print"), 0); /* what it says counts at once */
	bench.state = "ok";
	later(PRINT_RETRY_MS);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
	check(sql_is(
		"select args ->> 'one_way' from fake.job_log where state = 'sending'", "false"));
	bench.state = "silent";
	tell_state("silent");
	later(TALKS_SILENT_MS);
	check_str(told(), "answers"); /* for good */
	end();
}

static void test_printer_assigned_anew_begins_anew(void)
{
	begin();
	tell_here(true);
	rig_run_ms(rig, 50);
	rig_sql(rig, "insert into fake.control values ('language', 'tspl')");
	devices_reload(rig->core);
	check(RIG_WAIT(rig, str_equal(json_string_value(json_object_get(
					      devices_row(rig->core, 12), "language")),
				    "tspl")));
	tell_state("ok"); /* of the language before: the bench has not opened it anew yet */
	later(TALKS_TICK_MS);
	check_str(told(), "");
	tell_here(true);
	tell_state("ok");
	check(was_told("answers") && is_remembered("answers"));
	check(sql_is(
		"select args ->> 'language' from fake.call where fn = 'device_talks'", "tspl"));
	end();
}

static void test_bench_that_comes_again_is_asked_anew(void)
{
	begin_silent("unknown");
	later(TALKS_SILENT_MS - TALKS_TICK_MS);
	bench_leave();
	later(TALKS_SILENT_MS);
	check_str(told(), "");
	role_start(rig, &bench, "bench", 3);
	tell_here(true);
	tell_state("silent");
	later(TALKS_SILENT_MS - TALKS_TICK_MS);
	check_str(told(), "");
	later(TALKS_TICK_MS);
	check(was_told("one_way") && is_remembered("one_way"));
	end();
}

static void test_what_the_database_refuses_is_said_again(void)
{
	begin_silent("unknown");
	rig_sql(rig, "insert into fake.control values ('talks_refused', 'yes')");
	later(TALKS_SILENT_MS);
	check(was_told("one_way"));
	check(page_says("silent", false));
	later(TALKS_TICK_MS);
	check_str(told(), "one_way");
	rig_sql(rig, "delete from fake.control where key = 'talks_refused'");
	later(TALKS_RETRY_MS);
	check(was_told("one_way one_way"));
	check(page_says("silent", true));
	end();
}

static void test_only_a_printer_talks(void)
{
	begin();
	tell(json_pack("{s:s,s:i,s:b}", "what", "device_here", "device_id", 11, "here", true));
	tell(json_pack("{s:s,s:i,s:b}", "what", "device_here", "device_id", 99, "here", true));
	tell(json_pack("{s:s,s:i,s:[s],s:n}", "what", "printer_state", "device_id", 11, "state",
		"ok", "counter"));
	later(TALKS_TICK_MS);
	check_str(told(), "");
	check(!talks_is_one_way(rig->core, 11));
	check(!talks_is_one_way(rig->core, 99));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_first_answer_is_remembered_once),
		CHECK_TEST(test_answer_to_a_jobs_question_is_one),
		CHECK_TEST(test_new_printer_that_stays_silent_gets_its_labels_in_the_end),
		CHECK_TEST(test_printer_that_has_answered_is_never_one_way),
		CHECK_TEST(test_answer_before_the_time_is_over_ends_the_silence),
		CHECK_TEST(test_one_answer_of_three_is_an_answer),
		CHECK_TEST(test_silence_is_counted_only_while_plugged_in),
		CHECK_TEST(test_one_way_printer_that_is_unplugged_gets_nothing),
		CHECK_TEST(test_one_way_printer_that_answers_is_one_that_answers),
		CHECK_TEST(test_printer_assigned_anew_begins_anew),
		CHECK_TEST(test_bench_that_comes_again_is_asked_anew),
		CHECK_TEST(test_what_the_database_refuses_is_said_again),
		CHECK_TEST(test_only_a_printer_talks),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/talks", tests, ARRAY_LEN(tests));
}
