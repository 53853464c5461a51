/* Small text helpers: ASCII classes that ignore the locale, prefixes, hex, base64, UTF-8. */
#ifndef SPECIMEND_BASE_STR_H
#define SPECIMEND_BASE_STR_H

#include "daemon/base/buf.h"
#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

static inline bool char_is_digit(unsigned c)
{
	return c >= '0' && c <= '9';
}

static inline bool char_is_upper(unsigned c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool char_is_printable(unsigned c)
{
	return c >= 0x20 && c <= 0x7e;
}

int hex_digit(uint8_t c); /* 0..15, or -1 */

bool str_equal(const char *a, const char *b); /* NULL equals only NULL */
bool str_has_prefix(const char *s, const char *prefix);
bool str_copy(char *out, size_t size, const char *s); /* false when cut */

/* Lower-case hexadecimal. */
void hex_encode(struct bytes in, struct buf *out);
MUST_CHECK bool hex_decode(struct bytes in, struct buf *out, struct err *err);

/*
 * RFC 4648 base64 with padding, no line breaks. The unused bits of the last digit must be zero
 * (section 3.5), so every run of bytes has one spelling.
 */
void base64_encode(struct bytes in, struct buf *out);
MUST_CHECK bool base64_decode(struct bytes in, struct buf *out, struct err *err);

/* Whole decimal number in [min, max], no sign, no blanks. */
MUST_CHECK bool uint_parse(
	struct bytes text, uint64_t min, uint64_t max, uint64_t *out, struct err *err);

/* True for well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool utf8_is_valid(struct bytes text);

/* The length of the well-formed character at the front (text is not empty), 0 when there is none.
 */
size_t utf8_char_len(struct bytes text);

/*
 * Whether the well-formed character at the front (text is not empty) says something to a terminal
 * instead of being seen: C0, delete, C1 (U+009B begins an escape sequence, U+0085 a line), line
 * and paragraph separators, and what turns the direction of others (Unicode TR 9, 2; TR 36, 3.5).
 */
bool utf8_is_control(struct bytes text);

#endif
