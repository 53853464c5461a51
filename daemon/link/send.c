/*
 * What goes out, in this order: acknowledgements, the rest of the message whose pieces are on their
 * way, reports, queued messages. One message is made into bytes at a time, when the socket can take
 * it.
 */
#include "daemon/link/inside.h"

#include <errno.h>
#include <sys/socket.h>

#include "daemon/base/auto.h"

#define FLUSH_FRAMES_MAX 64 /* in one go, so that one busy link does not hold the loop */

static struct message *message_of(struct list *node)
{
	return LIST_ITEM(node, struct message, node);
}

static void list_free(struct list *list)
{
	while (!list_is_empty(list))
		message_free(message_of(list->next));
}

/* --- queues --------------------------------------------------------------------------------- */

static void on_flush(void *arg)
{
	struct link *link = arg;
	struct err doom = link->doom;

	link->flush = NULL;
	link_enter(link);
	if (doom.code != ERR_NONE)
		link_fail(link, &doom);
	else if (link->state != LINK_CLOSED)
		link_flush(link);
	link_leave(link);
}

void link_flush_soon(struct link *link)
{
	if (!link->flush && !link->is_freed)
		link->flush = loop_defer(link->setup.loop, on_flush, link);
}

bool link_queue_give(struct link *link, struct message *message, struct err *err)
{
	size_t bytes = message_bytes(message);

	if (link->queue_count == LINK_QUEUE_MAX ||
		bytes > LINK_QUEUE_BYTES_MAX - link->queue_bytes) {
		message_free(message);
		return err_set(
			err, ERR_BUSY, "link with '%s' has too much to send", link->peer_role);
	}
	link->queue_count++;
	link->queue_bytes += bytes;
	list_add_tail(&link->queue, &message->node);
	link_flush_soon(link);
	return true;
}

static struct message *queue_take(struct link *link, struct message *message)
{
	list_remove(&message->node);
	link->queue_count--;
	link->queue_bytes -= message_bytes(message);
	return message;
}

void link_queue_drop_request(struct link *link, uint64_t id)
{
	LIST_FOREACH (node, &link->queue) {
		if (message_of(node)->type == FRAME_REQUEST && message_of(node)->id == id) {
			message_free(queue_take(link, message_of(node)));
			return;
		}
	}
}

void link_control_give(struct link *link, struct message *message)
{
	struct err err = { 0 };

	if (link->control_count == LINK_CONTROL_MAX) {
		message_free(message);
		err_set(&err, ERR_BUSY, "the peer does not take its acknowledgements");
		link_doom(link, &err);
		return;
	}
	link->control_count++;
	list_add_tail(&link->control, &message->node);
	link_flush_soon(link);
}

void link_ack(struct link *link, uint64_t id)
{
	if (link->state == LINK_OPEN)
		link_control_give(link, message_new(FRAME_ACK, id));
}

bool link_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, struct err *err)
{
	AUTO(message_free) struct message *message = NULL;

	if (link->state != LINK_OPEN)
		return err_set(err, ERR_DEVICE_OFFLINE, "link is not open");
	message = message_new(FRAME_NOTICE, link->next_id++);
	return message_fill(message, body, payloads, &link->next_transfer, err) &&
	       link_queue_give(link, TAKE(message), err);
}

/* --- reports -------------------------------------------------------------------------------- */

static bool report_fits(const struct link *link, const struct message *report, struct err *err)
{
	if (report->transfer_count > 0)
		return err_set(err, ERR_TOO_LARGE, "report does not fit into one message");
	if (link->reports_count == LINK_REPORTS_MAX ||
		report->payload.len > LINK_REPORTS_BYTES_MAX - link->reports_bytes)
		return err_set(err, ERR_BUSY, "%zu reports wait already", link->reports_count);
	return true;
}

bool link_report(struct link *link, json_t *body, uint64_t *out_id, struct err *err)
{
	AUTO(message_free) struct message *report = message_new(FRAME_REPORT, link->next_id);

	if (!message_fill(report, body, NULL, &link->next_transfer, err) ||
		!report_fits(link, report, err))
		return false;
	link->next_id++;
	link->reports_count++;
	link->reports_bytes += report->payload.len;
	if (out_id)
		*out_id = report->id;
	list_add_tail(&link->reports, &report->node);
	report = NULL;
	link_flush_soon(link);
	return true;
}

size_t link_reports_kept(const struct link *link)
{
	return link->reports_count;
}

static struct message *report_find(struct list *list, uint64_t id)
{
	LIST_FOREACH (node, list) {
		if (message_of(node)->id == id)
			return message_of(node);
	}
	return NULL;
}

