/* Reports of the virtual scanner. */
#include "scanners/plain.h"

#include "daemon/base/cursor.h"

#define PLAIN_CONTINUED 0x01u
#define PLAIN_TIMEOUT_MS 500

bool plain_encode(const struct scan *scan, struct buf *out, struct err *err)
{
	size_t aim_len = strnlen(scan->aim, sizeof(scan->aim));
	struct cursor in = cursor_over(scan->raw);

	if (scan->raw.len == 0)
		return err_set(err, ERR_INVALID, "a scan holds no bytes");
	if (scan->raw.len > SCAN_MAX)
		return err_set(err, ERR_TOO_LARGE, "a scan has more than %u bytes", SCAN_MAX);
	if (aim_len != 0 && aim_len != SCAN_AIM_LEN)
		return err_set(
			err, ERR_INVALID, "an AIM identifier has %d characters", SCAN_AIM_LEN);
	while (in.left.len > 0) {
		size_t len = in.left.len < PLAIN_DATA_MAX ? in.left.len : PLAIN_DATA_MAX;
		struct bytes data = cursor_take(&in, len);
		uint8_t *report = buf_grow(out, PLAIN_REPORT_LEN);

		memset(report, 0, PLAIN_REPORT_LEN);
		report[0] = in.left.len > 0 ? PLAIN_CONTINUED : 0;
		report[1] = (uint8_t)len;
		memcpy(report + 2, scan->aim, aim_len);
		memcpy(report + 2 + SCAN_AIM_LEN, data.data, data.len);
	}
	return true;
}

static bool aim_is_told(struct bytes aim)
{
	return aim.len == SCAN_AIM_LEN && aim.data[0] == ']' && aim.data[1] >= 0x21 &&
	       aim.data[1] <= 0x7e && aim.data[2] >= 0x21 && aim.data[2] <= 0x7e;
}

/* Adds one report to what was collected; false when it is malformed or does not belong to the rest.
 */
static bool plain_collect(struct scan_collector *collector, struct cursor *in)
{
	static const char not_told[SCAN_AIM_LEN];
	uint8_t flags = cursor_u8(in);
	uint8_t len = cursor_u8(in);
	struct bytes aim = cursor_take(in, SCAN_AIM_LEN);
	struct bytes data = cursor_take(in, len);
	bool is_told = aim_is_told(aim);

	if (!cursor_ok(in) || flags > PLAIN_CONTINUED || len > PLAIN_DATA_MAX ||
		in->left.len > PLAIN_DATA_MAX + 3)
		return false;
	if (!is_told && !bytes_equal(aim, bytes_of(not_told, sizeof(not_told))))
		return false;
	if (collector->reports > 0 && memcmp(collector->aim, aim.data, SCAN_AIM_LEN) != 0)
		return false;
	if (collector->reports == SCAN_REPORTS_MAX || collector->collected.len + len > SCAN_MAX)
		return false;
	memcpy(collector->aim, aim.data, SCAN_AIM_LEN);
	collector->reports++;
	buf_add(&collector->collected, data);
	return true;
}

static enum scan_reading plain_decode(
	struct scan_collector *collector, struct bytes *report, struct scan *out)
{
	struct cursor in = cursor_over(bytes_take_all(report));
	bool is_continued = cursor_peek(&in) == PLAIN_CONTINUED;

	/* the scan that was given out by the last call */
	if (collector->reports == 0)
		scan_collector_reset(collector);
	if (!plain_collect(collector, &in)) {
		scan_collector_reset(collector);
		return SCAN_READING_BAD;
	}
	if (is_continued)
		return SCAN_READING_MORE;
	collector->reports = 0;
	if (collector->collected.len == 0)
		return SCAN_READING_NONE;
	out->raw = buf_bytes(&collector->collected);
	memcpy(out->aim, collector->aim, sizeof(out->aim));
	return SCAN_READING_DONE;
}

static bool plain_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector; /* every virtual scanner is the same */
	buf_addf(out, "%s\n", scan_verdict_word(verdict));
	return true;
}

const struct scanner_driver scanner_driver_plain = {
	.name = "plain",
	.decode = plain_decode,
	.timeout_ms = PLAIN_TIMEOUT_MS,
	.feedback = plain_feedback,
};
