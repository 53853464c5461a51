/* A bounded reader of a LabelWriter stream. */
#include "printers/lang/dymo/expand.h"

#include "daemon/base/cursor.h"
#include "printers/lang/reader_class.h"

#define ESC 0x1b
#define SYN 0x16

#define ROW_BYTES_MAX 84u

/* What a label still waits for, in this order. */
enum label_step {
	LABEL_NONE, /* ESC B */
	LABEL_WIDTH,
	LABEL_LENGTH,
	LABEL_ROWS, /* rows, or ESC E */
};

struct dymo_reader {
	struct printer_reader base;
	enum label_step step;
	size_t row_bytes;
	unsigned search_rows;
	unsigned rows_seen;
};

static bool is_partial(const void *mind)
{
	const struct dymo_reader *reader = mind;

	return reader->step != LABEL_NONE;
}

static void label_reset(struct dymo_reader *reader)
{
	printer_reader_begin(&reader->base);
	reader->step = LABEL_NONE;
	reader->row_bytes = 0;
	reader->search_rows = 0;
	reader->rows_seen = 0;
}

/* ---- commands of a label ---- */

static bool tab_read(struct dymo_reader *reader, struct cursor *params, struct err *err)
{
	(void)reader;
	return cursor_u8(params) == 0 ||
	       err_set(err, ERR_CHECK_FAILED, "ESC B is not the head's left edge");
}

static bool width_read(struct dymo_reader *reader, struct cursor *params, struct err *err)
{
	uint8_t bytes = cursor_u8(params);

	if (bytes == 0 || bytes > ROW_BYTES_MAX)
		return err_set(err, ERR_CHECK_FAILED, "ESC D is %u bytes", bytes);
	reader->row_bytes = bytes;
	return true;
}

static bool length_read(struct dymo_reader *reader, struct cursor *params, struct err *err)
{
	reader->search_rows = cursor_u16_be(params);
	return (reader->search_rows >= 3058 && reader->search_rows < 0x8000) ||
	       err_set(err, ERR_CHECK_FAILED, "ESC L is %u rows", reader->search_rows);
}

static const struct {
	char name;
	enum label_step step;
	size_t params;
	bool (*read)(struct dymo_reader *reader, struct cursor *params, struct err *err);
} commands[] = {
	{ 'B', LABEL_NONE, 1, tab_read },
	{ 'D', LABEL_WIDTH, 1, width_read },
	{ 'L', LABEL_LENGTH, 2, length_read },
};

static bool label_is_whole(const struct dymo_reader *reader, struct err *err)
{
	const unsigned search = reader->rows_seen + 300;

	if (reader->step != LABEL_ROWS || reader->rows_seen == 0)
		return err_set(err, ERR_CHECK_FAILED, "a label without rows");
	return reader->search_rows == (search > 3058 ? search : 3058) ||
	       err_set(err, ERR_CHECK_FAILED, "ESC L is %u rows for a label of %u",
		       reader->search_rows, reader->rows_seen);
}

static void label_end(struct dymo_reader *reader)
{
	struct err err = { 0 };

	if (is_partial(reader) && !reader->base.spoiled && !label_is_whole(reader, &err))
		printer_reader_refuse(&reader->base, &err);
	if (is_partial(reader) && !reader->base.spoiled)
		printer_reader_label(&reader->base, reader->row_bytes);
	else
		printer_reader_act(&reader->base, PRINTER_ACT_FEED, "ESC E");
	label_reset(reader);
}

/* ---- the stream ---- */

static bool command_step(struct dymo_reader *reader, size_t i)
{
	const size_t len = 2 + commands[i].params;
	struct err err = { 0 };

	if (reader->base.pending.len < len)
		return false;
	struct cursor params =
		cursor_over(bytes_of(reader->base.pending.data + 2, commands[i].params));
	bool is_next = reader->step == commands[i].step;

	if (is_next && commands[i].step == LABEL_NONE)
		label_reset(reader);
	bool ok =
		is_next ? commands[i].read(reader, &params, &err)
			: err_set(&err, ERR_CHECK_FAILED, "ESC %c out of order", commands[i].name);

	printer_reader_consume(&reader->base, len);
	if (!ok)
		printer_reader_refuse(&reader->base, &err);
	if (is_next)
		reader->step++;
	return true;
}

/* ESC A and ESC *, which stand between labels only. */
static bool between_step(struct dymo_reader *reader)
{
	bool is_question = reader->base.pending.data[1] == 'A';

	printer_reader_consume(&reader->base, 2);
	if (is_partial(reader))
		printer_reader_refuse_because(&reader->base,
			is_question ? "ESC A inside a label" : "ESC * inside a label");
	else if (is_question)
		printer_reader_query(&reader->base, PRINTER_QUERY_HOST, 0);
	else
		printer_reader_act(&reader->base, PRINTER_ACT_DEFAULTS, "ESC *");
	return true;
}

static bool escape_step(struct dymo_reader *reader)
{
	const struct buf *have = &reader->base.pending;

	if (have->len < 2)
		return false;
	switch (have->data[1]) {
	case ESC:
		if (is_partial(reader))
			return printer_reader_drop_noise(&reader->base, "ESC inside a label");
		printer_reader_consume(&reader->base, 1);
		return true;
	case 'A':
	case '*':
		return between_step(reader);
	case 'E':
		printer_reader_consume(&reader->base, 2);
		label_end(reader);
		return true;
	default:
		break;
	}
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (have->data[1] == (uint8_t)commands[i].name)
			return command_step(reader, i);
	}
	return printer_reader_drop_noise(&reader->base, "an unknown command");
}

/* Without ESC D the printer expects the whole head, and so do we; such a label is spoiled. */
static bool row_step(struct dymo_reader *reader)
{
	const size_t row_bytes = reader->row_bytes ? reader->row_bytes : ROW_BYTES_MAX;
	const bool is_wanted =
		reader->step == LABEL_ROWS && reader->rows_seen < BITMAP_HEIGHT_DOTS_MAX;

	if (reader->base.pending.len < 1 + row_bytes)
		return false;
	if (is_wanted) {
		buf_add_mem(&reader->base.rows, reader->base.pending.data + 1, row_bytes);
		reader->rows_seen++;
	} else if (!reader->base.spoiled) {
		printer_reader_refuse_because(&reader->base, reader->step == LABEL_ROWS
								     ? "the label is too long"
								     : "a row outside a label");
	}
	printer_reader_consume(&reader->base, 1 + row_bytes);
	return true;
}

/* One command; false when more bytes are needed. */
static bool reader_step(void *mind)
{
	struct dymo_reader *reader = mind;

	if (reader->base.pending.data[0] == ESC)
		return escape_step(reader);
	if (reader->base.pending.data[0] == SYN)
		return row_step(reader);
	return printer_reader_drop_noise(&reader->base, "an unknown command");
}

static void reader_feed(void *reader, struct bytes bytes)
{
	printer_reader_feed_steps(reader, bytes, reader_step);
}

static bool is_at_rest(const void *mind)
{
	const struct dymo_reader *reader = mind;

	return reader->step == LABEL_NONE && reader->base.pending.len == 0;
}

const struct printer_reader_class dymo_reader_class = {
	.size_bytes = sizeof(struct dymo_reader),
	.unit = "label",
	.feed = reader_feed,
	.is_partial = is_partial,
	.is_at_rest = is_at_rest,
};
