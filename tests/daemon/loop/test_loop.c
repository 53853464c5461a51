/* daemon/loop/loop: order, removal from inside callbacks, stale events, signals, a clock of our
 * own. */
#include "daemon/loop/loop.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/clock.h"
#include "tests/check.h"

static int64_t now_ms;

static int64_t test_clock(void)
{
	return now_ms;
}

static struct loop *test_loop(void)
{
	struct err err = { 0 };
	struct loop *loop = loop_new(test_clock, &err);

	check_str(err.message, "");
	return loop;
}

static void pass(struct loop *loop, int64_t after_ms)
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

static void note_call(void *arg)
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

static void note_fd(void *arg, unsigned events)
{
	(void)events;
	note_call(arg);
}

static void note_signal(void *arg, int signo)
{
	(void)signo;
	note_call(arg);
}

static void note_events(void *arg, unsigned events)
{
	buf_addf(arg, "%s%s%s ", events & LOOP_READ ? "r" : "", events & LOOP_WRITE ? "w" : "",
		events & LOOP_HANGUP ? "h" : "");
}

static void socket_pair(int fds[2])
{
	check_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
}

static void fill(int fd)
{
	check_int(write(fd, "x", 1), 1);
}

/* --- descriptors */

static void test_descriptor_reports_what_was_asked_for(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	int fds[2];

	socket_pair(fds);
	struct loop_handle *handle = loop_add_fd(loop, fds[0], 0, note_events, &log, NULL);

	fill(fds[1]);
	pass(loop, 0);
	check_str(buf_str(&log), "");
	loop_set_interest(handle, LOOP_READ);
	pass(loop, 0);
	check_str(buf_str(&log), "r ");
	loop_set_interest(handle, LOOP_WRITE);
	pass(loop, 0);
	check_str(buf_str(&log), "r w ");
	loop_set_interest(handle, LOOP_READ | LOOP_WRITE);
	pass(loop, 0);
	check_str(buf_str(&log), "r w rw ");
	loop_set_interest(handle, 0);
	pass(loop, 0);
	check_str(buf_str(&log), "r w rw ");
	close(fds[1]);
	pass(loop, 0);
	check_str(buf_str(&log), "r w rw h ");
	loop_set_interest(handle, LOOP_READ);
	pass(loop, 0);
	check_str(buf_str(&log), "r w rw h rh ");
	loop_remove(handle);
	pass(loop, 0);
	check_str(buf_str(&log), "r w rw h rh ");
	close(fds[0]);
	loop_free(loop);
}

static void test_descriptor_that_cannot_be_watched_is_an_error(void)
{
	struct loop *loop = test_loop();
	struct err err = { 0 };
	char path[] = "/tmp/test_loop_XXXXXX";
	int file = mkstemp(path);
	int fds[2];

	check(!loop_add_fd(loop, file, LOOP_READ, note_fd, NULL, &err));
	check_err(&err, ERR_IO, "watching descriptor");
	check(!loop_add_fd(loop, 9999, LOOP_READ, note_fd, NULL, &err));
	check_err(&err, ERR_IO, "Bad file descriptor");
	socket_pair(fds);
	check(loop_add_fd(loop, fds[0], LOOP_READ, note_fd, NULL, NULL) != NULL);
	check(!loop_add_fd(loop, fds[0], LOOP_READ, note_fd, NULL, &err));
	check_err(&err, ERR_IO, "File exists");
	unlink(path);
	close(file);
	loop_free(loop);
	close(fds[0]);
	close(fds[1]);
}

