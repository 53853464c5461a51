/*
 * What a label shows of its content: every text in Unicode's normal form C, so that a name looks
 * and measures the same however it was typed, and a name that no installed font can write in the
 * letters of passports (latin.h), which a person has to look at once (LB-03). What is stored stays
 * as it is.
 *
 * The rule: when a letter of the name lacks, the whole name is spelled, never half of it, and the
 * spelling begins with the mark U+2248. It prints only when the content carries that very spelling
 * (spelled_family, spelled_given, spelled_middle: what somebody confirmed). When the fonts have all
 * letters these are not looked at. An operator's name and all other texts are never spelled.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_SHOWN_H
#define SPECIMEND_PRINTERS_PAGE_SHOWN_H

#include "printers/page/content.h"
#include "printers/page/text.h"

/* The parts of a name in Latin letters, without the mark; "" where the name has no such part. */
struct page_spelling {
	char *family;
	char *given;
	char *middle;
};

void page_spelling_done(struct page_spelling *spelling);

struct page_shown {
	struct page_content content; /* borrows from texts */
	char *texts[PAGE_CONTENT_COUNT];
};

/*
 * content        borrowed; already passed by page_content_check
 * out            page_shown_done, also after a failure
 * out_spelling   of zero; set only with PAGE_CHECK_SPELLING; page_spelling_done
 *
 * Fails with PAGE_CHECK_SPELLING (nobody confirmed the spelling yet, or another one) or
 * PAGE_CHECK_CHARACTER (the name has a letter that neither a font nor a passport's table has).
 */
MUST_CHECK bool page_shown_init(struct page_shown *out, const struct page_content *content,
	struct page_fonts *fonts, struct page_spelling *out_spelling, enum page_check *out_failed,
	struct err *err);

void page_shown_done(struct page_shown *shown);

/*
 * Says that no installed font has a letter of text, and of which script it is:
 * PAGE_CHECK_CHARACTER. Always false.
 */
bool page_shown_lacks(const char *said, const char *text, struct page_fonts *fonts,
	enum page_check *out_failed, struct err *err);

#endif
