/* Zebra's replies -> struct printer_status. */
#include "printers/lang/zpl/status.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define STX 0x02
#define ETX 0x03

#define HOST_STRINGS 3
#define HOST_FIELDS_MAX 12
#define COUNTER_TEXT_MAX 64

/* clang-format off */
const struct zpl_condition zpl_error_bits[] = {
	{ 0x00000001, PRINTER_MEDIA_OUT,        "media out" },
	{ 0x00000002, PRINTER_RIBBON_OUT,       "ribbon out" },
	{ 0x00000004, PRINTER_HEAD_OPEN,        "head open" },
	{ 0x00000008, PRINTER_FAULT,            "cutter fault" },
	{ 0x00000010, PRINTER_OVER_TEMPERATURE, "printhead over temperature" },
	{ 0x00000020, PRINTER_OVER_TEMPERATURE, "motor over temperature" },
	{ 0x00000040, PRINTER_FAULT,            "bad printhead element" },
	{ 0x00000080, PRINTER_FAULT,            "printhead detection error" },
	{ 0x00000100, PRINTER_FAULT,            "invalid firmware configuration" },
	{ 0x00000200, PRINTER_FAULT,            "printhead thermistor open" },
	/* from here on KR403 only */
	{ 0x00001000, PRINTER_JAM,              "paper jam during retract" },
	{ 0x00002000, PRINTER_FAULT,            "presenter not running" },
	{ 0x00004000, PRINTER_JAM,              "paper feed error" },
	{ 0x00008000, PRINTER_JAM,              "clear paper path failed" },
	{ 0x00010000, PRINTER_PAUSED,           "paused" },
	{ 0x00020000, PRINTER_JAM,              "retract timed out" },
	{ 0x00040000, PRINTER_FAULT,            "black mark calibrate error" },
	{ 0x00080000, PRINTER_FAULT,            "black mark not found" },
	{ 0, 0, NULL },
};

const struct zpl_condition zpl_warning_bits[] = {
	{ 0x00000001, 0,                 "needs media calibration" },
	{ 0x00000002, 0,                 "clean printhead" },
	{ 0x00000004, 0,                 "replace printhead" },
	/* from here on KR403 only */
	{ 0x00000008, PRINTER_MEDIA_LOW, "paper near end" },
	{ 0x00000010, 0,                 "paper path sensor 1" },
	{ 0x00000020, 0,                 "paper path sensor 2" },
	{ 0x00000040, 0,                 "paper path sensor 3" },
	{ 0x00000080, 0,                 "paper path sensor 4" },
	{ 0x00000100, 0,                 "paper path sensor 5" },
	{ 0x00000200, 0,                 "paper path sensor 6" },
	{ 0x00000400, 0,                 "paper path sensor 7" },
	{ 0x00000800, 0,                 "paper path sensor 8" },
	{ 0, 0, NULL },
};

/*
 * Fields a to y of ~HS lie in three strings: a-l, m-w, x-y. Under temperature has no word of its own;
 * in diagnostics mode the printer prints what it receives as a dump.
 */
const struct zpl_condition zpl_host_fields[] = {
	{ 0 << 8 | 1,  PRINTER_MEDIA_OUT,        "paper out" },
	{ 0 << 8 | 2,  PRINTER_PAUSED,           "pause" },
	{ 0 << 8 | 6,  PRINTER_FAULT,            "communications diagnostic mode" },
	{ 0 << 8 | 9,  PRINTER_FAULT,            "corrupt RAM, configuration lost" },
	{ 0 << 8 | 10, PRINTER_FAULT,            "under temperature" },
	{ 0 << 8 | 11, PRINTER_OVER_TEMPERATURE, "over temperature" },
	{ 1 << 8 | 2,  PRINTER_HEAD_OPEN,        "head up" },
	{ 1 << 8 | 3,  PRINTER_RIBBON_OUT,       "ribbon out" },
	{ 0, 0, NULL },
};
/* clang-format on */

enum frame_result {
	FRAME_MORE,
	FRAME_FOUND,
	FRAME_BAD
};

/* The next STX ... ETX; what lies before STX is line noise or the CR LF of the frame before. */
static enum frame_result frame_take(struct cursor *in, struct bytes *out)
{
	while (in->left.len > 0 && cursor_peek(in) != STX)
		cursor_skip(in, 1);
	if (in->left.len == 0)
		return FRAME_MORE;
	struct cursor body = *in;

	cursor_skip(&body, 1);
	*out = cursor_take_until(&body, ETX);
	if (!cursor_ok(&body))
		return in->left.len > ZPL_FRAME_MAX ? FRAME_BAD : FRAME_MORE;
	if (out->len > ZPL_FRAME_MAX)
		return FRAME_BAD;
	*in = body;
	return FRAME_FOUND;
}

/* Splits at commas; the number of fields, or 0 when one is not a decimal number or there are too
 * many. */
static size_t fields_read(struct bytes frame, uint64_t field[HOST_FIELDS_MAX])
{
	struct cursor in = cursor_over(frame);
	size_t count = 0;

	do {
		if (count == HOST_FIELDS_MAX)
			return 0;
		field[count++] = cursor_decimal(&in);
	} while (cursor_accept(&in, ","));
	return cursor_at_end(&in) ? count : 0;
}

static const size_t host_counts[HOST_STRINGS] = { 12, 11, 2 };

