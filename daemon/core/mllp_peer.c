/* One connection of mllp.h. */
#include "daemon/core/mllp_peer.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/hl7/ack.h"
#include "daemon/hl7/frame.h"
#include "daemon/hl7/read.h"

#define READ_MAX 65536 /* bytes of one pass */
#define NOT_STORED "not stored, send again"

/*      state          watched     deadline (of waiting in it) */
/* clang-format off */
#define STATE_TABLE(X) \
	X(PEER_READING,   LOOP_READ,  MLLP_IDLE_MS) \
	X(PEER_STORING,   0,          MLLP_STORE_MS) \
	X(PEER_ANSWERING, LOOP_WRITE, MLLP_ANSWER_MS) \
	X(PEER_DRAINING,  LOOP_READ,  MLLP_DRAIN_MS)
/* clang-format on */

enum peer_state {
#define STATE_ENUM(state, watched, deadline_ms) state,
	STATE_TABLE(STATE_ENUM)
#undef STATE_ENUM
};

static const struct {
	unsigned watched;
	int64_t deadline_ms;
} states[] = {
#define STATE_ROW(state, watched, deadline_ms) [state] = { watched, deadline_ms },
	STATE_TABLE(STATE_ROW)
#undef STATE_ROW
};

struct mllp_peer {
	struct list node;
	const struct mllp_setup *setup;
	int fd;
	char name[MLLP_PEER_NAME_MAX + 1];
	enum peer_state state;
	struct loop_handle *watch;
	struct loop_handle *deadline;
	struct mllp_reader reader;
	struct hl7_reading reading; /* of the message in work; borrows from reader */
	void *storing;              /* the store's handle */
	struct buf answer;          /* not written yet */
	bool frame_open;            /* the deadline is the frame's */
	bool last_answer;           /* end when it is written */
};

static void peer_free(struct mllp_peer *peer)
{
	if (peer->storing)
		peer->setup->store.cancel(peer->setup->store.ctx, peer->storing);
	if (peer->reader.skipped > 0) {
		log_notice("mllp: %s sent %" PRIu64 " bytes outside frames", peer->name,
			peer->reader.skipped);
	}
	list_remove(&peer->node);
	loop_remove(peer->watch);
	loop_remove(peer->deadline);
	hl7_reading_done(&peer->reading);
	mllp_reader_done(&peer->reader);
	buf_done(&peer->answer);
	close(peer->fd);
	free(peer);
}

static void peer_set_state(struct mllp_peer *peer, enum peer_state state)
{
	peer->state = state;
	loop_set_interest(peer->watch, states[state].watched);
	loop_timer_set(peer->deadline, states[state].deadline_ms);
}

static void message_read(struct mllp_peer *peer);

/* The answer is out: the next message, which may be here already, or the end. */
static void answer_written(struct mllp_peer *peer)
{
	hl7_reading_done(&peer->reading);
	buf_reset(&peer->answer);
	if (peer->last_answer) {
		/* without reading what is left, close would take the answer back (RST) */
		(void)shutdown(
			peer->fd, SHUT_WR); /* fails only if the peer is gone: read sees it */
		peer_set_state(peer, PEER_DRAINING);
		return;
	}
	peer->frame_open = false;
	peer_set_state(peer, PEER_READING);
	message_read(peer);
}

static void answer_write(struct mllp_peer *peer)
{
	ssize_t n = send(peer->fd, peer->answer.data, peer->answer.len, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		peer_free(peer);
		return;
	}
	buf_drop(&peer->answer, n > 0 ? (size_t)n : 0);
	if (peer->answer.len == 0)
		answer_written(peer);
}

static void answer_send(struct mllp_peer *peer, const struct hl7_answer *answer)
{
	AUTO_BUF message = { 0 };

	hl7_answer_write(answer, &peer->reading.header, &message);
	mllp_frame_write(buf_bytes(&message), &peer->answer);
	peer_set_state(peer, PEER_ANSWERING);
}

