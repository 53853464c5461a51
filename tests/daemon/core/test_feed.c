/* daemon/core/feed: the ring by itself, then server-sent events through the running core. */
#include "daemon/core/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/files.h"
#include "daemon/core/gate.h"
#include "daemon/core/token.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

#define START "00112233445566778899aabbccddeeff"

static struct rig *rig;

static void on_wake(void *arg)
{
	++*(unsigned *)arg;
}

static const char *read_all(struct feed_reader *reader, size_t max)
{
	static struct buf text;
	ssize_t n;

	buf_reset(&text);
	do {
		n = feed_read(reader, (char *)buf_grow(&text, max), max);
		text.len -= max - (size_t)n;
		text.data[text.len] = 0;
	} while (n > 0);
	return buf_str(&text);
}

static void test_reader_gets_its_station_and_all(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);
	struct feed_reader *reader = feed_open(
		feed, (struct feed_place) { 1, true }, NULL, "{\"core\":1}", on_wake, &wakes);

	check_str(read_all(reader, 4096),
		"retry: 1000\n\nid: " START ":0\nevent: health\ndata: {\"core\":1}\n\n");
	feed_publish(feed, 2, "visit", NULL);
	check_int(wakes, 0);
	feed_publish(feed, 1, "scan", "{\"a\":1}");
	feed_publish(feed, FEED_ALL, "due", NULL);
	check_int(wakes, 2);
	check_str(read_all(reader, 7), /* in pieces of any size */
		"id: " START ":2\nevent: scan\ndata: {\"a\":1}\n\nid: " START
		":3\nevent: due\ndata: {}\n\n");
	feed_close(reader);
	feed_free(feed);
}

static void test_patients_are_for_pages_with_a_person(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);
	struct feed_reader *person =
		feed_open(feed, (struct feed_place) { 1, true }, NULL, "{}", on_wake, &wakes);
	struct feed_reader *nobody =
		feed_open(feed, (struct feed_place) { 1, false }, NULL, "{}", on_wake, &wakes);

	struct feed_reader *courier = feed_open(
		feed, (struct feed_place) { 1, false, true }, NULL, "{}", on_wake, &wakes);

	(void)read_all(person, 4096);
	(void)read_all(nobody, 4096);
	(void)read_all(courier, 4096);
	feed_publish_for(feed, 1, FEED_FOR_PERSON, "scan", "{\"name\":1}");
	feed_publish_for(feed, 1, FEED_FOR_NOBODY, "scan", "{}");
	feed_publish_for(feed, 1, FEED_FOR_OTHER, "scan", "{\"bag\":1}");
	check_int(wakes, 3);
	check_str(read_all(courier, 4096), "id: " START ":3\nevent: scan\ndata: {\"bag\":1}\n\n");
	check_str(read_all(person, 4096), "id: " START ":1\nevent: scan\ndata: {\"name\":1}\n\n");
	check_str(read_all(nobody, 4096), "id: " START ":2\nevent: scan\ndata: {}\n\n");
	feed_close(person);
	feed_close(nobody);
	feed_close(courier);
	feed_free(feed);
}

static void test_streams_of_a_station_end_after_sign_in(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);
	struct feed_reader *here =
		feed_open(feed, (struct feed_place) { 1, true }, NULL, "{}", on_wake, &wakes);
	struct feed_reader *there =
		feed_open(feed, (struct feed_place) { 2, true }, NULL, "{}", on_wake, &wakes);
	char part[256];

	(void)read_all(here, 4096);
	(void)read_all(there, 4096);
	feed_publish(feed, 1, "sign_in", NULL);
	feed_end(feed, 1);
	feed_publish(feed, FEED_ALL, "due", NULL);
	check_int(feed_read(here, part, sizeof(part)),
		strlen("id: " START ":1\nevent: sign_in\ndata: {}\n\n"));
	check_int(feed_read(here, part, sizeof(part)),
		-1); /* whoever signs in next is not read by it */
	check_contains(read_all(there, 4096), "event: due");
	feed_close(here);
	feed_close(there);
	feed_free(feed);
}

static const struct resume_case {
	const char *name;
	const char *last_id;
	bool resyncs;
	const char *first; /* what comes next after the greeting */
} resume_cases[] = {
	{ "the newest", START ":5", false, "" },
	{ "two behind", START ":3", false, "id: " START ":4\n" },
	{ "from the start", START ":0", false, "id: " START ":1\n" },
	{ "of the future", START ":6", true, "" },
	{ "another start", "ffffffffffffffffffffffffffffffff:3", true, "" },
	{ "no number", START ":x", true, "" },
	{ "no colon", START, true, "" },
	{ "huge", START ":18446744073709551615", true, "" },
	{ "empty", "", true, "" },
};

