/* Events and seals as JSON. */
#include "daemon/cmd/custody_json.h"

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

static bool get_number(
	json_t *json, const char *name, int64_t *out, bool *out_null, struct err *err)
{
	json_t *value = json_object_get(json, name);

	if (out_null && json_is_null(value)) {
		*out_null = true;
		return true;
	}
	if (!json_is_integer(value))
		return err_set(err, ERR_INVALID, "'%s' is not a whole number", name);
	*out = json_integer_value(value);
	return true;
}

/* A text without NUL; null only where null_ok. The copy is the caller's. */
static bool get_text(json_t *json, const char *name, bool null_ok, char **out, struct err *err)
{
	json_t *value = json_object_get(json, name);

	if (null_ok && json_is_null(value))
		return true;
	if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
		return err_set(err, ERR_INVALID, "'%s' is not a text", name);
	*out = xstrdup(json_string_value(value));
	return true;
}

static bool get_hex(json_t *json, const char *name, uint8_t *out, size_t len, struct err *err)
{
	json_t *value = json_object_get(json, name);
	AUTO_BUF bytes = { 0 };

	if (!json_is_string(value))
		return err_set(err, ERR_INVALID, "'%s' is not a text", name);
	struct bytes text = bytes_of(json_string_value(value), json_string_length(value));

	if (text.len != 2 * len)
		return err_set(err, ERR_INVALID, "'%s' does not have %zu hexadecimal digits", name,
			2 * len);
	if (!hex_decode(text, &bytes, err))
		return err_wrap(err, "'%s'", name);
	memcpy(out, bytes.data, len);
	return true;
}

static bool event_fields(json_t *json, struct custody_event *event, struct err *err)
{
	json_t *moves = json_object_get(json, "moves");

	if (!json_is_boolean(moves))
		return err_set(err, ERR_INVALID, "'moves' is neither true nor false");
	event->moves = json_is_true(moves);
	return get_number(json, "event_id", &event->event_id, NULL, err) &&
	       get_text(json, "subject", false, &event->subject, err) &&
	       get_number(json, "home", &event->home, NULL, err) &&
	       get_number(json, "lab", &event->lab, NULL, err) &&
	       get_number(json, "n", &event->n, NULL, err) &&
	       get_text(json, "kind", false, &event->kind, err) &&
	       get_number(json, "occurred_at_us", &event->occurred_at_us, NULL, err) &&
	       get_number(json, "recorded_at_us", &event->recorded_at_us, NULL, err) &&
	       get_number(
		       json, "operator_id", &event->operator_id, &event->operator_id_null, err) &&
	       get_number(json, "station_id", &event->station_id, &event->station_id_null, err) &&
	       get_text(json, "after", false, &event->after, err) &&
	       get_text(json, "body", true, &event->body, err) &&
	       get_hex(json, "hash", event->hash.bytes, CUSTODY_HASH_BYTES, err);
}

bool custody_event_from_json(json_t *json, struct custody_event *out, struct err *err)
{
	struct custody_event event = { 0 };

	if (!event_fields(json, &event, err)) {
		custody_event_done(&event);
		return err_wrap(err, "event");
	}
	*out = event;
	return true;
}

bool custody_seal_from_json(json_t *json, struct custody_seal *out, struct err *err)
{
	struct custody_seal seal = { 0 };

	if (!get_number(json, "node", &seal.node, NULL, err) ||
		!get_number(json, "home", &seal.home, NULL, err) ||
		!get_number(json, "lab", &seal.lab, NULL, err) ||
		!get_number(json, "no", &seal.no, NULL, err) ||
		!get_number(json, "from_id", &seal.from_id, NULL, err) ||
		!get_number(json, "to_id", &seal.to_id, NULL, err) ||
		!get_number(json, "count", &seal.count, NULL, err) ||
		!get_hex(json, "root", seal.root.bytes, CUSTODY_HASH_BYTES, err) ||
		!get_hex(json, "prev_hash", seal.prev_hash.bytes, CUSTODY_HASH_BYTES, err) ||
		!get_hex(json, "public_key", seal.public_key, SEAL_KEY_BYTES, err) ||
		!get_hex(json, "signature", seal.signature, SEAL_SIGNATURE_BYTES, err))
		return err_wrap(err, "seal");
	*out = seal;
	return true;
}
