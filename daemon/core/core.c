/* The parts, in the order in which they start, and the other way round in which they end. */
#include "daemon/core/core.h"

#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/found.h"
#include "daemon/core/kept.h"
#include "daemon/core/orders.h"
#include "daemon/core/printing.h"
#include "daemon/core/roles.h"
#include "daemon/core/routes.h"
#include "daemon/core/sealer.h"
#include "daemon/core/session.h"
#include "daemon/core/station.h"
#include "daemon/core/talks.h"
#include "daemon/core/token.h"
#include "daemon/core/truth.h"
#include "daemon/core/virtuals.h"
#include "daemon/core/when.h"

#define OPEN_RETRY_MS 1000

static const char *const health_names[] = {
	[HEALTH_CORE] = "core",
	[HEALTH_BENCH] = "bench",
	[HEALTH_PRESS] = "press",
	[HEALTH_DATABASE] = "database",
};

/* ---- health ---- */

char *core_health_json(const struct core *core)
{
	AUTO(json_decref) json_t *json = json_object();

	for (size_t i = 0; i < HEALTH_COUNT; i++) {
		const struct health *health = &core->health[i];
		const char *message = health->why.code ? health->why.message : NULL;
		char since[WHEN_LEN + 1];

		when_format(health->since_us, since);
		(void)json_object_set_new(json, health_names[i],
			json_pack("{s:b,s:s,s:s*,s:s*}", "ok", health->is_ok, "since", since,
				"message", message, "hint",
				message ? health->why.hint : NULL)); /* fails only without memory */
	}
	return json_dumps(json, JSON_COMPACT);
}

static void health_publish(const struct core *core)
{
	if (!core->feed)
		return;
	char *text = core_health_json(core);

	feed_publish(core->feed, FEED_ALL, "health", text);
	free(text);
}

void core_health_set(struct core *core, enum health_part part, bool is_ok, const char *why)
{
	struct health *health = &core->health[part];

	if (health->is_ok == is_ok && health->since_us)
		return;
	*health = (struct health) { .is_ok = is_ok, .since_us = clock_real_us() };
	if (is_ok)
		log_info("%s is there", health_names[part]);
	else
		log_warning("%s is away%s%s", health_names[part], why ? ": " : "", why ? why : "");
	health_publish(core);
}

void core_health_trouble(
	struct core *core, enum health_part part, const struct err *why, const char *detail)
{
	struct health *health = &core->health[part];

	if (health->is_ok || !health->since_us)
		health->since_us = clock_real_us();
	health->is_ok = false;
	health->why = *why;
	log_warning("%s: %s%s%s; %s", health_names[part], why->message, *detail ? ": " : "", detail,
		why->hint);
	health_publish(core);
}

/* ---- shared by the parts ---- */

void core_touch(struct core *core, int64_t station_id, unsigned touches)
{
	sealer_count(core);
	if (touches & TOUCH_VISIT)
		feed_publish(core->feed, station_id, "visit", NULL);
	if (touches & TOUCH_DUE)
		feed_publish(core->feed, FEED_ALL, "due", NULL);
	if (touches & TOUCH_CUSTODY)
		feed_publish(core->feed, FEED_ALL, "custody", NULL);
	if (touches & TOUCH_DEVICES) {
		devices_changed(core);
		feed_publish(core->feed, FEED_ALL, "devices", NULL);
	}
	if (touches & TOUCH_SIGN_IN) {
		feed_publish(core->feed, station_id, "sign_in", NULL);
		feed_end(core->feed, station_id);
	}
	if (touches)
		db_notify(core->db);
}

size_t core_also_at(const json_t *reply, int64_t *out, size_t max)
{
	const json_t *list = json_object_get(json_object_get(reply, "data"), "also_at");
	size_t count = json_array_size(list) < max ? json_array_size(list) : max;

	for (size_t i = 0; i < count; i++)
		out[i] = json_integer_value(json_array_get(list, i));
	return count;
}

void core_touch_also(struct core *core, const json_t *reply)
{
	int64_t stations[ALSO_AT_MAX];
	size_t count = core_also_at(reply, stations, ARRAY_LEN(stations));

	for (size_t i = 0; i < count; i++)
		feed_publish(core->feed, stations[i], "visit", NULL);
}

