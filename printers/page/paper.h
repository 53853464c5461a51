/*
 * Papers: what goes along with tubes on whole sheets (a bag's packing list, a requisition), as PDF.
 * What stands on them comes as words (schema/clinic/paper.sql); here they are laid out over as many
 * pages as it takes. A page is drawn once, as a recording, and that goes into the PDF and to the
 * decoders: each of its bar codes is read back before the page counts. The same paper gives the
 * same bytes.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_PAPER_H
#define SPECIMEND_PRINTERS_PAGE_PAPER_H

#include <jansson.h>

#include "daemon/base/buf.h"
#include "printers/page/check.h"

#define PAPER_PARTS_MAX 600 /* each begins on a page of its own, and counts its own pages */
#define PAPER_ROWS_MAX 600  /* of all parts */
#define PAPER_FACTS_MAX 16  /* of a part */
#define PAPER_LINES_MAX 8   /* of a row */
#define PAPER_TEXT_MAX 4000 /* bytes of one text */
#define PAPER_PAGES_MAX 300
#define PAPER_PDF_MAX (3u << 20) /* bytes; what one message may carry is 4 MiB */

struct paper;

/*
 * Reads a paper and finds out which row stands on which page.
 *
 * json  kept: {format: "a4"/"letter"/"4x6", made_at: "YYYY-MM-DDThh:mm:ssZ", title, foot, practice,
 *       tick: bool (a box to tick at each row), parts: [{id: "" or an id of ours (Code 128 and Data
 *       Matrix on each page), heading, sub (both on each page), facts: [[name, text]], rows: [{id:
 *       a specimen's, symbol: bool (its Code 128 as well), name, lines: [text]}]}]}
 * out   yours, paper_free
 *
 * Fails with ERR_INVALID for what is malformed or beyond the limits above, and with
 * ERR_CHECK_FAILED and out_failed: PAGE_CHECK_CHARACTER (a control or direction character; a name
 * in a script that neither a font nor a passport's table has: no label says it either),
 * PAGE_CHECK_IDENTIFIERS (an id is none of ours, or practice and real are mixed),
 * PAGE_CHECK_NAME_FIT (a row is larger than a page). Messages hold no patient data.
 */
MUST_CHECK bool paper_new(
	struct paper **out, json_t *json, enum page_check *out_failed, struct err *err);
void paper_free(struct paper *paper); /* NULL is allowed */

size_t paper_pages(const struct paper *paper);

/*
 * Whether a text on it is in other letters than its own. The rule is that of labels (shown.h), but
 * nobody confirms it here: when no installed font has a letter of a name, the whole name stands in
 * the letters of passports, marked U+2248, and under it the Unicode numbers of the true one. Other
 * texts are spelled alike, or have a number (U+0E17) for each letter that neither has.
 */
bool paper_lacks_letters(const struct paper *paper);

/*
 * Draws and proves one page, some milliseconds; out_more: there is another, or the PDF is not whole
 * yet. Fails with ERR_CHECK_FAILED and out_failed (PAGE_CHECK_DECODE_...), and with ERR_INVALID
 * when the PDF is larger than PAPER_PDF_MAX; the paper can only be freed then.
 */
MUST_CHECK bool paper_step(
	struct paper *paper, bool *out_more, enum page_check *out_failed, struct err *err);

/* The whole PDF, borrowed; once paper_step said that there is no more. */
struct bytes paper_pdf(const struct paper *paper);

#endif
