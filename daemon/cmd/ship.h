/*
 * The templates that a release brings, put into the database as versions of their own
 * (schema/clinic/template.sql): part of `specimend init`.
 */
#ifndef SPECIMEND_CMD_SHIP_H
#define SPECIMEND_CMD_SHIP_H

#include "daemon/cmd/pq.h"

#define SHIP_TEMPLATE_MAX 65536 /* bytes of one file */

/*
 * Every *.json of the directory, in order of name. Says on standard output how many became
 * versions, and which do not go live because the site has a version of its own.
 *
 * Fails with the file's name first; what was put in before stays.
 */
MUST_CHECK bool ship_templates(PGconn *conn, const char *dir, struct err *err);

#endif
