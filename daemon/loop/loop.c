/*
 * The event loop. A handle is in one list by kind until it is swept, and a timer or a deferred call
 * also in a queue. loop_remove takes a handle out of its queue and marks it; the memory lives on
 * until the end of the pass, so that an event fetched earlier in the pass finds the mark.
 */
#include "daemon/loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "daemon/base/list.h"
#include "daemon/base/xalloc.h"

#define LOOP_EVENTS_MAX 64

enum handle_kind {
	HANDLE_FD,
	HANDLE_TIMER,
	HANDLE_SIGNAL,
	HANDLE_DEFER,
	HANDLE_SLEEP,
	HANDLE_KINDS,
};

struct loop_handle {
	struct loop *loop;
	struct list member; /* loop->handles[kind] */
	struct list queue;  /* timers, deferred, the queue being worked off, or dead */
	enum handle_kind kind;
	bool removed;
	union {
		loop_fd_fn fd;
		loop_signal_fn signal;
		loop_fn call;
	} fn;
	void *arg;
	int fd;
	unsigned interest;
	int signo;
	int64_t due_ms;
	int64_t period_ms;
	int64_t late_ms;
};

struct loop {
	loop_clock_fn clock;
	int epoll_fd;
	int signal_fd;
	bool is_stopped;
	bool is_in_pass;
	int beat_ms;
	int64_t looked_ms; /* when it last looked at its descriptors, and the time before */
	int64_t looked_before_ms;
	struct list handles[HANDLE_KINDS];
	struct list timers; /* by due_ms */
	struct list deferred;
	struct list dead;
};

static struct loop_handle *member_handle(struct list *node)
{
	return LIST_ITEM(node, struct loop_handle, member);
}

static struct loop_handle *queue_handle(struct list *node)
{
	return LIST_ITEM(node, struct loop_handle, queue);
}

/* --- making and ending ---------------------------------------------------------------------- */

static void handle_free(struct loop_handle *handle)
{
	list_remove(&handle->member);
	list_remove(&handle->queue);
	free(handle);
}

static void loop_sweep(struct loop *loop)
{
	while (!list_is_empty(&loop->dead))
		handle_free(queue_handle(loop->dead.next));
}

struct loop *loop_new(loop_clock_fn clock, struct err *err)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));
	sigset_t none;

	loop->clock = clock;
	loop->looked_ms = clock();
	loop->looked_before_ms = loop->looked_ms;
	for (size_t i = 0; i < HANDLE_KINDS; i++)
		list_init(&loop->handles[i]);
	list_init(&loop->timers);
	list_init(&loop->deferred);
	list_init(&loop->dead);
	sigemptyset(&none);
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->signal_fd = signalfd(-1, &none, SFD_CLOEXEC | SFD_NONBLOCK);
	/* data.ptr NULL marks the signals */
	struct epoll_event event = { .events = EPOLLIN };

	if (loop->epoll_fd < 0 || loop->signal_fd < 0 ||
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->signal_fd, &event) < 0) {
		err_set_errno(err, "event loop");
		loop_free(loop);
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	assert(!loop->is_in_pass);
	for (size_t i = 0; i < HANDLE_KINDS; i++) {
		while (!list_is_empty(&loop->handles[i]))
			loop_remove(member_handle(loop->handles[i].next));
	}
	if (loop->signal_fd >= 0)
		close(loop->signal_fd);
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	free(loop);
}

static struct loop_handle *handle_add(struct loop *loop, enum handle_kind kind, void *arg)
{
	struct loop_handle *handle = xcalloc(1, sizeof(*handle));

	handle->loop = loop;
	handle->kind = kind;
	handle->arg = arg;
	list_init(&handle->queue);
	list_add_tail(&loop->handles[kind], &handle->member);
	return handle;
}

/* --- descriptors ---------------------------------------------------------------------------- */

static struct epoll_event event_for(struct loop_handle *handle, unsigned interest)
{
	return (struct epoll_event) {
		.events = (interest & LOOP_READ ? (uint32_t)EPOLLIN : 0) |
			  (interest & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0),
		.data.ptr = handle,
	};
}

struct loop_handle *loop_add_fd(
	struct loop *loop, int fd, unsigned interest, loop_fd_fn fn, void *arg, struct err *err)
{
	struct loop_handle *handle = handle_add(loop, HANDLE_FD, arg);
	struct epoll_event event = event_for(handle, interest);

	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		err_set_errno(err, "watching descriptor %d", fd);
		handle_free(handle);
		return NULL;
	}
	handle->fd = fd;
	handle->interest = interest;
	handle->fn.fd = fn;
	return handle;
}

void loop_set_interest(struct loop_handle *fd, unsigned interest)
{
	assert(fd->kind == HANDLE_FD && !fd->removed);
	if (fd->interest == interest)
		return;
	struct epoll_event event = event_for(fd, interest);

	fd->interest = interest;
	/* Fails only when a library closed the descriptor under us; its owner learns that from the
	 * library. */
	(void)epoll_ctl(fd->loop->epoll_fd, EPOLL_CTL_MOD, fd->fd, &event);
}

