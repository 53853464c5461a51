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
	struct loop_handle
		*still; /* armed: the connection that listens asked something, or is not there */
	bool is_still;  /* and had no answer in time */
	bool is_lead;
	bool is_lead_told;     /* what is_lead is, since it connected */
	int64_t lead_at_ms;    /* asked for again */
	int64_t lead_since_ms; /* while it is */
	bool is_up;
	bool is_closed;
	char why[200];
};

/* ---- db.c: lanes and calls ---- */

/* Gives every idle connection of the lane something to do. */
void lane_run(struct lane *lane);

/* Tells the core when the scan lane comes up or goes down; keeps since when a lane is down. */
void lane_note(struct lane *lane);

/* Says `changed` when it is wanted and may be said now; arg: struct db. */
void notify_run(void *arg);

/* The listening connection waits for the server: in DB_STILL_MS from its first question on somebody
 * must have heard something. */
void still_watch(struct db *db);

/* The server answered on that lane. */
void lane_heard(struct lane *lane);

/* Ends a call: with its reply, or with an error. Its callback may send others. */
void request_end(struct db_request *request, const char *reply, const struct err *err);
void request_fail(struct db_request *request, enum err_code code, const char *message);

/* Puts it first in its queue once more: it came before all that wait. */
void request_again(struct lane *lane, struct db_request *request);

/* Its connection is gone: once more, or failed when that was the second try. */
void request_lost(struct lane *lane, struct db_request *request);

/* ---- db_conn.c: one connection ---- */

/* The callback of its timer (arg: struct conn): connects one that is down. */
void conn_timer(void *arg);

/* The statement that asks for the lead; the first cell says t or f. */
#define CONN_LEAD_SQL "select pg_try_advisory_lock(5370658274)"

/* Who has it has it as long as the connection is there. */
#define CONN_ALIVE_SQL "select true"

/* Sends NOTIFY changed. */
void conn_notify(struct conn *conn);

/* Sends conn->request, or the preparation that it needs first. */
void conn_send(struct conn *conn);

/* Closes it, gives back what it ran and connects again later. why: NULL for what libpq says. */
void conn_lost(struct conn *conn, const char *why);

void conn_close(struct conn *conn);
bool conn_is_usable(const struct conn *conn);

#endif
