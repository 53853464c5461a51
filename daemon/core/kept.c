/* A report to the database, once, and its acknowledgement. */
#include "daemon/core/kept.h"

#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/roles.h"
#include "daemon/core/token.h"

struct kept {
	struct core *core;
	struct list reports; /* that are being stored */
};

struct report {
	struct list node;
	struct core *core;
	char start_id[LINK_START_ID_LEN + 1];
	uint64_t id;
};

static void report_free(struct report *report)
{
	list_remove(&report->node);
	free(report);
}

struct kept *kept_new(struct core *core)
{
	struct kept *kept = xcalloc(1, sizeof(*kept));

	kept->core = core;
	list_init(&kept->reports);
	return kept;
}

void kept_free(struct kept *kept)
{
	if (!kept)
		return;
	LIST_FOREACH (node, &kept->reports)
		report_free(LIST_ITEM(node, struct report, node));
	free(kept);
}

static void on_stored(void *arg, const char *reply, const struct err *err)
{
	struct report *report = arg;

	role_ack(report->core->roles, report->start_id, report->id);
	if (err) {
		log_err(err);
	} else {
		AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);
		const json_t *data = json_object_get(json, "data");
		int64_t station_id = json_integer_value(json_object_get(data, "station_id"));

		core_touch(report->core, station_id, TOUCH_DEVICES);
	}
	report_free(report);
}

/* The same report that comes again, after a link that broke, is stored once. */
static void report_store(
	struct core *core, enum call_no call, const char *start_id, uint64_t id, json_t *args_take)
{
	struct report *report = xcalloc(1, sizeof(*report));
	char request_id[UUID_LEN + 1];

	report->core = core;
	list_add_tail(&core->kept->reports, &report->node);
	(void)str_copy(
		report->start_id, sizeof(report->start_id), start_id); /* the link checked it */
	report->id = id;
	uuid_of("specimend-report-1", start_id, id, request_id);
	core_call(core, call, request_id, args_take, 0, on_stored, report);
}

static json_t *fields_of(const json_t *body, const char *const *names, size_t count)
{
	json_t *args = json_object();

	for (size_t i = 0; i < count; i++) {
		json_t *field = json_object_get(body, names[i]);

		if (field)
			(void)json_object_set(
				args, names[i], field); /* fails only without memory */
	}
	return args;
}

void kept_on_enrol_read(struct core *core, const char *start_id, uint64_t id, const json_t *body)
{
	static const char *const names[] = { "enrolment_id", "reading", "says", "hint", "seen",
		"protocol", "settings", "advice", "evidence" };

	report_store(core, CALL_ENROL_READ, start_id, id, fields_of(body, names, ARRAY_LEN(names)));
}

void kept_on_device_faults(struct core *core, const char *start_id, uint64_t id, const json_t *body)
{
	static const char *const names[] = { "device_id", "faults" };

	report_store(
		core, CALL_DEVICE_FAULTS, start_id, id, fields_of(body, names, ARRAY_LEN(names)));
}
