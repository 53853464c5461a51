/* daemon/hl7/charset: MSH-18 honoured, nothing guessed or dropped (HL-16). */
#include "daemon/hl7/charset.h"

#include "tests/check.h"

static void test_text_of_every_set_is_utf8(void)
{
	static const struct {
		const char *charset;
		const char *text;
		const char *utf8;
	} rows[] = {
		{ "", "SMITH", "SMITH" },
		{ "ASCII", "O'NEIL", "O'NEIL" },
		{ "UNICODE UTF-8", "M\xc3\x9cLLER \xe4\xb8\xad \xf0\x9f\xa9\xb8",
			"MÜLLER 中 🩸" },
		{ "UNICODE", "M\xc3\x9cLLER", "MÜLLER" },
		{ "UTF-8", "M\xc3\x9cLLER", "MÜLLER" },
		{ "8859/1", "M\xdcLLER", "MÜLLER" },
		{ "8859/2", "\xa3UKASZ", "ŁUKASZ" },
		{ "8859/3", "\xa6ILARIJO", "ĤILARIJO" },
		{ "8859/4", "K\xe5RLIS", "KåRLIS" },
		{ "8859/5", "\xb8\xd2\xd0\xdd", "Иван" },
		{ "8859/6", "\xe5", "م" },
		{ "8859/7", "\xcd\xdf\xea\xef\xf2", "Νίκος" },
		{ "8859/8", "\xe0", "א" },
		{ "8859/9", "\xdeule", "Şule" },
		{ "8859/15", "\xbcuvre", "Œuvre" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct hl7_charset *charset = hl7_charset_find(bytes_of_str(rows[i].charset));
		AUTO_BUF out = { 0 };
		size_t bad = 99;

		check_row(rows[i].charset);
		if (!check(charset != NULL))
			continue;
		check(hl7_charset_decode(charset, bytes_of_str(rows[i].text), &out, &bad));
		check_str(buf_str(&out), rows[i].utf8);
	}
}

static void test_bytes_that_do_not_fit_are_named(void)
{
	static const struct {
		const char *charset;
		const char *text;
		size_t bad;
	} rows[] = {
		{ "", "M\xc3\x9cLLER", 1 }, { "ASCII", "MULLER\xdc", 6 },
		{ "UNICODE UTF-8", "M\xdcLLER", 1 }, { "UNICODE UTF-8", "\xe4\xb8\xad\xe4\xb8", 3 },
		{ "UNICODE UTF-8", "ab\xc0\xaf", 2 }, { "UNICODE UTF-8", "\xed\xa0\x80", 0 },
		{ "8859/1", "O\x92NEIL", 1 }, /* an apostrophe of Windows-1252 */
		{ "8859/6", "ab\xa1", 2 },    /* not assigned */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct hl7_charset *charset = hl7_charset_find(bytes_of_str(rows[i].charset));
		AUTO_BUF out = { 0 };
		size_t bad = 99;

		check_row(rows[i].text);
		if (!check(charset != NULL))
			continue;
		check(!hl7_charset_decode(charset, bytes_of_str(rows[i].text), &out, &bad));
		check_int(bad, rows[i].bad);
	}
}

static void test_sets_that_are_not_read_are_not_found(void)
{
	static const char *const names[] = { "ISO IR87", "GB 18030-2000", "UNICODE UTF-16",
		"8859/16", "ascii", " ASCII", "WINDOWS-1252", "8859/1\n" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		check_row(names[i]);
		check(!hl7_charset_find(bytes_of_str(names[i])));
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_text_of_every_set_is_utf8),
		CHECK_TEST(test_bytes_that_do_not_fit_are_named),
		CHECK_TEST(test_sets_that_are_not_read_are_not_found),
	};

	return check_run("hl7/charset", tests, ARRAY_LEN(tests));
}
