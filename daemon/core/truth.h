/*
 * What each printer says of itself, told to the database whenever it changes: after trouble with
 * labels waiting the database holds the printer until a person goes on (schema/clinic/
 * printer_hold.sql). Nothing that was seen is lost while the database is slow or away: its words
 * are kept until they are stored, and until then no label goes to that printer.
 */
#ifndef SPECIMEND_CORE_TRUTH_H
#define SPECIMEND_CORE_TRUTH_H

#include "daemon/core/core.h"

#define TRUTH_RETRY_MS 1000
#define TRUTH_WORDS_MAX 32 /* that the database takes */

struct truths;

struct truths *truths_new(struct core *core);
void truths_free(struct truths *truths);

/*
 * A printer's state as the bench has just told it.
 *
 * device_id  a device of api.devices, or it is dropped
 * state      borrowed; an array of words, or it is dropped
 * plug       borrowed; its stay (contrib/CONTRACTS.md 2), or null or NULL: not said
 */
void truth_tell(struct core *core, int64_t device_id, const json_t *state, const json_t *plug);

/* The database does not know yet what this printer said last. */
bool truth_is_open(const struct core *core, int64_t device_id);

/* The database may be another one: everything is told again. */
void truths_tell(struct core *core);

#endif
