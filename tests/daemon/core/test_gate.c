/*
 * daemon/core/gate against the running core: raw requests on a socket. The first table is the
 * measured one: what libmicrohttpd 0.9.75 alone accepts, and what we answer.
 */
#include "daemon/core/gate.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/http_rig.h"

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		count++;
	return count;
}

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
	static const char body[] = "{\"code\":\"12345678\"}";

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

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_raw_requests_are_answered_as_the_table_says),
		CHECK_TEST(test_another_site_can_neither_read_nor_write),
	};

	(void)argc;
	return http_check_run(argv, "core/gate", tests, ARRAY_LEN(tests));
}
