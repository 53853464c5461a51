/* The bad labels: each damage to a finished bitmap is found, and by the check that names it. */
#include "printers/page/proof.h"

#include "printers/page/geometry.h"
#include "tests/check.h"
#include "tests/printers/page/fixture.h"

static bool prove(struct fixture *fixture, enum page_check *failed, struct err *err)
{
	return page_prove(fixture->decoder, fixture->plan, &fixture->bitmap, fixture->row->code,
		fixture->row->matrix, failed, err);
}

static struct bitmap_rect bars_of(struct fixture *fixture)
{
	return fixture_code(fixture, PAGE_CODE128)->dark;
}

static struct bitmap_rect matrix_of(struct fixture *fixture)
{
	return fixture_code(fixture, PAGE_DATAMATRIX)->dark;
}

static unsigned dot(const struct fixture *fixture)
{
	return fixture->plan->head.dots_per_m / 8000; /* scales a damage with the resolution */
}

/* Moves what is in rect by some dots to the right; what it leaves becomes white. */
static void shift(struct fixture *fixture, struct bitmap_rect rect, unsigned by_dots)
{
	AUTO_BITMAP before = { 0 };

	bitmap_copy(&before, &fixture->bitmap);
	bitmap_fill(&fixture->bitmap, rect, false);
	for (unsigned y = rect.y_dots; y < rect.y_dots + rect.height_dots; y++) {
		for (unsigned x = rect.x_dots; x < rect.x_dots + rect.width_dots; x++) {
			if (bitmap_is_black(&before, x, y))
				bitmap_set(&fixture->bitmap, x + by_dots, y, true);
		}
	}
}

/* ER-13, Snyder: a dead dot of the head draws a white line along the bars. */
static void bad_dead_dot_in_a_bar(struct fixture *fixture)
{
	struct bitmap_rect line = bars_of(fixture);

	line.width_dots = 1;
	bitmap_fill(&fixture->bitmap, line, false);
}

static void bad_dead_module(struct fixture *fixture)
{
	struct bitmap_rect line = bars_of(fixture);

	line.width_dots = fixture_code(fixture, PAGE_CODE128)->module_dots;
	bitmap_fill(&fixture->bitmap, line, false);
}

static void bad_line_across(struct fixture *fixture)
{
	struct bitmap_rect line = bars_of(fixture);

	line.y_dots += line.height_dots / 3;
	line.height_dots = 1;
	bitmap_fill(&fixture->bitmap, line, false);
}

static void bad_bars_cut_short(struct fixture *fixture)
{
	struct bitmap_rect lower = bars_of(fixture);

	lower.y_dots += lower.height_dots - 1;
	lower.height_dots = 1;
	bitmap_fill(&fixture->bitmap, lower, false);
}

static void bad_bars_truncated(struct fixture *fixture)
{
	struct bitmap_rect last = bars_of(fixture);
	const unsigned module = fixture_code(fixture, PAGE_CODE128)->module_dots;

	last.x_dots += last.width_dots - 2 * module;
	last.width_dots = 2 * module;
	bitmap_fill(&fixture->bitmap, last, false);
}

static void bad_bars_of_another_specimen(struct fixture *fixture)
{
	fixture_redraw(fixture, PAGE_CODE128, "101999999928");
}

static void bad_bars_shifted_a_dot(struct fixture *fixture)
{
	shift(fixture, bars_of(fixture), 1);
}

static void bad_bars_shifted_a_module(struct fixture *fixture)
{
	shift(fixture, bars_of(fixture), fixture_code(fixture, PAGE_CODE128)->module_dots);
}

static void bad_bars_missing(struct fixture *fixture)
{
	bitmap_fill(&fixture->bitmap, bars_of(fixture), false);
}

static void bad_dot_in_quiet_zone(struct fixture *fixture)
{
	const struct bitmap_rect bars = bars_of(fixture);

	bitmap_set(&fixture->bitmap, bars.x_dots - 1, bars.y_dots + 7, true);
}

