/*
 * One printer: its port, its events, what is asked of it from outside. Rounds of questions are
 * printer_round.c, the life of one label is printer_label.c.
 */
#include "daemon/bench/printer.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "daemon/bench/printer_inside.h"

static const char *const result_words[] = {
	[PRINTER_SENT] = "sent",
	[PRINTER_PRINTED] = "printed",
	[PRINTER_FAILED] = "failed",
	[PRINTER_UNKNOWN] = "unknown",
};

const char *printer_result_word(enum printer_result_state state)
{
	return result_words[state];
}

/* ---- telling: false when the printer was freed inside the event ---- */

static bool tell_here(struct printer *printer, bool here, const struct err *why)
{
	bool freed = false;

	printer->freed = &freed;
	printer->events->here(printer->arg, here, why);
	if (!freed)
		printer->freed = NULL;
	return !freed;
}

bool printer_tell_changed(struct printer *printer)
{
	struct printer_truth truth = printer->truth;
	bool freed = false;

	printer->freed = &freed;
	printer->events->changed(printer->arg, &truth);
	if (!freed)
		printer->freed = NULL;
	return !freed;
}

bool printer_tell_result(struct printer *printer, const struct printer_result *result)
{
	bool freed = false;

	printer->freed = &freed;
	printer->events->result(printer->arg, result);
	if (!freed)
		printer->freed = NULL;
	return !freed;
}

/* ---- sending ---- */

void printer_write(struct printer *printer, struct bytes bytes)
{
	printer->is_writing = true;
	printer->port->transport->write(printer->port, bytes);
}

void printer_write_cut(struct printer *printer)
{
	if (!printer->is_writing || printer->is_cutting)
		return;
	printer->is_cutting = true;
	printer->is_dirty = true;
	printer->port->transport->write_cancel(printer->port);
}

void printer_read_on(struct printer *printer)
{
	if (printer->is_here)
		printer->port->transport->set_reading(
			printer->port, printer->is_asking || printer_heard_is_due(printer));
}

/* ---- events of the port ---- */

static void port_here(void *arg, struct bytes description)
{
	struct printer *printer = arg;

	(void)description; /* the language is the site's choice, not the device's */
	printer->is_here = true;
	printer->is_fresh = true;
	loop_timer_set(printer->round_timer, 0);
	(void)tell_here(printer, true, NULL);
}

static void port_gone(void *arg, const struct err *err)
{
	struct printer *printer = arg;

	printer->is_here = false;
	printer->is_dirty |= printer->is_writing;
	printer->is_writing = false;
	printer->is_cutting = false;
	if (!tell_here(printer, false, err))
		return;
	if (printer_label_gone(printer))
		printer_round_gone(printer);
}

static void port_written(void *arg, size_t len)
{
	struct printer *printer = arg;

	if (!printer_label_is_out(printer))
		return;
	printer->job.taken += len;
	if (printer->job.phase == JOB_SEND)
		loop_timer_set(printer->job_timer, PRINTER_PROGRESS_MS);
}

static void port_written_all(void *arg)
{
	struct printer *printer = arg;
	bool was_cutting = printer->is_cutting;

	printer->is_writing = false;
	printer->is_cutting = false;
	if (printer_label_is_out(printer))
		printer_label_sent(printer);
	else if (was_cutting)
		printer_round_cut(printer);
	else
		printer_round_written(printer);
}

static void port_cut(void *arg, const struct err *why)
{
	struct printer *printer = arg;

	printer->is_writing = false;
	printer->is_cutting = false;
	printer->is_dirty = true;
	if (printer->job.phase == JOB_CUT)
		(void)printer_label_cut(printer,
			why && why->code == ERR_IO ? ERR_IO : printer->job.cut_code,
			printer->job.cut_why);
	else if (printer->job.phase == JOB_SEND)
		(void)printer_label_cut(printer, why ? why->code : ERR_DEVICE_PROTOCOL,
			"refused the rest of the label");
	else
		printer_round_cut(printer);
}

static void port_received(void *arg, struct bytes bytes)
{
	struct printer *printer = arg;

	if (printer_heard_is_due(printer))
		printer_heard_received(printer, bytes);
	else
		printer_round_received(printer, bytes);
}

static void port_lost(void *arg, const struct err *why)
{
	struct printer *printer = arg;

	(void)why; /* a question without an answer is told by the round */
	if (printer_heard_is_due(printer))
		printer_heard_lost(printer);
	else
		printer_round_lost(printer);
}

