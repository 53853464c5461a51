/* A directory of templates: what can be taken is, and the rest is said. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/template_read.h"
#include "tests/check.h"

DEFINE_AUTO(struct page_templates, page_templates_free)

#define LINE "\"x\": 1, \"y\": 1, \"width\": 20, \"height\": 2, \"size_max\": 2, \"size_min\": 2}"
#define TEMPLATE(NAME)                                                                       \
	"{\"name\": \"" NAME "\", \"version\": 1, \"subject\": \"patient\", \"width\": 30, " \
	"\"height\": 20, \"margin\": 1, \"codes\": [], \"boxes\": ["                         \
	"{\"kind\": \"text\", \"field\": \"name\", " LINE ", "                               \
	"{\"kind\": \"text\", \"field\": \"number\", " LINE ", "                             \
	"{\"kind\": \"text\", \"field\": \"labels\", " LINE ", "                             \
	"{\"kind\": \"text\", \"field\": \"practice\", " LINE "]}"

struct folder {
	char dir[32];
	char *written[4];
	size_t count;
};

static void folder_open(struct folder *folder)
{
	*folder = (struct folder) { .dir = "/tmp/specimend-page-XXXXXX" };
	check(mkdtemp(folder->dir) != NULL);
}

static void folder_write(struct folder *folder, const char *name, const char *text, size_t len)
{
	char *path = xasprintf("%s/%s", folder->dir, name);
	FILE *file = fopen(path, "we");

	folder->written[folder->count++] = path;
	if (check(file != NULL)) {
		check_int(fwrite(text, 1, len, file), len);
		check_int(fclose(file), 0);
	}
}

static void folder_close(struct folder *folder)
{
	for (size_t i = 0; i < folder->count; i++) {
		check_int(unlink(folder->written[i]), 0);
		free(folder->written[i]);
	}
	check_int(rmdir(folder->dir), 0);
}

static void test_load_takes_every_json_file_in_order(void)
{
	AUTO(page_templates_free) struct page_templates *templates = NULL;
	struct folder folder;
	struct err err = { 0 };

	folder_open(&folder);
	folder_write(&folder, "two.json", TEMPLATE("two"), strlen(TEMPLATE("two")));
	folder_write(&folder, "one.json", TEMPLATE("one"), strlen(TEMPLATE("one")));
	folder_write(&folder, "README", "no template", 11);
	if (check_ok(page_templates_load(&templates, folder.dir, &err), &err)) {
		check_str(page_templates_at(templates, 0)->name, "one");
		check_str(page_templates_at(templates, 1)->name, "two");
		check(page_templates_at(templates, 2) == NULL);
		check(page_templates_find(templates, "two") == page_templates_at(templates, 1));
		check(page_templates_find(templates, "three") == NULL);
		check(page_templates_fault_at(templates, 0) == NULL);
	}
	folder_close(&folder);
}

static void test_load_leaves_out_the_file_that_it_cannot_take(void)
{
	static const struct {
		const char *name, *file, *text, *said;
	} rows[] = {
		{ "malformed", "bad.json", "{", "template 'bad.json': line 1" },
		{ "another name", "other.json", TEMPLATE("one"), "template 'other.json': name" },
		{ "longer name", "one_more.json", TEMPLATE("one"),
			"template 'one_more.json': name" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(page_templates_free) struct page_templates *templates = NULL;
		struct folder folder;
		struct err err = { 0 };

		check_row(rows[i].name);
		folder_open(&folder);
		folder_write(&folder, "a.json", TEMPLATE("a"), strlen(TEMPLATE("a")));
		folder_write(&folder, rows[i].file, rows[i].text, strlen(rows[i].text));
		folder_write(&folder, "z.json", TEMPLATE("z"), strlen(TEMPLATE("z")));
		if (check_ok(page_templates_load(&templates, folder.dir, &err), &err) &&
			check(page_templates_fault_at(templates, 0) != NULL)) {
			check_err(page_templates_fault_at(templates, 0), ERR_INVALID, rows[i].said);
			check(page_templates_fault_at(templates, 1) == NULL);
			check_str(page_templates_at(templates, 0)->name, "a");
			check_str(page_templates_at(templates, 1)->name, "z");
			check(page_templates_at(templates, 2) == NULL);
		}
		folder_close(&folder);
	}
}

static void test_load_says_why_no_file_could_be_taken(void)
{
	AUTO(page_templates_free) struct page_templates *templates = NULL;
	struct folder folder;
	struct err err = { 0 };

	folder_open(&folder);
	folder_write(&folder, "bad.json", "{", 1);
	check(!page_templates_load(&templates, folder.dir, &err));
	check_err(&err, ERR_INVALID, "template 'bad.json': line 1");
	check(!page_templates_load(&templates, folder.dir, NULL));
	check(templates == NULL);
	folder_close(&folder);
}

static void test_load_bounds_a_file_and_misses_an_empty_folder(void)
{
	AUTO(page_templates_free) struct page_templates *templates = NULL;
	AUTO(char_free) char *large = xcalloc(PAGE_TEMPLATE_BYTES_MAX + 9, 1);
	struct folder folder;
	struct err err = { 0 };

	memset(large, ' ', PAGE_TEMPLATE_BYTES_MAX + 8);
	folder_open(&folder);
	check(!page_templates_load(&templates, folder.dir, &err));
	check_err(&err, ERR_NOT_FOUND, "no template is there");
	folder_write(&folder, "large.json", large, PAGE_TEMPLATE_BYTES_MAX + 8);
	check(!page_templates_load(&templates, folder.dir, &err));
	check_err(&err, ERR_INVALID, "more than 65536 bytes");
	folder_close(&folder);
	check(!page_templates_load(&templates, folder.dir, &err));
	check_contains(err.message, folder.dir);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_load_takes_every_json_file_in_order),
		CHECK_TEST(test_load_leaves_out_the_file_that_it_cannot_take),
		CHECK_TEST(test_load_says_why_no_file_could_be_taken),
		CHECK_TEST(test_load_bounds_a_file_and_misses_an_empty_folder),
	};

	return check_run("printers/page/template_load", tests, ARRAY_LEN(tests));
}
