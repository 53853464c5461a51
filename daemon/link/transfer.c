/* Pieces out and in. */
#include "daemon/link/transfer.h"

#include <assert.h>

void transfer_out_init(struct transfer_out *out, uint64_t transfer, struct bytes data)
{
	assert(data.len <= TRANSFER_BYTES_MAX);
	*out = (struct transfer_out) { .transfer = transfer };
	buf_add(&out->data, data);
	out->count = (uint32_t)((data.len + PIECE_DATA_MAX - 1) / PIECE_DATA_MAX);
	if (out->count == 0)
		out->count = 1; /* no bytes are one empty piece */
}

static void data_wipe(struct buf *data)
{
	if (data->data)
		explicit_bzero(data->data, data->cap);
	buf_done(data);
}

void transfer_out_done(struct transfer_out *out)
{
	data_wipe(&out->data);
	*out = (struct transfer_out) { 0 };
}

bool transfer_out_is_done(const struct transfer_out *out)
{
	return out->acked == out->count;
}

bool transfer_out_next(struct transfer_out *out, struct piece *out_piece)
{
	if (out->sent == out->count || out->sent - out->acked >= TRANSFER_WINDOW)
		return false;
	size_t at = (size_t)out->sent * PIECE_DATA_MAX;
	size_t left = out->data.len - at;

	*out_piece = (struct piece) {
		.transfer = out->transfer,
		.number = out->sent++,
		.count = out->count,
		.data = bytes_of(left ? out->data.data + at : NULL,
			left < PIECE_DATA_MAX ? left : PIECE_DATA_MAX),
	};
	return true;
}

bool transfer_out_ack(struct transfer_out *out, const struct piece *ack, struct err *err)
{
	if (ack->transfer != out->transfer || ack->number != out->acked ||
		out->acked == out->sent) {
		return err_set(err, ERR_INVALID,
			"piece_ack for piece %u of transfer %llu, which was not sent", ack->number,
			(unsigned long long)ack->transfer);
	}
	out->acked++;
	return true;
}

void transfers_in_reset(struct transfers_in *in)
{
	for (size_t i = 0; i < in->count; i++)
		data_wipe(&in->held[i].data);
	*in = (struct transfers_in) { 0 };
}

bool transfers_in_are_whole(const struct transfers_in *in)
{
	return in->count == 0 || in->held[in->count - 1].arrived == in->held[in->count - 1].count;
}

bool transfers_in_find(const struct transfers_in *in, uint64_t transfer, struct bytes *out)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct transfer_in *held = &in->held[i];

		if (held->transfer == transfer && held->arrived == held->count) {
			*out = buf_bytes(&held->data);
			return true;
		}
	}
	return false;
}

static bool transfer_begin(struct transfers_in *in, const struct piece *piece, struct err *err)
{
	struct bytes same;

	if (piece->number != 0 || transfers_in_find(in, piece->transfer, &same)) {
		return err_set(err, ERR_INVALID, "piece %u of transfer %llu, which did not begin",
			piece->number, (unsigned long long)piece->transfer);
	}
	if (in->count == TRANSFER_MAX)
		return err_set(err, ERR_TOO_LARGE, "more than %d transfers at once", TRANSFER_MAX);
	if (piece->count == 0)
		return err_set(err, ERR_INVALID, "transfer of no pieces");
	if (piece->count > TRANSFER_PIECES_MAX)
		return err_set(err, ERR_TOO_LARGE, "transfer of %u pieces", piece->count);
	in->held[in->count++] =
		(struct transfer_in) { .transfer = piece->transfer, .count = piece->count };
	return true;
}

bool transfers_in_add(struct transfers_in *in, const struct piece *piece, struct err *err)
{
	if (piece->data.len > TRANSFER_BYTES_MAX - in->bytes)
		return err_set(
			err, ERR_TOO_LARGE, "transfers of more than %d bytes", TRANSFER_BYTES_MAX);
	if (transfers_in_are_whole(in) && !transfer_begin(in, piece, err))
		return false;
	struct transfer_in *held = &in->held[in->count - 1];

	if (piece->transfer != held->transfer || piece->number != held->arrived ||
		piece->count != held->count) {
		return err_set(err, ERR_INVALID, "piece %u of %u of transfer %llu is out of order",
			piece->number, piece->count, (unsigned long long)piece->transfer);
	}
	if (held->count > 1 && piece->data.len == 0)
		return err_set(err, ERR_INVALID, "empty piece");
	buf_add(&held->data, piece->data);
	held->arrived++;
	in->bytes += piece->data.len;
	return true;
}