static void test_event_fetched_before_a_removal_is_not_delivered(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	int a[2];
	int b[2];
	struct loop_handle *handle_a;
	struct loop_handle *handle_b;
	struct note note_a = { .log = &log, .letter = 'a', .kills = &handle_b };
	struct note note_b = { .log = &log, .letter = 'b', .kills = &handle_a };

	socket_pair(a);
	socket_pair(b);
	handle_a = loop_add_fd(loop, a[0], LOOP_READ, note_fd, &note_a, NULL);
	handle_b = loop_add_fd(loop, b[0], LOOP_READ, note_fd, &note_b, NULL);
	fill(a[1]);
	fill(b[1]);
	pass(loop, 0); /* both are ready: whichever comes first removes the other */
	check_int(log.len, 1);
	check((handle_a == NULL) != (handle_b == NULL));
	pass(loop, 0);
	check_int(log.len, 2);
	check_int(log.data[0], log.data[1]);
	loop_free(loop);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

static void test_descriptor_removes_itself_and_its_number_is_used_again(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	int fds[2];
	struct note note = { .log = &log, .letter = 'a' };

	socket_pair(fds);
	note.own = loop_add_fd(loop, fds[0], LOOP_READ, note_fd, &note, NULL);
	note.kills = &note.own;
	fill(fds[1]);
	pass(loop, 0);
	pass(loop, 0);
	check_str(buf_str(&log), "a");
	check(!note.own);
	struct loop_handle *again = loop_add_fd(loop, fds[0], LOOP_READ, note_fd, &note, NULL);

	check(again != NULL);
	pass(loop, 0);
	check_str(buf_str(&log), "aa");
	loop_remove(again);
	loop_free(loop);
	close(fds[0]);
	close(fds[1]);
}

#define MANY 200

static void read_one_byte(void *arg, unsigned events)
{
	struct note *note = arg;
	char byte;

	(void)events;
	check_int(read(note->fd, &byte, 1), 1);
	note_call(arg);
}

static void test_many_descriptors_each_have_their_turn(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note notes[MANY];
	int fds[MANY][2];

	for (int i = 0; i < MANY; i++) {
		socket_pair(fds[i]);
		fill(fds[i][1]);
		notes[i] = (struct note) { .log = &log, .letter = '.', .fd = fds[i][0] };
		check(loop_add_fd(loop, fds[i][0], LOOP_READ, read_one_byte, &notes[i], NULL) !=
			NULL);
	}
	for (int i = 0; i < 5; i++)
		pass(loop, 0);
	check_int(log.len, MANY);
	loop_free(loop);
	for (int i = 0; i < MANY; i++) {
		close(fds[i][0]);
		close(fds[i][1]);
	}
}

static void test_epoll_descriptor_of_a_library_nests(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	int fds[2];
	int inner = epoll_create1(EPOLL_CLOEXEC);

	socket_pair(fds);
	check_int(epoll_ctl(inner, EPOLL_CTL_ADD, fds[0],
			  &(struct epoll_event) { .events = EPOLLIN }),
		0);
	struct loop_handle *handle = loop_add_fd(loop, inner, LOOP_READ, note_events, &log, NULL);

	pass(loop, 0);
	check_str(buf_str(&log), "");
	fill(fds[1]);
	pass(loop, 0);
	check_str(buf_str(&log), "r ");
	loop_remove(handle);
	loop_free(loop);
	close(inner);
	close(fds[0]);
	close(fds[1]);
}

/* --- timers */

static void test_timers_fire_in_the_order_of_their_deadlines(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	static const struct {
		char letter;
		int64_t delay_ms;
	} rows[] = { { 'e', 30000 }, { 'b', 10 }, { 'c', 10 }, { 'a', 0 }, { 'd', 11 } };
	struct note notes[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		notes[i] = (struct note) { .log = &log, .letter = rows[i].letter };
		loop_add_timer(loop, rows[i].delay_ms, 0, note_call, &notes[i]);
	}
	check_int(loop_next_due_ms(loop), 0);
	pass(loop, 0);
	check_str(buf_str(&log), "a");
	check_int(loop_next_due_ms(loop), 10);
	pass(loop, 9);
	check_str(buf_str(&log), "a");
	pass(loop, 2);
	check_str(buf_str(&log), "abcd");
	check_int(loop_next_due_ms(loop), 29989);
	pass(loop, loop_next_due_ms(loop));
	check_str(buf_str(&log), "abcde");
	check_int(loop_next_due_ms(loop), -1);
	loop_free(loop);
}

static void test_repeating_timer_keeps_its_beat_and_skips_what_it_missed(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't' };
	struct loop_handle *timer = loop_add_timer(loop, 5, 10, note_call, &note);

	pass(loop, 5);
	check_int(log.len, 1);
	pass(loop, 13); /* 3 late */
	check_int(log.len, 2);
	check_int(loop_next_due_ms(loop), 7);
	pass(loop, 70); /* six periods late: once, and the next a period from now */
	check_int(log.len, 3);
	check_int(loop_next_due_ms(loop), 10);
	loop_timer_set(timer, -1);
	check(!loop_timer_is_armed(timer));
	pass(loop, 100);
	check_int(log.len, 3);
	loop_remove(timer);
	loop_free(loop);
}