static void bad_dot_at_the_far_end_of_the_quiet_zone(struct fixture *fixture)
{
	const struct bitmap_rect bars = bars_of(fixture);

	bitmap_set(&fixture->bitmap,
		bars.x_dots + bars.width_dots +
			page_quiet_dots(fixture->plan, fixture_code(fixture, PAGE_CODE128)) - 1,
		bars.y_dots, true);
}

static void bad_dot_by_the_matrix(struct fixture *fixture)
{
	const struct bitmap_rect matrix = matrix_of(fixture);

	bitmap_set(&fixture->bitmap, matrix.x_dots + 3, matrix.y_dots - 1, true);
}

static void bad_matrix_of_another_copy(struct fixture *fixture)
{
	fixture_redraw(fixture, PAGE_DATAMATRIX, "1010000001561253");
}

static void bad_matrix_of_another_specimen(struct fixture *fixture)
{
	fixture_redraw(fixture, PAGE_DATAMATRIX, "1019999999289983");
}

/* libdmtx would correct one module; a label of ours needs no correction. */
static void bad_matrix_module_flipped(struct fixture *fixture)
{
	const struct page_plan_code *code = fixture_code(fixture, PAGE_DATAMATRIX);
	const struct bitmap_rect cell = { code->dark.x_dots + 6 * code->module_dots,
		code->dark.y_dots + 6 * code->module_dots, code->module_dots, code->module_dots };

	bitmap_fill(&fixture->bitmap, cell,
		!bitmap_is_black(&fixture->bitmap, cell.x_dots, cell.y_dots));
}

static void bad_matrix_scratched(struct fixture *fixture)
{
	struct bitmap_rect line = matrix_of(fixture);

	line.height_dots = 1;
	line.y_dots += 20 * dot(fixture);
	bitmap_fill(&fixture->bitmap, line, false);
}

static void bad_matrix_finder_broken(struct fixture *fixture)
{
	const struct page_plan_code *code = fixture_code(fixture, PAGE_DATAMATRIX);
	const struct bitmap_rect finder = { code->dark.x_dots, code->dark.y_dots, code->module_dots,
		code->dark.height_dots };

	bitmap_fill(&fixture->bitmap, finder, false);
}

static void bad_matrix_missing(struct fixture *fixture)
{
	bitmap_fill(&fixture->bitmap, matrix_of(fixture), false);
}

static void bad_line_through_the_name(struct fixture *fixture)
{
	struct bitmap_rect line = fixture_text(fixture, PAGE_FIELD_NAME)->rect;

	line.y_dots += line.height_dots / 2;
	line.height_dots = 1;
	bitmap_fill(&fixture->bitmap, line, false);
}

static void bad_birth_date_missing(struct fixture *fixture)
{
	bitmap_fill(&fixture->bitmap, fixture_text(fixture, PAGE_FIELD_BIRTH)->rect, false);
}

static void bad_number_shifted(struct fixture *fixture)
{
	struct bitmap_rect rect = fixture_text(fixture, PAGE_FIELD_ID)->rect;

	rect.width_dots -= 1;
	shift(fixture, rect, 1);
}

static void bad_id_in_figures(struct fixture *fixture)
{
	fixture_text(fixture, PAGE_FIELD_ID)->line.text[4] ^= 1;
}

static void bad_ink_in_the_margin(struct fixture *fixture)
{
	bitmap_set(&fixture->bitmap, 0, 0, true);
}

static void bad_ink_between_boxes(struct fixture *fixture)
{
	const struct bitmap_rect id = fixture_text(fixture, PAGE_FIELD_ID)->rect;

	bitmap_set(&fixture->bitmap, id.x_dots + id.width_dots, id.y_dots + 1, true);
}

