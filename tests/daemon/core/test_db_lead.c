/*
 * daemon/core/db: one of several cores is the lead, and a listening connection that is lost without
 * a word is seen to be lost, by the core and by the server. What is wrong with the database is told
 * in every state of the connections.
 */
#include "daemon/core/db.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/core/token.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

static struct rig *rig;
static struct db *db;
static unsigned tellings;
static char trouble[320]; /* "": none */
static unsigned leads;    /* how often it was told that we are, */
static unsigned ends;     /* and are not */

static void on_trouble(void *arg, const struct err *err, const char *detail)
{
	(void)arg;
	(void)detail;
	tellings++;
	(void)snprintf(trouble, sizeof(trouble), "%s", err ? err->message : "");
	check(!err || *err->hint);
}

static void on_lead(void *arg, bool is_lead)
{
	(void)arg;
	leads += is_lead;
	ends += !is_lead;
}

#define STILL "does not answer"

static bool trouble_is(const char *what)
{
	return *what ? strstr(trouble, what) != NULL : !*trouble;
}

static void begin(void)
{
	const struct db_watch watch = { .trouble = on_trouble, .lead = on_lead };

	tellings = leads = ends = 0;
	trouble[0] = 0;
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

/* Every process of the server that serves a core; none left to ask with the test's own SQL. */
static pid_t pids[16];
static size_t pid_count;

static void pids_find(void)
{
	char text[512];
	char *at = text;

	(void)snprintf(text, sizeof(text), "%s",
		rig_sql(rig, "select coalesce(string_agg(pid::text, ' '), '') from "
			     "pg_stat_activity where application_name = 'specimend-core'"));
	pid_count = 0;
	while (*at && pid_count < ARRAY_LEN(pids))
		pids[pid_count++] = (pid_t)strtol(at, &at, 10);
}

static void pids_kill(int sig)
{
	for (size_t i = 0; i < pid_count; i++)
		check_int(kill(pids[i], sig), 0);
}

static void test_server_that_stands_still_is_told_once_until_it_answers(void)
{
	check(DB_ASK_MS + DB_STILL_MS < 2000);
	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && db_is_up(db)));
	pid_t pid = atoi(rig_sql(rig, LEAD_PID));

	tellings = 0;
	check_int(kill(pid, SIGSTOP), 0);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
	check_int(tellings, 0); /* it may answer yet */
	rig_push_ms(DB_STILL_MS);
	check(RIG_WAIT(rig, trouble_is(STILL)));
	rig_push_ms(DB_STILL_MS);
	rig_run_ms(rig, 50);
	check_int(tellings, 1);
	check(db_is_up(db) && db_is_still(db) && db_is_lead(db)); /* nothing was closed */
	check_int(kill(pid, SIGCONT), 0);
	check(RIG_WAIT(rig, trouble_is("")));
	check_int(tellings, 2);
	check_int(atoi(rig_sql(rig, LEAD_PID)), pid);
	end();
}

/* It does so when the listening connection is being made: its postmaster first, which is told to
 * nobody while the others answer. */
static void test_server_that_stands_still_before_it_is_listened_to_is_told(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && db_is_up(db)));
	rig_run_ms(rig, 300); /* all its connections */
	pid_t postmaster = atoi(rig_sql(rig, "select pg_read_file('postmaster.pid')"));
	pid_t pid = atoi(rig_sql(rig, LEAD_PID));

	check(postmaster > 1 && pid > 1);
	tellings = 0;
	check_int(kill(postmaster, SIGSTOP), 0);
	check_int(kill(pid, SIGTERM), 0);
	check(RIG_WAIT(rig, !db_is_lead(db)));
	for (int i = 0; i < 3; i++) {
		rig_push_ms(DB_STILL_MS);
		rig_run_ms(rig, 50);
	}
	check_int(tellings, 0);
	pids_find();
	pids_kill(SIGSTOP);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
	rig_push_ms(DB_STILL_MS);
	check(RIG_WAIT(rig, trouble_is(STILL)));
	check(db_is_up(db));
	pids_kill(SIGCONT);
	check_int(kill(postmaster, SIGCONT), 0);
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, trouble_is("") && db_is_lead(db)));
	end();
}

static void asked_again(void)
{
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
}

/* The listening connection is away, and cannot come: nobody new is let in. */
static void listener_take_away(void)
{
	rig_sql(rig, "update pg_database set datallowconn = false where datname = "
		     "current_database()");
	rig_sql(rig, "select pg_terminate_backend((" LEAD_PID "))");
	check(RIG_WAIT(rig, !db_is_lead(db)));
}

