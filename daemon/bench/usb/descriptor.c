/* Raw descriptors -> interfaces. */
#include "daemon/bench/usb/descriptor.h"

#include "daemon/base/cursor.h"

enum {
	TYPE_DEVICE = 1,
	TYPE_CONFIGURATION = 2,
	TYPE_INTERFACE = 4,
	TYPE_ENDPOINT = 5,
	TYPE_HID = 0x21,
	TYPE_REPORT = 0x22,
	TYPE_CLASS_INTERFACE = 0x24,
};

enum {
	CLASS_COMMUNICATION = 2,
	CLASS_HID = 3,
	CLASS_PRINTER = 7,
	CLASS_DATA = 10,
	CLASS_VENDOR = 0xff,
	SUBCLASS_BOOT = 1, /* HID 1.11, 4.2 */
	SUBCLASS_ACM = 2,
	PROTOCOL_KEYBOARD = 1,
	PROTOCOL_MOUSE = 2,
	PROTOCOL_TWO_WAY = 2,
	SUBTYPE_UNION = 6,
};

static void interface_read(struct cursor in, uint8_t configuration, struct usb_setting *out)
{
	*out = (struct usb_setting) { .configuration = configuration };
	out->interface = cursor_u8(&in);
	out->alternate = cursor_u8(&in);
	cursor_skip(&in, 1); /* bNumEndpoints: those that come are counted */
	out->class_code = cursor_u8(&in);
	out->subclass = cursor_u8(&in);
	out->protocol = cursor_u8(&in);
}

/* HID 1.11, 6.2.1: version, country, number of descriptors, then type and length of each. */
static void hid_read(struct cursor in, struct usb_setting *setting)
{
	cursor_skip(&in, 3);
	uint8_t count = cursor_u8(&in);

	for (uint8_t i = 0; i < count && cursor_ok(&in); i++) {
		uint8_t type = cursor_u8(&in);
		uint16_t len = cursor_u16_le(&in);

		if (cursor_ok(&in) && type == TYPE_REPORT && len <= USB_REPORT_DESCRIPTOR_MAX)
			setting->report_len = len;
	}
}

/* CDC 1.2, 5.2.3.2: who controls, who is controlled; of several the first. */
static void union_read(struct cursor in, struct usb_setting *setting)
{
	uint8_t subtype = cursor_u8(&in);
	uint8_t control = cursor_u8(&in);
	uint8_t data = cursor_u8(&in);

	if (!cursor_ok(&in) || subtype != SUBTYPE_UNION || setting->has_partner ||
		setting->class_code != CLASS_COMMUNICATION || control != setting->interface)
		return;
	setting->has_partner = true;
	setting->partner = data;
}

static void endpoint_read(struct cursor in, struct usb_setting *setting)
{
	struct usb_endpoint endpoint = { .address = cursor_u8(&in) };
	unsigned type = cursor_u8(&in) & 3u;
	bool is_in = endpoint.address & 0x80u;
	struct usb_endpoint *place = NULL;

	/* USB 2.0, 9.6.6: bits 0-10 are the length, 11-12 further packets in a microframe */
	endpoint.packet_len = cursor_u16_le(&in) & 0x7ffu;
	if (type == 2)
		place = is_in ? &setting->bulk_in : &setting->bulk_out;
	else if (type == 3)
		place = is_in ? &setting->interrupt_in : &setting->interrupt_out;
	if (!cursor_ok(&in) || !place || place->address != 0 || endpoint.packet_len == 0 ||
		endpoint.packet_len > 1024 || (endpoint.address & 0x0fu) == 0)
		return;
	*place = endpoint;
}

static bool device_read(struct cursor in, struct usb_descriptors *out)
{
	cursor_skip(&in, 6); /* version, class, subclass, protocol, packet length */
	out->vendor = cursor_u16_le(&in);
	out->product = cursor_u16_le(&in);
	return cursor_ok(&in);
}

/* What the descriptors so far belong to. */
struct place {
	uint8_t configuration;
	struct usb_setting *setting; /* NULL: none yet, or too many */
};

static void descriptor_read(
	uint8_t type, struct cursor in, struct usb_descriptors *out, struct place *place)
{
	if (type == TYPE_CONFIGURATION) {
		cursor_skip(&in, 3); /* total length, number of interfaces */
		place->configuration = cursor_u8(&in);
		place->setting = NULL;
	} else if (type == TYPE_INTERFACE) {
		place->setting =
			out->count < USB_SETTINGS_MAX ? &out->settings[out->count++] : NULL;
		if (place->setting)
			interface_read(in, place->configuration, place->setting);
	} else if (type == TYPE_HID && place->setting) {
		hid_read(in, place->setting);
	} else if (type == TYPE_CLASS_INTERFACE && place->setting) {
		union_read(in, place->setting);
	} else if (type == TYPE_ENDPOINT && place->setting) {
		endpoint_read(in, place->setting);
	}
}

