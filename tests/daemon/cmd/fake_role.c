/* A test program that plays the roles too. */
#include "tests/daemon/cmd/fake_role.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

#define WAIT_TURNS 2000
#define WAIT_TURN_US 10000

static const char *const role_names[] = { "core", "bench", "press" };

static void env_name(const char *role, char out[32])
{
	snprintf(out, 32, "FAKE_%s", role);
	for (char *c = out; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

static void role_log(const char *role, int argc, char **argv)
{
	AUTO_BUF line = { 0 };
	sigset_t blocked;
	unsigned count = 0;
	int fd = open(getenv("FAKE_LOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int signo = 1; signo < 32; signo++)
		count += sigismember(&blocked, signo) == 1;
	buf_addf(&line, "%s %d %d %u", role, (int)getpid(), (int)getpgrp(), count);
	for (int i = 1; i < argc; i++)
		buf_addf(&line, " %s", argv[i]);
	buf_add_byte(&line, '\n');
	if (write(fd, line.data, line.len) != (ssize_t)line.len)
		_exit(98);
	close(fd);
}

static void on_term(int signo)
{
	(void)signo;
	_exit(0);
}

void fake_role_play(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];
	char env[32];

	if (!str_has_prefix(name, "specimend-"))
		return;
	const char *role = name + strlen("specimend-");

	env_name(role, env);
	const char *mode = getenv(env);

	signal(SIGTERM, str_equal(mode, "deaf") ? SIG_IGN : on_term);
	role_log(role, argc, argv);
	if (str_equal(mode, "exit3"))
		_exit(3);
	alarm(60); /* whatever happens to the test, we do not stay */
	for (;;)
		pause();
}

void fake_roles_open(struct fake_roles *roles)
{
	char self[256];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	check(len > 0);
	self[len > 0 ? len : 0] = 0;
	snprintf(roles->dir, sizeof(roles->dir), "/tmp/test_roles_XXXXXX");
	check(mkdtemp(roles->dir) != NULL);
	snprintf(roles->log, sizeof(roles->log), "%s/log", roles->dir);
	setenv("FAKE_LOG", roles->log, 1);
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		char *path = xasprintf("%s/specimend-%s", roles->dir, role_names[i]);

		fake_role_set(role_names[i], NULL);
		check_int(symlink(self, path), 0);
		free(path);
	}
}

void fake_roles_close(struct fake_roles *roles)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		char *path = xasprintf("%s/specimend-%s", roles->dir, role_names[i]);

		unlink(path);
		free(path);
	}
	unlink(roles->log);
	check_int(rmdir(roles->dir), 0);
}

void fake_role_set(const char *role, const char *mode)
{
	char env[32];

	env_name(role, env);
	if (mode)
		setenv(env, mode, 1);
	else
		unsetenv(env);
}

unsigned fake_role_starts(const struct fake_roles *roles, const char *role, char **last)
{
	FILE *file = fopen(roles->log, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned count = 0;

	if (last)
		*last = NULL;
	while (file && getline(&line, &size, file) > 0) {
		if (!str_has_prefix(line, role) || !strchr(line, '\n'))
			continue;
		count++;
		line[strcspn(line, "\n")] = 0;
		if (last) {
			free(*last);
			*last = xstrdup(line);
		}
	}
	free(line);
	if (file)
		fclose(file);
	return count;
}

pid_t fake_role_wait(const struct fake_roles *roles, const char *role, unsigned starts)
{
	for (int i = 0; i < WAIT_TURNS; i++) {
		char *last;
		int pid = 0;

		if (fake_role_starts(roles, role, &last) >= starts && last)
			sscanf(last, "%*s %d", &pid);
		free(last);
		if (pid > 0)
			return pid;
		usleep(WAIT_TURN_US);
	}
	return 0;
}

static bool process_lives(pid_t pid)
{
	char path[32];
	char state = 'X';

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");

	if (!file)
		return false;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'X';
	fclose(file);
	return state != 'Z' && state != 'X';
}

bool process_wait_end(pid_t pid)
{
	for (int i = 0; i < WAIT_TURNS; i++) {
		if (!process_lives(pid))
			return true;
		usleep(WAIT_TURN_US);
	}
	return false;
}
