/* Ports, settings and time. */
#include "tests/usb/bus.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/usb/bus_inside.h"

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

void bus_unplug(struct bus *bus, unsigned port)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return;
	it->model->on_change = NULL;
	it->model = NULL;
	bus_pipes_end(it, -ESHUTDOWN);
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

int bus_reset_endpoint(struct bus *bus, unsigned port, uint8_t endpoint)
{
	struct bus_port *it = bus_port_get(bus, port);
	struct bus_endpoint found;

	if (!it)
		return -ENODEV;
	if (!bus_endpoint(bus, port, endpoint, &found))
		return -ENOENT;
	it->record.resets++;
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
	bus_pipes_end(it, -EPROTO);
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
