/*
 * Which kinds of scanners a USB device may be, by its descriptors alone, and through which of its
 * interfaces each is reached: a table (protocol.c). A perhaps: whether it is one tells only the
 * device itself, when it is assigned and opened; a person's keyboard looks like a scanner that
 * plays one. Pure.
 *
 *     hid_pos     HID that is no boot keyboard
 *     keyboard    HID, boot keyboards too
 *     snapi       HID of Zebra's (05e0) that is no boot keyboard
 *     simple_com  05e0:0600 and nothing else
 *     serial, ssi, dechdr, opc    a serial line (CDC-ACM, or FTDI's converter in a cable; of
 *                serial also Metrologic's own, metro.h)
 *
 * Of Zebra's, 0600 is nothing but simple_com and 1900 nothing but snapi; no other product id of
 * theirs says what the device is set to. Source: tests/data/scanners/README.md,
 * usbids-scanners.tsv.
 */
#ifndef SPECIMEND_BENCH_USB_PROTOCOL_H
#define SPECIMEND_BENCH_USB_PROTOCOL_H

#include "daemon/bench/usb/descriptor.h"

enum usb_kind {
	USB_KIND_NONE,
	USB_KIND_PRINTER, /* class 7 */
	USB_KIND_SCANNER, /* perhaps: one of the protocols fits */
};

const char *usb_kind_word(enum usb_kind kind); /* "printer", "scanner"; "" for none */

/* A printer is a printer, whatever else is in it. */
enum usb_kind usb_kind_of(const struct usb_descriptors *descriptors);

/*
 * The interfaces through which a scanner of this protocol may be reached, one after the other.
 *
 * name  a driver's (scanners/driver.h)
 * at    0 at first, moved on
 *
 * False when there is none left.
 */
MUST_CHECK bool usb_next_scanner(const struct usb_descriptors *descriptors, const char *name,
	uint8_t configuration, size_t *at, struct usb_setting *out);

#define USB_PROTOCOLS_MAX 63 /* bytes */

/* The protocols that fit, the likeliest first, with blanks between; "": none, or a printer. */
void usb_protocols_text(const struct usb_descriptors *descriptors, char out[USB_PROTOCOLS_MAX + 1]);

#endif
