/* AIM identifiers by table. */
#include "scanners/symbology.h"

/*
 * Rows with a modifier stand before the row of their letter without one.
 * Source: ISO/IEC 15424 as implemented by zxing-cpp and NielsLeenheer/BarcodeParser, which agree.
 */
/* clang-format off */
static const struct {
	char letter;
	char modifier; /* 0: any other */
	const char *name;
} symbologies[] = {
	{ 'A', 0,   "Code 39" },
	{ 'C', '1', "GS1-128" },
	{ 'C', 0,   "Code 128" },
	{ 'd', '2', "GS1 Data Matrix" },
	{ 'd', 0,   "Data Matrix" },
	{ 'E', 0,   "EAN/UPC" },
	{ 'e', 0,   "GS1 DataBar" },
	{ 'F', 0,   "Codabar" },
	{ 'G', 0,   "Code 93" },
	{ 'I', 0,   "Interleaved 2 of 5" },
	{ 'J', '1', "GS1 DotCode" },
	{ 'J', 0,   "DotCode" },
	{ 'L', 0,   "PDF417" },
	{ 'Q', '3', "GS1 QR Code" },
	{ 'Q', 0,   "QR Code" },
	{ 'X', 0,   "other bar code" },
	{ 'z', 0,   "Aztec" },
};
/* clang-format on */

static bool is_modifier(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

const char *symbology_name(const char *aim)
{
	if (strlen(aim) != 3 || aim[0] != ']' || !is_modifier(aim[2]))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(symbologies); i++) {
		if (symbologies[i].letter != aim[1])
			continue;
		if (symbologies[i].modifier == 0 || symbologies[i].modifier == aim[2])
			return symbologies[i].name;
	}
	return NULL;
}
