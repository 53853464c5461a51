/* Dates of codes: centuries, months without a day, days of the year. */
#include "scanners/code_date.h"

#include <stdio.h>

#include "tests/check.h"

static void test_century_is_the_nearest(void)
{
	/* GS1 General Specifications 7.12: 51 years ahead is the century before, 50 back the next
	 */
	static const unsigned rows[][3] = { /* digits, this year, meant */
		{ 26, 2026, 2026 }, { 76, 2026, 2076 }, { 77, 2026, 1977 }, { 0, 2026, 2000 },
		{ 99, 2026, 1999 }, { 25, 2076, 2125 }, { 26, 2076, 2126 }, { 27, 2076, 2027 },
		{ 49, 2099, 2149 }, { 50, 2099, 2050 }, { 99, 2000, 1999 }, { 50, 2000, 2050 },
		{ 51, 2000, 1951 }
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_int(code_date_year(rows[i][0], rows[i][1]), rows[i][2]);
}

static void check_date(bool ok, const struct code_date *date, const char *expected)
{
	char text[40] = "none";

	if (ok)
		(void)snprintf(
			text, sizeof(text), "%u-%02u-%02u", date->year, date->month, date->day);
	check_str(text, expected);
}

static void test_days_exist_or_not(void)
{
	static const struct {
		unsigned year, month, day;
		const char *is;
	} rows[] = {
		{ 2026, 1, 31, "2026-01-31" },
		{ 2026, 4, 31, "none" },
		{ 2026, 2, 29, "none" },
		{ 2024, 2, 29, "2024-02-29" },
		{ 1900, 2, 29, "none" },
		{ 2000, 2, 29, "2000-02-29" },
		{ 2026, 2, 0, "2026-02-28" },
		{ 2028, 2, 0, "2028-02-29" },
		{ 2026, 12, 0, "2026-12-31" },
		{ 2026, 0, 1, "none" },
		{ 2026, 13, 1, "none" },
		{ 0, 1, 1, "none" },
		{ 10000, 1, 1, "none" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct code_date date = { 0 };

		check_row(rows[i].is);
		check_date(code_date_of(&date, rows[i].year, rows[i].month, rows[i].day), &date,
			rows[i].is);
	}
}

static void test_days_of_the_year_are_counted(void)
{
	static const struct {
		unsigned year, ordinal;
		const char *is;
	} rows[] = {
		{ 2020, 15, "2020-01-15" },
		{ 2020, 250, "2020-09-06" },
		{ 2025, 330, "2025-11-26" },
		{ 2026, 365, "2026-12-31" },
		{ 2026, 366, "none" },
		{ 2024, 366, "2024-12-31" },
		{ 2024, 60, "2024-02-29" },
		{ 2026, 60, "2026-03-01" },
		{ 2026, 0, "none" },
		{ 2026, 999, "none" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct code_date date = { 0 };

		check_row(rows[i].is);
		check_date(code_date_of_ordinal(&date, rows[i].year, rows[i].ordinal), &date,
			rows[i].is);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_century_is_the_nearest),
		CHECK_TEST(test_days_exist_or_not),
		CHECK_TEST(test_days_of_the_year_are_counted),
	};
	return check_run("scanners/code_date", tests, ARRAY_LEN(tests));
}
