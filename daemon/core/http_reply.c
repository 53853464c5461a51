/*
 * Replies, at once or to a request that sleeps, and streams. A content reader must never return 0
 * without suspending its connection (observed on libmicrohttpd 0.9.75).
 */
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/http_inside.h"

#define RETRY_AFTER_S "1"

static const struct http_pair fixed_fields[] = {
	{ "Content-Security-Policy", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
				     "base-uri 'none'; form-action 'none'; "
				     "frame-ancestors 'none'; object-src 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

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

static void reply_json(struct http_request *request, unsigned status, const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	http_reply_json(request, status, text ? text : "{}");
	free(text);
}

static void reply_json_take(struct http_request *request, unsigned status, json_t *json)
{
	reply_json(request, status, json);
	json_decref(json);
}

void http_reply_body(struct http_request *request, const json_t *body)
{
	reply_json(request, 200, body);
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

void http_refuse(
	struct http_request *request, enum err_code code, const char *message, const char *hint)
{
	struct err err = { 0 };

	err_set(&err, code, "%s", message);
	err_hint(&err, "%s", hint);
	http_reply_err(request, &err);
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

enum MHD_Result http_reply_queue(struct http_request *request)
{
	request->stage = STAGE_QUEUED;
	return MHD_queue_response(request->connection, request->status, request->response);
}

/* A refusal of the gate: the connection's framing is not trusted any more. */
enum MHD_Result http_reply_refuse(struct http_request *request, const struct err *err)
{
	http_add_field(request, "Connection", "close");
	http_reply_err(request, err);
	return http_reply_queue(request);
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