static unsigned host_conditions(uint64_t field[HOST_STRINGS][HOST_FIELDS_MAX])
{
	unsigned found = 0;

	for (const struct zpl_condition *row = zpl_host_fields; row->meaning; row++) {
		if (field[row->bit >> 8][row->bit & 0xff] != 0)
			found |= row->found;
	}
	return found;
}

static void host_store(uint64_t field[HOST_STRINGS][HOST_FIELDS_MAX], struct printer_status *status)
{
	status->found |= host_conditions(field);
	status->formats_waiting = field[0][4] > 999 ? 999 : (unsigned)field[0][4];
	status->partial_format = field[0][7] != 0;
	status->labels_remaining = field[1][8];
}

/* Three frames with 12, 11 and 2 fields in a row; any other frame starts the search anew. */
static enum printer_reading host_read(struct cursor *in, struct printer_status *status)
{
	uint64_t field[HOST_STRINGS][HOST_FIELDS_MAX] = { 0 };
	size_t have = 0;
	struct bytes frame;
	enum frame_result result = frame_take(in, &frame);

	while (result == FRAME_FOUND) {
		size_t count = fields_read(frame, field[have]);

		if (count == host_counts[have])
			have++;
		else if (have > 0)
			return PRINTER_READING_BAD;
		if (have == HOST_STRINGS) {
			host_store(field, status);
			return PRINTER_READING_DONE;
		}
		result = frame_take(in, &frame);
	}
	return result == FRAME_BAD ? PRINTER_READING_BAD : PRINTER_READING_MORE;
}

static void blanks_skip(struct cursor *in)
{
	while (cursor_accept(in, " ") || cursor_accept(in, "\r") || cursor_accept(in, "\n"))
		continue;
}

/* "ERRORS:   f gggggggg hhhhhhhh": flag, group 2 (always zero so far), group 1. */
static uint32_t group_read(
	struct cursor *in, const char *name, const struct zpl_condition *rows, unsigned *found)
{
	blanks_skip(in);
	cursor_expect(in, name);
	blanks_skip(in);
	uint64_t flag = cursor_decimal(in);

	blanks_skip(in);
	uint32_t group_2 = cursor_hex_u32(in);

	blanks_skip(in);
	uint32_t group_1 = cursor_hex_u32(in);
	uint32_t unknown = group_1;

	for (; rows->meaning; rows++) {
		if (group_1 & rows->bit)
			*found |= rows->found;
		unknown &= ~rows->bit;
	}
	if (unknown || group_2 || flag > 1 || (flag == 1 && group_1 == 0))
		*found |= PRINTER_FAULT;
	return group_1;
}

static enum printer_reading faults_read(struct cursor *in, struct printer_status *status)
{
	struct bytes frame;
	enum frame_result result = frame_take(in, &frame);

	while (result == FRAME_FOUND) {
		struct cursor text = cursor_over(frame);
		unsigned found = 0;

		blanks_skip(&text);
		if (cursor_accept(&text, "PRINTER STATUS")) {
			uint32_t errors = group_read(&text, "ERRORS:", zpl_error_bits, &found);
			uint32_t warnings =
				group_read(&text, "WARNINGS:", zpl_warning_bits, &found);

			blanks_skip(&text);
			if (!cursor_at_end(&text))
				return PRINTER_READING_BAD;
			status->found |= found;
			status->error_bits = errors;
			status->warning_bits = warnings;
			return PRINTER_READING_DONE;
		}
		result = frame_take(in, &frame);
	}
	return result == FRAME_BAD ? PRINTER_READING_BAD : PRINTER_READING_MORE;
}

/* Drops whole frames that came late, so that their text is not taken for the counter's. */
static bool frames_skip(struct cursor *in)
{
	struct bytes frame;

	while (cursor_peek(in) != '"') {
		if (in->left.len == 0)
			return false;
		if (cursor_peek(in) != STX)
			cursor_skip(in, 1);
		else if (frame_take(in, &frame) != FRAME_FOUND)
			return false;
	}
	return true;
}

/* "123" in double quotes; "?" when the printer has no such counter, which is an answer too. */
static enum printer_reading counter_read(struct cursor *in, struct printer_status *status)
{
	if (!frames_skip(in))
		return PRINTER_READING_MORE;
	cursor_skip(in, 1);
	struct bytes text = cursor_take_until(in, '"');

	if (!cursor_ok(in))
		return PRINTER_READING_MORE;
	if (text.len > COUNTER_TEXT_MAX)
		return PRINTER_READING_BAD;
	struct cursor digits = cursor_over(text);
	uint64_t value = cursor_decimal(&digits);

	if (bytes_is(text, "?"))
		return PRINTER_READING_DONE;
	if (!cursor_at_end(&digits))
		return PRINTER_READING_BAD;
	status->has_counter = true;
	status->counter = value;
	return PRINTER_READING_DONE;
}

static enum printer_reading (*const readers[PRINTER_QUERIES])(
	struct cursor *in, struct printer_status *status) = {
	[PRINTER_QUERY_HOST] = host_read,
	[PRINTER_QUERY_FAULTS] = faults_read,
	[PRINTER_QUERY_COUNTER] = counter_read,
};

enum printer_reading zpl_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	struct printer_status read = *status;
	struct cursor in = cursor_over(reply);

	if (reply.len > PRINTER_REPLY_MAX)
		return PRINTER_READING_BAD;
	enum printer_reading reading = readers[query](&in, &read);

	if (reading == PRINTER_READING_DONE) {
		read.answered[query] = true;
		*status = read;
	}
	return reading;
}
