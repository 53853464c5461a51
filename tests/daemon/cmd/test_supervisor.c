/* daemon/cmd/supervisor: real processes, a clock of our own. */
#include "daemon/cmd/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/cmd/fake_role.h"

static int64_t now_ms = 5000;
static struct fake_roles roles;
static struct loop *loop;
static struct supervisor *supervisor;

static int64_t test_clock(void)
{
	return now_ms;
}

static void start(unsigned restart_ms)
{
	struct err err = { 0 };

	loop = loop_new(test_clock, &err);
	struct supervisor_setup setup = {
		.loop = loop,
		.dir = roles.dir,
		.config_path = "/etc/x.conf",
		.restart_ms = restart_ms,
	};

	check_ok(supervisor_new(&setup, &supervisor, &err), &err);
	check(fake_role_wait(&roles, "core", 1) > 0); /* so that it hears what we send */
	check(fake_role_wait(&roles, "bench", 1) > 0);
	check(fake_role_wait(&roles, "press", 1) > 0);
}

static void finish(void)
{
	supervisor_free(supervisor);
	loop_free(loop);
	fake_roles_close(&roles);
}

/* Passes until the role runs, or does not; our clock stands still, at most 20 s of the real one
 * pass. */
static bool step_until(const char *role, bool runs)
{
	for (int i = 0; i < 2000; i++) {
		if ((supervisor_role_pid(supervisor, role) > 0) == runs)
			return true;
		loop_step(loop, 10);
	}
	return false;
}

/* The clock goes on; deadlines that come due are kept. */
static void wait_ms(int64_t ms)
{
	now_ms += ms;
	loop_step(loop, 0);
}

static void test_every_role_starts_clean_with_the_configuration(void)
{
	static const char *const names[] = { "core", "bench", "press" };

	fake_roles_open(&roles);
	start(200);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		pid_t pid = supervisor_role_pid(supervisor, names[i]);
		char *want =
			xasprintf("%s %d %d 0 --config /etc/x.conf", names[i], (int)pid, (int)pid);
		char *line;

		check_row(names[i]);
		check_int(fake_role_starts(&roles, names[i], &line), 1);
		check_str(line, want); /* own process group, no signal blocked */
		free(line);
		free(want);
	}
	check_int(supervisor_role_pid(supervisor, "nobody"), 0);
	finish();
}

static void test_crashed_role_is_back_after_its_pause_and_the_others_stay(void)
{
	fake_roles_open(&roles);
	start(200);
	pid_t core = supervisor_role_pid(supervisor, "core");
	pid_t bench = supervisor_role_pid(supervisor, "bench");

	check_int(kill(bench, SIGUSR1), 0);
	check(step_until("bench", false));
	check_int(loop_next_due_ms(loop), 200);
	wait_ms(199);
	check_int(supervisor_role_pid(supervisor, "bench"), 0);
	wait_ms(1);
	check(supervisor_role_pid(supervisor, "bench") > 0);
	check_int(fake_role_wait(&roles, "bench", 2), supervisor_role_pid(supervisor, "bench"));
	check(supervisor_role_pid(supervisor, "bench") != bench);
	check_int(supervisor_role_pid(supervisor, "core"), core);
	check_int(fake_role_starts(&roles, "core", NULL), 1);
	finish();
}

static void test_pauses_double_up_to_two_seconds(void)
{
	static const int64_t pauses_ms[] = { 200, 400, 800, 1600, 2000, 2000, 2000 };

	fake_roles_open(&roles);
	fake_role_set("bench", "exit3");
	start(200);
	for (size_t i = 0; i < ARRAY_LEN(pauses_ms); i++) {
		check(step_until("bench", false));
		check_int(loop_next_due_ms(loop), pauses_ms[i]);
		wait_ms(pauses_ms[i]);
		check(supervisor_role_pid(supervisor, "bench") > 0);
	}
	finish();
}

static void test_pause_is_short_again_after_ten_seconds_of_life(void)
{
	static const struct {
		int64_t life_ms;
		int64_t pause_ms;
	} rows[] = { { 0, 100 }, { 9999, 200 }, { 9999, 400 }, { 10000, 100 }, { 0, 200 } };

	fake_roles_open(&roles);
	start(100);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		wait_ms(rows[i].life_ms);
		check_int(kill(supervisor_role_pid(supervisor, "press"), SIGKILL), 0);
		check(step_until("press", false));
		check_int(loop_next_due_ms(loop), rows[i].pause_ms);
		wait_ms(rows[i].pause_ms);
		check(step_until("press", true));
	}
	finish();
}

static void test_pause_of_the_configuration_is_kept_within_bounds(void)
{
	static const struct {
		unsigned configured_ms;
		int64_t pause_ms;
	} rows[] = { { 0, 10 }, { 10, 10 }, { 2000, 2000 }, { 4000000000u, 2000 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		fake_roles_open(&roles);
		start(rows[i].configured_ms);
		check_int(kill(supervisor_role_pid(supervisor, "core"), SIGKILL), 0);
		check(step_until("core", false));
		check_int(loop_next_due_ms(loop), rows[i].pause_ms);
		finish();
	}
}

static void test_sigterm_and_sigint_end_all_roles(void)
{
	static const int signals[] = { SIGTERM, SIGINT };

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct err err = { 0 };

		fake_roles_open(&roles);
		start(200);
		check_int(raise(signals[i]), 0);
		alarm(20);
		loop_run(loop); /* returns when the last one has ended */
		alarm(0);
		check_int(supervisor_role_pid(supervisor, "core"), 0);
		check_int(supervisor_role_pid(supervisor, "bench"), 0);
		check_int(supervisor_role_pid(supervisor, "press"), 0);
		check_ok(supervisor_ended_well(supervisor, &err), &err);
		finish();
	}
}

