/* A bounded reader of a TSPL stream. */
#include "printers/lang/tspl/expand.h"

#include "printers/lang/lines.h"

#define ESC 0x1b

/* What the label has; each needs the one before. */
enum tspl_step {
	STEP_NONE,
	STEP_SIZED,   /* SIZE */
	STEP_CLEARED, /* CLS */
	STEP_DRAWN,   /* BITMAP and all its data */
};

/* How much of ESC ! x has come. */
enum tspl_escape {
	ESCAPE_NONE,
	ESCAPE_BEGUN,
	ESCAPE_BANG,
};

struct tspl_reader {
	struct line_reader lines;
	enum tspl_escape escape;
};

static bool size_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	uint64_t width_dots = cursor_decimal(params);
	cursor_expect(params, " dot,");
	uint64_t height_dots = cursor_decimal(params);
	cursor_expect(params, " dot");
	if (!cursor_at_end(params) || !line_width_is_valid(width_dots) ||
		!line_height_is_valid(height_dots))
		return err_set(err, ERR_CHECK_FAILED, "SIZE is no whole bytes and rows in dots");
	line_reader_begin(reader, STEP_SIZED);
	reader->stride_bytes = width_dots / 8;
	reader->height_dots = (unsigned)height_dots;
	return true;
}

static bool clear_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params) || reader->step != STEP_SIZED)
		return err_set(err, ERR_CHECK_FAILED, "CLS is not behind SIZE");
	reader->step = STEP_CLEARED;
	return true;
}

/* Up to the comma before the data. */
static bool bitmap_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	cursor_expect(params, "0,0,");
	uint64_t stride_bytes = cursor_decimal(params);
	cursor_expect(params, ",");
	uint64_t height_dots = cursor_decimal(params);
	cursor_expect(params, ",0,");
	if (!cursor_at_end(params))
		return err_set(err, ERR_CHECK_FAILED, "BITMAP is not 0,0,bytes,rows,0,data");
	if (reader->step != STEP_CLEARED)
		return err_set(err, ERR_CHECK_FAILED, "BITMAP is not behind CLS");
	if (stride_bytes != reader->stride_bytes || height_dots != reader->height_dots)
		return err_set(err, ERR_CHECK_FAILED, "BITMAP has not the size of SIZE");
	line_reader_expect_picture(reader, STEP_DRAWN);
	return true;
}

static bool print_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	if (!bytes_is(params->left, "1,1"))
		return err_set(err, ERR_CHECK_FAILED, "PRINT is not 1,1");
	if (reader->step != STEP_DRAWN)
		return err_set(err, ERR_CHECK_FAILED, "PRINT is not behind a picture");
	line_reader_put_out(reader);
	return true;
}

static bool reprint_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	bool is_on = bytes_is(params->left, "ON");

	if (!is_on && !bytes_is(params->left, "OFF"))
		return err_set(err, ERR_CHECK_FAILED, "SET REPRINT is neither OFF nor ON");
	printer_reader_act(&reader->base, is_on ? PRINTER_ACT_REPRINT_ON : PRINTER_ACT_REPRINT_OFF,
		"SET REPRINT");
	return true;
}

static const struct line_command commands[] = {
	{ "SIZE ", size_read },
	{ "CLS", clear_read },
	{ "BITMAP ", bitmap_read },
	{ "PRINT ", print_read },
	{ "SET REPRINT ", reprint_read },
	{ NULL, NULL },
};

static void escape_byte(struct tspl_reader *reader, uint8_t byte)
{
	struct printer_reader *base = &reader->lines.base;
	enum tspl_escape escape = reader->escape;

	reader->escape = ESCAPE_NONE;
	if (escape == ESCAPE_BEGUN && byte == '!')
		reader->escape = ESCAPE_BANG;
	else if (escape == ESCAPE_BANG && byte == '?')
		printer_reader_query(base, PRINTER_QUERY_HOST, TSPL_QUESTION_BYTE);
	else if (escape == ESCAPE_BANG && byte == 'S')
		printer_reader_query(base, PRINTER_QUERY_HOST, TSPL_QUESTION_FRAME);
	else
		printer_reader_refuse_because(base, "an unknown command behind ESC");
}

/* ESC ! x is taken out of the line that it comes in. */
static bool escape_takes(void *mind, uint8_t byte)
{
	struct tspl_reader *reader = mind;

	if (reader->escape != ESCAPE_NONE)
		escape_byte(reader, byte);
	else if (byte == ESC)
		reader->escape = ESCAPE_BEGUN;
	else
		return false;
	return true;
}

static bool is_at_rest(const void *mind)
{
	const struct tspl_reader *reader = mind;

	return reader->escape == ESCAPE_NONE && line_reader_is_at_rest(reader);
}

static const struct line_language language = {
	.commands = commands,
	.picture = "BITMAP ",
	.picture_commas = 5,
	.takes = escape_takes,
};

const struct printer_reader_class tspl_reader_class = {
	.size_bytes = sizeof(struct tspl_reader),
	.unit = "label",
	.model = &language,
	.feed = line_reader_feed,
	.is_partial = line_reader_is_partial,
	.is_at_rest = is_at_rest,
};
