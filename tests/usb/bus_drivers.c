/* Who has an interface: a driver of the kernel, somebody's claim, or nobody. */
#include <errno.h>

#include "daemon/base/str.h"
#include "tests/usb/bus_inside.h"

/* The drivers that Debian's kernel binds by itself, by the interface's class; of the maker's own
 * class by the vendor too. */
static const struct {
	uint8_t class;
	const char *driver;
	uint16_t vendor; /* 0: any */
} drivers[] = {
	{ 0x02, "cdc_acm" },
	{ 0x03, "usbhid" },
	{ 0x07, "usblp" },
	{ 0x08, "usb-storage" },
	{ 0x0a, "cdc_acm" },
	{ 0xff, "ftdi_sio", 0x0403 },
	{ 0xff, "metro_usb", 0x0c2e },
};

static uint16_t vendor_of(const struct bus_port *port)
{
	const uint8_t *device = port->model->descriptors.device.data;

	return (uint16_t)(device[8] | device[9] << 8);
}

static const char *driver_find(const struct bus_port *port, unsigned interface)
{
	struct bytes found = bus_interface_find(port, interface, 0);

	for (size_t i = 0; i < ARRAY_LEN(drivers) && found.len > 0; i++) {
		if (drivers[i].class == found.data[5] &&
			(drivers[i].vendor == 0 || drivers[i].vendor == vendor_of(port)))
			return drivers[i].driver;
	}
	return NULL;
}

void bus_drivers_bind(struct bus_port *port)
{
	for (unsigned i = 0; i < BUS_INTERFACES_MAX; i++)
		port->owners[i] = (struct bus_owner) { .driver = driver_find(port, i) };
}

void bus_touch(struct bus *bus, const struct bus_port *port)
{
	if (port->model->is_private)
		bus->is_private_touched = true;
}

bool bus_private_touched(const struct bus *bus)
{
	return bus->is_private_touched;
}

/* 0 and the owner, or the error. */
static int owner_get(
	const struct bus *bus, unsigned port, uint8_t interface, struct bus_owner **out)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (!it)
		return -ENODEV;
	if (bus_interface_find(it, interface, 0).len == 0)
		return -ENOENT;
	*out = &it->owners[interface];
	return 0;
}

int bus_claim(struct bus *bus, unsigned port, uint8_t interface, const void *owner)
{
	struct bus_owner *it;
	int failed = owner_get(bus, port, interface, &it);

	if (failed)
		return failed;
	if (it->claim == owner)
		return 0;
	if (it->driver || it->claim)
		return -EBUSY;
	it->claim = owner;
	bus->ports[port].record.claims++;
	bus_touch(bus, &bus->ports[port]);
	return 0;
}

int bus_release(struct bus *bus, unsigned port, uint8_t interface, const void *owner)
{
	struct bus_owner *it;
	int failed = owner_get(bus, port, interface, &it);

	if (failed)
		return failed == -ENODEV ? failed : -EINVAL;
	if (it->claim != owner)
		return -EINVAL;
	it->claim = NULL;
	return 0;
}

void bus_release_all(struct bus *bus, unsigned port, const void *owner)
{
	for (uint8_t i = 0; i < BUS_INTERFACES_MAX; i++)
		(void)bus_release(bus, port, i, owner); /* most are not its own */
}

bool bus_is_claimed_by(const struct bus *bus, unsigned port, uint8_t interface, const void *owner)
{
	struct bus_owner *it;

	return owner_get(bus, port, interface, &it) == 0 && it->claim == owner;
}

const char *bus_driver(const struct bus *bus, unsigned port, uint8_t interface)
{
	struct bus_owner *it;

	if (owner_get(bus, port, interface, &it) != 0)
		return NULL;
	return it->claim ? "usbfs" : it->driver;
}

int bus_driver_disconnect(struct bus *bus, unsigned port, uint8_t interface)
{
	struct bus_owner *it;
	int failed = owner_get(bus, port, interface, &it);

	if (failed)
		return failed;
	if (!it->driver && !it->claim)
		return -ENODATA;
	*it = (struct bus_owner) { 0 };
	bus->ports[port].record.disconnects++;
	bus_touch(bus, &bus->ports[port]);
	return 0;
}

int bus_driver_connect(struct bus *bus, unsigned port, uint8_t interface)
{
	struct bus_owner *it;
	int failed = owner_get(bus, port, interface, &it);

	if (failed)
		return failed;
	if (it->driver || it->claim)
		return -EBUSY;
	it->driver = driver_find(&bus->ports[port], interface);
	return 0;
}

struct bus_record bus_record(const struct bus *bus, unsigned port)
{
	const struct bus_port *it = bus_port_get(bus, port);

	return it ? it->record : (struct bus_record) { 0 };
}

void bus_opened(struct bus *bus, unsigned port)
{
	struct bus_port *it = bus_port_get(bus, port);

	if (it)
		it->record.opened++;
}
