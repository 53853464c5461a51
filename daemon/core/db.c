/*
 * Lanes, queues and connections. A connection is a small state machine driven by its socket:
 * down -> connecting -> setup -> idle -> (prepare ->) run -> idle. A statement is prepared on each
 * connection when that connection first needs it, so a new connection is ready after one round trip
 * and a function that is added later is found.
 */
#include "daemon/core/db.h"

#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define LANES 3
#define LANE_LISTEN 2
#define CONNECT_TIMEOUT_MS 5000
#define BACKOFF_FIRST_MS 50
#define BACKOFF_MAX_MS 2000
#define TICK_MS 100
#define RETRIES_MAX 3

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
};

struct conn {
	struct db *db;
	struct lane *lane;
	enum conn_state state;
	PGconn *pg;
	struct loop_handle *fd;
	struct loop_handle *timer; /* back-off when down, deadline when connecting */
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
	bool is_up;
	bool is_closed;
	char why[200];
};

enum outcome {
	OUTCOME_FAIL,
	OUTCOME_RETRY, /* the same statement once more, on any connection */
	OUTCOME_LOST,  /* the connection is going away */
};

/* First match wins. Source: PostgreSQL 15, Appendix A, error codes. */
static const struct sqlstate_row {
	const char *prefix;
	enum outcome outcome;
	enum err_code code;
	const char *message;
} sqlstates[] = {
	{ "40001", OUTCOME_RETRY, ERR_BUSY, "the same records are being changed by others" },
	{ "40P01", OUTCOME_RETRY, ERR_BUSY, "the same records are being changed by others" },
	{ "57P0", OUTCOME_LOST, ERR_DB_UNAVAILABLE, "the database is being shut down or starts" },
	{ "08", OUTCOME_LOST, ERR_DB_UNAVAILABLE, "the connection to the database broke" },
	{ "57014", OUTCOME_FAIL, ERR_TIMEOUT, "the database took too long and gave up" },
	{ "57", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database was interrupted" },
	{ "55P03", OUTCOME_FAIL, ERR_BUSY, "the same records are being changed by others" },
	{ "53", OUTCOME_FAIL, ERR_DB_UNAVAILABLE,
		"the database is out of disk, memory or connections" },
	{ "58", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database's disk fails" },
	{ "25006", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database takes no writes now" },
	{ "", OUTCOME_FAIL, ERR_INTERNAL, "the database refused a call" },
};

static void lane_run(struct lane *lane);
static void conn_start(struct conn *conn);
static void conn_on_io(void *arg, unsigned events);

uint64_t db_order_of(const char *text)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a, 64 bits */

	for (const char *c = text; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211u;
	return hash ? hash : 1;
}

/* ---- requests ---- */

static void secret_free(char *text)
{
	if (text)
		sodium_memzero(text, strlen(text));
	free(text);
}

static void request_free(struct db_request *request)
{
	list_remove(&request->node);
	free(request->request_id);
	secret_free(request->session);
	free(request->args);
	free(request);
}

static void request_end(struct db_request *request, const char *reply, const struct err *err)
{
	db_fn done = request->done;
	void *arg = request->arg;

	list_remove(&request->node);
	request->done = NULL;
	if (done)
		done(arg, reply, err);
	request_free(request);
}

static void request_fail(struct db_request *request, enum err_code code, const char *message)
{
	struct err err = { 0 };

	err_set(&err, code, "%s", message);
	err_hint(&err, code == ERR_INTERNAL ? "tell whoever looks after specimend"
					    : "scan or press again");
	request_end(request, NULL, &err);
}

/* What fails while this runs waits for the next turn: a caller that tries again must not spin here.
 */
static void failed_deliver(void *arg)
{
	struct db *db = arg;
	struct list batch;

	db->failing = NULL;
	list_init(&batch);
	while (!list_is_empty(&db->failed)) {
		struct list *node = db->failed.next;

		list_remove(node);
		list_add_tail(&batch, node);
	}
	while (!list_is_empty(&batch)) {
		struct db_request *request = LIST_ITEM(batch.next, struct db_request, node);
		struct err err = request->err;

		request_end(request, NULL, &err);
	}
}

/* Ends it from a deferred call, so that no callback runs inside db_send. */
static void request_fail_later(
	struct db *db, struct db_request *request, enum err_code code, const char *message)
{
	err_set(&request->err, code, "%s", message);
	err_hint(&request->err, "scan or press again");
	list_remove(&request->node);
	list_add_tail(&db->failed, &request->node);
	if (!db->failing)
		db->failing = loop_defer(db->loop, failed_deliver, db);
}

static void tick_arm(struct db *db)
{
	if (!loop_timer_is_armed(db->tick))
		loop_timer_set(db->tick, TICK_MS);
}

struct db_request *db_send(struct db *db, const struct db_call *call, db_fn done, void *arg)
{
	struct db_request *request = xcalloc(1, sizeof(*request));
	struct lane *lane = &db->lanes[call_get(call->call)->lane];

	list_init(&request->node);
	request->call = call->call;
	request->request_id = call->request_id ? xstrdup(call->request_id) : NULL;
	request->session = call->session ? xstrdup(call->session) : NULL;
	request->args = xstrdup(call->args ? call->args : "{}");
	request->order = call->order;
	request->deadline_ms =
		loop_now_ms(db->loop) + (call->timeout_ms ? call->timeout_ms : DB_TIMEOUT_MS);
	request->done = done;
	request->arg = arg;
	if (db->is_closed) {
		list_add_tail(&db->failed, &request->node);
		return request;
	}
	if (lane->queued >= lane->queue_max) {
		request_fail_later(db, request, ERR_BUSY, "too much is waiting for the database");
		return request;
	}
	list_add_tail(&lane->queue, &request->node);
	lane->queued++;
	tick_arm(db);
	lane_run(lane);
	return request;
}

void db_request_cancel(struct db_request *request)
{
	if (request)
		request->done = NULL;
}

/* ---- connections ---- */

static bool conn_is_usable(const struct conn *conn)
{
	return conn->state >= CONN_IDLE;
}

static bool lane_is_up(const struct lane *lane)
{
	for (size_t i = 0; i < lane->conn_count; i++) {
		if (conn_is_usable(&lane->conns[i]))
			return true;
	}
	return false;
}

/* Tells the core when the scan lane comes up or goes down; keeps since when a lane is down. */
static void lane_note(struct lane *lane)
{
	struct db *db = lane->db;
	bool is_up = lane_is_up(lane);

	if (is_up)
		lane->down_since_ms = -1;
	else if (lane->down_since_ms < 0)
		lane->down_since_ms = loop_now_ms(db->loop);
	if (lane != &db->lanes[LANE_SCAN] || is_up == db->is_up)
		return;
	db->is_up = is_up;
	if (db->watch.up)
		db->watch.up(db->watch.arg, is_up, db->why);
}

static void conn_unwatch(struct conn *conn)
{
	loop_remove(conn->fd);
	conn->fd = NULL;
}

static void conn_close(struct conn *conn)
{
	conn_unwatch(conn);
	PQclear(conn->result);
	conn->result = NULL;
	PQfinish(conn->pg);
	conn->pg = NULL;
	conn->state = CONN_DOWN;
}

static void conn_why(struct conn *conn, const char *why)
{
	const char *text = why ? why : PQerrorMessage(conn->pg);

	(void)snprintf(conn->db->why, sizeof(conn->db->why), "%.*s", (int)strcspn(text, "\n"),
		text); /* cut is fine */
}

/* Sends it once more, first in its queue, or ends it. */
static void request_again(struct lane *lane, struct db_request *request)
{
	lane->queue.next->prev = &request->node; /* to the front: it came before all that wait */
	request->node.next = lane->queue.next;
	request->node.prev = &lane->queue;
	lane->queue.next = &request->node;
	lane->queued++;
	tick_arm(lane->db);
}

static void request_lost(struct lane *lane, struct db_request *request)
{
	if (request->resent || !request->done) {
		request_fail_later(lane->db, request, ERR_DB_UNAVAILABLE,
			"the connection to the database broke");
		return;
	}
	request->resent = true;
	request_again(lane, request);
}

/* why: NULL for what libpq says. */
static void conn_lost(struct conn *conn, const char *why)
{
	struct db_request *request = conn->request;

	conn_why(conn, why);
	conn->request = NULL;
	conn_close(conn);
	loop_timer_set(conn->timer, conn->backoff_ms);
	conn->backoff_ms =
		conn->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : conn->backoff_ms * 2;
	lane_note(conn->lane);
	if (request)
		request_lost(conn->lane, request);
}

static bool conn_watch(struct conn *conn, unsigned interest)
{
	struct err err = { 0 };

	if (conn->fd) {
		loop_set_interest(conn->fd, interest);
		return true;
	}
	conn->fd =
		loop_add_fd(conn->db->loop, PQsocket(conn->pg), interest, conn_on_io, conn, &err);
	if (!conn->fd)
		conn_lost(conn, err.message);
	return conn->fd;
}

static bool conn_flush(struct conn *conn)
{
	int left = PQflush(conn->pg);

	if (left < 0) {
		conn_lost(conn, NULL);
		return false;
	}
	return conn_watch(conn, left > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void conn_timer(void *arg)
{
	struct conn *conn = arg;

	if (conn->state == CONN_DOWN)
		conn_start(conn);
	else if (!conn_is_usable(conn))
		conn_lost(conn, "the database does not answer");
}

/* What a server says unasked (a shutdown) shows in the connection's state; nothing goes to stderr.
 */
static void conn_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static void conn_start(struct conn *conn)
{
	const char *const keys[] = { "dbname", "application_name", "tcp_user_timeout", NULL };
	const char *const values[] = { conn->db->conninfo, "specimend-core", "5000", NULL };

	conn->pg = PQconnectStartParams(keys, values, 1);
	conn->state = CONN_CONNECTING;
	memset(conn->prepared, 0, sizeof(conn->prepared));
	loop_timer_set(conn->timer, CONNECT_TIMEOUT_MS);
	if (!conn->pg || PQstatus(conn->pg) == CONNECTION_BAD)
		conn_lost(conn, NULL);
	else {
		(void)PQsetNoticeProcessor(conn->pg, conn_notice, NULL); /* gives the old one */
		(void)conn_watch(conn, LOOP_WRITE); /* a failure has gone to conn_lost */
	}
}

static void conn_connecting(struct conn *conn)
{
	conn_unwatch(conn); /* PQconnectPoll may close this socket and open another */
	switch (PQconnectPoll(conn->pg)) {
	case PGRES_POLLING_READING:
		(void)conn_watch(conn, LOOP_READ); /* a failure has gone to conn_lost */
		return;
	case PGRES_POLLING_WRITING:
		(void)conn_watch(conn, LOOP_WRITE);
		return;
	case PGRES_POLLING_OK:
		conn->state = CONN_SETUP;
		if (PQsetnonblocking(conn->pg, 1) != 0 || !PQsendQuery(conn->pg, conn->lane->setup))
			conn_lost(conn, NULL);
		else
			(void)conn_flush(conn);
		return;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		conn_lost(conn, NULL);
		return;
	}
}

/* ---- statements ---- */

static void conn_send(struct conn *conn)
{
	struct db_request *request = conn->request;
	const struct call_info *call = call_get(request->call);
	bool writes = call->shape == CALL_WRITES;
	const char *const values[] = { request->request_id, request->session, request->args };
	int sent;

	if (conn->prepared[request->call]) {
		conn->state = CONN_RUN;
		sent = PQsendQueryPrepared(conn->pg, call->name, writes ? 3 : 2,
			writes ? values : values + 1, NULL, NULL, 0);
	} else {
		conn->state = CONN_PREPARE;
		sent = PQsendPrepare(conn->pg, call->name, call->statement, 0, NULL);
	}
	if (!sent)
		conn_lost(conn, NULL);
	else
		(void)conn_flush(conn);
}

static bool lane_order_runs(const struct lane *lane, uint64_t order)
{
	for (size_t i = 0; order && i < lane->conn_count; i++) {
		if (lane->conns[i].request && lane->conns[i].request->order == order)
			return true;
	}
	return false;
}

/* The first waiting request whose order key is not running. */
static struct db_request *lane_take(struct lane *lane)
{
	LIST_FOREACH (node, &lane->queue) {
		struct db_request *request = LIST_ITEM(node, struct db_request, node);

		if (lane_order_runs(lane, request->order))
			continue;
		list_remove(&request->node);
		lane->queued--;
		if (request->done)
			return request;
		request_free(request); /* cancelled before it was sent */
	}
	return NULL;
}

static void lane_run(struct lane *lane)
{
	for (size_t i = 0; i < lane->conn_count; i++) {
		struct conn *conn = &lane->conns[i];

		if (conn->state != CONN_IDLE)
			continue;
		conn->request = lane_take(lane);
		if (!conn->request)
			return;
		conn_send(conn);
	}
}

static const struct sqlstate_row *sqlstate_find(const char *sqlstate)
{
	for (size_t i = 0; i < ARRAY_LEN(sqlstates) - 1; i++) {
		if (str_has_prefix(sqlstate, sqlstates[i].prefix))
			return &sqlstates[i];
	}
	return &sqlstates[ARRAY_LEN(sqlstates) - 1];
}

/* No primary message of classes 22 and 23: it may quote a value. */
static void request_refused(struct db_request *request, const PGresult *result,
	const struct sqlstate_row *row, const char *sqlstate)
{
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	bool quotes = str_has_prefix(sqlstate, "22") || str_has_prefix(sqlstate, "23");
	char message[320];

	if (row->code == ERR_INTERNAL)
		(void)snprintf(message, sizeof(message), "%s: api.%s, SQLSTATE %s %s %s",
			row->message, call_get(request->call)->name, sqlstate,
			constraint ? constraint : "",
			primary && !quotes ? primary : ""); /* cut is fine */
	request_fail(request, row->code, row->code == ERR_INTERNAL ? message : row->message);
}

static void conn_failed(struct conn *conn, struct db_request *request, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const struct sqlstate_row *row = sqlstate_find(sqlstate ? sqlstate : "08");

	switch (row->outcome) {
	case OUTCOME_RETRY:
		if (request->retries++ < RETRIES_MAX) {
			request_again(conn->lane, request);
			return;
		}
		break;
	case OUTCOME_LOST:
		conn->request = request;
		conn_lost(conn, row->message);
		return;
	case OUTCOME_FAIL:
		break;
	}
	request_refused(request, result, row, sqlstate ? sqlstate : "none");
}

static void conn_run_done(struct conn *conn, PGresult *result)
{
	struct db_request *request = conn->request;

	conn->request = NULL;
	conn->state = CONN_IDLE;
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		conn_failed(conn, request, result);
	else if (PQntuples(result) != 1 || PQgetisnull(result, 0, 0))
		request_fail(request, ERR_INTERNAL, "the database gave no reply");
	else
		request_end(request, PQgetvalue(result, 0, 0), NULL);
}

static void conn_prepare_done(struct conn *conn, PGresult *result)
{
	struct db_request *request = conn->request;

	if (PQresultStatus(result) == PGRES_COMMAND_OK) {
		conn->prepared[request->call] = true;
		conn_send(conn);
		return;
	}
	conn->request = NULL;
	conn->state = CONN_IDLE;
	conn_failed(conn, request, result);
}

static void conn_setup_done(struct conn *conn, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		conn_lost(conn, PQresultErrorMessage(result));
		return;
	}
	conn->state = CONN_IDLE;
	conn->backoff_ms = BACKOFF_FIRST_MS;
	loop_timer_set(conn->timer, -1);
	lane_note(conn->lane);
}

static void conn_statement_done(struct conn *conn)
{
	PGresult *result = conn->result;

	conn->result = NULL;
	switch (conn->state) {
	case CONN_SETUP:
		conn_setup_done(conn, result);
		break;
	case CONN_PREPARE:
		conn_prepare_done(conn, result);
		break;
	case CONN_RUN:
		conn_run_done(conn, result);
		break;
	case CONN_DOWN:
	case CONN_CONNECTING:
	case CONN_IDLE:
		break; /* nothing was sent */
	}
	PQclear(result);
}

static bool result_is_bad(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return result && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

/* Takes every result that has come; true when the statement is complete. */
static bool conn_collect(struct conn *conn)
{
	while (!PQisBusy(conn->pg)) {
		PGresult *result = PQgetResult(conn->pg);

		if (!result)
			return conn->result;
		if (result_is_bad(conn->result)) {
			PQclear(result);
			continue;
		}
		PQclear(conn->result);
		conn->result = result;
	}
	return false;
}

/* Asked after the results are taken: one that lay behind a result is seen only then. */
static void conn_notifies(struct conn *conn)
{
	bool changed = false;
	PGnotify *notify;

	while ((notify = PQnotifies(conn->pg))) {
		changed |= notify->be_pid != PQbackendPID(conn->pg);
		PQfreemem(notify);
	}
	if (changed && conn->db->watch.changed)
		conn->db->watch.changed(conn->db->watch.arg);
}

static void conn_on_io(void *arg, unsigned events)
{
	struct conn *conn = arg;
	struct lane *lane = conn->lane;

	(void)events; /* libpq finds out itself */
	if (conn->state == CONN_CONNECTING) {
		conn_connecting(conn);
		return;
	}
	if (!PQconsumeInput(conn->pg) && !PQisBusy(conn->pg) && conn->state == CONN_IDLE) {
		conn_lost(conn, NULL);
		return;
	}
	if (!conn_flush(conn))
		return;
	if (conn_collect(conn))
		conn_statement_done(conn);
	if (conn->pg && PQstatus(conn->pg) == CONNECTION_BAD)
		conn_lost(conn, NULL);
	if (conn->pg)
		conn_notifies(conn);
	lane_run(lane);
}

/* ---- deadlines ---- */

static void lane_tick(struct lane *lane, int64_t now_ms)
{
	bool down = lane->down_since_ms >= 0 && now_ms - lane->down_since_ms >= DB_DOWN_WAIT_MS;

	LIST_FOREACH (node, &lane->queue) {
		struct db_request *request = LIST_ITEM(node, struct db_request, node);
		bool late = now_ms >= request->deadline_ms;

		if (!late && !(down && !request->resent))
			continue;
		lane->queued--;
		request_fail_later(lane->db, request, late ? ERR_TIMEOUT : ERR_DB_UNAVAILABLE,
			late ? "the database did not answer in time"
			     : "the database cannot be reached");
	}
	for (size_t i = 0; i < lane->conn_count; i++) {
		struct conn *conn = &lane->conns[i];

		if (!conn->request || now_ms < conn->request->deadline_ms)
			continue;
		conn->request->resent = true; /* no second try after the deadline */
		conn_lost(conn, "the database did not answer in time");
	}
}

static bool lane_is_busy(const struct lane *lane)
{
	bool busy = lane->queued > 0;

	for (size_t i = 0; i < lane->conn_count; i++)
		busy |= lane->conns[i].request != NULL;
	return busy;
}

static void db_tick(void *arg)
{
	struct db *db = arg;
	int64_t now_ms = loop_now_ms(db->loop);

	for (size_t i = 0; i < LANES; i++)
		lane_tick(&db->lanes[i], now_ms);
	for (size_t i = 0; i < LANES; i++) {
		if (lane_is_busy(&db->lanes[i]))
			tick_arm(db);
		lane_run(&db->lanes[i]);
	}
}

/* ---- life ---- */

static void lane_init(struct db *db, size_t no, size_t conns, size_t queue_max, const char *setup)
{
	struct lane *lane = &db->lanes[no];

	*lane = (struct lane) {
		.db = db, .setup = setup, .conn_count = conns, .queue_max = queue_max
	};
	list_init(&lane->queue);
	lane->down_since_ms = loop_now_ms(db->loop);
	for (size_t i = 0; i < conns; i++) {
		struct conn *conn = &lane->conns[i];

		*conn = (struct conn) { .db = db, .lane = lane, .backoff_ms = BACKOFF_FIRST_MS };
		conn->timer = loop_add_timer(db->loop, 0, 0, conn_timer, conn);
	}
}

struct db *db_new(struct loop *loop, const char *conninfo, const struct db_watch *watch)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->loop = loop;
	db->conninfo = xstrdup(conninfo);
	if (watch)
		db->watch = *watch;
	list_init(&db->failed);
	db->tick = loop_add_timer(loop, -1, 0, db_tick, db);
	lane_init(db, LANE_SCAN, DB_SCAN_CONNECTIONS, DB_SCAN_QUEUE_MAX,
		"set statement_timeout = '5s'");
	lane_init(db, LANE_READ, DB_READ_CONNECTIONS, DB_READ_QUEUE_MAX,
		"set statement_timeout = '5s'");
	lane_init(db, LANE_LISTEN, 1, 0, "listen changed");
	return db;
}

/* Connections first, so that nothing is sent any more. */
static void lane_close(struct lane *lane)
{
	for (size_t i = 0; i < lane->conn_count; i++) {
		struct conn *conn = &lane->conns[i];

		loop_remove(conn->timer);
		conn->timer = NULL;
		conn_close(conn);
		if (conn->request)
			request_fail_later(lane->db, conn->request, ERR_DB_UNAVAILABLE,
				"specimend is being stopped");
		conn->request = NULL;
	}
	while (!list_is_empty(&lane->queue))
		request_fail_later(lane->db, LIST_ITEM(lane->queue.next, struct db_request, node),
			ERR_DB_UNAVAILABLE, "specimend is being stopped");
}

void db_close(struct db *db)
{
	if (!db || db->is_closed)
		return;
	db->is_closed = true;
	for (size_t i = 0; i < LANES; i++)
		lane_close(&db->lanes[i]);
	loop_remove(db->failing);
	failed_deliver(db);
	loop_remove(db->failing); /* of calls that those callbacks sent */
	loop_remove(db->tick);
	db->failing = NULL;
	db->tick = NULL;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	db_close(db);
	loop_remove(db->failing);
	while (!list_is_empty(&db->failed))
		request_free(LIST_ITEM(db->failed.next, struct db_request, node));
	free(db->conninfo);
	free(db);
}

bool db_is_up(const struct db *db)
{
	return db->is_up;
}

size_t db_waiting(const struct db *db, enum lane_no lane)
{
	return db->lanes[lane].queued;
}
