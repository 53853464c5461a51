/* daemon/link: what both ends may rely on, over real sockets with a clock of our own. */
#include "daemon/link/link.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/link/socket.h"
#include "tests/check.h"
#include "tests/daemon/link/ends.h"

static struct ends ends;

static json_t *do_json(const char *what)
{
	return json_pack("{s:s}", "do", what);
}

static uint64_t ask(struct end *from, const char *what, const struct link_payloads *payloads,
	int64_t timeout_ms)
{
	AUTO(json_decref) json_t *body = do_json(what);

	return link_request(from->link, body, payloads, timeout_ms, end_on_reply, from);
}

static uint64_t report(struct end *from, const char *what)
{
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", what);
	struct err err = { 0 };
	uint64_t id = 0;

	check_ok(link_report(from->link, body, &id, &err), &err);
	return id;
}

static bool notice(
	struct end *from, const char *what, const struct link_payloads *payloads, struct err *err)
{
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", what);

	return link_notice(from->link, body, payloads, err);
}

static struct bytes many_bytes(size_t len)
{
	static uint8_t bytes[TRANSFER_BYTES_MAX + 1];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	return bytes_of(bytes, len);
}

static struct link_payloads one_payload(struct bytes bytes)
{
	return (struct link_payloads) { .count = 1, .items = { { "bytes", bytes } } };
}

/* The core goes away with everything it knew, and comes back at the same place. */
static void core_restart(void)
{
	link_listener_free(ends.listener);
	ends.core.link = NULL;
	ends_settle(&ends);
	ends_listen(&ends);
}

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

/* --- reports */

static void test_report_is_sent_again_until_it_is_acknowledged(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	uint64_t id = report(&ends.bench, "scan");

	ends_settle(&ends);
	AUTO_BUF want = { 0 };

	buf_addf(&want, "report(%llu,{\"what\":\"scan\"}) ", (unsigned long long)id);
	check_str(end_log(&ends.core), buf_str(&want));
	ends_wait(&ends, 60000);
	check_str(end_log(&ends.core), ""); /* once per connection */
	core_restart();
	ends_wait(&ends, 100);
	const char *log = end_log(&ends.core);

	check_contains(log, "hello(bench)");
	check_contains(log, buf_str(&want));
	check_int(ends.core.report_id, id);
	buf_reset(&want);
	buf_addf(&want, "reports([%llu])", (unsigned long long)id);
	check_contains(log, buf_str(&want)); /* hello named it */
	check_int(link_reports_kept(ends.bench.link), 1);
	check_int(ends.bench.acked, 0);
	link_ack(ends.core.link, id);
	link_ack(ends.core.link, id);
	ends_settle(&ends);
	check_int(link_reports_kept(ends.bench.link), 0);
	check_int(ends.bench.acked_id, id);
	check_int(ends.bench.acked, 1);
	core_restart();
	ends_wait(&ends, 100);
	check_str(end_log(&ends.core),
		"hello(bench) jobs([{\"print_job_id\":1,\"state\":\"sent\"}]) ");
	ends_close(&ends);
}

static void test_lost_ack_brings_the_report_once_more_with_the_same_id(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	uint64_t id = report(&ends.bench, "scan");

	ends_settle(&ends);
	check_int(ends.core.report_id, id);
	link_ack(ends.core.link, id); /* still in our queue when the core dies */
	core_restart();
	ends.core.report_id = 0;
	ends.core.acks = true;
	ends_wait(&ends, 100);
	check_int(ends.core.report_id, id);
	check_int(link_reports_kept(ends.bench.link), 0);
	ends_close(&ends);
}

static void test_reports_made_while_nobody_listens_arrive_in_order(void)
{
	ends_open(&ends);
	link_listener_free(ends.listener);
	ends.listener = NULL;
	ends.bench.link = link_connect(&ends.bench.setup);
	ends_settle(&ends);
	for (int i = 0; i < 3; i++)
		report(&ends.bench, "s");
	ends_wait(&ends, 60000);
	ends_listen(&ends);
	ends.core.acks = true;
	ends_wait(&ends, LINK_BACKOFF_MAX_MS);
	check_contains(end_log(&ends.core), "report(1,{\"what\":\"s\"}) report(2,{\"what\":\"s\"}) "
					    "report(3,{\"what\":\"s\"}) ");
	check_int(link_reports_kept(ends.bench.link), 0);
	ends_close(&ends);
}