/* An answer that the database knows nothing of. */
static void answer_fault(struct mllp_peer *peer, const struct hl7_fault *fault)
{
	struct hl7_answer answer;
	int64_t now_us = peer->setup->real_us();
	char control_id[HL7_ANSWER_ID_MAX + 1];

	(void)snprintf(
		control_id, sizeof(control_id), "N%" PRId64, now_us); /* cut is still an id */
	hl7_answer_make(&answer, control_id, now_us / 1000000, fault);
	answer_send(peer, &answer);
}

static void answer_not_stored(struct mllp_peer *peer)
{
	struct hl7_fault fault;

	(void)hl7_fault_set(&fault, HL7_AR, HL7_INTERNAL, (struct hl7_location) { 0 }, NOT_STORED);
	answer_fault(peer, &fault);
}

/* What the database says, held against what we read: no AA for what could not be read. */
static bool answer_from(
	struct hl7_answer *out, const struct mllp_peer *peer, const char *reply, struct err *err)
{
	json_t *whole = json_loads(reply, JSON_REJECT_DUPLICATES, NULL);
	bool good = hl7_answer_read(out, json_object_get(whole, "data"), err);

	if (good && out->code == HL7_AA && !peer->reading.parsed)
		good = err_set(
			err, ERR_INTERNAL, "order_message took a message that can not be read");
	json_decref(whole);
	return good;
}

static void on_stored(void *arg, const char *reply, const struct err *store_err)
{
	struct mllp_peer *peer = arg;
	struct hl7_answer answer;
	struct err err = { 0 };

	peer->storing = NULL;
	if (!reply)
		err = *store_err;
	if (reply && answer_from(&answer, peer, reply, &err)) {
		answer_send(peer, &answer);
		return;
	}
	(void)err_wrap(&err, "order from %s not stored", peer->name);
	log_err(&err);
	answer_not_stored(peer);
}

/* args of api.order_message (contrib/CONTRACTS.md 3). */
static char *args_make(const struct mllp_peer *peer, struct bytes raw)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	AUTO_BUF hex = { 0 };
	AUTO_BUF base64 = { 0 };
	const struct hl7_reading *reading = &peer->reading;

	crypto_hash_sha256(hash, raw.data, raw.len);
	hex_encode(bytes_of(hash, sizeof(hash)), &hex);
	base64_encode(raw, &base64);
	json_t *args = json_pack("{s:s, s:s, s:s}", "raw", buf_str(&base64), "sha256",
		buf_str(&hex), "peer", peer->name);

	if (reading->parsed)
		json_object_set(args, "parsed", reading->parsed);
	else
		json_object_set_new(args, "error", hl7_reading_error(reading));
	char *text = json_dumps(args, JSON_COMPACT);

	json_decref(args);
	return text;
}

static void message_store(struct mllp_peer *peer, struct bytes raw)
{
	const struct hl7_fault *fault = &peer->reading.fault;

	hl7_read(&peer->reading, raw);
	if (!peer->reading.parsed) {
		char location[HL7_LOCATION_TEXT_MAX];

		hl7_location_write(&fault->at, location);
		log_notice("mllp: message from %s refused with %s %d at '%s'", peer->name,
			hl7_ack_name(fault->ack), (int)fault->code, location);
	}
	AUTO(char_free) char *args = args_make(peer, raw);

	peer_set_state(peer, PEER_STORING);
	peer->storing =
		peer->setup->store.order_message(peer->setup->store.ctx, args, on_stored, peer);
}

static void refuse_too_large(struct mllp_peer *peer, struct bytes beginning)
{
	struct hl7_fault fault;

	bool mirrored = hl7_header_read(&peer->reading.header, beginning, &fault);

	log_warning("mllp: a message from %s is larger than %zu bytes%s", peer->name,
		MLLP_MESSAGE_MAX, mirrored ? "" : " and has no header");
	(void)hl7_fault_set(&fault, HL7_AR, HL7_INTERNAL, (struct hl7_location) { 0 },
		"the message is larger than %zu bytes", MLLP_MESSAGE_MAX);
	peer->last_answer = true;
	answer_fault(peer, &fault);
}

