/*
 * 64 scanners of five kinds, each with its next scan ready before the last one is
 * committed: nothing is lost, nothing is mixed up, whatever the fake bus carries.
 *
 *   many        SPECIMEND_STORM_SCANS (100) of each, SPECIMEND_STORM_SCANNERS (64)
 */
#include <stdio.h>

#include "daemon/base/str.h"
#include "tests/storms/rig.h"

/*
 * Scans of one scanner that are not committed. The fake bus is so slow that one pass of a bench
 * fetches all that lies ready; of more than 64 in a pass (LINK's receive.c) the acknowledgements
 * would fall behind until the bench, rightly, stops listening (SCANS_UNSTORED_MAX).
 */
#define AHEAD 2u
#define PROBE_US 200000

static struct {
	struct point_state {
		unsigned long first; /* before that it was only tried whether it is listened to */
		unsigned long taken;
		bool is_heard;
	} states[RIG_POINTS_MAX];
	unsigned long scans; /* of each */
	unsigned long wrong;
} it;

static void on_here(struct point *point, bool here)
{
	(void)point;
	it.wrong += !here;
}

static void on_scan(struct point *point, const struct storm_scan *scan)
{
	struct point_state *state = &it.states[point->number];
	char code[STORM_CODE_LEN + 1];

	state->is_heard = true;
	/* what was thrown away before it was listened to is skipped, once */
	while (state->taken < state->first) {
		storm_code(point->number, state->taken++, code);
		if (str_equal(scan->raw, code))
			return;
	}
	storm_code(point->number, state->taken, code);
	if (str_equal(scan->raw, code))
		state->taken++;
	else
		it.wrong++;
}

static bool all_here(void)
{
	unsigned here = 0;

	for (unsigned i = 0; i < rig.point_count; i++)
		here += rig.points[i].is_here;
	return here == rig.point_count;
}

/* Each has read until it was heard. */
static void listen_all(void)
{
	int64_t end_us = storm_now_us() + RIG_WAIT_MS * 1000L;
	int64_t probe_us = 0;
	unsigned heard = 0;

	while (heard < rig.point_count && storm_now_us() < end_us) {
		rig_step();
		bool is_due = storm_now_us() >= probe_us;

		probe_us = is_due ? storm_now_us() + PROBE_US : probe_us;
		heard = 0;
		for (unsigned i = 0; i < rig.point_count; i++) {
			struct point_state *state = &it.states[i];

			heard += state->is_heard;
			if (is_due && !state->is_heard &&
				rig_fetched(&rig.points[i]) == rig.points[i].pieces &&
				*rig_read(&rig.points[i]))
				state->first = rig.points[i].scans;
		}
	}
	if (heard < rig.point_count)
		storm_fail("%u scanners are not listened to", rig.point_count - heard);
}

static size_t pieces_fetched(void)
{
	size_t sum = 0;

	for (unsigned i = 0; i < rig.point_count; i++)
		sum += rig_fetched(&rig.points[i]);
	return sum;
}

/* Everything that is wanted was read, and everything that was read is here. */
static bool is_over(void)
{
	for (unsigned i = 0; i < rig.point_count; i++) {
		const struct point_state *state = &it.states[i];

		if (state->taken < state->first + it.scans)
			return it.wrong > 0;
	}
	return true;
}

static void point_feed(struct point *point)
{
	struct point_state *state = &it.states[point->number];
	/* what was thrown away at first is behind us when the next is taken */
	unsigned long taken = state->taken < state->first ? state->first : state->taken;

	while (point->scans < state->first + it.scans && point->scans - taken < AHEAD) {
		if (!*rig_read(point)) {
			it.wrong++;
			return;
		}
	}
}

/* Until all was taken, or too late. */
static void storm(void)
{
	int64_t end_us = storm_now_us() + 10 * RIG_WAIT_MS * INT64_C(1000);

	while (!is_over() && storm_now_us() < end_us) {
		for (unsigned i = 0; i < rig.point_count; i++)
			point_feed(&rig.points[i]);
		rig_step();
	}
}

/* False when something was lost. */
static bool many_tell(double seconds, size_t pieces)
{
	unsigned long wanted = it.scans * rig.point_count;
	unsigned long taken = 0;

	for (unsigned i = 0; i < rig.point_count; i++)
		taken += it.states[i].taken - it.states[i].first;
	printf("many: %u scanners, %lu scans wanted, %lu taken in order, %lu wrong, in %.1f s: "
	       "%.0f "
	       "scans/s, %.0f reports/s\n",
		rig.point_count, wanted, taken, it.wrong, seconds, (double)taken / seconds,
		(double)pieces / seconds);
	return taken == wanted && it.wrong == 0;
}

int main(void)
{
	static const struct rig_events events = { on_here, on_scan };
	unsigned long scanners = storm_number("SPECIMEND_STORM_SCANNERS", 64, RIG_POINTS_MAX);

	it.scans = storm_number("SPECIMEND_STORM_SCANS", 100, 100000);
	rig_begin(&(struct rig_setup) {
		.points = (unsigned)(scanners + scanners % RIG_BENCHES_MAX),
		.benches = RIG_BENCHES_MAX,
		.events = &events,
	});
	for (unsigned i = 0; i < rig.point_count; i++)
		rig_plug(&rig.points[i]);
	for (unsigned i = 0; i < rig.bench_count; i++)
		rig_bench_start(i);
	rig_wait(all_here);
	listen_all();
	size_t pieces = pieces_fetched();
	int64_t begun_us = storm_now_us();

	storm();
	bool ok = many_tell((double)(storm_now_us() - begun_us) / 1e6, pieces_fetched() - pieces);

	for (unsigned i = 0; i < rig.bench_count; i++)
		ok &= rig_bench_stop(i);
	rig_end();
	return storm_end(ok);
}
