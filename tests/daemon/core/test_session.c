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
	const char *answer = http_post(rig, "/api/station_bind", NULL, "{\"station\":\"T2\"}");
	const char *at = strstr(answer, "Set-Cookie: specimend_station=");
	char fields[256];

	check_int(http_status(answer), 200);
	check_contains(answer, "; Path=/; HttpOnly; SameSite=Strict\r\n");
	check(at != NULL);
	(void)snprintf(fields, sizeof(fields), "Cookie: %.82s\r\n", at ? at + 12 : "");
	check_contains(http_get(rig, "/api/me", fields), "\"station_id\":2");
	check_str(rig_sql(rig, "select count(*) from fake.call where fn = 'station_bind' and args "
			       "->> 'station' = 'T2' "
			       "and args ->> 'token_hash' ~ '^[0-9a-f]{64}$'"),
		"1");
}

static const struct sign_in_case {
	const char *name;
	const char *body;
	unsigned status;
	const char *has;
	const char *pins; /* asked of the press */
} sign_in_cases[] = {
	{ "right", "{\"badge\":\"G1\",\"pin\":\"80716253\"}", 200,
		"Set-Cookie: specimend_session=", "1" },
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

static void test_sixth_sign_in_of_a_minute_is_refused(void)
{
	press_start();
	for (int i = 0; i < 5; i++)
		check_int(http_status(http_post(rig, "/api/sign_in", STATION_B,
				  "{\"badge\":\"G1\",\"pin\":\"0\"}")),
			200);
	const char *answer = http_post(
		rig, "/api/sign_in", STATION_B, "{\"badge\":\"G1\",\"pin\":\"80716253\"}");

	check_int(http_status(answer), 429);
	check_contains(answer, "wait a minute");
	check_int(http_status(http_post(rig, "/api/sign_in", STATION_A,
			  "{\"badge\":\"G1\",\"pin\":\"80716253\"}")),
		200); /* another station */
	rig_push_ms(61000);
	check_int(http_status(http_post(rig, "/api/sign_in", STATION_B,
			  "{\"badge\":\"G1\",\"pin\":\"80716253\"}")),
		200);
	press_end();
}

static void test_sign_in_without_a_press_says_what_to_do(void)
{
	const char *answer = http_post(
		rig, "/api/sign_in", STATION_A, "{\"badge\":\"G1\",\"pin\":\"80716253\"}");

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
		CHECK_TEST(test_sign_in_asks_database_press_database),
		CHECK_TEST(test_sixth_sign_in_of_a_minute_is_refused),
		CHECK_TEST(test_sign_in_without_a_press_says_what_to_do),
		CHECK_TEST(test_pin_is_nowhere_in_memory_afterwards),
	};

	(void)argc;
	return http_check_run(argv, "core/session", tests, ARRAY_LEN(tests));
}
