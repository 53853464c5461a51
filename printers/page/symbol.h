/*
 * A bar code as zint's matrix of modules, never its raster: the page draws whole dots per module.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_SYMBOL_H
#define SPECIMEND_PRINTERS_PAGE_SYMBOL_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

#define PAGE_SYMBOL_ROWS_MAX 26     /* Data Matrix 26 x 26 holds 88 digits */
#define PAGE_SYMBOL_COLUMNS_MAX 200 /* Code 128 of 30 digits */
#define PAGE_SYMBOL_TEXT_MAX 30

enum page_symbology {
	PAGE_CODE128,
	PAGE_DATAMATRIX,
};

struct page_symbol {
	enum page_symbology symbology;
	unsigned rows; /* 1 for Code 128 */
	unsigned columns;
	char text[PAGE_SYMBOL_TEXT_MAX + 1];
	bool module[PAGE_SYMBOL_ROWS_MAX][PAGE_SYMBOL_COLUMNS_MAX]; /* true = dark */
};

/*
 * Encodes text (printable ASCII, at most PAGE_SYMBOL_TEXT_MAX). Code 128 takes the sets that zint
 * finds shortest (set C for digits); Data Matrix is square, ECC 200.
 *
 * Fails with ERR_INVALID when zint refuses or warns, or the symbol is larger than the limits above.
 * Source: zint 2.11 manual 5.10 (encoded_data), ISO/IEC 15417, ISO/IEC 16022.
 */
MUST_CHECK bool page_symbol_encode(
	struct page_symbol *out, enum page_symbology symbology, const char *text, struct err *err);

#endif
