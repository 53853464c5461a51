/* Control requests: the standard ones (USB 2.0, 9.4; HID 1.11, 7.1 and 7.2.4), the rest is the
 * model's. */
#include <errno.h>

#include "tests/usb/bus_inside.h"

enum {
	GET_STATUS = 0,
	CLEAR_FEATURE = 1,
	SET_FEATURE = 3,
	GET_DESCRIPTOR = 6,
	GET_CONFIGURATION = 8,
	SET_CONFIGURATION = 9,
	GET_INTERFACE = 10,
	SET_INTERFACE = 11,
	HID_SET_IDLE = 10,
	ENDPOINT_HALT = 0,
};

struct bytes bus_interface_find(const struct bus_port *port, unsigned interface, unsigned alternate)
{
	size_t at = 0;

	for (;;) {
		struct bytes d = bus_descriptor_next(port->model->descriptors.configuration, &at);

		if (d.len == 0 || (d.data[1] == USB_DESCRIPTOR_INTERFACE && d.len >= 9 &&
					  d.data[2] == interface && d.data[3] == alternate &&
					  interface < BUS_INTERFACES_MAX))
			return d;
	}
}

static enum model_answer answer_of(int status)
{
	return status == 0 ? MODEL_OK : MODEL_STALL;
}

/* Text as UTF-16LE behind its two bytes of head; string 0 is the list of languages: US English. */
static enum model_answer string_get(const struct model *model, unsigned number, struct buf *in)
{
	static const uint8_t languages[] = { 4, USB_DESCRIPTOR_STRING, 0x09, 0x04 };

	if (number == 0) {
		buf_add_mem(in, languages, sizeof(languages));
		return MODEL_OK;
	}
	if (number > model->descriptors.text_count || !model->descriptors.texts[number - 1])
		return MODEL_STALL;
	const char *text = model->descriptors.texts[number - 1];

	buf_add_byte(in, (uint8_t)(2 + 2 * strlen(text)));
	buf_add_byte(in, USB_DESCRIPTOR_STRING);
	for (; *text; text++) {
		buf_add_byte(in, (uint8_t)*text);
		buf_add_byte(in, 0);
	}
	return MODEL_OK;
}

static enum model_answer device_descriptor_get(
	const struct model *model, const struct usb_setup *setup, struct buf *in)
{
	switch (setup->value >> 8) {
	case USB_DESCRIPTOR_DEVICE:
		buf_add(in, model->descriptors.device);
		return MODEL_OK;
	case USB_DESCRIPTOR_CONFIGURATION:
		if ((setup->value & 0xff) > 0)
			return MODEL_STALL;
		buf_add(in, model->descriptors.configuration);
		return MODEL_OK;
	case USB_DESCRIPTOR_STRING:
		return string_get(model, setup->value & 0xff, in);
	default:
		return MODEL_STALL;
	}
}

/* The HID descriptor stands behind the interface's in the configuration. */
static enum model_answer hid_descriptor_get(
	const struct bus_port *port, unsigned interface, struct buf *in)
{
	struct bytes configuration = port->model->descriptors.configuration;
	bool is_inside = false;
	size_t at = 0;

	for (;;) {
		struct bytes d = bus_descriptor_next(configuration, &at);

		if (d.len == 0)
			return MODEL_STALL;
		if (d.data[1] == USB_DESCRIPTOR_INTERFACE && d.len >= 9)
			is_inside = d.data[2] == interface;
		if (d.data[1] != USB_DESCRIPTOR_HID || !is_inside)
			continue;
		buf_add(in, d);
		return MODEL_OK;
	}
}

static enum model_answer interface_descriptor_get(
	const struct bus_port *port, const struct usb_setup *setup, struct buf *in)
{
	const struct model_descriptors *descriptors = &port->model->descriptors;
	unsigned interface = setup->index & 0xff;

	if (setup->value >> 8 == USB_DESCRIPTOR_HID)
		return hid_descriptor_get(port, interface, in);
	for (size_t i = 0; i < descriptors->report_count; i++) {
		if (setup->value >> 8 != USB_DESCRIPTOR_REPORT ||
			descriptors->reports[i].interface != interface)
			continue;
		buf_add(in, descriptors->reports[i].bytes);
		return MODEL_OK;
	}
	return MODEL_STALL;
}

