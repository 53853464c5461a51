/* Identities of USB devices: grammar, and serial numbers as they come. */
#include "daemon/bench/usb/identity.h"

#include <stdio.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "daemon/bench/usb/quirk.h"

static bool is_plain(uint8_t c)
{
	return c > 0x20 && c < 0x7f && c != '%';
}

static bool is_lower_hex(uint8_t c)
{
	return char_is_digit(c) || (c >= 'a' && c <= 'f');
}

static uint16_t hex4_read(struct cursor *in)
{
	unsigned value = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint8_t c = cursor_u8(in);

		if (!is_lower_hex(c))
			cursor_fail(in);
		else
			value = value << 4 | (unsigned)hex_digit(c);
	}
	return (uint16_t)value;
}

/* One to three digits, no zero in front. */
static bool number_skip(struct cursor *in)
{
	unsigned digits = 0;

	if (!char_is_digit(cursor_peek(in)) || cursor_peek(in) == '0')
		return false;
	for (; char_is_digit(cursor_peek(in)); digits++)
		cursor_skip(in, 1);
	return digits <= 3;
}

bool usb_place_is_valid(const char *place)
{
	struct cursor in = cursor_over(bytes_of_str(place));

	if (in.left.len > USB_PLACE_MAX || !number_skip(&in) || !cursor_accept(&in, "-"))
		return false;
	do {
		if (!number_skip(&in))
			return false;
	} while (cursor_accept(&in, "."));
	return cursor_at_end(&in);
}

/* Only as we write it: no byte escaped that needs none. */
static bool serial_is_valid(struct bytes serial)
{
	struct cursor in = cursor_over(serial);

	if (serial.len == 0 || serial.len > USB_SERIAL_MAX)
		return false;
	while (cursor_ok(&in) && in.left.len > 0) {
		uint8_t c = cursor_u8(&in);

		if (is_plain(c))
			continue;
		uint8_t high = cursor_u8(&in);
		uint8_t low = cursor_u8(&in);

		if (c != '%' || !is_lower_hex(high) || !is_lower_hex(low) ||
			is_plain((uint8_t)(hex_digit(high) << 4 | hex_digit(low))))
			return false;
	}
	return cursor_ok(&in);
}

static bool tail_read(struct cursor *in, struct usb_identity *out)
{
	bool by_place = cursor_accept(in, "@");

	if (!by_place)
		cursor_expect(in, ":");
	struct bytes rest = cursor_take_rest(in);

	if (!cursor_ok(in) || rest.len > USB_SERIAL_MAX)
		return false;
	if (!by_place) {
		memcpy(out->serial, rest.data, rest.len);
		return serial_is_valid(rest);
	}
	if (rest.len > USB_PLACE_MAX)
		return false;
	memcpy(out->place, rest.data, rest.len);
	return usb_place_is_valid(out->place);
}

bool usb_identity_parse(const char *text, struct usb_identity *out, struct err *err)
{
	struct cursor in = cursor_over(bytes_of_str(text));
	struct usb_identity identity = { 0 };

	cursor_expect(&in, "usb:");
	identity.vendor = hex4_read(&in);
	cursor_expect(&in, ":");
	identity.product = hex4_read(&in);
	if (!cursor_ok(&in) || !tail_read(&in, &identity)) {
		(void)err_set(err, ERR_INVALID, "'%s' does not name a USB device", text);
		return err_hint(err, "usb:VVVV:PPPP:SERIAL or usb:VVVV:PPPP@BUS-PORT, as in the "
				     "list of what is plugged in");
	}
	*out = identity;
	return true;
}

void usb_identity_text(const struct usb_identity *identity, char out[USB_IDENTITY_MAX + 1])
{
	bool has_serial = identity->serial[0] != '\0';

	snprintf(out, USB_IDENTITY_MAX + 1, "usb:%04x:%04x%s%s", (unsigned)identity->vendor,
		(unsigned)identity->product, has_serial ? ":" : "@",
		has_serial ? identity->serial : identity->place);
}

static struct bytes trim(struct bytes text)
{
	while (text.len > 0 && text.data[text.len - 1] <= 0x20)
		text.len--;
	while (text.len > 0 && text.data[0] <= 0x20)
		text = bytes_of(text.data + 1, text.len - 1);
	return text;
}

/* "S/N:0123456789ABCDEF Rev:NBRPUAAM" -> "0123456789ABCDEF"; another text is left as it is. */
static struct bytes serial_in_text(struct bytes text)
{
	struct cursor in = cursor_over(text);
	size_t len = 0;

	if (!cursor_accept(&in, "S/N:"))
		return text;
	struct bytes rest = trim(cursor_take_rest(&in));

	while (len < rest.len && rest.data[len] > 0x20)
		len++;
	return bytes_of(rest.data, len);
}

static bool is_zeros(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '0')
			return false;
	}
	return true; /* no byte at all, too */
}

void usb_serial_clean(struct bytes raw, unsigned quirks, char out[USB_SERIAL_MAX + 1])
{
	struct bytes text = trim(raw);
	AUTO_BUF written = { 0 };

	out[0] = '\0';
	if (quirks & USB_SERIAL_IN_TEXT)
		text = serial_in_text(text);
	if (quirks & USB_SERIAL_SHARED || is_zeros(text))
		return;
	for (size_t i = 0; i < text.len && written.len <= USB_SERIAL_MAX; i++) {
		if (is_plain(text.data[i]))
			buf_add_byte(&written, text.data[i]);
		else
			buf_addf(&written, "%%%02x", (unsigned)text.data[i]);
	}
	if (written.len <= USB_SERIAL_MAX)
		(void)str_copy(out, USB_SERIAL_MAX + 1, buf_str(&written));
}
