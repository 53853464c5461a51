/* A label laid out in a printer's dots. */
#include "printers/page/plan.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "printers/page/shown.h"
#include "printers/page/turn.h"

DEFINE_AUTO(struct page_plan, page_plan_free)

/* clang-format off */
static const struct page_head heads[] = {
	/* dpi  dots/m  Code 128       Data Matrix module */
	{ 203,   8000,  2 /* 0.250 */, 3 /* 0.375 mm */ },
	{ 300,  11811,  3 /* 0.254 */, 4 /* 0.339 mm */ },
	{ 600,  23622,  6 /* 0.254 */, 8 /* 0.339 mm */ },
};
/* clang-format on */

const struct page_head *page_head_find(unsigned dpi)
{
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		if (heads[i].dpi == dpi)
			return &heads[i];
	}
	return NULL;
}

/* What laying out one label needs everywhere. */
struct layout {
	struct page_plan *plan;
	struct page_fonts *fonts;
	const struct page_content *content;
	const struct id *ids;
	enum page_check *out_failed;
	struct err *err;
};

/* Edges are rounded, not sizes: boxes that touch in micrometres touch in dots. */
static struct bitmap_rect rect_of(
	const struct page_plan *plan, unsigned x_um, unsigned y_um, unsigned x2_um, unsigned y2_um)
{
	const unsigned left = um_to_dots(&plan->head, x_um);
	const unsigned top = um_to_dots(&plan->head, y_um);

	return (struct bitmap_rect) { left, top, um_to_dots(&plan->head, x2_um) - left,
		um_to_dots(&plan->head, y2_um) - top };
}

static struct bitmap_rect box_rect(const struct page_plan *plan, const struct page_box *box)
{
	return rect_of(
		plan, box->x_um, box->y_um, box->x_um + box->width_um, box->y_um + box->height_um);
}

/* Of the line's length only the first narrow_width_um, from where the turned line begins. */
static struct bitmap_rect narrow_rect(const struct page_plan *plan, const struct page_box *box)
{
	const unsigned right = box->x_um + box->width_um, bottom = box->y_um + box->height_um;
	const unsigned narrow = box->narrow_width_um;

	switch (box->turn) {
	case 1:
		return rect_of(plan, box->x_um, box->y_um, right, box->y_um + narrow);
	case 2:
		return rect_of(plan, right - narrow, box->y_um, right, bottom);
	case 3:
		return rect_of(plan, box->x_um, bottom - narrow, right, bottom);
	default:
		return rect_of(plan, box->x_um, box->y_um, box->x_um + narrow, bottom);
	}
}

void page_code_upright(const struct page_plan_code *code, struct bitmap_rect *out_area,
	struct bitmap_rect *out_dark)
{
	const struct bitmap_rect area = code->area, dark = code->dark;
	const unsigned turn = code->box->turn;

	*out_area = area;
	*out_dark = dark;
	if (turn == 0)
		return;
	*out_area = turn_rect((struct bitmap_rect) { 0, 0, area.width_dots, area.height_dots },
		area.width_dots, area.height_dots, 4 - turn);
	*out_dark =
		turn_rect((struct bitmap_rect) { dark.x_dots - area.x_dots,
				  dark.y_dots - area.y_dots, dark.width_dots, dark.height_dots },
			area.width_dots, area.height_dots, 4 - turn);
}

/* The box's text in parts; `scratch` must outlive them. */
static void box_parts(const struct layout *layout, const struct page_box *box, struct buf *scratch,
	struct page_parts *out)
{
	page_field_parts(box->field, layout->content, &layout->ids[0], scratch, out);
	if (box->words)
		out->part[0].text = box->words;
}

static bool field_is_empty(const struct layout *layout, enum page_field field)
{
	AUTO_BUF scratch = { 0 };
	struct page_parts parts;

	page_field_parts(field, layout->content, &layout->ids[0], &scratch, &parts);
	AUTO(char_free) char *text = page_parts_join(&parts);

	return *text == 0;
}

static bool text_does_not_fit(const struct layout *layout, const struct page_box *box)
{
	if (box->field == PAGE_FIELD_NAME)
		return page_check_fail(layout->out_failed, PAGE_CHECK_NAME_FIT, layout->err,
			"the name does not fit on the label even in its shortest form");
	return page_check_fail(layout->out_failed, PAGE_CHECK_TEXT_INK, layout->err,
		"%s does not fit on the label", page_box_said(box));
}

