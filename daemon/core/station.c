/* Scans in, verdicts out. */
#include "daemon/core/station.h"

#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/printing.h"
#include "daemon/core/roles.h"
#include "daemon/core/session.h"
#include "daemon/core/token.h"

#define FEEDBACK_TIMEOUT_MS 2000
#define STORED_KEPT 256
#define STATION_POLL_MS 50

/* One scan of the bench that is not stored yet. */
struct bench_scan {
	struct list node;
	struct core *core;
	char start_id[LINK_START_ID_LEN + 1];
	uint64_t report_id; /* the newest id under which it was sent */
	char request_id[UUID_LEN + 1];
	int64_t device_id;
	json_t *name; /* start_id and counter, as the bench calls it */
	json_t *args;
	bool is_running;
	bool is_late;       /* its person was told, or it is too old to be acted upon */
	int64_t tell_by_ms; /* until then it waits for its station's session without a word */
};

struct stations {
	struct core *core;
	struct list scans;
	size_t count;
	char stored[STORED_KEPT]
		   [UUID_LEN + 1]; /* the last request ids, a ring: a lost ack re-sends them */
	size_t stored_next;
	char hello_start_id[LINK_START_ID_LEN + 1]; /* of the bench that is here */
	uint64_t hello_last; /* its newest report by its hello: older ones lost their core */
	struct loop_handle *timer;
};

/* ---- the one function ---- */

struct scan_run {
	struct core *core;
	char request_id[UUID_LEN + 1];
	int64_t station_id;
	db_fn done;
	void *arg;
};

/* The reply is JSON text already: it goes between the braces as it is. */
static void publish(const struct scan_run *run, enum feed_for who, const char *reply)
{
	AUTO_BUF event = { 0 };

	buf_addf(&event, "{\"request_id\":\"%s\",\"reply\":", run->request_id);
	for (const char *c = reply; *c; c++)
		buf_add_byte(&event, *c == '\n' || *c == '\r' ? ' ' : (uint8_t)*c);
	buf_add_byte(&event, '}');
	feed_publish_for(run->core->feed, run->station_id, who, "scan", buf_str(&event));
}

/*
 * What a page learns on which nobody is signed in who may see patients: that a badge was scanned,
 * for it may be the one to sign in with, or that somebody must sign in. No visit, no patient.
 */
static void publish_less(const struct scan_run *run, enum feed_for who, const json_t *reply)
{
	const json_t *data = json_object_get(reply, "data");
	json_t *about = json_object_get(data, "about");
	bool is_badge = str_equal(json_string_value(json_object_get(about, "kind")), "badge");

	if (!is_badge &&
		!str_equal(json_string_value(json_object_get(reply, "code")), "sign_in_needed"))
		return;
	AUTO(json_decref)
	json_t *less = json_pack("{s:O?,s:O?,s:O?,s:O?,s:{s:O?,s:O?}}", "verdict",
		json_object_get(reply, "verdict"), "code", json_object_get(reply, "code"), "title",
		json_object_get(reply, "title"), "do", json_object_get(reply, "do"), "data", "scan",
		is_badge ? json_object_get(data, "scan") : NULL, "about", about);
	char *text = json_dumps(less, JSON_COMPACT);

	publish(run, who, text);
	free(text);
}

/*
 * A courier gets the whole answer, which was made for who may see no patient. When it carries a
 * visit all the same, somebody else works at this station, and it is not the courier's.
 */
static void publish_to_others(const struct scan_run *run, const char *text, const json_t *reply)
{
	const json_t *visit = json_object_get(json_object_get(reply, "data"), "visit");
	const json_t *patient = json_object_get(visit, "patient");

	if (patient && !json_is_null(patient))
		publish_less(run, FEED_FOR_OTHER, reply);
	else
		publish(run, FEED_FOR_OTHER, text);
	publish_less(run, FEED_FOR_NOBODY, reply);
}

