/* The dots that page and language share. */
#include "printers/bitmap.h"

#include <png.h>
#include <stdlib.h>

#include "printers/bitmap_png.h"
#include "tests/check.h"

static void test_bitmap_starts_white_with_rows_of_whole_bytes(void)
{
	static const struct {
		const char *name;
		unsigned width_dots;
		size_t stride_bytes;
	} rows[] = {
		{ "one dot", 1, 1 },
		{ "one byte", 8, 1 },
		{ "one more", 9, 2 },
		{ "203 dpi label", 406, 51 },
		{ "300 dpi label", 600, 75 },
		{ "the limit", BITMAP_WIDTH_DOTS_MAX, 300 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BITMAP bitmap = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		if (!check_ok(bitmap_init(&bitmap, rows[i].width_dots, 3, &err), &err))
			continue;
		check_int(bitmap.stride_bytes, rows[i].stride_bytes);
		check_int(bitmap_count_black(&bitmap, bitmap_whole(&bitmap)), 0);
	}
}

static void test_bitmap_refuses_sizes_out_of_its_limits(void)
{
	static const unsigned rows[][2] = {
		{ 0, 1 },
		{ 1, 0 },
		{ BITMAP_WIDTH_DOTS_MAX + 1, 1 },
		{ 1, BITMAP_HEIGHT_DOTS_MAX + 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct label_bitmap bitmap = { 0 };
		struct err err = { 0 };

		check(!bitmap_init(&bitmap, rows[i][0], rows[i][1], &err));
		check_err(&err, ERR_INVALID, "not possible");
		check(bitmap.data == NULL);
	}
}

static void test_bitmap_sets_the_most_significant_bit_first(void)
{
	AUTO_BITMAP bitmap = { 0 };
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&bitmap, 10, 2, &err), &err))
		return;
	bitmap_set(&bitmap, 0, 0, true);
	bitmap_set(&bitmap, 9, 1, true);
	check_int(bitmap.data[0], 0x80);
	check_int(bitmap.data[3], 0x40);
	check(bitmap_is_black(&bitmap, 9, 1));
	bitmap_set(&bitmap, 9, 1, false);
	check_int(bitmap.data[3], 0);
}

static void test_bitmap_fill_is_cut_at_the_edges_and_keeps_padding_white(void)
{
	AUTO_BITMAP bitmap = { 0 };
	struct bitmap_rect ink;
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&bitmap, 10, 4, &err), &err))
		return;
	bitmap_fill(&bitmap, (struct bitmap_rect) { 7, 1, 4000000000u, 2 }, true);
	check_int(bitmap_count_black(&bitmap, bitmap_whole(&bitmap)), 6);
	check_int(bitmap.data[2], 0x01);
	check_int(bitmap.data[3], 0xc0);
	bitmap_fill(&bitmap, (struct bitmap_rect) { 10, 4, 5, 5 }, true);
	check_int(bitmap_count_black(&bitmap, bitmap_whole(&bitmap)), 6);
	check(bitmap_ink(&bitmap, bitmap_whole(&bitmap), &ink));
	check_int(ink.x_dots, 7);
	check_int(ink.y_dots, 1);
	check_int(ink.width_dots, 3);
	check_int(ink.height_dots, 2);
	bitmap_fill(&bitmap, bitmap_whole(&bitmap), false);
	check(!bitmap_ink(&bitmap, bitmap_whole(&bitmap), &ink));
}

static void test_bitmap_equal_names_the_first_dot_that_differs(void)
{
	AUTO_BITMAP a = { 0 };
	AUTO_BITMAP b = { 0 };
	AUTO_BITMAP small = { 0 };
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&a, 12, 5, &err), &err) ||
		!check_ok(bitmap_init(&small, 12, 4, &err), &err))
		return;
	bitmap_fill(&a, (struct bitmap_rect) { 2, 2, 4, 2 }, true);
	bitmap_copy(&b, &a);
	check_ok(bitmap_equal(&a, &b, &err), &err);
	b.data[1] |= 0x01; /* padding does not count */
	check_ok(bitmap_equal(&a, &b, &err), &err);
	bitmap_set(&b, 11, 4, true);
	bitmap_set(&b, 5, 3, false);
	check(!bitmap_equal(&a, &b, &err));
	check_err(&err, ERR_CHECK_FAILED, "column 5, row 3 is white, expected black");
	check(!bitmap_equal(&a, &small, &err));
	check_err(&err, ERR_CHECK_FAILED, "12 x 4 dots, expected 12 x 5");
}

