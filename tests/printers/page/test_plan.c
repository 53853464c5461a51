/* Templates that are not ours: what a file could give wrong, and rules, which none of ours has. */
#include "printers/page/plan.h"

#include "daemon/base/auto.h"
#include "printers/page/geometry.h"
#include "printers/page/proof.h"
#include "tests/check.h"
#include "tests/printers/page/people.h"

DEFINE_AUTO(struct page_plan, page_plan_free)
DEFINE_AUTO(struct page_fonts, page_fonts_free)
DEFINE_AUTO(struct page_decoder, page_decoder_free)

#define BARS                                                                                   \
	{                                                                                      \
		.kind = PAGE_BOX_CODE128, .y_um = 7600, .width_um = 39200, .height_um = 10200, \
		.modules = 101                                                                 \
	}
#define MATRIX                                                                               \
	{                                                                                    \
		.kind = PAGE_BOX_DATAMATRIX, .x_um = 40600, .y_um = 10400, .width_um = 8000, \
		.height_um = 7200, .modules = 14                                             \
	}
#define RULE                                                                           \
	{                                                                              \
		.kind = PAGE_BOX_RULE, .x_um = 1000, .y_um = 19000, .width_um = 30000, \
		.height_um = 500                                                       \
	}
#define COPY                                                                                  \
	{                                                                                     \
		.kind = PAGE_BOX_TEXT, .field = PAGE_FIELD_COPY, .x_um = 1000, .y_um = 21000, \
		.width_um = 9000, .height_um = 2400, .size_max_um = 1500, .size_min_um = 1500 \
	}
#define EIGHT(box) box, box, box, box, box, box, box, box

static bool plan_of(const struct page_box *boxes, size_t count, struct page_plan **out,
	enum page_check *failed, struct err *err)
{
	AUTO(page_fonts_free) struct page_fonts *fonts = page_fonts_new();
	static struct page_template template; /* the plan points to it, and to its boxes */
	static struct page_box own[64];
	static char name[] = "test";
	struct id ids[2];

	if (!check(count <= ARRAY_LEN(own)))
		return false;
	memcpy(own, boxes, count * sizeof(*own));
	template = (struct page_template) { .name = name,
		.subject = PAGE_SUBJECT_SPECIMEN,
		.width_um = 50800,
		.height_um = 25400,
		.margin_um = 1000,
		.codes = 1u << PAGE_CODE128 | 1u << PAGE_DATAMATRIX,
		.boxes = own,
		.box_count = count };
	const struct page_content *content = &person_find("plain")->content;

	return page_content_check(content, template.subject, &ids[0], &ids[1], failed, err) &&
	       page_plan_new(out, fonts, &template, page_head_find(203), content, ids, failed, err);
}

