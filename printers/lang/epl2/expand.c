/* A bounded reader of an EPL2 stream. */
#include "printers/lang/epl2/expand.h"

#include <stdlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/expansion.h"

/* Commas of a GW before its data. */
#define GRAPHIC_COMMAS 4

/* What the label has; each needs the one before. */
enum epl2_step {
	STEP_NONE,
	STEP_CLEARED, /* N */
	STEP_SIZED,   /* q */
	STEP_DRAWN,   /* GW and all its data */
};

struct epl2_reader {
	const struct epl2_reader_events *events;
	void *arg;
	struct buf line;  /* of the line being received, at most EPL2_LINE_MAX bytes */
	unsigned commas;  /* in that line */
	bool is_too_long; /* the rest of the line is skipped */
	/* the label being received */
	enum epl2_step step;
	bool spoiled; /* something in it was refused: it does not come out */
	unsigned width_dots;
	unsigned height_dots;
	size_t data_left; /* bytes of GW that have not come */
	struct buf rows;
};

struct epl2_reader *epl2_reader_new(const struct epl2_reader_events *events, void *arg)
{
	struct epl2_reader *reader = xcalloc(1, sizeof(*reader));

	reader->events = events;
	reader->arg = arg;
	return reader;
}

void epl2_reader_free(struct epl2_reader *reader)
{
	if (!reader)
		return;
	buf_done(&reader->line);
	buf_done(&reader->rows);
	free(reader);
}

bool epl2_reader_is_at_rest(const struct epl2_reader *reader)
{
	return reader->step == STEP_NONE && reader->line.len == 0 && reader->data_left == 0 &&
	       !reader->is_too_long;
}

static void label_begin(struct epl2_reader *reader, enum epl2_step step)
{
	reader->step = step;
	reader->spoiled = false;
	buf_reset(&reader->rows);
}

/* --- commands; params are what stands behind the name -------------------------------------------
 */

static bool clear_read(struct epl2_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params))
		return err_set(err, ERR_CHECK_FAILED, "N has parameters");
	label_begin(reader, STEP_CLEARED);
	return true;
}

static bool width_read(struct epl2_reader *reader, struct cursor *params, struct err *err)
{
	uint64_t width_dots = cursor_decimal(params);

	if (!cursor_at_end(params) || width_dots == 0 || width_dots > BITMAP_WIDTH_DOTS_MAX ||
		width_dots % 8 != 0)
		return err_set(err, ERR_CHECK_FAILED, "q is no width in whole bytes");
	if (reader->step != STEP_CLEARED)
		return err_set(err, ERR_CHECK_FAILED, "q is not behind N");
	reader->width_dots = (unsigned)width_dots;
	reader->step = STEP_SIZED;
	return true;
}

/* Up to the comma before the data. */
static bool graphic_read(struct epl2_reader *reader, struct cursor *params, struct err *err)
{
	cursor_expect(params, "0,0,");
	uint64_t stride_bytes = cursor_decimal(params);
	cursor_expect(params, ",");
	uint64_t height_dots = cursor_decimal(params);
	cursor_expect(params, ",");
	if (!cursor_at_end(params) || height_dots == 0 || height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_CHECK_FAILED, "GW is not 0,0,bytes,rows,data");
	if (reader->step != STEP_SIZED)
		return err_set(err, ERR_CHECK_FAILED, "GW is not behind q");
	if (stride_bytes != reader->width_dots / 8)
		return err_set(err, ERR_CHECK_FAILED, "GW is not as wide as q");
	reader->height_dots = (unsigned)height_dots;
	reader->data_left = stride_bytes * height_dots;
	reader->step = STEP_DRAWN;
	return true;
}

static bool print_read(struct epl2_reader *reader, struct cursor *params, struct err *err)
{
	if (!bytes_is(params->left, "1"))
		return err_set(err, ERR_CHECK_FAILED, "P is not 1");
	if (reader->step != STEP_DRAWN)
		return err_set(err, ERR_CHECK_FAILED, "P1 is not behind a picture");
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

static bool status_asked(struct epl2_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params))
		return err_set(err, ERR_CHECK_FAILED, "^ee has parameters");
	reader->events->query(reader->arg, PRINTER_QUERY_HOST);
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct epl2_reader *reader, struct cursor *params, struct err *err);
} commands[] = {
	{ "N", clear_read },
	{ "q", width_read },
	{ "GW", graphic_read },
	{ "P", print_read },
	{ "^ee", status_asked },
};

static bool command_read(struct epl2_reader *reader, struct bytes line, struct err *err)
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

static void refuse(struct epl2_reader *reader, const struct err *err)
{
	reader->spoiled = true;
	reader->events->refused(reader->arg, err);
}

/* Obeys the line that has come, without its end. */
static void line_obey(struct epl2_reader *reader)
{
	struct bytes line = buf_bytes(&reader->line);
	struct err err = { 0 };

	if (line.len > 0 && !command_read(reader, line, &err))
		refuse(reader, &err);
	buf_reset(&reader->line);
	reader->commas = 0;
}

static void line_end(struct epl2_reader *reader)
{
	size_t len = reader->line.len;

	if (len > 0 && reader->line.data[len - 1] == '\r')
		buf_cut(&reader->line, len - 1);
	if (!reader->is_too_long)
		line_obey(reader);
	reader->is_too_long = false;
}

static bool is_graphic(const struct epl2_reader *reader)
{
	return reader->commas == GRAPHIC_COMMAS && str_has_prefix(buf_str(&reader->line), "GW");
}

static void line_byte(struct epl2_reader *reader, uint8_t byte)
{
	struct err err = { 0 };

	if (byte == '\n') {
		line_end(reader);
		return;
	}
	if (reader->is_too_long)
		return;
	if (reader->line.len == EPL2_LINE_MAX) {
		(void)err_set(&err, ERR_CHECK_FAILED, "a line is too long");
		refuse(reader, &err);
		buf_reset(&reader->line);
		reader->commas = 0;
		reader->is_too_long = true;
		return;
	}
	buf_add_byte(&reader->line, byte);
	if (byte != ',')
		return;
	reader->commas++;
	if (is_graphic(reader))
		line_obey(reader);
}

static void data_take(struct epl2_reader *reader, struct cursor *in)
{
	size_t len = in->left.len < reader->data_left ? in->left.len : reader->data_left;
	struct bytes data = cursor_take(in, len);
	uint8_t *to = buf_grow(&reader->rows, len);

	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)~data.data[i];
	reader->data_left -= len;
}

void epl2_reader_feed(struct epl2_reader *reader, struct bytes bytes)
{
	struct cursor in = cursor_over(bytes);

	while (in.left.len > 0) {
		if (reader->data_left > 0)
			data_take(reader, &in);
		else
			line_byte(reader, cursor_u8(&in));
	}
}

bool epl2_expand(struct bytes bytes, struct label_list *out, struct err *err)
{
	static const struct epl2_reader_events events = {
		.label = expansion_label,
		.query = expansion_query,
		.refused = expansion_refused,
	};
	struct expansion expansion = { .list = out, .err = err };
	struct epl2_reader *reader = epl2_reader_new(&events, &expansion);

	epl2_reader_feed(reader, bytes);
	if (!epl2_reader_is_at_rest(reader))
		expansion_fail(&expansion, "the last label has no end");
	epl2_reader_free(reader);
	return expansion_end(&expansion);
}