static void fd_dispatch(struct loop_handle *handle, uint32_t epoll_events)
{
	unsigned events = 0;

	if (handle->removed)
		return; /* by a callback earlier in this pass */
	if (epoll_events & EPOLLIN)
		events |= LOOP_READ;
	if (epoll_events & EPOLLOUT)
		events |= LOOP_WRITE;
	if (epoll_events & (EPOLLERR | EPOLLHUP))
		events |= LOOP_HANGUP | handle->interest;
	events &= handle->interest | LOOP_HANGUP;
	if (events)
		handle->fn.fd(handle->arg, events);
}

/* --- timers --------------------------------------------------------------------------------- */

static void timer_arm_at(struct loop_handle *timer, int64_t due_ms)
{
	list_remove(&timer->queue);
	struct list *after = timer->loop->timers.prev;

	timer->due_ms = due_ms;
	while (after != &timer->loop->timers && queue_handle(after)->due_ms > due_ms)
		after = after->prev;
	list_add_tail(after->next, &timer->queue); /* before after's follower */
}

struct loop_handle *loop_add_timer(
	struct loop *loop, int64_t delay_ms, int64_t period_ms, loop_fn fn, void *arg)
{
	struct loop_handle *timer = handle_add(loop, HANDLE_TIMER, arg);

	timer->fn.call = fn;
	timer->period_ms = period_ms;
	loop_timer_set(timer, delay_ms);
	return timer;
}

void loop_timer_set(struct loop_handle *timer, int64_t delay_ms)
{
	assert(timer->kind == HANDLE_TIMER && !timer->removed);
	if (delay_ms < 0)
		list_remove(&timer->queue);
	else
		timer_arm_at(timer, loop_now_ms(timer->loop) + delay_ms);
}

bool loop_timer_is_armed(const struct loop_handle *timer)
{
	return !timer->removed && !list_is_empty(&timer->queue);
}

int64_t loop_timer_late_ms(const struct loop_handle *timer)
{
	assert(timer->kind == HANDLE_TIMER);
	return timer->late_ms;
}

int64_t loop_next_due_ms(const struct loop *loop)
{
	if (list_is_empty(&loop->timers))
		return -1;
	int64_t left_ms = queue_handle(loop->timers.next)->due_ms - loop_now_ms(loop);

	return left_ms > 0 ? left_ms : 0;
}

/* Those due now, and only those: a timer that a callback arms with no delay waits for the next
 * pass. */
static void timers_dispatch(struct loop *loop)
{
	int64_t now_ms = loop_now_ms(loop);
	struct list due;

	list_init(&due);
	while (!list_is_empty(&loop->timers)) {
		struct loop_handle *timer = queue_handle(loop->timers.next);

		if (timer->due_ms > now_ms)
			break;
		list_remove(&timer->queue);
		list_add_tail(&due, &timer->queue);
	}
	while (!list_is_empty(&due)) {
		struct loop_handle *timer = queue_handle(due.next);

		list_remove(&timer->queue);
		timer->late_ms = now_ms - timer->due_ms;
		if (timer->period_ms > 0) {
			int64_t next_ms = timer->due_ms + timer->period_ms;

			timer_arm_at(timer, next_ms > now_ms ? next_ms : now_ms + timer->period_ms);
		}
		timer->fn.call(timer->arg);
	}
}

/* --- signals -------------------------------------------------------------------------------- */

static void signals_update(struct loop *loop)
{
	sigset_t wanted;

	sigemptyset(&wanted);
	LIST_FOREACH (node, &loop->handles[HANDLE_SIGNAL]) {
		if (!member_handle(node)->removed)
			sigaddset(&wanted, member_handle(node)->signo);
	}
	(void)signalfd(loop->signal_fd, &wanted,
		0); /* changing the mask of a good descriptor cannot fail */
}

static bool signal_is_wanted(const struct loop *loop, int signo)
{
	LIST_FOREACH (node, &loop->handles[HANDLE_SIGNAL]) {
		if (!member_handle(node)->removed && member_handle(node)->signo == signo)
			return true;
	}
	return false;
}

static void signal_block(int how, int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	(void)sigprocmask(how, &set, NULL); /* fails only for a wrong `how` */
}

struct loop_handle *loop_add_signal(struct loop *loop, int signo, loop_signal_fn fn, void *arg)
{
	struct loop_handle *handle = handle_add(loop, HANDLE_SIGNAL, arg);

	handle->signo = signo;
	handle->fn.signal = fn;
	signal_block(SIG_BLOCK, signo);
	signals_update(loop);
	return handle;
}

