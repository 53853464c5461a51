/* daemon/link/send: reports that are kept, notices, payloads in pieces, a peer that does not read.
 */

#include "tests/daemon/link/link_rig.h"

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

#define FLOOD_PASS 64 /* messages that one end sends, or takes, in one pass */

/*
 * As many reports as are ever kept, acknowledged at once. Both ends work them off as fast as they
 * may, so each pass of the loop sees FLOOD_PASS of them; nobody waits for the end of the flood.
 */
static void test_a_flood_is_acknowledged_while_it_comes(void)
{
	unsigned passes = 0;
	unsigned most = 0;

	ends_open(&ends);
	ends_connect(&ends);
	ends.core.acks = true;
	for (unsigned i = 0; i < LINK_REPORTS_MAX; i++)
		(void)report(&ends.bench, "scan");
	while (ends.bench.acked < LINK_REPORTS_MAX && passes < LINK_REPORTS_MAX) {
		unsigned taken = (unsigned)ends.core.reports;
		unsigned lag;

		loop_step(ends.loop, 0);
		passes++;
		lag = taken - (ends.bench.acked < taken ? ends.bench.acked : taken);
		most = lag > most ? lag : most;
	}
	check_int(ends.bench.acked, LINK_REPORTS_MAX);
	check(passes <= LINK_REPORTS_MAX / FLOOD_PASS + 8);
	check(most <= FLOOD_PASS);
	ends_close(&ends);
}

static bool is_asked(const char *what)
{
	return strstr(buf_str(&ends.bench.log), what) != NULL;
}

/* A person's verdict, while somebody else's scanner floods the link and is acknowledged. */
static void test_a_request_in_a_flood_is_not_held_up_by_acknowledgements(void)
{
	unsigned passes = 0;

	ends_open(&ends);
	ends_connect(&ends);
	ends.core.acks = true;
	for (unsigned i = 0; i < LINK_REPORTS_MAX; i++)
		(void)report(&ends.bench, "scan");
	while (ends.bench.acked < LINK_REPORTS_MAX / 4)
		loop_step(ends.loop, 0);
	(void)ask(&ends.core, "feedback", NULL, 1000);
	for (; !is_asked("request(feedback,") && passes < LINK_REPORTS_MAX; passes++)
		loop_step(ends.loop, 0);
	check(is_asked("request(feedback,"));
	check(ends.bench.acked < LINK_REPORTS_MAX / 2); /* the flood goes on */
	check(passes <= 4);
	ends_close(&ends);
}

/* What it says of a report, like the state of the printer behind it, is never heard before. */
static void test_a_notice_does_not_overtake_reports_that_were_given_before(void)
{
	AUTO_BUF told = { 0 };
	struct err err = { 0 };

	ends_open(&ends);
	ends_connect(&ends);
	(void)end_log(&ends.core);
	for (unsigned i = 0; i < 40; i++)
		(void)report(&ends.bench, "result");
	check_ok(notice(&ends.bench, "state", NULL, &err), &err);
	ends_settle(&ends);
	buf_add_str(&told, end_log(&ends.core));
	check(strstr(buf_str(&told), "state") > strstr(buf_str(&told), "result"));
	check(strstr(strstr(buf_str(&told), "state"), "result") == NULL);
	ends_close(&ends);
}

int main(void)
{
	static const struct check_test tests[] = {
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
		CHECK_TEST(test_a_flood_is_acknowledged_while_it_comes),
		CHECK_TEST(test_a_request_in_a_flood_is_not_held_up_by_acknowledgements),
		CHECK_TEST(test_a_notice_does_not_overtake_reports_that_were_given_before),
	};

	return check_run("daemon/link/send", tests, ARRAY_LEN(tests));
}
