/*
 * Character sets of MSH-18 to UTF-8 (HL-16). Every set here has ASCII in its lower half, so that a
 * message can be cut at its delimiters before it is decoded. Nothing is guessed and nothing is
 * dropped: bytes that do not fit the set are an error.
 *
 * Source: HL7 2.5.1 table 0211; spellings outside it are marked in the table of charset.c.
 */
#ifndef SPECIMEND_HL7_CHARSET_H
#define SPECIMEND_HL7_CHARSET_H

#include "daemon/base/buf.h"

struct hl7_charset;

/* NULL for a set that is not read here. An empty name is ASCII, which is HL7's default. */
const struct hl7_charset *hl7_charset_find(struct bytes name);

/*
 * Appends text as UTF-8.
 *
 * out_bad   where the first byte stands that does not fit (then the answer is false, and what was
 *           appended to out is of no use). A control character of the upper half (0x80-0x9F in
 *           8859/x) does not fit: it is what a Windows set looks like under a wrong name.
 */
MUST_CHECK bool hl7_charset_decode(
	const struct hl7_charset *charset, struct bytes text, struct buf *out, size_t *out_bad);

#endif
