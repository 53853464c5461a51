/*
 * Starts the three roles and keeps them running: what `specimend run` does, without its command
 * line. One that ends by itself is started again after a pause that doubles up to
 * SUPERVISOR_PAUSE_MAX_MS and is short again after SUPERVISOR_STEADY_MS of life. Under systemd each
 * role has a unit of its own instead.
 *
 * Each role is in a process group of its own (Ctrl-C reaches the supervisor only) and is killed by
 * the kernel when the supervisor dies, so nothing is left behind even by kill -9.
 */
#ifndef SPECIMEND_CMD_SUPERVISOR_H
#define SPECIMEND_CMD_SUPERVISOR_H

#include <sys/types.h>

#include "daemon/base/err.h"
#include "daemon/loop/loop.h"

#define SUPERVISOR_PAUSE_MIN_MS 10
#define SUPERVISOR_PAUSE_MAX_MS 2000
#define SUPERVISOR_STEADY_MS 10000
#define SUPERVISOR_STOP_MS 5000 /* between SIGTERM and SIGKILL */

struct supervisor;

struct supervisor_setup {
	struct loop *loop;
	const char *dir; /* of the programs specimend-core, specimend-bench, specimend-press */
	const char *config_path; /* given to each as --config FILE; NULL: not given */
	unsigned restart_ms;     /* first pause */
};

/* Starts all roles. Fails with ERR_NOT_FOUND naming the program that is missing; then none was
 * started. */
MUST_CHECK bool supervisor_new(
	const struct supervisor_setup *setup, struct supervisor **out, struct err *err);

/*
 * Ends all roles, by SIGTERM and after SUPERVISOR_STOP_MS by SIGKILL; then calls loop_stop. SIGTERM
 * and SIGINT to the process do the same; SIGHUP is only logged (the configuration is read at
 * start).
 */
void supervisor_stop(struct supervisor *supervisor);

/* Once stopped: fails with ERR_TIMEOUT naming a role that had to be killed. */
MUST_CHECK bool supervisor_ended_well(const struct supervisor *supervisor, struct err *err);

/* The role's process, 0 while it is not running. */
pid_t supervisor_role_pid(const struct supervisor *supervisor, const char *role);

/* Kills what still runs. Accepts NULL. */
void supervisor_free(struct supervisor *supervisor);

#endif