unsigned core_touches_of(const json_t *reply)
{
	const json_t *touched = json_object_get(json_object_get(reply, "data"), "touched");

	return str_equal(json_string_value(touched), "custody") ? TOUCH_CUSTODY : TOUCH_NONE;
}

/* ---- calls as the core ---- */

struct own_call {
	struct core *core;
	unsigned session_no; /* 0: no session was open */
	db_fn done;
	void *arg;
};

bool core_reply_is(const char *reply, const char *code)
{
	if (!reply || !strstr(reply, code)) /* nearly always: saves reading a list twice */
		return false;
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

	return str_equal(json_string_value(json_object_get(json, "code")), code);
}

/* Nothing of what was opened before is known to this database. */
static void session_lost(struct core *core)
{
	log_error("the database does not know the core's session any more: opening another");
	core->is_open = false;
	orders_session_lost(core->orders);
	loop_timer_set(core->open_timer, 0);
}

static void on_own_reply(void *arg, const char *reply, const struct err *err)
{
	struct own_call call = *(struct own_call *)arg;
	struct core *core = call.core;

	free(arg);
	if (core->is_open && call.session_no == core->session_no && !core->is_ending &&
		core_reply_is(reply, "not_allowed"))
		session_lost(core);
	call.done(call.arg, reply, err);
}

void core_call(struct core *core, enum call_no call, const char *request_id, json_t *args_take,
	uint64_t order, db_fn done, void *arg)
{
	if (core->is_ending) { /* the database is closed */
		json_decref(args_take);
		return;
	}
	char random_id[UUID_LEN + 1];
	char *args = json_dumps(args_take, JSON_COMPACT);
	struct own_call *own = xcalloc(1, sizeof(*own));

	*own = (struct own_call) { .core = core,
		.session_no = core->is_open ? core->session_no : 0,
		.done = done,
		.arg = arg };
	uuid_make(random_id);
	(void)db_send(core->db,
		&(struct db_call) {
			.call = call,
			.request_id = request_id ? request_id : random_id,
			.session = call == CALL_SERVICE_OPEN ? NULL : core->token,
			.args = args,
			.order = order,
		},
		on_own_reply, own); /* nobody cancels it */
	json_decref(args_take);
	free(args);
}

/* ---- the database comes ---- */

static void core_ready(struct core *core)
{
	devices_reload(core);
	found_tell(core);
	truths_tell(core);
	printing_kick(core);
	stations_kick(core);
	orders_kick(core->orders);
}

static void on_open(void *arg, const char *reply, const struct err *err)
{
	struct core *core = arg;
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	core->is_opening = false;
	core->is_open = json_object_get(json_object_get(json, "data"), "session_id") != NULL;
	if (core->is_open) {
		core_ready(core);
		return;
	}
	if (err)
		log_err(err);
	else
		log_error("the database does not open the core's session: is its schema of this "
			  "version?");
	loop_timer_set(core->open_timer, OPEN_RETRY_MS);
}

static void core_open(void *arg)
{
	struct core *core = arg;
	char hash[TOKEN_LEN + 1];

	if (core->is_open || core->is_opening || !db_is_up(core->db))
		return;
	core->is_opening = true;
	core->session_no++;
	token_make(core->token);
	token_hash(core->token, hash);
	core_call(core, CALL_SERVICE_OPEN, NULL,
		json_pack("{s:s,s:s}", "service", "core", "token_hash", hash), 0, on_open,
		core); /* ends before the core */
}

static void on_db_up(void *arg, bool is_up)
{
	struct core *core = arg;

	if (is_up && core->is_open)
		core_ready(core);
	else if (is_up)
		loop_timer_set(core->open_timer, 0);
}

/* What it says is db.c's to see. */
static void on_written(void *arg, const char *reply, const struct err *err)
{
	(void)arg;
	(void)reply;
	(void)err;
}

/* A call that asks for nothing that there is: its answer is written as any other, forgotten in time
 * as all are, and opens no session. When one is taken that ends it (db.h). */
