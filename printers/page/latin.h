/*
 * A name in the letters A to Z, as its bearer's passport has it in the machine readable zone: what
 * a label shows of a name that no installed font can write (LB-03), once a person has looked at it.
 *
 * Source: ICAO Doc 9303, Machine Readable Travel Documents, part 3 (8th edition, 2021), section 6,
 * tables A (Latin national characters), B (Cyrillic), C (Arabic). The tables here were put together
 * from open programs that carry them and agree (the document itself was not at hand), so: read
 * against the document before a release. What was chosen where it leaves a choice:
 * - the first form where it gives several (A with diaeresis AE, N with tilde N);
 * - no exceptions by language (Ukrainian, Serbian, Bulgarian ...): a name does not say its
 * language;
 * - the soft sign, which is not in table B, is left out, as Russia does in its passports;
 * - letters that table C marks "not encoded" have no form here: nothing of a name is left out.
 * Beyond the tables: a letter with marks that they lack is its bare letter (Vietnamese); blanks,
 * hyphens and what else is ASCII stay, for a label is no machine readable zone.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_LATIN_H
#define SPECIMEND_PRINTERS_PAGE_LATIN_H

#include "daemon/base/buf.h"

/*
 * Adds the capital letters that stand for text.
 *
 * text    borrowed; valid UTF-8, its normal form C
 * out     appended to; owned by the caller; undefined when false
 *
 * False when there is no table for one of its letters (Han, Hangul, Thai ...).
 */
MUST_CHECK bool page_latin_spell(const char *text, struct buf *out);

#endif
