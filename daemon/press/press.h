/*
 * The press: slow pure work for the core, one job at a time: labels first, then PINs, papers,
 * previews, golden runs (contrib/CONTRACTS.md 2, "Core asks press"). It holds nothing: a job whose
 * link closed is dropped, and the core asks again. Blocks the loop while a job runs: a label some
 * milliseconds, a PIN some tens, a golden run one label and a paper one page at a time (its layout
 * of 600 rows some hundred milliseconds).
 */
#ifndef SPECIMEND_PRESS_PRESS_H
#define SPECIMEND_PRESS_PRESS_H

#include "daemon/link/link.h"

struct press;

/* setup: loop, path, peer_uid and start_id; role, handlers and arg are the press's own. */
struct press *press_new(const struct link_setup *setup);
void press_free(struct press *press);

/*
 * Takes the label templates and the golden set of a directory, and draws and proves a label of our
 * own: loads the fonts, and says at start what would fail later. Before it no label can be made
 * but of templates that come with their jobs; PINs can be checked. A file that is no template, or
 * no golden set, is logged and left out.
 */
MUST_CHECK bool press_prepare(struct press *press, const char *templates_dir, struct err *err);

#endif
