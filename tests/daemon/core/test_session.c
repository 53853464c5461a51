/* daemon/core/session against the running core: a page is bound to its station, a person signs in.
 */
#include "daemon/core/session.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/http_rig.h"

#ifndef __has_feature /* clang's way of saying __SANITIZE_ADDRESS__ */
#define __has_feature(x) 0
#endif

#define CODE_2 "100000000002"
#define GOOD "{\"badge\":\"G1\",\"pin\":\"80716253\"}"

static struct role press;

/* Signed out or expired: the page must not lose its station with the person. */
static void test_session_that_is_over_falls_back_to_the_station(void)
{
	static const char dead[] =
		"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";
	char fields[256];

	(void)snprintf(fields, sizeof(fields),
		"Cookie: specimend_session=%s; specimend_station=%s\r\n", dead, TOKEN_A);
	const char *answer = http_get(rig, "/api/me", fields);

	check_int(http_status(answer), 200);
	check_contains(answer, "\"station_id\":1");
	check_contains(answer,
		"Set-Cookie: specimend_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\r\n");
	(void)snprintf(fields, sizeof(fields), "Cookie: specimend_session=%s\r\n", dead);
	check_int(http_status(http_get(rig, "/api/me", fields)), 401);
	(void)snprintf(fields, sizeof(fields),
		"Cookie: specimend_session=%s; specimend_station=%s\r\n", dead, dead);
	check_int(http_status(http_get(rig, "/api/me", fields)), 401);
	check(strstr(http_get(rig, "/api/me", OPERATOR_C), "Set-Cookie") == NULL);
}

static void test_binding_gives_a_cookie_that_works(void)
{
	const char *answer = http_post(rig, "/api/station_bind", NULL,
		"{\"code\":\"" CODE_2 "\",\"about\":\"Firefox on Linux\"}");
	const char *at = strstr(answer, "Set-Cookie: specimend_station=");
	char fields[256];

	check_int(http_status(answer), 200);
	check_contains(answer, "; Path=/; HttpOnly; SameSite=Strict\r\n");
	check(at != NULL);
	(void)snprintf(fields, sizeof(fields), "Cookie: %.82s\r\n", at ? at + 12 : "");
	check_contains(http_get(rig, "/api/me", fields), "\"station_id\":2");
	check_str(
		rig_sql(rig, "select count(*) from fake.call where fn = 'station_bind' and args "
			     "->> 'code' = '" CODE_2 "' and args ->> 'about' = 'Firefox on Linux' "
			     "and args ->> 'token_hash' ~ '^[0-9a-f]{64}$'"),
		"1");
}

/* Connections that were busy then are opened anew: until one of them answers is waited. */
static void time_pass(int64_t ms)
{
	rig_push_ms(ms);
	int64_t end = rig_deadline();
	bool is_well = false;

	while (!is_well && rig_may_wait(end))
		is_well = http_status(http_get(rig, "/api/me", STATION_A)) == 200;
	check(is_well);
}

/* The minute is over. */
static void minute_pass(void)
{
	time_pass(SIGN_IN_WINDOW_MS);
}

static unsigned bind_with(const char *code)
{
	char body[160];

	(void)snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	return http_status(http_post(rig, "/api/station_bind", NULL, body));
}

/* Each of them begins otherwise; no good code begins so. */
static unsigned bind_as_stranger(unsigned n)
{
	char code[BIND_DIGITS + 1];

	(void)snprintf(code, sizeof(code), "%05u%07u", 20000 + n, n);
	return bind_with(code);
}

/* Who reaches the service and knows nothing of a code shuts nobody out. */
static void test_a_strangers_wrong_codes_keep_no_good_one_out(void)
{
	minute_pass();
	for (unsigned n = 0; n < 200; n++)
		check_int(bind_as_stranger(n), 200); /* judged, and wrong */
	check_int(bind_with(CODE_2), 200);
	check_str(rig_sql(rig, "select count(*) from fake.call where fn = 'station_bind' and args "
			       "->> 'code' like '20%'"),
		"200");
}

/* Nor does what can be no code at all. */
static void test_what_is_no_code_is_wrong_as_often_as_one_likes(void)
{
	static const char *const codes[] = { "", "1", "T900000000155", "10000000000",
		"1000000000002", "10000000000x", "1000 0000 0002" };

	minute_pass();
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		for (int k = 0; k <= BIND_TRIES; k++)
			check_int(bind_with(codes[i]), 200);
	}
	check_int(bind_with(CODE_2), 200);
}

