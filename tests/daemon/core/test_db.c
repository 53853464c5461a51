/* daemon/core/db against a real PostgreSQL: order, limits, deadlines, and every way to lose one. */
#include "daemon/core/db.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/list.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/token.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

struct answer {
	unsigned count;
	char reply[256];
	struct err err;
	unsigned place; /* which answer of all it was */
};

static unsigned answers;
static unsigned changes;
static unsigned ups;

static void on_answer(void *arg, const char *reply, const struct err *err)
{
	struct answer *answer = arg;

	answer->count++;
	answer->place = ++answers;
	(void)snprintf(answer->reply, sizeof(answer->reply), "%s", reply ? reply : "");
	if (err)
		answer->err = *err;
}

static void on_up(void *arg, bool is_up)
{
	(void)arg;
	ups += is_up;
}

static void on_changed(void *arg)
{
	(void)arg;
	changes++;
}

static struct rig *rig;
static struct db *db;

static void begin(const char *conninfo)
{
	const struct db_watch watch = { .up = on_up, .changed = on_changed };

	answers = 0;
	changes = 0;
	ups = 0;
	rig = rig_new();
	db = db_new(rig->loop, conninfo, &watch);
}

static void end(void)
{
	db_free(db);
	rig_free(rig);
}

static struct db_request *scan(
	const char *text, uint64_t order, int64_t timeout_ms, struct answer *answer)
{
	char request_id[UUID_LEN + 1];
	AUTO_BUF raw = { 0 };

	base64_encode(bytes_of_str(text), &raw);
	char *args = xasprintf("{\"raw\":\"%s\"}", buf_str(&raw));

	uuid_make(request_id);
	struct db_request *request = db_send(db,
		&(struct db_call) { .call = CALL_SCAN,
			.request_id = request_id,
			.session = TOKEN_A,
			.args = args,
			.order = order,
			.timeout_ms = timeout_ms },
		on_answer, answer);

	free(args);
	return request;
}

static void test_call_table_names_every_call_once(void)
{
	for (int i = 0; i < CALL_COUNT; i++) {
		const struct call_info *call = call_get((enum call_no)i);
		enum call_no found = CALL_COUNT;
		bool for_page = call_find_for_page(call->name, call->shape, &found);

		check_row(call->name);
		check_int(for_page, call->door == DOOR_PAGE);
		check_int(found, for_page ? i : CALL_COUNT);
		check_contains(call->statement, call->shape == CALL_WRITES
							? "($1::uuid, $2::text, $3::jsonb)"
							: "($1::text, $2::jsonb)");
	}
	check_row(NULL);
	enum call_no found;

	check(!call_find_for_page("scan", CALL_WRITES, &found));
	check(!call_find_for_page("me", CALL_WRITES, &found));
	check(!call_find_for_page("", CALL_READS, &found));
}

static void test_reply_is_the_text_of_the_function(void)
{
	struct answer answer = { 0 };

	begin("");
	(void)scan("one", 0, 0, &answer);
	check_int(answer.count, 0); /* never from inside db_send */
	check(RIG_WAIT(rig, answer.count));
	check_contains(answer.reply, "\"verdict\": \"stored\"");
	check_int(answer.err.code, ERR_NONE);
	check_str(rig_sql(rig, "select raw from fake.scan"), "one");
	check_int(ups, 1);
	end();
}

static void test_calls_of_one_order_key_run_in_order(void)
{
	static struct answer list[20];

	begin("");
	for (unsigned i = 0; i < 20; i++) {
		char text[32];

		(void)snprintf(text, sizeof(text), i % 2 ? "n%u" : "sleep 0.0%u", 20 - i);
		(void)scan(text, 7, 0, &list[i]);
	}
	check(RIG_WAIT(rig, answers == 20));
	for (unsigned i = 0; i < 20; i++)
		check_int(list[i].place, i + 1);
	end();
}

static void test_calls_without_order_run_beside_each_other(void)
{
	struct answer list[8] = { 0 };

	begin("");
	check(RIG_WAIT(rig, db_is_up(db)));
	rig_run_ms(rig, 300); /* all eight connections */
	int64_t start = clock_mono_ms();

	for (unsigned i = 0; i < 8; i++)
		(void)scan("sleep 0.5", i + 1, 0, &list[i]);
	check(RIG_WAIT(rig, answers == 8));
	check(clock_mono_ms() - start < 2500); /* one after the other takes 4000 */
	end();
}

