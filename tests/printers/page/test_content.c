/* LB-02, LB-05: what a label may say. */
#include "printers/page/content.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "printers/page/template.h"
#include "tests/check.h"
#include "tests/printers/page/people.h"

static bool content_ok(const struct page_content *content, enum page_subject subject,
	enum page_check *failed, struct err *err)
{
	struct id ids[2];

	return page_content_check(content, subject, &ids[0], &ids[1], failed, err);
}

static void test_content_gives_the_ids_of_both_codes(void)
{
	struct page *page = people_page_new();

	for (size_t i = 0; i < people_count; i++) {
		const struct page_template *template =
			page_templates_find(page_templates_get(page), people[i].template);
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };
		struct id ids[2];

		check_row(people[i].name);
		if (!check(template != NULL) ||
			!check_ok(page_content_check(&people[i].content, template->subject, &ids[0],
					  &ids[1], &failed, &err),
				&err))
			continue;
		check_str(ids[0].text, people[i].code);
		check_str(ids[1].text, people[i].matrix);
	}
	page_free(page);
}

#define NO_NAME                                                               \
	.specimen_id = "101000000156", .copy = 1, .birth_date = "1961-04-09", \
	.container = "LAVENDER EDTA 4 mL", .number = 2, .of = 4
#define GRACE .family = "Okafor", .given = "Grace"
#define NUMBER .patient_number = "00123456"
#define GOOD GRACE, NUMBER, NO_NAME
#define BAG .class = "FROZEN", .destination = "Riverside"

/* A row is a good content with one thing changed: the later initialiser is the one that counts. */
#pragma GCC diagnostic ignored "-Woverride-init"

