/*
 * daemon/core/mllp over real sockets, with a store of the test's own and the loop's clock in its
 * hand: an answer only after the store's (IO-06), everything kept (IO-05), every wait ends.
 */
#include "daemon/core/mllp.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/hl7/frame.h"
#include "tests/check.h"

#define CALLS_MAX 64
#define WAIT_MS 2000 /* for what the sockets of one machine do at once */

#define MSH(id) "MSH|^~\\&|EPIC|F1|SP|L1|20260302||ORM^O01|" id "|P|2.3\r"
#define BODY "PID|1||88^^^RVS^MRN||DOE^JANE||19790314|F\rORC|NW|41|||||||||||9^O\rOBR|1|41||CBC\r"
#define ORDER(id) "\x0b" MSH(id) BODY "\x1c\r"
#define ACK(id, own)                                                                         \
	"\x0bMSH|^~\\&|SP|L1|EPIC|F1|20260302160000+0000||ACK^O01|" own "|P|2.3\rMSA|AA|" id \
	"\r\x1c\r"
#define TAKEN(own)                                                  \
	"{\"verdict\": \"stored\", \"data\": {\"message_id\": " own \
	", \"ack_at\": \"2026-03-02T16:00:00Z\", \"ack_code\": \"AA\", \"errors\": []}}"
#define NOT_STORED(id)                                                                       \
	"\x0bMSH|^~\\&|SP|L1|EPIC|F1|20260302160001+0000||ACK^O01|N1772467201000000|P|2.3\r" \
	"MSA|AR|" id                                                                         \
	"|not stored, send again\rERR|^^^207&Application internal error&HL70357\r\x1c\r"

struct call {
	char *args;
	mllp_reply_fn done;
	void *arg;
	bool cancelled;
};

struct bench {
	struct loop *loop;
	struct mllp *mllp;
	struct call calls[CALLS_MAX];
	size_t count;
};

static int64_t now_ms;

static int64_t test_clock(void)
{
	return now_ms;
}

static int64_t test_real_us(void)
{
	return 1772467201000000; /* 2026-03-02 16:00:01 UTC */
}

static void *fake_order_message(void *ctx, const char *args, mllp_reply_fn done, void *arg)
{
	struct bench *bench = ctx;
	struct call *call = &bench->calls[bench->count++];

	*call = (struct call) { .args = xstrdup(args), .done = done, .arg = arg };
	return call;
}

static void fake_cancel(void *ctx, void *handle)
{
	struct call *call = handle;

	(void)ctx;
	call->cancelled = true;
}

static void begin(struct bench *bench)
{
	struct err err = { 0 };

	*bench = (struct bench) { 0 };
	now_ms = 1000;
	bench->loop = loop_new(test_clock, &err);
	check_ok(bench->loop != NULL, &err);
	bench->mllp = mllp_new(&(struct mllp_setup) { .loop = bench->loop,
				       .address = "127.0.0.1",
				       .store = { fake_order_message, fake_cancel, bench },
				       .real_us = test_real_us },
		&err);
	if (!check_ok(bench->mllp != NULL, &err))
		exit(99);
}

static void end(struct bench *bench)
{
	mllp_free(bench->mllp);
	loop_step(bench->loop, 0);
	loop_free(bench->loop);
	for (size_t i = 0; i < bench->count; i++)
		free(bench->calls[i].args);
}

static void calls_forget(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++)
		free(bench->calls[i].args);
	bench->count = 0;
}

/* window: bytes that the client's socket takes unread, 0 for the system's choice. */
static int client_with_window(const struct bench *bench, int window)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)mllp_port(bench->mllp)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
		(window > 0 &&
			setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof(window)) != 0) ||
		connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		exit(99);
	(void)fcntl(
		fd, F_SETFL, O_NONBLOCK); /* a test that would block fails by its own deadline */
	return fd;
}

static int client(const struct bench *bench)
{
	return client_with_window(bench, 0);
}

static void client_send(int fd, const char *bytes)
{
	check_int(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (long long)strlen(bytes));
}

/* The loop, until the store has been called n times in all. */
static bool run_to_call(struct bench *bench, size_t n)
{
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		bench->count < n && clock_mono_ms() < until;)
		loop_step(bench->loop, 5);
	return check_int(bench->count, n);
}

/* A moment in which whatever the sockets still hold is worked off. */
static void run_idle(struct bench *bench)
{
	for (unsigned i = 0; i < 10; i++)
		loop_step(bench->loop, 1);
}

