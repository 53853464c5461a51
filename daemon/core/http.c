/*
 * libmicrohttpd in our loop. Facts that this file honours (observed on 0.9.75): its epoll
 * descriptor nests in ours; resuming needs a later MHD_run, which its own wake-up descriptor brings
 * about; a content reader must never return 0 without suspending; suspended connections must be
 * resumed before the daemon is stopped; the URI callback makes the completed callback certain.
 */
#include "daemon/core/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/list.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define RETRY_AFTER_S "1"

struct http {
	struct loop *loop;
	struct MHD_Daemon *daemon;
	struct loop_handle *fd;
	struct loop_handle *timer;
	struct loop_handle *before;
	const struct http_route *routes;
	size_t route_count;
	void *core;
	unsigned port;
	bool needs_run;       /* a connection was resumed */
	struct list requests; /* all that are not completed */
	struct list streams;
};

struct http_pair {
	const char *name;
	const char *value;
};

enum request_stage {
	STAGE_NEW,
	STAGE_BODY,
	STAGE_HANDLED, /* the handler has it, or has answered */
	STAGE_QUEUED,
};

struct http_request {
	struct list node;
	struct http *http;
	struct MHD_Connection *connection;
	struct arena *arena;
	enum request_stage stage;
	char *uri;
	char *path;
	struct gate_head head;
	struct http_pair query[HTTP_QUERY_MAX];
	size_t query_count;
	const struct http_route *route;
	struct buf body;
	bool is_too_large;
	json_t *json;
	struct http_pair fields[8]; /* of the reply */
	size_t field_count;
	struct MHD_Response *response;
	unsigned status;
	bool is_suspended;
};

struct http_stream {
	struct list node;
	struct http *http;
	struct MHD_Connection *connection;
	http_read_fn read;
	void (*done)(void *arg);
	void *arg;
	bool sleeps;
	bool ends;
};

