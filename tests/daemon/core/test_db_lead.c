/*
 * daemon/core/db: one of several cores is the lead, and a listening connection that is lost without
 * a word is seen to be lost, by the core and by the server.
 */
#include "daemon/core/db.h"

#include <signal.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

static struct rig *rig;
static struct db *db;
static unsigned tellings;
static bool is_still;

static void on_still(void *arg, bool still)
{
	(void)arg;
	tellings++;
	is_still = still;
}

static void begin(void)
{
	const struct db_watch watch = { .still = on_still };

	tellings = 0;
	is_still = false;
	rig = rig_new();
	db = db_new(rig->loop, "", &watch);
}

static void end(void)
{
	db_free(db);
	rig_free(rig);
}

#define LEAD_PID                                                                                 \
	"select coalesce((select pid from pg_locks where locktype = 'advisory' and granted and " \
	"(classid::bigint << 32) + objid::bigint = 5370658274), 0)"

static void test_one_core_of_two_is_the_lead(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db)));
	struct db *other = db_new(rig->loop, "", NULL);

	check(RIG_WAIT(rig, db_is_up(other)));
	for (int i = 0; i < 3; i++) { /* it asks again, and does not get it */
		rig_push_ms(DB_ASK_MS);
		rig_run_ms(rig, 20);
		check(db_is_lead(db) && !db_is_lead(other));
	}
	db_notify(other); /* what it says meanwhile does not keep it from asking */
	db_free(db);
	db = other;
	check(RIG_WAIT(rig, db_is_lead(other)));
	end();
}

static void test_lead_ends_with_the_connection(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db)));
	rig_sql(rig, "select pg_terminate_backend((" LEAD_PID "))");
	check(RIG_WAIT(rig, !db_is_lead(db)));
	rig_sql(rig, "select pg_advisory_lock(5370658274)"); /* another one's now, or soon */
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 100);
	check(!db_is_lead(db) && db_is_up(db));
	rig_sql(rig, "select pg_advisory_unlock(5370658274)");
	check(RIG_WAIT(rig, db_is_lead(db)));
	end();
}

/* The server's process of the lead's connection stands still: no word, no end. */
static void test_lead_whose_server_falls_silent_is_the_lead_no_more(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db)));
	pid_t pid = atoi(rig_sql(rig, LEAD_PID));

	check(pid > 0);
	for (int i = 0; i < 5; i++) { /* it is asked, and answers */
		rig_push_ms(DB_ASK_MS);
		rig_run_ms(rig, 20);
		check(db_is_lead(db));
	}
	check_int(atoi(rig_sql(rig, LEAD_PID)), pid);
	check_int(kill(pid, SIGSTOP), 0);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
	check(db_is_lead(db)); /* it has its time to answer */
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, !db_is_lead(db)));
	check(db_is_up(db)); /* the others work */
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 100);
	check(!db_is_lead(db)); /* the silent one has the lock still */
	check_int(kill(pid, SIGCONT), 0);
	check(RIG_WAIT(rig, atoi(rig_sql(rig, LEAD_PID)) != pid));
	rig_push_ms(DB_ASK_MS);
	check(RIG_WAIT(rig, db_is_lead(db)));
	end();
}

static void test_server_that_stands_still_is_told_once_until_it_answers(void)
{
	check(DB_ASK_MS + DB_STILL_MS < 2000);
	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && db_is_up(db)));
	pid_t pid = atoi(rig_sql(rig, LEAD_PID));

	check_int(kill(pid, SIGSTOP), 0);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
	check_int(tellings, 0); /* it may answer yet */
	rig_push_ms(DB_STILL_MS);
	check(RIG_WAIT(rig, is_still));
	rig_push_ms(DB_STILL_MS);
	rig_run_ms(rig, 50);
	check_int(tellings, 1);
	check(db_is_up(db) && db_is_lead(db)); /* nothing was closed */
	check_int(kill(pid, SIGCONT), 0);
	check(RIG_WAIT(rig, !is_still));
	check_int(tellings, 2);
	check_int(atoi(rig_sql(rig, LEAD_PID)), pid);
	end();
}

/* It does so when the listening connection is not there, and the others ask nothing. */
static void test_server_that_stands_still_before_it_is_listened_to_is_told(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && db_is_up(db)));
	pid_t postmaster = atoi(rig_sql(rig, "select pg_read_file('postmaster.pid')"));
	pid_t pid = atoi(rig_sql(rig, LEAD_PID));

	check(postmaster > 1 && pid > 1);
	check_int(kill(postmaster, SIGSTOP), 0);
	check_int(kill(pid, SIGTERM), 0);
	check(RIG_WAIT(rig, !db_is_lead(db)));
	check_int(tellings, 0);
	rig_push_ms(DB_STILL_MS);
	check(RIG_WAIT(rig, is_still));
	check(db_is_up(db));
	check_int(kill(postmaster, SIGCONT), 0);
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, !is_still && db_is_lead(db)));
	check_int(tellings, 2);
	end();
}

/* The lead's machine stands still, as if cut off: in this process nothing runs the loop. */
static void test_lead_that_falls_silent_loses_it_to_another(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db)));
	int64_t end_ms = clock_mono_ms() + 30000;

	while (str_equal(rig_sql(rig, "select pg_try_advisory_lock(5370658274)"), "f") &&
		clock_mono_ms() < end_ms)
		(void)rig_sql(rig, "select pg_sleep(0.1)");
	check_int(atoi(rig_sql(rig, LEAD_PID)), PQbackendPID(rig->pg));
	check(RIG_WAIT(rig, !db_is_lead(db))); /* it moves again, and finds that out */
	rig_sql(rig, "select pg_advisory_unlock(5370658274)");
	check(RIG_WAIT(rig, db_is_lead(db)));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_one_core_of_two_is_the_lead),
		CHECK_TEST(test_lead_ends_with_the_connection),
		CHECK_TEST(test_lead_whose_server_falls_silent_is_the_lead_no_more),
		CHECK_TEST(test_server_that_stands_still_is_told_once_until_it_answers),
		CHECK_TEST(test_server_that_stands_still_before_it_is_listened_to_is_told),
		CHECK_TEST(test_lead_that_falls_silent_loses_it_to_another),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/db_lead", tests, ARRAY_LEN(tests));
}
