/* A bounded reader of a ZPL stream. */
#include "printers/lang/zpl/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/reader_class.h"
#include "printers/lang/zpl/ascii_expand.h"
#include "printers/lang/zpl/crc.h"
#include "printers/lang/zpl/encode.h"

#define SGD_LINE_MAX 128u

/* Where a field of a format stands. */
enum zpl_field {
	FIELD_NONE,
	FIELD_PLACED,
	FIELD_DRAWN
};

struct zpl_reader {
	struct printer_reader base;
	size_t searched; /* bytes of pending known to hold no end of the first command */
	/* the format being received */
	bool in_format;
	bool has_quantity;
	enum zpl_field field;
	unsigned field_y;
	size_t stride_bytes; /* 0 before the first strip */
};

static void format_reset(struct zpl_reader *reader, bool in_format)
{
	printer_reader_begin(&reader->base);
	reader->in_format = in_format;
	reader->has_quantity = false;
	reader->field = FIELD_NONE;
	reader->stride_bytes = 0;
}

/* --- commands of a format; params are what stands between the name and the next command ---------
 */

static bool origin_read(struct zpl_reader *reader, struct cursor *params, struct err *err)
{
	cursor_expect(params, "0,");
	uint64_t y = cursor_decimal(params);

	if (!cursor_at_end(params) || y > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_CHECK_FAILED, "^FO is not 0,row");
	if (reader->field != FIELD_NONE)
		return err_set(err, ERR_CHECK_FAILED, "^FO inside a field");
	reader->field = FIELD_PLACED;
	reader->field_y = (unsigned)y;
	return true;
}

/* :Z64:text:CRC -> exactly want bytes at to. */
static bool z64_read(struct cursor *params, uint8_t *to, size_t want, struct err *err)
{
	AUTO_BUF packed = { 0 };

	cursor_expect(params, ":Z64:");
	struct bytes text = cursor_take_until(params, ':');
	struct bytes crc = cursor_take_rest(params);

	if (!cursor_ok(params))
		return err_set(err, ERR_CHECK_FAILED, "the graphic is not :Z64:data:CRC");
	char expected[5];

	snprintf(expected, sizeof(expected), "%04X", (unsigned)zpl_crc16(text));
	if (!bytes_is(crc, expected))
		return err_set(err, ERR_CHECK_FAILED, "the CRC of the graphic is not %s", expected);
	if (!base64_decode(text, &packed, err)) {
		err->code = ERR_CHECK_FAILED;
		return false;
	}
	uLongf got = want;
	uLong used = packed.len;

	if (uncompress2(to, &got, packed.data, &used) != Z_OK || got != want || used != packed.len)
		return err_set(
			err, ERR_CHECK_FAILED, "the graphic does not inflate to %zu bytes", want);
	return true;
}

/* The data of a strip in either form -> exactly want bytes at to. */
static bool data_read(
	struct cursor *params, size_t stride, uint8_t *to, size_t want, struct err *err)
{
	if (cursor_peek(params) == ':') /* never hexadecimal: its first row has none above */
		return z64_read(params, to, want, err);
	return zpl_ascii_expand(cursor_take_rest(params), stride, to, want, err);
}

static bool strip_fits(const struct zpl_reader *reader, size_t size, size_t stride, struct err *err)
{
	if (stride == 0 || stride > (BITMAP_WIDTH_DOTS_MAX + 7) / 8 || size % stride != 0)
		return err_set(err, ERR_CHECK_FAILED, "%zu bytes are no rows of %zu", size, stride);
	if (reader->stride_bytes != 0 && reader->stride_bytes != stride)
		return err_set(err, ERR_CHECK_FAILED, "strips of different widths");
	if (reader->field_y != reader->base.rows.len / stride)
		return err_set(err, ERR_CHECK_FAILED, "a strip starts at row %u, expected %zu",
			reader->field_y, reader->base.rows.len / stride);
	if (reader->field_y + size / stride > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_CHECK_FAILED, "the label is too long");
	return true;
}

