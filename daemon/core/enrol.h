/*
 * The codes that stand on a screen to be scanned from there, at the enrolment of scanners and of
 * pages: drawn by the press. What the bench heard meanwhile goes another way (kept.h), and the
 * database decides (schema/clinic/enrol.sql).
 */
#ifndef SPECIMEND_CORE_ENROL_H
#define SPECIMEND_CORE_ENROL_H

#include "daemon/core/core.h"

#define ENROL_PICTURE_MS 5000

/*
 * POST /api/enrol_picture: the code of the enrolment that is open at this station, for those who
 * may see it: {ok: true, enrolment_id, code128, datamatrix (PNG, base64)}.
 */
void enrol_handle_picture(void *core, struct http_request *request);

/*
 * POST /api/page_picture: in the same way the code for a new page that this person opened, with
 * page_code_id.
 */
void enrol_handle_page_picture(void *core, struct http_request *request);

#endif