static void test_timer_is_armed_again_by_its_own_callback(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't', .arm_ms = 0 };

	note.arms = loop_add_timer(loop, -1, 0, note_call, &note);
	check(!loop_timer_is_armed(note.arms));
	pass(loop, 1000);
	check_int(log.len, 0);
	loop_timer_set(note.arms, 1);
	check(loop_timer_is_armed(note.arms));
	pass(loop, 1);
	check_int(log.len, 1); /* armed with no delay: in the next pass, not in this one */
	pass(loop, 0);
	check_int(log.len, 2);
	note.arm_ms = 30;
	pass(loop, 0);
	check_int(log.len, 3);
	check_int(loop_next_due_ms(loop), 30);
	loop_free(loop);
}

static void test_armed_timer_is_moved_to_its_new_place(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note a = { .log = &log, .letter = 'a' };
	struct note b = { .log = &log, .letter = 'b' };
	struct note c = { .log = &log, .letter = 'c' };
	struct loop_handle *first = loop_add_timer(loop, 10, 0, note_call, &a);
	struct loop_handle *last;

	loop_timer_set(first, 20); /* the only one: both ends of the queue */
	check_int(loop_next_due_ms(loop), 20);
	loop_add_timer(loop, 30, 0, note_call, &b);
	last = loop_add_timer(loop, 40, 0, note_call, &c);
	loop_timer_set(last, 10);
	check_int(loop_next_due_ms(loop), 10);
	loop_timer_set(first, 50);
	loop_timer_set(first, 50);
	pass(loop, 60);
	check_str(buf_str(&log), "cba");
	check_int(loop_next_due_ms(loop), -1);
	loop_free(loop);
}

static void test_due_timer_can_be_removed_or_postponed_by_the_one_before(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct loop_handle *second;
	struct note note_a = { .log = &log, .letter = 'a', .kills = &second, .arm_ms = 50 };
	struct note note_b = { .log = &log, .letter = 'b' };
	struct note note_c = { .log = &log, .letter = 'c' };

	loop_add_timer(loop, 1, 0, note_call, &note_a);
	second = loop_add_timer(loop, 1, 0, note_call, &note_b);
	note_a.arms = loop_add_timer(loop, 1, 0, note_call, &note_c);
	pass(loop, 5);
	check_str(buf_str(&log), "a");
	pass(loop, 49);
	check_str(buf_str(&log), "a");
	pass(loop, 1);
	check_str(buf_str(&log), "ac");
	loop_free(loop);
}

static void test_timer_removes_itself_in_its_callback(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't' };

	note.own = loop_add_timer(loop, 1, 1, note_call, &note);
	note.kills = &note.own;
	for (int i = 0; i < 5; i++)
		pass(loop, 1);
	check_str(buf_str(&log), "t");
	check_int(loop_next_due_ms(loop), -1);
	loop_free(loop);
}

/* --- deferred and before sleep */

static void test_deferred_calls_run_once_in_order(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note a = { .log = &log, .letter = 'a' };
	struct note b = { .log = &log, .letter = 'b' };
	struct note c = { .log = &log, .letter = 'c' };

	loop_defer(loop, note_call, &a);
	struct loop_handle *cancelled = loop_defer(loop, note_call, &b);

	loop_defer(loop, note_call, &c);
	loop_defer(loop, note_call, &a);
	loop_remove(cancelled);
	pass(loop, 0);
	check_str(buf_str(&log), "aca");
	pass(loop, 0);
	check_str(buf_str(&log), "aca");
	loop_free(loop);
}

static void test_deferred_call_can_cancel_a_later_one_and_itself(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct loop_handle *later;
	struct note a = { .log = &log, .letter = 'a', .kills = &later };
	struct note b = { .log = &log, .letter = 'b' };
	struct note c = { .log = &log, .letter = 'c' };

	loop_defer(loop, note_call, &a);
	later = loop_defer(loop, note_call, &b);
	c.own = loop_defer(loop, note_call, &c);
	c.kills = &c.own;
	pass(loop, 0);
	check_str(buf_str(&log), "ac");
	loop_free(loop);
}

struct again {
	struct loop *loop;
	unsigned calls;
};

static void defer_again(void *arg)
{
	struct again *again = arg;

	again->calls++;
	loop_defer(again->loop, defer_again, again);
}

