/* Bounded reading with a sticky error. */
#include "daemon/base/cursor.h"

#include "daemon/base/str.h"

#define DECIMAL_DIGITS_MAX 18

struct cursor cursor_over(struct bytes bytes)
{
	return (struct cursor) { .left = bytes };
}

bool cursor_ok(const struct cursor *cur)
{
	return !cur->failed;
}

bool cursor_at_end(const struct cursor *cur)
{
	return !cur->failed && cur->left.len == 0;
}

void cursor_fail(struct cursor *cur)
{
	cur->failed = true;
	cur->left.len = 0;
}

struct bytes cursor_take(struct cursor *cur, size_t len)
{
	if (len > cur->left.len) {
		cursor_fail(cur);
		return bytes_of(NULL, 0);
	}
	struct bytes taken = bytes_of(cur->left.data, len);

	if (len > 0)
		cur->left = bytes_of(cur->left.data + len, cur->left.len - len);
	return taken;
}

struct bytes cursor_take_rest(struct cursor *cur)
{
	return cursor_take(cur, cur->left.len);
}

struct bytes cursor_take_until(struct cursor *cur, uint8_t stop)
{
	const uint8_t *at = cur->left.len ? memchr(cur->left.data, stop, cur->left.len) : NULL;

	if (!at) {
		cursor_fail(cur);
		return bytes_of(NULL, 0);
	}
	struct bytes taken = cursor_take(cur, (size_t)(at - cur->left.data));

	cursor_skip(cur, 1);
	return taken;
}

void cursor_skip(struct cursor *cur, size_t len)
{
	(void)cursor_take(cur, len);
}

uint8_t cursor_peek(const struct cursor *cur)
{
	return cur->left.len ? cur->left.data[0] : 0;
}

static uint64_t cursor_uint_be(struct cursor *cur, size_t len)
{
	struct bytes taken = cursor_take(cur, len);
	uint64_t value = 0;

	for (size_t i = 0; i < taken.len; i++)
		value = value << 8 | taken.data[i];
	return value;
}

static uint64_t cursor_uint_le(struct cursor *cur, size_t len)
{
	struct bytes taken = cursor_take(cur, len);
	uint64_t value = 0;

	for (size_t i = taken.len; i > 0; i--)
		value = value << 8 | taken.data[i - 1];
	return value;
}

uint8_t cursor_u8(struct cursor *cur)
{
	return (uint8_t)cursor_uint_be(cur, 1);
}

uint16_t cursor_u16_be(struct cursor *cur)
{
	return (uint16_t)cursor_uint_be(cur, 2);
}

uint16_t cursor_u16_le(struct cursor *cur)
{
	return (uint16_t)cursor_uint_le(cur, 2);
}

uint32_t cursor_u32_be(struct cursor *cur)
{
	return (uint32_t)cursor_uint_be(cur, 4);
}

uint32_t cursor_u32_le(struct cursor *cur)
{
	return (uint32_t)cursor_uint_le(cur, 4);
}

uint64_t cursor_u64_be(struct cursor *cur)
{
	return cursor_uint_be(cur, 8);
}

bool cursor_accept(struct cursor *cur, const char *text)
{
	struct bytes want = bytes_of_str(text);

	if (cur->left.len < want.len || !bytes_equal(bytes_of(cur->left.data, want.len), want))
		return false;
	cursor_skip(cur, want.len);
	return true;
}

void cursor_expect(struct cursor *cur, const char *text)
{
	if (!cursor_accept(cur, text))
		cursor_fail(cur);
}

uint64_t cursor_decimal(struct cursor *cur)
{
	uint64_t value = 0;
	unsigned digits = 0;

	while (cur->left.len > 0 && char_is_digit(cursor_peek(cur))) {
		value = value * 10 + (uint64_t)(cursor_u8(cur) - '0');
		if (++digits > DECIMAL_DIGITS_MAX)
			break;
	}
	if (digits == 0 || digits > DECIMAL_DIGITS_MAX) {
		cursor_fail(cur);
		return 0;
	}
	return value;
}

uint32_t cursor_hex_u32(struct cursor *cur)
{
	struct bytes taken = cursor_take(cur, 8);
	uint32_t value = 0;

	for (size_t i = 0; i < taken.len; i++) {
		int digit = hex_digit(taken.data[i]);

		if (digit < 0) {
			cursor_fail(cur);
			return 0;
		}
		value = value << 4 | (uint32_t)digit;
	}
	return value;
}