static bool graphic_read(struct zpl_reader *reader, struct cursor *params, struct err *err)
{
	cursor_expect(params, "A,");
	uint64_t sent = cursor_decimal(params);
	cursor_expect(params, ",");
	uint64_t size = cursor_decimal(params);
	cursor_expect(params, ",");
	uint64_t stride = cursor_decimal(params);
	cursor_expect(params, ",");
	if (!cursor_ok(params) || size == 0 || size > ZPL_GRAPHIC_BYTES_MAX || sent != size)
		return err_set(err, ERR_CHECK_FAILED, "^GF has wrong sizes");
	if (reader->field != FIELD_PLACED)
		return err_set(err, ERR_CHECK_FAILED, "^GF without ^FO");
	if (!strip_fits(reader, size, stride, err))
		return false;
	size_t before = reader->base.rows.len;

	if (!data_read(params, stride, buf_grow(&reader->base.rows, size), size, err)) {
		reader->base.rows.len = before;
		return false;
	}
	reader->stride_bytes = stride;
	reader->field = FIELD_DRAWN;
	return true;
}

static bool separator_read(struct zpl_reader *reader, struct cursor *params, struct err *err)
{
	if (!cursor_at_end(params) || reader->field != FIELD_DRAWN)
		return err_set(err, ERR_CHECK_FAILED, "^FS without a graphic");
	reader->field = FIELD_NONE;
	return true;
}

static bool quantity_read(struct zpl_reader *reader, struct cursor *params, struct err *err)
{
	if (!bytes_is(params->left, "1,0,1,N") || reader->has_quantity)
		return err_set(err, ERR_CHECK_FAILED, "^PQ is not 1,0,1,N, once");
	reader->has_quantity = true;
	return true;
}

static bool reprint_read(struct zpl_reader *reader, struct cursor *params, struct err *err)
{
	bool is_on = bytes_is(params->left, "Y");

	if (!is_on && !bytes_is(params->left, "N"))
		return err_set(err, ERR_CHECK_FAILED, "^JZ is neither N nor Y");
	printer_reader_act(
		&reader->base, is_on ? PRINTER_ACT_REPRINT_ON : PRINTER_ACT_REPRINT_OFF, "^JZ");
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct zpl_reader *reader, struct cursor *params, struct err *err);
} format_commands[] = {
	{ "^FO", origin_read },
	{ "^GF", graphic_read },
	{ "^FS", separator_read },
	{ "^PQ", quantity_read },
	{ "^JZ", reprint_read },
};

static bool format_command(struct zpl_reader *reader, struct cursor *in, struct err *err)
{
	if (!reader->in_format)
		return err_set(err, ERR_CHECK_FAILED, "a command outside ^XA and ^XZ");
	for (size_t i = 0; i < ARRAY_LEN(format_commands); i++) {
		if (cursor_accept(in, format_commands[i].name))
			return format_commands[i].read(reader, in, err);
	}
	return err_set(err, ERR_CHECK_FAILED, "an unknown command");
}

/* --- whole commands ------------------------------------------------------------------------------
 */

static void format_begin(struct zpl_reader *reader)
{
	if (reader->in_format)
		printer_reader_refuse_because(&reader->base, "^XA inside a format");
	format_reset(reader, true);
}

static bool format_is_whole(const struct zpl_reader *reader, struct err *err)
{
	if (!reader->in_format)
		return err_set(err, ERR_CHECK_FAILED, "^XZ outside a format");
	if (reader->field != FIELD_NONE)
		return err_set(err, ERR_CHECK_FAILED, "^XZ inside a field");
	if (reader->base.rows.len > 0 && !reader->has_quantity)
		return err_set(err, ERR_CHECK_FAILED, "a label without ^PQ");
	return true;
}

static void format_end(struct zpl_reader *reader)
{
	struct err err = { 0 };

	if (!format_is_whole(reader, &err))
		printer_reader_refuse(&reader->base, &err);
	if (!reader->base.spoiled && reader->base.rows.len > 0)
		printer_reader_label(&reader->base, reader->stride_bytes);
	format_reset(reader, false);
}

static void host_asks(struct zpl_reader *reader)
{
	printer_reader_query(&reader->base, PRINTER_QUERY_HOST, 0);
}

static void faults_asked(struct zpl_reader *reader)
{
	printer_reader_query(&reader->base, PRINTER_QUERY_FAULTS, 0);
}

static void format_abandon(struct zpl_reader *reader)
{
	format_reset(reader, false);
}

/* Commands that end with their name. */
static const struct {
	const char *name;
	void (*obey)(struct zpl_reader *reader);
} whole_commands[] = {
	{ "^XA", format_begin },
	{ "^XZ", format_end },
	{ "~HS", host_asks },
	{ "~HQES", faults_asked },
	{ "~JX", format_abandon },
};

/* --- the stream ----------------------------------------------------------------------------------
 */

