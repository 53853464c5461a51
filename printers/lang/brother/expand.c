/* A bounded reader of a Brother QL raster stream. */
#include "printers/lang/brother/expand.h"

#include <stdlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/expansion.h"

#define ESC 0x1b
#define SUB 0x1a

/* Bytes taken into the buffer at once: bounds what one feed can move about. */
#define SLICE_MAX 1024u

#define PARAMS_MAX 10u

/* What a page still waits for, in this order. */
enum page_step {
	PAGE_NONE,  /* ESC @ */
	PAGE_FRESH, /* ESC i a */
	PAGE_NOTIFY,
	PAGE_ROLL,
	PAGE_MODE,
	PAGE_CUT,
	PAGE_MARGIN,
	PAGE_ROWS, /* rows, or SUB */
};

struct brother_reader {
	const struct brother_head *head;
	const struct brother_reader_events *events;
	void *arg;
	struct buf pending; /* the beginning of one command */
	bool in_noise;      /* what came last was refused byte by byte */
	enum page_step step;
	bool spoiled;
	const struct brother_media *media;
	uint32_t rows_announced;
	uint32_t rows_seen;
	struct buf rows; /* of the printable area, unmirrored */
};

struct brother_reader *brother_reader_new(
	const struct brother_head *head, const struct brother_reader_events *events, void *arg)
{
	struct brother_reader *reader = xcalloc(1, sizeof(*reader));

	reader->head = head;
	reader->events = events;
	reader->arg = arg;
	return reader;
}

void brother_reader_free(struct brother_reader *reader)
{
	if (!reader)
		return;
	buf_done(&reader->pending);
	buf_done(&reader->rows);
	free(reader);
}

const struct brother_media *brother_reader_media(const struct brother_reader *reader)
{
	return reader->media;
}

bool brother_reader_is_partial(const struct brother_reader *reader)
{
	return reader->step > PAGE_FRESH;
}

bool brother_reader_is_at_rest(const struct brother_reader *reader)
{
	return reader->step == PAGE_NONE && reader->pending.len == 0;
}

static void refuse(struct brother_reader *reader, const struct err *err)
{
	reader->spoiled = true;
	reader->events->refused(reader->arg, err);
}

static void page_reset(struct brother_reader *reader, enum page_step step)
{
	reader->step = step;
	reader->spoiled = false;
	reader->media = NULL;
	reader->rows_announced = 0;
	reader->rows_seen = 0;
	buf_reset(&reader->rows);
}

/* ---- commands of a page ---- */

static bool raster_read(struct brother_reader *reader, struct cursor *params, struct err *err)
{
	(void)reader;
	return cursor_u8(params) == 1 ||
	       err_set(err, ERR_CHECK_FAILED, "ESC i a is not raster mode");
}

static bool notify_read(struct brother_reader *reader, struct cursor *params, struct err *err)
{
	(void)reader;
	return cursor_u8(params) == 0 ||
	       err_set(err, ERR_CHECK_FAILED, "ESC i ! turns the reports off");
}

static bool roll_read(struct brother_reader *reader, struct cursor *params, struct err *err)
{
	uint8_t flags = cursor_u8(params);
	uint8_t type = cursor_u8(params);
	uint8_t width_mm = cursor_u8(params);
	uint8_t length_mm = cursor_u8(params);
	uint32_t rows = cursor_u32_le(params);
	uint16_t page = cursor_u16_le(params);
	const struct brother_media *media =
		brother_media_find(reader->head, type, width_mm, length_mm);

	if (!media)
		return err_set(err, ERR_CHECK_FAILED,
			"ESC i z names no roll of the head: type %02x, %u x %u mm", type, width_mm,
			length_mm);
	if (flags != (media->length_dots ? 0x0e : 0x06))
		return err_set(err, ERR_CHECK_FAILED, "the flags of ESC i z are %02x", flags);
	if (page != 0)
		return err_set(err, ERR_CHECK_FAILED, "ESC i z is not for the first page");
	if (rows == 0 || rows > BITMAP_HEIGHT_DOTS_MAX ||
		(media->length_dots && rows > media->length_dots))
		return err_set(err, ERR_CHECK_FAILED, "ESC i z announces %u rows", rows);
	reader->media = media;
	reader->rows_announced = rows;
	return true;
}

