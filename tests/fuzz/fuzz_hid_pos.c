/*
 * scanners/hid_pos: any bytes as a descriptor (two bytes of length first, little end first) and any
 * reports after it (a byte of length each). Whatever the device sends, a scan has bytes, not too
 * many, and a whole identifier or none; after a report that made no sense in the middle of a scan
 * none is given out until an end was seen; and what goes to the device is one report with one bit.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/hid_pos.h"

#include "daemon/base/cursor.h"
#include "tests/fuzz/fuzz.h"

static void check_scan(const struct scan *scan)
{
	size_t aim_len = strlen(scan->aim);

	FUZZ_CHECK(scan->raw.len > 0 && scan->raw.len <= SCAN_MAX);
	FUZZ_CHECK(aim_len == 0 || aim_len == SCAN_AIM_LEN);
	FUZZ_CHECK(aim_len == 0 || (scan->aim[0] == ']' && scan->aim[1] != 'Z'));
}

static void check_feedback(struct scan_collector *collector)
{
	for (int verdict = 0; verdict < SCAN_VERDICTS; verdict++) {
		AUTO_BUF out = { 0 };
		unsigned bits = 0;
		bool told = scanner_driver_hid_pos.feedback(
			collector, (enum scan_verdict)verdict, &out);

		FUZZ_CHECK(told || out.len == 0);
		FUZZ_CHECK(out.len == 0 || (out.len > 1 && out.len <= HID_POS_REPORT_MAX + 1));
		for (size_t i = 1; i < out.len; i++)
			bits += (unsigned)__builtin_popcount(out.data[i]);
		FUZZ_CHECK(bits == (out.len > 0 ? 1 : 0));
	}
}

/* All reports, each in memory of its own size. */
static void feed(struct scan_collector *collector, struct cursor *in)
{
	while (in->left.len > 0) {
		struct bytes report = cursor_take(in, cursor_u8(in));
		uint8_t *own = malloc(report.len);
		struct scan scan = { 0 };
		struct bytes rest = bytes_of(own, report.len);
		bool was_cut = collector->is_cut;

		if (report.len > 0)
			memcpy(own, report.data, report.len);
		enum scan_reading reading = scanner_driver_hid_pos.decode(collector, &rest, &scan);

		free(own);
		FUZZ_CHECK(reading == SCAN_READING_DONE ? !was_cut : scan.raw.len == 0);
		if (reading == SCAN_READING_DONE)
			check_scan(&scan);
		FUZZ_CHECK(reading != SCAN_READING_MORE || collector->reports > 0);
		FUZZ_CHECK(collector->collected.len <= SCAN_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	struct bytes descriptor = cursor_take(&in, cursor_u16_le(&in));
	struct scan_collector collector = { 0 };
	struct err err = { 0 };
	bool begins = scanner_driver_hid_pos.begin(&collector, descriptor, &err);

	FUZZ_CHECK(begins == (err.code == ERR_NONE) && begins == (collector.layout != NULL));
	check_feedback(&collector);
	feed(&collector, &in);
	scan_collector_done(&collector);
	return 0;
}