static void consume(struct zpl_reader *reader, size_t len)
{
	buf_drop(&reader->base.pending, len);
	reader->searched = 0;
}

/* Drops len bytes that mean nothing to us. */
static void drop(struct zpl_reader *reader, size_t len, const char *why)
{
	consume(reader, len);
	printer_reader_refuse_because(&reader->base, why);
}

static bool starts_command(uint8_t c)
{
	return c == '^' || c == '~';
}

/* Position of the next command's first byte behind the one that pending starts with, or 0: not
 * here. */
static size_t command_end(struct zpl_reader *reader)
{
	size_t at = reader->searched > 1 ? reader->searched : 1;

	for (; at < reader->base.pending.len; at++) {
		if (starts_command(reader->base.pending.data[at]))
			return at;
	}
	reader->searched = at;
	return 0;
}

/* True when pending begins with a whole command, now obeyed; out_partial: it may become one. */
static bool whole_command(struct zpl_reader *reader, bool *out_partial)
{
	struct bytes have = buf_bytes(&reader->base.pending);

	for (size_t i = 0; i < ARRAY_LEN(whole_commands); i++) {
		struct bytes name = bytes_of_str(whole_commands[i].name);
		size_t common = have.len < name.len ? have.len : name.len;

		if (memcmp(have.data, name.data, common) != 0)
			continue;
		if (common == name.len) {
			consume(reader, name.len);
			whole_commands[i].obey(reader);
			return true;
		}
		*out_partial = true;
	}
	return false;
}

static bool caret_step(struct zpl_reader *reader)
{
	size_t end = command_end(reader);
	struct err err = { 0 };

	if (end == 0 && reader->base.pending.len <= ZPL_COMMAND_MAX)
		return false;
	if (end == 0 || end > ZPL_COMMAND_MAX) {
		drop(reader, end ? end : reader->base.pending.len, "a command is too long");
		return true;
	}
	size_t len = end;

	while (reader->base.pending.data[len - 1] == '\n' ||
		reader->base.pending.data[len - 1] == '\r')
		len--;
	struct cursor in = cursor_over(bytes_of(reader->base.pending.data, len));

	if (!format_command(reader, &in, &err))
		printer_reader_refuse(&reader->base, &err);
	consume(reader, end);
	return true;
}

static bool sgd_step(struct zpl_reader *reader)
{
	struct cursor in = cursor_over(buf_bytes(&reader->base.pending));
	struct bytes line = cursor_take_until(&in, '\n');

	if (!cursor_ok(&in) && reader->base.pending.len <= SGD_LINE_MAX)
		return false;
	if (bytes_is(line, "! U1 getvar \"odometer.total_label_count\"\r")) {
		consume(reader, line.len + 1);
		printer_reader_query(&reader->base, PRINTER_QUERY_COUNTER, 0);
		return true;
	}
	drop(reader, 1, "an unknown line");
	return true;
}

static bool noise_step(struct zpl_reader *reader)
{
	size_t len = 0;

	while (len < reader->base.pending.len && !starts_command(reader->base.pending.data[len]) &&
		(len == 0 || reader->base.pending.data[len] != '!'))
		len++;
	drop(reader, len, "text that is no command");
	return true;
}

/* One command; false when more bytes are needed. */
static bool reader_step(void *mind)
{
	struct zpl_reader *reader = mind;
	bool partial = false;
	uint8_t first = reader->base.pending.data[0];

	if (first == '\r' || first == '\n') {
		consume(reader, 1);
		return true;
	}
	if (starts_command(first) && whole_command(reader, &partial))
		return true;
	if (starts_command(first) && partial)
		return false;
	if (first == '^')
		return caret_step(reader);
	if (first == '~') {
		drop(reader, 1, "an unknown command");
		return true;
	}
	if (first == '!' && !reader->in_format)
		return sgd_step(reader);
	return noise_step(reader);
}

static void reader_feed(void *reader, struct bytes bytes)
{
	printer_reader_feed_steps(reader, bytes, reader_step);
}

static bool is_partial(const void *mind)
{
	const struct zpl_reader *reader = mind;

	return reader->in_format;
}

static bool is_at_rest(const void *mind)
{
	const struct zpl_reader *reader = mind;

	return !reader->in_format && reader->base.pending.len == 0;
}

const struct printer_reader_class zpl_reader_class = {
	.size_bytes = sizeof(struct zpl_reader),
	.unit = "format",
	.feed = reader_feed,
	.is_partial = is_partial,
	.is_at_rest = is_at_rest,
};
