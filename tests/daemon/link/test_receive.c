/* daemon/link/receive: a peer that sends garbage is closed, once, and hurts nobody else. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/link/ends.h"

#define GOOD_ID "0123456789abcdef0123456789abcdef"

static struct ends ends;

/* What the program writes to standard error meanwhile. */
static int stderr_before;
static FILE *stderr_file;

static void stderr_catch(void)
{
	fflush(stderr);
	stderr_before = dup(STDERR_FILENO);
	stderr_file = tmpfile();
	dup2(fileno(stderr_file), STDERR_FILENO);
	log_set_level(LOG_LEVEL_WARNING);
}

static void stderr_release(struct buf *out)
{
	log_set_level(LOG_LEVEL_ERROR);
	dup2(stderr_before, STDERR_FILENO);
	close(stderr_before);
	buf_reset(out);
	rewind(stderr_file);
	for (int c = fgetc(stderr_file); c != EOF; c = fgetc(stderr_file))
		buf_add_byte(out, (uint8_t)c);
	fclose(stderr_file);
}

static unsigned lines(const char *text)
{
	unsigned count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static bool is_closed(int fd)
{
	int type;

	do {
		type = peer_receive(fd, NULL, NULL);
	} while (type > 0);
	return type == 0;
}

/* Sends it, and finds the link closed with these words in one line of the log. */
static void check_refused(int fd, struct bytes message, const char *why)
{
	AUTO_BUF log = { 0 };

	stderr_catch();
	check_int(send(fd, message.data, message.len, MSG_NOSIGNAL), message.len);
	ends_settle(&ends);
	stderr_release(&log);
	check(is_closed(fd));
	check_contains(buf_str(&log), why);
	check_int(lines(buf_str(&log)), 1);
	close(fd);
}

static void frame_of(struct buf *out, enum frame_type type, uint64_t id, struct bytes payload)
{
	buf_reset(out);
	frame_encode(&(struct frame) { .type = type, .id = id, .payload = payload }, out);
}

static void test_garbage_after_hello_closes_the_link_and_no_other(void)
{
	static const struct {
		const char *name;
		enum frame_type type;
		const char *payload;
		const char *why;
	} rows[] = {
		{ "second hello", FRAME_HELLO, "{}", "hello: second hello" },
		{ "ack with payload", FRAME_ACK, "x", "ack: ack with a payload" },
		{ "request not JSON", FRAME_REQUEST, "do", "request: message is not JSON" },
		{ "request no object", FRAME_REQUEST, "[]",
			"request: message is not a JSON object" },
		{ "reply not JSON", FRAME_REPLY, "", "reply: message is not JSON" },
		{ "report not JSON", FRAME_REPORT, "{", "report: message is not JSON" },
		{ "notice not JSON", FRAME_NOTICE, "{\"a\":1,\"a\":1}",
			"notice: message is not JSON" },
		{ "transfer not here", FRAME_REQUEST, "{\"b\":{\"transfer\":1,\"len\":1}}",
			"transfer 1 is not here" },
		{ "piece too short", FRAME_PIECE, "short", "piece: piece of 5 bytes is too short" },
		{ "piece_ack too short", FRAME_PIECE_ACK, "short", "piece_ack has 5 bytes" },
		{ "piece_ack for nothing", FRAME_PIECE_ACK, "123456789012", "nothing was sent" },
	};

	ends_open(&ends);
	ends_connect(&ends); /* the good one */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF message = { 0 };
		int fd = peer_connect(&ends);

		check_row(rows[i].name);
		peer_hello(fd, "press");
		ends_settle(&ends);
		check_str(end_log(&ends.core), "hello(press) ");
		frame_of(&message, rows[i].type, 1, bytes_of_str(rows[i].payload));
		check_refused(fd, buf_bytes(&message), rows[i].why);
		check_str(end_log(&ends.core), "closed ");
		check(link_is_open(ends.bench.link));
	}
	ends_close(&ends);
}

static void test_malformed_headers_close_the_link(void)
{
	static const struct {
		const char *hex;
		const char *why;
	} rows[] = {
		{ "00", "has no header" },
		{ "02030000000000000000000000000001", "version 2" },
		{ "01090000000000000000000000000001", "unknown type 9" },
		{ "01030000000000090000000000000001", "says 9 bytes" },
	};

	ends_open(&ends);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF message = { 0 };
		int fd = peer_connect(&ends);

		check_row(rows[i].hex);
		peer_hello(fd, "press");
		ends_settle(&ends);
		check(hex_decode(bytes_of_str(rows[i].hex), &message, NULL));
		check_refused(fd, buf_bytes(&message), rows[i].why);
	}
	ends_close(&ends);
}