static void test_resume_goes_on_or_says_resync(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);

	for (int i = 0; i < 5; i++)
		feed_publish(feed, FEED_ALL, "due", NULL);
	for (size_t i = 0; i < ARRAY_LEN(resume_cases); i++) {
		struct feed_reader *reader = feed_open(feed, (struct feed_place) { 1, true },
			resume_cases[i].last_id, "{}", on_wake, &wakes);
		const char *text = read_all(reader, 4096);

		check_row(resume_cases[i].name);
		check_int(strstr(text, "event: resync") != NULL, resume_cases[i].resyncs);
		check_contains(text, resume_cases[i].first);
		if (!resume_cases[i].first[0])
			check(!strstr(text, "event: due"));
		feed_close(reader);
	}
	feed_free(feed);
}

static void test_reader_that_falls_off_the_ring_is_told(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);
	struct feed_reader *reader =
		feed_open(feed, (struct feed_place) { 1, true }, NULL, "{}", on_wake, &wakes);
	char part[20];

	check_int(feed_read(reader, part, sizeof(part)), sizeof(part)); /* stalls inside an event */
	for (int i = 0; i < FEED_RING + 10; i++)
		feed_publish(feed, FEED_ALL, "due", NULL);
	const char *text = read_all(reader, 4096);

	check_contains(text, "event: health"); /* the event it was in comes whole */
	check_contains(text, "event: resync");
	check(!strstr(text, "event: due"));
	feed_publish(feed, FEED_ALL, "visit", NULL);
	check_contains(read_all(reader, 4096), "event: visit");
	feed_close(reader);
	feed_free(feed);
}

static void test_huge_event_becomes_resync_and_bytes_are_bounded(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);
	struct feed_reader *reader =
		feed_open(feed, (struct feed_place) { 1, true }, START ":0", "{}", on_wake, &wakes);
	char *big = xmalloc(FEED_EVENT_MAX + 1);

	memset(big, 'a', FEED_EVENT_MAX);
	big[FEED_EVENT_MAX] = 0;
	(void)read_all(reader, 4096);
	feed_publish(feed, 1, "scan", big);
	check_contains(read_all(reader, 4096), "event: resync");
	big[FEED_EVENT_MAX - 1000] = 0;
	for (int i = 0; i < 100; i++)
		feed_publish(feed, 2, "scan", big);
	feed_close(reader);
	reader = feed_open(feed, (struct feed_place) { 2, true }, START ":1", "{}", on_wake,
		&wakes); /* 8 MiB back is less than 100 events */
	check_contains(read_all(reader, 65536), "event: resync");
	feed_close(reader);
	feed_free(feed);
	free(big);
}

static void test_comment_comes_every_15_seconds(void)
{
	unsigned wakes = 0;
	struct feed *feed = feed_new(rig->loop, START);
	struct feed_reader *reader =
		feed_open(feed, (struct feed_place) { 1, true }, NULL, "{}", on_wake, &wakes);

	(void)read_all(reader, 4096);
	rig_push_ms(FEED_COMMENT_MS + 1);
	loop_step(rig->loop, 0);
	check_int(wakes, 1);
	check_str(read_all(reader, 4096), ":\n\n");
	check_str(read_all(reader, 4096), "");
	feed_close(reader);
	feed_free(feed);
}

/* ---- through HTTP ---- */

static void events_open(struct client *client, const char *fields)
{
	char *raw = xasprintf("GET /api/events HTTP/1.1\r\nHost: x\r\n%s\r\n", fields);

	client_open(rig, client);
	client_send(client, bytes_of_str(raw));
	free(raw);
}

static void events_drain(void)
{
	for (int i = 0; i < 6 && feed_reader_count(rig->core->feed) > 0; i++) {
		rig_push_ms(FEED_COMMENT_MS + 1); /* the writing finds out who is gone */
		rig_run_ms(rig, 50);
	}
	check_int(feed_reader_count(rig->core->feed), 0);
}

static bool has(struct client *client, const char *part)
{
	client_poll(client);
	return strstr(buf_str(&client->in), part) != NULL;
}

static void test_subscriber_without_a_station_is_refused(void)
{
	check_int(http_status(http_get(rig, "/api/events", NULL)), 401);
}

