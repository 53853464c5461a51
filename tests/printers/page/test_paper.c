/* printers/page/paper: pages, codes that read back, names as they are, the same bytes each time. */
#include "printers/page/paper.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/auto_json.h"
#include "daemon/base/id.h"
#include "daemon/base/str.h"
#include "printers/page/paper_inside.h"
#include "tests/check.h"

DEFINE_AUTO(struct paper, paper_free)

static json_t *row_new(unsigned no, const char *name, bool symbol)
{
	struct id id;
	struct err err = { 0 };

	check_ok(id_make(&id, ID_SPECIMEN, 101, no + 1, 0, &err), &err);
	return json_pack("{s:s, s:b, s:s, s:[s, s, s]}", "id", id.text, "symbol", symbol, "name",
		name, "lines", "Number 00123456", "2 of 4   LAVENDER EDTA 4 mL",
		"CBC Complete blood count; A1C Haemoglobin A1c");
}

static json_t *paper_json_new(const char *format, size_t rows, const char *name, bool symbol)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows; i++)
		json_array_append_new(list, row_new((unsigned)i, name, symbol));
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:[{s:s, s:s, s:s, s:[[s, s], [s, s]], "
			 "s:o}]}",
		"format", format, "made_at", "2026-11-22T11:05:00Z", "title", "Packing list",
		"foot", "Printed 22 Nov 2026 11:05, Ana Ruiz", "practice", false, "tick", true,
		"parts", "id", "B101000000188", "heading", "REFRIGERATED   STAT", "sub",
		"Riverside Reference Laboratory", "facts", "Account", "ACC 4410", "Tubes", "22",
		"rows", list);
}

static json_t *part_of(const json_t *json)
{
	return json_array_get(json_object_get(json, "parts"), 0);
}

static json_t *row_of(const json_t *json)
{
	return json_array_get(json_object_get(part_of(json), "rows"), 0);
}

/* To its end; NULL when it failed, and the check then says so. */
static struct paper *whole_new(json_t *json)
{
	enum page_check failed = PAGE_CHECK_NONE;
	struct paper *paper = NULL;
	bool more = true;
	struct err err = { 0 };

	if (!check_ok(paper_new(&paper, json, &failed, &err), &err))
		return NULL;
	for (size_t i = 0; more; i++) {
		if (!check(i < paper_pages(paper)) ||
			!check_ok(paper_step(paper, &more, &failed, &err), &err)) {
			paper_free(paper);
			return NULL;
		}
	}
	return paper;
}

static bool bytes_hold(struct bytes bytes, const char *part)
{
	return memmem(bytes.data, bytes.len, part, strlen(part)) != NULL;
}

static void test_paper_is_a_pdf_that_says_when_it_was_made_and_no_name(void)
{
	AUTO(json_decref) json_t *json = paper_json_new("a4", 3, "Okafor, Grace", true);
	AUTO(paper_free) struct paper *paper = whole_new(json);

	if (!paper)
		return;
	const struct bytes pdf = paper_pdf(paper);

	check_int(paper_pages(paper), 1);
	check(pdf.len > 1000 && memcmp(pdf.data, "%PDF-", 5) == 0);
	check(bytes_hold(pdf, "%%EOF"));
	check(bytes_hold(pdf, "/CreationDate (20261122110500Z)"));
	check(bytes_hold(pdf, "/Title (Packing list)"));
	check(!bytes_hold(pdf, "Okafor"));
}

static void test_paper_is_the_same_bytes_for_the_same_words(void)
{
	AUTO(json_decref) json_t *json = paper_json_new("letter", 40, "Okafor, Grace", true);
	AUTO(paper_free) struct paper *first = whole_new(json);
	AUTO(paper_free) struct paper *again = whole_new(json);

	if (first && again)
		check_bytes(paper_pdf(again), paper_pdf(first));
}

