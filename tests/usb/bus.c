/* Ports, time, and transfers. */
#include "tests/usb/bus.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/usb/bus_inside.h"

static void bus_settle(struct bus *bus);

struct bus *bus_new(unsigned ports, const struct bus_events *events, void *arg)
{
	struct bus *bus = xcalloc(1, sizeof(*bus));

	assert(ports > 0 && ports <= BUS_PORTS_MAX);
	bus->ports = xcalloc(ports + 1, sizeof(*bus->ports));
	bus->port_count = ports;
	bus->address_last = 1; /* the root hub */
	bus->events = events;
	bus->arg = arg;
	return bus;
}

void bus_free(struct bus *bus)
{
	if (!bus)
		return;
	for (unsigned port = 1; port <= bus->port_count; port++)
		bus_unplug(bus, port);
	free(bus->ports);
	free(bus);
}

struct bus_port *bus_port_get(const struct bus *bus, unsigned port)
{
	if (port < 1 || port > bus->port_count || !bus->ports[port].model)
		return NULL;
	return &bus->ports[port];
}

struct model *bus_model(const struct bus *bus, unsigned port)
{
	const struct bus_port *it = bus_port_get(bus, port);

	return it ? it->model : NULL;
}

unsigned bus_address(const struct bus *bus, unsigned port)
{
	const struct bus_port *it = bus_port_get(bus, port);

	return it ? it->address : 0;
}

unsigned bus_port_of(const struct bus *bus, unsigned address)
{
	for (unsigned port = 1; port <= bus->port_count; port++) {
		if (bus_address(bus, port) == address && address > 0)
			return port;
	}
	return 0;
}

static unsigned address_next(struct bus *bus)
{
	do
		bus->address_last =
			bus->address_last == BUS_ADDRESS_MAX ? 2 : bus->address_last + 1;
	while (bus_port_of(bus, bus->address_last) > 0);
	return bus->address_last;
}

static void on_change(void *arg)
{
	struct bus *bus = arg;

	bus->is_changed = true;
	bus_settle(bus);
}

void bus_plug(struct bus *bus, unsigned port, struct model *model)
{
	assert(port >= 1 && port <= bus->port_count && !bus->ports[port].model);
	assert(!model->on_change);
	struct bus_port *it = &bus->ports[port];

	*it = (struct bus_port) { .configuration = 1, .address = address_next(bus) };
	it->model = model;
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++)
		list_init(&it->pipes[i].urbs);
	model->on_change = on_change;
	model->on_change_arg = bus;
	model->now_us = bus->now_us;
	if (model->kind->reset)
		model->kind->reset(model);
	bus_drivers_bind(it);
}

static void urb_end(struct bus_urb *urb, int status)
{
	list_remove(&urb->node);
	urb->status = status;
	urb->done(urb);
}

static void pipes_end(struct bus_port *it, int status)
{
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++) {
		struct list *urbs = &it->pipes[i].urbs;

		while (!list_is_empty(urbs))
			urb_end(LIST_ITEM(urbs->next, struct bus_urb, node), status);
	}
}

void bus_unplug(struct bus *bus, unsigned port)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return;
	it->model->on_change = NULL;
	it->model = NULL;
	pipes_end(it, -ESHUTDOWN);
	if (bus->events)
		bus->events->gone(bus->arg, port);
}

/* --- endpoints ------------------------------------------------------------ */

struct bytes bus_descriptor_next(struct bytes configuration, size_t *at)
{
	if (configuration.len - *at < 2)
		return bytes_of(NULL, 0);
	size_t len = configuration.data[*at];

	if (len < 2 || len > configuration.len - *at)
		return bytes_of(NULL, 0);
	struct bytes found = bytes_of(configuration.data + *at, len);

	*at += len;
	return found;
}

bool bus_endpoint(const struct bus *bus, unsigned port, uint8_t endpoint, struct bus_endpoint *out)
{
	const struct bus_port *it = bus_port_get(bus, port);
	bool is_current = false;
	uint8_t interface = 0;
	size_t at = 0;

	if (!it || it->configuration == 0)
		return false;
	for (;;) {
		struct bytes d = bus_descriptor_next(it->model->descriptors.configuration, &at);

		if (d.len == 0)
			return false;
		if (d.data[1] == USB_DESCRIPTOR_INTERFACE && d.len >= 9) {
			interface = d.data[2];
			is_current = interface < BUS_INTERFACES_MAX &&
				     d.data[3] == it->alternate[interface];
		}
		if (d.data[1] != USB_DESCRIPTOR_ENDPOINT || d.len < 7 || !is_current ||
			d.data[2] != endpoint)
			continue;
		*out = (struct bus_endpoint) {
			.interface = interface,
			.type = d.data[3] & 3,
			.packet_len = (uint16_t)(d.data[4] | d.data[5] << 8),
		};
		return true;
	}
}