/* A frame has a deadline of its own, from its first byte on, however slowly the rest comes. */
static void frame_deadline(struct mllp_peer *peer)
{
	bool open = mllp_reader_in_frame(&peer->reader);

	if (open && !peer->frame_open)
		loop_timer_set(peer->deadline, MLLP_FRAME_MS);
	peer->frame_open = open;
}

static void message_read(struct mllp_peer *peer)
{
	struct bytes message;

	switch (mllp_reader_next(&peer->reader, &message)) {
	case MLLP_MESSAGE:
		message_store(peer, message);
		return;
	case MLLP_TOO_LARGE:
		refuse_too_large(peer, message);
		return;
	case MLLP_NOTHING:
		frame_deadline(peer);
		return;
	}
}

/* Bytes read into out, 0 when there are none now, negative when the peer ended or is gone. */
static ssize_t peer_recv(struct mllp_peer *peer, uint8_t *out, size_t size)
{
	ssize_t n = recv(peer->fd, out, size, 0);

	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -1;
}

static void on_readable(struct mllp_peer *peer)
{
	uint8_t bytes[READ_MAX / 8]; /* the stack's limit; epoll is level-triggered */
	ssize_t n = peer_recv(peer, bytes, sizeof(bytes));

	if (n < 0) {
		peer_free(peer);
	} else if (n > 0 && peer->state == PEER_READING) {
		mllp_reader_feed(&peer->reader, bytes_of(bytes, (size_t)n));
		message_read(peer);
	}
}

static void on_event(void *arg, unsigned events)
{
	struct mllp_peer *peer = arg;

	switch (peer->state) {
	case PEER_READING:
	case PEER_DRAINING:
		on_readable(peer); /* recv tells about a hang-up too, after the last bytes */
		return;
	case PEER_ANSWERING:
		answer_write(peer);
		return;
	case PEER_STORING:
		if (events & LOOP_HANGUP) {
			log_notice("mllp: %s left before its answer", peer->name);
			peer_free(peer);
		}
		return;
	}
}

static void on_deadline(void *arg)
{
	struct mllp_peer *peer = arg;

	if (peer->state != PEER_STORING) {
		if (peer->frame_open)
			log_notice("mllp: %s did not finish its message", peer->name);
		peer_free(peer);
		return;
	}
	peer->setup->store.cancel(peer->setup->store.ctx, peer->storing);
	peer->storing = NULL;
	log_error("mllp: order from %s not stored: no answer from the database", peer->name);
	answer_not_stored(peer);
}

bool mllp_peer_serve(const struct mllp_setup *setup, int fd, const char *name, struct list *peers,
	struct err *err)
{
	struct mllp_peer *peer = xcalloc(1, sizeof(*peer));
	int on = 1;

	peer->setup = setup;
	peer->fd = fd;
	(void)str_copy(peer->name, sizeof(peer->name), name); /* a cut name is for people only */
	list_init(&peer->node);
	mllp_reader_init(&peer->reader);
	peer->watch = loop_add_fd(setup->loop, fd, LOOP_READ, on_event, peer, err);
	if (!peer->watch) {
		peer_free(peer);
		return err_wrap(err, "mllp: connection of %s", name);
	}
	(void)setsockopt(
		fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)); /* the deadline is enough */
	peer->deadline = loop_add_timer(setup->loop, -1, 0, on_deadline, peer);
	list_add_tail(peers, &peer->node);
	peer_set_state(peer, PEER_READING);
	return true;
}

void mllp_peers_end(struct list *peers)
{
	LIST_FOREACH (node, peers)
		peer_free(LIST_ITEM(node, struct mllp_peer, node));
}
