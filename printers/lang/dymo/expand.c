/* A bounded reader of a LabelWriter stream. */
#include "printers/lang/dymo/expand.h"

#include <stdlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/expansion.h"

#define ESC 0x1b
#define SYN 0x16

/* Bytes taken into the buffer at once: bounds what one feed can move about. */
#define SLICE_MAX 1024u

#define ROW_BYTES_MAX 84u

/* What a label still waits for, in this order. */
enum label_step {
	LABEL_NONE, /* ESC B */
	LABEL_WIDTH,
	LABEL_LENGTH,
	LABEL_ROWS, /* rows, or ESC E */
};

struct dymo_reader {
	const struct dymo_reader_events *events;
	void *arg;
	struct buf pending; /* the beginning of one command */
	bool in_noise;      /* what came last was refused byte by byte */
	enum label_step step;
	bool spoiled;
	size_t row_bytes;
	unsigned search_rows;
	unsigned rows_seen;
	struct buf rows;
};

struct dymo_reader *dymo_reader_new(const struct dymo_reader_events *events, void *arg)
{
	struct dymo_reader *reader = xcalloc(1, sizeof(*reader));

	reader->events = events;
	reader->arg = arg;
	return reader;
}

void dymo_reader_free(struct dymo_reader *reader)
{
	if (!reader)
		return;
	buf_done(&reader->pending);
	buf_done(&reader->rows);
	free(reader);
}

bool dymo_reader_is_partial(const struct dymo_reader *reader)
{
	return reader->step != LABEL_NONE;
}

bool dymo_reader_is_at_rest(const struct dymo_reader *reader)
{
	const struct buf *pending = &reader->pending;

	return reader->step == LABEL_NONE &&
	       (pending->len == 0 || (pending->len == 1 && pending->data[0] == ESC));
}

static void refuse(struct dymo_reader *reader, const struct err *err)
{
	reader->spoiled = true;
	reader->events->refused(reader->arg, err);
}

static void label_reset(struct dymo_reader *reader)
{
	reader->step = LABEL_NONE;
	reader->spoiled = false;
	reader->row_bytes = 0;
	reader->search_rows = 0;
	reader->rows_seen = 0;
	buf_reset(&reader->rows);
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

	if (dymo_reader_is_partial(reader) && !reader->spoiled && !label_is_whole(reader, &err))
		refuse(reader, &err);
	if (dymo_reader_is_partial(reader) && !reader->spoiled) {
		struct label_bitmap label = {
			.width_dots = (unsigned)reader->row_bytes * 8,
			.height_dots = reader->rows_seen,
			.stride_bytes = reader->row_bytes,
			.data = reader->rows.data,
		};

		reader->events->label(reader->arg, &label);
	} else {
		reader->events->fed(reader->arg);
	}
	label_reset(reader);
}

/* ---- the stream ---- */

static void consume(struct dymo_reader *reader, size_t len)
{
	buf_drop(&reader->pending, len);
	reader->in_noise = false;
}

/* Drops one byte that means nothing to us; the first of a run is told. */
static bool noise_step(struct dymo_reader *reader, const char *why)
{
	struct err err = { 0 };

	buf_drop(&reader->pending, 1);
	reader->spoiled = true;
	if (!reader->in_noise) {
		(void)err_set(&err, ERR_CHECK_FAILED, "%s", why);
		refuse(reader, &err);
	}
	reader->in_noise = true;
	return true;
}

static bool command_step(struct dymo_reader *reader, size_t i)
{
	const size_t len = 2 + commands[i].params;
	struct err err = { 0 };

	if (reader->pending.len < len)
		return false;
	struct cursor params = cursor_over(bytes_of(reader->pending.data + 2, commands[i].params));
	bool is_next = reader->step == commands[i].step;

	if (is_next && commands[i].step == LABEL_NONE)
		label_reset(reader);
	bool ok =
		is_next ? commands[i].read(reader, &params, &err)
			: err_set(&err, ERR_CHECK_FAILED, "ESC %c out of order", commands[i].name);

	consume(reader, len);
	if (!ok)
		refuse(reader, &err);
	if (is_next)
		reader->step++;
	return true;
}