static void test_serialisation_failures_are_tried_again_three_times(void)
{
	struct answer good = { 0 };
	struct answer bad = { 0 };

	begin("");
	(void)scan("conflict 3", 0, 0, &good);
	check(RIG_WAIT(rig, good.count));
	check_contains(good.reply, "stored");
	check_str(rig_sql(rig, "select last_value from fake.tries"), "4");
	rig_sql(rig, "alter sequence fake.tries restart");
	(void)scan("conflict 99", 0, 0, &bad);
	check(RIG_WAIT(rig, bad.count));
	check_err(&bad.err, ERR_BUSY, "same records");
	check_str(rig_sql(rig, "select last_value from fake.tries"), "4");
	end();
}

static const struct sqlstate_case {
	const char *sqlstate;
	enum err_code code;
	const char *text;
} sqlstate_cases[] = {
	{ "57014", ERR_TIMEOUT, "gave up" },
	{ "53100", ERR_DB_UNAVAILABLE, "disk is full" },
	{ "53200", ERR_DB_UNAVAILABLE, "out of memory" },
	{ "55P03", ERR_BUSY, "same records" },
	{ "25006", ERR_DB_UNAVAILABLE, "no writes" },
	{ "26000", ERR_DB_UNAVAILABLE, "pooler lends" },
	{ "42P05", ERR_DB_UNAVAILABLE, "pooler lends" },
	{ "58030", ERR_DB_UNAVAILABLE, "disk fails" },
	{ "P0001", ERR_INTERNAL, "api.scan, SQLSTATE P0001  raised" },
	{ "23505", ERR_INTERNAL, "api.scan, SQLSTATE 23505" },
};

static void test_every_sqlstate_has_its_error(void)
{
	begin("");
	for (size_t i = 0; i < ARRAY_LEN(sqlstate_cases); i++) {
		struct answer answer = { 0 };
		char text[32];

		check_row(sqlstate_cases[i].sqlstate);
		(void)snprintf(text, sizeof(text), "raise %s", sqlstate_cases[i].sqlstate);
		(void)scan(text, 0, 0, &answer);
		check(RIG_WAIT(rig, answer.count));
		check_err(&answer.err, sqlstate_cases[i].code, sqlstate_cases[i].text);
		check(!strstr(
			answer.err.message, "23505  raised")); /* class 23 may quote a value */
	}
	end();
}

static const char *kill_sql(const char *what)
{
	static char sql[256];

	(void)snprintf(sql, sizeof(sql),
		"select count(pg_terminate_backend(pid)) from pg_stat_activity "
		"where application_name = 'specimend-core' and %s",
		what);
	return sql;
}

static bool one_sleeps(void)
{
	return str_equal(
		rig_sql(rig, "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"),
		"1");
}

static void test_connection_killed_in_mid_query_is_asked_again_once(void)
{
	struct answer answer = { 0 };

	begin("");
	(void)scan("sleep 0.4", 0, 0, &answer);
	check(RIG_WAIT(rig, one_sleeps()));
	check_str(rig_sql(rig, kill_sql("wait_event = 'PgSleep'")), "1");
	check(RIG_WAIT(rig, answer.count));
	check_int(answer.count, 1);
	check_contains(answer.reply, "stored");
	check_str(rig_sql(rig, "select count(*) from fake.scan"), "1");
	end();
}

static void test_connection_killed_twice_is_not_stored(void)
{
	struct answer answer = { 0 };

	begin("");
	(void)scan("sleep 0.5", 0, 0, &answer);
	for (int i = 0; i < 2; i++) {
		check(RIG_WAIT(rig, one_sleeps()));
		check_str(rig_sql(rig, kill_sql("wait_event = 'PgSleep'")), "1");
		check(RIG_WAIT(rig, !one_sleeps()));
	}
	check(RIG_WAIT(rig, answer.count));
	check_err(&answer.err, ERR_DB_UNAVAILABLE, "broke");
	check_str(rig_sql(rig, "select count(*) from fake.scan"), "0");
	end();
}

