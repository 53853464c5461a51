/*
 * What a printer says by itself while a label is inside: cut anywhere, between noise, and no more
 * of it than PRINTER_HEARD_MAX. What it means for the label is judged like a round
 * (printer_proof.c).
 */
#include "daemon/bench/printer_inside.h"

bool printer_heard_is_due(const struct printer *printer)
{
	return printer->driver->heard && !printer->is_asking &&
	       (printer_label_is_out(printer) || printer->job.phase == JOB_WATCH);
}

void printer_heard_begin(struct printer *printer)
{
	printer->job.heard = (struct printer_status) { 0 };
	printer->job.heard_total = 0;
	buf_reset(&printer->job.heard_rest);
	printer_read_on(printer);
}

void printer_heard_received(struct printer *printer, struct bytes bytes)
{
	struct job *job = &printer->job;
	size_t room = PRINTER_HEARD_MAX - job->heard_total;
	bool is_flood = bytes.len > room;

	if (is_flood)
		bytes.len = room;
	job->heard_total += bytes.len;
	buf_add(&job->heard_rest, bytes);
	buf_drop(
		&job->heard_rest, printer->driver->heard(buf_bytes(&job->heard_rest), &job->heard));
	if (is_flood)
		(void)printer_label_mistrust(printer, "says more than there is to say of a label");
	else
		(void)printer_label_heard(printer);
}

void printer_heard_lost(struct printer *printer)
{
	(void)printer_label_mistrust(printer, "said something of the label that was lost");
}

bool printer_heard_is_over(const struct printer *printer)
{
	const struct job *job = &printer->job;

	return job->heard.labels_reported > 0 && !job->heard.is_busy && job->heard_rest.len == 0;
}
