/* daemon/base/xalloc: memory or the end. */
#include "daemon/base/xalloc.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

static void test_no_bytes_are_memory_too(void)
{
	void *a = xmalloc(0);
	void *b = xcalloc(0, 0);
	void *c = xrealloc(NULL, 0);

	check(a && b && c);
	free(a);
	free(b);
	free(c);
}

static void test_texts(void)
{
	char *a = xstrdup("abc");
	char *b = xstrndup("abcdef", 4);
	char *c = xstrndup("ab", 4);
	char *d = xasprintf("%s-%d", "x", 7);

	check_str(a, "abc");
	check_str(b, "abcd");
	check_str(c, "ab");
	check_str(d, "x-7");
	free(a);
	free(b);
	free(c);
	free(d);
}

static void test_no_memory_ends_the_process(void)
{
	pid_t child = fork();

	if (child == 0) {
		struct rlimit none = { 0 };

		setrlimit(RLIMIT_CORE, &none);
		close(STDERR_FILENO);
		xalloc_fail();
	}
	int status = 0;

	check_int(waitpid(child, &status, 0), child);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_no_bytes_are_memory_too),
		CHECK_TEST(test_texts),
		CHECK_TEST(test_no_memory_ends_the_process),
	};

	return check_run("base/xalloc", tests, ARRAY_LEN(tests));
}
