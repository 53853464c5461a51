/* Seals: bytes, hash, signature. */
#include "daemon/custody/seal.h"

#include <inttypes.h>
#include <stdio.h>

#include <sodium.h>

_Static_assert(SEAL_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519 key");
_Static_assert(SEAL_SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519 signature");

static void add_number(struct buf *out, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, number); /* 20 characters at most */
	netstring_add(out, text);
}

static void add_hash(struct buf *out, const struct custody_hash *hash)
{
	char hex[2 * CUSTODY_HASH_BYTES + 1];

	netstring_add(out, sodium_bin2hex(hex, sizeof(hex), hash->bytes, CUSTODY_HASH_BYTES));
}

void seal_bytes(const struct custody_seal *seal, struct buf *out)
{
	buf_add_str(out, "specimend-seal-1,");
	add_number(out, seal->node);
	add_number(out, seal->home);
	add_number(out, seal->lab);
	add_number(out, seal->no);
	add_number(out, seal->from_id);
	add_number(out, seal->to_id);
	add_number(out, seal->count);
	add_hash(out, &seal->root);
	add_hash(out, &seal->prev_hash);
}

struct custody_hash seal_hash(const struct custody_seal *seal)
{
	struct custody_hash hash;
	AUTO_BUF bytes = { 0 };

	seal_bytes(seal, &bytes);
	crypto_hash_sha256(hash.bytes, bytes.data, bytes.len);
	return hash;
}

bool seal_is_signed(const struct custody_seal *seal)
{
	AUTO_BUF bytes = { 0 };

	seal_bytes(seal, &bytes);
	return crypto_sign_verify_detached(
		       seal->signature, bytes.data, bytes.len, seal->public_key) == 0;
}
