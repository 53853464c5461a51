/*
 * What a code that is not ours says of itself: a collection container's GTIN, lot and expiry, read
 * by scanners/gs1 and scanners/hibc. It travels to api.scan as `said` (contrib/CONTRACTS.md 3); ids
 * of ours are the database's own to read.
 */
#ifndef SPECIMEND_CORE_SAID_H
#define SPECIMEND_CORE_SAID_H

#include <jansson.h>

#include "daemon/base/bytes.h"

/*
 * Yours to release; NULL when the code is neither GS1 nor HIBC.
 *
 * aim         as the scanner sent it, or NULL
 * this_year   settles the century of dates
 *
 * {standard: "gs1"/"hibc"} and what it says of: gtin (14 digits), sscc, labeler, product, lot,
 * serial, expires and made ("2026-10-31"). One that breaks its own rules has `problem` instead:
 * what is wrong.
 */
json_t *said_new(struct bytes raw, const char *aim, unsigned this_year);

#endif
