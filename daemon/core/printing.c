/* One small state machine per open job; every step ends in the journal or starts over from it. */
#include "daemon/core/printing.h"

#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/roles.h"
#include "daemon/core/token.h"

#define LABEL_TIMEOUT_MS 20000
#define QUERY_TIMEOUT_MS 5000
#define PRINT_TIMEOUT_MS 10000
#define BENCH_JOBS_MAX 256
#define SHA256_HEX 64

/* clang-format off */
#define JOB_STATE_TABLE(X) \
	X(JOB_QUEUED,  "queued") \
	X(JOB_PROVED,  "proved") \
	X(JOB_SENDING, "sending") \
	X(JOB_SENT,    "sent") \
	X(JOB_UNKNOWN, "unknown") \
	X(JOB_ENDED,   "printed")
/* clang-format on */

enum job_state {
#define JOB_ENUM(state, name) state,
	JOB_STATE_TABLE(JOB_ENUM)
#undef JOB_ENUM
};

static const char *const job_state_names[] = {
#define JOB_NAME(state, name) [state] = name,
	JOB_STATE_TABLE(JOB_NAME)
#undef JOB_NAME
};

struct job {
	struct list node;
	struct core *core;
	int64_t id;
	int64_t station_id;
	int64_t device_id;
	enum job_state state; /* as the journal had it when we last looked or wrote */
	bool is_busy;         /* a step of ours is out: press, bench or database */
	bool is_with_bench;   /* reports will come */
	bool is_seen;         /* in the journal's newest answer */
	int64_t not_before_ms;
	int64_t result_by_ms;
	json_t *row;
	struct buf bytes; /* proved; empty when not (any more) here */
	char sha256[SHA256_HEX + 1];
	json_t *counter; /* just before sending, by us or by the journal; integer or null */
};

struct proof {
	int64_t print_job_id;
	struct buf png;
};

struct report {
	struct list node;
	char start_id[LINK_START_ID_LEN + 1];
	uint64_t id;
	json_t *body;
};

struct printing {
	struct core *core;
	struct list jobs; /* in the journal's order */
	size_t job_count;
	struct list reports; /* in the order of arrival; the first is being stored */
	size_t report_count;
	bool report_runs;
	struct loop_handle *report_timer;
	struct proof proofs[PROOFS_MAX];
	size_t proof_next;
	uint64_t owed[LINK_HELLO_REPORTS_MAX]; /* reports named in hello that are not stored yet */
	size_t owed_count;
	int64_t bench_jobs[BENCH_JOBS_MAX]; /* named in hello: the bench still has them */
	size_t bench_job_count;
	int64_t settle_after_ms; /* a label that was on its way when the bench went comes out first
				  */
	bool is_reading;
	bool read_again;
	struct loop_handle *timer;
};

static void jobs_run(struct printing *printing);

/* ---- jobs ---- */

static void job_free(struct job *job)
{
	list_remove(&job->node);
	job->core->printing->job_count--;
	json_decref(job->row);
	json_decref(job->counter);
	buf_done(&job->bytes);
	free(job);
}

static struct job *job_find(const struct printing *printing, int64_t id)
{
	LIST_FOREACH (node, &printing->jobs) {
		struct job *job = LIST_ITEM(node, struct job, node);

		if (job->id == id)
			return job;
	}
	return NULL;
}

/* A step is over, well or not: what the journal says next decides. */
static void job_idle(struct job *job, int64_t pause_ms)
{
	job->is_busy = false;
	job->not_before_ms = loop_now_ms(job->core->loop) + pause_ms;
	loop_timer_set(job->core->printing->timer, pause_ms);
}

static bool reply_is_stored(const char *reply)
{
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;
	const char *verdict = json_string_value(json_object_get(json, "verdict"));

	return str_equal(verdict, "stored") || str_equal(verdict, "complete") ||
	       str_equal(verdict, "repeat");
}

static void job_set(struct job *job, json_t *args_take, db_fn done)
{
	(void)json_object_set_new(
		args_take, "print_job_id", json_integer(job->id)); /* fails only without memory */
	(void)core_call(job->core, CALL_PRINT_JOB_SET, NULL, args_take, (uint64_t)job->id, done,
		job); /* lives until done */
}

/* ---- proving ---- */

static void proof_keep(struct printing *printing, int64_t print_job_id, struct bytes png)
{
	struct proof *proof = &printing->proofs[printing->proof_next++ % PROOFS_MAX];

	proof->print_job_id = print_job_id;
	buf_reset(&proof->png);
	buf_add(&proof->png, png);
}

