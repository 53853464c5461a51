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

void bitmap_fill(struct label_bitmap *bitmap, struct bitmap_rect rect, bool black)
{
	unsigned x_end = end_within(rect.x_dots, rect.width_dots, bitmap->width_dots);
	unsigned y_end = end_within(rect.y_dots, rect.height_dots, bitmap->height_dots);

	for (unsigned y = rect.y_dots; y < y_end; y++) {
		for (unsigned x = rect.x_dots; x < x_end; x++)
			bitmap_set(bitmap, x, y, black);
	}
}

size_t bitmap_count_black(const struct label_bitmap *bitmap, struct bitmap_rect rect)
{
	unsigned x_end = end_within(rect.x_dots, rect.width_dots, bitmap->width_dots);
	unsigned y_end = end_within(rect.y_dots, rect.height_dots, bitmap->height_dots);
	size_t count = 0;

	for (unsigned y = rect.y_dots; y < y_end; y++) {
		for (unsigned x = rect.x_dots; x < x_end; x++)
			count += bitmap_is_black(bitmap, x, y);
	}
	return count;
}

bool bitmap_ink(const struct label_bitmap *bitmap, struct bitmap_rect rect, struct bitmap_rect *out)
{
	unsigned x_end = end_within(rect.x_dots, rect.width_dots, bitmap->width_dots);
	unsigned y_end = end_within(rect.y_dots, rect.height_dots, bitmap->height_dots);
	unsigned left = x_end, right = 0, top = y_end, bottom = 0;

	for (unsigned y = rect.y_dots; y < y_end; y++) {
		for (unsigned x = rect.x_dots; x < x_end; x++) {
			if (!bitmap_is_black(bitmap, x, y))
				continue;
			left = x < left ? x : left;
			right = x + 1 > right ? x + 1 : right;
			top = y < top ? y : top;
			bottom = y + 1;
		}
	}
	if (bottom == 0)
		return false;
	*out = (struct bitmap_rect) { left, top, right - left, bottom - top };
	return true;
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
