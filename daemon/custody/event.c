/* One event: its hash and its links. */
#include "daemon/custody/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

_Static_assert(CUSTODY_HASH_BYTES == crypto_hash_sha256_BYTES, "SHA-256");

void custody_event_done(struct custody_event *event)
{
	free(event->subject);
	free(event->kind);
	free(event->after);
	free(event->body);
	*event = (struct custody_event) { 0 };
}

void netstring_add(struct buf *out, const char *text)
{
	if (text)
		buf_addf(out, "%zu:%s,", strlen(text), text);
	else
		buf_add_str(out, "~,");
}

static void netstring_add_number(struct buf *out, int64_t number, bool null)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, number); /* 20 characters at most */
	netstring_add(out, null ? NULL : text);
}

struct custody_hash custody_event_hash(const struct custody_event *event)
{
	struct custody_hash hash;
	AUTO_BUF text = { 0 };

	buf_add_str(&text, "specimend-event-1,");
	netstring_add_number(&text, event->event_id, false);
	netstring_add(&text, event->subject);
	netstring_add_number(&text, event->home, false);
	netstring_add_number(&text, event->lab, false);
	netstring_add_number(&text, event->n, false);
	netstring_add(&text, event->kind);
	netstring_add(&text, event->moves ? "t" : "f");
	netstring_add_number(&text, event->occurred_at_us, false);
	netstring_add_number(&text, event->recorded_at_us, false);
	netstring_add_number(&text, event->operator_id, event->operator_id_null);
	netstring_add_number(&text, event->station_id, event->station_id_null);
	netstring_add(&text, event->after);
	netstring_add(&text, event->body);
	crypto_hash_sha256(hash.bytes, text.data, text.len);
	return hash;
}

bool custody_hash_equal(const struct custody_hash *a, const struct custody_hash *b)
{
	return memcmp(a->bytes, b->bytes, CUSTODY_HASH_BYTES) == 0;
}

bool custody_hash_parse(struct bytes text, struct custody_hash *out, struct err *err)
{
	AUTO_BUF bytes = { 0 };

	for (size_t i = 0; i < text.len; i++) {
		if (char_is_upper(text.data[i]))
			return err_set(err, ERR_INVALID, "a hash is written in lower case");
	}
	if (text.len != 2 * CUSTODY_HASH_BYTES)
		return err_set(err, ERR_INVALID, "a hash has 64 hexadecimal digits");
	if (!hex_decode(text, &bytes, err))
		return false;
	memcpy(out->bytes, bytes.data, CUSTODY_HASH_BYTES);
	return true;
}

static bool link_parse(struct cursor *cur, struct custody_link *out, struct err *err)
{
	struct custody_link link = { .node = (int64_t)cursor_decimal(cur) };

	cursor_expect(cur, ":");
	link.n = (int64_t)cursor_decimal(cur);
	cursor_expect(cur, ":");
	struct bytes hash = cursor_take(cur, 2 * (size_t)CUSTODY_HASH_BYTES);

	if (!cursor_ok(cur) || link.node < 1 || link.n < 1)
		return err_set(err, ERR_INVALID, "the links to earlier events are malformed");
	if (!custody_hash_parse(hash, &link.hash, err))
		return false;
	*out = link;
	return true;
}

bool custody_after_parse(const char *after, struct custody_link *links, size_t max,
	size_t *out_count, struct err *err)
{
	struct cursor cur = cursor_over(bytes_of_str(after));
	size_t count = 0;

	while (!cursor_at_end(&cur)) {
		if (count == max)
			return err_set(
				err, ERR_INVALID, "more than %zu links to earlier events", max);
		if (count > 0 && !cursor_accept(&cur, ","))
			return err_set(
				err, ERR_INVALID, "the links to earlier events are malformed");
		if (!link_parse(&cur, &links[count], err))
			return false;
		if (count > 0 && links[count].node <= links[count - 1].node)
			return err_set(err, ERR_INVALID,
				"the links to earlier events are not in order of node");
		count++;
	}
	*out_count = count;
	return true;
}