static void bad_blank(struct fixture *fixture)
{
	bitmap_fill(&fixture->bitmap, bitmap_whole(&fixture->bitmap), false);
}

static void bad_text_tile_blank(struct fixture *fixture)
{
	struct page_plan_text *text = fixture_text(fixture, PAGE_FIELD_NAME);

	bitmap_fill(&text->line.tile, bitmap_whole(&text->line.tile), false);
	bitmap_fill(&fixture->bitmap, text->rect, false);
}

static void bad_no_matrix_planned(struct fixture *fixture)
{
	const struct page_plan_code *matrix = fixture_code(fixture, PAGE_DATAMATRIX);

	bitmap_fill(&fixture->bitmap, matrix->area, false);
	if (matrix == &fixture->plan->codes[0])
		fixture->plan->codes[0] = fixture->plan->codes[1];
	fixture->plan->code_count = 1;
}

static void bad_no_bars_planned(struct fixture *fixture)
{
	const struct page_plan_code *bars = fixture_code(fixture, PAGE_CODE128);

	bitmap_fill(&fixture->bitmap, bars->area, false);
	if (bars == &fixture->plan->codes[0])
		fixture->plan->codes[0] = fixture->plan->codes[1];
	fixture->plan->code_count = 1;
}

static void bad_size(struct fixture *fixture)
{
	fixture->bitmap.height_dots -= 1;
}

static const struct {
	const char *name;
	void (*damage)(struct fixture *fixture);
	enum page_check failed;
} bad_labels[] = {
	{ "dead dot in a bar", bad_dead_dot_in_a_bar, PAGE_CHECK_GEOMETRY_MODULE },
	{ "dead module", bad_dead_module, PAGE_CHECK_DECODE_CODE128 },
	{ "line across", bad_line_across, PAGE_CHECK_GEOMETRY_HEIGHT },
	{ "bars cut short", bad_bars_cut_short, PAGE_CHECK_GEOMETRY_HEIGHT },
	{ "bars truncated", bad_bars_truncated, PAGE_CHECK_DECODE_CODE128 },
	{ "bars of another specimen", bad_bars_of_another_specimen, PAGE_CHECK_DECODE_CODE128 },
	{ "bars shifted a dot", bad_bars_shifted_a_dot, PAGE_CHECK_GEOMETRY_QUIET },
	{ "bars shifted a module", bad_bars_shifted_a_module, PAGE_CHECK_GEOMETRY_QUIET },
	{ "bars missing", bad_bars_missing, PAGE_CHECK_DECODE_CODE128 },
	{ "dot in the quiet zone", bad_dot_in_quiet_zone, PAGE_CHECK_GEOMETRY_QUIET },
	{ "dot at its far end", bad_dot_at_the_far_end_of_the_quiet_zone,
		PAGE_CHECK_GEOMETRY_QUIET },
	{ "dot by the matrix", bad_dot_by_the_matrix, PAGE_CHECK_GEOMETRY_QUIET },
	{ "matrix of another copy", bad_matrix_of_another_copy, PAGE_CHECK_DECODE_DATAMATRIX },
	{ "matrix of another specimen", bad_matrix_of_another_specimen,
		PAGE_CHECK_DECODE_DATAMATRIX },
	{ "matrix module flipped", bad_matrix_module_flipped, PAGE_CHECK_DECODE_DATAMATRIX },
	{ "matrix scratched", bad_matrix_scratched, PAGE_CHECK_GEOMETRY_MODULE },
	{ "matrix finder broken", bad_matrix_finder_broken, PAGE_CHECK_DECODE_DATAMATRIX },
	{ "matrix missing", bad_matrix_missing, PAGE_CHECK_DECODE_DATAMATRIX },
	{ "line through the name", bad_line_through_the_name, PAGE_CHECK_TEXT_INK },
	{ "birth date missing", bad_birth_date_missing, PAGE_CHECK_TEXT_INK },
	{ "id shifted", bad_number_shifted, PAGE_CHECK_TEXT_INK },
	{ "id in figures", bad_id_in_figures, PAGE_CHECK_IDENTIFIERS },
	{ "text without ink", bad_text_tile_blank, PAGE_CHECK_TEXT_INK },
	{ "ink in the margin", bad_ink_in_the_margin, PAGE_CHECK_GEOMETRY_AREA },
	{ "ink between boxes", bad_ink_between_boxes, PAGE_CHECK_GEOMETRY_AREA },
	{ "blank label", bad_blank, PAGE_CHECK_DECODE_CODE128 },
	{ "no matrix planned", bad_no_matrix_planned, PAGE_CHECK_DECODE_DATAMATRIX },
	{ "no bars planned", bad_no_bars_planned, PAGE_CHECK_DECODE_CODE128 },
	{ "other size", bad_size, PAGE_CHECK_GEOMETRY_AREA },
};

