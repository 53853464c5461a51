/* A label job. */
#include "daemon/press/label.h"

#include <sodium.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/press/design.h"
#include "printers/bitmap_png.h"
#include "printers/page/content_read.h"

DEFINE_AUTO(struct page_template, page_template_free)

void label_done(struct label *label)
{
	page_result_done(&label->page);
	buf_done(&label->bytes);
	buf_done(&label->png);
	*label = (struct label) { 0 };
}

static bool request_read(json_t *body, struct page_request *out,
	const struct printer_driver **out_driver, struct err *err)
{
	const char *language = json_string_value(json_object_get(body, "language"));

	out->template = json_string_value(json_object_get(body, "template"));
	if (!out->template || !language ||
		!page_number_read(json_object_get(body, "dpi"), &out->dpi) ||
		!page_number_read(json_object_get(body, "width_um"), &out->width_um) ||
		!page_number_read(json_object_get(body, "height_um"), &out->height_um))
		return err_set(err, ERR_INVALID,
			"the label request lacks template, language, dpi, width_um or height_um");
	*out_driver = printer_driver_find(language);
	if (!*out_driver)
		return err_set(err, ERR_INVALID, "the printer language '%s' is not known",
			page_word_shown(language));
	return page_content_read(json_object_get(body, "content"), &out->content, err);
}

bool label_encode(struct label *label, const struct printer_driver *driver, struct err *err)
{
	const struct label_bitmap *bitmap = &label->page.bitmap;
	uint8_t hash[crypto_hash_sha256_BYTES];
	AUTO_BUF hex = { 0 };
	struct err why = { 0 };

	if (!driver->encode(bitmap, &label->bytes, err))
		return false;
	if (label->bytes.len > PRINTER_LABEL_BYTES_MAX) {
		(void)err_set(err, ERR_TOO_LARGE,
			"the label is %zu bytes in the printer's language '%s', of at most %u",
			label->bytes.len, driver->language, PRINTER_LABEL_BYTES_MAX);
		return err_hint(err,
			"take a smaller label, a printer of less dpi, or another language that it "
			"speaks");
	}
	if (!printer_driver_prove(driver, buf_bytes(&label->bytes), bitmap, &why))
		return page_check_fail(&label->page.failed, PAGE_CHECK_EXPAND, err,
			"the printer's bytes do not give back the label: %s", why.message);
	if (!bitmap_png(bitmap, label->page.dots_per_m, &label->png, err))
		return false;
	(void)crypto_hash_sha256(hash, label->bytes.data, label->bytes.len); /* cannot fail */
	hex_encode(bytes_of(hash, sizeof(hash)), &hex);
	(void)str_copy(label->sha256, sizeof(label->sha256), buf_str(&hex)); /* is of that length */
	return true;
}

bool label_make(struct page *page, json_t *body, struct label *out, struct err *err)
{
	const struct printer_driver *driver = NULL;
	struct page_request request = { 0 };
	AUTO(page_template_free) struct page_template *design = NULL;
	bool ok = request_read(body, &request, &driver, err) &&
		  (!design_is_told(body) || design_read(body, &design, err));

	request.design = design;
	if (ok && page_make(page, &request, &out->page, err) && label_encode(out, driver, err))
		return true;
	const enum page_check failed = out->page.failed;
	const struct page_spelling spelling = out->page.spelling;

	out->page.spelling = (struct page_spelling) { 0 };
	label_done(out);
	out->page.failed = failed;
	out->page.spelling = spelling;
	return false;
}