/* clang-format off */
static const struct {
	const char *name;
	struct page_content content;
	enum page_check failed; /* NONE: it is good */
	const char *text;
} specimens[] = {
	{ "good", { GOOD }, PAGE_CHECK_NONE, NULL },
	{ "no id", { GOOD, .specimen_id = NULL }, PAGE_CHECK_IDENTIFIERS, "specimen id is not one of ours" },
	{ "wrong check digits", { GOOD, .specimen_id = "101000000157" }, PAGE_CHECK_IDENTIFIERS, "not one of ours" },
	{ "11 digits", { GOOD, .specimen_id = "10100000015" }, PAGE_CHECK_IDENTIFIERS, "not one of ours" },
	{ "practice id on a real label", { GOOD, .specimen_id = "900000004224" }, PAGE_CHECK_IDENTIFIERS, "practice id" },
	{ "real id on a practice label", { GOOD, .practice = true }, PAGE_CHECK_IDENTIFIERS, "not a practice id" },
	{ "copy 0", { GOOD, .copy = 0 }, PAGE_CHECK_IDENTIFIERS, "copy number" },
	{ "copy 100", { GOOD, .copy = 100 }, PAGE_CHECK_IDENTIFIERS, "copy number" },
	{ "no family", { GOOD, .family = "" }, PAGE_CHECK_IDENTIFIERS, "family name is empty" },
	{ "no given", { GOOD, .given = NULL }, PAGE_CHECK_IDENTIFIERS, "given name is empty" },
	{ "no given, confirmed", { GOOD, .given = NULL, .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "no name, confirmed", { NUMBER, NO_NAME, .confirmed_unusual = true }, PAGE_CHECK_IDENTIFIERS, "has no name" },
	{ "DOE", { GOOD, .family = "Doe" }, PAGE_CHECK_IDENTIFIERS, "family name is a placeholder" },
	{ "DOE, confirmed", { GOOD, .family = "Doe", .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "DOE alone, confirmed", { GOOD, .family = "Doe", .given = "", .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "HL7 null, confirmed", { GOOD, .given = "\"\"", .confirmed_unusual = true }, PAGE_CHECK_IDENTIFIERS, "given name is a placeholder" },
	{ "unknown alone, confirmed", { GOOD, .family = "unknown", .given = "", .confirmed_unusual = true }, PAGE_CHECK_IDENTIFIERS,
		"says only that it is not known" },
	{ "unknown twice, confirmed", { GOOD, .family = "Unk", .given = "LNU", .confirmed_unusual = true }, PAGE_CHECK_IDENTIFIERS,
		"says only that it is not known" },
	{ "unknown given, confirmed", { GOOD, .given = "FNU", .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "HL7 null", { GOOD, .given = "\"\"" }, PAGE_CHECK_IDENTIFIERS, "given name is a placeholder" },
	{ "unknown", { GOOD, .family = "unknown" }, PAGE_CHECK_IDENTIFIERS, "placeholder" },
	{ "begins with a blank", { GOOD, .family = " Okafor" }, PAGE_CHECK_IDENTIFIERS, "begins or ends with a blank" },
	{ "ends with a blank", { GOOD, .given = "Grace " }, PAGE_CHECK_IDENTIFIERS, "begins or ends with a blank" },
	{ "no-break blank", { GOOD, .given = "Grace\xc2\xa0" }, PAGE_CHECK_IDENTIFIERS, "begins or ends with a blank" },
	{ "blank, confirmed", { GOOD, .given = " ", .confirmed_unusual = true }, PAGE_CHECK_IDENTIFIERS, "blank" },
	{ "blank middle", { GOOD, .middle = " A" }, PAGE_CHECK_IDENTIFIERS, "middle name" },
	{ "no number", { GRACE, NO_NAME }, PAGE_CHECK_IDENTIFIERS, "number is empty" },
	{ "number UNKNOWN, confirmed", { GRACE, NO_NAME, .patient_number = "UNKNOWN", .confirmed_unusual = true },
		PAGE_CHECK_IDENTIFIERS, "number is a placeholder" },
	{ "number padded", { GRACE, NO_NAME, .patient_number = "123  " }, PAGE_CHECK_IDENTIFIERS, "blank" },
	{ "no birth date", { GOOD, .birth_date = "" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "no birth date, confirmed", { GOOD, .birth_date = "", .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "year only", { GOOD, .birth_date = "1961" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "year only, confirmed", { GOOD, .birth_date = "1961", .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "month, confirmed", { GOOD, .birth_date = "1961-04", .confirmed_unusual = true }, PAGE_CHECK_NONE, NULL },
	{ "month 13, confirmed", { GOOD, .birth_date = "1961-13", .confirmed_unusual = true }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "leap day", { GOOD, .birth_date = "2000-02-29" }, PAGE_CHECK_NONE, NULL },
	{ "no leap day", { GOOD, .birth_date = "1900-02-29" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "31 April", { GOOD, .birth_date = "1961-04-31" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "other order", { GOOD, .birth_date = "04/09/1961" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "slashes", { GOOD, .birth_date = "1961/04/09" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "year 1", { GOOD, .birth_date = "0001-01-01" }, PAGE_CHECK_IDENTIFIERS, "birth date" },
	{ "collected nonsense", { GOOD, .collected_date = "today" }, PAGE_CHECK_IDENTIFIERS, "collection date" },
	{ "no container", { GOOD, .container = "" }, PAGE_CHECK_IDENTIFIERS, "container is empty" },
	{ "0 of 4", { GOOD, .number = 0 }, PAGE_CHECK_IDENTIFIERS, "container 0 of 4" },
	{ "5 of 4", { GOOD, .number = 5 }, PAGE_CHECK_IDENTIFIERS, "container 5 of 4" },
	{ "1 of 100", { GOOD, .of = 100 }, PAGE_CHECK_IDENTIFIERS, "of 100" },
	{ "control character", { GOOD, .tests = "CBC\x07" }, PAGE_CHECK_CHARACTER, "the tests holds a control" },
	{ "line feed", { GOOD, .family = "Oka\nfor" }, PAGE_CHECK_CHARACTER, "control" },
	{ "delete", { GOOD, .family = "Oka\x7f" "for" }, PAGE_CHECK_CHARACTER, "control" },
	{ "right-to-left override", { GOOD, .family = "Oka\xe2\x80\xae" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "isolate", { GOOD, .given = "\xe2\x81\xa6" "Grace" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "replacement character", { GOOD, .family = "Ok\xef\xbf\xbd" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "private use", { GOOD, .family = "\xee\x80\x80" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "line separator", { GOOD, .family = "a\xe2\x80\xa8" "b" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "joiner of Persian", { GOOD, .family = "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb1" }, PAGE_CHECK_NONE, NULL },
	{ "joiner in Latin", { GOOD, .family = "Oka\xe2\x80\x8d" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "non-joiner at the start", { GOOD, .family = "\xe2\x80\x8c\xd9\x85" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "two joiners", { GOOD, .family = "\xd9\x85\xe2\x80\x8c\xe2\x80\x8c\xd9\x85" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "joiner behind a virama", { GOOD, .family = "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d" }, PAGE_CHECK_NONE, NULL },
	{ "zero width space", { GOOD, .family = "Oka\xe2\x80\x8b" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "byte order mark", { GOOD, .family = "\xef\xbb\xbf" "Okafor" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "left-to-right mark", { GOOD, .given = "Grace\xe2\x80\x8e" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "Arabic letter mark", { GOOD, .given = "Grace\xd8\x9c" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "soft hyphen", { GOOD, .family = "Oka\xc2\xad" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "tag", { GOOD, .family = "Okafor\xf3\xa0\x81\x81" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "Hangul filler", { GOOD, .family = "\xe3\x85\xa4" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "braille blank", { GOOD, .family = "\xe2\xa0\x80" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "grapheme joiner", { GOOD, .family = "Oka\xcd\x8f" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "variation of a Latin letter", { GOOD, .family = "Oka\xef\xb8\x80" "for" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "variation of a Han letter", { GOOD, .family = "\xe8\xbe\xbb\xf3\xa0\x84\x80" }, PAGE_CHECK_NONE, NULL },
	{ "emoji variation", { GOOD, .family = "\xe8\xbe\xbb\xef\xb8\x8f" }, PAGE_CHECK_CHARACTER, "invisible" },
	{ "four marks", { GOOD, .family = "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81" }, PAGE_CHECK_NONE, NULL },
	{ "five marks", { GOOD, .family = "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81" }, PAGE_CHECK_CHARACTER, "more than four marks" },
	{ "a spelling is looked at too", { GOOD, .spelled_family = "OKA\xe2\x80\xae" "FOR" }, PAGE_CHECK_CHARACTER,
		"the family name's spelling holds" },
	{ "broken UTF-8", { GOOD, .family = "Oka\xc3" }, PAGE_CHECK_CHARACTER, "not well-formed" },
	{ "too long", { GOOD, .sex = "something" }, PAGE_CHECK_CHARACTER, "the sex is longer than 8 bytes" },
};
/* clang-format on */

static void test_content_refuses_what_does_not_identify(void)
{
	for (size_t i = 0; i < ARRAY_LEN(specimens); i++) {
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };
		const bool good = specimens[i].failed == PAGE_CHECK_NONE;

		check_row(specimens[i].name);
		check_int(content_ok(&specimens[i].content, PAGE_SUBJECT_SPECIMEN, &failed, &err),
			good);
		check_int(failed, specimens[i].failed);
		if (!good)
			check_err(&err, ERR_CHECK_FAILED, specimens[i].text);
	}
}

static void test_content_refuses_ids_of_another_kind(void)
{
	static const struct {
		const char *name;
		enum page_subject subject;
		struct page_content content;
		bool good;
	} rows[] = {
		{ "slip", PAGE_SUBJECT_VISIT, { GRACE, NUMBER, .slip = "V101000000158" }, true },
		{ "slip is a badge", PAGE_SUBJECT_VISIT, { GRACE, NUMBER, .slip = "G583920174632" },
			false },
		{ "practice slip", PAGE_SUBJECT_VISIT, { GRACE, NUMBER, .slip = "V900000000734" },
			false },
		{ "slip without name", PAGE_SUBJECT_VISIT, { NUMBER, .slip = "V101000000158" },
			false },
		{ "slip without number", PAGE_SUBJECT_VISIT, { GRACE, .slip = "V101000000158" },
			false },
		{ "badge", PAGE_SUBJECT_OPERATOR, { .name = "Mary", .badge = "G583920174632" },
			true },
		{ "badge without name", PAGE_SUBJECT_OPERATOR, { .badge = "G583920174632" },
			false },
		{ "badge is a specimen", PAGE_SUBJECT_OPERATOR,
			{ .name = "M", .badge = "101000000156" }, false },
		{ "command", PAGE_SUBJECT_COMMAND, { .title = "OK", .command = "K000000001232" },
			true },
		{ "command without title", PAGE_SUBJECT_COMMAND, { .command = "K000000001232" },
			false },
		{ "command is a slip", PAGE_SUBJECT_COMMAND,
			{ .title = "OK", .command = "V101000000158" }, false },
		{ "bag", PAGE_SUBJECT_BAG, { BAG, .bag = "B101000000188" }, true },
		{ "bag is a delivery", PAGE_SUBJECT_BAG, { BAG, .bag = "D101000000185" }, false },
		{ "practice bag", PAGE_SUBJECT_BAG, { BAG, .bag = "B900000000764" }, false },
		{ "bag of no class", PAGE_SUBJECT_BAG,
			{ .destination = "Riverside", .bag = "B101000000188" }, false },
		{ "bag of a class in letters", PAGE_SUBJECT_BAG,
			{ .destination = "Riverside", .bag = "B101000000188", .class = "REF" },
			false },
		{ "bag to nowhere", PAGE_SUBJECT_BAG, { .class = "FROZEN", .bag = "B101000000188" },
			false },
		{ "bag to TBD", PAGE_SUBJECT_BAG,
			{ .class = "FROZEN", .destination = "TBD", .bag = "B101000000188" },
			false },
		{ "bag with a name", PAGE_SUBJECT_BAG, { BAG, GRACE, .bag = "B101000000188" },
			false },
		{ "bag with a number", PAGE_SUBJECT_BAG, { BAG, NUMBER, .bag = "B101000000188" },
			false },
		{ "bag with a birth date", PAGE_SUBJECT_BAG,
			{ BAG, .birth_date = "1961-04-09", .bag = "B101000000188" }, false },
		{ "found", PAGE_SUBJECT_FOUND, { .found = "F101000000182" }, true },
		{ "found is a bag", PAGE_SUBJECT_FOUND, { .found = "B101000000188" }, false },
		{ "found without id", PAGE_SUBJECT_FOUND, { .title = "x" }, false },
		{ "found with a name", PAGE_SUBJECT_FOUND, { GRACE, .found = "F101000000182" },
			false },
		{ "practice found", PAGE_SUBJECT_FOUND, { .found = "F900000000758" }, false },
		{ "downtime", PAGE_SUBJECT_DOWNTIME, { .specimen_id = "101000000156", .copy = 1 },
			true },
		{ "downtime without copy", PAGE_SUBJECT_DOWNTIME, { .specimen_id = "101000000156" },
			false },
		{ "downtime with a number", PAGE_SUBJECT_DOWNTIME,
			{ NUMBER, .specimen_id = "101000000156", .copy = 1 }, false },
		{ "separator", PAGE_SUBJECT_PATIENT, { GRACE, NUMBER, .of = 4 }, true },
		{ "separator without number", PAGE_SUBJECT_PATIENT, { GRACE, .of = 4 }, false },
		{ "separator without name", PAGE_SUBJECT_PATIENT, { NUMBER, .of = 4 }, false },
		{ "pattern", PAGE_SUBJECT_PRINTER, { .title = "Room 1 printer", .words = "now" },
			true },
		{ "pattern of no printer", PAGE_SUBJECT_PRINTER, { .words = "now" }, false },
		{ "pattern with a name", PAGE_SUBJECT_PRINTER, { GRACE, .title = "Room 1 printer" },
			false },
		{ "separator of none", PAGE_SUBJECT_PATIENT, { GRACE, NUMBER }, false },
		{ "separator of 100", PAGE_SUBJECT_PATIENT, { GRACE, NUMBER, .of = 100 }, false },
		{ "aliquot", PAGE_SUBJECT_SPECIMEN, { GOOD, .parent = "101999999928" }, true },
		{ "its own parent", PAGE_SUBJECT_SPECIMEN, { GOOD, .parent = "101000000156" },
			false },
		{ "parent misread", PAGE_SUBJECT_SPECIMEN, { GOOD, .parent = "101999999929" },
			false },
		{ "practice parent", PAGE_SUBJECT_SPECIMEN, { GOOD, .parent = "900000004224" },
			false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		check_row(rows[i].name);
		check_int(
			content_ok(&rows[i].content, rows[i].subject, &failed, &err), rows[i].good);
		check_int(failed, rows[i].good ? PAGE_CHECK_NONE : PAGE_CHECK_IDENTIFIERS);
	}
}

/* The same table as of schema/clinic/unusual.sql: what is said at the chair is what prints. */
static void test_names_are_judged_as_in_the_database(void)
{
	static const char *const verdicts[] = { "usual", "unusual", "nobody" };
	char *path = check_path("tests/data/page/names.txt");
	FILE *file = fopen(path, "re");
	char line[300];
	int count[ARRAY_LEN(verdicts)] = { 0 };

	if (!check(file != NULL))
		return;
	while (fgets(line, sizeof(line), file)) {
		struct page_content content = { GOOD };
		char *const given = strchr(line, '|');
		char *const verdict = given ? strchr(given + 1, '|') : NULL;

		if (line[0] == '#')
			continue;
		check_row(line);
		if (!check(verdict != NULL))
			continue;
		*given = *verdict = verdict[strcspn(verdict, "\n")] = 0;
		content.family = line;
		content.given = given + 1;
		for (int confirmed = 0, passed = 0; confirmed <= 1; confirmed++) {
			enum page_check failed = PAGE_CHECK_NONE;
			struct err err = { 0 };

			content.confirmed_unusual = confirmed == 1;
			passed += content_ok(&content, PAGE_SUBJECT_SPECIMEN, &failed, &err);
			if (confirmed == 1) {
				check_str(verdicts[2 - passed], verdict + 1);
				count[2 - passed]++;
			}
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
		check(count[i] > 4);
	(void)fclose(file); /* it was only read */
	free(path);
}

/* A label says what is not known, in the room of a whole date. */
static void test_birth_date_says_what_is_not_known(void)
{
	static const struct {
		const char *birth_date, *said;
	} dates[] = { { "1961-04-09", "DOB 1961-04-09" }, { "1961-04", "DOB 1961-04-\?\?" },
		{ "1961", "DOB 1961-\?\?-\?\?" }, { "", "DOB unknown" } };
	AUTO_BUF scratch = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		const struct page_content content = { .birth_date = dates[i].birth_date };
		struct page_parts parts;

		check_row(dates[i].birth_date);
		page_field_parts(PAGE_FIELD_BIRTH, &content, NULL, &scratch, &parts);
		check_int(parts.count, 1);
		check_str(parts.part[0].text, dates[i].said);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_content_gives_the_ids_of_both_codes),
		CHECK_TEST(test_content_refuses_what_does_not_identify),
		CHECK_TEST(test_content_refuses_ids_of_another_kind),
		CHECK_TEST(test_names_are_judged_as_in_the_database),
		CHECK_TEST(test_birth_date_says_what_is_not_known),
	};

	return check_run("printers/page/content", tests, ARRAY_LEN(tests));
}