/* LB-07, LB-11. A good label passes; with one damage it does not. */
static void test_proof_finds_every_bad_label(void)
{
	static const unsigned dpis[] = { 203, 300 };

	for (size_t i = 0; i < ARRAY_LEN(bad_labels); i++) {
		for (size_t k = 0; k < ARRAY_LEN(dpis); k++) {
			struct fixture fixture;
			enum page_check failed = PAGE_CHECK_NONE;
			struct err err = { 0 };

			check_row(bad_labels[i].name);
			if (fixture_init(&fixture, "plain", dpis[k])) {
				check_ok(prove(&fixture, &failed, &err), &err);
				bad_labels[i].damage(&fixture);
				check(!prove(&fixture, &failed, &err));
				check_str(page_check_word(failed),
					page_check_word(bad_labels[i].failed));
				check_int(err.code, ERR_CHECK_FAILED);
				check(err.hint[0] != 0);
			}
			fixture_done(&fixture);
		}
	}
}

/* Every single dot of the label that is wrong is found, whichever check finds it. */
static void test_proof_finds_every_single_wrong_dot(void)
{
	struct fixture fixture;
	unsigned missed = 0;

	if (fixture_init(&fixture, "plain", 203)) {
		/* a stride that meets every column and row of this label without trying all of them
		 */
		const unsigned total = fixture.bitmap.width_dots * fixture.bitmap.height_dots;

		for (unsigned at = 0; at < total; at += 401) {
			const unsigned x = at % fixture.bitmap.width_dots,
				       y = at / fixture.bitmap.width_dots;
			const bool black = bitmap_is_black(&fixture.bitmap, x, y);
			enum page_check failed = PAGE_CHECK_NONE;

			bitmap_set(&fixture.bitmap, x, y, !black);
			missed += prove(&fixture, &failed, NULL);
			bitmap_set(&fixture.bitmap, x, y, black);
		}
		check_int(missed, 0);
	}
	fixture_done(&fixture);
}

/*
 * A decoder is tolerant of what it need not look at: libzbar reads over modules of the stop
 * pattern. Each module of the bars, turned into the other colour on its whole height, is found.
 */
static void test_proof_finds_every_module_of_the_bars(void)
{
	static const unsigned dpis[] = { 203, 300, 600 };

	for (size_t k = 0; k < ARRAY_LEN(dpis); k++) {
		struct fixture fixture;
		unsigned missed = 0;

		if (fixture_init(&fixture, "plain", dpis[k])) {
			const struct page_plan_code *code = fixture_code(&fixture, PAGE_CODE128);

			check_int(code->symbol.columns, 101);
			for (unsigned column = 0; column < code->symbol.columns; column++) {
				struct bitmap_rect bar = code->dark;
				enum page_check failed = PAGE_CHECK_NONE;

				bar.x_dots += column * code->module_dots;
				bar.width_dots = code->module_dots;
				bool black =
					bitmap_is_black(&fixture.bitmap, bar.x_dots, bar.y_dots);

				bitmap_fill(&fixture.bitmap, bar, !black);
				missed += prove(&fixture, &failed, NULL) ||
					  failed != PAGE_CHECK_DECODE_CODE128;
				bitmap_fill(&fixture.bitmap, bar, black);
			}
			check_int(missed, 0);
		}
		fixture_done(&fixture);
	}
}