static void test_message_that_is_larger_than_allowed_closes_the_link(void)
{
	uint8_t *message = xcalloc(1, FRAME_MAX + 1);

	ends_open(&ends);
	int fd = peer_connect(&ends);

	peer_hello(fd, "press");
	ends_settle(&ends);
	check_refused(fd, bytes_of(message, FRAME_MAX + 1), "message of 32769 bytes is too large");
	free(message);
	ends_close(&ends);
}

static void test_nothing_may_come_before_hello(void)
{
	ends_open(&ends);
	for (unsigned type = FRAME_ACK; type <= FRAME_PIECE_ACK; type++) {
		AUTO_BUF message = { 0 };
		int fd = peer_connect(&ends);

		ends_settle(&ends);
		frame_of(&message, (enum frame_type)type, 1, bytes_of_str("{}"));
		check_refused(fd, buf_bytes(&message), "before hello");
		check_str(end_log(&ends.core), ""); /* the core never knew of it */
	}
	ends_close(&ends);
}

static void test_hello_must_say_who_it_is(void)
{
	static const struct {
		const char *name;
		const char *json;
	} rows[] = {
		{ "empty", "{}" },
		{ "no role", "{\"version\":\"1\",\"start_id\":\"" GOOD_ID "\",\"reports\":[]}" },
		{ "empty role", "{\"role\":\"\",\"version\":\"1\",\"start_id\":\"" GOOD_ID
				"\",\"reports\":[]}" },
		{ "long role",
			"{\"role\":\"0123456789abcdef\",\"version\":\"1\",\"start_id\":\"" GOOD_ID
			"\",\"reports\":[]}" },
		{ "role is a number", "{\"role\":1,\"version\":\"1\",\"start_id\":\"" GOOD_ID
				      "\",\"reports\":[]}" },
		{ "no version",
			"{\"role\":\"press\",\"start_id\":\"" GOOD_ID "\",\"reports\":[]}" },
		{ "no start id", "{\"role\":\"press\",\"version\":\"1\",\"reports\":[]}" },
		{ "short start id", "{\"role\":\"press\",\"version\":\"1\",\"start_id\":\"01\","
				    "\"reports\":[]}" },
		{ "start id in capitals", "{\"role\":\"press\",\"version\":\"1\",\"start_id\":"
					  "\"0123456789ABCDEF0123456789abcdef\","
					  "\"reports\":[]}" },
		{ "no reports",
			"{\"role\":\"press\",\"version\":\"1\",\"start_id\":\"" GOOD_ID "\"}" },
		{ "reports no list", "{\"role\":\"press\",\"version\":\"1\",\"start_id\":\"" GOOD_ID
				     "\",\"reports\":{}}" },
	};

	ends_open(&ends);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF message = { 0 };
		int fd = peer_connect(&ends);

		check_row(rows[i].name);
		ends_settle(&ends);
		frame_of(&message, FRAME_HELLO, 0, bytes_of_str(rows[i].json));
		check_refused(fd, buf_bytes(&message), "hello lacks");
		check_str(end_log(&ends.core), "");
	}
	ends_close(&ends);
}

static void piece_send(int fd, uint64_t transfer, uint32_t number, uint32_t count, const char *text)
{
	AUTO_BUF payload = { 0 };

	piece_encode(&(struct piece) { transfer, number, count, bytes_of_str(text) }, &payload);
	peer_send(fd, FRAME_PIECE, 0, buf_bytes(&payload));
}

static int greeted_peer(void)
{
	int fd = peer_connect(&ends);

	peer_hello(fd, "press");
	ends_settle(&ends);
	check_int(peer_receive(fd, NULL, NULL), FRAME_HELLO);
	return fd;
}

static void test_pieces_are_acknowledged_one_by_one(void)
{
	AUTO_BUF payload = { 0 };
	struct piece ack = { 0 };

	ends_open(&ends);
	int fd = greeted_peer();

	for (uint32_t number = 0; number < 3; number++) {
		piece_send(fd, 4, number, 3, "abc");
		ends_settle(&ends);
		check_int(peer_receive(fd, NULL, &payload), FRAME_PIECE_ACK);
		check(piece_ack_decode(buf_bytes(&payload), &ack, NULL));
		check_int(ack.transfer, 4);
		check_int(ack.number, number);
	}
	peer_send(fd, FRAME_NOTICE, 1,
		bytes_of_str("{\"what\":\"x\",\"bytes\":{\"transfer\":4,\"len\":9}}"));
	ends_settle(&ends);
	check_contains(end_log(&ends.core), "notice(x,9) ");
	check_bytes(buf_bytes(&ends.core.payload), bytes_of_str("abcabcabc"));
	close(fd);
	ends_close(&ends);
}