/* --- serving a pipe ------------------------------------------------------- */

/* Whether the fault ends what moves; the others change a piece. */
static bool fault_stops(const struct bus_pipe *pipe)
{
	switch (pipe->fault) {
	case BUS_FAULT_STALL:
	case BUS_FAULT_NAK:
	case BUS_FAULT_UNPLUG:
	case BUS_FAULT_ERROR:
		return true;
	case BUS_FAULT_NONE:
	case BUS_FAULT_CUT:
	case BUS_FAULT_BABBLE:
		break;
	}
	return false;
}

/* Bytes that may move before the fault, out of len. */
static size_t fault_room(const struct bus_pipe *pipe, size_t len)
{
	return fault_stops(pipe) && pipe->fault_after < len ? pipe->fault_after : len;
}

static void fault_count(struct bus_pipe *pipe, size_t len)
{
	if (fault_stops(pipe))
		pipe->fault_after -= len;
}

static bool urb_stall(struct bus_pipe *pipe, struct bus_urb *urb)
{
	pipe->is_halted = urb->endpoint != 0;
	urb_end(urb, -EPIPE);
	return true;
}

/* Does what is scripted; true when the pipe can go on. */
static bool fault_strike(struct bus *bus, struct bus_pipe *pipe, struct bus_urb *urb)
{
	enum bus_fault fault = pipe->fault;

	if (fault == BUS_FAULT_NAK)
		return false;
	pipe->fault = BUS_FAULT_NONE;
	if (fault == BUS_FAULT_UNPLUG) {
		bus_unplug(bus, urb->port);
		return false;
	}
	if (fault == BUS_FAULT_STALL)
		return urb_stall(pipe, urb);
	urb_end(urb, -EPROTO);
	return true;
}

/* True when the transfer is done and the next may go on; as the two below. */
static bool out_go(struct bus *bus, struct bus_port *it, struct bus_pipe *pipe, struct bus_urb *urb)
{
	struct model *model = it->model;
	size_t room = fault_room(pipe, urb->len - urb->actual);
	bool is_struck = fault_stops(pipe) && pipe->fault_after == room;
	enum model_answer answer = MODEL_OK;
	size_t taken = 0;

	if (room > 0 || (urb->len == 0 && !is_struck)) {
		struct bytes bytes = bytes_of(urb->data + urb->actual, room);

		answer = model->kind->out ? model->kind->out(model, urb->endpoint, bytes, &taken)
					  : MODEL_STALL;
		assert(taken <= room && (answer != MODEL_OK || taken == room));
	}
	urb->actual += taken;
	fault_count(pipe, taken);
	if (answer == MODEL_STALL)
		return urb_stall(pipe, urb);
	if (answer == MODEL_NAK)
		return false;
	if (urb->actual == urb->len && !(is_struck && pipe->fault == BUS_FAULT_UNPLUG)) {
		urb_end(urb, 0);
		return true;
	}
	return fault_strike(bus, pipe, urb);
}

/* One packet of the piece; true when the transfer is done. */
static bool packet_in(struct bus_port *it, struct bus_pipe *pipe, struct bus_urb *urb,
	struct model_piece *piece, size_t packet_len)
{
	size_t left = piece->bytes.len - piece->sent;
	size_t len = left < packet_len ? left : packet_len;
	bool is_babble = pipe->fault == BUS_FAULT_BABBLE || len > urb->len - urb->actual;

	if (is_babble) {
		pipe->fault = BUS_FAULT_NONE;
		model_in_remove(it->model, urb->endpoint, piece);
		urb_end(urb, -EOVERFLOW);
		return true;
	}
	if (len > 0)
		memcpy(urb->data + urb->actual, piece->bytes.data + piece->sent, len);
	piece->sent += len;
	urb->actual += len;
	fault_count(pipe, len);
	if (piece->sent == piece->bytes.len) {
		model_in_remove(it->model, urb->endpoint, piece);
		if (it->model->kind->in_done)
			it->model->kind->in_done(it->model, urb->endpoint);
	}
	if (len == packet_len && urb->actual < urb->len)
		return false;
	urb_end(urb, urb->short_not_ok && urb->actual < urb->len ? -EREMOTEIO : 0);
	return true;
}

