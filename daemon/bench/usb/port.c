/* What USB printers and scanners have in common: finding, writing, reading, faults. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/usb/inside.h"

/* ---- the write under way ---- */

static void write_end(struct usb_port *port)
{
	port->is_writing = false;
	port->is_cutting = false;
	port->refused = (struct err) { 0 };
	loop_remove(port->cut);
	port->cut = NULL;
	buf_reset(&port->writing);
}

static void cut_tell(void *arg)
{
	struct usb_port *port = arg;
	struct err why = port->refused;

	write_end(port);
	port->base.events->cut(port->base.arg, why.code == ERR_NONE ? NULL : &why);
}

static void write_more(struct usb_port *port)
{
	struct bytes all = buf_bytes(&port->writing);

	port->kind->piece(port, bytes_of(all.data + port->taken, all.len - port->taken));
}

static void write_refuse(struct usb_port *port, enum err_code code, const char *what)
{
	(void)err_set(&port->refused, code, "USB device '%s' %s", port->name, what);
}

void usb_port_write_refuse(struct usb_port *port, const char *what)
{
	write_refuse(port, ERR_DEVICE_PROTOCOL, what);
	port->cut = loop_defer(port->usb->loop, cut_tell, port);
}

/* A transfer of the write came back and there are bytes left. */
static void write_go_on(struct usb_port *port, const struct libusb_transfer *done)
{
	struct usb_session *session = port->session;

	switch (done->status) {
	case LIBUSB_TRANSFER_COMPLETED:
		if (port->is_cutting) {
			cut_tell(port);
		} else if (done->actual_length > 0) {
			write_more(port);
		} else {
			write_refuse(port, ERR_IO, "takes nothing");
			usb_look_soon(port->usb);
			cut_tell(port);
		}
		break;
	case LIBUSB_TRANSFER_CANCELLED:
	case LIBUSB_TRANSFER_TIMED_OUT:
		cut_tell(port);
		break;
	case LIBUSB_TRANSFER_STALL:
		write_refuse(port, ERR_DEVICE_PROTOCOL, "refused what was sent (stall)");
		if (done->type == LIBUSB_TRANSFER_TYPE_CONTROL) {
			cut_tell(port); /* the next request clears it (USB 2.0, 8.5.3.4) */
			break;
		}
		usb_port_count(port, TRANSPORT_STALL);
		usb_session_mend(session, done->endpoint);
		break;
	case LIBUSB_TRANSFER_NO_DEVICE:
		usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
		break;
	case LIBUSB_TRANSFER_ERROR:
	case LIBUSB_TRANSFER_OVERFLOW:
		usb_look_soon(port->usb); /* maybe it was unplugged */
		usb_port_count(port, TRANSPORT_BROKEN_OFF);
		if (!usb_session_fault(session, "transfers to it break off"))
			break;
		write_refuse(port, ERR_IO, "broke off what was sent");
		cut_tell(port);
		break;
	}
}

struct usb_port *usb_port_answered(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;

	if (!session->port || session->is_ending)
		return NULL;
	if (transfer->handle->status == LIBUSB_TRANSFER_NO_DEVICE) {
		usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
		return NULL;
	}
	return session->port;
}

void usb_port_out_done(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;
	struct usb_port *port = session->port;
	size_t len = (size_t)transfer->handle->actual_length;

	if (!port || !port->is_writing)
		return;
	port->taken += len;
	if (port->taken >= port->writing.len) {
		write_end(port);
		port->base.events->written_all(port->base.arg);
		return;
	}
	if (len > 0)
		port->base.events->written(port->base.arg, len);
	/* closed in there, or about to be told gone */
	if (!session->port || session->is_ending)
		return;
	write_go_on(port, transfer->handle);
}

void usb_port_bulk_piece(struct usb_port *port, struct bytes rest)
{
	struct usb_session *session = port->session;
	size_t len = rest.len < USB_PIECE_MAX ? rest.len : USB_PIECE_MAX;

	usb_transfer_make(&session->out, USB_PIECE_MAX);
	memcpy(session->out.data, rest.data, len);
	usb_transfer_fill(
		&session->out, LIBUSB_TRANSFER_TYPE_BULK, session->setting.bulk_out.address, len);
	(void)usb_transfer_submit(&session->out);
}