/* The loop, until len bytes came to the client or its connection ended; they are in out. */
static bool run_to_answer(struct bench *bench, int fd, size_t len, struct buf *out)
{
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		out->len < len && clock_mono_ms() < until;) {
		char bytes[4096];
		ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

		if (n > 0)
			buf_add_mem(out, bytes, (size_t)n);
		else if (n == 0 || errno != EAGAIN)
			return true;
		else
			loop_step(bench->loop, 5);
	}
	return false;
}

static void check_answer(struct bench *bench, int fd, const char *expected)
{
	AUTO_BUF got = { 0 };

	(void)run_to_answer(bench, fd, strlen(expected), &got);
	check_bytes(buf_bytes(&got), bytes_of_str(expected));
}

/* Nothing more comes, and the connection is at its end. */
static void check_closed(struct bench *bench, int fd)
{
	AUTO_BUF got = { 0 };

	check(run_to_answer(bench, fd, 1, &got));
	check_int(got.len, 0);
	check_int(mllp_peer_count(bench->mllp), 0);
	close(fd);
}

static void reply(struct bench *bench, size_t n, const char *text)
{
	struct err err = { 0 };

	if (!text)
		(void)err_set(&err, ERR_DB_UNAVAILABLE, "the database is away");
	if (n < bench->count)
		bench->calls[n].done(bench->calls[n].arg, text, &err);
}

static const char *text_at(const json_t *args, const char *key)
{
	return json_string_value(json_object_get(args, key));
}

static void test_answer_waits_for_the_store(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("550"));
	run_to_call(&bench, 1);
	run_idle(&bench);
	char byte;

	check(recv(fd, &byte, 1, 0) < 0 && errno == EAGAIN);
	reply(&bench, 0, TAKEN("17"));
	check_answer(&bench, fd, ACK("550", "17"));
	check_int(mllp_peer_count(bench.mllp), 1);
	close(fd);
	end(&bench);
}

static void test_store_is_given_the_bytes_their_hash_and_what_they_say(void)
{
	struct bench bench;
	static const char raw[] = MSH("550") BODY;
	AUTO_BUF base64 = { 0 };
	AUTO_BUF hex = { 0 };
	uint8_t hash[crypto_hash_sha256_BYTES];

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("550"));
	if (run_to_call(&bench, 1)) {
		json_t *args = json_loads(bench.calls[0].args, JSON_REJECT_DUPLICATES, NULL);

		base64_encode(bytes_of_str(raw), &base64);
		crypto_hash_sha256(hash, (const unsigned char *)raw, strlen(raw));
		hex_encode(bytes_of(hash, sizeof(hash)), &hex);
		check_str(text_at(args, "raw"), buf_str(&base64));
		check_str(text_at(args, "sha256"), buf_str(&hex));
		check_str(text_at(args, "peer"), "127.0.0.1");
		check_str(text_at(json_object_get(args, "parsed"), "control_id"), "550");
		check(!json_object_get(args, "error"));
		json_decref(args);
	}
	close(fd);
	end(&bench);
}

static void test_malformed_message_is_stored_and_then_refused(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, "\x0b" MSH("551") "PID|1||||DOE\r\x1c\r");
	if (run_to_call(&bench, 1)) {
		json_t *args = json_loads(bench.calls[0].args, JSON_REJECT_DUPLICATES, NULL);
		const json_t *error = json_object_get(args, "error");

		check(!json_object_get(args, "parsed"));
		check_str(text_at(error, "ack"), "AE");
		check_str(text_at(error, "code"), "101");
		check_str(text_at(error, "location"), "PID-3.1");
		check_str(text_at(json_object_get(error, "parsed"), "control_id"), "551");
		json_decref(args);
	}
	reply(&bench, 0,
		"{\"data\": {\"message_id\": 18, \"ack_at\": \"2026-03-02T16:00:00Z\", "
		"\"ack_code\": \"AE\", "
		"\"errors\": [{\"code\": \"101\", \"location\": \"PID-3.1\", \"text\": \"no "
		"number\"}]}}");
	check_answer(&bench, fd,
		"\x0bMSH|^~\\&|SP|L1|EPIC|F1|20260302160000+0000||ACK^O01|18|P|2.3\r"
		"MSA|AE|551|no number\rERR|PID^1^3^101&Required field missing&HL70357\r\x1c\r");
	close(fd);
	end(&bench);
}