static bool in_go(struct bus *bus, struct bus_port *it, struct bus_pipe *pipe, struct bus_urb *urb)
{
	struct bus_endpoint endpoint;

	if (!bus_endpoint(bus, urb->port, urb->endpoint, &endpoint) || endpoint.packet_len == 0)
		return urb_stall(pipe, urb);
	for (;;) {
		struct model_piece *piece = model_in_peek(it->model, urb->endpoint);

		if (fault_room(pipe, endpoint.packet_len) < endpoint.packet_len)
			return fault_strike(bus, pipe, urb);
		if (!piece)
			return false;
		if (pipe->fault == BUS_FAULT_CUT && piece->sent == 0) {
			buf_cut(&piece->bytes, pipe->fault_after);
			pipe->fault = BUS_FAULT_NONE;
		}
		if (packet_in(it, pipe, urb, piece, endpoint.packet_len))
			return true;
	}
}

static bool is_standard(const struct usb_setup *setup)
{
	return (setup->request_type & 0x60) == 0;
}

static bool control_go(
	struct bus *bus, struct bus_port *it, struct bus_pipe *pipe, struct bus_urb *urb)
{
	bool is_in = urb->setup.request_type & 0x80;
	AUTO_BUF in = { 0 };

	(void)it;
	if (!is_standard(&urb->setup) && fault_stops(pipe) && pipe->fault_after == 0)
		return fault_strike(bus, pipe, urb);
	enum model_answer answer = bus_request(
		bus, urb->port, &urb->setup, bytes_of(urb->data, is_in ? 0 : urb->len), &in);

	if (answer == MODEL_NAK)
		return false;
	if (answer == MODEL_STALL)
		return urb_stall(pipe, urb);
	urb->actual = is_in && in.len < urb->len ? in.len : urb->len;
	if (is_in && urb->actual > 0)
		memcpy(urb->data, in.data, urb->actual);
	urb_end(urb, 0);
	return true;
}

static bool urb_go(struct bus *bus, struct bus_port *it, struct bus_pipe *pipe, struct bus_urb *urb)
{
	if (urb->endpoint == 0)
		return control_go(bus, it, pipe, urb);
	if (pipe->is_halted)
		return urb_stall(pipe, urb);
	return urb->endpoint & 0x80 ? in_go(bus, it, pipe, urb) : out_go(bus, it, pipe, urb);
}

static void port_settle(struct bus *bus, struct bus_port *it)
{
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++) {
		struct bus_pipe *pipe = &it->pipes[i];

		while (it->model && !list_is_empty(&pipe->urbs)) {
			if (!urb_go(bus, it, pipe,
				    LIST_ITEM(pipe->urbs.next, struct bus_urb, node)))
				break;
		}
	}
}

/* Everything goes on as far as it can; what a model does meanwhile counts too. */
static void bus_settle(struct bus *bus)
{
	if (bus->is_settling)
		return;
	bus->is_settling = true;
	while (bus->is_changed) {
		bus->is_changed = false;
		for (unsigned port = 1; port <= bus->port_count; port++) {
			if (bus->ports[port].model)
				port_settle(bus, &bus->ports[port]);
		}
	}
	bus->is_settling = false;
}

/* --- transfers ------------------------------------------------------------ */

static int urb_check(const struct bus *bus, unsigned port, const struct bus_urb *urb)
{
	struct bus_endpoint endpoint;

	if (urb->len > BUS_URB_MAX)
		return -EINVAL;
	if (urb->endpoint == 0)
		return urb->len == urb->setup.length && urb->len <= MODEL_CONTROL_MAX ? 0 : -EINVAL;
	return bus_endpoint(bus, port, urb->endpoint, &endpoint) ? 0 : -ENOENT;
}

int bus_submit(struct bus *bus, unsigned port, struct bus_urb *urb)
{
	struct bus_port *it = bus_port_get(bus, port);
	int failed = it ? urb_check(bus, port, urb) : -ENODEV;

	if (!it || failed)
		return failed;
	urb->port = port;
	urb->actual = 0;
	urb->status = 0;
	list_add_tail(&it->pipes[model_endpoint_index(urb->endpoint)].urbs, &urb->node);
	if (urb->endpoint != 0) {
		it->record.transfers++;
		bus_touch(bus, it);
	}
	bus->is_changed = true;
	bus_settle(bus);
	return 0;
}

