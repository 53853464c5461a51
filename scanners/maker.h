/*
 * What a scanner on a serial line may be told, by its maker: an allow list. Nothing but these bytes
 * ever goes to such a device; none of them is kept by it when it is switched off.
 *
 * Source: Honeywell, Hand Held Products 2020 manual 10-3 and github.com/enioka-Haute-Couture/
 * enioka_scan (SYN BEL CR beeps, no answer; there is no code for an error); Datalogic PowerScan
 * manual, host commands (B beeps, F is "not on file"); Opticon's own opticonnect_sdk_flutter (B
 * good-read buzzer, L good-read LED, E bad-read buzzer, N bad-read LED, each ESC letter CR; see
 * tests/data/scanners/honeywell-opticon-serial-facts.txt). Assumed until seen on hardware: that
 * every model of a maker does so.
 */
#ifndef SPECIMEND_SCANNERS_MAKER_H
#define SPECIMEND_SCANNERS_MAKER_H

#include "scanners/driver.h"

/* By the vendor's number of a USB device; Source: usb.ids. */
enum scanner_maker scanner_maker_of(uint16_t vendor);

const char *scanner_maker_word(enum scanner_maker maker);
/* False when there is none of that name. */
MUST_CHECK bool scanner_maker_parse(const char *word, enum scanner_maker *out);

/*
 * Appends the sound of a verdict; a repeat and a note are told by silence. False, with nothing
 * appended, when this maker's scanners have none for it.
 */
bool scanner_maker_sound(enum scanner_maker maker, enum scan_verdict verdict, struct buf *out);

#endif
