/*
 * The drivers of scanners on a serial line (USB CDC-ACM, or what plays one): text, and where it
 * ends, by the surest sign that the device was set up to give (scanner_settings).
 *
 * `serial`: text and a terminator: CR, LF, CR LF, TAB; or STX text ETX; or nothing, and silence
 * ends it. The line does not say how long a scan is, so a code that itself holds the terminator
 * comes as two scans, of which neither is right: length, check digits and existence are judged
 * later, and a device that can declare its scans should be set to do so. What is followed by
 * silence without the terminator is dropped, and so is the next up to its end: it may be the rest.
 * Of bytes that were spoilt on the line nothing is given out, nor of the text that they are in;
 * when the last of them is an end and silence follows, the next text is a whole one. After CR a LF
 * is nobody's, and so is what stands between ETX and STX. Where the scanner is set to ACK/NAK
 * (has_ack), scanners/ack.h says what is answered and what is a repeat.
 *
 * `simple_com`: the same in HID reports of which byte 0 counts the rest (Zebra "simple COM port
 * emulation", 05e0:0600); more than there is in the report is malformed, padding is not looked at.
 *
 * Source: tests/data/scanners/dev-zebra-05e0-0600-simplecom.txt, README there; Linux,
 * drivers/usb/serial/symbolserial.c (byte 0 counts).
 */
#ifndef SPECIMEND_SCANNERS_SERIAL_H
#define SPECIMEND_SCANNERS_SERIAL_H

#include "scanners/driver.h"

/* At 9600 baud a byte takes 1 ms, and USB has it faster; a device may think in between. */
#define SERIAL_TIMEOUT_MS 200

extern const struct scanner_driver scanner_driver_serial;
extern const struct scanner_driver scanner_driver_simple_com;

#endif
