/* A name in the letters A to Z. */
#include "printers/page/latin.h"

#include <glib.h>

struct letter {
	gunichar letter; /* a capital, where there are capitals */
	const char *latin;
};

/* clang-format off */
/* Table A: Latin national characters. */
static const struct letter latin[] = {
	{ 0x00c0, "A" }, { 0x00c1, "A" }, { 0x00c2, "A" }, { 0x00c3, "A" }, { 0x00c4, "AE" },
	{ 0x00c5, "AA" }, { 0x00c6, "AE" }, { 0x00c7, "C" }, { 0x00c8, "E" }, { 0x00c9, "E" },
	{ 0x00ca, "E" }, { 0x00cb, "E" }, { 0x00cc, "I" }, { 0x00cd, "I" }, { 0x00ce, "I" },
	{ 0x00cf, "I" }, { 0x00d0, "D" }, { 0x00d1, "N" }, { 0x00d2, "O" }, { 0x00d3, "O" },
	{ 0x00d4, "O" }, { 0x00d5, "O" }, { 0x00d6, "OE" }, { 0x00d8, "OE" }, { 0x00d9, "U" },
	{ 0x00da, "U" }, { 0x00db, "U" }, { 0x00dc, "UE" }, { 0x00dd, "Y" }, { 0x00de, "TH" },
	{ 0x00df, "SS" }, { 0x0100, "A" }, { 0x0102, "A" }, { 0x0104, "A" }, { 0x0106, "C" },
	{ 0x0108, "C" }, { 0x010a, "C" }, { 0x010c, "C" }, { 0x010e, "D" }, { 0x0110, "D" },
	{ 0x0112, "E" }, { 0x0114, "E" }, { 0x0116, "E" }, { 0x0118, "E" }, { 0x011a, "E" },
	{ 0x011c, "G" }, { 0x011e, "G" }, { 0x0120, "G" }, { 0x0122, "G" }, { 0x0124, "H" },
	{ 0x0126, "H" }, { 0x0128, "I" }, { 0x012a, "I" }, { 0x012c, "I" }, { 0x012e, "I" },
	{ 0x0130, "I" }, { 0x0132, "IJ" }, { 0x0134, "J" }, { 0x0136, "K" }, { 0x0139, "L" },
	{ 0x013b, "L" }, { 0x013d, "L" }, { 0x013f, "L" }, { 0x0141, "L" }, { 0x0143, "N" },
	{ 0x0145, "N" }, { 0x0147, "N" }, { 0x014a, "N" }, { 0x014c, "O" }, { 0x014e, "O" },
	{ 0x0150, "O" }, { 0x0152, "OE" }, { 0x0154, "R" }, { 0x0156, "R" }, { 0x0158, "R" },
	{ 0x015a, "S" }, { 0x015c, "S" }, { 0x015e, "S" }, { 0x0160, "S" }, { 0x0162, "T" },
	{ 0x0164, "T" }, { 0x0166, "T" }, { 0x0168, "U" }, { 0x016a, "U" }, { 0x016c, "U" },
	{ 0x016e, "U" }, { 0x0170, "U" }, { 0x0172, "U" }, { 0x0174, "W" }, { 0x0176, "Y" },
	{ 0x0178, "Y" }, { 0x0179, "Z" }, { 0x017b, "Z" }, { 0x017d, "Z" }, { 0x1e9e, "SS" },
};

/* Table B: Cyrillic. U+042C: see latin.h. */
static const struct letter cyrillic[] = {
	{ 0x0401, "E" }, { 0x0402, "D" }, { 0x0403, "G" }, { 0x0404, "IE" }, { 0x0405, "DZ" },
	{ 0x0406, "I" }, { 0x0407, "I" }, { 0x0408, "J" }, { 0x0409, "LJ" }, { 0x040a, "NJ" },
	{ 0x040b, "C" }, { 0x040c, "K" }, { 0x040e, "U" }, { 0x040f, "DZ" }, { 0x0410, "A" },
	{ 0x0411, "B" }, { 0x0412, "V" }, { 0x0413, "G" }, { 0x0414, "D" }, { 0x0415, "E" },
	{ 0x0416, "ZH" }, { 0x0417, "Z" }, { 0x0418, "I" }, { 0x0419, "I" }, { 0x041a, "K" },
	{ 0x041b, "L" }, { 0x041c, "M" }, { 0x041d, "N" }, { 0x041e, "O" }, { 0x041f, "P" },
	{ 0x0420, "R" }, { 0x0421, "S" }, { 0x0422, "T" }, { 0x0423, "U" }, { 0x0424, "F" },
	{ 0x0425, "KH" }, { 0x0426, "TS" }, { 0x0427, "CH" }, { 0x0428, "SH" },
	{ 0x0429, "SHCH" }, { 0x042a, "IE" }, { 0x042b, "Y" }, { 0x042d, "E" }, { 0x042e, "IU" },
	{ 0x042f, "IA" }, { 0x046a, "U" }, { 0x0474, "Y" }, { 0x0490, "G" },
	{ 0x042c, "" },
};

