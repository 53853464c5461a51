/*
 * A language of our own for tests of what is above the languages, one line per thing:
 * "label <width> <height> <hex of all rows>", "cancel", and the questions "host", "faults",
 * "counter", answered by "host <state set> <formats> <remaining> <partial> <busy>",
 * "faults <state set>", "counter <n>".
 */
#include <stdio.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "printers/lang/reader_class.h"

/* what an answer can name: neither OK nor SILENT */
#define NULL_CONDITIONS \
	((1u << PRINTER_STATE_WORDS) - 1 - (unsigned)PRINTER_OK - (unsigned)PRINTER_SILENT)

/* Bytes of a line: two digits for each byte of the largest label, and room for what stands before.
 */
#define NULL_LINE_MAX ((BITMAP_WIDTH_DOTS_MAX + 15) / 8 * BITMAP_HEIGHT_DOTS_MAX * 2 + 32)

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

/* Without its end. A line above the limit is cut, and then no label's any more. */
static void null_line(struct printer_reader *reader)
{
	AUTO_BITMAP label = { 0 };
	struct err err = { 0 };

	if (null_label(buf_bytes(&reader->pending), &label, &err))
		reader->events->label(reader->arg, &label);
	else
		printer_reader_refuse(reader, &err);
	buf_reset(&reader->pending);
}

static void null_feed(void *mind, struct bytes bytes)
{
	struct printer_reader *reader = mind;
	struct cursor in = cursor_over(bytes);

	while (in.left.len > 0) {
		uint8_t byte = cursor_u8(&in);

		if (byte == '\n')
			null_line(reader);
		else if (reader->pending.len < NULL_LINE_MAX)
			buf_add_byte(&reader->pending, byte);
	}
}

static bool null_is_partial(const void *mind)
{
	const struct printer_reader *reader = mind;

	return reader->pending.len > 0;
}

static bool null_is_at_rest(const void *mind)
{
	return !null_is_partial(mind);
}

static const struct printer_reader_class null_reader_class = {
	.size_bytes = sizeof(struct printer_reader),
	.unit = "line",
	.feed = null_feed,
	.is_partial = null_is_partial,
	.is_at_rest = null_is_at_rest,
};

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
	.reader = &null_reader_class,
	.abandon = BYTES_LITERAL("cancel\n"),
	.query = { BYTES_LITERAL("host\n"), BYTES_LITERAL("faults\n"), BYTES_LITERAL("counter\n") },
	.read = null_read,
};
