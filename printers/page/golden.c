/* The golden set. */
#include "printers/page/golden.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/content_read.h"

static const unsigned resolutions_dpi[] = { 203, 300, 600 };

struct golden_case {
	const char *name; /* like the content's texts, of the file */
	enum page_subject subject;
	bool whole;
	struct page_content content;
};

struct page_golden {
	json_t *file;
	json_t *required;
	struct golden_case *cases;
	size_t count;
};

DEFINE_AUTO(struct page_golden, page_golden_free)

void page_golden_free(struct page_golden *golden)
{
	if (!golden)
		return;
	json_decref(golden->file);
	free(golden->cases);
	free(golden);
}

/* ---- reading ---- */

static bool case_read(json_t *value, struct golden_case *out, struct err *err)
{
	const char *subject = json_string_value(json_object_get(value, "subject"));
	json_t *whole = json_object_get(value, "whole");

	out->name = json_string_value(json_object_get(value, "name"));
	if (!out->name || !subject || !page_subject_find(subject, &out->subject) ||
		(whole && !json_is_boolean(whole)) || json_object_size(value) > (whole ? 4 : 3))
		return err_set(err, ERR_INVALID,
			"a case has a name, a subject, a content and perhaps 'whole'");
	out->whole = json_is_true(whole);
	return page_content_read(json_object_get(value, "content"), &out->content, err) ||
	       err_wrap(err, "case '%s'", page_word_shown(out->name));
}

static bool required_check(json_t *required, struct err *err)
{
	const char *field;
	json_t *text;

	if (!json_is_object(required))
		return err_set(err, ERR_INVALID, "'required' is not an object");
	json_object_foreach (required, field, text) {
		struct page_content content = { 0 };
		AUTO(json_decref) json_t *one = json_pack("{s:O}", field, text);

		if (!json_is_string(text) || !page_content_read(one, &content, err))
			return err_set(err, ERR_INVALID, "'required' says '%s', which is no text",
				page_word_shown(field));
	}
	return true;
}

static bool file_read(struct page_golden *golden, struct err *err)
{
	json_t *cases = json_object_get(golden->file, "cases");
	const size_t count = json_array_size(cases);

	golden->required = json_object_get(golden->file, "required");
	if (count == 0 || count > PAGE_GOLDEN_CASES_MAX)
		return err_set(err, ERR_INVALID, "'cases' is not a list of 1 to %u",
			PAGE_GOLDEN_CASES_MAX);
	golden->cases = xcalloc(count, sizeof(*golden->cases));
	golden->count = count;
	for (size_t i = 0; i < count; i++) {
		if (!case_read(json_array_get(cases, i), &golden->cases[i], err))
			return false;
	}
	return required_check(golden->required, err);
}

bool page_golden_load(struct page_golden **out, const char *path, struct err *err)
{
	json_error_t parse;
	json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &parse);

	if (!file)
		return err_set(err,
			json_error_code(&parse) == json_error_cannot_open_file ? ERR_IO
									       : ERR_INVALID,
			"golden set '%s': line %d: %s", path, parse.line, parse.text);
	AUTO(page_golden_free) struct page_golden *golden = xcalloc(1, sizeof(*golden));

	golden->file = file;
	if (!file_read(golden, err))
		return err_wrap(err, "golden set '%s'", path);
	*out = TAKE(golden);
	return true;
}

bool page_golden_extend(
	struct page_golden **out, const struct page_golden *golden, json_t *cases, struct err *err)
{
	if (!json_is_array(cases))
		return err_set(err, ERR_INVALID, "the cases for the golden set are no list");
	json_t *all = json_copy(json_object_get(golden->file, "cases"));

	(void)json_array_extend(all, cases); /* fails only without memory */
	AUTO(page_golden_free) struct page_golden *longer = xcalloc(1, sizeof(*longer));

	longer->file = json_pack("{s:o, s:O}", "cases", all, "required", golden->required);
	if (!file_read(longer, err))
		return err_wrap(err, "the site's cases for the golden set");
	*out = TAKE(longer);
	return true;
}

/* ---- trying ---- */

/* The subject's case at that place, NULL behind the last. */
static const struct golden_case *case_at(
	const struct page_golden *golden, enum page_subject subject, size_t index)
{
	for (size_t i = 0; i < golden->count; i++) {
		if (golden->cases[i].subject == subject && index-- == 0)
			return &golden->cases[i];
	}
	return NULL;
}

size_t page_golden_count(const struct page_golden *golden, const struct page_template *template)
{
	size_t count = 0;

	while (case_at(golden, template->subject, count))
		count++;
	return count * ARRAY_LEN(resolutions_dpi);
}

static void text_fill(struct page_content *content, const char *key, const char *text)
{
	for (size_t i = 0; i < PAGE_CONTENT_COUNT; i++) {
		const char *has;
		char *at = (char *)content + page_content_texts[i].offset;

		if (!str_equal(key, page_content_texts[i].key))
			continue;
		memcpy(&has, at, sizeof(has));
		if (!*page_text_or_empty(has))
			memcpy(at, &text, sizeof(text));
	}
}

/* The case as this template asks for it: what it requires is not empty. */
static struct page_content content_for(const struct page_golden *golden,
	const struct page_template *template, const struct golden_case *row)
{
	struct page_content content = row->content;

	for (size_t i = 0; i < template->box_count; i++) {
		const struct page_box *box = &template->boxes[i];
		const char *word = page_field_word(box->field);
		const char *text = json_string_value(json_object_get(golden->required, word));

		if (box->kind == PAGE_BOX_TEXT && box->required && text)
			text_fill(&content, word, text);
	}
	return content;
}

bool page_golden_sample(const struct page_golden *golden, const struct page_template *template,
	struct page_content *out)
{
	const struct golden_case *row = case_at(golden, template->subject, 0);

	if (row)
		*out = content_for(golden, template, row);
	return row != NULL;
}

/* A label of an ordinary content on which something is shortened is a bad label. */
static bool whole_check(const struct page_result *result, struct page_golden_verdict *out)
{
	if (result->warning_count == 0)
		return true;
	(void)str_copy(out->check, sizeof(out->check), result->warnings[0]); /* as large */
	err_set(&out->err, ERR_CHECK_FAILED, "something on this label would be shortened: %s",
		result->warnings[0]);
	return err_hint(&out->err, "give its box more room, or a smaller smallest size");
}

bool page_golden_try(const struct page_golden *golden, struct page *page,
	const struct page_template *template, size_t index, struct page_golden_verdict *out)
{
	const struct golden_case *row =
		case_at(golden, template->subject, index / ARRAY_LEN(resolutions_dpi));

	assert(row);
	const struct page_request request = { .template = template->name,
		.design = template,
		.dpi = resolutions_dpi[index % ARRAY_LEN(resolutions_dpi)],
		.width_um = template->width_um,
		.height_um = template->height_um,
		.content = content_for(golden, template, row) };
	struct page_result result = { 0 };

	*out = (struct page_golden_verdict) { .name = row->name, .dpi = request.dpi };
	bool ok = page_make(page, &request, &result, &out->err);

	if (!ok)
		(void)str_copy(out->check, sizeof(out->check),
			result.failed == PAGE_CHECK_NONE ? "template"
							 : page_check_word(result.failed));
	ok = ok && (!row->whole || whole_check(&result, out));
	page_result_done(&result);
	return ok;
}
