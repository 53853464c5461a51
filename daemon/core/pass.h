/*
 * Pass-through: after the COMMIT of a scan whose reply says so (`data.pass`,
 * schema/clinic/pass.sql) the bench is asked once to hand the number on to the laboratory's own
 * system; what became of it goes to the database, and to the station's pages when it was not handed
 * on. Nothing is tried twice: of a scan that was late, or whose core, bench or reply was lost,
 * nobody knows whether it was, and a person enters the tube by hand.
 */
#ifndef SPECIMEND_CORE_PASS_H
#define SPECIMEND_CORE_PASS_H

#include "daemon/core/core.h"

/* The bench needs 2 s at most (PASS_GIVE_MS of daemon/bench/pass.h). */
#define PASS_TIMEOUT_MS 3000

struct pass_scan {
	const char *request_id;
	int64_t station_id;
	int64_t device_id;
	json_t *name; /* start_id and counter, as the bench calls it; borrowed */
};

/* reply: of api.scan, borrowed; one that hands nothing on is fine. */
void pass_scan_on(struct core *core, const struct pass_scan *scan, const json_t *reply);

#endif
