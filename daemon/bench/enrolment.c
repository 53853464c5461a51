/* Ways to open it, one after the other; bytes until it is quiet; a match. */
#include "daemon/bench/enrolment.h"

#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/dechdr.h"
#include "scanners/hid_pos.h"
#include "scanners/opc.h"
#include "scanners/serial.h"
#include "scanners/snapi.h"
#include "scanners/ssi.h"
#include "scanners/wedge.h"

/* Protocols that are told apart by what comes alone: one claim does for all in a row. */
static const struct scanner_driver *const ways[][ENROL_DRIVERS_MAX] = {
	{ &scanner_driver_hid_pos },
	{ &scanner_driver_snapi, &scanner_driver_simple_com },
	{ &scanner_driver_dechdr, &scanner_driver_opc, &scanner_driver_ssi,
		&scanner_driver_serial },
	{ &scanner_driver_wedge },
};

struct way {
	const struct scanner_driver *drivers[ENROL_DRIVERS_MAX];
	size_t count;
};

struct enrolment {
	struct loop *loop;
	const struct transport *transport;
	struct usb *usb;
	const struct enrolment_events *events;
	void *arg;
	char *identity;
	char code[ENROL_CODE_MAX + 1];
	struct way ways[ARRAY_LEN(ways)];
	size_t way_count;
	size_t way; /* the one that is tried, or open */
	struct transport_port *port;
	struct buf description;
	struct enrol_heard heard;
	unsigned reads;
	struct loop_handle *quiet_timer;
	struct loop_handle *again_timer;
	struct loop_handle *end_timer;
};

/* ---- what it may be ---- */

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(words, word); at; at = strstr(at + 1, word)) {
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	}
	return false;
}

static void ways_fill(struct enrolment *enrolment, const char *protocols)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct way *way = &enrolment->ways[enrolment->way_count];

		for (size_t n = 0; n < ENROL_DRIVERS_MAX && ways[i][n]; n++) {
			if (has_word(protocols, ways[i][n]->name))
				way->drivers[way->count++] = ways[i][n];
		}
		enrolment->way_count += way->count > 0;
	}
}

/* ---- the port ---- */

static void port_open(struct enrolment *enrolment);

static void port_close(struct enrolment *enrolment)
{
	if (enrolment->port)
		enrolment->transport->close(enrolment->port);
	enrolment->port = NULL;
	enrol_heard_reset(&enrolment->heard);
	loop_timer_set(enrolment->quiet_timer, -1);
}

static void let_go(struct enrolment *enrolment)
{
	port_close(enrolment);
	loop_timer_set(enrolment->again_timer, -1);
}

static void end_due(void *arg)
{
	struct enrolment *enrolment = arg;

	log_info("the time to enrol scanner '%s' is over", enrolment->identity);
	let_go(enrolment);
}

static void again_due(void *arg)
{
	port_open(arg);
}

/* It is not what was tried, or not there: the next way, soon; after the last of them later. */
static void way_next(struct enrolment *enrolment)
{
	port_close(enrolment);
	enrolment->way = (enrolment->way + 1) % enrolment->way_count;
	loop_timer_set(enrolment->again_timer, enrolment->way == 0 ? ENROLMENT_AGAIN_MS : 0);
}

static void port_here(void *arg, struct bytes description)
{
	struct enrolment *enrolment = arg;

	log_info("scanner '%s' is listened to for its enrolment", enrolment->identity);
	buf_reset(&enrolment->description);
	buf_add(&enrolment->description, description);
	enrol_heard_reset(&enrolment->heard);
	enrolment->transport->set_reading(enrolment->port, true);
}

static void port_gone(void *arg, const struct err *err)
{
	struct enrolment *enrolment = arg;

	log_debug("enrolment of '%s': %s", enrolment->identity, err->message);
	way_next(enrolment);
}

