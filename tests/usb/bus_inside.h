/* What bus.c, bus_requests.c and bus_drivers.c share. */
#ifndef SPECIMEND_TESTS_USB_BUS_INSIDE_H
#define SPECIMEND_TESTS_USB_BUS_INSIDE_H

#include "tests/usb/bus.h"

#define USB_DESCRIPTOR_DEVICE 1u
#define USB_DESCRIPTOR_CONFIGURATION 2u
#define USB_DESCRIPTOR_STRING 3u
#define USB_DESCRIPTOR_INTERFACE 4u
#define USB_DESCRIPTOR_ENDPOINT 5u
#define USB_DESCRIPTOR_HID 0x21u
#define USB_DESCRIPTOR_REPORT 0x22u
#define USB_CLASS_HID 3u

struct bus_pipe {
	struct list urbs;
	bool is_halted;
	enum bus_fault fault;
	size_t fault_after;
};

struct bus_owner {
	const char *driver; /* NULL: none */
	const void *claim;  /* NULL: none */
};

struct bus_port {
	struct model *model; /* NULL: empty */
	unsigned address;
	uint8_t configuration;
	uint8_t alternate[BUS_INTERFACES_MAX];
	struct bus_owner owners[BUS_INTERFACES_MAX];
	struct bus_pipe pipes[MODEL_ENDPOINTS]; /* 0: control */
	struct bus_record record;
};

struct bus {
	struct bus_port *ports; /* [1 .. port_count] */
	unsigned port_count;
	unsigned address_last;
	const struct bus_events *events;
	void *arg;
	int64_t now_us;
	bool is_changed;  /* a model has something new */
	bool is_settling; /* pipes are being served */
	bool is_private_touched;
};

/* The port with a device, or NULL. */
struct bus_port *bus_port_get(const struct bus *bus, unsigned port);

/* A step through the configuration: the descriptor at *at, or an empty run at the end or where the
 * lengths make no sense. */
struct bytes bus_descriptor_next(struct bytes configuration, size_t *at);

/* The interface descriptor of an alternate setting; empty: none. */
struct bytes bus_interface_find(
	const struct bus_port *port, unsigned interface, unsigned alternate);

/* A whole control request. in: empty, filled. */
enum model_answer bus_request(struct bus *bus, unsigned port, const struct usb_setup *setup,
	struct bytes out, struct buf *in);

/* Everything goes on as far as it can; what a model does meanwhile counts too. */
void bus_settle(struct bus *bus);

/* All transfers of the port end with this status. */
void bus_pipes_end(struct bus_port *port, int status);

void bus_drivers_bind(struct bus_port *port);

/* Counts what touches a device; say what in the record first. */
void bus_touch(struct bus *bus, const struct bus_port *port);

#endif
