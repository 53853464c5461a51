/* api.devices, kept as it came; one small record per station. */
#include "daemon/core/devices.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/roles.h"
#include "daemon/core/session.h"
#include "daemon/core/station.h"
#include "daemon/core/talks.h"
#include "daemon/core/token.h"

#define SEND_TIMEOUT_MS 5000

struct station_session {
	struct core *core;
	int64_t station_id;
	char token[TOKEN_LEN + 1];
	unsigned session_no; /* of the core's session that opened it: lost with that one */
	bool is_opened;
	bool is_opening;
	bool is_checking;
};

struct devices {
	struct core *core;
	json_t *list;   /* array, as api.devices gave it */
	json_t *enrol;  /* the scanner that is enrolled now, as api.devices gave it; null: none */
	json_t *pass;   /* how stations hand codes on, as api.devices gave it */
	json_t *states; /* object: device_id as text -> words of its state */
	bool is_practice;
	bool is_anothers; /* the lead: it was asked for, and another core has it, or may by now */
	bool is_loading;
	bool is_stale; /* asked for again while it was being read */
	struct station_session *stations[STATIONS_MAX];
	size_t station_count;
	struct loop_handle *timer;
	struct loop_handle *changed_timer;
};

json_t *devices_row(const struct core *core, int64_t device_id)
{
	size_t i;
	json_t *device;

	json_array_foreach (core->devices->list, i, device) {
		if (json_integer_value(json_object_get(device, "device_id")) == device_id)
			return device;
	}
	return NULL;
}

int64_t devices_station(const struct core *core, int64_t device_id)
{
	return json_integer_value(json_object_get(devices_row(core, device_id), "station_id"));
}

const char *devices_transport(const struct core *core, int64_t device_id)
{
	const char *transport =
		json_string_value(json_object_get(devices_row(core, device_id), "transport"));

	return transport ? transport : "";
}

bool devices_is_practice(const struct core *core)
{
	return core->devices->is_practice;
}

#define DEVICE_KEY_LEN 20 /* digits of an int64_t and its sign */

static const char *device_key(int64_t device_id, char out[DEVICE_KEY_LEN + 1])
{
	(void)snprintf(out, DEVICE_KEY_LEN + 1, "%" PRId64, device_id); /* it fits */
	return out;
}

void devices_state_set(struct core *core, int64_t device_id, json_t *state)
{
	char key[DEVICE_KEY_LEN + 1];

	if (devices_row(core, device_id))
		(void)json_object_set(core->devices->states, device_key(device_id, key),
			state); /* fails only without memory */
}

void devices_state_publish(const struct core *core, int64_t device_id)
{
	char key[DEVICE_KEY_LEN + 1];
	json_t *state = json_object_get(core->devices->states, device_key(device_id, key));

	if (!state)
		return;
	AUTO(json_decref)
	json_t *data = json_pack("{s:I,s:O,s:b}", "device_id", (json_int_t)device_id, "state",
		state, "one_way", talks_is_one_way(core, device_id));
	char *text = json_dumps(data, JSON_COMPACT);

	feed_publish(core->feed, FEED_ALL, "printer", text);
	free(text);
}

void devices_fill(const struct core *core, json_t *rows)
{
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		int64_t device_id = json_integer_value(json_object_get(row, "device_id"));
		char key[DEVICE_KEY_LEN + 1];
		json_t *state = json_object_get(core->devices->states, device_key(device_id, key));

		/* these fail only without memory */
		(void)json_object_set_new(row, "state", state ? json_incref(state) : json_array());
		(void)json_object_set_new(
			row, "one_way", json_boolean(talks_is_one_way(core, device_id)));
		(void)json_object_set_new(row, "labels_left", json_null());
	}
}

static struct station_session *station_find(const struct devices *devices, int64_t station_id)
{
	for (size_t i = 0; i < devices->station_count; i++) {
		if (devices->stations[i]->station_id == station_id)
			return devices->stations[i];
	}
	return NULL;
}

