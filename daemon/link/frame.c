/* Messages of a link as bytes. */
#include "daemon/link/frame.h"

#include <assert.h>

#include "daemon/base/cursor.h"

static const struct frame_type_info {
	enum frame_type type;
	const char *name;
} frame_types[] = {
#define FRAME_ROW(type, number, name) { type, name },
	FRAME_TYPE_TABLE(FRAME_ROW)
#undef FRAME_ROW
};

static const struct frame_type_info *frame_type_find(unsigned number)
{
	for (size_t i = 0; i < ARRAY_LEN(frame_types); i++) {
		if (frame_types[i].type == number)
			return &frame_types[i];
	}
	return NULL;
}

const char *frame_type_name(enum frame_type type)
{
	const struct frame_type_info *info = frame_type_find(type);

	return info ? info->name : "unknown";
}

static void add_uint_be(struct buf *out, uint64_t value, unsigned bytes)
{
	while (bytes > 0)
		buf_add_byte(out, (uint8_t)(value >> 8 * --bytes));
}

void frame_encode(const struct frame *frame, struct buf *out)
{
	assert(frame->payload.len <= FRAME_PAYLOAD_MAX);
	add_uint_be(out, FRAME_VERSION, 1);
	add_uint_be(out, frame->type, 1);
	add_uint_be(out, 0, 2);
	add_uint_be(out, frame->payload.len, 4);
	add_uint_be(out, frame->id, 8);
	buf_add(out, frame->payload);
}

bool frame_decode(struct bytes message, struct frame *out, struct err *err)
{
	if (message.len > FRAME_MAX)
		return err_set(err, ERR_INVALID, "message of %zu bytes is too large", message.len);
	struct cursor in = cursor_over(message);
	unsigned version = cursor_u8(&in);
	unsigned type = cursor_u8(&in);
	unsigned zero = cursor_u16_be(&in);
	uint32_t len = cursor_u32_be(&in);
	uint64_t id = cursor_u64_be(&in);

	if (!cursor_ok(&in))
		return err_set(err, ERR_INVALID, "message of %zu bytes has no header", message.len);
	if (version != FRAME_VERSION || zero != 0)
		return err_set(
			err, ERR_INVALID, "message has version %u, not %d", version, FRAME_VERSION);
	if (!frame_type_find(type))
		return err_set(err, ERR_INVALID, "message has the unknown type %u", type);
	if (len != in.left.len)
		return err_set(err, ERR_INVALID, "message says %u bytes of payload, has %zu", len,
			in.left.len);
	*out = (struct frame) { .type = (enum frame_type)type, .id = id, .payload = in.left };
	return true;
}

void piece_encode(const struct piece *piece, struct buf *out)
{
	add_uint_be(out, piece->transfer, 8);
	add_uint_be(out, piece->number, 4);
	add_uint_be(out, piece->count, 4);
	buf_add(out, piece->data);
}

bool piece_decode(struct bytes payload, struct piece *out, struct err *err)
{
	struct cursor in = cursor_over(payload);
	struct piece piece = {
		.transfer = cursor_u64_be(&in),
		.number = cursor_u32_be(&in),
		.count = cursor_u32_be(&in),
	};

	piece.data = cursor_take_rest(&in);
	if (!cursor_ok(&in))
		return err_set(err, ERR_INVALID, "piece of %zu bytes is too short", payload.len);
	*out = piece;
	return true;
}

void piece_ack_encode(const struct piece *piece, struct buf *out)
{
	add_uint_be(out, piece->transfer, 8);
	add_uint_be(out, piece->number, 4);
}

bool piece_ack_decode(struct bytes payload, struct piece *out, struct err *err)
{
	struct cursor in = cursor_over(payload);
	struct piece piece = { .transfer = cursor_u64_be(&in), .number = cursor_u32_be(&in) };

	if (!cursor_at_end(&in))
		return err_set(err, ERR_INVALID, "piece_ack has %zu bytes, not 12", payload.len);
	*out = piece;
	return true;
}
