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
		"{\"code\":\"10000002\",\"about\":\"Firefox on Linux\"}");
	const char *at = strstr(answer, "Set-Cookie: specimend_station=");
	char fields[256];

	check_int(http_status(answer), 200);
	check_contains(answer, "; Path=/; HttpOnly; SameSite=Strict\r\n");
	check(at != NULL);
	(void)snprintf(fields, sizeof(fields), "Cookie: %.82s\r\n", at ? at + 12 : "");
	check_contains(http_get(rig, "/api/me", fields), "\"station_id\":2");
	check_str(rig_sql(rig, "select count(*) from fake.call where fn = 'station_bind' and args "
			       "->> 'code' = '10000002' and args ->> 'about' = 'Firefox on Linux' "
			       "and args ->> 'token_hash' ~ '^[0-9a-f]{64}$'"),
		"1");
}

/* The minute is over. */
static void minute_pass(void)
{
	rig_push_ms(SIGN_IN_WINDOW_MS);
}

static unsigned bind_with(const char *code)
{
	char body[160];

	(void)snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	return http_status(http_post(rig, "/api/station_bind", NULL, body));
}

/* Eight digits are not many for who may try them all. */
static void test_after_five_wrong_codes_of_a_minute_none_is_tried(void)
{
	minute_pass();
	for (int i = 0; i < SIGN_IN_TRIES; i++) {
		const char *answer =
			http_post(rig, "/api/station_bind", NULL, "{\"code\":\"99999999\"}");

		check_contains(answer, "page_code_wrong");
		check(strstr(answer, "Set-Cookie") == NULL);
	}
	check_int(bind_with("10000002"), 429);
	check_contains(http_post(rig, "/api/station_bind", NULL, "{\"code\":\"10000002\"}"),
		"too many wrong codes were tried");
	minute_pass();
	for (int i = 0; i < 2 * SIGN_IN_TRIES; i++)
		check_int(bind_with("10000002"), 200); /* good ones are not counted */
}

static void test_what_is_no_code_is_not_asked_about(void)
{
	const char *before = "select count(*) from fake.call where fn = 'station_bind'";
	unsigned asked = (unsigned)atoi(rig_sql(rig, before));
	char *about = xasprintf("{\"code\":\"10000002\",\"about\":\"%081d\"}", 0);

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
	rig_push_ms(SIGN_IN_WINDOW_MS / 2);
	for (int i = 1; i < SIGN_IN_TRIES; i++)
		check_int(sign_in_at(STATION_B, failing_cases[0].body), 200);
	check_int(sign_in_at(STATION_B, GOOD), 429);
	rig_push_ms(SIGN_IN_WINDOW_MS / 2);
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
		CHECK_TEST(test_after_five_wrong_codes_of_a_minute_none_is_tried),
		CHECK_TEST(test_what_is_no_code_is_not_asked_about),
		CHECK_TEST(test_sign_in_asks_database_press_database),
		CHECK_TEST(test_after_five_failures_of_a_minute_all_are_refused),
		CHECK_TEST(test_good_sign_ins_are_not_counted),
		CHECK_TEST(test_a_failure_is_forgotten_after_a_minute),
		CHECK_TEST(test_what_is_being_judged_counts_until_it_is_known),
		CHECK_TEST(test_what_the_press_does_not_answer_in_time_counts),
		CHECK_TEST(test_sign_in_without_a_press_says_what_to_do),
		CHECK_TEST(test_pin_is_nowhere_in_memory_afterwards),
	};

	(void)argc;
	return http_check_run(argv, "core/session", tests, ARRAY_LEN(tests));
}
