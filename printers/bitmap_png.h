/* A label's dots as a PNG (1 bit, grayscale), for people: the preview and the virtual printer. */
#ifndef SPECIMEND_PRINTERS_BITMAP_PNG_H
#define SPECIMEND_PRINTERS_BITMAP_PNG_H

#include "printers/bitmap.h"

/*
 * Appends the PNG to out. dots_per_m goes into its pHYs chunk (0 leaves it out).
 * Fails with ERR_INTERNAL when libpng refuses, and then leaves out as it was.
 */
MUST_CHECK bool bitmap_png(
	const struct label_bitmap *bitmap, unsigned dots_per_m, struct buf *out, struct err *err);

#endif
