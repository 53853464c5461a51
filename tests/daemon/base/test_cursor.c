/* daemon/base/cursor: never past the end, and an error stays. */
#include "daemon/base/cursor.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "tests/check.h"

static struct cursor over(const char *text)
{
	return cursor_over(bytes_of_str(text));
}

static void check_failed(struct cursor *cur)
{
	check(!cursor_ok(cur));
	check(!cursor_at_end(cur));
	check_int(cursor_peek(cur), 0);
	check_int(cursor_u8(cur), 0);
	check_int(cursor_u32_be(cur), 0);
	check_int(cursor_take(cur, 0).len, 0);
	check_int(cursor_take_rest(cur).len, 0);
	check_int(cursor_decimal(cur), 0);
	check(!cursor_accept(cur, "x"));
	check(!cursor_ok(cur));
}

static void test_numbers_in_both_orders(void)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 0xf8 };
	struct bytes all = bytes_of(bytes, sizeof(bytes));
	struct cursor cur = cursor_over(all);

	check_int(cursor_u8(&cur), 1);
	cur = cursor_over(all);
	check_int(cursor_u16_be(&cur), 0x0102);
	check_int(cursor_u16_le(&cur), 0x0403);
	check_int(cursor_u32_be(&cur), 0x050607f8);
	check(cursor_at_end(&cur));
	cur = cursor_over(all);
	check_int(cursor_u32_le(&cur), 0x04030201);
	check_int(cursor_u32_le(&cur), 0xf8070605);
	cur = cursor_over(all);
	check(cursor_u64_be(&cur) == 0x01020304050607f8);
	check(cursor_at_end(&cur));
}

static void test_number_that_does_not_fit_fails_and_gives_zero(void)
{
	static const uint8_t bytes[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	for (size_t len = 0; len < sizeof(bytes); len++) {
		struct cursor cur = cursor_over(bytes_of(bytes, len));

		check(cursor_u64_be(&cur) == 0);
		check_failed(&cur);
		if (len < 4) {
			cur = cursor_over(bytes_of(bytes, len));
			check_int(cursor_u32_be(&cur), 0);
			check_failed(&cur);
			cur = cursor_over(bytes_of(bytes, len));
			check_int(cursor_u32_le(&cur), 0);
			check_failed(&cur);
		}
		if (len < 2) {
			cur = cursor_over(bytes_of(bytes, len));
			check_int(cursor_u16_be(&cur), 0);
			check_failed(&cur);
			cur = cursor_over(bytes_of(bytes, len));
			check_int(cursor_u16_le(&cur), 0);
			check_failed(&cur);
		}
	}
}

static void test_take_and_skip_stop_at_the_end(void)
{
	struct cursor cur = over("abcdef");

	check(bytes_is(cursor_take(&cur, 2), "ab"));
	cursor_skip(&cur, 1);
	check_int(cursor_peek(&cur), 'd');
	check(bytes_is(cursor_take_rest(&cur), "def"));
	check(cursor_at_end(&cur));
	check_int(cursor_take(&cur, 0).len, 0);
	check_int(cursor_take_rest(&cur).len, 0);
	check(cursor_at_end(&cur));
	check_int(cursor_take(&cur, 1).len, 0);
	check_failed(&cur);
	cur = over("abc");
	check_int(cursor_take(&cur, SIZE_MAX).len, 0);
	check_failed(&cur);
	cur = over("abc");
	cursor_skip(&cur, 4);
	check_failed(&cur);
}

static void test_nothing_at_all_is_no_error(void)
{
	struct cursor cur = cursor_over(bytes_of(NULL, 0));

	check(cursor_at_end(&cur));
	check_int(cursor_peek(&cur), 0);
	check(!cursor_accept(&cur, "a"));
	check(cursor_accept(&cur, ""));
	check_int(cursor_take_rest(&cur).len, 0);
	check(cursor_ok(&cur));
	check_int(cursor_take_until(&cur, ',').len, 0);
	check_failed(&cur);
}

static void test_take_until_reads_the_stop_too(void)
{
	struct cursor cur = over("a,,bc");

	check(bytes_is(cursor_take_until(&cur, ','), "a"));
	check(bytes_is(cursor_take_until(&cur, ','), ""));
	check(cursor_ok(&cur));
	check_int(cursor_take_until(&cur, ',').len, 0);
	check_failed(&cur);
	cur = cursor_over(bytes_of("a\0b", 3));
	check(bytes_is(cursor_take_until(&cur, 0), "a"));
	check(bytes_is(cursor_take_rest(&cur), "b"));
}

static void test_accept_reads_only_what_matches_and_expect_insists(void)
{
	struct cursor cur = over("^XA^XZ");

	check(!cursor_accept(&cur, "^XZ"));
	check(cursor_ok(&cur));
	check(cursor_accept(&cur, "^XA"));
	check(!cursor_accept(&cur, "^XZZ")); /* longer than what is left */
	cursor_expect(&cur, "^XZ");
	check(cursor_at_end(&cur));
	cursor_expect(&cur, "");
	check(cursor_at_end(&cur));
	cursor_expect(&cur, "x");
	check_failed(&cur);
}

static void test_decimals(void)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t value;
		const char *rest;
	} rows[] = {
		{ "0", true, 0, "" },
		{ "007x", true, 7, "x" },
		{ "999999999999999999", true, 999999999999999999u, "" },
		{ "000000000000000001", true, 1, "" },
		{ "1000000000000000000", false, 0, "" },
		{ "0000000000000000001", false, 0, "" },
		{ "", false, 0, "" },
		{ "x", false, 0, "" },
		{ "-1", false, 0, "" },
		{ "+1", false, 0, "" },
		{ " 1", false, 0, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cursor cur = over(rows[i].text);

		check_row(rows[i].text);
		check(cursor_decimal(&cur) == rows[i].value);
		check_int(cursor_ok(&cur), rows[i].ok);
		if (rows[i].ok)
			check_bytes(cursor_take_rest(&cur), bytes_of_str(rows[i].rest));
	}
}

