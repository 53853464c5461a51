/* daemon/core/host: the same here at every start, another one anywhere else. */
#include "daemon/core/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

#define ID "0123456789abcdef0123456789abcdef"
#define BOOT "01234567-89ab-cdef-0123-456789abcdef"

static const struct host_case {
	const char *name;
	const char *machine_id; /* the file's text; NULL: there is none */
	const char *boot_id;    /* likewise */
	const char *runtime_dir;
	bool is_same; /* as that of ID and BOOT in /run/a */
	bool is_kept; /* the same at each start */
} cases[] = {
	{ "the same", ID "\n", BOOT "\n", "/run/a", true, true },
	{ "without a newline", ID, BOOT, "/run/a", true, true },
	{ "another directory", ID "\n", BOOT "\n", "/run/b", false, true },
	{ "another machine", "1123456789abcdef0123456789abcdef\n", BOOT "\n", "/run/a", false,
		true },
	{ "a copy of it, or it was started again", ID "\n",
		"11234567-89ab-cdef-0123-456789abcdef\n", "/run/a", false, true },
	{ "no file", NULL, BOOT "\n", "/run/a", false, false },
	{ "empty, as in an image", "", BOOT "\n", "/run/a", false, false },
	{ "not set up yet", "uninitialized\n", BOOT "\n", "/run/a", false, false },
	{ "no hex digits", "0123456789abcdefg123456789abcdef\n", BOOT "\n", "/run/a", false,
		false },
	{ "too short", "0123456789abcdef0123456789abcde\n", BOOT "\n", "/run/a", false, false },
	{ "no boot id", ID "\n", NULL, "/run/a", false, false },
	{ "a boot id cut off", ID "\n", "01234567-89ab-cdef-0123-456789abcde", "/run/a", false,
		false },
};

/* path: a template as of mkstemp; the file is gone when text is NULL. */
static void file_make(char *path, const char *text)
{
	int fd = mkstemp(path);

	check(fd >= 0);
	if (text)
		check_int(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	if (!text)
		unlink(path);
}

static void host_make(const char *machine_id, const char *boot_id, const char *runtime_dir,
	char out[HOST_ID_LEN + 1])
{
	char machine[] = "/tmp/test_host_XXXXXX";
	char boot[] = "/tmp/test_host_XXXXXX";

	file_make(machine, machine_id);
	file_make(boot, boot_id);
	host_id_make(machine, boot, runtime_dir, out);
	unlink(machine);
	unlink(boot);
}

/* The real one's is good here, or every start would be another host. */
static void test_boot_id_of_this_machine_is_read(void)
{
	char machine[] = "/tmp/test_host_XXXXXX";
	char first[HOST_ID_LEN + 1];
	char again[HOST_ID_LEN + 1];

	file_make(machine, ID);
	host_id_make(machine, HOST_BOOT_ID, "/run/a", first);
	host_id_make(machine, HOST_BOOT_ID, "/run/a", again);
	unlink(machine);
	check_str(first, again);
}

static void test_host_is_the_machine_and_the_directory(void)
{
	char first[HOST_ID_LEN + 1];

	host_make(ID "\n", BOOT "\n", "/run/a", first);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char id[HOST_ID_LEN + 1];
		char again[HOST_ID_LEN + 1];

		check_row(cases[i].name);
		host_make(cases[i].machine_id, cases[i].boot_id, cases[i].runtime_dir, id);
		host_make(cases[i].machine_id, cases[i].boot_id, cases[i].runtime_dir, again);
		check_int(strspn(id, "0123456789abcdef"), HOST_ID_LEN);
		check_int(strcmp(id, first) == 0, cases[i].is_same);
		check_int(strcmp(id, again) == 0, cases[i].is_kept);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_host_is_the_machine_and_the_directory),
		CHECK_TEST(test_boot_id_of_this_machine_is_read),
	};

	return check_run("core/host", tests, ARRAY_LEN(tests));
}
