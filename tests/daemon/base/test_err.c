/* daemon/base/err: the one table, and messages that are always one line of UTF-8. */
#include "daemon/base/err.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "tests/check.h"

static const enum err_code codes[] = { ERR_NONE,
#define CODE(code, http, exit) code,
	ERR_TABLE(CODE)
#undef CODE
};

static void test_every_code_has_name_status_and_exit_code(void)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		const char *name = err_code_name(codes[i]);

		check_row(name);
		check(str_has_prefix(name, "ERR_"));
		check_int(err_code_find(name), codes[i]);
		if (codes[i] == ERR_NONE)
			continue;
		check(err_http_status(codes[i]) >= 400 && err_http_status(codes[i]) < 600);
		/* sysexits.h */
		check(err_exit_code(codes[i]) >= 64 && err_exit_code(codes[i]) <= 78);
	}
	check_int(err_exit_code(ERR_NONE), 0);
	check_int(err_http_status(ERR_NONE), 200);
}

static void test_a_few_codes_as_the_contract_has_them(void)
{
	static const struct {
		enum err_code code;
		const char *name;
		unsigned http_status;
		int exit_code;
	} rows[] = {
		{ ERR_INVALID, "ERR_INVALID", 400, 65 },
		{ ERR_USAGE, "ERR_USAGE", 400, 64 },
		{ ERR_NOT_FOUND, "ERR_NOT_FOUND", 404, 66 },
		{ ERR_CONFLICT, "ERR_CONFLICT", 409, 65 },
		{ ERR_DB_UNAVAILABLE, "ERR_DB_UNAVAILABLE", 503, 75 },
		{ ERR_TIMEOUT, "ERR_TIMEOUT", 504, 75 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		check_str(err_code_name(rows[i].code), rows[i].name);
		check_int(err_http_status(rows[i].code), rows[i].http_status);
		check_int(err_exit_code(rows[i].code), rows[i].exit_code);
	}
}

static void test_code_from_outside_the_table_is_an_internal_error(void)
{
	check_int(err_code_find("ERR_WHAT"), ERR_INTERNAL);
	check_int(err_code_find(""), ERR_INTERNAL);
	check_str(err_code_name((enum err_code)4711), "ERR_INTERNAL");
	check_int(err_http_status((enum err_code)4711), 500);
}

static void test_set_replaces_everything_and_returns_false(void)
{
	struct err err = { 0 };

	check(!err_set(&err, ERR_BUSY, "first %d", 1));
	check(!err_hint(&err, "wait %s", "here"));
	check_str(err.hint, "wait here");
	check(!err_set(&err, ERR_INVALID, "second"));
	check_err(&err, ERR_INVALID, "second");
	check_str(err.message, "second");
	check_str(err.hint, "");
	err_clear(&err);
	check_int(err.code, ERR_NONE);
	check_str(err.message, "");
}

static void test_wrap_puts_text_in_front_and_keeps_code_and_hint(void)
{
	struct err err = { 0 };

	err_set(&err, ERR_NOT_FOUND, "no such file");
	err_hint(&err, "make one");
	check(!err_wrap(&err, "line %d", 7));
	check(!err_wrap(&err, "file '%s'", "a"));
	check_err(&err, ERR_NOT_FOUND, "");
	check_str(err.message, "file 'a': line 7: no such file");
	check_str(err.hint, "make one");
}

static void test_errno_is_said_even_when_formatting_changes_it(void)
{
	struct err err = { 0 };

	errno = ENOENT;
	check(!err_set_errno(&err, "open '%s'", "x"));
	check_int(err.code, ERR_IO);
	check_str(err.message, "open 'x': No such file or directory");
}

static void test_everything_accepts_null(void)
{
	errno = ENOENT;
	check(!err_set(NULL, ERR_BUSY, "x %d", 1));
	check(!err_set_errno(NULL, "x"));
	check(!err_wrap(NULL, "x"));
	check(!err_hint(NULL, "x"));
}

static void test_arguments_may_be_the_error_itself(void)
{
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "inner");
	err_set(&err, ERR_IO, "outer (%s)", err.message);
	check_str(err.message, "outer (inner)");
	err_wrap(&err, "again %s", err.message);
	check_str(err.message, "again outer (inner): outer (inner)");
	err_hint(&err, "%s", err.message);
	check_str(err.hint, err.message);
}

static void test_message_is_one_line_of_utf8(void)
{
	static const struct {
		const char *in;
		const char *out;
	} rows[] = {
		{ "plain", "plain" },
		{ "two\nlines\r\n", "two?lines??" },
		{ "tab\tand \x1b[31m", "tab?and ?[31m" },
		{ "del\x7f", "del?" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "broken \xc3", "broken ?" },
		{ "latin \xfc.", "latin ?." },
		{ "overlong \xc0\xaf", "overlong ??" },
		{ "surrogate \xed\xa0\x80", "surrogate ???" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };

		check_row(rows[i].out);
		err_set(&err, ERR_INVALID, "%s", rows[i].in);
		check_str(err.message, rows[i].out);
		err_hint(&err, "%s", rows[i].in);
		check_str(err.hint, rows[i].out);
	}
}

static void test_long_message_is_cut_between_characters(void)
{
	/* one, two, three bytes in front move the cut through the two bytes of each character */
	for (size_t shift = 0; shift < 3; shift++) {
		char text[2048] = "aaa";
		struct err err = { 0 };
		size_t len = shift;

		for (; len + 2 < sizeof(text); len += 2)
			memcpy(text + len, "\xc3\xbc", 2);
		text[len] = 0;
		err_set(&err, ERR_INVALID, "%s", text);
		check(utf8_is_valid(bytes_of_str(err.message)));
		check(strlen(err.message) >= sizeof(err.message) - 2);
		err_hint(&err, "%s", text);
		check(utf8_is_valid(bytes_of_str(err.hint)));
		check(strlen(err.hint) >= sizeof(err.hint) - 2);
		for (int i = 0; i < 5; i++)
			err_wrap(&err, "wrapped");
		check(utf8_is_valid(bytes_of_str(err.message)));
		check(str_has_prefix(err.message, "wrapped: wrapped: wrapped: wrapped: wrapped: "));
		err_wrap(&err, "%s", text);
		check(utf8_is_valid(bytes_of_str(err.message)));
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_code_has_name_status_and_exit_code),
		CHECK_TEST(test_a_few_codes_as_the_contract_has_them),
		CHECK_TEST(test_code_from_outside_the_table_is_an_internal_error),
		CHECK_TEST(test_set_replaces_everything_and_returns_false),
		CHECK_TEST(test_wrap_puts_text_in_front_and_keeps_code_and_hint),
		CHECK_TEST(test_errno_is_said_even_when_formatting_changes_it),
		CHECK_TEST(test_everything_accepts_null),
		CHECK_TEST(test_arguments_may_be_the_error_itself),
		CHECK_TEST(test_message_is_one_line_of_utf8),
		CHECK_TEST(test_long_message_is_cut_between_characters),
	};

	return check_run("base/err", tests, ARRAY_LEN(tests));
}
