/*
 * daemon/core/kept: what the bench heard of a scanner that is enrolled, and what went wrong on
 * cables, reaches the database once.
 */
#include "daemon/core/kept.h"

#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static void reading_report(void)
{
	(void)role_report(&bench,
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:[], s:{}, s:s}", "what",
			"enrol_read", "enrolment_id", 7, "reading", "found", "says", "it reads",
			"hint", "", "seen", "E1", "protocol", "keyboard", "settings", "keyboard",
			"fr", "advice", "evidence", "more", "of this nobody heard"));
}

static void test_what_the_bench_heard_is_stored_once_and_acknowledged(void)
{
	begin();
	reading_report();
	check(RIG_WAIT(rig, reports_are_taken()));
	check(sql_is("select args::text from fake.call where fn = 'enrol_read'",
		"{\"hint\": \"\", \"says\": \"it reads\", \"seen\": \"E1\", \"advice\": [], "
		"\"reading\": \"found\", \"evidence\": {}, \"protocol\": \"keyboard\", "
		"\"settings\": {\"keyboard\": \"fr\"}, \"enrolment_id\": 7}"));
	check(sql_is(
		"select (fake.who(session)).kind from fake.call where fn = 'enrol_read'", "core"));
	end();
}

/* Nobody was told anything: the person scans again. */
static void test_what_can_not_be_stored_is_let_go(void)
{
	begin();
	rig_sql(rig, "alter table fake.request rename to request_away");
	reading_report();
	check(RIG_WAIT(rig, reports_are_taken()));
	rig_sql(rig, "alter table fake.request_away rename to request");
	check(sql_is("select count(*) from fake.call where fn = 'enrol_read'", "0"));
	end();
}

static void test_faults_of_a_cable_are_stored_and_acknowledged(void)
{
	begin();
	(void)role_report(&bench,
		json_pack("{s:s, s:i, s:{s:i, s:i}, s:s}", "what", "device_faults", "device_id", 11,
			"faults", "stall", 2, "left", 1, "more", "of this nobody heard"));
	check(RIG_WAIT(rig, reports_are_taken()));
	check(sql_is("select args::text from fake.call where fn = 'device_faults'",
		"{\"faults\": {\"left\": 1, \"stall\": 2}, \"device_id\": 11}"));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_what_the_bench_heard_is_stored_once_and_acknowledged),
		CHECK_TEST(test_what_can_not_be_stored_is_let_go),
		CHECK_TEST(test_faults_of_a_cable_are_stored_and_acknowledged),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/kept", tests, ARRAY_LEN(tests));
}
