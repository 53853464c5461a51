/* One label as dots. */
#include "printers/bitmap.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"

bool bitmap_init(
	struct label_bitmap *out, unsigned width_dots, unsigned height_dots, struct err *err)
{
	if (width_dots == 0 || width_dots > BITMAP_WIDTH_DOTS_MAX || height_dots == 0 ||
		height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_INVALID,
			"a label of %u x %u dots is not possible, at most %u x %u", width_dots,
			height_dots, BITMAP_WIDTH_DOTS_MAX, BITMAP_HEIGHT_DOTS_MAX);
	size_t stride_bytes = (width_dots + 7) / 8;

	*out = (struct label_bitmap) { .width_dots = width_dots,
		.height_dots = height_dots,
		.stride_bytes = stride_bytes,
		.data = xcalloc(height_dots, stride_bytes) };
	return true;
}

void bitmap_done(struct label_bitmap *bitmap)
{
	free(bitmap->data);
	*bitmap = (struct label_bitmap) { 0 };
}

void bitmap_copy(struct label_bitmap *out, const struct label_bitmap *bitmap)
{
	size_t size = bitmap->height_dots * bitmap->stride_bytes;

	*out = *bitmap;
	out->data = xmalloc(size);
	memcpy(out->data, bitmap->data, size);
}

void bitmap_set(struct label_bitmap *bitmap, unsigned x, unsigned y, bool black)
{
	assert(x < bitmap->width_dots && y < bitmap->height_dots);
	uint8_t *byte = &bitmap->data[y * bitmap->stride_bytes + x / 8];
	uint8_t bit = (uint8_t)(0x80 >> x % 8);

	*byte = (uint8_t)(black ? *byte | bit : *byte & ~bit);
}

static unsigned end_within(unsigned start, unsigned length, unsigned limit)
{
	if (start >= limit)
		return start;
	return length > limit - start ? limit : start + length;
}

/* The part of a rectangle that lies on the bitmap. */
struct span {
	unsigned x, x_end, y, y_end;
};

static bool span_of(const struct label_bitmap *bitmap, struct bitmap_rect rect, struct span *out)
{
	*out = (struct span) { rect.x_dots,
		end_within(rect.x_dots, rect.width_dots, bitmap->width_dots), rect.y_dots,
		end_within(rect.y_dots, rect.height_dots, bitmap->height_dots) };
	return out->x < out->x_end && out->y < out->y_end;
}

/* Which dots of byte number `byte` of a row lie in the span. */
static uint8_t span_mask(const struct span *span, unsigned byte)
{
	const unsigned start = byte * 8;
	const unsigned first = span->x > start ? span->x - start : 0;
	const unsigned after = span->x_end - start < 8 ? span->x_end - start : 8;

	return (uint8_t)((0xffu >> first) & (0xffu << (8 - after)));
}

void bitmap_fill(struct label_bitmap *bitmap, struct bitmap_rect rect, bool black)
{
	struct span span;

	if (!span_of(bitmap, rect, &span))
		return;
	for (unsigned byte = span.x / 8; byte <= (span.x_end - 1) / 8; byte++) {
		const uint8_t mask = span_mask(&span, byte);

		for (unsigned y = span.y; y < span.y_end; y++) {
			uint8_t *dots = &bitmap->data[y * bitmap->stride_bytes + byte];

			*dots = (uint8_t)(black ? *dots | mask : *dots & ~mask);
		}
	}
}

/* The eight dots from x on, the first in the highest bit; what is beside the bitmap is white. */
static uint8_t eight_get(const uint8_t *row, size_t stride_bytes, unsigned x)
{
	const size_t at = x / 8;
	const unsigned high = at < stride_bytes ? row[at] : 0;
	const unsigned low = at + 1 < stride_bytes ? row[at + 1] : 0;

	return (uint8_t)((high << 8 | low) >> (8 - x % 8));
}

/* Writes those of the eight dots from x on that are set in mask. */
static void eight_set(uint8_t *row, size_t stride_bytes, unsigned x, uint8_t dots, uint8_t mask)
{
	const unsigned shift = 8 - x % 8;
	const unsigned wide_dots = (unsigned)(dots & mask) << shift, wide = (unsigned)mask << shift;
	uint8_t *byte = &row[x / 8];

	*byte = (uint8_t)((*byte & ~(wide >> 8)) | wide_dots >> 8);
	if (x / 8 + 1 < stride_bytes)
		byte[1] = (uint8_t)((byte[1] & ~wide) | (wide_dots & 0xff));
}

