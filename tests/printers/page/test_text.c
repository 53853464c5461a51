/* Text: inside its box or refused; the one rule of shortening (LB-03). */
#include "printers/page/text.h"

#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

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
		{ "Han", "\xe7\x8e\x8b", true },
		{ "Hangul", "\xea\xb9\x80", true },
		{ "Han, extension B", "\xf0\xa0\x80\x8b", false },
		{ "Urdu", "\xdb\x81", false },
		{ "Thai", "\xe0\xb8\x97", false },
		{ "one of many", "Grace \xe0\xb8\x97", false },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		check_int(page_text_is_covered(fonts, rows[i].text, true, 18), rows[i].covered);
		check_int(page_text_is_covered(fonts, rows[i].text, false, 9), rows[i].covered);
	}
	page_fonts_free(fonts);
}

/* The last dots of a letter are not cut off by the box, above and below as well as at the sides. */
static void test_text_ink_is_whole_in_every_script(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "Latin", "\xc3\x85gj\xc5\x90Q" },
		{ "Vietnamese", "Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b \xe1\xba\xa4\xe1\xbb\xb4" },
		{ "decomposed", "Nguye\xcc\x82\xcc\x83n" },
		{ "four marks", "e\xcc\x81\xcc\x82\xcc\xa3\xcc\xa7" },
		{ "Hebrew with points", "\xd7\xa9\xd6\xb8\xd7\x81\xd7\xa8\xd6\xb8\xd7\x94" },
		{ "Arabic with marks",
			"\xd9\x85\xd9\x8f\xd8\xad\xd9\x8e\xd9\x85\xd9\x8e\xd9\x91\xd8\xaf" },
		{ "Georgian", "\xe1\x83\x9b\xe1\x83\x90\xe1\x83\x9b\xe1\x83\xa3" },
		{ "Han", "\xe6\xac\xa7\xe9\x98\xb3\xe5\xb0\x8f\xe7\xba\xa2" },
		{ "Hangul", "\xeb\x82\xa8\xea\xb6\x81" },
		{ "Kana", "\xe3\x82\xbf\xe3\x82\xab" },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		check(page_text_is_covered(fonts, rows[i].text, true, 18));
		for (unsigned size = 9; size <= 54; size += 9) {
			const struct page_text_style small = box(600, size * 140 / 100, size, size);
			const struct page_text_style large = box(900, size * 4, size, size);
			struct page_line line = { 0 }, roomy = { 0 };

			if (!check(page_text_fit(fonts, rows[i].text, &large, &roomy)))
				continue;
			if (page_text_fit(fonts, rows[i].text, &small, &line))
				check_int(bitmap_count_black(&line.tile, bitmap_whole(&line.tile)),
					bitmap_count_black(&roomy.tile, bitmap_whole(&roomy.tile)));
			page_line_done(&line);
			page_line_done(&roomy);
		}
	}
	page_fonts_free(fonts);
}

