/* Small text helpers. */
#include "daemon/base/str.h"

#include <stdio.h>

int hex_digit(uint8_t c)
{
	if (char_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool str_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool str_has_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_copy(char *out, size_t size, const char *s)
{
	int n = snprintf(out, size, "%s", s);

	return n >= 0 && (size_t)n < size;
}

void hex_encode(struct bytes in, struct buf *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < in.len; i++) {
		buf_add_byte(out, (uint8_t)digits[in.data[i] >> 4]);
		buf_add_byte(out, (uint8_t)digits[in.data[i] & 15]);
	}
}

bool hex_decode(struct bytes in, struct buf *out, struct err *err)
{
	if (in.len % 2 != 0)
		return err_set(err, ERR_INVALID, "hexadecimal text has an odd length");
	for (size_t i = 0; i < in.len; i++) {
		if (hex_digit(in.data[i]) < 0)
			return err_set(
				err, ERR_INVALID, "not a hexadecimal digit at position %zu", i + 1);
	}
	for (size_t i = 0; i < in.len; i += 2)
		buf_add_byte(
			out, (uint8_t)(hex_digit(in.data[i]) << 4 | hex_digit(in.data[i + 1])));
	return true;
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct bytes in, struct buf *out)
{
	for (size_t i = 0; i < in.len; i += 3) {
		size_t have = in.len - i < 3 ? in.len - i : 3;
		uint32_t bits = (uint32_t)in.data[i] << 16;

		if (have > 1)
			bits |= (uint32_t)in.data[i + 1] << 8;
		if (have > 2)
			bits |= in.data[i + 2];
		buf_add_byte(out, (uint8_t)base64_digits[bits >> 18 & 63]);
		buf_add_byte(out, (uint8_t)base64_digits[bits >> 12 & 63]);
		buf_add_byte(out, have > 1 ? (uint8_t)base64_digits[bits >> 6 & 63] : '=');
		buf_add_byte(out, have > 2 ? (uint8_t)base64_digits[bits & 63] : '=');
	}
}

static int base64_value(uint8_t c)
{
	if (char_is_upper(c))
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (char_is_digit(c))
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Four digits into up to three bytes. */
static bool base64_group(const uint8_t *group, bool is_last, struct buf *out)
{
	unsigned pad = 0;
	uint32_t bits = 0;

	if (is_last && group[3] == '=')
		pad = group[2] == '=' ? 2 : 1;
	for (unsigned i = 0; i < 4 - pad; i++) {
		int value = base64_value(group[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	bits <<= 6 * pad;
	if (bits & ((1u << 8 * pad) - 1))
		return false;
	for (unsigned i = 0; i < 3 - pad; i++)
		buf_add_byte(out, (uint8_t)(bits >> (16 - 8 * i)));
	return true;
}

bool base64_decode(struct bytes in, struct buf *out, struct err *err)
{
	size_t before = out->len;

	if (in.len % 4 != 0)
		return err_set(
			err, ERR_INVALID, "base64 text is not a multiple of 4 characters long");
	for (size_t i = 0; i < in.len; i += 4) {
		if (!base64_group(in.data + i, i + 4 == in.len, out)) {
			buf_cut(out, before);
			return err_set(err, ERR_INVALID, "not base64 at position %zu to %zu", i + 1,
				i + 4);
		}
	}
	return true;
}

bool uint_parse(struct bytes text, uint64_t min, uint64_t max, uint64_t *out, struct err *err)
{
	uint64_t value = 0;

	if (text.len == 0)
		return err_set(err, ERR_INVALID, "a number is missing");
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (!char_is_digit(c))
			return err_set(err, ERR_INVALID, "not a whole number");
		unsigned digit = (unsigned)(c - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return err_set(err, ERR_INVALID, "the number is too large");
		value = value * 10 + digit;
	}
	if (value < min || value > max) {
		return err_set(err, ERR_INVALID, "the number must be from %llu to %llu",
			(unsigned long long)min, (unsigned long long)max);
	}
	*out = value;
	return true;
}

/* Source: RFC 3629 section 4. */
size_t utf8_char_len(struct bytes text)
{
	uint8_t c = text.data[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

	if (len == 0 || len > text.len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
	}
	uint8_t second = len > 1 ? text.data[1] : 0;

	if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
		(c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f))
		return 0;
	return len;
}

bool utf8_is_control(struct bytes text)
{
	uint8_t first = text.data[0];
	uint8_t second = text.len > 1 ? text.data[1] : 0;
	uint8_t third = text.len > 2 ? text.data[2] : 0;

	if (first < 0x80)
		return first < 0x20 || first == 0x7f;
	if (first == 0xc2)
		return second < 0xa0; /* U+0080 to U+009F */
	if (first != 0xe2)
		return false;
	/* U+200E, U+200F, U+2028 to U+202E; U+2066 to U+2069 */
	return (second == 0x80 &&
		       (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae))) ||
	       (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

bool utf8_is_valid(struct bytes text)
{
	while (text.len > 0) {
		size_t len = utf8_char_len(text);

		if (len == 0)
			return false;
		text = bytes_of(text.data + len, text.len - len);
	}
	return true;
}
