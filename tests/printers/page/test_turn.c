/* Quarter turns: an L is an L whichever way it lies, and never its mirror image. */
#include "printers/page/turn.h"

#include "tests/check.h"

/* Rows of text as dots. */
static void picture_of(struct label_bitmap *out, unsigned width, unsigned height, const char *dots)
{
	struct err err = { 0 };

	if (!check_ok(bitmap_init(out, width, height, &err), &err))
		return;
	for (unsigned i = 0; i < width * height; i++) {
		if (dots[i] == '#')
			bitmap_set(out, i % width, i / width, true);
	}
}

/* What lies on a label with so many turns, written down by hand. */
static const struct {
	const char *name;
	unsigned turn, width, height;
	const char *dots;
} lying[] = {
	{ "upright", 0, 3, 4,
		"#.."
		"#.."
		"#.#"
		"##." },
	{ "clockwise", 1, 4, 3,
		"####"
		"#..."
		".#.." },
	{ "head down", 2, 3, 4,
		".##"
		"#.#"
		"..#"
		"..#" },
	{ "anticlockwise", 3, 4, 3,
		"..#."
		"...#"
		"####" },
};

static void test_turn_back_stands_every_turn_upright(void)
{
	for (size_t i = 0; i < ARRAY_LEN(lying); i++) {
		AUTO_BITMAP upright = { 0 };
		AUTO_BITMAP label = { 0 };
		AUTO_BITMAP back = { 0 };
		struct err err = { 0 };

		check_row(lying[i].name);
		picture_of(&upright, 3, 4, lying[0].dots);
		picture_of(&label, lying[i].width, lying[i].height, lying[i].dots);
		if (check_ok(turn_back(&back, &label, bitmap_whole(&label), lying[i].turn, &err),
			    &err))
			check_ok(bitmap_equal(&upright, &back, &err), &err);
	}
}

static void test_turn_rect_places_every_dot(void)
{
	for (size_t i = 0; i < ARRAY_LEN(lying); i++) {
		AUTO_BITMAP expected = { 0 };
		AUTO_BITMAP drawn = { 0 };
		struct err err = { 0 };

		check_row(lying[i].name);
		picture_of(&expected, lying[i].width, lying[i].height, lying[i].dots);
		picture_of(&drawn, lying[i].width, lying[i].height, "............");
		for (unsigned at = 0; at < 12; at++) {
			if (lying[0].dots[at] == '#')
				bitmap_fill(&drawn,
					turn_rect((struct bitmap_rect) { at % 3, at / 3, 1, 1 }, 3,
						4, lying[i].turn),
					true);
		}
		check_ok(bitmap_equal(&expected, &drawn, &err), &err);
	}
}

static void test_turn_rect_keeps_sizes(void)
{
	static const struct {
		const char *name;
		unsigned turn;
		struct bitmap_rect lies;
	} rows[] = {
		{ "upright", 0, { 2, 1, 5, 3 } },
		{ "clockwise", 1, { 6, 2, 3, 5 } },
		{ "head down", 2, { 13, 6, 5, 3 } },
		{ "anticlockwise", 3, { 1, 13, 3, 5 } },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct bitmap_rect lies =
			turn_rect((struct bitmap_rect) { 2, 1, 5, 3 }, 20, 10, rows[i].turn);

		check_row(rows[i].name);
		check_int(lies.x_dots, rows[i].lies.x_dots);
		check_int(lies.y_dots, rows[i].lies.y_dots);
		check_int(lies.width_dots, rows[i].lies.width_dots);
		check_int(lies.height_dots, rows[i].lies.height_dots);
	}
}

static void test_turn_back_refuses_a_box_that_is_not_on_the_label(void)
{
	static const struct bitmap_rect rows[] = { { 0, 0, 4, 4 }, { 0, 0, 3, 5 }, { 1, 0, 3, 4 },
		{ 4, 0, 1, 1 }, { 0, 5, 1, 1 }, { 1, 1, 0, 1 }, { 1, 1, 0xffffffffu, 1 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BITMAP label = { 0 };
		AUTO_BITMAP back = { 0 };
		struct err err = { 0 };

		picture_of(&label, 3, 4, lying[0].dots);
		check(!turn_back(&back, &label, rows[i], 1, &err));
		check_int(err.code, ERR_INVALID);
		check(back.data == NULL);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_turn_back_stands_every_turn_upright),
		CHECK_TEST(test_turn_rect_places_every_dot),
		CHECK_TEST(test_turn_rect_keeps_sizes),
		CHECK_TEST(test_turn_back_refuses_a_box_that_is_not_on_the_label),
	};

	return check_run("printers/page/turn", tests, ARRAY_LEN(tests));
}