static void test_transfer_that_the_next_message_does_not_claim_is_dropped(void)
{
	AUTO_BUF message = { 0 };

	ends_open(&ends);
	int fd = greeted_peer();

	piece_send(fd, 4, 0, 1, "abc");
	peer_send(fd, FRAME_ACK, 77, bytes_of(NULL, 0)); /* no JSON: does not count */
	peer_send(fd, FRAME_NOTICE, 1, bytes_of_str("{\"what\":\"x\"}"));
	ends_settle(&ends);
	check_contains(end_log(&ends.core), "notice(x,0) ");
	frame_of(&message, FRAME_NOTICE, 2,
		bytes_of_str("{\"what\":\"y\",\"bytes\":{\"transfer\":4,\"len\":3}}"));
	check_refused(fd, buf_bytes(&message), "transfer 4 is not here");
	ends_close(&ends);
}

static void test_piece_out_of_order_closes_the_link(void)
{
	AUTO_BUF payload = { 0 };
	AUTO_BUF message = { 0 };

	ends_open(&ends);
	int fd = greeted_peer();

	piece_send(fd, 4, 0, 3, "abc");
	ends_settle(&ends);
	piece_encode(&(struct piece) { 4, 2, 3, bytes_of_str("abc") }, &payload);
	frame_of(&message, FRAME_PIECE, 0, buf_bytes(&payload));
	check_refused(fd, buf_bytes(&message), "piece 2 of 3 of transfer 4 is out of order");
	ends_close(&ends);
}

static void test_reply_to_nothing_is_ignored(void)
{
	ends_open(&ends);
	int fd = greeted_peer();

	peer_send(fd, FRAME_REPLY, 12345, bytes_of_str("{\"ok\":true}"));
	ends_settle(&ends);
	check_int(peer_receive(fd, NULL, NULL), -1);
	check_int(ends.core.replies, 0);
	close(fd);
	ends_close(&ends);
}

static void test_refusals_in_every_shape_are_errors(void)
{
	static const struct {
		const char *json;
		enum err_code code;
		const char *message;
	} rows[] = {
		{ "{\"ok\":false,\"code\":\"ERR_BUSY\",\"message\":\"wait\",\"hint\":\"a little\"}",
			ERR_BUSY, "wait" },
		{ "{\"ok\":false}", ERR_INTERNAL, "refused" },
		{ "{}", ERR_INTERNAL, "refused" },
		{ "{\"ok\":1,\"code\":7,\"message\":[]}", ERR_INTERNAL, "refused" },
		{ "{\"ok\":false,\"code\":\"ERR_WHAT\",\"message\":\"%s%n\"}", ERR_INTERNAL,
			"%s%n" },
		{ "{\"ok\":false,\"code\":\"ERR_NONE\",\"message\":\"x\"}", ERR_INTERNAL, "x" },
	};

	ends_open(&ends);
	int fd = greeted_peer();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *body = json_pack("{s:s}", "do", "x");
		uint64_t id = 0;

		check_row(rows[i].json);
		link_request(ends.core.link, body, NULL, 1000, end_on_reply, &ends.core);
		ends_settle(&ends);
		check_int(peer_receive(fd, &id, NULL), FRAME_REQUEST);
		peer_send(fd, FRAME_REPLY, id, bytes_of_str(rows[i].json));
		ends_settle(&ends);
		check_int(ends.core.replies, i + 1);
		check_err(&ends.core.reply_err, rows[i].code, rows[i].message);
	}
	check_str(ends.core.reply_err.hint, "");
	close(fd);
	ends_close(&ends);
}

