/*
 * GS1 element strings. The texts are examples that GS1 publishes: General Specifications figures
 * 7.8.5-1 and 5.10.1, GS1 DataMatrix Guideline 2.2, the syntax engine's tests (09521234543213,
 * 106141411234567897), GS1 Digital Link (9506000134352); or made wrong from those.
 */
#include "scanners/gs1.h"

#include <stdio.h>

#include "tests/check.h"

#define YEAR 2026u

/* The elements as "(ai)data(ai)data", or what is wrong. */
static const char *read_as(struct bytes text)
{
	static char out[2048];
	struct gs1 gs1;
	struct err err = { 0 };
	size_t len = 0;

	if (!gs1_parse(&gs1, text, YEAR, &err)) {
		check_int(err.code, ERR_INVALID);
		(void)snprintf(out, sizeof(out), "%s", err.message);
		return out;
	}
	for (size_t i = 0; i < gs1.count; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "(%.*s)%.*s",
			(int)gs1.element[i].ai.len, (const char *)gs1.element[i].ai.data,
			(int)gs1.element[i].data.len, (const char *)gs1.element[i].data.data);
	return out;
}

/* clang-format off */
static const struct {
	struct bytes text;
	const char *is;
} rows[] = {
	{ BYTES_LITERAL("0109521234543213"), "(01)09521234543213" },
	{ BYTES_LITERAL("00106141411234567897"), "(00)106141411234567897" },
	{ BYTES_LITERAL("010952123454321310ABC123"), "(01)09521234543213(10)ABC123" },
	{ BYTES_LITERAL("010952123454321317261031" "10ABC\x1d" "21XYZ"), "(01)09521234543213(17)261031(10)ABC(21)XYZ" },
	{ BYTES_LITERAL("\x1d" "0109521234543213"), "(01)09521234543213" },
	{ BYTES_LITERAL("0109521234543213\x1d" "17261031\x1d" "10A"), "(01)09521234543213(17)261031(10)A" },
	{ BYTES_LITERAL("10A-1/2\x1d"), "(10)A-1/2" },
	{ BYTES_LITERAL("10ABC\x1d" "10ABC"), "(10)ABC(10)ABC" },
	{ BYTES_LITERAL("0109521234543213" "3103000123" "392212\x1d" "91x"), "(01)09521234543213(3103)000123(3922)12(91)x" },
	{ BYTES_LITERAL("4149506000134352" "254A"), "(414)9506000134352(254)A" },
	{ BYTES_LITERAL("17270200" "11251122"), "(17)270200(11)251122" },
	{ BYTES_LITERAL("8004095210001234"), "(8004)095210001234" },
	{ BYTES_LITERAL(""), "no element" },
	{ BYTES_LITERAL("\x1d"), "no element" },
	{ BYTES_LITERAL("0109521234543214"), "the data of identifier 01 is wrong" },
	{ BYTES_LITERAL("010952123454321"), "the data of identifier 01 is cut" },
	{ BYTES_LITERAL("01095212345432A3"), "the data of identifier 01 is wrong" },
	{ BYTES_LITERAL("17261301"), "the data of identifier 17 is wrong" },
	{ BYTES_LITERAL("17260231"), "the data of identifier 17 is wrong" },
	{ BYTES_LITERAL("1726"), "the data of identifier 17 is cut" },
	{ BYTES_LITERAL("10"), "the data of identifier 10 is wrong" },
	{ BYTES_LITERAL("10\x1d" "21A"), "the data of identifier 10 is wrong" },
	{ BYTES_LITERAL("10A B"), "the data of identifier 10 is wrong" },
	{ BYTES_LITERAL("10A#B"), "the data of identifier 10 is wrong" },
	{ BYTES_LITERAL("10A\0B"), "the data of identifier 10 is wrong" },
	{ BYTES_LITERAL("10ABCDEFGHIJKLMNOPQRST"), "(10)ABCDEFGHIJKLMNOPQRST" },
	{ BYTES_LITERAL("10ABCDEFGHIJKLMNOPQRSTU"), "the data of identifier 10 is wrong" },
	{ BYTES_LITERAL("30A"), "the data of identifier 30 is wrong" },
	{ BYTES_LITERAL("10ABC\x1d" "10ABD"), "identifier 10 is there twice" },
	{ BYTES_LITERAL("99A\x1d\x1d"), "no application identifier where one is due" },
	{ BYTES_LITERAL("0412345678901234"), "no application identifier where one is due" },
	{ BYTES_LITERAL("AB"), "no application identifier where one is due" },
	{ BYTES_LITERAL("0"), "no application identifier where one is due" },
	{ BYTES_LITERAL("310"), "an application identifier is cut" },
	{ BYTES_LITERAL("31A3000123"), "an application identifier is cut" },
	{ BYTES_LITERAL("101000000156"), "(10)1000000156" }, /* a specimen id in a GS1-128: a lot, says it */
};
/* clang-format on */

