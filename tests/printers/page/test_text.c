/* Text: inside its box or refused; the one rule of shortening (LB-03). */
#include "printers/page/text.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "tests/check.h"

static struct page_text_style box(
	unsigned width_dots, unsigned height_dots, unsigned max, unsigned min)
{
	return (struct page_text_style) { .width_dots = width_dots,
		.height_dots = height_dots,
		.size_max_dots = max,
		.size_min_dots = min,
		.bold = true };
}

static void test_text_takes_the_largest_size_that_fits(void)
{
	struct page_fonts *fonts = page_fonts_new();
	unsigned size_before = 100;

	for (unsigned width = 400; width >= 150; width -= 50) {
		const struct page_text_style style = box(width, 40, 30, 8);
		struct page_text_style larger = style;
		struct page_line line = { 0 }, none = { 0 };

		if (!check(page_text_fit(fonts, "Okafor, Grace Adaeze", &style, &line)))
			continue;
		check_int(line.tile.width_dots, width);
		check(line.size_dots <= size_before);
		size_before = line.size_dots;
		larger.size_max_dots = larger.size_min_dots = line.size_dots + 1;
		check(line.size_dots == 30 ||
			!page_text_fit(fonts, "Okafor, Grace Adaeze", &larger, &none));
		page_line_done(&line);
	}
	check(size_before < 30);
	page_fonts_free(fonts);
}

/* A text that would be clipped does not fit; it is never drawn in part (LB-02). */
static void test_text_that_does_not_fit_is_refused(void)
{
	static const struct {
		const char *name, *text;
		unsigned width, height;
		bool fits;
	} rows[] = {
		{ "fits", "Ng", 60, 24, true },
		{ "too wide", "Wolfeschlegelstein", 60, 24, false },
		{ "box lower than its letters", "Ng", 60, 12, false },
		{ "blank leaves no ink", " ", 60, 24, false },
		{ "accents above the box", "\xe1\xba\xa4\xe1\xba\xa4", 60, 17, false },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_text_style style = box(rows[i].width, rows[i].height, 18, 18);
		struct page_line line = { 0 };

		check_row(rows[i].name);
		check_int(page_text_fit(fonts, rows[i].text, &style, &line), rows[i].fits);
		page_line_done(&line);
	}
	page_fonts_free(fonts);
}

static void test_text_is_aligned_by_its_ink(void)
{
	static const struct {
		const char *name;
		enum page_align align;
	} rows[] = { { "left", PAGE_LEFT }, { "centre", PAGE_CENTRE }, { "right", PAGE_RIGHT } };
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_text_style style = box(200, 30, 20, 20);
		struct page_line line = { 0 };
		struct bitmap_rect ink;

		check_row(rows[i].name);
		style.align = rows[i].align;
		if (!check(page_text_fit(fonts, "HAH", &style, &line)) ||
			!check(bitmap_ink(&line.tile, bitmap_whole(&line.tile), &ink)))
			continue;
		const unsigned left = ink.x_dots, right = 200 - ink.x_dots - ink.width_dots;

		check(rows[i].align != PAGE_LEFT || left == 0);
		check(rows[i].align != PAGE_RIGHT || right == 0);
		check(rows[i].align != PAGE_CENTRE || left - right <= 1 || right - left <= 1);
		page_line_done(&line);
	}
	page_fonts_free(fonts);
}

static void test_text_inverse_is_white_on_black_with_an_edge(void)
{
	struct page_fonts *fonts = page_fonts_new();
	struct page_text_style style = box(80, 30, 24, 10);
	struct page_line line = { 0 };

	style.inverse = true;
	style.align = PAGE_CENTRE;
	if (check(page_text_fit(fonts, "STAT", &style, &line))) {
		check_int(
			bitmap_count_black(&line.tile, (struct bitmap_rect) { 0, 0, 4, 30 }), 120);
		check_int(
			bitmap_count_black(&line.tile, (struct bitmap_rect) { 76, 0, 4, 30 }), 120);
		check(bitmap_count_black(&line.tile, bitmap_whole(&line.tile)) < 80 * 30);
	}
	page_line_done(&line);
	page_fonts_free(fonts);
}

/* A letter that no font has is found before anything is drawn: never an empty box. */
static void test_text_coverage_by_script(void)
{
	static const struct {
		const char *name, *text;
		bool covered;
	} rows[] = {
		{ "Latin", "Grace", true },
		{ "accents", "\xc3\x85\xc5\x81\xe1\xbb\x84", true },
		{ "combining marks", "Nguye\xcc\x82\xcc\x83n", true },
		{ "Hebrew", "\xd7\x9b\xd7\x94\xd7\x9f", true },
		{ "Arabic", "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", true },
		{ "Han", "\xe7\x8e\x8b", false },
		{ "Hangul", "\xea\xb9\x80", false },
		{ "one of many", "Grace \xe7\x8e\x8b", false },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		check_int(page_text_is_covered(fonts, rows[i].text, true, 18), rows[i].covered);
		check_int(page_text_is_covered(fonts, rows[i].text, false, 9), rows[i].covered);
	}
	page_fonts_free(fonts);
}

#define MARK "\xe2\x80\xa6"
#define PARTS(FAMILY, GIVEN, MIDDLE)                                                              \
	{                                                                                         \
		.part = { { FAMILY, "", 6 }, { GIVEN, ", ", 3 }, { MIDDLE, " ", 1 } }, .count = 3 \
	}

