/*
 * Quarter turns on the label: where something that stands upright in a box comes to lie, and the
 * box's picture turned back. The two share nothing, so that the proof does not believe the drawing.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_TURN_H
#define SPECIMEND_PRINTERS_PAGE_TURN_H

#include "printers/bitmap.h"

/*
 * inner    a rectangle within an upright box of width_dots x height_dots
 * turn     quarter turns clockwise, 0 to 3
 *
 * Returns where it lies in the box after the turn, from the turned box's own top left corner.
 */
struct bitmap_rect turn_rect(
	struct bitmap_rect inner, unsigned width_dots, unsigned height_dots, unsigned turn);

/*
 * The part of bitmap in rect after `turn` quarter turns back, anticlockwise; out is freed by
 * bitmap_done. Fails with ERR_INVALID when rect is empty or does not lie on the bitmap.
 */
MUST_CHECK bool turn_back(struct label_bitmap *out, const struct label_bitmap *bitmap,
	struct bitmap_rect rect, unsigned turn, struct err *err);

#endif
