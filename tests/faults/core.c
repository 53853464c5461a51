/* The core, as far as printing goes: contrib/CONTRACTS.md 2. */
#include "tests/faults/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define REQUEST_MS 60000
#define AGAIN_MS 100

static const char *const state_words[JOB_STATES] = {
	[JOB_SENT] = "sent",
	[JOB_PRINTED] = "printed",
	[JOB_FAILED] = "failed",
	[JOB_UNKNOWN] = "unknown",
};

static const char *text(const json_t *body, const char *key)
{
	const char *value = json_string_value(json_object_get(body, key));

	return value ? value : "";
}

static bool is_under_way(const struct job *job)
{
	return job->state == JOB_ASKED || job->state == JOB_TAKEN || job->state == JOB_SENT;
}

static struct job *job_find(struct rig *rig, json_int_t number)
{
	for (size_t i = 0; i < rig->job_count; i++) {
		if (rig->jobs[i].number == number)
			return &rig->jobs[i];
	}
	return NULL;
}

/* --- what the bench says ----------------------------------------------------- */

static bool hello_names(const json_t *hello, const struct job *job)
{
	size_t i;
	json_t *row;

	json_array_foreach (json_object_get(hello, "jobs"), i, row) {
		if (json_integer_value(json_object_get(row, "print_job_id")) == job->number)
			return true;
	}
	return false;
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct rig *rig = arg;

	rig->link = link;
	rig->has_list = false;
	rig->is_ok = false;
	buf_add_str(&rig->story, "hello ");
	for (size_t i = 0; i < rig->job_count; i++) {
		struct job *job = &rig->jobs[i];

		job->settle_at_ms = is_under_way(job) && !hello_names(hello, job)
					    ? rig_now_ms(rig) + CORE_SETTLE_MS
					    : 0;
	}
}

static void on_closed(struct link *link, void *arg)
{
	struct rig *rig = arg;

	if (rig->link == link)
		rig->link = NULL;
}

/* The end of a label, once. */
static void job_end(struct rig *rig, struct job *job, enum job_state state)
{
	if (job_state_is_end(job->state)) {
		/* a report that comes again, or after the core has given the label up */
		if (job->state != state && !job->is_settled)
			rig_wrong(rig, job, "has two results");
		return;
	}
	job->state = state;
	job->settle_at_ms = 0;
	rig_labels_take(rig);
	if (state == JOB_PRINTED && job->out != 1)
		rig_wrong(rig, job, "is called printed, and did not come out");
	if (state == JOB_FAILED && job->out != 0)
		rig_wrong(rig, job, "is called failed, and came out");
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	struct rig *rig = arg;
	struct job *job = job_find(rig, json_integer_value(json_object_get(body, "print_job_id")));

	buf_addf(&rig->story, "%s(%lld%s%s) ", text(body, "state"),
		(long long)(job ? job->number : 0), *text(body, "message") ? ": " : "",
		text(body, "message"));
	for (int state = JOB_SENT; job && state < JOB_STATES; state++) {
		if (!str_equal(text(body, "state"), state_words[state]))
			continue;
		job->has_counter = json_is_integer(json_object_get(body, "counter"));
		if (state != JOB_SENT)
			job_end(rig, job, (enum job_state)state);
		else if (is_under_way(job))
			job->state = JOB_SENT;
	}
	if (!rig->holds_acks)
		link_ack(link, id);
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	struct rig *rig = arg;
	const char *state = json_string_value(json_array_get(json_object_get(body, "state"), 0));

	(void)link;
	(void)payloads;
	if (str_equal(text(body, "what"), "printer_state"))
		rig->is_ok = state && str_equal(state, "ok");
	if (str_equal(text(body, "what"), "device_here") &&
		!json_is_true(json_object_get(body, "here")))
		rig->is_ok = false;
}

/* --- its life ------------------------------------------------------------------ */

void rig_core_start(struct rig *rig)
{
	struct err err = { 0 };

	if (!link_start_id_make(rig->core_id, &err)) {
		fprintf(stderr, "%s\n", err.message);
		exit(99);
	}
	struct link_setup setup = {
		.loop = rig->loop,
		.role = "core",
		.start_id = rig->core_id,
		.path = rig->socket,
		.peer_uid = geteuid(),
		.handlers = {
			.on_hello = on_hello,
			.on_report = on_report,
			.on_notice = on_notice,
			.on_closed = on_closed,
		},
		.arg = rig,
	};

	if (!link_listen(&setup, &rig->listener, &err)) {
		fprintf(stderr, "%s\n", err.message);
		exit(99);
	}
}