static const struct http_pair fixed_fields[] = {
	{ "Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; "
				     "frame-ancestors 'none'; object-src 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

/* ---- the request's life ---- */

static void wipe(struct buf *buf)
{
	if (buf->data)
		sodium_memzero(buf->data, buf->cap);
	buf_done(buf);
}

/* MHD_OPTION_URI_LOG_CALLBACK: the first sight of a request, and the only one of its raw URI. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct http *http = cls;
	struct http_request *request = xcalloc(1, sizeof(*request));

	request->http = http;
	request->connection = connection;
	request->arena = arena_new();
	request->uri = arena_strdup(request->arena, uri);
	request->path = arena_strndup(request->arena, bytes_of(uri, strcspn(uri, "?")));
	list_add_tail(&http->requests, &request->node);
	return request;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
	enum MHD_RequestTerminationCode why)
{
	struct http_request *request = *con_cls;

	(void)cls;
	(void)connection;
	(void)why;
	if (!request)
		return;
	*con_cls = NULL;
	list_remove(&request->node);
	if (request->response)
		MHD_destroy_response(request->response);
	json_decref(request->json);
	wipe(&request->body);
	arena_free(request->arena);
	free(request);
}

/* ---- the head ---- */

struct collect {
	struct http_request *request;
	struct gate_field *fields;
	size_t count;
	bool is_bad;
};

static enum MHD_Result collect_field(void *cls, enum MHD_ValueKind kind, const char *name,
	size_t name_len, const char *value, size_t value_len)
{
	struct collect *all = cls;

	(void)kind;
	if (all->count == GATE_FIELDS_MAX || !value || strlen(name) != name_len ||
		strlen(value) != value_len) {
		all->is_bad = true;
		return MHD_NO;
	}
	all->fields[all->count++] = (struct gate_field) { .name = name, .value = value };
	return MHD_YES;
}

static enum MHD_Result collect_query(void *cls, enum MHD_ValueKind kind, const char *name,
	size_t name_len, const char *value, size_t value_len)
{
	struct collect *all = cls;
	struct http_request *request = all->request;

	(void)kind;
	if (request->query_count == HTTP_QUERY_MAX || !value || strlen(name) != name_len ||
		strlen(value) != value_len || value_len > HTTP_QUERY_VALUE_MAX ||
		name_len > HTTP_QUERY_VALUE_MAX || !utf8_is_valid(bytes_of_str(name)) ||
		!utf8_is_valid(bytes_of_str(value)) || http_query_find(request, name)) {
		all->is_bad = true;
		return MHD_NO;
	}
	request->query[request->query_count++] = (struct http_pair) { name, value };
	return MHD_YES;
}

static bool head_check(
	struct http_request *request, const char *method, const char *version, struct err *err)
{
	struct collect all = { .request = request };

	all.fields = arena_alloc(request->arena, GATE_FIELDS_MAX * sizeof(*all.fields));
	(void)MHD_get_connection_values_n(
		request->connection, MHD_HEADER_KIND, collect_field, &all); /* counts itself */
	request->head = (struct gate_head) {
		.method = arena_strdup(request->arena, method),
		.version = arena_strdup(request->arena, version),
		.uri = request->uri,
		.fields = all.fields,
		.field_count = all.count,
	};
	if (all.is_bad)
		return err_set(
			err, ERR_INVALID, "a header field is malformed, or there are too many");
	if (!gate_check(&request->head, err))
		return false;
	(void)MHD_get_connection_values_n(
		request->connection, MHD_GET_ARGUMENT_KIND, collect_query, &all);
	return !all.is_bad ||
	       err_set(err, ERR_INVALID, "the query string is malformed or too long");
}

static bool path_matches(const char *pattern, const char *path)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(pattern, path, len - 1) == 0;
	return str_equal(pattern, path);
}

static bool route_find(struct http_request *request, struct err *err)
{
	const struct http *http = request->http;
	const char *method = str_equal(request->head.method, "HEAD") ? "GET" : request->head.method;

	for (size_t i = 0; i < http->route_count; i++) {
		const struct http_route *route = &http->routes[i];

		if (str_equal(route->method, method) && path_matches(route->path, request->path)) {
			request->route = route;
			return true;
		}
	}
	return err_set(err, ERR_NOT_FOUND, "there is no such page");
}

static bool body_is_announced(const struct http_request *request)
{
	const char *len = gate_field_find(&request->head, "Content-Length");

	return gate_field_find(&request->head, "Transfer-Encoding") ||
	       (len && !str_equal(len, "0"));
}

static bool route_check(struct http_request *request, struct err *err)
{
	const struct http_route *route = request->route;
	bool changes = !str_equal(route->method, "GET");
	const char *len = gate_field_find(&request->head, "Content-Length");

	if (str_has_prefix(request->path, "/api/") &&
		!gate_check_site(&request->head, changes, err))
		return false;
	if (!route->media_type)
		return !body_is_announced(request) ||
		       err_set(err, ERR_TOO_LARGE, "this takes no body");
	if (!gate_type_is(&request->head, route->media_type))
		return err_set(err, ERR_MEDIA_TYPE, "the body must be %s", route->media_type);
	if (len && strtoull(len, NULL, 10) > route->body_max)
		return err_set(
			err, ERR_TOO_LARGE, "the body is larger than %zu bytes", route->body_max);
	if (route->who == WHO_COOKIE && !http_any_token(request)) {
		err_set(err, ERR_UNAUTHORIZED, "this page is not bound to a station");
		return err_hint(err, "choose the station");
	}
	return true;
}

/* ---- replies ---- */

static void add_fields(const struct http_request *request, struct MHD_Response *response)
{
	for (size_t i = 0; i < ARRAY_LEN(fixed_fields); i++)
		(void)MHD_add_response_header(response, fixed_fields[i].name,
			fixed_fields[i].value); /* fails only without memory */
	for (size_t i = 0; i < request->field_count; i++)
		(void)MHD_add_response_header(
			response, request->fields[i].name, request->fields[i].value);
	if (str_has_prefix(request->path, "/api/") || request->status >= 400)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

void http_add_field(struct http_request *request, const char *name, const char *value)
{
	if (request->field_count == ARRAY_LEN(request->fields))
		return; /* our own tables never ask for more; a test counts them */
	request->fields[request->field_count++] =
		(struct http_pair) { arena_strdup(request->arena, name),
			arena_strdup(request->arena, value) };
}

void http_add_cookie(struct http_request *request, const char *name, const char *value)
{
	http_add_field(request, "Set-Cookie",
		arena_printf(request->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s", name,
			value, *value ? "" : "; Max-Age=0"));
}

/* Takes the response; the access handler queues it, after a resume when the request sleeps. */
static void reply(struct http_request *request, unsigned status, struct MHD_Response *response)
{
	if (request->response || !response) {
		if (response)
			MHD_destroy_response(response);
		return;
	}
	request->status = status;
	request->response = response;
	add_fields(request, response);
	if (request->is_suspended) {
		request->is_suspended = false;
		request->http->needs_run = true;
		MHD_resume_connection(request->connection);
	}
}

static struct MHD_Response *response_of(struct bytes data)
{
	union {
		const uint8_t *from;
		void *to; /* MHD copies and does not write */
	} cast = { .from = data.data };

	return MHD_create_response_from_buffer(data.len, cast.to, MHD_RESPMEM_MUST_COPY);
}

void http_reply_data(struct http_request *request, const char *media_type, struct bytes data)
{
	http_add_field(request, "Content-Type", media_type);
	reply(request, 200, response_of(data));
}

void http_reply_json(struct http_request *request, unsigned status, const char *text)
{
	http_add_field(request, "Content-Type", "application/json");
	reply(request, status, response_of(bytes_of_str(text)));
}

void http_reply_not_modified(struct http_request *request)
{
	reply(request, 304, response_of(bytes_of("", 0)));
}

static void reply_json_take(struct http_request *request, unsigned status, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	http_reply_json(request, status, text ? text : "{}");
	free(text);
}

void http_reply_err(struct http_request *request, const struct err *err)
{
	unsigned status = err_http_status(err->code);

	if (status == 503)
		http_add_field(request, "Retry-After", RETRY_AFTER_S);
	reply_json_take(request, status,
		json_pack("{s:{s:s,s:s,s:s}}", "error", "code", err_code_name(err->code), "message",
			err->message, "hint", err->hint));
}

void http_reply_not_stored(struct http_request *request, const struct err *err)
{
	http_add_field(request, "Retry-After", RETRY_AFTER_S);
	reply_json_take(request, 503,
		json_pack("{s:s,s:s,s:s,s:s,s:{},s:{s:s,s:s,s:s}}", "verdict", "not_stored", "code",
			"not_stored", "title", "Not stored", "do", "Scan or press again.", "data",
			"error", "code", err_code_name(err->code), "message", err->message, "hint",
			err->hint));
}

static enum MHD_Result queue(struct http_request *request)
{
	request->stage = STAGE_QUEUED;
	return MHD_queue_response(request->connection, request->status, request->response);
}

/* A refusal of the gate: the connection's framing is not trusted any more. */
static enum MHD_Result refuse(struct http_request *request, const struct err *err)
{
	http_add_field(request, "Connection", "close");
	http_reply_err(request, err);
	return queue(request);
}

/* ---- streams ---- */

static ssize_t stream_read(void *cls, uint64_t pos, char *out, size_t max)
{
	struct http_stream *stream = cls;

	(void)pos;
	if (stream->ends)
		return MHD_CONTENT_READER_END_OF_STREAM;
	ssize_t n = stream->read(stream->arg, out, max);

	if (n < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		stream->sleeps = true;
		MHD_suspend_connection(stream->connection);
	}
	return n;
}

static void stream_free(void *cls)
{
	struct http_stream *stream = cls;

	list_remove(&stream->node);
	stream->done(stream->arg);
	free(stream);
}

struct http_stream *http_reply_stream(struct http_request *request, const char *media_type,
	http_read_fn read, void (*done)(void *arg), void *arg)
{
	struct http_stream *stream = xcalloc(1, sizeof(*stream));

	*stream = (struct http_stream) { .http = request->http,
		.connection = request->connection,
		.read = read,
		.done = done,
		.arg = arg };
	list_add_tail(&request->http->streams, &stream->node);
	http_add_field(request, "Content-Type", media_type);
	reply(request, 200,
		MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, 4096, stream_read, stream, stream_free));
	return stream;
}

void http_stream_wake(struct http_stream *stream)
{
	if (!stream->sleeps)
		return;
	stream->sleeps = false;
	stream->http->needs_run = true;
	MHD_resume_connection(stream->connection);
}

/* ---- from first line to handler ---- */

static enum MHD_Result begin(struct http_request *request, const char *method, const char *version)
{
	struct err err = { 0 };

	request->stage = STAGE_BODY;
	if (!head_check(request, method, version, &err) || !route_find(request, &err) ||
		!route_check(request, &err))
		return refuse(request, &err);
	if (request->route->has_secret) { /* whole at once, so that growing leaves no copy behind */
		(void)buf_grow(&request->body, request->route->body_max);
		buf_reset(&request->body);
	}
	return MHD_YES;
}

static void body_add(struct http_request *request, const char *data, size_t len)
{
	if (request->body.len + len > request->route->body_max)
		request->is_too_large = true;
	else
		buf_add_mem(&request->body, data, len);
	if (request->route->has_secret) {
		union {
			const char *from;
			void *to; /* the library's read buffer: it is done with these bytes */
		} cast = { .from = data };

		sodium_memzero(cast.to, len);
	}
}

static bool body_parse(struct http_request *request, struct err *err)
{
	json_error_t parse;

	if (!request->route->media_type)
		return true;
	if (request->is_too_large)
		return err_set(err, ERR_TOO_LARGE, "the body is larger than %zu bytes",
			request->route->body_max);
	request->json = json_loadb(
		buf_str(&request->body), request->body.len, JSON_REJECT_DUPLICATES, &parse);
	if (!json_is_object(request->json))
		return err_set(err, ERR_INVALID, "the body is not one JSON object");
	return true;
}

static enum MHD_Result handle(struct http_request *request)
{
	struct err err = { 0 };

	request->stage = STAGE_HANDLED;
	if (!body_parse(request, &err))
		http_reply_err(request, &err);
	else
		request->route->handle(request->http->core, request);
	if (request->response)
		return queue(request);
	request->is_suspended = true;
	MHD_suspend_connection(request->connection);
	return MHD_YES;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *len, void **con_cls)
{
	struct http_request *request = *con_cls;

	(void)cls;
	(void)connection;
	(void)url;
	switch (request->stage) {
	case STAGE_NEW:
		return begin(request, method, version);
	case STAGE_BODY:
		if (*len > 0) {
			body_add(request, data, *len);
			*len = 0;
			return MHD_YES;
		}
		return handle(request);
	case STAGE_HANDLED:
		return request->response ? queue(request) : MHD_YES;
	case STAGE_QUEUED:
		*len = 0; /* what still comes after a refusal */
		return MHD_YES;
	}
	return MHD_NO;
}

/* ---- reading ---- */

struct arena *http_arena(struct http_request *request)
{
	return request->arena;
}

const char *http_path(const struct http_request *request)
{
	return request->path;
}

const json_t *http_json(const struct http_request *request)
{
	return request->json;
}

const char *http_field(const struct http_request *request, const char *name)
{
	return gate_field_find(&request->head, name);
}

const char *http_query_find(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->query_count; i++) {
		if (str_equal(request->query[i].name, name))
			return request->query[i].value;
	}
	return NULL;
}

