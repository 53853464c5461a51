/* What the files of HTTP share: the daemon, a request, a stream. Included by them only. */
#ifndef SPECIMEND_CORE_HTTP_INSIDE_H
#define SPECIMEND_CORE_HTTP_INSIDE_H

#include <microhttpd.h>

#include "daemon/base/buf.h"
#include "daemon/base/list.h"
#include "daemon/core/http.h"

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
	char *names;          /* of a Host: the options' and the address */
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

/* ---- http_request.c: the library's callbacks of a request; cls is struct http ---- */

void *http_on_uri(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result http_on_access(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *len, void **con_cls);
void http_on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
	enum MHD_RequestTerminationCode why);

/* ---- http_reply.c ---- */

/* Gives the library the reply that the request has. */
enum MHD_Result http_reply_queue(struct http_request *request);

/* A refusal of the gate: the connection's framing is not trusted any more. */
enum MHD_Result http_reply_refuse(struct http_request *request, const struct err *err);

#endif