static void test_deferred_by_a_deferred_call_waits_for_the_next_pass(void)
{
	struct again again = { .loop = test_loop() };

	loop_defer(again.loop, defer_again, &again);
	loop_step(again.loop, -1); /* would hang if a deferred call did not end the wait */
	check_int(again.calls, 1);
	loop_step(again.loop, -1);
	check_int(again.calls, 2);
	loop_free(again.loop);
}

static void test_before_sleep_runs_every_pass_and_may_be_removed_anywhere(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct loop_handle *second;
	struct note a = { .log = &log, .letter = 'a' };
	struct note b = { .log = &log, .letter = 'b' };
	struct note c = { .log = &log, .letter = 'c' };

	loop_before_sleep(loop, note_call, &a);
	second = loop_before_sleep(loop, note_call, &b);
	c.own = loop_before_sleep(loop, note_call, &c);
	pass(loop, 0);
	check_str(buf_str(&log), "abc");
	a.kills = &second;
	c.kills = &c.own;
	pass(loop, 0);
	check_str(buf_str(&log), "abcac");
	a.kills = NULL;
	pass(loop, 0);
	check_str(buf_str(&log), "abcaca");
	loop_free(loop);
}

static void defer_note(void *arg)
{
	struct note *note = arg;

	loop_defer(note->loop, note_call, note);
}

static void test_what_before_sleep_defers_runs_in_the_same_pass(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 'd', .loop = loop };

	loop_before_sleep(loop, defer_note, &note);
	loop_step(loop, -1);
	check_str(buf_str(&log), "d");
	loop_free(loop);
}

static void test_order_within_a_pass(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note sleeper = { .log = &log, .letter = 's' };
	struct note fd = { .log = &log, .letter = 'f' };
	struct note timer = { .log = &log, .letter = 't' };
	struct note deferred = { .log = &log, .letter = 'd' };
	int fds[2];

	socket_pair(fds);
	fill(fds[1]);
	loop_defer(loop, note_call, &deferred);
	loop_add_timer(loop, 0, 0, note_call, &timer);
	check(loop_add_fd(loop, fds[0], LOOP_READ, note_fd, &fd, NULL) != NULL);
	loop_before_sleep(loop, note_call, &sleeper);
	pass(loop, 0);
	check_str(buf_str(&log), "sftd");
	loop_free(loop);
	close(fds[0]);
	close(fds[1]);
}

/* --- signals */

static void test_signal_reaches_all_its_handles_and_no_other(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note a = { .log = &log, .letter = 'a' };
	struct note b = { .log = &log, .letter = 'b' };
	struct note c = { .log = &log, .letter = 'c' };

	a.own = loop_add_signal(loop, SIGUSR1, note_signal, &a);
	loop_add_signal(loop, SIGUSR1, note_signal, &b);
	loop_add_signal(loop, SIGUSR2, note_signal, &c);
	check_int(raise(SIGUSR1), 0);
	pass(loop, 0);
	check_str(buf_str(&log), "ab");
	a.kills = &a.own;
	check_int(raise(SIGUSR1), 0);
	check_int(raise(SIGUSR2), 0);
	pass(loop, 0);
	check_str(buf_str(&log), "ababc");
	check_int(raise(SIGUSR1), 0);
	pass(loop, 0);
	check_str(buf_str(&log), "ababcb");
	loop_free(loop);
}

static bool signal_is_blocked(int signo)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	return sigismember(&set, signo) == 1;
}

static void test_signal_is_unblocked_with_its_last_handle(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 'a' };
	struct loop_handle *first = loop_add_signal(loop, SIGUSR1, note_signal, &note);
	struct loop_handle *second = loop_add_signal(loop, SIGUSR1, note_signal, &note);

	check(signal_is_blocked(SIGUSR1));
	loop_remove(first);
	check(signal_is_blocked(SIGUSR1));
	loop_remove(second);
	check(!signal_is_blocked(SIGUSR1));
	loop_free(loop);
}

static void on_alarm(int signo)
{
	(void)signo;
}

static void test_interrupted_wait_is_not_an_event(void)
{
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_mono_ms, &err);
	struct sigaction action = { .sa_handler = on_alarm };
	struct sigaction before;
	struct itimerval soon = { .it_value = { .tv_usec = 2000 },
		.it_interval = { .tv_usec = 2000 } };
	struct itimerval off = { 0 };
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't' };

	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &soon, NULL);
	int64_t start_ms = clock_mono_ms();
	unsigned passes = 0;

	loop_add_timer(loop, 30, 0, note_call, &note);
	for (; log.len == 0 && passes < 10000; passes++)
		loop_step(loop, -1);
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &before, NULL);
	check(passes > 1); /* it was interrupted */
	check(clock_mono_ms() - start_ms >= 30);
	check_str(buf_str(&log), "t");
	loop_free(loop);
}

