/* The checks of a plan before it is drawn. */
#include "printers/page/geometry.h"

static const char *code_said(const struct page_plan_code *code)
{
	return code->symbol.symbology == PAGE_DATAMATRIX ? "Data Matrix" : "Code 128";
}

static unsigned right_of(const struct bitmap_rect *rect)
{
	return rect->x_dots + rect->width_dots;
}

static unsigned bottom_of(const struct bitmap_rect *rect)
{
	return rect->y_dots + rect->height_dots;
}

unsigned page_quiet_dots(const struct page_plan *plan, const struct page_plan_code *code)
{
	if (code->symbol.symbology == PAGE_DATAMATRIX)
		return PAGE_MATRIX_QUIET_MODULES_MIN * code->module_dots;
	const unsigned by_modules = PAGE_QUIET_MODULES_MIN * code->module_dots;
	const unsigned by_length = um_to_dots_up(&plan->head, PAGE_QUIET_UM_MIN);

	return by_modules > by_length ? by_modules : by_length;
}

static bool module_check(const struct page_plan *plan, const struct page_plan_code *code,
	enum page_check *out_failed, struct err *err)
{
	/* times dots per metre: in units that lose nothing */
	const uint64_t module = (uint64_t)code->module_dots * 1000000;

	if (module < (uint64_t)PAGE_MODULE_UM_MIN * plan->head.dots_per_m ||
		module > (uint64_t)PAGE_MODULE_UM_MAX * plan->head.dots_per_m)
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_MODULE, err,
			"a module of the %s would be %u um, must be %u to %u um", code_said(code),
			dots_to_um(&plan->head, code->module_dots), PAGE_MODULE_UM_MIN,
			PAGE_MODULE_UM_MAX);
	if (code->symbol.columns != code->box->modules)
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_MODULE, err,
			"the %s has %u modules, the template is made for %u", code_said(code),
			code->symbol.columns, code->box->modules);
	return true;
}

static bool rect_is_inside(const struct bitmap_rect *rect, const struct bitmap_rect *outer)
{
	return rect->x_dots >= outer->x_dots && rect->y_dots >= outer->y_dots &&
	       right_of(rect) <= right_of(outer) && bottom_of(rect) <= bottom_of(outer);
}

/* White before the first and behind the last bar, the lesser of both; 0 when a bar is outside. */
static unsigned quiet_beside(const struct page_plan_code *code)
{
	struct bitmap_rect area, dark;

	if (!rect_is_inside(&code->dark, &code->area))
		return 0;
	page_code_upright(code, &area, &dark);
	const unsigned left = dark.x_dots - area.x_dots;
	const unsigned right = right_of(&area) - right_of(&dark);

	return left < right ? left : right;
}

static bool quiet_check(const struct page_plan *plan, const struct page_plan_code *code,
	enum page_check *out_failed, struct err *err)
{
	const unsigned need = page_quiet_dots(plan, code);
	const unsigned least = quiet_beside(code);

	if (least < need)
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_QUIET, err,
			"the white beside the %s is %u dots, must be %u", code_said(code), least,
			need);
	if (code->symbol.symbology == PAGE_DATAMATRIX &&
		(code->dark.y_dots < code->area.y_dots + need ||
			bottom_of(&code->area) < bottom_of(&code->dark) + need))
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_QUIET, err,
			"the white above and below the Data Matrix must be %u dots", need);
	return true;
}

static bool height_check(const struct page_plan *plan, const struct page_plan_code *code,
	enum page_check *out_failed, struct err *err)
{
	const unsigned need = um_to_dots_up(&plan->head, PAGE_BAR_HEIGHT_UM_MIN);
	const unsigned height =
		code->box->turn % 2 ? code->dark.width_dots : code->dark.height_dots;

	if (code->symbol.symbology == PAGE_CODE128 && height < need)
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_HEIGHT, err,
			"the bars are %u dots high, must be %u", height, need);
	return true;
}

