/* The bench's life and its link to the core. */
#include "daemon/bench/bench.h"

#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/deadline.h"
#include "daemon/bench/inside.h"

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct bench *bench = arg;
	const char *version = json_string_value(json_object_get(hello, "version"));

	(void)link;
	log_info("connected to the core, version %s", version ? version : "unknown");
	loop_timer_set(bench->alone_timer, -1);
	if (bench->usb && usb_has_looked(bench->usb))
		bench_tell_usb(bench);
}

static void unheard_tell(struct bench *bench)
{
	LIST_FOREACH (node, &bench->devices)
		device_tell_unheard(LIST_ITEM(node, struct device, node));
}

static void on_closed(struct link *link, void *arg)
{
	struct bench *bench = arg;

	(void)link;
	log_notice("the core is gone; scans are kept");
	loop_timer_set(bench->core_timer, -1);
	loop_timer_set(bench->alone_timer, BENCH_ALONE_MS);
	bench->is_core_still = false;
	unheard_tell(bench);
}

bool bench_has_core(const struct bench *bench)
{
	return link_is_open(bench->link) && !bench->is_core_still;
}

static void core_still(void *arg)
{
	struct bench *bench = arg;

	if (deadline_put_off(bench->core_timer, &bench->is_core_timer_put_off))
		return;
	log_warning("the core stands still; scans are kept");
	bench->is_core_still = true;
	loop_timer_set(bench->alone_timer, BENCH_ALONE_MS);
	unheard_tell(bench);
}

void bench_core_heard(struct bench *bench)
{
	if (bench->is_core_still)
		log_notice("the core goes on");
	bench->is_core_still = false;
	bench->is_core_timer_put_off = false;
	loop_timer_set(bench->core_timer, BENCH_CORE_STILL_MS);
	loop_timer_set(bench->alone_timer, -1);
}

static void on_acked(struct link *link, uint64_t id, void *arg)
{
	struct bench *bench = arg;

	(void)link;
	LIST_FOREACH (node, &bench->devices)
		device_tell_stored(LIST_ITEM(node, struct device, node), id);
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	(void)link; /* the core has no notices for the bench */
	(void)body;
	(void)payloads;
	(void)arg;
}

/* The labels that have no result yet. */
static json_t *hello_new(void *arg)
{
	struct bench *bench = arg;
	json_t *jobs = json_array();

	LIST_FOREACH (node, &bench->devices) {
		struct device *device = LIST_ITEM(node, struct device, node);
		int64_t job;
		bool is_begun;

		if (!device->printer || !printer_job_is_open(device->printer, &job, &is_begun))
			continue;
		json_array_append_new(jobs, json_pack("{s:I, s:s}", "print_job_id", (json_int_t)job,
						    "state", is_begun ? "sent" : "sending"));
	}
	return json_pack("{s:o}", "jobs", jobs);
}

/* Who prints in our place takes a printer that takes one connection. */
static void alone_due(void *arg)
{
	struct bench *bench = arg;

	bench->prints = DEVICE_PRINTS_NOT;
	devices_let_go_soon(bench);
}

static void not_ok_due(void *arg)
{
	struct bench *bench = arg;

	LIST_FOREACH (node, &bench->devices) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (device->printer && !(printer_truth_get(device->printer)->state & PRINTER_OK))
			device_tell_state(device);
	}
}

static void faults_due(void *arg)
{
	struct bench *bench = arg;

	LIST_FOREACH (node, &bench->devices)
		device_tell_faults(LIST_ITEM(node, struct device, node));
}

struct bench *bench_new(const struct bench_setup *setup)
{
	struct bench *bench = xcalloc(1, sizeof(*bench));
	struct link_setup link = {
		.loop = setup->loop,
		.role = "bench",
		.start_id = setup->start_id,
		.path = setup->core_path,
		.peer_uid = setup->core_uid,
		.handlers = {
			.on_hello = on_hello,
			.on_request = bench_on_request,
			.on_acked = on_acked,
			.on_notice = on_notice,
			.on_closed = on_closed,
			.hello_new = hello_new,
		},
		.arg = bench,
	};

	bench->loop = setup->loop;
	loop_set_beat(bench->loop, BENCH_BEAT_MS);
	bench->start_id = setup->start_id;
	bench->allow_virtual = setup->allow_virtual;
	bench->tray = setup->tray ? xstrdup(setup->tray) : NULL;
	list_init(&bench->devices);
	bench->ledger = ledger_new();
	bench->pass = pass_new(setup->loop, setup->pass_ways);
	bench->epoch_us = clock_real_us() - loop_now_ms(setup->loop) * 1000;
	bench->core_timer = loop_add_timer(setup->loop, -1, 0, core_still, bench);
	bench->alone_timer = loop_add_timer(setup->loop, -1, 0, alone_due, bench);
	bench->not_ok_timer =
		loop_add_timer(setup->loop, BENCH_NOT_OK_MS, BENCH_NOT_OK_MS, not_ok_due, bench);
	bench->faults_timer =
		loop_add_timer(setup->loop, BENCH_FAULTS_MS, BENCH_FAULTS_MS, faults_due, bench);
	bench->link = link_connect(&link);
	if (setup->has_usb)
		bench->usb = usb_new(setup->loop, &bench_usb_events, bench);
	return bench;
}

void bench_free(struct bench *bench)
{
	if (!bench)
		return;
	bench_enrol_set(bench, NULL);
	devices_close(bench);
	pass_free(bench->pass);
	usb_free(bench->usb);
	link_free(bench->link);
	loop_remove(bench->core_timer);
	loop_remove(bench->alone_timer);
	loop_remove(bench->not_ok_timer);
	loop_remove(bench->faults_timer);
	ledger_free(bench->ledger);
	free(bench->tray);
	free(bench);
}
