/* A label laid out in a printer's dots. */
#include "printers/page/plan.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"

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
static struct bitmap_rect box_rect(
	const struct page_plan *plan, const struct page_box *box, unsigned width_um)
{
	const unsigned left = um_to_dots(&plan->head, box->x_um);
	const unsigned top = um_to_dots(&plan->head, box->y_um);

	return (struct bitmap_rect) { left, top,
		um_to_dots(&plan->head, box->x_um + width_um) - left,
		um_to_dots(&plan->head, box->y_um + box->height_um) - top };
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
		"%s does not fit on the label", page_field_said(box->field));
}

static bool text_place(const struct layout *layout, const struct page_box *box,
	const struct page_parts *parts, const char *text, struct page_plan_text *out)
{
	struct page_plan *plan = layout->plan;
	const bool narrow =
		box->gives_way_to != PAGE_FIELD_NONE && !field_is_empty(layout, box->gives_way_to);

	out->box = box;
	out->rect = box_rect(plan, box, narrow ? box->narrow_width_um : box->width_um);
	const struct page_text_style style = {
		.width_dots = out->rect.width_dots,
		.height_dots = out->rect.height_dots,
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

	page_field_parts(box->field, layout->content, &layout->ids[0], &scratch, &parts);
	AUTO(char_free) char *text = page_parts_join(&parts);

	if (*text == 0)
		return true;
	if (!page_text_is_covered(
		    layout->fonts, text, box->bold, um_to_dots(&plan->head, box->size_max_um)))
		return page_check_fail(layout->out_failed, PAGE_CHECK_CHARACTER, layout->err,
			"%s holds a letter that no installed font has",
			page_field_said(box->field));
	if (plan->text_count == PAGE_PLAN_TEXTS_MAX)
		return page_check_fail(layout->out_failed, PAGE_CHECK_OVERLAP, layout->err,
			"the template has more than %d texts", PAGE_PLAN_TEXTS_MAX);
	if (!text_place(layout, box, &parts, text, &plan->texts[plan->text_count]))
		return false;
	plan->text_count++;
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
	code->area = box_rect(plan, box, box->width_um);
	code->module_dots =
		is_matrix ? plan->head.datamatrix_module_dots : plan->head.code128_module_dots;
	const unsigned width_dots = code->symbol.columns * code->module_dots;
	const unsigned height_dots =
		is_matrix ? code->symbol.rows * code->module_dots : code->area.height_dots;

	if (width_dots > code->area.width_dots || height_dots > code->area.height_dots)
		return page_check_fail(layout->out_failed, PAGE_CHECK_GEOMETRY_QUIET, layout->err,
			"the %s is larger than its area", is_matrix ? "Data Matrix" : "Code 128");
	code->dark =
		(struct bitmap_rect) { code->area.x_dots + (code->area.width_dots - width_dots) / 2,
			code->area.y_dots + (code->area.height_dots - height_dots) / 2, width_dots,
			height_dots };
	plan->code_count++;
	return true;
}

static bool rule_add(const struct layout *layout, const struct page_box *box)
{
	struct page_plan *plan = layout->plan;

	if (plan->rule_count == PAGE_PLAN_RULES_MAX)
		return page_check_fail(layout->out_failed, PAGE_CHECK_OVERLAP, layout->err,
			"the template has more than %d rules", PAGE_PLAN_RULES_MAX);
	plan->rules[plan->rule_count++] = box_rect(plan, box, box->width_um);
	return true;
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
		return rule_add(layout, box);
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
	for (unsigned y = 0; y < text->rect.height_dots; y++) {
		for (unsigned x = 0; x < text->rect.width_dots; x++) {
			if (bitmap_is_black(&text->line.tile, x, y))
				bitmap_set(
					bitmap, text->rect.x_dots + x, text->rect.y_dots + y, true);
		}
	}
}

static void draw_code(const struct page_plan_code *code, struct label_bitmap *bitmap)
{
	const unsigned row_dots = code->dark.height_dots / code->symbol.rows;

	for (unsigned row = 0; row < code->symbol.rows; row++) {
		for (unsigned column = 0; column < code->symbol.columns; column++) {
			if (code->symbol.module[row][column])
				bitmap_fill(bitmap,
					(struct bitmap_rect) {
						code->dark.x_dots + column * code->module_dots,
						code->dark.y_dots + row * row_dots,
						code->module_dots, row_dots },
					true);
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