bool printing_proof_find(const struct core *core, int64_t print_job_id, struct bytes *out_png)
{
	for (size_t i = 0; i < PROOFS_MAX; i++) {
		const struct proof *proof = &core->printing->proofs[i];

		if (print_job_id > 0 && proof->print_job_id == print_job_id && proof->png.len > 0) {
			*out_png = buf_bytes(&proof->png);
			return true;
		}
	}
	return false;
}

/* After a write of ours: the station's pages read again; when it was taken the job moves on. */
static bool job_wrote(
	struct job *job, const char *reply, const struct err *err, enum job_state state)
{
	if (err)
		log_err(err);
	if (!reply_is_stored(reply)) {
		if (!err)
			log_warning("print job %lld does not become %s: the journal is read again",
				(long long)job->id, job_state_names[state]);
		job_idle(job, PRINT_RETRY_MS);
		printing_kick(job->core);
		return false;
	}
	job->state = state;
	job->core->printing->read_again = true; /* a reading that is out may not have it */
	core_touch(job->core, job->station_id, TOUCH_VISIT);
	return true;
}

static void on_proved_set(void *arg, const char *reply, const struct err *err)
{
	struct job *job = arg;

	if (job_wrote(job, reply, err, JOB_PROVED))
		job_idle(job, 0);
}

static void on_failed_set(void *arg, const char *reply, const struct err *err)
{
	struct job *job = arg;

	if (job_wrote(job, reply, err, JOB_ENDED)) {
		struct core *core = job->core;

		job_free(job);
		printing_kick(core);
	}
}

static void proved_set(struct job *job)
{
	job->is_busy = true;
	job_set(job, json_pack("{s:s,s:s}", "state", "proved", "sha256", job->sha256),
		on_proved_set);
}

static void failed_set(struct job *job, const struct err *why, const char *check)
{
	job->is_busy = true;
	job_set(job,
		json_pack("{s:s,s:s?,s:s,s:s}", "state", "failed", "check", check, "message",
			why->message, "hint", why->hint),
		on_failed_set);
}

/* A label that cannot be proved is failed; a press that could not be asked is asked again. */
static void label_refused(struct job *job, const struct err *err, const json_t *body)
{
	const char *check = json_string_value(json_object_get(body, "check"));

	if (body && job->state == JOB_QUEUED) {
		failed_set(job, err, check);
		return;
	}
	log_err(err);
	job_idle(job, body ? PRINT_RESULT_MS
			   : PRINT_RETRY_MS); /* proved before, but not now: stays so for a while */
}

static void on_label(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct job *job = arg;
	const char *sha256 = json_string_value(json_object_get(body, "sha256"));
	struct bytes bytes = link_payload_find(payloads, "bytes");
	struct bytes png = link_payload_find(payloads, "png");

	if (err) {
		label_refused(job, err, body);
		return;
	}
	if (!sha256 || strlen(sha256) != SHA256_HEX || bytes.len == 0 ||
		bytes.len > PROOF_BYTES_MAX || png.len > PROOF_BYTES_MAX) {
		log_warning("the press answers for print job %lld with something malformed",
			(long long)job->id);
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	(void)str_copy(job->sha256, sizeof(job->sha256), sha256); /* length was checked */
	buf_reset(&job->bytes);
	buf_add(&job->bytes, bytes);
	proof_keep(job->core->printing, job->id, png);
	if (job->state == JOB_QUEUED)
		proved_set(job);
	else
		job_idle(job, 0);
}

static void label_ask(struct job *job)
{
	static const char *const fields[] = { "template", "language", "dpi", "width_um",
		"height_um", "content" };
	json_t *body = json_pack("{s:s}", "do", "label");

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		json_t *field = json_object_get(job->row, fields[i]);

		if (field)
			(void)json_object_set(
				body, fields[i], field); /* fails only without memory */
	}
	job->is_busy = role_ask(job->core->roles, ROLE_PRESS, body, NULL, LABEL_TIMEOUT_MS,
		on_label, job); /* not here: asked at its hello */
}

/* ---- sending ---- */

