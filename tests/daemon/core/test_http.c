/*
 * daemon/core/http, routes, session against the running core: raw requests on a socket. The first
 * table is the measured one: what libmicrohttpd 0.9.75 alone accepts, and what we answer.
 */
#include "daemon/core/http.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

#ifndef __has_feature /* clang's way of saying __SANITIZE_ADDRESS__ */
#define __has_feature(x) 0
#endif

static struct rig *rig;
static struct role press;

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		count++;
	return count;
}

#define POST "POST /api/station_bind HTTP/1.1\r\n"
#define FIELDS "X-Specimend: 1\r\nContent-Type: application/json\r\n"
#define CLOSE "Connection: close\r\n\r\n"
#define SMUGGLED "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"

/* answers: heads of replies that come back; the library writes that of its own refusals twice. */
static const struct raw_case {
	const char *name;
	const char *raw;
	unsigned status;
	unsigned answers;
} raw_cases[] = {
	{ "plain", "GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200, 1 },
	{ "HTTP/1.0", "GET /api/health HTTP/1.0\r\nHost: x\r\n\r\n", 200, 1 },
	{ "length and chunked",
		POST "Host: x\r\n" FIELDS
		     "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
		400, 1 },
	{ "gzip, chunked and length",
		POST
		"Host: x\r\n" FIELDS
		"Transfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" SMUGGLED,
		400, 1 },
	{ "gzip, chunked",
		POST "Host: x\r\n" FIELDS
		     "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
		400, 1 },
	{ "two differing lengths",
		POST "Host: x\r\n" FIELDS
		     "Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}" SMUGGLED,
		400, 1 },
	{ "two equal lengths",
		POST "Host: x\r\n" FIELDS
		     "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" SMUGGLED,
		400, 1 },
	{ "length +5", POST "Host: x\r\n" FIELDS "Content-Length: +5\r\n\r\n{}   " SMUGGLED, 400,
		2 },
	{ "length -1", POST "Host: x\r\n" FIELDS "Content-Length: -1\r\n\r\n" SMUGGLED, 400, 2 },
	{ "space before the colon",
		POST "Host: x\r\n" FIELDS "Content-Length : 2\r\n\r\n{}" SMUGGLED, 400, 1 },
	{ "no Host", "GET /api/health HTTP/1.1\r\n\r\n", 400, 2 },
	{ "two Hosts", "GET /api/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, 1 },
	{ "our name in capitals", "GET /api/health HTTP/1.1\r\nHost: LocalHost\r\n" CLOSE, 200, 1 },
	{ "our name with a port", "GET /api/health HTTP/1.1\r\nHost: localhost:8480\r\n" CLOSE, 200,
		1 },
	{ "our address", "GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n" CLOSE, 200, 1 },
	{ "an IPv6 name with a port", "GET /api/health HTTP/1.1\r\nHost: [::1]:80\r\n" CLOSE, 200,
		1 },
	{ "another's name", "GET /api/health HTTP/1.1\r\nHost: evil.example\r\n\r\n" SMUGGLED, 400,
		1 },
	{ "another's name, a file", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400, 1 },
	{ "another's name that is its Origin too",
		POST "Host: evil.example\r\nOrigin: http://evil.example\r\n" FIELDS
		     "Content-Length: 2\r\n\r\n{}",
		400, 1 },
	{ "a longer name", "GET / HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 400, 1 },
	{ "a shorter name", "GET / HTTP/1.1\r\nHost: local\r\n\r\n", 400, 1 },
	{ "a port that is none", "GET / HTTP/1.1\r\nHost: localhost:80a\r\n\r\n", 400, 1 },
	{ "two names in one", "GET / HTTP/1.1\r\nHost: x localhost\r\n\r\n", 400, 1 },
	{ "no name", "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400, 1 },
	{ "all addresses", "GET / HTTP/1.1\r\nHost: 0.0.0.0\r\n\r\n", 400, 1 },
	{ "chunk size 0x3",
		POST "Host: x\r\n" FIELDS
		     "Transfer-Encoding: chunked\r\n\r\n0x3\r\n{} \r\n0\r\n\r\n" SMUGGLED,
		400, 1 },
	{ "HTTP/1.9", "GET /api/health HTTP/1.9\r\nHost: x\r\n\r\n", 400, 1 },
	{ "HTTP/0.9", "GET /api/health HTTP/0.9\r\nHost: x\r\n\r\n", 505, 1 },
	{ "method G{}T", "G{}T /api/health HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	{ "method OPTIONS", "OPTIONS /api/health HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	{ "percent in the path", "GET /api/health%00x HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	{ "absolute form", "GET http://x/api/health HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	{ "dots", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404,
		1 },
	{ "unknown path", "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, 1 },
	{ "file that is not served",
		"GET /notes.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, 1 },
	{ "PUT", "PUT /api/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 404, 1 },
	{ "wrong type",
		POST "Host: x\r\nX-Specimend: 1\r\nContent-Type: text/plain\r\nContent-Length: "
		     "2\r\n\r\n{}",
		415, 1 },
	{ "no type", POST "Host: x\r\nX-Specimend: 1\r\nContent-Length: 2\r\n\r\n{}", 415, 1 },
	{ "too long", POST "Host: x\r\n" FIELDS "Content-Length: 70000\r\n\r\n", 413, 1 },
	{ "body of a GET",
		"GET /api/health HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" SMUGGLED, 413,
		1 },
	{ "a key twice",
		POST "Host: x\r\n" FIELDS
		     "Connection: close\r\nContent-Length: 13\r\n\r\n{\"a\":1,\"a\":2}",
		400, 1 },
	{ "not JSON", POST "Host: x\r\n" FIELDS "Connection: close\r\nContent-Length: 2\r\n\r\n{]",
		400, 1 },
	{ "not an object",
		POST "Host: x\r\n" FIELDS "Connection: close\r\nContent-Length: 2\r\n\r\n[]", 400,
		1 },
	{ "a query value twice", "GET /api/stations?a=1&a=2 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	{ "NUL in a query value", "GET /api/stations?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	{ "bad UTF-8 in a query", "GET /api/stations?a=%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1 },
	/* what the library has made harmless before we see it: it matters only behind a proxy that
	 * forwards such bytes as they are */
	{ "bare LF", "GET /api/health HTTP/1.1\nHost: x\nConnection: close\n\n", 200, 1 },
	{ "folded field",
		"GET /api/health HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nConnection: close\r\n\r\n",
		200, 1 },
};

/* Everything that comes back until the server closes. */
static char *raw_ask(struct bytes raw)
{
	struct client client;

	client_open(rig, &client);
	client_send(&client, raw);
	for (int i = 0; i < 200 && !client.closed; i++) {
		loop_step(rig->loop, 5);
		client_poll(&client);
	}
	char *text = xstrdup(buf_str(&client.in));

	check(client.closed);
	client_done(&client);
	return text;
}

static void test_names_that_can_be_no_host_stop_the_start(void)
{
	static const char *const names[] = { "a b_c", "http://x", "x:80", "[::1", "[]", "a,b" };
	struct core *core = NULL;

	rig_core_stop(rig);
	const char *good = rig->config.http_names;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct err err = { 0 };

		check_row(names[i]);
		rig->config.http_names = names[i];
		check(!core_new(rig->loop, &rig->config, &core, &err));
		check_err(&err, ERR_INVALID, "is no name of a host");
	}
	rig->config.http_names = "";
	rig_core_start(rig); /* the address is always one */
	check_int(http_status(http_ask(rig, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")), 200);
	check_int(http_status(http_ask(rig, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")), 400);
	rig_core_stop(rig);
	rig->config.http_names = good;
	rig_core_start(rig);
}

static void test_port_that_is_taken_says_which_and_what_to_do(void)
{
	const struct http_options options = {
		.loop = rig->loop,
		.address = "127.0.0.1",
		.port = http_port(rig->core->http),
		.names = "x",
	};
	struct http *http = NULL;
	struct err err = { 0 };
	char port[32];

	check(!http_new(&options, &http, &err));
	(void)snprintf(port, sizeof(port), "port %u", options.port);
	check_err(&err, ERR_IO, port);
	check_contains(err.message, "Address already in use");
	check_contains(err.hint, port);
	check_contains(err.hint, "set http_port");
}

static void test_address_of_another_machine_says_what_to_do(void)
{
	const struct http_options options = {
		.loop = rig->loop, .address = "192.0.2.1", .port = 8480, .names = "x"
	};
	struct http *http = NULL;
	struct err err = { 0 };

	check(!http_new(&options, &http, &err));
	check_err(&err, ERR_IO, "'192.0.2.1' port 8480");
	check_contains(err.hint, "set http_address");
}

static void test_raw_requests_are_answered_as_the_table_says(void)
{
	for (size_t i = 0; i < ARRAY_LEN(raw_cases); i++) {
		check_row(raw_cases[i].name);
		char *text = raw_ask(bytes_of_str(raw_cases[i].raw));

		check_int(http_status(text), raw_cases[i].status);
		check_int(count_of(text, "\r\nDate: "), raw_cases[i].answers);
		check(raw_cases[i].status == 200 ||
			!strstr(text, " 200 OK")); /* nothing smuggled */
		free(text);
	}
}

static void test_header_of_64_kib_is_431(void)
{
	char *big = xmalloc(65536 + 1);

	memset(big, 'a', 65536);
	big[65536] = 0;
	char *raw = xasprintf("GET /api/health HTTP/1.1\r\nHost: x\r\nA: %s\r\n\r\n", big);
	const char *answer = http_ask(rig, raw);

	check_int(http_status(answer), 431);
	free(raw);
	free(big);
}

static void test_more_than_100_fields_are_refused(void)
{
	AUTO_BUF raw = { 0 };

	buf_add_str(&raw, "GET /api/health HTTP/1.1\r\nHost: x\r\n");
	for (int i = 0; i < 120; i++)
		buf_addf(&raw, "A%d: b\r\n", i);
	buf_add_str(&raw, "\r\n");
	check_int(http_status(http_ask(rig, buf_str(&raw))), 400);
}

static void test_chunked_body_over_the_limit_is_413(void)
{
	struct client client;
	char chunk[1100];

	(void)snprintf(chunk, sizeof(chunk), "400\r\n%01024d\r\n", 0);
	client_open(rig, &client);
	client_send(&client,
		bytes_of_str(POST "Host: x\r\n" FIELDS "Transfer-Encoding: chunked\r\n\r\n"));
	for (int i = 0; i < 6; i++)
		client_send(&client, bytes_of_str(chunk));
	client_send(&client, bytes_of_str("0\r\n\r\n"));
	check(RIG_WAIT(rig, (client_poll(&client), strstr(buf_str(&client.in), "\r\n\r\n"))));
	check_int(http_status(buf_str(&client.in)), 413);
	client_done(&client);
}

static void test_half_a_request_is_let_go_after_its_time(void)
{
	struct client client;

	client_open(rig, &client);
	client_send(&client, bytes_of_str("GET /api/health HTTP/1.1\r\nHos"));
	rig_run_ms(rig, 30);
	client_poll(&client);
	check(!client.closed); /* the 30 s are the library's own clock: its option is what we can
				  check */
	check_int(HTTP_TIMEOUT_S, 30);
	client_done(&client);
}

/* ---- CSRF ---- */

static const struct site_case {
	const char *name;
	const char *fields;
	unsigned get_status;
	unsigned post_status;
} site_cases[] = {
	{ "nothing said", "", 200, 403 },
	{ "our header", "X-Specimend: 1\r\n", 200, 200 },
	{ "our header, wrong", "X-Specimend: 2\r\n", 200, 403 },
	{ "our header twice", "X-Specimend: 1\r\nX-Specimend: 1\r\n", 200, 403 },
	{ "our origin", "X-Specimend: 1\r\nOrigin: http://x\r\n", 200, 200 },
	{ "our origin by TLS", "X-Specimend: 1\r\nOrigin: https://x\r\n", 200, 200 },
	{ "other origin", "X-Specimend: 1\r\nOrigin: http://evil\r\n", 403, 403 },
	{ "other port", "X-Specimend: 1\r\nOrigin: http://x:81\r\n", 403, 403 },
	{ "longer name", "X-Specimend: 1\r\nOrigin: http://x.evil\r\n", 403, 403 },
	{ "null origin", "X-Specimend: 1\r\nOrigin: null\r\n", 403, 403 },
	{ "same-origin", "X-Specimend: 1\r\nSec-Fetch-Site: same-origin\r\n", 200, 200 },
	{ "same-site", "X-Specimend: 1\r\nSec-Fetch-Site: same-site\r\n", 403, 403 },
	{ "cross-site", "X-Specimend: 1\r\nSec-Fetch-Site: cross-site\r\n", 403, 403 },
	{ "typed by the person", "X-Specimend: 1\r\nSec-Fetch-Site: none\r\n", 200, 403 },
};

static void test_another_site_can_neither_read_nor_write(void)
{
	static const char body[] = "{\"station\":\"T1\"}";

	for (size_t i = 0; i < ARRAY_LEN(site_cases); i++) {
		check_row(site_cases[i].name);
		char *raw = xasprintf("POST /api/station_bind HTTP/1.1\r\nHost: x\r\nContent-Type: "
				      "application/json\r\n"
				      "%sContent-Length: %zu\r\n\r\n%s",
			site_cases[i].fields, strlen(body), body);

		check_int(http_status(http_ask(rig, raw)), site_cases[i].post_status);
		check_int(http_status(http_get(rig, "/api/health", site_cases[i].fields)),
			site_cases[i].get_status);
		free(raw);
	}
}

/* ---- files and fixed fields ---- */

static void test_files_have_type_etag_and_strict_fields(void)
{
	const char *answer = http_get(rig, "/", NULL);

	check_int(http_status(answer), 200);
	check_contains(answer, "Content-Type: text/html; charset=utf-8\r\n");
	check_contains(answer, "Content-Security-Policy: default-src 'self';");
	check_contains(answer, "X-Content-Type-Options: nosniff\r\n");
	check_contains(answer, "Referrer-Policy: no-referrer\r\n");
	check_contains(answer, "<!doctype html>");
	answer = http_get(rig, "/js/app.js", NULL);
	check_contains(answer, "Content-Type: text/javascript; charset=utf-8\r\n");
	const char *etag = strstr(answer, "ETag: ");
	char fields[128];

	check(etag != NULL);
	(void)snprintf(fields, sizeof(fields), "If-None-Match: %.34s\r\n", etag ? etag + 6 : "");
	check_int(http_status(http_get(rig, "/js/app.js", fields)), 304);
	check_int(http_status(http_get(rig, "/js/app.js", "If-None-Match: \"other\"\r\n")), 200);
	check_contains(http_get(rig, "/api/health", NULL), "Cache-Control: no-store\r\n");
}

static void test_head_has_the_fields_and_no_body(void)
{
	const char *answer =
		http_ask(rig, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

	check_int(http_status(answer), 200);
	check(!strstr(answer, "doctype"));
}

static void test_health_says_each_part(void)
{
	const char *answer = http_get(rig, "/api/health", NULL);

	check_contains(answer, "\"core\":{\"ok\":true,\"since\":\"20");
	check_contains(answer, "\"bench\":{\"ok\":false");
	check_contains(answer, "\"database\":{\"ok\":true");
}

/* ---- actions and views ---- */

#define ID "11111111-2222-4333-8444-555555555555"

static void test_action_goes_to_its_function_and_back(void)
{
	const char *answer = http_post(rig, "/api/reprint", OPERATOR_C,
		"{\"request_id\":\"" ID "\",\"args\":{\"specimen_id\":\"1\"}}");

	check_int(http_status(answer), 200);
	check_contains(answer, "\"verdict\": \"stored\"");
	check_str(rig_sql(rig, "select fn || ' ' || request_id || ' ' || left(session, 2) || ' ' "
			       "|| args from fake.call "
			       "where fn = 'reprint'"),
		"reprint " ID " cc {\"specimen_id\": \"1\"}");
	(void)http_post(rig, "/api/reprint", OPERATOR_C, "{\"request_id\":\"" ID "\"}");
	check_str(rig_sql(rig, "select count(*) from fake.call where fn = 'reprint'"), "1");
}

/* How often `changed` was said since the last look. */
static unsigned changes_heard(void)
{
	unsigned count = 0;
	PGnotify *notify;

	check_int(PQconsumeInput(rig->pg), 1);
	while ((notify = PQnotifies(rig->pg))) {
		count += str_equal(notify->relname, "changed");
		PQfreemem(notify);
	}
	return count;
}

static void test_stored_action_is_told_to_other_cores_and_a_view_is_not(void)
{
	rig_run_ms(rig, 2 * DB_NOTIFY_MS); /* what came before */
	(void)rig_sql(rig, "listen changed");
	(void)changes_heard();
	(void)http_get(rig, "/api/me", STATION_A);
	rig_run_ms(rig, 2 * DB_NOTIFY_MS);
	check_int(changes_heard(), 0);
	(void)http_post(rig, "/api/visit_park", OPERATOR_C,
		"{\"request_id\":\"00000000-0000-4000-8000-000000000077\",\"args\":{}}");
	check(RIG_WAIT(rig, changes_heard() == 1));
	rig_run_ms(rig, 2 * DB_NOTIFY_MS);
	check_int(changes_heard(), 0);
	(void)rig_sql(rig, "unlisten changed");
}

static const struct action_case {
	const char *name;
	const char *path;
	const char *fields;
	const char *body;
	unsigned status;
} action_cases[] = {
	{ "no such action", "/api/nothing", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "for the core only", "/api/print_job_set", STATION_A, "{\"request_id\":\"" ID "\"}",
		404 },
	{ "service_open", "/api/service_open", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "order_message", "/api/order_message", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "a view by POST", "/api/me", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "deeper path", "/api/visit_open/x", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "no request id", "/api/visit_open", STATION_A, "{\"args\":{}}", 400 },
	{ "no UUID", "/api/visit_open", STATION_A, "{\"request_id\":\"x\",\"args\":{}}", 400 },
	{ "args no object", "/api/visit_open", STATION_A, "{\"request_id\":\"" ID "\",\"args\":[]}",
		400 },
	{ "no cookie", "/api/visit_open", NULL, "{\"request_id\":\"" ID "\"}", 401 },
	{ "malformed cookie", "/api/visit_open", "Cookie: specimend_station='; drop\r\n",
		"{\"request_id\":\"" ID "\"}", 401 },
	{ "unknown token", "/api/visit_open",
		"Cookie: "
		"specimend_station="
		"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\r\n",
		"{\"request_id\":\"" ID "\"}", 401 },
	{ "scan without raw", "/api/scan", STATION_A, "{\"request_id\":\"" ID "\",\"args\":{}}",
		400 },
	{ "scan, bad base64", "/api/scan", STATION_A,
		"{\"request_id\":\"" ID "\",\"args\":{\"raw\":\"@\"}}", 400 },
	{ "scan, bad source", "/api/scan", STATION_A,
		"{\"request_id\":\"" ID "\",\"args\":{\"raw\":\"YQ==\",\"source\":\"usb\"}}", 400 },
	{ "virtual printer, bad mode", "/api/virtual_printer", STATION_A,
		"{\"device_id\":12,\"mode\":\"x\"}", 400 },
	{ "virtual scan without bench", "/api/virtual_scan", STATION_A,
		"{\"device_id\":11,\"text\":\"x\"}", 503 },
};

static void test_actions_are_refused_as_the_table_says(void)
{
	for (size_t i = 0; i < ARRAY_LEN(action_cases); i++) {
		const struct action_case *row = &action_cases[i];

		check_row(row->name);
		check_int(http_status(http_post(rig, row->path, row->fields, row->body)),
			row->status);
	}
	check_row(NULL);
	check_str(rig_sql(rig, "select count(*) from fake.call where fn in ('visit_open', 'scan')"),
		"0");
}

static void test_view_gets_its_query_as_texts(void)
{
	const char *answer = http_get(rig, "/api/patient_find?query=M%C3%BCller+5&n=1", OPERATOR_C);

	check_int(http_status(answer), 200);
	check_contains(answer, "{\"n\": \"1\", \"query\": \"M\303\274ller 5\"}");
	check_int(http_status(http_get(rig, "/api/patient_find?query=a", NULL)), 401);
	check_int(http_status(http_get(rig, "/api/stations", NULL)), 200);
	check_int(http_status(http_get(rig, "/api/devices", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/print_jobs_open", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/visit_open", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/me", STATION_A)), 200);
}

static void test_scan_of_a_page_is_stored_as_typed(void)
{
	const char *answer = http_post(rig, "/api/scan", STATION_B,
		"{\"request_id\":\"21111111-2222-4333-8444-555555555555\",\"args\":{\"raw\":"
		"\"YWJj\",\"device_id\":11,\"late\":true}}");

	check_int(http_status(answer), 200);
	check_contains(answer, "\"text\": \"abc\"");
	check_str(rig_sql(rig, "select args::text from fake.call where fn = 'scan'"),
		"{\"aim\": null, \"raw\": \"YWJj\", \"late\": false, \"source\": \"typed\"}");
	check_str(rig_sql(rig, "select station from fake.scan"), "2");
}

static void test_scan_that_is_not_stored_says_so(void)
{
	/* "raise P0001" */
	const char *answer = http_post(rig, "/api/scan", STATION_A,
		"{\"request_id\":\"31111111-2222-4333-8444-555555555555\",\"args\":{\"raw\":"
		"\"cmFpc2UgUDAwMDE=\"}}");

	check_int(http_status(answer), 503);
	check_contains(answer, "Retry-After: 1\r\n");
	check_contains(answer, "\"verdict\":\"not_stored\"");
}

/* ---- binding and signing in ---- */

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
	check_contains(answer, "\"station_id\": 1");
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
	check_contains(http_get(rig, "/api/me", fields), "\"station_id\": 2");
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

/* Sends a scan of this text (base64) and does not wait. */
static void scan_send(struct client *client, int no, const char *raw)
{
	char *body = xasprintf("{\"request_id\":\"4111111%d-2222-4333-8444-555555555555\",\"args\":"
			       "{\"raw\":\"%s\"}}",
		no, raw);
	char *text = xasprintf("POST /api/scan HTTP/1.1\r\nHost: x\r\n" FIELDS STATION_A
			       "Content-Length: %zu\r\n\r\n%s",
		strlen(body), body);

	client_open(rig, client);
	client_send(client, bytes_of_str(text));
	free(body);
	free(text);
}

static void test_clients_that_leave_while_the_database_works_do_no_harm(void)
{
	for (int i = 0; i < 9; i++) {
		struct client client;

		scan_send(&client, i, "c2xlZXAgMC4x"); /* "sleep 0.1" */
		rig_run_ms(rig, 20);
		client_done(&client);
	}
	check(RIG_WAIT(rig,
		str_equal(rig_sql(rig, "select count(*) from fake.scan where raw like 'sleep%'"),
			"9")));
	check_int(http_status(http_get(rig, "/api/health", NULL)), 200);
}

static void test_core_stops_with_requests_and_streams_open(void)
{
	struct client waiting;
	struct client stream;

	client_open(rig, &stream);
	client_send(
		&stream, bytes_of_str("GET /api/events HTTP/1.1\r\nHost: x\r\n" STATION_A "\r\n"));
	scan_send(&waiting, 9, "c2xlZXAgMw=="); /* "sleep 3" */
	check(RIG_WAIT(rig, (client_poll(&stream), strstr(buf_str(&stream.in), "event: health"))));
	rig_run_ms(rig, 50);
	rig_core_stop(rig);
	rig_run_ms(rig, 50);
	client_poll(&waiting);
	client_poll(&stream);
	check_int(http_status(buf_str(&waiting.in)), 503);
	check(stream.closed);
	client_done(&waiting);
	client_done(&stream);
	rig_core_start(rig);
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_raw_requests_are_answered_as_the_table_says),
		CHECK_TEST(test_names_that_can_be_no_host_stop_the_start),
		CHECK_TEST(test_port_that_is_taken_says_which_and_what_to_do),
		CHECK_TEST(test_address_of_another_machine_says_what_to_do),
		CHECK_TEST(test_header_of_64_kib_is_431),
		CHECK_TEST(test_more_than_100_fields_are_refused),
		CHECK_TEST(test_chunked_body_over_the_limit_is_413),
		CHECK_TEST(test_half_a_request_is_let_go_after_its_time),
		CHECK_TEST(test_another_site_can_neither_read_nor_write),
		CHECK_TEST(test_files_have_type_etag_and_strict_fields),
		CHECK_TEST(test_head_has_the_fields_and_no_body),
		CHECK_TEST(test_health_says_each_part),
		CHECK_TEST(test_action_goes_to_its_function_and_back),
		CHECK_TEST(test_stored_action_is_told_to_other_cores_and_a_view_is_not),
		CHECK_TEST(test_actions_are_refused_as_the_table_says),
		CHECK_TEST(test_view_gets_its_query_as_texts),
		CHECK_TEST(test_scan_of_a_page_is_stored_as_typed),
		CHECK_TEST(test_scan_that_is_not_stored_says_so),
		CHECK_TEST(test_session_that_is_over_falls_back_to_the_station),
		CHECK_TEST(test_binding_gives_a_cookie_that_works),
		CHECK_TEST(test_sign_in_asks_database_press_database),
		CHECK_TEST(test_sixth_sign_in_of_a_minute_is_refused),
		CHECK_TEST(test_sign_in_without_a_press_says_what_to_do),
		CHECK_TEST(test_pin_is_nowhere_in_memory_afterwards),
		CHECK_TEST(test_clients_that_leave_while_the_database_works_do_no_harm),
		CHECK_TEST(test_core_stops_with_requests_and_streams_open),
	};

	(void)argc;
	rig_begin(argv);
	rig = rig_new();
	rig_core_start(rig);
	int status = check_run("core/http", tests, ARRAY_LEN(tests));

	rig_free(rig);
	return status;
}