static void publish_not_stored(const struct scan_run *run, const struct err *err)
{
	AUTO(json_decref)
	json_t *reply = json_pack("{s:s,s:s,s:s,s:s,s:{s:s}}", "verdict", "not_stored", "code",
		"not_stored", "title", "Not stored", "do", "Scan it again.", "data", "why",
		err->message);
	char *text = json_dumps(reply, JSON_COMPACT);

	publish(run, FEED_FOR_BOTH, text);
	free(text);
}

static void touch_more(const struct scan_run *run, const json_t *json)
{
	const json_t *data = json_object_get(json, "data");
	const char *kind =
		json_string_value(json_object_get(json_object_get(data, "about"), "kind"));
	bool is_tube = str_equal(kind, "specimen") || str_equal(kind, "label");
	bool is_complete =
		str_equal(json_string_value(json_object_get(json, "verdict")), "complete");

	core_touch(run->core, run->station_id,
		(is_tube && !is_complete ? TOUCH_VISIT : TOUCH_VISIT | TOUCH_DUE) |
			core_touches_of(json));
	if (json_object_get(data, "jobs"))
		printing_kick(run->core);
}

static void on_scanned(void *arg, const char *reply, const struct err *err)
{
	struct scan_run *run = arg;

	if (run->core->is_ending) {
		/* nobody is told: the bench keeps it for the next core, a page gets its 503 */
	} else if (reply) {
		AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

		publish(run, FEED_FOR_PERSON, reply);
		publish_to_others(run, reply, json);
		touch_more(run, json);
	} else {
		log_err(err);
		publish_not_stored(run, err);
	}
	run->done(run->arg, reply, err);
	free(run);
}

void station_scan(struct core *core, const struct station_scan *scan, db_fn done, void *arg)
{
	struct scan_run *run = xcalloc(1, sizeof(*run));
	char *args = json_dumps(scan->args_take, JSON_COMPACT);
	const struct db_call call = {
		.call = CALL_SCAN,
		.request_id = scan->request_id,
		.session = scan->token,
		.args = args,
		.order = (uint64_t)scan->station_id,
	};

	*run = (struct scan_run) {
		.core = core, .station_id = scan->station_id, .done = done, .arg = arg
	};
	(void)str_copy(
		run->request_id, sizeof(run->request_id), scan->request_id); /* was checked */
	(void)db_send(core->db, &call, on_scanned, run);                     /* nobody cancels it */
	json_decref(scan->args_take);
	free(args);
}

/* ---- from the bench ---- */

static void bench_scan_free(struct bench_scan *scan)
{
	scan->core->stations->count--;
	list_remove(&scan->node);
	json_decref(scan->name);
	json_decref(scan->args);
	free(scan);
}

static void on_feedback(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)body;
	(void)payloads;
	if (err)
		log_err(err);
}

static void feedback(const struct bench_scan *scan, const char *verdict)
{
	if (verdict)
		(void)role_ask(scan->core->roles, ROLE_BENCH,
			json_pack("{s:s,s:I,s:s,s:O}", "do", "feedback", "device_id",
				(json_int_t)scan->device_id, "verdict", verdict, "scan",
				scan->name),
			NULL, FEEDBACK_TIMEOUT_MS, on_feedback,
			NULL); /* not here: nobody to beep */
}

