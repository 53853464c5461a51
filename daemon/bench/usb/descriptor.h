/*
 * The descriptors of a USB device as sysfs has them (the device's own, then every configuration
 * whole), read by ourselves: what is not ours is told from what is without opening it and without
 * libusb's parser, whose fixes for hostile descriptors Debian 12 does not have. Pure.
 *
 * Source: USB 2.0, 9.6; HID 1.11, 6.2.1 (HID descriptor); Printer Class 1.1, 4.1; CDC 1.2, 5.2.3.2
 * (union descriptor), PSTN 1.2, 3 (ACM).
 */
#ifndef SPECIMEND_BENCH_USB_DESCRIPTOR_H
#define SPECIMEND_BENCH_USB_DESCRIPTOR_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

#define USB_DESCRIPTORS_MAX 16384u /* bytes; real devices have some hundred */
#define USB_SETTINGS_MAX 32u       /* interfaces with their alternate settings; more are ignored */
#define USB_REPORT_DESCRIPTOR_MAX 4096u /* bytes, as in Linux (HID_MAX_DESCRIPTOR_SIZE) */

struct usb_endpoint {
	uint8_t address;     /* with the direction bit; 0: there is none */
	uint16_t packet_len; /* of one packet, 1 to 1024 */
};

/* Which kind of serial line an interface has the data of (line.c). */
enum usb_line {
	USB_LINE_ACM,
	USB_LINE_FTDI,
	USB_LINE_METRO,
	USB_LINE_METRO_SHUT, /* says nothing before it was told to */
};

/* One alternate setting of one interface. */
struct usb_setting {
	uint8_t configuration; /* bConfigurationValue */
	uint8_t interface;     /* bInterfaceNumber */
	uint8_t alternate;
	uint8_t class_code;
	uint8_t subclass;
	uint8_t protocol;
	uint16_t report_len; /* of its HID report descriptor, 0: none */
	/*
	 * CDC: of an interface that controls a line, which one has the line's data; of one chosen
	 * for a line (usb_next_line), which one controls it. No partner: false.
	 */
	bool has_partner;
	uint8_t partner;
	uint8_t line; /* enum usb_line, of one that was chosen for a line */
	struct usb_endpoint bulk_in;
	struct usb_endpoint bulk_out;
	struct usb_endpoint interrupt_in;
	struct usb_endpoint interrupt_out;
};

struct usb_descriptors {
	uint16_t vendor;
	uint16_t product;
	struct usb_setting settings[USB_SETTINGS_MAX];
	size_t count;
};

/*
 * Fails with ERR_DEVICE_PROTOCOL when a length makes no sense. Of several endpoints of one kind in
 * a setting the first counts; one whose packets have no length is none.
 */
MUST_CHECK bool usb_descriptors_parse(
	struct bytes raw, struct usb_descriptors *out, struct err *err);

/*
 * The setting to print through: of class 7, with bulk OUT, with the highest protocol up to 2
 * (two-way); 3 is IEEE 1284.4, which needs packets of its own. Bulk IN is dropped from the copy
 * unless the protocol is 2. False when there is none.
 *
 * configuration  which one is active; 0: any
 */
MUST_CHECK bool usb_find_printer(
	const struct usb_descriptors *descriptors, uint8_t configuration, struct usb_setting *out);

/*
 * The HID interfaces, one after the other: interrupt IN, a report descriptor, and no boot mouse.
 * at: 0 at first, moved on. False when there is none left.
 */
MUST_CHECK bool usb_next_hid(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out);

bool usb_is_boot_keyboard(const struct usb_setting *setting);

/*
 * The interface of a converter to a serial line: the maker's own, bulk both ways. As above; which
 * devices are converters the vendor's number says (ftdi.h).
 */
MUST_CHECK bool usb_next_converter(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out);

/* The maker's own interface with interrupt IN: the line of a device that metro.h knows. As above.
 */
MUST_CHECK bool usb_next_metro(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out);

/*
 * The serial lines (CDC-ACM), one after the other: the interface with the line's data, bulk both
 * ways, and as its partner the one that controls it, which names it in a union descriptor. As
 * above.
 */
MUST_CHECK bool usb_next_line(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out);

#endif