static void on_print(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct job *job = arg;

	(void)payloads;
	if (!err) {
		job->is_busy = false;
		job->is_with_bench = true;
		job->result_by_ms = loop_now_ms(job->core->loop) + PRINT_RESULT_MS;
		return;
	}
	log_err(err);
	if (body) {
		failed_set(job, err, NULL); /* the bench said no: nothing was sent */
		return;
	}
	job_idle(job, PRINT_RETRY_MS);  /* nobody knows: settled by the counter, */
	if (err->code == ERR_TIMEOUT) { /* but not while the bench may still be at it */
		job->is_with_bench = true;
		job->result_by_ms = loop_now_ms(job->core->loop) + PRINT_RESULT_MS;
	}
}

static void on_sending_set(void *arg, const char *reply, const struct err *err)
{
	struct job *job = arg;

	if (!job_wrote(job, reply, err, JOB_SENDING))
		return;
	const struct link_payloads payloads = {
		.items = { { .name = "bytes", .bytes = buf_bytes(&job->bytes) } },
		.count = 1,
	};

	if (!role_ask(job->core->roles, ROLE_BENCH,
		    json_pack("{s:s,s:I,s:I}", "do", "print", "device_id",
			    (json_int_t)job->device_id, "print_job_id", (json_int_t)job->id),
		    &payloads, PRINT_TIMEOUT_MS, on_print, job))
		job_idle(job, PRINT_RETRY_MS);
}

/* Ready means that what it says leaves no doubt: only these words, at least one. */
static bool printer_is_ready(const json_t *body)
{
	const json_t *words = json_object_get(body, "state");
	size_t i;
	json_t *word;

	json_array_foreach (words, i, word) {
		if (!str_equal(json_string_value(word), "ok") &&
			!str_equal(json_string_value(word), "media_low"))
			return false;
	}
	return json_array_size(words) > 0 && json_is_true(json_object_get(body, "answered"));
}

static json_t *counter_of(const json_t *body)
{
	json_t *counter = json_object_get(body, "counter");

	return json_is_integer(counter) ? json_incref(counter) : json_null();
}

