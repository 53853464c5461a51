/* daemon/base/str: vectors of RFC 4648 and RFC 3629, limits of numbers. */
#include "daemon/base/str.h"

#include <stdlib.h>

#include "tests/check.h"

static void test_small_helpers(void)
{
	char out[4];

	check(str_equal("a", "a") && !str_equal("a", "b") && !str_equal("a", NULL) &&
		!str_equal(NULL, "a"));
	check(str_equal(NULL, NULL));
	check(str_has_prefix("abc", "ab") && str_has_prefix("abc", "") && str_has_prefix("", ""));
	check(!str_has_prefix("ab", "abc") && !str_has_prefix("xab", "ab"));
	check(str_copy(out, sizeof(out), "abc"));
	check_str(out, "abc");
	check(!str_copy(out, sizeof(out), "abcd"));
	check_str(out, "abc");
	check(str_copy(out, sizeof(out), ""));
	check_str(out, "");
}

static void test_character_classes_are_ascii_only(void)
{
	for (unsigned c = 0; c < 256; c++) {
		check_int(char_is_digit(c), c >= 48 && c <= 57);
		check_int(char_is_upper(c), c >= 65 && c <= 90);
		check_int(char_is_printable(c), c >= 32 && c <= 126);
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *at = c ? strchr(digits, (int)c) : NULL;

		check_int(hex_digit((uint8_t)c), at ? (at - digits) % 16 : -1);
	}
}

static void test_hexadecimal_there_and_back(void)
{
	AUTO_BUF text = { 0 };
	AUTO_BUF back = { 0 };
	uint8_t all[256];

	for (unsigned i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	hex_encode(bytes_of(all, sizeof(all)), &text);
	check_int(text.len, 512);
	check(str_has_prefix(buf_str(&text), "000102030405060708090a0b0c0d0e0f10"));
	check(hex_decode(buf_bytes(&text), &back, NULL));
	check_bytes(buf_bytes(&back), bytes_of(all, sizeof(all)));
	buf_reset(&back);
	check(hex_decode(bytes_of_str("FfFE"), &back, NULL));
	check_bytes(buf_bytes(&back), bytes_of("\xff\xfe", 2));
	check(hex_decode(bytes_of(NULL, 0), &back, NULL));
	check_int(back.len, 2);
}

static void test_wrong_hexadecimal_adds_nothing(void)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = { { "0", "odd length" }, { "0g", "position 2" }, { "00 1", "position 3" },
		{ "0x12", "position 2" } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(rows[i].text);
		buf_add_str(&out, "before");
		check(!hex_decode(bytes_of_str(rows[i].text), &out, &err));
		check_err(&err, ERR_INVALID, rows[i].why);
		check_str(buf_str(&out), "before");
	}
}

/* Source: RFC 4648 section 10. */
static void test_base64_vectors(void)
{
	static const struct {
		const char *bytes;
		const char *text;
	} rows[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF text = { 0 };
		AUTO_BUF back = { 0 };

		check_row(rows[i].text);
		base64_encode(bytes_of_str(rows[i].bytes), &text);
		check_str(buf_str(&text), rows[i].text);
		check(base64_decode(bytes_of_str(rows[i].text), &back, NULL));
		check_str(buf_str(&back), rows[i].bytes);
	}
}

static void test_base64_of_every_byte_and_length(void)
{
	uint8_t all[256];

	for (unsigned i = 0; i < 256; i++)
		all[i] = (uint8_t)(i * 167 + 13);
	for (size_t len = 0; len <= sizeof(all); len++) {
		AUTO_BUF text = { 0 };
		AUTO_BUF back = { 0 };

		base64_encode(bytes_of(all, len), &text);
		check_int(text.len, (len + 2) / 3 * 4);
		check(base64_decode(buf_bytes(&text), &back, NULL));
		check_bytes(buf_bytes(&back), bytes_of(all, len));
	}
}

static void test_wrong_base64_adds_nothing(void)
{
	static const char *const rows[] = {
		"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "=Zg=", "Zg=a",
		"Zg==Zg==", "Zm9v====", "Zm9vZm=9", "Zm 9", "Zm9v\n", "Zm9_", "Zm9-",
		"Zm9v\xff\xff\xff\xff",
		"Zh==", /* the same byte as Zg==, with a bit that does not count */
		"Zm9=", /* as Zm8= */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(rows[i]);
		buf_add_str(&out, "before");
		check(!base64_decode(bytes_of_str(rows[i]), &out, &err));
		check_err(&err, ERR_INVALID, "base64");
		check_str(buf_str(&out), "before");
	}
}

static void test_base64_has_one_spelling_only(void)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned good[2] = { 0 };

	for (size_t a = 0; a < 64; a++) {
		char two[] = { 'A', digits[a], '=', '=', 0 };
		char one[] = { 'A', 'A', digits[a], '=', 0 };
		AUTO_BUF out = { 0 };

		good[0] += base64_decode(bytes_of_str(two), &out, NULL);
		good[1] += base64_decode(bytes_of_str(one), &out, NULL);
	}
	check_int(good[0], 4);  /* 2 of 6 bits count */
	check_int(good[1], 16); /* 4 of 6 */
}

