/* One printer: rounds of questions, and the life of one label. */
#include "daemon/bench/printer.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"

enum job_phase {
	JOB_NONE,
	JOB_CHECK, /* waits for a round that began after it came */
	JOB_SEND,  /* its bytes are being written */
	JOB_WATCH, /* its bytes were taken; rounds until the counter tells */
};

struct job {
	enum job_phase phase;
	int64_t number;
	struct buf bytes;
	size_t taken;
	bool was_abandoned;        /* a partial format was cancelled once before it */
	unsigned long round;       /* the first round that counts */
	struct ledger_proof proof; /* that an earlier try put nothing out */
	struct printer_status before;
};

struct asker {
	printer_truth_fn fn;
	void *arg;
	uint64_t tag;
	unsigned long round;
};

struct printer {
	struct loop *loop;
	char *name;
	const struct printer_driver *driver;
	const struct printer_events *events;
	void *arg;
	struct transport_port *port;
	bool is_here;
	bool is_dirty; /* a write was cut: the printer may hold half a command */
	bool is_fresh; /* opened, or answering again after silence: the power-up bytes are due */
	struct printer_truth truth;
	/* the round under way */
	bool is_asking;
	bool is_cut;         /* begin again after this question */
	bool is_writing;     /* anything: a port takes one write at a time */
	unsigned long round; /* number of the last one begun */
	enum printer_query query;
	bool in_preface;
	bool has_answer;              /* to this question */
	struct printer_status status; /* of this round so far */
	struct printer_status told;   /* of the last round that came to its end */
	struct buf reply;
	struct asker askers[PRINTER_ASKERS_MAX];
	size_t asker_count;
	struct job job;
	struct loop_handle *answer_timer;
	struct loop_handle *round_timer; /* the next round: poll or watch */
	struct loop_handle *job_timer;   /* progress, then settle */
	struct loop_handle *send_timer;  /* all bytes */
	bool *freed; /* set while an event is told: says whether the printer is gone */
};

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

/* --- telling: false when the printer was freed inside the event
 * -------------------------------------- */

static bool tell_here(struct printer *printer, bool here)
{
	bool freed = false;

	printer->freed = &freed;
	printer->events->here(printer->arg, here);
	if (!freed)
		printer->freed = NULL;
	return !freed;
}

static bool tell_changed(struct printer *printer)
{
	struct printer_truth truth = printer->truth;
	bool freed = false;

	printer->freed = &freed;
	printer->events->changed(printer->arg, &truth);
	if (!freed)
		printer->freed = NULL;
	return !freed;
}

static bool tell_result(struct printer *printer, const struct printer_result *result)
{
	bool freed = false;

	printer->freed = &freed;
	printer->events->result(printer->arg, result);
	if (!freed)
		printer->freed = NULL;
	return !freed;
}

/* --- results
 * ------------------------------------------------------------------------------------------ */

static void evidence_add(struct buf *out, const struct printer_status *status)
{
	if (status->has_counter)
		buf_addf(out, "counter %llu, ", (unsigned long long)status->counter);
	else
		buf_add_str(out, "no counter, ");
	if (status->answered[PRINTER_QUERY_HOST])
		buf_addf(out, "formats waiting %u, labels remaining %llu, partial %d, ",
			status->formats_waiting, (unsigned long long)status->labels_remaining,
			status->partial_format);
	if (status->answered[PRINTER_QUERY_FAULTS])
		buf_addf(out, "errors %08x, warnings %08x, ", (unsigned)status->error_bits,
			(unsigned)status->warning_bits);
	printer_state_words(printer_status_state(status), out);
}

static void evidence_text(const struct printer *printer, struct buf *out)
{
	if (printer->job.phase != JOB_CHECK) {
		buf_add_str(out, "before: ");
		evidence_add(out, &printer->job.before);
		buf_addf(out, "; taken %zu of %zu bytes; now: ", printer->job.taken,
			printer->job.bytes.len);
	}
	evidence_add(out, &printer->told);
}

static void job_clear(struct printer *printer)
{
	buf_done(&printer->job.bytes);
	printer->job = (struct job) { 0 };
	loop_timer_set(printer->job_timer, -1);
	loop_timer_set(printer->send_timer, -1);
	loop_timer_set(printer->round_timer, PRINTER_POLL_MS);
}

