/*
 * Scanners on a serial line: bytes by bulk IN and OUT. Two ways there: a device that is its own
 * line (CDC-ACM), and a converter in the scanner's cable (FTDI). What differs is what is asked when
 * it is opened, a list of requests one after the other, and what stands before the bytes. And a
 * third one, in one direction only: Metrologic's, by interrupt IN.
 *
 * How fast a line is means nothing to a device that has none inside; but many say nothing until
 * DTR and RTS are raised.
 *
 * Source: PSTN 1.2, 6.3.10 (SET_LINE_CODING) and 6.3.12 (SET_CONTROL_LINE_STATE). What the line
 * itself notifies of (SERIAL_STATE, 6.5.4, by interrupt IN of the interface that controls it) is
 * not asked for: parity and framing mean nothing to a device that has no line inside, and a
 * notification comes in no order with the text, so it could not say which scan it is about (Linux'
 * cdc-acm only counts it). Of FTDI: ftdi.h. Of Metrologic, whose text has nothing beside it:
 * metro.h.
 */
#include "daemon/bench/usb/ftdi.h"
#include "daemon/bench/usb/inside.h"
#include "daemon/bench/usb/metro.h"
#include "scanners/driver.h"

#define ACM_BAUD 115200 /* what is usual there */
#define FTDI_BAUD 9600

enum {
	SET_LINE_CODING = 0x20,
	SET_CONTROL_LINE_STATE = 0x22,
	DTR_AND_RTS = 3,
};

enum {
	FTDI_RESET = 0,
	FTDI_MODEM_CONTROL = 1,
	FTDI_FLOW_CONTROL = 2,
	FTDI_BAUD_RATE = 3,
	FTDI_DATA = 4,
	FTDI_EVENT_CHARACTER = 6,
	FTDI_LATENCY = 9,
};

enum {
	FTDI_EVENT_ON = 0x100,
	FTDI_LATENCY_MS = 16, /* as it is when switched on: a line that says nothing wakes us so
				 often, and the end of a code need not wait for it */
	FTDI_DTR = 0x0101,
	FTDI_RTS = 0x0202,
};

static bool line_choose(
	const struct usb_port *port, const struct usb_found *found, struct usb_setting *out)
{
	size_t at = 0;

	return usb_next_scanner(
		&found->descriptors, port->talks->name, found->configuration, &at, out);
}

/* ---- what is asked when it is opened ---- */

static struct usb_request acm_request(
	const struct usb_port *port, uint8_t request, uint16_t value, struct bytes out)
{
	return (struct usb_request) {
		.type = LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
		.request = request,
		.value = value,
		.index = port->session->setting.partner,
		.out = out,
	};
}

/* Seven bytes: speed, little-endian; one stop bit; parity; data bits. */
static bool acm_step(
	const struct usb_port *port, size_t step, uint8_t room[7], struct usb_request *out)
{
	unsigned baud = port->line.baud > 0 ? port->line.baud : ACM_BAUD;
	struct line_shape shape = line_format_shape(port->line.format);

	if (step == 0) {
		for (unsigned i = 0; i < 4; i++)
			room[i] = (uint8_t)(baud >> 8 * i);
		room[4] = 0;
		room[5] = (uint8_t)shape.parity;
		room[6] = shape.data_bits;
		*out = acm_request(port, SET_LINE_CODING, 0, bytes_of(room, 7));
	} else if (step == 1) {
		*out = acm_request(port, SET_CONTROL_LINE_STATE, DTR_AND_RTS, (struct bytes) { 0 });
	}
	return step <= 1;
}

/* The character that ends a code: what came up to there is said at once. */
static uint16_t event_character(enum scan_terminator terminator)
{
	static const uint16_t characters[SCAN_TERMINATORS] = {
		[SCAN_TERMINATOR_CR] = FTDI_EVENT_ON | '\r',
		[SCAN_TERMINATOR_LF] = FTDI_EVENT_ON | '\n',
		[SCAN_TERMINATOR_CR_LF] = FTDI_EVENT_ON | '\n',
		[SCAN_TERMINATOR_TAB] = FTDI_EVENT_ON | '\t',
		[SCAN_TERMINATOR_ETX] = FTDI_EVENT_ON | 3,
		[SCAN_TERMINATOR_NONE] = 0,
	};

	return characters[terminator];
}

static bool ftdi_step(
	const struct usb_port *port, size_t step, uint8_t room[7], struct usb_request *out)
{
	unsigned baud = port->line.baud > 0 ? port->line.baud : FTDI_BAUD;
	const struct {
		uint8_t request;
		uint16_t value;
	} steps[] = {
		{ FTDI_RESET, 0 },
		{ FTDI_BAUD_RATE, ftdi_divisor(baud) },
		{ FTDI_DATA, ftdi_data(port->line.format) },
		{ FTDI_FLOW_CONTROL, 0 },
		{ FTDI_LATENCY, FTDI_LATENCY_MS },
		{ FTDI_EVENT_CHARACTER, event_character(port->line.terminator) },
		{ FTDI_MODEM_CONTROL, FTDI_DTR },
		{ FTDI_MODEM_CONTROL, FTDI_RTS },
	};

	(void)room; /* all is in the request itself */
	if (step >= ARRAY_LEN(steps))
		return false;
	*out = (struct usb_request) {
		.type = LIBUSB_REQUEST_TYPE_VENDOR | LIBUSB_RECIPIENT_DEVICE,
		.request = steps[step].request,
		.value = steps[step].value,
	};
	return true;
}

