/*
 * The driver of scanners that play a keyboard ("keyboard wedge"): a report for each key pressed and
 * released, read by the device's own report descriptor and by the layout of the country that the
 * scanner is set to (scanner_settings.keyboard). Second class: it has no check of its own, cannot
 * be told a verdict, and cannot be told from a person who types.
 *
 * A key is typed when it is in a report and was not in the one before, wherever it stands in it;
 * modifiers may be bits, or keys among the others. Alt and digits of the keypad give the character
 * of that number when Alt is let go (below 128, or with a 0 in front as in Windows-1252; what is
 * not the same there as in Latin-1 is refused). Ctrl gives control characters: Ctrl+] is GS. A key
 * without a character in that layout (F8, an arrow), a chord with the GUI key or "too many keys"
 * makes the scan one of unknown content: it is dropped. Characters above 127 are given as UTF-8.
 *
 * A scan ends by its terminator (Enter, Tab, or LF: Ctrl+J or the down arrow, as which LF is
 * seen on some hosts; github.com/woocommerce/woocommerce-ios/issues/15768). Without one it ends by
 * silence, where it is set up so (SCAN_TERMINATOR_NONE, and told as SCAN_END_IDLE). A part that is
 * followed by silence, and all up to the next terminator, is dropped. SCAN_TERMINATOR_ETX does not
 * go with a keyboard. Its LEDs are never lit, so one that looks whether Caps Lock is on sends as
 * it would with Caps Lock off; one that presses Caps Lock itself is understood.
 *
 * Source: HID 1.11, appendices B and C (boot keyboard); real devices:
 * tests/data/scanners/rd-keyboard-datalogic-gd4400-65.txt; github.com/felis/USB_Host_Shield_2.0
 * issues 732 (key in the third slot), 669 and 550 (modifiers among the keys), 582 (report number);
 * keystroke times: tests/data/scanners/keystroke-timings.txt.
 */
#ifndef SPECIMEND_SCANNERS_WEDGE_H
#define SPECIMEND_SCANNERS_WEDGE_H

#include "scanners/driver.h"

/* Longest known pause between two characters is 100 ms (odoo/odoo#101233). */
#define WEDGE_TIMEOUT_MS 250
#define WEDGE_REPORT_MAX 64u

extern const struct scanner_driver scanner_driver_wedge;

#endif
