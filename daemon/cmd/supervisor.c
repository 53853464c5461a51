/* The roles' processes. */
#include "daemon/cmd/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define EXIT_NO_EXEC 127 /* what a shell says too */

static const char *const role_names[] = { "core", "bench", "press" };

struct role {
	struct supervisor *supervisor;
	const char *name;
	char *program;
	pid_t pid; /* 0: not running */
	int64_t started_ms;
	int64_t pause_ms; /* before the next start */
	struct loop_handle *restart;
};

struct supervisor {
	struct loop *loop;
	char *config_path;
	int64_t restart_ms;
	bool is_stopping;
	const char *killed; /* the role that did not end by itself */
	struct role roles[ARRAY_LEN(role_names)];
	struct loop_handle *deadline;
	struct loop_handle *signals[4];
};

/* --- one role ------------------------------------------------------------------------------- */

/* In the child. Never returns. */
static void role_exec(const struct role *role, pid_t parent)
{
	const char *config_path = role->supervisor->config_path;
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* the loop blocked what it listens to */
	(void)setpgid(0, 0);
	/* prctl(2): the signal is set from now on, so look whether the parent is there still. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(EXIT_NO_EXEC);
	execl(role->program, role->program, config_path ? "--config" : NULL, config_path,
		(char *)NULL);
	log_error("role '%s' cannot be started from '%s'", role->name, role->program);
	_exit(EXIT_NO_EXEC);
}

static void role_restart_later(struct role *role)
{
	int64_t pause_ms = role->pause_ms;

	log_notice("role '%s' starts again in %lld ms", role->name, (long long)pause_ms);
	loop_timer_set(role->restart, pause_ms);
	role->pause_ms =
		pause_ms * 2 < SUPERVISOR_PAUSE_MAX_MS ? pause_ms * 2 : SUPERVISOR_PAUSE_MAX_MS;
}

static void role_start(struct role *role)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0)
		role_exec(role, parent);
	role->started_ms = loop_now_ms(role->supervisor->loop);
	if (pid < 0) {
		log_error("role '%s' cannot be started: no process left", role->name);
		role_restart_later(role);
		return;
	}
	role->pid = pid;
	log_info("role '%s' started as process %d", role->name, (int)pid);
}

static void on_restart(void *arg)
{
	role_start(arg);
}

static void role_log_end(const struct role *role, int status)
{
	bool is_expected = role->supervisor->is_stopping;

	if (WIFSIGNALED(status) && !(is_expected && WTERMSIG(status) == SIGTERM))
		log_error("role '%s' was ended by signal %d (%s)", role->name, WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else if (WIFSIGNALED(status) || (is_expected && WEXITSTATUS(status) == 0))
		log_info("role '%s' ended", role->name);
	else
		log_error("role '%s' ended with status %d", role->name, WEXITSTATUS(status));
}

/* --- all of them ---------------------------------------------------------------------------- */

static bool any_runs(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		if (supervisor->roles[i].pid > 0)
			return true;
	}
	return false;
}

static void role_ended(struct supervisor *supervisor, struct role *role, int status)
{
	role->pid = 0;
	role_log_end(role, status);
	if (supervisor->is_stopping) {
		if (!any_runs(supervisor))
			loop_stop(supervisor->loop);
		return;
	}
	if (loop_now_ms(supervisor->loop) - role->started_ms >= SUPERVISOR_STEADY_MS)
		role->pause_ms = supervisor->restart_ms;
	role_restart_later(role);
}

static void on_child(void *arg, int signo)
{
	struct supervisor *supervisor = arg;
	int status;

	(void)signo;
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		struct role *role = &supervisor->roles[i];

		if (role->pid > 0 && waitpid(role->pid, &status, WNOHANG) == role->pid)
			role_ended(supervisor, role, status);
	}
}

static void on_deadline(void *arg)
{
	struct supervisor *supervisor = arg;

	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		struct role *role = &supervisor->roles[i];

		if (role->pid == 0)
			continue;
		log_error("role '%s' did not end within %d ms and is killed", role->name,
			SUPERVISOR_STOP_MS);
		supervisor->killed = role->name;
		(void)kill(role->pid, SIGKILL); /* not reaped yet, so the number is still its own */
	}
}

