/* What the files of the database share: lanes, connections, calls. Included by them only. */
#ifndef SPECIMEND_CORE_DB_INSIDE_H
#define SPECIMEND_CORE_DB_INSIDE_H

#include <libpq-fe.h>

#include "daemon/base/list.h"
#include "daemon/core/db.h"

#define LANES 3
#define LANE_LISTEN 2
#define BACKOFF_FIRST_MS 50

struct db_request {
	struct list node; /* in a lane's queue, in db.failed, or in none while it runs */
	enum call_no call;
	char *request_id;
	char *session;
	char *args;
	uint64_t order;
	int64_t deadline_ms;
	unsigned retries;
	bool resent;
	db_fn done; /* NULL: cancelled */
	void *arg;
	struct err err; /* in db.failed */
};

enum conn_state {
	CONN_DOWN,
	CONN_CONNECTING,
	CONN_SETUP,
	CONN_IDLE,
	CONN_PREPARE,
	CONN_RUN,
	CONN_NOTIFY, /* the connection that listens: says `changed` */
	CONN_LEAD,   /* and asks for the lead, or whether it is there */
	CONN_PROBE,  /* one for scans, while that is away: whether the server is there */
};

struct conn {
	struct db *db;
	struct lane *lane;
	enum conn_state state;
	PGconn *pg;
	struct loop_handle *fd;
	struct loop_handle *timer; /* back-off when down, deadline when connecting or notifying;
				    * of an idle one that listens: asks for the lead, or
				    * whether the server is there */
	int64_t backoff_ms;
	int process_id; /* the server's, that answered last; 0: nothing was answered */
	bool prepared[CALL_COUNT];
	struct db_request *request; /* in CONN_PREPARE and CONN_RUN */
	PGresult *result;           /* the first failed or else the last of this statement */
};

struct lane {
	struct db *db;
	const char *setup;
	struct conn conns[DB_SCAN_CONNECTIONS];
	size_t conn_count;
	struct list queue;
	size_t queued;
	size_t queue_max;
	int64_t down_since_ms; /* when it has no connection */
};

struct db {
	struct loop *loop;
	char *conninfo;
	struct db_watch watch;
	struct lane lanes[LANES];
	struct list failed; /* waiting for the deferred call */
	struct loop_handle *failing;
	struct loop_handle *tick;
	struct loop_handle *notify; /* armed: `changed` was said less than DB_NOTIFY_MS ago */
	bool notify_wanted;
	struct loop_handle *probe; /* every DB_ASK_MS */
	struct loop_handle *still; /* armed: something is asked */
	bool is_still;             /* and nothing was answered in time */
	bool is_lead; /* the connection that listens got it; how long that is good: db_is_lead */
	bool is_lead_told;            /* what is_lead is, since it connected or lead_end */
	int64_t lead_asked_ms;        /* when the question went out */
	int64_t lead_until_ms;        /* by its answer; while is_lead */
	int64_t lead_at_ms;           /* asked for again */
	int64_t lead_since_ms;        /* while it is */
	struct loop_handle *lead_end; /* armed: it is, or was; another may be from then on */
	bool is_up;
	bool is_closed;
	struct err away;       /* why the last connection was lost, or did not come */
	struct err refusal;    /* of writes; no code: none */
	bool is_read_only;     /* the refusal is that */
	int64_t lent_until_ms; /* connections are lent, as far as was seen of late */
	struct err told;       /* the trouble, as it was told last; no code: none */
	char detail[200];      /* of away */
};

/* What the server says by an SQLSTATE, once for calls and connects (db_state.c). */
enum outcome {
	OUTCOME_FAIL,
	OUTCOME_RETRY,  /* the same statement once more, on any connection */
	OUTCOME_LOST,   /* the connection is going away */
	OUTCOME_REFUSE, /* no write is taken, whatever it is */
	OUTCOME_LENT,   /* another process of the server answers than was asked before */
};

