/* A paper from JSON. */
#include <stdlib.h>

#include "daemon/base/id.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/content.h"
#include "printers/page/paper_inside.h"

/* Sizes: ISO 216; ANSI/ASME Y14.1; 4 x 6 in is the widest roll of label printers. X: 0.34 and 0.25
 * mm. */
/* clang-format off */
static const struct paper_format formats[] = {
	{ "a4",     595.276, 841.890, 36, 4, 140 },
	{ "letter", 612,     792,     36, 4, 140 },
	{ "4x6",    288,     432,     14, 3, 0 },
};
/* clang-format on */

static bool text_read(
	const json_t *value, const char **out, enum page_check *out_failed, struct err *err)
{
	const size_t len = json_string_length(value);

	if (!json_is_string(value) || len > PAPER_TEXT_MAX)
		return err_set(err, ERR_INVALID, "a text of the paper is missing or too long");
	if (strlen(json_string_value(value)) != len ||
		!page_text_is_plain(json_string_value(value)))
		return page_check_fail(out_failed, PAGE_CHECK_CHARACTER, err,
			"a text of the paper holds a control or invisible character");
	*out = json_string_value(value);
	return true;
}

static bool member_read(const json_t *object, const char *key, const char **out,
	enum page_check *out_failed, struct err *err)
{
	return text_read(json_object_get(object, key), out, out_failed, err) ||
	       err_wrap(err, "'%s'", key);
}

static bool id_is_ours(const char *text, bool practice, struct id *out)
{
	struct err why = { 0 };

	return id_parse(out, bytes_of_str(text), &why) && id_is_practice(out) == practice;
}

static bool row_read(const struct paper_words *words, const json_t *json, struct paper_row *out,
	enum page_check *out_failed, struct err *err)
{
	const json_t *lines = json_object_get(json, "lines");
	struct id id;

	if (!member_read(json, "id", &out->id, out_failed, err) ||
		!member_read(json, "name", &out->name, out_failed, err))
		return false;
	if (!id_is_ours(out->id, words->practice, &id) || id.kind != ID_SPECIMEN)
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"a row's id is no specimen id of this clinic");
	if (!json_is_array(lines) || json_array_size(lines) > PAPER_LINES_MAX)
		return err_set(err, ERR_INVALID, "a row of the paper has no lines or too many");
	out->has_symbol = json_is_true(json_object_get(json, "symbol"));
	for (size_t i = 0; i < json_array_size(lines); i++) {
		if (!text_read(json_array_get(lines, i), &out->lines[i], out_failed, err))
			return false;
		out->line_count++;
	}
	return true;
}

static bool facts_read(
	const json_t *json, struct paper_part *out, enum page_check *out_failed, struct err *err)
{
	if (!json_is_array(json) || json_array_size(json) > PAPER_FACTS_MAX)
		return err_set(err, ERR_INVALID, "a part of the paper has no facts or too many");
	for (size_t i = 0; i < json_array_size(json); i++) {
		const json_t *fact = json_array_get(json, i);

		if (!text_read(json_array_get(fact, 0), &out->facts[i].name, out_failed, err) ||
			!text_read(json_array_get(fact, 1), &out->facts[i].text, out_failed, err))
			return false;
		out->fact_count++;
	}
	return true;
}

static bool part_read(struct paper_words *words, const json_t *json, struct paper_part *out,
	enum page_check *out_failed, struct err *err)
{
	const json_t *rows = json_object_get(json, "rows");
	struct id id;

	if (!member_read(json, "id", &out->id, out_failed, err) ||
		!member_read(json, "heading", &out->heading, out_failed, err) ||
		!member_read(json, "sub", &out->sub, out_failed, err) ||
		!facts_read(json_object_get(json, "facts"), out, out_failed, err))
		return false;
	if (*out->id && !id_is_ours(out->id, words->practice, &id))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the paper's id is not one of ours");
	out->first_row = words->row_count;
	out->row_count = json_array_size(rows);
	if (out->row_count == 0 || out->row_count > PAPER_ROWS_MAX - words->row_count)
		return err_set(err, ERR_INVALID, "a paper has 1 to %d rows", PAPER_ROWS_MAX);
	for (size_t i = 0; i < out->row_count; i++) {
		if (!row_read(words, json_array_get(rows, i), &words->rows[words->row_count++],
			    out_failed, err))
			return false;
	}
	return true;
}

static bool format_read(struct paper_words *out, struct err *err)
{
	const char *name = json_string_value(json_object_get(out->json, "format"));

	for (size_t i = 0; name && i < ARRAY_LEN(formats); i++) {
		if (str_equal(formats[i].name, name))
			out->format = &formats[i];
	}
	return out->format ||
	       err_set(err, ERR_INVALID, "the paper's format is not a4, letter or 4x6");
}

bool paper_words_read(
	struct paper_words *out, json_t *json, enum page_check *out_failed, struct err *err)
{
	const json_t *parts = json_object_get(json, "parts");

	out->json = json_incref(json);
	out->arena = arena_new();
	out->practice = json_is_true(json_object_get(json, "practice"));
	out->has_ticks = json_is_true(json_object_get(json, "tick"));
	if (!format_read(out, err) ||
		!member_read(json, "made_at", &out->made_at, out_failed, err) ||
		!member_read(json, "title", &out->title, out_failed, err) ||
		!member_read(json, "foot", &out->foot, out_failed, err))
		return false;
	if (json_array_size(parts) == 0 || json_array_size(parts) > PAPER_PARTS_MAX)
		return err_set(err, ERR_INVALID, "a paper has 1 to %d parts", PAPER_PARTS_MAX);
	out->parts = xcalloc(json_array_size(parts), sizeof(*out->parts));
	out->rows = xcalloc(PAPER_ROWS_MAX, sizeof(*out->rows));
	for (size_t i = 0; i < json_array_size(parts); i++) {
		if (!part_read(out, json_array_get(parts, i), &out->parts[out->part_count++],
			    out_failed, err))
			return false;
	}
	return true;
}

void paper_words_done(struct paper_words *words)
{
	free(words->rows);
	free(words->parts);
	json_decref(words->json);
	arena_free(words->arena);
	*words = (struct paper_words) { 0 };
}
