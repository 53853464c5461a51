/*
 * The one bounded way to read bytes from outside. Errors are sticky: after the first failed read
 * every read gives zero or an empty run, and cursor_ok() is false. No pointer arithmetic elsewhere.
 */
#ifndef SPECIMEND_BASE_CURSOR_H
#define SPECIMEND_BASE_CURSOR_H

#include "daemon/base/bytes.h"

struct cursor {
	struct bytes left;
	bool failed;
};

struct cursor cursor_over(struct bytes bytes);
bool cursor_ok(const struct cursor *cur);
bool cursor_at_end(const struct cursor *cur); /* all read and nothing failed */
void cursor_fail(struct cursor *cur);

uint8_t cursor_peek(const struct cursor *cur); /* 0 at the end, which is not an error */
uint8_t cursor_u8(struct cursor *cur);
uint16_t cursor_u16_be(struct cursor *cur);
uint16_t cursor_u16_le(struct cursor *cur);
uint32_t cursor_u32_be(struct cursor *cur);
uint32_t cursor_u32_le(struct cursor *cur);
uint64_t cursor_u64_be(struct cursor *cur);

struct bytes cursor_take(struct cursor *cur, size_t len);
struct bytes cursor_take_rest(struct cursor *cur);

/* The bytes before the next `stop`, which is read too; fails when there is none. */
struct bytes cursor_take_until(struct cursor *cur, uint8_t stop);

void cursor_skip(struct cursor *cur, size_t len);
bool cursor_accept(struct cursor *cur, const char *text); /* reads it if it is next */
void cursor_expect(struct cursor *cur, const char *text); /* fails if it is not next */

/* Unsigned decimal with at least one digit, at most 18. */
uint64_t cursor_decimal(struct cursor *cur);
/* Exactly 8 hexadecimal digits. */
uint32_t cursor_hex_u32(struct cursor *cur);

#endif