static void test_reports_keep_their_order_when_only_some_were_sent(void)
{
	ends_open(&ends);
	ends_connect(&ends);
	report(&ends.bench, "s");
	report(&ends.bench, "s");
	ends_settle(&ends);
	core_restart();
	report(&ends.bench, "s");
	(void)end_log(&ends.core);
	ends_wait(&ends, 100);
	check_contains(end_log(&ends.core),
		"reports([1,2,3]) report(1,{\"what\":\"s\"}) "
		"report(2,{\"what\":\"s\"}) report(3,{\"what\":\"s\"}) ");
	ends_close(&ends);
}

static void test_report_may_be_acknowledged_before_it_was_sent_again(void)
{
	int fds[2];

	ends_open(&ends);
	check_int(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	ends.bench.link = link_over(&ends.bench.setup, fds[0]);
	uint64_t first = report(&ends.bench, "a");
	uint64_t second = report(&ends.bench, "b");
	uint64_t id = 0;

	ends_settle(&ends);
	check_int(peer_receive(fds[1], NULL, NULL), FRAME_HELLO);
	peer_hello(fds[1], "core");
	peer_send(fds[1], FRAME_ACK, first, bytes_of(NULL, 0));
	peer_send(fds[1], FRAME_ACK, 9999, bytes_of(NULL, 0)); /* of none that is here */
	ends_settle(&ends);
	check_int(peer_receive(fds[1], &id, NULL), FRAME_REPORT);
	check_int(id, second);
	check_int(peer_receive(fds[1], NULL, NULL), -1);
	check_int(link_reports_kept(ends.bench.link), 1);
	close(fds[1]);
	ends_settle(&ends);
	ends.bench.link = NULL; /* a link over a given socket ends with it */
	check_str(end_log(&ends.bench), "hello(core) closed ");
	ends_close(&ends);
}

static void test_kept_reports_are_bounded(void)
{
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", "scan");
	struct err err = { 0 };

	ends_open(&ends);
	ends.bench.link = link_connect(&ends.bench.setup);
	for (int i = 0; i < LINK_REPORTS_MAX; i++)
		check(link_report(ends.bench.link, body, NULL, &err));
	check(!link_report(ends.bench.link, body, NULL, &err));
	check_err(&err, ERR_BUSY, "4096 reports wait");
	check_int(link_reports_kept(ends.bench.link), LINK_REPORTS_MAX);
	ends.core.acks = true;
	ends_settle(&ends);
	check_int(link_reports_kept(ends.bench.link), 0);
	ends_close(&ends);
}

static void test_report_that_does_not_fit_is_refused(void)
{
	struct err err = { 0 };
	char *text = xcalloc(1, FRAME_MAX + 1);

	memset(text, 'x', FRAME_MAX);
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", text);

	ends_open(&ends);
	ends.bench.link = link_connect(&ends.bench.setup);
	check(!link_report(ends.bench.link, body, NULL, &err));
	check_err(&err, ERR_TOO_LARGE, "report does not fit");
	check_int(link_reports_kept(ends.bench.link), 0);
	ends_close(&ends);
	free(text);
}

/* --- notices */

static void test_notice_arrives_or_is_not_taken(void)
{
	struct err err = { 0 };
	struct link_payloads payloads = one_payload(bytes_of_str("PNG"));

	ends_open(&ends);
	ends.bench.link = link_connect(&ends.bench.setup);
	check(!notice(&ends.bench, "here", NULL, &err));
	check_err(&err, ERR_DEVICE_OFFLINE, "not open");
	ends_settle(&ends);
	(void)end_log(&ends.core);
	check(notice(&ends.bench, "here", NULL, &err));
	check(notice(&ends.bench, "label", &payloads, &err));
	ends_settle(&ends);
	check_str(end_log(&ends.core), "notice(here,0) notice(label,3) ");
	check_bytes(buf_bytes(&ends.core.payload), bytes_of_str("PNG"));
	ends_close(&ends);
}

/* --- payloads */

static void test_payloads_of_every_size_go_there_and_back(void)
{
	static const size_t sizes[] = { 0, 1, PIECE_DATA_MAX - 1, PIECE_DATA_MAX,
		PIECE_DATA_MAX + 1, 200000, (size_t)TRANSFER_WINDOW * PIECE_DATA_MAX,
		(size_t)TRANSFER_WINDOW * PIECE_DATA_MAX + 1, TRANSFER_BYTES_MAX };

	ends_open(&ends);
	ends_connect(&ends);
	ends.bench.answers = ends.core.answers = true;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct bytes bytes = many_bytes(sizes[i]);
		struct link_payloads payloads = one_payload(bytes);

		for (int core = 0; core < 2; core++) {
			struct end *from = core ? &ends.core : &ends.bench;
			struct end *to = core ? &ends.bench : &ends.core;

			from->replies = 0;
			ask(from, "print", &payloads, 1000);
			ends_settle(&ends);
			check_int(from->replies, 1);
			check_int(from->reply_err.code, ERR_NONE);
			check_bytes(buf_bytes(&to->payload), bytes);
			check_bytes(buf_bytes(&from->payload), bytes);
		}
	}
	ends_close(&ends);
}

