/*
 * What each route does. Names of actions and views come from the call table; what they mean and who
 * may is the database's to say.
 */
#include "daemon/core/routes.h"

#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/core.h"
#include "daemon/core/devices.h"
#include "daemon/core/enrol.h"
#include "daemon/core/papers.h"
#include "daemon/core/printing.h"
#include "daemon/core/roles.h"
#include "daemon/core/session.h"
#include "daemon/core/station.h"
#include "daemon/core/templates.h"
#include "daemon/core/token.h"
#include "daemon/core/virtuals.h"

#define BENCH_TIMEOUT_MS 4000
#define SIGN_IN_BODY_MAX 4096
#define POLICY_BODY_MAX 32768
#define VIRTUAL_TEXT_MAX 2048

/* What a handler keeps between its callbacks, in the request's arena. */
struct flow {
	struct core *core;
	struct http_request *request;
	enum call_no call;
	int64_t station_id;
	int64_t number; /* what is asked for: a print job, a label's number */
	int64_t device_id;
	bool is_station; /* asked as the station, after a person's session that is over */
};

static struct flow *flow_new(struct core *core, struct http_request *request)
{
	struct flow *flow = arena_alloc(http_arena(request), sizeof(*flow));

	flow->core = core;
	flow->request = request;
	return flow;
}

static void refuse_unbound(struct http_request *request)
{
	http_refuse(request, ERR_UNAUTHORIZED, "this page is not bound to a station",
		"ask for a code: Set up, Pages");
}

/* ---- actions ---- */

/* A page was taken away from a station, which may be another one than where that was done. */
static void station_touch(struct core *core, const json_t *reply)
{
	const json_t *data = json_object_get(reply, "data");
	int64_t station_id = json_integer_value(json_object_get(data, "station_touched"));

	if (station_id > 0)
		core_touch(core, station_id, TOUCH_SIGN_IN);
}