static void listener_give_back(void)
{
	rig_sql(rig, "update pg_database set datallowconn = true where datname = "
		     "current_database()");
}

static void test_server_that_stands_still_is_told_while_nobody_listens(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && db_is_up(db)));
	rig_run_ms(rig, 300); /* all its connections */
	listener_take_away();
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 50);
	check(trouble_is("")); /* those for scans answer */
	rig_push_ms(5 * DB_STILL_MS);
	rig_run_ms(rig, 100);
	check(trouble_is("") && db_is_up(db));
	pids_find();
	check(pid_count >= DB_SCAN_CONNECTIONS);
	pids_kill(SIGSTOP);
	rig_push_ms(DB_ASK_MS); /* nothing else was asked by anybody */
	rig_run_ms(rig, 50);
	check(trouble_is(""));
	rig_push_ms(DB_STILL_MS);
	check(RIG_WAIT(rig, trouble_is(STILL)));
	tellings = 0;
	rig_push_ms(DB_ANSWER_MS); /* the one that was asked is lost, and another is asked */
	rig_run_ms(rig, 100);
	rig_push_ms(DB_ASK_MS);
	rig_run_ms(rig, 100);
	check_int(tellings, 0); /* nothing was answered */
	pids_kill(SIGCONT);
	rig_push_ms(DB_ASK_MS);
	check(RIG_WAIT(rig, trouble_is("no label is sent: "))); /* which nobody else would say */
	check(db_is_up(db) && !db_is_still(db) && !db_is_refusing(db));
	listener_give_back();
	rig_push_ms(2 * DB_ANSWER_MS);
	check(RIG_WAIT(rig, db_is_lead(db)));
	check(RIG_WAIT(rig, (asked_again(), trouble_is(""))));
	end();
}

/* A listener at the other end of a way that takes everything and gives nothing back. */
static void test_connecting_that_is_not_answered_has_an_end(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char conninfo[128];
	const struct db_watch watch = { .trouble = on_trouble };

	begin();
	db_free(db);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/.s.PGSQL.5432", rig->dir);
	check(fd >= 0 && bind(fd, (struct sockaddr *)(void *)&at, sizeof(at)) == 0 &&
		listen(fd, 100) == 0);
	(void)snprintf(conninfo, sizeof(conninfo), "host=%s port=5432 dbname=x", rig->dir);
	trouble[0] = 0;
	db = db_new(rig->loop, conninfo, &watch);
	rig_run_ms(rig, 100);
	check(!db_is_up(db) && trouble_is("")); /* nothing was ever well, nothing is wrong yet */
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, trouble_is("cannot be reached")));
	close(fd);
	end();
}

static const struct away_case {
	const char *name;
	const char *conninfo;
	const char *begin; /* SQL, or NULL */
	const char *end;
	const char *text;
} away_cases[] = {
	{ "no such database", "dbname=not_there", NULL, NULL, "is not there" },
	{ "no such role", "user=nobody_at_all", NULL, NULL, "does not let specimend in" },
	{ "no connection left", "user=rig_crowd", "create role rig_crowd login connection limit 0",
		"drop role rig_crowd", "no connection left" },
	{ "nobody there", "host=/nonexistent", NULL, NULL, "cannot be reached" },
};

static void test_connection_that_is_refused_says_why(void)
{
	for (size_t i = 0; i < ARRAY_LEN(away_cases); i++) {
		const struct away_case *row = &away_cases[i];
		const struct db_watch watch = { .trouble = on_trouble };

		check_row(row->name);
		begin();
		db_free(db);
		if (row->begin)
			rig_sql(rig, row->begin);
		trouble[0] = 0;
		db = db_new(rig->loop, row->conninfo, &watch);
		check(RIG_WAIT(rig, trouble_is(row->text)));
		check(!db_is_up(db));
		if (row->end)
			rig_sql(rig, row->end);
		end();
	}
}

static void test_server_that_takes_no_writes_is_told_until_it_does(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && trouble_is("")));
	check(!db_is_refusing(db));
	rig_sql(rig, "alter system set default_transaction_read_only = on");
	rig_sql(rig, "select pg_reload_conf()");
	check(RIG_WAIT(rig, (asked_again(), trouble_is("takes no writes"))));
	check(db_is_up(db) && db_is_refusing(db) && !db_is_still(db));
	rig_sql(rig, "set transaction_read_only = off; set default_transaction_read_only = off");
	rig_sql(rig, "alter system reset default_transaction_read_only");
	rig_sql(rig, "select pg_reload_conf()");
	check(RIG_WAIT(rig, (asked_again(), trouble_is(""))));
	check(!db_is_refusing(db));
	end();
}

