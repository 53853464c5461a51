/* daemon/core/host: the same here at every start, another one anywhere else. */
#include "daemon/core/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

#define ID "0123456789abcdef0123456789abcdef"

static const struct host_case {
	const char *name;
	const char *machine_id; /* the file's text; NULL: there is none */
	const char *runtime_dir;
	bool is_same; /* as that of ID in /run/a */
	bool is_kept; /* the same at each start */
} cases[] = {
	{ "the same", ID "\n", "/run/a", true, true },
	{ "without a newline", ID, "/run/a", true, true },
	{ "another directory", ID "\n", "/run/b", false, true },
	{ "another machine", "1123456789abcdef0123456789abcdef\n", "/run/a", false, true },
	{ "no file", NULL, "/run/a", false, false },
	{ "empty, as in an image", "", "/run/a", false, false },
	{ "not set up yet", "uninitialized\n", "/run/a", false, false },
	{ "no hex digits", "0123456789abcdefg123456789abcdef\n", "/run/a", false, false },
	{ "too short", "0123456789abcdef0123456789abcde\n", "/run/a", false, false },
};

static void host_make(const char *machine_id, const char *runtime_dir, char out[HOST_ID_LEN + 1])
{
	char path[] = "/tmp/test_host_XXXXXX";
	int fd = mkstemp(path);

	check(fd >= 0);
	if (machine_id)
		check_int(write(fd, machine_id, strlen(machine_id)), strlen(machine_id));
	close(fd);
	if (!machine_id)
		unlink(path);
	host_id_make(path, runtime_dir, out);
	unlink(path);
}

static void test_host_is_the_machine_and_the_directory(void)
{
	char first[HOST_ID_LEN + 1];

	host_make(ID "\n", "/run/a", first);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char id[HOST_ID_LEN + 1];
		char again[HOST_ID_LEN + 1];

		check_row(cases[i].name);
		host_make(cases[i].machine_id, cases[i].runtime_dir, id);
		host_make(cases[i].machine_id, cases[i].runtime_dir, again);
		check_int(strspn(id, "0123456789abcdef"), HOST_ID_LEN);
		check_int(strcmp(id, first) == 0, cases[i].is_same);
		check_int(strcmp(id, again) == 0, cases[i].is_kept);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_host_is_the_machine_and_the_directory),
	};

	return check_run("core/host", tests, ARRAY_LEN(tests));
}
