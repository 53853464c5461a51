/* Which codes are handed on, and that each is once. */
#include "daemon/bench/pass.h"

#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/keyboard.h"

/* One station that hands on. */
struct station {
	struct list node;
	struct pass *pass;
	struct pass_entry entry;
	struct pass_sink *sink;
	uint64_t last; /* the newest scan that was taken */
	bool is_giving;
	pass_fn fn;
	void *arg;
	uint64_t tag;
};

struct pass {
	struct loop *loop;
	const struct pass_way *const *ways;
	struct list stations;
	struct {
		uint64_t counter; /* 0: none yet */
		int64_t at_ms;
	} scans[PASS_SCANS_MAX]; /* the last, at their counter's place */
};

static const struct pass_way *const real_ways[] = {
	&pass_way_keyboard,
	&pass_way_serial,
	&pass_way_tcp,
	NULL,
};

const char *pass_terminator_bytes(enum scan_terminator terminator)
{
	switch (terminator) {
	case SCAN_TERMINATOR_CR:
		return "\r";
	case SCAN_TERMINATOR_LF:
		return "\n";
	case SCAN_TERMINATOR_CR_LF:
		return "\r\n";
	case SCAN_TERMINATOR_TAB:
		return "\t";
	case SCAN_TERMINATOR_ETX:
		return "\x03";
	case SCAN_TERMINATOR_NONE:
		break;
	}
	return "";
}

/* ---- the list ---- */

static const struct pass_way *way_find(const struct pass *pass, const char *name)
{
	for (size_t i = 0; name && pass->ways[i]; i++) {
		if (str_equal(pass->ways[i]->name, name))
			return pass->ways[i];
	}
	return NULL;
}

static bool target_read(const json_t *json, struct pass_entry *out, struct err *err)
{
	const char *target = json_string_value(json_object_get(json, "target"));

	if (!out->way->has_target)
		return true;
	return (target && str_copy(out->target, sizeof(out->target), target) &&
		       out->way->target_is_valid(target)) ||
	       err_set(err, ERR_INVALID, "its target makes no sense");
}

static bool keyboard_read(const json_t *json, struct pass_entry *out, struct err *err)
{
	const char *name = json_string_value(json_object_get(json, "keyboard"));

	if (!out->way->has_keyboard)
		return true;
	out->keyboard = name ? keyboard_layout_find(name) : NULL;
	return out->keyboard || err_set(err, ERR_INVALID, "its keyboard is not known here");
}

static bool terminator_read(const json_t *json, struct pass_entry *out, struct err *err)
{
	const char *name = json_string_value(json_object_get(json, "terminator"));

	return (name && scan_terminator_parse(name, &out->terminator) &&
		       out->way->terminators & 1u << out->terminator) ||
	       err_set(err, ERR_INVALID, "its terminator makes no sense");
}

static bool entry_read(
	const struct pass *pass, const json_t *json, struct pass_entry *out, struct err *err)
{
	out->station_id = json_integer_value(json_object_get(json, "station_id"));
	if (out->station_id <= 0)
		return err_set(err, ERR_INVALID, "it has no number");
	out->way = way_find(pass, json_string_value(json_object_get(json, "way")));
	if (!out->way)
		return err_set(err, ERR_INVALID, "its way is not known here");
	return target_read(json, out, err) && keyboard_read(json, out, err) &&
	       terminator_read(json, out, err);
}

static bool entry_is_same(const struct pass_entry *a, const struct pass_entry *b)
{
	return a->station_id == b->station_id && a->way == b->way && a->keyboard == b->keyboard &&
	       a->terminator == b->terminator && str_equal(a->target, b->target);
}

/* Each station once, and each target: two that write to one line would be read as one code. */
static bool entry_is_alone(const struct pass_entry *entries, size_t count)
{
	const struct pass_entry *last = &entries[count];

	for (size_t i = 0; i < count; i++) {
		if (entries[i].station_id == last->station_id ||
			(entries[i].way == last->way &&
				str_equal(entries[i].target, last->target) &&
				last->way != &pass_way_tcp))
			return false;
	}
	return true;
}

static bool list_read(
	const struct pass *pass, const json_t *list, struct pass_entry *entries, struct err *err)
{
	size_t i;
	json_t *json;

	if (list && !json_is_null(list) &&
		(!json_is_array(list) || json_array_size(list) > PASS_STATIONS_MAX))
		return err_set(err, ERR_INVALID, "the list of pass-throughs makes no sense");
	json_array_foreach (list, i, json) {
		if (!entry_read(pass, json, &entries[i], err))
			return err_wrap(err, "pass-through %zu", i + 1);
		if (!entry_is_alone(entries, i))
			return err_set(err, ERR_INVALID, "pass-through %zu is there twice", i + 1);
	}
	return true;
}

/* ---- stations ---- */

static void station_end(struct station *station, const struct err *err)
{
	station->is_giving = false;
	station->fn(station->arg, station->tag, err);
}

