/* What single makes and models need, as a table with a source in every row (quirk.c). */
#ifndef SPECIMEND_BENCH_USB_QUIRK_H
#define SPECIMEND_BENCH_USB_QUIRK_H

#include <stdint.h>

enum usb_quirk {
	/* usblp must not come back when we let the printer go. */
	USB_NO_REATTACH = 1,
	/* It hangs when an alternate setting is chosen. */
	USB_NO_ALTERNATE = 2,
	/* All of the model have the same serial number: the place tells them apart. */
	USB_SERIAL_SHARED = 4,
	/* The serial number stands in a longer text: "S/N:... Rev:...". */
	USB_SERIAL_IN_TEXT = 8,
};

/* enum usb_quirk bits, or-ed over all rows that fit. */
unsigned usb_quirks_of(uint16_t vendor, uint16_t product);

#endif
