/*
 * A bar code as a picture for a screen: a scanner reads it there, and nobody prints it. Any ASCII,
 * so that control characters can be shown to a scanner too.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_SCREEN_H
#define SPECIMEND_PRINTERS_PAGE_SCREEN_H

#include "printers/bitmap.h"
#include "printers/page/symbol.h"

#define PAGE_SCREEN_TEXT_MAX 40u
/* Dots of the picture for a module: a screen has some 4 a millimetre. */
#define PAGE_SCREEN_CODE128_DOTS 3u
#define PAGE_SCREEN_DATAMATRIX_DOTS 8u

/*
 * Draws it, black on white with its quiet zone (10 modules, 4 for Data Matrix).
 *
 * text  1 to PAGE_SCREEN_TEXT_MAX bytes below 0x80, none NUL
 * out   {0} before; yours, bitmap_done
 *
 * Fails with ERR_INVALID for another text, or when zint refuses it.
 * Source: as symbol.h; quiet zones: ISO/IEC 15417, 4.3.5.2; ISO/IEC 16022, 5.2.1 asks for one
 * module, and a screen has an edge besides.
 */
MUST_CHECK bool page_screen(enum page_symbology symbology, struct bytes text,
	struct label_bitmap *out, struct err *err);

#endif
