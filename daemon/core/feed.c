/* A ring of rendered events and the readers' places in it. */
#include "daemon/core/feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/list.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

/* Shared by the ring and by the readers in the middle of it. */
struct event {
	unsigned holders;
	int64_t station_id;
	enum feed_for who;
	size_t len;
	char text[];
};

struct feed {
	struct loop *loop;
	const char *start_id;
	struct event *ring[FEED_RING];
	uint64_t first; /* oldest kept */
	uint64_t next;  /* number of the next event; numbers start at 1 */
	size_t bytes;
	struct list readers;
	struct loop_handle *timer;
};

struct feed_reader {
	struct list node;
	struct feed *feed;
	struct feed_place place;
	uint64_t next;
	uint64_t end;      /* none from this number on; 0: no end */
	struct event *now; /* being copied */
	size_t sent;
	bool needs_comment;
	void (*wake)(void *arg);
	void *arg;
};

static struct event *event_new(struct bytes text, int64_t station_id, enum feed_for who)
{
	struct event *event = xcalloc(1, sizeof(*event) + text.len);

	event->holders = 1;
	event->station_id = station_id;
	event->who = who;
	event->len = text.len;
	memcpy(event->text, text.data, text.len);
	return event;
}

static void event_drop(struct event *event)
{
	if (event && --event->holders == 0)
		free(event);
}

static void event_render(
	struct buf *out, const struct feed *feed, uint64_t n, const char *name, const char *data)
{
	buf_addf(out, "id: %s:%llu\nevent: %s\ndata: %s\n\n", feed->start_id, (unsigned long long)n,
		name, data ? data : "{}");
}

static void on_timer(void *arg)
{
	struct feed *feed = arg;

	LIST_FOREACH (node, &feed->readers) {
		struct feed_reader *reader = LIST_ITEM(node, struct feed_reader, node);

		reader->needs_comment = true;
		reader->wake(reader->arg);
	}
}

struct feed *feed_new(struct loop *loop, const char *start_id)
{
	struct feed *feed = xcalloc(1, sizeof(*feed));

	feed->loop = loop;
	feed->start_id = start_id;
	feed->first = 1;
	feed->next = 1;
	list_init(&feed->readers);
	feed->timer = loop_add_timer(loop, FEED_COMMENT_MS, FEED_COMMENT_MS, on_timer, feed);
	return feed;
}

static void ring_drop_first(struct feed *feed)
{
	struct event **slot = &feed->ring[feed->first % FEED_RING];

	feed->bytes -= (*slot)->len;
	event_drop(*slot);
	*slot = NULL;
	feed->first++;
}

void feed_free(struct feed *feed)
{
	if (!feed)
		return;
	while (feed->first < feed->next)
		ring_drop_first(feed);
	loop_remove(feed->timer);
	free(feed);
}

static bool reader_gets(const struct feed_reader *reader, int64_t station_id, enum feed_for who)
{
	if (station_id != FEED_ALL && station_id != reader->place.station_id)
		return false;
	switch (who) {
	case FEED_FOR_BOTH:
		return true;
	case FEED_FOR_PERSON:
		return reader->place.has_operator;
	case FEED_FOR_OTHER:
		return reader->place.has_other;
	case FEED_FOR_NOBODY:
		return !reader->place.has_operator && !reader->place.has_other;
	}
	return false;
}

void feed_publish(struct feed *feed, int64_t station_id, const char *name, const char *data)
{
	feed_publish_for(feed, station_id, FEED_FOR_BOTH, name, data);
}

void feed_publish_for(struct feed *feed, int64_t station_id, enum feed_for who, const char *name,
	const char *data)
{
	AUTO_BUF text = { 0 };

	event_render(&text, feed, feed->next, name, data);
	if (text.len > FEED_EVENT_MAX) {
		buf_reset(&text);
		event_render(&text, feed, feed->next, "resync", NULL);
	}
	while (feed->next - feed->first >= FEED_RING ||
		(feed->first < feed->next && feed->bytes + text.len > FEED_BYTES_MAX))
		ring_drop_first(feed);
	feed->ring[feed->next % FEED_RING] = event_new(buf_bytes(&text), station_id, who);
	feed->bytes += text.len;
	feed->next++;
	LIST_FOREACH (node, &feed->readers) {
		struct feed_reader *reader = LIST_ITEM(node, struct feed_reader, node);

		if (reader_gets(reader, station_id, who))
			reader->wake(reader->arg);
		else if (!reader->now && reader->next == feed->next - 1)
			reader->next = feed->next; /* a quiet station must not fall off by others'
						      events */
	}
}