static void on_bench_scanned(void *arg, const char *reply, const struct err *err)
{
	struct bench_scan *scan = arg;

	scan->is_running = false;
	if (scan->core->is_ending)
		return;
	if (err) {
		if (!scan->is_late)
			feedback(scan, "not_stored");
		scan->is_late = true;
		loop_timer_set(scan->core->stations->timer, STATION_RETRY_MS);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

	if (!scan->is_late) /* a late beep would be taken for another scan's */
		feedback(scan, json_string_value(json_object_get(json, "verdict")));
	role_ack(scan->core->roles, scan->start_id, scan->report_id);
	struct core *core = scan->core;

	if (str_equal(json_string_value(json_object_get(json, "code")), "sign_in_needed"))
		devices_station_check(core, devices_station(core, scan->device_id));
	struct stations *stations = core->stations;

	memcpy(stations->stored[stations->stored_next++ % STORED_KEPT], scan->request_id,
		UUID_LEN + 1);
	bool more = core->stations->count > 1;

	bench_scan_free(scan);
	if (more)
		loop_timer_set(core->stations->timer, 0);
}

/* False when its station's session is not open: that is "not stored" too. */
static bool bench_scan_run(struct bench_scan *scan)
{
	int64_t station_id = devices_station(scan->core, scan->device_id);
	const char *token = devices_station_token(scan->core, station_id);

	if (!token)
		return false;
	json_t *args = json_copy(scan->args);

	(void)json_object_set_new(
		args, "late", json_boolean(scan->is_late)); /* fails only without memory */
	scan->is_running = true;
	station_scan(scan->core,
		&(struct station_scan) {
			.request_id = scan->request_id,
			.token = token,
			.station_id = station_id,
			.args_take = args,
		},
		on_bench_scanned, scan);
	return true;
}

/* No session of its station by now: the person is told, and it goes on as a late one. */
static void bench_scan_tell(struct bench_scan *scan)
{
	const struct scan_run run = { .core = scan->core,
		.station_id = devices_station(scan->core, scan->device_id) };
	struct scan_run told = run;
	struct err err = { 0 };

	err_set(&err, ERR_DB_UNAVAILABLE, "the station's session is not open");
	memcpy(told.request_id, scan->request_id, sizeof(told.request_id));
	publish_not_stored(&told, &err);
	feedback(scan, "not_stored");
	scan->is_late = true;
}

/* Late ones go one at a time, so that a database that just came back is not flooded. */
static void on_timer(void *arg)
{
	struct core *core = arg;
	int64_t now_ms = loop_now_ms(core->loop);
	int64_t again_ms = STATION_RETRY_MS;
	bool late_runs = false;

	LIST_FOREACH (node, &core->stations->scans) {
		struct bench_scan *scan = LIST_ITEM(node, struct bench_scan, node);

		late_runs |= scan->is_running && scan->is_late;
	}
	LIST_FOREACH (node, &core->stations->scans) {
		struct bench_scan *scan = LIST_ITEM(node, struct bench_scan, node);

		if (scan->is_running || (scan->is_late && late_runs))
			continue;
		if (bench_scan_run(scan))
			late_runs |= scan->is_late;
		else if (!scan->is_late && now_ms >= scan->tell_by_ms)
			bench_scan_tell(scan);
		else if (!scan->is_late)
			again_ms = STATION_POLL_MS;
	}
	if (core->stations->count > 0)
		loop_timer_set(core->stations->timer, again_ms);
}

void stations_kick(struct core *core)
{
	loop_timer_set(core->stations->timer, 0);
}

static struct bench_scan *scan_find(const struct stations *stations, const char *request_id)
{
	LIST_FOREACH (node, &stations->scans) {
		struct bench_scan *scan = LIST_ITEM(node, struct bench_scan, node);

		if (str_equal(scan->request_id, request_id))
			return scan;
	}
	return NULL;
}

static bool was_stored(const struct stations *stations, const char *request_id)
{
	for (size_t i = 0; i < STORED_KEPT; i++) {
		if (str_equal(stations->stored[i], request_id))
			return true;
	}
	return false;
}

static bool start_id_is_valid(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (hex_digit((uint8_t)*c) < 0 || char_is_upper((unsigned char)*c))
			return false;
	}
	return strlen(text) == LINK_START_ID_LEN;
}

