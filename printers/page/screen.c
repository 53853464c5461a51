/* zint's modules as dots. */
#include "printers/page/screen.h"

#include <zint.h>

#include "daemon/base/auto.h"

DEFINE_AUTO(struct zint_symbol, ZBarcode_Delete)

static const struct shape {
	int symbology;
	int option_3;
	unsigned dots;         /* of a module */
	unsigned quiet;        /* modules on each side */
	unsigned bars_modules; /* how high the one row of bars is; 0: as wide as a module */
} shapes[] = {
	[PAGE_CODE128] = { BARCODE_CODE128, 0, PAGE_SCREEN_CODE128_DOTS, 10, 40 },
	[PAGE_DATAMATRIX] = { BARCODE_DATAMATRIX, DM_SQUARE, PAGE_SCREEN_DATAMATRIX_DOTS, 4, 0 },
};

static bool is_text(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == 0 || text.data[i] >= 0x80)
			return false;
	}
	return text.len > 0 && text.len <= PAGE_SCREEN_TEXT_MAX;
}

static void draw(
	const struct zint_symbol *zint, const struct shape *shape, struct label_bitmap *bitmap)
{
	unsigned high = shape->bars_modules > 0 ? shape->bars_modules : 1;

	for (unsigned y = 0; y < (unsigned)zint->rows; y++) {
		for (unsigned x = 0; x < (unsigned)zint->width; x++) {
			struct bitmap_rect module = {
				.x_dots = (shape->quiet + x) * shape->dots,
				.y_dots = (shape->quiet + y * high) * shape->dots,
				.width_dots = shape->dots,
				.height_dots = high * shape->dots,
			};

			if ((zint->encoded_data[y][x >> 3] >> (x & 7)) & 1)
				bitmap_fill(bitmap, module, true);
		}
	}
}

bool page_screen(
	enum page_symbology symbology, struct bytes text, struct label_bitmap *out, struct err *err)
{
	const struct shape *shape = &shapes[symbology];
	AUTO(ZBarcode_Delete) struct zint_symbol *zint = ZBarcode_Create();

	if (!zint)
		return err_set(err, ERR_INTERNAL, "the bar code library has no memory");
	if (!is_text(text))
		return err_set(err, ERR_INVALID,
			"a code on a screen has 1 to %u characters of ASCII", PAGE_SCREEN_TEXT_MAX);
	zint->symbology = shape->symbology;
	zint->option_3 = shape->option_3;
	if (ZBarcode_Encode(zint, text.data, (int)text.len) != 0)
		return err_set(err, ERR_INVALID, "the code cannot be made: %s", zint->errtxt);
	unsigned rows = (unsigned)zint->rows * (shape->bars_modules > 0 ? shape->bars_modules : 1);
	unsigned columns = (unsigned)zint->width;

	if (!bitmap_init(out, (columns + 2 * shape->quiet) * shape->dots,
		    (rows + 2 * shape->quiet) * shape->dots, err))
		return false;
	draw(zint, shape, out);
	return true;
}
