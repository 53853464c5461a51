/*
 * Large fields on their way over a link: numbered pieces, at most TRANSFER_WINDOW of them not yet
 * acknowledged. Pure: the link moves the pieces. Transfers of one message go one after the other,
 * so a receiver never has more than one that is incomplete.
 */
#ifndef SPECIMEND_LINK_TRANSFER_H
#define SPECIMEND_LINK_TRANSFER_H

#include "daemon/link/frame.h"

#define TRANSFER_WINDOW 8
#define TRANSFER_MAX 5                       /* transfers of one message */
#define TRANSFER_BYTES_MAX (4 * 1024 * 1024) /* all transfers of one message together */
#define TRANSFER_PIECES_MAX ((TRANSFER_BYTES_MAX + PIECE_DATA_MAX - 1) / PIECE_DATA_MAX)

/* One transfer being sent; owns a copy of its bytes, which are wiped at the end. */
struct transfer_out {
	uint64_t transfer;
	struct buf data;
	uint32_t count;
	uint32_t sent;
	uint32_t acked;
};

void transfer_out_init(struct transfer_out *out, uint64_t transfer, struct bytes data);
void transfer_out_done(struct transfer_out *out);
bool transfer_out_is_done(const struct transfer_out *out); /* every piece is acknowledged */

/* The next piece that the window lets go; false when there is none now. It borrows from `out`. */
bool transfer_out_next(struct transfer_out *out, struct piece *out_piece);

/* Fails with ERR_INVALID unless it acknowledges the oldest piece that was sent. */
MUST_CHECK bool transfer_out_ack(
	struct transfer_out *out, const struct piece *ack, struct err *err);

/* What has arrived and was not claimed yet. The zero value is empty. */
struct transfers_in {
	struct transfer_in {
		uint64_t transfer;
		struct buf data;
		uint32_t count;
		uint32_t arrived;
	} held[TRANSFER_MAX];
	size_t count;
	size_t bytes;
};

/* Drops and wipes all. */
void transfers_in_reset(struct transfers_in *in);

/*
 * Takes the next piece in. Fails with ERR_INVALID when it is out of order, and with ERR_TOO_LARGE
 * when it would hold more than TRANSFER_MAX transfers or TRANSFER_BYTES_MAX bytes.
 */
MUST_CHECK bool transfers_in_add(
	struct transfers_in *in, const struct piece *piece, struct err *err);

/* True when no transfer is half way. */
bool transfers_in_are_whole(const struct transfers_in *in);

/* The bytes of a whole transfer, borrowed until the reset; false when it is not here. */
bool transfers_in_find(const struct transfers_in *in, uint64_t transfer, struct bytes *out);

#endif