/* Whole bytes and the rest of a row: no dot of any width is left out. */
static void test_bitmap_equal_finds_every_single_dot(void)
{
	for (unsigned width = 1; width <= 25; width++) {
		AUTO_BITMAP a = { 0 };
		struct err err = { 0 };

		if (!check_ok(bitmap_init(&a, width, 2, &err), &err))
			return;
		for (unsigned dot = 0; dot < 2 * width; dot++) {
			AUTO_BITMAP b = { 0 };
			char text[60];

			bitmap_copy(&b, &a);
			bitmap_set(&b, dot % width, dot / width, true);
			snprintf(text, sizeof(text), "column %u, row %u is black", dot % width,
				dot / width);
			check(!bitmap_equal(&a, &b, &err));
			check_err(&err, ERR_CHECK_FAILED, text);
		}
	}
}

/* Byte-wise counting, filling and measuring against one dot at a time, at every offset and width.
 */
static void test_bitmap_rectangles_agree_with_single_dots(void)
{
	AUTO_BITMAP bitmap = { 0 };
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&bitmap, 37, 3, &err), &err))
		return;
	for (unsigned x = 0; x < 40; x++) {
		for (unsigned width = 0; width < 40; width++) {
			const struct bitmap_rect rect = { x, 1, width, 1 };
			struct bitmap_rect ink = { 0 };
			unsigned black = 0;

			bitmap_fill(&bitmap, bitmap_whole(&bitmap), false);
			bitmap_fill(&bitmap, rect, true);
			for (unsigned at = 0; at < 37; at++) {
				const bool inside = at >= x && at < x + width;

				check_int(bitmap_is_black(&bitmap, at, 1), inside);
				black += inside;
			}
			check_int(bitmap_count_black(&bitmap, bitmap_whole(&bitmap)), black);
			check_int(bitmap_count_black(&bitmap, rect), black);
			check_int(bitmap_ink(&bitmap, bitmap_whole(&bitmap), &ink), black > 0);
			check_int(ink.width_dots, black);
			check_int(ink.x_dots, black > 0 ? x : 0);
			check_int(
				bitmap_rows_are_equal(&bitmap, bitmap_whole(&bitmap)), black == 0);
			check(bitmap_rows_are_equal(&bitmap, rect));
		}
	}
}

static void test_bitmap_rows_are_equal_only_where_it_looks(void)
{
	AUTO_BITMAP bitmap = { 0 };
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&bitmap, 30, 10, &err), &err))
		return;
	bitmap_fill(&bitmap, (struct bitmap_rect) { 3, 2, 9, 6 }, true);
	bitmap_fill(&bitmap, (struct bitmap_rect) { 20, 2, 2, 6 }, true);
	check(bitmap_rows_are_equal(&bitmap, (struct bitmap_rect) { 1, 2, 25, 6 }));
	check(!bitmap_rows_are_equal(&bitmap, (struct bitmap_rect) { 1, 2, 25, 7 }));
	check(!bitmap_rows_are_equal(&bitmap, (struct bitmap_rect) { 1, 1, 25, 6 }));
	bitmap_set(&bitmap, 20, 5, false);
	check(!bitmap_rows_are_equal(&bitmap, (struct bitmap_rect) { 1, 2, 20, 6 }));
	check(bitmap_rows_are_equal(&bitmap, (struct bitmap_rect) { 1, 2, 19, 6 }));
}

/* As dot by dot, at every offset of both, across edges, and with nothing beside what is pasted. */
static void test_bitmap_paste_agrees_with_single_dots(void)
{
	struct label_bitmap from = { 0 };
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&from, 37, 5, &err), &err))
		return;
	for (unsigned at = 0; at < 37 * 5; at++)
		bitmap_set(&from, at % 37, at / 37, at * at % 7 < 3);
	for (unsigned at = 0; at < 9 * 20 * 3; at++) {
		const unsigned x = at % 20, left = at / 20 % 9;
		static const unsigned widths[] = { 1, 17, 60 };
		const struct bitmap_rect rect = { left, 1, widths[at / 180], 3 };
		AUTO_BITMAP out = { 0 };
		unsigned wrong = 0;

		if (!check_ok(bitmap_init(&out, 45, 3, &err), &err))
			break;
		bitmap_fill(&out, bitmap_whole(&out), at % 2);
		bitmap_paste(&out, x, 1, &from, rect);
		for (unsigned dot = 0; dot < 45 * 3; dot++) {
			const unsigned to_x = dot % 45, to_y = dot / 45;
			const bool is_pasted = to_y >= 1 && to_x >= x &&
					       to_x - x < rect.width_dots && to_x - x + left < 37;
			const bool expected = is_pasted ? bitmap_is_black(&from, to_x - x + left,
								  to_y - 1 + rect.y_dots)
							: at % 2;

			wrong += bitmap_is_black(&out, to_x, to_y) != expected;
		}
		check_int(wrong, 0);
		check_int(out.data[out.stride_bytes - 1] & 0x07, 0); /* the padding */
	}
	bitmap_done(&from);
}

