/* OPC frames. */
#include "scanners/opc.h"

#include "daemon/base/cursor.h"

#define DLE 0x10
#define STX 0x02
#define ETX 0x03

#define TYPE_COMMAND 0x43
#define TYPE_CODE 0x82
#define TYPE_CODE_AT 0xA2
#define HEADER_AT_LEN 16u
#define FRAME_MAX (SCAN_MAX + HEADER_AT_LEN + 1)
#define CRC_LEN 2u

enum state {
	OUTSIDE,
	OUTSIDE_DLE, /* a DLE, of which nothing is known yet */
	INSIDE,
	INSIDE_DLE,
	CRC_HIGH,
	CRC_LOW,
};

/* What the collector's layout is. */
struct layout {
	enum state state;
	uint16_t crc;             /* of the frame so far */
	uint16_t crc_told;        /* its high byte, then all */
	uint8_t bytes[FRAME_MAX]; /* type, header and data of the frame so far */
	size_t len;
	uint8_t last[FRAME_MAX]; /* the bar code that came last */
	size_t last_len;         /* 0: none */
	uint16_t number;         /* of our next frame */
};

static const struct {
	uint8_t id;
	const char *aim;
} codes[] = {
	{ 4, "]I0" },   /* Interleaved 2 of 5 */
	{ 5, "]F0" },   /* Codabar */
	{ 6, "]G0" },   /* Code 93 */
	{ 7, "]C0" },   /* Code 128 */
	{ 8, "]E0" },   /* UPC-A */
	{ 16, "]L0" },  /* PDF417 */
	{ 31, "]C1" },  /* GS1-128 */
	{ 62, "]C0" },  /* ISBT 128 */
	{ 70, "]E0" },  /* EAN-13 */
	{ 73, "]E4" },  /* EAN-8 */
	{ 76, "]A0" },  /* Code 39 */
	{ 97, "]e0" },  /* GS1 DataBar */
	{ 102, "]d1" }, /* Data Matrix */
	{ 103, "]z0" }, /* Aztec */
	{ 105, "]Q1" }, /* QR */
};

static bool opc_begin(struct scan_collector *collector, struct bytes description, struct err *err)
{
	(void)description; /* a line says nothing of itself */
	(void)err;
	scan_collector_begin(collector, sizeof(struct layout));
	return true;
}

/* CRC-16/USB: reflected polynomial A001, begun with FFFF, inverted at the end. */
static uint16_t crc_add(uint16_t crc, uint8_t byte)
{
	crc ^= byte;
	for (int bit = 0; bit < 8; bit++)
		crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1);
	return crc;
}

static uint16_t crc_end(uint16_t crc)
{
	return (uint16_t)(0xFFFFu - crc);
}

static enum scan_reading drop(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	layout->state = OUTSIDE;
	collector->reports = 0; /* a frame says where it begins */
	collector->is_cut = false;
	buf_reset(&collector->collected);
	return SCAN_READING_BAD;
}

static void frame_begin(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	layout->state = INSIDE;
	layout->len = 0;
	layout->crc = crc_add(crc_add(0xFFFF, DLE), STX);
	collector->is_cut = false; /* whatever was lost before: this one is whole */
	buf_reset(&collector->collected);
}

/* ---- a whole frame ---- */

static size_t header_len(uint8_t type)
{
	return type < 0x20 ? 0 : (size_t)1 << ((type >> 5) - 1);
}

static void aim_set(struct scan_collector *collector, uint8_t id)
{
	memset(collector->aim, 0, sizeof(collector->aim));
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (codes[i].id == id)
			memcpy(collector->aim, codes[i].aim, SCAN_AIM_LEN);
	}
}

/* Notes the frame as the last; true when it was so already. */
static bool is_repeat(struct layout *layout)
{
	bool is_same = layout->last_len == layout->len &&
		       memcmp(layout->last, layout->bytes, layout->len) == 0;

	memcpy(layout->last, layout->bytes, layout->len);
	layout->last_len = layout->len;
	return is_same;
}

static enum scan_reading frame_whole(struct scan_collector *collector, struct scan *out)
{
	struct layout *layout = collector->layout;
	struct cursor in = cursor_over(bytes_of(layout->bytes, layout->len));
	uint8_t type = cursor_u8(&in);
	struct cursor header = cursor_over(cursor_take(&in, header_len(type)));

	layout->state = OUTSIDE;
	collector->reports = 0;
	if (!cursor_ok(&in))
		return drop(collector);
	if (type != TYPE_CODE && type != TYPE_CODE_AT)
		return SCAN_READING_NONE;
	if (is_repeat(layout))
		return SCAN_READING_NONE;
	(void)cursor_u16_be(&header); /* its number, which is_repeat has compared */
	aim_set(collector, cursor_u8(&header));
	if (in.left.len == 0)
		return drop(collector);
	buf_add(&collector->collected, in.left);
	return scan_collector_end(collector, SCAN_END_DECLARED, out);
}