static bool mode_read(struct brother_reader *reader, struct cursor *params, struct err *err)
{
	(void)reader;
	return cursor_u8(params) == 0x40 ||
	       err_set(err, ERR_CHECK_FAILED, "ESC i M is not just auto cut");
}

static bool cut_read(struct brother_reader *reader, struct cursor *params, struct err *err)
{
	(void)reader;
	return cursor_u8(params) == 0x08 ||
	       err_set(err, ERR_CHECK_FAILED, "ESC i K is not just cut at the end");
}

static bool margin_read(struct brother_reader *reader, struct cursor *params, struct err *err)
{
	unsigned margin = cursor_u16_le(params);
	bool is_die_cut = reader->media && reader->media->length_dots > 0;

	return margin == (is_die_cut ? 0 : 35) ||
	       err_set(err, ERR_CHECK_FAILED, "ESC i d is %u rows", margin);
}

static const struct {
	char name; /* behind ESC i */
	enum page_step step;
	size_t params;
	bool (*read)(struct brother_reader *reader, struct cursor *params, struct err *err);
} commands[] = {
	{ 'a', PAGE_FRESH, 1, raster_read },
	{ '!', PAGE_NOTIFY, 1, notify_read },
	{ 'z', PAGE_ROLL, PARAMS_MAX, roll_read },
	{ 'M', PAGE_MODE, 1, mode_read },
	{ 'K', PAGE_CUT, 1, cut_read },
	{ 'd', PAGE_MARGIN, 2, margin_read },
};

/* ---- rows ---- */

/* The pins under the printable area, right to left, become dots from left to right. */
static bool row_keep(struct brother_reader *reader, struct bytes row, struct err *err)
{
	const struct brother_media *media = reader->media;
	const size_t first = reader->head->shift_pins + media->offset_pins;
	const size_t end = first + media->width_dots;
	const size_t stride = (media->width_dots + 7) / 8;
	uint8_t *dots = buf_grow(&reader->rows, stride);

	memset(dots, 0, stride);
	for (size_t pin = 0; pin < row.len * 8; pin++) {
		if (!(row.data[pin / 8] & 1u << (7 - pin % 8)))
			continue;
		if (pin < first || pin >= end)
			return err_set(err, ERR_CHECK_FAILED,
				"a dot at pin %zu, beside the roll's printable area", pin);
		size_t x = end - 1 - pin;

		dots[x / 8] |= (uint8_t)(1u << (7 - x % 8));
	}
	return true;
}

static bool row_read(struct brother_reader *reader, struct bytes row, struct err *err)
{
	if (reader->step != PAGE_ROWS || !reader->media)
		return err_set(err, ERR_CHECK_FAILED, "a row outside a page");
	if (row.len != reader->head->row_bytes)
		return err_set(err, ERR_CHECK_FAILED, "a row of %zu bytes, expected %zu", row.len,
			reader->head->row_bytes);
	if (reader->rows_seen == reader->rows_announced)
		return err_set(err, ERR_CHECK_FAILED, "more rows than the %u announced",
			reader->rows_announced);
	reader->rows_seen++;
	return row_keep(reader, row, err);
}

static bool page_is_whole(const struct brother_reader *reader, struct err *err)
{
	if (reader->step != PAGE_ROWS || !reader->media)
		return err_set(err, ERR_CHECK_FAILED, "SUB outside a page");
	return reader->rows_seen == reader->rows_announced ||
	       err_set(err, ERR_CHECK_FAILED, "%u rows, announced %u", reader->rows_seen,
		       reader->rows_announced);
}

static void page_end(struct brother_reader *reader)
{
	struct err err = { 0 };

	if (!reader->spoiled && !page_is_whole(reader, &err))
		refuse(reader, &err);
	if (!reader->spoiled) {
		size_t stride = (reader->media->width_dots + 7) / 8;
		struct label_bitmap label = {
			.width_dots = (unsigned)stride * 8,
			.height_dots = reader->rows_seen,
			.stride_bytes = stride,
			.data = reader->rows.data,
		};

		reader->events->label(reader->arg, &label);
	}
	page_reset(reader, PAGE_NONE);
}

