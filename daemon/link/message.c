/* JSON messages with named payloads. */
#include "daemon/link/message.h"

#include <assert.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define WHOLE_KEY "json"

bool link_payload_is_here(const struct link_payloads *payloads, const char *name)
{
	for (size_t i = 0; payloads && i < payloads->count; i++) {
		if (str_equal(payloads->items[i].name, name))
			return true;
	}
	return false;
}

struct bytes link_payload_find(const struct link_payloads *payloads, const char *name)
{
	for (size_t i = 0; payloads && i < payloads->count; i++) {
		if (str_equal(payloads->items[i].name, name))
			return payloads->items[i].bytes;
	}
	return bytes_of(NULL, 0);
}

struct message *message_new(enum frame_type type, uint64_t id)
{
	struct message *message = xcalloc(1, sizeof(*message));

	message->type = type;
	message->id = id;
	list_init(&message->node);
	return message;
}

static void payload_wipe(struct buf *payload)
{
	if (payload->data)
		explicit_bzero(payload->data, payload->cap); /* it may have held a PIN */
	buf_done(payload);
}

void message_free(struct message *message)
{
	if (!message)
		return;
	list_remove(&message->node);
	payload_wipe(&message->payload);
	for (size_t i = 0; i < message->transfer_count; i++)
		transfer_out_done(&message->transfers[i]);
	free(message);
}

size_t message_bytes(const struct message *message)
{
	size_t bytes = message->payload.len;

	for (size_t i = 0; i < message->transfer_count; i++)
		bytes += message->transfers[i].data.len;
	return bytes;
}

static json_t *transfer_add(struct message *message, struct bytes bytes, uint64_t *next_transfer)
{
	uint64_t transfer = (*next_transfer)++;

	transfer_out_init(&message->transfers[message->transfer_count++], transfer, bytes);
	return json_pack(
		"{s:I, s:I}", "transfer", (json_int_t)transfer, "len", (json_int_t)bytes.len);
}

/* Measured first, so that no half-grown copy of a secret is left behind. */
static bool json_text(json_t *json, struct buf *out, struct err *err)
{
	size_t len = json_dumpb(json, NULL, 0, JSON_COMPACT);

	if (len == 0)
		return err_set(err, ERR_INTERNAL, "message cannot be written as JSON");
	if (len > TRANSFER_BYTES_MAX)
		return err_set(err, ERR_TOO_LARGE, "message of %zu bytes", len);
	(void)json_dumpb(json, (char *)buf_grow(out, len), len, JSON_COMPACT);
	return true;
}

static bool payloads_fit(
	const struct message *message, const struct link_payloads *payloads, struct err *err)
{
	size_t bytes = message->payload.len;

	for (size_t i = 0; payloads && i < payloads->count; i++) {
		size_t len = payloads->items[i].bytes.len;

		if (len > TRANSFER_BYTES_MAX - bytes)
			return err_set(err, ERR_TOO_LARGE, "message of more than %d bytes",
				TRANSFER_BYTES_MAX);
		bytes += len;
	}
	return true;
}

/* The text does not fit into a frame: it becomes a transfer, and a short text names it. */
static bool text_to_transfer(struct message *message, uint64_t *next_transfer, struct err *err)
{
	AUTO(json_decref) json_t *whole = json_object();

	json_object_set_new(whole, WHOLE_KEY,
		transfer_add(message, buf_bytes(&message->payload), next_transfer));
	payload_wipe(&message->payload);
	return json_text(whole, &message->payload, err);
}

bool message_fill(struct message *message, json_t *body, const struct link_payloads *payloads,
	uint64_t *next_transfer, struct err *err)
{
	assert(json_is_object(body) && !link_payload_is_here(payloads, WHOLE_KEY));
	AUTO(json_decref) json_t *copy = json_copy(body);

	if (!payloads_fit(message, payloads, err))
		return false;
	for (size_t i = 0; payloads && i < payloads->count; i++) {
		const struct link_payload *item = &payloads->items[i];

		json_object_set_new(
			copy, item->name, transfer_add(message, item->bytes, next_transfer));
	}
	if (!json_text(copy, &message->payload, err))
		return false;
	if (message->payload.len <= FRAME_PAYLOAD_MAX)
		return true;
	return payloads_fit(message, payloads, err) &&
	       text_to_transfer(message, next_transfer, err);
}

/* {"transfer": n, "len": n} and nothing else */
static bool json_is_transfer(json_t *value)
{
	return json_is_object(value) && json_object_size(value) == 2 &&
	       json_is_integer(json_object_get(value, "transfer")) &&
	       json_is_integer(json_object_get(value, "len"));
}

static bool transfer_claim(
	json_t *value, const struct transfers_in *transfers, struct bytes *out, struct err *err)
{
	json_int_t transfer = json_integer_value(json_object_get(value, "transfer"));
	json_int_t len = json_integer_value(json_object_get(value, "len"));
	struct bytes bytes;

	if (transfer < 0 || !transfers_in_find(transfers, (uint64_t)transfer, &bytes))
		return err_set(err, ERR_INVALID, "transfer %lld is not here", (long long)transfer);
	if (len < 0 || (uint64_t)len != bytes.len) {
		return err_set(err, ERR_INVALID, "transfer %lld has %zu bytes, not %lld",
			(long long)transfer, bytes.len, (long long)len);
	}
	*out = bytes;
	return true;
}

static bool object_read(struct bytes text, json_t **out, struct err *err)
{
	json_error_t where;
	json_t *json =
		json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &where);

	if (!json)
		return err_set(err, ERR_INVALID, "message is not JSON at byte %d", where.position);
	if (!json_is_object(json)) {
		json_decref(json);
		return err_set(err, ERR_INVALID, "message is not a JSON object");
	}
	*out = json;
	return true;
}

static bool payloads_claim(json_t *body, const struct transfers_in *transfers,
	struct link_payloads *out, struct err *err)
{
	const char *name;
	json_t *value;

	*out = (struct link_payloads) { 0 };
	json_object_foreach (body, name, value) {
		if (!json_is_transfer(value))
			continue;
		if (out->count == LINK_PAYLOADS_MAX)
			return err_set(err, ERR_INVALID, "message names more than %d transfers",
				LINK_PAYLOADS_MAX);
		struct link_payload *item = &out->items[out->count++];

		item->name = name;
		if (!transfer_claim(value, transfers, &item->bytes, err))
			return false;
	}
	return true;
}

bool message_read(struct bytes payload, const struct transfers_in *transfers, json_t **out,
	struct link_payloads *out_payloads, struct err *err)
{
	AUTO(json_decref) json_t *body = NULL;
	struct link_payloads payloads;
	struct bytes text;

	if (!transfers_in_are_whole(transfers))
		return err_set(
			err, ERR_INVALID, "message came before the last piece of its transfer");
	if (!object_read(payload, &body, err))
		return false;
	json_t *whole = json_object_size(body) == 1 ? json_object_get(body, WHOLE_KEY) : NULL;

	if (json_is_transfer(whole)) {
		if (!transfer_claim(whole, transfers, &text, err))
			return false;
		json_decref(TAKE(body));
		if (!object_read(text, &body, err))
			return false;
	}
	if (!payloads_claim(body, transfers, &payloads, err))
		return false;
	*out_payloads = payloads;
	*out = TAKE(body);
	return true;
}
