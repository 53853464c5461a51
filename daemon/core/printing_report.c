/*
 * What the bench says: print results, stored one after the other in the order of arrival and
 * acknowledged after their COMMIT; a printer's state; what a bench that comes has still of ours.
 * What follows for a job is left to the journal and to printing_job.c.
 */
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/printing_inside.h"
#include "daemon/core/roles.h"
#include "daemon/core/talks.h"
#include "daemon/core/token.h"
#include "daemon/core/truth.h"

/* ---- what the bench says ---- */

void report_free(struct printing *printing, struct report *report)
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

static void owed_add(struct printing *printing, const json_t *id)
{
	uint64_t number = (uint64_t)json_integer_value(id);

	if (number > 0 && printing->owed_count < ARRAY_LEN(printing->owed))
		printing->owed[printing->owed_count++] = number;
}

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
	if (core_reply_is(reply, "not_allowed") ||
		(core_reply_is(reply, "request_of_another") && !report->is_refused)) {
		report->is_refused = true;
		loop_timer_set(printing->report_timer, PRINT_RETRY_MS);
		return;
	}
	if (!job_reply_is_stored(reply))
		log_warning("a printer's result for print job %lld comes too late to move it",
			(long long)json_integer_value(
				json_object_get(report->body, "print_job_id")));
	job_reported(printing, report->body);
	role_ack(printing->core->roles, report->start_id, report->id);
	report_free(printing, report);
	printing_kick(printing->core);
	report_run(printing);
}

void report_run(void *arg)
{
	struct printing *printing = arg;
	static const char *const fields[] = { "print_job_id", "state", "counter", "plug",
		"evidence", "message", "hint" };

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
	core_call(printing->core, CALL_PRINT_JOB_SET, report->is_refused ? NULL : request_id, args,
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

/* Every word but one comes of an answer. */
static bool state_is_answer(const json_t *state)
{
	size_t i;
	json_t *word;

	json_array_foreach (state, i, word) {
		if (!str_equal(json_string_value(word), "silent"))
			return true;
	}
	return false;
}

void printing_on_printer_state(
	struct core *core, const json_t *body, const struct link_payloads *payloads)
{
	int64_t device_id = json_integer_value(json_object_get(body, "device_id"));
	json_t *state = json_object_get(body, "state");

	(void)payloads;
	if (!json_is_array(state) || devices_station(core, device_id) == 0)
		return;
	devices_state_set(core, device_id, state);
	truth_tell(core, device_id, state, NULL);
	talks_on_truth(core, device_id, state_is_answer(state));
	devices_state_publish(core, device_id);
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
		owed_add(printing, id);
	}
	owed_add(printing, json_object_get(hello, "last_report")); /* all between come before it */
	printing_kick(core);
}

void printing_owed_no_more(struct core *core, uint64_t id)
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
