/* What a round of questions proves of the label inside, by the proof of the printer's language. */
#include "daemon/bench/printer_inside.h"

static enum job_verdict loss_set(struct job_loss *out, enum err_code code, const char *why)
{
	*out = (struct job_loss) { .code = code, .why = why };
	return JOB_LOST;
}

static enum job_verdict counter_judge(const struct printer *printer, struct job_loss *out)
{
	const struct printer_status *now = &printer->told;
	const struct printer_status *before = &printer->job.before;

	if (before->has_counter && now->has_counter) {
		uint64_t moved = now->counter - before->counter;

		if (now->counter < before->counter || moved > 1)
			return loss_set(out, ERR_CHECK_FAILED,
				"counted other labels than the one that was sent");
		/* it may have been the one that was inside before; out of labels: it was the last
		 * one */
		if (moved == 1 && printer_status_is_idle(now))
			return printer_status_is_idle(before)
				       ? JOB_PROVED
				       : loss_set(out, ERR_CHECK_FAILED,
						 "may have held another label before");
	}
	if (printer_state_is_stopped(printer->truth.state))
		return loss_set(out, ERR_DEVICE_OFFLINE, "stopped with the label inside");
	if (printer_status_is_idle(now) &&
		(!before->has_counter ||
			(now->answered[PRINTER_QUERY_COUNTER] && !now->has_counter)))
		return loss_set(out, ERR_CHECK_FAILED, "has no counter to prove the label");
	return JOB_OPEN;
}

/*
 * An unanswered question may hide a power cycle, or the end of one label and the beginning of
 * another; so does a printer that was not known to hold nothing before. Idle must be said in two
 * rounds running: in some languages it is one byte, and one wrong byte must not prove a label.
 */
static enum job_verdict busy_judge(struct printer *printer, struct job_loss *out)
{
	struct job *job = &printer->job;
	const struct printer_status *now = &printer->told;
	bool is_late = loop_now_ms(printer->loop) - job->sent_ms >= PRINTER_BEGIN_MS;

	if (printer_state_is_stopped(printer->truth.state))
		return loss_set(out, ERR_DEVICE_OFFLINE, "stopped with the label inside");
	job->was_silent |= !(printer->truth.state & PRINTER_OK);
	job->was_busy |= now->answered[PRINTER_QUERY_HOST] && now->is_busy;
	bool was_idle = job->was_idle;

	job->was_idle = printer_status_is_idle(now);
	if (!job->was_idle)
		return JOB_OPEN;
	if (job->was_silent)
		return loss_set(out, ERR_CHECK_FAILED, "fell silent with the label inside");
	if (!printer_status_is_idle(&job->before))
		return loss_set(out, ERR_CHECK_FAILED, "may have held another label before");
	if (job->was_busy)
		return was_idle ? JOB_PROVED : JOB_OPEN;
	if (is_late)
		return loss_set(out, ERR_CHECK_FAILED, "was never seen printing the label");
	return JOB_OPEN; /* it may not have begun */
}

/*
 * Cooling is the one thing that stops a printer for a while: it goes on by itself, and says so.
 * What it reported stays open until an answer: on USB an error of the label may come after its
 * report (printers/lang/brother/status.h). An unanswered question leaves it open too; it is asked
 * again.
 */
static enum job_verdict report_judge(const struct printer *printer, struct job_loss *out)
{
	const struct job *job = &printer->job;
	const struct printer_status *heard = &job->heard;
	unsigned stops = heard->found & ~(unsigned)PRINTER_OVER_TEMPERATURE;

	if (printer_state_is_stopped(stops))
		return loss_set(out, ERR_DEVICE_OFFLINE, "stopped with the label inside");
	if (job->phase == JOB_SEND && heard->labels_reported > 0)
		return loss_set(
			out, ERR_CHECK_FAILED, "reported a label before it had all of this one");
	if (heard->labels_reported > 1)
		return loss_set(
			out, ERR_CHECK_FAILED, "reported other labels than the one that was sent");
	if (!job->is_asked)
		return JOB_OPEN;
	if (printer_state_is_stopped(printer->truth.state))
		return loss_set(out, ERR_DEVICE_OFFLINE, "stopped with the label inside");
	if (printer_state_is_stopped(heard->found) || !printer_status_is_idle(&printer->told))
		return JOB_OPEN;
	if (!printer_status_is_idle(&job->before))
		return loss_set(out, ERR_CHECK_FAILED, "may have held another label before");
	return JOB_PROVED;
}

static enum job_verdict none_judge(const struct printer *printer, struct job_loss *out)
{
	bool is_one_way = printer->driver->query[PRINTER_QUERY_HOST].len == 0;

	if (printer_state_is_stopped(printer->truth.state))
		return loss_set(out, ERR_DEVICE_OFFLINE, "stopped with the label inside");
	if (is_one_way || printer_status_is_idle(&printer->told))
		return loss_set(out, ERR_CHECK_FAILED, "cannot say whether a label came out");
	return JOB_OPEN;
}

enum job_verdict printer_proof_judge(struct printer *printer, struct job_loss *out)
{
	switch (printer->driver->proof) {
	case PRINTER_PROOF_NONE:
		return none_judge(printer, out);
	case PRINTER_PROOF_COUNTER:
		return counter_judge(printer, out);
	case PRINTER_PROOF_BUSY:
		return busy_judge(printer, out);
	case PRINTER_PROOF_REPORT:
		return report_judge(printer, out);
	}
	return JOB_OPEN;
}

const char *printer_proof_text(enum printer_proof proof)
{
	static const char *const texts[] = {
		[PRINTER_PROOF_NONE] = "",
		[PRINTER_PROOF_COUNTER] = "proved by the counter; ",
		[PRINTER_PROOF_BUSY] = "proved by busy, then idle; ",
		[PRINTER_PROOF_REPORT] = "proved by the printer's report; ",
	};

	return texts[proof];
}
