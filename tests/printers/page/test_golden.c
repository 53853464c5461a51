/* The golden set: what is shipped passes it, and it finds what is not good. */
#include "printers/page/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/printers/page/people.h"

DEFINE_AUTO(struct page_golden, page_golden_free)
DEFINE_AUTO(struct page_template, page_template_free)

static struct page_golden *golden_new(void)
{
	AUTO(char_free) char *path = check_path("printers/templates/" PAGE_GOLDEN_FILE);
	struct page_golden *golden = NULL;
	struct err err = { 0 };

	if (!page_golden_load(&golden, path, &err)) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	return golden;
}

/* LB-14: what is shipped is published at once, so it must pass before the release. */
static void test_golden_set_is_passed_by_every_shipped_template(void)
{
	AUTO(page_golden_free) struct page_golden *golden = golden_new();
	struct page *page = people_page_new();
	const struct page_template *template;

	for (size_t k = 0; (template = page_templates_at(page_templates_get(page), k)); k++) {
		const size_t count = page_golden_count(golden, template);

		check(count >= 6 && count % 3 == 0);
		for (size_t i = 0; i < count; i++) {
			struct page_golden_verdict verdict;

			if (page_golden_try(golden, page, template, i, &verdict)) {
				check_str(verdict.check, "");
				continue;
			}
			fprintf(stderr, "%s, %s, %u dpi: %s: %s\n", template->name, verdict.name,
				verdict.dpi, verdict.check, verdict.err.message);
			check(false);
		}
	}
	page_free(page);
}

/* What LB-14 asks for is in the set; the numbers are of its file. */
static void test_golden_set_holds_what_it_must(void)
{
	static const struct {
		const char *template;
		size_t cases;
	} rows[] = {
		{ "auto12", 48 },
		{ "slip", 4 },
		{ "badge", 3 },
		{ "command", 4 },
		{ "bag", 8 },
		{ "found", 2 },
		{ "downtime", 3 },
		{ "separator", 4 },
		{ "pattern", 2 },
	};
	AUTO(page_golden_free) struct page_golden *golden = golden_new();
	struct page *page = people_page_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_template *template =
			page_templates_find(page_templates_get(page), rows[i].template);
		struct page_content content = { 0 };

		check_row(rows[i].template);
		check_int(page_golden_count(golden, template), rows[i].cases * 3);
		check(page_golden_sample(golden, template, &content));
	}
	page_free(page);
}

/* The sample is complete: what the template requires is filled in, what has a value keeps it. */
static void test_golden_sample_has_what_the_template_requires(void)
{
	AUTO(page_golden_free) struct page_golden *golden = golden_new();
	struct page *page = people_page_new();
	const struct page_templates *templates = page_templates_get(page);
	struct page_content jar = { 0 }, tube = { 0 };

	check(page_golden_sample(golden, page_templates_find(templates, "biopsy_jar"), &jar));
	check(page_golden_sample(golden, page_templates_find(templates, "auto12"), &tube));
	check_str(jar.site, "upper back");
	check_str(jar.jar, "A");
	check_str(jar.family, "Okafor");
	check(tube.site == NULL);
	page_free(page);
}

/* LB-14: a site's own containers and tests are tried behind the set's cases. */
static void test_golden_set_is_extended_by_a_sites_own_cases(void)
{
	AUTO(page_golden_free) struct page_golden *golden = golden_new();
	AUTO(json_decref)
	json_t *cases =
		json_pack("[{s:s, s:s, s:b, s:{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i}}]",
			"name", "here: ours", "subject", "specimen", "whole", 1, "content",
			"specimen_id", "101000000156", "copy", 1, "family", "Okafor", "given",
			"Grace", "birth_date", "1961-04-09", "patient_number", "1", "container",
			"LAVENDER A CONTAINER WHOSE NAME NO LABEL HAS ROOM FOR AT ALL", "number", 1,
			"of", 1);
	AUTO(json_decref) json_t *none = json_object();
	AUTO(page_golden_free) struct page_golden *longer = NULL;
	struct page *page = people_page_new();
	const struct page_template *template =
		page_templates_find(page_templates_get(page), "auto12");
	const size_t count = page_golden_count(golden, template);
	struct page_golden_verdict verdict;
	struct err err = { 0 };

	if (check_ok(page_golden_extend(&longer, golden, cases, &err), &err)) {
		check_int(page_golden_count(longer, template), count + 3);
		check(page_golden_try(longer, page, template, count - 1, &verdict));
		check(!page_golden_try(longer, page, template, count, &verdict));
		check_str(verdict.name, "here: ours");
		check_str(verdict.check, "text_ink");
	}
	check(!page_golden_extend(&longer, golden, none, &err));
	check_err(&err, ERR_INVALID, "no list");
	(void)json_object_set_new(json_array_get(cases, 0), "subject", json_string("nobody"));
	err = (struct err) { 0 };
	check(!page_golden_extend(&longer, golden, cases, &err));
	check_err(&err, ERR_INVALID, "the site's cases");
	page_free(page);
}

/* auto12 with one number of one of its boxes changed, and its whole line its own. */
static struct page_template *changed_new(const char *field, const char *key, double mm)
{
	AUTO(char_free) char *path = check_path("printers/templates/auto12.json");
	AUTO(json_decref) json_t *root = json_load_file(path, 0, NULL);
	struct page_template *template = NULL;
	struct err err = { 0 };
	size_t i;
	json_t *box;

