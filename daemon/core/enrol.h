/*
 * Enrolment of scanners, and of pages, as far as the core has a part in it: what the bench heard
 * goes into the database, which decides (schema/clinic/enrol.sql); the code for the screen comes
 * from the press.
 */
#ifndef SPECIMEND_CORE_ENROL_H
#define SPECIMEND_CORE_ENROL_H

#include "daemon/core/core.h"

#define ENROL_PICTURE_MS 5000

struct enrol;

struct enrol *enrol_new(struct core *core);
void enrol_free(struct enrol *enrol); /* accepts NULL */

/*
 * The bench's report `enrol_read`: to the database, then acknowledged, also when it could not be
 * stored: nobody was told that the scanner is enrolled, and the person scans again.
 */
void enrol_on_report(struct core *core, const char *start_id, uint64_t id, const json_t *body);

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
