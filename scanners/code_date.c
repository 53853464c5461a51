/* Dates in makers' codes. */
#include "scanners/code_date.h"

unsigned code_date_year(unsigned two_digits, unsigned this_year)
{
	unsigned year = this_year - this_year % 100 + two_digits;

	if (year > this_year + 50)
		return year - 100;
	if (year + 50 <= this_year)
		return year + 100;
	return year;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leaps = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leaps);
}

bool code_date_of(struct code_date *out, unsigned year, unsigned month, unsigned day)
{
	if (year < 1000 || year > 9999 || month < 1 || month > 12 ||
		day > days_of_month(year, month))
		return false;
	*out = (struct code_date) { year, month, day ? day : days_of_month(year, month) };
	return true;
}

bool code_date_of_ordinal(struct code_date *out, unsigned year, unsigned ordinal)
{
	unsigned month = 1;

	if (year < 1000 || year > 9999 || ordinal < 1)
		return false;
	while (month <= 12 && ordinal > days_of_month(year, month))
		ordinal -= days_of_month(year, month++);
	return month <= 12 && code_date_of(out, year, month, ordinal);
}
