/*
 * GS1 element strings as a scanner sends them: application identifier (AI), data, AI, data ...
 * An AI of predefined length has no separator behind it, any other ends at FNC1, which arrives as
 * GS (0x1D), or at the end. That a code is GS1 says only its AIM identifier: without one nothing is
 * guessed. A collection container's own code has its maker's GTIN, lot and expiry in it.
 *
 * Sources: GS1 General Specifications 3.2 (list of AIs), 5.10 (AIM identifiers), 7.8 (processing of
 * element strings: predefined lengths, separators), 7.9 (check digit, character sets), 7.12
 * (dates); github gs1/gs1-syntax-dictionary for the longest data of every AI.
 */
#ifndef SPECIMEND_SCANNERS_GS1_H
#define SPECIMEND_SCANNERS_GS1_H

#include "daemon/base/err.h"
#include "scanners/code_date.h"

#define GS1_ELEMENTS_MAX 32

struct gs1_element {
	struct bytes ai;
	struct bytes data;
};

struct gs1 {
	struct gs1_element element[GS1_ELEMENTS_MAX]; /* borrowed from the text */
	size_t count;
};

/* Does a code with this AIM identifier hold element strings: ]C1 ]d2 ]Q3 ]e0 ]J1. */
bool gs1_is_element_string(const char *aim);

/* Is it a trade item number alone, EAN-13, UPC-A or EAN-8: ]E0 ]E4. */
bool gs1_is_item_number(const char *aim);

/*
 * Splits a whole text into its elements; check digits and dates are right, and no AI says two
 * things.
 *
 * text        borrowed by out
 * this_year   settles the century of dates
 *
 * Fails with ERR_INVALID, saying what is wrong.
 */
MUST_CHECK bool gs1_parse(struct gs1 *out, struct bytes text, unsigned this_year, struct err *err);

/* The data of an AI; empty when the text has none of it. */
struct bytes gs1_find(const struct gs1 *gs1, const char *ai);

/* YYMMDD; day 00 is the last of its month. False when it is no date. */
MUST_CHECK bool gs1_date(struct code_date *out, struct bytes yymmdd, unsigned this_year);

/* Digits only, and the last one is right for the others (GTIN, SSCC, GLN). */
bool gs1_check_is_right(struct bytes digits);

#endif
