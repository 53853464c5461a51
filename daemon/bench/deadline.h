/*
 * Deadlines of a device. One that is found late was missed by us: this process did not run, and
 * what the device did meanwhile is still to be read. It is put off once.
 */
#ifndef SPECIMEND_BENCH_DEADLINE_H
#define SPECIMEND_BENCH_DEADLINE_H

#include "daemon/loop/loop.h"

#define DEADLINE_LATE_MS 10
/* Long enough for a real ~HQES (printer.h), short enough that a change is told in time on a machine
 * that is often late. */
#define DEADLINE_PUT_OFF_MS 100

/* Inside the timer's callback: whether the deadline was put off. *is_done: whether it was already;
 * set. */
static inline bool deadline_put_off(struct loop_handle *timer, bool *is_done)
{
	if (*is_done || loop_timer_late_ms(timer) <= DEADLINE_LATE_MS)
		return false;
	*is_done = true;
	loop_timer_set(timer, DEADLINE_PUT_OFF_MS);
	return true;
}

#endif
