/* A core that writes down what it is told. */
#include "tests/daemon/bench/fake_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/bench/virtual_printer.h"
#include "printers/lang/driver.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

static long long number(json_t *body, const char *key)
{
	return (long long)json_integer_value(json_object_get(body, key));
}

static const char *text(json_t *body, const char *key)
{
	const char *value = json_string_value(json_object_get(body, key));

	return value ? value : "-";
}

static void keep(json_t **kept, json_t *body)
{
	json_decref(*kept);
	*kept = json_incref(body);
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct fake_core *core = arg;

	core->link = link;
	keep(&core->hello, hello);
	buf_addf(&core->log, "hello(%zu reports, %zu jobs) ",
		json_array_size(json_object_get(hello, "reports")),
		json_array_size(json_object_get(hello, "jobs")));
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	struct fake_core *core = arg;

	keep(&core->report, body);
	if (str_equal(text(body, "what"), "scan"))
		buf_addf(&core->log, "scan(%lld,%s%s) ", number(body, "device_id"),
			text(body, "raw"),
			json_is_true(json_object_get(body, "told")) ? ",told" : "");
	else if (str_equal(text(body, "what"), "device_faults"))
		buf_addf(&core->log, "faults(%lld,%lld,%lld) ", number(body, "device_id"),
			number(json_object_get(body, "faults"), "stall"),
			number(json_object_get(body, "faults"), "left"));
	else if (json_is_null(json_object_get(body, "counter")))
		buf_addf(&core->log, "result(%lld,%s,null) ", number(body, "print_job_id"),
			text(body, "state"));
	else
		buf_addf(&core->log, "result(%lld,%s,%lld) ", number(body, "print_job_id"),
			text(body, "state"), number(body, "counter"));
	if (!core->holds_acks)
		link_ack(link, id);
	else if (core->held_count < CORE_HELD_MAX)
		core->held[core->held_count++] = id;
}

void core_ack(struct fake_core *core, size_t count)
{
	check(count <= core->held_count);
	for (size_t i = 0; i < count; i++)
		link_ack(core->link, core->held[i]);
	core->held_count -= count;
	memmove(core->held, core->held + count, core->held_count * sizeof(*core->held));
	fake_loop_run(core->loop, 0);
}

static void log_state(struct fake_core *core, json_t *body)
{
	size_t index;
	json_t *word;

	buf_addf(&core->log, "state(%lld", number(body, "device_id"));
	json_array_foreach (json_object_get(body, "state"), index, word)
		buf_addf(&core->log, ",%s", json_string_value(word));
	buf_add_str(&core->log, ") ");
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	struct fake_core *core = arg;
	const char *what = text(body, "what");

	(void)link;
	if (str_equal(what, "printer_state"))
		log_state(core, body);
	if (str_equal(what, "device_here"))
		buf_addf(&core->log, "here(%lld,%d) ", number(body, "device_id"),
			json_is_true(json_object_get(body, "here")));
	if (!str_equal(what, "virtual_label"))
		return;
	buf_reset(&core->png);
	buf_add(&core->png, link_payload_find(payloads, "png"));
	buf_addf(&core->log, "label(%lld,%lld) ", number(body, "device_id"),
		number(body, "print_job_id"));
}

static void on_closed(struct link *link, void *arg)
{
	struct fake_core *core = arg;

	(void)link;
	core->link = NULL;
}

void core_return(struct fake_core *core)
{
	struct err err = { 0 };

	check_ok(link_listen(&core->setup, &core->listener, &err), &err);
	fake_loop_run(core->loop, 2 * LINK_BACKOFF_MAX_MS);
}

void core_leave(struct fake_core *core)
{
	link_listener_free(core->listener);
	core->listener = NULL;
	core->link = NULL;
	fake_loop_run(core->loop, 0);
}

static void bench_begin(struct fake_core *core, bool allow_virtual, const char *tray)
{
	struct err err = { 0 };

	check_ok(link_start_id_make(core->bench_start_id, &err), &err);
	struct bench_setup bench = {
		.loop = core->loop,
		.core_path = core->path,
		.start_id = core->bench_start_id,
		.core_uid = geteuid(),
		.allow_virtual = allow_virtual,
		.tray = tray,
		.pass_ways = core->pass_ways,
	};

	core->bench = bench_new(&bench);
	fake_loop_run(core->loop, LINK_BACKOFF_MAX_MS);
	check_str(core_log(core), "hello(0 reports, 0 jobs) ");
}

