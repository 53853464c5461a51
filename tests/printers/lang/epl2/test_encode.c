/* printers/lang/epl2/encode: the golden label, polarity, and commands that must never be sent. */
#include "tests/check.h"
#include "tests/printers/lang/labels.h"

static void test_a_label_is_the_golden_one_to_the_byte(void)
{
	check_golden(&printer_driver_epl2, "tests/data/epl2/label-20x3.epl");
}

static void test_dots_beyond_the_width_are_white(void)
{
	static const char expected[] = "\nN\nq16\nGW0,0,2,1,\x00\x7fP1\n";

	check_white_beyond(&printer_driver_epl2, bytes_of(expected, sizeof(expected) - 1));
}

static void test_only_four_commands_are_sent(void)
{
	check_head_and_tail(&printer_driver_epl2, "\nN\nq408\nGW0,0,51,203,", "P1\n");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_one_to_the_byte),
		CHECK_TEST(test_dots_beyond_the_width_are_white),
		CHECK_TEST(test_only_four_commands_are_sent),
	};
	return check_run("printers/lang/epl2/encode", tests, ARRAY_LEN(tests));
}
