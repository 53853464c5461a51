/* A label job. */
#include "daemon/press/label.h"

#include <limits.h>
#include <sodium.h>

#include "daemon/base/str.h"
#include "printers/bitmap_png.h"

enum number_place {
	NUMBER_COPY,
	NUMBER_NUMBER,
	NUMBER_OF,
};

static const char *const number_keys[] = {
	[NUMBER_COPY] = "copy", [NUMBER_NUMBER] = "number", [NUMBER_OF] = "of"
};

enum flag_place {
	FLAG_PRACTICE,
	FLAG_CONFIRMED_UNUSUAL,
};

static const char *const flag_keys[] = {
	[FLAG_PRACTICE] = "practice", [FLAG_CONFIRMED_UNUSUAL] = "confirmed_unusual"
};

void label_done(struct label *label)
{
	page_result_done(&label->page);
	buf_done(&label->bytes);
	buf_done(&label->png);
	*label = (struct label) { 0 };
}

/* The string may hold NUL (an escape of JSON): such a text is not taken. */
static bool text_read(json_t *value, const char **out)
{
	if (json_is_null(value)) {
		*out = NULL;
		return true;
	}
	if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
		return false;
	*out = json_string_value(value);
	return true;
}

static bool number_read(json_t *value, unsigned *out)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		json_integer_value(value) > UINT_MAX)
		return false;
	*out = (unsigned)json_integer_value(value);
	return true;
}

static bool flag_read(json_t *value, bool *out)
{
	*out = json_is_true(value);
	return json_is_boolean(value);
}

/* Whether the key is known and its value of the right type; the value goes to its place. */
static bool member_read(const char *key, json_t *value, struct page_content *out)
{
	unsigned *const numbers[] = {
		[NUMBER_COPY] = &out->copy, [NUMBER_NUMBER] = &out->number, [NUMBER_OF] = &out->of
	};
	bool *const flags[] = {
		[FLAG_PRACTICE] = &out->practice, [FLAG_CONFIRMED_UNUSUAL] = &out->confirmed_unusual
	};

	for (size_t i = 0; i < PAGE_CONTENT_COUNT; i++) {
		const struct page_content_text *text = &page_content_texts[i];

		if (str_equal(key, text->key)) {
			const char *read = NULL;
			bool ok = text_read(value, &read);

			memcpy((char *)out + text->offset, &read, sizeof(read));
			return ok;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(number_keys); i++) {
		if (str_equal(key, number_keys[i]))
			return number_read(value, numbers[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(flag_keys); i++) {
		if (str_equal(key, flag_keys[i]))
			return flag_read(value, flags[i]);
	}
	return false;
}

/* A word of the request for a message: as it is when it is a plain one, else not at all. */
static const char *word_shown(const char *word)
{
	const size_t longest = 40;

	for (size_t i = 0; word[i]; i++) {
		if (i == longest || !char_is_printable((unsigned char)word[i]))
			return "...";
	}
	return word;
}

static bool content_read(json_t *content, struct page_content *out, struct err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(content))
		return err_set(err, ERR_INVALID, "the label request has no content");
	json_object_foreach (content, key, value) {
		if (!member_read(key, value, out))
			return err_set(err, ERR_INVALID,
				"'%s' of the label's content is not known or not of its type",
				word_shown(key));
	}
	return true;
}

static bool request_read(json_t *body, struct page_request *out,
	const struct printer_driver **out_driver, struct err *err)
{
	const char *language = json_string_value(json_object_get(body, "language"));

	out->template = json_string_value(json_object_get(body, "template"));
	if (!out->template || !language || !number_read(json_object_get(body, "dpi"), &out->dpi) ||
		!number_read(json_object_get(body, "width_um"), &out->width_um) ||
		!number_read(json_object_get(body, "height_um"), &out->height_um))
		return err_set(err, ERR_INVALID,
			"the label request lacks template, language, dpi, width_um or height_um");
	*out_driver = printer_driver_find(language);
	if (!*out_driver)
		return err_set(err, ERR_INVALID, "the printer language '%s' is not known",
			word_shown(language));
	return content_read(json_object_get(body, "content"), &out->content, err);
}

bool label_encode(struct label *label, const struct printer_driver *driver, struct err *err)
{
	const struct label_bitmap *bitmap = &label->page.bitmap;
	uint8_t hash[crypto_hash_sha256_BYTES];
	AUTO_BUF hex = { 0 };
	struct err why = { 0 };

	if (!driver->encode(bitmap, &label->bytes, err))
		return false;
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

	if (request_read(body, &request, &driver, err) &&
		page_make(page, &request, &out->page, err) && label_encode(out, driver, err))
		return true;
	const enum page_check failed = out->page.failed;

	label_done(out);
	out->page.failed = failed;
	return false;
}