bool usb_descriptors_parse(struct bytes raw, struct usb_descriptors *out, struct err *err)
{
	struct usb_descriptors descriptors = { 0 };
	struct cursor in = cursor_over(raw);
	struct place place = { 0 };
	bool has_device = false;

	while (cursor_ok(&in) && in.left.len > 0) {
		uint8_t len = cursor_u8(&in);
		uint8_t type = cursor_u8(&in);

		if (len < 2)
			cursor_fail(&in);
		struct cursor body = cursor_over(cursor_take(&in, len - 2u));

		if (!cursor_ok(&in))
			break;
		if (type == TYPE_DEVICE && !has_device)
			has_device = device_read(body, &descriptors);
		else
			descriptor_read(type, body, &descriptors, &place);
	}
	if (!cursor_ok(&in) || !has_device)
		return err_set(err, ERR_DEVICE_PROTOCOL, "its descriptors are malformed");
	*out = descriptors;
	return true;
}

static bool is_active(const struct usb_setting *setting, uint8_t configuration)
{
	return configuration == 0 || setting->configuration == configuration;
}

bool usb_find_printer(
	const struct usb_descriptors *descriptors, uint8_t configuration, struct usb_setting *out)
{
	const struct usb_setting *best = NULL;

	for (size_t i = 0; i < descriptors->count; i++) {
		const struct usb_setting *setting = &descriptors->settings[i];

		if (setting->class_code != CLASS_PRINTER || !is_active(setting, configuration) ||
			setting->bulk_out.address == 0 || setting->protocol > PROTOCOL_TWO_WAY)
			continue;
		if (!best || setting->protocol > best->protocol)
			best = setting;
	}
	if (!best)
		return false;
	*out = *best;
	if (best->protocol != PROTOCOL_TWO_WAY)
		out->bulk_in = (struct usb_endpoint) { 0 };
	return true;
}

static bool is_boot(const struct usb_setting *setting, uint8_t protocol)
{
	return setting->subclass == SUBCLASS_BOOT && setting->protocol == protocol;
}

bool usb_is_boot_keyboard(const struct usb_setting *setting)
{
	return setting->class_code == CLASS_HID && is_boot(setting, PROTOCOL_KEYBOARD);
}

bool usb_next_hid(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out)
{
	while (*at < descriptors->count) {
		const struct usb_setting *setting = &descriptors->settings[(*at)++];

		if (setting->class_code != CLASS_HID || setting->alternate != 0 ||
			!is_active(setting, configuration) || setting->interrupt_in.address == 0 ||
			setting->report_len == 0 || is_boot(setting, PROTOCOL_MOUSE))
			continue;
		*out = *setting;
		return true;
	}
	return false;
}

bool usb_next_converter(const struct usb_descriptors *descriptors, uint8_t configuration,
	size_t *at, struct usb_setting *out)
{
	while (*at < descriptors->count) {
		const struct usb_setting *setting = &descriptors->settings[(*at)++];

		if (setting->class_code != CLASS_VENDOR || setting->alternate != 0 ||
			!is_active(setting, configuration) || setting->bulk_in.address == 0 ||
			setting->bulk_out.address == 0)
			continue;
		*out = *setting;
		return true;
	}
	return false;
}

bool usb_next_metro(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out)
{
	while (*at < descriptors->count) {
		const struct usb_setting *setting = &descriptors->settings[(*at)++];

		if (setting->class_code != CLASS_VENDOR || setting->alternate != 0 ||
			!is_active(setting, configuration) || setting->interrupt_in.address == 0)
			continue;
		*out = *setting;
		return true;
	}
	return false;
}

/* The interface with the data of the line that this one controls; NULL: none that can be used. */
static const struct usb_setting *line_data(
	const struct usb_descriptors *descriptors, const struct usb_setting *control)
{
	for (size_t i = 0; i < descriptors->count; i++) {
		const struct usb_setting *setting = &descriptors->settings[i];

		if (setting->configuration == control->configuration &&
			setting->interface == control->partner &&
			setting->interface != control->interface &&
			setting->class_code == CLASS_DATA && setting->bulk_in.address != 0 &&
			setting->bulk_out.address != 0)
			return setting;
	}
	return NULL;
}

bool usb_next_line(const struct usb_descriptors *descriptors, uint8_t configuration, size_t *at,
	struct usb_setting *out)
{
	while (*at < descriptors->count) {
		const struct usb_setting *control = &descriptors->settings[(*at)++];

		if (control->class_code != CLASS_COMMUNICATION ||
			control->subclass != SUBCLASS_ACM || control->alternate != 0 ||
			!control->has_partner || !is_active(control, configuration))
			continue;
		const struct usb_setting *data = line_data(descriptors, control);

		if (!data)
			continue;
		*out = *data;
		out->has_partner = true;
		out->partner = control->interface;
		return true;
	}
	return false;
}