static unsigned room_after(unsigned start, unsigned limit)
{
	return start < limit ? limit - start : 0;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The first `count` dots of a byte, all from 8 on. */
static uint8_t first_mask(unsigned count)
{
	return (uint8_t)(0xff00 >> least(count, 8));
}

void bitmap_paste(struct label_bitmap *out, unsigned x, unsigned y, const struct label_bitmap *from,
	struct bitmap_rect rect)
{
	const unsigned width = least(least(rect.width_dots, room_after(x, out->width_dots)),
		room_after(rect.x_dots, from->width_dots));
	const unsigned height = least(least(rect.height_dots, room_after(y, out->height_dots)),
		room_after(rect.y_dots, from->height_dots));

	for (unsigned row = 0; row < height; row++) {
		const uint8_t *source = &from->data[(rect.y_dots + row) * from->stride_bytes];
		uint8_t *target = &out->data[(y + row) * out->stride_bytes];

		for (unsigned at = 0; at < width; at += 8) {
			eight_set(target, out->stride_bytes, x + at,
				eight_get(source, from->stride_bytes, rect.x_dots + at),
				first_mask(width - at));
		}
	}
}

void bitmap_invert(struct label_bitmap *bitmap)
{
	const unsigned last_byte_dots =
		bitmap->width_dots - 8 * (unsigned)(bitmap->stride_bytes - 1);

	for (size_t at = 0; at < bitmap->stride_bytes * bitmap->height_dots; at++) {
		const bool is_last = (at + 1) % bitmap->stride_bytes == 0;

		bitmap->data[at] =
			(uint8_t)(~bitmap->data[at] & first_mask(is_last ? last_byte_dots : 8));
	}
}

size_t bitmap_count_black(const struct label_bitmap *bitmap, struct bitmap_rect rect)
{
	struct span span;
	size_t count = 0;

	if (!span_of(bitmap, rect, &span))
		return 0;
	for (unsigned byte = span.x / 8; byte <= (span.x_end - 1) / 8; byte++) {
		const uint8_t mask = span_mask(&span, byte);

		for (unsigned y = span.y; y < span.y_end; y++)
			count += (size_t)__builtin_popcount(
				bitmap->data[y * bitmap->stride_bytes + byte] & mask);
	}
	return count;
}

/* Widens the four edges to what is black in one byte of a row. */
static void ink_add(unsigned dots, unsigned byte, unsigned y, struct span *ink)
{
	const unsigned bits_above_a_byte = 24;
	const unsigned left = byte * 8 + (unsigned)__builtin_clz(dots) - bits_above_a_byte;
	const unsigned right = byte * 8 + 8 - (unsigned)__builtin_ctz(dots);

	ink->x = left < ink->x ? left : ink->x;
	ink->x_end = right > ink->x_end ? right : ink->x_end;
	ink->y = y < ink->y ? y : ink->y;
	ink->y_end = y + 1;
}

bool bitmap_ink(const struct label_bitmap *bitmap, struct bitmap_rect rect, struct bitmap_rect *out)
{
	struct span span;

	if (!span_of(bitmap, rect, &span))
		return false;
	struct span ink = { .x = span.x_end, .y = span.y_end };

	for (unsigned y = span.y; y < span.y_end; y++) {
		for (unsigned byte = span.x / 8; byte <= (span.x_end - 1) / 8; byte++) {
			const unsigned dots = bitmap->data[y * bitmap->stride_bytes + byte] &
					      span_mask(&span, byte);

			if (dots)
				ink_add(dots, byte, y, &ink);
		}
	}
	if (ink.y_end == 0)
		return false;
	*out = (struct bitmap_rect) { ink.x, ink.y, ink.x_end - ink.x, ink.y_end - ink.y };
	return true;
}

bool bitmap_rows_are_equal(const struct label_bitmap *bitmap, struct bitmap_rect rect)
{
	struct span span;

	if (!span_of(bitmap, rect, &span))
		return true;
	for (unsigned byte = span.x / 8; byte <= (span.x_end - 1) / 8; byte++) {
		const uint8_t mask = span_mask(&span, byte);
		const uint8_t *column = &bitmap->data[span.y * bitmap->stride_bytes + byte];

		for (unsigned y = 1; y < span.y_end - span.y; y++) {
			if ((column[y * bitmap->stride_bytes] ^ column[0]) & mask)
				return false;
		}
	}
	return true;
}

/* Padding bits may be what they like. */
static bool row_is_equal(
	const struct label_bitmap *expected, const struct label_bitmap *actual, unsigned y)
{
	const size_t whole = expected->width_dots / 8;
	const unsigned rest = expected->width_dots % 8;
	const uint8_t *a = expected->data + y * expected->stride_bytes;
	const uint8_t *b = actual->data + y * actual->stride_bytes;

	return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

bool bitmap_equal(
	const struct label_bitmap *expected, const struct label_bitmap *actual, struct err *err)
{
	if (expected->width_dots != actual->width_dots ||
		expected->height_dots != actual->height_dots)
		return err_set(err, ERR_CHECK_FAILED,
			"the label has %u x %u dots, expected %u x %u", actual->width_dots,
			actual->height_dots, expected->width_dots, expected->height_dots);
	for (unsigned y = 0; y < expected->height_dots; y++) {
		if (row_is_equal(expected, actual, y))
			continue;
		for (unsigned x = 0; x < expected->width_dots; x++) {
			bool black = bitmap_is_black(expected, x, y);

			if (black != bitmap_is_black(actual, x, y))
				return err_set(err, ERR_CHECK_FAILED,
					"the dot at column %u, row %u is %s, expected %s", x, y,
					black ? "white" : "black", black ? "black" : "white");
		}
	}
	return true;
}