/* What a person of the row may be damaged in: a dot inside each of the plan's rectangles. */
static size_t rects_of(const struct page_plan *plan, struct bitmap_rect *out)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->text_count; i++)
		out[count++] = plan->texts[i].rect;
	for (size_t i = 0; i < plan->code_count; i++) {
		out[count++] = plan->codes[i].area;
		out[count++] = plan->codes[i].dark;
	}
	for (size_t i = 0; i < plan->rule_count; i++)
		out[count++] = plan->rules[i];
	return count;
}

/* Flips dots spread over rect, its corners among them, one at a time; how many were not found. */
static unsigned flips_missed(struct fixture *fixture, struct bitmap_rect rect)
{
	const unsigned steps = 4;
	unsigned missed = 0;

	for (unsigned at = 0; at <= steps * (steps + 2); at++) {
		const unsigned x = rect.x_dots + (rect.width_dots - 1) * (at % (steps + 1)) / steps;
		const unsigned y =
			rect.y_dots + (rect.height_dots - 1) * (at / (steps + 1)) / steps;
		const bool black = bitmap_is_black(&fixture->bitmap, x, y);
		enum page_check failed = PAGE_CHECK_NONE;

		bitmap_set(&fixture->bitmap, x, y, !black);
		missed += prove(fixture, &failed, NULL) || failed == PAGE_CHECK_NONE;
		bitmap_set(&fixture->bitmap, x, y, black);
	}
	return missed;
}

/* LB-10: whichever element of the head is dead, it leaves a white line in every bar. */
static void test_pattern_has_ink_in_every_dot_column_of_its_bars(void)
{
	static const unsigned dpis[] = { 203, 300, 600 };

	for (size_t k = 0; k < ARRAY_LEN(dpis); k++) {
		struct fixture fixture;
		unsigned white = 0;

		check_row("pattern");
		if (fixture_init(&fixture, "pattern", dpis[k])) {
			const struct page_plan *plan = fixture.plan;

			check_int(plan->rule_count, 5);
			for (size_t i = 0; i < plan->rule_count; i++)
				for (unsigned x = 0; x < plan->width_dots; x++)
					white += !bitmap_is_black(&fixture.bitmap, x,
						plan->rules[i].y_dots +
							plan->rules[i].height_dots / 2);
			check_int(white, 0);
		}
		fixture_done(&fixture);
	}
}

/* Turned by no, one, two and three quarters, and every other template: no dot of a box is free. */
static void test_proof_finds_a_wrong_dot_in_every_box_however_it_is_turned(void)
{
	static const char *const persons[] = { "clinic50x25-longest", "ladder-longest", "ladder",
		"tube30x21-longest", "cup-longest", "jar-longest", "aliquot-longest",
		"separator-practice", "found-practice", "downtime-practice", "pattern-practice" };
	static const unsigned dpis[] = { 203, 300 };

	for (size_t i = 0; i < ARRAY_LEN(persons); i++) {
		for (size_t k = 0; k < ARRAY_LEN(dpis); k++) {
			struct bitmap_rect rects[PAGE_PLAN_TEXTS_MAX + 2 * PAGE_PLAN_CODES_MAX +
						 PAGE_PLAN_RULES_MAX];
			struct fixture fixture;
			enum page_check failed = PAGE_CHECK_NONE;
			struct err err = { 0 };
			size_t count = 0;

			check_row(persons[i]);
			if (fixture_init(&fixture, persons[i], dpis[k])) {
				check_ok(prove(&fixture, &failed, &err), &err);
				count = rects_of(fixture.plan, rects);
			}
			check(count >= 4);
			for (size_t r = 0; r < count; r++)
				check_int(flips_missed(&fixture, rects[r]), 0);
			fixture_done(&fixture);
		}
	}
}

