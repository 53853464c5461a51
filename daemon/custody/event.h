/*
 * One event of custody as an outsider sees it: its fields, its hash, and the links in `after`.
 * Knows nothing of PostgreSQL: SQL (schema/custody) and this module give the same hashes, held to
 * it by the vectors in tests/data/custody/. Source: contrib/DESIGN.md 5.
 */
#ifndef SPECIMEND_CUSTODY_EVENT_H
#define SPECIMEND_CUSTODY_EVENT_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"

#define CUSTODY_HASH_BYTES 32
#define CUSTODY_LINKS_MAX 256 /* nodes that wrote about one subject */

struct custody_hash {
	uint8_t bytes[CUSTODY_HASH_BYTES];
};

/* Texts are owned by the event; a null number is given by its _null flag. Times in microseconds. */
struct custody_event {
	int64_t event_id; /* node << 40 | sequence */
	char *subject;
	int64_t home;
	int64_t lab;
	int64_t n;
	char *kind;
	bool moves;
	int64_t occurred_at_us;
	int64_t recorded_at_us;
	int64_t operator_id;
	bool operator_id_null;
	int64_t station_id;
	bool station_id_null;
	char *after;
	char *body;               /* NULL is null */
	struct custody_hash hash; /* as stored; custody_event_hash recomputes it */
};

/* "node:n:hash" of one entry of `after`. */
struct custody_link {
	int64_t node;
	int64_t n;
	struct custody_hash hash;
};

void custody_event_done(struct custody_event *event);

static inline int64_t custody_event_node(const struct custody_event *event)
{
	return event->event_id >> 40;
}

/* Appends "<bytes>:<text>," or "~," for NULL. */
void netstring_add(struct buf *out, const char *text);

/* SHA-256 over "specimend-event-1," and the thirteen fields as netstrings. */
struct custody_hash custody_event_hash(const struct custody_event *event);

bool custody_hash_equal(const struct custody_hash *a, const struct custody_hash *b);

/* 64 lower-case hexadecimal digits, nothing else. */
MUST_CHECK bool custody_hash_parse(struct bytes text, struct custody_hash *out, struct err *err);

/*
 * Reads `after` ("1:2:<hash>,101:6:<hash>", ordered by node, empty for none) into links[].
 * Fails with ERR_INVALID when it is malformed or unordered.
 */
MUST_CHECK bool custody_after_parse(const char *after, struct custody_link *links, size_t max,
	size_t *out_count, struct err *err);

#endif