static void test_all_connections_killed_come_back_by_themselves(void)
{
	struct answer answer = { 0 };

	begin("");
	check(RIG_WAIT(rig, db_is_up(db)));
	rig_run_ms(rig, 300);
	rig_sql(rig, "update pg_database set datallowconn = false where datname = "
		     "current_database()"); /* not the first is back before the last is lost */
	check_str(rig_sql(rig, kill_sql("true")), "11");
	check(RIG_WAIT(rig, !db_is_up(db)));
	rig_sql(rig, "update pg_database set datallowconn = true where datname = "
		     "current_database()");
	check(RIG_WAIT(rig, db_is_up(db)));
	(void)scan("after", 0, 0, &answer);
	check(RIG_WAIT(rig, answer.count));
	check_contains(answer.reply, "stored");
	check_int(ups, 2);
	end();
}

static void test_no_database_fails_after_two_seconds(void)
{
	struct answer answer = { 0 };

	begin("host=/nonexistent");
	(void)scan("never", 0, 0, &answer);
	rig_run_ms(rig, 300);
	check_int(answer.count, 0);
	rig_push_ms(DB_DOWN_WAIT_MS);
	check(RIG_WAIT(rig, answer.count));
	check_err(&answer.err, ERR_DB_UNAVAILABLE, "cannot be reached");
	check_int(db_waiting(db, LANE_SCAN), 0);
	end();
}

static void test_deadline_ends_a_call_and_its_connection(void)
{
	struct answer answer = { 0 };
	struct answer after = { 0 };

	begin("");
	(void)scan("sleep 3", 5, 300, &answer);
	check(RIG_WAIT(rig, answer.count));
	check(answer.err.code == ERR_TIMEOUT || answer.err.code == ERR_DB_UNAVAILABLE);
	(void)scan("next", 5, 0, &after);
	check(RIG_WAIT(rig, after.count));
	check_contains(after.reply, "stored");
	end();
}

static void test_full_queue_is_busy_at_once(void)
{
	static struct answer list[DB_SCAN_QUEUE_MAX + 1];
	struct answer over = { 0 };

	begin("host=/nonexistent");
	memset(list, 0, sizeof(list));
	for (unsigned i = 0; i < DB_SCAN_QUEUE_MAX; i++)
		(void)scan("n", 0, 0, &list[i]);
	check_int(db_waiting(db, LANE_SCAN), DB_SCAN_QUEUE_MAX);
	(void)scan("over", 0, 0, &over);
	check_int(over.count, 0);
	loop_step(rig->loop, 0);
	loop_step(rig->loop, 0);
	check_int(over.count, 1);
	check_err(&over.err, ERR_BUSY, "too much");
	check_int(list[0].count, 0);
	end();
}

static void test_slow_readers_do_not_delay_a_scan(void)
{
	struct answer reads[6] = { 0 };
	struct answer answer = { 0 };

	begin("");
	rig_sql(rig, "insert into fake.control values ('read_sleep', '1')");
	check(RIG_WAIT(rig, db_is_up(db)));
	rig_run_ms(rig, 200);
	for (unsigned i = 0; i < 6; i++)
		(void)db_send(db, &(struct db_call) { .call = CALL_COLLECTIONS_DUE }, on_answer,
			&reads[i]);
	(void)scan("quick", 0, 0, &answer);
	int64_t start = clock_mono_ms();

	check(RIG_WAIT(rig, answer.count));
	check(clock_mono_ms() - start < 700);
	check_int(answer.place, 1);
	check(RIG_WAIT(rig, answers == 7));
	end();
}

static void test_cancelled_call_has_no_callback(void)
{
	struct answer cancelled = { 0 };
	struct answer after = { 0 };

	begin("");
	db_request_cancel(scan("gone", 1, 0, &cancelled));
	(void)scan("after", 1, 0, &after);
	check(RIG_WAIT(rig, after.count));
	check_int(cancelled.count, 0);
	end();
}

static void test_notify_of_another_is_a_hint(void)
{
	begin("");
	check(RIG_WAIT(rig, db_is_up(db)));
	check(RIG_WAIT(rig, changes == 1)); /* when it listens: before that it heard nothing */
	rig_sql(rig, "notify changed");
	check(RIG_WAIT(rig, changes == 2));
	rig_sql(rig, "notify something_else");
	rig_run_ms(rig, 50);
	check_int(changes, 2);
	end();
}

