/* daemon/link/transfer: the window going out, order and bounds coming in. */
#include "daemon/link/transfer.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"

static uint8_t some[PIECE_DATA_MAX];

static struct piece piece_of(uint64_t transfer, uint32_t number, uint32_t count, size_t len)
{
	return (struct piece) { transfer, number, count, bytes_of(some, len) };
}

static void test_pieces_cover_the_bytes_exactly(void)
{
	static const struct {
		size_t len;
		uint32_t count;
		size_t last;
	} rows[] = {
		{ 0, 1, 0 },
		{ 1, 1, 1 },
		{ PIECE_DATA_MAX, 1, PIECE_DATA_MAX },
		{ PIECE_DATA_MAX + 1, 2, 1 },
		{ TRANSFER_BYTES_MAX, TRANSFER_PIECES_MAX, TRANSFER_BYTES_MAX % PIECE_DATA_MAX },
	};
	uint8_t *bytes = xcalloc(1, TRANSFER_BYTES_MAX);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct transfer_out out;
		struct piece piece = { 0 };
		size_t len = 0;
		uint32_t count = 0;

		transfer_out_init(&out, 9, bytes_of(bytes, rows[i].len));
		check_int(out.count, rows[i].count);
		while (!transfer_out_is_done(&out) && check(transfer_out_next(&out, &piece))) {
			check_int(piece.transfer, 9);
			check_int(piece.number, count);
			check_int(piece.count, rows[i].count);
			len += piece.data.len;
			count++;
			check(transfer_out_ack(&out, &piece, NULL));
		}
		check_int(len, rows[i].len);
		check_int(count, rows[i].count);
		check_int(piece.data.len, rows[i].last);
		check(!transfer_out_next(&out, &piece));
		transfer_out_done(&out);
	}
	free(bytes);
}

static void test_window_opens_by_one_with_each_ack(void)
{
	uint8_t *bytes = xcalloc(12, PIECE_DATA_MAX);
	struct transfer_out out;
	struct piece piece = { 0 };

	transfer_out_init(&out, 1, bytes_of(bytes, (size_t)12 * PIECE_DATA_MAX));
	for (int i = 0; i < 8; i++)
		check(transfer_out_next(&out, &piece));
	check(!transfer_out_next(&out, &piece));
	check(transfer_out_ack(&out, &(struct piece) { .transfer = 1, .number = 0 }, NULL));
	check(transfer_out_next(&out, &piece));
	check_int(piece.number, 8);
	check(!transfer_out_next(&out, &piece));
	transfer_out_done(&out);
	free(bytes);
}

static void test_acks_out_of_place_are_refused(void)
{
	static const struct {
		const char *name;
		uint64_t transfer;
		uint32_t number;
	} rows[] = { { "another transfer", 2, 0 }, { "not the oldest", 1, 1 },
		{ "not sent", 1, 2 } };
	struct transfer_out out;
	struct piece piece;
	struct err err = { 0 };

	transfer_out_init(&out, 1, bytes_of(some, 10));
	check(!transfer_out_ack(
		&out, &(struct piece) { .transfer = 1 }, &err)); /* nothing was sent */
	check_err(&err, ERR_INVALID, "was not sent");
	check(transfer_out_next(&out, &piece));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct piece ack = { .transfer = rows[i].transfer, .number = rows[i].number };

		check_row(rows[i].name);
		check(!transfer_out_ack(&out, &ack, &err));
		check_err(&err, ERR_INVALID, "was not sent");
	}
	check(transfer_out_ack(&out, &piece, &err));
	check(!transfer_out_ack(&out, &piece, &err)); /* twice */
	transfer_out_done(&out);
}

static void test_transfers_come_in_whole_and_side_by_side(void)
{
	struct transfers_in in = { 0 };
	struct piece pieces[] = { piece_of(5, 0, 2, 10), piece_of(5, 1, 2, 3),
		piece_of(6, 0, 1, 0) };
	struct bytes found;

	check(transfers_in_are_whole(&in));
	check(transfers_in_add(&in, &pieces[0], NULL));
	check(!transfers_in_are_whole(&in));
	check(!transfers_in_find(&in, 5, &found)); /* half of it */
	check(transfers_in_add(&in, &pieces[1], NULL));
	check(transfers_in_add(&in, &pieces[2], NULL));
	check(transfers_in_are_whole(&in));
	check(transfers_in_find(&in, 5, &found));
	check_int(found.len, 13);
	check(transfers_in_find(&in, 6, &found));
	check_int(found.len, 0);
	check(!transfers_in_find(&in, 7, &found));
	transfers_in_reset(&in);
	check(!transfers_in_find(&in, 5, &found));
	check_int(in.bytes, 0);
}

