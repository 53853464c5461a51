/* The core's end of a link to a press. */
#include "tests/daemon/press/core_end.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"

#define WAIT_MS 20000

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct core_end *core = arg;

	(void)hello;
	core->link = link;
}

static void on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg)
{
	static const struct err refused = { .code = ERR_INVALID,
		.message = "the press asks nothing" };

	(void)body;
	(void)payloads;
	(void)arg;
	link_reply_err(link, id, &refused);
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	(void)link;
	(void)body;
	(void)payloads;
	(void)arg;
}

static void on_closed(struct link *link, void *arg)
{
	struct core_end *core = arg;

	(void)link;
	core->link = NULL;
}

void core_end_open(struct core_end *core)
{
	*core = (struct core_end) { .dir = "/tmp/specimend-press-XXXXXX" };
	log_set_level(LOG_LEVEL_ERROR);
	core->loop = loop_new(clock_mono_ms, &core->err);
	if (!core->loop || !mkdtemp(core->dir) || !link_start_id_make(core->start_id, &core->err)) {
		fprintf(stderr, "the test cannot start: %s\n", core->err.message);
		exit(99);
	}
	(void)snprintf(core->path, sizeof(core->path), "%s/core.sock", core->dir);
	const struct link_setup setup = {
		.loop = core->loop,
		.role = "core",
		.start_id = core->start_id,
		.path = core->path,
		.peer_uid = geteuid(),
		.handlers = { .on_hello = on_hello,
			.on_request = on_request,
			.on_notice = on_notice,
			.on_closed = on_closed },
		.arg = core,
	};

	if (!link_listen(&setup, &core->listener, &core->err)) {
		fprintf(stderr, "the test cannot listen: %s\n", core->err.message);
		exit(99);
	}
}

void core_end_close(struct core_end *core)
{
	link_listener_free(core->listener);
	loop_free(core->loop);
	json_decref(core->reply);
	buf_done(&core->order);
	buf_done(&core->bytes);
	buf_done(&core->png);
	(void)rmdir(core->dir); /* empty unless a test wrote a file of its own there */
}

static void order_add(struct core_end *core, const struct err *err, json_t *body)
{
	if (err)
		buf_addf(&core->order, "%s ", err_code_name(err->code));
	else if (json_object_get(body, "passed"))
		buf_add_str(&core->order, "golden ");
	else if (json_object_get(body, "pages"))
		buf_add_str(&core->order, "paper ");
	else if (json_object_get(body, "sha256"))
		buf_add_str(&core->order, "label ");
	else if (json_object_get(body, "width_dots"))
		buf_add_str(&core->order, "preview ");
	else if (json_object_get(body, "match"))
		buf_add_str(&core->order, "match ");
	else if (json_object_get(body, "hash"))
		buf_add_str(&core->order, "hash ");
}

static void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct core_end *core = arg;

	core->replies++;
	core->err = err ? *err : (struct err) { 0 };
	json_decref(core->reply);
	core->reply = json_incref(body);
	buf_reset(&core->bytes);
	buf_reset(&core->png);
	buf_add(&core->bytes, link_payload_find(payloads, "bytes"));
	buf_add(&core->png, link_payload_find(payloads, "png"));
	buf_add(&core->bytes, link_payload_find(payloads, "pdf"));
	buf_add(&core->bytes, link_payload_find(payloads, "code128"));
	buf_add(&core->png, link_payload_find(payloads, "datamatrix"));
	order_add(core, err, body);
}

void core_end_ask(struct core_end *core, json_t *body)
{
	(void)link_request(core->link, body, NULL, WAIT_MS, on_reply, core);
	json_decref(body);
}

bool core_end_wait(struct core_end *core, unsigned replies)
{
	const int64_t deadline_ms = clock_mono_ms() + WAIT_MS;

	while (core->replies < replies || (replies == 0 && !core->link)) {
		if (clock_mono_ms() > deadline_ms)
			return false;
		loop_step(core->loop, 100);
	}
	return true;
}
