/* A scripted printer and a clock. */
#include "tests/daemon/bench/fake_port.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

struct inside {
	struct transport_port port;
	struct fake_port *fake;
	struct loop *loop;
	struct buf writing;
	size_t taken;
	bool is_writing;
	bool is_cutting;
	struct buf line;
	struct buf answers;
	struct loop_handle *work;
};

static struct fake_port the_fake;
static int64_t now_ms;

static struct inside *inside_of(struct transport_port *port)
{
	return (struct inside *)(void *)port;
}

static void answer_add(struct inside *inside, enum printer_query query)
{
	struct fake_port *fake = inside->fake;

	fake->asked[query]++;
	if (fake->silent[query])
		return;
	if (fake->garbage)
		buf_add_str(&inside->answers, fake->garbage);
	if (fake->instead) {
		buf_add_str(&inside->answers, fake->instead);
		return;
	}
	switch (query) {
	case PRINTER_QUERY_HOST:
		buf_addf(&inside->answers, "host %u %u %u %u %d\n", fake->state, fake->formats,
			fake->remaining, fake->partial, fake->is_busy && !fake->is_idle_once);
		fake->is_idle_once = false;
		break;
	case PRINTER_QUERY_FAULTS:
		buf_addf(&inside->answers, "faults %u\n", fake->state);
		break;
	case PRINTER_QUERY_COUNTER:
		buf_addf(&inside->answers, "counter %llu\n", (unsigned long long)fake->counter);
		break;
	}
}

static void line_obey(struct inside *inside, struct bytes line)
{
	struct fake_port *fake = inside->fake;

	if (bytes_is(line, "host"))
		answer_add(inside, PRINTER_QUERY_HOST);
	if (bytes_is(line, "faults"))
		answer_add(inside, PRINTER_QUERY_FAULTS);
	if (bytes_is(line, "counter"))
		answer_add(inside, PRINTER_QUERY_COUNTER);
	if (line.len >= 6 && memcmp(line.data + line.len - 6, "cancel", 6) == 0) {
		fake->cancels++;
		fake->partial = fake->partial > 0 ? fake->partial - 1 : 0;
	}
	if (line.len > 6 && memcmp(line.data, "label ", 6) == 0 && char_is_digit(line.data[6])) {
		fake->labels++;
		fake->counter += fake->label_stays ? 0 : fake->label_step;
		fake->state |= fake->label_state;
	}
}

static void bytes_take(struct inside *inside, size_t len)
{
	struct bytes bytes = bytes_of(inside->writing.data + inside->taken, len);

	inside->taken += len;
	buf_add(&inside->fake->seen, bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.data[i] != '\n') {
			buf_add_byte(&inside->line, bytes.data[i]);
			continue;
		}
		line_obey(inside, buf_bytes(&inside->line));
		buf_reset(&inside->line);
	}
}

static void work(void *arg);

static void work_later(struct inside *inside)
{
	if (!inside->work)
		inside->work = loop_defer(inside->loop, work, inside);
}

static void write_end(struct inside *inside, const struct err *why)
{
	size_t late = inside->fake->taken_late;

	inside->is_cutting = false;
	inside->fake->taken_late = 0;
	if (late > 0)
		bytes_take(inside, late);
	inside->is_writing = false;
	if (inside->taken == inside->writing.len) {
		inside->port.events->written_all(inside->port.arg);
		return;
	}
	if (late > 0)
		inside->port.events->written(inside->port.arg, late);
	inside->port.events->cut(inside->port.arg, why);
}

/* Gives one answer, or one byte of it; else ends or takes what is being written. */
static void work(void *arg)
{
	struct inside *inside = arg;

	inside->work = NULL;
	if (inside->answers.len > 0) {
		size_t len = inside->fake->in_bytes ? 1 : inside->answers.len;
		AUTO_BUF piece = { 0 };

		buf_add_mem(&piece, inside->answers.data, len);
		buf_drop(&inside->answers, len);
		work_later(inside);
		if (inside->fake->is_reading)
			inside->port.events->received(inside->port.arg, buf_bytes(&piece));
		return;
	}
	if (inside->is_cutting && !inside->fake->is_stuck) {
		write_end(inside, NULL);
		return;
	}
	if (!inside->is_writing || inside->fake->is_holding)
		return;
	bytes_take(inside, inside->writing.len - inside->taken);
	inside->is_writing = false;
	work_later(inside);
	inside->port.events->written_all(inside->port.arg);
}