/* Guessing the rest of a code of which the beginning is known. */
static void test_after_three_wrong_codes_that_begin_alike_none_of_them_is_tried(void)
{
	static const char wrong[] = "{\"code\":\"100009999999\"}";

	minute_pass();
	for (int i = 0; i < BIND_TRIES; i++) {
		const char *answer = http_post(rig, "/api/station_bind", NULL, wrong);

		check_contains(answer, "page_code_wrong");
		check(strstr(answer, "Set-Cookie") == NULL);
	}
	const char *before = "select count(*) from fake.call where fn = 'station_bind'";
	unsigned asked = (unsigned)atoi(rig_sql(rig, before));

	check_int(bind_with("100009999998"), 429);
	check_int(bind_with(CODE_2), 429); /* the right one too: else it could be told by it */
	check_contains(http_post(rig, "/api/station_bind", NULL, wrong), "ask for a new code");
	check_int((unsigned)atoi(rig_sql(rig, before)), asked);
	check_int(bind_with("100019999999"), 200); /* one that begins otherwise */
	minute_pass();
	for (int i = 0; i < 2 * BIND_TRIES; i++)
		check_int(bind_with(CODE_2), 200); /* good ones are not counted */
}

/* Five minutes of trying as fast as one is let: how often the right beginning is judged. */
static void test_guessing_is_bounded_whatever_is_sent(void)
{
	unsigned judged = 0;

	minute_pass();
	time_pass(BIND_WINDOW_MS - 1000); /* the code is opened at a minute's end */
	for (int second = 0; second < 300; second += 15) {
		for (int i = 0; i < BIND_TRIES + 1; i++)
			judged += bind_with("100009999999") == 200;
		time_pass(15000);
	}
	check(judged >= 5 * BIND_TRIES);
	check(judged <= 6 * BIND_TRIES); /* the 18 of session.h */
	minute_pass();
}

static void test_what_is_no_code_is_not_asked_about(void)
{
	const char *before = "select count(*) from fake.call where fn = 'station_bind'";
	unsigned asked = (unsigned)atoi(rig_sql(rig, before));
	char *about = xasprintf("{\"code\":\"" CODE_2 "\",\"about\":\"%081d\"}", 0);

	check_int(bind_with("123456789012345678901234567890123"), 400);
	check_int(http_status(http_post(rig, "/api/station_bind", NULL, "{\"station\":\"T2\"}")),
		400);
	check_int(http_status(http_post(rig, "/api/station_bind", NULL, about)), 400);
	check_int((unsigned)atoi(rig_sql(rig, before)), asked);
	free(about);
}

static const struct sign_in_case {
	const char *name;
	const char *body;
	unsigned status;
	const char *has;
	const char *pins; /* asked of the press */
} sign_in_cases[] = {
	{ "right", GOOD, 200, "Set-Cookie: specimend_session=", "1" },
	{ "wrong PIN", "{\"badge\":\"G1\",\"pin\":\"9999\"}", 200, "sign_in_refused", "1" },
	{ "unknown badge", "{\"badge\":\"G7\",\"pin\":\"80716253\"}", 200, "sign_in_refused", "1" },
	{ "badge alone is refused by the database", "{\"badge\":\"G2\"}", 200, "sign_in_refused",
		"0" },
	{ "no badge", "{\"pin\":\"80716253\"}", 400, "ERR_INVALID", "0" },
};

static void press_start(void)
{
	memset(&press, 0, sizeof(press));
	role_start(rig, &press, "press", 1);
}

static void press_end(void)
{
	role_stop(&press);
	json_decref(press.requests);
	json_decref(press.jobs);
}

static void test_sign_in_asks_database_press_database(void)
{
	press_start();
	for (size_t i = 0; i < ARRAY_LEN(sign_in_cases); i++) {
		const struct sign_in_case *row = &sign_in_cases[i];
		size_t before = role_asked(&press, "pin");

		check_row(row->name);
		const char *answer = http_post(rig, "/api/sign_in", STATION_A, row->body);

		check_int(http_status(answer), row->status);
		check_contains(answer, row->has);
		check_int(strstr(answer, "Set-Cookie: specimend_session=") != NULL, i == 0);
		check_int(role_asked(&press, "pin") - before, atoi(row->pins));
		check(!strstr(answer, "80716253"));
	}
	check_row(NULL);
	check_str(rig_sql(rig, "select count(*) from fake.call where args::text like '%80716253%'"),
		"0");
	check(str_has_prefix(json_string_value(json_object_get(role_last(&press, "pin"), "hash")),
		"$argon2id$"));
	press_end();
}

