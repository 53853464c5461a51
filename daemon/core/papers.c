/* Papers as PDF. */
#include "daemon/core/papers.h"

#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/core/roles.h"
#include "daemon/core/token.h"

/* What the file is called where it is kept: never by whose it is. */
static const struct {
	const char *paper;
	const char *disposition;
} names[] = {
	{ "packing_list", "inline; filename=\"packing-list.pdf\"" },
	{ "requisition", "inline; filename=\"requisition.pdf\"" },
};

/* What a handler keeps between its callbacks, in the request's arena. */
struct flow {
	struct core *core;
	struct http_request *request;
	const char *disposition;
	struct bytes pdf;
	char request_id[UUID_LEN + 1];
};

static const char *disposition_find(const char *paper)
{
	for (size_t i = 0; paper && i < ARRAY_LEN(names); i++) {
		if (str_equal(names[i].paper, paper))
			return names[i].disposition;
	}
	return NULL;
}

static void call_send(struct flow *flow, enum call_no call, const json_t *args, db_fn done)
{
	const char *token = http_any_token(flow->request);
	char *text = json_dumps(args, JSON_COMPACT);

	(void)db_send(flow->core->db,
		&(struct db_call) {
			.call = call,
			.request_id = *flow->request_id ? flow->request_id : NULL,
			.session = token,
			.args = text,
			.order = db_order_of(token),
		},
		done, flow); /* the request waits for it */
	free(text);
}

/*
 * The reply, when it is the one that goes on; else NULL, and the person was told: a browser shows
 * what stands here, so a question is an error with its words.
 */
static json_t *reply_taken_new(
	struct flow *flow, const char *reply, const char *code, const struct err *err)
{
	if (err) {
		log_err(err);
		http_reply_not_stored(flow->request, err);
		return NULL;
	}
	json_t *json = json_loads(reply, 0, NULL);

	if (str_equal(json_string_value(json_object_get(json, "code")), code))
		return json;
	const char *title = json_string_value(json_object_get(json, "title"));
	const char *todo = json_string_value(json_object_get(json, "do"));

	http_refuse(flow->request, ERR_FORBIDDEN, title ? title : "", todo ? todo : "");
	json_decref(json);
	return NULL;
}

static void on_stored(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;
	AUTO(json_decref) json_t *json = reply_taken_new(flow, reply, "paper_made", err);

	if (!json)
		return;
	http_add_field(flow->request, "Content-Disposition", flow->disposition);
	http_reply_data(flow->request, "application/pdf", flow->pdf);
}

static void on_drawn(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct flow *flow = arg;

	if (err) {
		http_reply_err(flow->request, err);
		return;
	}
	flow->pdf = arena_copy(http_arena(flow->request), link_payload_find(payloads, "pdf"));
	if (flow->pdf.len == 0) {
		http_refuse(flow->request, ERR_INTERNAL, "the press made no paper", "try again");
		return;
	}
	AUTO(json_decref) json_t *args = http_query_new(flow->request);

	/* fail only without memory */
	(void)json_object_set(args, "pages", json_object_get(body, "pages"));
	(void)json_object_set(args, "sha256", json_object_get(body, "sha256"));
	uuid_make(flow->request_id);
	call_send(flow, CALL_PAPER_MADE, args, on_stored);
}

static void on_words(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;
	AUTO(json_decref) json_t *json = reply_taken_new(flow, reply, "ok", err);

	if (!json)
		return;
	json_t *ask = json_pack("{s:s, s:O?}", "do", "paper", "paper",
		json_object_get(json_object_get(json, "data"), "paper"));

	if (!role_ask(flow->core->roles, ROLE_PRESS, ask, NULL, PAPER_MS, on_drawn, flow))
		http_refuse(flow->request, ERR_DEVICE_OFFLINE, "the press is not there",
			"it is started again by itself: try in a few seconds");
}

void papers_handle(void *core, struct http_request *request)
{
	struct flow *flow = arena_alloc(http_arena(request), sizeof(*flow));
	AUTO(json_decref) json_t *args = http_query_new(request);

	flow->core = core;
	flow->request = request;
	flow->disposition = disposition_find(http_query_find(request, "paper"));
	if (!http_any_token(request))
		http_refuse(request, ERR_UNAUTHORIZED, "this page is not bound to a station",
			"ask for a code: Set up, Pages");
	else if (flow->disposition)
		call_send(flow, CALL_PAPER, args, on_words);
	else
		http_refuse(
			request, ERR_NOT_FOUND, "there is no such paper", "load the page again");
}