static struct transport_port *fake_open(const struct transport_setup *setup, struct err *err)
{
	if (strcmp(setup->identity, "nowhere") == 0) {
		(void)err_set(err, ERR_INVALID, "there is no such place");
		return NULL;
	}
	struct inside *inside = xcalloc(1, sizeof(*inside));

	inside->port = (struct transport_port) {
		.transport = &fake_transport,
		.events = setup->events,
		.arg = setup->arg,
	};
	inside->loop = setup->loop;
	inside->fake = &the_fake;
	the_fake.port = &inside->port;
	return &inside->port;
}

static void fake_write(struct transport_port *port, struct bytes bytes)
{
	struct inside *inside = inside_of(port);

	assert(!inside->is_writing);
	buf_reset(&inside->writing);
	buf_add(&inside->writing, bytes);
	inside->taken = 0;
	inside->is_writing = true;
	work_later(inside);
}

static void fake_write_cancel(struct transport_port *port)
{
	struct inside *inside = inside_of(port);

	if (!inside->is_writing)
		return;
	inside->fake->cut++;
	inside->is_cutting = true;
	work_later(inside);
}

static void fake_set_reading(struct transport_port *port, bool reading)
{
	inside_of(port)->fake->is_reading = reading;
}

static void fake_close(struct transport_port *port)
{
	if (!port)
		return;
	struct inside *inside = inside_of(port);

	loop_remove(inside->work);
	buf_done(&inside->writing);
	buf_done(&inside->line);
	buf_done(&inside->answers);
	inside->fake->port = NULL;
	free(inside);
}

const struct transport fake_transport = {
	.name = "fake",
	.open = fake_open,
	.write = fake_write,
	.write_cancel = fake_write_cancel,
	.set_reading = fake_set_reading,
	.close = fake_close,
};

struct fake_port *fake_port_reset(void)
{
	buf_done(&the_fake.seen);
	the_fake = (struct fake_port) { .label_step = 1, .counter = 100, .plug = "fake 1" };
	return &the_fake;
}

void fake_here(struct fake_port *fake)
{
	(void)snprintf(fake->port->plug, sizeof(fake->port->plug), "%s", fake->plug);
	fake->port->events->here(
		fake->port->arg, bytes_of_str(fake->description ? fake->description : ""));
}

void fake_gone(struct fake_port *fake)
{
	struct inside *inside = inside_of(fake->port);
	struct err err = { 0 };

	(void)err_set(&err, ERR_DEVICE_OFFLINE, "the cable was pulled");
	inside->is_writing = false;
	inside->is_cutting = false;
	buf_reset(&inside->answers);
	fake->port->events->gone(fake->port->arg, &err);
}

void fake_take(struct fake_port *fake, size_t len)
{
	struct inside *inside = inside_of(fake->port);

	assert(inside->is_writing && inside->taken + len < inside->writing.len);
	bytes_take(inside, len);
	fake->port->events->written(fake->port->arg, len);
}

void fake_refuse(struct fake_port *fake, enum err_code code)
{
	struct err err = { 0 };

	(void)err_set(&err, code, "no more of it");
	write_end(inside_of(fake->port), &err);
}

void fake_say(struct fake_port *fake, struct bytes bytes)
{
	if (fake->is_reading)
		fake->port->events->received(fake->port->arg, bytes);
}

void fake_lose(struct fake_port *fake)
{
	struct err err = { 0 };

	(void)err_set(&err, ERR_DEVICE_PROTOCOL, "a part of it is lost");
	buf_reset(&inside_of(fake->port)->answers);
	fake->port->events->lost(fake->port->arg, &err);
}

void fake_release(struct fake_port *fake)
{
	fake->is_holding = false;
	work_later(inside_of(fake->port));
}

static int64_t fake_clock(void)
{
	return now_ms;
}

struct loop *fake_loop_new(void)
{
	struct err err = { 0 };
	struct loop *loop = loop_new(fake_clock, &err);

	if (!loop) {
		fprintf(stderr, "%s\n", err.message);
		exit(99);
	}
	return loop;
}

/* Until nothing is due: enough passes for what sockets and deferred calls hand to each other. */
static void settle(struct loop *loop)
{
	for (unsigned pass = 0; pass < 100; pass++)
		loop_step(loop, 0);
}

void fake_loop_run(struct loop *loop, int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	for (;;) {
		settle(loop);
		int64_t due_ms = loop_next_due_ms(loop);

		if (due_ms < 0 || now_ms + due_ms > end_ms)
			break;
		now_ms += due_ms;
	}
	now_ms = end_ms;
	settle(loop);
}

int64_t fake_now_ms(void)
{
	return now_ms;
}

void fake_stall(int64_t ms)
{
	now_ms += ms;
}
