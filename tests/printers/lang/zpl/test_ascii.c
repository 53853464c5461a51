/* printers/lang/zpl/ascii_encode and ascii_expand: hexadecimal text with run lengths, both ways. */
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "printers/lang/expansion.h"
#include "printers/lang/zpl/ascii_encode.h"
#include "printers/lang/zpl/ascii_expand.h"
#include "printers/lang/zpl/encode.h"
#include "printers/lang/zpl/expand.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"

static void test_a_label_is_the_golden_format_to_the_byte(void)
{
	check_golden(&printer_driver_zpl_ascii, "tests/data/zpl/label-20x3-ascii.zpl");
}

/* clang-format off */
static const struct {
	const char *name;
	const char *rows; /* hexadecimal */
	size_t stride_bytes;
	const char *text;
} samples[] = {
	{ "no runs", "0123456789abcdef", 8, "0123456789ABCDEF" },
	{ "a run of two", "1223", 2, "1H23" },
	{ "zeros at the end of a row", "a100", 2, "A1," },
	{ "an odd number of them", "a000", 2, "A0," },
	{ "one of them", "aab0", 2, "HAB0" },
	{ "zeros in the middle", "a001", 2, "AH01" },
	{ "an empty row", "0000", 2, "," },
	{ "a full row", "ffff", 2, "JF" },
	{ "a row again", "a1b2a1b2", 2, "A1B2:" },
	{ "empty rows", "000000000000", 2, ",::" },
	{ "empty behind full", "ffff0000", 2, "JF," },
};
/* clang-format on */

static void test_rows_have_their_text_and_text_has_its_rows(void)
{
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		AUTO_BUF rows = { 0 };
		AUTO_BUF text = { 0 };
		uint8_t back[32];
		struct err err = { 0 };

		check_row(samples[i].name);
		check_ok(hex_decode(bytes_of_str(samples[i].rows), &rows, &err), &err);
		zpl_ascii_encode(buf_bytes(&rows), samples[i].stride_bytes, &text);
		check_str(buf_str(&text), samples[i].text);
		check_ok(zpl_ascii_expand(
				 buf_bytes(&text), samples[i].stride_bytes, back, rows.len, &err),
			&err);
		check_bytes(bytes_of(back, rows.len), buf_bytes(&rows));
	}
}

/* A run of each length from 1 to the widest row's digits, ended by another digit. */
static void test_runs_of_every_length_come_back(void)
{
	enum {
		DIGITS = 1000,
		BYTES = DIGITS / 2
	};

	for (unsigned len = 1; len < DIGITS; len++) {
		AUTO_BUF digits = { 0 };
		AUTO_BUF rows = { 0 };
		AUTO_BUF text = { 0 };
		uint8_t back[BYTES];
		struct err err = { 0 };

		memset(buf_grow(&digits, len), '7', len);
		memset(buf_grow(&digits, DIGITS - len), 'e', DIGITS - len);
		check_ok(hex_decode(buf_bytes(&digits), &rows, &err), &err);
		zpl_ascii_encode(buf_bytes(&rows), BYTES, &text);
		check(text.len <= 10);
		check_ok(zpl_ascii_expand(buf_bytes(&text), BYTES, back, BYTES, &err), &err);
		check_bytes(bytes_of(back, BYTES), buf_bytes(&rows));
	}
}

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
	size_t stride_bytes;
	const char *rows; /* hexadecimal; NULL: refused */
	const char *message;
} texts[] = {
	{ "G is one", "GAGB", 1, "ab", NULL },
	{ "Y is 19", "YA1", 10, "aaaaaaaaaaaaaaaaaaa1", NULL },
	{ "g is 20", "gA", 10, "aaaaaaaaaaaaaaaaaaaa", NULL },
	{ "hG and Gh are 41", "hGA0", 21, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0", NULL },
	{ "in any order", "GhA0", 21, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0", NULL },
	{ "rest of the row black", "0!", 2, "0fff", NULL },
	{ "a row black", "!", 2, "ffff", NULL },
	{ "a comma at half a byte", "A,", 1, "a0", NULL },
	{ "a comma behind a whole row is the next row", "AABB,", 2, "aabb0000", NULL },
	{ "a colon repeats a repeated row", "AB::", 1, "ababab", NULL },
	{ "nothing", "", 1, NULL, "does not make 1 bytes" },
	{ "too few digits", "A", 1, NULL, "does not make 1 bytes" },
	{ "too many digits", "ABC", 1, NULL, "too many rows" },
	{ "a colon first", ":", 1, NULL, "a colon is not in the place of a row" },
	{ "a colon inside a row", "A:", 2, NULL, "a colon is not in the place of a row" },
	{ "letters without digit", "AG", 1, NULL, "no digit where one is due" },
	{ "letters before a comma", "G,", 1, NULL, "no digit where one is due" },
	{ "a lower-case digit", "aB", 1, NULL, "no digit where one is due" },
	{ "another letter", "Z0", 1, NULL, "no digit where one is due" },
	{ "a line end", "A\nB", 1, NULL, "no digit where one is due" },
	{ "a blank", " AB", 1, NULL, "no digit where one is due" },
	{ "a run beyond its row", "AIB", 1, NULL, "beyond its row" },
	{ "a count without end", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzA", 1, NULL, "beyond its row" },
};
/* clang-format on */

static void test_the_documented_text_is_read_and_nothing_else(void)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO_BUF rows = { 0 };
		uint8_t back[32];
		struct err err = { 0 };
		size_t want = texts[i].rows ? strlen(texts[i].rows) / 2 : texts[i].stride_bytes;

		check_row(texts[i].name);
		bool ok = zpl_ascii_expand(
			bytes_of_str(texts[i].text), texts[i].stride_bytes, back, want, &err);

		check_int(ok, texts[i].rows != NULL);
		if (!texts[i].rows) {
			check_err(&err, ERR_CHECK_FAILED, texts[i].message);
			continue;
		}
		check_ok(hex_decode(bytes_of_str(texts[i].rows), &rows, &err), &err);
		check_bytes(bytes_of(back, want), buf_bytes(&rows));
	}
}

/* vMB and MvB are 327 times B; a zero makes the row whole. */
static void test_the_examples_of_the_guide_are_read(void)
{
	static const char *const examples[] = { "vMB0", "MvB0" };

	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		uint8_t back[164];
		uint8_t expected[164];
		struct err err = { 0 };

		memset(expected, 0xbb, sizeof(expected));
		expected[163] = 0xb0;
		check_ok(zpl_ascii_expand(
				 bytes_of_str(examples[i]), sizeof(back), back, sizeof(back), &err),
			&err);
		check_bytes(bytes_of(back, sizeof(back)), bytes_of(expected, sizeof(expected)));
	}
}

