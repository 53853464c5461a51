/*
 * The page's feed: one ring of recent events, each subscriber a number in it (the next event it
 * wants). No queue per subscriber, so a browser that stalls costs nothing; one that falls off the
 * ring is told `resync` and reads its views again. An event's id is `<start id>:<n>`, the ring's
 * own position: ids of another start, or fallen off, are answered by `resync`. Source: WHATWG HTML,
 * "Server-sent events" (event stream format, Last-Event-ID).
 *
 * Patients are only for pages on which a person is signed in. Who reads is asked once, when the
 * stream opens; so `sign_in` is the last event of every stream of its station.
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

enum feed_for {
	FEED_FOR_BOTH,   /* all pages */
	FEED_FOR_PERSON, /* pages on which somebody is signed in who may see patients */
	FEED_FOR_OTHER,  /* pages on which somebody is signed in who may not */
	FEED_FOR_NOBODY, /* pages on which nobody is signed in */
};

struct feed;
struct feed_reader;

/* Whose events a reader gets. */
struct feed_place {
	int64_t station_id;
	bool has_operator; /* somebody who may see patients is signed in on that page */
	bool has_other;    /* somebody who may not: a courier; never with has_operator */
};

/* start_id: 32 hex digits, borrowed for the feed's life. */
struct feed *feed_new(struct loop *loop, const char *start_id);
void feed_free(struct feed *feed); /* no reader may be left; accepts NULL */

/*
 * name        of the event; data: JSON on one line, or NULL for {}
 * station_id  only its readers get it; FEED_ALL: all
 */
void feed_publish(struct feed *feed, int64_t station_id, const char *name, const char *data);
void feed_publish_for(struct feed *feed, int64_t station_id, enum feed_for who, const char *name,
	const char *data);

/* After what is published already the streams of this station end: their pages open new ones. */
void feed_end(struct feed *feed, int64_t station_id);

/*
 * last_id  the browser's Last-Event-ID, or NULL for a new page
 * hello    an event named `health` with this JSON comes first
 * wake     called when there may be something to read after feed_read returned 0
 */
struct feed_reader *feed_open(struct feed *feed, struct feed_place place, const char *last_id,
	const char *hello, void (*wake)(void *arg), void *arg);
void feed_close(struct feed_reader *reader);

/* Bytes of the stream into out, 0 when the reader has caught up, -1 after its last event. */
ssize_t feed_read(struct feed_reader *reader, char *out, size_t max);

size_t feed_reader_count(const struct feed *feed);

#endif
