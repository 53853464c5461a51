/* daemon/base/id: vectors shared with SQL, and what must be refused (LB-05, ER-13). */
#include "daemon/base/id.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "tests/check.h"

static const enum id_kind kinds[] = {
#define KIND(kind, letter, name) kind,
	ID_KIND_TABLE(KIND)
#undef KIND
};

static enum id_kind kind_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (str_equal(id_kind_name(kinds[i]), name))
			return kinds[i];
	}
	fprintf(stderr, "vector names the unknown kind '%s'\n", name);
	exit(99);
}

static void test_vectors_are_made_and_read_back(void)
{
	char *text = check_read_file("tests/data/id/vectors.tsv", NULL);
	unsigned rows = 0;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		char kind[32];
		char want[32];
		unsigned block;
		unsigned sequence;
		unsigned copy;
		struct err err = { 0 };
		struct id id;

		check_row(line);
		if (!check_int(sscanf(line, "%31[^\t]\t%u\t%u\t%u\t%31s", kind, &block, &sequence,
				       &copy, want),
			    5))
			continue;
		check_ok(id_make(&id, kind_named(kind), block, sequence, copy, &err), &err);
		check_str(id.text, want);
		check_ok(id_parse(&id, bytes_of_str(want), &err), &err);
		check_int(id.kind, kind_named(kind));
		check_int(id.block, block);
		check_int(id.sequence, sequence);
		check_int(id.copy, copy);
		rows++;
	}
	check_row(NULL);
	check(rows > 70);
	free(text);
}

static void test_every_single_digit_error_is_refused(void)
{
	static const char good[] = "1010000001560186";
	unsigned accepted = 0;

	for (size_t at = 0; at < sizeof(good) - 1; at++) {
		for (char c = '0'; c <= '9'; c++) {
			char text[sizeof(good)];
			struct id id;

			memcpy(text, good, sizeof(good));
			text[at] = c;
			if (c != good[at] && id_parse(&id, bytes_of_str(text), NULL))
				accepted++;
		}
	}
	check_int(accepted, 0);
}

static void test_every_swap_of_neighbours_is_refused(void)
{
	struct id id;
	unsigned accepted = 0;
	char made[ID_TEXT_MAX + 1];

	check(id_make(&id, ID_SPECIMEN, 901, 4269, 0, NULL));
	memcpy(made, id.text, sizeof(made));
	for (size_t at = 0; at + 1 < strlen(made); at++) {
		char text[ID_TEXT_MAX + 1];

		memcpy(text, made, sizeof(text));
		text[at] = made[at + 1];
		text[at + 1] = made[at];
		if (!str_equal(text, made) && id_parse(&id, bytes_of_str(text), NULL))
			accepted++;
	}
	check_int(accepted, 0);
}

static void test_what_is_not_an_id_is_refused_in_plain_words(void)
{
	static const struct {
		const char *scan;
		const char *why;
	} rows[] = {
		{ "", "not one of our codes" },
		{ "10100000015", "not one of our codes" },
		{ "1010000001560", "not one of our codes" },
		{ "101000000157", "check digits" },
		{ "10100000O156", "only digits" },
		{ "b101000000188", "not one of our codes" },
		{ "X101000000188", "not one of our codes" },
		{ "B101000000189", "check digits" },
		{ "1010000001560087", "check digits" },
		{ " 10100000015", "only digits" },
		{ "101000000156\r", "not one of our codes" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct id id;
		struct err err = { 0 };

		check_row(rows[i].scan);
		check(!id_parse(&id, bytes_of_str(rows[i].scan), &err));
		check_err(&err, ERR_INVALID, rows[i].why);
	}
}

static void test_second_spelling_of_check_digits_is_refused(void)
{
	unsigned second_spellings = 0;

	/* A payload whose check is 98 is 1 mod 97 with 01 behind it too: only one spelling is ours.
	 */
	for (uint32_t sequence = 0; sequence < 2000; sequence++) {
		struct id id;

		check(id_make(&id, ID_SPECIMEN, 900, sequence, 0, NULL));
		const char *check_text = id.text + 10;
		const char *other = str_equal(check_text, "98")   ? "01"
				    : str_equal(check_text, "97") ? "00"
				    : str_equal(check_text, "02") ? "99"
								  : NULL;

		if (!other)
			continue;
		second_spellings++;
		memcpy(id.text + 10, other, 2);
		check(!id_parse(&id, bytes_of_str(id.text), NULL));
	}
	check(second_spellings > 20);
}

static void test_numbers_out_of_range_are_refused(void)
{
	struct id id;
	struct err err = { 0 };

	check(!id_make(&id, ID_SPECIMEN, 1000, 1, 0, &err));
	check_err(&err, ERR_INVALID, "block 1000");
	check(!id_make(&id, ID_SPECIMEN, 1, 10000000, 0, &err));
	check_err(&err, ERR_INVALID, "7 digits");
	check(!id_make(&id, ID_LABEL, 1, 1, 0, &err));
	check_err(&err, ERR_INVALID, "copy 0");
	check(!id_make(&id, ID_LABEL, 1, 1, 100, &err));
	check(!id_make(&id, ID_BAG, 1, 1, 1, &err));
}

static void test_specimen_of_a_label_and_practice(void)
{
	struct id id;
	char specimen[13];

	check(id_parse(&id, bytes_of_str("1010000001560186"), NULL));
	id_specimen_text(&id, specimen);
	check_str(specimen, "101000000156");
	check(!id_is_practice(&id));
	check(id_make(&id, ID_SPECIMEN, 900, 1, 0, NULL));
	check(id_is_practice(&id));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_vectors_are_made_and_read_back),
		CHECK_TEST(test_every_single_digit_error_is_refused),
		CHECK_TEST(test_every_swap_of_neighbours_is_refused),
		CHECK_TEST(test_what_is_not_an_id_is_refused_in_plain_words),
		CHECK_TEST(test_second_spelling_of_check_digits_is_refused),
		CHECK_TEST(test_numbers_out_of_range_are_refused),
		CHECK_TEST(test_specimen_of_a_label_and_practice),
	};

	return check_run("base/id", tests, ARRAY_LEN(tests));
}