static unsigned sign_in_at(const char *station, const char *body)
{
	return http_status(http_post(rig, "/api/sign_in", station, body));
}

static const struct failing_case {
	const char *name;
	const char *body;
} failing_cases[] = {
	{ "wrong PIN", "{\"badge\":\"G1\",\"pin\":\"0\"}" },
	{ "unknown badge", "{\"badge\":\"G7\",\"pin\":\"80716253\"}" },
	{ "badge alone", "{\"badge\":\"G2\"}" },
};

static void test_after_five_failures_of_a_minute_all_are_refused(void)
{
	press_start();
	for (size_t i = 0; i < ARRAY_LEN(failing_cases); i++) {
		check_row(failing_cases[i].name);
		minute_pass();
		for (int k = 0; k < SIGN_IN_TRIES; k++)
			check_int(sign_in_at(STATION_B, failing_cases[i].body), 200);
		size_t before = role_asked(&press, "pin");
		const char *answer = http_post(rig, "/api/sign_in", STATION_B, GOOD);

		check_int(http_status(answer), 429);
		check_contains(answer, "wait a minute");
		check_int(role_asked(&press, "pin"), before);
		check_int(sign_in_at(STATION_A, GOOD), 200); /* another station */
		minute_pass();
		check_int(sign_in_at(STATION_B, GOOD), 200);
	}
	check_row(NULL);
	press_end();
}

static void test_good_sign_ins_are_not_counted(void)
{
	press_start();
	minute_pass();
	for (int i = 0; i < 3 * SIGN_IN_TRIES; i++)
		check_contains(http_post(rig, "/api/sign_in", STATION_B, GOOD), "signed_in");
	for (int i = 0; i < SIGN_IN_TRIES; i++) {
		check_int(sign_in_at(STATION_B, failing_cases[0].body), 200);
		check_int(sign_in_at(STATION_B, GOOD), i < SIGN_IN_TRIES - 1 ? 200 : 429);
	}
	press_end();
}

/* Each failure is forgotten by itself. */
static void test_a_failure_is_forgotten_after_a_minute(void)
{
	press_start();
	minute_pass();
	check_int(sign_in_at(STATION_B, failing_cases[0].body), 200);
	time_pass(SIGN_IN_WINDOW_MS / 2);
	for (int i = 1; i < SIGN_IN_TRIES; i++)
		check_int(sign_in_at(STATION_B, failing_cases[0].body), 200);
	check_int(sign_in_at(STATION_B, GOOD), 429);
	time_pass(SIGN_IN_WINDOW_MS / 2);
	check_int(sign_in_at(STATION_B, failing_cases[0].body), 200);
	check_int(sign_in_at(STATION_B, GOOD), 429);
	press_end();
}

/* As many as may fail are with a press that does not answer; theirs is the answer that comes last.
 */
static void clients_sign_in(struct client *clients, const char *body)
{
	char *raw = xasprintf("POST /api/sign_in HTTP/1.1\r\nHost: x\r\nX-Specimend: "
			      "1\r\nContent-Type: application/json\r\n"
			      "Content-Length: %zu\r\n" STATION_B "\r\n%s",
		strlen(body), body);
	size_t before = role_asked(&press, "pin");

	for (size_t i = 0; i < SIGN_IN_TRIES; i++) {
		client_open(rig, &clients[i]);
		client_send(&clients[i], bytes_of_str(raw));
	}
	check(RIG_WAIT(rig, role_asked(&press, "pin") == before + SIGN_IN_TRIES));
	free(raw);
}

static bool client_is_told(struct client *client, const char *what)
{
	client_poll(client);
	return strstr(buf_str(&client->in), what) != NULL;
}

static void clients_end(struct client *clients, const char *what)
{
	for (size_t i = 0; i < SIGN_IN_TRIES; i++) {
		check(RIG_WAIT(rig, client_is_told(&clients[i], what)));
		client_done(&clients[i]);
	}
}

