/* A way to hand codes on that writes down what it is given (daemon/bench/pass.h). */
#ifndef SPECIMEND_TESTS_BENCH_FAKE_WAY_H
#define SPECIMEND_TESTS_BENCH_FAKE_WAY_H

#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/pass.h"

struct pass_sink {
	struct pass_setup setup;
	struct loop_handle *timer;
};

static struct {
	struct buf seen;     /* "open a; give 123; close a; " */
	bool is_holding;     /* `given` is not called by itself */
	const char *fails;   /* at the end, why; NULL: it works */
	const char *refuses; /* at once, why; NULL: it takes */
} fake_way;

static inline void fake_way_given(void *arg)
{
	struct pass_sink *sink = arg;
	struct err err = { 0 };

	if (fake_way.fails)
		(void)err_set(&err, ERR_IO, "%s", fake_way.fails);
	sink->setup.given(sink->setup.arg, fake_way.fails ? &err : NULL);
}

static struct pass_sink *fake_way_sink; /* that was given a code last */

static inline struct pass_sink *fake_way_open(const struct pass_setup *setup)
{
	struct pass_sink *sink = xcalloc(1, sizeof(*sink));

	sink->setup = *setup;
	sink->timer = loop_add_timer(setup->loop, -1, 0, fake_way_given, sink);
	buf_addf(&fake_way.seen, "open %s; ", setup->entry->target);
	return sink;
}

static inline bool fake_way_give(struct pass_sink *sink, struct bytes text, struct err *err)
{
	if (fake_way.refuses)
		return err_set(err, ERR_DEVICE_OFFLINE, "%s", fake_way.refuses);
	buf_addf(&fake_way.seen, "%s %.*s; ", sink->setup.entry->target, (int)text.len,
		(const char *)text.data);
	fake_way_sink = sink;
	if (!fake_way.is_holding)
		loop_timer_set(sink->timer, 0);
	return true;
}

static inline void fake_way_close(struct pass_sink *sink)
{
	buf_addf(&fake_way.seen, "close %s; ", sink->setup.entry->target);
	loop_remove(sink->timer);
	free(sink);
}

static inline bool fake_way_target_is_valid(const char *target)
{
	return target[0] != '\0' && target[0] != '?';
}

static const struct pass_way fake_way_way = {
	.name = "fake",
	.has_target = true,
	.terminators = 1u << SCAN_TERMINATOR_CR,
	.target_is_valid = fake_way_target_is_valid,
	.open = fake_way_open,
	.give = fake_way_give,
	.close = fake_way_close,
};

static const struct pass_way *const fake_ways[] = { &fake_way_way, NULL };

/* What it saw since the last call; valid until the next one. */
static inline const char *fake_way_seen(void)
{
	static struct buf last;

	buf_done(&last);
	last = fake_way.seen;
	fake_way.seen = (struct buf) { 0 };
	return buf_str(&last);
}

#endif
