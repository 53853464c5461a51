/*
 * printers/page/template_read: any bytes as a template's file. What is taken lies within its
 * limits, shows what its subject must, and is the same when it is read again.
 *
 * Sources: daemon/base
 * Link: -ljansson
 */
#include "tests/fuzz/fuzz.h"

#include "printers/page/field.c"
#include "printers/page/template.c"
#include "printers/page/template_read.c"

static void box_must(const struct page_template *template, const struct page_box *box)
{
	FUZZ_CHECK(box->width_um > 0 && box->height_um > 0);
	FUZZ_CHECK(box->x_um + box->width_um <= template->width_um);
	FUZZ_CHECK(box->y_um + box->height_um <= template->height_um);
	FUZZ_CHECK(box->turn <= 3 && (unsigned)box->kind < PAGE_BOX_KINDS);
	FUZZ_CHECK(*page_field_word(box->field) && *page_box_said(box));
	if (box->kind == PAGE_BOX_TEXT) {
		FUZZ_CHECK(box->size_min_um >= PAGE_TEMPLATE_SIZE_UM_MIN);
		FUZZ_CHECK(box->size_min_um <= box->size_max_um);
		FUZZ_CHECK((box->field == PAGE_FIELD_NONE) == (box->words != NULL));
	} else {
		FUZZ_CHECK(!box->words && box->field == PAGE_FIELD_NONE);
	}
}

static void template_must(const struct page_template *template)
{
	FUZZ_CHECK(name_is_plain(template->name));
	FUZZ_CHECK(template->version >= 1 && template->version <= PAGE_TEMPLATE_VERSION_MAX);
	FUZZ_CHECK(template->width_um <= PAGE_TEMPLATE_UM_MAX);
	FUZZ_CHECK(template->height_um <= PAGE_TEMPLATE_UM_MAX);
	FUZZ_CHECK(template->box_count >= 1 && template->box_count <= PAGE_TEMPLATE_BOXES_MAX);
	for (size_t i = 0; i < template->box_count; i++)
		box_must(template, &template->boxes[i]);
}

static void same_must(const struct page_template *a, const struct page_template *b)
{
	FUZZ_CHECK(str_equal(a->name, b->name) && a->box_count == b->box_count);
	FUZZ_CHECK(a->width_um == b->width_um && a->height_um == b->height_um);
	for (size_t i = 0; i < a->box_count; i++)
		FUZZ_CHECK(a->boxes[i].x_um == b->boxes[i].x_um &&
			   a->boxes[i].field == b->boxes[i].field &&
			   str_equal(a->boxes[i].words, b->boxes[i].words));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct page_template *template = NULL, *again = NULL;
	struct err err = { 0 };

	if (!page_template_read(&template, bytes_of(data, size), &err)) {
		FUZZ_CHECK(!template && err.code == ERR_INVALID && err.message[0]);
		return 0;
	}
	template_must(template);
	FUZZ_CHECK(page_template_read(&again, bytes_of(data, size), NULL));
	same_must(template, again);
	page_template_free(again);
	page_template_free(template);
	return 0;
}
