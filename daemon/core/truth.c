/* One small record per printer; one call at a time for each. */
#include "daemon/core/truth.h"

#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/printing.h"

struct truth {
	struct list node;
	struct core *core;
	int64_t device_id;
	json_t *state;  /* array of words, as told last */
	json_t *plug;   /* as told last; null: not known, or it was silent since */
	json_t *seen;   /* object: each word since the call that runs, or since what is stored */
	json_t *sent;   /* object: the words of the call that runs */
	bool is_stored; /* the database has all of it, or is about to */
	bool is_storing;
};

struct truths {
	struct core *core;
	struct list list;
	struct loop_handle *retry;
};

static struct truth *truth_find(const struct core *core, int64_t device_id)
{
	LIST_FOREACH (node, &core->truths->list) {
		struct truth *truth = LIST_ITEM(node, struct truth, node);

		if (truth->device_id == device_id)
			return truth;
	}
	return NULL;
}

static struct truth *truth_new(struct core *core, int64_t device_id)
{
	struct truth *truth = xcalloc(1, sizeof(*truth));

	truth->core = core;
	truth->device_id = device_id;
	truth->state = json_array();
	truth->plug = json_null();
	truth->seen = json_object();
	truth->sent = json_object();
	truth->is_stored = true; /* there is nothing to tell */
	list_add_tail(&core->truths->list, &truth->node);
	return truth;
}

static void truth_free(struct truth *truth)
{
	list_remove(&truth->node);
	json_decref(truth->state);
	json_decref(truth->plug);
	json_decref(truth->seen);
	json_decref(truth->sent);
	free(truth);
}

static void truth_store(struct truth *truth);

/* Not stored: the words of the call count again. */
static void truth_again(struct truth *truth)
{
	(void)json_object_update(truth->seen, truth->sent); /* fails only without memory */
	truth->is_stored = false;
	loop_timer_set(truth->core->truths->retry, TRUTH_RETRY_MS);
}

static void on_stored(void *arg, const char *reply, const struct err *err)
{
	struct truth *truth = arg;
	struct core *core = truth->core;
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	truth->is_storing = false;
	if (err)
		log_err(err);
	if (err || core_reply_is(reply, "not_allowed")) { /* or with the core's next session */
		truth_again(truth);
		return;
	}
	(void)json_object_clear(truth->sent);
	if (!truth->is_stored) {
		truth_store(truth);
		return;
	}
	if (json_is_true(json_object_get(json_object_get(json, "data"), "held")))
		feed_publish(core->feed, FEED_ALL, "visit", NULL);
	printing_kick(core);
}

static json_t *words_of(json_t *seen)
{
	json_t *words = json_array();
	const char *word;
	json_t *value;

	json_object_foreach (seen, word, value)
		(void)json_array_append_new(words, json_string(word)); /* as above */
	return words;
}

static void truth_store(struct truth *truth)
{
	if (truth->is_stored || truth->is_storing || !truth->core->is_open)
		return;
	json_decref(truth->sent);
	truth->sent = truth->seen;
	truth->seen = json_object();
	truth->is_storing = true;
	truth->is_stored = true; /* until it changes, or this fails */
	core_call(truth->core, CALL_PRINTER_TOLD, NULL,
		json_pack("{s:I,s:O,s:o,s:O}", "device_id", (json_int_t)truth->device_id, "state",
			truth->state, "seen", words_of(truth->sent), "plug", truth->plug),
		(uint64_t)truth->device_id, on_stored, truth); /* ends before the core does */
}

static void words_see(json_t *seen, const json_t *state)
{
	size_t i;
	json_t *word;

	json_array_foreach (state, i, word) {
		if (json_is_string(word) && json_object_size(seen) < TRUTH_WORDS_MAX)
			(void)json_object_set_new(
				seen, json_string_value(word), json_true()); /* as above */
	}
}

static bool is_silent(const json_t *state)
{
	size_t i;
	json_t *word;

	json_array_foreach (state, i, word) {
		if (str_equal(json_string_value(word), "silent"))
			return true;
	}
	return false;
}

void truth_tell(struct core *core, int64_t device_id, const json_t *state, const json_t *plug)
{
	struct truth *truth = truth_find(core, device_id);
	bool has_plug = json_string_length(plug) > 0;

	if (!json_is_array(state) || json_array_size(state) == 0 ||
		devices_station(core, device_id) == 0)
		return;
	if (!truth)
		truth = truth_new(core, device_id);
	if (json_equal(truth->state, state) && (!has_plug || json_equal(truth->plug, plug)))
		return;
	json_decref(truth->state);
	truth->state = json_deep_copy(state);
	if (has_plug || is_silent(state)) {
		json_decref(truth->plug);
		truth->plug = has_plug ? json_deep_copy(plug) : json_null();
	}
	words_see(truth->seen, state);
	truth->is_stored = false;
	truth_store(truth);
}

bool truth_is_open(const struct core *core, int64_t device_id)
{
	const struct truth *truth = truth_find(core, device_id);

	return truth && (!truth->is_stored || truth->is_storing);
}

void truths_tell(struct core *core)
{
	LIST_FOREACH (node, &core->truths->list) {
		struct truth *truth = LIST_ITEM(node, struct truth, node);

		truth->is_stored = false;
		truth_store(truth);
	}
}

static void on_retry(void *arg)
{
	struct truths *truths = arg;

	LIST_FOREACH (node, &truths->list)
		truth_store(LIST_ITEM(node, struct truth, node));
}

struct truths *truths_new(struct core *core)
{
	struct truths *truths = xcalloc(1, sizeof(*truths));

	truths->core = core;
	list_init(&truths->list);
	truths->retry = loop_add_timer(core->loop, -1, 0, on_retry, truths);
	return truths;
}

void truths_free(struct truths *truths)
{
	if (!truths)
		return;
	loop_remove(truths->retry);
	while (!list_is_empty(&truths->list))
		truth_free(LIST_ITEM(truths->list.next, struct truth, node));
	free(truths);
}