static void test_texts_are_split_or_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].is);
		check_str(read_as(rows[i].text), rows[i].is);
	}
}

static void test_no_more_elements_than_there_is_room_for(void)
{
	char text[(GS1_ELEMENTS_MAX + 1) * 4 + 1] = "";
	size_t len = 0;

	for (int i = 0; i < GS1_ELEMENTS_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "99A\x1d");
	check_int(strlen(read_as(bytes_of_str(text))), GS1_ELEMENTS_MAX * strlen("(99)A"));
	(void)snprintf(text + len, sizeof(text) - len, "99A");
	check_str(read_as(bytes_of_str(text)), "more than 32 elements");
}

static void test_what_was_not_read_leaves_the_output_alone(void)
{
	struct gs1 gs1 = { .count = 7 };
	struct err err = { 0 };

	check(!gs1_parse(&gs1,
		bytes_of_str("10ABC\x1d"
			     "1726"),
		YEAR, &err));
	check_int(gs1.count, 7);
}

static void test_elements_are_found_by_identifier(void)
{
	struct gs1 gs1;
	struct err err = { 0 };

	check_ok(gs1_parse(&gs1, bytes_of_str("010952123454321310ABC"), YEAR, &err), &err);
	check_bytes(gs1_find(&gs1, "10"), bytes_of_str("ABC"));
	check_bytes(gs1_find(&gs1, "01"), bytes_of_str("09521234543213"));
	check_int(gs1_find(&gs1, "17").len, 0);
}

static void test_only_gs1_symbologies_hold_elements(void)
{
	static const char *const yes[] = { "]C1", "]d2", "]Q3", "]e0", "]J1" };
	static const char *const no[] = { "]C0", "]C2", "]d1", "]d3", "]Q1", "]E0", "]A0", "]Z6",
		"", "]" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		check(gs1_is_element_string(yes[i]));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		check(!gs1_is_element_string(no[i]));
	check(gs1_is_item_number("]E0") && gs1_is_item_number("]E4"));
	check(!gs1_is_item_number("]E3") && !gs1_is_item_number("]C0") && !gs1_is_item_number(""));
}

static void test_check_digits(void)
{
	/* EAN-13 and EAN-8 examples of the General Specifications, UPC-A of a can of soup */
	static const char *const right[] = { "09521234543213", "9506000134352", "96385074",
		"036000291452" };
	static const char *const wrong[] = { "09521234543214", "96385075", "9638507A", "",
		"69385074" };

	for (size_t i = 0; i < ARRAY_LEN(right); i++)
		check(gs1_check_is_right(bytes_of_str(right[i])));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		check(!gs1_check_is_right(bytes_of_str(wrong[i])));
}

static void test_day_00_is_the_last_of_its_month(void)
{
	struct code_date date = { 0 };

	check(gs1_date(&date, bytes_of_str("280200"), YEAR));
	check_int(date.year * 10000 + date.month * 100 + date.day, 20280229);
	check(!gs1_date(&date, bytes_of_str("28020"), YEAR));
	check(!gs1_date(&date, bytes_of_str("2802 0"), YEAR));
	check(!gs1_date(&date, (struct bytes) { 0 }, YEAR));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_texts_are_split_or_refused),
		CHECK_TEST(test_no_more_elements_than_there_is_room_for),
		CHECK_TEST(test_what_was_not_read_leaves_the_output_alone),
		CHECK_TEST(test_elements_are_found_by_identifier),
		CHECK_TEST(test_only_gs1_symbologies_hold_elements),
		CHECK_TEST(test_check_digits),
		CHECK_TEST(test_day_00_is_the_last_of_its_month),
	};
	return check_run("scanners/gs1", tests, ARRAY_LEN(tests));
}
