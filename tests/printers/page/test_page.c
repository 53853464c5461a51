/* Whole labels: what is ordered comes out, at every resolution, and is said when it cannot. */
#include "printers/page/page.h"

#include <stdlib.h>

#include "tests/check.h"
#include "tests/printers/page/people.h"

static const unsigned dpis[] = { 203, 300, 600 };

static void check_warnings(const struct page_result *result, const char *expected)
{
	AUTO_BUF warnings = { 0 };

	for (size_t i = 0; i < result->warning_count; i++)
		buf_addf(&warnings, "%s%s", i ? " " : "", result->warnings[i]);
	check_str(buf_str(&warnings), expected ? expected : "");
}

/* LB-01, LB-03, LB-07, LB-11: every made-up label is laid out, drawn and proved. */
static void test_page_proves_every_made_up_label_at_every_resolution(void)
{
	struct page *page = people_page_new();

	for (size_t i = 0; i < people_count; i++) {
		for (size_t k = 0; k < ARRAY_LEN(dpis); k++) {
			const struct page_request request =
				person_request(page, &people[i], dpis[k]);
			struct page_result result = { 0 };
			struct err err = { 0 };

			check_row(people[i].name);
			if (!check_ok(page_make(page, &request, &result, &err), &err))
				continue;
			check_warnings(&result, people[i].warnings);
			page_result_done(&result);
		}
	}
	page_free(page);
}

/* LB-14: no template is shipped that the golden set does not draw. */
static void test_page_golden_set_has_every_template(void)
{
	struct page *page = people_page_new();
	const struct page_template *template;
	size_t count = 0;

	while ((template = page_templates_at(page_templates_get(page), count))) {
		unsigned rows = 0;

		check_row(template->name);
		for (size_t i = 0; i < people_count; i++)
			rows += strcmp(people[i].template, template->name) == 0;
		check(rows >= 1);
		count++;
	}
	check_int(count, 17);
	page_free(page);
}

/* LB-01, LB-11: what a template must not be printed without. */
static void test_page_refuses_what_a_template_requires(void)
{
	static const struct {
		const char *person;
		size_t offset;
		const char *text;
	} rows[] = {
		{ "cup", offsetof(struct page_content, source), "the source is empty" },
		{ "jar", offsetof(struct page_content, site), "the site is empty" },
		{ "jar", offsetof(struct page_content, jar), "the jar's letter is empty" },
		{ "aliquot", offsetof(struct page_content, specimen_type),
			"the specimen type is empty" },
		{ "aliquot", offsetof(struct page_content, parent), "the parent's id is empty" },
	};
	struct page *page = people_page_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_request request =
			person_request(page, person_find(rows[i].person), 203);
		struct page_result result = { 0 };
		struct err err = { 0 };
		const char *nothing = NULL;

		check_row(rows[i].text);
		memcpy((char *)&request.content + rows[i].offset, &nothing, sizeof(nothing));
		check(!page_make(page, &request, &result, &err));
		check_int(result.failed, PAGE_CHECK_IDENTIFIERS);
		check_err(&err, ERR_CHECK_FAILED, rows[i].text);
	}
	page_free(page);
}

/* A page makes nothing before it has templates, and keeps those it has. */
static void test_page_loads_all_or_keeps_what_it_has(void)
{
	struct page *empty = page_new();
	struct page *page = people_page_new();
	struct page_request request = person_request(page, person_find("plain"), 203);
	struct page_result result = { 0 };
	struct err err = { 0 };

	check(!page_make(empty, &request, &result, &err));
	check_err(&err, ERR_INVALID, "no label template");
	check(!page_load(page, "/nonexistent", &err));
	check_ok(page_make(page, &request, &result, &err), &err);
	page_result_done(&result);
	page_free(page);
	page_free(empty);
}