void usb_port_write(struct transport_port *base, struct bytes bytes)
{
	struct usb_port *port = usb_port_of(base);

	assert(port->is_here && !port->is_writing && bytes.len > 0);
	buf_add(&port->writing, bytes);
	port->taken = 0;
	port->is_writing = true;
	if (!port->is_stale)
		write_more(port);
}

void usb_port_write_cancel(struct transport_port *base)
{
	struct usb_port *port = usb_port_of(base);

	if (!port->is_writing || port->is_cutting)
		return;
	port->is_cutting = true;
	if (port->session->out.is_flying)
		usb_transfer_cancel(&port->session->out);
	else if (port->refused.code == ERR_NONE)
		port->cut = loop_defer(port->usb->loop, cut_tell, port);
}

/* ---- reading ---- */

static uint8_t in_type(const struct usb_setting *setting, struct usb_endpoint from)
{
	return from.address == setting->interrupt_in.address ? LIBUSB_TRANSFER_TYPE_INTERRUPT
							     : LIBUSB_TRANSFER_TYPE_BULK;
}

static void ins_submit(struct usb_port *port)
{
	struct usb_session *session = port->session;
	struct usb_endpoint from = port->kind->in_endpoint(&session->setting);

	for (size_t i = 0; i < port->kind->in_count && !session->is_ending; i++) {
		struct usb_transfer *transfer = &session->in[i];

		if (transfer->is_flying)
			continue;
		usb_transfer_make(transfer, port->in_room);
		usb_transfer_fill(
			transfer, in_type(&session->setting, from), from.address, port->in_room);
		(void)usb_transfer_submit(transfer);
	}
}

static bool may_read(const struct usb_port *port)
{
	return port->is_reading && port->session && !port->session->is_ending &&
	       !usb_session_is_halted(port->session, LIBUSB_ENDPOINT_IN);
}

/* What waited in the device has been thrown away; what was to be written can go. */
static void stale_end(struct usb_port *port)
{
	if (!port->is_stale)
		return;
	port->is_stale = false;
	loop_timer_set(port->stale, -1);
	if (port->is_writing && !port->is_cutting)
		write_more(port);
}

/* Something that the device said is lost. False when the port was closed inside. */
static bool lost_tell(struct usb_session *session, const char *what)
{
	struct usb_port *port = session->port;
	struct err why = { 0 };

	if (!port->is_reading || port->is_stale)
		return true;
	(void)err_set(&why, ERR_DEVICE_PROTOCOL, "USB device '%s' %s", port->name, what);
	port->base.events->lost(port->base.arg, &why);
	return session->port;
}

static void stale_due(void *arg)
{
	struct usb_port *port = arg;
	bool is_begun = port->is_begun;

	stale_end(port);
	/* what comes now is the rest of something: it is no scan */
	if (is_begun && port->session && !port->session->is_ending)
		(void)lost_tell(port->session, "was in the middle of something when it was opened");
}

static bool is_text(const struct usb_port *port)
{
	return port->talks && port->talks->joins_reports;
}

static int64_t stale_ms(const struct usb_port *port)
{
	return is_text(port) ? USB_STALE_TEXT_MS : port->kind->stale_ms;
}

static void stale_begin(struct usb_port *port)
{
	port->is_stale = true;
	port->is_begun = false;
	port->stale_end_ms = loop_now_ms(port->usb->loop) +
			     (is_text(port) ? USB_STALE_TEXT_MAX_MS : USB_STALE_MAX_MS);
	loop_timer_set(port->stale, stale_ms(port));
}

static void stale_more(struct usb_port *port)
{
	int64_t left_ms = port->stale_end_ms - loop_now_ms(port->usb->loop);

	port->is_begun = port->talks && left_ms <= stale_ms(port);
	if (left_ms > stale_ms(port))
		loop_timer_set(port->stale, stale_ms(port));
}

static void retry_due(void *arg)
{
	struct usb_port *port = arg;

	port->is_retrying = false;
	if (may_read(port))
		ins_submit(port);
}

void usb_port_set_reading(struct transport_port *base, bool reading)
{
	struct usb_port *port = usb_port_of(base);
	struct usb_session *session = port->session;

	if (port->is_reading == reading || !session ||
		port->kind->in_endpoint(&session->setting).address == 0)
		return;
	port->is_reading = reading;
	if (reading) {
		stale_begin(port);
		if (may_read(port))
			ins_submit(port);
		return;
	}
	loop_timer_set(port->retry, -1);
	port->is_retrying = false;
	for (size_t i = 0; i < ARRAY_LEN(session->in); i++)
		usb_transfer_cancel(&session->in[i]);
	stale_end(port);
}

