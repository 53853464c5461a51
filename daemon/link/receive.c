/* What comes in, and the requests in both directions that wait for a reply. */
#include "daemon/link/inside.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define RECEIVE_MESSAGES_MAX 64 /* in one go, so that one busy link does not hold the loop */

/* A request of ours. */
struct pending {
	struct list node;
	struct link *link;
	uint64_t id;
	struct loop_handle *timer;
	struct err why; /* what the timer tells */
	link_reply_fn fn;
	void *arg;
};

/*
 * A request of the peer. Its handler knows it by our own number, so that an answer that comes after
 * a reconnect cannot meet a newer request of the same id.
 */
struct asked {
	struct list node;
	uint64_t number;
	uint64_t id;
};

/* A message being handled. The transfers before it live as long, even when its handler frees the
 * link. */
struct incoming {
	struct frame frame;
	struct transfers_in transfers; /* empty unless the message is JSON */
};

static struct pending *pending_of(struct list *node)
{
	return LIST_ITEM(node, struct pending, node);
}

/* --- our requests --------------------------------------------------------------------------- */

static struct pending *pending_find(struct link *link, uint64_t id)
{
	LIST_FOREACH (node, &link->pending) {
		if (pending_of(node)->id == id)
			return pending_of(node);
	}
	return NULL;
}

static void pending_free(struct pending *pending)
{
	list_remove(&pending->node);
	pending->link->pending_count--;
	loop_remove(pending->timer);
	free(pending);
}

static void pending_end(struct pending *pending, const struct err *err, json_t *body,
	const struct link_payloads *payloads)
{
	link_reply_fn fn = pending->fn;
	void *arg = pending->arg;

	pending_free(pending);
	fn(arg, err, body, payloads);
}

static void on_deadline(void *arg)
{
	struct pending *pending = arg;
	struct link *link = pending->link;
	struct err why = pending->why;

	link_enter(link);
	link_queue_drop_request(link, pending->id);
	pending_end(pending, &why, NULL, NULL);
	link_leave(link);
}

static bool request_send(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, struct err *err)
{
	AUTO(message_free) struct message *message = NULL;

	if (link->state != LINK_OPEN)
		return err_set(err, ERR_DEVICE_OFFLINE, "link is not open");
	if (link->pending_count > LINK_REQUESTS_MAX)
		return err_set(err, ERR_BUSY, "%d requests wait for a reply", LINK_REQUESTS_MAX);
	message = message_new(FRAME_REQUEST, id);
	return message_fill(message, body, payloads, &link->next_transfer, err) &&
	       link_queue_give(link, TAKE(message), err);
}

uint64_t link_request(struct link *link, json_t *body, const struct link_payloads *payloads,
	int64_t timeout_ms, link_reply_fn fn, void *arg)
{
	assert(timeout_ms > 0);
	if (link->is_freed)
		return 0;
	struct pending *pending = xcalloc(1, sizeof(*pending));

	*pending = (struct pending) { .link = link, .id = link->next_id++, .fn = fn, .arg = arg };
	list_add_tail(&link->pending, &pending->node);
	link->pending_count++;
	if (request_send(link, pending->id, body, payloads, &pending->why))
		err_set(&pending->why, ERR_TIMEOUT, "no reply from '%s' within %lld ms",
			link->peer_role, (long long)timeout_ms);
	else
		timeout_ms = 0;
	pending->timer = loop_add_timer(link->setup.loop, timeout_ms, 0, on_deadline, pending);
	return pending->id;
}

void link_cancel(struct link *link, uint64_t id)
{
	struct pending *pending = pending_find(link, id);

	if (!pending)
		return;
	link_queue_drop_request(link, id);
	pending_free(pending);
}

/* Those that a callback adds meanwhile have a higher id and are left. */
void link_pending_fail(struct link *link, const struct err *why)
{
	uint64_t end = link->next_id;

	while (!list_is_empty(&link->pending) && pending_of(link->pending.next)->id < end)
		pending_end(pending_of(link->pending.next), why, NULL, NULL);
}

/* --- the peer's requests -------------------------------------------------------------------- */

static struct asked *asked_find(struct link *link, uint64_t number)
{
	LIST_FOREACH (node, &link->asked) {
		struct asked *asked = LIST_ITEM(node, struct asked, node);

		if (asked->number == number)
			return asked;
	}
	return NULL;
}

static void asked_free(struct link *link, struct asked *asked)
{
	list_remove(&asked->node);
	link->asked_count--;
	free(asked);
}

static bool reply_send(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, struct err *err)
{
	AUTO(message_free) struct message *message = message_new(FRAME_REPLY, id);
	AUTO(json_decref) json_t *reply = json_copy(body);

	if (!json_object_get(reply, "ok"))
		json_object_set_new(reply, "ok", json_true());
	return message_fill(message, reply, payloads, &link->next_transfer, err) &&
	       link_queue_give(link, TAKE(message), err);
}