/* Taken away by somebody at station 1: what it hears of ends, and it reads anew who it is. */
static void test_a_page_that_is_taken_away_hears_of_it(void)
{
	struct client other;

	events_open(&other, STATION_B);
	check(RIG_WAIT(rig, has(&other, "event: health")));
	check_contains(http_post(rig, "/api/page_take_away", OPERATOR_C,
			       "{\"request_id\":\"11111111-2222-4333-8444-555555555556\",\"args\":{"
			       "\"station_id\":2}}"),
		"page_taken_away");
	check(RIG_WAIT(rig, has(&other, "event: sign_in")));
	check(RIG_WAIT(rig, feed_reader_count(rig->core->feed) == 0));
	client_done(&other);
}

/* Who scanned works at station 2 too: that page sees the answer, and reads the visit again. */
static void test_a_person_at_two_stations_sees_a_scan_at_both(void)
{
	static const char desk[] =
		"Cookie: specimend_session="
		"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\r\n";
	struct client there;
	struct client nobody;

	rig_sql(rig, "insert into fake.token values (encode(sha256(convert_to(repeat('e', 64), "
		     "'UTF8')), 'hex'), 'operator', 2, 'Ada') on conflict do nothing");
	rig_sql(rig, "insert into fake.control values ('also_at', '[2]')");
	events_open(&there, desk);
	events_open(&nobody, STATION_B);
	check(RIG_WAIT(rig, has(&there, "event: health") && has(&nobody, "event: health")));
	check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C,
			  "{\"request_id\":\"11111111-2222-4333-8444-555555555557\",\"args\":{"
			  "\"raw\":\"YWJj\"}}")),
		200);
	check(RIG_WAIT(rig, has(&there, "event: visit")));
	check(has(&there, "event: seen\ndata: "
			  "{\"request_id\":\"11111111-2222-4333-8444-555555555557\",\"reply\":{"));
	check(!has(&there, "event: scan"));
	check(RIG_WAIT(rig, has(&nobody, "event: visit")));
	check(!has(&nobody, "event: seen"));
	feed_end(rig->core->feed, 2);
	check(RIG_WAIT(rig, feed_reader_count(rig->core->feed) == 0));
	client_done(&there);
	client_done(&nobody);
	rig_sql(rig, "delete from fake.control where key = 'also_at'");
}

static void test_hundred_subscribers_get_a_scan_and_resume(void)
{
	static struct client list[100];
	struct client other;
	struct client again;
	char fields[256];

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		events_open(&list[i], OPERATOR_C);
	events_open(&other, STATION_B);
	check(RIG_WAIT(rig, feed_reader_count(rig->core->feed) == ARRAY_LEN(list) + 1));
	check(RIG_WAIT(rig, has(&other, "event: health")));
	check_contains(buf_str(&other.in), "Content-Type: text/event-stream\r\n");
	check_int(http_status(http_post(rig, "/api/scan", STATION_A,
			  "{\"request_id\":\"11111111-2222-4333-8444-555555555555\",\"args\":{"
			  "\"raw\":\"YWJj\"}}")),
		200);
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		check(RIG_WAIT(rig,
			has(&list[i], "\"request_id\":\"11111111-2222-4333-8444-555555555555\"")));
	check(!has(&other, "event: scan"));
	const char *at = strstr(buf_str(&list[0].in), "id: ");

	check(at != NULL);
	(void)snprintf(fields, sizeof(fields), OPERATOR_C "Last-Event-ID: %.*s\r\n",
		at ? (int)strcspn(at + 4, "\n") : 0, at ? at + 4 : "");
	events_open(&again, fields); /* as if it had seen only the greeting */
	check(RIG_WAIT(rig, has(&again, "event: scan")));
	check(!has(&again, "event: resync"));
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		client_done(&list[i]);
	client_done(&other);
	client_done(&again);
	events_drain();
}

