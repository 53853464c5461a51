/*
 * HID scanners: reports in by interrupt IN, one output report at a time. Each is what its own
 * report descriptor says it is, or it is refused: a table of what each kind wants there.
 */
#include <assert.h>

#include "daemon/base/auto.h"
#include "daemon/bench/usb/inside.h"
#include "scanners/hid_pos.h"
#include "scanners/hid_report.h"
#include "scanners/serial.h"
#include "scanners/snapi.h"
#include "scanners/wedge.h"

DEFINE_AUTO(struct hid_report, hid_report_free)

/* USB 2.0, 9.4.3; HID 1.11, 7.1.1 and 7.2. */
#define REQUEST_GET_DESCRIPTOR 6
#define REQUEST_SET_REPORT 9
#define REQUEST_SET_IDLE 10
#define REQUEST_SET_PROTOCOL 11
#define DESCRIPTOR_REPORT 0x22
#define REPORT_OUTPUT 2
#define PROTOCOL_REPORT 1

/* HID Usage Tables: applications of the page Generic Desktop. */
#define USAGE_MOUSE HID_USAGE(0x01, 0x02)
#define USAGE_KEYBOARD HID_USAGE(0x01, 0x06)
#define USAGE_KEYPAD HID_USAGE(0x01, 0x07)

static bool is_keyboard(uint32_t application)
{
	return application == USAGE_KEYBOARD || application == USAGE_KEYPAD;
}

/* Of the maker's own: no document says which. */
static bool is_makers(uint32_t application)
{
	return !is_keyboard(application) && !hid_pos_is_scanner(application) &&
	       application != USAGE_MOUSE;
}

static const struct hid_way {
	const struct scanner_driver *talks;
	bool (*is_application)(uint32_t application);
	const char *otherwise; /* after the device's name: it has no such application */
	const char *hint;
} ways[] = {
	{ &scanner_driver_hid_pos, hid_pos_is_scanner, "is no bar code scanner now",
		"set it to 'USB HID POS' by the code in its maker's manual, then plug it in "
		"again" },
	{ &scanner_driver_wedge, is_keyboard, "is no keyboard now",
		"assign it as what it is set to; as HID POS it serves best" },
	{ &scanner_driver_snapi, is_makers, "does not talk SNAPI now",
		"set it to 'SNAPI' by the code in its maker's manual, then plug it in again" },
	{ &scanner_driver_simple_com, is_makers, "does not play a serial port now",
		"set it to 'Simple COM Port Emulation' by the code in its maker's manual, then "
		"plug it in again" },
};

static const struct hid_way *way_of(const struct scanner_driver *talks)
{
	size_t at = 0;

	while (ways[at].talks != talks)
		at++; /* scanner_port.c sends no other ones here */
	return &ways[at];
}

/* The first that may be one; its report descriptor tells whether it is. */
static bool scanner_choose(
	const struct usb_port *port, const struct usb_found *found, struct usb_setting *out)
{
	size_t at = 0;

	return usb_next_scanner(
		&found->descriptors, port->talks->name, found->configuration, &at, out);
}

/* The one behind the interface that turned out to be none. */
static bool scanner_choose_next(const struct usb_port *port, const struct usb_found *found,
	const struct usb_setting *before, struct usb_setting *out)
{
	size_t at = 0;

	while (usb_next_scanner(
		&found->descriptors, port->talks->name, found->configuration, &at, out)) {
		if (out->interface > before->interface)
			return true;
	}
	return false;
}

/* ---- what is asked when it is opened ---- */

/* Asks it for something that many devices refuse, and lose nothing by it. */
static void class_request(struct usb_port *port, uint8_t request, uint16_t value,
	void (*done)(struct usb_transfer *transfer))
{
	struct usb_request it = {
		.type = LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
		.request = request,
		.value = value,
		.index = port->session->setting.interface,
	};

	port->session->control.done = done;
	loop_timer_set(port->deadline, USB_CONTROL_MS);
	usb_request_submit(&port->session->control, &it);
}

static void idle_done(struct usb_transfer *transfer)
{
	struct usb_port *port = usb_port_answered(transfer);

	if (port)
		usb_port_here(port);
}

/* A report only when something was read; as usbhid does with every device (usbhid_parse). */
static void idle_set(struct usb_port *port)
{
	class_request(port, REQUEST_SET_IDLE, 0, idle_done);
}

static void protocol_done(struct usb_transfer *transfer)
{
	struct usb_port *port = usb_port_answered(transfer);

	if (port)
		idle_set(port);
}

/* A boot keyboard may have been left in the boot protocol, whose reports nobody describes. */
static void protocol_set(struct usb_port *port)
{
	if (usb_is_boot_keyboard(&port->session->setting))
		class_request(port, REQUEST_SET_PROTOCOL, PROTOCOL_REPORT, protocol_done);
	else
		idle_set(port);
}

static bool has_application(const struct hid_report *report, const struct hid_way *way)
{
	for (uint32_t i = 0; report && i < report->collection_count; i++) {
		if (report->collections[i].type == HID_COLLECTION_APPLICATION &&
			way->is_application(report->collections[i].usage))
			return true;
	}
	return false;
}