static void test_what_is_being_judged_counts_until_it_is_known(void)
{
	struct client clients[SIGN_IN_TRIES];

	press_start();
	minute_pass();
	press.is_deaf = true;
	clients_sign_in(clients, GOOD);
	check_int(sign_in_at(STATION_B, GOOD), 429);
	role_stop(&press); /* nobody judges them any more, and nobody failed */
	clients_end(clients, "HTTP/1.1 503");
	press_end();
	press_start();
	check_int(sign_in_at(STATION_B, GOOD), 200);
	press_end();
}

static void test_what_the_press_does_not_answer_in_time_counts(void)
{
	struct client clients[SIGN_IN_TRIES];

	press_start();
	minute_pass();
	press.is_deaf = true;
	clients_sign_in(clients, GOOD);
	rig_push_ms(5000);
	clients_end(clients, "HTTP/1.1 503");
	press.is_deaf = false;
	check_int(sign_in_at(STATION_B, GOOD), 429);
	minute_pass();
	check_int(sign_in_at(STATION_B, GOOD), 200);
	press_end();
}

static void test_sign_in_without_a_press_says_what_to_do(void)
{
	const char *answer = http_post(rig, "/api/sign_in", STATION_A, GOOD);

	check_int(http_status(answer), 503);
	check_contains(answer, "try again in a few seconds");
}

#define SECOND(badge, pin, args) "{\"badge\":\"" badge "\",\"pin\":\"" pin "\",\"args\":" args "}"

/* The act of who is signed in at station A, of which somebody else says yes. */
static const struct second_case {
	const char *name;
	const char *as;
	const char *body;
	unsigned status;
	const char *has;
	const char *pins;
	const char *ok; /* as the database was told; NULL: it was not asked */
} second_cases[] = {
	{ "right", OPERATOR_C, SECOND("G1", "80716253", "{\"seen\":0}"), 200, "policy_set", "1",
		"true" },
	{ "the database asks again", OPERATOR_C, SECOND("G1", "80716253", "{\"seen\":1}"), 200,
		"policy_changed", "1", "true" },
	{ "what is said cannot say yes itself", OPERATOR_C,
		SECOND("G1", "9999", "{\"seen\":0,\"ok\":true,\"nonce\":\"x\"}"), 200,
		"policy_second_refused", "1", "false" },
	{ "unknown badge", OPERATOR_C, SECOND("G7", "80716253", "{\"seen\":0}"), 200,
		"policy_second_refused", "1", "false" },
	{ "a badge alone", OPERATOR_C, "{\"badge\":\"G1\",\"args\":{\"seen\":0}}", 200,
		"policy_second_refused", "1", "false" },
	{ "no badge", OPERATOR_C, "{\"pin\":\"80716253\",\"args\":{}}", 400, "ERR_INVALID", "0",
		NULL },
	{ "nothing to say yes to", OPERATOR_C, "{\"badge\":\"G1\",\"pin\":\"80716253\"}", 400,
		"nothing to say yes to", "0", NULL },
	{ "no object", OPERATOR_C, SECOND("G1", "80716253", "[1]"), 400, "nothing to say yes to",
		"0", NULL },
	{ "nobody signed in", STATION_A, SECOND("G1", "80716253", "{}"), 401, "nobody is signed in",
		"0", NULL },
};

static void test_a_second_person_says_yes_to_what_was_asked(void)
{
	press_start();
	for (size_t i = 0; i < ARRAY_LEN(second_cases); i++) {
		const struct second_case *row = &second_cases[i];
		size_t before = role_asked(&press, "pin");

		check_row(row->name);
		minute_pass();
		(void)rig_sql(rig, "delete from fake.call where fn like 'policy_second%'");
		const char *answer = http_post(rig, "/api/policy_second", row->as, row->body);

		check_int(http_status(answer), row->status);
		check_contains(answer, row->has);
		check(strstr(answer, "Set-Cookie") == NULL);
		check_int(role_asked(&press, "pin") - before, atoi(row->pins));
		check_str(
			rig_sql(rig, "select count(*) || coalesce(max(args ->> 'ok'), '') from "
				     "fake.call where fn = 'policy_second' and args ->> 'nonce' ~ "
				     "'^[0-9a-f-]{36}$' and args ? 'seen'"),
			!row->ok            ? "0"
			: row->ok[0] == 't' ? "1true"
					    : "1false");
	}
	check_row(NULL);
	check_str(rig_sql(rig, "select count(*) from fake.call where args::text like '%80716253%'"),
		"0");
	press_end();
}

