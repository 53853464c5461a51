/* Lines, and one picture in binary. */
#include "printers/lang/lines.h"

#include "daemon/base/str.h"

bool line_reader_is_partial(const void *mind)
{
	const struct line_reader *reader = mind;

	return reader->step != 0;
}

bool line_reader_is_at_rest(const void *mind)
{
	const struct line_reader *reader = mind;

	return reader->step == 0 && reader->base.pending.len == 0 && !reader->is_too_long;
}

bool line_width_is_valid(uint64_t width_dots)
{
	return width_dots > 0 && width_dots <= BITMAP_WIDTH_DOTS_MAX && width_dots % 8 == 0;
}

bool line_height_is_valid(uint64_t height_dots)
{
	return height_dots > 0 && height_dots <= BITMAP_HEIGHT_DOTS_MAX;
}

void line_reader_begin(struct line_reader *reader, int step)
{
	reader->step = step;
	printer_reader_begin(&reader->base);
}

void line_reader_expect_picture(struct line_reader *reader, int step)
{
	reader->data_left = reader->stride_bytes * reader->height_dots;
	reader->step = step;
}

void line_reader_put_out(struct line_reader *reader)
{
	if (!reader->base.spoiled)
		printer_reader_label(&reader->base, reader->stride_bytes);
	line_reader_begin(reader, 0);
}

static const struct line_language *language_of(const struct line_reader *reader)
{
	return reader->base.class->model;
}

static void line_drop(struct line_reader *reader)
{
	buf_reset(&reader->base.pending);
	reader->commas = 0;
}

static bool command_read(struct line_reader *reader, struct bytes line, struct err *err)
{
	struct cursor in = cursor_over(line);

	for (const struct line_command *command = language_of(reader)->commands; command->name;
		command++) {
		if (cursor_accept(&in, command->name))
			return command->read(reader, &in, err);
	}
	return err_set(err, ERR_CHECK_FAILED, "an unknown command");
}

/* Obeys the line that has come, without its end. */
static void line_obey(struct line_reader *reader)
{
	struct bytes line = buf_bytes(&reader->base.pending);
	struct err err = { 0 };

	if (line.len > 0 && !command_read(reader, line, &err))
		printer_reader_refuse(&reader->base, &err);
	line_drop(reader);
}

static void line_end(struct line_reader *reader)
{
	struct buf *line = &reader->base.pending;

	if (line->len > 0 && line->data[line->len - 1] == '\r')
		buf_cut(line, line->len - 1);
	if (!reader->is_too_long)
		line_obey(reader);
	reader->is_too_long = false;
}

static void line_add(struct line_reader *reader, uint8_t byte)
{
	const struct line_language *language = language_of(reader);

	if (reader->base.pending.len == LINE_MAX_BYTES) {
		printer_reader_refuse_because(&reader->base, "a line is too long");
		line_drop(reader);
		reader->is_too_long = true;
		return;
	}
	buf_add_byte(&reader->base.pending, byte);
	reader->commas += byte == ',';
	if (byte == ',' && reader->commas == language->picture_commas &&
		str_has_prefix(buf_str(&reader->base.pending), language->picture))
		line_obey(reader);
}

static void line_byte(struct line_reader *reader, uint8_t byte)
{
	const struct line_language *language = language_of(reader);

	if (language->takes && language->takes(reader, byte))
		return;
	if (byte == '\n')
		line_end(reader);
	else if (!reader->is_too_long)
		line_add(reader, byte);
}

static void data_take(struct line_reader *reader, struct cursor *in)
{
	size_t len = in->left.len < reader->data_left ? in->left.len : reader->data_left;
	struct bytes data = cursor_take(in, len);
	uint8_t *to = buf_grow(&reader->base.rows, len);

	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)~data.data[i];
	reader->data_left -= len;
}

void line_reader_feed(void *mind, struct bytes bytes)
{
	struct line_reader *reader = mind;
	struct cursor in = cursor_over(bytes);

	while (in.left.len > 0) {
		if (reader->data_left > 0)
			data_take(reader, &in);
		else
			line_byte(reader, cursor_u8(&in));
	}
}