/*
 * The rule: last part first, each down to what it keeps; whole characters; marked. The width
 * decides how much goes, so the rows give the beginning and the end of what must be left.
 */
static void test_text_shortening_follows_its_one_rule(void)
{
	static const struct {
		const char *name;
		struct page_parts parts;
		unsigned width;
		const char *begins, *ends;
	} rows[] = {
		{ "middle first", PARTS("Abernathy", "Josephine", "Clementine"), 240,
			"Abernathy, Josephine C", MARK },
		{ "then given", PARTS("Abernathy", "Josephine", "Clementine"), 200, "Abernathy, J",
			MARK " C" MARK },
		{ "then family", PARTS("Abernathy", "Josephine", "Clementine"), 166, "Aberna",
			MARK ", Jos" MARK " C" MARK },
		{ "long last", PARTS("Wolfeschlegelsteinhausenberger", "Hubert", ""), 240,
			"Wolfeschlegels", MARK ", Hub" MARK },
		{ "one word", PARTS("Wolfeschlegelsteinhausenberger", "", ""), 160, "Wolfeschl",
			MARK },
		{ "short parts stay whole", PARTS("Wolfeschlegelsteinhausenberger", "Bo", "X"), 200,
			"Wolfeschl", MARK ", Bo X" },
		{ "only a given name", PARTS("", "Wolfeschlegelsteinhausenberger", ""), 160,
			"Wolfeschl", MARK },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_text_style style = box(rows[i].width, 24, 16, 16);
		struct page_line line = { 0 };

		check_row(rows[i].name);
		AUTO(char_free) char *whole = page_parts_join(&rows[i].parts);

		check(!page_text_fit(fonts, whole, &style, &line));
		if (!check(page_text_shorten(fonts, &rows[i].parts, &style, &line)))
			continue;
		const size_t len = strlen(line.text), end = strlen(rows[i].ends);

		if (strncmp(line.text, rows[i].begins, strlen(rows[i].begins)) != 0)
			check_str(line.text, rows[i].begins);
		check_str(len > end ? line.text + len - end : line.text, rows[i].ends);
		check_int(line.size_dots, 16);
		page_line_done(&line);
	}
	page_fonts_free(fonts);
}

/* What is lost is as little as fits: one character more would not. */
static void test_text_shortening_loses_as_little_as_fits(void)
{
	struct page_fonts *fonts = page_fonts_new();
	const char *family = "abcdefghijklmnopqrstuvwxyz";
	const struct page_parts parts = { .part = { { family, "", 1 } }, .count = 1 };

	for (unsigned width = 60; width < 240; width += 7) {
		const struct page_text_style style = box(width, 24, 16, 16);
		struct page_line line = { 0 }, more = { 0 };
		char text[40];

		if (!check(page_text_shorten(fonts, &parts, &style, &line)))
			continue;
		const int kept = (int)(strlen(line.text) - strlen(MARK));

		(void)snprintf(text, sizeof(text), "%.*s" MARK, kept + 1, family);
		check(!page_text_fit(fonts, text, &style, &more));
		page_line_done(&line);
	}
	page_fonts_free(fonts);
}

/* A base letter never loses its marks: U+0065 U+0302 U+0303 goes or stays as one. */
static void test_text_shortening_cuts_whole_characters(void)
{
	static const char cluster[] = "e\xcc\x82\xcc\x83";
	const char *text = "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83"
			   "e\xcc\x82\xcc\x83";
	struct page_fonts *fonts = page_fonts_new();
	const struct page_parts parts = { .part = { { text, "", 1 } }, .count = 1 };

	for (unsigned width = 30; width < 80; width += 3) {
		const struct page_text_style style = box(width, 30, 16, 16);
		struct page_line line = { 0 };

		if (!check(page_text_shorten(fonts, &parts, &style, &line)))
			continue;
		check_int((strlen(line.text) - strlen(MARK)) % strlen(cluster), 0);
		page_line_done(&line);
	}
	page_fonts_free(fonts);
}

static void test_text_that_cannot_be_short_enough_is_refused(void)
{
	struct page_fonts *fonts = page_fonts_new();
	static const struct page_parts rows[] = {
		PARTS("Wolfeschlegelsteinhausenberger", "Hubert", "Blaine"),
		{ .part = { { "Wolfeschlegelsteinhausenberger", "", 0 } },
			.count = 1 }, /* keep 0: not at all */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_text_style style = box(60, 24, 16, 16);
		struct page_line line = { 0 };

		check(!page_text_shorten(fonts, &rows[i], &style, &line));
		check(line.text == NULL && line.tile.data == NULL);
	}
	page_fonts_free(fonts);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_text_takes_the_largest_size_that_fits),
		CHECK_TEST(test_text_that_does_not_fit_is_refused),
		CHECK_TEST(test_text_is_aligned_by_its_ink),
		CHECK_TEST(test_text_inverse_is_white_on_black_with_an_edge),
		CHECK_TEST(test_text_coverage_by_script),
		CHECK_TEST(test_text_shortening_follows_its_one_rule),
		CHECK_TEST(test_text_shortening_loses_as_little_as_fits),
		CHECK_TEST(test_text_shortening_cuts_whole_characters),
		CHECK_TEST(test_text_that_cannot_be_short_enough_is_refused),
	};

	return check_run("printers/page/text", tests, ARRAY_LEN(tests));
}