static void test_hexadecimal_has_exactly_eight_digits(void)
{
	static const struct {
		const char *text;
		bool ok;
		uint32_t value;
	} rows[] = {
		{ "00000000", true, 0 },
		{ "ffffffff", true, 0xffffffff },
		{ "DeadBeef", true, 0xdeadbeef },
		{ "1234567", false, 0 },
		{ "1234567g", false, 0 },
		{ "g2345678", false, 0 },
		{ "0x123456", false, 0 },
		{ "", false, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cursor cur = over(rows[i].text);

		check_row(rows[i].text);
		check_int(cursor_hex_u32(&cur), rows[i].value);
		check_int(cursor_ok(&cur), rows[i].ok);
	}
	struct cursor cur = over("0000000Fx");

	check_int(cursor_hex_u32(&cur), 15);
	check(bytes_is(cursor_take_rest(&cur), "x"));
}

static void test_failing_on_purpose_stays(void)
{
	struct cursor cur = over("abc");

	cursor_fail(&cur);
	check_failed(&cur);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_numbers_in_both_orders),
		CHECK_TEST(test_number_that_does_not_fit_fails_and_gives_zero),
		CHECK_TEST(test_take_and_skip_stop_at_the_end),
		CHECK_TEST(test_nothing_at_all_is_no_error),
		CHECK_TEST(test_take_until_reads_the_stop_too),
		CHECK_TEST(test_accept_reads_only_what_matches_and_expect_insists),
		CHECK_TEST(test_decimals),
		CHECK_TEST(test_hexadecimal_has_exactly_eight_digits),
		CHECK_TEST(test_failing_on_purpose_stays),
	};

	return check_run("base/cursor", tests, ARRAY_LEN(tests));
}
