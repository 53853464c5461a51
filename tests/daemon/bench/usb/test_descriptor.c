/* daemon/bench/usb/descriptor: interfaces out of raw descriptors, whatever their lengths say. */
#include "daemon/bench/usb/descriptor.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "tests/check.h"

/* clang-format off */
/* a Zebra GK420d's device descriptor; the configuration is that of the printer class examples */
#define PRINTER_DEVICE "12010002000000405f0a80000002010203" "01"
#define CONFIGURATION "0902300001010" "0c000"
#define ONE_WAY "0904000001070101" "00" "0705010200" "0200"
#define TWO_WAY "0904000102070102" "00" "0705010200" "0200" "0705820200" "0200"
#define IEEE1284_4 "0904000202070103" "00" "0705010200" "0200" "0705820200" "0200"
#define SCANNER_DEVICE "12010110000000402e0c6709040901020801"
#define SCANNER_INTERFACE "0904000002030000" "04" "0921100100012290" "00" "07058203400004" "07050703400001"
#define BOOT_KEYBOARD "0904000001030101" "00" "0921100100012241" "00" "0705810308000a"
#define MOUSE "0904000001030102" "00" "0921100100012234" "00" "0705810304000a"
/* clang-format on */

static bool parse(const char *hex, struct usb_descriptors *out, struct err *err)
{
	AUTO_BUF raw = { 0 };
	struct err hex_err = { 0 };

	check_ok(hex_decode(bytes_of_str(hex), &raw, &hex_err), &hex_err);
	/* in memory of its own length, for the sanitizer */
	AUTO(char_free) char *exact = malloc(raw.len + 1);

	if (raw.len > 0)
		memcpy(exact, raw.data, raw.len);
	return usb_descriptors_parse(bytes_of(exact, raw.len), out, err);
}

static struct usb_descriptors parsed(const char *hex)
{
	struct usb_descriptors descriptors = { 0 };
	struct err err = { 0 };

	check_ok(parse(hex, &descriptors, &err), &err);
	return descriptors;
}

static void test_the_two_way_setting_of_a_printer_is_chosen(void)
{
	struct usb_descriptors printer =
		parsed(PRINTER_DEVICE CONFIGURATION ONE_WAY TWO_WAY IEEE1284_4);
	struct usb_setting setting = { 0 };

	check_int(printer.vendor, 0x0a5f);
	check_int(printer.product, 0x0080);
	check_int(printer.count, 3);
	check(usb_find_printer(&printer, 1, &setting));
	check_int(setting.interface, 0);
	check_int(setting.alternate, 1);
	check_int(setting.bulk_out.address, 0x01);
	check_int(setting.bulk_in.address, 0x82);
	check_int(setting.bulk_in.packet_len, 512);
	check(usb_find_printer(&printer, 0, &setting));
	check(!usb_find_printer(&printer, 2, &setting));
}

static void test_a_one_way_printer_has_nothing_to_read_from(void)
{
	struct usb_descriptors printer = parsed(PRINTER_DEVICE CONFIGURATION ONE_WAY);
	struct usb_setting setting = { 0 };

	check(usb_find_printer(&printer, 1, &setting));
	check_int(setting.alternate, 0);
	check_int(setting.bulk_in.address, 0);
	/* an endpoint that its protocol does not have is not used */
	printer.settings[0].bulk_in = (struct usb_endpoint) { 0x82, 64 };
	check(usb_find_printer(&printer, 1, &setting));
	check_int(setting.bulk_in.address, 0);
}

static void test_a_printer_of_packets_only_is_none(void)
{
	struct usb_descriptors printer = parsed(PRINTER_DEVICE CONFIGURATION IEEE1284_4);
	struct usb_setting setting;

	check(!usb_find_printer(&printer, 1, &setting));
}

/* Source: tests/data/scanners/dev-honeywell-n5600-0c2e-0967-hidpos.txt */
static void test_a_scanner_has_its_endpoints_and_the_length_of_its_report_descriptor(void)
{
	struct usb_descriptors scanner = parsed(SCANNER_DEVICE CONFIGURATION SCANNER_INTERFACE);
	struct usb_setting setting = { 0 };
	size_t at = 0;

	check(usb_next_hid(&scanner, 1, &at, &setting));
	check_int(setting.report_len, 144);
	check_int(setting.interrupt_in.address, 0x82);
	check_int(setting.interrupt_in.packet_len, 64);
	check_int(setting.interrupt_out.address, 0x07);
	check(!usb_is_boot_keyboard(&setting));
	check(!usb_next_hid(&scanner, 1, &at, &setting));
}

