/*
 * Seals: every seal_every_s seconds, or after SEALER_CALLS stored writes, the database gives the
 * bytes of what is to be sealed, the core signs them with its Ed25519 key, the database keeps them.
 * The key is <state_dir>/seal.key, mode 0600, made at the first start.
 */
#ifndef SPECIMEND_CORE_SEALER_H
#define SPECIMEND_CORE_SEALER_H

#include "daemon/core/core.h"

#define SEALER_CALLS 1000
#define SEALER_SEALS_MAX 256 /* of one answer */

struct sealer;

/* Reads or makes the key (blocks: start only). Fails with ERR_IO or ERR_INVALID naming the file. */
MUST_CHECK bool sealer_new(struct core *core, struct sealer **out, struct err *err);
void sealer_free(struct sealer *sealer); /* wipes the key; accepts NULL */

/* One more write was stored. */
void sealer_count(struct core *core);

#endif