void feed_end(struct feed *feed, int64_t station_id)
{
	LIST_FOREACH (node, &feed->readers) {
		struct feed_reader *reader = LIST_ITEM(node, struct feed_reader, node);

		if (reader->place.station_id != station_id || reader->end)
			continue;
		reader->end = feed->next;
		reader->wake(reader->arg);
	}
}

/* The event that comes after last_id, or 0 when that cannot be known. */
static uint64_t next_after(const struct feed *feed, const char *last_id)
{
	size_t len = strlen(feed->start_id);
	uint64_t n;

	if (strncmp(last_id, feed->start_id, len) != 0 || last_id[len] != ':' ||
		!uint_parse(bytes_of_str(last_id + len + 1), 0, UINT64_MAX - 1, &n, NULL))
		return 0;
	return n + 1 >= feed->first && n + 1 <= feed->next ? n + 1 : 0;
}

/* What comes first: the state of health of now, and `resync` for one that cannot be continued. */
static struct event *event_first(
	const struct feed *feed, const char *hello, bool resync, uint64_t at)
{
	AUTO_BUF text = { 0 };

	buf_add_str(&text, "retry: 1000\n\n");
	event_render(&text, feed, at - 1, "health", hello);
	if (resync)
		event_render(&text, feed, at - 1, "resync", NULL);
	return event_new(buf_bytes(&text), FEED_ALL, FEED_FOR_BOTH);
}

struct feed_reader *feed_open(struct feed *feed, struct feed_place place, const char *last_id,
	const char *hello, void (*wake)(void *arg), void *arg)
{
	struct feed_reader *reader = xcalloc(1, sizeof(*reader));
	uint64_t next = last_id ? next_after(feed, last_id) : 0;

	reader->feed = feed;
	reader->place = place;
	reader->next = next ? next : feed->next;
	reader->now = event_first(feed, hello, last_id && !next, reader->next);
	reader->wake = wake;
	reader->arg = arg;
	list_add_tail(&feed->readers, &reader->node);
	return reader;
}

void feed_close(struct feed_reader *reader)
{
	list_remove(&reader->node);
	event_drop(reader->now);
	free(reader);
}

static struct event *event_take(struct feed_reader *reader)
{
	struct feed *feed = reader->feed;

	if (reader->next < feed->first) {
		AUTO_BUF text = { 0 };

		reader->next = feed->next;
		event_render(&text, feed, feed->next - 1, "resync", NULL);
		return event_new(buf_bytes(&text), FEED_ALL, FEED_FOR_BOTH);
	}
	uint64_t end = reader->end ? reader->end : feed->next;

	while (reader->next < end) {
		struct event *event = feed->ring[reader->next++ % FEED_RING];

		if (reader_gets(reader, event->station_id, event->who)) {
			event->holders++;
			return event;
		}
	}
	if (!reader->needs_comment || reader->end)
		return NULL;
	reader->needs_comment = false;
	return event_new(bytes_of_str(":\n\n"), FEED_ALL, FEED_FOR_BOTH);
}

ssize_t feed_read(struct feed_reader *reader, char *out, size_t max)
{
	size_t used = 0;

	while (used < max) {
		if (!reader->now) {
			reader->now = event_take(reader);
			reader->sent = 0;
		}
		if (!reader->now)
			break;
		size_t left = reader->now->len - reader->sent;
		size_t len = left < max - used ? left : max - used;

		memcpy(out + used, reader->now->text + reader->sent, len);
		used += len;
		reader->sent += len;
		if (reader->sent == reader->now->len) {
			event_drop(reader->now);
			reader->now = NULL;
		}
	}
	return used == 0 && reader->end ? -1 : (ssize_t)used;
}

size_t feed_reader_count(const struct feed *feed)
{
	size_t count = 0;

	LIST_FOREACH (node, &feed->readers)
		count++;
	return count;
}