static void test_hid_interfaces_come_one_after_the_other_but_mice(void)
{
	struct usb_descriptors descriptors =
		parsed(SCANNER_DEVICE CONFIGURATION MOUSE BOOT_KEYBOARD SCANNER_INTERFACE);
	struct usb_setting setting = { 0 };
	size_t at = 0;

	check_int(descriptors.count, 3);
	check(usb_next_hid(&descriptors, 1, &at, &setting));
	check(usb_is_boot_keyboard(&setting));
	check(usb_next_hid(&descriptors, 1, &at, &setting));
	check(!usb_is_boot_keyboard(&setting));
	check(!usb_next_hid(&descriptors, 1, &at, &setting));
	at = 0;
	check(!usb_next_hid(&descriptors, 2, &at, &setting));
}

/* As many devices have it; the interfaces 0 and 2 are one line, 1 and 3 another that is not told.
 */
#define LINE_DEVICE          \
	"12010002020000"     \
	"40e005011700010102" \
	"0301"
#define LINE_CONTROL       \
	"0904000001020201" \
	"00"               \
	"0524001001"       \
	"04240202"
#define LINE_UNION \
	"05240600" \
	"02"
#define LINE_NOTIFY "0705810308000a"
#define LINE_DATA    \
	"0904020002" \
	"0a000000"   \
	"0705020240" \
	"0000"       \
	"0705830240" \
	"0000"

static void test_a_serial_line_is_paired_by_its_union_and_not_by_numbers(void)
{
	struct usb_descriptors line =
		parsed(LINE_DEVICE CONFIGURATION LINE_CONTROL LINE_UNION LINE_NOTIFY LINE_DATA);
	struct usb_setting setting = { 0 };
	size_t at = 0;

	check(usb_next_line(&line, 1, &at, &setting));
	check_int(setting.interface, 2);
	check(setting.has_partner);
	check_int(setting.partner, 0);
	check_int(setting.bulk_in.address, 0x83);
	check_int(setting.bulk_out.address, 0x02);
	check_int(setting.bulk_in.packet_len, 64);
	check(!usb_next_line(&line, 1, &at, &setting));
	at = 0;
	check(!usb_next_line(&line, 2, &at, &setting));
}

/* clang-format off */
static const struct {
	const char *name;
	const char *hex;
} no_lines[] = {
	{ "no union", LINE_CONTROL LINE_NOTIFY LINE_DATA },
	{ "a union cut off", LINE_CONTROL "04240600" LINE_NOTIFY LINE_DATA },
	{ "a union of another interface", LINE_CONTROL "0524060102" LINE_NOTIFY LINE_DATA },
	{ "a union with what is not there", LINE_CONTROL "0524060009" LINE_NOTIFY LINE_DATA },
	{ "a union with itself", LINE_CONTROL "0524060000" "0705830240" "0000" "0705020240" "0000" },
	{ "the first of two unions counts", LINE_CONTROL "0524060009" LINE_UNION LINE_DATA },
	{ "a union of no line", "0904000001020601" "00" LINE_UNION LINE_NOTIFY LINE_DATA },
	{ "data of another class", LINE_CONTROL LINE_UNION "0904020002" "ff000000" "0705020240" "0000" "0705830240" "0000" },
	{ "data one way only", LINE_CONTROL LINE_UNION "0904020001" "0a000000" "0705830240" "0000" },
	{ "data in another configuration", LINE_CONTROL LINE_UNION "0902300001020" "0c000" LINE_DATA },
};
/* clang-format on */

static void test_what_is_no_whole_line_is_none(void)
{
	for (size_t i = 0; i < ARRAY_LEN(no_lines); i++) {
		struct usb_setting setting;
		AUTO_BUF hex = { 0 };
		size_t at = 0;

		check_row(no_lines[i].name);
		buf_addf(&hex, "%s%s%s", LINE_DEVICE, CONFIGURATION, no_lines[i].hex);
		struct usb_descriptors descriptors = parsed(buf_str(&hex));

		check(!usb_next_line(&descriptors, 0, &at, &setting));
	}
	check_row(NULL);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *hex;
} malformed[] = {
	{ "nothing", "" },
	{ "a length and no type", "12" },
	{ "no device descriptor", CONFIGURATION },
	{ "a length of 0", PRINTER_DEVICE "0004" },
	{ "a length of 1", PRINTER_DEVICE "0104" },
	{ "longer than what is there", PRINTER_DEVICE "0904000001" },
	{ "a device descriptor that is too short", "0801000200000040" },
};

