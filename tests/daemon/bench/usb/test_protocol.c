/* daemon/bench/usb/protocol: which kinds of scanners a device may be, by its descriptors. */
#include "daemon/bench/usb/protocol.h"

#include "daemon/base/str.h"
#include "scanners/driver.h"
#include "tests/check.h"

#define HID(boot, kind)                                                                    \
	{                                                                                  \
		.class_code = 3, .subclass = (boot), .protocol = (kind), .report_len = 65, \
		.interrupt_in = {                                                          \
			0x81,                                                              \
			8                                                                  \
		}                                                                          \
	}
#define KEYBOARD HID(1, 1)
#define MOUSE HID(1, 2)
#define REPORTS HID(0, 0)
#define LINE_CONTROL                                                                              \
	{                                                                                         \
		.interface = 0, .class_code = 2, .subclass = 2, .has_partner = true, .partner = 1 \
	}
#define LINE_DATA                                                                                \
	{                                                                                        \
		.interface = 1, .class_code = 10, .bulk_in = { 0x83, 64 }, .bulk_out = { 2, 64 } \
	}
#define CONVERTER                                                                  \
	{                                                                          \
		.class_code = 0xff, .bulk_in = { 0x81, 64 }, .bulk_out = { 2, 64 } \
	}
#define PRINTER                                                                      \
	{                                                                            \
		.class_code = 7, .subclass = 1, .protocol = 1, .bulk_out = { 1, 64 } \
	}

/* clang-format off */
static const struct {
	const char *name;
	struct usb_descriptors descriptors;
	enum usb_kind kind;
	const char *protocols;
} rows[] = {
	{ "nothing", { .vendor = 1 }, USB_KIND_NONE, "" },
	{ "a mouse", { .count = 1, .settings = { MOUSE } }, USB_KIND_NONE, "" },
	{ "a keyboard, of a person or a scanner", { .count = 1, .settings = { KEYBOARD } }, USB_KIND_SCANNER, "keyboard" },
	{ "a keyboard and a mouse", { .count = 2, .settings = { KEYBOARD, MOUSE } }, USB_KIND_SCANNER, "keyboard" },
	{ "reports", { .vendor = 0x0c2e, .count = 1, .settings = { REPORTS } }, USB_KIND_SCANNER, "hid_pos keyboard" },
	{ "reports of Zebra's", { .vendor = 0x05e0, .product = 0x1200, .count = 1, .settings = { REPORTS } }, USB_KIND_SCANNER, "hid_pos snapi keyboard" },
	{ "a keyboard of Zebra's", { .vendor = 0x05e0, .product = 0x1200, .count = 1, .settings = { KEYBOARD } }, USB_KIND_SCANNER, "keyboard" },
	{ "simple COM", { .vendor = 0x05e0, .product = 0x0600, .count = 1, .settings = { REPORTS } }, USB_KIND_SCANNER, "simple_com" },
	{ "its number in another's", { .vendor = 0x0c2e, .product = 0x0600, .count = 1, .settings = { REPORTS } }, USB_KIND_SCANNER, "hid_pos keyboard" },
	{ "SNAPI", { .vendor = 0x05e0, .product = 0x1900, .count = 1, .settings = { REPORTS } }, USB_KIND_SCANNER, "snapi" },
	{ "SNAPI that plays a keyboard", { .vendor = 0x05e0, .product = 0x1900, .count = 1, .settings = { KEYBOARD } }, USB_KIND_NONE, "" },
	{ "a line", { .vendor = 0x05e0, .product = 0x1701, .count = 2, .settings = { LINE_CONTROL, LINE_DATA } }, USB_KIND_SCANNER, "serial ssi dechdr opc" },
	{ "a line and reports", { .count = 3, .settings = { LINE_CONTROL, LINE_DATA, REPORTS } }, USB_KIND_SCANNER, "hid_pos serial ssi dechdr opc keyboard" },
	{ "a converter to a line", { .vendor = 0x0403, .product = 0x6001, .count = 1, .settings = { CONVERTER } }, USB_KIND_SCANNER, "serial ssi dechdr opc" },
	{ "Metrologic's own line", { .vendor = 0x0c2e, .product = 0x0700, .count = 1, .settings = { { .class_code = 0xff, .interrupt_in = { 0x82, 64 } } } }, USB_KIND_SCANNER, "serial" },
	{ "its interface in another of theirs", { .vendor = 0x0c2e, .product = 0x0a10, .count = 1, .settings = { { .class_code = 0xff, .interrupt_in = { 0x82, 64 } } } }, USB_KIND_NONE, "" },
	{ "its interface in another's", { .vendor = 0x1234, .product = 0x6001, .count = 1, .settings = { CONVERTER } }, USB_KIND_NONE, "" },
	{ "its number with another interface", { .vendor = 0x0403, .product = 0x6015, .count = 1, .settings = { REPORTS } }, USB_KIND_SCANNER, "hid_pos keyboard" },
	{ "half a line", { .count = 1, .settings = { LINE_CONTROL } }, USB_KIND_NONE, "" },
	{ "a printer", { .count = 1, .settings = { PRINTER } }, USB_KIND_PRINTER, "" },
	{ "a printer with keys", { .count = 2, .settings = { PRINTER, REPORTS } }, USB_KIND_PRINTER, "" },
};
/* clang-format on */

