/*
 * The steps of one job: prove, ask the printer, send, settle after a loss. Every step ends in the
 * journal or starts over from it. Whose turn it is is printing.c's; results that the bench reports
 * are printing_report.c's.
 */
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/core/printing_inside.h"
#include "daemon/core/roles.h"
#include "daemon/core/talks.h"
#include "daemon/core/truth.h"

#define LABEL_TIMEOUT_MS 20000
#define QUERY_TIMEOUT_MS 5000
#define PRINT_TIMEOUT_MS 10000

/* ---- jobs ---- */

/* A step is over, well or not: what the journal says next decides. */
static void job_idle(struct job *job, int64_t pause_ms)
{
	job->is_busy = false;
	job->not_before_ms = loop_now_ms(job->core->loop) + pause_ms;
	loop_timer_set(job->core->printing->timer, pause_ms);
}

bool job_reply_is_stored(const char *reply)
{
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;
	const char *verdict = json_string_value(json_object_get(json, "verdict"));

	return str_equal(verdict, "stored") || str_equal(verdict, "complete") ||
	       str_equal(verdict, "repeat");
}

static bool reply_is_stored_now(const char *reply)
{
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	return str_equal(json_string_value(json_object_get(json, "verdict")), "stored");
}

const char *job_drawn_from(const struct job *job)
{
	const char *hash = json_string_value(json_object_get(job->row, "drawn_from"));

	return hash && strlen(hash) == SHA256_HEX ? hash : "";
}

