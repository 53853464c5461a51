/*
 * A request from its first line to its handler: gate, route, body, and what the handler reads of
 * it. The URI callback makes the completed callback certain (observed on libmicrohttpd 0.9.75), so
 * a request is freed there and nowhere else. Answering is http_reply.c.
 */
#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/http_inside.h"

/* ---- the request's life ---- */

static void wipe(struct buf *buf)
{
	if (buf->data)
		sodium_memzero(buf->data, buf->cap);
	buf_done(buf);
}

/* MHD_OPTION_URI_LOG_CALLBACK: the first sight of a request, and the only one of its raw URI. */
void *http_on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
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

void http_on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
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
	if (!gate_check(&request->head, err) ||
		!gate_check_host(&request->head, request->http->names, err))
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
		return err_hint(err, "ask for a code: Set up, Pages");
	}
	return true;
}

/* ---- from first line to handler ---- */

static enum MHD_Result begin(struct http_request *request, const char *method, const char *version)
{
	struct err err = { 0 };

	request->stage = STAGE_BODY;
	if (!head_check(request, method, version, &err) || !route_find(request, &err) ||
		!route_check(request, &err))
		return http_reply_refuse(request, &err);
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
		return http_reply_queue(request);
	request->is_suspended = true;
	MHD_suspend_connection(request->connection);
	return MHD_YES;
}

enum MHD_Result http_on_access(void *cls, struct MHD_Connection *connection, const char *url,
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
		return request->response ? http_reply_queue(request) : MHD_YES;
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
