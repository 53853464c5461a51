/*
 * The one event loop of a role: file descriptors, timers, signals and deferred calls on one epoll.
 * One thread, and no callback may block. Its clock comes from outside, so that a test drives a wait
 * of 30 seconds in a microsecond; nothing else of the project asks a clock for a deadline.
 *
 * One pass (loop_step): before-sleep calls, wait, descriptors and signals, timers that are due,
 * deferred calls. What a callback adds runs in the next pass at the earliest, so nothing can starve
 * the rest.
 *
 * Every loop_add_* and loop_defer gives a handle; loop_remove(handle) ends it at once: its callback
 * is not called again, not even for an event that this pass has already fetched. It may be called
 * from inside any callback, its own included. Handles that are left when the loop ends are freed by
 * loop_free.
 */
#ifndef SPECIMEND_LOOP_LOOP_H
#define SPECIMEND_LOOP_LOOP_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

struct loop;
struct loop_handle;

enum loop_event {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_HANGUP =
		4, /* error or hang-up; never asked for, always reported, with what was asked for */
};

typedef int64_t (*loop_clock_fn)(void); /* milliseconds, never going back: clock_mono_ms */
typedef void (*loop_fd_fn)(void *arg, unsigned events); /* events: enum loop_event, or-ed */
typedef void (*loop_signal_fn)(void *arg, int signo);
typedef void (*loop_fn)(void *arg);

/* NULL and err when the system has no descriptors or memory left. */
MUST_CHECK struct loop *loop_new(loop_clock_fn clock, struct err *err);

/* Accepts NULL. Not from inside a callback. */
void loop_free(struct loop *loop);

/* Passes until loop_stop. A stop that came before makes it return at once. */
void loop_run(struct loop *loop);

/* May be called from any callback: the pass is finished, then loop_run returns. */
void loop_stop(struct loop *loop);

/*
 * One pass, for tests and for a wait with an end. Waits at most max_wait_ms (negative: until
 * something happens), less when a timer is due or a call is deferred. Not from inside a callback.
 */
void loop_step(struct loop *loop, int max_wait_ms);

int64_t loop_now_ms(const struct loop *loop);

/*
 * From now on a pass waits beat_ms at most (0: as long as it likes), though there is nothing to do:
 * what loop_late_ms says is worth something only for a loop that looks often.
 */
void loop_set_beat(struct loop *loop, int beat_ms);

/*
 * Inside a callback: what this pass found on a descriptor came at most so long ago, for the pass
 * before looked and did not find it. About a beat when all is well; more when this process did not
 * run, or sat in a callback. What a device holds back until it is asked again may be older.
 */
int64_t loop_late_ms(const struct loop *loop);

/* Milliseconds until the next timer (0: due), or -1 when none is armed. A test adds this to its
 * clock. */
int64_t loop_next_due_ms(const struct loop *loop);

/*
 * Watches a descriptor, level-triggered.
 *
 * fd        borrowed; remove the handle before you close it. May itself be an epoll descriptor
 * interest  LOOP_READ, LOOP_WRITE, both or 0 (then only LOOP_HANGUP is reported, again and again
 * until the handle is removed)
 *
 * NULL and err (ERR_IO) when the kernel refuses: a regular file, no memory, or watched already.
 */
MUST_CHECK struct loop_handle *loop_add_fd(
	struct loop *loop, int fd, unsigned interest, loop_fd_fn fn, void *arg, struct err *err);
void loop_set_interest(struct loop_handle *fd, unsigned interest);

/*
 * Calls fn after delay_ms (negative: not armed yet) and, when period_ms is not 0, every period_ms
 * from then on; periods that were missed are not made up for. Timers fire in the order of their
 * deadlines, equal ones in the order in which they were armed. After a one-shot the handle stays
 * and can be armed again.
 */
struct loop_handle *loop_add_timer(
	struct loop *loop, int64_t delay_ms, int64_t period_ms, loop_fn fn, void *arg);
void loop_timer_set(struct loop_handle *timer, int64_t delay_ms); /* arms again; negative: stops */
bool loop_timer_is_armed(const struct loop_handle *timer);

/*
 * Inside its callback: how long after its deadline it is called. Much means that this process did
 * not run, and that what came meanwhile may not be read yet: one pass reads only a part of it.
 */
int64_t loop_timer_late_ms(const struct loop_handle *timer);

/*
 * Blocks the signal for the process and delivers it here. Removing the last handle of a signal
 * unblocks it. A child made by fork must unblock signals before it calls exec.
 */
struct loop_handle *loop_add_signal(struct loop *loop, int signo, loop_signal_fn fn, void *arg);

/*
 * Calls fn once, at the end of this pass (of the next one from a deferred call), in the order of
 * deferral. The handle is gone when fn returns; remove it earlier to cancel.
 */
struct loop_handle *loop_defer(struct loop *loop, loop_fn fn, void *arg);

/* Calls fn in every pass just before the wait, in the order of adding. */
struct loop_handle *loop_before_sleep(struct loop *loop, loop_fn fn, void *arg);

/* Ends a handle; accepts NULL. The memory is gone when the pass is over. */
void loop_remove(struct loop_handle *handle);

#endif