static void test_the_longest_text_fits_a_command(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	/* Strips of 99,960 bytes without any run: two digits a byte. */
	check_ok(bitmap_init(&label, 952, 1680, &err), &err);
	for (size_t i = 0; i < label.stride_bytes * label.height_dots; i++)
		label.data[i] = (uint8_t)(i / label.stride_bytes % 2 ? 0x12 : 0x34);
	check_ok(zpl_ascii_label_encode(&label, &out, &err), &err);
	check(out.len > (size_t)label.stride_bytes * label.height_dots * 2);
	check(out.len < (size_t)ZPL_COMMAND_MAX * 2 + 64);
	check_ok(printer_driver_prove(&printer_driver_zpl_ascii, buf_bytes(&out), &label, &err),
		&err);
}

static void test_both_forms_may_stand_in_one_label(void)
{
	AUTO_LABEL_LIST list = { 0 };
	struct err err = { 0 };
	static const char both[] = "^XA^FO0,0^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:B023^FS"
				   "^FO0,1^GFA,4,4,2,HA55:^FS^PQ1,0,1,N^XZ";

	check_ok(printer_driver_expand(&printer_driver_zpl_ascii, bytes_of_str(both), &list, &err),
		&err);
	check_int(list.count, 1);
	check_bytes(bytes_of(list.label[0].data, 6), bytes_of("\xaa\x55\xaa\x55\xaa\x55", 6));
}

static void test_it_shares_all_but_the_form_with_zpl(void)
{
	const struct printer_driver *ascii = printer_driver_find("zpl-ascii");

	check(ascii == &printer_driver_zpl_ascii);
	check(ascii->reader == printer_driver_zpl.reader);
	check(ascii->read == printer_driver_zpl.read);
	check_bytes(ascii->power_up, printer_driver_zpl.power_up);
	check_bytes(ascii->abandon, printer_driver_zpl.abandon);
	for (unsigned i = 0; i < PRINTER_QUERIES; i++)
		check_bytes(ascii->query[i], printer_driver_zpl.query[i]);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_format_to_the_byte),
		CHECK_TEST(test_rows_have_their_text_and_text_has_its_rows),
		CHECK_TEST(test_runs_of_every_length_come_back),
		CHECK_TEST(test_the_documented_text_is_read_and_nothing_else),
		CHECK_TEST(test_the_examples_of_the_guide_are_read),
		CHECK_TEST(test_the_longest_text_fits_a_command),
		CHECK_TEST(test_both_forms_may_stand_in_one_label),
		CHECK_TEST(test_it_shares_all_but_the_form_with_zpl),
	};
	return check_run("printers/lang/zpl/ascii", tests, ARRAY_LEN(tests));
}
