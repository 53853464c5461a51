/*
 * The golden set: what every version of a template must print before it may be published (LB-14).
 * A fixed set of contents in a file: the longest names, accents, every container's words, every
 * temperature class, empty optionals. A template is tried with all cases of its subject, at every
 * resolution, on stock of its own size. What a label goes through is page.h's; the golden set only
 * asks for it often.
 *
 * {"cases": [{"name", "subject": a word of template_read.h, "whole": true (nothing on it may be
 *  shortened), "content": {...} (content_read.h)}],
 *  "required": {field: text}: what a case says of a field that the template requires (template.h)
 *  and that is empty in the case}
 *
 * The first case of a subject is its ordinary label.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_GOLDEN_H
#define SPECIMEND_PRINTERS_PAGE_GOLDEN_H

#include <jansson.h>

#include "printers/page/page.h"

#define PAGE_GOLDEN_FILE "golden/cases.json" /* below the directory of the templates */
#define PAGE_GOLDEN_CASES_MAX 256u

struct page_golden;

/*
 * out    yours, page_golden_free
 *
 * Fails with ERR_INVALID or ERR_IO: all or none.
 */
MUST_CHECK bool page_golden_load(struct page_golden **out, const char *path, struct err *err);
void page_golden_free(struct page_golden *golden); /* NULL is allowed */

/*
 * The set and more cases behind its own: those of a site (schema/clinic/golden.sql).
 *
 * golden  borrowed for the call
 * cases   an array of cases as in the file; borrowed, kept by reference
 * out     yours, page_golden_free
 *
 * Fails with ERR_INVALID: all or none.
 */
MUST_CHECK bool page_golden_extend(
	struct page_golden **out, const struct page_golden *golden, json_t *cases, struct err *err);

/* The labels of a template's run: its subject's cases, each at every resolution. */
size_t page_golden_count(const struct page_golden *golden, const struct page_template *template);

struct page_golden_verdict {
	const char *name; /* of the case; borrowed from the set */
	unsigned dpi;
	char check[PAGE_WARNING_LEN_MAX]; /* the check that failed, or the warning that none was
					     to give; "" when the label is good */
	struct err err;                   /* why, when it is not */
};

/*
 * Makes one label of the run and throws it away. Blocks as page_make does.
 *
 * index  below page_golden_count
 *
 * Returns whether the label is as it must be; out says which it was, and what is wrong.
 */
bool page_golden_try(const struct page_golden *golden, struct page *page,
	const struct page_template *template, size_t index, struct page_golden_verdict *out);

/* The ordinary label's content for this template; false when no case is of its subject. */
MUST_CHECK bool page_golden_sample(const struct page_golden *golden,
	const struct page_template *template, struct page_content *out);

#endif
