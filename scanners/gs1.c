/* GS1 element strings by table. */
#include "scanners/gs1.h"

#include <stdio.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define GS 0x1d
#define DATE_LEN 6

enum content {
	ANY, /* GS1 character set 82 */
	DIGITS,
	CHECKED, /* digits, the last a check digit */
	DATE,
};

/*
 * By the first two digits, which say how long the AI is. max: of the data, the longest of any AI
 * that begins so.
 */
/* clang-format off */
static const struct family {
	uint8_t first;
	uint8_t last;
	uint8_t ai_len;
	uint8_t max;
	bool is_fixed; /* predefined length: always max, no separator */
	enum content content;
} families[] = {
	{  0,  0, 2, 18, true,  CHECKED }, /* SSCC */
	{  1,  3, 2, 14, true,  CHECKED }, /* GTIN */
	{ 10, 10, 2, 20, false, ANY },     /* lot */
	{ 11, 13, 2,  6, true,  DATE },
	{ 15, 17, 2,  6, true,  DATE },    /* 17 expiry */
	{ 20, 20, 2,  2, true,  DIGITS },
	{ 21, 22, 2, 20, false, ANY },     /* 21 serial */
	{ 23, 23, 3, 28, false, ANY },
	{ 24, 25, 3, 30, false, ANY },
	{ 30, 30, 2,  8, false, DIGITS },
	{ 31, 36, 4,  6, true,  DIGITS },
	{ 37, 37, 2,  8, false, DIGITS },
	{ 39, 39, 4, 18, false, DIGITS },
	{ 40, 40, 3, 30, false, ANY },
	{ 41, 41, 3, 13, true,  CHECKED }, /* GLN */
	{ 42, 42, 3, 20, false, ANY },
	{ 43, 43, 4, 70, false, ANY },
	{ 70, 70, 4, 30, false, ANY },
	{ 71, 71, 3, 20, false, ANY },
	{ 72, 72, 4, 90, false, ANY },
	{ 80, 80, 4, 90, false, ANY },
	{ 81, 82, 4, 70, false, ANY },
	{ 90, 90, 2, 30, false, ANY },
	{ 91, 99, 2, 90, false, ANY },
};
/* clang-format on */

static bool is_one_of(const char *aim, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(aim, list[i]))
			return true;
	}
	return false;
}

bool gs1_is_element_string(const char *aim)
{
	static const char *const list[] = { "]C1", "]d2", "]Q3", "]e0", "]J1" };

	return is_one_of(aim, list, ARRAY_LEN(list));
}

bool gs1_is_item_number(const char *aim)
{
	static const char *const list[] = { "]E0", "]E4" };

	return is_one_of(aim, list, ARRAY_LEN(list));
}

static bool is_digits(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!char_is_digit(text.data[i]))
			return false;
	}
	return text.len > 0;
}

/* Character set 82: letters, digits and 20 signs. */
static bool is_set_82(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned c = text.data[i];

		if (!char_is_printable(c) || c == ' ' || strchr("#$@[\\]^`{|}~", (int)c))
			return false;
	}
	return text.len > 0;
}

bool gs1_check_is_right(struct bytes digits)
{
	unsigned sum = 0;

	if (!is_digits(digits))
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		bool is_odd = (digits.len - i) % 2 == 1; /* counted from the right */

		sum += (unsigned)(digits.data[i] - '0') * (is_odd ? 1 : 3);
	}
	return sum % 10 == 0;
}

static unsigned two_digits(struct bytes text, size_t at)
{
	return (unsigned)(text.data[at] - '0') * 10 + (unsigned)(text.data[at + 1] - '0');
}

bool gs1_date(struct code_date *out, struct bytes yymmdd, unsigned this_year)
{
	if (yymmdd.len != DATE_LEN || !is_digits(yymmdd))
		return false;
	return code_date_of(out, code_date_year(two_digits(yymmdd, 0), this_year),
		two_digits(yymmdd, 2), two_digits(yymmdd, 4));
}

static const struct family *family_of(struct bytes left)
{
	if (left.len < 2 || !is_digits(bytes_of(left.data, 2)))
		return NULL;
	unsigned first = two_digits(left, 0);

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		if (first >= families[i].first && first <= families[i].last)
			return &families[i];
	}
	return NULL;
}

static size_t data_len(const struct family *family, struct bytes left)
{
	if (family->is_fixed)
		return family->max;
	const uint8_t *gs = memchr(left.data, GS, left.len);

	return gs ? (size_t)(gs - left.data) : left.len;
}

static bool data_is_right(const struct family *family, struct bytes data, unsigned this_year)
{
	struct code_date date;

	switch (family->content) {
	case ANY:
		return is_set_82(data);
	case DIGITS:
		return is_digits(data);
	case CHECKED:
		return gs1_check_is_right(data);
	case DATE:
		return gs1_date(&date, data, this_year);
	}
	return false;
}

static bool element_add(struct gs1 *gs1, struct gs1_element element, struct err *err)
{
	for (size_t i = 0; i < gs1->count; i++) {
		const struct gs1_element *other = &gs1->element[i];

		if (bytes_equal(other->ai, element.ai) && !bytes_equal(other->data, element.data))
			return err_set(err, ERR_INVALID, "identifier %.*s is there twice",
				(int)element.ai.len, (const char *)element.ai.data);
	}
	if (gs1->count == GS1_ELEMENTS_MAX)
		return err_set(err, ERR_INVALID, "more than %d elements", GS1_ELEMENTS_MAX);
	gs1->element[gs1->count++] = element;
	return true;
}

/* Reads one element and the separator behind it. */
static bool element_take(
	struct gs1_element *out, struct cursor *in, unsigned this_year, struct err *err)
{
	const struct family *family = family_of(in->left);

	if (!family)
		return err_set(err, ERR_INVALID, "no application identifier where one is due");
	struct gs1_element element = { .ai = cursor_take(in, family->ai_len) };

	if (!cursor_ok(in) || !is_digits(element.ai))
		return err_set(err, ERR_INVALID, "an application identifier is cut");
	element.data = cursor_take(in, data_len(family, in->left));
	if (!cursor_ok(in))
		return err_set(err, ERR_INVALID, "the data of identifier %.*s is cut",
			(int)element.ai.len, (const char *)element.ai.data);
	if (element.data.len > family->max || !data_is_right(family, element.data, this_year))
		return err_set(err, ERR_INVALID, "the data of identifier %.*s is wrong",
			(int)element.ai.len, (const char *)element.ai.data);
	(void)cursor_accept(in, "\x1d"); /* behind one of predefined length it is of no need */
	*out = element;
	return true;
}

bool gs1_parse(struct gs1 *out, struct bytes text, unsigned this_year, struct err *err)
{
	struct gs1 gs1 = { .count = 0 };
	struct cursor in = cursor_over(text);

	(void)cursor_accept(&in, "\x1d"); /* some scanners send the first FNC1 too */
	while (in.left.len > 0) {
		struct gs1_element element = { 0 };

		if (!element_take(&element, &in, this_year, err) ||
			!element_add(&gs1, element, err))
			return false;
	}
	if (gs1.count == 0)
		return err_set(err, ERR_INVALID, "no element");
	*out = gs1;
	return true;
}

struct bytes gs1_find(const struct gs1 *gs1, const char *ai)
{
	for (size_t i = 0; i < gs1->count; i++) {
		if (bytes_is(gs1->element[i].ai, ai))
			return gs1->element[i].data;
	}
	return (struct bytes) { 0 };
}
