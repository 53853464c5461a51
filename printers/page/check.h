/*
 * The checks that a label passes before a byte goes to a printer, as one table: the word that the
 * reply and the print job carry, and what a person does about it. What each measures is in
 * geometry.h and proof.h; `expand` is the press's own (the encoded bytes give back the bitmap).
 */
#ifndef SPECIMEND_PRINTERS_PAGE_CHECK_H
#define SPECIMEND_PRINTERS_PAGE_CHECK_H

#include "daemon/base/err.h"

/*      check                          word                 hint */
/* clang-format off */
#define PAGE_CHECK_TABLE(X) \
	X(PAGE_CHECK_NONE,              "none",              "") \
	X(PAGE_CHECK_IDENTIFIERS,       "identifiers",       "correct the order, or confirm the unusual patient in the form") \
	X(PAGE_CHECK_CHARACTER,         "character",         "correct the text in the order; or have a font with these letters installed, then print again") \
	X(PAGE_CHECK_SPELLING,          "spelling",          "look at the name in Latin letters and say whether it is right") \
	X(PAGE_CHECK_NAME_FIT,          "name_fit",          "use a larger label, or write the name by hand on an attached card") \
	X(PAGE_CHECK_GEOMETRY_MODULE,   "geometry_module",   "choose another printer or template; tell the administrator") \
	X(PAGE_CHECK_GEOMETRY_QUIET,    "geometry_quiet",    "choose another printer or template; tell the administrator") \
	X(PAGE_CHECK_GEOMETRY_HEIGHT,   "geometry_height",   "choose another printer or template; tell the administrator") \
	X(PAGE_CHECK_GEOMETRY_AREA,     "geometry_area",     "load the stock that the template asks for; tell the administrator") \
	X(PAGE_CHECK_OVERLAP,           "overlap",           "choose another template; tell the administrator") \
	X(PAGE_CHECK_TEXT_INK,          "text_ink",          "shorten the text that is named, or choose another template") \
	X(PAGE_CHECK_DECODE_CODE128,    "decode_code128",    "print again; if it comes back, tell the administrator") \
	X(PAGE_CHECK_DECODE_DATAMATRIX, "decode_datamatrix", "print again; if it comes back, tell the administrator") \
	X(PAGE_CHECK_EXPAND,            "expand",            "print again; if it comes back, tell the administrator")
/* clang-format on */

enum page_check {
#define PAGE_CHECK_ENUM(check, word, hint) check,
	PAGE_CHECK_TABLE(PAGE_CHECK_ENUM)
#undef PAGE_CHECK_ENUM
};

const char *page_check_word(enum page_check check);

/*
 * The one way a check fails: stores it in out, fills err with ERR_CHECK_FAILED, the message and the
 * check's hint, and returns false.
 */
bool page_check_fail(enum page_check *out, enum page_check check, struct err *err, const char *fmt,
	...) PRINTF_LIKE(4, 5);

#endif