void rig_core_kill(struct rig *rig)
{
	link_listener_free(rig->listener);
	rig->listener = NULL;
	rig->link = NULL;
	rig->is_ok = false;
}

/* --- what it asks -------------------------------------------------------------- */

struct asked {
	struct rig *rig;
	int64_t number;
};

static void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct asked asked = *(struct asked *)arg;
	struct job *job = job_find(asked.rig, asked.number);

	(void)payloads;
	free(arg);
	if (!job || job->state != JOB_ASKED)
		return;
	if (!err) {
		job->state = JOB_TAKEN;
		return;
	}
	if (!body)
		return; /* nobody knows whether it was heard: on_hello */
	if (err->code != ERR_BUSY)
		buf_addf(&asked.rig->story, "refused(%lld: %s) ", (long long)job->number,
			err->message);
	job->state = err->code == ERR_CONFLICT ? JOB_UNKNOWN : JOB_QUEUED;
	job->not_before_ms = rig_now_ms(asked.rig) + AGAIN_MS;
}

static void job_ask(struct rig *rig, struct job *job)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:s, s:i, s:I}", "do", "print", "device_id", RIG_DEVICE,
		"print_job_id", (json_int_t)job->number);
	struct link_payloads payloads = { .count = 1,
		.items = { { "bytes", buf_bytes(&job->bytes) } } };
	struct asked *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct asked) { rig, job->number };
	job->state = JOB_ASKED;
	job->asked++;
	job->bench = rig->benches;
	buf_addf(&rig->story, "print(%lld) ", (long long)job->number);
	(void)link_request(rig->link, body, &payloads, REQUEST_MS, on_reply, asked);
}

static void on_list_taken(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)err;
	(void)body;
	(void)payloads;
}

static void list_send(struct rig *rig)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:s, s:[{s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:i}], s:b}",
		"do", "devices", "devices", "device_id", RIG_DEVICE, "kind", "printer", "transport",
		"usb", "identity", "usb:0a5f:0080:99J204501234", "station_id", 1, "dpi", 203,
		"language", rig->driver->language, "width_um", 50800, "height_um", 25400,
		"practice", 0);

	rig->has_list = true;
	(void)link_request(rig->link, body, NULL, REQUEST_MS, on_list_taken, NULL);
}

bool rig_is_printing(const struct rig *rig)
{
	for (size_t i = 0; i < rig->job_count; i++) {
		if (is_under_way(&rig->jobs[i]))
			return true;
	}
	return false;
}

/* Labels go one after the other; an eager core gives the next one when the last one was sent. */
static bool may_go(const struct rig *rig)
{
	unsigned under_way = 0;

	for (size_t i = 0; i < rig->job_count; i++) {
		const struct job *job = &rig->jobs[i];

		if (is_under_way(job) && (!rig->is_eager || job->state != JOB_SENT))
			return false;
		under_way += is_under_way(job);
	}
	return under_way < 2;
}

static void job_next(struct rig *rig)
{
	for (size_t i = 0; i < rig->job_count; i++) {
		struct job *job = &rig->jobs[i];

		if (job->state != JOB_QUEUED)
			continue;
		if (rig_now_ms(rig) >= job->not_before_ms && may_go(rig))
			job_ask(rig, job);
		return;
	}
}

void rig_job_again(struct rig *rig, struct job *job)
{
	if (rig->link && rig->has_list && job->bench == rig->benches && may_go(rig))
		job_ask(rig, job);
}

void core_step(struct rig *rig)
{
	if (!rig->link)
		return;
	if (!rig->has_list)
		list_send(rig);
	for (size_t i = 0; i < rig->job_count; i++) {
		struct job *job = &rig->jobs[i];

		if (job->settle_at_ms == 0 || rig_now_ms(rig) < job->settle_at_ms)
			continue;
		job->settle_at_ms = 0;
		if (!is_under_way(job))
			continue;
		buf_addf(&rig->story, "forgotten(%lld) ", (long long)job->number);
		job->is_settled = true;
		job_end(rig, job, JOB_UNKNOWN);
	}
	job_next(rig);
}