static void test_role_without_the_handler_refuses_requests_and_closes_on_reports(void)
{
	AUTO_BUF payload = { 0 };
	AUTO_BUF message = { 0 };

	ends_open(&ends);
	link_listener_free(ends.listener);
	ends.core.setup.handlers.on_request = NULL;
	ends.core.setup.handlers.on_report = NULL;
	ends.core.setup.handlers.on_notice = NULL;
	ends_listen(&ends);
	int fd = greeted_peer();

	peer_send(fd, FRAME_NOTICE, 1, bytes_of_str("{\"what\":\"x\"}"));
	peer_send(fd, FRAME_REQUEST, 5, bytes_of_str("{\"do\":\"x\"}"));
	ends_settle(&ends);
	check_int(peer_receive(fd, NULL, &payload), FRAME_REPLY);
	check_contains(buf_str(&payload), "\"code\":\"ERR_INVALID\"");
	check_contains(buf_str(&payload), "'core' takes no requests");
	frame_of(&message, FRAME_REPORT, 1, bytes_of_str("{\"what\":\"scan\"}"));
	check_refused(fd, buf_bytes(&message), "'core' takes no reports");
	ends_close(&ends);
}

static void test_peer_with_too_many_open_requests_is_told_so(void)
{
	AUTO_BUF payload = { 0 };
	uint64_t id = 0;

	ends_open(&ends);
	int fd = greeted_peer();

	for (uint64_t i = 1; i <= LINK_REQUESTS_MAX + 1; i++) {
		peer_send(fd, FRAME_REQUEST, i, bytes_of_str("{\"do\":\"x\"}"));
		if (i % 4 == 0)
			ends_settle(&ends);
	}
	ends_settle(&ends);
	check_int(peer_receive(fd, &id, &payload), FRAME_REPLY);
	check_int(id, LINK_REQUESTS_MAX + 1);
	check_contains(buf_str(&payload), "ERR_BUSY");
	check_int(peer_receive(fd, NULL, NULL), -1); /* the others still wait for their answer */
	close(fd);
	ends_close(&ends);
}

static void test_peer_that_reports_and_takes_no_ack_is_closed(void)
{
	AUTO_BUF message = { 0 };

	ends_open(&ends);
	ends.core.acks = true;
	int fd = greeted_peer();

	frame_of(&message, FRAME_REPORT, 1, bytes_of_str("{\"what\":\"scan\"}"));
	for (unsigned i = 0; i < 5 * LINK_CONTROL_MAX && ends.core.link; i++) {
		(void)send(fd, message.data, message.len,
			MSG_NOSIGNAL | MSG_DONTWAIT); /* full now and then */
		loop_step(ends.loop, 0);
	}
	check(!ends.core.link);
	close(fd);
	ends_close(&ends);
}

static void test_listener_rests_when_there_are_no_descriptors_and_goes_on(void)
{
	struct rlimit before;
	AUTO_BUF log = { 0 };

	ends_open(&ends);
	int fd = peer_connect(&ends);

	peer_hello(fd, "bench");
	stderr_catch();
	log_set_level(LOG_LEVEL_ERROR);
	getrlimit(RLIMIT_NOFILE, &before);
	int next = dup(STDERR_FILENO);

	close(next);
	struct rlimit tight = { .rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max };

	check_int(setrlimit(RLIMIT_NOFILE, &tight), 0);
	ends_settle(&ends);
	check_int(setrlimit(RLIMIT_NOFILE, &before), 0);
	stderr_release(&log);
	check_contains(buf_str(&log), "accepting a link: Too many open files");
	check_int(lines(buf_str(&log)), 1); /* three hundred passes, one attempt */
	check_int(ends.core.hellos, 0);
	ends_wait(&ends, 1000);
	check_int(ends.core.hellos, 1);
	close(fd);
	ends_close(&ends);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_garbage_after_hello_closes_the_link_and_no_other),
		CHECK_TEST(test_malformed_headers_close_the_link),
		CHECK_TEST(test_message_that_is_larger_than_allowed_closes_the_link),
		CHECK_TEST(test_nothing_may_come_before_hello),
		CHECK_TEST(test_hello_must_say_who_it_is),
		CHECK_TEST(test_pieces_are_acknowledged_one_by_one),
		CHECK_TEST(test_transfer_that_the_next_message_does_not_claim_is_dropped),
		CHECK_TEST(test_piece_out_of_order_closes_the_link),
		CHECK_TEST(test_reply_to_nothing_is_ignored),
		CHECK_TEST(test_refusals_in_every_shape_are_errors),
		CHECK_TEST(test_role_without_the_handler_refuses_requests_and_closes_on_reports),
		CHECK_TEST(test_peer_with_too_many_open_requests_is_told_so),
		CHECK_TEST(test_peer_that_reports_and_takes_no_ack_is_closed),
		CHECK_TEST(test_listener_rests_when_there_are_no_descriptors_and_goes_on),
	};

	return check_run("link/receive", tests, ARRAY_LEN(tests));
}