static void test_page_with_nobody_signed_in_learns_of_badges_only(void)
{
	static const struct {
		const char *name;
		const char *about;
		const char *code;
		bool is_told;
	} cases[] = {
		{ "tube", "specimen", "on_tube", false },
		{ "badge", "badge", "badge_signs_in", true },
		{ "tube, nobody signed in", "specimen", "sign_in_needed", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client person;
		struct client nobody;
		char sql[512];

		check_row(cases[i].name);
		(void)snprintf(sql, sizeof(sql),
			"insert into fake.control values ('about', '%s'), ('code', '%s') on "
			"conflict (key) "
			"do update set value = excluded.value",
			cases[i].about, cases[i].code);
		rig_sql(rig, sql);
		events_open(&person, OPERATOR_C);
		events_open(&nobody, STATION_A);
		check(RIG_WAIT(
			rig, has(&person, "event: health") && has(&nobody, "event: health")));
		(void)snprintf(sql, sizeof(sql),
			"{\"request_id\":\"21111111-2222-4333-8444-55555555555%zu\",\"args\":{"
			"\"raw\":\"YWJj\"}}",
			i);
		check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C, sql)), 200);
		feed_publish(rig->core->feed, FEED_ALL, "due", NULL); /* the last of all */
		check(RIG_WAIT(rig, has(&person, "event: due") && has(&nobody, "event: due")));
		check(has(&person, "\"patient\":"));
		check(!has(&nobody, "\"patient\":"));
		check_int(has(&nobody, "event: scan"), cases[i].is_told);
		client_done(&person);
		client_done(&nobody);
		events_drain();
	}
	rig_sql(rig, "delete from fake.control where key in ('about', 'code')");
}

static void test_courier_gets_answers_but_no_patients(void)
{
	static const struct {
		const char *name;
		const char *visit;
		bool is_told;
	} cases[] = {
		{ "a bag", "no", true },
		{ "a tube of somebody else's visit", "yes", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct client courier;
		char text[256];

		check_row(cases[i].name);
		(void)snprintf(text, sizeof(text),
			"insert into fake.control values ('sees', 'no'), ('visit', '%s') on "
			"conflict "
			"(key) do update set value = excluded.value",
			cases[i].visit);
		rig_sql(rig, text);
		events_open(&courier, OPERATOR_C);
		check(RIG_WAIT(rig, has(&courier, "event: health")));
		(void)snprintf(text, sizeof(text),
			"{\"request_id\":\"31111111-2222-4333-8444-55555555555%zu\",\"args\":{"
			"\"raw\":\"YWJj\"}}",
			i);
		check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C, text)), 200);
		feed_publish(rig->core->feed, FEED_ALL, "due", NULL); /* the last of all */
		check(RIG_WAIT(rig, has(&courier, "event: due")));
		check_int(has(&courier, "event: scan"), cases[i].is_told);
		check(!has(&courier, "Ada"));
		client_done(&courier);
		events_drain();
	}
	rig_sql(rig, "delete from fake.control where key in ('sees', 'visit')");
}

static void test_custody_touched_is_told_to_every_station(void)
{
	struct client there;

	rig_sql(rig, "insert into fake.control values ('touched', 'custody')");
	events_open(&there, STATION_B);
	check(RIG_WAIT(rig, has(&there, "event: health")));
	check_int(http_status(http_post(rig, "/api/scan", OPERATOR_C,
			  "{\"request_id\":\"41111111-2222-4333-8444-555555555555\",\"args\":{"
			  "\"raw\":\"YWJj\"}}")),
		200);
	check(RIG_WAIT(rig, has(&there, "event: custody\ndata: {}")));
	client_done(&there);
	events_open(&there, STATION_B);
	check(RIG_WAIT(rig, has(&there, "event: health")));
	check_int(http_status(http_post(rig, "/api/reprint", OPERATOR_C,
			  "{\"request_id\":\"51111111-2222-4333-8444-555555555555\",\"args\":{}}")),
		200);
	check(RIG_WAIT(rig, has(&there, "event: custody\ndata: {}")));
	client_done(&there);
	rig_sql(rig, "delete from fake.control where key = 'touched'");
	events_drain();
}

static void test_sign_in_ends_the_streams_of_its_station(void)
{
	struct client here;
	struct client there;

	events_open(&here, STATION_A);
	events_open(&there, STATION_B);
	check(RIG_WAIT(rig, has(&here, "event: health") && has(&there, "event: health")));
	core_touch(rig->core, 1, TOUCH_SIGN_IN);
	check(RIG_WAIT(rig, has(&here, "event: sign_in") && has(&here, "\r\n0\r\n")));
	check(!has(&there, "\r\n0\r\n"));
	client_done(&here);
	client_done(&there);
	events_drain();
}

