/*
 * What a scanner on a serial line may be told, by its maker: an allow list. Nothing but these bytes
 * ever goes to such a device; none of them is kept by it when it is switched off.
 *
 *     datalogic       B beeps; F says "not on file". Some models read no more after F until they
 *                     are told E, so that follows at once. Source: PowerScan Product Reference
 *                     Guide, appendix E "host commands" (F "disable scanner and sound"); Magellan
 *                     800i, appendix F ("must send the E command to re-enable scanner"). The older
 *                     PowerScan and QD 2300 guides have B, D, E and no F: red is silence there.
 *     honeywell       SYN BEL CR beeps, no answer. Source: Hand Held Products 2020 manual 10-3;
 *                     github.com/enioka-Haute-Couture/enioka_scan. No guide has a command for an
 *                     error tone; beeps in a row may be heard as one, which is the good one.
 *     honeywell_host  a cordless one with Host ACK switched on: it is silent and reads nothing
 *                     more until it is told, and sounds its error tone when it is not told in 10
 *                     s: ESC 7 good read, ESC 8 twice the razz, ESC 1 the green lamp for 135 ms,
 *                     each with a comma. Source: Xenon 1900 User's Guide 3-38, Xenon/Granit User
 *                     Guide pages 76 and 111 (RS232 or USB COM; work group 0 unless told).
 *     opticon         B good-read buzzer, L good-read LED, E bad-read buzzer, N bad-read LED, each
 *                     ESC letter CR. Source: Opticon's own opticonnect_sdk_flutter
 *                     (tests/data/scanners/honeywell-opticon-serial-facts.txt).
 *     newland         BEEPON <hertz> F <ms> T <volume> V in the frame of all its commands, with #:
 *                     for now, not kept. Source: NLS-HR52 User Manual, "Use of Programming
 *                     Command" (the frame, # and @); public programs for the FM3281 and for an
 *                     engine's command list (BEEPON2000F50T15V and 20V). It answers: the frame
 *                     with STX for the tilde (tests/data/scanners/layouts-hidpos.txt, B).
 *     cipherlab       #@////CR beeps. Source: CipherLab 1266, 1663 and 1664 user guides, appendix
 *                     II "host serial commands". There is none for an error.
 *
 * Assumed until seen on hardware: that every model of a maker does so; that E does not cut F's
 * beeps short.
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
 * Appends the sound of a verdict; a repeat and a note are told by silence, or by what makes a
 * scanner that waits go on. False, with nothing appended, when this maker's scanners have none for
 * it.
 */
bool scanner_maker_sound(enum scanner_maker maker, enum scan_verdict verdict, struct buf *out);

/*
 * The text begins as what this maker's scanners answer to a command, which is no scan; it ends with
 * ETX. Without the STX in front of it.
 */
bool scanner_maker_is_answer(enum scanner_maker maker, struct bytes text);

#endif