static enum model_answer device_request(
	struct bus *bus, unsigned number, const struct usb_setup *setup, struct buf *in)
{
	struct bus_port *port = bus_port_get(bus, number);

	switch (setup->request) {
	case GET_STATUS:
		buf_add_mem(in, "\1\0", 2); /* self powered */
		return MODEL_OK;
	case GET_DESCRIPTOR:
		return device_descriptor_get(port->model, setup, in);
	case GET_CONFIGURATION:
		buf_add_byte(in, port->configuration);
		return MODEL_OK;
	case SET_CONFIGURATION:
		return answer_of(bus_set_configuration(bus, number, (uint8_t)setup->value));
	default:
		return MODEL_STALL;
	}
}

static enum model_answer interface_request(
	struct bus *bus, unsigned number, const struct usb_setup *setup, struct buf *in)
{
	struct bus_port *port = bus_port_get(bus, number);
	uint8_t interface = (uint8_t)setup->index;

	if (bus_interface_find(port, interface, bus_alternate(bus, number, interface)).len == 0)
		return MODEL_STALL;
	switch (setup->request) {
	case GET_STATUS:
		buf_add_mem(in, "\0\0", 2);
		return MODEL_OK;
	case GET_DESCRIPTOR:
		return interface_descriptor_get(port, setup, in);
	case GET_INTERFACE:
		buf_add_byte(in, port->alternate[interface]);
		return MODEL_OK;
	case SET_INTERFACE:
		return answer_of(bus_set_interface(bus, number, interface, (uint8_t)setup->value));
	default:
		return MODEL_STALL;
	}
}

static enum model_answer endpoint_request(
	struct bus *bus, unsigned number, const struct usb_setup *setup, struct buf *in)
{
	struct bus_port *port = bus_port_get(bus, number);
	uint8_t endpoint = (uint8_t)setup->index;
	struct bus_endpoint found;

	if ((endpoint & 0x7f) != 0 && !bus_endpoint(bus, number, endpoint, &found))
		return MODEL_STALL;
	switch (setup->request) {
	case GET_STATUS:
		buf_add_byte(in, bus_is_halted(bus, number, endpoint));
		buf_add_byte(in, 0);
		return MODEL_OK;
	case CLEAR_FEATURE:
		return setup->value == ENDPOINT_HALT
			       ? answer_of(bus_clear_halt(bus, number, endpoint))
			       : MODEL_STALL;
	case SET_FEATURE:
		if (setup->value != ENDPOINT_HALT)
			return MODEL_STALL;
		port->pipes[model_endpoint_index(endpoint)].is_halted = (endpoint & 0x7f) != 0;
		return MODEL_OK;
	default:
		return MODEL_STALL;
	}
}

static bool is_hid_idle(const struct bus_port *port, const struct usb_setup *setup)
{
	struct bytes interface = bus_interface_find(port, setup->index & 0xff, 0);

	return setup->request_type == 0x21 && setup->request == HID_SET_IDLE && interface.len > 0 &&
	       interface.data[5] == USB_CLASS_HID;
}

static enum model_answer other_request(struct bus *bus, struct bus_port *port,
	const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	port->record.requests++;
	bus_touch(bus, port);
	if (is_hid_idle(port, setup))
		return MODEL_OK;
	if (!port->model->kind->control)
		return MODEL_STALL;
	return port->model->kind->control(port->model, setup, out, in);
}

enum model_answer bus_request(struct bus *bus, unsigned port, const struct usb_setup *setup,
	struct bytes out, struct buf *in)
{
	switch (setup->request_type & 0x7f) {
	case 0x00:
		return device_request(bus, port, setup, in);
	case 0x01:
		return interface_request(bus, port, setup, in);
	case 0x02:
		return endpoint_request(bus, port, setup, in);
	default:
		return other_request(bus, bus_port_get(bus, port), setup, out, in);
	}
}
