/* The table of quirks. */
#include "daemon/bench/usb/quirk.h"

#include "daemon/base/bytes.h"

#define ANY 0xffffu

/*
 * "CUPS": backend/org.cups.usb-quirks of CUPS 2.4, no-reattach: after usblp came back, the next job
 * fails or the printer must be plugged in again; the cause is not told there.
 * Its `unidir` for all Zebra is not copied: it came of a reader that never stops (apple/cups#5395),
 * and here reading is on only while an answer is due.
 */
/* clang-format off */
static const struct {
	uint16_t vendor;
	uint16_t product;
	unsigned quirks;
	const char *source;
} rows[] = {
	{ 0x0a5f, ANY,    USB_NO_REATTACH,    "Zebra; CUPS" },
	{ 0x067e, ANY,    USB_NO_REATTACH,    "Intermec; CUPS" },
	{ 0x195f, ANY,    USB_NO_REATTACH,    "GoDEX; CUPS" },
	{ 0x2d84, ANY,    USB_NO_REATTACH,    "Arkscan; CUPS" },
	{ 0x0416, 0x5011, USB_NO_ALTERNATE,   "Winbond; Linux, drivers/usb/class/usblp.c, USBLP_QUIRK_NO_SET_INTF" },
	{ 0x0922, 0x0020, USB_SERIAL_SHARED,  "DYMO LabelWriter 450, always 01010112345600; michaelrsweet/pappl#396" },
	{ 0x05e0, ANY,    USB_SERIAL_IN_TEXT, "Zebra scanners; the revision changes with the firmware" },
};
/* clang-format on */

unsigned usb_quirks_of(uint16_t vendor, uint16_t product)
{
	unsigned quirks = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].vendor == vendor &&
			(rows[i].product == ANY || rows[i].product == product))
			quirks |= rows[i].quirks;
	}
	return quirks;
}
