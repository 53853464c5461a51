/* Scans in, verdicts out. */
#include "daemon/core/station.h"

#include <stdlib.h>
#include <time.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/printing.h"
#include "daemon/core/said.h"
#include "daemon/core/session.h"
#include "daemon/core/token.h"

struct scan_run {
	struct core *core;
	char request_id[UUID_LEN + 1];
	int64_t station_id;
	bool is_told; /* NOT STORED, and it was */
	db_fn done;
	void *arg;
	char *reply; /* what is still to be told to the pages */
};

/* The reply is JSON text already: it goes between the braces as it is. */
static void publish_at(const struct scan_run *run, int64_t station_id, enum feed_for who,
	const char *name, const char *reply)
{
	AUTO_BUF event = { 0 };

	buf_addf(&event, "{\"request_id\":\"%s\",%s\"reply\":", run->request_id,
		run->is_told ? "\"told\":true," : "");
	for (const char *c = reply; *c; c++)
		buf_add_byte(&event, *c == '\n' || *c == '\r' ? ' ' : (uint8_t)*c);
	buf_add_byte(&event, '}');
	feed_publish_for(run->core->feed, station_id, who, name, buf_str(&event));
}

static void publish(const struct scan_run *run, enum feed_for who, const char *reply)
{
	publish_at(run, run->station_id, who, "scan", reply);
}

/* The same person's page at the desk shows what the phone at the chair was told; it stays silent.
 */
static void publish_also(const struct scan_run *run, const char *text, const json_t *reply)
{
	int64_t stations[ALSO_AT_MAX];
	size_t count = core_also_at(reply, stations, ARRAY_LEN(stations));

	for (size_t i = 0; i < count; i++)
		publish_at(run, stations[i], FEED_FOR_PERSON, "seen", text);
	core_touch_also(run->core, reply);
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
	if (json_array_size(json_object_get(data, "jobs")) > 0 || !printing_is_idle(run->core))
		printing_kick(run->core);
}

static void tell_pages(void *arg)
{
	struct scan_run *run = arg;

	if (!run->core->is_ending) {
		AUTO(json_decref) json_t *json = json_loads(run->reply, 0, NULL);

		/* a late one moved nothing: that is what they were told */
		run->is_told &=
			!str_equal(json_string_value(json_object_get(json, "code")), "scan_late");
		publish(run, FEED_FOR_PERSON, run->reply);
		publish_to_others(run, run->reply, json);
		publish_also(run, run->reply, json);
		touch_more(run, json);
	}
	free(run->reply);
	free(run);
}

/* Who scanned hears it first: the pages are told in the same pass, once the beep has gone out. */
static void on_scanned(void *arg, const char *reply, const struct err *err)
{
	struct scan_run *run = arg;
	bool is_for_pages = reply && !run->core->is_ending;

	/* done lets go what says so */
	run->is_told = is_for_pages && station_scan_was_told(run->core, run->request_id);
	run->done(run->arg, reply, err);
	if (is_for_pages) {
		run->reply = xstrdup(reply);
		loop_defer(run->core->loop, tell_pages, run); /* its end is this pass's */
		return;
	}
	if (!run->core->is_ending) { /* else nobody is told: the bench keeps it for the next core,
					a page gets its 503 */
		log_err(err);
		publish_not_stored(run, err);
	}
	free(run);
}

/* What a maker's code says goes with it; only from here, whoever sent the scan. */
static void said_set(json_t *args)
{
	const char *raw = json_string_value(json_object_get(args, "raw"));
	const char *aim = json_string_value(json_object_get(args, "aim"));
	const time_t now = (time_t)(clock_real_us() / 1000000);
	struct tm tm = { 0 };
	AUTO_BUF bytes = { 0 };

	(void)gmtime_r(&now, &tm); /* our clock is within its range */
	if (!raw || !base64_decode(bytes_of_str(raw), &bytes, NULL))
		return;
	json_t *said = said_new(buf_bytes(&bytes), aim, (unsigned)tm.tm_year + 1900);

	if (said)
		json_object_set_new(args, "said", said);
}

void station_scan(struct core *core, const struct station_scan *scan, db_fn done, void *arg)
{
	struct scan_run *run = xcalloc(1, sizeof(*run));

	said_set(scan->args_take);

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

void station_scan_refused(
	struct core *core, int64_t station_id, const char *request_id, const struct err *err)
{
	struct scan_run run = { .core = core, .station_id = station_id };

	(void)str_copy(run.request_id, sizeof(run.request_id), request_id); /* was checked */
	publish_not_stored(&run, err);
}

void station_publish(
	struct core *core, int64_t station_id, const char *request_id, const char *reply)
{
	struct scan_run run = { .core = core, .station_id = station_id };

	(void)str_copy(run.request_id, sizeof(run.request_id), request_id); /* was checked */
	publish(&run, FEED_FOR_BOTH, reply);
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
	err_hint(&refused, "ask for a code: Set up, Pages");
	http_reply_err(scan->request, &refused);
}

/* A page may say what was scanned and how; not which device saw it, nor when. */
static json_t *page_args_new(const json_t *args)
{
	static const char *const sources[] = { "typed", "hand", "camera" };
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
