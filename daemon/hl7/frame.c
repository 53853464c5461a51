/* MLLP: messages in a stream of bytes. */
#include "daemon/hl7/frame.h"

#define FRAME_BEGIN 0x0b
#define FRAME_END 0x1c
#define FRAME_END_2 0x0d

static const char restart[] = "\vMSH";

void mllp_reader_init(struct mllp_reader *reader)
{
	*reader = (struct mllp_reader) { 0 };
}

void mllp_reader_done(struct mllp_reader *reader)
{
	buf_done(&reader->buf);
}

void mllp_reader_feed(struct mllp_reader *reader, struct bytes bytes)
{
	if (reader->at > 0) {
		buf_drop(&reader->buf, reader->at);
		reader->searched -= reader->at;
		reader->at = 0;
	}
	buf_add(&reader->buf, bytes);
}

/* Passes what stands before the next frame, and its first byte. */
static void find_frame(struct mllp_reader *reader)
{
	struct bytes left = bytes_of(reader->buf.data, reader->buf.len);

	if (reader->in_frame)
		return;
	while (reader->at < left.len && left.data[reader->at] != FRAME_BEGIN) {
		reader->at++;
		reader->skipped++;
	}
	if (reader->at < left.len) {
		reader->at++;
		reader->in_frame = true;
	}
	reader->searched = reader->at;
}

/* True when the end of the open frame is in the buffer; searched is then its place. */
static bool find_end(struct mllp_reader *reader)
{
	const struct buf *buf = &reader->buf;

	while (reader->searched + 1 < buf->len) {
		const uint8_t *from = buf->data + reader->searched;
		const uint8_t *end = memchr(from, FRAME_END, buf->len - 1 - reader->searched);

		if (!end) {
			reader->searched = buf->len - 1;
			return false;
		}
		reader->searched = (size_t)(end - buf->data);
		if (end[1] == FRAME_END_2)
			return true;
		reader->searched++;
	}
	return false;
}

/* A frame that was broken off: only what follows the last beginning counts. */
static struct bytes after_restart(struct mllp_reader *reader, struct bytes message)
{
	struct bytes rest = message;

	for (;;) {
		const uint8_t *at =
			rest.len ? memmem(rest.data, rest.len, restart, sizeof(restart) - 1) : NULL;

		if (!at)
			break;
		size_t before = (size_t)(at - rest.data) + 1;

		rest = bytes_of(rest.data + before, rest.len - before);
	}
	reader->skipped += message.len - rest.len;
	return rest;
}

enum mllp_got mllp_reader_next(struct mllp_reader *reader, struct bytes *out)
{
	find_frame(reader);
	if (!reader->in_frame)
		return MLLP_NOTHING;
	bool whole = find_end(reader);
	struct bytes content =
		bytes_of(reader->buf.data + reader->at, reader->searched - reader->at);

	if (content.len > MLLP_MESSAGE_MAX) {
		*out = bytes_of(content.data, MLLP_MESSAGE_MAX);
		return MLLP_TOO_LARGE;
	}
	if (!whole)
		return MLLP_NOTHING;
	*out = after_restart(reader, content);
	reader->at = reader->searched + 2;
	reader->searched = reader->at;
	reader->in_frame = false;
	return MLLP_MESSAGE;
}

bool mllp_reader_in_frame(const struct mllp_reader *reader)
{
	return reader->in_frame;
}

void mllp_frame_write(struct bytes message, struct buf *out)
{
	buf_add_byte(out, FRAME_BEGIN);
	buf_add(out, message);
	buf_add_byte(out, FRAME_END);
	buf_add_byte(out, FRAME_END_2);
}
