/*
 * One connection, a small state machine driven by its socket:
 * down -> connecting -> setup -> idle -> (prepare ->) run -> idle. A statement is prepared on each
 * connection when that connection first needs it, so a new connection is ready after one round trip
 * and a function that is added later is found. Which call comes next is db.c; what an SQLSTATE
 * means is db_state.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/core/db_inside.h"

#define BACKOFF_MAX_MS 2000
#define RETRIES_MAX 3
#define KEEP_S "5" /* a way that forgets who is idle, or is cut, is known before the next call */

/* ---- connections ---- */

static void conn_start(struct conn *conn);
static void conn_ask(struct conn *conn, enum conn_state state, const char *statement);
static void conn_on_io(void *arg, unsigned events);

bool conn_is_usable(const struct conn *conn)
{
	return conn->state >= CONN_IDLE;
}

static void conn_unwatch(struct conn *conn)
{
	loop_remove(conn->fd);
	conn->fd = NULL;
}

static bool conn_listens(const struct conn *conn)
{
	return conn->lane == &conn->db->lanes[LANE_LISTEN];
}

void conn_close(struct conn *conn)
{
	if (conn_listens(conn))
		conn->db->is_lead = conn->db->is_lead_told = false;
	conn_unwatch(conn);
	PQclear(conn->result);
	conn->result = NULL;
	PQfinish(conn->pg);
	conn->pg = NULL;
	conn->process_id = 0;
	conn->state = CONN_DOWN;
}

static void conn_why(struct conn *conn, const char *why)
{
	struct db *db = conn->db;
	const char *text = why ? why : PQerrorMessage(conn->pg);

	conn_away(text, &db->away);
	(void)snprintf(db->detail, sizeof(db->detail), "%.*s", (int)strcspn(text, "\n"),
		text); /* cut is fine */
}

