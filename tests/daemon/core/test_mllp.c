/*
 * daemon/core/mllp over real sockets: an answer only after the store's (IO-06), everything kept
 * (IO-05), whatever order and pieces the messages come in.
 */
#include "daemon/core/mllp.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/mllp_rig.h"

static const char *text_at(const json_t *args, const char *key)
{
	return json_string_value(json_object_get(args, key));
}

static void test_answer_waits_for_the_store(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	send_to_store(&bench, fd, ORDER("550"), 1);
	run_idle(&bench);
	char byte;

	check(recv(fd, &byte, 1, 0) < 0 && errno == EAGAIN);
	check_reply(&bench, fd, 0, TAKEN("17"), ACK("550", "17"));
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

		send_to_store(&bench, fd, rows[i].message, 1);
		check_reply(&bench, fd, 0, rows[i].reply, NOT_STORED("7"));
		send_to_store(&bench, fd, ORDER("8"), 2); /* the connection lives on */
		check_reply(&bench, fd, 1, TAKEN("20"), ACK("8", "20"));
		close(fd);
		end(&bench);
	}
}

static void test_store_that_never_answers_is_given_up(void)
{
	struct bench bench;

	begin(&bench);
	int fd = client(&bench);

	send_to_store(&bench, fd, ORDER("7"), 1);
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

	send_to_store(&bench, fd, ORDER("1") ORDER("2"), 1);
	run_idle(&bench);
	check_int(bench.count, 1);
	check_reply(&bench, fd, 0, TAKEN("11"), ACK("1", "11"));
	run_to_call(&bench, 2);
	check_reply(&bench, fd, 1, TAKEN("12"), ACK("2", "12"));
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
	check_reply(&bench, fd, 0, TAKEN("11"), ACK("3", "11"));
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

		send_to_store(&bench, fd, ORDER("550"), i + 1);
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
	run_to_no_peer(bench);
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
		CHECK_TEST(test_send_order_prints_the_answer_and_tells_by_its_status),
		CHECK_TEST(test_address_that_is_none_is_refused_in_words),
	};

	return mllp_check_run("core/mllp", tests, ARRAY_LEN(tests));
}