json_t *http_query_new(const struct http_request *request)
{
	json_t *args = json_object();

	for (size_t i = 0; i < request->query_count; i++)
		(void)json_object_set_new(args, request->query[i].name,
			json_string(request->query[i].value)); /* UTF-8 was checked */
	return args;
}

const char *http_token(const struct http_request *request, const char *cookie)
{
	const char *value =
		MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, cookie);

	if (!value || strlen(value) != HTTP_TOKEN_LEN)
		return NULL;
	for (const char *c = value; *c; c++) {
		if (hex_digit((uint8_t)*c) < 0 || char_is_upper((unsigned char)*c))
			return NULL;
	}
	return value;
}

const char *http_any_token(const struct http_request *request)
{
	const char *token = http_token(request, "specimend_session");

	return token ? token : http_token(request, "specimend_station");
}

/* ---- the daemon ---- */

static void run(struct http *http)
{
	http->needs_run = false;
	(void)MHD_run(http->daemon); /* fails only for a daemon with threads */
}

static void on_fd(void *arg, unsigned events)
{
	(void)events;
	run(arg);
}

static void on_timer(void *arg)
{
	run(arg);
}

static void before_sleep(void *arg)
{
	struct http *http = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms;

	if (http->needs_run)
		run(http);
	if (http->needs_run)
		loop_timer_set(http->timer, 0);
	else if (MHD_get_timeout(http->daemon, &wait_ms) == MHD_YES)
		loop_timer_set(http->timer, wait_ms > 60000 ? 60000 : (int64_t)wait_ms);
	else
		loop_timer_set(http->timer, -1);
}

