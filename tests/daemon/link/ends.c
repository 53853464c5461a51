/* Both ends of a link in one loop. */
#include "tests/daemon/link/ends.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/link/socket.h"
#include "tests/check.h"

static int64_t now_ms = 1000000;

static int64_t test_clock(void)
{
	return now_ms;
}

static void log_json(struct end *end, const char *what, uint64_t id, json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);

	if (id)
		buf_addf(&end->log, "%s(%llu,%.200s) ", what, (unsigned long long)id, text);
	else
		buf_addf(&end->log, "%s(%.200s) ", what, text);
	free(text);
}

static void keep_payload(struct end *end, const struct link_payloads *payloads)
{
	buf_reset(&end->payload);
	buf_add(&end->payload, link_payload_find(payloads, "bytes"));
}

static void end_free_link(struct end *end)
{
	if (!end->frees)
		return;
	end->frees = false;
	link_free(end->link);
	end->link = NULL;
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct end *end = arg;
	json_t *part = json_object_get(hello, "jobs");

	end->link = link;
	end->hellos++;
	check(link_is_open(link));
	check_str(link_peer_role(link), json_string_value(json_object_get(hello, "role")));
	buf_addf(&end->log, "hello(%s) ", link_peer_role(link));
	if (part)
		log_json(end, "jobs", 0, part);
	if (json_array_size(json_object_get(hello, "reports")) > 0)
		log_json(end, "reports", 0, json_object_get(hello, "reports"));
	end_free_link(end);
}

static void on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg)
{
	struct end *end = arg;
	const char *what = json_string_value(json_object_get(body, "do"));

	end->request_id = id;
	keep_payload(end, payloads);
	buf_addf(&end->log, "request(%s,%zu) ", what, end->payload.len);
	if (end->answers) {
		AUTO(json_decref) json_t *reply = json_pack("{s:s}", "you", what);
		struct link_payloads back = { .count = 1,
			.items = { { "bytes", buf_bytes(&end->payload) } } };

		link_reply(link, id, reply, link_payload_is_here(payloads, "bytes") ? &back : NULL);
	}
	end_free_link(end);
	check_int(link_payload_find(payloads, "bytes").len, end->payload.len); /* lives on */
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	struct end *end = arg;

	end->report_id = id;
	end->reports++;
	log_json(end, "report", id, body);
	if (end->acks)
		link_ack(link, id);
	end_free_link(end);
}

static void on_acked(struct link *link, uint64_t id, void *arg)
{
	struct end *end = arg;

	(void)link;
	end->acked_id = id;
	end->acked++;
	end_free_link(end);
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	struct end *end = arg;

	(void)link;
	keep_payload(end, payloads);
	buf_addf(&end->log, "notice(%s,%zu) ", json_string_value(json_object_get(body, "what")),
		end->payload.len);
	end_free_link(end);
}

static void on_closed(struct link *link, void *arg)
{
	struct end *end = arg;

	check(!link_is_open(link));
	buf_addf(&end->log, "closed ");
	if (str_equal(end->setup.role, "core"))
		end->link = NULL;
	end_free_link(end);
}

static json_t *hello_new(void *arg)
{
	(void)arg;
	return json_pack("{s:[{s:i, s:s}]}", "jobs", "print_job_id", 1, "state", "sent");
}

void end_on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct end *end = arg;

	end->replies++;
	end->reply_err = err ? *err : (struct err) { 0 };
	keep_payload(end, payloads);
	if (err)
		buf_addf(&end->log, "reply(%s) ", err_code_name(err->code));
	else
		buf_addf(&end->log, "reply(%s,%zu) ",
			json_string_value(json_object_get(body, "you")), end->payload.len);
	end_free_link(end);
}

const char *end_log(struct end *end)
{
	static struct buf last;

	buf_done(&last);
	last = end->log;
	end->log = (struct buf) { 0 };
	return buf_str(&last);
}

