/*
 * The template that comes with a job, and trying one that is not printed with yet: a preview, and a
 * run of the golden set (printers/page/golden.h). A golden run is many labels: trial_step makes
 * one, so that the press can make others' labels in between.
 */
#ifndef SPECIMEND_PRESS_DESIGN_H
#define SPECIMEND_PRESS_DESIGN_H

#include <jansson.h>

#include "printers/page/golden.h"

/* Whether the job names a version: then it brings that version's text. */
bool design_is_told(const json_t *body);

/*
 * Reads {template, template_body}: the template's name and its text (template_read.h).
 *
 * out    yours, page_template_free
 *
 * Fails with ERR_INVALID when the text is missing, is no template or has another name.
 */
MUST_CHECK bool design_read(const json_t *body, struct page_template **out, struct err *err);

/*
 * Draws {template, template_body, dpi, content} as a label job would, on stock of the template's
 * own size. Without content it is the golden set's ordinary label.
 *
 * golden  NULL: there is none
 * out     initialised to zero, page_result_done; png is appended to. On failure only out->failed
 *         is set
 *
 * Fails as page_make does, and with ERR_INVALID for a malformed request.
 */
MUST_CHECK bool preview_make(struct page *page, const struct page_golden *golden, json_t *body,
	struct page_result *out, struct buf *png, struct err *err);

#define TRIAL_FAILURES_MAX 100 /* told one by one; all are counted */

struct trial;

/*
 * Begins a golden run of {template, template_body, cases}: the golden set, and the site's own cases
 * (an array as in its file; may be absent). A text that is no template is a run that fails
 * ("template" is the check), not a request that does.
 *
 * golden  borrowed for the trial's life
 *
 * Fails with ERR_INVALID when template_body is no text or a case is none, ERR_NOT_FOUND without a
 * golden set or without any case for the template's subject.
 */
MUST_CHECK bool trial_new(
	struct trial **out, const struct page_golden *golden, const json_t *body, struct err *err);
void trial_free(struct trial *trial); /* NULL is allowed */

/* Makes one label. False, and nothing is done, when all were made. */
bool trial_step(struct trial *trial, struct page *page);

/*
 * {passed, cases: labels made, failed: labels that are bad, failures: [{case, dpi, check,
 * message}] (the first TRIAL_FAILURES_MAX), sha256 (of the text)}; yours. Once trial_step is false.
 */
json_t *trial_result_new(const struct trial *trial);

#endif
