/*
 * The driver of Zebra (Symbol) scanners in SNAPI mode (05e0:1900): HID reports of its maker's own,
 * each part of a scan acknowledged.
 *
 *     IN  0x22  packets in all | number of this one, from 0 | bytes here | code type LE16 | data
 *     IN  0x26  the same for large codes, packets and number in two bytes, the high one first
 *     IN  0x21, 0x24, 0x25 and others: status and events, no part of a scan; empty ones too
 *     OUT 0x01  acknowledgement: number of the report | 1 | 0
 *     OUT 0x04  beep
 *
 * A packet that is there already (the same number, the same bytes) is acknowledged and dropped: the
 * scanner missed our acknowledgement. Another number than the next one, or another code type in the
 * middle, drops the scan, and all up to the next packet 0. Identifiers are not told: they follow
 * from the code type (zebra.h), or are sent with the text (scanner_settings.has_aim).
 *
 * Source: tests/data/scanners/snapi-facts.txt: github.com/Elemecca/go-zebra-scanner and a Pascal
 * unit, which agree but for 0x26 (the first alone). Zebra publishes no document of it.
 */
#ifndef SPECIMEND_SCANNERS_SNAPI_H
#define SPECIMEND_SCANNERS_SNAPI_H

#include "scanners/driver.h"

#define SNAPI_TIMEOUT_MS 500

extern const struct scanner_driver scanner_driver_snapi;

#endif
