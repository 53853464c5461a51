/* One scanner: reports -> scan, verdict -> sound. */
#include "daemon/bench/scanner.h"

#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/xalloc.h"

struct scanner {
	const struct scanner_driver *driver;
	const struct scanner_events *events;
	void *arg;
	struct transport_port *port;
	bool is_here;
	bool is_paused;
	struct scan_collector collector;
	struct buf reports; /* of the scan being collected, and then of the one told */
	size_t report_len[SCAN_REPORTS_MAX];
	size_t report_count;
	int64_t first_us;
	bool is_writing;
	struct buf waiting;    /* feedback that waits for the one being written */
	unsigned broken_count; /* told since broken_timer was set */
	struct loop_handle *rest_timer;
	struct loop_handle *broken_timer;
	struct loop_handle *feedback_timer;
};

static void scan_drop(struct scanner *scanner)
{
	scan_collector_reset(&scanner->collector);
	buf_reset(&scanner->reports);
	scanner->report_count = 0;
	loop_timer_set(scanner->rest_timer, -1);
}

static void broken_timeout(void *arg)
{
	struct scanner *scanner = arg;

	scanner->broken_count = 0;
}

/* A device that sends nothing but nonsense would fill the log, and beep without end. */
static void broken_tell(struct scanner *scanner, const char *why)
{
	if (scanner->broken_count == SCANNER_BROKEN_MAX)
		return;
	if (scanner->broken_count == 0)
		loop_timer_set(scanner->broken_timer, SCANNER_BROKEN_MS);
	scanner->broken_count++;
	scanner->events->broken(scanner->arg, why);
}

static void rest_timeout(void *arg)
{
	struct scanner *scanner = arg;

	scan_drop(scanner);
	broken_tell(scanner, "the rest of a scan did not come");
}

static void port_here(void *arg, struct bytes description)
{
	struct scanner *scanner = arg;
	struct err err = { 0 };

	if (scanner->driver->begin &&
		!scanner->driver->begin(&scanner->collector, description, &err)) {
		scanner->events->broken(scanner->arg, err.message);
		return;
	}
	scanner->is_here = true;
	scanner->port->transport->set_reading(scanner->port, !scanner->is_paused);
	scanner->events->here(scanner->arg, true);
}

static void port_gone(void *arg, const struct err *err)
{
	struct scanner *scanner = arg;

	(void)err; /* told by device_here */
	scanner->is_here = false;
	scanner->is_writing = false;
	buf_reset(&scanner->waiting);
	loop_timer_set(scanner->feedback_timer, -1);
	scan_drop(scanner);
	scanner->events->here(scanner->arg, false);
}

/* Keeps the report for the evidence; false when there are too many. */
static bool report_keep(struct scanner *scanner, struct bytes report)
{
	if (scanner->report_count == SCAN_REPORTS_MAX || report.len > SCANNER_REPORT_MAX)
		return false;
	if (scanner->report_count == 0) {
		buf_reset(&scanner->reports);
		scanner->first_us = clock_real_us();
	}
	buf_add(&scanner->reports, report);
	scanner->report_len[scanner->report_count++] = report.len;
	return true;
}

static void scan_tell(struct scanner *scanner, const struct scan *scan)
{
	struct scanner_evidence evidence = {
		.reports = buf_bytes(&scanner->reports),
		.report_len = scanner->report_len,
		.report_count = scanner->report_count,
		.first_us = scanner->first_us,
		.last_us = clock_real_us(),
	};

	scanner->report_count = 0;
	scanner->events->scan(scanner->arg, scan, &evidence);
}

static void port_received(void *arg, struct bytes report)
{
	struct scanner *scanner = arg;
	struct scan scan = { 0 };
	enum scan_reading reading = SCAN_READING_BAD;

	if (report_keep(scanner, report))
		reading = scanner->driver->decode(&scanner->collector, report, &scan);
	else
		scan_collector_cut(&scanner->collector);
	loop_timer_set(scanner->rest_timer, -1);
	switch (reading) {
	case SCAN_READING_MORE:
		loop_timer_set(scanner->rest_timer, scanner->driver->timeout_ms);
		break;
	case SCAN_READING_DONE:
		scan_tell(scanner, &scan);
		break;
	case SCAN_READING_NONE:
		scanner->report_count = 0;
		break;
	case SCAN_READING_BAD:
		scan_drop(scanner);
		broken_tell(scanner, "a report makes no sense");
		break;
	}
}

