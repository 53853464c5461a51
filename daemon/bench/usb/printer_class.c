/* The USB printer class: bulk OUT in pieces, bulk IN while an answer is due. */
#include "daemon/base/cursor.h"
#include "daemon/bench/usb/inside.h"

/* Printer Class 1.1, 4.2: GET_DEVICE_ID. */
#define REQUEST_GET_DEVICE_ID 0
#define DEVICE_ID_MAX 1024u

static bool printer_choose(
	const struct usb_port *port, const struct usb_found *found, struct usb_setting *out)
{
	(void)port;
	return usb_find_printer(&found->descriptors, found->configuration, out);
}

/*
 * The length in front is big-endian and counts itself (IEEE 1284-2000, 6.6); some printers send it
 * the other way round (CUPS, backend/usb-libusb.c: below 14 or above the buffer). Without it, cut
 * to what came.
 */
static struct bytes device_id_body(struct bytes answer)
{
	struct cursor in = cursor_over(answer);
	size_t len = cursor_u16_be(&in);

	if (len < 14 || len > DEVICE_ID_MAX)
		len = (len & 0xff) << 8 | len >> 8;
	struct bytes rest = cursor_take_rest(&in);

	if (!cursor_ok(&in))
		return (struct bytes) { 0 };
	if (len >= 2 && rest.len > len - 2)
		rest.len = len - 2;
	return rest;
}

/* Some do not say who they are, or only just after they were plugged in; they print all the same.
 */
static void device_id_done(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;
	struct usb_port *port = session->port;

	if (!port || session->is_ending)
		return;
	if (transfer->handle->status == LIBUSB_TRANSFER_NO_DEVICE) {
		usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
		return;
	}
	buf_reset(&port->description);
	buf_add(&port->description, device_id_body(usb_request_answer(transfer)));
	usb_port_here(port);
}

static void printer_begin(struct usb_port *port)
{
	struct usb_session *session = port->session;
	const struct usb_setting *setting = &session->setting;
	struct usb_request request = {
		.type = LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
		.request = REQUEST_GET_DEVICE_ID,
		.index = (uint16_t)(setting->interface << 8 | setting->alternate),
		.in_len = DEVICE_ID_MAX,
	};

	/* one packet each: an answer that fills its last packet would keep a larger one waiting */
	port->in_room = setting->bulk_in.packet_len;
	session->control.done = device_id_done;
	loop_timer_set(port->deadline, USB_CONTROL_MS);
	usb_request_submit(&session->control, &request);
}

static struct usb_endpoint printer_in(const struct usb_setting *setting)
{
	return setting->bulk_in;
}

static const struct usb_port_kind printer_kind = {
	.kind = USB_KIND_PRINTER,
	.reattaches = true,
	.stale_ms = USB_STALE_PRINTER_MS,
	.in_count = 2,
	.choose = printer_choose,
	.begin = printer_begin,
	.write = usb_port_write,
	.piece = usb_port_bulk_piece,
	.in_endpoint = printer_in,
};

static struct transport_port *printer_open(const struct transport_setup *setup, struct err *err)
{
	return usb_port_open(&printer_kind, &transport_usb_printer, setup, err);
}

const struct transport transport_usb_printer = {
	.name = "usb",
	.open = printer_open,
	.write = usb_port_write,
	.write_cancel = usb_port_write_cancel,
	.set_reading = usb_port_set_reading,
	.close = usb_port_close,
};