/* The arguments of api.scan, or NULL when the report is malformed. */
static json_t *scan_args_new(const struct core *core, const json_t *body, int64_t device_id)
{
	const char *raw = json_string_value(json_object_get(body, "raw"));
	json_t *aim = json_object_get(body, "aim");
	json_t *at_us = json_object_get(body, "at_us");
	json_t *evidence = json_object_get(body, "evidence");
	const char *transport = json_string_value(json_object_get(evidence, "transport"));

	if (!raw || strlen(raw) > SCAN_BASE64_MAX || device_id <= 0)
		return NULL;
	return json_pack("{s:s,s:O?,s:s,s:I,s:O?,s:O?}", "raw", raw, "aim", aim, "source",
		transport ? transport : devices_transport(core, device_id), "device_id",
		(json_int_t)device_id, "device_at_us", at_us, "evidence", evidence);
}

static struct bench_scan *scan_add(
	struct core *core, const char *start_id, const char *request_id, json_t *args_take)
{
	struct bench_scan *scan = xcalloc(1, sizeof(*scan));
	int64_t at_us = json_integer_value(json_object_get(args_take, "device_at_us"));

	scan->core = core;
	scan->args = args_take;
	(void)str_copy(scan->start_id, sizeof(scan->start_id), start_id); /* the link checked it */
	(void)str_copy(scan->request_id, sizeof(scan->request_id), request_id); /* our own */
	scan->device_id = json_integer_value(json_object_get(args_take, "device_id"));
	scan->is_late = at_us > 0 && clock_real_us() - at_us > STATION_SCAN_LATE_US;
	list_add_tail(&core->stations->scans, &scan->node);
	core->stations->count++;
	return scan;
}

void stations_on_bench_hello(struct core *core, const json_t *hello)
{
	struct stations *stations = core->stations;
	const char *start_id = json_string_value(json_object_get(hello, "start_id"));
	const json_t *reports = json_object_get(hello, "reports");
	size_t i;
	json_t *id;

	(void)str_copy(stations->hello_start_id, sizeof(stations->hello_start_id),
		start_id ? start_id : ""); /* the link checked it */
	stations->hello_last = 0;
	json_array_foreach (reports, i, id) {
		uint64_t number = (uint64_t)json_integer_value(id);

		if (number > stations->hello_last)
			stations->hello_last = number;
	}
}

/* It was made for a core that is gone, or for none: the bench said NOT STORED of it. */
static bool lost_its_core(const struct stations *stations, const char *start_id, uint64_t id)
{
	return id <= stations->hello_last && str_equal(stations->hello_start_id, start_id);
}

void station_on_report(struct core *core, const char *start_id, uint64_t id, const json_t *body)
{
	const json_t *name = json_object_get(body, "scan");
	const char *scan_start_id = json_string_value(json_object_get(name, "start_id"));
	int64_t counter = json_integer_value(json_object_get(name, "counter"));
	json_t *args =
		scan_args_new(core, body, json_integer_value(json_object_get(body, "device_id")));
	char request_id[UUID_LEN + 1];

	if (!args || !scan_start_id || !start_id_is_valid(scan_start_id) || counter < 0) {
		log_warning("the bench reports a malformed scan: dropped");
		json_decref(args);
		role_ack(core->roles, start_id, id); /* it would come again for ever */
		return;
	}
	uuid_of("specimend-scan-1", scan_start_id, (uint64_t)counter, request_id);
	struct bench_scan *scan = scan_find(core->stations, request_id);

	if (!scan && was_stored(core->stations, request_id)) {
		json_decref(args);
		role_ack(core->roles, start_id, id);
		return;
	}
	if (scan || core->stations->count >=
			    STATION_SCANS_MAX) { /* over the limit: it stays with the bench */
		json_decref(args);
		if (scan && scan->report_id != id) {
			role_ack(core->roles, start_id,
				scan->report_id); /* the newest stands for all */
			scan->report_id = id;
		}
		return;
	}
	scan = scan_add(core, start_id, request_id, args);
	scan->is_late |= json_is_true(json_object_get(body, "told")) ||
			 lost_its_core(core->stations, start_id, id);
	scan->report_id = id;
	scan->name =
		json_pack("{s:s,s:I}", "start_id", scan_start_id, "counter", (json_int_t)counter);
	scan->tell_by_ms = loop_now_ms(core->loop) + DB_DOWN_WAIT_MS;
	if (!bench_scan_run(scan))
		loop_timer_set(core->stations->timer, STATION_POLL_MS);
}