static void spoilt_tell(struct usb_port *port, struct bytes bytes, const char *what)
{
	struct err why = { 0 };

	usb_port_count(port, TRANSPORT_GARBLED);
	(void)err_set(&why, ERR_DEVICE_PROTOCOL, "USB device '%s' %s", port->name, what);
	if (port->base.events->spoilt)
		port->base.events->spoilt(port->base.arg, bytes, &why);
	else
		port->base.events->lost(port->base.arg, &why);
}

static void bytes_take(struct usb_session *session, const struct libusb_transfer *done)
{
	struct usb_port *port = session->port;
	struct bytes bytes = bytes_of(done->buffer, (size_t)done->actual_length);
	const char *wrong = port->kind->unpack ? port->kind->unpack(port, &bytes) : NULL;

	if (!port->is_reading || (bytes.len == 0 && (!port->kind->unpack || port->is_stale)))
		return;
	if (port->is_stale)
		stale_more(port);
	else if (bytes.len > 0 && wrong)
		spoilt_tell(port, bytes, wrong);
	else
		port->base.events->received(port->base.arg, bytes);
}

/* Noise, or the first sign of an unplugging: what waits fails together, and that is one fault. */
static void in_broke_off(struct usb_session *session)
{
	struct usb_port *port = session->port;

	usb_look_soon(session->usb); /* maybe it was unplugged */
	if (!port->is_retrying) {
		usb_port_count(port, TRANSPORT_BROKEN_OFF);
		if (!usb_session_fault(session, "transfers from it break off"))
			return;
		port->is_retrying = true;
		loop_timer_set(port->retry, USB_RETRY_MS);
	}
	(void)lost_tell(session, "broke off what it said");
}

/* All that fly there come back so. */
static void in_stalled(struct usb_session *session, uint8_t endpoint)
{
	if (usb_session_is_halted(session, endpoint))
		return;
	usb_port_count(session->port, TRANSPORT_STALL);
	if (!usb_session_fault(session, "it stalls"))
		return;
	usb_session_mend(session, endpoint);
	(void)lost_tell(session, "stalled");
}

/* A transfer from the device failed. True when it is to be submitted again at once. */
static bool in_failed(struct usb_session *session, const struct libusb_transfer *done)
{
	switch (done->status) {
	case LIBUSB_TRANSFER_COMPLETED:
	case LIBUSB_TRANSFER_CANCELLED:
	case LIBUSB_TRANSFER_TIMED_OUT:
		return true;
	case LIBUSB_TRANSFER_STALL:
		in_stalled(session, done->endpoint);
		return false;
	case LIBUSB_TRANSFER_OVERFLOW:
		usb_port_count(session->port, TRANSPORT_BABBLE);
		return usb_session_fault(session, "it sends more than it may") &&
		       lost_tell(session, "sent more than it may");
	case LIBUSB_TRANSFER_ERROR:
		in_broke_off(session);
		return false;
	case LIBUSB_TRANSFER_NO_DEVICE:
		usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
		return false;
	}
	return false;
}

/*
 * The device left, and that is found out before all that it said has come: of a scanner it counts,
 * for its person heard the scan. A printer's answer is of no use any more.
 */
static bool is_last_word(const struct usb_session *session)
{
	return session->has_left && session->port->talks;
}

static void in_done(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;

	if (!session->port || (session->is_ending && !is_last_word(session)))
		return;
	if (transfer->handle->status == LIBUSB_TRANSFER_COMPLETED)
		bytes_take(session, transfer->handle);
	if (!session->port || session->is_ending || !in_failed(session, transfer->handle))
		return;
	/* it flies again when whoever took the bytes switched reading off and on */
	if (may_read(session->port) && !transfer->is_flying)
		(void)usb_transfer_submit(transfer);
}

void usb_port_mended(struct usb_port *port, uint8_t endpoint)
{
	if (endpoint & LIBUSB_ENDPOINT_IN) {
		if (may_read(port))
			ins_submit(port);
	} else if (port->is_writing) {
		cut_tell(port);
	}
}

