/* printers/lang/dymo/encode: the golden label, every dot of any size, and what is never sent. */
#include "printers/lang/dymo/encode.h"

#include "tests/check.h"
#include "tests/printers/lang/labels.h"

#define ROWS_AT (DYMO_FLUSH_ESCAPES + 3 + 3 + 4)

static void test_a_label_is_the_golden_one_to_the_byte(void)
{
	check_golden(&printer_driver_dymo, "tests/data/dymo/label-20x3.bin");
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned width_dots, height_dots;
	unsigned search_rows;
} sizes[] = {
	{ "one dot",           1,    1, 3058 },
	{ "a whole byte",      8,    2, 3058 },
	{ "nine columns",      9,   77, 3058 },
	{ "odd",             477,  301, 3058 },
	{ "2 x 1 in",        600,  300, 3058 },
	{ "9.19 in long",    300, 2758, 3058 },
	{ "a row longer",    300, 2759, 3059 },
	{ "the largest",     672, BITMAP_HEIGHT_DOTS_MAX, 3900 },
};
/* clang-format on */

static void test_the_very_bytes_of_every_size_give_back_the_very_dots(void)
{
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		AUTO_BITMAP label = { 0 };
		AUTO_BUF out = { 0 };

		check_row(sizes[i].name);
		label_noise(&label, sizes[i].width_dots, sizes[i].height_dots);
		check_encoded(&printer_driver_dymo, &label, &out);
		check_int(out.data[ROWS_AT - 2] << 8 | out.data[ROWS_AT - 1], sizes[i].search_rows);
		check_int(out.len, ROWS_AT + label.height_dots * (label.stride_bytes + 1) + 2);
	}
}

static void test_the_proof_finds_every_flipped_bit_and_cut(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };

	label_noise(&label, 43, 9);
	check_encoded(&printer_driver_dymo, &label, &out);
	check_flips(&printer_driver_dymo, &out, &label, 0, out.len);
	check_cuts(&printer_driver_dymo, buf_bytes(&out), &label, out.len - 1);
}

static void test_the_proof_finds_every_added_command(void)
{
	static const char *const added[] = { "\033@", "\033*", "\033A", "\033E", "\033G", "\033c",
		"\033f\001\001", "\033q1", "\026\001\002\003\004\005\006", "x" };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF page = { 0 };

	label_noise(&label, 43, 9);
	check_encoded(&printer_driver_dymo, &label, &page);
	for (size_t i = 0; i < ARRAY_LEN(added); i++) {
		const size_t places[] = { 0, DYMO_FLUSH_ESCAPES, ROWS_AT, ROWS_AT + 7, page.len };

		check_row(added[i]);
		for (size_t p = 0; p < ARRAY_LEN(places); p++)
			check_added(&printer_driver_dymo, buf_bytes(&page), &label,
				bytes_of_str(added[i]), places[p]);
	}
}

static void test_sizes_out_of_range_are_refused_and_nothing_is_added(void)
{
	static const struct label_size refused[] = {
		{ "no width", 0, 1, "cannot be printed" },
		{ "no height", 1, 0, "cannot be printed" },
		{ "too wide", 673, 1, "head has 672" },
		{ "too long", 1, BITMAP_HEIGHT_DOTS_MAX + 1, "cannot be printed" },
	};

	check_sizes_refused(&printer_driver_dymo, refused, ARRAY_LEN(refused));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_one_to_the_byte),
		CHECK_TEST(test_the_very_bytes_of_every_size_give_back_the_very_dots),
		CHECK_TEST(test_the_proof_finds_every_flipped_bit_and_cut),
		CHECK_TEST(test_the_proof_finds_every_added_command),
		CHECK_TEST(test_sizes_out_of_range_are_refused_and_nothing_is_added),
	};
	return check_run("printers/lang/dymo/encode", tests, ARRAY_LEN(tests));
}
