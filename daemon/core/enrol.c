/* The code on the screen: a picture from the press. */
#include "daemon/core/enrol.h"

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/core/roles.h"

/* Of which view's answer it is a part. */
struct screen_code {
	enum call_no view;
	const char *part;
	const char *id; /* its number there, and in our answer */
	const char *none;
};

static const struct screen_code scanner_code = { CALL_ENROLMENT, "enrolment", "enrolment_id",
	"no scanner is being enrolled here" };
static const struct screen_code page_code = { CALL_PAGES, "code", "page_code_id",
	"no code is open" };

/* What a handler keeps between its callbacks, in the request's arena. */
struct flow {
	struct core *core;
	struct http_request *request;
	const struct screen_code *what;
	int64_t id;
};

static void picture_add(json_t *reply, const struct link_payloads *payloads, const char *name)
{
	AUTO_BUF coded = { 0 };

	base64_encode(link_payload_find(payloads, name), &coded);
	(void)json_object_set_new(
		reply, name, json_string(buf_str(&coded))); /* fails only without memory */
}

static void on_drawn(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct flow *flow = arg;

	(void)body;
	if (err) {
		http_reply_err(flow->request, err);
		return;
	}
	if (!link_payload_is_here(payloads, "code128") ||
		!link_payload_is_here(payloads, "datamatrix")) {
		http_refuse(flow->request, ERR_INTERNAL, "the press drew no code", "try again");
		return;
	}
	AUTO(json_decref)
	json_t *reply = json_pack("{s:b, s:I}", "ok", true, flow->what->id, (json_int_t)flow->id);

	picture_add(reply, payloads, "code128");
	picture_add(reply, payloads, "datamatrix");
	http_reply_body(flow->request, reply);
}

static void on_view(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;

	if (err) {
		log_err(err);
		http_reply_not_stored(flow->request, err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);
	const json_t *part = json_object_get(json_object_get(json, "data"), flow->what->part);
	json_t *code = json_object_get(part, "code");

	if (!core_reply_is(reply, "ok")) {
		http_reply_json(flow->request, 200, reply);
		return;
	}
	if (!json_is_string(code) || json_is_string(json_object_get(part, "ended"))) {
		http_refuse(flow->request, ERR_NOT_FOUND, flow->what->none, "begin again");
		return;
	}
	flow->id = json_integer_value(json_object_get(part, flow->what->id));
	if (!role_ask(flow->core->roles, ROLE_PRESS,
		    json_pack("{s:s, s:O}", "do", "screen", "text", code), NULL, ENROL_PICTURE_MS,
		    on_drawn, flow))
		http_refuse(flow->request, ERR_DEVICE_OFFLINE, "the press is not there",
			"it is started again by itself: try in a few seconds");
}

static void picture_ask(
	struct core *core, struct http_request *request, const struct screen_code *what)
{
	struct flow *flow = arena_alloc(http_arena(request), sizeof(*flow));
	const char *token = http_any_token(request);

	flow->core = core;
	flow->request = request;
	flow->what = what;
	(void)db_send(flow->core->db,
		&(struct db_call) {
			.call = what->view,
			.session = token,
			.args = "{}",
			.order = token ? db_order_of(token) : 0,
		},
		on_view, flow); /* the request waits for it */
}

void enrol_handle_picture(void *core, struct http_request *request)
{
	picture_ask(core, request, &scanner_code);
}

void enrol_handle_page_picture(void *core, struct http_request *request)
{
	picture_ask(core, request, &page_code);
}