static void on_query(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct job *job = arg;

	(void)payloads;
	if (err || !printer_is_ready(body)) {
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	json_decref(job->counter);
	job->counter = counter_of(body);
	job_set(job,
		json_pack("{s:s,s:O,s:s}", "state", "sending", "counter", job->counter, "sha256",
			job->sha256),
		on_sending_set);
}

static bool query_ask(struct job *job, link_reply_fn fn)
{
	return role_ask(job->core->roles, ROLE_BENCH,
		json_pack("{s:s,s:I}", "do", "printer_query", "device_id",
			(json_int_t)job->device_id),
		NULL, QUERY_TIMEOUT_MS, fn, job);
}

/* ---- settling after a loss ---- */

static void on_settled(void *arg, const char *reply, const struct err *err)
{
	struct job *job = arg;
	struct core *core = job->core;

	if (err)
		log_err(err);
	core_touch(core, job->station_id, TOUCH_VISIT);
	job_idle(job, PRINT_RETRY_MS);
	if (reply)
		job_free(job); /* the journal says what it is now */
	printing_kick(core);
}

/*
 * The counter proves that it was printed when it has moved, and that nothing was printed only when
 * the printer is idle and ready: one that is out of labels may still hold the label and print it
 * later. Anything else is no proof (null): then the job is unknown, and a person is asked.
 */
static json_t *counter_proof(const struct job *job, const json_t *body)
{
	AUTO(json_decref) json_t *now = counter_of(body);
	bool moved = json_is_integer(now) && json_is_integer(job->counter) &&
		     json_integer_value(now) > json_integer_value(job->counter);

	return moved || printer_is_ready(body) ? TAKE(now) : json_null();
}

static void on_settle_query(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct job *job = arg;

	(void)payloads;
	if (err && !body) { /* the bench is gone again: after its next hello */
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	(void)core_call(job->core, CALL_PRINT_JOB_SETTLE, NULL,
		json_pack("{s:I,s:o}", "print_job_id", (json_int_t)job->id, "counter",
			counter_proof(job, err ? NULL : body)),
		(uint64_t)job->id, on_settled, job); /* lives until done */
}

static bool bench_has(const struct printing *printing, int64_t print_job_id)
{
	for (size_t i = 0; i < printing->bench_job_count; i++) {
		if (printing->bench_jobs[i] == print_job_id)
			return true;
	}
	return false;
}

/* A job in sending or sent that we have not handed over ourselves, or that nobody speaks of any
 * more. */
static void job_settle(struct job *job)
{
	struct printing *printing = job->core->printing;
	int64_t now_ms = loop_now_ms(job->core->loop);

	if (job->is_with_bench && now_ms < job->result_by_ms)
		return;
	if (!role_is_here(job->core->roles, ROLE_BENCH) || printing->owed_count > 0 ||
		printing->report_count > 0)
		return;
	if (now_ms < printing->settle_after_ms) {
		loop_timer_set(printing->timer, printing->settle_after_ms - now_ms);
		return;
	}
	if (!job->is_with_bench && bench_has(printing, job->id)) {
		job->is_with_bench = true;
		job->result_by_ms = now_ms + PRINT_RESULT_MS;
		return;
	}
	job->is_with_bench = false;
	job->is_busy = query_ask(job, on_settle_query);
}

/* ---- the pump ---- */

static void job_run(struct job *job)
{
	switch (job->state) {
	case JOB_QUEUED:
		if (job->bytes.len > 0)
			proved_set(job);
		else
			label_ask(job);
		return;
	case JOB_PROVED:
		if (job->bytes.len > 0)
			job->is_busy = query_ask(job, on_query);
		else
			label_ask(job);
		return;
	case JOB_SENDING:
	case JOB_SENT:
		job_settle(job);
		return;
	case JOB_UNKNOWN:
	case JOB_ENDED:
		return; /* a person's turn, or over */
	}
}

/* A job that holds its printer: out with us or the bench, or its outcome is still to come. */
static bool job_holds_printer(const struct job *job)
{
	return job->is_busy || job->state == JOB_SENDING || job->state == JOB_SENT;
}

static bool printer_is_held(const struct job *by)
{
	LIST_FOREACH (node, &by->core->printing->jobs) {
		const struct job *job = LIST_ITEM(node, struct job, node);

		if (job != by && job->device_id == by->device_id && job_holds_printer(job))
			return true;
	}
	return false;
}

/* The first of each printer's waiting jobs goes first, even when it must wait itself. */
static bool job_is_first(const struct job *of)
{
	LIST_FOREACH (node, &of->core->printing->jobs) {
		const struct job *job = LIST_ITEM(node, struct job, node);

		if (job == of)
			return true;
		if (job->device_id == of->device_id &&
			(job->state == JOB_QUEUED || job->state == JOB_PROVED))
			return false;
	}
	return true;
}

static void jobs_run(struct printing *printing)
{
	int64_t now_ms = loop_now_ms(printing->core->loop);

	LIST_FOREACH (node, &printing->jobs) {
		struct job *job = LIST_ITEM(node, struct job, node);
		bool waits = job->state == JOB_QUEUED || job->state == JOB_PROVED;

		if (job->is_busy || job->not_before_ms > now_ms)
			continue;
		if (waits && (printer_is_held(job) || !job_is_first(job)))
			continue;
		job_run(job);
	}
}

static bool job_state_parse(const char *name, enum job_state *out)
{
	for (size_t i = 0; name && i < ARRAY_LEN(job_state_names); i++) {
		if (str_equal(job_state_names[i], name)) {
			*out = (enum job_state)i;
			return true;
		}
	}
	return false;
}

/* A row of the journal into our list, at its end: the list takes the journal's order. */
static void row_take(struct printing *printing, json_t *row)
{
	int64_t id = json_integer_value(json_object_get(row, "print_job_id"));
	struct job *job = job_find(printing, id);
	enum job_state state;

	if (id <= 0 || !job_state_parse(json_string_value(json_object_get(row, "state")), &state) ||
		(!job && printing->job_count == PRINT_JOBS_MAX))
		return;
	if (!job) {
		job = xcalloc(1, sizeof(*job));
		job->core = printing->core;
		job->id = id;
		list_init(&job->node);
		printing->job_count++;
	}
	list_remove(&job->node);
	list_add_tail(&printing->jobs, &job->node);
	job->is_seen = true;
	if (job->is_busy)
		return;
	json_decref(job->row);
	job->row = json_incref(row);
	job->state = state;
	if (!job->counter)
		job->counter = counter_of(row);
	job->station_id = json_integer_value(json_object_get(row, "station_id"));
	job->device_id = json_integer_value(json_object_get(row, "device_id"));
}

static void journal_take(struct printing *printing, const json_t *rows)
{
	size_t i;
	json_t *row;

	LIST_FOREACH (node, &printing->jobs)
		LIST_ITEM(node, struct job, node)->is_seen = false;
	json_array_foreach (rows, i, row)
		row_take(printing, row);
	LIST_FOREACH (node, &printing->jobs) {
		struct job *job = LIST_ITEM(node, struct job, node);

		if (!job->is_seen && !job->is_busy)
			job_free(job);
	}
}

static void on_journal(void *arg, const char *reply, const struct err *err)
{
	struct printing *printing = arg;

	printing->is_reading = false;
	if (err) {
		log_err(err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);
	const json_t *rows = json_object_get(json_object_get(json, "data"), "jobs");

	if (!json_is_array(rows))
		return;
	if (printing->read_again) { /* what we wrote meanwhile may not be in it */
		loop_timer_set(printing->timer, 0);
		return;
	}
	journal_take(printing, rows);
	jobs_run(printing);
}

static void on_timer(void *arg)
{
	struct printing *printing = arg;
	struct core *core = printing->core;

	loop_timer_set(printing->timer, PRINT_POLL_MS);
	jobs_run(printing);
	if (printing->is_reading || !core->is_open || !db_is_up(core->db))
		return;
	printing->is_reading = true;
	printing->read_again = false;
	(void)core_call(core, CALL_PRINT_JOBS_OPEN, NULL, json_object(), 0, on_journal, printing);
}

void printing_kick(struct core *core)
{
	core->printing->read_again = true;
	loop_timer_set(core->printing->timer, 0);
}

/* ---- what the bench says ---- */

static void report_free(struct printing *printing, struct report *report)
{
	list_remove(&report->node);
	printing->report_count--;
	json_decref(report->body);
	free(report);
}

static void owed_remove(struct printing *printing, uint64_t id)
{
	for (size_t i = 0; i < printing->owed_count; i++) {
		if (printing->owed[i] == id)
			printing->owed[i--] = printing->owed[--printing->owed_count];
	}
}

static void report_run(void *arg);

/* The job moved as reported. An end frees it; the next of its printer may go. */
static void job_reported(struct printing *printing, const json_t *body)
{
	struct job *job =
		job_find(printing, json_integer_value(json_object_get(body, "print_job_id")));
	const char *state = json_string_value(json_object_get(body, "state"));

	if (!job)
		return;
	core_touch(printing->core, job->station_id, TOUCH_VISIT);
	if (str_equal(state, "sent")) {
		job->state = JOB_SENT;
		return;
	}
	job->is_with_bench = false;
	if (job->is_busy)
		job->state = JOB_ENDED; /* the print request's own reply is still to come: then the
					   journal decides */
	else
		job_free(job);
}

static void on_report_set(void *arg, const char *reply, const struct err *err)
{
	struct printing *printing = arg;
	struct report *report = LIST_ITEM(printing->reports.next, struct report, node);

	printing->report_runs = false;
	if (err) {
		log_err(err);
		loop_timer_set(printing->report_timer, PRINT_RETRY_MS);
		return;
	}
	if (!reply_is_stored(reply))
		log_warning("a printer's result for print job %lld comes too late to move it",
			(long long)json_integer_value(
				json_object_get(report->body, "print_job_id")));
	job_reported(printing, report->body);
	role_ack(printing->core->roles, report->start_id, report->id);
	if (str_equal(role_start_id(printing->core->roles, ROLE_BENCH), report->start_id))
		owed_remove(printing, report->id);
	report_free(printing, report);
	printing_kick(printing->core);
	report_run(printing);
}

static void report_run(void *arg)
{
	struct printing *printing = arg;
	static const char *const fields[] = { "print_job_id", "state", "counter", "evidence",
		"message" };

	if (printing->report_runs || list_is_empty(&printing->reports))
		return;
	if (!printing->core->is_open) {
		loop_timer_set(printing->report_timer, PRINT_RETRY_MS);
		return;
	}
	const struct report *report = LIST_ITEM(printing->reports.next, struct report, node);
	char request_id[UUID_LEN + 1];
	json_t *args = json_object();

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		json_t *field = json_object_get(report->body, fields[i]);

		if (field)
			(void)json_object_set(
				args, fields[i], field); /* fails only without memory */
	}
	uuid_of("specimend-report-1", report->start_id, report->id, request_id);
	printing->report_runs = true;
	(void)core_call(printing->core, CALL_PRINT_JOB_SET, request_id, args,
		(uint64_t)json_integer_value(json_object_get(report->body, "print_job_id")),
		on_report_set, printing);
}

static bool report_is_here(const struct printing *printing, const char *start_id, uint64_t id)
{
	LIST_FOREACH (node, &printing->reports) {
		const struct report *report = LIST_ITEM(node, struct report, node);

		if (report->id == id && str_equal(report->start_id, start_id))
			return true;
	}
	return false;
}

void printing_on_report(struct core *core, const char *start_id, uint64_t id, const json_t *body)
{
	static const char *const states[] = { "sent", "printed", "failed", "unknown" };
	struct printing *printing = core->printing;
	const char *state = json_string_value(json_object_get(body, "state"));
	bool is_good = false;

	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		is_good |= str_equal(state, states[i]);
	if (!is_good || json_integer_value(json_object_get(body, "print_job_id")) <= 0) {
		log_warning("the bench reports a malformed print result: dropped");
		role_ack(core->roles, start_id, id); /* it would come again for ever */
		owed_remove(printing, id);
		return;
	}
	if (report_is_here(printing, start_id, id) || printing->report_count >= PRINT_REPORTS_MAX)
		return; /* over the limit it stays with the bench */
	struct report *report = xcalloc(1, sizeof(*report));

	(void)str_copy(
		report->start_id, sizeof(report->start_id), start_id); /* the link checked it */
	report->id = id;
	report->body = json_deep_copy(body);
	list_add_tail(&printing->reports, &report->node);
	printing->report_count++;
	report_run(printing);
}

void printing_on_printer_state(
	struct core *core, const json_t *body, const struct link_payloads *payloads)
{
	int64_t device_id = json_integer_value(json_object_get(body, "device_id"));
	const json_t *state = json_object_get(body, "state");

	(void)payloads;
	if (!json_is_array(state) || devices_station(core, device_id) == 0)
		return;
	AUTO(json_decref)
	json_t *data = json_pack("{s:I,s:O}", "device_id", (json_int_t)device_id, "state", state);
	char *text = json_dumps(data, JSON_COMPACT);

	feed_publish(core->feed, FEED_ALL, "printer", text);
	free(text);
	LIST_FOREACH (node, &core->printing->jobs) {
		struct job *job = LIST_ITEM(node, struct job, node);

		if (job->device_id == device_id)
			job->not_before_ms = 0;
	}
	loop_timer_set(core->printing->timer, 0);
}

static void hello_jobs(struct printing *printing, const json_t *jobs)
{
	size_t i;
	json_t *row;

	printing->bench_job_count = 0;
	json_array_foreach (jobs, i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));
		bool runs = str_equal(state, "sending") || str_equal(state, "sent");

		if (runs && printing->bench_job_count < BENCH_JOBS_MAX)
			printing->bench_jobs[printing->bench_job_count++] =
				json_integer_value(json_object_get(row, "print_job_id"));
	}
}