/* ---- here and gone ---- */

void usb_port_count(struct usb_port *port, enum transport_fault fault)
{
	if (port)
		port->base.faults[fault]++;
}

static void deadline_due(void *arg)
{
	struct usb_port *port = arg;

	if (!port->session)
		return;
	usb_transfer_cancel(&port->session->control);
	usb_transfer_cancel(&port->session->out);
}

void usb_port_here(struct usb_port *port)
{
	loop_timer_set(port->deadline, -1);
	for (size_t i = 0; i < ARRAY_LEN(port->session->in); i++)
		port->session->in[i].done = in_done;
	port->session->out.done = usb_port_out_done;
	port->is_here = true;
	port->is_gone_told = false;
	port->problem = (struct err) { 0 };
	usb_look_soon(port->usb);
	port->base.events->here(port->base.arg, buf_bytes(&port->description));
}

/* Tells the log what is new and no mere unplugging. */
static void problem_set(struct usb_port *port, const struct err *why)
{
	bool is_new = !str_equal(port->problem.message, why->message);

	port->problem = *why;
	if (is_new && why->code != ERR_DEVICE_OFFLINE)
		port->usb->events->trouble(port->usb->arg, why);
}

void usb_port_failed(struct usb_port *port, unsigned bus, unsigned address)
{
	port->failed.bus = bus;
	port->failed.address = address;
	port->failed.at_ms = loop_now_ms(port->usb->loop);
}

void usb_port_gone(struct usb_port *port, const struct err *why)
{
	bool is_told = port->is_gone_told;

	port->is_gone_told = true;
	port->is_here = false;
	port->is_reading = false;
	port->is_stale = false;
	port->is_retrying = false;
	write_end(port);
	loop_timer_set(port->deadline, -1);
	loop_timer_set(port->stale, -1);
	loop_timer_set(port->retry, -1);
	problem_set(port, why);
	if (!is_told)
		port->base.events->gone(port->base.arg, why);
}

/* ---- open and close ---- */

static bool is_listed(const struct usb *usb, const char *name)
{
	LIST_FOREACH (node, &usb->ports) {
		if (str_equal(LIST_ITEM(node, struct usb_port, node)->name, name))
			return true;
	}
	return false;
}

struct transport_port *usb_port_open(const struct usb_port_kind *kind,
	const struct transport *transport, const struct transport_setup *setup, struct err *err)
{
	struct usb *usb = setup->usb;
	struct usb_identity identity;

	if (!usb_identity_parse(setup->identity, &identity, err))
		return NULL;
	if (!usb) {
		(void)err_set(err, ERR_INVALID, "USB is not used here");
		return NULL;
	}
	if (is_listed(usb, setup->identity)) {
		(void)err_set(err, ERR_INVALID, "'%s' is assigned already", setup->identity);
		return NULL;
	}
	struct usb_port *port = xcalloc(1, sizeof(*port));

	port->base = (struct transport_port) {
		.transport = transport,
		.events = setup->events,
		.arg = setup->arg,
	};
	port->kind = kind;
	port->talks = setup->talks;
	if (setup->settings) {
		port->line.baud = setup->settings->baud;
		port->line.format = setup->settings->format;
		port->line.terminator = setup->settings->terminator;
	}
	port->usb = usb;
	port->identity = identity;
	(void)str_copy(port->enrolled, sizeof(port->enrolled),
		setup->descriptors ? setup->descriptors : "");
	(void)str_copy(port->name, sizeof(port->name), setup->identity);
	port->deadline = loop_add_timer(usb->loop, -1, 0, deadline_due, port);
	port->stale = loop_add_timer(usb->loop, -1, 0, stale_due, port);
	port->retry = loop_add_timer(usb->loop, -1, 0, retry_due, port);
	list_add_tail(&usb->ports, &port->node);
	usb_look_soon(usb);
	return &port->base;
}

void usb_port_close(struct transport_port *base)
{
	if (!base)
		return;
	struct usb_port *port = usb_port_of(base);

	list_remove(&port->node);
	if (port->session)
		usb_session_leave(port->session);
	loop_remove(port->deadline);
	loop_remove(port->stale);
	loop_remove(port->retry);
	loop_remove(port->cut);
	buf_done(&port->description);
	buf_done(&port->writing);
	usb_look_soon(port->usb);
	free(port);
}
