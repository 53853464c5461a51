/*
 * The name by which a USB device is assigned to a station (contrib/CONTRACTS.md 2):
 *
 *     usb:VVVV:PPPP:SERIAL    vendor and product in lower-case hexadecimal, and its serial number
 *     usb:VVVV:PPPP@PLACE     where it is plugged in: the bus, "-", the ports from the root on with
 *                             "." between, as in sysfs: "1-2.3". For one without a serial number,
 * or when two are plugged in that have the same
 *
 * SERIAL is what the device says without blanks at its ends; bytes other than 0x21 to 0x7e, and
 * "%", are written as "%" and two lower-case hexadecimal digits (makers ship blanks, UTF-8 and
 * worse: michaelrsweet/pappl#396). One of zeros only, or too long, is none. Pure.
 */
#ifndef SPECIMEND_BENCH_USB_IDENTITY_H
#define SPECIMEND_BENCH_USB_IDENTITY_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

#define USB_SERIAL_MAX 96 /* as it is written, in bytes */
#define USB_PLACE_MAX 31  /* three digits for the bus and up to six ports */
#define USB_IDENTITY_MAX 127

struct usb_identity {
	uint16_t vendor;
	uint16_t product;
	char serial[USB_SERIAL_MAX + 1]; /* as it is written; "": by its place */
	char place[USB_PLACE_MAX + 1];   /* "": by its serial number */
};

/* Fails with ERR_INVALID unless it is exactly of that grammar, written as we write it. */
MUST_CHECK bool usb_identity_parse(const char *text, struct usb_identity *out, struct err *err);

/* As text. By the serial number if there is one, else by the place. */
void usb_identity_text(const struct usb_identity *identity, char out[USB_IDENTITY_MAX + 1]);

/* Whether this is a place: "1-2.3". */
bool usb_place_is_valid(const char *place);

/*
 * What the device says -> as it is written in identities. "" when it has none that tells it from
 * others.
 *
 * raw     the string descriptor, as UTF-8 or anything else
 * quirks  usb_quirks_of
 */
void usb_serial_clean(struct bytes raw, unsigned quirks, char out[USB_SERIAL_MAX + 1]);

#endif
