/* One scanner: reports -> scan, verdict -> sound. */
#include "daemon/bench/scanner.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "daemon/bench/deadline.h"

struct answer {
	uint8_t data[SCAN_ANSWER_MAX];
	size_t len;
};

/* When something came, by the loop's clock, and how much sooner that may have been. */
struct moment {
	int64_t ms;
	int64_t late_ms;
};

struct scanner {
	struct loop *loop;
	const struct scanner_driver *driver;
	const struct scanner_events *events;
	void *arg;
	struct transport_port *port;
	bool is_here;
	bool is_paused;
	bool is_cut; /* something was lost since its last whole scan: what makes no sense follows */
	struct scan_collector collector;
	struct buf reports; /* of the scan being collected, and then of the one told */
	size_t report_len[SCAN_REPORTS_MAX];
	size_t report_count;
	size_t left_out; /* bytes of it that were not kept */
	struct moment first;
	struct moment last; /* of all that came */
	bool is_writing;
	bool is_answering;                          /* and that is an answer, not void */
	struct answer answers[SCANNER_ANSWERS_MAX]; /* that wait, the oldest first */
	size_t answer_count;
	struct buf waiting;    /* feedback that waits for what is being written */
	bool is_waiting_bad;   /* it is bad news */
	unsigned broken_count; /* told since broken_timer was set */
	bool is_put_off;       /* the deadline of the rest, once */
	struct loop_handle *rest_timer;
	struct loop_handle *broken_timer;
	struct loop_handle *feedback_timer;
	bool *freed; /* set when it is freed inside an event */
};

static void evidence_drop(struct scanner *scanner)
{
	buf_reset(&scanner->reports);
	scanner->report_count = 0;
	loop_timer_set(scanner->rest_timer, -1);
}

static void scan_drop(struct scanner *scanner)
{
	scan_collector_reset(&scanner->collector);
	evidence_drop(scanner);
}

static void broken_timeout(void *arg)
{
	struct scanner *scanner = arg;

	scanner->broken_count = 0;
}

/*
 * A device that sends nothing but nonsense would fill the log, and beep without end. False when the
 * scanner was freed inside.
 */
