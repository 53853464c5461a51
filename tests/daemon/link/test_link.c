/* daemon/link: what both ends may rely on, over real sockets with a clock of our own. */

#include "tests/daemon/link/link_rig.h"

/* --- hello */

static void test_hello_goes_both_ways_and_brings_the_peers_own_part(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	check_str(link_peer_role(ends.core.link), "bench");
	check_str(link_peer_role(ends.bench.link), "core");
	check_str(link_peer_start_id(ends.core.link), ends.bench.start_id);
	check_str(link_peer_start_id(ends.bench.link), ends.core.start_id);
	check(!str_equal(ends.core.start_id, ends.bench.start_id));
	check_int(strlen(ends.core.start_id), 32);
	ends_close(&ends);
}

static void test_the_order_of_starting_is_free(void)
{
	ends_open(&ends);
	link_listener_free(ends.listener);
	ends.listener = NULL;
	ends.bench.link = link_connect(&ends.bench.setup);
	ends_wait(&ends, 60000);
	check(!link_is_open(ends.bench.link));
	check_int(ends.bench.hellos, 0);
	ends_listen(&ends);
	ends_wait(&ends, LINK_BACKOFF_MAX_MS);
	check(link_is_open(ends.bench.link));
	check_contains(end_log(&ends.core), "hello(bench)");
	ends_close(&ends);
}

static void test_pauses_between_attempts_double_up_to_a_second(void)
{
	static const int64_t pauses_ms[] = { 50, 100, 200, 400, 800, 1000, 1000, 1000 };

	ends_open(&ends);
	link_listener_free(ends.listener);
	ends.listener = NULL;
	ends.bench.link = link_connect(&ends.bench.setup);
	ends_settle(&ends);
	for (size_t i = 0; i < ARRAY_LEN(pauses_ms); i++) {
		check_int(loop_next_due_ms(ends.loop), pauses_ms[i]);
		ends_wait(&ends, pauses_ms[i]);
	}
	ends_close(&ends);
}

static void test_pause_is_short_again_after_a_hello(void)
{
	ends_open(&ends);
	link_listener_free(ends.listener);
	ends.listener = NULL;
	ends.bench.link = link_connect(&ends.bench.setup);
	ends_wait(&ends, 10000);
	ends_listen(&ends);
	ends_wait(&ends, LINK_BACKOFF_MAX_MS);
	check_int(ends.bench.hellos, 1);
	core_restart();
	ends_wait(&ends, LINK_BACKOFF_MIN_MS);
	check_int(ends.bench.hellos, 2);
	ends_close(&ends);
}

static void test_hello_has_all_its_fields(void)
{
	uint64_t id = 1;
	AUTO_BUF hello = { 0 };

	ends_open(&ends);
	int fd = peer_connect(&ends);

	ends_settle(&ends);
	check_int(peer_receive(fd, &id, &hello), FRAME_HELLO);
	check_int(id, 0);
	check_contains(buf_str(&hello), "\"role\":\"core\"");
	check_contains(buf_str(&hello), "\"reports\":[]");
	check_contains(buf_str(&hello), "\"version\":\"" SPECIMEND_VERSION "\"");
	check_contains(buf_str(&hello), ends.core.start_id);
	close(fd);
	ends_close(&ends);
}

static json_t *huge_hello_new(void *arg)
{
	json_t *jobs = json_array();

	for (int i = 0; i < FRAME_MAX; i++)
		json_array_append_new(jobs, json_integer(i));
	ends.bench.hellos += arg == &ends.bench ? 100 : 0;
	return json_pack("{s:o}", "jobs", jobs);
}

static void test_hello_that_is_too_large_is_not_cut_but_tried_again(void)
{
	ends_open(&ends);
	ends.bench.setup.handlers.hello_new = huge_hello_new;
	ends.bench.link = link_connect(&ends.bench.setup);
	ends_wait(&ends, 3000);
	check_str(end_log(&ends.core), "");
	check_int(ends.bench.hellos, 600); /* at 0, 100, 300, 700, 1500 and 2500 ms */
	ends_close(&ends);
}

