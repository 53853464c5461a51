/* Scans of the bench: each is kept until the database has it, and its scanner is told what became
 * of it. */
#include "daemon/core/station.h"

#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/pass.h"
#include "daemon/core/roles.h"
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

/* What the database refuses it may refuse for ever: no other late scan waits behind it. */
static void bench_scan_put_back(struct bench_scan *scan)
{
	list_remove(&scan->node);
	list_add_tail(&scan->core->stations->scans, &scan->node);
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
		if (err->code != ERR_DB_UNAVAILABLE)
			bench_scan_put_back(scan);
		loop_timer_set(scan->core->stations->timer, STATION_RETRY_MS);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

	if (!scan->is_late) { /* a late beep would be taken for another scan's */
		feedback(scan, json_string_value(json_object_get(json, "verdict")));
		pass_scan_on(scan->core,
			&(struct pass_scan) {
				.request_id = scan->request_id,
				.station_id = devices_station(scan->core, scan->device_id),
				.device_id = scan->device_id,
				.name = scan->name,
			},
			json);
	}
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

/* The person is told, and it goes on as a late one. */
static void bench_scan_tell(struct bench_scan *scan, const char *why)
{
	int64_t station_id = devices_station(scan->core, scan->device_id);
	struct err err = { 0 };

	err_set(&err, ERR_DB_UNAVAILABLE, "%s", why);
	if (station_id > 0) /* nobody's scanner is no affair of any page */
		station_scan_refused(scan->core, station_id, scan->request_id, &err);
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
			bench_scan_tell(scan, "the station's session is not open");
		else if (!scan->is_late)
			again_ms = STATION_POLL_MS;
	}
	if (core->stations->count > 0)
		loop_timer_set(core->stations->timer, again_ms);
}

void stations_on_still(struct core *core)
{
	LIST_FOREACH (node, &core->stations->scans) {
		struct bench_scan *scan = LIST_ITEM(node, struct bench_scan, node);

		if (!scan->is_late)
			bench_scan_tell(scan, "the database does not answer");
	}
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

bool station_scan_was_told(const struct core *core, const char *request_id)
{
	const struct bench_scan *scan = scan_find(core->stations, request_id);

	return scan && scan->is_late;
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

	(void)str_copy(stations->hello_start_id, sizeof(stations->hello_start_id),
		start_id ? start_id : ""); /* the link checked it */
	stations->hello_last = (uint64_t)json_integer_value(json_object_get(hello, "last_report"));
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
	if (!scan->is_late && db_is_still(core->db))
		bench_scan_tell(scan, "the database does not answer");
	if (!bench_scan_run(scan))
		loop_timer_set(core->stations->timer, STATION_POLL_MS);
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
