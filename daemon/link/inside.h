/* What the files of daemon/link share about struct link; nobody else includes this. */
#ifndef SPECIMEND_LINK_INSIDE_H
#define SPECIMEND_LINK_INSIDE_H

#include "daemon/link/link.h"

enum link_state {
	LINK_CLOSED,   /* no connection */
	LINK_GREETING, /* connected; nothing but hello may come */
	LINK_OPEN,
};

struct link {
	struct link_setup setup; /* path is ours */
	bool is_connecting_side;
	enum link_state state;
	unsigned depth; /* callbacks of ours that are running: freed when the last one ends */
	bool is_freed;
	struct err doom;  /* set where no callback may run; the next flush closes with it */
	struct list peer; /* in the listener's list */

	int fd; /* -1 when closed */
	struct loop_handle *io;
	struct loop_handle *flush; /* deferred */
	struct loop_handle *timer; /* closed: connect again; greeting: the deadline of hello */
	int64_t backoff_ms;
	bool is_waiting_logged;
	char peer_role[LINK_ROLE_MAX + 1];
	char peer_start_id[LINK_START_ID_LEN + 1];

	uint64_t next_id;
	uint64_t next_transfer;

	/* send.c */
	struct buf frame;    /* the next message as bytes; empty when none is made */
	struct list control; /* hello and acknowledgements: before everything else */
	size_t control_count;
	struct message *current; /* its pieces are on their way, then its text */
	struct list queue;
	size_t queue_count;
	size_t queue_bytes;
	struct list reports;      /* to be sent on this connection */
	struct list reports_sent; /* sent, not acknowledged */
	size_t reports_count;
	size_t reports_bytes;

	/* receive.c */
	struct list pending; /* requests of ours, by id */
	size_t pending_count;
	struct list asked; /* requests of the peer */
	size_t asked_count;
	struct transfers_in transfers;
	uint8_t buffer[FRAME_MAX];
};

/* --- link.c */

/* Around everything that may call a handler. After link_leave the link may be gone. */
void link_enter(struct link *link);
void link_leave(struct link *link);

/* Closes the connection, logs why once, answers what is pending. Only between enter and leave. */
void link_fail(struct link *link, const struct err *why);

/* As link_fail, but from the loop and not now. */
void link_doom(struct link *link, const struct err *why);

/* The peer's hello is good. */
void link_set_open(struct link *link, json_t *hello);

/* --- send.c */

void link_flush_soon(struct link *link);
void link_flush(struct link *link);

/* Takes the message. False (and it is freed) when the queue is full. */
MUST_CHECK bool link_queue_give(struct link *link, struct message *message, struct err *err);
void link_control_give(struct link *link, struct message *message);
void link_queue_drop_request(struct link *link, uint64_t id);
MUST_CHECK bool link_piece_acked(struct link *link, const struct piece *ack, struct err *err);
void link_report_acked(struct link *link, uint64_t id);
void link_send_reset(struct link *link);    /* the connection is gone: all but reports goes too */
void link_reports_reset(struct link *link); /* the link goes */

/* --- receive.c */

void link_receive(struct link *link);

/* One whole message. Fails when it is malformed. */
MUST_CHECK bool link_receive_message(struct link *link, struct bytes message, struct err *err);
void link_pending_fail(struct link *link, const struct err *why);
void link_receive_reset(struct link *link);

#endif
