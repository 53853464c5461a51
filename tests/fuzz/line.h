/*
 * Pieces of a line through a scanner's driver whose packets say where they begin: a byte of
 * settings, then pieces (a byte of length each; of 255: silence). Whatever comes, a scan has bytes,
 * not too many; every byte is taken; and no answer is longer than it may be.
 */
#ifndef SPECIMEND_TESTS_FUZZ_LINE_H
#define SPECIMEND_TESTS_FUZZ_LINE_H

#include "daemon/base/cursor.h"
#include "scanners/driver.h"
#include "tests/fuzz/fuzz.h"

#define LINE_SILENCE 255

static inline void line_reading(
	struct scan_collector *collector, enum scan_reading reading, const struct scan *scan)
{
	if (reading == SCAN_READING_DONE)
		FUZZ_CHECK(scan->raw.len > 0 && scan->raw.len <= SCAN_MAX &&
			   scan->end == SCAN_END_DECLARED);
	else
		FUZZ_CHECK(scan->raw.len == 0);
	FUZZ_CHECK(collector->collected.len <= SCAN_MAX + 1);
	FUZZ_CHECK(collector->answer.len <= SCAN_ANSWER_MAX);
	buf_reset(&collector->answer);
	if (reading == SCAN_READING_BAD)
		scan_collector_reset(collector);
}

static inline void line_say(
	const struct scanner_driver *driver, struct scan_collector *collector, struct bytes piece)
{
	uint8_t *own = malloc(piece.len);
	struct bytes rest = bytes_of(own, piece.len);

	if (piece.len > 0)
		memcpy(own, piece.data, piece.len);
	while (rest.len > 0) {
		struct scan scan = { 0 };
		size_t before = rest.len;
		enum scan_reading reading = driver->decode(collector, &rest, &scan);

		FUZZ_CHECK(rest.len < before);
		line_reading(collector, reading, &scan);
	}
	free(own);
}

static inline void line_run(const struct scanner_driver *driver, struct bytes input)
{
	struct cursor in = cursor_over(input);
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	collector.settings.has_aim = cursor_u8(&in) & 1;
	FUZZ_CHECK(driver->begin(&collector, (struct bytes) { 0 }, &err));
	while (in.left.len > 0) {
		uint8_t len = cursor_u8(&in);
		struct scan scan = { 0 };

		if (len == LINE_SILENCE)
			line_reading(&collector, driver->idle(&collector, &scan), &scan);
		else
			line_say(driver, &collector, cursor_take(&in, len));
	}
	scan_collector_done(&collector);
}

#endif