static void port_received(void *arg, struct bytes bytes)
{
	struct enrolment *enrolment = arg;

	if (bytes.len == 0)
		return;
	enrol_hear(&enrolment->heard, bytes, loop_now_ms(enrolment->loop));
	/* one that never stops is judged by what fits */
	if (!enrolment->heard.is_too_much || !loop_timer_is_armed(enrolment->quiet_timer))
		loop_timer_set(enrolment->quiet_timer, ENROL_QUIET_MS);
}

static void port_lost(void *arg, const struct err *why)
{
	struct enrolment *enrolment = arg;

	(void)why; /* what is left of it is no evidence of anything */
	enrolment->heard.is_too_much = true;
	loop_timer_set(enrolment->quiet_timer, ENROL_QUIET_MS);
}

/* Nothing is ever written. */
static void port_written(void *arg, size_t len)
{
	(void)arg;
	(void)len;
}

static void port_written_all(void *arg)
{
	(void)arg;
}

static void port_cut(void *arg, const struct err *why)
{
	(void)arg;
	(void)why;
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

static void port_open(struct enrolment *enrolment)
{
	struct transport_setup setup = {
		.loop = enrolment->loop,
		.identity = enrolment->identity,
		.events = &port_events,
		.arg = enrolment,
		.usb = enrolment->usb,
		.talks = enrolment->ways[enrolment->way].drivers[0],
	};
	struct err err = { 0 };

	enrolment->port = enrolment->transport->open(&setup, &err);
	if (!enrolment->port) {
		log_err(&err);
		way_next(enrolment);
	}
}

/* ---- what it sent ---- */

static void quiet_due(void *arg)
{
	struct enrolment *enrolment = arg;
	const struct way *way = &enrolment->ways[enrolment->way];
	struct enrol_heard *heard = xmalloc(sizeof(*heard)); /* of its own: read may free us */
	struct enrol_found found;

	memcpy(heard, &enrolment->heard, sizeof(*heard));
	enrolment->heard = (struct enrol_heard) { 0 };
	if (enrolment->reads++ < ENROLMENT_READS_MAX) {
		enrol_match(heard, buf_bytes(&enrolment->description), way->drivers, way->count,
			enrolment->code, &found);
	} else {
		found = (struct enrol_found) { .reading = ENROL_OFTEN };
		let_go(enrolment);
	}
	enrolment->events->read(enrolment->arg, &found, heard);
	enrol_heard_done(heard);
	free(heard);
}

/* ---- its life ---- */

struct enrolment *enrolment_new(const struct enrolment_setup *setup, struct err *err)
{
	struct enrolment *enrolment = xcalloc(1, sizeof(*enrolment));

	ways_fill(enrolment, setup->protocols);
	if (!str_copy(enrolment->code, sizeof(enrolment->code), setup->code) ||
		enrolment->way_count == 0) {
		free(enrolment);
		(void)err_set(err, ERR_INVALID,
			"scanner '%s' cannot be enrolled: its code is too long, or it is no "
			"scanner that is known here",
			setup->identity);
		return NULL;
	}
	enrolment->loop = setup->loop;
	enrolment->transport = setup->transport;
	enrolment->usb = setup->usb;
	enrolment->events = setup->events;
	enrolment->arg = setup->arg;
	enrolment->identity = xstrdup(setup->identity);
	enrolment->quiet_timer = loop_add_timer(setup->loop, -1, 0, quiet_due, enrolment);
	enrolment->again_timer = loop_add_timer(setup->loop, 0, 0, again_due, enrolment);
	enrolment->end_timer = loop_add_timer(setup->loop, setup->left_ms, 0, end_due, enrolment);
	return enrolment;
}

void enrolment_free(struct enrolment *enrolment)
{
	if (!enrolment)
		return;
	port_close(enrolment);
	loop_remove(enrolment->quiet_timer);
	loop_remove(enrolment->again_timer);
	loop_remove(enrolment->end_timer);
	enrol_heard_done(&enrolment->heard);
	buf_done(&enrolment->description);
	free(enrolment->identity);
	free(enrolment);
}