static void test_peer_that_says_nothing_is_closed_after_five_seconds(void)
{
	ends_open(&ends);
	int fd = peer_connect(&ends);

	ends_settle(&ends);
	check_int(peer_receive(fd, NULL, NULL), FRAME_HELLO);
	ends_wait(&ends, LINK_HELLO_MS - 1);
	check_int(peer_receive(fd, NULL, NULL), -1);
	ends_wait(&ends, 1);
	check_int(peer_receive(fd, NULL, NULL), 0);
	check_str(end_log(&ends.core), "");
	close(fd);
	ends_close(&ends);
}

/* --- request and reply */

static void test_request_is_answered_in_both_directions(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	ends.core.answers = ends.bench.answers = true;
	ask(&ends.core, "print", NULL, 1000);
	ask(&ends.bench, "time", NULL, 1000);
	check_str(buf_str(&ends.core.log), ""); /* never from inside the call */
	ends_settle(&ends);
	check_str(end_log(&ends.core), "request(time,0) reply(print,0) ");
	check_str(end_log(&ends.bench), "request(print,0) reply(time,0) ");
	ends_wait(&ends, 5000); /* no deadline is left behind */
	check_str(end_log(&ends.core), "");
	ends_close(&ends);
}

static void test_refusal_arrives_as_the_same_error(void)
{
	struct err why = { 0 };

	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.core, "print", NULL, 1000);
	ends_settle(&ends);
	err_set(&why, ERR_DEVICE_OFFLINE, "printer 'ZD421-3' is off");
	err_hint(&why, "switch it on");
	link_reply_err(ends.bench.link, ends.bench.request_id, &why);
	ends_settle(&ends);
	check_str(end_log(&ends.core), "reply(ERR_DEVICE_OFFLINE) ");
	check_str(ends.core.reply_err.message, "printer 'ZD421-3' is off");
	check_str(ends.core.reply_err.hint, "switch it on");
	ends_close(&ends);
}

static void test_reply_too_late_is_a_timeout_and_then_ignored(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.core, "print", NULL, 500);
	ends_wait(&ends, 499);
	check_str(end_log(&ends.core), "");
	ends_wait(&ends, 1);
	check_str(end_log(&ends.core), "reply(ERR_TIMEOUT) ");
	AUTO(json_decref) json_t *body = json_object();

	link_reply(ends.bench.link, ends.bench.request_id, body, NULL);
	ends_settle(&ends);
	check_str(end_log(&ends.core), "");
	check(link_is_open(ends.core.link));
	ends_close(&ends);
}

static void test_request_without_a_connection_fails_soon_but_not_at_once(void)
{
	ends_open(&ends);
	ends.bench.link = link_connect(&ends.bench.setup);
	check(ask(&ends.bench, "time", NULL, 1000) != 0);
	check_int(ends.bench.replies, 0);
	loop_step(ends.loop, 0);
	check_int(ends.bench.replies, 1);
	check_err(&ends.bench.reply_err, ERR_DEVICE_OFFLINE, "not open");
	ends_close(&ends);
}

static void test_close_answers_what_is_pending_before_on_closed(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.bench, "a", NULL, 1000);
	ask(&ends.bench, "b", NULL, 1000);
	ends_settle(&ends);
	core_restart();
	check_str(end_log(&ends.bench),
		"reply(ERR_DEVICE_OFFLINE) reply(ERR_DEVICE_OFFLINE) closed ");
	check_int(ends.bench.replies, 2);
	ends_close(&ends);
}

static void test_cancelled_request_is_never_answered(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	ends.bench.answers = true;
	uint64_t unsent = ask(&ends.core, "never", NULL, 1000);

	link_cancel(ends.core.link, unsent);
	ends_settle(&ends);
	check_str(end_log(&ends.bench), ""); /* not even sent */
	ends.bench.answers = false;
	uint64_t sent = ask(&ends.core, "once", NULL, 1000);

	ends_settle(&ends);
	check_str(end_log(&ends.bench), "request(once,0) ");
	link_cancel(ends.core.link, sent);
	link_cancel(ends.core.link, sent);
	AUTO(json_decref) json_t *body = json_object();

	link_reply(ends.bench.link, ends.bench.request_id, body, NULL);
	ends_wait(&ends, 5000);
	check_int(ends.core.replies, 0);
	ends_close(&ends);
}

