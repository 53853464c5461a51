/* daemon/link/frame: the bytes of contrib/CONTRACTS.md 2, and what is malformed. */
#include "daemon/link/frame.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

static void unhex(const char *text, struct buf *out)
{
	buf_reset(out);
	check(hex_decode(bytes_of_str(text), out, NULL));
}

static void test_every_type_has_its_number_and_goes_there_and_back(void)
{
	static const struct {
		enum frame_type type;
		uint64_t id;
		const char *payload;
		const char *hex;
	} rows[] = {
		{ FRAME_HELLO, 0, "{}",
			"01010000000000020000000000000000"
			"7b7d" },
		{ FRAME_ACK, 7, "", "01020000000000000000000000000007" },
		{ FRAME_REQUEST, 0x0102030405060708, "x",
			"01030000000000010102030405060708"
			"78" },
		{ FRAME_REPLY, UINT64_MAX, "", "0104000000000000ffffffffffffffff" },
		{ FRAME_REPORT, 1, "", "01050000000000000000000000000001" },
		{ FRAME_NOTICE, 1, "", "01060000000000000000000000000001" },
		{ FRAME_PIECE, 1, "", "01070000000000000000000000000001" },
		{ FRAME_PIECE_ACK, 1, "", "01080000000000000000000000000001" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct frame frame = { rows[i].type, rows[i].id, bytes_of_str(rows[i].payload) };
		struct frame back;
		struct err err = { 0 };
		AUTO_BUF made = { 0 };
		AUTO_BUF want = { 0 };

		check_row(frame_type_name(rows[i].type));
		unhex(rows[i].hex, &want);
		frame_encode(&frame, &made);
		check_bytes(buf_bytes(&made), buf_bytes(&want));
		check_ok(frame_decode(buf_bytes(&made), &back, &err), &err);
		check_int(back.type, frame.type);
		check(back.id == frame.id);
		check_bytes(back.payload, frame.payload);
	}
}

static void test_largest_message_is_32768_bytes(void)
{
	uint8_t *payload = xcalloc(1, FRAME_PAYLOAD_MAX + 1);
	struct frame frame = { FRAME_NOTICE, 1, bytes_of(payload, FRAME_PAYLOAD_MAX) };
	struct frame back;
	struct err err = { 0 };
	AUTO_BUF made = { 0 };

	frame_encode(&frame, &made);
	check_int(made.len, 32768);
	check(frame_decode(buf_bytes(&made), &back, NULL));
	buf_add_byte(&made, 0);
	check(!frame_decode(buf_bytes(&made), &back, &err));
	check_err(&err, ERR_INVALID, "32769 bytes is too large");
	free(payload);
}

static void test_malformed_messages_are_refused(void)
{
	static const struct {
		const char *hex;
		const char *why;
	} rows[] = {
		{ "", "has no header" },
		{ "01", "has no header" },
		{ "010300000000000000000000000000", "message of 15 bytes has no header" },
		{ "00030000000000000000000000000001", "version 0" },
		{ "02030000000000000000000000000001", "version 2" },
		{ "01030100000000000000000000000001", "version" },
		{ "01030001000000000000000000000001", "version" },
		{ "01000000000000000000000000000001", "unknown type 0" },
		{ "01090000000000000000000000000001", "unknown type 9" },
		{ "01ff0000000000000000000000000001", "unknown type 255" },
		{ "01030000000000010000000000000001", "says 1 bytes of payload, has 0" },
		{ "01030000000000000000000000000001"
		  "7b",
			"says 0 bytes of payload, has 1" },
		{ "01030000ffffffff0000000000000001"
		  "7b",
			"says 4294967295 bytes" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct frame untouched = { FRAME_ACK, 99, { 0 } };
		struct err err = { 0 };
		AUTO_BUF message = { 0 };

		check_row(rows[i].hex);
		unhex(rows[i].hex, &message);
		check(!frame_decode(buf_bytes(&message), &untouched, &err));
		check_err(&err, ERR_INVALID, rows[i].why);
		check_int(untouched.id, 99);
	}
}

static void test_piece_and_its_ack_go_there_and_back(void)
{
	struct piece piece = { 0x0a0b, 3, 5, bytes_of_str("abc") };
	struct piece back;
	AUTO_BUF made = { 0 };
	AUTO_BUF want = { 0 };

	piece_encode(&piece, &made);
	unhex("0000000000000a0b0000000300000005616263", &want);
	check_bytes(buf_bytes(&made), buf_bytes(&want));
	check(piece_decode(buf_bytes(&made), &back, NULL));
	check_int(back.transfer, 0x0a0b);
	check_int(back.number, 3);
	check_int(back.count, 5);
	check_bytes(back.data, piece.data);
	buf_reset(&made);
	piece_ack_encode(&piece, &made);
	unhex("0000000000000a0b00000003", &want);
	check_bytes(buf_bytes(&made), buf_bytes(&want));
	check(piece_ack_decode(buf_bytes(&made), &back, NULL));
	check_int(back.transfer, 0x0a0b);
	check_int(back.number, 3);
	check_int(back.count, 0);
}

static void test_piece_of_the_wrong_length_is_refused(void)
{
	uint8_t zeros[17] = { 0 };

	for (size_t len = 0; len <= sizeof(zeros); len++) {
		struct piece piece;
		struct err err = { 0 };

		check_int(piece_decode(bytes_of(zeros, len), &piece, &err), len >= 16);
		if (len < 16)
			check_err(&err, ERR_INVALID, "too short");
		err_clear(&err);
		check_int(piece_ack_decode(bytes_of(zeros, len), &piece, &err), len == 12);
		if (len != 12)
			check_err(&err, ERR_INVALID, "not 12");
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_type_has_its_number_and_goes_there_and_back),
		CHECK_TEST(test_largest_message_is_32768_bytes),
		CHECK_TEST(test_malformed_messages_are_refused),
		CHECK_TEST(test_piece_and_its_ack_go_there_and_back),
		CHECK_TEST(test_piece_of_the_wrong_length_is_refused),
	};

	return check_run("link/frame", tests, ARRAY_LEN(tests));
}