static bool station_is_open(const struct station_session *station)
{
	return station->is_opened && station->session_no == station->core->session_no;
}

const char *devices_station_token(const struct core *core, int64_t station_id)
{
	const struct station_session *station = station_find(core->devices, station_id);

	return station && station_is_open(station) ? station->token : NULL;
}

static bool reply_is_stored(const char *reply)
{
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	return str_equal(json_string_value(json_object_get(json, "verdict")), "stored");
}

static void station_open(struct station_session *station);

static void on_station_open(void *arg, const char *reply, const struct err *err)
{
	struct station_session *station = arg;

	station->is_opening = false;
	station->is_opened = reply_is_stored(reply);
	if (err)
		log_err(err);
	else if (station_is_open(station))
		stations_kick(station->core);
	else if (station->session_no == station->core->session_no)
		log_warning("the database does not open the session of a station");
	else if (station->core->is_open) /* the core opened another session meanwhile */
		station_open(station);
}

static void station_open(struct station_session *station)
{
	char hash[TOKEN_LEN + 1];

	if (station_is_open(station) || station->is_opening)
		return;
	token_make(station->token);
	token_hash(station->token, hash);
	station->is_opening = true;
	station->session_no = station->core->session_no;
	core_call(station->core, CALL_STATION_OPEN, NULL,
		json_pack("{s:I,s:s}", "station_id", (json_int_t)station->station_id, "token_hash",
			hash),
		0, on_station_open, station); /* ends before the core does */
}

static void on_checked(void *arg, const struct session_who *who, const struct err *err)
{
	struct station_session *station = arg;

	station->is_checking = false;
	if (err || who->station_id != 0 || !station_is_open(station))
		return;
	log_error("the database does not know the session of a station any more: opening another");
	station->is_opened = false;
	station_open(station);
}

void devices_station_check(struct core *core, int64_t station_id)
{
	struct station_session *station = station_find(core->devices, station_id);

	if (!station || !station_is_open(station) || station->is_checking)
		return;
	station->is_checking = true;
	session_ask(core, station->token, on_checked, station); /* ends before the core does */
}

static void station_add(struct devices *devices, int64_t station_id)
{
	struct station_session *station = station_find(devices, station_id);

	if (station_id <= 0 || (!station && devices->station_count == STATIONS_MAX))
		return;
	if (!station) {
		station = xcalloc(1, sizeof(*station));
		station->core = devices->core;
		station->station_id = station_id;
		devices->stations[devices->station_count++] = station;
	}
	station_open(station);
}

static void on_sent(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)body;
	(void)payloads;
	if (err)
		log_err(err);
}

/* Of printers: true, open them; false, another core's bench does or may; null, nobody knows yet. */
static json_t *prints_new(const struct core *core)
{
	if (db_is_lead(core->db))
		return json_true();
	return core->devices->is_anothers ? json_false() : json_null();
}

void devices_on_lead(struct core *core, bool is_lead)
{
	struct devices *devices = core->devices;

	devices->is_anothers = !is_lead;
	if (!is_lead)
		(void)json_object_clear(devices->states); /* they are not heard here any more */
	devices_send(core);
}

void devices_send(struct core *core)
{
	if (core->devices->list)
		(void)role_ask(core->roles, ROLE_BENCH,
			json_pack("{s:s,s:O,s:b,s:o,s:O?,s:O?}", "do", "devices", "devices",
				core->devices->list, "practice", core->devices->is_practice,
				"prints", prints_new(core), "enrol", core->devices->enrol, "pass",
				core->devices->pass),
			NULL, SEND_TIMEOUT_MS, on_sent,
			NULL); /* not here: it gets the list when it says hello */
}

static bool is_same(const json_t *a, const json_t *b)
{
	return a == b || json_equal(a, b);
}