static const struct {
	const char *name;
	const char *hex;
	size_t count;
} odd[] = {
	{ "endpoint before any interface", PRINTER_DEVICE CONFIGURATION "07050102000200", 0 },
	{ "endpoint without a length", PRINTER_DEVICE CONFIGURATION "0904000001070102" "00" "07050102000000", 1 },
	{ "endpoint of 1025 bytes", PRINTER_DEVICE CONFIGURATION "0904000001070102" "00" "07050102010400", 1 },
	{ "endpoint number 0", PRINTER_DEVICE CONFIGURATION "0904000001070102" "00" "07050002000200", 1 },
	{ "endpoint cut off", PRINTER_DEVICE CONFIGURATION "0904000001070102" "00" "04050102", 1 },
	{ "interface cut off", PRINTER_DEVICE CONFIGURATION "040400" "00" "07050102000200", 1 },
	{ "unknown descriptors between", PRINTER_DEVICE CONFIGURATION "05ff010203" "0904000001ff0102" "00", 1 },
	{ "HID that counts 255", SCANNER_DEVICE CONFIGURATION "0904000002030000" "00" "09211001" "00ff2290" "00", 1 },
	{ "report descriptor of 65535 bytes", SCANNER_DEVICE CONFIGURATION "0904000001030000" "00" "0921100100012" "2ffff" "07058203400004", 1 },
};
/* clang-format on */

static void test_lengths_that_make_no_sense_are_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
		struct usb_descriptors descriptors;
		struct err err = { 0 };

		check_row(malformed[i].name);
		check(!parse(malformed[i].hex, &descriptors, &err));
		check_err(&err, ERR_DEVICE_PROTOCOL, "malformed");
	}
}

static bool is_nothing(const struct usb_descriptors *descriptors)
{
	struct usb_setting setting;
	size_t hid = 0;
	size_t line = 0;

	return !usb_find_printer(descriptors, 0, &setting) &&
	       !usb_next_hid(descriptors, 0, &hid, &setting) &&
	       !usb_next_line(descriptors, 0, &line, &setting);
}

static void test_odd_descriptors_are_nothing_that_is_used(void)
{
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		check_row(odd[i].name);
		struct usb_descriptors descriptors = parsed(odd[i].hex);

		check_int(descriptors.count, odd[i].count);
		check(is_nothing(&descriptors));
	}
}

static void test_more_interfaces_than_there_is_room_for_are_left_out(void)
{
	AUTO_BUF hex = { 0 };

	buf_add_str(&hex, PRINTER_DEVICE CONFIGURATION);
	for (unsigned i = 0; i < USB_SETTINGS_MAX; i++)
		buf_add_str(&hex, MOUSE);
	buf_add_str(&hex, TWO_WAY);
	struct usb_descriptors descriptors = parsed(buf_str(&hex));

	check_int(descriptors.count, USB_SETTINGS_MAX);
	check(is_nothing(&descriptors));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_two_way_setting_of_a_printer_is_chosen),
		CHECK_TEST(test_a_one_way_printer_has_nothing_to_read_from),
		CHECK_TEST(test_a_printer_of_packets_only_is_none),
		CHECK_TEST(
			test_a_scanner_has_its_endpoints_and_the_length_of_its_report_descriptor),
		CHECK_TEST(test_hid_interfaces_come_one_after_the_other_but_mice),
		CHECK_TEST(test_a_serial_line_is_paired_by_its_union_and_not_by_numbers),
		CHECK_TEST(test_what_is_no_whole_line_is_none),
		CHECK_TEST(test_lengths_that_make_no_sense_are_refused),
		CHECK_TEST(test_odd_descriptors_are_nothing_that_is_used),
		CHECK_TEST(test_more_interfaces_than_there_is_room_for_are_left_out),
	};
	return check_run("daemon/bench/usb/descriptor", tests, ARRAY_LEN(tests));
}
