/*
 * Lanes and their queues: which call goes next, how long it may wait, how it ends. What happens on
 * a connection is db_conn.c.
 */
#include "daemon/core/db.h"

#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/db_inside.h"

#define TICK_MS 100
#define STR(n) STR_(n)
#define STR_(n) #n

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

void request_end(struct db_request *request, const char *reply, const struct err *err)
{
	db_fn done = request->done;
	void *arg = request->arg;

	list_remove(&request->node);
	request->done = NULL;
	if (done)
		done(arg, reply, err);
	request_free(request);
}

void request_fail(
	struct db_request *request, enum err_code code, const char *message, const char *hint)
{
	struct err err = { 0 };

	err_set(&err, code, "%s", message);
	err_hint(&err, "%s", hint);
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

static bool lane_is_up(const struct lane *lane)
{
	for (size_t i = 0; i < lane->conn_count; i++) {
		if (conn_is_usable(&lane->conns[i]))
			return true;
	}
	return false;
}

/* Tells the core when the scan lane comes up or goes down; keeps since when a lane is down. */
void lane_note(struct lane *lane)
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
	trouble_note(db);
	if (db->watch.up)
		db->watch.up(db->watch.arg, is_up);
}

/* ---- what is wrong with the database ---- */

/* What keeps labels from being sent, when nothing else is wrong. */
static void labels_trouble(const struct db *db, struct err *out)
{
	const struct lane *listens = &db->lanes[LANE_LISTEN];
	const struct sqlstate_row *lent = lent_row();

	if (listens->down_since_ms >= 0 &&
		loop_now_ms(db->loop) - listens->down_since_ms >= DB_LEAD_MS) {
		err_set(out, db->away.code, "no label is sent: %s", db->away.message);
		err_hint(out, "%s", db->away.hint);
	} else if (db_is_lent(db)) {
		err_set(out, lent->code, "%s", lent->message);
		err_hint(out, "%s", lent->hint);
	}
}

void trouble_note(struct db *db)
{
	static const struct err still = { ERR_DB_UNAVAILABLE, "the database does not answer",
		"see that its machine runs and the network is there" };
	struct err labels = { 0 };
	const struct err *now = !db->is_up ? &db->away : db->is_still ? &still : &db->refusal;

	if (!now->code) {
		labels_trouble(db, &labels);
		now = &labels;
	}
	if (db->is_closed ||
		(now->code == db->told.code && str_equal(now->message, db->told.message)))
		return;
	db->told = *now;
	if (db->watch.trouble)
		db->watch.trouble(
			db->watch.arg, now->code ? &db->told : NULL, db->is_up ? "" : db->detail);
}

void writes_note(struct db *db, const struct sqlstate_row *row)
{
	if (!row && !db->refusal.code)
		return;
	db->is_read_only = false;
	db->refusal = (struct err) { 0 };
	if (row) {
		err_set(&db->refusal, row->code, "%s", row->message);
		err_hint(&db->refusal, "%s", row->hint);
	}
	trouble_note(db);
}

void read_only_note(struct db *db, bool is_read_only)
{
	if (is_read_only == db->is_read_only)
		return;
	writes_note(db, is_read_only ? sqlstate_find("25006") : NULL);
	db->is_read_only = is_read_only;
}

void lent_note(struct db *db)
{
	db->lent_until_ms = loop_now_ms(db->loop) + DB_LEAD_MS;
	trouble_note(db);
}

bool db_is_lent(const struct db *db)
{
	return loop_now_ms(db->loop) < db->lent_until_ms;
}

static bool conn_asks(const struct conn *conn)
{
	return conn_is_usable(conn) && conn->state != CONN_IDLE;
}

static bool db_is_asking(const struct db *db)
{
	for (size_t i = 0; i < LANES; i++) {
		for (size_t k = 0; k < db->lanes[i].conn_count; k++) {
			if (conn_asks(&db->lanes[i].conns[k]))
				return true;
		}
	}
	return false;
}

static void on_still(void *arg)
{
	struct db *db = arg;

	if (!db_is_asking(db))
		return; /* all who asked are gone, and others will */
	db->is_still = true;
	trouble_note(db);
}

void db_asks(struct db *db)
{
	if (!loop_timer_is_armed(db->still))
		loop_timer_set(db->still, DB_STILL_MS);
}

void db_heard(struct db *db)
{
	loop_timer_set(db->still, -1);
	db->is_still = false;
	trouble_note(db);
}

void db_waits(struct db *db)
{
	if (db_is_asking(db))
		db_asks(db);
}