static bool text_place(const struct layout *layout, const struct page_box *box,
	const struct page_parts *parts, const char *text, struct page_plan_text *out)
{
	struct page_plan *plan = layout->plan;
	const bool narrow =
		box->gives_way_to != PAGE_FIELD_NONE && !field_is_empty(layout, box->gives_way_to);

	out->box = box;
	out->rect = narrow ? narrow_rect(plan, box) : box_rect(plan, box);
	const bool lies = box->turn % 2;
	const struct page_text_style style = {
		.width_dots = lies ? out->rect.height_dots : out->rect.width_dots,
		.height_dots = lies ? out->rect.width_dots : out->rect.height_dots,
		.size_max_dots = um_to_dots(&plan->head, box->size_max_um),
		.size_min_dots = um_to_dots(&plan->head, box->size_min_um),
		.align = box->align,
		.bold = box->bold,
		.inverse = box->inverse,
	};

	if (page_text_fit(layout->fonts, text, &style, &out->line))
		return true;
	if (!box->may_shorten || !page_text_shorten(layout->fonts, parts, &style, &out->line))
		return text_does_not_fit(layout, box);
	plan->shortened |= UINT32_C(1) << box->field;
	return true;
}

static bool text_add(const struct layout *layout, const struct page_box *box)
{
	struct page_plan *plan = layout->plan;
	AUTO_BUF scratch = { 0 };
	struct page_parts parts;

	box_parts(layout, box, &scratch, &parts);
	AUTO(char_free) char *text = page_parts_join(&parts);

	if (*text == 0 && box->required)
		return page_check_fail(layout->out_failed, PAGE_CHECK_IDENTIFIERS, layout->err,
			"%s is empty, the template '%s' requires it", page_box_said(box),
			plan->template->name);
	if (*text == 0)
		return true;
	if (!page_text_is_covered(
		    layout->fonts, text, box->bold, um_to_dots(&plan->head, box->size_max_um)))
		return page_shown_lacks(
			page_box_said(box), text, layout->fonts, layout->out_failed, layout->err);
	if (plan->text_count == PAGE_PLAN_TEXTS_MAX)
		return page_check_fail(layout->out_failed, PAGE_CHECK_OVERLAP, layout->err,
			"the template has more than %d texts", PAGE_PLAN_TEXTS_MAX);
	if (!text_place(layout, box, &parts, text, &plan->texts[plan->text_count]))
		return false;
	plan->text_count++;
	return true;
}

/* The symbol into the middle of its area, which bars fill across; false when it is too small. */
static bool code_place(struct page_plan_code *code)
{
	const struct bitmap_rect area = code->area;
	const bool lies = code->box->turn % 2;
	const unsigned across = lies ? area.width_dots : area.height_dots;
	const unsigned columns_dots = code->symbol.columns * code->module_dots;
	const unsigned rows_dots = code->symbol.symbology == PAGE_DATAMATRIX
					   ? code->symbol.rows * code->module_dots
					   : across;
	const unsigned width_dots = lies ? rows_dots : columns_dots;
	const unsigned height_dots = lies ? columns_dots : rows_dots;

	if (width_dots > area.width_dots || height_dots > area.height_dots)
		return false;
	code->dark = (struct bitmap_rect) { area.x_dots + (area.width_dots - width_dots) / 2,
		area.y_dots + (area.height_dots - height_dots) / 2, width_dots, height_dots };
	return true;
}

static bool code_add(const struct layout *layout, const struct page_box *box)
{
	struct page_plan *plan = layout->plan;
	const bool is_matrix = box->kind == PAGE_BOX_DATAMATRIX;
	struct err why = { 0 };

	if (plan->code_count == PAGE_PLAN_CODES_MAX)
		return page_check_fail(layout->out_failed, PAGE_CHECK_OVERLAP, layout->err,
			"the template has more than %d codes", PAGE_PLAN_CODES_MAX);
	struct page_plan_code *code = &plan->codes[plan->code_count];

	if (!page_symbol_encode(&code->symbol, is_matrix ? PAGE_DATAMATRIX : PAGE_CODE128,
		    layout->ids[is_matrix].text, &why))
		return page_check_fail(layout->out_failed, PAGE_CHECK_GEOMETRY_MODULE, layout->err,
			"%s", why.message);
	code->box = box;
	code->area = box_rect(plan, box);
	code->module_dots =
		is_matrix ? plan->head.datamatrix_module_dots : plan->head.code128_module_dots;
	if (!code_place(code))
		return page_check_fail(layout->out_failed, PAGE_CHECK_GEOMETRY_QUIET, layout->err,
			"the %s is larger than its area", is_matrix ? "Data Matrix" : "Code 128");
	plan->code_count++;
	return true;
}

static bool rule_add(const struct layout *layout, struct bitmap_rect rect)
{
	struct page_plan *plan = layout->plan;

	if (plan->rule_count == PAGE_PLAN_RULES_MAX)
		return page_check_fail(layout->out_failed, PAGE_CHECK_OVERLAP, layout->err,
			"the template has more than %d rules", PAGE_PLAN_RULES_MAX);
	plan->rules[plan->rule_count++] = rect;
	return true;
}

