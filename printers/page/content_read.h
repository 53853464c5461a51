/*
 * A label's content from JSON (contrib/CONTRACTS.md 6): of a label job, and of the golden set.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_CONTENT_READ_H
#define SPECIMEND_PRINTERS_PAGE_CONTENT_READ_H

#include <jansson.h>

#include "printers/page/content.h"

/*
 * Reads an object of the keys of content.h (texts or null), copy, number, of (numbers), practice,
 * confirmed_unusual (booleans). What it lacks stays as it was in out.
 *
 * content  borrowed; out borrows its texts
 *
 * Fails with ERR_INVALID for what is no object, a value of another type, a text with a NUL, and a
 * key that is not known: what it says would be missing on the label without anyone noticing.
 */
MUST_CHECK bool page_content_read(json_t *content, struct page_content *out, struct err *err);

/* A whole number from 0 that an unsigned holds; false, and out as it was, for anything else. */
MUST_CHECK bool page_number_read(const json_t *value, unsigned *out);

/* A key of the content as a message may show it: as it is when it is a plain word, else "...". */
const char *page_word_shown(const char *word);

#endif
