/* daemon/loop/loop: descriptors: what is told of them, removal from inside callbacks, stale events.
 */
#include "daemon/loop/loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/daemon/loop/loop_rig.h"

static void note_events(void *arg, unsigned events)
{
	buf_addf(arg, "%s%s%s ", events & LOOP_READ ? "r" : "", events & LOOP_WRITE ? "w" : "",
		events & LOOP_HANGUP ? "h" : "");
}

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
	socket_pair_close(fds);
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
	socket_pair_close(fds);
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
		socket_pair_close(fds[i]);
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
	socket_pair_close(fds);
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
	};

	return check_run("loop/fd", tests, ARRAY_LEN(tests));
}
