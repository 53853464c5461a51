/*
 * scanners/snapi: reports (a byte of length each; of 255: silence). Whatever comes, a scan has
 * bytes, not too many; every report is taken; and what is written is one acknowledgement or none.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/snapi.h"

#include "daemon/base/cursor.h"
#include "tests/fuzz/fuzz.h"

#define SILENCE 255

static void check_reading(
	struct scan_collector *collector, enum scan_reading reading, const struct scan *scan)
{
	const struct buf *answer = &collector->answer;

	if (reading == SCAN_READING_DONE)
		FUZZ_CHECK(scan->raw.len > 0 && scan->raw.len <= SCAN_MAX);
	else
		FUZZ_CHECK(scan->raw.len == 0);
	FUZZ_CHECK(collector->collected.len <= SCAN_MAX);
	FUZZ_CHECK(answer->len == 0 || (answer->len == 4 && answer->data[0] == 1));
	buf_reset(&collector->answer);
	if (reading == SCAN_READING_BAD)
		scan_collector_reset(collector);
}

static void say(struct scan_collector *collector, struct bytes report)
{
	uint8_t *own = malloc(report.len);
	struct bytes rest = bytes_of(own, report.len);
	struct scan scan = { 0 };

	if (report.len > 0)
		memcpy(own, report.data, report.len);
	enum scan_reading reading = scanner_driver_snapi.decode(collector, &rest, &scan);

	FUZZ_CHECK(rest.len == 0);
	check_reading(collector, reading, &scan);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	collector.settings.has_aim = cursor_u8(&in) & 1;
	FUZZ_CHECK(scanner_driver_snapi.begin(&collector, (struct bytes) { 0 }, &err));
	while (in.left.len > 0) {
		uint8_t len = cursor_u8(&in);
		struct scan scan = { 0 };

		if (len != SILENCE)
			say(&collector, cursor_take(&in, len));
		else if (collector.reports > 0) /* else no timer runs */
			check_reading(
				&collector, scanner_driver_snapi.idle(&collector, &scan), &scan);
	}
	scan_collector_done(&collector);
	return 0;
}
