/* Bar code geometry of every template at every resolution, and every way it can be wrong. */
#include "printers/page/geometry.h"

#include "tests/check.h"
#include "tests/printers/page/fixture.h"

static bool geometry_ok(const struct page_plan *plan, enum page_check *failed, struct err *err)
{
	return page_geometry_check(plan, 50800, 25400, failed, err);
}

/* LB-04: whole dots per module, 0.20-0.38 mm; quiet zone over 5 mm, 6.35 mm aimed at; 10 mm high.
 */
static void test_geometry_of_every_template_and_resolution(void)
{
	static const struct {
		const char *person;
		unsigned dpi;
		unsigned modules, module_dots, module_um, width_dots; /* Code 128 */
		unsigned quiet_um_min;
		unsigned matrix_module_dots, matrix_module_um;
	} rows[] = {
		{ "plain", 203, 101, 2, 250, 202, 6350, 3, 375 },
		{ "plain", 300, 101, 3, 254, 303, 6350, 4, 338 },
		{ "plain", 600, 101, 6, 254, 606, 6350, 8, 338 },
		{ "slip", 203, 123, 2, 250, 246, 5000, 3, 375 },
		{ "slip", 300, 123, 3, 254, 369, 5000, 4, 338 },
		{ "slip", 600, 123, 6, 254, 738, 5000, 8, 338 },
		{ "badge", 203, 123, 2, 250, 246, 5000, 3, 375 },
		{ "badge", 300, 123, 3, 254, 369, 5000, 4, 338 },
		{ "command", 203, 123, 2, 250, 246, 5000, 3, 375 },
		{ "command", 300, 123, 3, 254, 369, 5000, 4, 338 },
		{ "bag", 203, 123, 2, 250, 246, 5000, 3, 375 },
		{ "bag", 300, 123, 3, 254, 369, 5000, 4, 338 },
		{ "bag", 600, 123, 6, 254, 738, 5000, 8, 338 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture fixture;
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		check_row(rows[i].person);
		if (fixture_init(&fixture, rows[i].person, rows[i].dpi)) {
			const struct page_plan *plan = fixture.plan;
			const struct page_plan_code *bars = fixture_code(&fixture, PAGE_CODE128);
			const struct page_plan_code *matrix =
				fixture_code(&fixture, PAGE_DATAMATRIX);
			const unsigned left = bars->dark.x_dots - bars->area.x_dots;
			const unsigned right = bars->area.x_dots + bars->area.width_dots -
					       bars->dark.x_dots - bars->dark.width_dots;

			check_ok(geometry_ok(plan, &failed, &err), &err);
			check_int(bars->symbol.columns, rows[i].modules);
			check_int(bars->module_dots, rows[i].module_dots);
			check_int(dots_to_um(&plan->head, bars->module_dots), rows[i].module_um);
			check_int(bars->dark.width_dots, rows[i].width_dots);
			check(dots_to_um(&plan->head, left) >= rows[i].quiet_um_min);
			check(dots_to_um(&plan->head, right) >= rows[i].quiet_um_min);
			check(bars->dark.height_dots >= um_to_dots_up(&plan->head, 10000));
			check_int(matrix->symbol.columns, 14);
			check_int(matrix->symbol.rows, 14);
			check_int(matrix->module_dots, rows[i].matrix_module_dots);
			check_int(dots_to_um(&plan->head, matrix->module_dots),
				rows[i].matrix_module_um);
		}
		fixture_done(&fixture);
	}
}

/* LB-01: the name is top left, and no text of the label is larger. */
static void test_geometry_name_is_top_left_and_largest(void)
{
	static const char *const persons[] = { "plain", "long-both", "capitals", "stat", "slip",
		"badge" };

	for (size_t i = 0; i < ARRAY_LEN(persons); i++) {
		struct fixture fixture;

		check_row(persons[i]);
		if (fixture_init(&fixture, persons[i], 203)) {
			const struct page_plan_text *name = fixture_text(&fixture, PAGE_FIELD_NAME);

			for (size_t k = 0; k < fixture.plan->text_count; k++) {
				const struct page_plan_text *text = &fixture.plan->texts[k];

				check(text->rect.y_dots >= name->rect.y_dots);
				check(text == name || text->box->inverse ||
					text->line.size_dots < name->line.size_dots);
			}
			check_int(name->rect.x_dots, 8);
			check_int(name->rect.y_dots, 8);
		}
		fixture_done(&fixture);
	}
}

static void damage_module_small(struct fixture *fixture)
{
	fixture_code(fixture, PAGE_CODE128)->module_dots = 1;
}

static void damage_module_large(struct fixture *fixture)
{
	fixture_code(fixture, PAGE_DATAMATRIX)->module_dots = 4; /* 0.5 mm at 8 dots/mm */
}

static void damage_module_count(struct fixture *fixture)
{
	fixture_code(fixture, PAGE_CODE128)->symbol.columns = 112;
}

static void damage_quiet_left(struct fixture *fixture)
{
	fixture_code(fixture, PAGE_CODE128)->dark.x_dots = 39; /* 4.9 mm */
}

static void damage_quiet_right(struct fixture *fixture)
{
	struct page_plan_code *bars = fixture_code(fixture, PAGE_CODE128);

	bars->dark.x_dots = bars->area.width_dots - bars->dark.width_dots - 39;
}

static void damage_quiet_outside(struct fixture *fixture)
{
	struct page_plan_code *bars = fixture_code(fixture, PAGE_CODE128);

	bars->dark.x_dots = bars->area.x_dots + bars->area.width_dots;
}

static void damage_quiet_above_matrix(struct fixture *fixture)
{
	struct page_plan_code *matrix = fixture_code(fixture, PAGE_DATAMATRIX);

	matrix->dark.y_dots = matrix->area.y_dots + 5;
}

static void damage_height(struct fixture *fixture)
{
	fixture_code(fixture, PAGE_CODE128)->dark.height_dots = 79; /* 9.9 mm */
}

static void damage_area_text(struct fixture *fixture)
{
	fixture_text(fixture, PAGE_FIELD_NAME)->rect.x_dots = 7;
}

static void damage_area_code(struct fixture *fixture)
{
	fixture_code(fixture, PAGE_DATAMATRIX)->area.width_dots = 200;
}

static void damage_area_rule(struct fixture *fixture)
{
	fixture->plan->rules[fixture->plan->rule_count++] = (struct bitmap_rect) { 0, 100, 10, 1 };
}

static void damage_overlap_texts(struct fixture *fixture)
{
	fixture_text(fixture, PAGE_FIELD_BIRTH)->rect.y_dots -= 1;
}

/* Practice is outside the quiet zones (contrib/DESIGN.md 7): moved into one, it is refused. */
static void damage_overlap_practice(struct fixture *fixture)
{
	fixture_text(fixture, PAGE_FIELD_PRACTICE)->rect.x_dots -= 10;
}

static void damage_overlap_rule(struct fixture *fixture)
{
	fixture->plan->rules[fixture->plan->rule_count++] = (struct bitmap_rect) { 20, 70, 10, 1 };
}

static void test_geometry_refuses_each_fault(void)
{
	static const struct {
		const char *name;
		void (*damage)(struct fixture *fixture);
		enum page_check failed;
		const char *text;
	} rows[] = {
		{ "module small", damage_module_small, PAGE_CHECK_GEOMETRY_MODULE,
			"would be 125 um" },
		{ "module large", damage_module_large, PAGE_CHECK_GEOMETRY_MODULE,
			"would be 500 um" },
		{ "module count", damage_module_count, PAGE_CHECK_GEOMETRY_MODULE,
			"has 112 modules" },
		{ "quiet left", damage_quiet_left, PAGE_CHECK_GEOMETRY_QUIET,
			"is 39 dots, must be 40" },
		{ "quiet right", damage_quiet_right, PAGE_CHECK_GEOMETRY_QUIET,
			"is 39 dots, must be 40" },
		{ "outside area", damage_quiet_outside, PAGE_CHECK_GEOMETRY_QUIET, "is 0 dots" },
		{ "quiet matrix", damage_quiet_above_matrix, PAGE_CHECK_GEOMETRY_QUIET,
			"above and below" },
		{ "height", damage_height, PAGE_CHECK_GEOMETRY_HEIGHT, "79 dots high, must be 80" },
		{ "text outside", damage_area_text, PAGE_CHECK_GEOMETRY_AREA,
			"the name of the template 'auto12' would be printed outside the printable "
			"area, "
			"at column 7, row 8" },
		{ "code outside", damage_area_code, PAGE_CHECK_GEOMETRY_AREA,
			"the Data Matrix of the template" },
		{ "rule outside", damage_area_rule, PAGE_CHECK_GEOMETRY_AREA,
			"a line of the template" },
		{ "texts overlap", damage_overlap_texts, PAGE_CHECK_OVERLAP, "over each other" },
		{ "practice in quiet", damage_overlap_practice, PAGE_CHECK_OVERLAP,
			"over each other" },
		{ "rule in quiet", damage_overlap_rule, PAGE_CHECK_OVERLAP, "over each other" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture fixture;
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		check_row(rows[i].name);
		if (fixture_init(&fixture, "practice", 203)) {
			check_ok(geometry_ok(fixture.plan, &failed, &err), &err);
			rows[i].damage(&fixture);
			check(!geometry_ok(fixture.plan, &failed, &err));
			check_int(failed, rows[i].failed);
			check_err(&err, ERR_CHECK_FAILED, rows[i].text);
		}
		fixture_done(&fixture);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_geometry_of_every_template_and_resolution),
		CHECK_TEST(test_geometry_name_is_top_left_and_largest),
		CHECK_TEST(test_geometry_refuses_each_fault),
	};

	return check_run("printers/page/geometry", tests, ARRAY_LEN(tests));
}
