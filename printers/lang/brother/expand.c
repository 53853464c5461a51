/* A bounded reader of a Brother QL raster stream. */
#include "printers/lang/brother/expand.h"

#include "daemon/base/cursor.h"
#include "printers/lang/reader_class.h"

#define ESC 0x1b
#define SUB 0x1a

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
	struct printer_reader base; /* its rows are of the printable area, unmirrored */
	enum page_step step;
	const struct brother_media *media;
	uint32_t rows_announced;
	uint32_t rows_seen;
};

static const struct brother_head *head_of(const struct brother_reader *reader)
{
	return reader->base.class->model;
}

const struct brother_media *brother_reader_media(const struct printer_reader *base)
{
	const struct brother_reader *reader = (const void *)base;

	return reader->media;
}

static bool is_partial(const void *mind)
{
	const struct brother_reader *reader = mind;

	return reader->step > PAGE_FRESH;
}

static void page_reset(struct brother_reader *reader, enum page_step step)
{
	printer_reader_begin(&reader->base);
	reader->step = step;
	reader->media = NULL;
	reader->rows_announced = 0;
	reader->rows_seen = 0;
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
		brother_media_find(head_of(reader), type, width_mm, length_mm);

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
	const size_t first = head_of(reader)->shift_pins + media->offset_pins;
	const size_t end = first + media->width_dots;
	const size_t stride = (media->width_dots + 7) / 8;
	uint8_t *dots = buf_grow(&reader->base.rows, stride);

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
	if (row.len != head_of(reader)->row_bytes)
		return err_set(err, ERR_CHECK_FAILED, "a row of %zu bytes, expected %zu", row.len,
			head_of(reader)->row_bytes);
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

	if (!reader->base.spoiled && !page_is_whole(reader, &err))
		printer_reader_refuse(&reader->base, &err);
	if (!reader->base.spoiled)
		printer_reader_label(&reader->base, (reader->media->width_dots + 7) / 8);
	page_reset(reader, PAGE_NONE);
}

/* ---- the stream ---- */

static void initialize(struct brother_reader *reader)
{
	if (is_partial(reader))
		printer_reader_refuse_because(&reader->base, "a page was given up by ESC @");
	printer_reader_consume(&reader->base, 2);
	page_reset(reader, PAGE_FRESH);
}

static bool question_step(struct brother_reader *reader)
{
	printer_reader_consume(&reader->base, 3);
	if (is_partial(reader))
		printer_reader_refuse_because(&reader->base, "a question inside a page");
	else
		printer_reader_query(&reader->base, PRINTER_QUERY_HOST, 0);
	return true;
}

static bool command_step(struct brother_reader *reader, size_t i)
{
	const size_t len = 3 + commands[i].params;
	struct err err = { 0 };

	if (reader->base.pending.len < len)
		return false;
	struct cursor params =
		cursor_over(bytes_of(reader->base.pending.data + 3, commands[i].params));
	bool ok = reader->step == commands[i].step
			  ? commands[i].read(reader, &params, &err)
			  : err_set(&err, ERR_CHECK_FAILED, "ESC i %c out of order",
				    commands[i].name);

	printer_reader_consume(&reader->base, len);
	if (!ok)
		printer_reader_refuse(&reader->base, &err);
	if (reader->step == commands[i].step)
		reader->step++;
	return true;
}

static bool escape_step(struct brother_reader *reader)
{
	const struct buf *have = &reader->base.pending;

	if (have->len < 2)
		return false;
	if (have->data[1] == '@') {
		initialize(reader);
		return true;
	}
	if (have->data[1] != 'i')
		return printer_reader_drop_noise(&reader->base, "an unknown command");
	if (have->len < 3)
		return false;
	if (have->data[2] == 'S')
		return question_step(reader);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (have->data[2] == (uint8_t)commands[i].name)
			return command_step(reader, i);
	}
	return printer_reader_drop_noise(&reader->base, "an unknown command");
}

static bool graphic_step(struct brother_reader *reader)
{
	const struct buf *have = &reader->base.pending;
	struct err err = { 0 };

	if (have->len < 3)
		return false;
	if (have->data[1] != 0)
		return printer_reader_drop_noise(&reader->base, "an unknown kind of row");
	size_t len = have->data[2];

	if (have->len < 3 + len)
		return false;
	bool ok = row_read(reader, bytes_of(have->data + 3, len), &err);

	printer_reader_consume(&reader->base, 3 + len);
	if (!ok && !reader->base.spoiled)
		printer_reader_refuse(&reader->base, &err);
	return true;
}

/* One command; false when more bytes are needed. */
static bool reader_step(void *mind)
{
	struct brother_reader *reader = mind;

	switch (reader->base.pending.data[0]) {
	case 0:
		if (is_partial(reader))
			return printer_reader_drop_noise(&reader->base, "NUL inside a page");
		printer_reader_consume(&reader->base, 1);
		return true;
	case ESC:
		return escape_step(reader);
	case 'g':
		return graphic_step(reader);
	case SUB:
		printer_reader_consume(&reader->base, 1);
		page_end(reader);
		return true;
	default:
		return printer_reader_drop_noise(&reader->base, "an unknown command");
	}
}

static void reader_feed(void *reader, struct bytes bytes)
{
	printer_reader_feed_steps(reader, bytes, reader_step);
}

static bool is_at_rest(const void *mind)
{
	const struct brother_reader *reader = mind;

	return reader->step == PAGE_NONE && reader->base.pending.len == 0;
}

#define BROTHER_CLASS                                                                     \
	.size_bytes = sizeof(struct brother_reader), .unit = "page", .feed = reader_feed, \
	.is_partial = is_partial, .is_at_rest = is_at_rest

const struct printer_reader_class brother_reader_class_narrow = {
	.model = &brother_head_narrow,
	BROTHER_CLASS,
};

const struct printer_reader_class brother_reader_class_wide = {
	.model = &brother_head_wide,
	BROTHER_CLASS,
};
