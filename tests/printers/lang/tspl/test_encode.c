/* printers/lang/tspl/encode: the golden label, polarity, and commands that must never be sent. */
#include "tests/check.h"
#include "tests/printers/lang/labels.h"

static void test_a_label_is_the_golden_one_to_the_byte(void)
{
	check_golden(&printer_driver_tspl, "tests/data/tspl/label-20x3.tspl");
}

static void test_dots_beyond_the_width_are_white(void)
{
	static const char expected[] = "\r\nSET REPRINT OFF\r\nSIZE 16 dot,1 dot\r\nCLS\r\nBITMAP "
				       "0,0,2,1,0,\x00\x7f\r\nPRINT 1,1\r\n";

	check_white_beyond(&printer_driver_tspl, bytes_of(expected, sizeof(expected) - 1));
}

static void test_only_five_commands_are_sent(void)
{
	check_head_and_tail(&printer_driver_tspl,
		"\r\nSET REPRINT OFF\r\nSIZE 408 dot,203 dot\r\nCLS\r\nBITMAP 0,0,51,203,0,",
		"\r\nPRINT 1,1\r\n");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_one_to_the_byte),
		CHECK_TEST(test_dots_beyond_the_width_are_white),
		CHECK_TEST(test_only_five_commands_are_sent),
	};
	return check_run("printers/lang/tspl/encode", tests, ARRAY_LEN(tests));
}
