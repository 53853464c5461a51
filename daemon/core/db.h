/*
 * PostgreSQL without waiting: statements of the call table go out on lanes of connections, answers
 * come to a callback. The answer is the JSON text of the api function, passed on as it is.
 *
 * Lanes: 8 connections for scans (one outstanding transaction each), 2 for reads with a
 * statement_timeout of 5 s, one that listens for `changed` and says it. Calls with the same order
 * key run one after the other in the order of db_send, whatever the connections do.
 *
 * Of several cores on one database one is the lead: the one whose listening connection holds an
 * advisory lock. The others try again every DB_ASK_MS; the lock ends with the connection. A
 * connection may be lost without a word, on either side (a cable, a machine that stands still): the
 * lead asks the server something every DB_ASK_MS and takes no answer for the end, and the server
 * ends a session that asked nothing for DB_LEAD_MS. That needs nothing of the transport. So who was
 * told that it is the lead is it for DB_LEAD_MS from when it asked, by its own clock, and no
 * longer: before that nobody else is. Source: PostgreSQL 15, 20.11.1, idle_session_timeout.
 *
 * What is wrong with the database, in the order in which it is told:
 *
 * - no connection: the scan lane has none; at once when the last is lost.
 * - no answer: something was asked, and nothing was answered on any connection for DB_STILL_MS.
 *   Something is asked at least every DB_ASK_MS: by the connection that listens, or while that is
 *   away by one for scans. So within 2 s, until anything is answered. Nothing is closed for it, no
 *   call ends, and what runs goes on.
 * - no writes: a call that writes was refused for a reason of the server's own (its disk, a
 *   standby), or the connection that listens finds it read-only; until a write is taken, or it is
 *   read-only no more.
 * - nobody listens: the others are there, and that connection has been away for DB_LEAD_MS, so that
 *   no core can know who is the lead.
 * - lent: a pooler gives our connections' processes to others between transactions (PgBouncer's
 *   transaction mode), so that nobody can hold the lead's lock, or listen, or set anything: seen
 *   when one connection is answered by two processes of the server, or two by one; until neither
 *   was seen for DB_LEAD_MS. Who is told so is not the lead. A pooler in session mode is none.
 *
 * A call ends exactly once: with a reply, or with an err:
 *   ERR_BUSY            the lane's queue is full, or the same records were fought over four times
 *   ERR_DB_UNAVAILABLE  no connection for 2 s, or it broke and the one re-send failed too
 *   ERR_TIMEOUT         no answer by the deadline, or the server cancelled the statement
 *   ERR_INTERNAL        anything else the server says: our bug
 * All of them mean "not stored as far as we know". A write that was sent when its connection broke
 * is sent once more with the same request_id after reconnecting, within its deadline: api functions
 * answer a repeat with the stored reply.
 */
#ifndef SPECIMEND_CORE_DB_H
#define SPECIMEND_CORE_DB_H

#include "daemon/base/err.h"
#include "daemon/core/calls.h"
#include "daemon/loop/loop.h"

#define DB_SCAN_CONNECTIONS 8
#define DB_READ_CONNECTIONS 2
#define DB_SCAN_QUEUE_MAX 256
#define DB_READ_QUEUE_MAX 64
#define DB_TIMEOUT_MS 8000 /* of a call that names none; longer than any statement_timeout */
#define DB_NOTIFY_MS 50    /* `changed` is said at most so often */
#define DB_ASK_MS 500      /* who is not the lead asks again, who is whether the server is there */
#define DB_STILL_MS 1200   /* no answer to that: the server stands still, as far as we know */
#define DB_ANSWER_MS 5000  /* no answer to that, or to a connect: the connection is lost */
#define DB_LEAD_MS 10000   /* to the server we are gone; longer than DB_ASK_MS and DB_ANSWER_MS */
#define DB_DOWN_WAIT_MS 2000 /* a call waits this long for a lane without connections */

struct db;
struct db_request;

struct db_call {
	enum call_no call;
	const char *request_id; /* UUID text of a writing call, else NULL */
	const char *session;    /* token, or NULL for none */
	const char *args;       /* JSON object, or NULL for {} */
	uint64_t order;         /* same key: one after the other; 0: no order */
	int64_t timeout_ms;     /* 0: DB_TIMEOUT_MS */
};

/* reply: JSON text, borrowed for the call, or NULL and err. Never called from inside db_send. */
typedef void (*db_fn)(void *arg, const char *reply, const struct err *err);

struct db_watch {
	void (*up)(void *arg, bool is_up); /* scan lane has, or lost, its connections */
	/* another core committed something, or may have while we could not hear: read again */
	void (*changed)(void *arg);
	/* asked for the lead, and whether we have it; at each connect, when it is another answer
	 * than before, and when we had it and did not hear for so long that another may have it */
	void (*lead)(void *arg, bool is_lead);
	/* what is wrong with the database is another thing now: message and hint are for the pages;
	 * NULL: nothing is. detail: what server or libpq say, for the log only */
	void (*trouble)(void *arg, const struct err *err, const char *detail);
	void *arg;
};

/* Starts connecting; conninfo is copied. A host name in it is looked up at each connect (may block:
 * give an address or a socket directory). */
struct db *db_new(struct loop *loop, const char *conninfo, const struct db_watch *watch);

/*
 * Closes all connections and ends every call with ERR_DB_UNAVAILABLE; calls that are sent later
 * never end. Accepts NULL.
 */
void db_close(struct db *db);
void db_free(struct db *db); /* accepts NULL */

/* Everything in call is copied. The handle is good until done is called or db_request_cancel. */
struct db_request *db_send(struct db *db, const struct db_call *call, db_fn done, void *arg);

/* done is not called any more; a statement that was sent still runs. Accepts NULL. */
void db_request_cancel(struct db_request *request);

/*
 * Tells the other cores of this node that something was committed: NOTIFY changed, in a transaction
 * of its own (in a scan's it would serialise commits), at most every DB_NOTIFY_MS, on the
 * connection that listens, so that we know our own. A hint: what is said while the database is away
 * is lost, and each core reads again when it listens again.
 */
void db_notify(struct db *db);

bool db_is_up(const struct db *db);

/* Calls may be sent, and nothing is answered. */
bool db_is_still(const struct db *db);

/* It answers, and takes no writes. */
bool db_is_refusing(const struct db *db);

/* This core is the lead, as far as we know: a connection that breaks may have lost us the lock a
 * moment before we hear of it. The database knows better (db_lead_pid). */
bool db_is_lead(const struct db *db);

/* The server's process that holds the lock, for the database to see that it does; asked only while
 * db_is_lead. */
int db_lead_pid(const struct db *db);

/* Since when, by the loop's clock; asked only while it is. */
int64_t db_lead_since_ms(const struct db *db);

size_t db_waiting(
	const struct db *db, enum lane_no lane); /* calls in the queue, for tests and health */

/* An order key from text (a token, a device's station); never 0. */
uint64_t db_order_of(const char *text);

#endif