/* By its own clock, whatever it heard or did not: then the server ends it, and another may be. */
static void test_lead_ends_when_nobody_said_for_so_long_that_it_is(void)
{
	begin();
	check(RIG_WAIT(rig, db_is_lead(db)));
	check_int(leads, 1);
	check_int(db_lead_pid(db), atoi(rig_sql(rig, LEAD_PID)));
	rig_push_ms(DB_LEAD_MS); /* as after a while in which nothing ran */
	check(!db_is_lead(db));
	check(RIG_WAIT(rig, db_is_lead(db))); /* the connection is there still, and says so */
	leads = ends = 0;
	listener_take_away();
	rig_run_ms(rig, 50);
	check_int(ends, 0); /* it may have it again before another has */
	rig_push_ms(DB_LEAD_MS);
	check(RIG_WAIT(rig, ends == 1));
	check(!db_is_lead(db));
	listener_give_back();
	rig_push_ms(DB_ANSWER_MS);
	check(RIG_WAIT(rig, db_is_lead(db) && leads == 1));
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

static struct err answer;
static unsigned answers;

static void on_answer(void *arg, const char *reply, const struct err *err)
{
	(void)arg;
	(void)reply;
	answers++;
	answer = err ? *err : (struct err) { 0 };
}

static void call(enum call_no no, const char *args)
{
	char request_id[UUID_LEN + 1];

	uuid_make(request_id);
	(void)db_send(db,
		&(struct db_call) {
			.call = no, .request_id = request_id, .session = TOKEN_A, .args = args },
		on_answer, NULL);
}

static bool call_ends(enum call_no no, const char *args, const char *message)
{
	unsigned before = answers;

	call(no, args);
	return RIG_WAIT(rig, answers > before) &&
	       (*message ? strstr(answer.message, message) != NULL : !answer.code);
}

static const struct refused_case {
	const char *sqlstate;
	const char *message;
} refused_cases[] = {
	{ "53100", "disk is full" }, /* of a temporary file, say */
	{ "58030", "disk fails" },   /* of one table */
	{ "25006", "takes no writes" },
};

#define SCAN_GOOD "{\"raw\":\"b25l\"}" /* one */

static void stations_refuse(const char *sqlstate)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
		"create or replace function api.stations(text, jsonb) returns jsonb language "
		"plpgsql as $$ begin raise exception 'x' using errcode = '%s'; end $$",
		sqlstate);
	rig_sql(rig, sql);
}

/* A read that is refused, or answered, says nothing of whether writes are taken. */
static void test_reads_say_nothing_of_writes(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused_cases); i++) {
		const struct refused_case *row = &refused_cases[i];

		check_row(row->sqlstate);
		begin();
		check(RIG_WAIT(rig, db_is_lead(db) && trouble_is("")));
		stations_refuse(row->sqlstate);
		check(call_ends(CALL_STATIONS, NULL, row->message));
		check(trouble_is("") && !db_is_refusing(db));
		rig_sql(rig, "create function fake.full() returns trigger language plpgsql as $$ "
			     "begin raise exception 'full' using errcode = '53100'; end $$;"
			     "create trigger no_room before insert on fake.scan execute function "
			     "fake.full()");
		check(call_ends(CALL_SCAN, SCAN_GOOD, "disk is full"));
		check(trouble_is("disk is full") && db_is_refusing(db));
		check(call_ends(CALL_COLLECTIONS_DUE, NULL, ""));
		check(trouble_is("disk is full") && db_is_refusing(db));
		rig_sql(rig, "drop trigger no_room on fake.scan");
		check(call_ends(CALL_SCAN, SCAN_GOOD, ""));
		check(trouble_is("") && !db_is_refusing(db));
		end();
	}
}

/* When the last of them was asked whether the server is there, and answered. */
static const char *probed_at(void)
{
	return rig_sql(rig, "select max(query_start) from pg_stat_activity where application_name "
			    "= 'specimend-core' and state = 'idle' and query like 'select true%'");
}

