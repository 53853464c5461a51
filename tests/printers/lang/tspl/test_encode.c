/* printers/lang/tspl/encode: the golden label, polarity, and commands that must never be sent. */
#include "printers/lang/tspl/encode.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "tests/check.h"

static void test_a_label_is_the_golden_one_to_the_byte(void)
{
	static const uint8_t rows[] = { 0xff, 0xff, 0xf0, 0x80, 0x00, 0x10, 0xaa, 0x55, 0xa0 };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };
	size_t len;
	AUTO(char_free) char *golden = check_read_file("tests/data/tspl/label-20x3.tspl", &len);

	check_ok(bitmap_init(&label, 20, 3, &err), &err);
	memcpy(label.data, rows, sizeof(rows));
	check_ok(tspl_encode(&label, &out, &err), &err);
	check_bytes(buf_bytes(&out), bytes_of(golden, len));
}

static void test_dots_beyond_the_width_are_white(void)
{
	static const char expected[] =
		"\r\nSIZE 16 dot,1 dot\r\nCLS\r\nBITMAP 0,0,2,1,0,\x00\x7f\r\nPRINT 1,1\r\n";
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 9, 1, &err), &err);
	bitmap_fill(&label, bitmap_whole(&label), true);
	check_ok(tspl_encode(&label, &out, &err), &err);
	check_bytes(buf_bytes(&out), bytes_of(expected, sizeof(expected) - 1));
}

static void test_only_four_commands_are_sent(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 406, 203, &err), &err);
	check_ok(tspl_encode(&label, &out, &err), &err);
	size_t data = 51 * 203;
	static const char head[] = "\r\nSIZE 408 dot,203 dot\r\nCLS\r\nBITMAP 0,0,51,203,0,";
	static const char tail[] = "\r\nPRINT 1,1\r\n";

	check_int(out.len, strlen(head) + data + strlen(tail));
	check_bytes(bytes_of(out.data, strlen(head)), bytes_of_str(head));
	check_bytes(bytes_of(out.data + strlen(head) + data, strlen(tail)), bytes_of_str(tail));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_one_to_the_byte),
		CHECK_TEST(test_dots_beyond_the_width_are_white),
		CHECK_TEST(test_only_four_commands_are_sent),
	};
	return check_run("printers/lang/tspl/encode", tests, ARRAY_LEN(tests));
}