static void test_message_that_is_too_large_is_refused(void)
{
	struct link_payloads payloads = one_payload(many_bytes(TRANSFER_BYTES_MAX + 1));

	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.core, "print", &payloads, 1000);
	ends_settle(&ends);
	check_err(&ends.core.reply_err, ERR_TOO_LARGE, "more than 4194304 bytes");
	check(!notice(&ends.core, "label", &payloads, NULL));
	check_str(end_log(&ends.bench), "");
	check(link_is_open(ends.core.link));
	ends_close(&ends);
}

static void test_reply_that_is_too_large_becomes_an_error(void)
{
	struct link_payloads payloads = one_payload(many_bytes(TRANSFER_BYTES_MAX + 1));
	AUTO(json_decref) json_t *body = json_object();

	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.core, "label", NULL, 1000);
	ends_settle(&ends);
	link_reply(ends.bench.link, ends.bench.request_id, body, &payloads);
	ends_settle(&ends);
	check_err(&ends.core.reply_err, ERR_TOO_LARGE, "more than 4194304 bytes");
	ends_close(&ends);
}

static void test_text_that_does_not_fit_into_one_message_arrives_whole(void)
{
	char *text = xcalloc(1, 3 * FRAME_MAX + 1);
	struct link_payloads payloads = one_payload(many_bytes(100));

	memset(text, 'x', 3 * FRAME_MAX);
	AUTO(json_decref) json_t *body = json_pack("{s:s, s:s}", "do", "devices", "long", text);

	ends_open(&ends);
	ends_connect(&ends);
	ends.bench.answers = true;
	link_request(ends.core.link, body, &payloads, 1000, end_on_reply, &ends.core);
	ends_settle(&ends);
	check_str(end_log(&ends.bench), "request(devices,100) ");
	check_str(end_log(&ends.core), "reply(devices,100) ");
	ends_close(&ends);
	free(text);
}

static void test_several_payloads_keep_their_names(void)
{
	struct ends *both = &ends;
	struct link_payloads payloads = { .count = LINK_PAYLOADS_MAX,
		.items = { { "a", many_bytes(3) }, { "b", bytes_of_str("bb") },
			{ "bytes", many_bytes(40000) }, { "c", bytes_of(NULL, 0) } } };

	ends_open(both);
	ends_connect(both);
	ask(&both->core, "print", &payloads, 1000);
	ends_settle(both);
	check_str(end_log(&both->bench), "request(print,40000) ");
	check_bytes(buf_bytes(&both->bench.payload), many_bytes(40000));
	ends_close(both);
}