static void test_what_is_not_committed_is_never_acknowledged(void)
{
	static const struct {
		const char *name;
		const char *message;
		const char *reply;
		const char *id;
	} rows[] = {
		{ "database away", ORDER("7"), NULL, "7" },
		{ "reply is no JSON", ORDER("7"), "oops", "7" },
		{ "reply without data", ORDER("7"), "{\"verdict\": \"not_stored\"}", "7" },
		{ "data without a number", ORDER("7"), "{\"data\": {\"ack_code\": \"AA\"}}", "7" },
		{ "AA for what can not be read", "\x0b" MSH("7") "\x1c\r", TAKEN("19"), "7" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench bench;

		check_row(rows[i].name);
		begin(&bench);
		int fd = client(&bench);

		client_send(fd, rows[i].message);
		run_to_call(&bench, 1);
		reply(&bench, 0, rows[i].reply);
		check_answer(&bench, fd, NOT_STORED("7"));
		client_send(fd, ORDER("8")); /* the connection lives on */
		run_to_call(&bench, 2);
		reply(&bench, 1, TAKEN("20"));
		check_answer(&bench, fd, ACK("8", "20"));
		close(fd);
		end(&bench);
	}
}

static void test_store_that_never_answers_is_given_up(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("7"));
	run_to_call(&bench, 1);
	now_ms += MLLP_STORE_MS - 1;
	run_idle(&bench);
	check(!bench.calls[0].cancelled);
	now_ms += 1;
	check_answer(&bench, fd, NOT_STORED("7"));
	check(bench.calls[0].cancelled);
	close(fd);
	end(&bench);
}

static void test_two_messages_in_one_packet_are_answered_one_after_the_other(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("1") ORDER("2"));
	run_to_call(&bench, 1);
	run_idle(&bench);
	check_int(bench.count, 1);
	reply(&bench, 0, TAKEN("11"));
	check_answer(&bench, fd, ACK("1", "11"));
	run_to_call(&bench, 2);
	reply(&bench, 1, TAKEN("12"));
	check_answer(&bench, fd, ACK("2", "12"));
	close(fd);
	end(&bench);
}

static void test_message_in_pieces_of_one_byte(void)
{
	struct bench bench;
	static const char order[] = ORDER("3");

	begin(&bench);
	int fd = client(&bench);

	for (size_t i = 0; order[i] != '\0'; i++) {
		check_int(send(fd, order + i, 1, MSG_NOSIGNAL), 1);
		loop_step(bench.loop, 1);
	}
	run_to_call(&bench, 1);
	reply(&bench, 0, TAKEN("11"));
	check_answer(&bench, fd, ACK("3", "11"));
	close(fd);
	end(&bench);
}

static void test_repeat_gets_the_same_bytes(void)
{
	struct bench bench;
	AUTO_BUF first = { 0 };

	begin(&bench);
	for (size_t i = 0; i < 2; i++) {
		int fd = client(&bench);
		AUTO_BUF got = { 0 };

		client_send(fd, ORDER("550"));
		run_to_call(&bench, i + 1);
		reply(&bench, i,
			i == 0 ? TAKEN("17")
			       : "{\"data\": {\"message_id\": 17, \"ack_at\": "
				 "\"2026-03-02T17:00:00+01:00\", "
				 "\"ack_code\": \"AA\", \"errors\": [], \"repeat\": true}}");
		(void)run_to_answer(&bench, fd, strlen(ACK("550", "17")), &got);
		if (i == 0)
			buf_add(&first, buf_bytes(&got));
		check_bytes(buf_bytes(&got), buf_bytes(&first));
		close(fd);
	}
	check_str(bench.calls[1].args, bench.calls[0].args);
	check_bytes(buf_bytes(&first), bytes_of_str(ACK("550", "17")));
	end(&bench);
}

static void test_half_closed_peer_still_gets_its_answer(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	client_send(fd, ORDER("550"));
	check_int(shutdown(fd, SHUT_WR), 0);
	run_to_call(&bench, 1);
	run_idle(&bench);
	reply(&bench, 0, TAKEN("17"));
	check_answer(&bench, fd, ACK("550", "17"));
	check_closed(&bench, fd);
	end(&bench);
}

static void test_peer_that_leaves_before_its_answer_costs_nothing(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);
	struct linger at_once = { .l_onoff = 1 };

	client_send(fd, ORDER("550"));
	run_to_call(&bench, 1);
	check_int(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
	close(fd); /* with RST */
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		mllp_peer_count(bench.mllp) > 0 && clock_mono_ms() < until;)
		loop_step(bench.loop, 5);
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
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		mllp_peer_count(bench.mllp) > 0 && clock_mono_ms() < until;)
		loop_step(bench.loop, 5);
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

