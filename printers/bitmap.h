/*
 * One label as dots: what the page draws, a language encodes and re-expands, and a person sees as a
 * PNG. Plain memory, no drawing beyond rectangles; text and bars are printers/page/, languages
 * printers/lang/. A row is padded to whole bytes with zero bits, so that equal pictures are equal
 * bytes.
 */
#ifndef SPECIMEND_PRINTERS_BITMAP_H
#define SPECIMEND_PRINTERS_BITMAP_H

#include "daemon/base/buf.h"
#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

/* The largest label we take: 4 x 6 inches at 600 dpi. Sizes from outside are checked against these.
 */
#define BITMAP_WIDTH_DOTS_MAX 2400u
#define BITMAP_HEIGHT_DOTS_MAX 3600u

struct label_bitmap {
	unsigned width_dots;
	unsigned height_dots;
	size_t stride_bytes; /* (width_dots + 7) / 8 */
	uint8_t *data;       /* 1 = black, most significant bit left; padding bits are 0 */
};

struct bitmap_rect {
	unsigned x_dots;
	unsigned y_dots;
	unsigned width_dots;
	unsigned height_dots;
};

/*
 * A white bitmap, freed by bitmap_done. Fails with ERR_INVALID when a side is 0 or above its limit.
 */
MUST_CHECK bool bitmap_init(
	struct label_bitmap *out, unsigned width_dots, unsigned height_dots, struct err *err);

/* Frees and zeroes; the zero value is allowed. */
void bitmap_done(struct label_bitmap *bitmap);

/* A copy, freed by bitmap_done. */
void bitmap_copy(struct label_bitmap *out, const struct label_bitmap *bitmap);

static inline bool bitmap_is_black(const struct label_bitmap *bitmap, unsigned x, unsigned y)
{
	return (bitmap->data[y * bitmap->stride_bytes + x / 8] >> (7 - x % 8)) & 1;
}

/* Dots outside the bitmap are ours to avoid (assert). */
void bitmap_set(struct label_bitmap *bitmap, unsigned x, unsigned y, bool black);

/* The part of rect that lies on the bitmap becomes black or white. */
void bitmap_fill(struct label_bitmap *bitmap, struct bitmap_rect rect, bool black);

/*
 * The dots of rect of `from` are then at x, y of out, white ones too; what lies beside either
 * bitmap is left out.
 */
void bitmap_paste(struct label_bitmap *out, unsigned x, unsigned y, const struct label_bitmap *from,
	struct bitmap_rect rect);

/* Every dot becomes the other colour. */
void bitmap_invert(struct label_bitmap *bitmap);

/* Black dots in the part of rect that lies on the bitmap. */
size_t bitmap_count_black(const struct label_bitmap *bitmap, struct bitmap_rect rect);

/* The smallest rectangle around the black dots inside rect; false when there are none. */
bool bitmap_ink(
	const struct label_bitmap *bitmap, struct bitmap_rect rect, struct bitmap_rect *out);

/* Whether all rows of the part of rect that lies on the bitmap are the same: bars without a break.
 */
bool bitmap_rows_are_equal(const struct label_bitmap *bitmap, struct bitmap_rect rect);

/*
 * Whether both are dot for dot the same. When not, ERR_CHECK_FAILED names the first difference
 * (row by row, left to right) or the two sizes; padding bits do not count.
 */
MUST_CHECK bool bitmap_equal(
	const struct label_bitmap *expected, const struct label_bitmap *actual, struct err *err);

static inline struct bitmap_rect bitmap_whole(const struct label_bitmap *bitmap)
{
	return (struct bitmap_rect) { 0, 0, bitmap->width_dots, bitmap->height_dots };
}

static inline void bitmap_auto(struct label_bitmap *bitmap)
{
	bitmap_done(bitmap);
}
/* AUTO_BITMAP x = { 0 }; */
#define AUTO_BITMAP __attribute__((cleanup(bitmap_auto))) struct label_bitmap

#endif
