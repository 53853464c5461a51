/*
 * daemon/core/http against the running core: where it listens, what a request may be at most,
 * files, and clients that leave.
 */
#include "daemon/core/http.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/http_rig.h"

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

static void test_files_have_type_etag_and_strict_fields(void)
{
	const char *answer = http_get(rig, "/", NULL);

	check_int(http_status(answer), 200);
	check_contains(answer, "Content-Type: text/html; charset=utf-8\r\n");
	check_contains(answer, "Content-Security-Policy: default-src 'self'; script-src 'self' "
			       "'wasm-unsafe-eval';");
	check_contains(answer, "X-Content-Type-Options: nosniff\r\n");
	check_contains(answer, "Referrer-Policy: no-referrer\r\n");
	check_contains(answer, "<!doctype html>");
	check_contains(
		http_get(rig, "/js/reader.wasm", NULL), "Content-Type: application/wasm\r\n");
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
		CHECK_TEST(test_names_that_can_be_no_host_stop_the_start),
		CHECK_TEST(test_port_that_is_taken_says_which_and_what_to_do),
		CHECK_TEST(test_address_of_another_machine_says_what_to_do),
		CHECK_TEST(test_header_of_64_kib_is_431),
		CHECK_TEST(test_more_than_100_fields_are_refused),
		CHECK_TEST(test_chunked_body_over_the_limit_is_413),
		CHECK_TEST(test_half_a_request_is_let_go_after_its_time),
		CHECK_TEST(test_files_have_type_etag_and_strict_fields),
		CHECK_TEST(test_head_has_the_fields_and_no_body),
		CHECK_TEST(test_clients_that_leave_while_the_database_works_do_no_harm),
		CHECK_TEST(test_core_stops_with_requests_and_streams_open),
	};

	(void)argc;
	return http_check_run(argv, "core/http", tests, ARRAY_LEN(tests));
}
