/*
 * How each printer talks: what the database remembers (`talks` in the list of devices), and what is
 * seen of it now.
 *
 *     unknown -> answers    at the first truth of it that was an answer; so does one_way -> answers
 *     unknown -> one_way    plugged in, and silent to every question for TALKS_SILENT_MS
 *
 * A printer that has answered once is never taken for one-way: its silence is trouble, and stops
 * it. A language without questions is silent to all of them, so it needs no rule of its own. Only
 * what is said of a printer while it is plugged in counts, and only as long as it is the device and
 * the language that it was: the database is told which, and refuses when it was assigned otherwise.
 */
#ifndef SPECIMEND_CORE_TALKS_H
#define SPECIMEND_CORE_TALKS_H

#include "daemon/core/core.h"

/*
 * Twelve rounds of questions in a row without an answer (bench: one in 1.4 s of silence), and
 * longer than a printer that was switched on just now may be on the bus before it answers (assumed;
 * one that takes longer becomes one_way, and answers as soon as it does). It is waited for once in
 * a printer's life, when it is new here.
 */
#define TALKS_SILENT_MS 20000
#define TALKS_TICK_MS 1000
#define TALKS_RETRY_MS 10000 /* after the database or the bench did not take it */

struct talks;

struct talks *talks_new(struct core *core);
void talks_free(struct talks *talks); /* accepts NULL */

/* The bench says whether a printer is plugged in; of what is no printer nothing is kept. */
void talks_on_here(struct core *core, int64_t device_id, bool here);
void talks_on_bench_gone(struct core *core);

/* What the bench says of a printer: was there any answer in it? */
void talks_on_truth(struct core *core, int64_t device_id, bool answered);

/* It is remembered as one that cannot answer, and is plugged in: its silence stops no label. */
bool talks_is_one_way(const struct core *core, int64_t device_id);

#endif