static void job_set(struct job *job, json_t *args_take, db_fn done)
{
	(void)json_object_set_new(
		args_take, "print_job_id", json_integer(job->id)); /* fails only without memory */
	core_call(job->core, CALL_PRINT_JOB_SET, NULL, args_take, (uint64_t)job->id, done,
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

/* It has to wait, or nobody wants it any more. The journal says it. */
static bool reply_waits(const char *reply)
{
	static const char *const codes[] = { "printer_held", "separator_first", "separator_idle",
		"print_job_waits", "print_job_unwanted", "print_job_changed" };

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (core_reply_is(reply, codes[i]))
			return true;
	}
	return false;
}

/* After a write of ours: the station's pages read again; when it was taken the job moves on. */
static bool job_wrote(
	struct job *job, const char *reply, const struct err *err, enum job_state state)
{
	if (err)
		log_err(err);
	if (!job_reply_is_stored(reply)) {
		if (!err && !reply_waits(reply))
			log_warning("print job %lld does not become %s: the journal is read again",
				(long long)job->id, job_state_name(state));
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
	job_set(job,
		json_pack("{s:s,s:s,s:s,s:O?}", "state", "proved", "sha256", job->sha256,
			"drawn_from", job->drawn_from, "warnings", job->warnings),
		on_proved_set);
}

/* body: the press's refusal, or NULL. A spelling in it is what a person is asked about (LB-03). */
static void failed_set(struct job *job, const struct err *why, const json_t *body)
{
	job->is_busy = true;
	job_set(job,
		json_pack("{s:s,s:s,s:s?,s:s,s:s,s:O?}", "state", "failed", "drawn_from",
			job->drawn_from, "check", json_string_value(json_object_get(body, "check")),
			"message", why->message, "hint", why->hint, "spelling",
			json_object_get(body, "spelling")),
		on_failed_set);
}

/* The press is asked again, but not for ever: the label may be what kills it, and others wait
 * behind. what: it did. */
static void label_lost(struct job *job, const char *what)
{
	struct err why = { 0 };

	if (++job->label_losses < PRINT_LABEL_TRIES) {
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	err_set(&why, ERR_INTERNAL, "the label could not be drawn: the press %s", what);
	err_hint(&why, "print it again; if that fails too, tell whoever looks after specimend");
	failed_set(job, &why, NULL);
}

/* A label that cannot be proved (again) is failed. */
static void label_refused(struct job *job, const struct err *err, const json_t *body)
{
	if (body) {
		failed_set(job, err, body);
		return;
	}
	log_err(err);
	label_lost(job, "did not answer");
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
		log_warning("the press answers for print job %lld with something malformed: %zu "
			    "bytes and a picture of %zu",
			(long long)job->id, bytes.len, png.len);
		label_lost(job, "answered with something that is no label");
		return;
	}
	(void)str_copy(job->sha256, sizeof(job->sha256), sha256); /* length was checked */
	json_decref(job->warnings);
	job->warnings = json_incref(json_object_get(body, "warnings"));
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
	static const char *const fields[] = { "template", "template_version", "template_body",
		"language", "dpi", "width_um", "height_um", "content" };
	json_t *body = json_pack("{s:s}", "do", "label");

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		json_t *field = json_object_get(job->row, fields[i]);

		if (field)
			(void)json_object_set(
				body, fields[i], field); /* fails only without memory */
	}
	(void)str_copy(job->drawn_from, sizeof(job->drawn_from),
		job_drawn_from(job)); /* length was checked */
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
	job->has_conflict = body && err->code == ERR_CONFLICT;
	if (body && !job->has_conflict) {
		failed_set(job, err, NULL); /* the bench said no: nothing was sent */
		return;
	}
	job_idle(job, PRINT_RETRY_MS); /* nobody knows: settled by the counter, but not while */
	if (job->has_conflict || err->code == ERR_TIMEOUT) { /* the bench may still be at it */
		job->is_with_bench = true;
		job->result_by_ms = loop_now_ms(job->core->loop) + PRINT_RESULT_MS;
	}
}

static void on_sending_set(void *arg, const char *reply, const struct err *err)
{
	struct job *job = arg;

	if (!job_wrote(job, reply, err, JOB_SENDING))
		return;
	if (!reply_is_stored_now(reply)) { /* another's step: its bytes may be on their way */
		log_warning("print job %lld is being sent by another core: it is not sent here",
			(long long)job->id);
		job->is_ours = false;
		job->seen_ms = loop_now_ms(job->core->loop);
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	job->is_ours = true;
	if (!db_is_lead(job->core->db)) { /* the next lead's printer by now, and its label */
		log_warning("print job %lld is not sent: this core may not be the lead any more",
			(long long)job->id);
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	const struct link_payloads payloads = {
		.items = { { .name = "bytes", .bytes = buf_bytes(&job->bytes) } },
		.count = 1,
	};

	job->is_unsent = !role_ask(job->core->roles, ROLE_BENCH,
		json_pack("{s:s,s:I,s:I}", "do", "print", "device_id", (json_int_t)job->device_id,
			"print_job_id", (json_int_t)job->id),
		&payloads, PRINT_TIMEOUT_MS, on_print, job);
	if (job->is_unsent)
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

/* It says nothing at all, as one does that cannot. */
static bool printer_is_mute(const json_t *body)
{
	const json_t *words = json_object_get(body, "state");

	return !json_is_true(json_object_get(body, "answered")) && json_array_size(words) == 1 &&
	       str_equal(json_string_value(json_array_get(words, 0)), "silent");
}

/* Of a printer that cannot say whether it is ready, silence is no reason to wait (talks.h). */
static bool job_may_go_unanswered(const struct job *job, const json_t *body)
{
	return talks_is_one_way(job->core, job->device_id) && printer_is_mute(body);
}

json_t *job_counter_new(const json_t *body)
{
	json_t *counter = json_object_get(body, "counter");

	return json_is_integer(counter) ? json_incref(counter) : json_null();
}

json_t *job_plug_new(const json_t *body)
{
	json_t *plug = json_object_get(body, "plug");
	size_t len = json_string_length(plug);

	return len > 0 && len <= PRINT_PLUG_MAX ? json_incref(plug) : json_null();
}

static void query_told(const struct job *job, const struct err *err, const json_t *body)
{
	if (err)
		return;
	AUTO(json_decref) json_t *plug = job_plug_new(body);

	talks_on_truth(job->core, job->device_id, json_is_true(json_object_get(body, "answered")));
	truth_tell(job->core, job->device_id, json_object_get(body, "state"), plug);
}

static void on_query(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct job *job = arg;

	(void)payloads;
	query_told(job, err, body);
	if (!err && truth_is_open(job->core, job->device_id)) {
		job_idle(job, 0); /* asked again when the database knows what it said */
		return;
	}
	if (!db_is_lead(job->core->db)) {
		job_idle(job, PRINT_RETRY_MS); /* another core prints now */
		return;
	}
	bool is_ready = !err && printer_is_ready(body);

	if (err || (!is_ready && !job_may_go_unanswered(job, body))) {
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	json_decref(job->counter);
	job->counter = job_counter_new(body);
	job->is_unsent = true;
	job_set(job,
		json_pack("{s:s,s:O,s:o,s:s,s:i,s:s,s:s,s:b}", "state", "sending", "counter",
			job->counter, "plug", job_plug_new(body), "host", job->core->host,
			"lead_pid", db_lead_pid(job->core->db), "sha256", job->sha256, "drawn_from",
			job->drawn_from, "one_way", !is_ready),
		on_sending_set);
}

/* may_be_fresh: what the bench has just heard will do (contrib/CONTRACTS.md 2). */
static bool query_ask(struct job *job, bool may_be_fresh, link_reply_fn fn)
{
	return role_ask(job->core->roles, ROLE_BENCH,
		json_pack("{s:s,s:I,s:b}", "do", "printer_query", "device_id",
			(json_int_t)job->device_id, "may_be_fresh", may_be_fresh),
		NULL, QUERY_TIMEOUT_MS, fn, job);
}

/* ---- settling after a loss ---- */

/* Which attempt is under way, by the journal; borrowed, NULL when it has not said so yet. */
static json_t *job_began(const struct job *job)
{
	json_t *began = json_object_get(job->row, "began_us");

	return json_is_integer(began) ? began : NULL;
}

bool job_is_unsent(const struct job *job)
{
	return job->is_unsent && job->is_ours && job->state == JOB_SENDING;
}

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
 * the printer is ready and holds no whole label: one that is out of labels, or that waits until the
 * label before is taken, prints it later. Anything else is no proof (null): then the job is
 * unknown, and a person is asked. So it is when the counter is another device's, which the journal
 * knows by its plug.
 */
static json_t *counter_proof(const struct job *job, const json_t *body)
{
	AUTO(json_decref) json_t *now = job_counter_new(body);
	bool moved = json_is_integer(now) && json_is_integer(job->counter) &&
		     json_integer_value(now) > json_integer_value(job->counter);

	bool is_empty = printer_is_ready(body) && json_is_false(json_object_get(body, "may_hold"));

	return !job->has_conflict && (moved || is_empty) ? TAKE(now) : json_null();
}

static void settle_send(struct job *job, json_t *args_take)
{
	(void)json_object_update_new(
		args_take, json_pack("{s:I,s:s,s:O*}", "print_job_id", (json_int_t)job->id, "host",
				   job->core->host, "began_us",
				   job_began(job))); /* fails only without memory */
	core_call(job->core, CALL_PRINT_JOB_SETTLE, NULL, args_take, (uint64_t)job->id, on_settled,
		job); /* lives until done */
}

static void on_settle_query(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct job *job = arg;

	(void)payloads;
	query_told(job, err, body);
	if (err && !body) { /* the bench is gone again: after its next hello */
		job_idle(job, PRINT_RETRY_MS);
		return;
	}
	settle_send(job, json_pack("{s:o,s:o}", "counter", counter_proof(job, err ? NULL : body),
				 "plug", job_plug_new(err ? NULL : body)));
}

static bool bench_has(const struct printing *printing, int64_t print_job_id)
{
	for (size_t i = 0; i < printing->bench_job_count; i++) {
		if (printing->bench_jobs[i] == print_job_id)
			return true;
	}
	return false;
}

/* Of a label that another host's bench was given this one knows nothing: it may still be under way
 * there, and its result on the way to the journal. */
static bool job_is_anothers_still(const struct job *job, int64_t now_ms)
{
	int64_t lead_ms = db_lead_since_ms(job->core->db);
	int64_t since_ms = job->seen_ms > lead_ms ? job->seen_ms : lead_ms;

	return !job->is_ours && now_ms < since_ms + PRINT_RESULT_MS;
}

/* A job in sending or sent that we have not handed over ourselves, or that nobody speaks of any
 * more. */
static void job_settle(struct job *job)
{
	struct printing *printing = job->core->printing;
	int64_t now_ms = loop_now_ms(job->core->loop);

	if (job_is_unsent(job)) {
		job->is_busy = job_began(job) != NULL; /* else when the journal has said it */
		if (job->is_busy)
			settle_send(job, json_pack("{s:b}", "unsent", 1));
		return;
	}
	if (job_is_anothers_still(job, now_ms))
		return;
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
	job->is_busy = query_ask(job, false, on_settle_query);
}

/* ---- the pump ---- */

void job_run(struct job *job)
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
			job->is_busy = query_ask(job, true, on_query);
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
