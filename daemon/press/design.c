/* Templates that come with a job. */
#include "daemon/press/design.h"

#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/bitmap_png.h"
#include "printers/page/content_read.h"

DEFINE_AUTO(struct page_template, page_template_free)

struct trial {
	const struct page_golden *golden;
	struct page_golden *longer;     /* golden and the site's cases; NULL: without any */
	struct page_template *template; /* NULL: the text is none */
	char sha256[2 * crypto_hash_sha256_BYTES + 1];
	size_t count;
	size_t made;
	size_t failed;
	json_t *failures;
};

DEFINE_AUTO(struct trial, trial_free)

/* ---- the text ---- */

bool design_is_told(const json_t *body)
{
	const json_t *version = json_object_get(body, "template_version");

	return version && !json_is_null(version);
}

static struct bytes text_of(const json_t *body)
{
	const json_t *text = json_object_get(body, "template_body");

	return bytes_of(json_string_value(text), json_string_length(text));
}

bool design_read(const json_t *body, struct page_template **out, struct err *err)
{
	const char *name = json_string_value(json_object_get(body, "template"));
	const struct bytes text = text_of(body);
	AUTO(page_template_free) struct page_template *template = NULL;

	if (!name || !text.data)
		return err_set(err, ERR_INVALID, "the job lacks template or template_body");
	if (!page_template_read(&template, text, err))
		return err_wrap(err, "template '%s'", page_word_shown(name));
	if (!str_equal(template->name, name))
		return err_set(err, ERR_INVALID, "template '%s': name: is '%s' in its text",
			page_word_shown(name), template->name);
	*out = TAKE(template);
	return true;
}

/* ---- preview ---- */

static bool preview_content(const struct page_golden *golden, json_t *body,
	const struct page_template *template, struct page_content *out, struct err *err)
{
	json_t *content = json_object_get(body, "content");

	if (content && !json_is_null(content))
		return page_content_read(content, out, err);
	return (golden && page_golden_sample(golden, template, out)) ||
	       err_set(err, ERR_NOT_FOUND, "the golden set has no label for this template");
}

bool preview_make(struct page *page, const struct page_golden *golden, json_t *body,
	struct page_result *out, struct buf *png, struct err *err)
{
	AUTO(page_template_free) struct page_template *template = NULL;
	struct page_request request = { 0 };

	if (!design_read(body, &template, err) ||
		!preview_content(golden, body, template, &request.content, err))
		return false;
	if (!page_number_read(json_object_get(body, "dpi"), &request.dpi))
		return err_set(err, ERR_INVALID, "the preview request lacks dpi");
	request.template = template->name;
	request.design = template;
	request.width_um = template->width_um;
	request.height_um = template->height_um;
	if (!page_make(page, &request, out, err))
		return false;
	if (bitmap_png(&out->bitmap, out->dots_per_m, png, err))
		return true;
	page_result_done(out);
	return false;
}

/* ---- golden runs ---- */

void trial_free(struct trial *trial)
{
	if (!trial)
		return;
	page_template_free(trial->template);
	page_golden_free(trial->longer);
	json_decref(trial->failures);
	free(trial);
}

static void failure_add(struct trial *trial, const struct page_golden_verdict *verdict)
{
	trial->failed++;
	if (json_array_size(trial->failures) == TRIAL_FAILURES_MAX)
		return;
	json_array_append_new(trial->failures,
		json_pack("{s:s, s:i, s:s, s:s}", "case", verdict->name, "dpi", (int)verdict->dpi,
			"check", verdict->check, "message", verdict->err.message));
}

bool trial_new(
	struct trial **out, const struct page_golden *golden, const json_t *body, struct err *err)
{
	const struct bytes text = text_of(body);
	json_t *cases = json_object_get(body, "cases");
	struct page_golden_verdict unreadable = { .name = "", .check = "template" };
	uint8_t hash[crypto_hash_sha256_BYTES];

	if (!text.data)
		return err_set(err, ERR_INVALID, "the job lacks template or template_body");
	if (!golden)
		return err_set(err, ERR_NOT_FOUND, "there is no golden set to try a template with");
	AUTO(trial_free) struct trial *trial = xcalloc(1, sizeof(*trial));

	trial->golden = golden;
	trial->failures = json_array();
	if (cases && !json_is_null(cases)) {
		if (!page_golden_extend(&trial->longer, golden, cases, err))
			return false;
		trial->golden = trial->longer;
	}
	(void)crypto_hash_sha256(hash, text.data, text.len); /* cannot fail */
	sodium_bin2hex(trial->sha256, sizeof(trial->sha256), hash, sizeof(hash));
	if (!design_read(body, &trial->template, &unreadable.err))
		failure_add(trial, &unreadable);
	else
		trial->count = page_golden_count(trial->golden, trial->template);
	if (trial->template && trial->count == 0)
		return err_set(err, ERR_NOT_FOUND, "the golden set has no label for this template");
	*out = TAKE(trial);
	return true;
}

bool trial_step(struct trial *trial, struct page *page)
{
	struct page_golden_verdict verdict;

	if (trial->made == trial->count)
		return false;
	if (!page_golden_try(trial->golden, page, trial->template, trial->made, &verdict))
		failure_add(trial, &verdict);
	trial->made++;
	return true;
}

json_t *trial_result_new(const struct trial *trial)
{
	return json_pack("{s:b, s:I, s:I, s:O, s:s}", "passed", trial->failed == 0, "cases",
		(json_int_t)trial->made, "failed", (json_int_t)trial->failed, "failures",
		trial->failures, "sha256", trial->sha256);
}
