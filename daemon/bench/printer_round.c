/*
 * Rounds of questions: HOST, FAULTS, COUNTER, one after the other, each with its own deadline. What
 * a round found becomes the printer's truth, answers those who asked, and is judged for the label
 * (printer_label.c).
 */
#include "daemon/base/str.h"
#include "daemon/bench/printer_inside.h"

/* ---- rounds of questions ---- */

static void question_write(struct printer *printer)
{
	buf_reset(&printer->reply);
	printer->has_answer = false;
	printer->is_put_off = false;
	loop_timer_set(printer->answer_timer, PRINTER_ANSWER_MS);
	printer_write(printer, printer->driver->query[printer->query]);
}

/* What is in it is not what it is set up for: nothing is sent that it would refuse, or print on the
 * wrong labels. */
static bool stock_is_wrong(const struct printer *printer)
{
	const struct printer_driver *driver = printer->driver;

	return driver->stock_is_right && printer->width_um > 0 &&
	       !driver->stock_is_right(&printer->status, printer->width_um, printer->height_um);
}

static bool truth_update(struct printer *printer)
{
	struct printer_status *status = &printer->status;
	unsigned before = printer->truth.state;

	if (stock_is_wrong(printer))
		status->found |= PRINTER_WRONG_STOCK;
	printer->told = *status;
	printer->has_told = true;
	printer->told_ms = loop_now_ms(printer->loop);
	printer->truth = (struct printer_truth) {
		.state = printer_status_state(printer->driver, status),
		.has_counter = status->has_counter,
		.counter = status->counter,
		.answered = status->answered[PRINTER_QUERY_HOST] ||
			    status->answered[PRINTER_QUERY_FAULTS],
		.may_hold = printer_status_may_hold(status),
	};
	if (printer->is_here)
		(void)str_copy(printer->truth.plug, sizeof(printer->truth.plug),
			printer->port->plug); /* is of that size */
	if (!printer->truth.answered)
		printer->is_fresh = true;
	return printer->truth.state == before || printer_tell_changed(printer);
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
	printer_read_on(printer);
	if (printer->job.phase == JOB_NONE)
		loop_timer_set(printer->round_timer, PRINTER_POLL_MS);
	if (!truth_update(printer) || !askers_answer(printer) || !printer_label_judge(printer))
		return;
	if (round_is_wanted(printer))
		loop_timer_set(printer->round_timer, 0);
}

bool printer_round_is_fresh(const struct printer *printer)
{
	return printer->has_told &&
	       loop_now_ms(printer->loop) - printer->told_ms <= PRINTER_FRESH_MS &&
	       printer->is_here && printer->job.phase == JOB_NONE && !printer->is_asking &&
	       !printer->is_writing && !printer->is_dirty &&
	       !(printer->is_fresh && printer->driver->power_up.len > 0) &&
	       printer->truth.state & PRINTER_OK && printer_status_is_idle(&printer->told);
}

/* HOST says that the label is still inside, and nothing that is wrong: the rest is asked when it is
 * out, or when it was not for long. */
static bool host_is_enough(const struct printer *printer)
{
	const struct printer_status *status = &printer->status;

	return printer->query == PRINTER_QUERY_FAULTS && printer->job.phase == JOB_WATCH &&
	       printer->driver->proof == PRINTER_PROOF_COUNTER && printer->has_told &&
	       loop_now_ms(printer->loop) - printer->told_ms < PRINTER_POLL_MS &&
	       printer->asker_count == 0 && status->answered[PRINTER_QUERY_HOST] &&
	       status->found == 0 && !printer_status_is_idle(status);
}

static void glance_end(struct printer *printer)
{
	printer->is_asking = false;
	printer_read_on(printer);
	loop_timer_set(printer->round_timer, PRINTER_WATCH_MS);
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
	if (host_is_enough(printer)) {
		glance_end(printer);
		return;
	}
	while (printer->query < PRINTER_QUERIES && printer->driver->query[printer->query].len == 0)
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
	if (printer->job.phase == JOB_WATCH && printer->driver->is_asked_at_rest_only)
		return false; /* it may clear the label */
	return printer->truth.state == 0 || printer->truth.answered ||
	       printer->job.phase == JOB_CHECK;
}

static void preface_write(struct printer *printer)
{
	AUTO_BUF preface = { 0 };
	bool is_due = preface_is_due(printer);

	if (is_due && printer->is_dirty)
		buf_add(&preface, printer->driver->abandon);
	if (is_due && printer->is_fresh)
		buf_add(&preface, printer->driver->power_up);
	printer->in_preface = preface.len > 0;
	if (!printer->in_preface) {
		question_next(printer);
		return;
	}
	printer->is_put_off = false;
	loop_timer_set(printer->answer_timer, PRINTER_ANSWER_MS);
	printer_write(printer, buf_bytes(&preface));
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
	printer_read_on(printer);
	preface_write(printer);
}

static void question_end(struct printer *printer)
{
	loop_timer_set(printer->answer_timer, -1);
	printer->query++;
	question_next(printer);
}

/* No answer to what was asked, or it could not even be asked. */
static void answer_miss(struct printer *printer)
{
	if (printer->in_preface) {
		printer->in_preface = false;
		printer->query = PRINTER_QUERIES; /* takes nothing, so asking is useless */
	}
	question_end(printer);
}

void printer_answer_timeout(void *arg)
{
	struct printer *printer = arg;

	if (deadline_put_off(printer->answer_timer, &printer->is_put_off))
		return;
	if (printer->is_writing)
		printer_write_cut(printer);
	else
		answer_miss(printer);
}

void printer_round_cut(struct printer *printer)
{
	if (printer->is_asking)
		answer_miss(printer);
}

void printer_round_due(void *arg)
{
	struct printer *printer = arg;

	if (!printer->is_asking && printer_round_may_begin(printer))
		round_begin(printer);
}

bool printer_round_may_begin(const struct printer *printer)
{
	if (printer_label_is_out(printer))
		return false;
	return printer->job.phase != JOB_WATCH || !printer->driver->is_asked_at_rest_only ||
	       printer_heard_is_over(printer);
}

/* The number of the round that will count for what is asked now; starts it when nothing is under
 * way. */
unsigned long printer_round_want(struct printer *printer)
{
	unsigned long wanted = printer->round + 1;

	if (!printer->is_asking && printer_round_may_begin(printer))
		loop_timer_set(printer->round_timer, 0);
	return wanted;
}

/* ---- what the port did ---- */

void printer_round_written(struct printer *printer)
{
	if (printer->in_preface) {
		printer->in_preface = false;
		printer->is_dirty = false;
		printer->is_fresh = false;
		question_next(printer);
	} else if (printer->has_answer) {
		question_end(printer);
	}
}

void printer_round_received(struct printer *printer, struct bytes bytes)
{
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

void printer_round_lost(struct printer *printer)
{
	if (!printer->is_asking || printer->in_preface || printer->has_answer)
		return;
	printer->has_answer = true; /* and there is nothing in it */
	if (!printer->is_writing)
		question_end(printer);
}

void printer_round_gone(struct printer *printer)
{
	if (!printer->is_asking) {
		loop_timer_set(printer->round_timer, 0);
		return;
	}
	printer->is_cut = false;
	printer->in_preface = false;
	printer->status = (struct printer_status) { 0 };
	round_end(printer);
}