/* Nobody listens, one call takes its time, and the others are asked beside it. */
static void test_slow_call_is_no_silence(void)
{
	char before[64];

	begin();
	check(RIG_WAIT(rig, db_is_lead(db) && db_is_up(db)));
	rig_run_ms(rig, 300); /* all its connections */
	listener_take_away();
	call(CALL_SCAN, "{\"raw\":\"c2xlZXAgNC41\"}"); /* sleep 4.5 */
	check(RIG_WAIT(rig,
		str_equal(rig_sql(rig, "select count(*) from pg_stat_activity where wait_event = "
				       "'PgSleep'"),
			"1")));
	tellings = 0;
	for (int64_t left_ms = 2 * DB_STILL_MS; left_ms > 0; left_ms -= DB_ASK_MS) {
		(void)snprintf(before, sizeof(before), "%s", probed_at());
		rig_push_ms(DB_ASK_MS);
		check(RIG_WAIT(rig, !str_equal(probed_at(), before)));
		rig_run_ms(rig, 20); /* it is heard */
		check_int(tellings, 0);
	}
	listener_give_back();
	end();
}

/* What stands for a pooler: the process that answers is who lent.pid says, or the real one, so many
 * more. Nothing of its own is asked by libpq. */
static void lent_begin(const char *pid, const char *more)
{
	const struct db_watch watch = { .trouble = on_trouble, .lead = on_lead };
	char sql[512];

	begin();
	db_free(db);
	(void)snprintf(sql, sizeof(sql),
		"drop schema if exists lent cascade; create schema lent; create table lent.pid as "
		"select %s::int as pid; "
		"create function lent.pg_backend_pid() returns int language sql as $$ "
		"select coalesce(pid, pg_catalog.pg_backend_pid() + %s) from lent.pid $$",
		pid, more);
	rig_sql(rig, sql);
	tellings = leads = ends = 0;
	trouble[0] = 0;
	db = db_new(rig->loop, "options=-csearch_path=lent,pg_catalog", &watch);
}

static void test_connection_that_another_process_answers_is_lent(void)
{
	lent_begin("null", "0");
	check(RIG_WAIT(rig, db_is_lead(db) && trouble_is("")));
	rig_sql(rig, "update lent.pid set pid = 7");
	check(RIG_WAIT(rig, (asked_again(), trouble_is("pooler lends"))));
	check(!db_is_lead(db) && db_is_up(db) && !db_is_refusing(db));
	check(RIG_WAIT(rig, (asked_again(), ends == 1)));
	check(RIG_WAIT(rig, str_equal(rig_sql(rig, LEAD_PID), "0"))); /* given back */
	rig_push_ms(DB_LEAD_MS - DB_ASK_MS);
	rig_run_ms(rig, 50);
	rig_push_ms(DB_LEAD_MS - DB_ASK_MS);
	rig_run_ms(rig, 50);
	rig_sql(rig, "update lent.pid set pid = null");
	check(RIG_WAIT(rig, (asked_again(), trouble_is("") && db_is_lead(db))));
	check_int(leads, 2);
	rig_sql(rig, "drop schema lent cascade");
	end();
}

static void test_process_that_answers_two_connections_is_lent(void)
{
	lent_begin("7", "0");
	check(RIG_WAIT(rig, trouble_is("pooler lends")));
	for (int i = 0; i < 3; i++) {
		asked_again();
		check(!db_is_lead(db) && trouble_is("pooler lends"));
	}
	rig_sql(rig, "drop schema lent cascade");
	end();
}

/* As through a pooler that gives each connection a process of its own: the lock is that one's. */
static void test_pooler_in_session_mode_is_no_trouble(void)
{
	lent_begin("null", "1000000");
	check(RIG_WAIT(rig, db_is_lead(db) && trouble_is("")));
	for (int i = 0; i < 5; i++)
		asked_again();
	check(db_is_lead(db) && trouble_is(""));
	check_int(db_lead_pid(db), atoi(rig_sql(rig, LEAD_PID)) + 1000000);
	rig_sql(rig, "drop schema lent cascade");
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
		CHECK_TEST(test_server_that_stands_still_is_told_while_nobody_listens),
		CHECK_TEST(test_connecting_that_is_not_answered_has_an_end),
		CHECK_TEST(test_connection_that_is_refused_says_why),
		CHECK_TEST(test_server_that_takes_no_writes_is_told_until_it_does),
		CHECK_TEST(test_lead_ends_when_nobody_said_for_so_long_that_it_is),
		CHECK_TEST(test_lead_that_falls_silent_loses_it_to_another),
		CHECK_TEST(test_reads_say_nothing_of_writes),
		CHECK_TEST(test_slow_call_is_no_silence),
		CHECK_TEST(test_connection_that_another_process_answers_is_lent),
		CHECK_TEST(test_process_that_answers_two_connections_is_lent),
		CHECK_TEST(test_pooler_in_session_mode_is_no_trouble),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/db_lead", tests, ARRAY_LEN(tests));
}
