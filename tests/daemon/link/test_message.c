/* daemon/link/message: JSON out and in, payloads by name. */
#include "daemon/link/message.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

/* As the link does it: all pieces of the message into `in`. */
static void deliver(struct message *message, struct transfers_in *in)
{
	struct piece piece;

	for (size_t i = 0; i < message->transfer_count; i++) {
		struct transfer_out *transfer = &message->transfers[i];

		while (!transfer_out_is_done(transfer)) {
			check(transfer_out_next(transfer, &piece));
			check(transfers_in_add(in, &piece, NULL));
			check(transfer_out_ack(transfer, &piece, NULL));
		}
	}
}

static void test_fields_become_transfers_and_are_found_by_name(void)
{
	struct message *message = message_new(FRAME_REQUEST, 3);
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "do", "print");
	AUTO(json_decref) json_t *back = NULL;
	struct link_payloads payloads = { .count = 2,
		.items = { { "bytes", bytes_of_str("^XA") }, { "png", bytes_of_str("") } } };
	struct link_payloads found;
	struct transfers_in in = { 0 };
	uint64_t next_transfer = 7;
	struct err err = { 0 };

	check_ok(message_fill(message, body, &payloads, &next_transfer, &err), &err);
	check_str(buf_str(&message->payload), "{\"do\":\"print\",\"bytes\":{\"transfer\":7,\"len\":"
					      "3},\"png\":{\"transfer\":8,\"len\":0}}");
	check_int(next_transfer, 9);
	check_int(json_object_size(body), 1); /* the caller's own is as it was */
	check_int(message_bytes(message), message->payload.len + 3);
	deliver(message, &in);
	check_ok(message_read(buf_bytes(&message->payload), &in, &back, &found, &err), &err);
	check_int(found.count, 2);
	check_bytes(link_payload_find(&found, "bytes"), bytes_of_str("^XA"));
	check(link_payload_is_here(&found, "png"));
	check_int(link_payload_find(&found, "png").len, 0);
	check(!link_payload_is_here(&found, "pdf"));
	check_int(link_payload_find(&found, "pdf").len, 0);
	check(!link_payload_is_here(NULL, "pdf"));
	check_int(link_payload_find(NULL, "pdf").len, 0);
	transfers_in_reset(&in);
	message_free(message);
	message_free(NULL);
}

static void test_text_up_to_the_limit_is_one_message_and_beyond_a_transfer(void)
{
	for (size_t over = 0; over < 2; over++) {
		size_t len = FRAME_PAYLOAD_MAX - strlen("{\"what\":\"\"}") + over;
		AUTO(char_free) char *text = xcalloc(1, len + 1);
		struct message *message = message_new(FRAME_NOTICE, 1);
		struct transfers_in in = { 0 };
		struct link_payloads found;
		struct err err = { 0 };
		uint64_t next_transfer = 1;

		memset(text, 'x', len);
		AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", text);
		AUTO(json_decref) json_t *back = NULL;

		check_ok(message_fill(message, body, NULL, &next_transfer, &err), &err);
		check_int(message->transfer_count, over);
		if (over)
			check_str(buf_str(&message->payload),
				"{\"json\":{\"transfer\":1,\"len\":32753}}");
		deliver(message, &in);
		check_ok(
			message_read(buf_bytes(&message->payload), &in, &back, &found, &err), &err);
		check(json_equal(back, body));
		check_int(found.count, 0);
		transfers_in_reset(&in);
		message_free(message);
	}
}

static void test_text_and_payloads_together_are_bounded(void)
{
	uint8_t *bytes = xcalloc(1, TRANSFER_BYTES_MAX);
	AUTO(char_free) char *text = xcalloc(1, FRAME_MAX + 1);
	struct link_payloads payloads = { .count = 1,
		.items = { { "a", bytes_of(bytes, TRANSFER_BYTES_MAX) } } };
	uint64_t next_transfer = 1;
	struct err err = { 0 };
	struct message *message = message_new(FRAME_REQUEST, 1);

	memset(text, 'x', FRAME_MAX);
	AUTO(json_decref) json_t *large = json_pack("{s:s}", "do", text);
	AUTO(json_decref) json_t *small = json_pack("{s:s}", "do", "x");

	check(!message_fill(message, large, &payloads, &next_transfer, &err));
	check_err(&err, ERR_TOO_LARGE, "more than 4194304 bytes");
	message_free(message);
	message = message_new(FRAME_REQUEST, 1);
	check(message_fill(message, small, &payloads, &next_transfer, &err));
	message_free(message);
	payloads.count = 2;
	payloads.items[1] = (struct link_payload) { "b", bytes_of(bytes, 1) };
	message = message_new(FRAME_REQUEST, 1);
	check(!message_fill(message, small, &payloads, &next_transfer, &err));
	check_err(&err, ERR_TOO_LARGE, "more than 4194304 bytes");
	message_free(message);
	free(bytes);
}