static void test_pieces_out_of_order_are_refused(void)
{
	static const struct {
		const char *name;
		struct piece first;
		struct piece second;
		const char *why;
	} rows[] = {
		{ "begins in the middle", { 1, 1, 2, { 0 } }, { 0 }, "did not begin" },
		{ "number skipped", { 1, 0, 3, { some, 1 } }, { 1, 2, 3, { some, 1 } },
			"out of order" },
		{ "number repeated", { 1, 0, 3, { some, 1 } }, { 1, 0, 3, { some, 1 } },
			"out of order" },
		{ "other transfer before the end", { 1, 0, 3, { some, 1 } },
			{ 2, 0, 1, { some, 1 } }, "out of order" },
		{ "count changes", { 1, 0, 3, { some, 1 } }, { 1, 1, 4, { some, 1 } },
			"out of order" },
		{ "same transfer twice", { 1, 0, 1, { some, 1 } }, { 1, 0, 1, { some, 1 } },
			"did not begin" },
		{ "past the end", { 1, 0, 1, { some, 1 } }, { 1, 1, 1, { some, 1 } },
			"did not begin" },
		{ "no pieces", { 1, 0, 0, { some, 1 } }, { 0 }, "no pieces" },
		{ "empty piece of several", { 1, 0, 2, { 0 } }, { 0 }, "empty piece" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct transfers_in in = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		bool first = transfers_in_add(&in, &rows[i].first, &err);

		check_int(first, rows[i].second.count > 0);
		if (first)
			check(!transfers_in_add(&in, &rows[i].second, &err));
		check_err(&err, ERR_INVALID, rows[i].why);
		transfers_in_reset(&in);
	}
}

static void test_count_and_bytes_are_bounded(void)
{
	struct transfers_in in = { 0 };
	struct err err = { 0 };
	struct piece huge = piece_of(1, 0, TRANSFER_PIECES_MAX + 1, 1);

	check(!transfers_in_add(&in, &huge, &err));
	check_err(&err, ERR_TOO_LARGE, "transfer of 130 pieces");
	huge.count = UINT32_MAX;
	check(!transfers_in_add(&in, &huge, &err));
	check_err(&err, ERR_TOO_LARGE, "4294967295 pieces");
	for (uint64_t transfer = 0; transfer < TRANSFER_MAX; transfer++) {
		struct piece one = piece_of(transfer, 0, 1, 1);

		check(transfers_in_add(&in, &one, &err));
	}
	struct piece many = piece_of(99, 0, 1, 1);

	check(!transfers_in_add(&in, &many, &err));
	check_err(&err, ERR_TOO_LARGE, "more than 5 transfers");
	transfers_in_reset(&in);
	/* two transfers, each within its count, together one byte too many */
	for (uint32_t number = 0; number < TRANSFER_PIECES_MAX - 1; number++) {
		struct piece full = piece_of(1, number, TRANSFER_PIECES_MAX, PIECE_DATA_MAX);

		check(transfers_in_add(&in, &full, &err));
	}
	struct piece last = piece_of(1, TRANSFER_PIECES_MAX - 1, TRANSFER_PIECES_MAX,
		TRANSFER_BYTES_MAX % PIECE_DATA_MAX);
	struct piece over = last;

	over.data.len++;
	check(!transfers_in_add(&in, &over, &err));
	check_err(&err, ERR_TOO_LARGE, "more than 4194304 bytes");
	check(transfers_in_add(&in, &last, &err));
	struct piece more = piece_of(2, 0, 1, 1);

	check(!transfers_in_add(&in, &more, &err));
	more.data.len = 0;
	check(transfers_in_add(&in, &more, &err));
	transfers_in_reset(&in);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_pieces_cover_the_bytes_exactly),
		CHECK_TEST(test_window_opens_by_one_with_each_ack),
		CHECK_TEST(test_acks_out_of_place_are_refused),
		CHECK_TEST(test_transfers_come_in_whole_and_side_by_side),
		CHECK_TEST(test_pieces_out_of_order_are_refused),
		CHECK_TEST(test_count_and_bytes_are_bounded),
	};

	return check_run("link/transfer", tests, ARRAY_LEN(tests));
}
