/*
 * A listener of daemon/core/mllp with a store of the test's own, the loop's clock in its hand, and
 * clients at real sockets.
 */
#ifndef SPECIMEND_TESTS_CORE_MLLP_RIG_H
#define SPECIMEND_TESTS_CORE_MLLP_RIG_H

#include "daemon/core/mllp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
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

static inline int64_t test_clock(void)
{
	return now_ms;
}

static inline int64_t test_real_us(void)
{
	return 1772467201000000; /* 2026-03-02 16:00:01 UTC */
}

static inline void *fake_order_message(void *ctx, const char *args, mllp_reply_fn done, void *arg)
{
	struct bench *bench = ctx;
	struct call *call = &bench->calls[bench->count++];

	*call = (struct call) { .args = xstrdup(args), .done = done, .arg = arg };
	return call;
}

static inline void fake_cancel(void *ctx, void *handle)
{
	struct call *call = handle;

	(void)ctx;
	call->cancelled = true;
}

static inline void begin(struct bench *bench)
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

static inline void end(struct bench *bench)
{
	mllp_free(bench->mllp);
	loop_step(bench->loop, 0);
	loop_free(bench->loop);
	for (size_t i = 0; i < bench->count; i++)
		free(bench->calls[i].args);
}

/* window: bytes that the client's socket takes unread, 0 for the system's choice. */
static inline int client_with_window(const struct bench *bench, int window)
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

static inline int client(const struct bench *bench)
{
	return client_with_window(bench, 0);
}

static inline void client_send(int fd, const char *bytes)
{
	check_int(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (long long)strlen(bytes));
}

/* The loop, until the store has been called n times in all. */
static inline bool run_to_call(struct bench *bench, size_t n)
{
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		bench->count < n && clock_mono_ms() < until;)
		loop_step(bench->loop, 5);
	return check_int(bench->count, n);
}

/* A moment in which whatever the sockets still hold is worked off. */
static inline void run_idle(struct bench *bench)
{
	for (unsigned i = 0; i < 10; i++)
		loop_step(bench->loop, 1);
}

/* The loop, until nobody is connected. */
static inline void run_to_no_peer(struct bench *bench)
{
	for (int64_t until = clock_mono_ms() + WAIT_MS;
		mllp_peer_count(bench->mllp) > 0 && clock_mono_ms() < until;)
		loop_step(bench->loop, 5);
}

/* The message arrives, and is the nth that the store is called with. */
static inline void send_to_store(struct bench *bench, int fd, const char *message, size_t n)
{
	client_send(fd, message);
	(void)run_to_call(bench, n); /* checked there */
}

/* The loop, until len bytes came to the client or its connection ended; they are in out. */
static inline bool run_to_answer(struct bench *bench, int fd, size_t len, struct buf *out)
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

static inline void check_answer(struct bench *bench, int fd, const char *expected)
{
	AUTO_BUF got = { 0 };

	(void)run_to_answer(bench, fd, strlen(expected), &got);
	check_bytes(buf_bytes(&got), bytes_of_str(expected));
}

/* Nothing more comes, and the connection is at its end. */
static inline void check_closed(struct bench *bench, int fd)
{
	AUTO_BUF got = { 0 };

	check(run_to_answer(bench, fd, 1, &got));
	check_int(got.len, 0);
	check_int(mllp_peer_count(bench->mllp), 0);
	close(fd);
}

static inline void reply(struct bench *bench, size_t n, const char *text)
{
	struct err err = { 0 };

	if (!text)
		(void)err_set(&err, ERR_DB_UNAVAILABLE, "the database is away");
	if (n < bench->count)
		bench->calls[n].done(bench->calls[n].arg, text, &err);
}

/* The store says this to its call n, counted from 0, and the client hears that. */
static inline void check_reply(
	struct bench *bench, int fd, size_t n, const char *said, const char *expected)
{
	reply(bench, n, said);
	check_answer(bench, fd, expected);
}

/* main of the program. */
static inline int mllp_check_run(const char *suite, const struct check_test *tests, size_t count)
{
	if (sodium_init() < 0)
		return 99;
	log_set_level(LOG_LEVEL_ERROR);
	return check_run(suite, tests, count);
}

#endif