static void test_role_that_ignores_sigterm_is_killed_after_five_seconds(void)
{
	struct err err = { 0 };

	fake_roles_open(&roles);
	fake_role_set("press", "deaf");
	start(200);
	supervisor_stop(supervisor);
	supervisor_stop(supervisor); /* once is enough */
	check(step_until("core", false));
	check(step_until("bench", false));
	wait_ms(4999);
	check(supervisor_role_pid(supervisor, "press") > 0);
	check(supervisor_ended_well(supervisor, &err));
	wait_ms(1);
	check(step_until("press", false));
	check(!supervisor_ended_well(supervisor, &err));
	check_err(&err, ERR_TIMEOUT, "role 'press' did not end by itself");
	loop_run(loop); /* was stopped: returns at once */
	finish();
}

static void test_nothing_is_started_again_while_stopping(void)
{
	fake_roles_open(&roles);
	start(200);
	check_int(kill(supervisor_role_pid(supervisor, "bench"), SIGKILL), 0);
	check(step_until("bench", false)); /* its pause runs */
	supervisor_stop(supervisor);
	check(step_until("core", false));
	check(step_until("press", false));
	wait_ms(4000);
	check_int(supervisor_role_pid(supervisor, "bench"), 0);
	check_int(fake_role_starts(&roles, "bench", NULL), 1);
	finish();
}

static void test_stop_when_nothing_runs_ends_at_once(void)
{
	static const char *const names[] = { "core", "bench", "press" };

	fake_roles_open(&roles);
	start(200);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		check_int(kill(supervisor_role_pid(supervisor, names[i]), SIGKILL), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		check(step_until(names[i], false));
	supervisor_stop(supervisor);
	alarm(20);
	loop_run(loop);
	alarm(0);
	finish();
}

static void test_hang_up_changes_nothing(void)
{
	fake_roles_open(&roles);
	start(200);
	pid_t core = supervisor_role_pid(supervisor, "core");

	check_int(raise(SIGHUP), 0);
	loop_step(loop, 0);
	check_int(supervisor_role_pid(supervisor, "core"), core);
	finish();
}

static void test_missing_program_is_named_and_nothing_starts(void)
{
	struct err err = { 0 };
	char *path;

	fake_roles_open(&roles);
	path = xasprintf("%s/specimend-bench", roles.dir);
	unlink(path);
	loop = loop_new(test_clock, &err);
	struct supervisor_setup setup = { .loop = loop, .dir = roles.dir, .restart_ms = 200 };

	supervisor = NULL;
	check(!supervisor_new(&setup, &supervisor, &err));
	check(!supervisor);
	check_err(&err, ERR_NOT_FOUND, path);
	check_contains(err.hint, "SPECIMEND_LIBEXECDIR");
	check_int(fake_role_starts(&roles, "core", NULL), 0);
	free(path);
	finish();
}

static void test_program_that_cannot_be_executed_is_tried_again(void)
{
	char *path;
	FILE *file;

	fake_roles_open(&roles);
	start(200);
	path = xasprintf("%s/specimend-bench", roles.dir);
	unlink(path);
	file = fopen(path, "w");
	fputs("neither a program nor a script\n", file);
	fclose(file);
	check_int(access(path, F_OK), 0);
	check_int(kill(supervisor_role_pid(supervisor, "bench"), SIGKILL), 0);
	check(step_until("bench", false));
	wait_ms(200);
	check(step_until("bench", false)); /* 127 */
	check_int(loop_next_due_ms(loop), 400);
	free(path);
	finish();
}

static void test_free_kills_what_still_runs(void)
{
	fake_roles_open(&roles);
	fake_role_set("core", "deaf");
	start(200);
	pid_t core = supervisor_role_pid(supervisor, "core");

	supervisor_free(supervisor);
	supervisor = NULL;
	check(kill(core, 0) < 0); /* reaped */
	supervisor_free(NULL);
	finish();
}

int main(int argc, char **argv)
{
	fake_role_play(argc, argv);
	log_set_level((enum log_level)0); /* the errors are asked for */
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_role_starts_clean_with_the_configuration),
		CHECK_TEST(test_crashed_role_is_back_after_its_pause_and_the_others_stay),
		CHECK_TEST(test_pauses_double_up_to_two_seconds),
		CHECK_TEST(test_pause_is_short_again_after_ten_seconds_of_life),
		CHECK_TEST(test_pause_of_the_configuration_is_kept_within_bounds),
		CHECK_TEST(test_sigterm_and_sigint_end_all_roles),
		CHECK_TEST(test_role_that_ignores_sigterm_is_killed_after_five_seconds),
		CHECK_TEST(test_nothing_is_started_again_while_stopping),
		CHECK_TEST(test_stop_when_nothing_runs_ends_at_once),
		CHECK_TEST(test_hang_up_changes_nothing),
		CHECK_TEST(test_missing_program_is_named_and_nothing_starts),
		CHECK_TEST(test_program_that_cannot_be_executed_is_tried_again),
		CHECK_TEST(test_free_kills_what_still_runs),
	};

	return check_run("cmd/supervisor", tests, ARRAY_LEN(tests));
}
