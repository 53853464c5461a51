/*
 * scanners/hibc: any bytes, and the same with a right check character behind them (else hardly one
 * would pass), are read or refused; what was read is within its limits and within the text.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/hibc.h"

#include "daemon/base/buf.h"
#include "tests/fuzz/fuzz.h"

#define YEAR 2026

static void within(struct bytes part, struct bytes text, size_t max)
{
	FUZZ_CHECK(part.len <= max);
	FUZZ_CHECK(part.len == 0 ||
		   (part.data > text.data && part.data + part.len < text.data + text.len));
}

static void is_date(const struct code_date *date)
{
	FUZZ_CHECK(
		date->year == 0 || (date->year >= 1000 && date->year <= 9999 && date->month >= 1 &&
					   date->month <= 12 && date->day >= 1 && date->day <= 31));
}

static bool one(struct bytes text)
{
	struct hibc hibc;
	struct err err = { 0 };

	if (!hibc_parse(&hibc, text, YEAR, &err)) {
		FUZZ_CHECK(err.code == ERR_INVALID);
		return false;
	}
	FUZZ_CHECK(hibc_is_flagged(text));
	within(hibc.labeler, text, 4);
	within(hibc.product, text, 18);
	within(hibc.unit, text, 1);
	within(hibc.lot, text, 18);
	within(hibc.serial, text, 18);
	within(hibc.quantity, text, 5);
	is_date(&hibc.expires);
	is_date(&hibc.made);
	FUZZ_CHECK((hibc.labeler.len > 0) == (hibc.link == 0));
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_BUF checked = { 0 };
	struct bytes text = bytes_of(data, size);
	char check = hibc_check(text);

	(void)one(text);
	if (check == 0)
		return 0;
	buf_add(&checked, text);
	buf_add_byte(&checked, (uint8_t)check);
	(void)one(buf_bytes(&checked));
	return 0;
}