/* Ends the label. why is NULL for PRINTED. False when the printer was freed. */
static bool job_end(struct printer *printer, enum printer_result_state state, const struct err *why)
{
	AUTO_BUF evidence = { 0 };
	struct printer_result result = {
		.job = printer->job.number,
		.state = state,
		.has_counter = printer->told.has_counter,
		.counter = printer->told.counter,
		.has_before = printer->job.before.has_counter,
		.before = printer->job.before.counter,
	};

	evidence_text(printer, &evidence);
	result.evidence = buf_str(&evidence);
	if (why)
		result.why = *why;
	job_clear(printer);
	return tell_result(printer, &result);
}

static bool job_lose(struct printer *printer, enum err_code code, const char *why)
{
	struct err err = { 0 };

	(void)err_set(&err, code, "printer '%s' %s", printer->name, why);
	(void)err_hint(&err, "look whether the label came out");
	return job_end(printer, PRINTER_UNKNOWN, &err);
}

/* Nothing of it was sent now; of one that was sent before, that says nothing. */
static bool job_fail(struct printer *printer, enum err_code code, const char *why)
{
	struct err err = { 0 };

	if (printer->job.proof.is_needed) {
		/* a later proof is measured from the first try still */
		printer->job.before.has_counter = printer->job.proof.has_counter;
		printer->job.before.counter = printer->job.proof.counter;
		return job_lose(printer, code, why);
	}
	(void)err_set(&err, code, "printer '%s' %s", printer->name, why);
	(void)err_hint(&err, "nothing was sent; put the printer right and print again");
	return job_end(printer, PRINTER_FAILED, &err);
}

/* --- sending
 * ------------------------------------------------------------------------------------------ */

static void write_begin(struct printer *printer, struct bytes bytes)
{
	printer->is_writing = true;
	printer->port->transport->write(printer->port, bytes);
}

static void write_cut(struct printer *printer)
{
	if (!printer->is_writing)
		return;
	printer->is_writing = false;
	printer->is_dirty = true;
	printer->port->transport->write_cancel(printer->port);
}

static void job_send(struct printer *printer)
{
	printer->job.phase = JOB_SEND;
	printer->job.proof.is_needed = false;
	printer->job.before = printer->told;
	loop_timer_set(printer->round_timer, -1);
	loop_timer_set(printer->job_timer, PRINTER_PROGRESS_MS);
	loop_timer_set(printer->send_timer, PRINTER_SEND_MS);
	write_begin(printer, buf_bytes(&printer->job.bytes));
}

/* The bytes cannot all be taken. Without a single byte inside, the label cannot come out. */
static bool job_send_failed(struct printer *printer, enum err_code code, const char *why)
{
	write_cut(printer);
	if (printer->job.taken == 0)
		return job_fail(printer, code, why);
	return job_lose(printer, code, why);
}

static void job_sent(struct printer *printer)
{
	AUTO_BUF evidence = { 0 };

	printer->job.phase = JOB_WATCH;
	printer->job.taken = printer->job.bytes.len;
	printer->job.round = printer->round + 1;
	loop_timer_set(printer->job_timer, PRINTER_SETTLE_MS);
	loop_timer_set(printer->send_timer, -1);
	loop_timer_set(printer->round_timer, PRINTER_WATCH_MS);
	evidence_text(printer, &evidence);
	struct printer_result result = {
		.job = printer->job.number,
		.state = PRINTER_SENT,
		.has_counter = printer->job.before.has_counter,
		.counter = printer->job.before.counter,
		.has_before = printer->job.before.has_counter,
		.before = printer->job.before.counter,
		.evidence = buf_str(&evidence),
	};

	(void)tell_result(printer, &result);
}

static void job_timeout(void *arg)
{
	struct printer *printer = arg;

	if (printer->job.phase == JOB_SEND)
		(void)job_send_failed(printer, ERR_TIMEOUT, "takes no more bytes");
	else if (printer->job.phase == JOB_WATCH)
		(void)job_lose(printer, ERR_TIMEOUT, "did not say in time that the label is out");
}