/* --- running and ending */

static void stop_it(void *arg)
{
	loop_stop(arg);
}

static void test_run_ends_after_the_pass_that_stopped_it(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note after = { .log = &log, .letter = 'a' };

	loop_add_timer(loop, 0, 0, stop_it, loop);
	loop_add_timer(loop, 0, 0, note_call, &after);
	loop_run(loop);
	check_str(buf_str(&log), "a");
	loop_stop(loop);
	loop_run(loop); /* returns at once */
	loop_add_timer(loop, 0, 0, stop_it, loop);
	loop_run(loop);
	loop_free(loop);
}

static void test_free_ends_what_is_left_and_accepts_null(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 'x' };
	int fds[2];

	socket_pair(fds);
	check(loop_add_fd(loop, fds[0], LOOP_READ, note_fd, &note, NULL) != NULL);
	loop_add_timer(loop, 0, 5, note_call, &note);
	loop_defer(loop, note_call, &note);
	loop_before_sleep(loop, note_call, &note);
	loop_add_signal(loop, SIGUSR1, note_signal, &note);
	loop_free(loop);
	check(!signal_is_blocked(SIGUSR1));
	check_int(log.len, 0);
	loop_free(NULL);
	loop_remove(NULL);
	close(fds[0]);
	close(fds[1]);
}

static void test_no_descriptors_left_is_an_error(void)
{
	struct err err = { 0 };
	struct rlimit before;
	int next = dup(STDERR_FILENO);

	close(next);
	getrlimit(RLIMIT_NOFILE, &before);
	/* room for the epoll descriptor, then for none */
	for (rlim_t room = 0; room < 2; room++) {
		struct rlimit tight = { .rlim_cur = (rlim_t)next + room,
			.rlim_max = before.rlim_max };

		check_int(setrlimit(RLIMIT_NOFILE, &tight), 0);
		check(!loop_new(test_clock, &err));
		check_err(&err, ERR_IO, "event loop");
	}
	check_int(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_descriptor_reports_what_was_asked_for),
		CHECK_TEST(test_descriptor_that_cannot_be_watched_is_an_error),
		CHECK_TEST(test_event_fetched_before_a_removal_is_not_delivered),
		CHECK_TEST(test_descriptor_removes_itself_and_its_number_is_used_again),
		CHECK_TEST(test_many_descriptors_each_have_their_turn),
		CHECK_TEST(test_epoll_descriptor_of_a_library_nests),
		CHECK_TEST(test_timers_fire_in_the_order_of_their_deadlines),
		CHECK_TEST(test_repeating_timer_keeps_its_beat_and_skips_what_it_missed),
		CHECK_TEST(test_timer_is_armed_again_by_its_own_callback),
		CHECK_TEST(test_armed_timer_is_moved_to_its_new_place),
		CHECK_TEST(test_due_timer_can_be_removed_or_postponed_by_the_one_before),
		CHECK_TEST(test_timer_removes_itself_in_its_callback),
		CHECK_TEST(test_deferred_calls_run_once_in_order),
		CHECK_TEST(test_deferred_call_can_cancel_a_later_one_and_itself),
		CHECK_TEST(test_deferred_by_a_deferred_call_waits_for_the_next_pass),
		CHECK_TEST(test_before_sleep_runs_every_pass_and_may_be_removed_anywhere),
		CHECK_TEST(test_what_before_sleep_defers_runs_in_the_same_pass),
		CHECK_TEST(test_order_within_a_pass),
		CHECK_TEST(test_signal_reaches_all_its_handles_and_no_other),
		CHECK_TEST(test_signal_is_unblocked_with_its_last_handle),
		CHECK_TEST(test_interrupted_wait_is_not_an_event),
		CHECK_TEST(test_run_ends_after_the_pass_that_stopped_it),
		CHECK_TEST(test_free_ends_what_is_left_and_accepts_null),
		CHECK_TEST(test_no_descriptors_left_is_an_error),
	};

	return check_run("loop", tests, ARRAY_LEN(tests));
}