static void port_lost(void *arg, const struct err *why)
{
	struct scanner *scanner = arg;

	scan_drop(scanner);
	scan_collector_cut(&scanner->collector);
	broken_tell(scanner, why->message);
}

static void feedback_write(struct scanner *scanner)
{
	AUTO_BUF bytes = scanner->waiting;

	scanner->waiting = (struct buf) { 0 };
	scanner->is_writing = true;
	loop_timer_set(scanner->feedback_timer, SCANNER_FEEDBACK_MS);
	scanner->port->transport->write(scanner->port, buf_bytes(&bytes));
}

static void feedback_end(struct scanner *scanner)
{
	scanner->is_writing = false;
	loop_timer_set(scanner->feedback_timer, -1);
	if (scanner->waiting.len > 0)
		feedback_write(scanner);
}

static void feedback_timeout(void *arg)
{
	struct scanner *scanner = arg;

	scanner->port->transport->write_cancel(scanner->port);
}

/* Late, or the device would not have it: a sound that comes too late says the wrong thing. */
static void port_cut(void *arg, const struct err *why)
{
	(void)why;
	feedback_end(arg);
}

static void port_written(void *arg, size_t len)
{
	(void)arg; /* feedback is a few bytes with a deadline of its own */
	(void)len;
}

static void port_written_all(void *arg)
{
	feedback_end(arg);
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

struct scanner *scanner_new(const struct scanner_setup *setup, struct err *err)
{
	struct scanner *scanner = xcalloc(1, sizeof(*scanner));
	struct transport_setup port = {
		.loop = setup->loop,
		.identity = setup->identity,
		.events = &port_events,
		.arg = scanner,
		.usb = setup->usb,
	};

	scanner->port = setup->transport->open(&port, err);
	if (!scanner->port) {
		free(scanner);
		return NULL;
	}
	scanner->driver = setup->driver;
	scanner->events = setup->events;
	scanner->arg = setup->arg;
	scanner->rest_timer = loop_add_timer(setup->loop, -1, 0, rest_timeout, scanner);
	scanner->broken_timer = loop_add_timer(setup->loop, -1, 0, broken_timeout, scanner);
	scanner->feedback_timer = loop_add_timer(setup->loop, -1, 0, feedback_timeout, scanner);
	return scanner;
}

void scanner_free(struct scanner *scanner)
{
	if (!scanner)
		return;
	scanner->port->transport->close(scanner->port);
	loop_remove(scanner->rest_timer);
	loop_remove(scanner->broken_timer);
	loop_remove(scanner->feedback_timer);
	scan_collector_done(&scanner->collector);
	buf_done(&scanner->reports);
	buf_done(&scanner->waiting);
	free(scanner);
}

bool scanner_feedback(struct scanner *scanner, enum scan_verdict verdict, struct err *err)
{
	if (!scanner->is_here)
		return err_set(err, ERR_DEVICE_OFFLINE, "the scanner is not connected");
	buf_reset(&scanner->waiting);
	if (!scanner->driver->feedback(&scanner->collector, verdict, &scanner->waiting))
		return err_set(err, ERR_INVALID, "this scanner cannot be told anything");
	if (!scanner->is_writing && scanner->waiting.len > 0)
		feedback_write(scanner);
	return true;
}

void scanner_set_paused(struct scanner *scanner, bool paused)
{
	if (scanner->is_paused == paused)
		return;
	scanner->is_paused = paused;
	scan_drop(scanner);
	scan_collector_cut(&scanner->collector);
	if (scanner->is_here)
		scanner->port->transport->set_reading(scanner->port, !paused);
}

bool scanner_is_here(const struct scanner *scanner)
{
	return scanner->is_here;
}

struct transport_port *scanner_port(struct scanner *scanner)
{
	return scanner->port;
}
