/* The table of protocols. */
#include "daemon/bench/usb/protocol.h"

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/bench/usb/ftdi.h"
#include "daemon/bench/usb/metro.h"

#define VENDOR_ZEBRA 0x05e0

/* Models that are one thing only. */
static const struct {
	uint16_t vendor;
	uint16_t product;
	const char *name;
} models[] = {
	{ VENDOR_ZEBRA, 0x0600, "simple_com" },
	{ VENDOR_ZEBRA, 0x1900, "snapi" },
};

typedef bool next_fn(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out);

/* HID, but no boot keyboard. */
static bool next_report(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out)
{
	while (usb_next_hid(descriptors, configuration, at, out)) {
		if (!usb_is_boot_keyboard(out))
			return true;
	}
	return false;
}

static bool next_converter(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out)
{
	if (!usb_next_converter(descriptors, configuration, at, out))
		return false;
	out->line = USB_LINE_FTDI;
	return true;
}

static bool next_metro(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out)
{
	if (!usb_next_metro(descriptors, configuration, at, out))
		return false;
	out->line = metro_is_shut(descriptors->product) ? USB_LINE_METRO_SHUT : USB_LINE_METRO;
	return true;
}

static bool next_line(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out)
{
	if (ftdi_is(descriptors->vendor, descriptors->product))
		return next_converter(descriptors, configuration, at, out);
	return usb_next_line(descriptors, configuration, at, out);
}

/* Of Metrologic's own line only that text comes by it is known. */
static bool next_text(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out)
{
	if (metro_is(descriptors->vendor, descriptors->product))
		return next_metro(descriptors, configuration, at, out);
	return next_line(descriptors, configuration, at, out);
}

/* In the order of likelihood. */
static const struct {
	const char *name;
	next_fn *next;
	uint16_t vendor; /* 0: any */
	bool is_model;   /* of models[] only */
} protocol_rows[] = {
	{ .name = "hid_pos", .next = next_report },
	{ .name = "simple_com", .next = next_report, .is_model = true },
	{ .name = "snapi", .next = next_report, .vendor = VENDOR_ZEBRA },
	{ .name = "serial", .next = next_text },
	{ .name = "ssi", .next = next_line },
	{ .name = "dechdr", .next = next_line },
	{ .name = "opc", .next = next_line },
	{ .name = "keyboard", .next = usb_next_hid },
};

/* What the model is and can be nothing else; NULL: it may be anything. */
static const char *model_name(const struct usb_descriptors *descriptors)
{
	for (size_t i = 0; i < ARRAY_LEN(models); i++) {
		if (models[i].vendor == descriptors->vendor &&
			models[i].product == descriptors->product)
			return models[i].name;
	}
	return NULL;
}

static bool row_fits(size_t row, const struct usb_descriptors *descriptors)
{
	const char *only = model_name(descriptors);

	if (only)
		return str_equal(protocol_rows[row].name, only);
	return !protocol_rows[row].is_model &&
	       (protocol_rows[row].vendor == 0 || protocol_rows[row].vendor == descriptors->vendor);
}

bool usb_next_scanner(const struct usb_descriptors *descriptors, const char *name,
	uint8_t configuration, size_t *at, struct usb_setting *out)
{
	for (size_t i = 0; i < ARRAY_LEN(protocol_rows); i++) {
		if (str_equal(protocol_rows[i].name, name))
			return row_fits(i, descriptors) &&
			       protocol_rows[i].next(descriptors, configuration, at, out);
	}
	return false;
}

void usb_protocols_text(const struct usb_descriptors *descriptors, char out[USB_PROTOCOLS_MAX + 1])
{
	struct usb_setting setting;
	AUTO_BUF text = { 0 };

	out[0] = '\0';
	if (usb_find_printer(descriptors, 0, &setting))
		return;
	for (size_t i = 0; i < ARRAY_LEN(protocol_rows); i++) {
		size_t at = 0;

		if (usb_next_scanner(descriptors, protocol_rows[i].name, 0, &at, &setting))
			buf_addf(&text, "%s%s", text.len > 0 ? " " : "", protocol_rows[i].name);
	}
	(void)str_copy(out, USB_PROTOCOLS_MAX + 1, buf_str(&text)); /* all of them together fit */
}

const char *usb_kind_word(enum usb_kind kind)
{
	switch (kind) {
	case USB_KIND_PRINTER:
		return "printer";
	case USB_KIND_SCANNER:
		return "scanner";
	case USB_KIND_NONE:
		break;
	}
	return "";
}

enum usb_kind usb_kind_of(const struct usb_descriptors *descriptors)
{
	char protocols[USB_PROTOCOLS_MAX + 1];
	struct usb_setting setting;

	if (usb_find_printer(descriptors, 0, &setting))
		return USB_KIND_PRINTER;
	usb_protocols_text(descriptors, protocols);
	return protocols[0] == '\0' ? USB_KIND_NONE : USB_KIND_SCANNER;
}
