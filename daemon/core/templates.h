/*
 * Trying a template before it prints: the two things about templates that the press must do. Who
 * may is the database's to say (the session must be one that may read templates), and so is what
 * becomes of a version; the result of a golden run is stored by the core alone, so that nobody can
 * claim one.
 */
#ifndef SPECIMEND_CORE_TEMPLATES_H
#define SPECIMEND_CORE_TEMPLATES_H

#include "daemon/core/core.h"

#define TEMPLATE_GOLDEN_MS 120000 /* labels go first, so a busy press takes its time */
#define TEMPLATE_PREVIEW_MS 10000

/*
 * POST /api/template_golden {request_id, args: {template, version}}: the version's text goes to the
 * press, what it finds into the database; answered with that reply.
 */
void templates_handle_golden(void *core, struct http_request *request);

/*
 * POST /api/template_preview {template, body, dpi, content}: answered with {ok: true, width_dots,
 * height_dots, warnings, png (base64)} or {ok: false, code, check (when it was one), message,
 * hint}.
 */
void templates_handle_preview(void *core, struct http_request *request);

#endif
