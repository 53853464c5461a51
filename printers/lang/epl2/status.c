/* An EPL2 printer's replies -> struct printer_status. */
#include "printers/lang/epl2/status.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define REMAINING_DIGITS 3
#define LINES_DIGITS 5

/* clang-format off */
const struct epl2_code epl2_codes[] = {
	{  0, 0,                                      false, "no error" },
	{  1, PRINTER_FAULT,                          false, "syntax error" },
	{  2, PRINTER_FAULT,                          false, "object beyond the label's border" },
	{  3, PRINTER_FAULT,                          false, "length of bar code data" },
	{  4, PRINTER_FAULT,                          false, "not enough memory" },
	{  5, PRINTER_FAULT,                          false, "memory configuration" },
	{  6, PRINTER_FAULT,                          false, "RS-232 interface" },
	{  7, PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT, false, "out of media or ribbon" },
	{  8, PRINTER_FAULT,                          false, "duplicate name" },
	{  9, PRINTER_FAULT,                          false, "name not found" },
	{ 10, PRINTER_FAULT,                          false, "not in data entry mode" },
	{ 11, PRINTER_HEAD_OPEN,                      false, "print head open" },
	{ 12, PRINTER_PAUSED,                         false, "paused, or a label waits to be taken" },
	{ 13, PRINTER_OVER_TEMPERATURE,               false, "print head too hot" },
	{ 14, PRINTER_OVER_TEMPERATURE,               false, "motor too hot" },
	{ 15, PRINTER_FAULT,                          false, "battery" },
	{ 16, PRINTER_FAULT,                          false, "battery" },
	{ 50, 0,                                      true,  "busy printing" },
	{ 80, PRINTER_FAULT,                          false, "unknown error" },
	{ 81, PRINTER_FAULT,                          false, "cutter" },
	{ 82, PRINTER_FAULT,                          false, "sensor" },
	{ 83, PRINTER_FAULT,                          false, "interrupted" },
	{ 84, PRINTER_FAULT,                          false, "fed too far, no gap or mark found" },
	{ 93, PRINTER_FAULT,                          false, "PDF417 data" },
	{ 0, 0, false, NULL },
};
/* clang-format on */

/* Exactly that many digits. */
static unsigned digits_read(struct cursor *in, size_t count)
{
	struct bytes text = cursor_take(in, count);
	struct cursor digits = cursor_over(text);
	uint64_t value = cursor_decimal(&digits);

	if (!cursor_at_end(&digits))
		cursor_fail(in);
	return (unsigned)value;
}

static void code_read(struct cursor *in, struct printer_status *status)
{
	unsigned code = digits_read(in, 2);
	unsigned found = PRINTER_FAULT;

	for (const struct epl2_code *row = epl2_codes; row->meaning; row++) {
		if (row->code != code)
			continue;
		found = row->found;
		status->is_busy = status->is_busy || row->is_busy;
	}
	status->found |= found;
	status->error_bits = status->error_bits << 8 | (code / 10) << 4 | code % 10;
}

static bool line_read(struct bytes line, struct printer_status *status)
{
	struct cursor in = cursor_over(line);

	code_read(&in, status);
	if (cursor_accept(&in, "P")) {
		status->labels_remaining = digits_read(&in, REMAINING_DIGITS);
		if (cursor_accept(&in, "L"))
			(void)digits_read(
				&in, LINES_DIGITS); /* part of a label that is counted already */
		return cursor_at_end(&in);
	}
	while (cursor_accept(&in, ","))
		code_read(&in, status);
	return cursor_at_end(&in);
}

enum printer_reading epl2_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	struct printer_status read = *status;
	struct cursor in = cursor_over(reply);

	if (query != PRINTER_QUERY_HOST || reply.len > PRINTER_REPLY_MAX)
		return PRINTER_READING_BAD;
	while (in.left.len > 0 && cursor_peek(&in) < ' ')
		cursor_skip(&in, 1);
	struct cursor end = in;
	struct bytes line = cursor_take_until(&end, '\n');

	if (!cursor_ok(&end))
		return in.left.len > EPL2_ANSWER_MAX ? PRINTER_READING_BAD : PRINTER_READING_MORE;
	if (line.len > EPL2_ANSWER_MAX)
		return PRINTER_READING_BAD;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (!line_read(line, &read))
		return PRINTER_READING_BAD;
	read.answered[query] = true;
	*status = read;
	return PRINTER_READING_DONE;
}
