/*
 * The life of one label: may it go, its bytes, and what the rounds after it prove. It asks nothing
 * itself; a round that ended is brought to it by printer_round.c.
 */
#include "daemon/bench/printer_inside.h"

/* ---- results ---- */

static void evidence_add(
	const struct printer *printer, const struct printer_status *status, struct buf *out)
{
	if (status->has_counter)
		buf_addf(out, "counter %llu, ", (unsigned long long)status->counter);
	else
		buf_add_str(out, "no counter, ");
	if (status->answered[PRINTER_QUERY_HOST])
		buf_addf(out, "formats waiting %u, labels remaining %llu, partial %d, busy %d, ",
			status->formats_waiting, (unsigned long long)status->labels_remaining,
			status->partial_format, status->is_busy);
	if (status->answered[PRINTER_QUERY_FAULTS])
		buf_addf(out, "errors %08x, warnings %08x, ", (unsigned)status->error_bits,
			(unsigned)status->warning_bits);
	printer_state_words(printer_status_state(printer->driver, status), out);
}

static void heard_add(const struct printer_status *heard, struct buf *out)
{
	buf_addf(out, "; heard: labels %u, busy %d, errors %08x", heard->labels_reported,
		heard->is_busy, (unsigned)heard->error_bits);
	if (heard->found) {
		buf_add_str(out, ", ");
		printer_state_words(heard->found, out);
	}
}

static void evidence_text(const struct printer *printer, struct buf *out)
{
	if (printer->job.phase != JOB_CHECK) {
		buf_add_str(out, "before: ");
		evidence_add(printer, &printer->job.before, out);
		buf_addf(out, "; taken %zu of %zu bytes; now: ", printer->job.taken,
			printer->job.bytes.len);
	}
	evidence_add(printer, &printer->told, out);
	if (printer->driver->heard && printer->job.phase != JOB_CHECK)
		heard_add(&printer->job.heard, out);
}

static void job_clear(struct printer *printer)
{
	buf_done(&printer->job.bytes);
	buf_done(&printer->job.heard_rest);
	printer->job = (struct job) { 0 };
	printer_read_on(printer);
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
		.plug = printer->truth.plug,
		.has_before = printer->job.before.has_counter && !printer->job.has_left,
		.before = printer->job.before.counter,
	};

	if (state == PRINTER_PRINTED)
		buf_add_str(&evidence, printer_proof_text(printer->driver->proof));
	evidence_text(printer, &evidence);
	result.evidence = buf_str(&evidence);
	if (why)
		result.why = *why;
	job_clear(printer);
	return printer_tell_result(printer, &result);
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
	if (printer->truth.state & PRINTER_WRONG_STOCK && printer->width_um > 0)
		(void)err_hint(&err,
			"nothing was sent; load labels of %u.%u x %u.%u mm and print again",
			printer->width_um / 1000, printer->width_um % 1000 / 100,
			printer->height_um / 1000, printer->height_um % 1000 / 100);
	else
		(void)err_hint(&err, "nothing was sent; put the printer right and print again");
	return job_end(printer, PRINTER_FAILED, &err);
}

/* ---- sending ---- */

void printer_label_send(struct printer *printer)
{
	printer->job.phase = JOB_SEND;
	printer->has_told = false;
	printer->job.proof.is_needed = false;
	printer->job.before = printer->told;
	loop_timer_set(printer->round_timer, -1);
	loop_timer_set(printer->job_timer, PRINTER_PROGRESS_MS);
	loop_timer_set(printer->send_timer, PRINTER_SEND_MS);
	if (printer->driver->heard)
		printer_heard_begin(printer);
	printer_write(printer, buf_bytes(&printer->job.bytes));
}

/*
 * Whether what was told of the bytes that went is all that went. A transfer that breaks off, or
 * whose device leaves, may have carried any part of its bytes whatever the kernel counts: of busy
 * cables that were pulled it counted 0 in some (contrib/TESTING.md 6.2b).
 */
static bool is_counted(const struct printer *printer, enum err_code code)
{
	return printer->is_here && code != ERR_IO;
}

/* The bytes cannot all be taken. Without a single byte inside, the label cannot come out. */
bool printer_label_cut(struct printer *printer, enum err_code code, const char *why)
{
	if (printer->is_writing) {
		printer->job.phase = JOB_CUT;
		printer->job.cut_code = code;
		printer->job.cut_why = why;
		printer_write_cut(printer);
		return true;
	}
	if (printer->job.taken == 0 && is_counted(printer, code))
		return job_fail(printer, code, why);
	return job_lose(printer, code, why);
}

/* Calls back what is left of it; should its last byte be taken all the same, it is lost too. */
static bool job_cut_heard(struct printer *printer, enum err_code code, const char *why)
{
	printer->job.is_mistrusted = true;
	return printer_label_cut(printer, code, why);
}

bool printer_label_mistrust(struct printer *printer, const char *why)
{
	if (printer_label_is_out(printer))
		return job_cut_heard(printer, ERR_DEVICE_PROTOCOL, why);
	return job_lose(printer, ERR_DEVICE_PROTOCOL, why);
}