static bool metro_step(
	const struct usb_port *port, size_t step, uint8_t room[7], struct usb_request *out)
{
	(void)port;
	(void)step;
	(void)room;
	(void)out;
	return false; /* nothing is asked of it */
}

static const struct {
	bool (*step)(const struct usb_port *port, size_t step, uint8_t room[7],
		struct usb_request *out); /* false: that was all */
	bool may_refuse;                  /* and is used all the same */
	const char *(*unpack)(struct bytes *packet);
} ways[] = {
	/* which of the two requests it knows is its own affair (CDC-ACM's capabilities bit 1) */
	[USB_LINE_ACM] = { .step = acm_step, .may_refuse = true },
	[USB_LINE_FTDI] = { .step = ftdi_step, .unpack = ftdi_unpack },
	[USB_LINE_METRO] = { .step = metro_step },
	[USB_LINE_METRO_SHUT] = { .step = metro_step },
};

static void line_refused(struct usb_port *port)
{
	struct err why = { 0 };

	(void)err_set(&why, ERR_DEVICE_PROTOCOL,
		"USB device '%s' does not let its serial line be set", port->name);
	(void)err_hint(&why, "take another cable: this one is no converter that is known here");
	usb_session_end(port->session, &why);
}

static void step_next(struct usb_port *port);

static void step_done(struct usb_transfer *transfer)
{
	struct usb_port *port = usb_port_answered(transfer);

	if (!port)
		return;
	if (transfer->handle->status != LIBUSB_TRANSFER_COMPLETED &&
		!ways[port->session->setting.line].may_refuse) {
		line_refused(port);
		return;
	}
	port->line.step++;
	step_next(port);
}

static void step_next(struct usb_port *port)
{
	struct usb_session *session = port->session;
	uint8_t room[7];
	struct usb_request request;

	if (!ways[session->setting.line].step(port, port->line.step, room, &request)) {
		buf_reset(&port->description); /* a line says nothing of itself */
		usb_port_here(port);
		return;
	}
	session->control.done = step_done;
	loop_timer_set(port->deadline, USB_CONTROL_MS);
	usb_request_submit(&session->control, &request);
}

static struct usb_endpoint line_in(const struct usb_setting *setting)
{
	return setting->bulk_in.address != 0 ? setting->bulk_in : setting->interrupt_in;
}

static void open_done(struct usb_transfer *transfer)
{
	struct usb_port *port = usb_port_answered(transfer);

	if (!port)
		return;
	if (transfer->handle->status == LIBUSB_TRANSFER_COMPLETED)
		step_next(port);
	else
		line_refused(port);
}

/* Before anything is asked: a byte by interrupt OUT. */
static void metro_open(struct usb_port *port)
{
	struct usb_session *session = port->session;
	uint8_t endpoint = session->setting.interrupt_out.address;

	if (endpoint == 0) {
		line_refused(port);
		return;
	}
	usb_transfer_make(&session->out, 1);
	session->out.data[0] = METRO_OPEN;
	usb_transfer_fill(&session->out, LIBUSB_TRANSFER_TYPE_INTERRUPT, endpoint, 1);
	session->out.done = open_done;
	loop_timer_set(port->deadline, USB_CONTROL_MS);
	(void)usb_transfer_submit(&session->out);
}

static void line_begin(struct usb_port *port)
{
	const struct usb_setting *setting = &port->session->setting;

	/* one packet each: text that fills its last packet would keep a larger one waiting */
	port->in_room = line_in(setting).packet_len;
	port->line.step = 0;
	if (setting->line == USB_LINE_METRO_SHUT)
		metro_open(port);
	else
		step_next(port);
}

static void line_piece(struct usb_port *port, struct bytes rest)
{
	if (port->session->setting.bulk_out.address != 0)
		usb_port_bulk_piece(port, rest);
	else
		usb_port_write_refuse(port, "cannot be told anything");
}

static const char *line_unpack(const struct usb_port *port, struct bytes *packet)
{
	uint8_t line = port->session->setting.line;

	return ways[line].unpack ? ways[line].unpack(packet) : NULL;
}

const struct usb_port_kind usb_line_kind = {
	.kind = USB_KIND_SCANNER,
	.reattaches = false,
	.stale_ms = USB_STALE_SCANNER_MS,
	.in_count = USB_REPORTS_QUEUED,
	.choose = line_choose,
	.begin = line_begin,
	.write = usb_port_write,
	.piece = line_piece,
	.in_endpoint = line_in,
	.unpack = line_unpack,
};
