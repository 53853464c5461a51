/* The program specimend itself: its words, its exit codes, and `run` with fake roles. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/clock.h"
#include "daemon/base/config.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/cmd/fake_role.h"

#define PROGRAM "./specimend"

static struct fake_roles roles;

/* Runs `specimend <arguments>` to its end; the exit status, and what it wrote to both outputs. */
static int run_words(const char *arguments, struct buf *out)
{
	AUTO(char_free) char *line = xasprintf("%s %s 2>&1", PROGRAM, arguments);
	FILE *pipe = popen(line, "re");
	size_t got;

	buf_reset(out);
	do {
		got = fread(buf_grow(out, 4096), 1, 4096, pipe);
		out->len -= 4096 - got;
		out->data[out->len] = 0;
	} while (got > 0);
	int status = pclose(pipe);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_words_and_exit_codes(void)
{
	static const struct {
		const char *arguments;
		int status;
		const char *says;
	} rows[] = {
		{ "--version", 0, "specimend " SPECIMEND_VERSION "\n" },
		{ "--help", 0, "usage: specimend COMMAND" },
		{ "--help", 0, "\n  run " },
		{ "--help", 0, "--print-config" },
		{ "--print-config", 0, "\nrestart_ms = 200\n" },
		{ "", 64, "no command" },
		{ "fly", 64, "unknown command 'fly'" },
		{ "run --fast", 64, "unknown argument '--fast'" },
		{ "run", 64, "run needs --config FILE" },
		{ "run --config", 64, "'--config' needs FILE" },
		{ "run --config /nonexistent", 66, "/nonexistent" },
		{ "run --config /dev/null", 66,
			"role 'core': program '/nonexistent/specimend-core'" },
	};
	AUTO_BUF out = { 0 };

	setenv("SPECIMEND_LIBEXECDIR", "/nonexistent", 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].arguments);
		check_int(run_words(rows[i].arguments, &out), rows[i].status);
		check_contains(buf_str(&out), rows[i].says);
	}
	unsetenv("SPECIMEND_LIBEXECDIR");
}

static void test_print_config_is_the_table_and_parses_back(void)
{
	AUTO_BUF out = { 0 };
	AUTO_BUF want = { 0 };
	struct config config;
	struct err err = { 0 };

	check_int(run_words("--print-config", &out), 0);
	config_print(&want);
	check_str(buf_str(&out), buf_str(&want));
	config_init(&config);
	check_ok(config_parse(&config, buf_bytes(&out), &err), &err);
	config_done(&config);
}

static void test_configuration_with_a_mistake_is_refused(void)
{
	char path[] = "/tmp/test_run_XXXXXX";
	int fd = mkstemp(path);
	AUTO_BUF out = { 0 };
	AUTO(char_free) char *arguments = xasprintf("run --config %s", path);

	check_int(write(fd, "\nrestart_ms = soon\n", 19), 19);
	close(fd);
	check_int(run_words(arguments, &out), 65);
	check_contains(buf_str(&out), "line 2: 'restart_ms': not a whole number");
	unlink(path);
}

/* --- run with fake roles */

static pid_t supervisor_start(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, STDERR_FILENO);
		setenv("SPECIMEND_LIBEXECDIR", roles.dir, 1);
		execl(PROGRAM, PROGRAM, "run", "--config", "/dev/null", (char *)NULL);
		_exit(126);
	}
	return pid;
}

static int exit_status(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_run_restarts_and_ends_clean(void)
{
	fake_roles_open(&roles);
	pid_t supervisor = supervisor_start();
	pid_t bench = fake_role_wait(&roles, "bench", 1);
	pid_t core = fake_role_wait(&roles, "core", 1);
	pid_t press = fake_role_wait(&roles, "press", 1);

	check(bench > 0 && core > 0 && press > 0);
	int64_t start_ms = clock_mono_ms();

	check_int(kill(bench, SIGKILL), 0);
	pid_t again = fake_role_wait(&roles, "bench", 2);

	check(again > 0 && again != bench);
	check(clock_mono_ms() - start_ms < 20000); /* 200 ms; the bound is for a busy machine */
	check_int(kill(supervisor, SIGTERM), 0);
	check_int(exit_status(supervisor), 0);
	check(process_wait_end(core));
	check(process_wait_end(again));
	check(process_wait_end(press));
	fake_roles_close(&roles);
}

static void test_killed_supervisor_leaves_no_role_behind(void)
{
	static const char *const names[] = { "core", "bench", "press" };
	pid_t pids[ARRAY_LEN(names)];

	fake_roles_open(&roles);
	fake_role_set("core", "deaf");
	pid_t supervisor = supervisor_start();

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		pids[i] = fake_role_wait(&roles, names[i], 1);
		check(pids[i] > 0);
	}
	check_int(kill(supervisor, SIGKILL), 0);
	check_int(exit_status(supervisor), -SIGKILL);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		check(process_wait_end(pids[i]));
	fake_role_set("core", NULL);
	fake_roles_close(&roles);
}

int main(int argc, char **argv)
{
	fake_role_play(argc, argv);
	static const struct check_test tests[] = {
		CHECK_TEST(test_words_and_exit_codes),
		CHECK_TEST(test_print_config_is_the_table_and_parses_back),
		CHECK_TEST(test_configuration_with_a_mistake_is_refused),
		CHECK_TEST(test_run_restarts_and_ends_clean),
		CHECK_TEST(test_killed_supervisor_leaves_no_role_behind),
	};

	return check_run("cmd/run", tests, ARRAY_LEN(tests));
}
