/*
 * The labels this bench was ever asked to print, so that none is printed twice: a request that is
 * repeated (by a reconnect, by a mistake above) is refused, or taken only under a condition that
 * the printer itself must meet. Lives as long as the process; what a restart loses, the core knows
 * (its journal is the database). Bounded: the oldest ended jobs are forgotten first.
 */
#ifndef SPECIMEND_BENCH_LEDGER_H
#define SPECIMEND_BENCH_LEDGER_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

#define LEDGER_MAX 4096u

struct ledger;

struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger); /* accepts NULL */

enum ledger_end {
	LEDGER_PRINTED,
	LEDGER_FAILED,
	LEDGER_UNKNOWN
};

/* What must hold before a job may go to its printer. */
struct ledger_proof {
	bool is_needed;   /* it was sent before, and nobody knows what became of it */
	bool has_counter; /* false: nothing can prove it */
	uint64_t counter; /* of the printer just before it was sent then: must be the same still */
};

/*
 * Whether a job may be taken now: one that is new, one that failed (not a byte of it was taken), or
 * one that ended unknown at this same printer, if the printer's counter proves that nothing came
 * out since.
 *
 * Fails with ERR_CONFLICT when it is under way, was printed, or ended unknown at another printer.
 */
MUST_CHECK bool ledger_check(const struct ledger *ledger, int64_t job, int64_t device_id,
	struct ledger_proof *out, struct err *err);

/* Enters a job that ledger_check let pass. */
void ledger_begin(struct ledger *ledger, int64_t job, int64_t device_id);

/* The printer's counter just before the job was sent. */
void ledger_set_counter(struct ledger *ledger, int64_t job, bool has_counter, uint64_t counter);

/* That printer left: what comes back may be another one, whose counter proves nothing of these
 * jobs.
 */
void ledger_void(struct ledger *ledger, int64_t device_id);

/* The job has its result; it stays known. A job that is not under way is our own mistake (assert).
 */
void ledger_end(struct ledger *ledger, int64_t job, enum ledger_end end);

#endif
