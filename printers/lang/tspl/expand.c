/* A bounded reader of a TSPL stream. */
#include "printers/lang/tspl/expand.h"

#include <stdlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/expansion.h"

#define ESC 0x1b
/* Commas of a BITMAP before its data. */
#define BITMAP_COMMAS 5

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
	const struct tspl_reader_events *events;
	void *arg;
	struct buf line;  /* of the line being received, at most TSPL_LINE_MAX bytes */
	unsigned commas;  /* in that line */
	bool is_too_long; /* the rest of the line is skipped */
	enum tspl_escape escape;
	/* the label being received */
	enum tspl_step step;
	bool spoiled; /* something in it was refused: it does not come out */
	unsigned width_dots;
	unsigned height_dots;
	size_t data_left; /* bytes of BITMAP that have not come */
	struct buf rows;
};

struct tspl_reader *tspl_reader_new(const struct tspl_reader_events *events, void *arg)
{
	struct tspl_reader *reader = xcalloc(1, sizeof(*reader));

	reader->events = events;
	reader->arg = arg;
	return reader;
}

void tspl_reader_free(struct tspl_reader *reader)
{
	if (!reader)
		return;
	buf_done(&reader->line);
	buf_done(&reader->rows);
	free(reader);
}

bool tspl_reader_is_at_rest(const struct tspl_reader *reader)
{
	return reader->step == STEP_NONE && reader->line.len == 0 && reader->data_left == 0 &&
	       !reader->is_too_long && reader->escape == ESCAPE_NONE;
}

static void label_begin(struct tspl_reader *reader, enum tspl_step step)
{
	reader->step = step;
	reader->spoiled = false;
	buf_reset(&reader->rows);
}

/* --- commands; params are what stands behind the name -------------------------------------------
 */

static bool size_read(struct tspl_reader *reader, struct cursor *params, struct err *err)
{
	uint64_t width_dots = cursor_decimal(params);
	cursor_expect(params, " dot,");
	uint64_t height_dots = cursor_decimal(params);
	cursor_expect(params, " dot");
	if (!cursor_at_end(params) || width_dots == 0 || width_dots > BITMAP_WIDTH_DOTS_MAX ||
		width_dots % 8 != 0 || height_dots == 0 || height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_CHECK_FAILED, "SIZE is no whole bytes and rows in dots");
	label_begin(reader, STEP_SIZED);
	reader->width_dots = (unsigned)width_dots;
	reader->height_dots = (unsigned)height_dots;
	return true;
}

static bool clear_read(struct tspl_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params) || reader->step != STEP_SIZED)
		return err_set(err, ERR_CHECK_FAILED, "CLS is not behind SIZE");
	reader->step = STEP_CLEARED;
	return true;
}

/* Up to the comma before the data. */
static bool bitmap_read(struct tspl_reader *reader, struct cursor *params, struct err *err)
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
	if (stride_bytes != reader->width_dots / 8 || height_dots != reader->height_dots)
		return err_set(err, ERR_CHECK_FAILED, "BITMAP has not the size of SIZE");
	reader->data_left = stride_bytes * height_dots;
	reader->step = STEP_DRAWN;
	return true;
}

static bool print_read(struct tspl_reader *reader, struct cursor *params, struct err *err)
{
	if (!bytes_is(params->left, "1,1"))
		return err_set(err, ERR_CHECK_FAILED, "PRINT is not 1,1");
	if (reader->step != STEP_DRAWN)
		return err_set(err, ERR_CHECK_FAILED, "PRINT is not behind a picture");
	struct label_bitmap label = {
		.width_dots = reader->width_dots,
		.height_dots = reader->height_dots,
		.stride_bytes = reader->width_dots / 8,
		.data = reader->rows.data,
	};

	if (!reader->spoiled)
		reader->events->label(reader->arg, &label);
	label_begin(reader, STEP_NONE);
	return true;
}

static bool reprint_read(struct tspl_reader *reader, struct cursor *params, struct err *err)
{
	if (!bytes_is(params->left, "OFF") && !bytes_is(params->left, "ON"))
		return err_set(err, ERR_CHECK_FAILED, "SET REPRINT is neither OFF nor ON");
	reader->events->reprint(reader->arg, bytes_is(params->left, "ON"));
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct tspl_reader *reader, struct cursor *params, struct err *err);
} commands[] = {
	{ "SIZE ", size_read },
	{ "CLS", clear_read },
	{ "BITMAP ", bitmap_read },
	{ "PRINT ", print_read },
	{ "SET REPRINT ", reprint_read },
};

