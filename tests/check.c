/* CUnit with failures that say actual, expected and row. */
#include "tests/check.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

static const char *row_now;
static const struct check_test *tests_now;
static size_t test_no;

void check_row(const char *row)
{
	row_now = row;
}

/* CUnit keeps the pointers, so the texts live to the end of the program. */
static bool report(bool ok, const char *file, unsigned line, char *text)
{
	CU_assertImplementation(ok, line, text, file, "", CU_FALSE);
	return ok;
}

static char *with_row(char *text)
{
	if (!row_now)
		return text;
	char *whole = xasprintf("[row %s] %s", row_now, text);

	free(text);
	return whole;
}

bool check_at(bool ok, const char *text, const char *file, unsigned line)
{
	return ok ? report(true, file, line, NULL)
		  : report(false, file, line, with_row(xstrdup(text)));
}

bool check_int_at(
	long long actual, long long expected, const char *text, const char *file, unsigned line)
{
	if (actual == expected)
		return report(true, file, line, NULL);
	return report(false, file, line,
		with_row(xasprintf("%s is %lld, expected %lld", text, actual, expected)));
}

bool check_str_at(
	const char *actual, const char *expected, const char *text, const char *file, unsigned line)
{
	if (str_equal(actual, expected))
		return report(true, file, line, NULL);
	return report(false, file, line,
		with_row(xasprintf("%s is\n  \"%s\", expected\n  \"%s\"", text,
			actual ? actual : "(null)", expected ? expected : "(null)")));
}

bool check_contains_at(
	const char *actual, const char *part, const char *text, const char *file, unsigned line)
{
	if (actual && strstr(actual, part))
		return report(true, file, line, NULL);
	return report(false, file, line,
		with_row(xasprintf("%s is \"%s\", which lacks \"%s\"", text,
			actual ? actual : "(null)", part)));
}

bool check_bytes_at(struct bytes actual, struct bytes expected, const char *text, const char *file,
	unsigned line)
{
	if (bytes_equal(actual, expected))
		return report(true, file, line, NULL);
	size_t at = 0;

	while (at < actual.len && at < expected.len && actual.data[at] == expected.data[at])
		at++;
	AUTO_BUF a = { 0 };
	AUTO_BUF e = { 0 };
	size_t from = at > 8 ? at - 8 : 0;

	hex_encode(
		bytes_of(actual.data + from, actual.len - from > 24 ? 24 : actual.len - from), &a);
	hex_encode(
		bytes_of(expected.data + from, expected.len - from > 24 ? 24 : expected.len - from),
		&e);
	return report(false, file, line,
		with_row(xasprintf(
			"%s has %zu bytes, expected %zu; differ at %zu, from %zu on:\n  %s\n  %s",
			text, actual.len, expected.len, at, from, buf_str(&a), buf_str(&e))));
}

bool check_err_at(const struct err *err, enum err_code code, const char *text, const char *file,
	unsigned line)
{
	if (err->code == code && strstr(err->message, text))
		return report(true, file, line, NULL);
	return report(false, file, line,
		with_row(xasprintf("error is %s \"%s\", expected %s with \"%s\"",
			err_code_name(err->code), err->message, err_code_name(code), text)));
}

bool check_ok_at(bool ok, const struct err *err, const char *text, const char *file, unsigned line)
{
	if (ok)
		return report(true, file, line, NULL);
	return report(false, file, line,
		with_row(xasprintf("%s failed: %s (%s)", text, err->message, err->hint)));
}

char *check_path(const char *name)
{
	const char *srcdir = getenv("srcdir");

	return xasprintf("%s/%s", srcdir ? srcdir : ".", name);
}

char *check_read_file(const char *name, size_t *len)
{
	char *path = check_path(name);
	FILE *file = fopen(path, "re");
	struct buf text = { 0 };

	if (!file) {
		fprintf(stderr, "test data '%s' is missing\n", path);
		exit(99); /* automake: hard error */
	}
	for (;;) {
		size_t n = fread(buf_grow(&text, 65536), 1, 65536, file);

		text.len -= 65536 - n;
		text.data[text.len] = 0;
		if (n == 0)
			break;
	}
	fclose(file);
	free(path);
	if (len)
		*len = text.len;
	return buf_take_str(&text);
}

static void run_next(void)
{
	row_now = NULL;
	tests_now[test_no++].run();
	row_now = NULL;
}

int check_run(const char *suite, const struct check_test *tests, size_t count)
{
	tests_now = tests;
	test_no = 0;
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 99;
	CU_pSuite cu_suite = CU_add_suite(suite, NULL, NULL);

	for (size_t i = 0; i < count; i++) {
		if (!CU_add_test(cu_suite, tests[i].name, run_next))
			return 99;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	unsigned failed = CU_get_number_of_tests_failed();
	unsigned run = CU_get_number_of_tests_run();

	CU_cleanup_registry();
	printf("%s: %u tests run of %zu, %u failed\n", suite, run, count, failed);
	return failed > 0 || run != count ? 1 : 0;
}
