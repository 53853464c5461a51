/* HIBC supplier labels. */
#include "scanners/hibc.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define LIC_LEN 4
#define PRIMARY_MIN (LIC_LEN + 1 + 1)
#define PRIMARY_MAX (LIC_LEN + 18 + 1)
#define LOT_MAX 18
#define SERIAL_MAX 18
#define QUANTITY_MAX 5

/* In order of their values. */
static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

static bool is_letter_or_digit(unsigned c)
{
	return char_is_digit(c) || char_is_upper(c);
}

bool hibc_is_flagged(struct bytes text)
{
	return text.len > 1 && text.data[0] == '+' &&
	       (is_letter_or_digit(text.data[1]) || text.data[1] == '$');
}

char hibc_check(struct bytes text)
{
	size_t sum = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char *at = memchr(characters, text.data[i], sizeof(characters) - 1);

		if (!at)
			return 0;
		sum += (size_t)(at - characters);
	}
	return characters[sum % (sizeof(characters) - 1)];
}

static bool is_all(struct bytes text, bool (*is)(unsigned c))
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is(text.data[i]))
			return false;
	}
	return true;
}

static unsigned number_take(struct cursor *in, size_t len)
{
	struct bytes digits = cursor_take(in, len);
	unsigned number = 0;

	if (!is_all(digits, char_is_digit))
		cursor_fail(in);
	for (size_t i = 0; i < digits.len; i++)
		number = number * 10 + (unsigned)(digits.data[i] - '0');
	return number;
}

/* ---- dates ---- */

/* Reads the parts of a date as its format says: Y year, M month, D day, J day of the year, H hour.
 */
static void date_take(
	struct code_date *out, struct cursor *in, const char *format, unsigned this_year)
{
	unsigned year = 0, month = 0, day = 0, ordinal = 0;

	for (; *format; format++) {
		if (*format == 'Y')
			year = code_date_year(number_take(in, 2), this_year);
		else if (*format == 'C')
			year = number_take(in, 4);
		else if (*format == 'M')
			month = number_take(in, 2);
		else if (*format == 'D')
			day = number_take(in, 2);
		else if (*format == 'J')
			ordinal = number_take(in, 3);
		else if (number_take(in, 2) > 23)
			cursor_fail(in);
	}
	if (!cursor_ok(in))
		return;
	bool is_date = ordinal ? code_date_of_ordinal(out, year, ordinal)
			       : code_date_of(out, year, month, day);

	if (!is_date)
		cursor_fail(in);
}

/* The date of $$ and $$+, told by its first digit. */
static void expiry_take(struct hibc *hibc, struct cursor *in, unsigned this_year)
{
	/* 0 and 1 begin a month */
	static const char *const formats[] = { "MY", "MY", "MDY", "YMD", "YMDH", "YJ", "YJH", "" };
	unsigned c = cursor_peek(in);

	if (c < '0' || c > '7') {
		cursor_fail(in);
		return;
	}
	const char *format = formats[c - '0'];

	if (c >= '2')
		cursor_skip(in, 1);
	if (*format)
		date_take(&hibc->expires, in, format, this_year);
}

/* ---- parts ---- */

static void span_take(struct bytes *out, struct cursor *in, size_t max)
{
	struct bytes span = cursor_take_rest(in);

	if (span.len > max || out->len > 0)
		cursor_fail(in);
	else
		*out = span;
}

static void quantity_take(struct hibc *hibc, struct cursor *in)
{
	size_t len = cursor_accept(in, "8") ? 2 : cursor_accept(in, "9") ? QUANTITY_MAX : 0;

	if (len == 0)
		return;
	hibc->quantity = cursor_take(in, len);
	if (!is_all(hibc->quantity, char_is_digit))
		cursor_fail(in);
}

/* Behind a quantity the date may be missing: then the lot follows at once. */
static bool has_date(struct bytes left)
{
	static const uint8_t lens[] = { 4, 4, 7, 7, 9, 6, 8, 1 };
	size_t len = left.len > 0 && left.data[0] >= '0' && left.data[0] <= '7'
			     ? lens[left.data[0] - '0']
			     : 0;

	return len > 0 && left.len >= len && is_all(bytes_of(left.data, len), char_is_digit);
}

