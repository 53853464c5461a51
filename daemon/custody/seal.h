/*
 * A seal: a node's signed Merkle root over its new events for one audience (home, lab). Each
 * audience has its own chain of seals. Source: contrib/DESIGN.md 5, schema/README.md (the bytes
 * that are signed).
 */
#ifndef SPECIMEND_CUSTODY_SEAL_H
#define SPECIMEND_CUSTODY_SEAL_H

#include "daemon/custody/event.h"

#define SEAL_KEY_BYTES 32
#define SEAL_SIGNATURE_BYTES 64

struct custody_seal {
	int64_t node;
	int64_t home;
	int64_t lab;
	int64_t no;      /* 1, 2, 3 ... in this audience */
	int64_t from_id; /* first and last event id it covers, both included */
	int64_t to_id;
	int64_t count;
	struct custody_hash root;
	struct custody_hash prev_hash; /* all zero in the first */
	uint8_t public_key[SEAL_KEY_BYTES];
	uint8_t signature[SEAL_SIGNATURE_BYTES];
};

/* The bytes that are signed: "specimend-seal-1," and nine netstrings, hashes in lower-case hex. */
void seal_bytes(const struct custody_seal *seal, struct buf *out);

/* SHA-256 of those bytes: the next seal's prev_hash. */
struct custody_hash seal_hash(const struct custody_seal *seal);

/* True when the signature (Ed25519) fits the bytes and the key in the seal. */
bool seal_is_signed(const struct custody_seal *seal);

#endif