static void send_timeout(void *arg)
{
	struct printer *printer = arg;

	if (printer->job.phase == JOB_SEND)
		(void)job_send_failed(printer, ERR_TIMEOUT, "takes the label too slowly");
}

/* --- judging a round for the label
 * -------------------------------------------------------------------- */

/* Whether an earlier try of this label is known to have put nothing out. */
static bool job_is_proved(const struct printer *printer)
{
	const struct ledger_proof *proof = &printer->job.proof;
	const struct printer_status *now = &printer->told;

	return !proof->is_needed ||
	       (proof->has_counter && now->has_counter && now->counter == proof->counter &&
		       printer_status_is_idle(now));
}

/* False when the printer was freed. */
static bool job_check(struct printer *printer)
{
	const struct printer_status *status = &printer->told;

	if (!printer->is_here)
		return job_fail(printer, ERR_DEVICE_OFFLINE, "is not connected");
	if (printer_state_is_stopped(printer->truth.state)) {
		AUTO_BUF why = { 0 };

		buf_add_str(&why, "cannot print: ");
		printer_state_words(printer->truth.state, &why);
		return job_fail(printer, ERR_DEVICE_OFFLINE, buf_str(&why));
	}
	if (status->partial_format && printer->driver->abandon && !printer->job.was_abandoned) {
		printer->job.was_abandoned = true;
		printer->is_dirty = true;
		printer->job.round = printer->round + 1;
		return true;
	}
	if (status->answered[PRINTER_QUERY_HOST] && !printer_status_is_idle(status))
		return job_fail(printer, ERR_BUSY, "still holds another label");
	if (!job_is_proved(printer))
		return job_fail(printer, ERR_CONFLICT, "may have printed this label before");
	job_send(printer);
	return true;
}

/* False when the printer was freed. */
static bool job_watch(struct printer *printer)
{
	const struct printer_status *now = &printer->told;
	const struct printer_status *before = &printer->job.before;

	if (before->has_counter && now->has_counter) {
		uint64_t moved = now->counter - before->counter;

		if (now->counter < before->counter || moved > 1)
			return job_lose(printer, ERR_CHECK_FAILED,
				"counted other labels than the one that was sent");
		if (moved == 1 && printer_status_is_idle(now))
			return job_end(printer, PRINTER_PRINTED, NULL);
	}
	if (printer_state_is_stopped(printer->truth.state))
		return job_lose(printer, ERR_DEVICE_OFFLINE, "stopped with the label inside");
	if (printer_status_is_idle(now) &&
		(!before->has_counter ||
			(now->answered[PRINTER_QUERY_COUNTER] && !now->has_counter)))
		return job_lose(printer, ERR_CHECK_FAILED, "has no counter to prove the label");
	loop_timer_set(printer->round_timer, PRINTER_WATCH_MS);
	return true;
}

static bool job_judge(struct printer *printer)
{
	if (printer->job.round > printer->round)
		return true;
	if (printer->job.phase == JOB_CHECK)
		return job_check(printer);
	if (printer->job.phase == JOB_WATCH)
		return job_watch(printer);
	return true;
}

/* --- rounds of questions
 * ------------------------------------------------------------------------------ */

static void question_write(struct printer *printer)
{
	buf_reset(&printer->reply);
	printer->has_answer = false;
	loop_timer_set(printer->answer_timer, PRINTER_ANSWER_MS);
	write_begin(printer, bytes_of_str(printer->driver->query[printer->query]));
}

static bool truth_update(struct printer *printer)
{
	const struct printer_status *status = &printer->status;
	unsigned before = printer->truth.state;

	printer->told = *status;
	printer->truth = (struct printer_truth) {
		.state = printer_status_state(status),
		.has_counter = status->has_counter,
		.counter = status->counter,
		.answered = status->answered[PRINTER_QUERY_HOST] ||
			    status->answered[PRINTER_QUERY_FAULTS],
	};
	if (!printer->truth.answered)
		printer->is_fresh = true;
	return printer->truth.state == before || tell_changed(printer);
}

