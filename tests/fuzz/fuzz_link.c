/*
 * What a peer may send over a link. The input is a row of chunks
 *
 *     u8 type, u8 id, u16 length, payload
 *
 * each framed as one message; type 0 sends the payload as the whole message instead. A peer that
 * said a good hello is what the first byte of the input asks for.
 *
 * Link: -ljansson
 */
#include "tests/fuzz/fuzz.h"

#include "../../daemon/base/buf.c"
#include "../../daemon/base/cursor.c"
#include "../../daemon/base/err.c"
#include "../../daemon/base/log.c"
#include "../../daemon/base/str.c"
#include "../../daemon/base/xalloc.c"
#include "../../daemon/link/frame.c"
#include "../../daemon/link/link.c"
#include "../../daemon/link/message.c"
#include "../../daemon/link/receive.c"
#include "../../daemon/link/send.c"
#include "../../daemon/link/socket.c"
#include "../../daemon/link/transfer.c"
#include "../../daemon/loop/loop.c"

static const char good_hello[] = "{\"role\":\"bench\",\"version\":\"1\",\"start_id\":"
				 "\"0123456789abcdef0123456789abcdef\",\"reports\":[]}";

static unsigned replies;

static int64_t fuzz_clock(void)
{
	return 0;
}

static void on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg)
{
	(void)arg;
	FUZZ_CHECK(json_is_object(body));
	FUZZ_CHECK(payloads->count <= LINK_PAYLOADS_MAX);
	for (size_t i = 0; i < payloads->count; i++)
		FUZZ_CHECK(link_payload_find(payloads, payloads->items[i].name).len <=
			   TRANSFER_BYTES_MAX);
	link_reply(link, id, body, payloads);
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	(void)arg;
	FUZZ_CHECK(json_is_object(body));
	link_ack(link, id);
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	(void)payloads;
	(void)arg;
	FUZZ_CHECK(link_is_open(link) && json_is_object(body));
}

static void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)payloads;
	FUZZ_CHECK(err ? err->code != ERR_NONE : json_is_object(body));
	FUZZ_CHECK(!err || utf8_is_valid(bytes_of_str(err->message)));
	replies++;
}

static bool receive(struct link *link, struct bytes message)
{
	struct err err = { 0 };
	bool ok = link_receive_message(link, message, &err);

	FUZZ_CHECK(ok || err.code != ERR_NONE);
	FUZZ_CHECK(link->transfers.bytes <= TRANSFER_BYTES_MAX &&
		   link->transfers.count <= TRANSFER_MAX);
	FUZZ_CHECK(link->asked_count == 0 && link->queue_count <= LINK_QUEUE_MAX);
	return ok;
}

enum {
	CHUNK_RAW = 0,
	CHUNK_CLAIM = 10,
	CHUNK_PIECE = 11,
};

static void claim_make(uint64_t id, struct bytes payload, struct buf *out)
{
	struct cursor in = cursor_over(payload);

	buf_addf(out, "{\"do\":\"x\",\"bytes\":{\"transfer\":%u,\"len\":%u}}", (unsigned)id,
		cursor_u16_be(&in));
}

static void piece_make(uint64_t id, struct bytes payload, struct buf *out)
{
	struct cursor in = cursor_over(payload);
	struct piece piece = { .transfer = id, .number = cursor_u8(&in), .count = cursor_u8(&in) };

	piece.data = cursor_take_rest(&in);
	piece_encode(&piece, out);
}

static bool receive_chunk(struct link *link, struct cursor *in)
{
	unsigned type = cursor_u8(in);
	uint64_t id = cursor_u8(in);
	size_t len = cursor_u16_be(in);
	struct bytes payload = cursor_take(in, len < in->left.len ? len : in->left.len);
	AUTO_BUF made = { 0 };
	AUTO_BUF message = { 0 };

	if (type == CHUNK_RAW)
		return receive(link, payload);
	if (payload.len > PIECE_DATA_MAX)
		payload.len = PIECE_DATA_MAX;
	if (type == CHUNK_CLAIM)
		claim_make(id, payload, &made);
	if (type == CHUNK_PIECE)
		piece_make(id, payload, &made);
	if (made.len > 0)
		payload = buf_bytes(&made);
	unsigned frame_type = type == CHUNK_CLAIM   ? FRAME_REQUEST
			      : type == CHUNK_PIECE ? FRAME_PIECE
						    : type;

	frame_encode(
		&(struct frame) {
			.type = (enum frame_type)frame_type, .id = id, .payload = payload },
		&message);
	return receive(link, buf_bytes(&message));
}

static void drain(int fd)
{
	static uint8_t buffer[FRAME_MAX];

	while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
		;
}

/* Opens the link and has one request, one with pieces and two reports on their way. */
static void open_up(struct link *link)
{
	static const uint8_t large[PIECE_DATA_MAX + 10];
	AUTO_BUF message = { 0 };
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "do", "x");
	struct link_payloads payloads = { .count = 1,
		.items = { { "bytes", bytes_of(large, sizeof(large)) } } };

	frame_encode(&(struct frame) { .type = FRAME_HELLO, .payload = bytes_of_str(good_hello) },
		&message);
	FUZZ_CHECK(receive(link, buf_bytes(&message)));
	FUZZ_CHECK(link_report(link, body, NULL, NULL) && link_report(link, body, NULL, NULL));
	link_request(link, body, NULL, 1000, on_reply, NULL);
	link_request(link, body, &payloads, 1000, on_reply, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	int fds[2];

	log_set_level((enum log_level)0);
	FUZZ_CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	struct loop *loop = loop_new(fuzz_clock, NULL);
	struct link_setup setup = {
		.loop = loop,
		.role = "core",
		.start_id = "0123456789abcdef0123456789abcdef",
		.handlers = { .on_request = on_request,
			.on_report = on_report,
			.on_notice = on_notice },
	};
	struct link *link = link_over(&setup, fds[0]);
	bool is_greeted = cursor_u8(&in) & 1;

	replies = 0;
	if (is_greeted)
		open_up(link);
	link_enter(link);
	while (cursor_ok(&in) && !cursor_at_end(&in) && receive_chunk(link, &in)) {
		loop_step(loop, 0);
		drain(fds[1]);
		if (link->state == LINK_CLOSED)
			break;
	}
	bool is_over = link->is_freed;

	link_leave(link);
	if (!is_over)
		link_free(link);
	FUZZ_CHECK(!is_greeted || replies == 2); /* every request ended exactly once */
	loop_free(loop);
	close(fds[1]);
	return 0;
}