static void dollars_take(struct hibc *hibc, struct cursor *in, unsigned this_year)
{
	if (cursor_accept(in, "+")) {
		expiry_take(hibc, in, this_year);
		span_take(&hibc->serial, in, SERIAL_MAX);
		return;
	}
	quantity_take(hibc, in);
	if (hibc->quantity.len == 0 || has_date(in->left))
		expiry_take(hibc, in, this_year);
	span_take(&hibc->lot, in, LOT_MAX);
}

/* One part between slashes that is not the primary one. */
static void part_read(struct hibc *hibc, struct cursor *in, unsigned this_year)
{
	if (cursor_accept(in, "$$")) {
		dollars_take(hibc, in, this_year);
	} else if (cursor_accept(in, "$+")) {
		span_take(&hibc->serial, in, SERIAL_MAX);
	} else if (cursor_accept(in, "$")) {
		span_take(&hibc->lot, in, LOT_MAX);
	} else if (cursor_accept(in, "14D")) {
		date_take(&hibc->expires, in, "CMD", this_year);
	} else if (cursor_accept(in, "16D")) {
		date_take(&hibc->made, in, "CMD", this_year);
	} else if (cursor_accept(in, "S")) {
		span_take(&hibc->serial, in, SERIAL_MAX);
	} else if (cursor_accept(in, "Q")) {
		hibc->quantity = cursor_take_rest(in);
		if (hibc->quantity.len > QUANTITY_MAX || !is_all(hibc->quantity, char_is_digit))
			cursor_fail(in);
	} else if (char_is_digit(cursor_peek(in))) {
		date_take(&hibc->expires, in, "YJ", this_year);
		span_take(&hibc->lot, in, LOT_MAX);
	} else {
		(void)cursor_take_rest(in); /* identifiers that say nothing we need */
	}
	if (!cursor_at_end(in))
		cursor_fail(in);
}

static bool primary_read(struct hibc *hibc, struct bytes part)
{
	if (part.len < PRIMARY_MIN || part.len > PRIMARY_MAX || !is_all(part, is_letter_or_digit) ||
		!char_is_upper(part.data[0]) || !char_is_digit(part.data[part.len - 1]))
		return false;
	hibc->labeler = bytes_of(part.data, LIC_LEN);
	hibc->product = bytes_of(part.data + LIC_LEN, part.len - LIC_LEN - 1);
	hibc->unit = bytes_of(part.data + part.len - 1, 1);
	return true;
}

/* The bytes before the next slash, which is read too. */
static struct bytes part_take(struct cursor *in)
{
	const uint8_t *slash = in->left.len > 0 ? memchr(in->left.data, '/', in->left.len) : NULL;
	struct bytes part = cursor_take(in, slash ? (size_t)(slash - in->left.data) : in->left.len);

	(void)cursor_accept(in, "/");
	return part;
}

static bool body_read(struct hibc *hibc, struct bytes body, unsigned this_year, struct err *err)
{
	struct cursor parts = cursor_over(body);

	if (char_is_upper(body.data[0]) && !primary_read(hibc, part_take(&parts)))
		return err_set(err, ERR_INVALID, "labeler, product or unit of measure is wrong");
	while (parts.left.len > 0) {
		struct cursor part = cursor_over(part_take(&parts));

		part_read(hibc, &part, this_year);
		if (!cursor_ok(&part))
			return err_set(
				err, ERR_INVALID, "lot, serial number, date or quantity is wrong");
	}
	return true;
}

bool hibc_parse(struct hibc *out, struct bytes text, unsigned this_year, struct err *err)
{
	struct hibc hibc = { .link = 0 };

	if (!hibc_is_flagged(text) || text.len < 4)
		return err_set(err, ERR_INVALID, "no HIBC code");
	if (hibc_check(bytes_of(text.data, text.len - 1)) != (char)text.data[text.len - 1] ||
		text.data[text.len - 1] == 0)
		return err_set(err, ERR_INVALID, "the check character is wrong");
	struct bytes body = bytes_of(text.data + 1, text.len - 2);

	if (!char_is_upper(body.data[0]))
		hibc.link = body.data[--body.len];
	if (!body_read(&hibc, body, this_year, err))
		return false;
	*out = hibc;
	return true;
}
