/* daemon/bench/usb/language: what is suggested for the printers whose words are known. */
#include "daemon/bench/usb/language.h"

#include "daemon/base/str.h"
#include "printers/lang/driver.h"
#include "tests/check.h"

/* Device ids as seen: Zebra SGD guide, logs of CUPS, michaelrsweet/lprint and /pappl, LPrint's
 * table. */
/* clang-format off */
static const struct {
	uint16_t vendor, product;
	const char *maker, *model, *id_1284;
	const char *language;
} rows[] = {
	{ 0x0a5f, 0x0166, "Zebra Technologies", "ZTC ZD421-203dpi ZPL", "", "zpl" },
	{ 0x0a5f, 0x0080, "Zebra Technologies", "ZTC GK420d", "", "zpl" },
	{ 0x0a5f, 0x0062, "", "", "MANUFACTURER:Zebra Technologies ;COMMAND SET:EPL;MODEL:ZTC GK420d;", "epl2" },
	{ 0x0a5f, 0x0001, "", "", "MFG:Zebra Technologies;CMD:EPL,ZPL;MDL:ZP 505;", "zpl" },
	{ 0x0a5f, 0x0009, "", "", "", "epl2" },
	{ 0x0a5f, 0x000a, "Zebra", "LP2844", "MFG:Zebra ;CMD:None;MDL:LP2844 ;", "epl2" },
	{ 0x0a5f, 0x000b, "Zebra", "TLP 2844-Z", "", "zpl" },
	{ 0x0a5f, 0x000c, "Zebra", "LP 2824 Plus", "", "zpl" },
	{ 0x0a5f, 0x000d, "Zebra", "LP 2824", "", "epl2" },
	{ 0x0a5f, 0x000e, "Zebra", "LP 2824-Z", "", "zpl" },
	{ 0x04f9, 0x209d, "Brother", "QL-820NWB", "", "brother" },
	{ 0x04f9, 0x2042, "Brother", "QL-700", "", "brother" },
	{ 0x04f9, 0x20a7, "", "", "MFG:Brother;CMD:PT-CBP;MDL:QL-1100;CLS:PRINTER;CID:Brother QL Type1;", "brother-wide" },
	{ 0x04f9, 0x2000, "Brother", "QL-1060N", "", "brother-wide" },
	{ 0x04f9, 0x2061, "", "", "MFG:Brother;CMD:PT-CBP;MDL:PT-P700;CLS:PRINTER;", "" },
	{ 0x0922, 0x0020, "", "", "", "dymo" },
	{ 0x0922, 0x0021, "DYMO", "LabelWriter 450 Turbo", "", "dymo" },
	{ 0x0922, 0x0018, "DYMO", "LabelWriter Twin Turbo", "", "dymo" },
	{ 0x0922, 0x0019, "", "", "MFG:DYMO;CMD: ;MDL:LabelWriter 400;CLASS:PRINTER;", "dymo" },
	{ 0x0922, 0x001f, "DYMO", "LabelWriter 4XL", "", "none" },
	{ 0x0922, 0x0028, "", "", "", "none" },
	{ 0x0922, 0x0029, "DYMO", "LabelWriter 550 Turbo", "", "none" },
	{ 0x0922, 0x002a, "DYMO", "LabelWriter 5XL", "", "none" },
	{ 0x0922, 0x0099, "DYMO", "LabelWriter Wireless", "", "" },
	{ 0x1203, 0x0001, "TSC", "DA210", "", "tspl" },
	{ 0x2d37, 0x0001, "", "", "MFG: ;CMD:XPP,XL;MDL:PM-241-BT;CLS:PRINTER;DES:PM-241-BT;", "tspl" },
	{ 0x2d37, 0x0002, "", "", "MFG:VEVOR ;CMD: ;MODEL:Y428BT;DES:LabelPrinter;", "tspl" },
	{ 0x2d37, 0x0003, "markLife", "X4", "", "tspl" },
	{ 0x2d37, 0x0004, "", "PM-241-BT", "", "tspl" },
	{ 0x2d37, 0x0005, "", "", "MFG:4BARCODE;CMD:CEZD;MDL:4B-2054A;", "zpl" },
	{ 0x2d37, 0x0006, "", "", "MFG:HP ;CMD:Bixolon_01;MODEL:KE103;", "zpl" },
	{ 0x2d37, 0x0007, "", "", "MFG:X;CMD:TSPL;MDL:Y;", "tspl" },
	{ 0x2d37, 0x0008, "", "", "MFG:X;CMD:ZPL;MDL:Y;", "zpl" },
	{ 0x2d37, 0x0009, "", "", "MFG:X;CMD:EPL2;MDL:Y;", "epl2" },
	{ 0x067e, 0x0001, "Intermec", "PC43d", "", "" },
	{ 0x04b8, 0x0005, "EPSON", "Stylus", "MFG:EPSON;CMD:ESCPL2,BDC;MDL:Stylus;", "" },
	{ 0x0000, 0x0000, "", "", "", "" },
};
/* clang-format on */

static void found_of(size_t row, enum usb_kind kind, struct usb_found *out)
{
	*out = (struct usb_found) {
		.kind = kind,
		.descriptors = { .vendor = rows[row].vendor, .product = rows[row].product },
	};
	check(str_copy(out->maker, sizeof(out->maker), rows[row].maker));
	check(str_copy(out->model, sizeof(out->model), rows[row].model));
	check(str_copy(out->id_1284, sizeof(out->id_1284), rows[row].id_1284));
}

static void test_a_printer_is_known_by_its_words(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct usb_found found;
		const char *why = "?";

		check_row(rows[i].model[0] ? rows[i].model : rows[i].id_1284);
		found_of(i, USB_KIND_PRINTER, &found);
		const char *language = usb_language_of(&found, &why);

		check_str(language, rows[i].language);
		if (str_equal(language, USB_LANGUAGE_NONE))
			check_contains(why, "a LabelWriter ");
		else
			check_str(why, "");
	}
}

static void test_what_is_suggested_is_spoken_here(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *language = rows[i].language;

		check_row(language);
		check(!*language || str_equal(language, USB_LANGUAGE_NONE) ||
			printer_driver_find(language));
	}
}

static void test_a_scanner_speaks_no_printer_language(void)
{
	struct usb_found found;
	const char *why = "?";

	found_of(0, USB_KIND_SCANNER, &found);
	check_str(usb_language_of(&found, &why), "");
	check_str(why, "");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_printer_is_known_by_its_words),
		CHECK_TEST(test_what_is_suggested_is_spoken_here),
		CHECK_TEST(test_a_scanner_speaks_no_printer_language),
	};
	return check_run("bench/usb/language", tests, ARRAY_LEN(tests));
}