void core_begin(struct fake_core *core, bool is_practice, bool allow_virtual)
{
	struct err err = { 0 };

	*core = (struct fake_core) {
		.is_practice = is_practice,
		.pass_ways = core->pass_ways,
	};
	log_set_level((enum log_level)0);
	core->loop = fake_loop_new();
	snprintf(core->dir, sizeof(core->dir), "/tmp/test_bench_XXXXXX");
	check(mkdtemp(core->dir) != NULL);
	snprintf(core->path, sizeof(core->path), "%s/core.sock", core->dir);
	check_ok(link_start_id_make(core->start_id, &err), &err);
	core->setup = (struct link_setup) {
		.loop = core->loop,
		.role = "core",
		.start_id = core->start_id,
		.path = core->path,
		.peer_uid = geteuid(),
		.handlers = {
			.on_hello = on_hello,
			.on_report = on_report,
			.on_notice = on_notice,
			.on_closed = on_closed,
		},
		.arg = core,
	};
	check_ok(link_listen(&core->setup, &core->listener, &err), &err);
	bench_begin(core, allow_virtual, NULL);
}

void core_bench_again(struct fake_core *core, const char *tray)
{
	bench_free(core->bench);
	fake_loop_run(core->loop, 0);
	(void)core_log(core);
	bench_begin(core, true, tray);
	core_devices(core);
}

void core_end(struct fake_core *core)
{
	bench_free(core->bench);
	link_listener_free(core->listener);
	loop_free(core->loop);
	json_decref(core->hello);
	json_decref(core->report);
	json_decref(core->reply);
	buf_done(&core->png);
	buf_done(&core->log);
	(void)core_log(core);
	unlink(core->path);
	check_int(rmdir(core->dir), 0);
}

const char *core_log(struct fake_core *core)
{
	static struct buf last;

	buf_done(&last);
	last = core->log;
	core->log = (struct buf) { 0 };
	return buf_str(&last);
}

static void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct fake_core *core = arg;

	(void)payloads;
	core->err = err ? *err : (struct err) { 0 };
	if (!err)
		core->reply = json_incref(body);
}

bool core_ask(
	struct fake_core *core, json_t *body, const struct link_payloads *payloads, int64_t ms)
{
	json_decref(core->reply);
	core->reply = NULL;
	core->err = (struct err) { 0 };
	(void)link_request(core->link, body, payloads, 60000, on_reply, core);
	json_decref(body);
	fake_loop_run(core->loop, ms);
	return core->reply != NULL;
}

static const char *language_of(const struct fake_core *core)
{
	return core->language ? core->language : "zpl";
}

json_t *core_devices_new(const struct fake_core *core)
{
	json_t *body = json_pack("{s:s, s:[{s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:i},"
				 "{s:i, s:s, s:s, s:s, s:i}], s:b}",
		"do", "devices", "devices", "device_id", CORE_PRINTER, "kind", "printer",
		"transport", "virtual", "identity", "P1", "station_id", 1, "dpi", 203, "language",
		language_of(core), "width_um", 50800, "height_um", 25400, "device_id", CORE_SCANNER,
		"kind", "scanner", "transport", "virtual", "identity", "S1", "station_id", 1,
		"practice", core->is_practice);

	if (core->has_two_scanners)
		json_array_append_new(json_object_get(body, "devices"),
			json_pack("{s:i, s:s, s:s, s:s, s:i}", "device_id", CORE_SCANNER_2, "kind",
				"scanner", "transport", "virtual", "identity", "S2", "station_id",
				1));
	return body;
}

void core_devices(struct fake_core *core)
{
	check_ok(core_ask(core, core_devices_new(core), NULL, 0), &core->err);
	check_str(core_log(core), "here(11,1) here(12,1) state(11,ok) ");
}

bool core_print(struct fake_core *core, int64_t job)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 406, 203, &err), &err);
	bitmap_fill(&label, (struct bitmap_rect) { 10, 10, (unsigned)job, 50 }, true);
	check_ok(printer_driver_find(language_of(core))->encode(&label, &bytes, &err), &err);
	struct link_payloads payloads = { .count = 1, .items = { { "bytes", buf_bytes(&bytes) } } };

	return core_ask(core,
		json_pack("{s:s, s:i, s:I}", "do", "print", "device_id", CORE_PRINTER,
			"print_job_id", (json_int_t)job),
		&payloads, 0);
}

bool core_printer_mode(struct fake_core *core, const char *mode, int labels_left)
{
	return core_ask(core,
		json_pack("{s:s, s:i, s:s, s:o}", "do", "virtual_printer", "device_id",
			CORE_PRINTER, "mode", mode, "labels_left",
			labels_left < 0 ? json_null() : json_integer(labels_left)),
		NULL, 0);
}
