/* A label's content from JSON. */
#include "printers/page/content_read.h"

#include <limits.h>

#include "daemon/base/str.h"

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

/* The string may hold NUL (an escape of JSON): such a text is not taken. */
static bool text_read(const json_t *value, const char **out)
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

bool page_number_read(const json_t *value, unsigned *out)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		json_integer_value(value) > UINT_MAX)
		return false;
	*out = (unsigned)json_integer_value(value);
	return true;
}

static bool flag_read(const json_t *value, bool *out)
{
	*out = json_is_true(value);
	return json_is_boolean(value);
}

/* Whether the key is known and its value of the right type; the value goes to its place. */
static bool member_read(const char *key, const json_t *value, struct page_content *out)
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
			return page_number_read(value, numbers[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(flag_keys); i++) {
		if (str_equal(key, flag_keys[i]))
			return flag_read(value, flags[i]);
	}
	return false;
}

const char *page_word_shown(const char *word)
{
	const size_t longest = 40;

	for (size_t i = 0; word[i]; i++) {
		if (i == longest || !char_is_printable((unsigned char)word[i]))
			return "...";
	}
	return word;
}

bool page_content_read(json_t *content, struct page_content *out, struct err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(content))
		return err_set(err, ERR_INVALID, "the label request has no content");
	json_object_foreach (content, key, value) {
		if (!member_read(key, value, out))
			return err_set(err, ERR_INVALID,
				"'%s' of the label's content is not known or not of its type",
				page_word_shown(key));
	}
	return true;
}