static void on_other_changed(void *arg)
{
	unsigned *count = arg;

	(*count)++;
}

static void test_another_core_hears_of_ours_and_we_do_not(void)
{
	unsigned others = 0;
	const struct db_watch watch = { .changed = on_other_changed, .arg = &others };

	begin("");
	struct db *other = db_new(rig->loop, "", &watch);

	check(RIG_WAIT(rig, changes == 1 && others == 1));
	db_notify(db);
	check(RIG_WAIT(rig, others == 2));
	rig_run_ms(rig, 2 * DB_NOTIFY_MS);
	check_int(changes, 1);
	db_notify(other);
	check(RIG_WAIT(rig, changes == 2));
	check_int(others, 2);
	db_free(other);
	end();
}

static void test_many_changes_are_told_in_few_notifications(void)
{
	unsigned others = 0;
	const struct db_watch watch = { .changed = on_other_changed, .arg = &others };

	begin("");
	struct db *other = db_new(rig->loop, "", &watch);

	check(RIG_WAIT(rig, changes == 1 && others == 1));
	int64_t start_ms = clock_mono_ms();

	for (int i = 0; i < 200; i++) {
		db_notify(db);
		loop_step(rig->loop, 1);
	}
	int64_t took_ms = clock_mono_ms() - start_ms;

	rig_run_ms(rig, 3 * DB_NOTIFY_MS);
	check(others >= 3); /* the first, one in between at least, and the last */
	check((int64_t)others - 1 <= took_ms / DB_NOTIFY_MS + 2);
	db_free(other);
	end();
}

static void test_listener_that_was_lost_reads_again(void)
{
	begin("");
	check(RIG_WAIT(rig, changes == 1));
	db_notify(db); /* whatever is under way then */
	rig_sql(rig, "select count(pg_terminate_backend(pid)) from pg_stat_activity where "
		     "pid <> pg_backend_pid() and application_name = 'specimend-core'");
	check(RIG_WAIT(rig, changes == 2));
	rig_sql(rig, "notify changed");
	check(RIG_WAIT(rig, changes == 3));
	end();
}

static void test_missing_function_is_our_bug_and_heals(void)
{
	struct answer answer = { 0 };
	struct answer healed = { 0 };

	begin("");
	rig_sql(rig, "alter function api.scan(uuid, text, jsonb) rename to scan_away");
	(void)scan("x", 0, 0, &answer);
	check(RIG_WAIT(rig, answer.count));
	check_err(&answer.err, ERR_INTERNAL, "SQLSTATE 42883");
	rig_sql(rig, "alter function api.scan_away(uuid, text, jsonb) rename to scan");
	(void)scan("x", 0, 0, &healed);
	check(RIG_WAIT(rig, healed.count));
	check_contains(healed.reply, "stored");
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_call_table_names_every_call_once),
		CHECK_TEST(test_reply_is_the_text_of_the_function),
		CHECK_TEST(test_calls_of_one_order_key_run_in_order),
		CHECK_TEST(test_calls_without_order_run_beside_each_other),
		CHECK_TEST(test_serialisation_failures_are_tried_again_three_times),
		CHECK_TEST(test_every_sqlstate_has_its_error),
		CHECK_TEST(test_connection_killed_in_mid_query_is_asked_again_once),
		CHECK_TEST(test_connection_killed_twice_is_not_stored),
		CHECK_TEST(test_all_connections_killed_come_back_by_themselves),
		CHECK_TEST(test_no_database_fails_after_two_seconds),
		CHECK_TEST(test_deadline_ends_a_call_and_its_connection),
		CHECK_TEST(test_full_queue_is_busy_at_once),
		CHECK_TEST(test_slow_readers_do_not_delay_a_scan),
		CHECK_TEST(test_cancelled_call_has_no_callback),
		CHECK_TEST(test_notify_of_another_is_a_hint),
		CHECK_TEST(test_another_core_hears_of_ours_and_we_do_not),
		CHECK_TEST(test_many_changes_are_told_in_few_notifications),
		CHECK_TEST(test_listener_that_was_lost_reads_again),
		CHECK_TEST(test_missing_function_is_our_bug_and_heals),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/db", tests, ARRAY_LEN(tests));
}