/* Table C: Arabic, with Persian, Pashto and Urdu. X is before a letter that has no own in Latin. */
static const struct letter arabic[] = {
	{ 0x0621, "XE" }, { 0x0622, "XAA" }, { 0x0623, "XAE" }, { 0x0624, "U" }, { 0x0625, "I" },
	{ 0x0626, "XI" }, { 0x0627, "A" }, { 0x0628, "B" }, { 0x0629, "XTA" }, { 0x062a, "T" },
	{ 0x062b, "XTH" }, { 0x062c, "J" }, { 0x062d, "XH" }, { 0x062e, "XKH" }, { 0x062f, "D" },
	{ 0x0630, "XDH" }, { 0x0631, "R" }, { 0x0632, "Z" }, { 0x0633, "S" }, { 0x0634, "XSH" },
	{ 0x0635, "XSS" }, { 0x0636, "XDZ" }, { 0x0637, "XTT" }, { 0x0638, "XZZ" },
	{ 0x0639, "E" }, { 0x063a, "G" }, { 0x0641, "F" }, { 0x0642, "Q" }, { 0x0643, "K" },
	{ 0x0644, "L" }, { 0x0645, "M" }, { 0x0646, "N" }, { 0x0647, "H" }, { 0x0648, "W" },
	{ 0x0649, "XAY" }, { 0x064a, "Y" }, { 0x0671, "XXA" }, { 0x0679, "XXT" },
	{ 0x067c, "XRT" }, { 0x067e, "P" }, { 0x0681, "XKE" }, { 0x0685, "XXH" },
	{ 0x0686, "XC" }, { 0x0688, "XXD" }, { 0x0689, "XDR" }, { 0x0691, "XXR" },
	{ 0x0693, "XRR" }, { 0x0696, "XRX" }, { 0x0698, "XJ" }, { 0x069a, "XXS" },
	{ 0x06a9, "XKK" }, { 0x06ab, "XXK" }, { 0x06ad, "XNG" }, { 0x06af, "XGG" },
	{ 0x06ba, "XNN" }, { 0x06bc, "XXN" }, { 0x06be, "XDO" }, { 0x06c0, "XYH" },
	{ 0x06c1, "XXG" }, { 0x06c2, "XGE" }, { 0x06c3, "XTG" }, { 0x06cc, "XYA" },
	{ 0x06cd, "XXY" }, { 0x06d0, "Y" }, { 0x06d2, "XYB" }, { 0x06d3, "XBE" },
	{ 0x0640, "" }, /* tatweel, a line that makes a word longer */
};

/* Not ICAO's: as typed on other keyboards; the joiners of Arabic script are no letters. */
static const struct letter signs[] = {
	{ 0x02bb, "'" }, { 0x02bc, "'" }, { 0x2018, "'" }, { 0x2019, "'" }, { 0x2010, "-" }, { 0x2011, "-" },
	{ 0x2013, "-" }, { 0x05be, "-" }, { 0x200c, "" }, { 0x200d, "" },
};
/* clang-format on */

static const struct {
	const struct letter *letters;
	size_t count;
} tables[] = {
	{ latin, ARRAY_LEN(latin) },
	{ cyrillic, ARRAY_LEN(cyrillic) },
	{ arabic, ARRAY_LEN(arabic) },
	{ signs, ARRAY_LEN(signs) },
};

#define TA_MARBUTA 0x0629u
#define SHADDA 0x0651u
#define DECOMPOSED_MAX                                                            \
	18 /* of one character: U+FDFA is the longest (g_unichar_fully_decompose) \
	    */

static bool letter_find(gunichar letter, struct buf *out)
{
	const gunichar capital = g_unichar_toupper(letter);

	if (capital >= ' ' && capital < 0x7f) {
		buf_add_byte(out, (uint8_t)capital);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		for (size_t k = 0; k < tables[i].count; k++) {
			if (tables[i].letters[k].letter == capital) {
				buf_add_str(out, tables[i].letters[k].latin);
				return true;
			}
		}
	}
	return false;
}

static bool is_mark(gunichar c)
{
	return g_unichar_type(c) == G_UNICODE_NON_SPACING_MARK;
}

/* A letter that is not in a table: the letters it is made of, without its marks. */
static bool letter_take_apart(gunichar letter, struct buf *out)
{
	gunichar parts[DECOMPOSED_MAX];
	const size_t count = g_unichar_fully_decompose(letter, TRUE, parts, DECOMPOSED_MAX);

	if (count == 1 && parts[0] == letter)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (parts[i] == ' ' && g_unichar_isalpha(letter))
			return false; /* a mark that stands alone */
		if (!is_mark(parts[i]) && !letter_find(parts[i], out))
			return false;
	}
	return true;
}

/* Whether the part of a name ends here: only marks come before its end, a blank or a hyphen. */
static bool part_ends(const char *text)
{
	while (is_mark(g_utf8_get_char(text)))
		text = g_utf8_find_next_char(text, NULL);
	return *text == 0 || *text == ' ' || *text == '-';
}

/* What was added since `last` once more: a shadda stands behind the letter that it doubles. */
static void letter_double(struct buf *out, size_t last)
{
	AUTO_BUF twice = { 0 };

	if (out->len == last)
		return;
	buf_add_mem(&twice, out->data + last, out->len - last);
	buf_add(out, buf_bytes(&twice));
}

bool page_latin_spell(const char *text, struct buf *out)
{
	size_t last = out->len; /* where the letter before began */

	for (const char *at = text; *at; at = g_utf8_find_next_char(at, NULL)) {
		const gunichar c = g_utf8_get_char(at);
		const size_t begin = out->len;

		if (c == SHADDA)
			letter_double(out, last);
		if (is_mark(c))
			continue;
		if (c == TA_MARBUTA && part_ends(g_utf8_find_next_char(at, NULL)))
			buf_add_str(out, "XAH");
		else if (!letter_find(c, out) && !letter_take_apart(c, out))
			return false;
		last = begin;
	}
	return true;
}