bool bus_unlink(struct bus *bus, struct bus_urb *urb, int status)
{
	struct bus_port *it = bus_port_get(bus, urb->port);

	if (!it)
		return false;
	struct bus_pipe *pipe = &it->pipes[model_endpoint_index(urb->endpoint)];

	LIST_FOREACH (node, &pipe->urbs) {
		if (node != &urb->node)
			continue;
		urb_end(urb, status);
		return true;
	}
	return false;
}

void bus_set_fault(
	struct bus *bus, unsigned port, uint8_t endpoint, enum bus_fault fault, size_t after)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return;
	struct bus_pipe *pipe = &it->pipes[model_endpoint_index(endpoint)];

	pipe->fault = fault;
	pipe->fault_after = after;
	bus->is_changed = true;
	bus_settle(bus);
}

/* --- settings ------------------------------------------------------------- */

int bus_clear_halt(struct bus *bus, unsigned port, uint8_t endpoint)
{
	struct bus_port *it = bus_port_get(bus, port);
	struct bus_endpoint found;

	if (!it)
		return -ENODEV;
	if (!bus_endpoint(bus, port, endpoint, &found))
		return -ENOENT;
	it->pipes[model_endpoint_index(endpoint)].is_halted = false;
	if (it->model->kind->clear_halt)
		it->model->kind->clear_halt(it->model, endpoint);
	return 0;
}

bool bus_is_halted(const struct bus *bus, unsigned port, uint8_t endpoint)
{
	const struct bus_port *it = bus_port_get(bus, port);

	return it && it->pipes[model_endpoint_index(endpoint)].is_halted;
}

static void halts_clear(struct bus_port *it)
{
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++)
		it->pipes[i].is_halted = false;
}

int bus_reset(struct bus *bus, unsigned port)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return -ENODEV;
	it->record.requests++;
	bus_touch(bus, it);
	pipes_end(it, -EPROTO);
	halts_clear(it);
	it->model->now_us = bus->now_us;
	if (it->model->kind->reset)
		it->model->kind->reset(it->model);
	return 0;
}

int bus_set_configuration(struct bus *bus, unsigned port, uint8_t configuration)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return -ENODEV;
	if (configuration > 1)
		return -EINVAL;
	it->record.requests++;
	bus_touch(bus, it);
	it->configuration = configuration;
	memset(it->alternate, 0, sizeof(it->alternate));
	halts_clear(it);
	return 0;
}

int bus_set_interface(struct bus *bus, unsigned port, uint8_t interface, uint8_t alternate)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return -ENODEV;
	if (bus_interface_find(it, interface, alternate).len == 0)
		return -EINVAL;
	it->record.requests++;
	bus_touch(bus, it);
	it->alternate[interface] = alternate;
	halts_clear(it);
	if (it->model->kind->set_interface)
		it->model->kind->set_interface(it->model, interface, alternate);
	return 0;
}

uint8_t bus_configuration(const struct bus *bus, unsigned port)
{
	const struct bus_port *it = bus_port_get(bus, port);

	return it ? it->configuration : 0;
}

uint8_t bus_alternate(const struct bus *bus, unsigned port, uint8_t interface)
{
	const struct bus_port *it = bus_port_get(bus, port);

	return it && interface < BUS_INTERFACES_MAX ? it->alternate[interface] : 0;
}

/* --- time ----------------------------------------------------------------- */

void bus_step(struct bus *bus, int64_t now_us)
{
	if (now_us > bus->now_us)
		bus->now_us = now_us;
	for (unsigned port = 1; port <= bus->port_count; port++) {
		struct model *model = bus->ports[port].model;

		if (!model)
			continue;
		model->now_us = bus->now_us;
		if (model->kind->step && model->kind->due_us(model) <= bus->now_us)
			model->kind->step(model);
	}
	bus_settle(bus);
}

int64_t bus_now_us(const struct bus *bus)
{
	return bus->now_us;
}

int64_t bus_due_us(const struct bus *bus)
{
	int64_t due_us = MODEL_NEVER;

	for (unsigned port = 1; port <= bus->port_count; port++) {
		const struct model *model = bus->ports[port].model;

		if (!model || !model->kind->step)
			continue;
		int64_t its_us = model->kind->due_us(model);

		if (its_us < due_us)
			due_us = its_us;
	}
	return due_us;
}