	json_array_foreach (json_object_get(root, "boxes"), i, box) {
		if (!str_equal(json_string_value(json_object_get(box, "field")), field))
			continue;
		(void)json_object_del(box, "gives_way_to");
		(void)json_object_del(box, "narrow_width");
		(void)json_object_set_new(box, key, json_real(mm));
	}
	AUTO(char_free) char *text = json_dumps(root, JSON_REAL_PRECISION(6));

	check_ok(page_template_read(&template, bytes_of_str(text), &err), &err);
	return template;
}

/* Tries all and says how many fail, and by which check a label of the case of that name does. */
static size_t failures(
	const struct page_template *template, const char *name, struct page_golden_verdict *out)
{
	AUTO(page_golden_free) struct page_golden *golden = golden_new();
	struct page *page = people_page_new();
	size_t count = 0;

	for (size_t i = 0; i < page_golden_count(golden, template); i++) {
		struct page_golden_verdict verdict;

		if (page_golden_try(golden, page, template, i, &verdict))
			continue;
		check_int(verdict.err.code, ERR_CHECK_FAILED);
		check(verdict.check[0] != 0 && verdict.err.message[0] != 0);
		if (str_equal(verdict.name, name))
			*out = verdict;
		count++;
	}
	page_free(page);
	return count;
}

static void test_golden_set_finds_a_box_that_is_too_short(void)
{
	AUTO(page_template_free)
	struct page_template *template = changed_new("container", "width", 21);
	struct page_golden_verdict verdict = { 0 };
	const size_t count = failures(template, "container LAVENDER EDTA 4 mL, on ice", &verdict);

	check_str(verdict.check, "text_ink");
	check_contains(verdict.err.message, "the container");
	check(count > 0 && count < 34 * 3); /* the others' fit */
}

/* A name that is always cut passes every check of a label; only the ordinary label finds it. */
static void test_golden_set_finds_that_ordinary_names_are_shortened(void)
{
	AUTO(page_template_free)
	struct page_template *template = changed_new("name", "width", 17);
	struct page_golden_verdict verdict = { 0 };

	check(failures(template, "ordinary", &verdict) >= 3);
	check_str(verdict.check, "name_shortened");
	check_contains(verdict.err.message, "would be shortened: name_shortened");
}

static void test_golden_files_that_are_malformed_are_refused(void)
{
#define GOOD \
	"{\"name\": \"a\", \"subject\": \"found\", \"content\": {\"found\": \"F101000000182\"}}"
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "{", "line 1" },
		{ "{\"required\": {}}", "not a list" },
		{ "{\"required\": {}, \"cases\": []}", "not a list" },
		{ "{\"cases\": [" GOOD "]}", "'required' is not an object" },
		{ "{\"cases\": [" GOOD "], \"required\": {\"site\": 1}}", "'site'" },
		{ "{\"cases\": [" GOOD "], \"required\": {\"smell\": \"x\"}}", "'smell'" },
		{ "{\"required\": {}, \"cases\": [7]}", "has a name" },
		{ "{\"required\": {}, \"cases\": [{\"name\": \"a\", \"subject\": \"tube\", "
		  "\"content\": {}}]}",
			"has a name" },
		{ "{\"required\": {}, \"cases\": [{\"name\": \"a\", \"subject\": \"found\", "
		  "\"whole\": 1, \"content\": {}}]}",
			"has a name" },
		{ "{\"required\": {}, \"cases\": [{\"name\": \"a\", \"subject\": \"found\", "
		  "\"dpi\": 203, \"content\": {}}]}",
			"has a name" },
		{ "{\"required\": {}, \"cases\": [{\"name\": \"a\", \"subject\": \"found\", "
		  "\"content\": {\"smell\": \"x\"}}]}",
			"case 'a': 'smell'" },
	};
	char path[] = "/tmp/specimend-golden-XXXXXX";
	const int fd = mkstemp(path);

	check(fd >= 0);
	(void)close(fd);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_golden *golden = NULL;
		struct err err = { 0 };
		FILE *file = fopen(path, "we");

		check_row(rows[i].text);
		if (!check(file != NULL))
			break;
		fputs(rows[i].text, file);
		check_int(fclose(file), 0);
		check(!page_golden_load(&golden, path, &err));
		check_err(&err, ERR_INVALID, rows[i].said);
		check(golden == NULL);
	}
	check_int(unlink(path), 0);
	struct page_golden *golden = NULL;
	struct err err = { 0 };

	check(!page_golden_load(&golden, path, &err));
	check_err(&err, ERR_IO, "golden set");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_golden_set_is_passed_by_every_shipped_template),
		CHECK_TEST(test_golden_set_holds_what_it_must),
		CHECK_TEST(test_golden_sample_has_what_the_template_requires),
		CHECK_TEST(test_golden_set_finds_a_box_that_is_too_short),
		CHECK_TEST(test_golden_set_is_extended_by_a_sites_own_cases),
		CHECK_TEST(test_golden_set_finds_that_ordinary_names_are_shortened),
		CHECK_TEST(test_golden_files_that_are_malformed_are_refused),
	};

	return check_run("printers/page/golden", tests, ARRAY_LEN(tests));
}
