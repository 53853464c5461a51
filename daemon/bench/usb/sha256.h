/*
 * SHA-256 of a device's descriptors, by which the database knows what was enrolled. Written out
 * here because nothing that the bench may link has it (contrib/CONTRACTS.md 1). For fingerprints
 * of some hundred bytes, not for secrets. Pure.
 *
 * Source: FIPS 180-4, 4.1.2, 4.2.2, 5 and 6.2.
 */
#ifndef SPECIMEND_BENCH_USB_SHA256_H
#define SPECIMEND_BENCH_USB_SHA256_H

#include "daemon/base/bytes.h"

#define SHA256_HEX 64

/* In lower-case hexadecimal. */
void sha256_hex(struct bytes bytes, char out[SHA256_HEX + 1]);

#endif
