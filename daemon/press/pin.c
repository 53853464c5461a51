/* PINs. */
#include "daemon/press/pin.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

DEFINE_AUTO(struct pin, pin_free)

/* A string of JSON without NUL in it, at most max bytes long; "" when the key is not there. */
static bool text_copy(json_t *body, const char *key, char *out, size_t size)
{
	json_t *value = json_object_get(body, key);

	if (!value)
		return true;
	return json_is_string(value) &&
	       strlen(json_string_value(value)) == json_string_length(value) &&
	       str_copy(out, size, json_string_value(value));
}

static bool hash_is_of_our_cost(const char *hash)
{
	return str_has_prefix(hash, crypto_pwhash_argon2id_STRPREFIX) &&
	       crypto_pwhash_str_needs_rehash(hash, PIN_PASSES, PIN_MEMORY_BYTES) == 0;
}

bool pin_read(json_t *body, struct pin **out, struct err *err)
{
	AUTO(pin_free) struct pin *pin = sodium_malloc(sizeof(*pin));

	if (!pin)
		return err_set(err, ERR_INTERNAL, "there is no memory for a PIN");
	sodium_memzero(pin, sizeof(*pin));
	if (!json_is_string(json_object_get(body, "pin")) ||
		!text_copy(body, "pin", pin->text, sizeof(pin->text)))
		return err_set(
			err, ERR_INVALID, "a PIN is a text of at most %d characters", PIN_LEN_MAX);
	if (!text_copy(body, "hash", pin->hash, sizeof(pin->hash)) ||
		(pin->hash[0] && !hash_is_of_our_cost(pin->hash)))
		return err_set(err, ERR_INVALID, "the stored PIN is not a hash of ours");
	*out = TAKE(pin);
	return true;
}

void pin_free(struct pin *pin)
{
	sodium_free(pin); /* wipes, unlocks, accepts NULL */
}

bool pin_matches(const struct pin *pin)
{
	return pin->hash[0] &&
	       crypto_pwhash_str_verify(pin->hash, pin->text, strlen(pin->text)) == 0;
}

bool pin_hash(const struct pin *pin, char out[crypto_pwhash_STRBYTES], struct err *err)
{
	if (strlen(pin->text) < PIN_LEN_MIN)
		return err_set(err, ERR_INVALID, "a PIN has %d to %d characters", PIN_LEN_MIN,
			PIN_LEN_MAX);
	if (crypto_pwhash_str_alg(out, pin->text, strlen(pin->text), PIN_PASSES, PIN_MEMORY_BYTES,
		    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(err, ERR_INTERNAL, "there is no memory to make a PIN's hash");
	return true;
}

/* The size stands before each piece, so that all of it can be wiped. */
union head {
	size_t size;
	max_align_t align;
};

static void *wiped_alloc(size_t size)
{
	union head *head = xmalloc(sizeof(*head) + size);

	head->size = size;
	return head + 1;
}

static void wiped_free(void *p)
{
	if (!p)
		return;
	union head *head = (union head *)p - 1;

	sodium_memzero(head, sizeof(*head) + head->size);
	free(head);
}

void pin_wipe_json(void)
{
	json_set_alloc_funcs(wiped_alloc, wiped_free);
}
