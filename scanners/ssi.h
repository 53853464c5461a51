/*
 * The driver of Zebra (Symbol) scanners that speak SSI on a serial line ("SSI over USB CDC"):
 * packets with a length and a checksum, each acknowledged.
 *
 *     length (of all before the checksum) | opcode | source | status | data | checksum
 *
 * The checksum is the two's complement of the 16-bit sum of all before it, high byte first. A scan
 * is one packet F3 (code type, text), or several packets 73, the first of which says how long the
 * text is. After the scanner has said 90, text has a length of its own in F3 too, and its packets
 * are acknowledged by 96 instead of D0.
 *
 * Every packet is acknowledged when it came whole, also one that was there before: a repeat (status
 * bit 0, the same bytes as the last) is no second scan. One with a wrong checksum is asked for
 * again, SSI_NAKS_MAX times running; then what was collected is dropped. "NR", type 1: the trigger
 * was let go without a read, no scan. A number of segments that is not the next drops the scan.
 * Nothing is ever set: the only packets written are acknowledgements and beeps (E6).
 *
 * Source: tests/data/scanners/ssi-vectors.txt: Symbol SE-923 Integration Guide p. 160, public
 * drivers, enioka_scan (where it and the guide differ: unknown status bits are ignored). Assumed
 * until seen on hardware: the acknowledgement of a segment (74) has no data.
 */
#ifndef SPECIMEND_SCANNERS_SSI_H
#define SPECIMEND_SCANNERS_SSI_H

#include "scanners/driver.h"

/* A scanner waits up to 2 s for an acknowledgement before it repeats: what comes later than this
 * is another packet. */
#define SSI_TIMEOUT_MS 500
#define SSI_NAKS_MAX 3u

extern const struct scanner_driver scanner_driver_ssi;

#endif
