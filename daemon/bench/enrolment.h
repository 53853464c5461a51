/*
 * One scanner being enrolled: it is claimed as what it may be by its descriptors, listened to, and
 * what it sends is matched with the text on the screen (scanners/enrol.h). Nothing is written to
 * it, and it is let go when this ends, when its time is over, or when it has sent too much.
 */
#ifndef SPECIMEND_BENCH_ENROLMENT_H
#define SPECIMEND_BENCH_ENROLMENT_H

#include "daemon/bench/transport.h"
#include "scanners/enrol.h"

/* None of the ways to open it did: it is tried again after so long. */
#define ENROLMENT_AGAIN_MS 2000
/* Told so often in one enrolment; more of it tells nobody anything: that is told, and it is let go.
 */
#define ENROLMENT_READS_MAX 100u
/* As long as it is open (clinic.enrol_minutes). The core ends it; one that is gone does not. */
#define ENROLMENT_MS 180000

struct enrolment;

/* Called from the loop only. The enrolment may be freed inside. Needed. */
struct enrolment_events {
	/* heard and what it refers to are borrowed for the call. */
	void (*read)(void *arg, const struct enrol_found *found, const struct enrol_heard *heard);
};

struct enrolment_setup {
	struct loop *loop;
	const char *identity;
	const char *code;      /* at most ENROL_CODE_MAX bytes */
	const char *protocols; /* what it may be: names of drivers with blanks between */
	int64_t left_ms;       /* then it is let go */
	const struct transport *transport;
	struct usb *usb;
	const struct enrolment_events *events;
	void *arg;
};

/* Texts are copied. Fails with ERR_INVALID when the code is too long, or no protocol is known. */
MUST_CHECK struct enrolment *enrolment_new(const struct enrolment_setup *setup, struct err *err);
void enrolment_free(struct enrolment *enrolment); /* accepts NULL */

#endif