/* Answers those who asked before this round began. False when the printer was freed. */
static bool askers_answer(struct printer *printer)
{
	bool freed = false;
	struct printer_truth truth = printer->truth;

	for (size_t i = 0; i < printer->asker_count;) {
		struct asker asker = printer->askers[i];

		if (asker.round > printer->round) {
			i++;
			continue;
		}
		printer->asker_count--;
		memmove(&printer->askers[i], &printer->askers[i + 1],
			(printer->asker_count - i) * sizeof(asker));
		printer->freed = &freed;
		asker.fn(asker.arg, asker.tag, &truth);
		if (freed)
			return false;
		printer->freed = NULL;
	}
	return true;
}

static bool round_is_wanted(const struct printer *printer)
{
	return printer->asker_count > 0 || printer->job.phase == JOB_CHECK;
}

static void round_end(struct printer *printer)
{
	printer->is_asking = false;
	loop_timer_set(printer->answer_timer, -1);
	if (printer->is_here)
		printer->port->transport->set_reading(printer->port, false);
	if (printer->job.phase == JOB_NONE)
		loop_timer_set(printer->round_timer, PRINTER_POLL_MS);
	if (!truth_update(printer) || !askers_answer(printer) || !job_judge(printer))
		return;
	if (round_is_wanted(printer))
		loop_timer_set(printer->round_timer, 0);
}

/* The next question that the language has, or the end of the round. */
static void question_next(struct printer *printer)
{
	const struct printer_status *status = &printer->status;

	if (printer->is_cut) {
		printer->is_asking = false;
		loop_timer_set(printer->round_timer, 0);
		return;
	}
	while (printer->query < PRINTER_QUERIES && !printer->driver->query[printer->query])
		printer->query++;
	bool silent = printer->query == PRINTER_QUERY_COUNTER &&
		      !status->answered[PRINTER_QUERY_HOST] &&
		      !status->answered[PRINTER_QUERY_FAULTS];

	if (printer->query >= PRINTER_QUERIES || silent)
		round_end(printer);
	else
		question_write(printer);
}

/* A silent printer is not fed more than questions, until it answers or a label is to go out. */
static bool preface_is_due(const struct printer *printer)
{
	return printer->truth.state == 0 || printer->truth.answered ||
	       printer->job.phase == JOB_CHECK;
}

static void preface_write(struct printer *printer)
{
	AUTO_BUF preface = { 0 };
	bool is_due = preface_is_due(printer);

	if (is_due && printer->is_dirty && printer->driver->abandon)
		buf_add_str(&preface, printer->driver->abandon);
	if (is_due && printer->is_fresh && printer->driver->power_up)
		buf_add_str(&preface, printer->driver->power_up);
	printer->in_preface = preface.len > 0;
	if (!printer->in_preface) {
		question_next(printer);
		return;
	}
	loop_timer_set(printer->answer_timer, PRINTER_ANSWER_MS);
	write_begin(printer, buf_bytes(&preface));
}

static void round_begin(struct printer *printer)
{
	printer->is_asking = true;
	printer->is_cut = false;
	printer->round++;
	printer->query = PRINTER_QUERY_HOST;
	printer->status = (struct printer_status) { 0 };
	loop_timer_set(printer->round_timer, -1);
	if (!printer->is_here) {
		round_end(printer);
		return;
	}
	printer->port->transport->set_reading(printer->port, true);
	preface_write(printer);
}

static void question_end(struct printer *printer)
{
	loop_timer_set(printer->answer_timer, -1);
	printer->query++;
	question_next(printer);
}

static void answer_timeout(void *arg)
{
	struct printer *printer = arg;

	write_cut(printer);
	if (printer->in_preface) {
		printer->in_preface = false;
		printer->query = PRINTER_QUERIES; /* takes nothing, so asking is useless */
	}
	question_end(printer);
}

static void round_due(void *arg)
{
	struct printer *printer = arg;

	if (!printer->is_asking && printer->job.phase != JOB_SEND)
		round_begin(printer);
}

/* The number of the round that will count for what is asked now; starts it when nothing is under
 * way. */
static unsigned long round_want(struct printer *printer)
{
	unsigned long wanted = printer->round + 1;

	if (!printer->is_asking && printer->job.phase != JOB_SEND)
		loop_timer_set(printer->round_timer, 0);
	return wanted;
}

/* --- events of the port
 * ------------------------------------------------------------------------------- */

