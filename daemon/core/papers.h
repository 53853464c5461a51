/*
 * Papers that go along with tubes (a bag's packing list, a requisition), as PDF. What stands on one
 * and who may have it is the database's to say; the press draws and proves it; that it was made, by
 * whom and which (its SHA-256) is stored before the person gets it.
 */
#ifndef SPECIMEND_CORE_PAPERS_H
#define SPECIMEND_CORE_PAPERS_H

#include "daemon/core/core.h"

#define PAPER_MS 25000 /* labels go first; a page takes the press some milliseconds */

/*
 * GET /api/paper?paper=packing_list&bag=, ?paper=requisition&bag= or &visit_id=, with format= (a4,
 * letter, 4x6) or the site's own: application/pdf, or an error with the words of the reply.
 */
void papers_handle(void *core, struct http_request *request);

#endif
