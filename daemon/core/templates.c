/* Previews and golden runs. */
#include "daemon/core/templates.h"

#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/core/roles.h"
#include "daemon/core/token.h"

/* What a handler keeps between its callbacks, in the request's arena. */
struct flow {
	struct core *core;
	struct http_request *request;
	const char *site; /* which catalogue the golden run's own cases are of; NULL: not said */
};

static struct flow *flow_new(struct core *core, struct http_request *request)
{
	struct flow *flow = arena_alloc(http_arena(request), sizeof(*flow));

	flow->core = core;
	flow->request = request;
	return flow;
}

/* Asks the press; without one, answers. body is taken. */
static void press_ask(struct flow *flow, json_t *body_take, int64_t timeout_ms, link_reply_fn fn)
{
	if (!role_ask(flow->core->roles, ROLE_PRESS, body_take, NULL, timeout_ms, fn, flow))
		http_refuse(flow->request, ERR_DEVICE_OFFLINE, "the press is not there",
			"it is started again by itself: try in a few seconds");
}

/*
 * A view of templates as this person: the gate of both. Null when it was answered already: the
 * database could not be asked, or does not let them.
 */
static json_t *view_taken_new(struct flow *flow, const char *reply, const struct err *err)
{
	if (err) {
		log_err(err);
		http_reply_not_stored(flow->request, err);
		return NULL;
	}
	json_t *json = json_loads(reply, 0, NULL);

	if (str_equal(json_string_value(json_object_get(json, "code")), "ok"))
		return json;
	http_reply_json(flow->request, 200, reply);
	json_decref(json);
	return NULL;
}

static void view_ask(struct flow *flow, enum call_no call, const json_t *args, db_fn done)
{
	const char *token = http_any_token(flow->request);
	char *text = json_dumps(args, JSON_COMPACT);

	(void)db_send(flow->core->db,
		&(struct db_call) {
			.call = call,
			.session = token,
			.args = text,
			.order = token ? db_order_of(token) : 0,
		},
		done, flow); /* the request waits for it */
	free(text);
}

/* ---- golden runs ---- */

static const json_t *args_of(const struct flow *flow)
{
	return json_object_get(http_json(flow->request), "args");
}

static void on_golden_stored(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;

	if (err) {
		log_err(err);
		http_reply_not_stored(flow->request, err);
		return;
	}
	http_reply_json(flow->request, 200, reply);
}

static void on_golden(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	static const char *const found[] = { "passed", "cases", "failed", "failures", "sha256" };
	static const char *const said[] = { "template", "version" };
	struct flow *flow = arg;
	json_t *args = json_object();

	(void)payloads;
	if (err) {
		http_reply_err(flow->request, err);
		json_decref(args);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(found); i++) /* fail only without memory */
		(void)json_object_set(args, found[i], json_object_get(body, found[i]));
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		(void)json_object_set(args, said[i], json_object_get(args_of(flow), said[i]));
	(void)json_object_set_new(args, "site", json_pack("s?", flow->site));
	core_call(flow->core, CALL_TEMPLATE_GOLDEN,
		json_string_value(json_object_get(http_json(flow->request), "request_id")), args, 0,
		on_golden_stored, flow);
}

static void on_golden_view(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;
	AUTO(json_decref) json_t *view = view_taken_new(flow, reply, err);
	const json_t *data = json_object_get(view, "data");

	if (view && json_string_value(json_object_get(data, "site")))
		flow->site = arena_strdup(http_arena(flow->request),
			json_string_value(json_object_get(data, "site")));
	if (view)
		press_ask(flow,
			json_pack("{s:s, s:O?, s:O?, s:O?, s:O?}", "do", "golden", "template",
				json_object_get(data, "template"), "template_version",
				json_object_get(data, "version"), "template_body",
				json_object_get(data, "body"), "cases",
				json_object_get(data, "cases")),
			TEMPLATE_GOLDEN_MS, on_golden);
}

void templates_handle_golden(void *core, struct http_request *request)
{
	struct flow *flow = flow_new(core, request);
	const char *request_id =
		json_string_value(json_object_get(http_json(request), "request_id"));

	if (!request_id || !uuid_is_valid(request_id) || !json_is_object(args_of(flow)))
		http_refuse(request, ERR_INVALID,
			"a golden run needs request_id (a UUID) and args (an object)",
			"load the page again");
	else
		view_ask(flow, CALL_TEMPLATE_GET, args_of(flow), on_golden_view);
}

/* ---- previews ---- */

static void on_preview(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct flow *flow = arg;
	AUTO_BUF png = { 0 };

	if (!body) {
		http_reply_err(flow->request, err);
		return;
	}
	if (!err) {
		base64_encode(link_payload_find(payloads, "png"), &png);
		(void)json_object_set_new(
			body, "png", json_string(buf_str(&png))); /* fails only without memory */
	}
	http_reply_body(flow->request, body);
}

static void on_preview_view(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;
	AUTO(json_decref) json_t *view = view_taken_new(flow, reply, err);
	const json_t *asked = http_json(flow->request);

	if (view)
		press_ask(flow,
			json_pack("{s:s, s:O?, s:O?, s:O?, s:O?}", "do", "preview", "template",
				json_object_get(asked, "template"), "template_body",
				json_object_get(asked, "body"), "dpi",
				json_object_get(asked, "dpi"), "content",
				json_object_get(asked, "content")),
			TEMPLATE_PREVIEW_MS, on_preview);
}

void templates_handle_preview(void *core, struct http_request *request)
{
	AUTO(json_decref) json_t *nothing = json_object();

	view_ask(flow_new(core, request), CALL_TEMPLATE_LIST, nothing, on_preview_view);
}