/* A bag closes with at most 600 tubes (schema/clinic/pack_close.sql). */
static void test_tubes_flow_over_as_many_pages_as_they_take(void)
{
	static const struct {
		const char *format;
		size_t rows;
		bool symbol;
		size_t pages;
		const char *box;
	} rows[] = {
		{ "a4", 1, false, 1, "[ 0 0 595.276 841.89 ]" },
		{ "a4", 12, false, 1, NULL },
		{ "a4", 60, false, 5, NULL },
		{ "letter", 60, false, 6, "[ 0 0 612 792 ]" },
		{ "4x6", 1, false, 1, "[ 0 0 288 432 ]" },
		{ "4x6", 22, false, 6, NULL },
		{ "4x6", 22, true, 11, NULL },
		{ "a4", 600, false, 50, NULL },
		{ "4x6", 600, true, 300, NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char row[80];
		AUTO(json_decref)
		json_t *json = paper_json_new(
			rows[i].format, rows[i].rows, "Okafor, Grace", rows[i].symbol);

		(void)snprintf(row, sizeof(row), "%s, %zu", rows[i].format, rows[i].rows);
		check_row(row);
		AUTO(paper_free) struct paper *paper = whole_new(json);

		if (!paper)
			continue;
		check_int(paper_pages(paper), rows[i].pages);
		check(!rows[i].box || bytes_hold(paper_pdf(paper), rows[i].box));
	}
}

/* LB-03: the true name, whole, in any script. */
static void test_names_stand_whole_however_long(void)
{
	char longest[1501];
	const char *const names[] = { "الحسيني, محمد", "Ångström-Łukasiewicz, Ézéchiel", "O",
		longest };

	memset(longest, 'W', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO(json_decref) json_t *json = paper_json_new("letter", 2, names[i], true);

		check_row(i == ARRAY_LEN(names) - 1 ? "longest" : names[i]);
		AUTO(paper_free) struct paper *paper = whole_new(json);

		check(paper && !paper_lacks_letters(paper));
		check(!paper || paper_pages(paper) == (i == ARRAY_LEN(names) - 1 ? 2 : 1));
	}
}

/* LB-03: as on labels, and the true name's numbers. Fonts of the tests: tests/data/page/fonts.conf.
 */
static void test_name_that_no_font_has_is_spelled(void)
{
	static const struct {
		const char *name, *shown, *numbers; /* numbers NULL: it stands in its own letters */
	} rows[] = {
		{ "Okafor, Grace", "Okafor, Grace", NULL },
		{ "الحسيني, Ольга", "الحسيني, Ольга", NULL },
		{ "Nguye\xcc\x82\xcc\x83n, A", "Nguy\xe1\xbb\x85n, A", NULL },
		{ "شاہ, فاطمہ", "\xe2\x89\x88XSHAXXG, FAXTTMXXG",
			"U+0634 U+0627 U+06C1, U+0641 U+0627 U+0637 U+0645 U+06C1" },
		{ "Müller, شاہ", "\xe2\x89\x88MUELLER, XSHAXXG",
			"MU+00FCller, U+0634 U+0627 U+06C1" },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *json = paper_json_new("a4", 1, rows[i].name, false);
		enum page_check failed = PAGE_CHECK_NONE;
		struct paper_words words = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		json_object_set_new(part_of(json), "heading", json_string(rows[i].name));
		if (check_ok(paper_words_read(&words, json, &failed, &err) &&
				     paper_words_show(&words, fonts, &failed, &err),
			    &err)) {
			check_str(words.rows[0].name, rows[i].shown);
			check_str(words.rows[0].true_name, rows[i].numbers);
			check_str(words.parts[0].heading, rows[i].shown);
			check_str(words.parts[0].true_heading, rows[i].numbers);
			check_int(words.is_spelled, rows[i].numbers != NULL);
		}
		paper_words_done(&words);
		AUTO(paper_free) struct paper *paper = whole_new(json);

		check(paper && paper_lacks_letters(paper) == (rows[i].numbers != NULL));
	}
	page_fonts_free(fonts);
}

/* What no passport's table has either: no label says it, and no paper. */
static void test_name_that_no_table_has_is_refused(void)
{
	static const struct {
		const char *name, *script;
	} rows[] = { { "ทักษิณ, Grace", "thai" }, { "शर्मा, A", "devanagari" },
		{ "𓀀𓀁, 𓀂", "egyptian-hieroglyphs" } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *json = paper_json_new("a4", 3, rows[i].name, false);
		enum page_check failed = PAGE_CHECK_NONE;
		struct paper *paper = NULL;
		struct err err = { 0 };

		check_row(rows[i].script);
		check(!paper_new(&paper, json, &failed, &err));
		check_int(failed, PAGE_CHECK_CHARACTER);
		check_err(&err, ERR_CHECK_FAILED, rows[i].script);
		check_err(&err, ERR_CHECK_FAILED, "row 1");
		check(strstr(err.hint, "have a font with these letters installed") != NULL);
		check(strstr(err.message, rows[i].name) == NULL);
	}
}

/* A provider's name, a source: no identity hangs on it, and the paper still goes. */
static void test_words_that_no_font_has_stand_spelled_or_by_number(void)
{
	static const struct {
		const char *said, *shown;
	} rows[] = {
		{ "Dr. شاہ", "\xe2\x89\x88"
			     "DR. XSHAXXG" },
		{ "Dr. ทก (ENT)", "Dr. U+0E17 U+0E01 (ENT)" },
		{ "Dr. Ångström", "Dr. Ångström" },
	};
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *json = paper_json_new("a4", 1, "Okafor, Grace", false);
		enum page_check failed = PAGE_CHECK_NONE;
		struct paper_words words = { 0 };
		struct err err = { 0 };

		check_row(rows[i].said);
		json_array_set_new(
			json_object_get(row_of(json), "lines"), 0, json_string(rows[i].said));
		json_object_set_new(
			part_of(json), "facts", json_pack("[[s, s]]", "Ordered by", rows[i].said));
		json_object_set_new(json, "foot", json_string(rows[i].said));
		if (check_ok(paper_words_read(&words, json, &failed, &err) &&
				     paper_words_show(&words, fonts, &failed, &err),
			    &err)) {
			check_str(words.rows[0].lines[0], rows[i].shown);
			check_str(words.parts[0].facts[0].text, rows[i].shown);
			check_str(words.foot, rows[i].shown);
		}
		paper_words_done(&words);
		AUTO(paper_free) struct paper *paper = whole_new(json);

		check(paper != NULL);
	}
	page_fonts_free(fonts);
}