/* One that was not sent on this connection may be acknowledged too: it was sent on the one before.
 */
void link_report_acked(struct link *link, uint64_t id)
{
	struct message *report = report_find(&link->reports_sent, id);

	if (!report)
		report = report_find(&link->reports, id);
	if (!report)
		return;
	link->reports_count--;
	link->reports_bytes -= report->payload.len;
	message_free(report);
	if (link->setup.handlers.on_acked)
		link->setup.handlers.on_acked(link, id, link->setup.arg);
}

void link_reports_reset(struct link *link)
{
	list_free(&link->reports_sent);
	list_free(&link->reports);
}

/* --- the next message ----------------------------------------------------------------------- */

static void frame_make(struct link *link, const struct message *message, struct bytes payload)
{
	frame_encode(
		&(struct frame) { .type = message->type, .id = message->id, .payload = payload },
		&link->frame);
}

static bool control_next(struct link *link)
{
	if (list_is_empty(&link->control))
		return false;
	struct message *message = message_of(link->control.next);

	frame_make(link, message, buf_bytes(&message->payload));
	link->control_count--;
	message_free(message);
	return true;
}

static bool report_next(struct link *link)
{
	if (list_is_empty(&link->reports))
		return false;
	struct message *report = message_of(link->reports.next);

	frame_make(link, report, buf_bytes(&report->payload));
	list_remove(&report->node);
	list_add_tail(&link->reports_sent, &report->node);
	return true;
}

/* A piece of the current message when the window allows one, its text when every piece has arrived.
 */
static bool current_next(struct link *link)
{
	struct message *message = link->current;
	struct piece piece;

	for (size_t i = 0; i < message->transfer_count; i++) {
		if (transfer_out_is_done(&message->transfers[i]))
			continue;
		if (!transfer_out_next(&message->transfers[i], &piece))
			return false;
		AUTO_BUF payload = { 0 };

		piece_encode(&piece, &payload);
		frame_encode(
			&(struct frame) { .type = FRAME_PIECE, .payload = buf_bytes(&payload) },
			&link->frame);
		return true;
	}
	frame_make(link, message, buf_bytes(&message->payload));
	message_free(message);
	link->current = NULL;
	return true;
}

bool link_piece_acked(struct link *link, const struct piece *ack, struct err *err)
{
	for (size_t i = 0; link->current && i < link->current->transfer_count; i++) {
		struct transfer_out *transfer = &link->current->transfers[i];

		if (transfer_out_is_done(transfer))
			continue;
		link_flush_soon(link);
		return transfer_out_ack(transfer, ack, err);
	}
	return err_set(err, ERR_INVALID, "piece_ack, and nothing was sent");
}

static bool frame_next(struct link *link)
{
	if (control_next(link))
		return true;
	if (link->state != LINK_OPEN)
		return false;
	if (!link->current && report_next(link))
		return true;
	if (!link->current && !list_is_empty(&link->queue))
		link->current = queue_take(link, message_of(link->queue.next));
	return link->current && current_next(link);
}

/* --- the socket ----------------------------------------------------------------------------- */

static void frame_wipe(struct link *link)
{
	if (link->frame.data)
		explicit_bzero(link->frame.data, link->frame.len); /* it may have held a PIN */
	buf_reset(&link->frame);
}

/* False when the socket is full or broken. */
static bool frame_send(struct link *link)
{
	struct err err = { 0 };
	ssize_t sent;

	do {
		sent = send(
			link->fd, link->frame.data, link->frame.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	if (sent >= 0) { /* a SEQPACKET message goes whole or not at all */
		frame_wipe(link);
		return true;
	}
	if (errno == EAGAIN)
		return false;
	err_set_errno(&err, "send");
	link_fail(link, &err);
	return false;
}

void link_flush(struct link *link)
{
	for (unsigned frames = 0; frames < FLUSH_FRAMES_MAX; frames++) {
		if (link->frame.len == 0 && !frame_next(link)) {
			loop_set_interest(link->io, LOOP_READ);
			return;
		}
		if (!frame_send(link))
			break;
	}
	if (link->state != LINK_CLOSED)
		loop_set_interest(link->io, LOOP_READ | LOOP_WRITE);
}

void link_send_reset(struct link *link)
{
	frame_wipe(link);
	list_free(&link->control);
	list_free(&link->queue);
	message_free(link->current);
	link->current = NULL;
	link->control_count = 0;
	link->queue_count = 0;
	link->queue_bytes = 0;
	while (!list_is_empty(&link->reports_sent)) { /* from the end, so that the order stays */
		struct list *last = link->reports_sent.prev;

		list_remove(last);
		list_add_tail(link->reports.next, last);
	}
}
