/* SSI packets. */
#include "scanners/ssi.h"

#include "daemon/base/cursor.h"
#include "scanners/zebra.h"

#define PACKET_MIN 4u /* length, opcode, source, status */
#define PACKET_MAX (UINT8_MAX + 2u)
#define CHECKSUM_LEN 2u

#define SOURCE_HOST 0x04
#define STATUS_REPEAT 0x01
#define TYPE_NO_READ 0x01

enum opcode {
	OP_SEGMENT = 0x73,
	OP_SEGMENT_ACK = 0x74,
	OP_INIT = 0x90,
	OP_HOST_ACK = 0x96,
	OP_ACK = 0xD0,
	OP_NAK = 0xD1,
	OP_BEEP = 0xE6,
	OP_DECODE = 0xF3,
};

#define NAK_RESEND 1

/* What the collector's layout is. */
struct layout {
	uint8_t packet[PACKET_MAX];
	size_t have;
	uint8_t last[PACKET_MAX]; /* the one that was taken last; [0] is 0: none */
	bool is_new;              /* it has said 90 */
	unsigned naks;            /* running */
	unsigned segment;         /* the next of a scan in several packets */
	size_t text_len;          /* of that scan */
};

static bool ssi_begin(struct scan_collector *collector, struct bytes description, struct err *err)
{
	(void)description; /* a line says nothing of itself */
	(void)err;
	scan_collector_begin(collector, sizeof(struct layout));
	return true;
}

/* ---- packets to the scanner ---- */

static uint16_t checksum(struct bytes bytes)
{
	unsigned sum = 0;

	for (size_t i = 0; i < bytes.len; i++)
		sum += bytes.data[i];
	return (uint16_t)(0x10000u - (sum & 0xFFFF));
}

static void packet_add(enum opcode opcode, struct bytes data, struct buf *out)
{
	size_t at = out->len;

	buf_add_byte(out, (uint8_t)(PACKET_MIN + data.len));
	buf_add_byte(out, (uint8_t)opcode);
	buf_add_byte(out, SOURCE_HOST);
	buf_add_byte(out, 0);
	buf_add(out, data);
	uint16_t sum = checksum(bytes_of(out->data + at, out->len - at));

	buf_add_byte(out, (uint8_t)(sum >> 8));
	buf_add_byte(out, (uint8_t)sum);
}

static void acknowledge(struct scan_collector *collector, enum opcode of)
{
	const struct layout *layout = collector->layout;
	enum opcode ack = layout->is_new ? OP_HOST_ACK : OP_ACK;

	packet_add(
		of == OP_SEGMENT ? OP_SEGMENT_ACK : ack, (struct bytes) { 0 }, &collector->answer);
}

/* ---- text ---- */

/* Nothing of what was collected is given out. */
static enum scan_reading drop(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	layout->segment = 0;
	collector->reports = 0; /* packets have borders: the next is whole */
	collector->is_cut = false;
	buf_reset(&collector->collected);
	return SCAN_READING_BAD;
}

/* The text's code type and, of newer scanners, its own length; false when it makes no sense. */
static bool text_head(
	struct scan_collector *collector, struct cursor *in, bool has_len, size_t *out_len)
{
	uint8_t type = cursor_u8(in);

	*out_len = in->left.len;
	if (has_len) {
		(void)cursor_u8(in);
		*out_len = cursor_u16_be(in);
	}
	zebra_aim_set(collector, type);
	return cursor_ok(in) && *out_len > 0 && *out_len <= SCAN_MAX;
}

static bool is_no_read(unsigned type, struct bytes text)
{
	return type == TYPE_NO_READ && bytes_is(text, "NR");
}

static enum scan_reading decode_data(
	struct scan_collector *collector, struct bytes data, struct scan *out)
{
	const struct layout *layout = collector->layout;
	struct cursor in = cursor_over(data);
	size_t len;

	if (layout->segment > 0)
		return drop(collector); /* a scan in several packets was not over */
	buf_reset(&collector->collected);
	collector->is_cut = false;
	if (!text_head(collector, &in, layout->is_new, &len) || len != in.left.len)
		return drop(collector);
	if (is_no_read(data.data[0], in.left))
		return SCAN_READING_NONE;
	buf_add(&collector->collected, in.left);
	return scan_collector_end(collector, SCAN_END_DECLARED, out);
}

/* F3, two bytes, the length of all, and then as a newer scanner's text. */
static bool first_segment(struct scan_collector *collector, struct cursor *in)
{
	struct layout *layout = collector->layout;

	buf_reset(&collector->collected);
	collector->is_cut = false;
	if (cursor_u8(in) != OP_DECODE)
		return false;
	(void)cursor_u16_be(in);
	(void)cursor_u16_be(in);
	return text_head(collector, in, true, &layout->text_len);
}

static enum scan_reading segment(
	struct scan_collector *collector, struct bytes data, struct scan *out)
{
	struct layout *layout = collector->layout;
	struct cursor in = cursor_over(data);
	uint8_t number = cursor_u8(&in);

