/*
 * The list of open jobs and whose turn it is: reads the journal, runs the first job of each printer
 * that is free. What a turn does is printing_job.c; what the bench says of a label, and what of it
 * the database must still learn, is printing_report.c.
 */
#include "daemon/core/printing.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/printing_inside.h"
#include "daemon/core/truth.h"

static const char *const job_state_names[] = {
#define JOB_NAME(state, name) [state] = name,
	JOB_STATE_TABLE(JOB_NAME)
#undef JOB_NAME
};

/* ---- jobs ---- */

void job_free(struct job *job)
{
	list_remove(&job->node);
	job->core->printing->job_count--;
	json_decref(job->row);
	json_decref(job->counter);
	json_decref(job->warnings);
	buf_done(&job->bytes);
	free(job);
}

struct job *job_find(const struct printing *printing, int64_t id)
{
	LIST_FOREACH (node, &printing->jobs) {
		struct job *job = LIST_ITEM(node, struct job, node);

		if (job->id == id)
			return job;
	}
	return NULL;
}

/* ---- proving ---- */

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

/* ---- the pump ---- */

static bool state_is_out(enum job_state state)
{
	return state == JOB_SENDING || state == JOB_SENT;
}

/* A job that takes its printer: out with us or the bench, or its outcome is still to come. */
static bool job_takes_printer(const struct job *job)
{
	return job->is_busy || state_is_out(job->state);
}

static bool printer_is_taken(const struct job *by)
{
	LIST_FOREACH (node, &by->core->printing->jobs) {
		const struct job *job = LIST_ITEM(node, struct job, node);

		if (job != by && job->device_id == by->device_id && job_takes_printer(job))
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
	bool is_lead = db_is_lead(printing->core->db); /* else another core prints */

	LIST_FOREACH (node, &printing->jobs) {
		struct job *job = LIST_ITEM(node, struct job, node);
		bool waits = job->state == JOB_QUEUED || job->state == JOB_PROVED;

		if (job->is_busy || job->not_before_ms > now_ms ||
			(!is_lead && !job_is_unsent(job)))
			continue;
		/* drawing and proving needs no printer: the next one is ready when it is free */
		bool needs_printer = job->state == JOB_PROVED;

		if (waits && ((needs_printer && printer_is_taken(job)) || !job_is_first(job) ||
				     truth_is_open(job->core, job->device_id)))
			continue;
		job_run(job);
	}
}

const char *job_state_name(enum job_state state)
{
	return job_state_names[state];
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

/* The text of the version that the job recorded: once in the journal's answer, for all its jobs. */
static void row_template_add(json_t *row, const json_t *templates)
{
	const char *name = json_string_value(json_object_get(row, "template"));
	char version[24];

	(void)snprintf(version, sizeof(version), "%lld",
		(long long)json_integer_value(json_object_get(row, "template_version")));
	json_t *text = json_object_get(json_object_get(templates, name), version);

	if (text)
		(void)json_object_set(row, "template_body", text); /* fails only without memory */
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
	if (state_is_out(state) && !state_is_out(job->state))
		job->seen_ms = loop_now_ms(printing->core->loop);
	json_decref(job->row);
	job->row = json_incref(row);
	job->state = state;
	job->is_ours =
		str_equal(json_string_value(json_object_get(row, "host")), printing->core->host);
	if (!str_equal(job->drawn_from, job_drawn_from(job)))
		buf_reset(&job->bytes); /* a drawing of something else */
	if (!job->counter)
		job->counter = job_counter_new(row);
	job->station_id = json_integer_value(json_object_get(row, "station_id"));
	job->device_id = json_integer_value(json_object_get(row, "device_id"));
}

static void journal_take(struct printing *printing, const json_t *rows, const json_t *templates)
{
	size_t i;
	json_t *row;

	LIST_FOREACH (node, &printing->jobs)
		LIST_ITEM(node, struct job, node)->is_seen = false;
	json_array_foreach (rows, i, row) {
		row_template_add(row, templates);
		row_take(printing, row);
	}
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
	const json_t *data = json_object_get(json, "data");
	const json_t *rows = json_object_get(data, "jobs");

	if (!json_is_array(rows))
		return;
	if (printing->read_again) { /* what we wrote meanwhile may not be in it */
		loop_timer_set(printing->timer, 0);
		return;
	}
	journal_take(printing, rows, json_object_get(data, "templates"));
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
	core_call(core, CALL_PRINT_JOBS_OPEN, NULL, json_object(), 0, on_journal, printing);
}

void printing_kick(struct core *core)
{
	core->printing->read_again = true;
	loop_timer_set(core->printing->timer, 0);
}

bool printing_is_idle(const struct core *core)
{
	return !core->printing->is_reading && list_is_empty(&core->printing->jobs);
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