static void test_stalled_reader_delays_nobody(void)
{
	struct client stalled;
	struct client quick;
	char *big = xmalloc(100001);

	memset(big, 'a', 100000);
	big[100000] = 0;
	events_open(&stalled, STATION_A);
	events_open(&quick, STATION_B);
	check(RIG_WAIT(rig, feed_reader_count(rig->core->feed) == 2));
	for (int i = 0; i < 200; i++) { /* more than the socket's buffers and the ring hold */
		feed_publish(rig->core->feed, 1, "scan", big);
		loop_step(rig->loop, 0);
	}
	feed_publish(rig->core->feed, FEED_ALL, "due", NULL);
	check(RIG_WAIT(rig, has(&quick, "event: due")));
	check(RIG_WAIT(rig, has(&stalled, "event: resync"))); /* now it reads */
	client_done(&stalled);
	client_done(&quick);
	free(big);
}

static void test_health_of_a_role_comes_at_once(void)
{
	struct client client;
	struct role bench = { 0 };

	events_open(&client, STATION_A);
	check(RIG_WAIT(rig, has(&client, "event: health")));
	role_start(rig, &bench, "bench", 1);
	check(RIG_WAIT(rig, has(&client, "\"bench\":{\"ok\":true")));
	buf_reset(&client.in);
	role_stop(&bench);
	check(RIG_WAIT(rig, has(&client, "\"bench\":{\"ok\":false")));
	json_decref(bench.requests);
	json_decref(bench.jobs);
	client_done(&client);
}

/* ---- the small pure parts ---- */

static void test_request_ids_follow_from_the_contract(void)
{
	char id[UUID_LEN + 1];
	char other[UUID_LEN + 1];

	uuid_of("specimend-scan-1", START, 1, id);
	check_str(id, "7f31d4b3-618c-8cdd-870e-8649e5e1531c"); /* contrib/CONTRACTS.md 3 */
	uuid_of("specimend-scan-1", START, 2, other);
	check(!str_equal(id, other));
	check(uuid_is_valid(id));
	uuid_make(id);
	check(uuid_is_valid(id) && id[14] == '4');
	check(!uuid_is_valid("7F31D4B3-618c-8cdd-870e-8649e5e1531c"));
	check(!uuid_is_valid("7f31d4b3-618c-8cdd-870e-8649e5e1531"));
	check(!uuid_is_valid("7f31d4b3x618c-8cdd-870e-8649e5e1531c"));
}

static void test_token_hash_is_the_sha256_of_its_text(void)
{
	char hash[TOKEN_LEN + 1];

	token_hash("abc", hash);
	check_str(hash,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-2
										      */
}

static void test_page_directory_without_index_is_refused(void)
{
	struct files *files = NULL;
	struct err err = { 0 };
	char *dir = xasprintf("%s/web/js", rig->dir);

	check(!files_new(dir, &files, &err));
	check_err(&err, ERR_NOT_FOUND, "has no index.html");
	check(!files_new("/nonexistent", &files, &err));
	check_err(&err, ERR_NOT_FOUND, "/nonexistent");
	free(dir);
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_reader_gets_its_station_and_all),
		CHECK_TEST(test_patients_are_for_pages_with_a_person),
		CHECK_TEST(test_streams_of_a_station_end_after_sign_in),
		CHECK_TEST(test_resume_goes_on_or_says_resync),
		CHECK_TEST(test_reader_that_falls_off_the_ring_is_told),
		CHECK_TEST(test_huge_event_becomes_resync_and_bytes_are_bounded),
		CHECK_TEST(test_comment_comes_every_15_seconds),
		CHECK_TEST(test_subscriber_without_a_station_is_refused),
		CHECK_TEST(test_a_page_that_is_taken_away_hears_of_it),
		CHECK_TEST(test_a_person_at_two_stations_sees_a_scan_at_both),
		CHECK_TEST(test_hundred_subscribers_get_a_scan_and_resume),
		CHECK_TEST(test_page_with_nobody_signed_in_learns_of_badges_only),
		CHECK_TEST(test_courier_gets_answers_but_no_patients),
		CHECK_TEST(test_custody_touched_is_told_to_every_station),
		CHECK_TEST(test_sign_in_ends_the_streams_of_its_station),
		CHECK_TEST(test_stalled_reader_delays_nobody),
		CHECK_TEST(test_health_of_a_role_comes_at_once),
		CHECK_TEST(test_request_ids_follow_from_the_contract),
		CHECK_TEST(test_token_hash_is_the_sha256_of_its_text),
		CHECK_TEST(test_page_directory_without_index_is_refused),
	};

	(void)argc;
	rig_begin(argv);
	rig = rig_new();
	rig_core_start(rig);
	int status = check_run("core/feed", tests, ARRAY_LEN(tests));

	rig_free(rig);
	return status;
}
