/* One small record for each printer that the bench spoke of; the database decides. */
#include "daemon/core/talks.h"

#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/roles.h"

#define QUERY_TIMEOUT_MS 5000

struct talk {
	struct list node;
	struct core *core;
	int64_t device_id;
	json_t *row; /* of the list of devices, as it was when this began */
	bool is_here;
	bool has_answered;
	bool is_silent; /* since silent_since_ms */
	bool is_busy;   /* the bench or the database is asked */
	int64_t silent_since_ms;
	int64_t not_before_ms;
};

struct talks {
	struct core *core;
	struct list list; /* of struct talk */
	struct loop_handle *timer;
};

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

static bool is_same_printer(const json_t *a, const json_t *b)
{
	return str_equal(text_of(a, "identity"), text_of(b, "identity")) &&
	       str_equal(text_of(a, "language"), text_of(b, "language"));
}

static void talk_begin(struct talk *talk, json_t *row)
{
	json_decref(talk->row);
	talk->row = json_incref(row);
	talk->is_here = false;
	talk->has_answered = false;
	talk->is_silent = false;
	talk->not_before_ms = 0;
}

static struct talk *talk_find(const struct talks *talks, int64_t device_id)
{
	LIST_FOREACH (node, &talks->list) {
		struct talk *talk = LIST_ITEM(node, struct talk, node);

		if (talk->device_id == device_id)
			return talk;
	}
	return NULL;
}

/* Begins anew when it is another device or language than before. NULL: there is no such printer. */
static struct talk *talk_get(struct core *core, int64_t device_id)
{
	json_t *row = devices_row(core, device_id);
	struct talk *talk = talk_find(core->talks, device_id);

	if (!row || !str_equal(text_of(row, "kind"), "printer"))
		return NULL;
	if (!talk) {
		talk = xcalloc(1, sizeof(*talk));
		talk->core = core;
		talk->device_id = device_id;
		list_add_tail(&core->talks->list, &talk->node);
	}
	if (!talk->row || !is_same_printer(talk->row, row))
		talk_begin(talk, row);
	return talk;
}

static void talk_free(struct talk *talk)
{
	list_remove(&talk->node);
	json_decref(talk->row);
	free(talk);
}

static void talk_pause(struct talk *talk, int64_t ms)
{
	talk->not_before_ms = loop_now_ms(talk->core->loop) + ms;
}

/* Whatever the database says of it, the list is what counts. */
static void on_stored(void *arg, const char *reply, const struct err *err)
{
	struct talk *talk = arg;

	bool is_taken = !err && core_reply_is(reply, "ok");

	talk->is_busy = false;
	talk_pause(talk, is_taken ? TALKS_TICK_MS : TALKS_RETRY_MS); /* until it is in the list */
	if (err)
		log_err(err);
	else if (!is_taken)
		log_warning("how printer '%s' talks was not stored: it is read again",
			text_of(talk->row, "name"));
	if (!err)
		devices_reload(talk->core);
}

static void talk_store(struct talk *talk, const char *talks)
{
	if (!talk->core->is_open)
		return;
	log_info("printer '%s': %s", text_of(talk->row, "name"), talks);
	talk->is_busy = true;
	core_call(talk->core, CALL_DEVICE_TALKS, NULL,
		json_pack("{s:I,s:s,s:s,s:s}", "device_id", (json_int_t)talk->device_id, "identity",
			text_of(talk->row, "identity"), "language", text_of(talk->row, "language"),
			"talks", talks),
		0, on_stored, talk); /* kept while busy */
}

static bool was_silent_long(const struct talk *talk)
{
	return talk->is_here && talk->is_silent &&
	       loop_now_ms(talk->core->loop) - talk->silent_since_ms >= TALKS_SILENT_MS;
}

/* A change of state only is told by itself, and "silent" may hide one answer of three. */
static void on_last_question(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct talk *talk = arg;

	(void)payloads;
	talk->is_busy = false;
	if (err) {
		talk_pause(talk, TALKS_RETRY_MS); /* the bench is gone, or slow */
		return;
	}
	talks_on_truth(
		talk->core, talk->device_id, json_is_true(json_object_get(body, "answered")));
	if (!talk->is_busy && was_silent_long(talk))
		talk_store(talk, "one_way");
}

static void talk_look(struct talk *talk)
{
	struct core *core = talk->core;
	const char *known = text_of(devices_row(core, talk->device_id), "talks");

	if (talk->is_busy || loop_now_ms(core->loop) < talk->not_before_ms)
		return;
	if (talk->has_answered && !str_equal(known, "answers"))
		talk_store(talk, "answers");
	else if (str_equal(known, "unknown") && was_silent_long(talk))
		talk->is_busy = role_ask(core->roles, ROLE_BENCH,
			json_pack("{s:s,s:I}", "do", "printer_query", "device_id",
				(json_int_t)talk->device_id),
			NULL, QUERY_TIMEOUT_MS, on_last_question, talk); /* kept while busy */
}

static void on_tick(void *arg)
{
	struct talks *talks = arg;

	LIST_FOREACH (node, &talks->list) {
		struct talk *talk = LIST_ITEM(node, struct talk, node);

		if (talk->is_busy)
			continue;
		if (talk_get(talks->core, talk->device_id))
			talk_look(talk);
		else
			talk_free(talk);
	}
}

void talks_on_here(struct core *core, int64_t device_id, bool here)
{
	struct talk *talk = talk_get(core, device_id);

	if (!talk)
		return;
	talk->is_here = here;
	if (!here)
		talk->is_silent = false;
}

void talks_on_bench_gone(struct core *core)
{
	LIST_FOREACH (node, &core->talks->list) {
		struct talk *talk = LIST_ITEM(node, struct talk, node);

		talk->is_here = false;
		talk->is_silent = false;
	}
}

void talks_on_truth(struct core *core, int64_t device_id, bool answered)
{
	struct talk *talk = talk_get(core, device_id);

	if (!talk || !talk->is_here)
		return;
	if (!answered && !talk->is_silent)
		talk->silent_since_ms = loop_now_ms(core->loop);
	talk->is_silent = !answered;
	talk->has_answered |= answered;
	if (answered)
		talk_look(talk);
}

bool talks_is_one_way(const struct core *core, int64_t device_id)
{
	const struct talk *talk = talk_find(core->talks, device_id);
	const json_t *row = devices_row(core, device_id);

	return talk && talk->is_here && is_same_printer(talk->row, row) &&
	       str_equal(text_of(row, "talks"), "one_way");
}

struct talks *talks_new(struct core *core)
{
	struct talks *talks = xcalloc(1, sizeof(*talks));

	talks->core = core;
	list_init(&talks->list);
	talks->timer = loop_add_timer(core->loop, TALKS_TICK_MS, TALKS_TICK_MS, on_tick, talks);
	return talks;
}

void talks_free(struct talks *talks)
{
	if (!talks)
		return;
	loop_remove(talks->timer);
	while (!list_is_empty(&talks->list))
		talk_free(LIST_ITEM(talks->list.next, struct talk, node));
	free(talks);
}