void supervisor_stop(struct supervisor *supervisor)
{
	if (supervisor->is_stopping)
		return;
	supervisor->is_stopping = true;
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		struct role *role = &supervisor->roles[i];

		loop_timer_set(role->restart, -1);
		if (role->pid > 0)
			(void)kill(role->pid, SIGTERM); /* as in on_deadline */
	}
	loop_timer_set(supervisor->deadline, SUPERVISOR_STOP_MS);
	if (!any_runs(supervisor))
		loop_stop(supervisor->loop);
}

static void on_stop_signal(void *arg, int signo)
{
	log_notice("%s: the roles are ended", strsignal(signo));
	supervisor_stop(arg);
}

static void on_hangup(void *arg, int signo)
{
	(void)arg;
	(void)signo;
	log_notice("hang-up is ignored: the configuration is read at start");
}

bool supervisor_ended_well(const struct supervisor *supervisor, struct err *err)
{
	if (!supervisor->killed)
		return true;
	return err_set(err, ERR_TIMEOUT, "role '%s' did not end by itself", supervisor->killed);
}

pid_t supervisor_role_pid(const struct supervisor *supervisor, const char *role)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		if (str_equal(supervisor->roles[i].name, role))
			return supervisor->roles[i].pid;
	}
	return 0;
}

/* --- making and ending ---------------------------------------------------------------------- */

static int64_t restart_ms(unsigned wanted_ms)
{
	if (wanted_ms < SUPERVISOR_PAUSE_MIN_MS)
		return SUPERVISOR_PAUSE_MIN_MS;
	return wanted_ms < SUPERVISOR_PAUSE_MAX_MS ? wanted_ms : SUPERVISOR_PAUSE_MAX_MS;
}

static bool programs_are_here(const struct supervisor *supervisor, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		const struct role *role = &supervisor->roles[i];

		if (access(role->program, X_OK) == 0)
			continue;
		err_set_errno(err, "role '%s': program '%s'", role->name, role->program);
		if (err)
			err->code = ERR_NOT_FOUND;
		return err_hint(
			err, "install it there, or name its directory in SPECIMEND_LIBEXECDIR");
	}
	return true;
}

bool supervisor_new(const struct supervisor_setup *setup, struct supervisor **out, struct err *err)
{
	struct supervisor *supervisor = xcalloc(1, sizeof(*supervisor));
	struct loop *loop = setup->loop;

	supervisor->loop = loop;
	supervisor->config_path = setup->config_path ? xstrdup(setup->config_path) : NULL;
	supervisor->restart_ms = restart_ms(setup->restart_ms);
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		struct role *role = &supervisor->roles[i];

		role->supervisor = supervisor;
		role->name = role_names[i];
		role->program = xasprintf("%s/specimend-%s", setup->dir, role_names[i]);
		role->pause_ms = supervisor->restart_ms;
		role->restart = loop_add_timer(loop, -1, 0, on_restart, role);
	}
	if (!programs_are_here(supervisor, err)) {
		supervisor_free(supervisor);
		return false;
	}
	supervisor->deadline = loop_add_timer(loop, -1, 0, on_deadline, supervisor);
	supervisor->signals[0] = loop_add_signal(loop, SIGCHLD, on_child, supervisor);
	supervisor->signals[1] = loop_add_signal(loop, SIGTERM, on_stop_signal, supervisor);
	supervisor->signals[2] = loop_add_signal(loop, SIGINT, on_stop_signal, supervisor);
	supervisor->signals[3] = loop_add_signal(loop, SIGHUP, on_hangup, supervisor);
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++)
		role_start(&supervisor->roles[i]);
	*out = supervisor;
	return true;
}

void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return;
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		struct role *role = &supervisor->roles[i];

		if (role->pid > 0) {
			(void)kill(role->pid, SIGKILL);
			while (waitpid(role->pid, NULL, 0) < 0 && errno == EINTR)
				; /* a killed process ends at once */
		}
		loop_remove(role->restart);
		free(role->program);
	}
	for (size_t i = 0; i < ARRAY_LEN(supervisor->signals); i++)
		loop_remove(supervisor->signals[i]);
	loop_remove(supervisor->deadline);
	free(supervisor->config_path);
	free(supervisor);
}
