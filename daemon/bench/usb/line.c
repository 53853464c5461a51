/*
 * Scanners on a serial line (CDC-ACM): bytes by bulk IN and OUT. How fast the line is means nothing
 * to a device that has none inside; but many say nothing until DTR and RTS are raised.
 *
 * Source: PSTN 1.2, 6.3.10 (SET_LINE_CODING) and 6.3.12 (SET_CONTROL_LINE_STATE). What the line
 * itself notifies of (interrupt IN of the interface that controls it) is not asked for.
 */
#include "daemon/bench/usb/inside.h"
#include "scanners/driver.h"

#define REQUEST_SET_LINE_CODING 0x20
#define REQUEST_SET_CONTROL_LINE_STATE 0x22
#define DTR_AND_RTS 3

static bool line_choose(
	const struct usb_port *port, const struct usb_found *found, struct usb_setting *out)
{
	size_t at = 0;

	return usb_next_scanner(
		&found->descriptors, port->talks->name, found->configuration, &at, out);
}

/* Which of the two requests it knows is its own affair (CDC-ACM's capabilities bit 1). */
static void state_done(struct usb_transfer *transfer)
{
	struct usb_port *port = usb_port_answered(transfer);

	if (!port)
		return;
	buf_reset(&port->description); /* a line says nothing of itself */
	usb_port_here(port);
}

static void line_request(struct usb_port *port, const struct usb_request *request,
	void (*done)(struct usb_transfer *transfer))
{
	port->session->control.done = done;
	loop_timer_set(port->deadline, USB_CONTROL_MS);
	usb_request_submit(&port->session->control, request);
}

static void coding_done(struct usb_transfer *transfer)
{
	struct usb_port *port = usb_port_answered(transfer);

	if (!port)
		return;
	line_request(port,
		&(struct usb_request) {
			.type = LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
			.request = REQUEST_SET_CONTROL_LINE_STATE,
			.value = DTR_AND_RTS,
			.index = port->session->setting.partner,
		},
		state_done);
}

/* 115200 bits a second, little-endian; one stop bit, no parity, 8 data bits. */
static void line_begin(struct usb_port *port)
{
	static const uint8_t coding[] = { 0x00, 0xc2, 0x01, 0x00, 0, 0, 8 };

	/* one packet each: text that fills its last packet would keep a larger one waiting */
	port->in_room = port->session->setting.bulk_in.packet_len;
	line_request(port,
		&(struct usb_request) {
			.type = LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
			.request = REQUEST_SET_LINE_CODING,
			.index = port->session->setting.partner,
			.out = bytes_of(coding, sizeof(coding)),
		},
		coding_done);
}

static struct usb_endpoint line_in(const struct usb_setting *setting)
{
	return setting->bulk_in;
}

const struct usb_port_kind usb_line_kind = {
	.kind = USB_KIND_SCANNER,
	.reattaches = false,
	.stale_ms = USB_STALE_SCANNER_MS,
	.in_count = USB_REPORTS_QUEUED,
	.choose = line_choose,
	.begin = line_begin,
	.write = usb_port_write,
	.piece = usb_port_bulk_piece,
	.in_type = LIBUSB_TRANSFER_TYPE_BULK,
	.in_endpoint = line_in,
};