static enum scan_reading frame_end(struct scan_collector *collector, struct scan *out)
{
	const struct layout *layout = collector->layout;

	if (layout->crc_told != 0 && layout->crc_told != crc_end(layout->crc))
		return drop(collector);
	return frame_whole(collector, out);
}

/* ---- byte by byte ---- */

/* A byte of the frame, its doubled DLE once; false when it is too long. */
static bool frame_add(struct layout *layout, uint8_t c)
{
	if (layout->len == FRAME_MAX)
		return false;
	layout->bytes[layout->len++] = c;
	layout->state = INSIDE;
	return true;
}

/* A byte behind a DLE that is not doubled: as it is in a header, wrong in the data. */
static bool header_add(struct layout *layout, uint8_t c)
{
	bool is_header = layout->len > 0 && layout->len <= header_len(layout->bytes[0]);

	return is_header && frame_add(layout, DLE) && frame_add(layout, c);
}

static enum scan_reading outside_take(struct scan_collector *collector, uint8_t c)
{
	struct layout *layout = collector->layout;

	if (layout->state == OUTSIDE_DLE && c == STX)
		frame_begin(collector);
	else
		layout->state = c == DLE ? OUTSIDE_DLE : OUTSIDE;
	return SCAN_READING_MORE;
}

static enum scan_reading inside_take(struct scan_collector *collector, uint8_t c)
{
	struct layout *layout = collector->layout;
	bool was_dle = layout->state == INSIDE_DLE;

	layout->crc = crc_add(layout->crc, c);
	if (was_dle && c == STX) {
		(void)drop(collector);
		frame_begin(collector); /* the one before never ended */
		return SCAN_READING_BAD;
	}
	collector->reports = 1;
	if (was_dle && c == ETX)
		layout->state = CRC_HIGH;
	else if (!was_dle && c == DLE)
		layout->state = INSIDE_DLE;
	else if (was_dle && c != DLE ? !header_add(layout, c) : !frame_add(layout, c))
		return drop(collector);
	return SCAN_READING_MORE;
}

static enum scan_reading byte_take(struct scan_collector *collector, uint8_t c, struct scan *out)
{
	struct layout *layout = collector->layout;

	switch (layout->state) {
	case OUTSIDE:
	case OUTSIDE_DLE:
		return outside_take(collector, c);
	case INSIDE:
	case INSIDE_DLE:
		return inside_take(collector, c);
	case CRC_HIGH:
		layout->crc_told = (uint16_t)(c << 8);
		layout->state = CRC_LOW;
		return SCAN_READING_MORE;
	case CRC_LOW:
		layout->crc_told |= c;
		return frame_end(collector, out);
	}
	return SCAN_READING_BAD;
}

static enum scan_reading opc_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	struct layout *layout = collector->layout;

	if (!layout) {
		(void)bytes_take_all(in);
		return SCAN_READING_BAD;
	}
	if (collector->is_cut && layout->state > OUTSIDE_DLE) /* in the middle of this frame */
		(void)drop(collector);
	while (in->len > 0) {
		uint8_t c = in->data[0];

		*in = bytes_of(in->data + 1, in->len - 1);
		enum scan_reading reading = byte_take(collector, c, out);

		if (reading != SCAN_READING_MORE)
			return reading;
	}
	return layout->state == OUTSIDE ? SCAN_READING_NONE : SCAN_READING_MORE;
}

static enum scan_reading opc_idle(struct scan_collector *collector, struct scan *out)
{
	(void)out;
	return drop(collector);
}

/* ---- feedback ---- */

static void command_add(struct layout *layout, uint8_t command, struct buf *out)
{
	const uint8_t frame[] = { DLE, STX, TYPE_COMMAND, (uint8_t)(layout->number >> 8),
		(uint8_t)layout->number, command, DLE, ETX };
	uint16_t crc = 0xFFFF;

	for (size_t i = 0; i < sizeof(frame); i++)
		crc = crc_add(crc, frame[i]);
	crc = crc_end(crc);
	buf_add_mem(out, frame, sizeof(frame));
	buf_add_byte(out, (uint8_t)(crc >> 8));
	buf_add_byte(out, (uint8_t)crc);
	layout->number = (uint16_t)((layout->number + 1) & 0x0F); /* so no DLE is in it */
}

static bool opc_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	static const uint8_t commands[] = {
		[SCAN_SOUND_GOOD] = 'B',
		[SCAN_SOUND_BAD] = 'E',
	};
	enum scan_sound sound = scan_verdict_sound(verdict);
	struct layout *layout = collector->layout;

	if (!layout)
		return false;
	if (sound != SCAN_SOUND_NONE)
		command_add(layout, commands[sound], out);
	return true;
}

const struct scanner_driver scanner_driver_opc = {
	.name = "opc",
	.joins_reports = true,
	.begin = opc_begin,
	.decode = opc_decode,
	.idle = opc_idle,
	.timeout_ms = OPC_TIMEOUT_MS,
	.feedback = opc_feedback,
};