static json_t *err_json_new(const struct err *err)
{
	json_t *body = json_object();

	json_object_set_new(body, "ok", json_false());
	json_object_set_new(body, "code", json_string(err_code_name(err->code)));
	/* NULL, and so left out, when a cut message is no UTF-8 any more */
	json_object_set_new(body, "message", json_string(err->message));
	json_object_set_new(body, "hint", json_string(err->hint));
	return body;
}

static void reply_send_err(struct link *link, uint64_t id, const struct err *why)
{
	AUTO(json_decref) json_t *body = err_json_new(why);
	struct err err = { 0 };

	if (!reply_send(link, id, body, NULL, &err))
		link_doom(link,
			&err); /* a peer that reads nothing; its requests end with the connection */
}

void link_reply(
	struct link *link, uint64_t number, json_t *body, const struct link_payloads *payloads)
{
	struct asked *asked = asked_find(link, number);
	struct err err = { 0 };

	if (!asked)
		return;
	uint64_t id = asked->id;

	asked_free(link, asked);
	if (!reply_send(link, id, body, payloads, &err))
		reply_send_err(link, id, &err);
}

void link_reply_err(struct link *link, uint64_t number, const struct err *err)
{
	AUTO(json_decref) json_t *body = err_json_new(err);

	link_reply(link, number, body, NULL);
}

/* --- one function per type ------------------------------------------------------------------ */

static bool start_id_is_good(const char *text)
{
	return text && strlen(text) == LINK_START_ID_LEN &&
	       strspn(text, "0123456789abcdef") == LINK_START_ID_LEN;
}

static bool receive_hello(struct link *link, const struct incoming *in, struct err *err)
{
	AUTO(json_decref) json_t *hello = NULL;
	struct link_payloads payloads;

	if (link->state == LINK_OPEN)
		return err_set(err, ERR_INVALID, "second hello");
	if (!message_read(in->frame.payload, &in->transfers, &hello, &payloads, err))
		return false;
	const char *role = json_string_value(json_object_get(hello, "role"));
	const char *start_id = json_string_value(json_object_get(hello, "start_id"));

	if (!role || *role == 0 || strlen(role) > LINK_ROLE_MAX || !start_id_is_good(start_id) ||
		!json_is_string(json_object_get(hello, "version")) ||
		!json_is_array(json_object_get(hello, "reports")))
		return err_set(err, ERR_INVALID, "hello lacks role, version, start_id or reports");
	(void)str_copy(link->peer_role, sizeof(link->peer_role), role);
	(void)str_copy(link->peer_start_id, sizeof(link->peer_start_id), start_id);
	link_set_open(link, hello);
	return true;
}

static bool receive_ack(struct link *link, const struct incoming *in, struct err *err)
{
	if (in->frame.payload.len > 0)
		return err_set(err, ERR_INVALID, "ack with a payload");
	link_report_acked(link, in->frame.id);
	return true;
}

static void request_give(
	struct link *link, uint64_t id, json_t *body, const struct link_payloads *payloads)
{
	struct asked *asked;
	struct err err = { 0 };

	if (!link->setup.handlers.on_request) {
		err_set(&err, ERR_INVALID, "'%s' takes no requests", link->setup.role);
		reply_send_err(link, id, &err);
		return;
	}
	if (link->asked_count == LINK_REQUESTS_MAX) {
		err_set(&err, ERR_BUSY, "%d requests wait here", LINK_REQUESTS_MAX);
		reply_send_err(link, id, &err);
		return;
	}
	asked = xcalloc(1, sizeof(*asked));
	*asked = (struct asked) { .number = link->next_id++, .id = id };
	list_add_tail(&link->asked, &asked->node);
	link->asked_count++;
	link->setup.handlers.on_request(link, asked->number, body, payloads, link->setup.arg);
}

static bool receive_request(struct link *link, const struct incoming *in, struct err *err)
{
	AUTO(json_decref) json_t *body = NULL;
	struct link_payloads payloads;

	if (!message_read(in->frame.payload, &in->transfers, &body, &payloads, err))
		return false;
	request_give(link, in->frame.id, body, &payloads);
	return true;
}

static void reply_err_read(json_t *body, struct err *out)
{
	const char *code = json_string_value(json_object_get(body, "code"));
	const char *message = json_string_value(json_object_get(body, "message"));
	const char *hint = json_string_value(json_object_get(body, "hint"));

	err_set(out, code ? err_code_find(code) : ERR_INTERNAL, "%s",
		message ? message : "refused");
	if (out->code == ERR_NONE)
		out->code = ERR_INTERNAL;
	err_hint(out, "%s", hint ? hint : "");
}