static void test_request_whose_time_is_over_is_not_sent_any_more(void)
{
	struct link_payloads payloads = one_payload(many_bytes((size_t)20 * PIECE_DATA_MAX));
	int type;
	uint32_t acked = 0;
	AUTO_BUF payload = { 0 };

	ends_open(&ends);
	int fd = peer_connect(&ends);

	peer_hello(fd, "bench");
	ends_settle(&ends);
	ask(&ends.core, "first", &payloads, 60000);
	ask(&ends.core, "second", NULL, 500); /* waits behind the pieces of the first */
	ask(&ends.core, "third", NULL, 60000);
	ends_wait(&ends, 500);
	check_str(end_log(&ends.core), "hello(bench) reply(ERR_TIMEOUT) ");
	do { /* now the peer wakes up */
		ends_settle(&ends);
		type = peer_receive(fd, NULL, &payload);
		if (type == FRAME_PIECE) {
			AUTO_BUF ack = { 0 };

			piece_ack_encode(
				&(struct piece) { .transfer = 1, .number = acked++ }, &ack);
			peer_send(fd, FRAME_PIECE_ACK, 0, buf_bytes(&ack));
		}
	} while (type == FRAME_PIECE || type == FRAME_HELLO);
	check_int(acked, 20);
	check_int(type, FRAME_REQUEST);
	check_contains(buf_str(&payload), "first");
	check_int(peer_receive(fd, NULL, &payload), FRAME_REQUEST);
	check_contains(buf_str(&payload), "third");
	close(fd);
	ends_settle(&ends);
	ends_close(&ends);
}

static void test_answer_after_a_reconnect_does_not_meet_a_newer_request(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.core, "old", NULL, 60000);
	ends_settle(&ends);
	uint64_t old_id = ends.bench.request_id;

	core_restart();
	ends_wait(&ends, 100);
	check(link_is_open(ends.bench.link));
	(void)end_log(&ends.core);
	ask(&ends.core, "new", NULL, 60000);
	ends_settle(&ends);
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "you", "old");

	link_reply(ends.bench.link, old_id, body, NULL);
	ends_settle(&ends);
	check_str(end_log(&ends.core), "");
	link_reply(ends.bench.link, ends.bench.request_id, body, NULL);
	link_reply(
		ends.bench.link, ends.bench.request_id, body, NULL); /* the second has no effect */
	ends_settle(&ends);
	check_str(end_log(&ends.core), "reply(old,0) ");
	ends_close(&ends);
}

static void test_no_more_than_256_requests_wait(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	for (int i = 0; i < LINK_REQUESTS_MAX; i++)
		ask(&ends.core, "x", NULL, 1000);
	ends_settle(&ends);
	check_int(ends.core.replies, 0);
	ask(&ends.core, "one too many", NULL, 1000);
	ends_settle(&ends);
	check_int(ends.core.replies, 1);
	check_err(&ends.core.reply_err, ERR_BUSY, "256 requests");
	ends_close(&ends);
}

/* --- the end */

static void test_link_may_be_freed_inside_every_handler(void)
{
	static const char *const when[] = { "hello", "request", "notice", "reply", "closed" };

	for (size_t i = 0; i < ARRAY_LEN(when); i++) {
		struct link_payloads payloads = one_payload(many_bytes(50000));

		check_row(when[i]);
		ends_open(&ends);
		ends.bench.link = link_connect(&ends.bench.setup);
		ends.bench.frees = str_equal(when[i], "hello");
		ends_settle(&ends);
		ends.bench.frees = !str_equal(when[i], "hello");
		if (str_equal(when[i], "request"))
			ask(&ends.core, "x", &payloads, 1000);
		if (str_equal(when[i], "notice"))
			check(notice(&ends.core, "x", &payloads, NULL));
		if (str_equal(when[i], "reply")) {
			ask(&ends.bench, "x", &payloads, 1000);
			ask(&ends.bench, "y", &payloads, 1000);
			ends.core.answers = true;
		}
		ends_settle(&ends);
		if (str_equal(when[i], "closed"))
			core_restart();
		ends_settle(&ends);
		check(!ends.bench.link);
		ends_wait(&ends, 10000);
		check_int(ends.bench.hellos, 1); /* it did not connect again */
		if (str_equal(when[i], "reply"))
			check_int(ends.bench.replies, 2);
		ends_close(&ends);
	}
}

