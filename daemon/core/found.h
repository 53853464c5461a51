/*
 * What the bench sees plugged in (contrib/CONTRACTS.md 2, notice `usb_devices`): kept here and
 * stored whole in the database, where `specimend device` reads it. Without a bench the database is
 * told that nobody looks. What was not stored is stored again when the database is back.
 */
#ifndef SPECIMEND_CORE_FOUND_H
#define SPECIMEND_CORE_FOUND_H

#include "daemon/core/core.h"

#define FOUND_MAX 256u              /* devices; a longer list is dropped */
#define FOUND_TEXT_MAX 300u         /* bytes; a longer text of a device is left out */
#define FOUND_DESCRIPTORS_MAX 2048u /* hexadecimal digits; they go on as their SHA-256 */
#define FOUND_RETRY_MS 10000

struct found;

struct found *found_new(struct core *core);
void found_free(struct found *found); /* accepts NULL */

/* The database may be another one, or may have missed something: it is told again. */
void found_tell(struct core *core);

/* The bench's notice. */
void found_on_notice(struct core *core, const json_t *body, const struct link_payloads *payloads);
void found_on_bench_gone(struct core *core);

#endif