static void end_open(struct ends *ends, struct end *end, const char *role)
{
	*end = (struct end) { 0 };
	check(link_start_id_make(end->start_id, NULL));
	end->setup = (struct link_setup) {
		.loop = ends->loop,
		.role = role,
		.start_id = end->start_id,
		.path = ends->path,
		.peer_uid = geteuid(),
		.handlers = {
			.on_hello = on_hello,
			.on_request = on_request,
			.on_report = on_report,
			.on_acked = on_acked,
			.on_notice = on_notice,
			.on_closed = on_closed,
		},
		.arg = end,
	};
}

void ends_listen(struct ends *ends)
{
	struct err err = { 0 };

	check_ok(link_listen(&ends->core.setup, &ends->listener, &err), &err);
}

void ends_open(struct ends *ends)
{
	*ends = (struct ends) { 0 };
	log_set_level(LOG_LEVEL_ERROR);
	ends->loop = loop_new(test_clock, NULL);
	snprintf(ends->dir, sizeof(ends->dir), "/tmp/test_link_XXXXXX");
	check(mkdtemp(ends->dir) != NULL);
	snprintf(ends->path, sizeof(ends->path), "%s/core.sock", ends->dir);
	end_open(ends, &ends->core, "core");
	end_open(ends, &ends->bench, "bench");
	ends->bench.setup.handlers.hello_new = hello_new;
	ends->bench.setup.handlers.on_report = NULL;
	ends_listen(ends);
}

void ends_close(struct ends *ends)
{
	link_free(ends->bench.link);
	link_listener_free(ends->listener);
	loop_free(ends->loop);
	buf_done(&ends->core.log);
	buf_done(&ends->core.payload);
	buf_done(&ends->bench.log);
	buf_done(&ends->bench.payload);
	(void)end_log(&ends->core);
	unlink(ends->path);
	check_int(rmdir(ends->dir), 0);
}

void ends_settle(struct ends *ends)
{
	for (int i = 0; i < 300; i++)
		loop_step(ends->loop, 0);
}

void ends_wait(struct ends *ends, int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	ends_settle(ends);
	for (;;) {
		int64_t due_ms = loop_next_due_ms(ends->loop);

		if (due_ms < 0 || now_ms + due_ms > end_ms)
			break;
		now_ms += due_ms;
		ends_settle(ends);
	}
	now_ms = end_ms;
	ends_settle(ends);
}

void ends_connect(struct ends *ends)
{
	ends->bench.link = link_connect(&ends->bench.setup);
	ends_settle(ends);
	check_str(end_log(&ends->core),
		"hello(bench) jobs([{\"print_job_id\":1,\"state\":\"sent\"}]) ");
	check_str(end_log(&ends->bench), "hello(core) ");
	check(ends->core.link != NULL);
}

/* --- a plain socket ------------------------------------------------------------------------- */

int peer_connect(const struct ends *ends)
{
	int fd = -1;
	struct err err = { 0 };

	check_ok(socket_connect(ends->path, geteuid(), &fd, &err), &err);
	return fd;
}

void peer_send(int fd, unsigned type, uint64_t id, struct bytes payload)
{
	AUTO_BUF message = { 0 };

	frame_encode(
		&(struct frame) { .type = (enum frame_type)type, .id = id, .payload = payload },
		&message);
	check_int(send(fd, message.data, message.len, MSG_NOSIGNAL), message.len);
}

void peer_hello(int fd, const char *role)
{
	AUTO_BUF json = { 0 };

	buf_addf(&json,
		"{\"role\":\"%s\",\"version\":\"1\",\"start_id\":"
		"\"0123456789abcdef0123456789abcdef\",\"reports\":[]}",
		role);
	peer_send(fd, FRAME_HELLO, 0, buf_bytes(&json));
}

int peer_receive(int fd, uint64_t *id, struct buf *out)
{
	static uint8_t buffer[FRAME_MAX + 1];
	ssize_t got = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	struct frame frame;
	struct err err = { 0 };

	if (got < 0)
		return errno == EAGAIN ? -1 : 0;
	if (got == 0)
		return 0;
	if (!check_ok(frame_decode(bytes_of(buffer, (size_t)got), &frame, &err), &err))
		return -1;
	if (id)
		*id = frame.id;
	if (out) {
		buf_reset(out);
		buf_add(out, frame.payload);
	}
	return (int)frame.type;
}