static bool address_parse(
	const char *text, unsigned port, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		memcpy(out, &v4, sizeof(v4));
		*len = sizeof(v4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
		return false;
	memcpy(out, &v6, sizeof(v6));
	*len = sizeof(v6);
	return true;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage at = { 0 };
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)(void *)&at, &len) != 0)
		return 0;
	memcpy(&v4, &at, sizeof(v4));
	memcpy(&v6, &at, sizeof(v6));
	return ntohs(at.ss_family == AF_INET ? v4.sin_port : v6.sin6_port);
}

static bool listen_open(const struct http_options *options, int *out, struct err *err)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = 0;
	const int on = 1;

	if (options->port > 65535 || !address_parse(options->address, options->port, &at, &len))
		return err_set(err, ERR_INVALID, "'%s' port %u is not an address to listen on",
			options->address, options->port);
	int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_set_errno(err, "socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* bind tells */
	if (bind(fd, (struct sockaddr *)(void *)&at, len) != 0 || listen(fd, 128) != 0) {
		err_set_errno(err, "address '%s' port %u", options->address, options->port);
		close(fd);
		return err_hint(err, "another program may use it: set http_port");
	}
	*out = fd;
	return true;
}

static bool daemon_start(struct http *http, int fd, struct err *err)
{
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		on_access, http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTP_PER_ADDRESS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_TIMEOUT_S,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_URI_LOG_CALLBACK,
		on_uri, http, MHD_OPTION_END);
	if (!http->daemon) {
		close(fd);
		return err_set(err, ERR_IO, "the HTTP library does not start");
	}
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	http->fd = loop_add_fd(http->loop, info->epoll_fd, LOOP_READ, on_fd, http, err);
	return http->fd;
}