/* A part of a name keeps to itself: no letter or digit of one stands among those of another. */
static void test_text_parts_are_isolated_where_letters_run_the_other_way(void)
{
	static const struct {
		const char *name, *family, *given, *joined;
	} rows[] = {
		{ "Latin", "Okafor", "Grace", "Okafor, Grace" },
		{ "accents", "\xc3\x85", "\xe7\x8e\x8b", "\xc3\x85, \xe7\x8e\x8b" },
		{ "one part alone", "\xd7\x9b", "", "\xd7\x9b" },
		{ "Hebrew and Latin", "\xd7\x9b-L", "D 3",
			"\xe2\x81\xa8\xd7\x9b-L\xe2\x81\xa9, \xe2\x81\xa8"
			"D 3\xe2\x81\xa9" },
		{ "Latin and Arabic", "L", "\xd9\x85",
			"\xe2\x81\xa8L\xe2\x81\xa9, \xe2\x81\xa8\xd9\x85\xe2\x81\xa9" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_parts parts = { .part = { { rows[i].family, "", 6 },
							  { rows[i].given, ", ", 3 } },
			.count = 2 };
		AUTO(char_free) char *joined = page_parts_join(&parts);

		check_row(rows[i].name);
		check_str(joined, rows[i].joined);
	}
}

/* The family name is drawn on the right, the Latin given name on the left of it, in one piece. */
static void test_text_of_two_directions_keeps_its_parts_apart(void)
{
	static const struct page_parts parts = {
		.part = { { "\xd7\x9b\xd7\x94\xd7\x9f-WWW", "", 6 }, { "III", ", ", 3 } },
		.count = 2
	};
	const struct page_text_style style = box(400, 40, 20, 20);
	const struct page_parts given = { .part = { { "III", "", 3 } }, .count = 1 };
	struct page_fonts *fonts = page_fonts_new();
	struct page_line both = { 0 }, one = { 0 };
	struct bitmap_rect ink;
	AUTO(char_free) char *text = page_parts_join(&parts);
	AUTO(char_free) char *alone = page_parts_join(&given);

	if (check(page_text_fit(fonts, text, &style, &both)) &&
		check(page_text_fit(fonts, alone, &style, &one)) &&
		check(bitmap_ink(&one.tile, bitmap_whole(&one.tile), &ink)))
		for (unsigned y = 0; y < 40; y++) {
			for (unsigned x = 0; x < ink.x_dots + ink.width_dots; x++)
				check(bitmap_is_black(&both.tile, x, y) ==
					bitmap_is_black(&one.tile, x, y));
		}
	page_line_done(&both);
	page_line_done(&one);
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

/* What follows the cut begins a character of its own: no mark, joiner or jamo that belonged before
 * it. */
static void test_text_shortening_cuts_whole_characters_in_every_script(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "Hebrew with points", "\xd7\xa9\xd6\xb8\xd7\x81\xd7\xa8\xd6\xb8\xd7\x94\xd6\xb8"
					"\xd7\xa9\xd6\xb8\xd7\x81\xd7\xa8\xd6\xb8" },
		{ "Arabic with marks",
			"\xd9\x85\xd9\x8f\xd8\xad\xd9\x8e\xd9\x85\xd9\x8e\xd9\x91\xd8\xaf\xd9\x85"
			"\xd9\x8f\xd8\xad\xd9\x8e\xd9\x85\xd9\x8e\xd9\x91\xd8\xaf" },
		{ "Persian with joiners", "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb1\xdb\x8c\xe2\x80\x8c"
					  "\xd8\xb1\xdb\x8c\xe2\x80\x8c\xd8\xb1" },
		{ "Hangul in jamo", "\xe1\x84\x82\xe1\x85\xa1\xe1\x86\xb7\xe1\x84\x80\xe1\x85\xae"
				    "\xe1\x86\xbc\xe1\x84\x82\xe1\x85\xa1\xe1\x86\xb7" },
		{ "Han with a variation",
			"\xe8\xbe\xbb\xf3\xa0\x84\x80\xe8\xbe\xbb\xf3\xa0\x84\x80\xe8\xbe\xbb\xf3"
			"\xa0\x84\x80\xe8\xbe\xbb\xf3\xa0\x84\x80" },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_parts parts = { .part = { { rows[i].text, "", 1 } }, .count = 1 };
		unsigned cuts = 0;

		check_row(rows[i].name);
		for (unsigned width = 24; width < 120; width += 3) {
			const struct page_text_style style = box(width, 30, 16, 16);
			struct page_line line = { 0 };

			if (!page_text_shorten(fonts, &parts, &style, &line))
				continue;
			const char *rest = rows[i].text + strlen(line.text) - strlen(MARK);
			const gunichar c = g_utf8_get_char(rest);

			cuts++;
			check_int(g_unichar_ismark(c), false);
			check(c != 0x200c && (c < 0x1160 || c > 0x11ff));
			page_line_done(&line);
		}
		check(cuts > 3);
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
		CHECK_TEST(test_text_ink_is_whole_in_every_script),
		CHECK_TEST(test_text_parts_are_isolated_where_letters_run_the_other_way),
		CHECK_TEST(test_text_of_two_directions_keeps_its_parts_apart),
		CHECK_TEST(test_text_shortening_cuts_whole_characters_in_every_script),
		CHECK_TEST(test_text_shortening_follows_its_one_rule),
		CHECK_TEST(test_text_shortening_loses_as_little_as_fits),
		CHECK_TEST(test_text_shortening_cuts_whole_characters),
		CHECK_TEST(test_text_that_cannot_be_short_enough_is_refused),
	};

	return check_run("printers/page/text", tests, ARRAY_LEN(tests));
}
