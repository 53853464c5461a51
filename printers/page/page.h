/*
 * A label from content to proved dots: content check -> what is shown -> layout -> geometry check
 * -> drawing -> proof of the finished bitmap. This is what the press calls; the steps have headers
 * of their own (content, shown, plan, geometry, proof). Blocks for a few milliseconds.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_PAGE_H
#define SPECIMEND_PRINTERS_PAGE_PAGE_H

#include "printers/page/shown.h"
#include "printers/page/template_read.h"
#include "printers/page/text.h"

struct page; /* fonts and decoders, kept from label to label */

struct page *page_new(void);
void page_free(struct page *page);

/*
 * Takes the templates of a directory (template_read.h) in place of those it has; a new page has
 * none. Files that are no templates are left out: page_templates_fault_at of page_templates_get
 * says which. Fails as page_templates_load does, and then keeps what it has.
 */
MUST_CHECK bool page_load(struct page *page, const char *templates_dir, struct err *err);

/* Borrowed until the next page_load; NULL before the first. */
const struct page_templates *page_templates_get(const struct page *page);

struct page_request {
	const char *template; /* the name of a template, as "auto12" */
	/* the template to draw with, borrowed; NULL: the page's own of that name */
	const struct page_template *design;
	unsigned dpi;      /* 203, 300 or 600 */
	unsigned width_um; /* of the labels in the printer */
	unsigned height_um;
	struct page_content content;
};

#define PAGE_WARNINGS_MAX 8
#define PAGE_WARNING_LEN_MAX 32

struct page_result {
	struct label_bitmap bitmap;
	unsigned dots_per_m;
	char warnings[PAGE_WARNINGS_MAX][PAGE_WARNING_LEN_MAX]; /* "name_shortened" ... */
	size_t warning_count;
	enum page_check failed;        /* PAGE_CHECK_NONE when it was not a check that failed */
	struct page_spelling spelling; /* with PAGE_CHECK_SPELLING: what a person is asked about */
};

/*
 * out    initialised to zero; page_result_done frees it. On success all but `failed` and `spelling`
 *        is set, on failure only those two
 *
 * Fails with ERR_CHECK_FAILED and `failed` set; or with ERR_INVALID and PAGE_CHECK_NONE for a
 * template or resolution that we do not have.
 */
MUST_CHECK bool page_make(struct page *page, const struct page_request *request,
	struct page_result *out, struct err *err);

void page_result_done(struct page_result *result);

#endif