static void port_here(void *arg)
{
	struct printer *printer = arg;

	printer->is_here = true;
	printer->is_fresh = true;
	loop_timer_set(printer->round_timer, 0);
	(void)tell_here(printer, true);
}

static void port_gone(void *arg, const struct err *err)
{
	struct printer *printer = arg;

	(void)err; /* the devices' edge logs it by device_here */
	printer->is_here = false;
	printer->is_dirty |= printer->is_writing;
	printer->is_writing = false;
	if (!tell_here(printer, false))
		return;
	if (printer->job.phase == JOB_SEND &&
		!job_send_failed(printer, ERR_DEVICE_OFFLINE, "was disconnected"))
		return;
	if (printer->is_asking) {
		printer->is_cut = false;
		printer->in_preface = false;
		printer->status = (struct printer_status) { 0 };
		round_end(printer);
	} else {
		loop_timer_set(printer->round_timer, 0);
	}
}

static void port_written(void *arg, size_t len)
{
	struct printer *printer = arg;

	if (printer->job.phase != JOB_SEND)
		return;
	printer->job.taken += len;
	loop_timer_set(printer->job_timer, PRINTER_PROGRESS_MS);
}

static void port_written_all(void *arg)
{
	struct printer *printer = arg;

	printer->is_writing = false;
	if (printer->job.phase == JOB_SEND) {
		job_sent(printer);
		return;
	}
	if (printer->in_preface) {
		printer->in_preface = false;
		printer->is_dirty = false;
		printer->is_fresh = false;
		question_next(printer);
	} else if (printer->has_answer) {
		question_end(printer);
	}
}

static void port_received(void *arg, struct bytes bytes)
{
	struct printer *printer = arg;

	if (!printer->is_asking || printer->in_preface || printer->has_answer)
		return;
	size_t room = PRINTER_REPLY_MAX + 1 - printer->reply.len;

	buf_add(&printer->reply, bytes_of(bytes.data, bytes.len < room ? bytes.len : room));
	enum printer_reading reading =
		printer->driver->read(printer->query, buf_bytes(&printer->reply), &printer->status);

	printer->has_answer = reading != PRINTER_READING_MORE;
	if (printer->has_answer && !printer->is_writing)
		question_end(printer);
}

static const struct transport_events port_events = {
	.here = port_here,
	.gone = port_gone,
	.written = port_written,
	.written_all = port_written_all,
	.received = port_received,
};

/* --- outside
 * ------------------------------------------------------------------------------------------ */

struct printer *printer_new(const struct printer_setup *setup, struct err *err)
{
	struct printer *printer = xcalloc(1, sizeof(*printer));
	struct transport_setup port = {
		.loop = setup->loop,
		.identity = setup->identity,
		.events = &port_events,
		.arg = printer,
	};

	printer->port = setup->transport->open(&port, err);
	if (!printer->port) {
		free(printer);
		return NULL;
	}
	printer->loop = setup->loop;
	printer->name = xstrdup(setup->name);
	printer->driver = setup->driver;
	printer->events = setup->events;
	printer->arg = setup->arg;
	printer->answer_timer = loop_add_timer(setup->loop, -1, 0, answer_timeout, printer);
	printer->round_timer = loop_add_timer(setup->loop, PRINTER_POLL_MS, 0, round_due, printer);
	printer->job_timer = loop_add_timer(setup->loop, -1, 0, job_timeout, printer);
	printer->send_timer = loop_add_timer(setup->loop, -1, 0, send_timeout, printer);
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
	printer->job.phase = JOB_CHECK;
	printer->job.number = job;
	printer->job.proof = *proof;
	buf_add(&printer->job.bytes, bytes);
	printer->job.round = round_want(printer);
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

bool printer_ask(
	struct printer *printer, printer_truth_fn fn, void *arg, uint64_t tag, struct err *err)
{
	if (printer->asker_count == PRINTER_ASKERS_MAX)
		return err_set(
			err, ERR_BUSY, "printer '%s' is being asked too often", printer->name);
	printer->askers[printer->asker_count++] = (struct asker) {
		.fn = fn,
		.arg = arg,
		.tag = tag,
		.round = round_want(printer),
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
