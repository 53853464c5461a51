/* A laid-out and drawn label that a test may damage. */
#include "tests/printers/page/fixture.h"

#include <stdlib.h>

#include "tests/check.h"

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

	return check_ok(page_content_check(&fixture->row->content, template->subject, &ids[0],
				&ids[1], &failed, &err),
		       &err) &&
	       check_ok(page_plan_new(&fixture->plan, fixture->fonts, template, page_head_find(dpi),
				&fixture->row->content, ids, &failed, &err),
		       &err) &&
	       check_ok(page_plan_draw(fixture->plan, &fixture->bitmap, &err), &err);
}

void fixture_done(struct fixture *fixture)
{
	bitmap_done(&fixture->bitmap);
	page_plan_free(fixture->plan);
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