static void station_given(void *arg, const struct err *err)
{
	station_end(arg, err);
}

static void station_free(struct station *station)
{
	station->entry.way->close(station->sink);
	list_remove(&station->node);
	free(station);
}

/* last: of what this station handed on before it was set up otherwise. */
static void station_add(struct pass *pass, const struct pass_entry *entry, uint64_t last)
{
	struct station *station = xcalloc(1, sizeof(*station));

	station->pass = pass;
	station->entry = *entry;
	station->last = last;
	list_add_tail(&pass->stations, &station->node);
	station->sink = entry->way->open(&(struct pass_setup) {
		.loop = pass->loop,
		.entry = &station->entry,
		.given = station_given,
		.arg = station,
	});
}

static struct station *station_find(const struct pass *pass, int64_t station_id)
{
	LIST_FOREACH (node, &pass->stations) {
		struct station *station = LIST_ITEM(node, struct station, node);

		if (station->entry.station_id == station_id)
			return station;
	}
	return NULL;
}

/* Its code may be out already, or a part of it. */
static void station_leave(struct station *station)
{
	struct err err = { 0 };

	if (station->is_giving) {
		(void)err_set(&err, ERR_DEVICE_OFFLINE, "pass-through was set up otherwise");
		station_end(station, &err);
	}
	station_free(station);
}

static bool is_listed(const struct pass_entry *entries, size_t count, const struct station *station)
{
	for (size_t i = 0; i < count; i++) {
		if (entry_is_same(&entries[i], &station->entry))
			return true;
	}
	return false;
}

static void entries_take(struct pass *pass, const struct pass_entry *entries, size_t count)
{
	uint64_t last[PASS_STATIONS_MAX] = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct station *station = station_find(pass, entries[i].station_id);

		last[i] = station ? station->last : 0;
	}
	LIST_FOREACH (node, &pass->stations) {
		struct station *station = LIST_ITEM(node, struct station, node);

		if (!is_listed(entries, count, station))
			station_leave(station);
	}
	for (size_t i = 0; i < count; i++) {
		if (!station_find(pass, entries[i].station_id))
			station_add(pass, &entries[i], last[i]);
	}
}

bool pass_replace(struct pass *pass, const json_t *list, struct err *err)
{
	struct pass_entry *entries = xcalloc(PASS_STATIONS_MAX, sizeof(*entries));
	bool ok = list_read(pass, list, entries, err);

	if (ok)
		entries_take(pass, entries, json_array_size(list));
	free(entries);
	return ok;
}

/* ---- codes ---- */

void pass_scanned(struct pass *pass, uint64_t counter)
{
	pass->scans[counter % PASS_SCANS_MAX].counter = counter;
	pass->scans[counter % PASS_SCANS_MAX].at_ms = loop_now_ms(pass->loop);
}

static bool scan_is_live(const struct pass *pass, uint64_t counter)
{
	return counter > 0 && pass->scans[counter % PASS_SCANS_MAX].counter == counter &&
	       loop_now_ms(pass->loop) - pass->scans[counter % PASS_SCANS_MAX].at_ms <=
		       PASS_LIVE_MS;
}

static bool text_is_plain(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!char_is_printable(text.data[i]))
			return false;
	}
	return text.len > 0 && text.len <= PASS_TEXT_MAX;
}

bool pass_give(struct pass *pass, const struct pass_code *code, pass_fn fn, void *arg, uint64_t tag,
	struct err *err)
{
	struct station *station = station_find(pass, code->station_id);

	if (!station)
		return err_set(err, ERR_NOT_FOUND, "station %lld hands nothing on",
			(long long)code->station_id);
	if (!text_is_plain(code->text))
		return err_set(err, ERR_INVALID, "this is no code that is handed on");
	if (!scan_is_live(pass, code->counter))
		return err_set(err, ERR_CONFLICT, "it took too long to store the scan");
	if (code->counter <= station->last)
		return err_set(err, ERR_CONFLICT, "this code, or a later one, was handed on");
	station->last = code->counter; /* whatever comes of it, it is not tried again */
	if (station->is_giving)
		return err_set(err, ERR_BUSY, "the code before is still being handed on");
	if (!station->entry.way->give(station->sink, code->text, err))
		return false;
	station->is_giving = true;
	station->fn = fn;
	station->arg = arg;
	station->tag = tag;
	return true;
}

/* ---- life ---- */

struct pass *pass_new(struct loop *loop, const struct pass_way *const *ways)
{
	struct pass *pass = xcalloc(1, sizeof(*pass));

	pass->loop = loop;
	pass->ways = ways ? ways : real_ways;
	list_init(&pass->stations);
	return pass;
}

void pass_free(struct pass *pass)
{
	if (!pass)
		return;
	LIST_FOREACH (node, &pass->stations)
		station_free(LIST_ITEM(node, struct station, node));
	free(pass);
}