/* why: NULL for what libpq says. */
void conn_lost(struct conn *conn, const char *why)
{
	struct db_request *request = conn->request;

	conn_why(conn, why);
	conn->request = NULL;
	conn_close(conn);
	loop_timer_set(conn->timer, conn->backoff_ms);
	conn->backoff_ms =
		conn->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : conn->backoff_ms * 2;
	lane_note(conn->lane);
	trouble_note(conn->db);
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

void conn_timer(void *arg)
{
	struct conn *conn = arg;

	if (conn->state == CONN_DOWN)
		conn_start(conn);
	else if (conn->state == CONN_IDLE && conn_listens(conn))
		conn_ask(conn, CONN_LEAD,
			db_is_lent(conn->db) ? CONN_LENT_SQL
			: conn->db->is_lead  ? CONN_ALIVE_SQL
					     : CONN_LEAD_SQL);
	else if (conn->state != CONN_IDLE && conn->state != CONN_PREPARE && conn->state != CONN_RUN)
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
	const char *const keys[] = { "dbname", "application_name", "tcp_user_timeout",
		"keepalives_idle", "keepalives_interval", NULL };
	const char *const values[] = { conn->db->conninfo, "specimend-core", "5000", KEEP_S, KEEP_S,
		NULL };

	conn->pg = PQconnectStartParams(keys, values, 1);
	conn->state = CONN_CONNECTING;
	memset(conn->prepared, 0, sizeof(conn->prepared));
	loop_timer_set(conn->timer, DB_ANSWER_MS);
	if (!conn->pg || PQstatus(conn->pg) == CONNECTION_BAD)
		conn_lost(conn, NULL);
	else {
		(void)PQsetNoticeProcessor(conn->pg, conn_notice, NULL); /* gives the old one */
		(void)PQsetErrorVerbosity(conn->pg, PQERRORS_VERBOSE);   /* conn_away reads it */
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
		if (conn_listens(conn))
			conn->db->lead_asked_ms = loop_now_ms(conn->db->loop);
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

void conn_send(struct conn *conn)
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
	db_asks(conn->db);
}

static void conn_ask(struct conn *conn, enum conn_state state, const char *statement)
{
	struct db *db = conn->db;

	conn->state = state;
	if (state == CONN_LEAD)
		db->lead_asked_ms = loop_now_ms(db->loop);
	loop_timer_set(conn->timer, DB_ANSWER_MS);
	db_asks(db);
	if (!PQsendQuery(conn->pg, statement))
		conn_lost(conn, NULL);
	else
		(void)conn_flush(conn); /* a failure has gone to conn_lost */
}

void conn_notify(struct conn *conn)
{
	/* one transaction; it need not reach the disk */
	conn_ask(conn, CONN_NOTIFY, "set local synchronous_commit = off; notify changed");
}

void conn_probe(struct conn *conn)
{
	conn_ask(conn, CONN_PROBE, CONN_ALIVE_SQL);
}

/* Idle again; the one that listens asks for the lead, or whether it has it still, when it is time.
 */
static void conn_rest(struct conn *conn)
{
	struct db *db = conn->db;
	int64_t left_ms = db->lead_at_ms - loop_now_ms(db->loop);

	conn->state = CONN_IDLE;
	loop_timer_set(conn->timer, !conn_listens(conn) ? -1 : left_ms > 0 ? left_ms : 0);
}

static void conn_changed(const struct conn *conn)
{
	if (conn->db->watch.changed)
		conn->db->watch.changed(conn->db->watch.arg);
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
	request_fail(
		request, row->code, row->code == ERR_INTERNAL ? message : row->message, row->hint);
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
		conn_lost(conn, PQresultErrorMessage(result));
		return;
	case OUTCOME_REFUSE:
		if (call_get(request->call)->shape == CALL_WRITES)
			writes_note(conn->db, row);
		break;
	case OUTCOME_LENT:
		lent_note(conn->db);
		break;
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
		request_fail(request, ERR_INTERNAL, "the database gave no reply",
			"tell whoever looks after specimend");
	else {
		if (call_get(request->call)->shape == CALL_WRITES)
			writes_note(conn->db, NULL);
		request_end(request, PQgetvalue(result, 0, 0), NULL);
	}
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

static bool process_is_anothers(const struct conn *of, int process_id)
{
	for (size_t i = 0; i < LANES; i++) {
		const struct lane *lane = &of->db->lanes[i];

		for (size_t k = 0; k < lane->conn_count; k++) {
			if (&lane->conns[k] != of && lane->conns[k].process_id == process_id)
				return true;
		}
	}
	return false;
}

/* The answer's last column: the process that gave it. A connection of the server's own has one, for
 * itself, from its first answer to its end. */
static void conn_process_note(struct conn *conn, const PGresult *result)
{
	if (PQntuples(result) != 1)
		return;
	int process_id = atoi(PQgetvalue(result, 0, PQnfields(result) - 1));

	if ((conn->process_id && conn->process_id != process_id) ||
		process_is_anothers(conn, process_id))
		lent_note(conn->db);
	conn->process_id = process_id;
}

bool conn_is_pooled(const struct conn *conn)
{
	return conn->process_id && conn->process_id != PQbackendPID(conn->pg);
}

static void conn_lead_done(struct conn *conn, const PGresult *result)
{
	struct db *db = conn->db;
	int64_t now_ms = loop_now_ms(db->loop);
	bool was_lead = db->is_lead;
	bool is_told = db->is_lead_told;

	db->is_lead = PQntuples(result) == 1 && str_equal(PQgetvalue(result, 0, 0), "t") &&
		      !db_is_lent(db);
	if (!was_lead)
		db->lead_since_ms = now_ms;
	db->lead_until_ms = db->lead_asked_ms + DB_LEAD_MS;
	int64_t left_ms = db->lead_until_ms - now_ms;

	loop_timer_set(db->lead_end, !db->is_lead ? -1 : left_ms > 0 ? left_ms : 0);
	if (PQntuples(result) == 1)
		read_only_note(db, str_equal(PQgetvalue(result, 0, 1), "on"));
	db->lead_at_ms = now_ms + DB_ASK_MS;
	db->is_lead_told = true;
	if (db->watch.lead && (!is_told || db->is_lead != was_lead))
		db->watch.lead(db->watch.arg, db->is_lead);
}

static void conn_setup_done(struct conn *conn, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		if (sqlstate && str_equal(sqlstate, "25006")) /* a standby: it cannot listen */
			read_only_note(conn->db, true);
		conn_lost(conn, PQresultErrorMessage(result));
		return;
	}
	conn_process_note(conn, result);
	if (conn_listens(conn))
		conn_lead_done(conn, result);
	conn_rest(conn);
	conn->backoff_ms = BACKOFF_FIRST_MS;
	lane_note(conn->lane);
	if (conn_listens(conn)) /* and did not until now */
		conn_changed(conn);
}

static void conn_statement_done(struct conn *conn)
{
	PGresult *result = conn->result;

	conn->result = NULL;
	db_heard(conn->db);
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
	case CONN_NOTIFY:
		conn_rest(conn); /* a hint: one that failed is not repeated */
		break;
	case CONN_LEAD:
		conn_process_note(conn, result);
		conn_lead_done(conn, result);
		conn_rest(conn);
		break;
	case CONN_PROBE:
		conn_process_note(conn, result);
		conn_rest(conn);
		break;
	case CONN_DOWN:
	case CONN_CONNECTING:
	case CONN_IDLE:
		break; /* nothing was sent */
	}
	PQclear(result);
	db_waits(conn->db);
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
		changed |= notify->be_pid != conn->process_id;
		PQfreemem(notify);
	}
	if (changed)
		conn_changed(conn);
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
	if (conn_listens(conn))
		notify_run(conn->db);
}