static void test_bitmap_paste_of_nothing_changes_nothing(void)
{
	AUTO_BITMAP out = { 0 };
	AUTO_BITMAP from = { 0 };
	struct err err = { 0 };

	if (!check_ok(bitmap_init(&out, 20, 4, &err), &err) ||
		!check_ok(bitmap_init(&from, 20, 4, &err), &err))
		return;
	bitmap_fill(&from, bitmap_whole(&from), true);
	bitmap_paste(&out, 20, 0, &from, bitmap_whole(&from));
	bitmap_paste(&out, 0, 4, &from, bitmap_whole(&from));
	bitmap_paste(&out, 0, 0, &from, (struct bitmap_rect) { 20, 0, 5, 5 });
	bitmap_paste(&out, 0, 0, &from, (struct bitmap_rect) { 0, 4, 5, 5 });
	bitmap_paste(&out, 0, 0, &from, (struct bitmap_rect) { 0, 0, 0, 4 });
	check_int(bitmap_count_black(&out, bitmap_whole(&out)), 0);
	bitmap_paste(&out, 19, 3, &from, bitmap_whole(&from));
	check_int(bitmap_count_black(&out, bitmap_whole(&out)), 1);
	check(bitmap_is_black(&out, 19, 3));
}

static void test_bitmap_invert_keeps_padding_white(void)
{
	static const unsigned widths[] = { 16, 21 };

	for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
		AUTO_BITMAP bitmap = { 0 };
		struct err err = { 0 };

		if (!check_ok(bitmap_init(&bitmap, widths[i], 3, &err), &err))
			continue;
		bitmap_set(&bitmap, 4, 1, true);
		bitmap_invert(&bitmap);
		check(!bitmap_is_black(&bitmap, 4, 1));
		check_int(bitmap_count_black(&bitmap, bitmap_whole(&bitmap)), 3 * widths[i] - 1);
		if (widths[i] == 21)
			check_int(bitmap.data[bitmap.stride_bytes - 1] & 0x07, 0);
	}
}

static void test_bitmap_png_reads_back_dot_for_dot(void)
{
	AUTO_BITMAP bitmap = { 0 };
	AUTO_BUF png = { 0 };
	struct err err = { 0 };
	png_image image = { .version = PNG_IMAGE_VERSION };
	uint8_t gray[21 * 9] = { 0 };

	if (!check_ok(bitmap_init(&bitmap, 21, 9, &err), &err))
		return;
	bitmap_fill(&bitmap, (struct bitmap_rect) { 3, 1, 17, 5 }, true);
	bitmap_set(&bitmap, 20, 8, true);
	if (!check_ok(bitmap_png(&bitmap, 8000, &png, &err), &err))
		return;
	check_int(png.data[24], 1); /* IHDR bit depth */
	check_int(png.data[25], 0); /* grayscale */
	if (!check(png_image_begin_read_from_memory(&image, png.data, png.len)))
		return;
	check_int(image.width, 21);
	check_int(image.height, 9);
	image.format = PNG_FORMAT_GRAY;
	if (!check(png_image_finish_read(&image, NULL, gray, 21, NULL)))
		return;
	for (unsigned y = 0; y < 9; y++) {
		for (unsigned x = 0; x < 21; x++)
			check_int(gray[y * 21 + x], bitmap_is_black(&bitmap, x, y) ? 0 : 255);
	}
}

static void test_bitmap_png_refused_by_the_library_leaves_the_output_alone(void)
{
	struct label_bitmap impossible = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	buf_add_str(&out, "kept");
	check(!bitmap_png(&impossible, 0, &out, &err));
	check_err(&err, ERR_INTERNAL, "cannot be written");
	check_str(buf_str(&out), "kept");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_bitmap_starts_white_with_rows_of_whole_bytes),
		CHECK_TEST(test_bitmap_refuses_sizes_out_of_its_limits),
		CHECK_TEST(test_bitmap_sets_the_most_significant_bit_first),
		CHECK_TEST(test_bitmap_fill_is_cut_at_the_edges_and_keeps_padding_white),
		CHECK_TEST(test_bitmap_equal_names_the_first_dot_that_differs),
		CHECK_TEST(test_bitmap_equal_finds_every_single_dot),
		CHECK_TEST(test_bitmap_rectangles_agree_with_single_dots),
		CHECK_TEST(test_bitmap_rows_are_equal_only_where_it_looks),
		CHECK_TEST(test_bitmap_paste_agrees_with_single_dots),
		CHECK_TEST(test_bitmap_paste_of_nothing_changes_nothing),
		CHECK_TEST(test_bitmap_invert_keeps_padding_white),
		CHECK_TEST(test_bitmap_png_reads_back_dot_for_dot),
		CHECK_TEST(test_bitmap_png_refused_by_the_library_leaves_the_output_alone),
	};

	return check_run("printers/bitmap", tests, ARRAY_LEN(tests));
}