/* Bytes of the longest report that it sends; 0 when it is no scanner of this kind. */
static size_t scanner_report_len(const struct scanner_driver *talks, struct bytes descriptor)
{
	AUTO(hid_report_free) struct hid_report *report = hid_report_new(descriptor, NULL);
	bool is_scanner = has_application(report, way_of(talks));
	size_t longest = 0;

	for (unsigned id = 0; is_scanner && id <= UINT8_MAX; id++) {
		size_t len = hid_report_len(report, HID_INPUT, (uint8_t)id);

		longest = len > longest ? len : longest;
	}
	return longest;
}

/* False with the reason when it is a scanner whose reports cannot be read. */
static bool scanner_is_usable(
	const struct scanner_driver *talks, struct bytes descriptor, struct err *err)
{
	struct scan_collector collector = { 0 };
	bool is_usable = talks->begin(&collector, descriptor, err);

	scan_collector_done(&collector);
	return is_usable;
}

/*
 * Whole packets: what is longer than the room is an error of the bus. A report ends with a short
 * packet, or fills the room.
 */
static size_t whole_packets(size_t len, size_t packet_len)
{
	return (len + packet_len - 1) / packet_len * packet_len;
}

/* Not this interface: perhaps the next one. */
static void interface_next(struct usb_port *port)
{
	struct usb_session *session = port->session;
	const struct usb_found *found = usb_found_get(port->usb, session->bus, session->address);
	const struct hid_way *way = way_of(port->talks);
	struct usb_setting setting;
	struct err why = { 0 };

	if (found && scanner_choose_next(port, found, &session->setting, &setting)) {
		usb_session_switch(session, &setting);
		return;
	}
	(void)err_set(&why, ERR_INVALID, "USB device '%s' %s", port->name, way->otherwise);
	(void)err_hint(&why, "%s", way->hint);
	usb_session_refuse(session, &why);
}

static void scanner_refuse(struct usb_session *session, struct err *why)
{
	(void)err_wrap(why, "USB device '%s'", session->port->name);
	(void)err_hint(why, "this model cannot be used: take another one");
	usb_session_refuse(session, why);
}

static void descriptor_done(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;
	struct usb_port *port = session->port;
	struct bytes answer = usb_request_answer(transfer);
	struct err why = { 0 };

	if (!port || session->is_ending)
		return;
	if (transfer->handle->status == LIBUSB_TRANSFER_NO_DEVICE) {
		usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
		return;
	}
	if (answer.len == 0) {
		(void)err_set(&why, ERR_DEVICE_PROTOCOL,
			"USB device '%s' does not say how its reports look", port->name);
		(void)err_hint(&why, "unplug it and plug it in again");
		usb_session_end(session, &why);
		return;
	}
	size_t len = scanner_report_len(port->talks, answer);

	if (len == 0) {
		interface_next(port);
		return;
	}
	if (!scanner_is_usable(port->talks, answer, &why)) {
		scanner_refuse(session, &why);
		return;
	}
	port->in_room = whole_packets(len, session->setting.interrupt_in.packet_len);
	buf_reset(&port->description);
	buf_add(&port->description, answer);
	protocol_set(port);
}

static void scanner_begin(struct usb_port *port)
{
	const struct usb_setting *setting = &port->session->setting;
	struct usb_request request = {
		.type = LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_STANDARD |
			LIBUSB_RECIPIENT_INTERFACE,
		.request = REQUEST_GET_DESCRIPTOR,
		.value = DESCRIPTOR_REPORT << 8,
		.index = setting->interface,
		.in_len = setting->report_len,
	};

	port->session->control.done = descriptor_done;
	loop_timer_set(port->deadline, USB_CONTROL_MS);
	usb_request_submit(&port->session->control, &request);
}

static void report_set(struct usb_port *port, struct bytes rest)
{
	struct usb_request request = {
		.type = LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
		.request = REQUEST_SET_REPORT,
		.value = (uint16_t)(REPORT_OUTPUT << 8 | port->report_number),
		.index = port->session->setting.interface,
		.out = rest,
	};

	usb_request_submit(&port->session->out, &request);
}

static void scanner_piece(struct usb_port *port, struct bytes rest)
{
	struct usb_session *session = port->session;
	uint8_t endpoint = session->setting.interrupt_out.address;

	if (endpoint == 0) {
		report_set(port, rest);
		return;
	}
	usb_transfer_make(&session->out, rest.len);
	memcpy(session->out.data, rest.data, rest.len);
	usb_transfer_fill(&session->out, LIBUSB_TRANSFER_TYPE_INTERRUPT, endpoint, rest.len);
	(void)usb_transfer_submit(&session->out);
}

static struct usb_endpoint scanner_in(const struct usb_setting *setting)
{
	return setting->interrupt_in;
}

/* The number goes in front of a report only where reports have one (HID 1.11, 5.6 and 7.2.2). */
static void scanner_write(struct transport_port *base, struct bytes report)
{
	struct usb_port *port = usb_port_of(base);

	assert(report.len > 1);
	assert(port->talks != &scanner_driver_wedge); /* what it could be told is its lights */
	port->report_number = report.data[0];
	if (report.data[0] == 0)
		report = bytes_of(report.data + 1, report.len - 1);
	usb_port_write(base, report);
}

const struct usb_port_kind usb_hid_kind = {
	.kind = USB_KIND_SCANNER,
	.reattaches = false,
	.stale_ms = USB_STALE_SCANNER_MS,
	.in_count = USB_REPORTS_QUEUED,
	.choose = scanner_choose,
	.begin = scanner_begin,
	.write = scanner_write,
	.piece = scanner_piece,
	.in_endpoint = scanner_in,
};
