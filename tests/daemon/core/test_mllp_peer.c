/* daemon/core/mllp_peer over real sockets: however a peer leaves, stays or floods, it has an end.
 */
#include "daemon/core/mllp_peer.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/hl7/frame.h"
#include "tests/check.h"
#include "tests/daemon/core/mllp_rig.h"

static void test_half_closed_peer_still_gets_its_answer(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("550"));
	check_int(shutdown(fd, SHUT_WR), 0);
	run_to_call(&bench, 1);
	run_idle(&bench);
	check_reply(&bench, fd, 0, TAKEN("17"), ACK("550", "17"));
	check_closed(&bench, fd);
	end(&bench);
}

static void test_peer_that_leaves_before_its_answer_costs_nothing(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);
	struct linger at_once = { .l_onoff = 1 };

	send_to_store(&bench, fd, ORDER("550"), 1);
	check_int(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
	close(fd); /* with RST */
	run_to_no_peer(&bench);
	check_int(mllp_peer_count(bench.mllp), 0);
	check(bench.calls[0].cancelled);
	end(&bench);
}

static void test_peer_that_closed_is_answered_into_the_void(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("550"));
	close(fd);
	run_to_call(&bench, 1);
	reply(&bench, 0, TAKEN("17"));
	run_to_no_peer(&bench);
	check_int(mllp_peer_count(bench.mllp), 0);
	end(&bench);
}

static void test_slow_frame_has_an_end_however_it_drips(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, "\x0bMSH");
	run_idle(&bench);
	for (unsigned i = 0; i < 29; i++) {
		client_send(fd, "x");
		run_idle(&bench);
		now_ms += MLLP_FRAME_MS / 30;
	}
	run_idle(&bench);
	check_int(mllp_peer_count(bench.mllp), 1);
	now_ms += MLLP_FRAME_MS / 30;
	check_closed(&bench, fd);
	check_int(bench.count, 0);
	end(&bench);
}

static void test_silent_peer_and_garbage_have_an_end(void)
{
	static const char *const sent[] = { "", "GET / HTTP/1.1\r\n\r\n" };

	for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
		struct bench bench;

		check_row(sent[i]);
		begin(&bench);
		int fd = client(&bench);

		client_send(fd, sent[i]);
		run_idle(&bench);
		check_int(mllp_peer_count(bench.mllp), 1);
		now_ms += MLLP_IDLE_MS - 1;
		run_idle(&bench);
		check_int(mllp_peer_count(bench.mllp), 1);
		now_ms += 1;
		check_closed(&bench, fd);
		end(&bench);
	}
}

static void calls_forget(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++)
		free(bench->calls[i].args);
	bench->count = 0;
}

/* Ten errors of full length make an answer of some kilobytes; unread, they fill the sockets. */
static void large_reply(struct buf *out)
{
	buf_add_str(out, "{\"data\": {\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00Z\", "
			 "\"ack_code\": \"AE\", "
			 "\"errors\": [");
	for (unsigned i = 0; i < 10; i++) {
		buf_addf(out, "%s{\"code\": \"101\", \"location\": \"\", \"text\": \"%0150u\"}",
			i > 0 ? ", " : "", i);
	}
	buf_add_str(out, "]}}");
}

static void test_peer_that_takes_no_answer_has_an_end(void)
{
	struct bench bench;
	AUTO_BUF large = { 0 };
	static const char order[] = "\x0bMSH|^~\\&|||||||ORM^O01|1|P|2.5\r" BODY "\x1c\r";
	size_t answered = 0;
	bool stuck = false;

	large_reply(&large);
	begin(&bench);
	int fd = client_with_window(&bench, 1); /* the kernel's least */

	while (!stuck && answered < CALLS_MAX * 100) {
		/* one message at a time: the store is not called again while an answer is stuck */
		if (send(fd, order, strlen(order), MSG_NOSIGNAL) < 0)
			break;
		/* the kernel finds late room for an answer now and then: that is no end yet */
		for (unsigned i = 0; i < 50 && bench.count == 0; i++)
			loop_step(bench.loop, 10);
		stuck = bench.count == 0;
		if (!stuck)
			reply(&bench, 0, buf_str(&large));
		calls_forget(&bench);
		answered++;
	}
	check(stuck);
	check_int(mllp_peer_count(bench.mllp), 1);
	now_ms += MLLP_ANSWER_MS - 1;
	run_idle(&bench);
	check_int(mllp_peer_count(bench.mllp), 1);
	now_ms += 1;
	run_idle(&bench);
	check_int(mllp_peer_count(bench.mllp), 0);
	close(fd);
	end(&bench);
}

