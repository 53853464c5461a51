/* Quarter turns. */
#include "printers/page/turn.h"

struct bitmap_rect turn_rect(
	struct bitmap_rect inner, unsigned width_dots, unsigned height_dots, unsigned turn)
{
	const unsigned right = width_dots - inner.x_dots - inner.width_dots;
	const unsigned below = height_dots - inner.y_dots - inner.height_dots;

	switch (turn) {
	case 1:
		return (struct bitmap_rect) { below, inner.x_dots, inner.height_dots,
			inner.width_dots };
	case 2:
		return (struct bitmap_rect) { right, below, inner.width_dots, inner.height_dots };
	case 3:
		return (struct bitmap_rect) { inner.y_dots, right, inner.height_dots,
			inner.width_dots };
	default:
		return inner;
	}
}

static bool quarter_back(struct label_bitmap *picture, struct err *err)
{
	struct label_bitmap turned = { 0 };

	if (!bitmap_init(&turned, picture->height_dots, picture->width_dots, err))
		return false;
	for (unsigned y = 0; y < picture->height_dots; y++) {
		for (unsigned x = 0; x < picture->width_dots; x++) {
			if (bitmap_is_black(picture, x, y))
				bitmap_set(&turned, y, picture->width_dots - 1 - x, true);
		}
	}
	bitmap_done(picture);
	*picture = turned;
	return true;
}

bool turn_back(struct label_bitmap *out, const struct label_bitmap *bitmap, struct bitmap_rect rect,
	unsigned turn, struct err *err)
{
	AUTO_BITMAP picture = { 0 };

	if (rect.x_dots > bitmap->width_dots ||
		rect.width_dots > bitmap->width_dots - rect.x_dots ||
		rect.y_dots > bitmap->height_dots ||
		rect.height_dots > bitmap->height_dots - rect.y_dots)
		return err_set(err, ERR_INVALID, "a box lies outside the label");
	if (!bitmap_init(&picture, rect.width_dots, rect.height_dots, err))
		return false;
	for (unsigned y = 0; y < rect.height_dots; y++) {
		for (unsigned x = 0; x < rect.width_dots; x++) {
			if (bitmap_is_black(bitmap, rect.x_dots + x, rect.y_dots + y))
				bitmap_set(&picture, x, y, true);
		}
	}
	for (unsigned i = 0; i < turn; i++) {
		if (!quarter_back(&picture, err))
			return false;
	}
	*out = picture;
	picture = (struct label_bitmap) { 0 };
	return true;
}
