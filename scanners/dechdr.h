/*
 * The driver of Honeywell scanners on a serial line that are set to send a header before each scan
 * (DECHDR1): the one form of theirs on a line that says both the length and the symbology.
 *
 *     SYN FE | length of what follows CR, LE32 | CR | "MSGGET" | length of the data, four digits,
 *     its last CR included | Honeywell's letter | AIM letter | AIM modifier | GS | data | CR
 *
 * What stands between two such messages is nobody's: answers to commands. A message that is not of
 * this form is dropped, and so is one that is followed by silence before its end; the next SYN FE
 * begins a whole one. The first length counts from "MSGGET" on; one that counts the data alone is
 * taken too, for no document says.
 *
 * Feedback is Honeywell's (maker.h).
 *
 * Source: tests/data/scanners/honeywell-opticon-serial-facts.txt (github.com/enioka-Haute-Couture/
 * enioka_scan and Honeywell's own HHP 2020 manual). Assumed until seen on hardware: the meaning of
 * the first length.
 */
#ifndef SPECIMEND_SCANNERS_DECHDR_H
#define SPECIMEND_SCANNERS_DECHDR_H

#include "scanners/driver.h"

#define DECHDR_TIMEOUT_MS 500

extern const struct scanner_driver scanner_driver_dechdr;

#endif
