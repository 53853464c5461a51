/*
 * HL7 orders over MLLP: listens, reads frames, has each message stored and answers when that is
 * committed, never before (IO-06). What the message says is daemon/hl7's, what becomes of it is the
 * database's; this is the wire between them.
 *
 * A connection has one message in work at a time: the next is read when the answer is written, so
 * the peer's own window is the queue. Nothing that a peer does or leaves undone holds more than its
 * own connection, and each wait has an end.
 *
 * When the database does not take a message it is answered with AR 207 "not stored, send again".
 * A message that can not be read is stored too (IO-05), then answered with AE or AR. Only one over
 * MLLP_MESSAGE_MAX is not: AR 207, and the connection ends.
 */
#ifndef SPECIMEND_CORE_MLLP_H
#define SPECIMEND_CORE_MLLP_H

#include "daemon/base/err.h"
#include "daemon/loop/loop.h"

#define MLLP_PEERS_MAX 32    /* connections; one more is closed at once */
#define MLLP_IDLE_MS 900000  /* without a message */
#define MLLP_FRAME_MS 30000  /* from a frame's first byte to its last */
#define MLLP_STORE_MS 20000  /* for the database's answer; its own deadline is shorter */
#define MLLP_ANSWER_MS 15000 /* for the peer to take an answer */
#define MLLP_DRAIN_MS 5000   /* for the peer to notice that we end */

struct mllp;

/* reply: JSON text of api.order_message, borrowed for the call; or NULL and err: not stored. */
typedef void (*mllp_reply_fn)(void *arg, const char *reply, const struct err *err);

/* The database as this module sees it. */
struct mllp_store {
	/*
	 * Starts api.order_message with a new request id and args (JSON text, borrowed for the
	 * call). done is called exactly once, after COMMIT or when it is known to have failed, and
	 * never from inside this call. Returns a handle for cancel, not NULL.
	 */
	void *(*order_message)(void *ctx, const char *args, mllp_reply_fn done, void *arg);

	/* done is not called any more; the message may have been stored or not. */
	void (*cancel)(void *ctx, void *handle);

	void *ctx;
};

struct mllp_setup {
	struct loop *loop;
	const char *address; /* numeric, IPv4 or IPv6; borrowed for the call */
	unsigned port;       /* 0: any free one (tests) */
	struct mllp_store store;
	int64_t (*real_us)(
		void); /* clock_real_us: the time in answers that the database gave none for */
};

/*
 * Listens. NULL and err (ERR_INVALID: the address; ERR_IO: the system) when it can not.
 * sodium_init() must have been called.
 */
MUST_CHECK struct mllp *mllp_new(const struct mllp_setup *setup, struct err *err);

/* Ends all connections and cancels what they wait for. Accepts NULL. Not from inside a callback of
 * the store. */
void mllp_free(struct mllp *mllp);

unsigned mllp_port(const struct mllp *mllp); /* the one that is listened on */
size_t mllp_peer_count(const struct mllp *mllp);

#endif