static void send_all(struct bench *bench, int fd, size_t len)
{
	static char chunk[65536];

	memset(chunk, 'x', sizeof(chunk));
	for (int64_t until = clock_mono_ms() + WAIT_MS; len > 0 && clock_mono_ms() < until;) {
		ssize_t n =
			send(fd, chunk, len < sizeof(chunk) ? len : sizeof(chunk), MSG_NOSIGNAL);

		if (n > 0)
			len -= (size_t)n;
		else if (errno != EAGAIN)
			break;
		loop_step(bench->loop, 0);
	}
}

static void test_oversize_message_is_refused_and_ends_the_connection(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, "\x0b" MSH("900"));
	send_all(&bench, fd, MLLP_MESSAGE_MAX + 300000);
	check_answer(&bench, fd,
		"\x0bMSH|^~\\&|SP|L1|EPIC|F1|20260302160001+0000||ACK^O01|N1772467201000000|P|2.3\r"
		"MSA|AR|900|the message is larger than 1048576 bytes\r"
		"ERR|^^^207&Application internal error&HL70357\r\x1c\r");
	char byte;
	int64_t until = clock_mono_ms() + WAIT_MS;

	while (recv(fd, &byte, 1, 0) < 0 && errno == EAGAIN && clock_mono_ms() < until)
		loop_step(bench.loop, 5);
	check_int(recv(fd, &byte, 1, 0), 0); /* our half is shut, with the answer taken */
	now_ms += MLLP_DRAIN_MS;
	run_idle(&bench);
	check_int(mllp_peer_count(bench.mllp), 0);
	check_int(bench.count, 0);
	close(fd);
	end(&bench);
}

static void test_connections_over_the_limit_are_closed(void)
{
	struct bench bench;
	int fds[MLLP_PEERS_MAX];

	begin(&bench);
	for (size_t i = 0; i < MLLP_PEERS_MAX; i++) {
		fds[i] = client(&bench);
		run_idle(&bench);
	}
	check_int(mllp_peer_count(bench.mllp), MLLP_PEERS_MAX);
	int over = client(&bench);
	AUTO_BUF got = { 0 };

	check(run_to_answer(&bench, over, 1, &got));
	check_int(mllp_peer_count(bench.mllp), MLLP_PEERS_MAX);
	close(over);
	client_send(fds[0], ORDER("1"));
	run_to_call(&bench, 1);
	close(fds[1]);
	run_idle(&bench);
	check_int(mllp_peer_count(bench.mllp), MLLP_PEERS_MAX - 1);
	int next = client(&bench);

	run_idle(&bench);
	check_int(mllp_peer_count(bench.mllp), MLLP_PEERS_MAX);
	end(&bench);
	check(bench.calls[0].cancelled);
	close(next);
	for (size_t i = 0; i < MLLP_PEERS_MAX; i++) {
		if (i != 1)
			close(fds[i]);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_half_closed_peer_still_gets_its_answer),
		CHECK_TEST(test_peer_that_leaves_before_its_answer_costs_nothing),
		CHECK_TEST(test_peer_that_closed_is_answered_into_the_void),
		CHECK_TEST(test_slow_frame_has_an_end_however_it_drips),
		CHECK_TEST(test_silent_peer_and_garbage_have_an_end),
		CHECK_TEST(test_peer_that_takes_no_answer_has_an_end),
		CHECK_TEST(test_oversize_message_is_refused_and_ends_the_connection),
		CHECK_TEST(test_connections_over_the_limit_are_closed),
	};

	return mllp_check_run("core/mllp_peer", tests, ARRAY_LEN(tests));
}
