/*
 * Merkle root over event hashes: leaf sha256(0x00 || hash), node sha256(0x01 || left || right), an
 * odd one moves up unchanged. Source: contrib/DESIGN.md 5 (the prefixes are those of RFC 6962
 * section 2.1).
 */
#ifndef SPECIMEND_CUSTODY_MERKLE_H
#define SPECIMEND_CUSTODY_MERKLE_H

#include "daemon/custody/event.h"

/* The root of count leaves, in order; a root over nothing is sha256(""). */
struct custody_hash merkle_root(const struct custody_hash *hashes, size_t count);

#endif