static bool area_fail(const struct page_plan *plan, const char *what,
	const struct bitmap_rect *rect, enum page_check *out_failed, struct err *err)
{
	return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_AREA, err,
		"%s of the template '%s' would be printed outside the printable area, at column "
		"%u, row %u",
		what, plan->template->name, rect->x_dots, rect->y_dots);
}

static bool area_check(const struct page_plan *plan, enum page_check *out_failed, struct err *err)
{
	const struct bitmap_rect label = { 0, 0, plan->width_dots, plan->height_dots };
	const unsigned margin = um_to_dots(&plan->head, plan->template->margin_um);
	const bool margins_fit = label.width_dots > 2 * margin && label.height_dots > 2 * margin;
	/* without room for anything, nothing is inside */
	const struct bitmap_rect printable = { margin, margin,
		margins_fit ? label.width_dots - 2 * margin : 0,
		margins_fit ? label.height_dots - 2 * margin : 0 };

	for (size_t i = 0; i < plan->text_count; i++) {
		const struct page_plan_text *text = &plan->texts[i];

		if (!rect_is_inside(&text->rect, &printable))
			return area_fail(
				plan, page_box_said(text->box), &text->rect, out_failed, err);
	}
	for (size_t i = 0; i < plan->code_count; i++) {
		const struct page_plan_code *code = &plan->codes[i];

		const char *what =
			code->symbol.symbology == PAGE_CODE128 ? "the Code 128" : "the Data Matrix";

		if (!rect_is_inside(&code->dark, &printable) ||
			!rect_is_inside(&code->area, &label))
			return area_fail(plan, what, &code->area, out_failed, err);
	}
	for (size_t i = 0; i < plan->rule_count; i++) {
		if (!rect_is_inside(&plan->rules[i], &printable))
			return area_fail(plan, "a line", &plan->rules[i], out_failed, err);
	}
	return true;
}

static bool rects_touch(const struct bitmap_rect *a, const struct bitmap_rect *b)
{
	return a->x_dots < right_of(b) && b->x_dots < right_of(a) && a->y_dots < bottom_of(b) &&
	       b->y_dots < bottom_of(a);
}

static bool overlap_check(
	const struct page_plan *plan, enum page_check *out_failed, struct err *err)
{
	struct bitmap_rect rects[PAGE_PLAN_TEXTS_MAX + PAGE_PLAN_CODES_MAX + PAGE_PLAN_RULES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < plan->code_count; i++)
		rects[count++] = plan->codes[i].area;
	for (size_t i = 0; i < plan->text_count; i++)
		rects[count++] = plan->texts[i].rect;
	for (size_t i = 0; i < plan->rule_count; i++)
		rects[count++] = plan->rules[i];
	for (size_t i = 0; i < count; i++) {
		for (size_t k = i + 1; k < count; k++) {
			if (rects_touch(&rects[i], &rects[k]))
				return page_check_fail(out_failed, PAGE_CHECK_OVERLAP, err,
					"two boxes of the template '%s' lie over each other at "
					"column %u, row %u",
					plan->template->name, rects[k].x_dots, rects[k].y_dots);
		}
	}
	return true;
}

bool page_geometry_check(const struct page_plan *plan, unsigned stock_width_um,
	unsigned stock_height_um, enum page_check *out_failed, struct err *err)
{
	if (stock_width_um + PAGE_STOCK_TOLERANCE_UM < plan->template->width_um ||
		stock_height_um + PAGE_STOCK_TOLERANCE_UM < plan->template->height_um)
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_AREA, err,
			"the printer's labels are %u x %u um, the template '%s' needs %u x %u um",
			stock_width_um, stock_height_um, plan->template->name,
			plan->template->width_um, plan->template->height_um);
	for (size_t i = 0; i < plan->code_count; i++) {
		if (!module_check(plan, &plan->codes[i], out_failed, err) ||
			!quiet_check(plan, &plan->codes[i], out_failed, err) ||
			!height_check(plan, &plan->codes[i], out_failed, err))
			return false;
	}
	return area_check(plan, out_failed, err) && overlap_check(plan, out_failed, err);
}
