/* daemon/bench/usb/identity, quirk: names of devices, and serial numbers as makers write them.
 */
#include "daemon/bench/usb/identity.h"

#include "daemon/bench/usb/quirk.h"
#include "tests/check.h"

/* clang-format off */
static const struct {
	const char *text;
	uint16_t vendor;
	uint16_t product;
	const char *serial;
	const char *place;
} good[] = {
	{ "usb:0a5f:0080:99J204501234", 0x0a5f, 0x0080, "99J204501234", "" },
	{ "usb:0a5f:0080:a:b@c", 0x0a5f, 0x0080, "a:b@c", "" },
	{ "usb:0a5f:0080:a%20b%25", 0x0a5f, 0x0080, "a%20b%25", "" },
	{ "usb:ffff:0035@1-2", 0xffff, 0x0035, "", "1-2" },
	{ "usb:0581:020c@12-2.3.10", 0x0581, 0x020c, "", "12-2.3.10" },
};

static const char *const bad[] = {
	"", "usb:", "usb:0a5f:0080", "usb:0a5f:0080:", "usb:0a5f:0080@", "USB:0a5f:0080:X", "usb:0A5F:0080:X", "usb:a5f:0080:X",
	"usb:0a5f:00801:X", "usb:0a5f:0080:a b", "usb:0a5f:0080:a%2", "usb:0a5f:0080:a%2G", "usb:0a5f:0080:%41", "usb:0a5f:0080:%2F",
	"usb:0a5f:0080:\xc3\xa9", "usb:0a5f:0080@1", "usb:0a5f:0080@1-", "usb:0a5f:0080@1-0", "usb:0a5f:0080@0-1", "usb:0a5f:0080@1-2.",
	"usb:0a5f:0080@1-2..3", "usb:0a5f:0080@1-2.3 ", "usb:0a5f:0080@1000-1", "usb:0a5f:0080@1-2-3", "usb:0a5f:0080@../1-2",
	"usb:0a5f:0080@1-111.111.111.111.111.111.111.11",
	"usb:0a5f:0080:9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
	"P1",
};
/* clang-format on */

static void test_identities_are_read_and_written_alike(void)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct usb_identity identity = { 0 };
		struct err err = { 0 };
		char text[USB_IDENTITY_MAX + 1];

		check_row(good[i].text);
		check_ok(usb_identity_parse(good[i].text, &identity, &err), &err);
		check_int(identity.vendor, good[i].vendor);
		check_int(identity.product, good[i].product);
		check_str(identity.serial, good[i].serial);
		check_str(identity.place, good[i].place);
		usb_identity_text(&identity, text);
		check_str(text, good[i].text);
	}
}

static void test_what_we_would_not_write_is_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct usb_identity identity;
		struct err err = { 0 };

		check_row(bad[i]);
		check(!usb_identity_parse(bad[i], &identity, &err));
		check_err(&err, ERR_INVALID, "does not name a USB device");
	}
}

/* clang-format off */
static const struct {
	const char *source;
	unsigned quirks;
	const char *raw;
	const char *serial;
} serials[] = {
	{ "a Zebra printer", 0, "99J204501234\n", "99J204501234" },
	{ "Honeywell: trailing blanks", 0, "19214B0217    \n", "19214B0217" },
	{ "a blank inside", 0, "AB 12\n", "AB%2012" },
	{ "UTF-8 in front (michaelrsweet/pappl#396: U+3030)", 0, "\xe3\x80\xb0""0101\n", "%e3%80%b0""0101" },
	{ "a percent sign", 0, "100%\n", "100%25" },
	{ "DEL", 0, "A\x7f""B\n", "A%7fB" },
	{ "no text at all", 0, "\n", "" },
	{ "nothing", 0, "", "" },
	{ "zeros only", 0, "000000000000\n", "" },
	{ "Zebra scanner (tests/data/scanners/dev-zebra-05e0-0600-simplecom.txt)", USB_SERIAL_IN_TEXT,
		"S/N:44F1BF6A7CCE45DEB787C6D4A63A1B62 Rev:PAACLS00-001-R015\n", "44F1BF6A7CCE45DEB787C6D4A63A1B62" },
	{ "the same with blanks in front", USB_SERIAL_IN_TEXT, "S/N: 44F1 Rev:X\n", "44F1" },
	{ "Zebra scanner with a plain one", USB_SERIAL_IN_TEXT, "1234567\n", "1234567" },
	{ "S/N: of another maker stays", 0, "S/N:1\n", "S/N:1" },
	{ "DYMO: all have this one", USB_SERIAL_SHARED, "01010112345600\n", "" },
	{ "96 characters", 0, "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456",
		"123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456" },
	{ "97 characters", 0, "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567", "" },
};
/* clang-format on */

static void test_serial_numbers_are_cleaned(void)
{
	for (size_t i = 0; i < ARRAY_LEN(serials); i++) {
		char serial[USB_SERIAL_MAX + 1];

		check_row(serials[i].source);
		usb_serial_clean(bytes_of_str(serials[i].raw), serials[i].quirks, serial);
		check_str(serial, serials[i].serial);
	}
}

static void test_every_cleaned_serial_number_makes_an_identity(void)
{
	for (unsigned c = 0; c < 256; c++) {
		const uint8_t raw[] = { 'A', (uint8_t)c, 'B' };
		struct usb_identity identity = { .vendor = 1, .product = 2 };
		struct usb_identity again = { 0 };
		struct err err = { 0 };
		char text[USB_IDENTITY_MAX + 1];

		usb_serial_clean(bytes_of(raw, sizeof(raw)), 0, identity.serial);
		usb_identity_text(&identity, text);
		check_ok(usb_identity_parse(text, &again, &err), &err);
		check_str(again.serial, identity.serial);
	}
}

static void test_every_quirk_is_found_by_its_device(void)
{
	static const struct {
		uint16_t vendor, product;
		unsigned quirks;
	} rows[] = {
		{ 0x0a5f, 0x0080, USB_NO_REATTACH },
		{ 0x067e, 0x0001, USB_NO_REATTACH },
		{ 0x195f, 0x0001, USB_NO_REATTACH },
		{ 0x2d84, 0x71a9, USB_NO_REATTACH },
		{ 0x0416, 0x5011, USB_NO_ALTERNATE },
		{ 0x0416, 0x5012, 0 },
		{ 0x0922, 0x0020, USB_SERIAL_SHARED },
		{ 0x0922, 0x0028, 0 },
		{ 0x05e0, 0x1900, USB_SERIAL_IN_TEXT },
		{ 0x1203, 0x0001, 0 },
		{ 0xffff, 0x0035, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_int(usb_quirks_of(rows[i].vendor, rows[i].product), rows[i].quirks);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_identities_are_read_and_written_alike),
		CHECK_TEST(test_what_we_would_not_write_is_refused),
		CHECK_TEST(test_serial_numbers_are_cleaned),
		CHECK_TEST(test_every_cleaned_serial_number_makes_an_identity),
		CHECK_TEST(test_every_quirk_is_found_by_its_device),
	};
	return check_run("daemon/bench/usb/identity", tests, ARRAY_LEN(tests));
}
