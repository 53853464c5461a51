/* printers/lang/zpl/encode: the golden format, strips, and commands that must never be sent. */
#include "printers/lang/zpl/encode.h"

#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"
static void test_a_label_is_the_golden_format_to_the_byte(void)
{
	check_golden(&printer_driver_zpl, "tests/data/zpl/label-20x3.zpl");
}

static void test_the_very_bytes_of_every_size_give_back_the_very_dots(void)
{
	static const struct {
		const char *name;
		unsigned width_dots;
		unsigned height_dots;
	} sizes[] = {
		{ "one dot", 1, 1 },
		{ "a whole byte", 8, 1 },
		{ "2 x 1 in at 203 dpi", 406, 203 },
		{ "2 x 1 in at 300 dpi", 600, 300 },
		{ "just below one strip", 8 * 99, 1010 },
		{ "the largest", BITMAP_WIDTH_DOTS_MAX, BITMAP_HEIGHT_DOTS_MAX },
	};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		AUTO_BITMAP label = { 0 };
		AUTO_BUF out = { 0 };

		check_row(sizes[i].name);
		label_noise(&label, sizes[i].width_dots, sizes[i].height_dots);
		check_encoded(&printer_driver_zpl, &label, &out);
	}
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static void test_a_picture_above_the_limit_of_gf_goes_as_strips(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };

	label_noise(&label, 1200, 1800); /* 4 x 6 in at 300 dpi: 270,000 bytes */
	check_encoded(&printer_driver_zpl, &label, &out);
	check_int(count_of(buf_str(&out), "^GFA,"), 3);
	check_contains(buf_str(&out), "^FO0,666^GFA,99900,99900,150,:Z64:");
	check_contains(buf_str(&out), "^FO0,1332^GFA,70200,70200,150,:Z64:");
	check_int(count_of(buf_str(&out), "^XA"), 2); /* one says ^JZN */
	check_int(count_of(buf_str(&out), "^PQ1,0,1,N"), 1);
}

static void test_calibration_is_never_touched(void)
{
	static const char *const never[] = { "^MN", "^MT", "^LT", "^PW", "^LL", "^MM", "^JU", "^MD",
		"~TA", "~JS", "~JC", "~DG", "^ID" };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	label_noise(&label, 406, 203);
	check_ok(zpl_encode(&label, &out, &err), &err);
	for (size_t i = 0; i < ARRAY_LEN(never); i++) {
		check_row(never[i]);
		check_int(count_of(buf_str(&out), never[i]), 0);
	}
}

static void test_sizes_out_of_range_are_refused_and_nothing_is_added(void)
{
	static const struct label_size sizes[] = {
		{ "no width", 0, 1, "cannot be printed" },
		{ "no height", 1, 0, "cannot be printed" },
		{ "too wide", BITMAP_WIDTH_DOTS_MAX + 1, 1, "cannot be printed" },
		{ "too long", 1, BITMAP_HEIGHT_DOTS_MAX + 1, "cannot be printed" },
	};

	check_sizes_refused(&printer_driver_zpl, sizes, ARRAY_LEN(sizes));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_format_to_the_byte),
		CHECK_TEST(test_the_very_bytes_of_every_size_give_back_the_very_dots),
		CHECK_TEST(test_a_picture_above_the_limit_of_gf_goes_as_strips),
		CHECK_TEST(test_calibration_is_never_touched),
		CHECK_TEST(test_sizes_out_of_range_are_refused_and_nothing_is_added),
	};
	return check_run("printers/lang/zpl/encode", tests, ARRAY_LEN(tests));
}
