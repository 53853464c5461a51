/* A bounded reader of an EPL2 stream. */
#include "printers/lang/epl2/expand.h"

#include "printers/lang/lines.h"

/* What the label has; each needs the one before. */
enum epl2_step {
	STEP_NONE,
	STEP_CLEARED, /* N */
	STEP_SIZED,   /* q */
	STEP_DRAWN,   /* GW and all its data */
};

static bool clear_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params))
		return err_set(err, ERR_CHECK_FAILED, "N has parameters");
	line_reader_begin(reader, STEP_CLEARED);
	return true;
}

static bool width_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	uint64_t width_dots = cursor_decimal(params);

	if (!cursor_at_end(params) || !line_width_is_valid(width_dots))
		return err_set(err, ERR_CHECK_FAILED, "q is no width in whole bytes");
	if (reader->step != STEP_CLEARED)
		return err_set(err, ERR_CHECK_FAILED, "q is not behind N");
	reader->stride_bytes = width_dots / 8;
	reader->step = STEP_SIZED;
	return true;
}

/* Up to the comma before the data. */
static bool graphic_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	cursor_expect(params, "0,0,");
	uint64_t stride_bytes = cursor_decimal(params);
	cursor_expect(params, ",");
	uint64_t height_dots = cursor_decimal(params);
	cursor_expect(params, ",");
	if (!cursor_at_end(params) || !line_height_is_valid(height_dots))
		return err_set(err, ERR_CHECK_FAILED, "GW is not 0,0,bytes,rows,data");
	if (reader->step != STEP_SIZED)
		return err_set(err, ERR_CHECK_FAILED, "GW is not behind q");
	if (stride_bytes != reader->stride_bytes)
		return err_set(err, ERR_CHECK_FAILED, "GW is not as wide as q");
	reader->height_dots = (unsigned)height_dots;
	line_reader_expect_picture(reader, STEP_DRAWN);
	return true;
}

static bool print_read(struct line_reader *reader, struct cursor *params, struct err *err)
{
	if (!bytes_is(params->left, "1"))
		return err_set(err, ERR_CHECK_FAILED, "P is not 1");
	if (reader->step != STEP_DRAWN)
		return err_set(err, ERR_CHECK_FAILED, "P1 is not behind a picture");
	line_reader_put_out(reader);
	return true;
}

static bool status_asked(struct line_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params))
		return err_set(err, ERR_CHECK_FAILED, "^ee has parameters");
	printer_reader_query(&reader->base, PRINTER_QUERY_HOST, 0);
	return true;
}

static const struct line_command commands[] = {
	{ "N", clear_read },
	{ "q", width_read },
	{ "GW", graphic_read },
	{ "P", print_read },
	{ "^ee", status_asked },
	{ NULL, NULL },
};

static const struct line_language language = {
	.commands = commands,
	.picture = "GW",
	.picture_commas = 4,
};

const struct printer_reader_class epl2_reader_class = {
	.size_bytes = sizeof(struct line_reader),
	.unit = "label",
	.model = &language,
	.feed = line_reader_feed,
	.is_partial = line_reader_is_partial,
	.is_at_rest = line_reader_is_at_rest,
};
