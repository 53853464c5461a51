/* The table of languages. */
#include "daemon/bench/usb/language.h"

#include "daemon/base/buf.h"

#define ANY 0xffffu

#define DYMO_5XX                                                                                  \
	"a LabelWriter 5xx takes only rolls with a chip and speaks a protocol of its own, which " \
	"is not spoken here"
#define DYMO_4XL "a LabelWriter 4XL has a wider head, whose labels are not made here"

/*
 * The first row that fits counts. words stand anywhere in maker, model or device id, in any case.
 *
 * "PWG": device ids as in IEEE 1284-2000, annex A: COMMAND SET or CMD names the languages.
 */
/* clang-format off */
static const struct {
	uint16_t vendor;
	uint16_t product;
	const char *words; /* "": none are needed */
	const char *language;
	const char *why;
	const char *source;
} rows[] = {
	{ 0x0922, 0x0028, "",              "none",  DYMO_5XX, "LabelWriter 550; usb.ids" },
	{ 0x0922, 0x002a, "",              "none",  DYMO_5XX, "LabelWriter 5XL; usb.ids" },
	{ 0x0922, ANY,    "LabelWriter 5", "none",  DYMO_5XX, "LabelWriter 550 Series Technical Reference" },
	{ 0x0922, ANY,    "4XL",           "none",  DYMO_4XL, "printers/lang/dymo/encode.h" },
	{ 0x0922, ANY,    "LabelWriter 4", "dymo",  "", "LabelWriter 400 Series Technical Reference; MDL:LabelWriter 450, michaelrsweet/pappl#396" },
	{ 0x0922, ANY,    "Twin Turbo",    "dymo",  "", "the 400 and 450 only; michaelrsweet/pappl#396" },
	{ 0x0922, 0x0020, "",              "dymo",  "", "LabelWriter 450; usb.ids" },
	{ 0x0922, 0x0021, "",              "dymo",  "", "LabelWriter 450 Turbo; usb.ids" },
	{ 0x04f9, ANY,    "QL-1",          "brother-wide", "", "QL-1050 to QL-1115NWB; pklaus/brother_ql, models.py" },
	{ 0x04f9, ANY,    "QL-",           "brother", "", "QL-500 to QL-820NWB; the same" },
	{ 0x0a5f, ANY,    "ZPL",           "zpl",   "", "MODEL:ZTC ZT411-300dpi ZPL, also CMD:EPL,ZPL; Zebra SGD guide, usb.device.device_id_string" },
	{ 0x0a5f, ANY,    "2844-Z",        "zpl",   "", "the Z models of the EPL printers speak ZPL; assumed until seen" },
	{ 0x0a5f, ANY,    "2824-Z",        "zpl",   "", "the same" },
	{ 0x0a5f, ANY,    "2824 Plus",     "zpl",   "", "both languages; assumed until seen" },
	{ 0x0a5f, ANY,    "2844",          "epl2",  "", "LP2844, its CMD is None; log of CUPS" },
	{ 0x0a5f, ANY,    "2824",          "epl2",  "", "of the same series; assumed until seen" },
	{ 0x0a5f, ANY,    "EPL",           "epl2",  "", "PWG, and no ZPL beside it" },
	{ 0x0a5f, 0x0009, "",              "epl2",  "", "LP2844; usb.ids" },
	{ 0x0a5f, ANY,    "",              "zpl",   "", "ZTC GX420d and its like name no language; LPrint's table" },
	{ 0x1203, ANY,    "",              "tspl",  "", "TSC; MFG:TSC, michaelrsweet/lprint#219" },
	{ ANY,    ANY,    "CMD:CEZD",      "zpl",   "", "4BARCODE; LPrint's table" },
	{ ANY,    ANY,    "CMD:Bixolon_01", "zpl",  "", "HP KE103; LPrint's table" },
	{ ANY,    ANY,    "CMD:XPP,XL",    "tspl",  "", "clones: MARKLIFE X4, PM-241-BT; michaelrsweet/lprint#206, #213" },
	{ ANY,    ANY,    "VEVOR",         "tspl",  "", "Y428BT, its CMD is blank; LPrint's table" },
	{ ANY,    ANY,    "MARKLIFE",      "tspl",  "", "as above, where the device id is not known" },
	{ ANY,    ANY,    "PM-241",        "tspl",  "", "as above" },
	{ ANY,    ANY,    "TSPL",          "tspl",  "", "PWG" },
	{ ANY,    ANY,    "ZPL",           "zpl",   "", "PWG" },
	{ ANY,    ANY,    "EPL2",          "epl2",  "", "PWG" },
};
/* clang-format on */

const char *usb_language_of(const struct usb_found *found, const char **out_why)
{
	AUTO_BUF text = { 0 };

	buf_addf(&text, "%s\n%s\n%s", found->maker, found->model, found->id_1284);
	*out_why = "";
	for (size_t i = 0; found->kind == USB_KIND_PRINTER && i < ARRAY_LEN(rows); i++) {
		bool is_vendor =
			rows[i].vendor == ANY || rows[i].vendor == found->descriptors.vendor;
		bool is_product =
			rows[i].product == ANY || rows[i].product == found->descriptors.product;

		if (!is_vendor || !is_product || !strcasestr(buf_str(&text), rows[i].words))
			continue;
		*out_why = rows[i].why;
		return rows[i].language;
	}
	return "";
}
