/*
 * The page's feed: one ring of recent events, each subscriber a number in it (the next event it
 * wants). No queue per subscriber, so a browser that stalls costs nothing; one that falls off the
 * ring is told `resync` and reads its views again. An event's id is `<start id>:<n>`, the ring's
 * own position: ids of another start, or fallen off, are answered by `resync`. Source: WHATWG HTML,
 * "Server-sent events" (event stream format, Last-Event-ID).
 */
#ifndef SPECIMEND_CORE_FEED_H
#define SPECIMEND_CORE_FEED_H

#include <sys/types.h>

#include "daemon/base/bytes.h"
#include "daemon/loop/loop.h"

#define FEED_RING 1024              /* events kept */
#define FEED_BYTES_MAX (8u << 20)   /* of all events kept */
#define FEED_EVENT_MAX (256u << 10) /* of one; a larger one becomes `resync` */
#define FEED_COMMENT_MS 15000
#define FEED_ALL 0 /* an event for every station */

struct feed;
struct feed_reader;

/* start_id: 32 hex digits, borrowed for the feed's life. */
struct feed *feed_new(struct loop *loop, const char *start_id);
void feed_free(struct feed *feed); /* no reader may be left; accepts NULL */

/*
 * name        of the event; data: JSON on one line, or NULL for {}
 * station_id  only its readers get it; FEED_ALL: all
 */
void feed_publish(struct feed *feed, int64_t station_id, const char *name, const char *data);

/*
 * last_id  the browser's Last-Event-ID, or NULL for a new page
 * hello    an event named `health` with this JSON comes first
 * wake     called when there may be something to read after feed_read returned 0
 */
struct feed_reader *feed_open(struct feed *feed, int64_t station_id, const char *last_id,
	const char *hello, void (*wake)(void *arg), void *arg);
void feed_close(struct feed_reader *reader);

/* Bytes of the stream into out, 0 when the reader has caught up. */
ssize_t feed_read(struct feed_reader *reader, char *out, size_t max);

size_t feed_reader_count(const struct feed *feed);

#endif