static bool has_word(const char *words, const char *word)
{
	const char *at = strstr(words, word);
	size_t len = strlen(word);

	return at && (at == words || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' ');
}

static void test_what_a_device_may_be_follows_from_its_descriptors(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char protocols[USB_PROTOCOLS_MAX + 1];

		check_row(rows[i].name);
		check_int(usb_kind_of(&rows[i].descriptors), rows[i].kind);
		usb_protocols_text(&rows[i].descriptors, protocols);
		check_str(protocols, rows[i].protocols);
	}
	check_row(NULL);
}

/* What is told is what is used. */
static void test_a_protocol_that_does_not_fit_has_no_interface(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t n = 0; scanner_driver_at(n); n++) {
			const char *name = scanner_driver_at(n)->name;
			struct usb_setting setting;
			size_t at = 0;

			check_row(rows[i].name);
			if (rows[i].kind == USB_KIND_SCANNER)
				check_int(usb_next_scanner(
						  &rows[i].descriptors, name, 0, &at, &setting),
					has_word(rows[i].protocols, name));
		}
	}
	check_row(NULL);
}

static void test_every_driver_is_reached_somehow(void)
{
	static const struct usb_descriptors all[] = {
		{ .count = 3, .settings = { LINE_CONTROL, LINE_DATA, REPORTS } },
		{ .vendor = 0x05e0, .product = 0x0600, .count = 1, .settings = { REPORTS } },
		{ .vendor = 0x05e0, .product = 0x1900, .count = 1, .settings = { REPORTS } },
	};

	for (size_t n = 0; scanner_driver_at(n); n++) {
		const char *name = scanner_driver_at(n)->name;
		unsigned found = 0;

		check_row(name);
		for (size_t i = 0; i < ARRAY_LEN(all); i++) {
			struct usb_setting setting;
			size_t at = 0;

			found += usb_next_scanner(&all[i], name, 0, &at, &setting);
		}
		check_int(found, 1);
	}
	check_row(NULL);
	struct usb_setting setting;
	size_t at = 0;

	check(!usb_next_scanner(&all[0], "plain", 0, &at, &setting));
}

static void test_kinds_have_words(void)
{
	check_str(usb_kind_word(USB_KIND_SCANNER), "scanner");
	check_str(usb_kind_word(USB_KIND_PRINTER), "printer");
	check_str(usb_kind_word(USB_KIND_NONE), "");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_what_a_device_may_be_follows_from_its_descriptors),
		CHECK_TEST(test_a_protocol_that_does_not_fit_has_no_interface),
		CHECK_TEST(test_every_driver_is_reached_somehow),
		CHECK_TEST(test_kinds_have_words),
	};

	return check_run("daemon/bench/usb/protocol", tests, ARRAY_LEN(tests));
}
