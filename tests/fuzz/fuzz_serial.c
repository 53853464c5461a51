/*
 * scanners/serial: a byte of settings, then pieces of a line (a byte of length each; of 255:
 * silence; of 254: the piece behind it is spoilt). Whatever comes, a scan has bytes, not too many;
 * after a part that was lost none is given out before an end, or a beginning, was seen; every call
 * moves on; silence ends a scan only where it is set up so. Both kinds: a line, and reports that
 * count their bytes.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/serial.h"

#include "daemon/base/cursor.h"
#include "tests/fuzz/fuzz.h"

#define SILENCE 255
#define SPOILT 254

static void check_reading(const struct scan_collector *collector, bool was_cut,
	enum scan_reading reading, const struct scan *scan)
{
	bool has_begin = collector->settings.terminator == SCAN_TERMINATOR_ETX;

	if (reading == SCAN_READING_DONE)
		FUZZ_CHECK(
			(!was_cut || has_begin) && scan->raw.len > 0 && scan->raw.len <= SCAN_MAX);
	else
		FUZZ_CHECK(scan->raw.len == 0);
	FUZZ_CHECK(reading != SCAN_READING_MORE || collector->reports > 0);
	FUZZ_CHECK(collector->collected.len <= SCAN_MAX && collector->answer.len == 0);
}

static void be_silent(const struct scanner_driver *driver, struct scan_collector *collector)
{
	struct scan scan = { 0 };
	bool was_cut = collector->is_cut;

	if (collector->reports == 0 && !(driver->is_asking && driver->is_asking(collector)))
		return; /* no timer runs */
	enum scan_reading reading = driver->idle(collector, &scan);

	FUZZ_CHECK(reading != SCAN_READING_MORE);
	FUZZ_CHECK(reading != SCAN_READING_DONE ||
		   (collector->settings.terminator == SCAN_TERMINATOR_NONE &&
			   scan.end == SCAN_END_IDLE));
	check_reading(collector, was_cut, reading, &scan);
	if (reading == SCAN_READING_BAD)
		scan_collector_reset(collector);
}

/* The piece in memory of its own size. */
static void say(
	const struct scanner_driver *driver, struct scan_collector *collector, struct bytes piece)
{
	uint8_t *own = malloc(piece.len);
	struct bytes rest = bytes_of(own, piece.len);
	unsigned stuck = 0;

	if (piece.len > 0)
		memcpy(own, piece.data, piece.len);
	while (rest.len > 0) {
		struct scan scan = { 0 };
		bool was_cut = collector->is_cut;
		size_t before = rest.len;
		enum scan_reading reading = driver->decode(collector, &rest, &scan);

		FUZZ_CHECK(rest.len <= before);
		stuck = rest.len == before ? stuck + 1 : 0;
		FUZZ_CHECK(stuck == 0 || (stuck == 1 && reading == SCAN_READING_BAD));
		check_reading(collector, was_cut, reading, &scan);
		if (reading == SCAN_READING_BAD)
			scan_collector_reset(collector);
	}
	free(own);
}

static void spoil(
	const struct scanner_driver *driver, struct scan_collector *collector, struct bytes piece)
{
	if (!driver->spoil)
		return;
	driver->spoil(collector, piece);
	FUZZ_CHECK(collector->is_cut && collector->answer.len == 0);
	FUZZ_CHECK(collector->collected.len <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	uint8_t settings = cursor_u8(&in);
	const struct scanner_driver *driver =
		settings & 0x40 ? &scanner_driver_simple_com : &scanner_driver_serial;
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	collector.settings.terminator = (enum scan_terminator)((settings & 0x3F) % 6u);
	collector.settings.has_aim = (settings & 0x80) != 0;
	collector.settings.maker = settings & 0x20 ? SCANNER_MAKER_NEWLAND : SCANNER_MAKER_OTHER;
	FUZZ_CHECK(driver->begin(&collector, (struct bytes) { 0 }, &err));
	while (in.left.len > 0) {
		uint8_t len = cursor_u8(&in);

		if (len == SILENCE)
			be_silent(driver, &collector);
		else if (len == SPOILT)
			spoil(driver, &collector, cursor_take(&in, cursor_u8(&in)));
		else
			say(driver, &collector, cursor_take(&in, len));
	}
	scan_collector_done(&collector);
	return 0;
}