static void test_accepted_link_may_be_freed_inside_its_handlers(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	ends.core.frees = true;
	report(&ends.bench, "scan");
	ends_settle(&ends);
	check(!ends.core.link);
	ends_wait(&ends, 1000);
	check_int(ends.core.hellos, 2);
	check_int(link_reports_kept(ends.bench.link), 1);
	ends_close(&ends);
}

static void ask_again(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct end *end = arg;
	AUTO(json_decref) json_t *again = do_json("again");

	(void)body;
	(void)payloads;
	end->replies++;
	if (err && end->link)
		link_request(end->link, again, NULL, 1000, ask_again, end);
}

static void test_asking_again_from_a_failed_reply_ends_with_the_link(void)
{
	AUTO(json_decref) json_t *body = do_json("x");

	ends_open(&ends);
	ends_connect(&ends);
	link_request(ends.bench.link, body, NULL, 1000, ask_again, &ends.bench);
	ends_settle(&ends);
	core_restart();
	check(ends.bench.replies > 0);
	link_free(ends.bench.link); /* would not end if it could ask again now */
	ends.bench.link = NULL;
	ends_close(&ends);
}

/* --- who may connect */

static void test_another_user_is_refused_by_both_ends(void)
{
	struct err err = { 0 };
	int fds[2];

	check_int(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	check_ok(socket_peer_is(fds[0], geteuid(), &err), &err);
	check(!socket_peer_is(fds[0], geteuid() + 1, &err));
	check_err(&err, ERR_FORBIDDEN, "peer runs as user");
	close(fds[0]);
	close(fds[1]);

	ends_open(&ends);
	link_listener_free(ends.listener);
	ends.core.setup.peer_uid = geteuid() + 1;
	ends_listen(&ends);
	int fd = peer_connect(&ends);

	ends_settle(&ends);
	check_int(peer_receive(fd, NULL, NULL), 0); /* closed before hello */
	close(fd);
	ends.bench.setup.peer_uid = geteuid() + 1; /* the core is somebody else */
	ends.bench.link = link_connect(&ends.bench.setup);
	ends_wait(&ends, 5000);
	check_str(end_log(&ends.core), "");
	check_str(end_log(&ends.bench), "");
	ends_close(&ends);
}

/* As root only: a process of another user, with the file's own mode opened for the purpose. */
static void test_process_of_another_user_is_refused(void)
{
	if (geteuid() != 0)
		return;
	ends_open(&ends);
	chmod(ends.dir, 0755);
	chmod(ends.path, 0666);
	pid_t child = fork();

	if (child == 0) {
		int fd = -1;
		bool ok = setuid(65534) == 0 && socket_connect(ends.path, 0, &fd, NULL);
		char byte;

		alarm(10);
		while (ok && recv(fd, &byte, 1, 0) > 0)
			;
		_exit(ok ? 0 : 1);
	}
	int status = -1;
	pid_t ended = 0;

	for (int i = 0; i < 1000 && ended == 0; i++) {
		loop_step(ends.loop, 10);
		ended = waitpid(child, &status, WNOHANG);
	}
	check_int(ended, child);
	check_int(status, 0); /* it connected and was closed */
	check_str(end_log(&ends.core), "");
	ends_close(&ends);
}

static void test_socket_is_for_the_owner_only(void)
{
	struct stat what;

	ends_open(&ends);
	check_int(stat(ends.path, &what), 0);
	check_int(what.st_mode & 0777, 0600);
	ends_close(&ends);
}

static void test_listening_takes_over_a_dead_socket_only(void)
{
	struct link_listener *second = NULL;
	struct err err = { 0 };
	int dead;

	ends_open(&ends);
	check(!link_listen(&ends.core.setup, &second, &err));
	check_err(&err, ERR_CONFLICT, "another process listens");
	link_listener_free(ends.listener);
	check_int(access(ends.path, F_OK), -1); /* it took its file with it */
	check_ok(socket_listen(ends.path, &dead, &err), &err);
	close(dead); /* killed: the file stays */
	check_int(access(ends.path, F_OK), 0);
	ends_listen(&ends);
	link_listener_free(ends.listener);
	ends.listener = NULL;
	fclose(fopen(ends.path, "w"));
	check(!link_listen(&ends.core.setup, &second, &err));
	check_err(&err, ERR_CONFLICT, "is no socket");
	ends_close(&ends);
}

static void test_path_that_is_too_long_is_an_error(void)
{
	struct err err = { 0 };
	char path[200];
	int fd;

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	check(!socket_listen(path, &fd, &err));
	check_err(&err, ERR_INVALID, "longer than 107 bytes");
	check(!socket_connect(path, 0, &fd, &err));
	check_err(&err, ERR_INVALID, "longer than 107 bytes");
	check(!socket_listen("/nonexistent/core.sock", &fd, &err));
	check_err(&err, ERR_IO, "/nonexistent/core.sock");
}

static void test_sixteen_peers_and_no_more(void)
{
	int fds[LINK_PEERS_MAX + 1];

	ends_open(&ends);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = peer_connect(&ends);
		peer_hello(fds[i], "press");
		ends_settle(&ends);
	}
	check_int(ends.core.hellos, LINK_PEERS_MAX);
	check_int(peer_receive(fds[LINK_PEERS_MAX], NULL, NULL), 0);
	close(fds[0]);
	ends_settle(&ends);
	close(fds[LINK_PEERS_MAX]);
	fds[0] = peer_connect(&ends);
	peer_hello(fds[0], "press");
	ends_settle(&ends);
	check_int(ends.core.hellos, LINK_PEERS_MAX + 1);
	for (size_t i = 0; i < LINK_PEERS_MAX; i++)
		close(fds[i]);
	ends_close(&ends);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_hello_goes_both_ways_and_brings_the_peers_own_part),
		CHECK_TEST(test_the_order_of_starting_is_free),
		CHECK_TEST(test_pauses_between_attempts_double_up_to_a_second),
		CHECK_TEST(test_pause_is_short_again_after_a_hello),
		CHECK_TEST(test_hello_has_all_its_fields),
		CHECK_TEST(test_hello_that_is_too_large_is_not_cut_but_tried_again),
		CHECK_TEST(test_peer_that_says_nothing_is_closed_after_five_seconds),
		CHECK_TEST(test_request_is_answered_in_both_directions),
		CHECK_TEST(test_refusal_arrives_as_the_same_error),
		CHECK_TEST(test_reply_too_late_is_a_timeout_and_then_ignored),
		CHECK_TEST(test_request_without_a_connection_fails_soon_but_not_at_once),
		CHECK_TEST(test_close_answers_what_is_pending_before_on_closed),
		CHECK_TEST(test_cancelled_request_is_never_answered),
		CHECK_TEST(test_request_whose_time_is_over_is_not_sent_any_more),
		CHECK_TEST(test_answer_after_a_reconnect_does_not_meet_a_newer_request),
		CHECK_TEST(test_no_more_than_256_requests_wait),
		CHECK_TEST(test_link_may_be_freed_inside_every_handler),
		CHECK_TEST(test_accepted_link_may_be_freed_inside_its_handlers),
		CHECK_TEST(test_asking_again_from_a_failed_reply_ends_with_the_link),
		CHECK_TEST(test_another_user_is_refused_by_both_ends),
		CHECK_TEST(test_process_of_another_user_is_refused),
		CHECK_TEST(test_socket_is_for_the_owner_only),
		CHECK_TEST(test_listening_takes_over_a_dead_socket_only),
		CHECK_TEST(test_path_that_is_too_long_is_an_error),
		CHECK_TEST(test_sixteen_peers_and_no_more),
	};

	return check_run("link", tests, ARRAY_LEN(tests));
}
