/*
 * A label job: content as JSON -> proved dots (printers/page) -> the printer's language -> the very
 * bytes expanded again and compared with the dots -> hash. Nothing of it is kept.
 */
#ifndef SPECIMEND_PRESS_LABEL_H
#define SPECIMEND_PRESS_LABEL_H

#include <jansson.h>

#include "printers/lang/driver.h"
#include "printers/page/page.h"

#define LABEL_SHA256_HEX 64

struct label {
	struct page_result page;
	struct buf bytes;                  /* of the printer's language */
	struct buf png;                    /* the bitmap that was proved */
	char sha256[LABEL_SHA256_HEX + 1]; /* of bytes */
};

void label_done(struct label *label); /* frees and zeroes */

/*
 * Reads a request {template, template_version, template_body, language, dpi, width_um, height_um,
 * content} into dots and bytes.
 *
 * body   borrowed; content as printers/page/content_read.h. Without template_version the template
 *        is the page's own of that name (a job from before there were versions)
 * out    initialised to zero; label_done. On failure only out->page.failed and out->page.spelling
 * are set
 *
 * Fails with ERR_CHECK_FAILED and the check in out->page.failed, ERR_TOO_LARGE when the bytes are
 * more than PRINTER_LABEL_BYTES_MAX, or ERR_INVALID for a malformed
 * request, an unknown template, language or resolution.
 */
MUST_CHECK bool label_make(struct page *page, json_t *body, struct label *out, struct err *err);

/*
 * The second half, for tests with drivers that lie: encodes label->page.bitmap, proves the bytes
 * (PAGE_CHECK_EXPAND), fills bytes, png and sha256.
 */
MUST_CHECK bool label_encode(
	struct label *label, const struct printer_driver *driver, struct err *err);

#endif