static bool broken_tell(struct scanner *scanner, const char *why)
{
	bool freed = false;

	if (scanner->broken_count == SCANNER_BROKEN_MAX)
		return true;
	if (scanner->broken_count == 0)
		loop_timer_set(scanner->broken_timer, SCANNER_BROKEN_MS);
	scanner->broken_count++;
	scanner->freed = &freed;
	scanner->events->broken(scanner->arg, why);
	if (!freed)
		scanner->freed = NULL;
	return !freed;
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

static void answers_note(struct scanner *scanner)
{
	scanner->collector.is_answer_waiting = scanner->answer_count > 0;
	scanner->collector.is_answer_flying = scanner->is_answering;
}

static void port_gone(void *arg, const struct err *err)
{
	struct scanner *scanner = arg;

	(void)err; /* told by device_here */
	scanner->is_here = false;
	scanner->is_cut = false;
	scanner->is_writing = false;
	scanner->is_answering = false;
	scanner->answer_count = 0;
	answers_note(scanner);
	buf_reset(&scanner->waiting);
	loop_timer_set(scanner->feedback_timer, -1);
	scan_drop(scanner);
	scanner->events->here(scanner->arg, false);
}

/* Keeps what the driver took for the evidence; false when it is too much. */
static bool report_keep(struct scanner *scanner, struct bytes report)
{
	bool is_joined = scanner->driver->joins_reports && scanner->report_count > 0;

	if (scanner->report_count == 0) {
		buf_reset(&scanner->reports);
		scanner->left_out = 0;
		scanner->first = scanner->last;
	}
	if (!is_joined && scanner->report_count == SCAN_REPORTS_MAX)
		return false;
	size_t room = SCANNER_EVIDENCE_MAX - scanner->reports.len;

	if (report.len > room) {
		scanner->left_out += report.len - room;
		report.len = room;
	}
	buf_add(&scanner->reports, report);
	if (is_joined)
		scanner->report_len[0] += report.len;
	else
		scanner->report_len[scanner->report_count++] = report.len;
	return true;
}

static bool answer_take(struct scanner *scanner);

/* False when the scanner was freed inside. */
static bool scan_tell(struct scanner *scanner, const struct scan *scan)
{
	bool freed = false;
	struct scanner_evidence evidence = {
		.driver = scanner->driver->name,
		.reports = buf_bytes(&scanner->reports),
		.report_len = scanner->report_len,
		.report_count = scanner->report_count,
		.left_out = scanner->left_out,
		.first_ms = scanner->first.ms,
		.last_ms = scanner->last.ms,
		.first_late_ms = scanner->first.late_ms,
		.last_late_ms = scanner->last.late_ms,
	};

	scanner->report_count = 0;
	scanner->is_cut = false;
	scanner->freed = &freed;
	scanner->events->scan(scanner->arg, scan, &evidence);
	if (!freed)
		scanner->freed = NULL;
	return !freed;
}

static void rest_wait(struct scanner *scanner)
{
	scanner->is_put_off = false;
	loop_timer_set(scanner->rest_timer, scanner->driver->timeout_ms);
}

/* The device was asked to say something again: it begins now, or never. */
static void asking_wait(struct scanner *scanner)
{
	if (scanner->driver->is_asking && scanner->driver->is_asking(&scanner->collector))
		rest_wait(scanner);
}

/* What was lost is counted already, by the port. */
static void garbled_count(struct scanner *scanner)
{
	scanner->port->faults[TRANSPORT_GARBLED] += !scanner->is_cut;
}

/* False when the scanner was freed inside. */
static bool reading_tell(
	struct scanner *scanner, enum scan_reading reading, const struct scan *scan)
{
	loop_timer_set(scanner->rest_timer, -1);
	switch (reading) {
	case SCAN_READING_MORE:
		rest_wait(scanner);
		break;
	case SCAN_READING_DONE:
		if (!scan_tell(scanner, scan))
			return false;
		asking_wait(scanner);
		break;
	case SCAN_READING_NONE:
		scanner->report_count = 0;
		asking_wait(scanner);
		break;
	case SCAN_READING_BAD:
		garbled_count(scanner);
		scan_drop(scanner);
		return broken_tell(scanner, "a report makes no sense");
	}
	return true;
}

static void rest_timeout(void *arg)
{
	struct scanner *scanner = arg;
	struct scan scan = { 0 };

	if (deadline_put_off(scanner->rest_timer, &scanner->is_put_off))
		return;
	enum scan_reading reading = scanner->driver->idle
					    ? scanner->driver->idle(&scanner->collector, &scan)
					    : SCAN_READING_BAD;

	(void)answer_take(scanner); /* one that does not fit is as good as not heard */
	if (reading == SCAN_READING_BAD) {
		garbled_count(scanner);
		scan_drop(scanner);
		(void)broken_tell(scanner, "the rest of a scan did not come");
		return;
	}
	(void)reading_tell(scanner, reading, &scan);
}

/* What the driver takes of the bytes: one scan, or a part of one. False when the scanner was freed
 * inside. */
static bool piece_take(struct scanner *scanner, struct bytes *in)
{
	struct scan scan = { 0 };
	struct bytes taken = *in;
	enum scan_reading reading = scanner->driver->decode(&scanner->collector, in, &scan);

	taken.len -= in->len;
	if (!answer_take(scanner) || !report_keep(scanner, taken)) {
		scan_collector_cut(&scanner->collector);
		reading = SCAN_READING_BAD;
	}
	return reading_tell(scanner, reading, &scan);
}

static void moment_note(struct scanner *scanner)
{
	const struct moment before = scanner->last;
	struct moment now = {
		.ms = loop_now_ms(scanner->loop),
		.late_ms = loop_late_ms(scanner->loop),
	};
	int64_t since_ms = now.ms - before.ms;

	if (before.late_ms > SCANNER_LATE_MS && since_ms <= SCANNER_HEELS_MS &&
		now.late_ms < before.late_ms + since_ms)
		now.late_ms = before.late_ms + since_ms;
	scanner->last = now;
}

static void port_received(void *arg, struct bytes bytes)
{
	struct scanner *scanner = arg;

	moment_note(scanner);
	while (bytes.len > 0 && !scanner->is_paused) {
		if (!piece_take(scanner, &bytes))
			return;
	}
}

static void port_spoilt(void *arg, struct bytes bytes, const struct err *why)
{
	struct scanner *scanner = arg;

	moment_note(scanner);
	if (scanner->driver->spoil)
		scanner->driver->spoil(&scanner->collector, bytes);
	else
		scan_collector_cut(&scanner->collector);
	(void)answer_take(scanner); /* there is none: what was to be said before is void */
	evidence_drop(scanner);
	scanner->is_cut = true;
	if (scanner->collector.reports > 0)
		rest_wait(scanner);
	else
		asking_wait(scanner);
	(void)broken_tell(scanner, why->message);
}

static void port_lost(void *arg, const struct err *why)
{
	port_spoilt(arg, (struct bytes) { 0 }, why);
}

static void device_write(struct scanner *scanner, struct bytes bytes)
{
	scanner->is_writing = true;
	loop_timer_set(scanner->feedback_timer, SCANNER_FEEDBACK_MS);
	scanner->port->transport->write(scanner->port, bytes);
}

static void answer_write(struct scanner *scanner)
{
	struct answer first = scanner->answers[0];

	scanner->is_answering = true;
	scanner->answer_count--;
	memmove(&scanner->answers[0], &scanner->answers[1], scanner->answer_count * sizeof(first));
	device_write(scanner, bytes_of(first.data, first.len));
}

static void feedback_write(struct scanner *scanner)
{
	AUTO_BUF bytes = scanner->waiting;

	scanner->waiting = (struct buf) { 0 };
	device_write(scanner, buf_bytes(&bytes));
}

/* The next that waits. */
static void write_next(struct scanner *scanner)
{
	if (scanner->is_writing)
		return;
	if (scanner->answer_count > 0)
		answer_write(scanner);
	else if (scanner->waiting.len > 0)
		feedback_write(scanner);
}

static void answer_lost(struct scanner *scanner)
{
	if (scanner->driver->answer_lost)
		scanner->driver->answer_lost(&scanner->collector);
	asking_wait(scanner);
}

/* Said late, they would be taken for the answer to something else. The driver that dropped them
 * knows: how the one being written ends says nothing of what is answered next. */
static void answers_drop(struct scanner *scanner)
{
	scanner->collector.is_answer_void = false;
	scanner->answer_count = 0;
	if (scanner->is_answering)
		scanner->port->transport->write_cancel(scanner->port);
	scanner->is_answering = false;
}

/* False when the device does not take what it asks for. */
static bool answer_take(struct scanner *scanner)
{
	if (scanner->collector.is_answer_void)
		answers_drop(scanner);
	struct buf *answer = &scanner->collector.answer;
	struct answer *last = &scanner->answers[scanner->answer_count];
	bool has_room =
		scanner->answer_count < SCANNER_ANSWERS_MAX && answer->len <= SCAN_ANSWER_MAX;

	if (answer->len > 0 && has_room) {
		memcpy(last->data, answer->data, answer->len);
		last->len = answer->len;
		scanner->answer_count++;
		write_next(scanner);
	}
	bool is_taken = answer->len == 0 || has_room;

	buf_reset(answer);
	answers_note(scanner);
	if (!is_taken)
		answer_lost(scanner);
	return is_taken;
}

static void write_end(struct scanner *scanner)
{
	scanner->is_writing = false;
	scanner->is_answering = false;
	loop_timer_set(scanner->feedback_timer, -1);
	write_next(scanner);
	answers_note(scanner);
}

static void feedback_timeout(void *arg)
{
	struct scanner *scanner = arg;

	scanner->port->transport->write_cancel(scanner->port);
}

/* Late, or the device would not have it: a sound that comes too late says the wrong thing. */
static void port_cut(void *arg, const struct err *why)
{
	struct scanner *scanner = arg;
	bool was_answering = scanner->is_answering;

	(void)why;
	write_end(scanner);
	if (was_answering)
		answer_lost(scanner);
}

static void port_written(void *arg, size_t len)
{
	(void)arg; /* feedback is a few bytes with a deadline of its own */
	(void)len;
}

static void port_written_all(void *arg)
{
	write_end(arg);
}

static const struct transport_events port_events = {
	.here = port_here,
	.gone = port_gone,
	.written = port_written,
	.written_all = port_written_all,
	.cut = port_cut,
	.received = port_received,
	.lost = port_lost,
	.spoilt = port_spoilt,
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
		.talks = setup->driver,
		.settings = &setup->settings,
		.descriptors = setup->descriptors,
	};

	scanner->port = setup->transport->open(&port, err);
	if (!scanner->port) {
		free(scanner);
		return NULL;
	}
	scanner->loop = setup->loop;
	scanner->driver = setup->driver;
	scanner->collector.settings = setup->settings;
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
	if (scanner->freed)
		*scanner->freed = true;
	scanner->port->transport->close(scanner->port);
	loop_remove(scanner->rest_timer);
	loop_remove(scanner->broken_timer);
	loop_remove(scanner->feedback_timer);
	scan_collector_done(&scanner->collector);
	buf_done(&scanner->reports);
	buf_done(&scanner->waiting);
	free(scanner);
}

