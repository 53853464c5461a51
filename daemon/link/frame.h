/*
 * One message of a link as bytes: a header of 16 bytes and a payload (contrib/CONTRACTS.md 2).
 * Pure: bytes in, fields out. What a payload means is transfer.h's (pieces) and link.h's (JSON).
 *
 *     u8 version = 1, u8 type, u16 0, u32 payload length, u64 id, payload          all big-endian
 */
#ifndef SPECIMEND_LINK_FRAME_H
#define SPECIMEND_LINK_FRAME_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"

#define FRAME_VERSION 1
#define FRAME_HEADER_BYTES 16
#define FRAME_MAX 32768
#define FRAME_PAYLOAD_MAX (FRAME_MAX - FRAME_HEADER_BYTES)
#define PIECE_HEADER_BYTES 16
#define PIECE_DATA_MAX (FRAME_PAYLOAD_MAX - PIECE_HEADER_BYTES)

/* clang-format off */
#define FRAME_TYPE_TABLE(X) \
	X(FRAME_HELLO,     1, "hello") \
	X(FRAME_ACK,       2, "ack") \
	X(FRAME_REQUEST,   3, "request") \
	X(FRAME_REPLY,     4, "reply") \
	X(FRAME_REPORT,    5, "report") \
	X(FRAME_NOTICE,    6, "notice") \
	X(FRAME_PIECE,     7, "piece") \
	X(FRAME_PIECE_ACK, 8, "piece_ack")
/* clang-format on */

enum frame_type {
#define FRAME_ENUM(type, number, name) type = number,
	FRAME_TYPE_TABLE(FRAME_ENUM)
#undef FRAME_ENUM
};

struct frame {
	enum frame_type type;
	uint64_t id;
	struct bytes payload; /* borrowed */
};

/* One piece of a transfer, or the acknowledgement of one (then count is 0 and data empty). */
struct piece {
	uint64_t transfer;
	uint32_t number; /* from 0 */
	uint32_t count;
	struct bytes data; /* borrowed */
};

const char *frame_type_name(enum frame_type type);

/* Adds the whole message to out. The payload must fit (FRAME_PAYLOAD_MAX): ours to see to. */
void frame_encode(const struct frame *frame, struct buf *out);

/* Reads one whole message; out borrows from it. Fails with ERR_INVALID, saying what is malformed.
 */
MUST_CHECK bool frame_decode(struct bytes message, struct frame *out, struct err *err);

/* The payloads of FRAME_PIECE and FRAME_PIECE_ACK. */
void piece_encode(const struct piece *piece, struct buf *out);
MUST_CHECK bool piece_decode(struct bytes payload, struct piece *out, struct err *err);
void piece_ack_encode(const struct piece *piece, struct buf *out);
MUST_CHECK bool piece_ack_decode(struct bytes payload, struct piece *out, struct err *err);

#endif
