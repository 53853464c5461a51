/* SNAPI reports. */
#include "scanners/snapi.h"

#include "daemon/base/cursor.h"
#include "scanners/zebra.h"

enum report_number {
	OUT_ACKNOWLEDGE = 0x01,
	OUT_BEEP = 0x04,
	IN_CODE = 0x22,
	IN_LARGE_CODE = 0x26,
};

#define ACCEPTED 1

/* A part of a scan. */
struct part {
	unsigned count;
	unsigned number;
	unsigned code_type;
	struct bytes data;
};

/* What the collector's layout is. */
struct layout {
	unsigned next;      /* number of the part that is to come */
	unsigned count;     /* of the scan that has begun */
	unsigned code_type; /* of it */
	size_t last_at;     /* where the last part begins in what was collected */
	bool is_over;       /* it was given out */
};

static bool snapi_begin(struct scan_collector *collector, struct bytes description, struct err *err)
{
	(void)description; /* which reports it has is the same for all */
	(void)err;
	scan_collector_begin(collector, sizeof(struct layout));
	return true;
}

/* False when it is malformed. Behind the data is padding. */
static bool part_read(uint8_t number, struct cursor *in, struct part *out)
{
	bool is_large = number == IN_LARGE_CODE;

	out->count = is_large ? cursor_u16_be(in) : cursor_u8(in);
	out->number = is_large ? cursor_u16_be(in) : cursor_u8(in);
	uint8_t len = cursor_u8(in);

	out->code_type = cursor_u16_le(in);
	out->data = cursor_take(in, len);
	return cursor_ok(in) && out->count > 0 && out->number < out->count && len > 0;
}

static enum scan_reading drop(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	*layout = (struct layout) { 0 };
	collector->reports = 0; /* a part says that it is the first */
	collector->is_cut = false;
	buf_reset(&collector->collected);
	return SCAN_READING_BAD;
}

/* What was taken last, once more. A scan of one part cannot be told from the same code read again:
 * it is a new scan. */
static bool is_repeat(const struct scan_collector *collector, const struct part *part)
{
	const struct layout *layout = collector->layout;
	struct bytes last = buf_bytes(&collector->collected);

	if (part->count == 1 || layout->last_at > last.len || part->number + 1 != layout->next ||
		part->count != layout->count || part->code_type != layout->code_type)
		return false;
	last = bytes_of(last.data + layout->last_at, last.len - layout->last_at);
	return bytes_equal(last, part->data);
}

static void scan_begin(struct scan_collector *collector, const struct part *part)
{
	struct layout *layout = collector->layout;

	*layout = (struct layout) { .count = part->count, .code_type = part->code_type };
	collector->is_cut = false;
	buf_reset(&collector->collected);
}

static enum scan_reading scan_end(struct scan_collector *collector, struct scan *out)
{
	struct layout *layout = collector->layout;

	zebra_aim_set(collector, layout->code_type);
	layout->is_over = true;
	return scan_collector_end(collector, SCAN_END_DECLARED, out);
}

static enum scan_reading part_take(
	struct scan_collector *collector, const struct part *part, struct scan *out)
{
	struct layout *layout = collector->layout;

	if (is_repeat(collector, part))
		return layout->is_over ? SCAN_READING_NONE : SCAN_READING_MORE;
	if (part->number == 0)
		scan_begin(collector, part);
	if (part->number != layout->next || part->count != layout->count ||
		part->code_type != layout->code_type ||
		collector->collected.len + part->data.len > SCAN_MAX)
		return drop(collector);
	layout->last_at = collector->collected.len;
	layout->next++;
	buf_add(&collector->collected, part->data);
	if (layout->next == layout->count)
		return scan_end(collector, out);
	collector->reports = 1;
	return SCAN_READING_MORE;
}

/* A scan begins while another has. */
static bool is_before_its_time(const struct scan_collector *collector, const struct part *part)
{
	const struct layout *layout = collector->layout;

	return part->number == 0 && layout->next > 0 && !layout->is_over &&
	       !is_repeat(collector, part);
}

static void acknowledge(uint8_t number, struct buf *out)
{
	const uint8_t report[] = { OUT_ACKNOWLEDGE, number, ACCEPTED, 0 };

	buf_add_mem(out, report, sizeof(report));
}

static enum scan_reading snapi_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	struct cursor report = cursor_over(bytes_take_all(in));
	uint8_t number = cursor_u8(&report);
	struct part part;

	if (!collector->layout)
		return SCAN_READING_BAD;
	if (number != IN_CODE && number != IN_LARGE_CODE)
		return collector->reports > 0 ? SCAN_READING_MORE : SCAN_READING_NONE;
	if (!part_read(number, &report, &part))
		return drop(collector); /* not acknowledged: it may come again, whole */
	if (is_before_its_time(collector, &part))
		return drop(collector); /* and so does this one: the one before never ended */
	acknowledge(number, &collector->answer);
	return part_take(collector, &part, out);
}

static enum scan_reading snapi_idle(struct scan_collector *collector, struct scan *out)
{
	(void)out;
	return drop(collector);
}

static bool snapi_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	int beep = zebra_beep(verdict);

	(void)collector;
	if (beep < 0)
		return true;
	buf_add_byte(out, OUT_BEEP);
	buf_add_byte(out, (uint8_t)beep);
	return true;
}

const struct scanner_driver scanner_driver_snapi = {
	.name = "snapi",
	.begin = snapi_begin,
	.decode = snapi_decode,
	.idle = snapi_idle,
	.timeout_ms = SNAPI_TIMEOUT_MS,
	.feedback = snapi_feedback,
};
