/* Messages with a header. */
#include "scanners/dechdr.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "scanners/maker.h"

#define SYN 0x16
#define MARK 0xFE
#define GS 0x1D
#define HEAD_LEN 21u
#define INNER_LEN 14u /* of it, from "MSGGET" on */

/* What the collector's layout is. */
struct layout {
	uint8_t head[HEAD_LEN];
	size_t have;
	size_t data_len; /* its CR included; 0: the head is not whole */
};

static bool dechdr_begin(
	struct scan_collector *collector, struct bytes description, struct err *err)
{
	(void)description; /* a line says nothing of itself */
	(void)err;
	scan_collector_begin(collector, sizeof(struct layout));
	return true;
}

static enum scan_reading drop(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	layout->have = 0;
	layout->data_len = 0;
	collector->reports = 0; /* a message says where it begins */
	collector->is_cut = false;
	buf_reset(&collector->collected);
	return SCAN_READING_BAD;
}

/* Four digits; 0 when they are none. */
static size_t digits_read(struct bytes digits)
{
	size_t n = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return 0;
		n = n * 10 + digits.data[i] - '0';
	}
	return n;
}

/* The whole head; false when it is none. */
static bool head_read(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;
	struct cursor in = cursor_over(bytes_of(layout->head + 2, HEAD_LEN - 2));
	uint32_t len = cursor_u32_le(&in);
	bool is_marked = cursor_u8(&in) == '\r' && bytes_is(cursor_take(&in, 6), "MSGGET");

	layout->data_len = digits_read(cursor_take(&in, 4));
	(void)cursor_u8(&in); /* Honeywell's letter says less than the identifier */
	uint8_t letter = cursor_u8(&in);
	uint8_t modifier = cursor_u8(&in);
	bool is_aim = char_is_printable(letter) && letter != ' ' && char_is_printable(modifier) &&
		      modifier != ' ';

	memset(collector->aim, 0, sizeof(collector->aim));
	if (is_aim)
		memcpy(collector->aim, (char[]) { ']', (char)letter, (char)modifier },
			SCAN_AIM_LEN);
	return is_marked && is_aim && cursor_u8(&in) == GS && layout->data_len > 1 &&
	       layout->data_len <= SCAN_MAX + 1 &&
	       (len == layout->data_len || len == layout->data_len + INNER_LEN);
}

static enum scan_reading data_end(struct scan_collector *collector, struct scan *out)
{
	struct layout *layout = collector->layout;
	struct buf *data = &collector->collected;

	if (data->data[data->len - 1] != '\r')
		return drop(collector);
	layout->have = 0;
	layout->data_len = 0;
	buf_cut(data, data->len - 1);
	if (collector->aim[1] == SCAN_AIM_NO_BAR_CODE) {
		collector->reports = 0;
		return SCAN_READING_NONE;
	}
	return scan_collector_end(collector, SCAN_END_DECLARED, out);
}

/* A byte of the head, or of nothing. False when what seemed to be a head is none. */
static bool head_add(struct scan_collector *collector, uint8_t c)
{
	struct layout *layout = collector->layout;

	if (layout->have == 0 && c != SYN)
		return true; /* nobody's */
	if (layout->have == 1 && c != MARK) {
		layout->have = c == SYN ? 1 : 0;
		return true; /* an answer to a command */
	}
	layout->head[layout->have++] = c;
	if (layout->have == 2) {
		collector->is_cut = false; /* whatever was lost before: this one is whole */
		collector->reports = 1;
		buf_reset(&collector->collected);
	}
	return layout->have < HEAD_LEN || head_read(collector);
}

static enum scan_reading dechdr_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	struct layout *layout = collector->layout;

	if (!layout) {
		(void)bytes_take_all(in);
		return SCAN_READING_BAD;
	}
	if (collector->is_cut && layout->have >= 2) /* in the middle of this message */
		(void)drop(collector);
	while (in->len > 0) {
		uint8_t c = in->data[0];

		*in = bytes_of(in->data + 1, in->len - 1);
		if (layout->data_len == 0) {
			if (!head_add(collector, c))
				return drop(collector);
			continue;
		}
		buf_add_byte(&collector->collected, c);
		if (collector->collected.len == layout->data_len)
			return data_end(collector, out);
	}
	return collector->reports > 0 || layout->have > 0 ? SCAN_READING_MORE : SCAN_READING_NONE;
}

static enum scan_reading dechdr_idle(struct scan_collector *collector, struct scan *out)
{
	(void)out;
	return drop(collector);
}

static bool dechdr_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector;
	return scanner_maker_sound(SCANNER_MAKER_HONEYWELL, verdict, out);
}

const struct scanner_driver scanner_driver_dechdr = {
	.name = "dechdr",
	.joins_reports = true,
	.begin = dechdr_begin,
	.decode = dechdr_decode,
	.idle = dechdr_idle,
	.timeout_ms = DECHDR_TIMEOUT_MS,
	.feedback = dechdr_feedback,
};
