/* Names in the letters of passports. The examples of ICAO Doc 9303-3 are marked so. */
#include "printers/page/latin.h"

#include <glib.h>

#include "tests/check.h"

/* clang-format off */
static const struct {
	const char *name, *text, *latin; /* latin NULL: there is no table */
} rows[] = {
	{ "plain", "Okafor", "OKAFOR" },
	{ "blank, hyphen, apostrophe", "Mary-Jane O'Neil", "MARY-JANE O'NEIL" },
	{ "typed apostrophe and hyphen", "O\xe2\x80\x99Neil\xe2\x80\x91" "Fox", "O'NEIL-FOX" },
	{ "table A", "Ångström Łukasiewicz Þórr Æsir", "AANGSTROEM LUKASIEWICZ THORR AESIR" },
	{ "first of several", "Müller Ñuñez", "MUELLER NUNEZ" },
	{ "sharp s, dotless i", "Weiß Işık", "WEISS ISIK" },
	{ "letters that the table lacks", "Nguyễn Thị Ơ Ư", "NGUYEN THI O U" },
	{ "comma below", "Ștefan Țurcanu", "STEFAN TURCANU" },
	{ "mark that does not compose", "Q\xcc\x83", "Q" },
	{ "table B", "Щербаков Хрущёв", "SHCHERBAKOV KHRUSHCHEV" },
	{ "Cyrillic capitals and small", "ЮЛИЯ юлия", "IULIIA IULIIA" },
	{ "hard and soft sign", "Подъячев Ольга", "PODIEIACHEV OLGA" },
	{ "Ukrainian, Serbian", "Їжакевич Ђорђевић", "IZHAKEVICH DORDEVIC" },
	{ "table C, ICAO's own example", "ابو بكر محمد بن زكريا الرازي", "ABW BKR MXHMD BN ZKRYA ALRAZY" },
	{ "vowels are not encoded", "مُحَمَد", "MXHMD" },
	{ "shadda doubles", "محمّد", "MXHMMD" },
	{ "shadda behind a vowel", "محمَّد", "MXHMMD" },
	{ "shadda on nothing", "ّ", "" },
	{ "ta marbuta at the end", "فاطمة", "FAXTTMXAH" },
	{ "ta marbuta at the end of a part", "فاطمة محمد", "FAXTTMXAH MXHMD" },
	{ "ta marbuta in the middle", "امةالله", "AMXTAALLH" },
	{ "ta marbuta with a vowel behind it", "فاطمةُ", "FAXTTMXAH" },
	{ "tatweel", "محـــمد", "MXHMD" },
	{ "Urdu", "شاہ", "XSHAXXG" },
	{ "Persian with a joiner", "می\xe2\x80\x8cرضایی", "MXYARXDZAXYAXYA" },
	{ "presentation form", "\xef\xba\x8d", "A" },
	{ "not encoded in table C", "ڜ", NULL },
	{ "Han", "王", NULL },
	{ "Hangul", "김", NULL },
	{ "Thai", "ท", NULL },
	{ "Hebrew", "כהן", NULL },
	{ "Greek", "Παπα", NULL },
	{ "one of many", "Grace 王", NULL },
};
/* clang-format on */

static void test_latin_spells_as_passports_do(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF out = { 0 };
		char *normal = g_utf8_normalize(rows[i].text, -1, G_NORMALIZE_NFC);

		check_row(rows[i].name);
		check_int(page_latin_spell(normal, &out), rows[i].latin != NULL);
		if (rows[i].latin)
			check_str(buf_str(&out), rows[i].latin);
		g_free(normal);
	}
}

static bool is_normal(const char *text)
{
	char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
	const bool same = strcmp(normal, text) == 0;

	g_free(normal);
	return same;
}

/* Whatever there is a form for is A to Z, or what stood there already in ASCII; both cases alike.
 */
static void test_latin_gives_capitals_only(void)
{
	size_t spelled = 0;

	for (gunichar c = 0x20; c < 0x3000; c++) {
		AUTO_BUF out = { 0 }, small = { 0 };
		char text[8] = { 0 };

		(void)g_unichar_to_utf8(c, text);
		if (!g_unichar_isalpha(c) || !is_normal(text) || !page_latin_spell(text, &out))
			continue;
		check_row(text);
		spelled++;
		for (size_t i = 0; i < out.len; i++)
			check((out.data[i] >= 'A' && out.data[i] <= 'Z') || out.data[i] == '\'');
		memset(text, 0, sizeof(text));
		(void)g_unichar_to_utf8(g_unichar_tolower(c), text);
		if (check(page_latin_spell(text, &small)))
			check_str(buf_str(&small), buf_str(&out));
	}
	check(spelled > 700); /* 104 of table A, twice; 46 of B; 62 of C; 676 made of a letter */
}

static void test_latin_adds_to_what_is_there(void)
{
	AUTO_BUF out = { 0 };

	buf_add_str(&out, "x");
	check(page_latin_spell("\xd9\x91ب\xd9\x91", &out)); /* shadda, beh, shadda */
	check_str(buf_str(&out), "xBB");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_latin_spells_as_passports_do),
		CHECK_TEST(test_latin_gives_capitals_only),
		CHECK_TEST(test_latin_adds_to_what_is_there),
	};

	return check_run("printers/page/latin", tests, ARRAY_LEN(tests));
}
