/*
 * scanners/wedge: any bytes as a descriptor (a byte of country, one of terminator, two of length,
 * little end first) and any reports after it (a byte of length each; of 255: silence). Whatever the
 * device types, a scan has bytes, not too many; after a part that was lost none is given out before
 * an end was seen; silence ends one only where it is set up so; nothing is ever written.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/wedge.h"

#include "daemon/base/cursor.h"
#include "scanners/keyboard.h"
#include "tests/fuzz/fuzz.h"

#define SILENCE 255

static void check_reading(const struct scan_collector *collector, bool was_cut,
	enum scan_reading reading, const struct scan *scan)
{
	if (reading == SCAN_READING_DONE)
		FUZZ_CHECK(!was_cut && scan->raw.len > 0 && scan->raw.len <= SCAN_MAX);
	else
		FUZZ_CHECK(scan->raw.len == 0);
	FUZZ_CHECK(reading != SCAN_READING_MORE || collector->reports > 0);
	FUZZ_CHECK(collector->collected.len <= SCAN_MAX && collector->answer.len == 0);
}

static void be_silent(struct scan_collector *collector)
{
	struct scan scan = { 0 };
	bool was_cut = collector->is_cut;

	if (collector->reports == 0)
		return; /* no timer runs */
	enum scan_reading reading = scanner_driver_wedge.idle(collector, &scan);

	FUZZ_CHECK(reading != SCAN_READING_MORE);
	FUZZ_CHECK(reading != SCAN_READING_DONE ||
		   (collector->settings.terminator == SCAN_TERMINATOR_NONE &&
			   scan.end == SCAN_END_IDLE));
	check_reading(collector, was_cut, reading, &scan);
	if (reading == SCAN_READING_BAD)
		scan_collector_reset(collector);
}

/* The report in memory of its own size. */
static void type(struct scan_collector *collector, struct bytes report)
{
	uint8_t *own = malloc(report.len);
	struct bytes rest = bytes_of(own, report.len);
	struct scan scan = { 0 };
	bool was_cut = collector->is_cut;

	if (report.len > 0)
		memcpy(own, report.data, report.len);
	enum scan_reading reading = scanner_driver_wedge.decode(collector, &rest, &scan);

	FUZZ_CHECK(rest.len == 0);
	check_reading(collector, was_cut, reading, &scan);
	if (reading == SCAN_READING_BAD)
		scan_collector_reset(collector);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	uint8_t country = cursor_u8(&in);
	uint8_t terminator = cursor_u8(&in);
	struct bytes descriptor = cursor_take(&in, cursor_u16_le(&in));
	struct scan_collector collector = { .settings = {
						    .keyboard = keyboard_layout_at(country % 8u),
						    .terminator =
							    (enum scan_terminator)(terminator % 6u),
						    .has_aim = (terminator & 0x80) != 0,
					    } };
	struct err err = { 0 };

	if (scanner_driver_wedge.begin(&collector, descriptor, &err)) {
		while (in.left.len > 0) {
			uint8_t len = cursor_u8(&in);

			if (len == SILENCE)
				be_silent(&collector);
			else
				type(&collector, cursor_take(&in, len));
		}
	}
	FUZZ_CHECK((err.code == ERR_NONE) == (collector.layout != NULL));
	scan_collector_done(&collector);
	return 0;
}
