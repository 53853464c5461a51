/* Hexadecimal digits with run lengths -> rows. */
#include "printers/lang/zpl/ascii_expand.h"

#include "daemon/base/cursor.h"

struct rows {
	uint8_t *to;
	size_t row_digits; /* of a row */
	size_t want;       /* digits in all */
	size_t have;
};

static size_t row_left(const struct rows *rows)
{
	return rows->row_digits - rows->have % rows->row_digits;
}

static void digits_put(struct rows *rows, unsigned digit, size_t count)
{
	for (; count > 0; count--, rows->have++) {
		uint8_t *byte = &rows->to[rows->have / 2];

		if (rows->have % 2 == 0)
			*byte = (uint8_t)(digit << 4);
		else
			*byte = (uint8_t)(*byte | digit);
	}
}

/* The count that the letters stand for, at most limit + 1; 1 when there are none. */
static size_t count_read(struct cursor *in, size_t limit)
{
	size_t count = 0;
	bool has_letter = false;

	for (;; cursor_skip(in, 1)) {
		uint8_t c = cursor_peek(in);

		if (c >= 'G' && c <= 'Y')
			count += c - 'F';
		else if (c >= 'g' && c <= 'z')
			count += (size_t)(c - 'f') * 20;
		else
			return has_letter ? count : 1;
		has_letter = true;
		if (count > limit)
			count = limit + 1;
	}
}

/* 0 to 15, or 16: no digit that we write. */
static unsigned digit_read(struct cursor *in)
{
	uint8_t c = cursor_u8(in);

	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10u;
	return 16;
}

static bool row_repeat(struct rows *rows, struct err *err)
{
	size_t stride_bytes = rows->row_digits / 2;
	size_t at = rows->have / 2;

	if (rows->have == 0 || rows->have % rows->row_digits != 0)
		return err_set(err, ERR_CHECK_FAILED, "a colon is not in the place of a row");
	memcpy(rows->to + at, rows->to + at - stride_bytes, stride_bytes);
	rows->have += rows->row_digits;
	return true;
}

static bool run_read(struct rows *rows, struct cursor *in, struct err *err)
{
	size_t count = count_read(in, row_left(rows));
	unsigned digit = digit_read(in);

	if (!cursor_ok(in) || digit > 15)
		return err_set(err, ERR_CHECK_FAILED, "the graphic has no digit where one is due");
	if (count > row_left(rows))
		return err_set(err, ERR_CHECK_FAILED, "a run goes beyond its row");
	digits_put(rows, digit, count);
	return true;
}

bool zpl_ascii_expand(
	struct bytes text, size_t stride_bytes, uint8_t *to, size_t want, struct err *err)
{
	struct rows rows = { .to = to, .row_digits = stride_bytes * 2, .want = want * 2 };
	struct cursor in = cursor_over(text);

	while (in.left.len > 0) {
		if (rows.have == rows.want)
			return err_set(err, ERR_CHECK_FAILED, "the graphic has too many rows");
		if (cursor_accept(&in, ","))
			digits_put(&rows, 0x0, row_left(&rows));
		else if (cursor_accept(&in, "!"))
			digits_put(&rows, 0xf, row_left(&rows));
		else if (cursor_accept(&in, ":") ? !row_repeat(&rows, err)
						 : !run_read(&rows, &in, err))
			return false;
	}
	return rows.have == rows.want ||
	       err_set(err, ERR_CHECK_FAILED, "the graphic does not make %zu bytes", want);
}