static bool command_read(struct tspl_reader *reader, struct bytes line, struct err *err)
{
	struct cursor in = cursor_over(line);

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (cursor_accept(&in, commands[i].name))
			return commands[i].read(reader, &in, err);
	}
	return err_set(err, ERR_CHECK_FAILED, "an unknown command");
}

/* --- the stream ----------------------------------------------------------------------------------
 */

static void refuse(struct tspl_reader *reader, const struct err *err)
{
	reader->spoiled = true;
	reader->events->refused(reader->arg, err);
}

static void refuse_because(struct tspl_reader *reader, const char *why)
{
	struct err err = { 0 };

	(void)err_set(&err, ERR_CHECK_FAILED, "%s", why);
	refuse(reader, &err);
}

static void line_drop(struct tspl_reader *reader)
{
	buf_reset(&reader->line);
	reader->commas = 0;
}

/* Obeys the line that has come, without its end. */
static void line_obey(struct tspl_reader *reader)
{
	struct bytes line = buf_bytes(&reader->line);
	struct err err = { 0 };

	if (line.len > 0 && !command_read(reader, line, &err))
		refuse(reader, &err);
	line_drop(reader);
}

static void line_end(struct tspl_reader *reader)
{
	size_t len = reader->line.len;

	if (len > 0 && reader->line.data[len - 1] == '\r')
		buf_cut(&reader->line, len - 1);
	if (!reader->is_too_long)
		line_obey(reader);
	reader->is_too_long = false;
}

static bool is_bitmap(const struct tspl_reader *reader)
{
	return reader->commas == BITMAP_COMMAS && str_has_prefix(buf_str(&reader->line), "BITMAP ");
}

static void line_byte(struct tspl_reader *reader, uint8_t byte)
{
	if (byte == '\n') {
		line_end(reader);
		return;
	}
	if (reader->is_too_long)
		return;
	if (reader->line.len == TSPL_LINE_MAX) {
		refuse_because(reader, "a line is too long");
		line_drop(reader);
		reader->is_too_long = true;
		return;
	}
	buf_add_byte(&reader->line, byte);
	if (byte != ',')
		return;
	reader->commas++;
	if (is_bitmap(reader))
		line_obey(reader);
}

/* ESC ! x is taken out of the line that it comes in. */
static void escape_byte(struct tspl_reader *reader, uint8_t byte)
{
	enum tspl_escape escape = reader->escape;

	reader->escape = ESCAPE_NONE;
	if (escape == ESCAPE_BEGUN && byte == '!')
		reader->escape = ESCAPE_BANG;
	else if (escape == ESCAPE_BANG && byte == '?')
		reader->events->query(reader->arg, TSPL_QUESTION_BYTE);
	else if (escape == ESCAPE_BANG && byte == 'S')
		reader->events->query(reader->arg, TSPL_QUESTION_FRAME);
	else
		refuse_because(reader, "an unknown command behind ESC");
}

static void data_take(struct tspl_reader *reader, struct cursor *in)
{
	size_t len = in->left.len < reader->data_left ? in->left.len : reader->data_left;
	struct bytes data = cursor_take(in, len);
	uint8_t *to = buf_grow(&reader->rows, len);

	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)~data.data[i];
	reader->data_left -= len;
}

static void command_byte(struct tspl_reader *reader, uint8_t byte)
{
	if (reader->escape != ESCAPE_NONE)
		escape_byte(reader, byte);
	else if (byte == ESC)
		reader->escape = ESCAPE_BEGUN;
	else
		line_byte(reader, byte);
}

void tspl_reader_feed(struct tspl_reader *reader, struct bytes bytes)
{
	struct cursor in = cursor_over(bytes);

	while (in.left.len > 0) {
		if (reader->data_left > 0)
			data_take(reader, &in);
		else
			command_byte(reader, cursor_u8(&in));
	}
}

/* --- expansion -----------------------------------------------------------------------------------
 */

static void expansion_question(void *arg, enum tspl_question question)
{
	(void)question;
	expansion_query(arg, PRINTER_QUERY_HOST);
}

static void expansion_reprint(void *arg, bool allowed)
{
	(void)allowed;
	expansion_fail(arg, "SET REPRINT among the bytes of a label");
}

bool tspl_expand(struct bytes bytes, struct label_list *out, struct err *err)
{
	static const struct tspl_reader_events events = {
		.label = expansion_label,
		.query = expansion_question,
		.reprint = expansion_reprint,
		.refused = expansion_refused,
	};
	struct expansion expansion = { .list = out, .err = err };
	struct tspl_reader *reader = tspl_reader_new(&events, &expansion);

	tspl_reader_feed(reader, bytes);
	if (!tspl_reader_is_at_rest(reader))
		expansion_fail(&expansion, "the last label has no end");
	tspl_reader_free(reader);
	return expansion_end(&expansion);
}
