/*
 * What is plugged in, read from sysfs without opening any device: printers, and what may be a
 * scanner (protocol.h). Hubs and all else are left out.
 *
 * A device that was seen before (the same place and address) is taken over as it was: its texts are
 * read once, because reading them waits for whoever holds the device's lock in the kernel.
 * Source: Linux, Documentation/ABI/testing/sysfs-bus-usb and .../stable/sysfs-bus-usb.
 */
#ifndef SPECIMEND_BENCH_USB_FOUND_H
#define SPECIMEND_BENCH_USB_FOUND_H

#include "daemon/bench/usb/identity.h"
#include "daemon/bench/usb/protocol.h"

#define USB_SYSFS "/sys/bus/usb/devices"
#define USB_FOUND_MAX 256u  /* more are left out */
#define USB_NAME_MAX 63     /* of maker and model, in bytes */
#define USB_ID_1284_MAX 255 /* bytes; what is longer is cut */
#define USB_RAW_MAX 1024u   /* bytes of its descriptors that are kept; scanners have some 100 */

struct usb_found {
	enum usb_kind kind;
	char place[USB_PLACE_MAX + 1];
	unsigned bus;
	unsigned address;                /* on that bus; a new one at each plugging in */
	char serial[USB_SERIAL_MAX + 1]; /* usb_serial_clean; "" */
	char maker[USB_NAME_MAX + 1];    /* well-formed UTF-8 without control characters, or "" */
	char model[USB_NAME_MAX + 1];
	/*
	 * A printer's IEEE 1284 device id, as well-formed: "MFG:...;CMD:...;MDL:...;". Asked for by
	 * the kernel's own driver when it was plugged in; "" when that does not hold the printer.
	 * Source: Linux, drivers/usb/class/usblp.c, ieee1284_id.
	 */
	char id_1284[USB_ID_1284_MAX + 1];
	char protocols[USB_PROTOCOLS_MAX + 1]; /* usb_protocols_text */
	uint8_t configuration;                 /* the active one; 0: not known */
	struct usb_descriptors descriptors;
	uint8_t raw[USB_RAW_MAX]; /* the same as they came */
	size_t raw_len;
};

struct usb_founds {
	struct usb_found *items; /* in order of place */
	size_t count;
};

/*
 * Reads anew what is there, over what was read before. Nothing at all when there is no USB. When it
 * cannot be read (no more files may be opened, no memory), what was read before stays: that nobody
 * could look does not mean that it was unplugged.
 *
 * sysfs  USB_SYSFS, or another directory of the same shape
 */
void usb_founds_read(const char *sysfs, struct usb_founds *founds);
void usb_founds_done(struct usb_founds *founds); /* frees and zeroes */

/* Whether another found device of the same vendor and product has the same serial number. */
bool usb_found_has_twin(const struct usb_founds *founds, const struct usb_found *found);

/* Its own name: by its serial number, or by its place if it has none or has a twin. */
void usb_found_identity(
	const struct usb_founds *founds, const struct usb_found *found, struct usb_identity *out);

/* Whether this is the device of that name. By its serial number it must be the only one. */
bool usb_found_is(const struct usb_founds *founds, const struct usb_found *found,
	const struct usb_identity *identity);

#endif
