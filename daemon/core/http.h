/*
 * HTTP/1.1 by libmicrohttpd inside our loop: no thread of its own. This file is the mechanism:
 * gate, route lookup, body with its limit, replies now or later, streams; routes.c has the table
 * and what each route does.
 *
 * A request lives in an arena from its first line to its completion. A handler answers by one
 * http_reply_*, at once or from a later callback; in between the connection is suspended, so the
 * request cannot go away under whoever holds it. Every request is answered before http_free.
 */
#ifndef SPECIMEND_CORE_HTTP_H
#define SPECIMEND_CORE_HTTP_H

#include <jansson.h>
#include <sys/types.h>

#include "daemon/base/arena.h"
#include "daemon/base/err.h"
#include "daemon/core/gate.h"
#include "daemon/loop/loop.h"

#define HTTP_BODY_MAX 65536
#define HTTP_QUERY_MAX 16        /* values in a query string */
#define HTTP_QUERY_VALUE_MAX 512 /* bytes of one */
#define HTTP_CONNECTIONS_MAX 512
#define HTTP_PER_ADDRESS_MAX 256
#define HTTP_MEMORY_BYTES 32768 /* per connection, head included */
#define HTTP_TIMEOUT_S 30
#define HTTP_TOKEN_LEN 64 /* hex digits of a session token */

struct http;
struct http_request;
struct http_stream;

typedef void (*http_handler)(void *core, struct http_request *request);

enum http_who {
	WHO_ALL,
	WHO_COOKIE, /* has a station's or an operator's cookie; the database judges it */
};

struct http_route {
	const char *method;     /* GET rows answer HEAD too */
	const char *path;       /* a last '*' stands for the rest */
	const char *media_type; /* of the body, or NULL: no body */
	size_t body_max;
	enum http_who who;
	bool has_secret; /* every copy of the body is wiped */
	http_handler handle;
};

struct http_options {
	struct loop *loop;
	const char *address; /* numeric IPv4 or IPv6 */
	unsigned port;       /* 0: any, see http_port */
	const char *names;   /* that a Host may have, besides the address (gate_check_host) */
	const struct http_route *routes;
	size_t route_count;
	void *core; /* given to every handler */
};

/* Fails with ERR_INVALID for a bad address or name and ERR_IO when it cannot be listened on. */
MUST_CHECK bool http_new(const struct http_options *options, struct http **out, struct err *err);

/* Answers what waits with 503, ends streams, closes. Nobody may hold a request any more. Accepts
 * NULL. */
void http_free(struct http *http);

unsigned http_port(const struct http *http);

/* ---- what a handler reads; everything borrowed from the request ---- */

struct arena *http_arena(struct http_request *request);
const char *http_path(const struct http_request *request); /* without the query */
const json_t *http_json(
	const struct http_request *request); /* the body, an object; NULL without a body */
const char *http_query_find(
	const struct http_request *request, const char *name); /* NULL: not there */
json_t *http_query_new(const struct http_request *request);    /* {"name": "value"}, yours */
const char *http_field(const struct http_request *request, const char *name);

/* A cookie's token: 64 lower-case hex digits, else NULL. */
const char *http_token(const struct http_request *request, const char *cookie);

/* The operator's token, else the station's, else NULL. */
const char *http_any_token(const struct http_request *request);

/* ---- replies; exactly one for each request ---- */

void http_reply_json(struct http_request *request, unsigned status, const char *text);
void http_reply_body(struct http_request *request, const json_t *body); /* 200 */
void http_reply_data(struct http_request *request, const char *media_type, struct bytes data);
void http_reply_not_modified(struct http_request *request);

/* {"error": {code, message, hint}} with the code's own status. */
void http_reply_err(struct http_request *request, const struct err *err);

/* The same, for what a handler itself finds wrong. */
void http_refuse(
	struct http_request *request, enum err_code code, const char *message, const char *hint);

/* 503 {"verdict": "not_stored", ...}: the database did not take it. */
void http_reply_not_stored(struct http_request *request, const struct err *err);

/* Before the reply. An empty value removes the cookie. */
void http_add_cookie(struct http_request *request, const char *name, const char *value);
void http_add_field(struct http_request *request, const char *name, const char *value);

/*
 * Answers with a stream. read fills out with at most max bytes and returns how many; 0 puts the
 * connection to sleep until http_stream_wake; -1 ends it. done is called once when the stream is
 * gone.
 */
typedef ssize_t (*http_read_fn)(void *arg, char *out, size_t max);
struct http_stream *http_reply_stream(struct http_request *request, const char *media_type,
	http_read_fn read, void (*done)(void *arg), void *arg);
void http_stream_wake(struct http_stream *stream);

#endif