/* A PIN is tried no oftener here than where people sign in. */
static void test_wrong_pins_of_a_second_person_count_with_the_sign_ins(void)
{
	press_start();
	minute_pass();
	for (int i = 0; i < 2 * SIGN_IN_TRIES; i++)
		check_contains(http_post(rig, "/api/policy_second", OPERATOR_C,
				       SECOND("G1", "80716253", "{\"seen\":1}")),
			"policy_changed");
	for (int i = 0; i < SIGN_IN_TRIES; i++)
		check_int(http_status(http_post(rig, "/api/policy_second", OPERATOR_C,
				  SECOND("G1", "0", "{\"seen\":0}"))),
			200);
	check_int(http_status(http_post(rig, "/api/policy_second", OPERATOR_C,
			  SECOND("G1", "80716253", "{\"seen\":0}"))),
		429);
	check_int(sign_in_at(STATION_A, GOOD), 429);
	minute_pass();
	press_end();
}

/* What this process holds after a sign-in must not have the PIN in it: its heap is searched. */
static void test_pin_is_nowhere_in_memory_afterwards(void)
{
	/* made at run time, so that the program's own text does not hold it */
	char pin[16];

	(void)snprintf(pin, sizeof(pin), "%d%c%d%c%d", 93, 'x', 17, 'y', 58246);
	char *body = xasprintf("{\"badge\":\"G1\",\"pin\":\"%s\"}", pin);
	char *raw = xasprintf("POST /api/sign_in HTTP/1.1\r\nHost: x\r\nX-Specimend: "
			      "1\r\nContent-Type: application/json\r\n"
			      "Content-Length: %zu\r\n" STATION_A "\r\n%s",
		strlen(body), body);

	press_start();
	check_contains(http_ask(rig, raw), "sign_in_refused");
	press_end();
	sodium_memzero(raw, strlen(raw)); /* memset would be left out before free */
	sodium_memzero(body, strlen(body));
	free(raw);
	free(body);
	rig_core_stop(rig);

	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	unsigned found = 0;
	unsigned heaps = 0;

	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long from;
		unsigned long to;

		if (!strstr(line, "[heap]") || sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		heaps++;
		for (void *at = (void *)from;
			(at = memmem(at, to - (unsigned long)at, pin, strlen(pin)));
			at = (char *)at + 1)
			found++;
	}
	if (maps)
		fclose(maps);
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	check_int(heaps, 0); /* its heap is elsewhere: the plain build searches */
#else
	check_int(heaps, 1);
#endif
	check_int(found, 0);
	rig_core_start(rig);
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_session_that_is_over_falls_back_to_the_station),
		CHECK_TEST(test_binding_gives_a_cookie_that_works),
		CHECK_TEST(test_a_strangers_wrong_codes_keep_no_good_one_out),
		CHECK_TEST(test_what_is_no_code_is_wrong_as_often_as_one_likes),
		CHECK_TEST(test_after_three_wrong_codes_that_begin_alike_none_of_them_is_tried),
		CHECK_TEST(test_guessing_is_bounded_whatever_is_sent),
		CHECK_TEST(test_what_is_no_code_is_not_asked_about),
		CHECK_TEST(test_sign_in_asks_database_press_database),
		CHECK_TEST(test_after_five_failures_of_a_minute_all_are_refused),
		CHECK_TEST(test_good_sign_ins_are_not_counted),
		CHECK_TEST(test_a_failure_is_forgotten_after_a_minute),
		CHECK_TEST(test_what_is_being_judged_counts_until_it_is_known),
		CHECK_TEST(test_what_the_press_does_not_answer_in_time_counts),
		CHECK_TEST(test_sign_in_without_a_press_says_what_to_do),
		CHECK_TEST(test_a_second_person_says_yes_to_what_was_asked),
		CHECK_TEST(test_wrong_pins_of_a_second_person_count_with_the_sign_ins),
		CHECK_TEST(test_pin_is_nowhere_in_memory_afterwards),
	};

	(void)argc;
	return http_check_run(argv, "core/session", tests, ARRAY_LEN(tests));
}
