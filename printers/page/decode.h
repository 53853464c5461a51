/*
 * Reads our own bitmap with decoders that are independent of zint: libzbar for Code 128, libdmtx
 * for Data Matrix. Both are given what is on the bitmap, quiet zones included, and nothing of the
 * plan but where to look.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_DECODE_H
#define SPECIMEND_PRINTERS_PAGE_DECODE_H

#include "printers/bitmap.h"
#include "printers/page/symbol.h"

struct page_decoder;

struct page_decoder *page_decoder_new(void);
void page_decoder_free(struct page_decoder *decoder);

/*
 * Reads one row of dots, [x_dots, x_dots + width_dots), as a picture of one line.
 * False when there is not exactly one Code 128 in it; out holds PAGE_SYMBOL_TEXT_MAX + 1.
 */
MUST_CHECK bool page_decode_code128_row(struct page_decoder *decoder,
	const struct label_bitmap *bitmap, struct bitmap_rect area, unsigned y_dots, char *out);

/*
 * Reads the square Data Matrix whose modules fill dark, so many on a side. libdmtx is told the
 * corners and samples every module; it does not search, which took it most of its time and failed
 * on good symbols of 2 dots a module. So whether a reader would find the symbol is the proof's to
 * show: its quiet zone, whole cells, and each module of the finder. False when dark is no square of
 * whole modules inside the bitmap, too.
 */
MUST_CHECK bool page_decode_datamatrix(
	const struct label_bitmap *bitmap, struct bitmap_rect dark, unsigned modules, char *out);

#endif