static void on_action(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;

	if (err) {
		log_err(err);
		http_reply_not_stored(flow->request, err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

	core_touch(flow->core, flow->station_id,
		call_get(flow->call)->touches | core_touches_of(json));
	core_touch_also(flow->core, json);
	station_touch(flow->core, json);
	if (json_object_get(json_object_get(json, "data"), "jobs") || flow->call == CALL_SLIP_PRINT)
		printing_kick(flow->core);
	http_reply_json(flow->request, 200, reply);
}

static void on_action_station(void *arg, const struct session_who *who, const struct err *err)
{
	struct flow *flow = arg;
	const json_t *body = http_json(flow->request);

	if (err) {
		http_reply_not_stored(flow->request, err);
		return;
	}
	if (!who->station_id) {
		refuse_unbound(flow->request);
		return;
	}
	const json_t *args = json_object_get(body, "args");
	char *text = json_dumps(args, JSON_COMPACT);

	flow->station_id = who->station_id;
	(void)db_send(flow->core->db,
		&(struct db_call) {
			.call = flow->call,
			.request_id = json_string_value(json_object_get(body, "request_id")),
			.session = http_any_token(flow->request),
			.args = text,
			.order = (uint64_t)who->station_id,
		},
		on_action, flow); /* the request waits for it */
	free(text);
}

static void handle_action(void *core, struct http_request *request)
{
	struct flow *flow = flow_new(core, request);
	const json_t *body = http_json(request);
	const char *request_id = json_string_value(json_object_get(body, "request_id"));
	const json_t *args = json_object_get(body, "args");

	if (!call_find_for_page(http_path(request) + strlen("/api/"), CALL_WRITES, &flow->call))
		http_refuse(
			request, ERR_NOT_FOUND, "there is no such action", "load the page again");
	else if (!request_id || !uuid_is_valid(request_id) || (args && !json_is_object(args)))
		http_refuse(request, ERR_INVALID,
			"an action needs request_id (a UUID) and args (an object)",
			"load the page again");
	else
		session_station(core, http_any_token(request), on_action_station, flow);
}

/* ---- views ---- */

static void view_send(struct flow *flow, const char *token);

/*
 * A person's session that is over (signed out, expired) must not hide the station's: the dead
 * cookie goes, and the page is asked as the station it is bound to. False when there is nothing to
 * fall back on.
 */
static bool me_ask_as_station(struct flow *flow)
{
	const char *station = http_token(flow->request, "specimend_station");

	if (flow->is_station || !station || !http_token(flow->request, "specimend_session"))
		return false;
	flow->is_station = true;
	http_add_cookie(flow->request, "specimend_session", "");
	view_send(flow, station);
	return true;
}

/* Where the page is, and its devices with the state that only this process knows. */
static void me_reply(struct flow *flow, const char *reply)
{
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);
	json_t *data = json_object_get(json, "data");

	if (json_is_object(json_object_get(data, "station"))) {
		devices_fill(flow->core, json_object_get(data, "devices"));
		http_reply_body(flow->request, json);
	} else if (!me_ask_as_station(flow)) {
		refuse_unbound(flow->request);
	}
}

static void on_view(void *arg, const char *reply, const struct err *err)
{
	struct flow *flow = arg;

	if (err) {
		log_err(err);
		http_reply_not_stored(flow->request, err);
		return;
	}
	if (flow->call == CALL_ME)
		me_reply(flow, reply);
	else
		http_reply_json(flow->request, 200, reply);
}

static void view_send(struct flow *flow, const char *token)
{
	AUTO(json_decref) json_t *args = http_query_new(flow->request);
	char *text = json_dumps(args, JSON_COMPACT);

	(void)db_send(flow->core->db,
		&(struct db_call) {
			.call = flow->call,
			.session = token,
			.args = text,
			.order = token ? db_order_of(token) : 0,
		},
		on_view, flow); /* the request waits for it */
	free(text);
}

static void handle_view(void *core, struct http_request *request)
{
	struct flow *flow = flow_new(core, request);
	const char *token = http_any_token(request);

	if (!call_find_for_page(http_path(request) + strlen("/api/"), CALL_READS, &flow->call)) {
		http_refuse(request, ERR_NOT_FOUND, "there is no such view", "load the page again");
		return;
	}
	if (!token && flow->call != CALL_STATIONS) {
		refuse_unbound(request);
		return;
	}
	view_send(flow, token);
}

/* ---- health and feed ---- */

static void handle_health(void *core, struct http_request *request)
{
	char *text = core_health_json(core);

	http_reply_json(request, 200, text);
	free(text);
}

struct subscription {
	struct http_stream *stream;
	struct feed_reader *reader;
};

static ssize_t subscription_read(void *arg, char *out, size_t max)
{
	struct subscription *subscription = arg;

	return feed_read(subscription->reader, out, max);
}

static void subscription_done(void *arg)
{
	struct subscription *subscription = arg;

	feed_close(subscription->reader);
	free(subscription);
}

static void subscription_wake(void *arg)
{
	struct subscription *subscription = arg;

	http_stream_wake(subscription->stream);
}

static void on_events_who(void *arg, const struct session_who *who, const struct err *err)
{
	struct flow *flow = arg;

	if (err || !who->station_id) {
		if (err)
			http_reply_not_stored(flow->request, err);
		else
			refuse_unbound(flow->request);
		return;
	}
	struct subscription *subscription = xcalloc(1, sizeof(*subscription));
	char *hello = core_health_json(flow->core);

	subscription->reader = feed_open(flow->core->feed,
		(struct feed_place) { who->station_id, who->has_operator, who->has_other },
		http_field(flow->request, "Last-Event-ID"), hello, subscription_wake, subscription);
	http_add_field(
		flow->request, "X-Accel-Buffering", "no"); /* nginx passes events on at once */
	subscription->stream = http_reply_stream(flow->request, "text/event-stream",
		subscription_read, subscription_done, subscription);
	free(hello);
}

static void handle_events(void *core, struct http_request *request)
{
	const char *token = http_any_token(request);

	if (token)
		session_ask(core, token, on_events_who, flow_new(core, request));
	else
		refuse_unbound(request);
}

/* ---- labels ---- */

static bool query_number(const struct http_request *request, const char *name, int64_t *out)
{
	const char *text = http_query_find(request, name);
	uint64_t number;

	if (!text || !uint_parse(bytes_of_str(text), 1, INT64_MAX, &number, NULL))
		return false;
	*out = (int64_t)number;
	return true;
}

static bool who_is_refused(
	const struct flow *flow, const struct session_who *who, const struct err *err)
{
	if (err)
		http_reply_not_stored(flow->request, err);
	else if (!who->station_id)
		refuse_unbound(flow->request);
	return err || !who->station_id;
}

/* A label shows a patient. */
static bool person_is_refused(const struct flow *flow, const struct session_who *who)
{
	if (who->has_operator && !who->is_shaded)
		return false;
	http_refuse(flow->request, ERR_UNAUTHORIZED, "nobody is signed in who sees patients",
		"scan your badge");
	return true;
}

static void on_label_who(void *arg, const struct session_who *who, const struct err *err)
{
	struct flow *flow = arg;
	struct bytes png;

	if (who_is_refused(flow, who, err))
		return;
	if (person_is_refused(flow, who))
		return;
	if (!printing_proof_find(flow->core, flow->number, &png))
		http_refuse(flow->request, ERR_NOT_FOUND,
			"the picture of this label is not kept any more",
			"look at the label itself");
	else
		http_reply_data(flow->request, "image/png", png);
}

static void on_virtual_who(void *arg, const struct session_who *who, const struct err *err)
{
	struct flow *flow = arg;
	struct bytes png;

	if (who_is_refused(flow, who, err))
		return;
	if (flow->number == 0) {
		AUTO(json_decref)
		json_t *list = virtuals_list_new(flow->core->virtuals, flow->device_id);

		http_reply_body(flow->request, list);
	} else if (!devices_is_practice(flow->core) && person_is_refused(flow, who)) {
		return;
	} else if (virtuals_find(flow->core->virtuals, flow->device_id, flow->number, &png)) {
		http_reply_data(flow->request, "image/png", png);
	} else {
		http_refuse(flow->request, ERR_NOT_FOUND, "this label is not kept any more",
			"look at the newest");
	}
}

static void ask_who(struct flow *flow, session_fn fn)
{
	const char *token = http_any_token(flow->request);

	if (token)
		session_ask(flow->core, token, fn, flow);
	else
		refuse_unbound(flow->request);
}

static void handle_label(void *core, struct http_request *request)
{
	struct flow *flow = flow_new(core, request);

	if (query_number(request, "print_job_id", &flow->number))
		ask_who(flow, on_label_who);
	else
		http_refuse(request, ERR_INVALID, "print_job_id is missing", "load the page again");
}

static void handle_virtual_labels(void *core, struct http_request *request)
{
	struct flow *flow = flow_new(core, request);

	if (query_number(request, "device_id", &flow->device_id))
		ask_who(flow, on_virtual_who);
	else
		http_refuse(request, ERR_INVALID, "device_id is missing", "load the page again");
}

static void handle_virtual_label(void *core, struct http_request *request)
{
	struct flow *flow = flow_new(core, request);

	if (query_number(request, "device_id", &flow->device_id) &&
		query_number(request, "number", &flow->number))
		ask_who(flow, on_virtual_who);
	else
		http_refuse(request, ERR_INVALID, "device_id and number are missing",
			"load the page again");
}

/* ---- virtual devices ---- */

static void on_bench(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct flow *flow = arg;

	(void)body;
	(void)payloads;
	if (err)
		http_reply_err(flow->request, err);
	else
		http_reply_json(flow->request, 200, "{}");
}

static json_t *virtual_scan_new(const json_t *args)
{
	const char *text = json_string_value(json_object_get(args, "text"));
	const char *aim = json_string_value(json_object_get(args, "aim"));
	AUTO_BUF raw = { 0 };

	if (!text || strlen(text) > VIRTUAL_TEXT_MAX || (aim && strlen(aim) != 3))
		return NULL;
	base64_encode(bytes_of_str(text), &raw);
	return json_pack("{s:s,s:s,s:s?}", "do", "virtual_scan", "raw", buf_str(&raw), "aim", aim);
}

static json_t *virtual_printer_new(const json_t *args)
{
	static const char *const modes[] = { "ok", "out_of_labels", "head_open", "paused", "jam",
		"silent", "silent_inside" };
	const char *mode = json_string_value(json_object_get(args, "mode"));
	json_t *left = json_object_get(args, "labels_left");

	for (size_t i = 0; mode && i < ARRAY_LEN(modes); i++) {
		if (str_equal(mode, modes[i]))
			return json_pack("{s:s,s:s,s:O?}", "do", "virtual_printer", "mode", mode,
				"labels_left", json_is_integer(left) ? left : NULL);
	}
	return NULL;
}

static void on_virtual_do(void *arg, const struct session_who *who, const struct err *err)
{
	struct flow *flow = arg;
	const json_t *body = http_json(flow->request);
	bool scans = str_equal(http_path(flow->request), "/api/virtual_scan");

	if (who_is_refused(flow, who, err))
		return;
	if (!devices_is_practice(flow->core) && !flow->core->config->allow_virtual) {
		http_refuse(flow->request, ERR_FORBIDDEN, "virtual devices are for practice only",
			"set allow_virtual = yes to have them here");
		return;
	}
	json_t *ask = scans ? virtual_scan_new(body) : virtual_printer_new(body);
	json_t *device_id = json_object_get(body, "device_id");

	if (!ask || !json_is_integer(device_id)) {
		json_decref(ask);
		http_refuse(flow->request, ERR_INVALID, "device_id or what it shall do is missing",
			"load the page again");
		return;
	}
	(void)json_object_set(ask, "device_id", device_id); /* fails only without memory */
	if (!role_ask(flow->core->roles, ROLE_BENCH, ask, NULL, BENCH_TIMEOUT_MS, on_bench, flow))
		http_refuse(flow->request, ERR_DEVICE_OFFLINE, "the devices' process is not there",
			"it is started again by itself: try in a few seconds");
}

static void handle_virtual_do(void *core, struct http_request *request)
{
	ask_who(flow_new(core, request), on_virtual_do);
}

/* ---- files ---- */

static void handle_file(void *arg, struct http_request *request)
{
	const struct core *core = arg;
	const struct file *file = files_find(core->files, http_path(request));

	if (!file) {
		http_refuse(request, ERR_NOT_FOUND, "there is no such page", "go to /");
		return;
	}
	const char *known = http_field(request, "If-None-Match");

	http_add_field(request, "ETag", file->etag);
	http_add_field(request, "Cache-Control", "no-cache");
	if (known && strstr(known, file->etag))
		http_reply_not_modified(request);
	else
		http_reply_data(request, file->type, bytes_of(file->data, file->len));
}

#define JSON "application/json"

/* First match wins. */
/* clang-format off */
const struct http_route routes[] = {
	{ "POST", "/api/station_bind",    JSON, SIGN_IN_BODY_MAX, WHO_ALL,    false, session_handle_bind },
	{ "POST", "/api/sign_in",         JSON, SIGN_IN_BODY_MAX, WHO_COOKIE, true,  session_handle_sign_in },
	{ "POST", "/api/policy_second",   JSON, POLICY_BODY_MAX,  WHO_COOKIE, true,  session_handle_policy_second },
	{ "POST", "/api/scan",            JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, station_handle_scan },
	{ "POST", "/api/virtual_scan",    JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, handle_virtual_do },
	{ "POST", "/api/virtual_printer", JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, handle_virtual_do },
	{ "POST", "/api/enrol_picture",   JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, enrol_handle_picture },
	{ "POST", "/api/page_picture",    JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, enrol_handle_page_picture },
	{ "POST", "/api/template_golden", JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, templates_handle_golden },
	{ "POST", "/api/template_preview", JSON, HTTP_BODY_MAX,   WHO_COOKIE, false, templates_handle_preview },
	{ "POST", "/api/*",               JSON, HTTP_BODY_MAX,    WHO_COOKIE, false, handle_action },
	{ "GET",  "/api/health",          NULL, 0,                WHO_ALL,    false, handle_health },
	{ "GET",  "/api/events",          NULL, 0,                WHO_ALL,    false, handle_events },
	{ "GET",  "/api/label",           NULL, 0,                WHO_ALL,    false, handle_label },
	{ "GET",  "/api/paper",           NULL, 0,                WHO_ALL,    false, papers_handle },
	{ "GET",  "/api/virtual_labels",  NULL, 0,                WHO_ALL,    false, handle_virtual_labels },
	{ "GET",  "/api/virtual_label",   NULL, 0,                WHO_ALL,    false, handle_virtual_label },
	{ "GET",  "/api/*",               NULL, 0,                WHO_ALL,    false, handle_view },
	{ "GET",  "/*",                   NULL, 0,                WHO_ALL,    false, handle_file },
};
/* clang-format on */

const size_t route_count = ARRAY_LEN(routes);
