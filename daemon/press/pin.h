/*
 * PINs: Argon2id with 2 passes and 32 MiB (some tens of ms). A PIN is held in memory that is
 * locked, guarded and wiped (sodium_malloc), from the moment the request came until it is answered.
 */
#ifndef SPECIMEND_PRESS_PIN_H
#define SPECIMEND_PRESS_PIN_H

#include <jansson.h>
#include <sodium.h>

#include "daemon/base/err.h"

#define PIN_LEN_MIN \
	4 /* characters of a new PIN; what is checked may be shorter and does not match */
#define PIN_LEN_MAX 64
#define PIN_PASSES 2
#define PIN_MEMORY_BYTES (32u * 1024 * 1024)

struct pin {
	char text[PIN_LEN_MAX + 1];
	char hash[crypto_pwhash_STRBYTES]; /* "" when none was given */
};

/*
 * Reads {pin, hash} or {pin} into wiped memory of its own.
 *
 * out   yours, pin_free
 *
 * Fails with ERR_INVALID when pin is no text or too long, or hash is not one of our cost (a dearer
 * one could hold up the press for minutes).
 */
MUST_CHECK bool pin_read(json_t *body, struct pin **out, struct err *err);
void pin_free(struct pin *pin); /* wipes; accepts NULL */

/* Whether the PIN is the one that the hash was made of. False without a hash. */
bool pin_matches(const struct pin *pin);

/* Fails with ERR_INVALID for less than PIN_LEN_MIN characters, ERR_INTERNAL without memory. */
MUST_CHECK bool pin_hash(const struct pin *pin, char out[crypto_pwhash_STRBYTES], struct err *err);

/*
 * Makes jansson wipe every piece of memory that it gives back: the text of a request holds a PIN.
 * Once, before the first JSON of the process.
 */
void pin_wipe_json(void);

#endif
