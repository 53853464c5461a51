/* The program itself: connects to the core that its configuration names, works, ends on SIGTERM. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/press/core_end.h"

#define END_MS_MAX 2000 /* contrib/CONTRACTS.md 1 */

static pid_t start(char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execv(argv[0], argv);
		_exit(126);
	}
	return pid;
}

/* The exit code, or 1000 + signal, or -1 when it does not end in time (it is killed then). */
static int end_code(pid_t pid, int64_t max_ms)
{
	const int64_t deadline_ms = clock_mono_ms() + max_ms;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_mono_ms() > deadline_ms) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, &status, 0);
			return -1;
		}
		usleep(5000);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static char *config_write(const struct core_end *core)
{
	char *path = xasprintf("%s/specimend.conf", core->dir);
	FILE *file = fopen(path, "we");

	if (!check(file != NULL))
		return path;
	AUTO(char_free) char *templates = check_path("printers/templates");

	fprintf(file, "runtime_dir = %s\ntemplates_dir = %s\nlog_level = 4\n", core->dir,
		templates);
	fclose(file);
	return path;
}

static void test_main_serves_the_core_and_ends_on_sigterm(void)
{
	struct core_end core;

	core_end_open(&core);
	AUTO(char_free) char *config = config_write(&core);
	char program[] = "./specimend-press", option[] = "--config";
	char *argv[] = { program, option, config, NULL };
	const pid_t pid = start(argv);

	if (check(core_end_wait(&core, 0))) {
		check_str(link_peer_role(core.link), "press");
		core_end_ask(&core,
			json_pack("{s:s, s:s, s:s}", "do", "pin", "pin", "4711", "hash", ""));
		if (check(core_end_wait(&core, 1)))
			check(json_is_false(json_object_get(core.reply, "match")));
		core_end_ask(&core, json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s, s:s}}", "do",
					    "label", "template", "badge", "language", "zpl", "dpi",
					    203, "width_um", 50800, "height_um", 25400, "content",
					    "badge", "G583920174632", "name", "Mary Kowalski"));
		if (check(core_end_wait(&core, 2)))
			check_int(core.err.code, ERR_NONE);
	}
	(void)kill(pid, SIGTERM);
	check_int(end_code(pid, END_MS_MAX), 0);
	(void)unlink(config);
	core_end_close(&core);
}

static void test_main_refuses_arguments_it_does_not_know(void)
{
	char program[] = "./specimend-press", odd[] = "--colour", option[] = "--config",
	     missing[] = "/nonexistent/specimend.conf", version[] = "--version";
	char *const odd_argv[] = { program, odd, NULL };
	char *const missing_argv[] = { program, option, missing, NULL };
	char *const version_argv[] = { program, version, NULL };

	check_int(end_code(start(odd_argv), END_MS_MAX), 64);
	check_int(end_code(start(missing_argv), END_MS_MAX), 66);
	check_int(end_code(start(version_argv), END_MS_MAX), 0);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_main_serves_the_core_and_ends_on_sigterm),
		CHECK_TEST(test_main_refuses_arguments_it_does_not_know),
	};

	return check_run("press/main", tests, ARRAY_LEN(tests));
}
