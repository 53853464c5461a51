/*
 * CUnit with failures that say actual, expected and row. A test program is a table of sentences:
 *
 *     int main(void)
 *     {
 *             static const struct check_test tests[] = {
 *                     CHECK_TEST(test_id_example_has_the_check_digits_of_the_design),
 *             };
 *             return check_run("base/id", tests, ARRAY_LEN(tests));
 *     }
 *
 * check_run prints CUnit's own summary and returns non-zero when anything failed.
 */
#ifndef SPECIMEND_TESTS_CHECK_H
#define SPECIMEND_TESTS_CHECK_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

struct check_test {
	const char *name;
	void (*run)(void);
};

#define CHECK_TEST(fn)  \
	{               \
#fn, fn \
	}

int check_run(const char *suite, const struct check_test *tests, size_t count);

/* Says which row of a table runs, until the next call or the end of the test; NULL for none. */
void check_row(const char *row);

#define check(condition) check_at((condition), #condition, __FILE__, __LINE__)
#define check_int(actual, expected) \
	check_int_at((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define check_str(actual, expected) check_str_at(actual, expected, #actual, __FILE__, __LINE__)
#define check_contains(actual, part) check_contains_at(actual, part, #actual, __FILE__, __LINE__)
#define check_bytes(actual, expected) check_bytes_at(actual, expected, #actual, __FILE__, __LINE__)

/* The error has this code and its message contains text. */
#define check_err(err, code, text) check_err_at(err, code, text, __FILE__, __LINE__)

/* The call succeeded; prints the error when not. Usage: check_ok(id_parse(&id, scan, &err), &err)
 */
#define check_ok(call, err) check_ok_at((call), err, #call, __FILE__, __LINE__)

bool check_at(bool ok, const char *text, const char *file, unsigned line);
bool check_int_at(
	long long actual, long long expected, const char *text, const char *file, unsigned line);
bool check_str_at(const char *actual, const char *expected, const char *text, const char *file,
	unsigned line);
bool check_contains_at(
	const char *actual, const char *part, const char *text, const char *file, unsigned line);
bool check_bytes_at(struct bytes actual, struct bytes expected, const char *text, const char *file,
	unsigned line);
bool check_err_at(const struct err *err, enum err_code code, const char *text, const char *file,
	unsigned line);
bool check_ok_at(bool ok, const struct err *err, const char *text, const char *file, unsigned line);

/*
 * The path of the project's file `name` below the source directory (srcdir of automake, or the
 * working directory); yours to free.
 */
char *check_path(const char *name);

/*
 * The project's file `name` (check_path). Text is yours to free; a missing file ends the test
 * program with a message.
 */
char *check_read_file(const char *name, size_t *len);

#endif