	if (number != layout->segment || number == UINT8_MAX ||
		(number == 0 && !first_segment(collector, &in)))
		return drop(collector);
	if (in.left.len == 0 || collector->collected.len + in.left.len > layout->text_len)
		return drop(collector);
	buf_add(&collector->collected, in.left);
	if (collector->collected.len == layout->text_len) {
		layout->segment = 0;
		return scan_collector_end(collector, SCAN_END_DECLARED, out);
	}
	layout->segment++;
	collector->reports = 1;
	return SCAN_READING_MORE;
}

/* ---- packets from the scanner ---- */

static bool says_repeat(const struct layout *layout)
{
	return (layout->packet[3] & STATUS_REPEAT) != 0;
}

/* The same packet as the one before, said to be so. */
static bool is_repeat(const struct layout *layout)
{
	const uint8_t *now = layout->packet;
	size_t len = now[0];

	return says_repeat(layout) && layout->last[0] == len && layout->last[1] == now[1] &&
	       memcmp(layout->last + PACKET_MIN, now + PACKET_MIN, len - PACKET_MIN) == 0;
}

static enum scan_reading go_on(const struct scan_collector *collector)
{
	return collector->reports > 0 ? SCAN_READING_MORE : SCAN_READING_NONE;
}

static enum scan_reading packet_whole(struct scan_collector *collector, struct scan *out)
{
	struct layout *layout = collector->layout;
	struct bytes data =
		bytes_of(layout->packet + PACKET_MIN, layout->packet[0] - (size_t)PACKET_MIN);
	uint8_t opcode = layout->packet[1];

	if (opcode == OP_ACK || opcode == OP_NAK)
		return go_on(collector); /* of what we wrote: not answered */
	if (opcode == OP_INIT)
		layout->is_new = true;
	acknowledge(collector, (enum opcode)opcode);
	if (is_repeat(layout))
		return go_on(collector);
	memcpy(layout->last, layout->packet, layout->packet[0]);
	if (opcode == OP_DECODE)
		return decode_data(collector, data, out);
	if (opcode == OP_SEGMENT)
		return segment(collector, data, out);
	return go_on(collector);
}

/* Of a broken one: what says that it is a repeat is all that is wrong with it. */
static bool is_falsely_repeat(const struct layout *layout, struct bytes all, uint16_t told)
{
	return is_repeat(layout) && told == (uint16_t)(checksum(all) + STATUS_REPEAT);
}

static enum scan_reading packet_broken(
	struct scan_collector *collector, struct bytes all, uint16_t told)
{
	static const uint8_t resend = NAK_RESEND;
	struct layout *layout = collector->layout;

	if (!says_repeat(layout) || is_falsely_repeat(layout, all, told))
		layout->last[0] = 0; /* it was new, though it may say the same: so is its repeat */
	if (++layout->naks > SSI_NAKS_MAX) {
		layout->naks = 0;
		return drop(collector);
	}
	packet_add(OP_NAK, bytes_of(&resend, 1), &collector->answer);
	return SCAN_READING_MORE; /* so its time is limited */
}

static enum scan_reading packet_end(struct scan_collector *collector, struct scan *out)
{
	struct layout *layout = collector->layout;
	struct bytes all = bytes_of(layout->packet, layout->packet[0]);
	uint16_t sum = (uint16_t)(layout->packet[all.len] << 8 | layout->packet[all.len + 1]);

	layout->have = 0;
	if (sum != checksum(all))
		return packet_broken(collector, all, sum);
	layout->naks = 0;
	return packet_whole(collector, out);
}

static enum scan_reading ssi_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	struct layout *layout = collector->layout;

	if (!layout) {
		*in = (struct bytes) { 0 };
		return SCAN_READING_BAD;
	}
	while (in->len > 0) {
		layout->packet[layout->have++] = in->data[0];
		*in = bytes_of(in->data + 1, in->len - 1);
		if (layout->packet[0] < PACKET_MIN) {
			layout->have = 0;
			return drop(collector); /* no length: looks for one that makes sense */
		}
		if (layout->have == layout->packet[0] + CHECKSUM_LEN)
			return packet_end(collector, out);
	}
	return SCAN_READING_MORE;
}

/* The rest of a packet did not come, or the next segment. */
static enum scan_reading ssi_idle(struct scan_collector *collector, struct scan *out)
{
	struct layout *layout = collector->layout;

	(void)out;
	layout->have = 0;
	layout->naks = 0;
	return drop(collector);
}

static bool ssi_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	int beep = zebra_beep(verdict);
	uint8_t code = (uint8_t)beep;

	(void)collector;
	if (beep >= 0)
		packet_add(OP_BEEP, bytes_of(&code, 1), out);
	return true;
}

const struct scanner_driver scanner_driver_ssi = {
	.name = "ssi",
	.joins_reports = true,
	.begin = ssi_begin,
	.decode = ssi_decode,
	.idle = ssi_idle,
	.timeout_ms = SSI_TIMEOUT_MS,
	.feedback = ssi_feedback,
};
