/* One template's file: what it gives, and every way it can be wrong, with its place. */
#include "printers/page/template_read.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

DEFINE_AUTO(struct page_template, page_template_free)

#define PLACE "\"x\": 1, \"y\": 1, \"width\": 20, \"height\": 2"
#define SIZES "\"size_max\": 2, \"size_min\": 1.5"
#define SHOW(FIELD) "{\"kind\": \"text\", \"field\": \"" FIELD "\", " PLACE ", " SIZES "}"

/* One of everything; the rows of the tests change one thing in it. */
static const char good[] =
	"{\"name\": \"jar_2\", \"version\": 7, \"subject\": \"found\", \"width\": 50.8, "
	"\"height\": 25.4, \"margin\": 1, \"codes\": [\"datamatrix\", \"code128\"],\n"
	"\"boxes\": [\n"
	"{\"kind\": \"code128\", \"x\": 0.001, \"y\": 7.6, \"width\": 12.5, \"height\": 17.8, "
	"\"rotate\": 270, \"modules\": 101},\n"
	"{\"kind\": \"datamatrix\", \"x\": 40, \"y\": 7.6, \"width\": 8, \"height\": 8, "
	"\"modules\": 14},\n"
	"{\"kind\": \"rule\", \"x\": 1, \"y\": 24, \"width\": 30, \"height\": 0.2},\n"
	"{\"kind\": \"box\", \"x\": 30, \"y\": 1, \"width\": 9, \"height\": 9, \"line\": 0.25},\n"
	"{\"kind\": \"text\", \"field\": \"title\", \"x\": 1, \"y\": 1.25, \"width\": 20, "
	"\"height\": 2, \"size_max\": 2, \"size_min\": 1.5, \"bold\": true, \"inverse\": true, "
	"\"align\": \"right\", \"may_shorten\": true, \"required\": true, "
	"\"gives_way_to\": \"source\", \"narrow_width\": 8.125},\n"
	"{\"kind\": \"text\", \"words\": \"No. ____\", " PLACE ", " SIZES ", \"rotate\": 180, "
	"\"must_fit\": true},\n" SHOW("id") ",\n" SHOW("practice") "]}";

static void check_box(const struct page_box *box, enum page_box_kind kind, unsigned x_um,
	unsigned y_um, unsigned width_um, unsigned height_um)
{
	check_int(box->kind, kind);
	check_int(box->x_um, x_um);
	check_int(box->y_um, y_um);
	check_int(box->width_um, width_um);
	check_int(box->height_um, height_um);
}

static void test_read_gives_what_the_file_says(void)
{
	AUTO(page_template_free) struct page_template *template = NULL;
	struct err err = { 0 };

	if (!check_ok(page_template_read(&template, bytes_of_str(good), &err), &err))
		return;
	const struct page_box *box = template->boxes;

	check_str(template->name, "jar_2");
	check_int(template->version, 7);
	check_int(template->subject, PAGE_SUBJECT_FOUND);
	check_int(template->width_um, 50800);
	check_int(template->height_um, 25400);
	check_int(template->margin_um, 1000);
	check_int(template->codes, 1u << PAGE_CODE128 | 1u << PAGE_DATAMATRIX);
	check_int(template->box_count, 8);
	check_box(&box[0], PAGE_BOX_CODE128, 1, 7600, 12500, 17800);
	check_int(box[0].turn, 3);
	check_int(box[0].modules, 101);
	check_box(&box[1], PAGE_BOX_DATAMATRIX, 40000, 7600, 8000, 8000);
	check_int(box[1].modules, 14);
	check_box(&box[2], PAGE_BOX_RULE, 1000, 24000, 30000, 200);
	check_box(&box[3], PAGE_BOX_FRAME, 30000, 1000, 9000, 9000);
	check_int(box[3].line_um, 250);
	check_box(&box[4], PAGE_BOX_TEXT, 1000, 1250, 20000, 2000);
	check_int(box[4].field, PAGE_FIELD_TITLE);
	check(box[4].bold && box[4].inverse && box[4].may_shorten && box[4].required);
	check(!box[4].must_fit && box[4].words == NULL);
	check_int(box[4].align, PAGE_RIGHT);
	check_int(box[4].size_max_um, 2000);
	check_int(box[4].size_min_um, 1500);
	check_int(box[4].gives_way_to, PAGE_FIELD_SOURCE);
	check_int(box[4].narrow_width_um, 8125);
	check_str(box[5].words, "No. ____");
	check_int(box[5].field, PAGE_FIELD_NONE);
	check_int(box[5].turn, 2);
	check(box[5].must_fit && !box[5].bold);
}