/* LB-01: 50.8 x 25.4 mm in whole dots; "203 dpi" is 8 dots/mm, "300 dpi" 300 dots per inch. */
static void test_page_is_two_by_one_inch_in_dots(void)
{
	static const struct {
		const char *name;
		unsigned dpi, width_dots, height_dots, dots_per_m;
	} rows[] = {
		{ "203", 203, 406, 203, 8000 },
		{ "300", 300, 600, 300, 11811 },
		{ "600", 600, 1200, 600, 23622 },
	};
	struct page *page = people_page_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_request request =
			person_request(page, person_find("plain"), rows[i].dpi);
		struct page_result result = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		if (!check_ok(page_make(page, &request, &result, &err), &err))
			continue;
		check_int(result.bitmap.width_dots, rows[i].width_dots);
		check_int(result.bitmap.height_dots, rows[i].height_dots);
		check_int(result.dots_per_m, rows[i].dots_per_m);
		page_result_done(&result);
	}
	page_free(page);
}

/* The same order gives the same dots: the preview is the label, and a hash of it means something.
 */
static void test_page_draws_the_same_dots_again(void)
{
	struct page *one = people_page_new();
	struct page *other = people_page_new();
	const struct page_request request = person_request(one, person_find("full"), 300);
	struct page_result a = { 0 }, b = { 0 };
	struct err err = { 0 };

	check_ok(page_make(one, &request, &a, &err), &err);
	check_ok(page_make(other, &request, &b, &err), &err);
	check_ok(bitmap_equal(&a.bitmap, &b.bitmap, &err), &err);
	page_result_done(&a);
	page_result_done(&b);
	page_free(other);
	page_free(one);
}

static void change_nothing(struct page_request *request)
{
	(void)request;
}

static void change_to_unknown_template(struct page_request *request)
{
	request->template = "auto13";
}

static void change_to_unknown_head(struct page_request *request)
{
	request->dpi = 152;
}

static void change_to_small_stock(struct page_request *request)
{
	request->width_um = 30500;
}

static void change_to_low_stock(struct page_request *request)
{
	request->height_um = 24800;
}

static void change_to_metric_stock(struct page_request *request)
{
	request->width_um = 51000;
	request->height_um = 25000;
}

static void change_to_thai(struct page_request *request)
{
	request->content.given = "\xe0\xb8\x97"; /* U+0E17 */
}

static void change_to_thai_tests(struct page_request *request)
{
	request->content.tests = "CBC \xe0\xb8\x97";
}

static void change_to_urdu(struct page_request *request)
{
	request->content.family = "\xd8\xb4\xd8\xa7\xdb\x81"; /* U+06C1: DejaVu lacks it */
}

static void change_to_endless_middle_name(struct page_request *request)
{
	request->content.family = "WWWWWW";
	request->content.given = "WWW";
	request->content.middle = "W W W W W W W W W W W W W W W W W W W W W W W W W W W W W W W W";
}

/* A letter with a tower of accents is higher than the box at every size, and is never cut off. */
static void change_to_towering_name(struct page_request *request)
{
	request->content.family = "E\xcc\x82\xcc\x82\xcc\x82\xcc\x82"; /* as many marks as may be */
}

static void change_to_long_number(struct page_request *request)
{
	request->content.patient_number = "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";
}

static void change_to_long_container(struct page_request *request)
{
	request->content.container = "LAVENDER EDTA 4 mL with a name that never ends, really never";
}

