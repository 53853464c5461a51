/* A laid-out and drawn label that a test may damage. */
#include "tests/printers/page/fixture.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

DEFINE_AUTO(struct page_plan, page_plan_free)

bool fixture_init(struct fixture *fixture, const char *person, unsigned dpi)
{
	*fixture = (struct fixture) { .row = person_find(person),
		.page = people_page_new(),
		.fonts = page_fonts_new(),
		.decoder = page_decoder_new() };
	const struct page_template *template =
		page_templates_find(page_templates_get(fixture->page), fixture->row->template);
	enum page_check failed = PAGE_CHECK_NONE;
	struct err err = { 0 };
	struct id ids[2] = { 0 };
	struct page_spelling spelling = { 0 }; /* none is asked for: every person's is confirmed */

	return check_ok(page_content_check(&fixture->row->content, template->subject, &ids[0],
				&ids[1], &failed, &err),
		       &err) &&
	       check_ok(page_shown_init(&fixture->shown, &fixture->row->content, fixture->fonts,
				&spelling, &failed, &err),
		       &err) &&
	       check_ok(page_plan_new(&fixture->plan, fixture->fonts, template, page_head_find(dpi),
				&fixture->shown.content, ids, &failed, &err),
		       &err) &&
	       check_ok(page_plan_draw(fixture->plan, &fixture->bitmap, &err), &err);
}

void fixture_done(struct fixture *fixture)
{
	bitmap_done(&fixture->bitmap);
	page_plan_free(fixture->plan);
	page_shown_done(&fixture->shown);
	page_decoder_free(fixture->decoder);
	page_fonts_free(fixture->fonts);
	page_free(fixture->page);
}

struct page_plan_code *fixture_code(struct fixture *fixture, enum page_symbology symbology)
{
	for (size_t i = 0; i < fixture->plan->code_count; i++) {
		if (fixture->plan->codes[i].symbol.symbology == symbology)
			return &fixture->plan->codes[i];
	}
	abort(); /* the test names a code that its person's label has */
}

struct page_plan_text *fixture_text(struct fixture *fixture, enum page_field field)
{
	for (size_t i = 0; i < fixture->plan->text_count; i++) {
		if (fixture->plan->texts[i].box->field == field)
			return &fixture->plan->texts[i];
	}
	abort(); /* the test names a field that its person has */
}

void fixture_redraw(struct fixture *fixture, enum page_symbology symbology, const char *text)
{
	struct page_plan_code *code = fixture_code(fixture, symbology);
	AUTO(page_plan_free) struct page_plan *only = xcalloc(1, sizeof(*only));
	AUTO_BITMAP drawn = { 0 };
	struct err err = { 0 };

	only->width_dots = fixture->plan->width_dots;
	only->height_dots = fixture->plan->height_dots;
	only->codes[only->code_count++] = *code;
	if (!check_ok(page_symbol_encode(&only->codes[0].symbol, symbology, text, &err), &err) ||
		!check_ok(page_plan_draw(only, &drawn, &err), &err))
		return;
	for (unsigned y = code->area.y_dots; y < code->area.y_dots + code->area.height_dots; y++) {
		for (unsigned x = code->area.x_dots; x < code->area.x_dots + code->area.width_dots;
			x++)
			bitmap_set(&fixture->bitmap, x, y, bitmap_is_black(&drawn, x, y));
	}
}
