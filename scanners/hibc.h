/*
 * HIBC supplier labels: + labeler (LIC, 4), product (1 to 18), unit of measure (1 digit), and, in
 * the same code behind '/' or in one of its own, lot or serial, expiry and quantity; at the end a
 * check character, modulo 43. A code that begins with + and whose check is right is HIBC whatever
 * carried it, so no AIM identifier is asked for.
 *
 *     secondary: YYJJJ lot | $ lot | $+ serial | $$ [8QQ | 9QQQQQ] date lot | $$+ date serial
 *     date:      MMYY | 2MMDDYY | 3YYMMDD | 4YYMMDDHH | 5YYJJJ | 6YYJJJHH | 7 (none)
 *     further:   / S serial | / 14D YYYYMMDD expiry | / 16D YYYYMMDD made | / Q quantity
 *
 * A secondary code of its own ends with the check character of its primary one (the link) and its
 * own. A month alone means its last day.
 *
 * Sources: ANSI/HIBC 2.6 sections 2.2, 2.3, 4.3 and appendix B, C, as implemented by
 * tecnickcom/tc-lib-barcode, BarcodeParserBuilder and brixion/bardecoder, whose tests hold the
 * standard's examples (tests/scanners/test_hibc.c). The text itself was not read.
 */
#ifndef SPECIMEND_SCANNERS_HIBC_H
#define SPECIMEND_SCANNERS_HIBC_H

#include "daemon/base/err.h"
#include "scanners/code_date.h"

struct hibc { /* spans are borrowed from the text; empty: not said */
	struct bytes labeler;
	struct bytes product;
	struct bytes unit;
	struct bytes lot;
	struct bytes serial;
	struct bytes quantity;
	struct code_date expires; /* year 0: not said */
	struct code_date made;
	uint8_t link; /* of a secondary code of its own, else 0 */
};

/* Does it say that it is one: + and a letter, a digit or $. */
bool hibc_is_flagged(struct bytes text);

/*
 * Reads one code whole.
 *
 * text        borrowed by out; without the asterisks that people see around it
 * this_year   settles the century of dates
 *
 * Fails with ERR_INVALID, saying what is wrong.
 */
MUST_CHECK bool hibc_parse(
	struct hibc *out, struct bytes text, unsigned this_year, struct err *err);

/* The check character of a text (with its +, without the check); 0 when one of its characters has
 * no place in HIBC. */
char hibc_check(struct bytes text);

#endif