static void take_list(struct core *core, const json_t *data)
{
	struct devices *devices = core->devices;
	json_t *list = json_object_get(data, "devices");
	const json_t *stations = json_object_get(data, "stations");
	size_t i;
	json_t *row;

	if (!json_is_array(list)) {
		log_warning("the database gives no list of devices");
		return;
	}
	bool was_practice = devices->is_practice;

	devices->is_practice = json_is_true(json_object_get(data, "practice"));
	json_array_foreach (list, i, row)
		station_add(devices, json_integer_value(json_object_get(row, "station_id")));
	json_array_foreach (stations, i, row)
		station_add(devices, json_integer_value(json_object_get(row, "station_id")));
	json_t *enrol = json_object_get(data, "enrol");
	json_t *pass = json_object_get(data, "pass");

	if (json_equal(devices->list, list) && devices->is_practice == was_practice &&
		is_same(devices->enrol, enrol) && is_same(devices->pass, pass))
		return;
	json_decref(devices->list);
	devices->list = json_incref(list);
	json_decref(devices->enrol);
	devices->enrol = json_incref(enrol);
	json_decref(devices->pass);
	devices->pass = json_incref(pass);
	devices_send(core);
}

static void on_list(void *arg, const char *reply, const struct err *err)
{
	struct core *core = arg;

	core->devices->is_loading = false;
	if (err) {
		log_err(err);
	} else {
		AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

		take_list(core, json_object_get(json, "data"));
	}
	if (core->devices->is_stale)
		devices_reload(core);
}

/* A reading that is under way may have begun before what this one is for: it is read once more. */
void devices_reload(struct core *core)
{
	core->devices->is_stale = core->devices->is_loading;
	if (!core->is_open || core->devices->is_loading)
		return;
	core->devices->is_loading = true;
	core_call(core, CALL_DEVICES, NULL, json_object(), 0, on_list,
		core); /* ends before the core does */
}

void devices_changed(struct core *core)
{
	if (!loop_timer_is_armed(core->devices->changed_timer))
		loop_timer_set(core->devices->changed_timer, DEVICES_CHANGED_MS);
}

static void on_changed(void *arg)
{
	devices_reload(arg);
}

static void on_timer(void *arg)
{
	struct core *core = arg;

	if (db_is_up(core->db))
		devices_reload(core);
}

struct devices *devices_new(struct core *core)
{
	struct devices *devices = xcalloc(1, sizeof(*devices));

	devices->core = core;
	devices->states = json_object();
	devices->timer =
		loop_add_timer(core->loop, DEVICES_RELOAD_MS, DEVICES_RELOAD_MS, on_timer, core);
	devices->changed_timer = loop_add_timer(core->loop, -1, 0, on_changed, core);
	return devices;
}

void devices_free(struct devices *devices)
{
	if (!devices)
		return;
	loop_remove(devices->timer);
	loop_remove(devices->changed_timer);
	for (size_t i = 0; i < devices->station_count; i++) {
		sodium_memzero(devices->stations[i]->token, TOKEN_LEN);
		free(devices->stations[i]);
	}
	json_decref(devices->list);
	json_decref(devices->enrol);
	json_decref(devices->pass);
	json_decref(devices->states);
	free(devices);
}

void devices_on_here(struct core *core, const json_t *body, const struct link_payloads *payloads)
{
	(void)payloads;
	int64_t device_id = json_integer_value(json_object_get(body, "device_id"));
	AUTO(json_decref)
	json_t *data = json_pack("{s:I,s:b}", "device_id", (json_int_t)device_id, "here",
		json_is_true(json_object_get(body, "here")));
	char *text = json_dumps(data, JSON_COMPACT);

	talks_on_here(core, device_id, json_is_true(json_object_get(body, "here")));
	feed_publish(core->feed, devices_station(core, device_id), "device_here", text);
	free(text);
	devices_state_publish(core, device_id);
}