static const struct transport_events port_events = {
	.here = port_here,
	.gone = port_gone,
	.written = port_written,
	.written_all = port_written_all,
	.cut = port_cut,
	.received = port_received,
	.lost = port_lost,
};

/* ---- outside ---- */

struct printer *printer_new(const struct printer_setup *setup, struct err *err)
{
	struct printer *printer = xcalloc(1, sizeof(*printer));
	struct transport_setup port = {
		.loop = setup->loop,
		.identity = setup->identity,
		.events = &port_events,
		.arg = printer,
		.usb = setup->usb,
		.speaks = setup->driver,
	};

	printer->port = setup->transport->open(&port, err);
	if (!printer->port) {
		free(printer);
		return NULL;
	}
	printer->loop = setup->loop;
	printer->name = xstrdup(setup->name);
	printer->driver = setup->driver;
	printer->width_um = setup->width_um;
	printer->height_um = setup->height_um;
	printer->events = setup->events;
	printer->arg = setup->arg;
	printer->answer_timer = loop_add_timer(setup->loop, -1, 0, printer_answer_timeout, printer);
	printer->round_timer =
		loop_add_timer(setup->loop, PRINTER_POLL_MS, 0, printer_round_due, printer);
	printer->job_timer = loop_add_timer(setup->loop, -1, 0, printer_label_timeout, printer);
	printer->send_timer = loop_add_timer(setup->loop, -1, 0, printer_send_timeout, printer);
	return printer;
}

void printer_free(struct printer *printer)
{
	if (!printer)
		return;
	if (printer->freed)
		*printer->freed = true;
	printer->port->transport->close(printer->port);
	loop_remove(printer->answer_timer);
	loop_remove(printer->round_timer);
	loop_remove(printer->job_timer);
	loop_remove(printer->send_timer);
	buf_done(&printer->reply);
	buf_done(&printer->job.bytes);
	buf_done(&printer->job.heard_rest);
	free(printer->name);
	free(printer);
}

bool printer_print(struct printer *printer, int64_t job, struct bytes bytes,
	const struct ledger_proof *proof, struct err *err)
{
	if (printer->job.phase != JOB_NONE)
		return err_set(err, ERR_BUSY, "printer '%s' has a label under way", printer->name);
	if (bytes.len == 0)
		return err_set(err, ERR_INVALID, "the label has no bytes");
	if (bytes.len > PRINTER_JOB_BYTES_MAX)
		return err_set(err, ERR_TOO_LARGE, "the label has more than %u bytes",
			PRINTER_JOB_BYTES_MAX);
	bool is_fresh = printer_round_is_fresh(printer);

	printer->job.phase = JOB_CHECK;
	printer->job.number = job;
	printer->job.proof = *proof;
	buf_add(&printer->job.bytes, bytes);
	if (is_fresh && !proof->is_needed) {
		printer_label_send(printer);
		return true;
	}
	printer->job.round = printer_round_want(printer);
	printer->is_cut = printer->is_asking && !printer->in_preface;
	return true;
}

bool printer_job_is_open(const struct printer *printer, int64_t *out_job, bool *out_is_begun)
{
	if (printer->job.phase == JOB_NONE)
		return false;
	*out_job = printer->job.number;
	*out_is_begun = printer->job.phase != JOB_CHECK;
	return true;
}

bool printer_ask(struct printer *printer, bool may_be_fresh, printer_truth_fn fn, void *arg,
	uint64_t tag, struct err *err)
{
	if (may_be_fresh && printer_round_is_fresh(printer)) {
		struct printer_truth truth = printer->truth;

		fn(arg, tag, &truth);
		return true;
	}
	if (printer->asker_count == PRINTER_ASKERS_MAX)
		return err_set(
			err, ERR_BUSY, "printer '%s' is being asked too often", printer->name);
	printer->askers[printer->asker_count++] = (struct asker) {
		.fn = fn,
		.arg = arg,
		.tag = tag,
		.round = printer_round_want(printer),
	};
	return true;
}

const struct printer_truth *printer_truth_get(const struct printer *printer)
{
	return &printer->truth;
}

bool printer_is_here(const struct printer *printer)
{
	return printer->is_here;
}

struct transport_port *printer_port(struct printer *printer)
{
	return printer->port;
}
