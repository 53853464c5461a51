/*
 * Messages between the roles (contrib/CONTRACTS.md 2): hello, request and reply, report, notice.
 *
 * The core listens (link_listen), bench and press connect (link_connect) and connect again for
 * ever. A struct link on the connecting side lives until link_free, over all its connections; one
 * on the listening side lives for one connection and is gone when on_closed returns.
 *
 * Nothing here blocks, and no callback is called from inside a link_* function but link_free.
 * Everything that a peer sends is checked: what is malformed closes the connection and is logged
 * once.
 *
 * Ids: of a report, counted by its sender for the life of its process, so (start_id, id) names it
 * for ever; of a request as on_request gives it, good for one link_reply while that connection
 * lasts.
 */
#ifndef SPECIMEND_LINK_LINK_H
#define SPECIMEND_LINK_LINK_H

#include <jansson.h>
#include <sys/types.h>

#include "daemon/base/err.h"
#include "daemon/link/message.h"
#include "daemon/loop/loop.h"

#define LINK_START_ID_LEN 32
#define LINK_ROLE_MAX 15
#define LINK_HELLO_MS 5000     /* a peer that has not said hello by then is closed */
#define LINK_BACKOFF_MIN_MS 50 /* first pause before connecting again; doubles up to the next */
#define LINK_BACKOFF_MAX_MS 1000
#define LINK_REQUESTS_MAX 256                  /* waiting for a reply, in each direction */
#define LINK_QUEUE_MAX 512                     /* messages not sent yet */
#define LINK_QUEUE_BYTES_MAX (8 * 1024 * 1024) /* and their bytes */
#define LINK_REPORTS_MAX 4096                  /* reports kept */
#define LINK_REPORTS_BYTES_MAX (8 * 1024 * 1024)
#define LINK_HELLO_REPORTS_MAX 256 /* ids named in hello: the oldest */
#define LINK_CONTROL_MAX 8192      /* acknowledgements not sent yet */
#define LINK_PEERS_MAX 16          /* connections to a listener */

struct link;
struct link_listener;

/* What a role does with its links. A link may be freed inside any of them. */
struct link_handlers {
	/*
	 * The peer said hello: from now on the link is open. hello is borrowed: role, version,
	 * start_id, reports (the oldest LINK_HELLO_REPORTS_MAX), last_report (the newest; all come
	 * again, in order) and the peer's own part (jobs).
	 */
	void (*on_hello)(struct link *link, json_t *hello, void *arg);

	/* Answer with link_reply or link_reply_err and this id, now or later. NULL: answered with
	 * an error. */
	void (*on_request)(struct link *link, uint64_t id, json_t *body,
		const struct link_payloads *payloads, void *arg);

	/*
	 * Call link_ack with this id when it is safe (after COMMIT). Until then it comes again
	 * after every reconnect, with the same id. NULL: a report closes the link.
	 */
	void (*on_report)(struct link *link, uint64_t id, json_t *body, void *arg);

	/*
	 * The peer acknowledged the report of this id (link_report's out_id), which is forgotten
	 * now. Called once for each. Optional.
	 */
	void (*on_acked)(struct link *link, uint64_t id, void *arg);

	void (*on_notice)(
		struct link *link, json_t *body, const struct link_payloads *payloads, void *arg);

	/* An open link closed; all requests have been answered with an error before. Optional. */
	void (*on_closed)(struct link *link, void *arg);

	/* The role's own part of hello as a new object ({"jobs": [...]}), asked at every hello.
	 * Optional. */
	json_t *(*hello_new)(void *arg);
};

struct link_setup {
	struct loop *loop;
	const char *role;     /* our own: "core", "bench", "press"; kept by pointer */
	const char *start_id; /* link_start_id_make, once per process; kept by pointer */
	const char *path;     /* the socket; copied */
	uid_t peer_uid;       /* who may be at the other end: geteuid() */
	struct link_handlers handlers;
	void *arg; /* of all handlers */
};

/*
 * The reply, exactly once for every request, or why there is none.
 *
 * err   NULL when the reply said ok. Else the peer's own error (body is the reply), or ERR_TIMEOUT,
 *       ERR_DEVICE_OFFLINE (not connected, or closed before the reply: it may have been done or
 * not), ERR_BUSY, ERR_TOO_LARGE (body is NULL: it was not sent) body  borrowed, like payloads
 */
typedef void (*link_reply_fn)(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads);

/* 32 hexadecimal digits of random bytes and NUL. */
MUST_CHECK bool link_start_id_make(char out[LINK_START_ID_LEN + 1], struct err *err);

/* --- making and ending */

/* Starts connecting from the loop; never fails, tries again with a pause of 50 ms to 1 s. */
struct link *link_connect(const struct link_setup *setup);

/* A link over a connected SEQPACKET socket, which it takes. As on the listening side. */
struct link *link_over(const struct link_setup *setup, int fd);

/* Closes without calling on_closed; answers open requests with ERR_DEVICE_OFFLINE. Accepts NULL. */
void link_free(struct link *link);

/* Fails with ERR_CONFLICT when another process listens there, ERR_INVALID, ERR_IO. */
MUST_CHECK bool link_listen(
	const struct link_setup *setup, struct link_listener **out, struct err *err);

/* Frees its links too, and removes the socket file. Accepts NULL. */
void link_listener_free(struct link_listener *listener);

/* --- asking */

bool link_is_open(const struct link *link);
const char *link_peer_role(const struct link *link);     /* "" before hello */
const char *link_peer_start_id(const struct link *link); /* "" before hello */

/* --- sending: body is a borrowed object, payloads (NULL for none) are copied */

/*
 * Asks the peer. fn is called exactly once, never from inside this call.
 *
 * timeout_ms  above 0; counts from now
 *
 * Returns the request's id for link_cancel; 0 (and fn is not called) only when the link is being
 * freed.
 */
uint64_t link_request(struct link *link, json_t *body, const struct link_payloads *payloads,
	int64_t timeout_ms, link_reply_fn fn, void *arg);

/* Forgets a request: fn will not be called. What was sent may still be done. Unknown ids are fine.
 */
void link_cancel(struct link *link, uint64_t id);

/*
 * Answers a request; "ok": true is added unless the body has "ok". Does nothing when the connection
 * on which it was asked is gone. A reply that is too large becomes an error reply.
 */
void link_reply(struct link *link, uint64_t id, json_t *body, const struct link_payloads *payloads);
void link_reply_err(struct link *link, uint64_t id, const struct err *err);

/*
 * Keeps a report and sends it until it is acknowledged; connecting side only.
 *
 * out_id  its id; may be NULL
 *
 * Fails with ERR_BUSY when LINK_REPORTS_MAX are kept, ERR_TOO_LARGE when it does not fit into one
 * message.
 */
MUST_CHECK bool link_report(struct link *link, json_t *body, uint64_t *out_id, struct err *err);
size_t link_reports_kept(const struct link *link);

/* Acknowledges a report of this peer. Does nothing when the link is closed: it will come again. */
void link_ack(struct link *link, uint64_t id);

/* Tells the peer, if it is there now. False and err when it was not taken; nothing comes of it
 * then. */
bool link_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, struct err *err);

#endif
