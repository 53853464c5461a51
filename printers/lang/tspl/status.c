/* A TSPL printer's replies -> struct printer_status. */
#include "printers/lang/tspl/status.h"

#include "daemon/base/cursor.h"

#define STX 0x02
#define ETX 0x03
/* Bits 7 and 6 of each byte of the frame. */
#define MARK_MASK 0xc0u
#define MARK 0x40u

/* clang-format off */
const struct tspl_condition tspl_byte_bits[] = {
	{ 0x01, PRINTER_HEAD_OPEN,  false, "head open" },
	{ 0x02, PRINTER_JAM,        false, "paper jam" },
	{ 0x04, PRINTER_MEDIA_OUT,  false, "out of paper" },
	{ 0x08, PRINTER_RIBBON_OUT, false, "out of ribbon" },
	{ 0x10, PRINTER_PAUSED,     false, "pause" },
	{ 0x20, 0,                  true,  "printing" },
	{ 0x40, PRINTER_HEAD_OPEN,  false, "cover open" },
	{ 0x80, PRINTER_FAULT,      false, "other error, or temperature out of range" },
	{ 0, 0, false, NULL },
};

const struct tspl_condition tspl_messages[] = {
	{ '@', 0,              false, "normal" },
	{ '`', PRINTER_PAUSED, false, "pause" },
	{ 'B', 0,              true,  "backing label" },
	{ 'C', 0,              true,  "cutting" },
	{ 'E', PRINTER_FAULT,  false, "printer error" },
	{ 'F', 0,              true,  "form feed" },
	{ 'K', PRINTER_PAUSED, false, "waits for the print key" },
	{ 'L', 0,              true,  "waits until the label is taken" },
	{ 'P', 0,              true,  "printing batch" },
	{ 'W', 0,              true,  "imaging" },
	{ 0, 0, false, NULL },
};

const struct tspl_condition tspl_warning_bits[] = {
	{ 0x01, PRINTER_MEDIA_LOW, false, "paper low" },
	{ 0x02, 0,                 false, "ribbon low" },
	{ 0x08, 0,                 false, "receive buffer full" },
	{ 0, 0, false, NULL },
};

const struct tspl_condition tspl_error_bits[] = {
	{ 0x01, PRINTER_OVER_TEMPERATURE, false, "print head too hot" },
	{ 0x02, PRINTER_OVER_TEMPERATURE, false, "motor too hot" },
	{ 0x04, PRINTER_FAULT,            false, "print head error" },
	{ 0x08, PRINTER_JAM,              false, "cutter jam" },
	{ 0x10, PRINTER_FAULT,            false, "not enough memory" },
	{ 0, 0, false, NULL },
};

const struct tspl_condition tspl_media_bits[] = {
	{ 0x01, PRINTER_MEDIA_OUT,  false, "paper empty" },
	{ 0x02, PRINTER_JAM,        false, "paper jam" },
	{ 0x04, PRINTER_RIBBON_OUT, false, "ribbon empty" },
	{ 0x08, PRINTER_JAM,        false, "ribbon jam" },
	{ 0x20, PRINTER_HEAD_OPEN,  false, "print head open" },
	{ 0, 0, false, NULL },
};
/* clang-format on */

static void bits_read(
	const struct tspl_condition *rows, unsigned bits, struct printer_status *status)
{
	unsigned unknown = bits;

	for (; rows->meaning; rows++) {
		if (!(bits & rows->value))
			continue;
		unknown &= ~(unsigned)rows->value;
		status->found |= rows->found;
		status->is_busy = status->is_busy || rows->is_busy;
	}
	if (unknown)
		status->found |= PRINTER_FAULT;
}

static void message_read(uint8_t message, struct printer_status *status)
{
	for (const struct tspl_condition *row = tspl_messages; row->meaning; row++) {
		if (row->value != message)
			continue;
		status->found |= row->found;
		status->is_busy = status->is_busy || row->is_busy;
		return;
	}
	status->found |= PRINTER_FAULT;
}

enum printer_reading tspl_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	if (query != PRINTER_QUERY_HOST || reply.len > 1)
		return PRINTER_READING_BAD;
	if (reply.len == 0)
		return PRINTER_READING_MORE;
	bits_read(tspl_byte_bits, reply.data[0], status);
	status->error_bits = reply.data[0];
	status->answered[query] = true;
	return PRINTER_READING_DONE;
}

/* Message, warning, error, media; false when they are no four bytes of a status and ETX. */
static bool frame_read(struct bytes frame, struct printer_status *status)
{
	struct cursor in = cursor_over(frame);
	uint8_t message = cursor_u8(&in);
	uint8_t warning = cursor_u8(&in);
	uint8_t error = cursor_u8(&in);
	uint8_t media = cursor_u8(&in);

	if (cursor_u8(&in) != ETX || (message & MARK_MASK) != MARK ||
		(warning & MARK_MASK) != MARK || (error & MARK_MASK) != MARK ||
		(media & MARK_MASK) != MARK)
		return false;
	message_read(message, status);
	bits_read(tspl_warning_bits, warning & ~MARK_MASK, status);
	bits_read(tspl_error_bits, error & ~MARK_MASK, status);
	bits_read(tspl_media_bits, media & ~MARK_MASK, status);
	status->warning_bits = (uint32_t)message << 8 | warning;
	status->error_bits = (uint32_t)error << 8 | media;
	return true;
}

enum printer_reading tspl_status_read_frame(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	struct printer_status read = *status;
	struct cursor in = cursor_over(reply);

	if (query != PRINTER_QUERY_HOST || reply.len > PRINTER_REPLY_MAX)
		return PRINTER_READING_BAD;
	while (in.left.len > 0 && cursor_peek(&in) != STX)
		cursor_skip(&in, 1);
	cursor_skip(&in, 1);
	struct bytes frame = cursor_take(&in, 5);

	if (!cursor_ok(&in))
		return PRINTER_READING_MORE;
	if (!frame_read(frame, &read))
		return PRINTER_READING_BAD;
	read.answered[query] = true;
	*status = read;
	return PRINTER_READING_DONE;
}
