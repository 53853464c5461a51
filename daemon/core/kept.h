/*
 * Reports of the bench that have only to be kept: each goes into the database as one call, and is
 * acknowledged then. (What answers a person on the spot, a scan or a label, has a part of its own.)
 */
#ifndef SPECIMEND_CORE_KEPT_H
#define SPECIMEND_CORE_KEPT_H

#include "daemon/core/core.h"

struct kept;

struct kept *kept_new(struct core *core);
void kept_free(struct kept *kept); /* accepts NULL */

/*
 * `enrol_read`: acknowledged also when it could not be stored: nobody was told that the scanner is
 * enrolled, and the person scans again.
 */
void kept_on_enrol_read(struct core *core, const char *start_id, uint64_t id, const json_t *body);

/*
 * `device_faults`: in the same way; counts that come while the database is away are lost, and
 * nothing else of that time is well either.
 */
void kept_on_device_faults(
	struct core *core, const char *start_id, uint64_t id, const json_t *body);

#endif
