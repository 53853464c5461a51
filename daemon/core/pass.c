/* A good code to the bench, what became of it to the database and the page. */
#include "daemon/core/pass.h"

#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/roles.h"
#include "daemon/core/station.h"
#include "daemon/core/token.h"

/* One code that is being handed on. */
struct passing {
	struct core *core;
	char request_id[UUID_LEN + 1]; /* of its scan */
	int64_t station_id;
};

static void on_told(void *arg, const char *reply, const struct err *err)
{
	struct passing *passing = arg;
	char request_id[UUID_LEN + 1];

	if (err)
		log_err(err);
	else if (!passing->core->is_ending && core_reply_is(reply, "not_passed_on")) {
		uuid_make(request_id); /* it is no answer to the scan, which has its own */
		station_publish(passing->core, passing->station_id, request_id, reply);
	}
	free(passing);
}

static void passing_end(struct passing *passing, const struct err *err)
{
	core_call(passing->core, CALL_PASS_TOLD, NULL,
		json_pack("{s:s,s:b,s:s,s:s}", "scan", passing->request_id, "ok", err == NULL,
			"why", err ? err->message : "", "hint", err ? err->hint : ""),
		(uint64_t)passing->station_id, on_told, passing);
}

static void on_passed(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct passing *passing = arg;

	(void)body;
	(void)payloads;
	if (passing->core->is_ending)
		free(passing);
	else
		passing_end(passing, err);
}

void pass_scan_on(struct core *core, const struct pass_scan *scan, const json_t *reply)
{
	json_t *text = json_object_get(json_object_get(reply, "data"), "pass");
	struct err err = { 0 };

	if (!json_is_string(text))
		return;
	struct passing *passing = xcalloc(1, sizeof(*passing));

	passing->core = core;
	passing->station_id = scan->station_id;
	(void)str_copy(
		passing->request_id, sizeof(passing->request_id), scan->request_id); /* our own */
	if (role_ask(core->roles, ROLE_BENCH,
		    json_pack("{s:s,s:I,s:I,s:O,s:O}", "do", "pass_on", "station_id",
			    (json_int_t)scan->station_id, "device_id", (json_int_t)scan->device_id,
			    "scan", scan->name, "text", text),
		    NULL, PASS_TIMEOUT_MS, on_passed, passing))
		return;
	(void)err_set(&err, ERR_DEVICE_OFFLINE, "the bench is not there");
	passing_end(passing, &err);
}
