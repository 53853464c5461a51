/*
 * The driver of USB bar code scanners of the HID point of sale kind ("USB HID POS" in their menus):
 * every field is found through the report descriptor, none by its place, because makers differ.
 * Needed: in the application collection 0x8C:0x02 (bar code scanner) one input report that holds
 *
 *     0x8C:0xFE  decoded data, bytes
 *     0x01:0x3B  byte count: how many of them are valid; padding is not data
 *
 * and, when there, 0x8C:0xFB to 0xFD (AIM identifier: without, the symbology is unknown) and
 * 0x8C:0xFF (the scan goes on in the next report). Of several one-bit fields 0xFF the first counts.
 * A report longer than declared is cut if the rest is NUL. In a shorter one what is missing reads
 * as 0, but never as "this was all" of data that are full: without a sign of its end such a scan is
 * refused. Answers to commands (AIM letter Z) are no scan. After a scan that was dropped in its
 * middle (malformed, too long, its rest too late) everything up to its end, or the end of the next,
 * is dropped too: the tail of a code is never taken for a code.
 *
 * Feedback is one output report with the bit of a sound and no other set: 0x8C:0x86 good read, 0x85
 * error, 0x87 not on file. Nothing else can be written. A repeat and a note are told by silence.
 * Reports for commands (Honeywell's OUT 0xFD, Newland's OUT 4) are not written to: what a
 * descriptor calls them no maker has published, and nothing here is written by a report's number.
 *
 * Source: HID Usage Tables, "Bar Code Scanner Page (0x8C)" (first in "HID Point of Sale Usage
 * Tables" 1.02); Hand Held Products "USB Interfaces User's Guide" 2006, pages 1-11 and 1-12; real
 * devices: tests/data/scanners/rd-hidpos-*.txt, reports-*.txt. Assumed: the AIM identifier is the
 * same in every report of a scan; a device that sends it in the first alone would have its long
 * scans refused.
 */
#ifndef SPECIMEND_SCANNERS_HID_POS_H
#define SPECIMEND_SCANNERS_HID_POS_H

#include "scanners/driver.h"

/* A scan's report on the wire, and one that makes a sound: full-speed USB carries no more in one
 * packet. */
#define HID_POS_REPORT_MAX 64u

extern const struct scanner_driver scanner_driver_hid_pos;

/*
 * The application collection is a scanner's: 0x8C:0x02 alone. Of 0x8C:0x01 and 0x03 to 0x05 no
 * device is known that sends scans. 0xFF8C:0x02, on a second interface of Honeywell's devices, is
 * their remote management ("ReM"): its reports look the same and carry no scan. Source:
 * github.com/qzind/tray/issues/288 ("incorrect USB device", "filter out 0xff8c").
 */
bool hid_pos_is_scanner(uint32_t application);

#endif
