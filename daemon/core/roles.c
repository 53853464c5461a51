/* Two links at most, and a table of what the bench may say. */
#include "daemon/core/roles.h"

#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/found.h"
#include "daemon/core/kept.h"
#include "daemon/core/printing.h"
#include "daemon/core/station.h"
#include "daemon/core/talks.h"
#include "daemon/core/virtuals.h"

struct roles {
	struct core *core;
	struct link_listener *listener;
	struct link *links[ROLE_COUNT];
	struct loop_handle *ask;
	bool is_asked; /* the bench, and has not answered yet */
	bool is_still; /* it did not in time, and the pages were told */
};

static const struct role_info {
	const char *name;
	enum health_part health;
} role_infos[] = {
	[ROLE_BENCH] = { "bench", HEALTH_BENCH },
	[ROLE_PRESS] = { "press", HEALTH_PRESS },
};

static const struct report_row {
	const char *what;
	void (*handle)(struct core *core, const char *start_id, uint64_t id, const json_t *body);
} report_rows[] = {
	{ "scan", station_on_report },
	{ "print_result", printing_on_report },
	{ "enrol_read", kept_on_enrol_read },
	{ "device_faults", kept_on_device_faults },
};

static const struct notice_row {
	const char *what;
	void (*handle)(struct core *core, const json_t *body, const struct link_payloads *payloads);
} notice_rows[] = {
	{ "printer_state", printing_on_printer_state },
	{ "virtual_label", virtuals_on_label },
	{ "device_here", devices_on_here },
	{ "usb_devices", found_on_notice },
};

static bool role_of(const struct roles *roles, const struct link *link, enum role_no *out)
{
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (roles->links[i] == link) {
			*out = (enum role_no)i;
			return true;
		}
	}
	return false;
}

static void bench_gone(struct core *core)
{
	printing_on_bench_gone(core);
	found_on_bench_gone(core);
	talks_on_bench_gone(core);
}

static void on_alive(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct roles *roles = arg;
	bool is_still = err && err->code == ERR_TIMEOUT;

	(void)body;
	(void)payloads;
	roles->is_asked = false;
	if (!role_is_here(roles, ROLE_BENCH) || is_still == roles->is_still)
		return;
	roles->is_still = is_still;
	core_health_set(
		roles->core, HEALTH_BENCH, !is_still, is_still ? "it does not answer" : NULL);
}

static void on_ask(void *arg)
{
	struct roles *roles = arg;

	if (!roles->is_asked)
		roles->is_asked = role_ask(roles, ROLE_BENCH, json_pack("{s:s}", "do", "alive"),
					  NULL, BENCH_ANSWER_MS, on_alive, roles) != 0;
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct roles *roles = arg;

	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (!str_equal(role_infos[i].name, link_peer_role(link)))
			continue;
		struct link *old = roles->links[i];

		roles->links[i] = link;
		if (old) {
			log_warning("another %s connected: the older one is let go",
				role_infos[i].name);
			link_free(old);
			if (i == ROLE_BENCH)
				bench_gone(roles->core);
		}
		core_health_set(roles->core, role_infos[i].health, true, NULL);
		if (i == ROLE_BENCH) {
			roles->is_still = false;
			devices_send(roles->core);
			stations_on_bench_hello(roles->core, hello);
			printing_on_bench_hello(roles->core, hello);
		}
		printing_kick(roles->core);
		return;
	}
	log_warning("a link of an unknown role was closed");
	link_free(link);
}

static void on_closed(struct link *link, void *arg)
{
	struct roles *roles = arg;
	enum role_no role;

	if (!role_of(roles, link, &role))
		return;
	roles->links[role] = NULL;
	core_health_set(roles->core, role_infos[role].health, false, "its link closed");
	if (role == ROLE_BENCH)
		bench_gone(roles->core);
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	struct roles *roles = arg;
	const char *what = json_string_value(json_object_get(body, "what"));

	if (!str_equal(what, "print_result"))
		printing_owed_no_more(roles->core, id);
	for (size_t i = 0; what && i < ARRAY_LEN(report_rows); i++) {
		if (str_equal(report_rows[i].what, what)) {
			report_rows[i].handle(roles->core, link_peer_start_id(link), id, body);
			return;
		}
	}
	log_warning("%s reports something unknown: dropped", link_peer_role(link));
	link_ack(link, id); /* it would come again for ever */
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	struct roles *roles = arg;
	const char *what = json_string_value(json_object_get(body, "what"));

	(void)link;
	for (size_t i = 0; what && i < ARRAY_LEN(notice_rows); i++) {
		if (str_equal(notice_rows[i].what, what))
			notice_rows[i].handle(roles->core, body, payloads);
	}
}

bool roles_new(struct core *core, struct roles **out, struct err *err)
{
	struct roles *roles = xcalloc(1, sizeof(*roles));
	char *path = xasprintf("%s/core.sock", core->config->runtime_dir);
	const struct link_setup setup = {
		.loop = core->loop,
		.role = "core",
		.start_id = core->start_id,
		.path = path,
		.peer_uid = geteuid(),
		.handlers = {
			.on_hello = on_hello,
			.on_report = on_report,
			.on_notice = on_notice,
			.on_closed = on_closed,
		},
		.arg = roles,
	};

	roles->core = core;
	roles->ask = loop_add_timer(core->loop, BENCH_ASK_MS, BENCH_ASK_MS, on_ask, roles);
	bool ok = link_listen(&setup, &roles->listener, err);

	free(path);
	if (!ok) {
		roles_free(roles);
		return false;
	}
	*out = roles;
	return true;
}

void roles_free(struct roles *roles)
{
	if (!roles)
		return;
	for (size_t i = 0; i < ROLE_COUNT; i++)
		roles->links[i] = NULL; /* the answers that freeing brings find nobody here */
	link_listener_free(roles->listener);
	loop_remove(roles->ask);
	free(roles);
}

bool role_is_here(const struct roles *roles, enum role_no role)
{
	return roles->links[role] && link_is_open(roles->links[role]);
}

const char *role_start_id(const struct roles *roles, enum role_no role)
{
	return role_is_here(roles, role) ? link_peer_start_id(roles->links[role]) : "";
}

uint64_t role_ask(struct roles *roles, enum role_no role, json_t *body_take,
	const struct link_payloads *payloads, int64_t timeout_ms, link_reply_fn fn, void *arg)
{
	AUTO(json_decref) json_t *body = body_take;

	if (!role_is_here(roles, role))
		return 0;
	return link_request(roles->links[role], body, payloads, timeout_ms, fn, arg);
}

void role_ack(struct roles *roles, const char *start_id, uint64_t report_id)
{
	if (!str_equal(role_start_id(roles, ROLE_BENCH), start_id))
		return;
	link_ack(roles->links[ROLE_BENCH], report_id);
	printing_owed_no_more(roles->core, report_id); /* it does not send it again */
}