/* Every thousandth of a millimetre that a label can have is read as just that many micrometres. */
static void test_read_takes_millimetres_exactly(void)
{
	unsigned wrong = 0;

	for (unsigned um = 50800; um <= PAGE_TEMPLATE_UM_MAX; um++) {
		AUTO(page_template_free) struct page_template *template = NULL;
		AUTO(char_free)
		char *text =
			xasprintf("{\"name\": \"m\", \"version\": 1, \"subject\": \"patient\", "
				  "\"width\": %u.%03u, \"height\": 25.4, \"margin\": 0, "
				  "\"codes\": [], \"boxes\": [" SHOW("name") ", " SHOW(
					  "number") ", " SHOW("labels") ", " SHOW("practice") "]}",
				um / 1000, um % 1000);

		if (!page_template_read(&template, bytes_of_str(text), NULL) ||
			template->width_um != um)
			wrong++;
	}
	check_int(wrong, 0);
}

/* The text with the first `from` replaced by `to`, yours. */
static char *changed(const char *from, const char *to)
{
	const char *at = strstr(good, from);

	if (!check(at != NULL))
		return xstrdup("");
	return xasprintf("%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
}

static void test_read_refuses_each_fault_with_its_place(void)
{
	static const struct {
		const char *name, *from, *to, *said;
	} rows[] = {
		{ "no JSON", "{\"name\"", "[\"name\"", "line 1: " },
		{ "later line", "\"modules\": 14}", "\"modules\": 14", "line 5: " },
		{ "duplicate key", "\"margin\": 1", "\"margin\": 1, \"margin\": 2", "duplicate" },
		{ "duplicate key in a box", "\"bold\": true", "\"bold\": true, \"bold\": true",
			"duplicate" },
		{ "NUL", "No. ____", "No.\\u0000", "line 8: " },
		{ "unknown key", "\"margin\": 1", "\"margin\": 1, \"colour\": 1",
			"colour: is not known" },
		{ "missing key", "\"version\": 7, ", "", "version: is missing" },
		{ "missing boxes", "\"boxes\"", "\"boxen\"", "boxen: is not known" },
		{ "name", "jar_2", "Jar", "name: is not 1 to 32 of" },
		{ "name as path", "jar_2", "../jar", "name: is not 1 to 32 of" },
		{ "long name", "jar_2", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "name: is not" },
		{ "version 0", "\"version\": 7", "\"version\": 0", "version: is not a whole" },
		{ "version 10000", "\"version\": 7", "\"version\": 10000", "version: is not" },
		{ "version 1.5", "\"version\": 7", "\"version\": 1.5", "version: is not" },
		{ "subject", "\"found\"", "\"lost\"", "subject: is not a word" },
		{ "width as text", "\"width\": 50.8", "\"width\": \"50.8\"",
			"width: is not a number of millimetres" },
		{ "fourth decimal", "\"width\": 50.8", "\"width\": 50.8001",
			"width: has more than three decimals" },
		{ "fifth decimal", "\"y\": 1.25", "\"y\": 1.25001",
			"boxes[4].y: has more than three decimals" },
		{ "below 0", "\"margin\": 1", "\"margin\": -1", "margin: is not 0 to 160 mm" },
		{ "a wide label", "\"width\": 50.8", "\"width\": 160.001", "width: is not 0 to" },
		{ "a huge number", "\"width\": 50.8", "\"width\": 1e300", "width: is not 0 to" },
		{ "codes", "[\"datamatrix\", \"code128\"]", "\"code128\"", "codes: is not a list" },
		{ "unknown code", "\"datamatrix\", \"code128\"", "\"qr\"", "codes: is not a word" },
		{ "code twice", "\"datamatrix\", \"code128\"", "\"code128\", \"code128\"",
			"codes: names a code twice" },
		{ "code not declared", "\"datamatrix\", \"code128\"", "\"datamatrix\"",
			"template: the codes are not those" },
		{ "no kind", "\"kind\": \"rule\", ", "", "boxes[2].kind: is not a word" },
		{ "unknown kind", "\"rule\"", "\"circle\"", "boxes[2].kind: is not a word" },
		{ "no kind of ours", "\"rule\"", "7", "boxes[2].kind: is not a word" },
		{ "a box as text",
			"{\"kind\": \"rule\", \"x\": 1, \"y\": 24, \"width\": 30, "
			"\"height\": 0.2}",
			"\"rule\"", "boxes[2]: is not an object" },
		{ "key of another kind", "\"height\": 0.2", "\"height\": 0.2, \"modules\": 4",
			"boxes[2].modules: is not known for a box of this kind" },
		{ "unknown key of a box", "\"height\": 0.2", "\"height\": 0.2, \"colour\": 4",
			"boxes[2].colour: is not known" },
		{ "turned matrix", "\"modules\": 14", "\"modules\": 14, \"rotate\": 90",
			"boxes[1].rotate: is not known" },
		{ "missing in a box", "\"line\": 0.25", "\"line\": 0.25, \"z\": 1",
			"boxes[3].z: is not known" },
		{ "no line", ", \"line\": 0.25", "", "boxes[3].line: is missing" },
		{ "no modules", ", \"modules\": 14", "", "boxes[1].modules: is missing" },
		{ "no size", "\"size_max\": 2, \"size_min\": 1.5, \"bold\"",
			"\"size_min\": 1.5, \"bold\"", "boxes[4].size_max: is missing" },
		{ "modules", "\"modules\": 101", "\"modules\": 201", "boxes[0].modules: is not" },
		{ "rotate 45", "\"rotate\": 270", "\"rotate\": 45", "boxes[0].rotate: is not 0" },
		{ "rotate 360", "\"rotate\": 270", "\"rotate\": 360", "boxes[0].rotate: is not" },
		{ "rotate -90", "\"rotate\": 270", "\"rotate\": -90", "boxes[0].rotate: is not" },
		{ "rotate as text", "\"rotate\": 270", "\"rotate\": \"90\"", "rotate: is not 0" },
		{ "unknown field", "\"title\"", "\"heading\"", "boxes[4].field: is not a word" },
		{ "field none", "\"title\"", "\"none\"", "boxes[4].field: is not a word" },
		{ "flag as number", "\"bold\": true", "\"bold\": 1", "boxes[4].bold: is not true" },
		{ "align", "\"right\"", "\"middle\"", "boxes[4].align: is not a word" },
		{ "empty words", "No. ____", "", "boxes[5].words: is not a text of 1 to 100" },
		{ "control in words", "No. ____", "No.\\u001b", "boxes[5].words: holds a control" },
		{ "turned words", "No. ____", "\\u202e.oN", "boxes[5].words: holds a control" },
		{ "field and words", "\"words\": \"No. ____\"",
			"\"words\": \"No.\", \"field\": \"site\"",
			"boxes[5]: a text has either a field or words" },
		{ "neither", "\"field\": \"title\", ", "", "boxes[4]: a text has either" },
		{ "sizes crossed", "\"size_max\": 2, \"size_min\": 1.5",
			"\"size_max\": 1.4, \"size_min\": 1.5", "boxes[4]: size_min is" },
		{ "tiny text", "\"size_min\": 1.5, \"bold\"", "\"size_min\": 1.199, \"bold\"",
			"boxes[4]: size_min is below 1.2 mm" },
		{ "must and may", "\"may_shorten\": true",
			"\"may_shorten\": true, \"must_fit\": true",
			"boxes[4]: a text that must fit may not be shortened" },
		{ "words shortened", "\"must_fit\": true", "\"may_shorten\": true",
			"boxes[5]: a text that must fit" },
		{ "no narrow width", ", \"narrow_width\": 8.125", "", "boxes[4]: gives_way_to" },
		{ "no way", "\"gives_way_to\": \"source\", ", "", "boxes[4]: gives_way_to needs" },
		{ "wide narrow", "8.125", "20.001", "boxes[4]: gives_way_to needs" },
		{ "outside", "\"x\": 40", "\"x\": 43", "boxes[1]: the box is empty or outside" },
		{ "left margin", PLACE ", " SIZES ", \"rotate\"",
			"\"x\": 0.999, \"y\": 1, \"width\": 20, \"height\": 2, " SIZES
			", \"rotate\"",
			"boxes[5]: the box reaches" },
		{ "upper margin", "\"y\": 1.25", "\"y\": 0.999", "boxes[4]: the box reaches" },
		{ "right margin", "\"width\": 30,", "\"width\": 48.801,",
			"boxes[2]: the box reaches into the margin" },
		{ "lower margin", "\"height\": 0.2}", "\"height\": 0.401}",
			"boxes[2]: the box reaches into the margin" },
		{ "empty box", "\"width\": 30,", "\"width\": 0,", "boxes[2]: the box is empty" },
		{ "thin rule", "\"height\": 0.2}", "\"height\": 0.129}", "boxes[2]: a rule is" },
		{ "thin line", "0.25}", "0.129}", "boxes[3]: the line is under" },
		{ "fat line", "0.25}", "2.26}", "boxes[3]: the line is under 0.13 mm or over" },
		{ "id gone", "\"field\": \"id\"", "\"field\": \"site\"",
			"template: no box shows the field 'id'" },
		{ "practice gone", "\"field\": \"practice\"", "\"field\": \"site\"",
			"template: no box shows the field 'practice'" },
		{ "no id to show", "\"found\"", "\"patient\"", "no box shows the field 'name'" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(char_free) char *text = changed(rows[i].from, rows[i].to);
		struct page_template *template = NULL;
		struct err err = { 0 };

		check_row(rows[i].name);
		check(!page_template_read(&template, bytes_of_str(text), &err));
		check_err(&err, ERR_INVALID, rows[i].said);
		check(template == NULL);
	}
}

/* A part of an identifier is another one's. */
static void test_read_lets_nothing_be_shortened_that_tells_one_from_another(void)
{
	static const char *const shortened[] = { "name", "tests", "source", "container",
		"specimen_type", "destination", "title", "words" };
	unsigned taken = 0;
	unsigned refused = 0;

	for (unsigned field = PAGE_FIELD_NAME; field <= PAGE_FIELD_LABELS; field++) {
		const char *word = page_field_word((enum page_field)field);
		AUTO(char_free) char *box = xasprintf("\"field\": \"%s\"", word);
		AUTO(char_free) char *text = changed("\"field\": \"title\"", box);
		bool may = false;

		for (size_t i = 0; i < ARRAY_LEN(shortened); i++)
			may |= str_equal(shortened[i], word);
		check_row(word);
		AUTO(page_template_free) struct page_template *template = NULL;
		struct err err = { 0 };

		if (may) {
			taken++;
			check_ok(page_template_read(&template, bytes_of_str(text), &err), &err);
			continue;
		}
		refused++;
		check(!page_template_read(&template, bytes_of_str(text), &err));
		check_err(&err, ERR_INVALID, "boxes[4]: what tells one from another is never");
	}
	check_int(taken, ARRAY_LEN(shortened));
	check_int(refused, PAGE_FIELD_LABELS - ARRAY_LEN(shortened)); /* all others there are */
}

/* LB-02, LB-11: by subject, what no label may lack. */
static void test_read_refuses_a_subject_without_its_identifiers(void)
{
	static const struct {
		const char *subject;
		const char *codes; /* and boxes, with which alone it is refused ... */
		const char *said;  /* ... for this */
	} rows[] = {
		{ "specimen", "\"codes\": [], \"boxes\": [" SHOW("number") "]", "'name'" },
		{ "specimen", "\"codes\": [], \"boxes\": [" SHOW("name") "]", "'number'" },
		{ "visit", "\"codes\": [], \"boxes\": [" SHOW("name") ", " SHOW("number") "]",
			"'id'" },
		{ "operator", "\"codes\": [], \"boxes\": [" SHOW("id") "]", "'name'" },
		{ "command", "\"codes\": [], \"boxes\": [" SHOW("practice") ", " SHOW("id") "]",
			"'title'" },
		{ "bag", "\"codes\": [], \"boxes\": [" SHOW("practice") ", " SHOW("id") "]",
			"'class'" },
		{ "downtime", "\"codes\": [], \"boxes\": [" SHOW("practice") "]", "'id'" },
		{ "downtime", "\"codes\": [], \"boxes\": [" SHOW("practice") ", " SHOW("id") "]",
			"has a Data Matrix" },
		{ "patient",
			"\"codes\": [], \"boxes\": [" SHOW("practice") ", " SHOW("id") ", " SHOW(
				"name") ", " SHOW("number") ", " SHOW("labels") "]",
			"no id that it could show" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(char_free)
		char *text = xasprintf("{\"name\": \"s\", \"version\": 1, \"subject\": \"%s\", "
				       "\"width\": 50.8, \"height\": 25.4, \"margin\": 1, %s}",
			rows[i].subject, rows[i].codes);
		struct page_template *template = NULL;
		struct err err = { 0 };

		check_row(rows[i].subject);
		check(!page_template_read(&template, bytes_of_str(text), &err));
		check_err(&err, ERR_INVALID, rows[i].said);
	}
}

static void test_read_bounds_bytes_boxes_and_counts(void)
{
	static const struct {
		const char *name;
		unsigned count;
		const char *box, *said;
	} rows[] = {
		{ "no box", 0, "", "boxes: is not a list of 1 to 48" },
		{ "33 texts", 33, SHOW("site"), "more than 32 texts" },
		{ "25 rules", 25, "{\"kind\": \"rule\", " PLACE "}", "more than 32 texts" },
		{ "7 frames", 7, "{\"kind\": \"box\", " PLACE ", \"line\": 0.2}", "24 rules" },
		{ "3 codes", 3, "{\"kind\": \"datamatrix\", " PLACE ", \"modules\": 14}",
			"2 codes" },
		{ "49 boxes", 49, "{\"kind\": \"rule\", " PLACE "}", "boxes: is not a list" },
		{ "too many bytes", 1200, SHOW("site"), "more than 65536 bytes" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF text = { 0 };
		struct page_template *template = NULL;
		struct err err = { 0 };

		check_row(rows[i].name);
		buf_add_str(&text, "{\"name\": \"s\", \"version\": 1, \"subject\": \"found\", "
				   "\"width\": 50.8, \"height\": 25.4, \"margin\": 1, "
				   "\"codes\": [\"datamatrix\"], \"boxes\": [");
		for (unsigned k = 0; k < rows[i].count; k++)
			buf_addf(&text, "%s%s", k ? ", " : "", rows[i].box);
		buf_add_str(&text, "]}");
		check(!page_template_read(&template, buf_bytes(&text), &err));
		check_err(&err, ERR_INVALID, rows[i].said);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_read_gives_what_the_file_says),
		CHECK_TEST(test_read_takes_millimetres_exactly),
		CHECK_TEST(test_read_refuses_each_fault_with_its_place),
		CHECK_TEST(test_read_lets_nothing_be_shortened_that_tells_one_from_another),
		CHECK_TEST(test_read_refuses_a_subject_without_its_identifiers),
		CHECK_TEST(test_read_bounds_bytes_boxes_and_counts),
	};

	return check_run("printers/page/template_read", tests, ARRAY_LEN(tests));
}
