/* The link's other end: reports that wait for their commit, then acknowledgement and verdict. */
#include "tests/storms/core.h"

#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define REQUEST_MS 60000

struct storm_core {
	struct loop *loop;
	const struct storm_core_events *events;
	void *arg;
	bool has_verdicts;
	char start_id[LINK_START_ID_LEN + 1];
	struct link_listener *listener;
	struct loop_handle *committer;
	struct storm_scan *scans; /* not committed yet */
	size_t count;
	size_t room;
};

static const char *text(const json_t *body, const char *key)
{
	const char *value = json_string_value(json_object_get(body, key));

	return value ? value : "";
}

static int64_t number(const json_t *body, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(body, key));
}

/* A verdict that is refused (the scanner has left) tells nobody anything. */
static void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)err;
	(void)body;
	(void)payloads;
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct storm_core *core = arg;
	AUTO(json_decref)
	json_t *body = json_pack("{s:s, s:b, s:o}", "do", "devices", "practice", 0, "devices",
		core->events->devices(core->arg));

	(void)hello;
	(void)link_request(link, body, NULL, REQUEST_MS, on_reply, NULL);
}

static void on_closed(struct link *link, void *arg)
{
	struct storm_core *core = arg;

	for (size_t i = 0; i < core->count; i++) {
		if (core->scans[i].link == link)
			core->scans[i].link = NULL;
	}
}

static void raw_read(const json_t *body, char out[STORM_RAW_MAX + 1])
{
	AUTO_BUF raw = { 0 };
	struct err err = { 0 };

	/* what is no scan of ours stays empty, and is nobody's */
	if (base64_decode(bytes_of_str(text(body, "raw")), &raw, &err))
		(void)str_copy(out, STORM_RAW_MAX + 1, buf_str(&raw));
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	struct storm_core *core = arg;
	const json_t *name = json_object_get(body, "scan");

	if (str_equal(text(body, "what"),
		    "device_faults")) { /* scanners that were pulled out: no scans */
		link_ack(link, id);
		return;
	}
	if (core->count == core->room) {
		core->room = core->room * 2 + 64;
		core->scans = xrealloc(core->scans, core->room * sizeof(*core->scans));
	}
	struct storm_scan *scan = &core->scans[core->count++];

	*scan = (struct storm_scan) {
		.link = link,
		.report = id,
		.counter = number(name, "counter"),
		.device_id = number(body, "device_id"),
		.is_told = json_is_true(json_object_get(body, "told")),
	};
	(void)str_copy(scan->start_id, sizeof(scan->start_id), text(name, "start_id"));
	raw_read(body, scan->raw);
}

static void verdict_tell(const struct storm_scan *scan)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:s, s:I, s:s, s:{s:s, s:I}}", "do", "feedback", "device_id",
		(json_int_t)scan->device_id, "verdict", "stored", "scan", "start_id",
		scan->start_id, "counter", (json_int_t)scan->counter);

	(void)link_request(scan->link, body, NULL, REQUEST_MS, on_reply, NULL);
}

static void commit(void *arg)
{
	struct storm_core *core = arg;

	if (core->count == 0)
		return;
	core->events->commit(core->arg, core->scans, core->count);
	for (size_t i = 0; i < core->count; i++) {
		const struct storm_scan *scan = &core->scans[i];

		if (!scan->link)
			continue;
		link_ack(scan->link, scan->report);
		if (core->has_verdicts && !scan->is_told)
			verdict_tell(scan);
	}
	core->count = 0;
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	struct storm_core *core = arg;

	(void)link;
	(void)payloads;
	commit(core); /* what was told before comes before */
	if (str_equal(text(body, "what"), "device_here"))
		core->events->here(core->arg, number(body, "device_id"),
			json_is_true(json_object_get(body, "here")));
}

struct storm_core *storm_core_new(const struct storm_core_setup *setup, struct err *err)
{
	struct storm_core *core = xcalloc(1, sizeof(*core));

	core->loop = setup->loop;
	core->events = setup->events;
	core->arg = setup->arg;
	core->has_verdicts = setup->has_verdicts;
	struct link_setup link = {
		.loop = setup->loop,
		.role = "core",
		.start_id = core->start_id,
		.path = setup->path,
		.peer_uid = geteuid(),
		.handlers = {
			.on_hello = on_hello,
			.on_report = on_report,
			.on_notice = on_notice,
			.on_closed = on_closed,
		},
		.arg = core,
	};

	if (!link_start_id_make(core->start_id, err) || !link_listen(&link, &core->listener, err)) {
		free(core);
		return NULL;
	}
	core->committer = loop_before_sleep(setup->loop, commit, core);
	return core;
}

void storm_core_free(struct storm_core *core)
{
	if (!core)
		return;
	loop_remove(core->committer);
	link_listener_free(core->listener);
	free(core->scans);
	free(core);
}