void printing_on_bench_hello(struct core *core, const json_t *hello)
{
	struct printing *printing = core->printing;
	const json_t *reports = json_object_get(hello, "reports");
	size_t i;
	json_t *id;

	hello_jobs(printing, json_object_get(hello, "jobs"));
	printing->settle_after_ms = loop_now_ms(core->loop) + PRINT_SETTLE_MS;
	printing->owed_count = 0;
	json_array_foreach (reports, i, id) {
		if (printing->owed_count < ARRAY_LEN(printing->owed))
			printing->owed[printing->owed_count++] = (uint64_t)json_integer_value(id);
	}
	printing_kick(core);
}

void printing_on_other_report(struct core *core, uint64_t id)
{
	owed_remove(core->printing, id);
}

void printing_on_bench_gone(struct core *core)
{
	LIST_FOREACH (node, &core->printing->jobs)
		LIST_ITEM(node, struct job, node)->is_with_bench = false;
	core->printing->owed_count = 0;
	core->printing->bench_job_count = 0;
}

/* ---- life ---- */

struct printing *printing_new(struct core *core)
{
	struct printing *printing = xcalloc(1, sizeof(*printing));

	printing->core = core;
	list_init(&printing->jobs);
	list_init(&printing->reports);
	printing->timer = loop_add_timer(core->loop, PRINT_POLL_MS, 0, on_timer, printing);
	printing->report_timer = loop_add_timer(core->loop, -1, 0, report_run, printing);
	return printing;
}

void printing_free(struct printing *printing)
{
	if (!printing)
		return;
	loop_remove(printing->timer);
	loop_remove(printing->report_timer);
	while (!list_is_empty(&printing->jobs))
		job_free(LIST_ITEM(printing->jobs.next, struct job, node));
	while (!list_is_empty(&printing->reports))
		report_free(printing, LIST_ITEM(printing->reports.next, struct report, node));
	for (size_t i = 0; i < PROOFS_MAX; i++)
		buf_done(&printing->proofs[i].png);
	free(printing);
}