/* contrib/send-order sends this file to us; what it writes is in out, its exit status returned. */
static int send_order(struct bench *bench, const char *file, const char *said, struct buf *out)
{
	const char *srcdir = getenv("srcdir") ? getenv("srcdir") : ".";
	AUTO(char_free)
	char *command = xasprintf("'%s/contrib/send-order' --port %u '%s/%s'", srcdir,
		mllp_port(bench->mllp), srcdir, file);
	FILE *script = popen(command, "re"); /* our own words only */

	if (!script)
		return -1;
	run_to_call(bench, 1);
	reply(bench, 0, said);
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		mllp_peer_count(bench->mllp) > 0 && clock_mono_ms() < until;)
		loop_step(bench->loop, 5);
	char line[256];

	while (fgets(line, sizeof(line), script))
		buf_add_str(out, line);
	return WEXITSTATUS(pclose(script));
}

static void test_send_order_prints_the_answer_and_tells_by_its_status(void)
{
	static const struct {
		const char *file;
		const char *said;
		int status;
		const char *printed;
	} rows[] = {
		{ "contrib/samples/order.hl7", TAKEN("17"), 0, "MSA|AA|700101\n" },
		{ "contrib/samples/malformed.hl7",
			"{\"data\": {\"message_id\": 2, \"ack_at\": \"2026-03-02T16:00:00Z\", "
			"\"ack_code\": "
			"\"AE\", \"errors\": [{\"code\": \"101\", \"location\": \"PID-3.1\", "
			"\"text\": \"x\"}]}}",
			1, "MSA|AE|700106|x\nERR|PID^1^3^101&Required field missing&HL70357\n" },
		{ "contrib/samples/order.hl7", NULL, 1, "not stored, send again" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench bench;
		AUTO_BUF printed = { 0 };

		check_row(rows[i].file);
		begin(&bench);
		check_int(send_order(&bench, rows[i].file, rows[i].said, &printed), rows[i].status);
		check_contains(buf_str(&printed), rows[i].printed);
		end(&bench);
	}
}

static void test_address_that_is_none_is_refused_in_words(void)
{
	struct err err = { 0 };
	struct loop *loop = loop_new(test_clock, &err);
	struct mllp_setup setup = { .loop = loop, .address = "not an address", .port = 1 };

	check(!mllp_new(&setup, &err));
	check_err(&err, ERR_INVALID, "'not an address'");
	setup = (struct mllp_setup) { .loop = loop, .address = "127.0.0.1", .port = 65536 };
	check(!mllp_new(&setup, &err));
	check_err(&err, ERR_INVALID, "65536");
	setup = (struct mllp_setup) { .loop = loop, .address = "192.0.2.1", .port = 0 };
	check(!mllp_new(&setup, &err)); /* TEST-NET-1 is nobody's own address */
	check_err(&err, ERR_IO, "192.0.2.1");
	setup = (struct mllp_setup) { .loop = loop, .address = "::1", .port = 0 };
	struct mllp *mllp = mllp_new(&setup, &err);

	if (mllp)
		check(mllp_port(mllp) > 0);
	else
		check_err(&err, ERR_IO, "::1"); /* a machine without IPv6 */
	mllp_free(mllp);
	mllp_free(NULL);
	loop_free(loop);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_answer_waits_for_the_store),
		CHECK_TEST(test_store_is_given_the_bytes_their_hash_and_what_they_say),
		CHECK_TEST(test_malformed_message_is_stored_and_then_refused),
		CHECK_TEST(test_what_is_not_committed_is_never_acknowledged),
		CHECK_TEST(test_store_that_never_answers_is_given_up),
		CHECK_TEST(test_two_messages_in_one_packet_are_answered_one_after_the_other),
		CHECK_TEST(test_message_in_pieces_of_one_byte),
		CHECK_TEST(test_repeat_gets_the_same_bytes),
		CHECK_TEST(test_half_closed_peer_still_gets_its_answer),
		CHECK_TEST(test_peer_that_leaves_before_its_answer_costs_nothing),
		CHECK_TEST(test_peer_that_closed_is_answered_into_the_void),
		CHECK_TEST(test_slow_frame_has_an_end_however_it_drips),
		CHECK_TEST(test_silent_peer_and_garbage_have_an_end),
		CHECK_TEST(test_peer_that_takes_no_answer_has_an_end),
		CHECK_TEST(test_oversize_message_is_refused_and_ends_the_connection),
		CHECK_TEST(test_connections_over_the_limit_are_closed),
		CHECK_TEST(test_send_order_prints_the_answer_and_tells_by_its_status),
		CHECK_TEST(test_address_that_is_none_is_refused_in_words),
	};

	if (sodium_init() < 0)
		return 99;
	log_set_level(LOG_LEVEL_ERROR);
	return check_run("core/mllp", tests, ARRAY_LEN(tests));
}