/* ---- the stream ---- */

static void consume(struct brother_reader *reader, size_t len)
{
	buf_drop(&reader->pending, len);
	reader->in_noise = false;
}

/* Drops one byte that means nothing to us; the first of a run is told. */
static bool noise_step(struct brother_reader *reader, const char *why)
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

static void initialize(struct brother_reader *reader)
{
	struct err err = { 0 };

	if (brother_reader_is_partial(reader)) {
		(void)err_set(&err, ERR_CHECK_FAILED, "a page was given up by ESC @");
		refuse(reader, &err);
	}
	consume(reader, 2);
	page_reset(reader, PAGE_FRESH);
}

static bool question_step(struct brother_reader *reader)
{
	struct err err = { 0 };

	consume(reader, 3);
	if (brother_reader_is_partial(reader)) {
		(void)err_set(&err, ERR_CHECK_FAILED, "a question inside a page");
		refuse(reader, &err);
	} else {
		reader->events->query(reader->arg, PRINTER_QUERY_HOST);
	}
	return true;
}

static bool command_step(struct brother_reader *reader, size_t i)
{
	const size_t len = 3 + commands[i].params;
	struct err err = { 0 };

	if (reader->pending.len < len)
		return false;
	struct cursor params = cursor_over(bytes_of(reader->pending.data + 3, commands[i].params));
	bool ok = reader->step == commands[i].step
			  ? commands[i].read(reader, &params, &err)
			  : err_set(&err, ERR_CHECK_FAILED, "ESC i %c out of order",
				    commands[i].name);

	consume(reader, len);
	if (!ok)
		refuse(reader, &err);
	if (reader->step == commands[i].step)
		reader->step++;
	return true;
}

static bool escape_step(struct brother_reader *reader)
{
	const struct buf *have = &reader->pending;

	if (have->len < 2)
		return false;
	if (have->data[1] == '@') {
		initialize(reader);
		return true;
	}
	if (have->data[1] != 'i')
		return noise_step(reader, "an unknown command");
	if (have->len < 3)
		return false;
	if (have->data[2] == 'S')
		return question_step(reader);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (have->data[2] == (uint8_t)commands[i].name)
			return command_step(reader, i);
	}
	return noise_step(reader, "an unknown command");
}

static bool graphic_step(struct brother_reader *reader)
{
	const struct buf *have = &reader->pending;
	struct err err = { 0 };

	if (have->len < 3)
		return false;
	if (have->data[1] != 0)
		return noise_step(reader, "an unknown kind of row");
	size_t len = have->data[2];

	if (have->len < 3 + len)
		return false;
	bool ok = row_read(reader, bytes_of(have->data + 3, len), &err);

	consume(reader, 3 + len);
	if (!ok && !reader->spoiled)
		refuse(reader, &err);
	return true;
}

/* One command; false when more bytes are needed. */
static bool reader_step(struct brother_reader *reader)
{
	if (reader->pending.len == 0)
		return false;
	switch (reader->pending.data[0]) {
	case 0:
		if (brother_reader_is_partial(reader))
			return noise_step(reader, "NUL inside a page");
		consume(reader, 1);
		return true;
	case ESC:
		return escape_step(reader);
	case 'g':
		return graphic_step(reader);
	case SUB:
		consume(reader, 1);
		page_end(reader);
		return true;
	default:
		return noise_step(reader, "an unknown command");
	}
}

void brother_reader_feed(struct brother_reader *reader, struct bytes bytes)
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

bool brother_expand(const struct brother_head *head, struct bytes bytes, struct label_list *out,
	struct err *err)
{
	static const struct brother_reader_events events = {
		.label = expansion_label,
		.query = expansion_query,
		.refused = expansion_refused,
	};
	struct expansion expansion = { .list = out, .err = err };
	struct brother_reader *reader = brother_reader_new(head, &events, &expansion);

	brother_reader_feed(reader, bytes);
	if (!brother_reader_is_at_rest(reader))
		expansion_fail(&expansion, "the last page has no end");
	brother_reader_free(reader);
	return expansion_end(&expansion);
}
