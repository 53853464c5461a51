/* Merkle root. */
#include "daemon/custody/merkle.h"

#include <stdlib.h>

#include <sodium.h>

#include "daemon/base/xalloc.h"

static struct custody_hash hash_prefixed(
	uint8_t prefix, const struct custody_hash *a, const struct custody_hash *b)
{
	struct custody_hash out;
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &prefix, 1);
	crypto_hash_sha256_update(&state, a->bytes, CUSTODY_HASH_BYTES);
	if (b)
		crypto_hash_sha256_update(&state, b->bytes, CUSTODY_HASH_BYTES);
	crypto_hash_sha256_final(&state, out.bytes);
	return out;
}

struct custody_hash merkle_root(const struct custody_hash *hashes, size_t count)
{
	struct custody_hash root;

	if (count == 0) {
		crypto_hash_sha256(root.bytes, NULL, 0);
		return root;
	}
	struct custody_hash *level = xcalloc(count, sizeof(*level));

	for (size_t i = 0; i < count; i++)
		level[i] = hash_prefixed(0, &hashes[i], NULL);
	while (count > 1) {
		size_t up = 0;

		for (size_t i = 0; i < count; i += 2)
			level[up++] = i + 1 < count ? hash_prefixed(1, &level[i], &level[i + 1])
						    : level[i];
		count = up;
	}
	root = level[0];
	free(level);
	return root;
}