static void write_try(void *arg)
{
	struct core *core = arg;

	if (!db_is_refusing(core->db))
		return;
	loop_timer_set(core->write_timer, OPEN_RETRY_MS);
	core_call(core, CALL_SERVICE_OPEN, NULL, json_pack("{s:s}", "service", "none"),
		db_order_of("write_try"), on_written, core); /* one after the other */
}

static void on_db_trouble(void *arg, const struct err *err, const char *detail)
{
	struct core *core = arg;

	if (err)
		core_health_trouble(core, HEALTH_DATABASE, err, detail);
	else
		core_health_set(core, HEALTH_DATABASE, true, NULL);
	if (err && db_is_still(core->db))
		stations_on_still(core);
	if (err && db_is_refusing(core->db))
		loop_timer_set(core->write_timer, OPEN_RETRY_MS);
}

/* Another core of this node, or a person with `specimend device`, committed something. */
static void on_db_changed(void *arg)
{
	struct core *core = arg;

	feed_publish(core->feed, FEED_ALL, "visit", NULL);
	feed_publish(core->feed, FEED_ALL, "due", NULL);
	printing_kick(core);
	devices_changed(core);
}

static void on_db_lead(void *arg, bool is_lead)
{
	devices_on_lead(arg, is_lead);
	printing_kick(arg);
}

/* ---- life ---- */

static void parts_new(struct core *core)
{
	core->feed = feed_new(core->loop, core->start_id);
	core->sessions = sessions_new();
	core->devices = devices_new(core);
	core->talks = talks_new(core);
	core->found = found_new(core);
	core->kept = kept_new(core);
	core->truths = truths_new(core);
	core->stations = stations_new(core);
	core->printing = printing_new(core);
	core->virtuals = virtuals_new();
	core->open_timer = loop_add_timer(core->loop, -1, 0, core_open, core);
	core->write_timer = loop_add_timer(core->loop, -1, 0, write_try, core);
	core_health_set(core, HEALTH_CORE, true, NULL);
	core_health_set(core, HEALTH_BENCH, false, "it has not come yet");
	core_health_set(core, HEALTH_PRESS, false, "it has not come yet");
	core_health_set(core, HEALTH_DATABASE, false, "not connected yet");
}

bool core_new(struct loop *loop, const struct config *config, struct core **out, struct err *err)
{
	struct core *core = xcalloc(1, sizeof(*core));
	const struct db_watch watch = {
		.up = on_db_up,
		.changed = on_db_changed,
		.lead = on_db_lead,
		.trouble = on_db_trouble,
		.arg = core,
	};
	const struct http_options options = {
		.loop = loop,
		.address = config->http_address,
		.port = config->http_port,
		.names = config->http_names,
		.routes = routes,
		.route_count = route_count,
		.core = core,
	};

	core->loop = loop;
	core->config = config;
	if (!link_start_id_make(core->start_id, err))
		goto fail;
	host_id_make(HOST_MACHINE_ID, HOST_BOOT_ID, config->runtime_dir, core->host);
	parts_new(core);
	if (!files_new(config->web_dir, &core->files, err) ||
		!sealer_new(core, &core->sealer, err) || !roles_new(core, &core->roles, err))
		goto fail;
	core->db = db_new(loop, config->database, &watch);
	if (!http_new(&options, &core->http, err) || !orders_new(core, &core->orders, err))
		goto fail;
	*out = core;
	return true;
fail:
	core_free(core);
	return false;
}

void core_free(struct core *core)
{
	if (!core)
		return;
	core->is_ending = true;
	db_close(core->db); /* both end what is out while all parts are still there */
	roles_free(core->roles);
	orders_free(core->orders);
	db_free(core->db);
	http_free(core->http);
	sealer_free(core->sealer);
	printing_free(core->printing);
	stations_free(core->stations);
	devices_free(core->devices);
	talks_free(core->talks);
	found_free(core->found);
	kept_free(core->kept);
	truths_free(core->truths);
	virtuals_free(core->virtuals);
	sessions_free(core->sessions);
	feed_free(core->feed);
	files_free(core->files);
	loop_remove(core->open_timer);
	loop_remove(core->write_timer);
	sodium_memzero(core->token, sizeof(core->token));
	free(core);
}