/* LB-02, LB-03: what cannot be printed whole is refused with its check and a way on. */
static void test_page_says_which_check_failed(void)
{
	static const struct {
		const char *name;
		void (*change)(struct page_request *request);
		enum page_check failed;
		enum err_code code;
		const char *text; /* NULL: it succeeds */
	} rows[] = {
		{ "as it is", change_nothing, PAGE_CHECK_NONE, ERR_NONE, NULL },
		{ "25 x 51 mm", change_to_metric_stock, PAGE_CHECK_NONE, ERR_NONE, NULL },
		{ "middle shortens", change_to_endless_middle_name, PAGE_CHECK_NONE, ERR_NONE,
			NULL },
		{ "template", change_to_unknown_template, PAGE_CHECK_NONE, ERR_INVALID,
			"no label template" },
		{ "head", change_to_unknown_head, PAGE_CHECK_NONE, ERR_INVALID, "152 dpi" },
		{ "small stock", change_to_small_stock, PAGE_CHECK_GEOMETRY_AREA, ERR_CHECK_FAILED,
			"30500 x 25400 um" },
		{ "low stock", change_to_low_stock, PAGE_CHECK_GEOMETRY_AREA, ERR_CHECK_FAILED,
			"50800 x 24800 um" },
		{ "no font", change_to_thai, PAGE_CHECK_CHARACTER, ERR_CHECK_FAILED,
			"the name holds a letter that no installed font has (script: thai)" },
		{ "no font, tests", change_to_thai_tests, PAGE_CHECK_CHARACTER, ERR_CHECK_FAILED,
			"the tests holds a letter that no installed font has (script: thai)" },
		{ "no font, a passport's table", change_to_urdu, PAGE_CHECK_SPELLING,
			ERR_CHECK_FAILED, "nobody confirmed its spelling" },
		{ "towering name", change_to_towering_name, PAGE_CHECK_NAME_FIT, ERR_CHECK_FAILED,
			"the name does not fit on the label even in its shortest form" },
		{ "long number", change_to_long_number, PAGE_CHECK_TEXT_INK, ERR_CHECK_FAILED,
			"the patient's number does not fit" },
		{ "long container", change_to_long_container, PAGE_CHECK_TEXT_INK, ERR_CHECK_FAILED,
			"the container does not fit" },
	};
	struct page *page = people_page_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_request request = person_request(page, person_find("plain"), 203);
		struct page_result result = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		rows[i].change(&request);
		const bool ok = page_make(page, &request, &result, &err);

		check_int(ok, rows[i].text == NULL);
		check_int(result.failed, rows[i].failed);
		if (rows[i].text)
			check_err(&err, rows[i].code, rows[i].text);
		if (rows[i].failed != PAGE_CHECK_NONE)
			check(err.hint[0] != 0);
		if (!ok)
			check(result.bitmap.data == NULL);
		page_result_done(&result);
	}
	page_free(page);
}

/* LB-02: no message of a failed check repeats what the label says about the patient. */
static void test_page_messages_hold_no_patient_data(void)
{
	struct page *page = people_page_new();
	struct page_request request = person_request(page, person_find("plain"), 203);
	struct page_result result = { 0 };
	struct err err = { 0 };

	request.content.patient_number = "SECRETSECRETSECRETSECRETSECRET12";
	check(!page_make(page, &request, &result, &err));
	check(strstr(err.message, "SECRET") == NULL);
	check(strstr(err.message, "Okafor") == NULL);
	page_free(page);
}

/* contrib/CONTRACTS.md 2: the words that a reply's `check` may be. */
static void test_page_checks_have_their_words(void)
{
	static const char *const words[] = { "none", "identifiers", "character", "spelling",
		"name_fit", "geometry_module", "geometry_quiet", "geometry_height", "geometry_area",
		"overlap", "text_ink", "decode_code128", "decode_datamatrix", "expand" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		check_str(page_check_word((enum page_check)i), words[i]);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_page_proves_every_made_up_label_at_every_resolution),
		CHECK_TEST(test_page_golden_set_has_every_template),
		CHECK_TEST(test_page_refuses_what_a_template_requires),
		CHECK_TEST(test_page_loads_all_or_keeps_what_it_has),
		CHECK_TEST(test_page_is_two_by_one_inch_in_dots),
		CHECK_TEST(test_page_draws_the_same_dots_again),
		CHECK_TEST(test_page_says_which_check_failed),
		CHECK_TEST(test_page_messages_hold_no_patient_data),
		CHECK_TEST(test_page_checks_have_their_words),
	};

	return check_run("printers/page", tests, ARRAY_LEN(tests));
}