/* Four rules that touch and do not lie over each other; all lines of the same dots. */
static bool frame_add(const struct layout *layout, const struct page_box *box)
{
	const struct bitmap_rect r = box_rect(layout->plan, box);
	const unsigned line = um_to_dots(&layout->plan->head, box->line_um);
	const unsigned between = r.height_dots - 2 * line;

	return rule_add(layout, (struct bitmap_rect) { r.x_dots, r.y_dots, r.width_dots, line }) &&
	       rule_add(layout, (struct bitmap_rect) { r.x_dots, r.y_dots + line + between,
					r.width_dots, line }) &&
	       rule_add(
		       layout, (struct bitmap_rect) { r.x_dots, r.y_dots + line, line, between }) &&
	       rule_add(layout, (struct bitmap_rect) { r.x_dots + r.width_dots - line,
					r.y_dots + line, line, between });
}

static bool box_add(const struct layout *layout, const struct page_box *box)
{
	switch (box->kind) {
	case PAGE_BOX_TEXT:
		return text_add(layout, box);
	case PAGE_BOX_CODE128:
	case PAGE_BOX_DATAMATRIX:
		return code_add(layout, box);
	case PAGE_BOX_RULE:
		return rule_add(layout, box_rect(layout->plan, box));
	case PAGE_BOX_FRAME:
		return frame_add(layout, box);
	}
	return false;
}

bool page_plan_new(struct page_plan **out, struct page_fonts *fonts,
	const struct page_template *template, const struct page_head *head,
	const struct page_content *content, const struct id ids[2], enum page_check *out_failed,
	struct err *err)
{
	AUTO(page_plan_free) struct page_plan *plan = xcalloc(1, sizeof(*plan));
	const struct layout layout = { plan, fonts, content, ids, out_failed, err };

	plan->template = template;
	plan->head = *head;
	plan->width_dots = um_to_dots(head, template->width_um);
	plan->height_dots = um_to_dots(head, template->height_um);
	for (size_t i = 0; i < template->box_count; i++) {
		if (!box_add(&layout, &template->boxes[i]))
			return false;
	}
	*out = TAKE(plan);
	return true;
}

void page_plan_free(struct page_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->text_count; i++)
		page_line_done(&plan->texts[i].line);
	free(plan);
}

static void draw_text(const struct page_plan_text *text, struct label_bitmap *bitmap)
{
	const struct label_bitmap *tile = &text->line.tile;

	if (text->box->turn == 0) {
		bitmap_paste(
			bitmap, text->rect.x_dots, text->rect.y_dots, tile, bitmap_whole(tile));
		return;
	}
	for (unsigned y = 0; y < tile->height_dots; y++) {
		for (unsigned x = 0; x < tile->width_dots; x++) {
			if (!bitmap_is_black(tile, x, y))
				continue;
			const struct bitmap_rect dot =
				turn_rect((struct bitmap_rect) { x, y, 1, 1 }, tile->width_dots,
					tile->height_dots, text->box->turn);

			bitmap_set(bitmap, text->rect.x_dots + dot.x_dots,
				text->rect.y_dots + dot.y_dots, true);
		}
	}
}

static void draw_module(
	const struct page_plan_code *code, struct bitmap_rect upright, struct label_bitmap *bitmap)
{
	const bool lies = code->box->turn % 2;
	struct bitmap_rect module =
		turn_rect(upright, lies ? code->dark.height_dots : code->dark.width_dots,
			lies ? code->dark.width_dots : code->dark.height_dots, code->box->turn);

	module.x_dots += code->dark.x_dots;
	module.y_dots += code->dark.y_dots;
	bitmap_fill(bitmap, module, true);
}

static void draw_code(const struct page_plan_code *code, struct label_bitmap *bitmap)
{
	const unsigned across =
		code->box->turn % 2 ? code->dark.width_dots : code->dark.height_dots;
	const unsigned row_dots = across / code->symbol.rows;

	for (unsigned row = 0; row < code->symbol.rows; row++) {
		for (unsigned column = 0; column < code->symbol.columns; column++) {
			if (code->symbol.module[row][column])
				draw_module(code,
					(struct bitmap_rect) { column * code->module_dots,
						row * row_dots, code->module_dots, row_dots },
					bitmap);
		}
	}
}

bool page_plan_draw(const struct page_plan *plan, struct label_bitmap *out, struct err *err)
{
	if (!bitmap_init(out, plan->width_dots, plan->height_dots, err))
		return false;
	for (size_t i = 0; i < plan->text_count; i++)
		draw_text(&plan->texts[i], out);
	for (size_t i = 0; i < plan->code_count; i++)
		draw_code(&plan->codes[i], out);
	for (size_t i = 0; i < plan->rule_count; i++)
		bitmap_fill(out, plan->rules[i], true);
	return true;
}