static void test_row_that_is_larger_than_a_page_is_refused(void)
{
	char longest[3001];
	enum page_check failed = PAGE_CHECK_NONE;
	struct paper *paper = NULL;
	struct err err = { 0 };

	memset(longest, 'W', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	AUTO(json_decref) json_t *json = paper_json_new("4x6", 1, longest, true);

	check(!paper_new(&paper, json, &failed, &err));
	check_int(failed, PAGE_CHECK_NAME_FIT);
	check_err(&err, ERR_CHECK_FAILED, "larger than a page");
}

static void test_each_part_counts_its_own_pages(void)
{
	AUTO(json_decref) json_t *json = paper_json_new("a4", 20, "Okafor, Grace", false);
	AUTO(json_decref) json_t *other = paper_json_new("a4", 1, "Bell, Bea", false);

	json_array_append(json_object_get(json, "parts"), part_of(other));
	AUTO(paper_free) struct paper *paper = whole_new(json);

	check(paper && paper_pages(paper) == 3);
}

static void test_what_is_malformed_is_refused(void)
{
	static const struct {
		const char *
			key; /* of the paper; with a '.' before it of its part, with two of a row */
		const char *value; /* JSON */
		enum err_code code;
		enum page_check failed;
	} rows[] = {
		{ "format", "\"a5\"", ERR_INVALID, PAGE_CHECK_NONE },
		{ "format", "4", ERR_INVALID, PAGE_CHECK_NONE },
		{ "title", "null", ERR_INVALID, PAGE_CHECK_NONE },
		{ "made_at", "7", ERR_INVALID, PAGE_CHECK_NONE },
		{ "foot", "\"a\\u202eb\"", ERR_CHECK_FAILED, PAGE_CHECK_CHARACTER },
		{ "parts", "[]", ERR_INVALID, PAGE_CHECK_NONE },
		{ "parts", "{}", ERR_INVALID, PAGE_CHECK_NONE },
		{ "parts", "[7]", ERR_INVALID, PAGE_CHECK_NONE },
		{ "practice", "true", ERR_CHECK_FAILED, PAGE_CHECK_IDENTIFIERS },
		{ ".id", "\"B101000000189\"", ERR_CHECK_FAILED, PAGE_CHECK_IDENTIFIERS },
		{ ".id", "\"B900000000764\"", ERR_CHECK_FAILED, PAGE_CHECK_IDENTIFIERS },
		{ ".heading", "[]", ERR_INVALID, PAGE_CHECK_NONE },
		{ ".facts", "null", ERR_INVALID, PAGE_CHECK_NONE },
		{ ".facts", "[[\"a\"]]", ERR_INVALID, PAGE_CHECK_NONE },
		{ ".facts", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", ERR_INVALID,
			PAGE_CHECK_NONE },
		{ ".rows", "[]", ERR_INVALID, PAGE_CHECK_NONE },
		{ ".rows", "null", ERR_INVALID, PAGE_CHECK_NONE },
		{ "..id", "\"\"", ERR_CHECK_FAILED, PAGE_CHECK_IDENTIFIERS },
		{ "..id", "\"B101000000188\"", ERR_CHECK_FAILED, PAGE_CHECK_IDENTIFIERS },
		{ "..id", "\"101000000157\"", ERR_CHECK_FAILED, PAGE_CHECK_IDENTIFIERS },
		{ "..name", "null", ERR_INVALID, PAGE_CHECK_NONE },
		{ "..name", "\"a\\u0000b\"", ERR_CHECK_FAILED, PAGE_CHECK_CHARACTER },
		{ "..name", "\"a\\nb\"", ERR_CHECK_FAILED, PAGE_CHECK_CHARACTER },
		{ "..lines", "null", ERR_INVALID, PAGE_CHECK_NONE },
		{ "..lines", "[7]", ERR_INVALID, PAGE_CHECK_NONE },
		{ "..lines", "[1,2,3,4,5,6,7,8,9]", ERR_INVALID, PAGE_CHECK_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *json = paper_json_new("a4", 2, "Okafor, Grace", false);
		const size_t dots = strspn(rows[i].key, ".");
		json_t *const of[] = { json, part_of(json), row_of(json) };
		enum page_check failed = PAGE_CHECK_NONE;
		struct paper *paper = NULL;
		struct err err = { 0 };

		check_row(rows[i].value);
		json_object_set_new(of[dots], rows[i].key + dots,
			json_loads(rows[i].value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL));
		check(!paper_new(&paper, json, &failed, &err));
		check_int(err.code, rows[i].code);
		check_int(failed, rows[i].failed);
	}
}

static void test_paper_has_its_limits(void)
{
	static const size_t counts[] = { PAPER_ROWS_MAX + 1 };
	enum page_check failed = PAGE_CHECK_NONE;
	struct paper *paper = NULL;
	struct err err = { 0 };
	AUTO(json_decref) json_t *rows = paper_json_new("a4", counts[0], "Okafor, Grace", false);

	check(!paper_new(&paper, rows, &failed, &err));
	check_err(&err, ERR_INVALID, "1 to 600 rows");

	AUTO(json_decref) json_t *parts = paper_json_new("a4", 1, "Okafor, Grace", false);

	for (size_t i = 0; i < PAPER_PAGES_MAX; i++)
		json_array_append(json_object_get(parts, "parts"), part_of(parts));
	check(!paper_new(&paper, parts, &failed, &err));
	check_err(&err, ERR_INVALID, "more than 300 pages");

	char text[PAPER_TEXT_MAX + 2];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	AUTO(json_decref) json_t *words = paper_json_new("a4", 1, text, false);

	check(!paper_new(&paper, words, &failed, &err));
	check_err(&err, ERR_INVALID, "too long");
}

/* ---- the proof ---- */

static const struct paper_symbol bars_at = {
	.x_dots = 100, .y_dots = 50, .module_dots = 3, .height_dots = 60
};

/* A page with one symbol, and more on it: a rectangle of dots. */
static cairo_surface_t *page_new_with(const struct paper_symbol *at, const unsigned more[4])
{
	const cairo_rectangle_t whole = { 0, 0, 1200, 400 };
	cairo_surface_t *page = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, &whole);
	cairo_t *cairo = cairo_create(page);
	const unsigned height =
		at->symbol.symbology == PAGE_CODE128 ? at->height_dots : at->module_dots;

	for (unsigned y = 0; y < at->symbol.rows; y++) {
		for (unsigned x = 0; x < at->symbol.columns; x++) {
			if (at->symbol.module[y][x])
				cairo_rectangle(cairo, at->x_dots + x * at->module_dots,
					at->y_dots + y * at->module_dots, at->module_dots, height);
		}
	}
	cairo_rectangle(cairo, more[0], more[1], more[2], more[3]);
	cairo_fill(cairo);
	cairo_destroy(cairo);
	return page;
}

static void test_code_that_is_not_clean_does_not_pass(void)
{
	static const struct {
		const char *row;
		enum page_symbology symbology;
		const char *drawn;
		unsigned more[4];
		enum page_check failed;
	} rows[] = {
		{ "bars", PAGE_CODE128, "101000000156", { 0 }, PAGE_CHECK_NONE },
		{ "another number", PAGE_CODE128, "101000000253", { 0 },
			PAGE_CHECK_DECODE_CODE128 },
		{ "a line above the bars", PAGE_CODE128, "101000000156", { 80, 40, 400, 5 },
			PAGE_CHECK_NONE },
		{ "a line through them", PAGE_CODE128, "101000000156", { 80, 80, 400, 2 },
			PAGE_CHECK_DECODE_CODE128 },
		{ "ink in the quiet zone", PAGE_CODE128, "101000000156", { 75, 50, 3, 60 },
			PAGE_CHECK_DECODE_CODE128 },
		{ "ink in the other one", PAGE_CODE128, "101000000156", { 425, 50, 3, 60 },
			PAGE_CHECK_DECODE_CODE128 },
		{ "a space filled", PAGE_CODE128, "101000000156", { 150, 50, 40, 60 },
			PAGE_CHECK_DECODE_CODE128 },
		{ "square", PAGE_DATAMATRIX, "101000000156", { 0 }, PAGE_CHECK_NONE },
		{ "another square", PAGE_DATAMATRIX, "101000000253", { 0 },
			PAGE_CHECK_DECODE_DATAMATRIX },
		{ "ink beside the square", PAGE_DATAMATRIX, "101000000156", { 98, 50, 2, 4 },
			PAGE_CHECK_DECODE_DATAMATRIX },
		{ "a corner gone black", PAGE_DATAMATRIX, "101000000156", { 106, 56, 20, 20 },
			PAGE_CHECK_DECODE_DATAMATRIX },
	};
	struct page_decoder *decoder = page_decoder_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct paper_symbol told = bars_at, drawn = bars_at;
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		check_row(rows[i].row);
		check_ok(page_symbol_encode(&told.symbol, rows[i].symbology, "101000000156", &err),
			&err);
		check_ok(page_symbol_encode(&drawn.symbol, rows[i].symbology, rows[i].drawn, &err),
			&err);
		cairo_surface_t *page = page_new_with(&drawn, rows[i].more);

		check(paper_symbols_prove(decoder, page, &told, 1, &failed, &err) ==
			(rows[i].failed == PAGE_CHECK_NONE));
		check_int(failed, rows[i].failed);
		cairo_surface_destroy(page);
	}
	page_decoder_free(decoder);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_paper_is_a_pdf_that_says_when_it_was_made_and_no_name),
		CHECK_TEST(test_paper_is_the_same_bytes_for_the_same_words),
		CHECK_TEST(test_tubes_flow_over_as_many_pages_as_they_take),
		CHECK_TEST(test_names_stand_whole_however_long),
		CHECK_TEST(test_name_that_no_font_has_is_spelled),
		CHECK_TEST(test_name_that_no_table_has_is_refused),
		CHECK_TEST(test_words_that_no_font_has_stand_spelled_or_by_number),
		CHECK_TEST(test_row_that_is_larger_than_a_page_is_refused),
		CHECK_TEST(test_each_part_counts_its_own_pages),
		CHECK_TEST(test_what_is_malformed_is_refused),
		CHECK_TEST(test_paper_has_its_limits),
		CHECK_TEST(test_code_that_is_not_clean_does_not_pass),
	};

	return check_run("page/paper", tests, ARRAY_LEN(tests));
}
