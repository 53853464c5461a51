/* daemon/bench/tray: pictures in a directory, and where an odometer goes on. */
#include "daemon/bench/tray.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

static const struct bytes picture = { (const uint8_t *)"png", 3 };

static char *dir_new(void)
{
	char parent[] = "/tmp/tray.XXXXXX";

	check(mkdtemp(parent) != NULL);
	return xasprintf("%s/labels", parent);
}

static void file_remove(const char *dir, const char *name)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", dir, name);

	check_int(unlink(path), 0);
}

static bool file_is_here(const char *dir, const char *name)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", dir, name);

	return access(path, F_OK) == 0;
}

static void dir_remove(char *dir)
{
	check_int(rmdir(dir), 0); /* so nothing else lies in it */
	*strrchr(dir, '/') = 0;
	check_int(rmdir(dir), 0);
	free(dir);
}

static void test_an_empty_tray_has_no_last_label(void)
{
	char *dir = dir_new();
	uint64_t last = 7;
	struct err err = { 0 };

	check_ok(tray_last(dir, 11, &last, &err), &err);
	check_int(last, 0);
	dir_remove(dir);
}

static void test_the_highest_number_of_a_printer_is_its_last(void)
{
	static const char *const others[] = { "11-2000.half", "11-.png", "11-x.png", "111-3000.png",
		"11-4000.png.old", "11-99999999999999999999.png" };
	char *dir = dir_new();
	uint64_t last = 0;
	struct err err = { 0 };

	check_ok(tray_last(dir, 11, &last, &err), &err);
	check_ok(tray_put(dir, 11, 999, picture, &err), &err);
	check_ok(tray_put(dir, 11, 1001, picture, &err), &err);
	check_ok(tray_put(dir, 11, 1000, picture, &err), &err);
	check_ok(tray_put(dir, 12, 5000, picture, &err), &err);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		AUTO(char_free) char *path = xasprintf("%s/%s", dir, others[i]);
		FILE *file = fopen(path, "we");

		check(file != NULL);
		if (file)
			check_int(fclose(file), 0);
	}
	check_ok(tray_last(dir, 11, &last, &err), &err);
	check_int(last, 1001);
	check_ok(tray_last(dir, 12, &last, &err), &err);
	check_int(last, 5000);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		file_remove(dir, others[i]);
	file_remove(dir, "11-999.png");
	file_remove(dir, "11-1000.png");
	file_remove(dir, "11-1001.png");
	file_remove(dir, "12-5000.png");
	dir_remove(dir);
}

static void test_the_oldest_label_goes(void)
{
	char *dir = dir_new();
	uint64_t last;
	struct err err = { 0 };

	check_ok(tray_last(dir, 11, &last, &err), &err);
	check_ok(tray_put(dir, 11, 1, picture, &err), &err);
	check_ok(tray_put(dir, 11, 2, picture, &err), &err);
	check_ok(tray_put(dir, 11, TRAY_LABELS_MAX, picture, &err), &err);
	check(file_is_here(dir, "11-1.png"));
	check_ok(tray_put(dir, 11, TRAY_LABELS_MAX + 1, picture, &err), &err);
	check(!file_is_here(dir, "11-1.png"));
	check(file_is_here(dir, "11-2.png"));
	file_remove(dir, "11-2.png");
	file_remove(dir, "11-256.png");
	file_remove(dir, "11-257.png");
	dir_remove(dir);
}

static void test_a_tray_is_told_from_any_other(void)
{
	char *dir = dir_new();
	char *other = dir_new();
	char names[3][TRAY_NAME_MAX + 1];
	uint64_t last;
	struct err err = { 0 };

	check_ok(tray_last(dir, 11, &last, &err) && tray_last(other, 11, &last, &err), &err);
	check_ok(tray_name(dir, names[0], &err), &err);
	check_ok(tray_put(dir, 11, 1, picture, &err), &err);
	check_ok(tray_name(dir, names[1], &err), &err);
	check_ok(tray_name(other, names[2], &err), &err);
	check_str(names[1], names[0]);
	check(strcmp(names[2], names[0]) != 0);
	AUTO(char_free) char *path = xasprintf("%s/11-1.png", dir);

	check_int(unlink(path), 0);
	dir_remove(dir);
	dir_remove(other);
	check(!tray_name("/nowhere/tray", names[0], &err));
	check_contains(err.message, "tray '/nowhere/tray'");
}

static void test_a_tray_that_can_not_be_made_is_named(void)
{
	uint64_t last = 7;
	struct err err = { 0 };

	check(!tray_last("/dev/null/labels", 11, &last, &err));
	check_err(&err, err.code, "tray '/dev/null/labels'");
	check_int(last, 7);
	check(!tray_put("/dev/null/labels", 11, 1, picture, &err));
	check_err(&err, err.code, "label '/dev/null/labels/11.half'");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_an_empty_tray_has_no_last_label),
		CHECK_TEST(test_the_highest_number_of_a_printer_is_its_last),
		CHECK_TEST(test_the_oldest_label_goes),
		CHECK_TEST(test_a_tray_is_told_from_any_other),
		CHECK_TEST(test_a_tray_that_can_not_be_made_is_named),
	};
	return check_run("daemon/bench/tray", tests, ARRAY_LEN(tests));
}
