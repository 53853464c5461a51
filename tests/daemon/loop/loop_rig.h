/* A loop with a clock of the test's own, and callbacks that write down that they were called. */
#ifndef SPECIMEND_TESTS_LOOP_LOOP_RIG_H
#define SPECIMEND_TESTS_LOOP_LOOP_RIG_H

#include "daemon/loop/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "tests/check.h"

static int64_t now_ms;

static inline int64_t test_clock(void)
{
	return now_ms;
}

static inline struct loop *test_loop(void)
{
	struct err err = { 0 };
	struct loop *loop = loop_new(test_clock, &err);

	check_str(err.message, "");
	return loop;
}

static inline void pass(struct loop *loop, int64_t after_ms)
{
	now_ms += after_ms;
	loop_step(loop, 0);
}

/* A callback that writes its letter down and, when told so, removes something. */
struct note {
	struct buf *log;
	char letter;
	int fd;
	struct loop *loop;
	struct loop_handle *own;
	struct loop_handle **kills;
	struct loop_handle *arms;
	int64_t arm_ms;
};

static inline void note_call(void *arg)
{
	struct note *note = arg;

	buf_add_byte(note->log, (uint8_t)note->letter);
	if (note->kills) {
		loop_remove(*note->kills);
		*note->kills = NULL;
	}
	if (note->arms)
		loop_timer_set(note->arms, note->arm_ms);
}

static inline void note_fd(void *arg, unsigned events)
{
	(void)events;
	note_call(arg);
}

static inline void socket_pair(int fds[2])
{
	check_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
}

static inline void socket_pair_close(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static inline void fill(int fd)
{
	check_int(write(fd, "x", 1), 1);
}

#endif
