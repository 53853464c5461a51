/*
 * Dates as makers put them into codes: years of two digits, a month without its day, the day of the
 * year. GS1 and HIBC share them.
 */
#ifndef SPECIMEND_SCANNERS_CODE_DATE_H
#define SPECIMEND_SCANNERS_CODE_DATE_H

#include "daemon/base/bytes.h"

struct code_date {
	unsigned year; /* all four digits */
	unsigned month;
	unsigned day;
};

/*
 * The year that two digits mean: within 49 years back and 50 ahead of this_year.
 *
 * Source: GS1 General Specifications 7.12 "Determination of century in dates". HIBC names no rule;
 * assumed to be the same.
 */
unsigned code_date_year(unsigned two_digits, unsigned this_year);

/* False, out untouched, when there is no such day. day 0: the last of the month. */
MUST_CHECK bool code_date_of(struct code_date *out, unsigned year, unsigned month, unsigned day);

/* ordinal: the day of the year, 1 to 366. */
MUST_CHECK bool code_date_of_ordinal(struct code_date *out, unsigned year, unsigned ordinal);

#endif