/* The ladder's bars and matrix are held to what the upright label's are, by the same checks. */
static void test_proof_finds_each_damage_of_a_turned_label(void)
{
	static const struct {
		const char *name;
		unsigned along, across; /* thousandths of the bars, as they stand upright */
		unsigned length, width;
		enum page_check failed;
	} rows[] = {
		{ "dead dot along a bar", 0, 0, 1, 0, PAGE_CHECK_GEOMETRY_MODULE },
		{ "line across", 0, 333, 0, 1, PAGE_CHECK_GEOMETRY_HEIGHT },
		{ "cut short", 0, 1000, 0, 1, PAGE_CHECK_GEOMETRY_HEIGHT },
		{ "dead module", 0, 0, 2, 0, PAGE_CHECK_DECODE_CODE128 },
		{ "bars missing", 0, 0, 0, 0, PAGE_CHECK_DECODE_CODE128 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture fixture;
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		check_row(rows[i].name);
		if (fixture_init(&fixture, "ladder", 203)) {
			const struct bitmap_rect bars = bars_of(&fixture);
			/* a quarter clockwise: along the bars is down, across them is to the left
			 */
			const unsigned left = (bars.width_dots - 1) * rows[i].across / 1000;
			const struct bitmap_rect damage = {
				rows[i].width ? bars.x_dots + bars.width_dots - 1 - left
					      : bars.x_dots,
				bars.y_dots + bars.height_dots * rows[i].along / 1000,
				rows[i].width ? rows[i].width : bars.width_dots,
				rows[i].length ? rows[i].length : bars.height_dots
			};

			check(bars.height_dots > bars.width_dots);
			bitmap_fill(&fixture.bitmap, damage, false);
			check(!prove(&fixture, &failed, &err));
			check_str(page_check_word(failed), page_check_word(rows[i].failed));
		}
		fixture_done(&fixture);
	}
}

/* LB-11: the two ids that are ordered must speak of one specimen. */
static void test_proof_refuses_two_ids_that_disagree(void)
{
	static const struct {
		const char *code, *matrix, *text;
	} rows[] = {
		{ "101000000156", "1019999999289983", "different things" },
		{ "101999999928", "1010000001560186", "different things" },
		{ "V101000000158", "1010000001560186", "different things" },
		{ "101000000157", "1010000001560186", "not one of ours" },
		{ "101000000156", "1010000001560187", "not one of ours" },
	};
	struct fixture fixture;

	if (fixture_init(&fixture, "plain", 203)) {
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			enum page_check failed = PAGE_CHECK_NONE;
			struct err err = { 0 };

			check(!page_prove(fixture.decoder, fixture.plan, &fixture.bitmap,
				rows[i].code, rows[i].matrix, &failed, &err));
			check_int(failed, PAGE_CHECK_IDENTIFIERS);
			check_err(&err, ERR_CHECK_FAILED, rows[i].text);
		}
	}
	fixture_done(&fixture);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_proof_finds_every_bad_label),
		CHECK_TEST(test_proof_finds_every_single_wrong_dot),
		CHECK_TEST(test_proof_finds_every_module_of_the_bars),
		CHECK_TEST(test_proof_finds_a_wrong_dot_in_every_box_however_it_is_turned),
		CHECK_TEST(test_pattern_has_ink_in_every_dot_column_of_its_bars),
		CHECK_TEST(test_proof_finds_each_damage_of_a_turned_label),
		CHECK_TEST(test_proof_refuses_two_ids_that_disagree),
	};

	return check_run("printers/page/proof", tests, ARRAY_LEN(tests));
}