bool http_new(const struct http_options *options, struct http **out, struct err *err)
{
	struct http *http = xcalloc(1, sizeof(*http));
	int fd = -1;

	http->loop = options->loop;
	http->routes = options->routes;
	http->route_count = options->route_count;
	http->core = options->core;
	list_init(&http->requests);
	list_init(&http->streams);
	if (!listen_open(options, &fd, err))
		goto fail;
	http->port = port_of(fd);
	if (!daemon_start(http, fd, err))
		goto fail;
	http->timer = loop_add_timer(http->loop, -1, 0, on_timer, http);
	http->before = loop_before_sleep(http->loop, before_sleep, http);
	*out = http;
	return true;
fail:
	http_free(http);
	return false;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "specimend is being restarted");
	err_hint(&err, "try again in a second");
	LIST_FOREACH (node, &http->requests) {
		struct http_request *request = LIST_ITEM(node, struct http_request, node);

		if (request->is_suspended)
			http_reply_err(request, &err);
	}
	LIST_FOREACH (node, &http->streams) {
		struct http_stream *stream = LIST_ITEM(node, struct http_stream, node);

		stream->ends = true;
		http_stream_wake(stream);
	}
	loop_remove(http->fd);
	loop_remove(http->timer);
	loop_remove(http->before);
	if (http->daemon) {
		run(http);
		run(http); /* the first takes the resumed back, the second writes their replies */
		MHD_stop_daemon(http->daemon);
	}
	free(http);
}

unsigned http_port(const struct http *http)
{
	return http->port;
}
