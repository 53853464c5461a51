/*
 * A line whose packets say where they begin, through a scanner's driver: what the tests of all such
 * kinds share. Each test program has one.
 */
#ifndef SPECIMEND_TESTS_SCANNERS_LINE_RIG_H
#define SPECIMEND_TESTS_SCANNERS_LINE_RIG_H

#include "daemon/base/str.h"
#include "scanners/driver.h"
#include "tests/check.h"

static struct {
	const struct scanner_driver *driver;
	struct scan_collector collector;
	struct buf told;     /* "aim and text;", "bad;", of several scans one after the other */
	struct buf answered; /* hex */
} line;

static inline void line_begin(const struct scanner_driver *driver)
{
	struct err err = { 0 };

	memset(&line, 0, sizeof(line));
	line.driver = driver;
	check_ok(driver->begin(&line.collector, (struct bytes) { 0 }, &err), &err);
}

static inline void line_end(void)
{
	scan_collector_done(&line.collector);
	buf_done(&line.told);
	buf_done(&line.answered);
}

static inline void line_tell(enum scan_reading reading, const struct scan *scan)
{
	if (reading == SCAN_READING_BAD) {
		scan_collector_reset(&line.collector); /* as its owner does */
		buf_add_str(&line.told, "bad;");
	}
	if (reading != SCAN_READING_DONE)
		return;
	check_int(scan->end, SCAN_END_DECLARED);
	buf_add_str(&line.told, scan->aim);
	buf_add(&line.told, scan->raw);
	buf_add_str(&line.told, ";");
}

static inline void line_say(struct bytes in)
{
	while (in.len > 0) {
		struct scan scan = { 0 };
		size_t before = in.len;
		enum scan_reading reading = line.driver->decode(&line.collector, &in, &scan);

		check(in.len < before);
		line_tell(reading, &scan);
		check(line.collector.answer.len <= SCAN_ANSWER_MAX);
		hex_encode(buf_bytes(&line.collector.answer), &line.answered);
		buf_reset(&line.collector.answer);
	}
}

static inline void line_silence(void)
{
	struct scan scan = { 0 };

	line_tell(line.driver->idle(&line.collector, &scan), &scan);
}

/* All that was told and answered since it was asked last. */
static inline void line_check(const char *told, const char *answered)
{
	check_str(buf_str(&line.told), told);
	check_str(buf_str(&line.answered), answered);
	buf_reset(&line.told);
	buf_reset(&line.answered);
}

#endif