static void test_text_of_more_than_four_mebibytes_is_refused(void)
{
	size_t len = TRANSFER_BYTES_MAX;
	AUTO(char_free) char *text = xcalloc(1, len + 1);
	struct message *message = message_new(FRAME_REQUEST, 1);
	uint64_t next_transfer = 1;
	struct err err = { 0 };

	memset(text, 'x', len);
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "do", text);

	check(!message_fill(message, body, NULL, &next_transfer, &err));
	check_err(&err, ERR_TOO_LARGE, "message of 4194313 bytes");
	message_free(message);
}

static void test_malformed_messages_are_refused(void)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "", "not JSON" },
		{ "{", "not JSON" },
		{ "{}x", "not JSON" },
		{ "{\"a\":1,\"a\":2}", "not JSON" },
		{ "{\"a\":\"\\u0000\"}", "not JSON" },
		{ "{\"a\":\"\xff\"}", "not JSON" },
		{ "[]", "not a JSON object" },
		{ "7", "not JSON" },
		{ "{\"bytes\":{\"transfer\":2,\"len\":3}}", "transfer 2 is not here" },
		{ "{\"bytes\":{\"transfer\":-1,\"len\":3}}", "transfer -1 is not here" },
		{ "{\"bytes\":{\"transfer\":1,\"len\":4}}", "transfer 1 has 3 bytes, not 4" },
		{ "{\"bytes\":{\"transfer\":1,\"len\":-1}}", "not -1" },
		{ "{\"json\":{\"transfer\":2,\"len\":3}}", "transfer 2 is not here" },
		{ "{\"json\":{\"transfer\":1,\"len\":3}}", "not JSON" },
		{ "{\"a\":{\"transfer\":1,\"len\":3},\"b\":{\"transfer\":1,\"len\":3},\"c\":{"
		  "\"transfer\":1,\"len\":3},"
		  "\"d\":{\"transfer\":1,\"len\":3},\"e\":{\"transfer\":1,\"len\":3}}",
			"more than 4 transfers" },
	};
	struct transfers_in in = { 0 };
	struct piece piece = { 1, 0, 1, bytes_of_str("abc") };

	check(transfers_in_add(&in, &piece, NULL));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *untouched = NULL;
		struct link_payloads found;
		struct err err = { 0 };

		check_row(rows[i].text);
		check(!message_read(bytes_of_str(rows[i].text), &in, &untouched, &found, &err));
		check_err(&err, ERR_INVALID, rows[i].why);
		check(!untouched);
	}
	transfers_in_reset(&in);
}

static void test_what_only_looks_like_a_transfer_is_left_alone(void)
{
	static const char text[] =
		"{\"a\":{\"transfer\":1},\"b\":{\"transfer\":\"1\",\"len\":3},"
		"\"c\":{\"transfer\":1,\"len\":3,\"x\":0},\"d\":[{\"transfer\":1,\"len\":3}]}";
	struct transfers_in in = { 0 };
	AUTO(json_decref) json_t *back = NULL;
	struct link_payloads found;
	struct err err = { 0 };

	check_ok(message_read(bytes_of_str(text), &in, &back, &found, &err), &err);
	check_int(found.count, 0);
	check_int(json_object_size(back), 4);
}

static void test_message_before_the_end_of_its_transfer_is_refused(void)
{
	struct transfers_in in = { 0 };
	struct piece piece = { 1, 0, 2, bytes_of_str("abc") };
	json_t *back = NULL;
	struct link_payloads found;
	struct err err = { 0 };

	check(transfers_in_add(&in, &piece, NULL));
	check(!message_read(bytes_of_str("{}"), &in, &back, &found, &err));
	check_err(&err, ERR_INVALID, "before the last piece");
	transfers_in_reset(&in);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_fields_become_transfers_and_are_found_by_name),
		CHECK_TEST(test_text_up_to_the_limit_is_one_message_and_beyond_a_transfer),
		CHECK_TEST(test_text_and_payloads_together_are_bounded),
		CHECK_TEST(test_text_of_more_than_four_mebibytes_is_refused),
		CHECK_TEST(test_malformed_messages_are_refused),
		CHECK_TEST(test_what_only_looks_like_a_transfer_is_left_alone),
		CHECK_TEST(test_message_before_the_end_of_its_transfer_is_refused),
	};

	return check_run("link/message", tests, ARRAY_LEN(tests));
}