static void test_whole_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t min;
		uint64_t max;
		bool ok;
		uint64_t value;
		const char *why;
	} rows[] = {
		{ "0", 0, 10, true, 0, "" },
		{ "010", 0, 10, true, 10, "" },
		{ "11", 0, 10, false, 0, "from 0 to 10" },
		{ "4", 5, 10, false, 0, "from 5 to 10" },
		{ "", 0, 10, false, 0, "missing" },
		{ "-1", 0, 10, false, 0, "whole number" },
		{ "+1", 0, 10, false, 0, "whole number" },
		{ " 1", 0, 10, false, 0, "whole number" },
		{ "1 ", 0, 10, false, 0, "whole number" },
		{ "1.0", 0, 10, false, 0, "whole number" },
		{ "0x1", 0, 10, false, 0, "whole number" },
		{ "18446744073709551615", 0, UINT64_MAX, true, UINT64_MAX, "" },
		{ "18446744073709551616", 0, UINT64_MAX, false, 0, "too large" },
		{ "18446744073709551620", 0, UINT64_MAX, false, 0, "too large" },
		{ "99999999999999999999999", 0, UINT64_MAX, false, 0, "too large" },
		{ "0000000000000000000000000000001", 0, 10, true, 1, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t value = 4711;
		struct err err = { 0 };

		check_row(rows[i].text);
		check_int(uint_parse(bytes_of_str(rows[i].text), rows[i].min, rows[i].max, &value,
				  &err),
			rows[i].ok);
		check(value == (rows[i].ok ? rows[i].value : 4711)); /* untouched on failure */
		if (!rows[i].ok)
			check_err(&err, ERR_INVALID, rows[i].why);
	}
	check(!uint_parse(bytes_of("1\0", 2), 0, 10, &(uint64_t) { 0 }, NULL));
}

/* Source: RFC 3629 sections 3 and 4; the Unicode Standard, table 3-7. */
static void test_utf8(void)
{
	static const struct {
		const char *name;
		const char *text;
		bool ok;
	} rows[] = {
		{ "empty", "", true },
		{ "ASCII", "abc~", true },
		{ "U+0080", "\xc2\x80", true },
		{ "U+07FF", "\xdf\xbf", true },
		{ "U+0800", "\xe0\xa0\x80", true },
		{ "U+D7FF", "\xed\x9f\xbf", true },
		{ "U+E000", "\xee\x80\x80", true },
		{ "U+FFFF", "\xef\xbf\xbf", true },
		{ "U+10000", "\xf0\x90\x80\x80", true },
		{ "U+10FFFF", "\xf4\x8f\xbf\xbf", true },
		{ "U+110000", "\xf4\x90\x80\x80", false },
		{ "surrogate D800", "\xed\xa0\x80", false },
		{ "surrogate DFFF", "\xed\xbf\xbf", false },
		{ "overlong /, 2", "\xc0\xaf", false },
		{ "overlong /, 3", "\xe0\x80\xaf", false },
		{ "overlong /, 4", "\xf0\x80\x80\xaf", false },
		{ "overlong U+007F", "\xc1\xbf", false },
		{ "overlong U+07FF", "\xe0\x9f\xbf", false },
		{ "overlong U+FFFF", "\xf0\x8f\xbf\xbf", false },
		{ "lone continuation", "\x80", false },
		{ "cut 2", "a\xc3", false },
		{ "cut 3", "a\xe2\x82", false },
		{ "cut 4", "a\xf0\x9f\x98", false },
		{ "second is ASCII", "\xc3(", false },
		{ "third is ASCII", "\xe2\x82(", false },
		{ "F5", "\xf5\x80\x80\x80", false },
		{ "FE", "\xfe", false },
		{ "FF", "\xff", false },
		{ "error after good text", "gut \xc3\xbc\xff", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		check_int(utf8_is_valid(bytes_of_str(rows[i].text)), rows[i].ok);
	}
	check(utf8_is_valid(bytes_of("a\0b", 3)));
	check_int(utf8_char_len(bytes_of_str("\xe2\x82\xac!")), 3);
	check_int(utf8_char_len(bytes_of_str("!")), 1);
	check_int(utf8_char_len(bytes_of_str("\xff!")), 0);
}

static void test_what_a_terminal_obeys_is_a_control(void)
{
	static const char *const controls[] = { "\x1b[2J", "\x7f", "\xc2\x80", "\xc2\x85",
		"\xc2\x9b", "\xc2\x9f", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
		"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9" };
	static const char *const others[] = { " ", "~", "\xc2\xa0", "\xc3\x9b", "\xe2\x82\xac",
		"\xe2\x80\x8d", "\xe2\x80\xa7", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa",
		"\xe3\x80\xae", "\xf0\x9f\x98\x80" };

	check(utf8_is_control(bytes_of("\0", 1)));
	for (size_t i = 0; i < ARRAY_LEN(controls); i++)
		check(utf8_is_control(bytes_of_str(controls[i])));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		check(!utf8_is_control(bytes_of_str(others[i])));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_small_helpers),
		CHECK_TEST(test_character_classes_are_ascii_only),
		CHECK_TEST(test_hexadecimal_there_and_back),
		CHECK_TEST(test_wrong_hexadecimal_adds_nothing),
		CHECK_TEST(test_base64_vectors),
		CHECK_TEST(test_base64_of_every_byte_and_length),
		CHECK_TEST(test_wrong_base64_adds_nothing),
		CHECK_TEST(test_base64_has_one_spelling_only),
		CHECK_TEST(test_whole_numbers),
		CHECK_TEST(test_utf8),
		CHECK_TEST(test_what_a_terminal_obeys_is_a_control),
	};

	return check_run("base/str", tests, ARRAY_LEN(tests));
}
