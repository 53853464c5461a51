/* A label from content to proved dots. */
#include "printers/page/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "printers/page/geometry.h"
#include "printers/page/proof.h"

DEFINE_AUTO(struct page_plan, page_plan_free)

struct page {
	struct page_fonts *fonts;
	struct page_decoder *decoder;
	struct page_templates *templates; /* NULL: none */
};

struct page *page_new(void)
{
	struct page *page = xcalloc(1, sizeof(*page));

	page->fonts = page_fonts_new();
	page->decoder = page_decoder_new();
	return page;
}

void page_free(struct page *page)
{
	if (!page)
		return;
	page_templates_free(page->templates);
	page_decoder_free(page->decoder);
	page_fonts_free(page->fonts);
	free(page);
}

bool page_load(struct page *page, const char *templates_dir, struct err *err)
{
	struct page_templates *templates;

	if (!page_templates_load(&templates, templates_dir, err))
		return false;
	page_templates_free(page->templates);
	page->templates = templates;
	return true;
}

const struct page_templates *page_templates_get(const struct page *page)
{
	return page->templates;
}

static void page_shown_auto(struct page_shown *shown)
{
	page_shown_done(shown);
}

static void warning_add(struct page_result *out, enum page_field field, const char *what)
{
	if (out->warning_count < PAGE_WARNINGS_MAX)
		(void)snprintf(out->warnings[out->warning_count++], PAGE_WARNING_LEN_MAX, "%s_%s",
			page_field_word(field), what); /* fields' words are short */
}

static void warnings_add(
	const struct page_plan *plan, const struct page_content *shown, struct page_result *out)
{
	if (shown->is_spelled)
		warning_add(out, PAGE_FIELD_NAME, "spelled");
	for (unsigned field = 0; plan->shortened >> field; field++) {
		if (plan->shortened >> field & 1)
			warning_add(out, (enum page_field)field, "shortened");
	}
}

static const struct page_template *template_of(
	const struct page *page, const struct page_request *request)
{
	if (request->design)
		return request->design;
	return page->templates ? page_templates_find(page->templates, request->template) : NULL;
}

bool page_make(struct page *page, const struct page_request *request, struct page_result *out,
	struct err *err)
{
	const struct page_template *template = template_of(page, request);
	const struct page_head *head = page_head_find(request->dpi);
	AUTO(page_plan_free) struct page_plan *plan = NULL;
	AUTO_BITMAP bitmap = { 0 };
	AUTO(page_shown) struct page_shown shown = { 0 };
	struct id ids[2] = { 0 };

	out->failed = PAGE_CHECK_NONE;
	if (!template)
		return err_set(err, ERR_INVALID, "there is no label template of that name");
	if (!head)
		return err_set(err, ERR_INVALID,
			"a print head of %u dpi is not known, only 203, 300 and 600", request->dpi);
	if (!page_content_check(
		    &request->content, template->subject, &ids[0], &ids[1], &out->failed, err) ||
		!page_shown_init(&shown, &request->content, page->fonts, &out->spelling,
			&out->failed, err) ||
		!page_plan_new(&plan, page->fonts, template, head, &shown.content, ids,
			&out->failed, err) ||
		!page_geometry_check(
			plan, request->width_um, request->height_um, &out->failed, err) ||
		!page_plan_draw(plan, &bitmap, err) ||
		!page_prove(
			page->decoder, plan, &bitmap, ids[0].text, ids[1].text, &out->failed, err))
		return false;
	out->bitmap = bitmap;
	bitmap = (struct label_bitmap) { 0 };
	out->dots_per_m = head->dots_per_m;
	warnings_add(plan, &shown.content, out);
	return true;
}

void page_result_done(struct page_result *result)
{
	bitmap_done(&result->bitmap);
	page_spelling_done(&result->spelling);
	*result = (struct page_result) { 0 };
}