struct sqlstate_row {
	const char *prefix;
	enum outcome outcome;
	enum err_code code;
	const char *message;
	const char *hint;
};

/* ---- db.c: lanes and calls ---- */

/* Gives every idle connection of the lane something to do. */
void lane_run(struct lane *lane);

/* Tells the core when the scan lane comes up or goes down; keeps since when a lane is down. */
void lane_note(struct lane *lane);

/* Says `changed` when it is wanted and may be said now; arg: struct db. */
void notify_run(void *arg);

/* A connection asks something: silence counts from now, if it does not yet. */
void db_asks(struct db *db);

/* The server answered, on any connection; and when what was answered is not out any more, whether
 * others still wait. */
void db_heard(struct db *db);
void db_waits(struct db *db);

/* Tells the core what is wrong with the database, if that is another thing than before. */
void trouble_note(struct db *db);

/* A write was refused by the server itself, or (NULL) one was taken. */
void writes_note(struct db *db, const struct sqlstate_row *row);

/* The server is read-only for everybody, or is not. */
void read_only_note(struct db *db, bool is_read_only);

/* One connection is answered by several processes of the server, or one process answers several. */
void lent_note(struct db *db);
bool db_is_lent(const struct db *db);

/* What to say of it; the row of the SQLSTATE by which it shows too. */
const struct sqlstate_row *lent_row(void);

/* Ends a call: with its reply, or with an error. Its callback may send others. */
void request_end(struct db_request *request, const char *reply, const struct err *err);
void request_fail(
	struct db_request *request, enum err_code code, const char *message, const char *hint);

/* Puts it first in its queue once more: it came before all that wait. */
void request_again(struct lane *lane, struct db_request *request);

/* Its connection is gone: once more, or failed when that was the second try. */
void request_lost(struct lane *lane, struct db_request *request);

/* ---- db_conn.c: one connection ---- */

/* The callback of its timer (arg: struct conn): connects one that is down. */
void conn_timer(void *arg);

/*
 * What is asked over and over: is this the lead's connection (t or f), can nothing be written (on
 * or off; a standby too: PostgreSQL 15, 27.4.1), and which process of the server answers. libpq's
 * own PQbackendPID is what a pooler made up (PgBouncer 1.18, usage: cancel keys).
 *
 * CONN_LEAD_SQL   asks for the lead; the number is in clinic.print_lead_is too
 * CONN_ALIVE_SQL  who has it has it as long as the connection is there
 * CONN_LENT_SQL   a connection that is lent can have none: gives back what it may hold
 */
#define CONN_ASKED ", current_setting('transaction_read_only'), pg_backend_pid()"
#define CONN_LEAD_SQL "select pg_try_advisory_lock(5370658274)" CONN_ASKED
#define CONN_ALIVE_SQL "select true" CONN_ASKED
#define CONN_LENT_SQL "select pg_advisory_unlock_all() is null" CONN_ASKED

/* Sends NOTIFY changed. */
void conn_notify(struct conn *conn);

/* Asks on an idle connection for scans whether the server is there. */
void conn_probe(struct conn *conn);

/* Not the server itself is at the other end, but a pooler. */
bool conn_is_pooled(const struct conn *conn);

/* Sends conn->request, or the preparation that it needs first. */
void conn_send(struct conn *conn);

/* The row of that SQLSTATE; the last one when there is none. */
const struct sqlstate_row *sqlstate_find(const char *sqlstate);

/*
 * Why a connection does not come or was lost, for the pages: by the SQLSTATE in libpq's message,
 * which has one when the server said it, since its errors are verbose.
 */
void conn_away(const char *message, struct err *out);

/* Closes it, gives back what it ran and connects again later. why: NULL for what libpq says. */
void conn_lost(struct conn *conn, const char *why);

void conn_close(struct conn *conn);
bool conn_is_usable(const struct conn *conn);

#endif
