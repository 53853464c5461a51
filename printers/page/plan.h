/*
 * A label laid out in a printer's dots, before it is drawn: texts already shaped, codes already
 * encoded, everything with its place. Geometry is checked on it, the drawing follows it, and the
 * proof measures the finished bitmap against it.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_PLAN_H
#define SPECIMEND_PRINTERS_PAGE_PLAN_H

#include "printers/page/symbol.h"
#include "printers/page/template.h"

/*
 * A print head. Dots per metre, because a dot is not a whole number of micrometres.
 * Zebra's "203 dpi" is 8 dots/mm; its "300 dpi" is said to be 12 dots/mm (~HI) but 300 dots per
 * inch (11.811 dots/mm) is taken: on a head of true 12 dots/mm the label is 1.6 % smaller, modules
 * are 0.250 mm instead of 0.254 and quiet zones stay above 5 mm, so both readings of "300" print
 * within LB-04; the other way round the label would be wider than its stock.
 */
struct page_head {
	unsigned dpi; /* as printers call it: 203, 300, 600 */
	unsigned dots_per_m;
	unsigned code128_module_dots;
	unsigned datamatrix_module_dots;
};

const struct page_head *page_head_find(unsigned dpi); /* NULL when we do not know that head */

static inline unsigned um_to_dots(const struct page_head *head, unsigned um)
{
	return (unsigned)(((uint64_t)um * head->dots_per_m + 500000) / 1000000);
}

/* The least whole number of dots that is at least um. */
static inline unsigned um_to_dots_up(const struct page_head *head, unsigned um)
{
	return (unsigned)(((uint64_t)um * head->dots_per_m + 999999) / 1000000);
}

static inline unsigned dots_to_um(const struct page_head *head, unsigned dots)
{
	return (unsigned)((uint64_t)dots * 1000000 / head->dots_per_m);
}

struct page_plan_text {
	const struct page_box *box;
	struct bitmap_rect rect; /* on the label */
	struct page_line line;   /* its tile stands upright, box->turn is still to come */
};

struct page_plan_code {
	const struct page_box *box;
	struct bitmap_rect area; /* on the label, quiet zones included */
	struct bitmap_rect dark; /* the symbol itself */
	unsigned module_dots;
	struct page_symbol symbol;
};

#define PAGE_PLAN_TEXTS_MAX PAGE_TEMPLATE_TEXTS_MAX
#define PAGE_PLAN_CODES_MAX PAGE_TEMPLATE_CODES_MAX
#define PAGE_PLAN_RULES_MAX PAGE_TEMPLATE_RULES_MAX

struct page_plan {
	const struct page_template *template;
	struct page_head head;
	unsigned width_dots;
	unsigned height_dots;
	struct page_plan_text texts[PAGE_PLAN_TEXTS_MAX];
	size_t text_count;
	struct page_plan_code codes[PAGE_PLAN_CODES_MAX];
	size_t code_count;
	struct bitmap_rect rules[PAGE_PLAN_RULES_MAX];
	size_t rule_count;
	uint32_t shortened; /* bit 1 << enum page_field */
};

/*
 * The code as it stands when its area alone is turned upright: area from 0, 0 and dark within it.
 * With box->turn 0 as it is. dark must lie within area.
 */
void page_code_upright(const struct page_plan_code *code, struct bitmap_rect *out_area,
	struct bitmap_rect *out_dark);

/*
 * Lays out content (already passed by page_content_check, which gave the two ids).
 *
 * out    yours, page_plan_free
 *
 * Fails with PAGE_CHECK_IDENTIFIERS (a text that the template requires is empty),
 * PAGE_CHECK_CHARACTER (no font has a letter), PAGE_CHECK_NAME_FIT (the name's shortest
 * form is too long), PAGE_CHECK_TEXT_INK (another text does not fit), PAGE_CHECK_GEOMETRY_MODULE (a
 * code cannot be encoded) or PAGE_CHECK_GEOMETRY_QUIET (a code is wider than its area).
 */
MUST_CHECK bool page_plan_new(struct page_plan **out, struct page_fonts *fonts,
	const struct page_template *template, const struct page_head *head,
	const struct page_content *content, const struct id ids[2], enum page_check *out_failed,
	struct err *err);

void page_plan_free(struct page_plan *plan);

/* Draws the plan. Fails when the label is larger than a bitmap may be. */
MUST_CHECK bool page_plan_draw(
	const struct page_plan *plan, struct label_bitmap *out, struct err *err);

#endif
