/* daemon/loop/loop: calls put off, order within a pass, signals, how a loop runs and ends. */
#include "daemon/loop/loop.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "tests/check.h"
#include "tests/daemon/loop/loop_rig.h"

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
	socket_pair_close(fds);
}

/* --- signals */

static void note_signal(void *arg, int signo)
{
	(void)signo;
	note_call(arg);
}

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

static int alarm_fd;

static void on_alarm_after_a_second(int signo)
{
	static const char byte = 'x';

	(void)signo;
	now_ms += 1000;
	(void)!write(alarm_fd, &byte, 1);
}

static void test_interrupted_wait_reads_before_timers_that_are_overdue(void)
{
	struct loop *loop = test_loop();
	struct sigaction action = { .sa_handler = on_alarm_after_a_second };
	struct sigaction before;
	struct itimerval soon = { .it_value = { .tv_usec = 2000 } };
	AUTO_BUF log = { 0 };
	struct err err = { 0 };
	int fds[2];

	check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	struct note reader = { .log = &log, .letter = 'r', .fd = fds[0] };
	struct note timer = { .log = &log, .letter = 't' };

	alarm_fd = fds[1];
	loop_add_timer(loop, 500, 0, note_call, &timer);
	check(loop_add_fd(loop, fds[0], LOOP_READ, note_fd, &reader, &err) != NULL);
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &soon, NULL);
	loop_step(loop, -1); /* half a second, or until the alarm */
	sigaction(SIGALRM, &before, NULL);
	check_str(buf_str(&log), "rt");
	loop_free(loop);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

/* --- how late what is read may be */

static void late_fd(void *arg, unsigned events)
{
	struct note *note = arg;
	char byte;

	(void)events;
	check_int(read(note->fd, &byte, 1), 1);
	now_ms += note->arm_ms; /* so long it sits in here */
	buf_addf(note->log, "%lld ", (long long)loop_late_ms(note->loop));
}

static void test_what_is_read_came_after_the_look_before(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	int fds[2];
	struct note note = { .log = &log, .loop = loop };

	socket_pair(fds);
	note.fd = fds[0];
	check(loop_add_fd(loop, fds[0], LOOP_READ, late_fd, &note, NULL) != NULL);
	pass(loop, 5000);
	pass(loop, 7);
	check_int(write(fds[1], "ab", 2), 2);
	pass(loop, 12);
	pass(loop, 3); /* what is still there was there before, which only its reader knows */
	check_str(buf_str(&log), "12 3 ");
	pass(loop, 0);
	check_int(write(fds[1], "c", 1), 1);
	note.arm_ms = 400;
	pass(loop, 900);
	check_str(buf_str(&log), "12 3 1300 ");
	note.arm_ms = 0;
	check_int(write(fds[1], "d", 1), 1); /* while it sat in there: the look was before */
	pass(loop, 0);
	check_str(buf_str(&log), "12 3 1300 400 ");
	loop_free(loop);
	socket_pair_close(fds);
}

static void test_a_loop_with_a_beat_waits_no_longer(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't' };

	loop_add_timer(loop, 3600000, 0, note_call, &note);
	loop_set_beat(loop, 1);
	loop_step(loop, -1); /* else for an hour */
	loop_step(loop, 3600000);
	check_int(log.len, 0);
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
	socket_pair_close(fds);
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
		CHECK_TEST(test_deferred_calls_run_once_in_order),
		CHECK_TEST(test_deferred_call_can_cancel_a_later_one_and_itself),
		CHECK_TEST(test_deferred_by_a_deferred_call_waits_for_the_next_pass),
		CHECK_TEST(test_before_sleep_runs_every_pass_and_may_be_removed_anywhere),
		CHECK_TEST(test_what_before_sleep_defers_runs_in_the_same_pass),
		CHECK_TEST(test_order_within_a_pass),
		CHECK_TEST(test_signal_reaches_all_its_handles_and_no_other),
		CHECK_TEST(test_signal_is_unblocked_with_its_last_handle),
		CHECK_TEST(test_interrupted_wait_is_not_an_event),
		CHECK_TEST(test_interrupted_wait_reads_before_timers_that_are_overdue),
		CHECK_TEST(test_what_is_read_came_after_the_look_before),
		CHECK_TEST(test_a_loop_with_a_beat_waits_no_longer),
		CHECK_TEST(test_run_ends_after_the_pass_that_stopped_it),
		CHECK_TEST(test_free_ends_what_is_left_and_accepts_null),
		CHECK_TEST(test_no_descriptors_left_is_an_error),
	};

	return check_run("loop", tests, ARRAY_LEN(tests));
}