/* ---- from a page ---- */

struct page_scan {
	struct core *core;
	struct http_request *request;
	const char *request_id;
	const char *token;
	json_t *args;
};

static void on_page_scanned(void *arg, const char *reply, const struct err *err)
{
	struct page_scan *scan = arg;

	if (err)
		http_reply_not_stored(scan->request, err);
	else
		http_reply_json(scan->request, 200, reply);
}

static void on_page_station(void *arg, const struct session_who *who, const struct err *err)
{
	struct page_scan *scan = arg;
	struct err refused = { 0 };

	if (!err && who->station_id) {
		station_scan(scan->core,
			&(struct station_scan) {
				.request_id = scan->request_id,
				.token = scan->token,
				.station_id = who->station_id,
				.args_take = scan->args,
			},
			on_page_scanned, scan);
		return;
	}
	json_decref(scan->args);
	if (err) {
		http_reply_not_stored(scan->request, err);
		return;
	}
	err_set(&refused, ERR_UNAUTHORIZED, "this page is not bound to a station");
	err_hint(&refused, "choose the station");
	http_reply_err(scan->request, &refused);
}

/* A page may say what was scanned and how; not which device saw it, nor when. */
static json_t *page_args_new(const json_t *args)
{
	static const char *const sources[] = { "typed", "camera" };
	const char *raw = json_string_value(json_object_get(args, "raw"));
	const char *aim = json_string_value(json_object_get(args, "aim"));
	const char *source = json_string_value(json_object_get(args, "source"));
	AUTO_BUF bytes = { 0 };

	if (!raw || strlen(raw) > SCAN_BASE64_MAX ||
		!base64_decode(bytes_of_str(raw), &bytes, NULL))
		return NULL;
	if (aim && strlen(aim) != 3)
		return NULL;
	for (size_t i = 0; source && i < ARRAY_LEN(sources); i++) {
		if (str_equal(source, sources[i]))
			return json_pack("{s:s,s:s?,s:s,s:b}", "raw", raw, "aim", aim, "source",
				sources[i], "late", 0);
	}
	return source ? NULL
		      : json_pack("{s:s,s:s?,s:s,s:b}", "raw", raw, "aim", aim, "source",
				sources[0], "late", 0);
}

void station_handle_scan(void *arg, struct http_request *request)
{
	const json_t *body = http_json(request);
	const char *request_id = json_string_value(json_object_get(body, "request_id"));
	json_t *args = page_args_new(json_object_get(body, "args"));
	struct err err = { 0 };

	if (!request_id || !uuid_is_valid(request_id) || !args) {
		json_decref(args);
		err_set(&err, ERR_INVALID,
			"a scan needs request_id, raw as base64, and aim and source as agreed");
		http_reply_err(request, &err);
		return;
	}
	struct page_scan *scan = arena_alloc(http_arena(request), sizeof(*scan));

	*scan = (struct page_scan) { arg, request, request_id, http_any_token(request), args };
	session_station(arg, scan->token, on_page_station, scan);
}

/* ---- life ---- */

struct stations *stations_new(struct core *core)
{
	struct stations *stations = xcalloc(1, sizeof(*stations));

	stations->core = core;
	list_init(&stations->scans);
	stations->timer = loop_add_timer(core->loop, -1, 0, on_timer, core);
	return stations;
}

void stations_free(struct stations *stations)
{
	if (!stations)
		return;
	while (!list_is_empty(&stations->scans))
		bench_scan_free(LIST_ITEM(stations->scans.next, struct bench_scan, node));
	loop_remove(stations->timer);
	free(stations);
}