static void test_window_of_eight_is_kept(void)
{
	struct link_payloads payloads = one_payload(many_bytes((size_t)20 * PIECE_DATA_MAX));
	int fds[2];
	int size = 2 * 1024 * 1024;
	struct end *core = &ends.core;

	ends_open(&ends);
	check_int(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	(void)setsockopt(fds[0], SOL_SOCKET, SO_SNDBUFFORCE, &size,
		sizeof(size)); /* so that only the window holds */
	core->link = link_over(&core->setup, fds[0]);
	peer_hello(fds[1], "bench");
	ends_settle(&ends);
	ask(core, "print", &payloads, 1000);
	check_int(peer_receive(fds[1], NULL, NULL), FRAME_HELLO);
	unsigned in_flight_max = 0;
	unsigned in_flight = 0;
	unsigned pieces = 0;
	uint32_t acked = 0;
	int type = 0;
	AUTO_BUF payload = { 0 };
	struct piece piece = { 0 };

	while (pieces < 20) {
		ends_settle(&ends);
		while ((type = peer_receive(fds[1], NULL, &payload)) > 0) {
			check_int(type, FRAME_PIECE);
			check(piece_decode(buf_bytes(&payload), &piece, NULL));
			check_int(piece.number, pieces++);
			check_int(piece.count, 20);
			in_flight++;
			ends_settle(&ends);
		}
		in_flight_max = in_flight > in_flight_max ? in_flight : in_flight_max;
		AUTO_BUF ack = { 0 };

		piece.number = acked++;
		piece_ack_encode(&piece, &ack);
		peer_send(fds[1], FRAME_PIECE_ACK, 0, buf_bytes(&ack));
		in_flight--;
	}
	check_int(in_flight_max, TRANSFER_WINDOW);
	while (acked < 20) {
		AUTO_BUF ack = { 0 };

		ends_settle(&ends);
		check_int(
			peer_receive(fds[1], NULL, NULL), -1); /* the text waits for the last ack */
		piece.number = acked++;
		piece_ack_encode(&piece, &ack);
		peer_send(fds[1], FRAME_PIECE_ACK, 0, buf_bytes(&ack));
	}
	ends_settle(&ends);
	check_int(peer_receive(fds[1], NULL, NULL), FRAME_REQUEST);
	close(fds[1]);
	ends_settle(&ends);
	ends_close(&ends);
}

static void test_peer_that_dies_in_the_middle_of_a_transfer_leaves_nothing(void)
{
	struct link_payloads payloads = one_payload(many_bytes(TRANSFER_BYTES_MAX));

	ends_open(&ends);
	ends_connect(&ends);
	ask(&ends.bench, "big", &payloads, 1000);
	loop_step(ends.loop, 0); /* the first pieces are out */
	loop_step(ends.loop, 0);
	core_restart();
	check_contains(end_log(&ends.bench), "reply(ERR_DEVICE_OFFLINE) closed ");
	ends_wait(&ends, 100);
	ends.core.answers = true;
	(void)end_log(&ends.core);
	struct link_payloads again = one_payload(many_bytes(70000));

	ask(&ends.bench, "again", &again, 1000);
	ends_settle(&ends);
	check_str(end_log(&ends.core), "request(again,70000) ");
	check_contains(end_log(&ends.bench), "reply(again,70000) ");
	ends_close(&ends);
}

/* --- a peer that does not read */

static void test_slow_peer_neither_blocks_nor_grows_us(void)
{
	struct link_payloads payloads = one_payload(many_bytes(1024 * 1024));
	struct err err = { 0 };
	unsigned taken = 0;

	ends_open(&ends);
	int fd = peer_connect(&ends);

	peer_hello(fd, "bench");
	ends_settle(&ends);
	check_str(end_log(&ends.core), "hello(bench) ");
	while (taken < 1000 && notice(&ends.core, "label", &payloads, &err)) {
		taken++;
		loop_step(ends.loop, 0);
	}
	check(taken < 1000);
	check_err(&err, ERR_BUSY, "too much to send");
	check(link_is_open(ends.core.link));
	ask(&ends.core, "print", &payloads, 1000);
	ends_settle(&ends);
	check_int(ends.core.reply_err.code, ERR_BUSY);
	/* nothing spins: with the socket full and no timer, a pass waits until its time is over */
	close(fd);
	ends_settle(&ends);
	check_str(end_log(&ends.core), "reply(ERR_BUSY) closed ");
	ends_close(&ends);
}

static void test_peer_that_asks_and_never_reads_is_closed(void)
{
	ends_open(&ends);
	ends.core.answers = true;
	int fd = peer_connect(&ends);

	peer_hello(fd, "bench");
	for (int i = 0; i < 20000 && (i == 0 || ends.core.link || ends.core.hellos == 0); i++) {
		AUTO_BUF message = { 0 };

		frame_encode(&(struct frame) { .type = FRAME_REQUEST,
				     .id = 7,
				     .payload = bytes_of_str("{\"do\":\"x\"}") },
			&message);
		(void)send(fd, message.data, message.len,
			MSG_NOSIGNAL | MSG_DONTWAIT); /* full now and then */
		loop_step(ends.loop, 0);
	}
	check_contains(end_log(&ends.core), "closed ");
	close(fd);
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
		CHECK_TEST(test_report_is_sent_again_until_it_is_acknowledged),
		CHECK_TEST(test_lost_ack_brings_the_report_once_more_with_the_same_id),
		CHECK_TEST(test_reports_made_while_nobody_listens_arrive_in_order),
		CHECK_TEST(test_reports_keep_their_order_when_only_some_were_sent),
		CHECK_TEST(test_report_may_be_acknowledged_before_it_was_sent_again),
		CHECK_TEST(test_kept_reports_are_bounded),
		CHECK_TEST(test_report_that_does_not_fit_is_refused),
		CHECK_TEST(test_notice_arrives_or_is_not_taken),
		CHECK_TEST(test_payloads_of_every_size_go_there_and_back),
		CHECK_TEST(test_message_that_is_too_large_is_refused),
		CHECK_TEST(test_reply_that_is_too_large_becomes_an_error),
		CHECK_TEST(test_text_that_does_not_fit_into_one_message_arrives_whole),
		CHECK_TEST(test_several_payloads_keep_their_names),
		CHECK_TEST(test_window_of_eight_is_kept),
		CHECK_TEST(test_peer_that_dies_in_the_middle_of_a_transfer_leaves_nothing),
		CHECK_TEST(test_slow_peer_neither_blocks_nor_grows_us),
		CHECK_TEST(test_peer_that_asks_and_never_reads_is_closed),
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
