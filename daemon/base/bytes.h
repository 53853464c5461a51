/*
 * Bytes are not strings: scans and printer replies may hold NUL and GS (0x1D).
 * A struct bytes borrows; whoever made the memory owns it.
 */
#ifndef SPECIMEND_BASE_BYTES_H
#define SPECIMEND_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *data;
	size_t len;
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes) { .data = data, .len = len };
}

static inline struct bytes bytes_of_str(const char *s)
{
	return bytes_of(s, strlen(s));
}

/* Of a string literal, which may hold NUL; usable in a table that is const. */
#define BYTES_LITERAL(literal)                                  \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}

/* All of them; none are left. */
static inline struct bytes bytes_take_all(struct bytes *in)
{
	struct bytes all = *in;

	in->data += in->len;
	in->len = 0;
	return all;
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool bytes_is(struct bytes a, const char *s)
{
	return bytes_equal(a, bytes_of_str(s));
}

#endif
