/*
 * A language of our own for tests of what is above the languages, one line per thing:
 * "label <width> <height> <hex of all rows>", "cancel", and the questions "host", "faults",
 * "counter", answered by "host <state set> <formats> <remaining> <partial> <busy>",
 * "faults <state set>", "counter <n>".
 */
#include <stdio.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "printers/lang/driver.h"

/* what an answer can name: neither OK nor SILENT */
#define NULL_CONDITIONS \
	((1u << PRINTER_STATE_WORDS) - 1 - (unsigned)PRINTER_OK - (unsigned)PRINTER_SILENT)

static bool null_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	if (bitmap->width_dots == 0 || bitmap->height_dots == 0)
		return err_set(err, ERR_INVALID, "the label has no dots");
	buf_addf(out, "label %u %u ", bitmap->width_dots, bitmap->height_dots);
	hex_encode(bytes_of(bitmap->data, bitmap->stride_bytes * bitmap->height_dots), out);
	buf_add_byte(out, '\n');
	return true;
}

static bool null_label(struct bytes line, struct label_bitmap *out, struct err *err)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF rows = { 0 };
	struct cursor in = cursor_over(line);

	cursor_expect(&in, "label ");
	uint64_t width_dots = cursor_decimal(&in);
	cursor_expect(&in, " ");
	uint64_t height_dots = cursor_decimal(&in);
	cursor_expect(&in, " ");
	if (!cursor_ok(&in) || width_dots > BITMAP_WIDTH_DOTS_MAX ||
		height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_CHECK_FAILED, "not a label line");
	if (!bitmap_init(&label, (unsigned)width_dots, (unsigned)height_dots, err) ||
		!hex_decode(cursor_take_rest(&in), &rows, err) ||
		rows.len != label.stride_bytes * label.height_dots)
		return err_set(err, ERR_CHECK_FAILED, "the rows do not fit the label");
	memcpy(label.data, rows.data, rows.len);
	label.width_dots = (unsigned)label.stride_bytes * 8;
	*out = label;
	label = (struct label_bitmap) { 0 };
	return true;
}

static bool null_expand(struct bytes bytes, struct label_list *out, struct err *err)
{
	struct cursor in = cursor_over(bytes);

	while (!cursor_at_end(&in)) {
		AUTO_BITMAP label = { 0 };
		struct bytes line = cursor_take_until(&in, '\n');

		if (!cursor_ok(&in))
			err_set(err, ERR_CHECK_FAILED, "the last line has no end");
		if (cursor_ok(&in) && null_label(line, &label, err) && label_list_give(out, &label))
			continue;
		label_list_done(out);
		return false;
	}
	return true;
}

static void null_read_line(
	enum printer_query query, struct cursor *in, struct printer_status *status)
{
	uint64_t value = cursor_decimal(in);

	switch (query) {
	case PRINTER_QUERY_HOST:
		status->found |= (unsigned)value & NULL_CONDITIONS;
		cursor_expect(in, " ");
		status->formats_waiting = (unsigned)cursor_decimal(in);
		cursor_expect(in, " ");
		status->labels_remaining = cursor_decimal(in);
		cursor_expect(in, " ");
		status->partial_format = cursor_decimal(in) != 0;
		cursor_expect(in, " ");
		status->is_busy = cursor_decimal(in) != 0;
		break;
	case PRINTER_QUERY_FAULTS:
		status->found |= (unsigned)value & NULL_CONDITIONS;
		break;
	case PRINTER_QUERY_COUNTER:
		status->has_counter = true;
		status->counter = value;
		break;
	}
}

static const char *const null_names[PRINTER_QUERIES] = { "host ", "faults ", "counter " };

static enum printer_reading null_read(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	struct printer_status read = *status;
	struct cursor in = cursor_over(reply);
	struct cursor line = cursor_over(cursor_take_until(&in, '\n'));

	if (!cursor_ok(&in))
		return reply.len > PRINTER_REPLY_MAX ? PRINTER_READING_BAD : PRINTER_READING_MORE;
	cursor_expect(&line, null_names[query]);
	null_read_line(query, &line, &read);
	if (!cursor_at_end(&line))
		return PRINTER_READING_BAD;
	read.answered[query] = true;
	*status = read;
	return PRINTER_READING_DONE;
}

const struct printer_driver printer_driver_null = {
	.language = "null",
	.proof = PRINTER_PROOF_COUNTER,
	.encode = null_encode,
	.expand = null_expand,
	.abandon = BYTES_LITERAL("cancel\n"),
	.query = { BYTES_LITERAL("host\n"), BYTES_LITERAL("faults\n"), BYTES_LITERAL("counter\n") },
	.read = null_read,
};