/* ESC A and ESC *, which stand between labels only. */
static bool between_step(struct dymo_reader *reader)
{
	bool is_question = reader->pending.data[1] == 'A';
	struct err err = { 0 };

	consume(reader, 2);
	if (dymo_reader_is_partial(reader)) {
		(void)err_set(
			&err, ERR_CHECK_FAILED, "ESC %c inside a label", is_question ? 'A' : '*');
		refuse(reader, &err);
	} else if (is_question) {
		reader->events->query(reader->arg, PRINTER_QUERY_HOST);
	} else {
		reader->events->defaults(reader->arg);
	}
	return true;
}

static bool escape_step(struct dymo_reader *reader)
{
	const struct buf *have = &reader->pending;

	if (have->len < 2)
		return false;
	switch (have->data[1]) {
	case ESC:
		if (dymo_reader_is_partial(reader))
			return noise_step(reader, "ESC inside a label");
		consume(reader, 1);
		return true;
	case 'A':
	case '*':
		return between_step(reader);
	case 'E':
		consume(reader, 2);
		label_end(reader);
		return true;
	default:
		break;
	}
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (have->data[1] == (uint8_t)commands[i].name)
			return command_step(reader, i);
	}
	return noise_step(reader, "an unknown command");
}

/* Without ESC D the printer expects the whole head, and so do we; such a label is spoiled. */
static bool row_step(struct dymo_reader *reader)
{
	const size_t row_bytes = reader->row_bytes ? reader->row_bytes : ROW_BYTES_MAX;
	const bool is_wanted =
		reader->step == LABEL_ROWS && reader->rows_seen < BITMAP_HEIGHT_DOTS_MAX;
	struct err err = { 0 };

	if (reader->pending.len < 1 + row_bytes)
		return false;
	if (is_wanted) {
		buf_add_mem(&reader->rows, reader->pending.data + 1, row_bytes);
		reader->rows_seen++;
	} else if (!reader->spoiled) {
		(void)err_set(&err, ERR_CHECK_FAILED,
			reader->step == LABEL_ROWS ? "the label is too long"
						   : "a row outside a label");
		refuse(reader, &err);
	}
	consume(reader, 1 + row_bytes);
	return true;
}

/* One command; false when more bytes are needed. */
static bool reader_step(struct dymo_reader *reader)
{
	if (reader->pending.len == 0)
		return false;
	if (reader->pending.data[0] == ESC)
		return escape_step(reader);
	if (reader->pending.data[0] == SYN)
		return row_step(reader);
	return noise_step(reader, "an unknown command");
}

void dymo_reader_feed(struct dymo_reader *reader, struct bytes bytes)
{
	struct cursor in = cursor_over(bytes);

	while (in.left.len > 0) {
		size_t len = in.left.len < SLICE_MAX ? in.left.len : SLICE_MAX;

		buf_add(&reader->pending, cursor_take(&in, len));
		while (reader_step(reader))
			continue;
	}
}

/* ---- expansion ---- */

static void expansion_fed(void *arg)
{
	expansion_fail(arg, "a form feed without a label");
}

static void expansion_defaults(void *arg)
{
	expansion_fail(arg, "ESC * among the bytes of a label");
}

bool dymo_expand(struct bytes bytes, struct label_list *out, struct err *err)
{
	static const struct dymo_reader_events events = {
		.label = expansion_label,
		.fed = expansion_fed,
		.defaults = expansion_defaults,
		.query = expansion_query,
		.refused = expansion_refused,
	};
	struct expansion expansion = { .list = out, .err = err };
	struct dymo_reader *reader = dymo_reader_new(&events, &expansion);

	dymo_reader_feed(reader, bytes);
	if (!dymo_reader_is_at_rest(reader) || reader->pending.len > 0)
		expansion_fail(&expansion, "the last label has no end");
	dymo_reader_free(reader);
	return expansion_end(&expansion);
}