/* The connection that listens asks by itself while it is there; through a pooler only two that ask
 * one after the other show whether both are lent. A call that takes long is no silence. */
static void on_probe(void *arg)
{
	struct db *db = arg;
	struct lane *lane = &db->lanes[LANE_SCAN];
	const struct conn *listens = &db->lanes[LANE_LISTEN].conns[0];
	struct conn *idle = NULL;

	if (conn_is_usable(listens) && !conn_is_pooled(listens))
		return;
	for (size_t i = 0; i < lane->conn_count; i++) {
		if (lane->conns[i].state == CONN_PROBE)
			return;
		if (lane->conns[i].state == CONN_IDLE)
			idle = &lane->conns[i];
	}
	if (idle)
		conn_probe(idle);
}

/* Nobody said for so long that it still is: another may be by now. */
static void on_lead_end(void *arg)
{
	struct db *db = arg;

	db->is_lead_told = false; /* that it still is, is told when it is heard */
	if (db->watch.lead)
		db->watch.lead(db->watch.arg, false);
}

/* Sends it once more, first in its queue, or ends it. */
void request_again(struct lane *lane, struct db_request *request)
{
	lane->queue.next->prev = &request->node; /* to the front: it came before all that wait */
	request->node.next = lane->queue.next;
	request->node.prev = &lane->queue;
	lane->queue.next = &request->node;
	lane->queued++;
	tick_arm(lane->db);
}

void request_lost(struct lane *lane, struct db_request *request)
{
	if (request->resent || !request->done) {
		request_fail_later(lane->db, request, ERR_DB_UNAVAILABLE,
			"the connection to the database broke");
		return;
	}
	request->resent = true;
	request_again(lane, request);
}

/* ---- statements ---- */

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

void lane_run(struct lane *lane)
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

/* ---- telling other cores ---- */

void notify_run(void *arg)
{
	struct db *db = arg;
	struct conn *conn = &db->lanes[LANE_LISTEN].conns[0];

	if (!db->notify_wanted || conn->state != CONN_IDLE || loop_timer_is_armed(db->notify))
		return;
	db->notify_wanted = false;
	loop_timer_set(db->notify, DB_NOTIFY_MS);
	conn_notify(conn);
}

void db_notify(struct db *db)
{
	if (db->is_closed)
		return;
	db->notify_wanted = true;
	notify_run(db);
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
			late ? "the database did not answer in time" : lane->db->away.message);
		if (!late)
			err_hint(&request->err, "%s", lane->db->away.hint);
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
		"set statement_timeout = '5s'; select pg_backend_pid()");
	lane_init(db, LANE_READ, DB_READ_CONNECTIONS, DB_READ_QUEUE_MAX,
		"set statement_timeout = '5s'; select pg_backend_pid()");
	db->notify = loop_add_timer(loop, -1, 0, notify_run, db);
	db->still = loop_add_timer(loop, -1, 0, on_still, db);
	db->probe = loop_add_timer(loop, DB_ASK_MS, DB_ASK_MS, on_probe, db);
	db->lead_end = loop_add_timer(loop, -1, 0, on_lead_end, db);
	err_set(&db->away, ERR_DB_UNAVAILABLE, "the database has not answered yet");
	err_hint(&db->away, "wait a moment, then scan or press again");
	db->told = db->away; /* that it is well is told */
	lane_init(db, LANE_LISTEN, 1, 0,
		"set idle_session_timeout = " STR(DB_LEAD_MS) "; listen changed; " CONN_LEAD_SQL);
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
	loop_remove(db->notify);
	loop_remove(db->still);
	loop_remove(db->probe);
	loop_remove(db->lead_end);
	db->failing = NULL;
	db->tick = NULL;
	db->notify = NULL;
	db->still = NULL;
	db->probe = NULL;
	db->lead_end = NULL;
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

bool db_is_lead(const struct db *db)
{
	return db->is_lead && loop_now_ms(db->loop) < db->lead_until_ms && !db_is_lent(db);
}

bool db_is_still(const struct db *db)
{
	return db->is_up && db->is_still;
}

bool db_is_refusing(const struct db *db)
{
	return db->is_up && db->refusal.code;
}

int db_lead_pid(const struct db *db)
{
	return db->lanes[LANE_LISTEN].conns[0].process_id;
}

int64_t db_lead_since_ms(const struct db *db)
{
	return db->lead_since_ms;
}

size_t db_waiting(const struct db *db, enum lane_no lane)
{
	return db->lanes[lane].queued;
}
