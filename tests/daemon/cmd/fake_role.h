/*
 * A test program that plays the roles too: a directory of links named specimend-core, -bench and
 * -press that lead back to the test program itself. Called by such a name it writes a line
 * "<role> <pid> <process group> <blocked signals> <arguments>" to FAKE_LOG and waits; FAKE_<ROLE>
 * says otherwise:
 *
 *     exit3    ends at once with status 3
 *     deaf     ignores SIGTERM
 */
#ifndef SPECIMEND_TESTS_CMD_FAKE_ROLE_H
#define SPECIMEND_TESTS_CMD_FAKE_ROLE_H

#include <stdbool.h>
#include <sys/types.h>

struct fake_roles {
	char dir[64];
	char log[96];
};

/* First in main(): plays the role and does not return when called by a role's name. */
void fake_role_play(int argc, char **argv);

void fake_roles_open(struct fake_roles *roles); /* the directory, FAKE_LOG */
void fake_roles_close(struct fake_roles *roles);
void fake_role_set(const char *role, const char *mode); /* NULL: as usual */

/* The lines that a role wrote so far; last (may be NULL) is the newest one, yours to free. */
unsigned fake_role_starts(const struct fake_roles *roles, const char *role, char **last);

/* Waits in real time, at most 20 s, until the role has started that often; its newest process, or
 * 0. */
pid_t fake_role_wait(const struct fake_roles *roles, const char *role, unsigned starts);

/* Waits in real time, at most 20 s, until there is no such process (a zombie is none). */
bool process_wait_end(pid_t pid);

#endif