static bool receive_reply(struct link *link, const struct incoming *in, struct err *err)
{
	AUTO(json_decref) json_t *body = NULL;
	struct link_payloads payloads;
	struct err refused = { 0 };

	if (!message_read(in->frame.payload, &in->transfers, &body, &payloads, err))
		return false;
	struct pending *pending = pending_find(link, in->frame.id);
	bool is_ok = json_is_true(json_object_get(body, "ok"));

	if (!pending)
		return true; /* its deadline has passed, or it was cancelled */
	if (!is_ok)
		reply_err_read(body, &refused);
	pending_end(pending, is_ok ? NULL : &refused, body, &payloads);
	return true;
}

static bool receive_report(struct link *link, const struct incoming *in, struct err *err)
{
	AUTO(json_decref) json_t *body = NULL;
	struct link_payloads payloads;

	if (!link->setup.handlers.on_report)
		return err_set(err, ERR_INVALID, "'%s' takes no reports", link->setup.role);
	if (!message_read(in->frame.payload, &in->transfers, &body, &payloads, err))
		return false;
	link->setup.handlers.on_report(link, in->frame.id, body, link->setup.arg);
	return true;
}

static bool receive_notice(struct link *link, const struct incoming *in, struct err *err)
{
	AUTO(json_decref) json_t *body = NULL;
	struct link_payloads payloads;

	if (!message_read(in->frame.payload, &in->transfers, &body, &payloads, err))
		return false;
	if (link->setup.handlers.on_notice)
		link->setup.handlers.on_notice(link, body, &payloads, link->setup.arg);
	return true;
}

static bool receive_piece(struct link *link, const struct incoming *in, struct err *err)
{
	struct piece piece;

	if (!piece_decode(in->frame.payload, &piece, err) ||
		!transfers_in_add(&link->transfers, &piece, err))
		return false;
	struct message *ack = message_new(FRAME_PIECE_ACK, 0);

	piece_ack_encode(&piece, &ack->payload);
	link_control_give(link, ack);
	return true;
}

static bool receive_piece_ack(struct link *link, const struct incoming *in, struct err *err)
{
	struct piece ack;

	return piece_ack_decode(in->frame.payload, &ack, err) && link_piece_acked(link, &ack, err);
}

static const struct receiver {
	bool (*receive)(struct link *link, const struct incoming *in, struct err *err);
	bool is_json; /* ends the life of the transfers before it */
} receivers[] = {
	[FRAME_HELLO] = { receive_hello, true },
	[FRAME_ACK] = { receive_ack, false },
	[FRAME_REQUEST] = { receive_request, true },
	[FRAME_REPLY] = { receive_reply, true },
	[FRAME_REPORT] = { receive_report, true },
	[FRAME_NOTICE] = { receive_notice, true },
	[FRAME_PIECE] = { receive_piece, false },
	[FRAME_PIECE_ACK] = { receive_piece_ack, false },
};

bool link_receive_message(struct link *link, struct bytes message, struct err *err)
{
	struct incoming in = { 0 };

	if (!frame_decode(message, &in.frame, err))
		return false;
	if (link->state == LINK_GREETING && in.frame.type != FRAME_HELLO)
		return err_set(err, ERR_INVALID, "%s before hello", frame_type_name(in.frame.type));
	const struct receiver *receiver = &receivers[in.frame.type];

	if (receiver->is_json) {
		in.transfers = link->transfers;
		link->transfers = (struct transfers_in) { 0 };
	}
	bool ok = receiver->receive(link, &in, err);

	transfers_in_reset(&in.transfers);
	return ok || err_wrap(err, "%s", frame_type_name(in.frame.type));
}

/* --- the socket ----------------------------------------------------------------------------- */

static void receive_failed(struct link *link, ssize_t got)
{
	struct err err = { 0 };

	if (got < 0)
		err_set_errno(&err, "receive");
	else
		err_set(&err, ERR_DEVICE_OFFLINE, "the other end closed it");
	link_fail(link, &err);
}

void link_receive(struct link *link)
{
	struct err err = { 0 };

	for (unsigned i = 0; i < RECEIVE_MESSAGES_MAX && link->state != LINK_CLOSED; i++) {
		/* with MSG_TRUNC: the real length, also of a message that is larger than the buffer
		 */
		ssize_t got = recv(
			link->fd, link->buffer, sizeof(link->buffer), MSG_DONTWAIT | MSG_TRUNC);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			receive_failed(link, got);
			return;
		}
		bool ok = link_receive_message(link, bytes_of(link->buffer, (size_t)got), &err);

		explicit_bzero(link->buffer,
			(size_t)got < sizeof(link->buffer) ? (size_t)got : sizeof(link->buffer));
		if (!ok) {
			link_fail(link, &err);
			return;
		}
	}
}

void link_receive_reset(struct link *link)
{
	while (!list_is_empty(&link->asked))
		asked_free(link, LIST_ITEM(link->asked.next, struct asked, node));
	transfers_in_reset(&link->transfers);
}