/* A good sound must not stand for a scan that was refused or is not stored, nor silence. */
static void feedback_put(struct scanner *scanner, struct bytes sound, bool is_bad)
{
	bool says_bad = is_bad && sound.len > 0;

	if (scanner->waiting.len > 0 && scanner->is_waiting_bad && !says_bad)
		return;
	buf_reset(&scanner->waiting);
	buf_add(&scanner->waiting, sound);
	scanner->is_waiting_bad = is_bad;
}

bool scanner_feedback(struct scanner *scanner, enum scan_verdict verdict, struct err *err)
{
	if (!scanner->is_here)
		return err_set(err, ERR_DEVICE_OFFLINE, "the scanner is not connected");
	AUTO_BUF sound = { 0 };

	(void)scanner->driver->feedback(&scanner->collector, verdict, &sound);
	feedback_put(scanner, buf_bytes(&sound), scan_verdict_sound(verdict) == SCAN_SOUND_BAD);
	(void)answer_take(scanner); /* a device that takes nothing hears nothing */
	write_next(scanner);
	asking_wait(scanner);
	return true;
}

void scanner_set_paused(struct scanner *scanner, bool paused)
{
	if (scanner->is_paused == paused)
		return;
	scanner->is_paused = paused;
	scan_drop(scanner);
	scan_collector_cut(&scanner->collector);
	scanner->is_cut = true;
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