static void signals_dispatch(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		struct list *last = loop->handles[HANDLE_SIGNAL].prev;
		struct list *node = &loop->handles[HANDLE_SIGNAL];

		while (node != last) { /* nothing leaves this list before the sweep */
			node = node->next;
			struct loop_handle *handle = member_handle(node);

			if (!handle->removed && handle->signo == (int)info.ssi_signo)
				handle->fn.signal(handle->arg, handle->signo);
		}
	}
}

/* --- deferred and before sleep -------------------------------------------------------------- */

struct loop_handle *loop_defer(struct loop *loop, loop_fn fn, void *arg)
{
	struct loop_handle *handle = handle_add(loop, HANDLE_DEFER, arg);

	handle->fn.call = fn;
	list_add_tail(&loop->deferred, &handle->queue);
	return handle;
}

static void deferred_dispatch(struct loop *loop)
{
	struct list now;

	list_init(&now);
	while (!list_is_empty(&loop->deferred)) {
		struct list *node = loop->deferred.next;

		list_remove(node);
		list_add_tail(&now, node);
	}
	while (!list_is_empty(&now)) {
		struct loop_handle *handle = queue_handle(now.next);

		list_remove(&handle->queue);
		handle->fn.call(handle->arg);
		loop_remove(handle);
	}
}

struct loop_handle *loop_before_sleep(struct loop *loop, loop_fn fn, void *arg)
{
	struct loop_handle *handle = handle_add(loop, HANDLE_SLEEP, arg);

	handle->fn.call = fn;
	return handle;
}

static void sleepers_dispatch(struct loop *loop)
{
	struct list *last = loop->handles[HANDLE_SLEEP].prev;
	struct list *node = &loop->handles[HANDLE_SLEEP];

	while (node != last) { /* nothing leaves this list before the sweep */
		node = node->next;
		if (!member_handle(node)->removed)
			member_handle(node)->fn.call(member_handle(node)->arg);
	}
}

/* --- the handle's end ----------------------------------------------------------------------- */

void loop_remove(struct loop_handle *handle)
{
	if (!handle || handle->removed)
		return;
	struct loop *loop = handle->loop;

	handle->removed = true;
	list_remove(&handle->queue);
	list_add_tail(&loop->dead, &handle->queue);
	if (handle->kind == HANDLE_FD)
		(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, handle->fd,
			NULL); /* gone already: as well */
	if (handle->kind == HANDLE_SIGNAL) {
		signals_update(loop);
		if (!signal_is_wanted(loop, handle->signo))
			signal_block(SIG_UNBLOCK, handle->signo);
	}
	if (!loop->is_in_pass)
		loop_sweep(loop);
}

/* --- the pass ------------------------------------------------------------------------------- */

int64_t loop_now_ms(const struct loop *loop)
{
	return loop->clock();
}

void loop_set_beat(struct loop *loop, int beat_ms)
{
	loop->beat_ms = beat_ms;
}

int64_t loop_late_ms(const struct loop *loop)
{
	return loop_now_ms(loop) - loop->looked_before_ms;
}

static int wait_ms(const struct loop *loop, int max_wait_ms)
{
	int64_t due_ms = loop_next_due_ms(loop);

	if (loop->beat_ms > 0 && (max_wait_ms < 0 || loop->beat_ms < max_wait_ms))
		max_wait_ms = loop->beat_ms;
	if (!list_is_empty(&loop->deferred))
		return 0;
	if (due_ms >= 0 && (max_wait_ms < 0 || due_ms < max_wait_ms))
		return due_ms > INT_MAX ? INT_MAX : (int)due_ms;
	return max_wait_ms;
}

static void events_dispatch(struct loop *loop, int max_wait_ms)
{
	struct epoll_event events[LOOP_EVENTS_MAX];
	int count = epoll_wait(loop->epoll_fd, events, LOOP_EVENTS_MAX, wait_ms(loop, max_wait_ms));

	/* Interrupted (a stop and continue does that even when all signals are blocked): what has
	 * come meanwhile goes before the timers that are due by now. */
	if (count < 0 && errno == EINTR)
		count = epoll_wait(loop->epoll_fd, events, LOOP_EVENTS_MAX, 0);
	loop->looked_before_ms = loop->looked_ms;
	loop->looked_ms = loop_now_ms(loop);
	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr)
			fd_dispatch(events[i].data.ptr, events[i].events);
		else
			signals_dispatch(loop);
	}
}

void loop_step(struct loop *loop, int max_wait_ms)
{
	assert(!loop->is_in_pass);
	loop->is_in_pass = true;
	sleepers_dispatch(loop);
	events_dispatch(loop, loop->is_stopped ? 0 : max_wait_ms);
	timers_dispatch(loop);
	deferred_dispatch(loop);
	loop->is_in_pass = false;
	loop_sweep(loop);
}

void loop_run(struct loop *loop)
{
	while (!loop->is_stopped)
		loop_step(loop, -1);
	loop->is_stopped = false;
}

void loop_stop(struct loop *loop)
{
	loop->is_stopped = true;
}
