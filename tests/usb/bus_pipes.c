/* Transfers: served one by one on each endpoint, as far as the model and the scripted faults let.
 */
#include <assert.h>
#include <errno.h>

#include "tests/usb/bus_inside.h"

static void urb_end(struct bus_urb *urb, int status)
{
	list_remove(&urb->node);
	urb->status = status;
	urb->done(urb);
}

void bus_pipes_end(struct bus_port *it, int status)
{
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++) {
		struct list *urbs = &it->pipes[i].urbs;

		while (!list_is_empty(urbs))
			urb_end(LIST_ITEM(urbs->next, struct bus_urb, node), status);
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
	case BUS_FAULT_MUTE:
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

bool bus_is_mute(struct bus *bus, unsigned port)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it || it->pipes[0].fault != BUS_FAULT_MUTE)
		return false;
	if (it->pipes[0].fault_after == 0)
		return true;
	it->pipes[0].fault_after--;
	return false;
}

static bool control_go(
	struct bus *bus, struct bus_port *it, struct bus_pipe *pipe, struct bus_urb *urb)
{
	bool is_in = urb->setup.request_type & 0x80;
	AUTO_BUF in = { 0 };

	(void)it;
	if (bus_is_mute(bus, urb->port))
		return false;
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

void bus_settle(struct bus *bus)
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
