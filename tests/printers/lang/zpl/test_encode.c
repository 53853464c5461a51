/* printers/lang/zpl/encode: the golden format, strips, and commands that must never be sent. */
#include "printers/lang/zpl/encode.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "printers/lang/driver.h"
#include "tests/check.h"

static void label_20x3(struct label_bitmap *out)
{
	static const uint8_t rows[] = { 0xff, 0xff, 0xf0, 0x80, 0x00, 0x10, 0xaa, 0x55, 0xa0 };
	struct err err = { 0 };

	check_ok(bitmap_init(out, 20, 3, &err), &err);
	memcpy(out->data, rows, sizeof(rows));
}

/* Dots without a pattern, so that nothing is left to compression. */
static void label_noise(struct label_bitmap *out, unsigned width_dots, unsigned height_dots)
{
	uint32_t random = 12345;
	struct err err = { 0 };

	check_ok(bitmap_init(out, width_dots, height_dots, &err), &err);
	for (unsigned y = 0; y < height_dots; y++) {
		for (unsigned x = 0; x < width_dots; x++) {
			random = random * 1664525 + 1013904223;
			bitmap_set(out, x, y, random >> 31);
		}
	}
}

static void test_a_label_is_the_golden_format_to_the_byte(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };
	size_t len;
	AUTO(char_free) char *golden = check_read_file("tests/data/zpl/label-20x3.zpl", &len);

	label_20x3(&label);
	check_ok(zpl_encode(&label, &out, &err), &err);
	check_bytes(buf_bytes(&out), bytes_of(golden, len));
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
		struct err err = { 0 };

		check_row(sizes[i].name);
		label_noise(&label, sizes[i].width_dots, sizes[i].height_dots);
		check_ok(zpl_encode(&label, &out, &err), &err);
		check_ok(printer_driver_prove(&printer_driver_zpl, buf_bytes(&out), &label, &err),
			&err);
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
	struct err err = { 0 };

	label_noise(&label, 1200, 1800); /* 4 x 6 in at 300 dpi: 270,000 bytes */
	check_ok(zpl_encode(&label, &out, &err), &err);
	check_int(count_of(buf_str(&out), "^GFA,"), 3);
	check_contains(buf_str(&out), "^FO0,666^GFA,99900,99900,150,:Z64:");
	check_contains(buf_str(&out), "^FO0,1332^GFA,70200,70200,150,:Z64:");
	check_int(count_of(buf_str(&out), "^XA"), 1);
	check_int(count_of(buf_str(&out), "^PQ1,0,1,N"), 1);
	check_ok(printer_driver_prove(&printer_driver_zpl, buf_bytes(&out), &label, &err), &err);
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
	static const struct {
		const char *name;
		unsigned width_dots;
		unsigned height_dots;
	} sizes[] = {
		{ "no width", 0, 1 },
		{ "no height", 1, 0 },
		{ "too wide", BITMAP_WIDTH_DOTS_MAX + 1, 1 },
		{ "too long", 1, BITMAP_HEIGHT_DOTS_MAX + 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct label_bitmap label = { .width_dots = sizes[i].width_dots,
			.height_dots = sizes[i].height_dots };
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(sizes[i].name);
		check(!zpl_encode(&label, &out, &err));
		check_err(&err, ERR_INVALID, "cannot be printed");
		check_int(out.len, 0);
	}
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