bool printer_label_gone(struct printer *printer)
{
	printer->job.proof.has_counter = false;
	printer->job.has_left = true;
	if (printer_label_is_out(printer))
		return printer_label_cut(printer, ERR_DEVICE_OFFLINE, "was disconnected");
	if (printer->job.phase == JOB_WATCH)
		return job_lose(
			printer, ERR_DEVICE_OFFLINE, "was disconnected with the label inside");
	return true;
}

/* Nothing it says later proves a label (printer_proof.c): each needs to know what it held before.
 */
static bool was_mute(const struct printer *printer)
{
	const struct printer_status *before = &printer->job.before;

	return !before->answered[PRINTER_QUERY_HOST] && !before->answered[PRINTER_QUERY_FAULTS];
}

void printer_label_sent(struct printer *printer)
{
	AUTO_BUF evidence = { 0 };

	printer->job.phase = JOB_WATCH;
	printer->job.taken = printer->job.bytes.len;
	printer->job.round = printer->round + 1;
	printer->job.sent_ms = loop_now_ms(printer->loop);
	loop_timer_set(printer->job_timer, was_mute(printer) ? PRINTER_MUTE_MS : PRINTER_SETTLE_MS);
	loop_timer_set(printer->send_timer, -1);
	if (printer_round_may_begin(printer))
		loop_timer_set(printer->round_timer, PRINTER_WATCH_MS);
	evidence_text(printer, &evidence);
	struct printer_result result = {
		.job = printer->job.number,
		.state = PRINTER_SENT,
		.has_counter = printer->job.before.has_counter,
		.counter = printer->job.before.counter,
		.has_before = printer->job.before.has_counter,
		.before = printer->job.before.counter,
		.plug = printer->truth.plug,
		.evidence = buf_str(&evidence),
	};

	if (printer_tell_result(printer, &result) && printer->job.is_mistrusted)
		(void)job_lose(printer, printer->job.cut_code, printer->job.cut_why);
}

void printer_label_timeout(void *arg)
{
	struct printer *printer = arg;

	if (deadline_put_off(printer->job_timer, &printer->job.is_put_off))
		return;
	if (printer->job.phase == JOB_SEND)
		(void)printer_label_cut(printer, ERR_TIMEOUT, "takes no more bytes");
	else if (printer->job.phase == JOB_WATCH)
		(void)job_lose(printer, ERR_TIMEOUT, "did not say in time that the label is out");
}

void printer_send_timeout(void *arg)
{
	struct printer *printer = arg;

	if (deadline_put_off(printer->send_timer, &printer->job.is_put_off))
		return;
	if (printer->job.phase == JOB_SEND)
		(void)printer_label_cut(printer, ERR_TIMEOUT, "takes the label too slowly");
}

/* ---- judging a round for the label ---- */

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
	if (status->partial_format && printer->driver->abandon.len > 0 &&
		!printer->job.was_abandoned) {
		printer->job.was_abandoned = true;
		printer->is_dirty = true;
		printer->job.round = printer->round + 1;
		return true;
	}
	if (status->answered[PRINTER_QUERY_HOST] && !printer_status_is_idle(status))
		return job_fail(printer, ERR_BUSY, "still holds another label");
	if (!job_is_proved(printer))
		return job_fail(printer, ERR_CONFLICT, "may have printed this label before");
	printer_label_send(printer);
	return true;
}

/* False when the printer was freed. */
static bool job_watch(struct printer *printer)
{
	struct job_loss loss;

	switch (printer_proof_judge(printer, &loss)) {
	case JOB_OPEN:
		break;
	case JOB_PROVED:
		return job_end(printer, PRINTER_PRINTED, NULL);
	case JOB_LOST:
		return job_lose(printer, loss.code, loss.why);
	}
	bool is_at_once =
		!printer->job.is_asked || (printer->job.was_busy && printer->job.was_idle);

	if (printer_round_may_begin(printer))
		loop_timer_set(printer->round_timer, is_at_once ? 0 : PRINTER_WATCH_MS);
	return true;
}

/* False when the printer was freed. */
static bool job_send_heard(struct printer *printer)
{
	struct job_loss loss;

	if (printer_proof_judge(printer, &loss) != JOB_LOST)
		return true;
	return job_cut_heard(printer, loss.code, loss.why);
}

bool printer_label_heard(struct printer *printer)
{
	printer->job.is_asked = false;
	if (printer->job.phase == JOB_SEND)
		return job_send_heard(printer);
	if (printer->job.phase == JOB_WATCH)
		return job_watch(printer);
	return true;
}

bool printer_label_judge(struct printer *printer)
{
	if (printer->job.round > printer->round)
		return true;
	if (printer->job.phase == JOB_CHECK)
		return job_check(printer);
	if (printer->job.phase != JOB_WATCH)
		return true;
	printer->job.is_asked = true;
	return job_watch(printer);
}
