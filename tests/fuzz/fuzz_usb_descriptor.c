/*
 * daemon/bench/usb/descriptor, protocol and identity: any bytes as the descriptors that a device
 * brings, and as its serial number. What is found is within its limits and really in a place that
 * can be used; a cleaned serial number makes an identity that is read back alike.
 *
 * Sources: daemon/base
 */
#include "daemon/bench/usb/descriptor.c"
#include "daemon/bench/usb/ftdi.c"
#include "daemon/bench/usb/identity.c"
#include "daemon/bench/usb/metro.c"
#include "daemon/bench/usb/protocol.c"
#include "daemon/bench/usb/quirk.c"
#include "scanners/line.c"
#include "tests/fuzz/fuzz.h"

static void check_endpoint(const struct usb_endpoint *endpoint)
{
	FUZZ_CHECK(endpoint->address == 0 ||
		   (endpoint->packet_len > 0 && endpoint->packet_len <= 1024));
}

static void check_descriptors(const struct usb_descriptors *descriptors)
{
	struct usb_setting setting;
	char protocols[USB_PROTOCOLS_MAX + 1];

	FUZZ_CHECK(descriptors->count <= USB_SETTINGS_MAX);
	for (size_t i = 0; i < descriptors->count; i++) {
		check_endpoint(&descriptors->settings[i].bulk_in);
		check_endpoint(&descriptors->settings[i].bulk_out);
		check_endpoint(&descriptors->settings[i].interrupt_in);
		check_endpoint(&descriptors->settings[i].interrupt_out);
		FUZZ_CHECK(descriptors->settings[i].report_len <= USB_REPORT_DESCRIPTOR_MAX);
	}
	bool is_printer = usb_find_printer(descriptors, 0, &setting);

	FUZZ_CHECK(!is_printer || (setting.bulk_out.address & 0x80) == 0);
	FUZZ_CHECK(!is_printer || setting.bulk_in.address == 0 || setting.protocol == 2);
	for (size_t at = 0; usb_next_hid(descriptors, 0, &at, &setting);)
		FUZZ_CHECK(setting.interrupt_in.address & 0x80 && setting.report_len > 0);
	for (size_t at = 0; usb_next_line(descriptors, 0, &at, &setting);)
		FUZZ_CHECK(setting.bulk_in.address & 0x80 && setting.bulk_out.address != 0 &&
			   setting.has_partner && setting.partner != setting.interface);
	for (size_t at = 0; usb_next_converter(descriptors, 0, &at, &setting);)
		FUZZ_CHECK(setting.bulk_in.address & 0x80 && setting.bulk_out.address != 0 &&
			   setting.class_code == 0xff);
	for (size_t at = 0; usb_next_metro(descriptors, 0, &at, &setting);)
		FUZZ_CHECK(setting.interrupt_in.address & 0x80 && setting.class_code == 0xff);
	FUZZ_CHECK(is_printer == (usb_kind_of(descriptors) == USB_KIND_PRINTER));
	usb_protocols_text(descriptors, protocols);
	FUZZ_CHECK((protocols[0] != '\0') == (usb_kind_of(descriptors) == USB_KIND_SCANNER));
}

static void check_serial(struct bytes raw, unsigned quirks)
{
	struct usb_identity identity = { .vendor = 1, .product = 2, .place = "1-1" };
	struct usb_identity again;
	char text[USB_IDENTITY_MAX + 1];

	usb_serial_clean(raw, quirks, identity.serial);
	usb_identity_text(&identity, text);
	FUZZ_CHECK(usb_identity_parse(text, &again, NULL));
	FUZZ_CHECK(strcmp(again.serial, identity.serial) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct usb_descriptors descriptors;
	struct usb_identity identity;
	AUTO_BUF text = { 0 };

	if (usb_descriptors_parse(bytes_of(data, size), &descriptors, NULL))
		check_descriptors(&descriptors);
	for (unsigned quirks = 0; quirks < 16; quirks++)
		check_serial(bytes_of(data, size), quirks);
	buf_add_mem(&text, data, size);
	if (usb_identity_parse(buf_str(&text), &identity, NULL)) {
		char again[USB_IDENTITY_MAX + 1];

		usb_identity_text(&identity, again);
		FUZZ_CHECK(strcmp(again, buf_str(&text)) == 0);
	}
	return 0;
}