static void test_plan_refuses_templates_that_cannot_be_laid_out(void)
{
	static const struct page_box many_texts[] = { EIGHT(COPY), EIGHT(COPY), EIGHT(COPY),
		EIGHT(COPY), COPY };
	static const struct page_box many_codes[] = { BARS, MATRIX, MATRIX };
	static const struct page_box many_rules[] = { EIGHT(RULE), EIGHT(RULE), EIGHT(RULE), RULE };
	static const struct page_box narrow[] = {
		{ .kind = PAGE_BOX_CODE128, .width_um = 25000, .height_um = 10200, .modules = 101 }
	};
	static const struct page_box low[] = {
		{ .kind = PAGE_BOX_DATAMATRIX, .width_um = 8000, .height_um = 5000, .modules = 14 }
	};
	static const struct {
		const char *name;
		const struct page_box *boxes;
		size_t count;
		enum page_check failed;
		const char *text;
	} rows[] = {
		{ "33 texts", many_texts, ARRAY_LEN(many_texts), PAGE_CHECK_OVERLAP,
			"more than 32 texts" },
		{ "3 codes", many_codes, ARRAY_LEN(many_codes), PAGE_CHECK_OVERLAP,
			"more than 2 codes" },
		{ "25 rules", many_rules, ARRAY_LEN(many_rules), PAGE_CHECK_OVERLAP,
			"more than 24 rules" },
		{ "narrow area", narrow, 1, PAGE_CHECK_GEOMETRY_QUIET,
			"Code 128 is larger than its area" },
		{ "low area", low, 1, PAGE_CHECK_GEOMETRY_QUIET,
			"Data Matrix is larger than its area" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(page_plan_free) struct page_plan *plan = NULL;
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		check_row(rows[i].name);
		check(!plan_of(rows[i].boxes, rows[i].count, &plan, &failed, &err));
		check_int(failed, rows[i].failed);
		check_err(&err, ERR_CHECK_FAILED, rows[i].text);
		check(plan == NULL);
	}
}

static void test_plan_draws_rules_and_their_damage_is_found(void)
{
	static const struct page_box boxes[] = { BARS, MATRIX, RULE, COPY };
	AUTO(page_plan_free) struct page_plan *plan = NULL;
	AUTO(page_decoder_free) struct page_decoder *decoder = page_decoder_new();
	AUTO_BITMAP bitmap = { 0 };
	enum page_check failed = PAGE_CHECK_NONE;
	struct err err = { 0 };

	if (!check_ok(plan_of(boxes, ARRAY_LEN(boxes), &plan, &failed, &err), &err) ||
		!check_ok(page_geometry_check(plan, 50800, 25400, &failed, &err), &err) ||
		!check_ok(page_plan_draw(plan, &bitmap, &err), &err))
		return;
	check_int(bitmap_count_black(&bitmap, (struct bitmap_rect) { 8, 152, 240, 4 }), 960);
	check_ok(page_prove(
			 decoder, plan, &bitmap, "101000000156", "1010000001560186", &failed, &err),
		&err);
	bitmap_set(&bitmap, 100, 153, false);
	check(!page_prove(
		decoder, plan, &bitmap, "101000000156", "1010000001560186", &failed, &err));
	check_int(failed, PAGE_CHECK_TEXT_INK);
	check_err(&err, ERR_CHECK_FAILED, "the rule at column 8, row 152 is damaged");
}

/* A square label whose boxes are turned by `turn` quarters around its middle. */
static struct page_box turned_box(const struct page_box *box, unsigned side_um, unsigned turn)
{
	struct page_box turned = *box;

	for (unsigned i = 0; i < turn; i++)
		turned = (struct page_box) { .kind = box->kind,
			.field = box->field,
			.modules = box->modules,
			.size_max_um = box->size_max_um,
			.size_min_um = box->size_min_um,
			.bold = box->bold,
			.inverse = box->inverse,
			.align = box->align,
			.line_um = box->line_um,
			.gives_way_to = box->gives_way_to,
			.narrow_width_um = box->narrow_width_um,
			.turn = i + 1,
			.x_um = side_um - turned.y_um - turned.height_um,
			.y_um = turned.x_um,
			.width_um = turned.height_um,
			.height_um = turned.width_um };
	return turned;
}

/* dot by dot: a quarter clockwise takes column x of row y to row x of the column y from the right
 */
static void check_is_turned(
	const struct label_bitmap *upright, const struct label_bitmap *label, unsigned turn)
{
	const unsigned last = upright->width_dots - 1;
	size_t differ = 0;

	for (unsigned y = 0; y <= last; y++) {
		for (unsigned x = 0; x <= last; x++) {
			unsigned at_x = x, at_y = y;

			for (unsigned i = 0; i < turn; i++) {
				const unsigned was_x = at_x;

				at_x = last - at_y;
				at_y = was_x;
			}
			differ += bitmap_is_black(upright, x, y) !=
				  bitmap_is_black(label, at_x, at_y);
		}
	}
	check_int(differ, 0);
}

static void test_plan_turns_boxes_without_changing_what_they_show(void)
{
	static const struct page_box boxes[] = { BARS,
		{ .kind = PAGE_BOX_TEXT,
			.field = PAGE_FIELD_NAME,
			.x_um = 2000,
			.y_um = 2000,
			.width_um = 40000,
			.height_um = 4000,
			.size_max_um = 3000,
			.size_min_um = 2000,
			.bold = true,
			.gives_way_to = PAGE_FIELD_ID,
			.narrow_width_um = 30000 },
		{ .kind = PAGE_BOX_TEXT,
			.field = PAGE_FIELD_ID,
			.x_um = 2000,
			.y_um = 30000,
			.width_um = 30000,
			.height_um = 3000,
			.size_max_um = 2000,
			.size_min_um = 2000,
			.inverse = true,
			.align = PAGE_RIGHT },
		{ .kind = PAGE_BOX_FRAME,
			.x_um = 2000,
			.y_um = 36000,
			.width_um = 12000,
			.height_um = 8000,
			.line_um = 500 } };
	AUTO_BITMAP upright = { 0 };

	for (unsigned turn = 0; turn < 4; turn++) {
		AUTO(page_plan_free) struct page_plan *plan = NULL;
		AUTO_BITMAP label = { 0 };
		struct page_box turned[ARRAY_LEN(boxes)];
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		for (size_t i = 0; i < ARRAY_LEN(boxes); i++)
			turned[i] = turned_box(&boxes[i], 50000, turn);
		if (!check_ok(plan_of(turned, ARRAY_LEN(boxes), &plan, &failed, &err), &err))
			continue;
		plan->width_dots = plan->height_dots = 400;
		check_int(plan->rule_count, 4);
		check_ok(page_geometry_check(plan, 50800, 25400, &failed, &err), &err);
		check_ok(page_plan_draw(plan, &label, &err), &err);
		if (turn == 0)
			bitmap_copy(&upright, &label);
		check_is_turned(&upright, &label, turn);
	}
}

static void test_plan_refuses_a_required_text_that_is_empty(void)
{
	static const struct page_box boxes[] = { { .kind = PAGE_BOX_TEXT,
		.field = PAGE_FIELD_SITE,
		.x_um = 1000,
		.y_um = 1000,
		.width_um = 9000,
		.height_um = 3000,
		.size_max_um = 2000,
		.size_min_um = 2000,
		.required = true } };
	struct page_plan *plan = NULL;
	enum page_check failed = PAGE_CHECK_NONE;
	struct err err = { 0 };

	check(!plan_of(boxes, 1, &plan, &failed, &err));
	check_int(failed, PAGE_CHECK_IDENTIFIERS);
	check_err(&err, ERR_CHECK_FAILED, "the site is empty, the template 'test' requires it");
	check(plan == NULL);
}

/* A label that no bitmap can be is refused, not cut. */
static void test_plan_larger_than_a_bitmap_is_refused(void)
{
	static const struct page_box boxes[] = { BARS, MATRIX };
	AUTO(page_plan_free) struct page_plan *plan = NULL;
	AUTO_BITMAP bitmap = { 0 };
	enum page_check failed = PAGE_CHECK_NONE;
	struct err err = { 0 };

	if (!check_ok(plan_of(boxes, ARRAY_LEN(boxes), &plan, &failed, &err), &err))
		return;
	plan->height_dots = BITMAP_HEIGHT_DOTS_MAX + 1;
	check(!page_plan_draw(plan, &bitmap, &err));
	check_err(&err, ERR_INVALID, "not possible");
}

static void test_plan_rounds_lengths_to_dots(void)
{
	static const struct {
		unsigned dpi, um, dots, dots_up;
	} rows[] = {
		{ 203, 5000, 40, 40 },
		{ 203, 5001, 40, 41 },
		{ 203, 10000, 80, 80 },
		{ 300, 5000, 59, 60 },
		{ 300, 10000, 118, 119 },
		{ 300, 50800, 600, 600 },
		{ 600, 10000, 236, 237 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_head *head = page_head_find(rows[i].dpi);

		check_int(um_to_dots(head, rows[i].um), rows[i].dots);
		check_int(um_to_dots_up(head, rows[i].um), rows[i].dots_up);
	}
	check(page_head_find(152) == NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_plan_refuses_templates_that_cannot_be_laid_out),
		CHECK_TEST(test_plan_draws_rules_and_their_damage_is_found),
		CHECK_TEST(test_plan_turns_boxes_without_changing_what_they_show),
		CHECK_TEST(test_plan_refuses_a_required_text_that_is_empty),
		CHECK_TEST(test_plan_larger_than_a_bitmap_is_refused),
		CHECK_TEST(test_plan_rounds_lengths_to_dots),
	};

	return check_run("printers/page/plan", tests, ARRAY_LEN(tests));
}
