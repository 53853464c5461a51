/* The bar codes of a paper, read back. */
#include <cairo.h>

#include "daemon/base/str.h"
#include "printers/page/paper_inside.h"

/* The symbol and its quiet zone, in dots of the page. */
static struct bitmap_rect zone_of(const struct paper_symbol *at)
{
	const bool is_bars = at->symbol.symbology == PAGE_CODE128;
	const unsigned side = (is_bars ? 10 : 1) * at->module_dots;
	const unsigned above = is_bars ? 0 : at->module_dots;
	const unsigned height = is_bars ? at->height_dots : at->symbol.rows * at->module_dots;

	return (struct bitmap_rect) { at->x_dots - side, at->y_dots - above,
		at->symbol.columns * at->module_dots + 2 * side, height + 2 * above };
}

/* That part of the page as dots, as a printer of PAPER_DPI would have them. */
static bool zone_draw(
	cairo_surface_t *page, struct bitmap_rect zone, struct label_bitmap *out, struct err *err)
{
	if (!bitmap_init(out, zone.width_dots, zone.height_dots, err))
		return false;
	cairo_surface_t *image = cairo_image_surface_create(
		CAIRO_FORMAT_A8, (int)zone.width_dots, (int)zone.height_dots);
	cairo_t *cairo = cairo_create(image);

	cairo_set_source_surface(cairo, page, -(double)zone.x_dots, -(double)zone.y_dots);
	cairo_paint(cairo);
	cairo_surface_flush(image);
	bool ok = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
	const unsigned char *grey = cairo_image_surface_get_data(image);
	const size_t stride = (size_t)cairo_image_surface_get_stride(image);

	for (unsigned y = 0; ok && y < zone.height_dots; y++) {
		for (unsigned x = 0; x < zone.width_dots; x++) {
			if (grey[y * stride + x] >= 128)
				bitmap_set(out, x, y, true);
		}
	}
	cairo_destroy(cairo);
	cairo_surface_destroy(image);
	return ok || err_set(err, ERR_INTERNAL, "the page could not be drawn");
}

static bool code128_reads(struct page_decoder *decoder, const struct label_bitmap *zone,
	unsigned module_dots, char *out)
{
	const unsigned quiet = 10 * module_dots;

	return bitmap_rows_are_equal(zone, bitmap_whole(zone)) &&
	       bitmap_count_black(zone, (struct bitmap_rect) { 0, 0, quiet, zone->height_dots }) ==
		       0 &&
	       bitmap_count_black(zone, (struct bitmap_rect) { zone->width_dots - quiet, 0, quiet,
						zone->height_dots }) == 0 &&
	       page_decode_code128_row(
		       decoder, zone, bitmap_whole(zone), zone->height_dots / 2, out);
}

static bool datamatrix_reads(
	const struct label_bitmap *zone, unsigned module_dots, unsigned modules, char *out)
{
	const struct bitmap_rect dark = { module_dots, module_dots, modules * module_dots,
		modules * module_dots };

	return bitmap_count_black(zone, bitmap_whole(zone)) == bitmap_count_black(zone, dark) &&
	       page_decode_datamatrix(zone, dark, modules, out);
}

bool paper_symbols_prove(struct page_decoder *decoder, cairo_surface_t *page,
	const struct paper_symbol *symbols, size_t count, enum page_check *out_failed,
	struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct paper_symbol *at = &symbols[i];
		const bool is_bars = at->symbol.symbology == PAGE_CODE128;
		char text[PAGE_SYMBOL_TEXT_MAX + 1];
		AUTO_BITMAP zone = { 0 };

		if (!zone_draw(page, zone_of(at), &zone, err))
			return false;
		if (!(is_bars ? code128_reads(decoder, &zone, at->module_dots, text)
			      : datamatrix_reads(
					&zone, at->module_dots, at->symbol.columns, text)) ||
			!str_equal(text, at->symbol.text))
			return page_check_fail(out_failed,
				is_bars ? PAGE_CHECK_DECODE_CODE128 : PAGE_CHECK_DECODE_DATAMATRIX,
				err, "a bar code of the paper does not read back");
	}
	return true;
}
