/* One list, and whether the database has it. */
#include "daemon/core/found.h"

#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

struct found {
	struct core *core;
	json_t *list; /* array of objects of texts; null: nobody looks */
	bool is_stored;
	bool is_storing;
	struct loop_handle *retry;
};

static void found_store(struct found *found);

static void on_stored(void *arg, const char *reply, const struct err *err)
{
	struct found *found = arg;
	bool was_changed = !found->is_stored;

	found->is_storing = false;
	if (err)
		log_err(err);
	if (err || !core_reply_is(reply, "ok")) {
		found->is_stored = false;
		loop_timer_set(found->retry, FOUND_RETRY_MS);
	} else if (was_changed) {
		found_store(found);
	} else {
		/* one that is not what it was is not used, and its station is told */
		core_touch(found->core, FEED_ALL, TOUCH_DEVICES);
	}
}

static void found_store(struct found *found)
{
	if (found->is_stored || found->is_storing || !found->core->is_open)
		return;
	found->is_storing = true;
	found->is_stored = true; /* until it changes, or this fails */
	loop_timer_set(found->retry, -1);
	core_call(found->core, CALL_DEVICES_FOUND, NULL, json_pack("{s:O}", "devices", found->list),
		0, on_stored, found); /* ends before the core does */
}

static void on_retry(void *arg)
{
	found_store(arg);
}

struct found *found_new(struct core *core)
{
	struct found *found = xcalloc(1, sizeof(*found));

	found->core = core;
	found->list = json_null();
	found->retry = loop_add_timer(core->loop, -1, 0, on_retry, found);
	return found;
}

void found_free(struct found *found)
{
	if (!found)
		return;
	loop_remove(found->retry);
	json_decref(found->list);
	free(found);
}

void found_tell(struct core *core)
{
	core->found->is_stored = false;
	found_store(core->found);
}

/* Of its descriptors only whether they are the same is of interest. */
static void descriptors_add(const json_t *entry, json_t *clean)
{
	json_t *text = json_object_get(entry, "descriptors");
	uint8_t hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(hash) + 1];
	AUTO_BUF raw = { 0 };

	if (!json_is_string(text) || json_string_length(text) > FOUND_DESCRIPTORS_MAX ||
		!hex_decode(
			bytes_of(json_string_value(text), json_string_length(text)), &raw, NULL) ||
		raw.len == 0)
		return;
	(void)crypto_hash_sha256(hash, raw.data, raw.len); /* cannot fail */
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	(void)json_object_set_new(
		clean, "descriptors", json_string(hex)); /* fails only without memory */
}

/* What the database keeps of a device. */
static json_t *entry_clean(const json_t *entry)
{
	static const char *const keys[] = { "identity", "kind", "maker", "model", "serial", "path",
		"problem", "language", "protocols" };
	json_t *clean = json_object();

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		json_t *text = json_object_get(entry, keys[i]);

		if (json_is_string(text) && json_string_length(text) <= FOUND_TEXT_MAX)
			(void)json_object_set(clean, keys[i], text); /* fails only without memory */
	}
	if (json_is_true(json_object_get(entry, "used")))
		(void)json_object_set_new(clean, "used", json_true()); /* as above */
	descriptors_add(entry, clean);
	return clean;
}

static void list_take(struct core *core, json_t *list)
{
	json_decref(core->found->list);
	core->found->list = list;
	found_tell(core);
}

void found_on_notice(struct core *core, const json_t *body, const struct link_payloads *payloads)
{
	const json_t *devices = json_object_get(body, "devices");
	json_t *list;
	size_t i;
	json_t *entry;

	(void)payloads;
	if (!json_is_array(devices) || json_array_size(devices) > FOUND_MAX) {
		log_warning("the bench's list of what is plugged in makes no sense: dropped");
		return;
	}
	list = json_array();
	json_array_foreach (devices, i, entry)
		(void)json_array_append_new(list, entry_clean(entry)); /* as above */
	list_take(core, list);
}

void found_on_bench_gone(struct core *core)
{
	list_take(core, json_null());
}
