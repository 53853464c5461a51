/* A bus with a puppet at its first port, no host at all, and transfers that say how they ended. */
#ifndef SPECIMEND_TESTS_USB_BUS_RIG_H
#define SPECIMEND_TESTS_USB_BUS_RIG_H

#include "tests/usb/bus.h"

#include "tests/check.h"
#include "tests/usb/puppet.h"

static struct {
	struct bus *bus;
	struct puppet *puppet;
	unsigned gone;
} it;

struct flight {
	struct bus_urb urb;
	unsigned done;
	uint8_t bytes[256];
};

static inline void on_gone(void *arg, unsigned port)
{
	(void)arg;
	it.gone += port == 1;
}

static inline void begin(void)
{
	static const struct bus_events events = { .gone = on_gone };

	memset(&it, 0, sizeof(it));
	it.bus = bus_new(3, &events, NULL);
	it.puppet = puppet_new();
	bus_plug(it.bus, 1, &it.puppet->model);
	check_int(bus_set_interface(it.bus, 1, 0, 1), 0);
}

static inline void end(void)
{
	bus_free(it.bus);
	model_free(&it.puppet->model);
}

static inline void on_done(struct bus_urb *urb)
{
	LIST_ITEM(urb, struct flight, urb)->done++;
}

static inline int flight_begin(struct flight *flight, uint8_t endpoint, size_t len)
{
	*flight = (struct flight) { .urb = { .endpoint = endpoint, .len = len, .done = on_done } };
	flight->urb.data = flight->bytes;
	for (size_t i = 0; i < sizeof(flight->bytes) && !(endpoint & 0x80); i++)
		flight->bytes[i] = (uint8_t)i;
	return bus_submit(it.bus, 1, &flight->urb);
}

/* The transfer is done, once, with this result. */
static inline void check_flight(const struct flight *flight, int status, size_t actual)
{
	check_int(flight->done, 1);
	check_int(flight->urb.status, status);
	check_int(flight->urb.actual, actual);
}

static inline void check_taken(size_t len)
{
	uint8_t expected[256];

	for (size_t i = 0; i < sizeof(expected); i++)
		expected[i] = (uint8_t)i;
	check_bytes(buf_bytes(&it.puppet->taken), bytes_of(expected, len));
}

static inline bool give(uint8_t endpoint, const char *text)
{
	return model_in(&it.puppet->model, endpoint, bytes_of_str(text));
}

/* A request is on its way; its bytes out are in flight already. */
static inline void request_begin(struct flight *flight, uint8_t type, uint8_t number,
	uint16_t value, uint16_t index, uint16_t length)
{
	flight->done = 0;
	flight->urb = (struct bus_urb) { .len = length, .done = on_done, .data = flight->bytes };
	flight->urb.setup = (struct usb_setup) { type, number, value, index, length };
	check_int(bus_submit(it.bus, 1, &flight->urb), 0);
}

static inline struct flight request(
	uint8_t type, uint8_t number, uint16_t value, uint16_t index, uint16_t length)
{
	struct flight flight = { 0 };

	request_begin(&flight, type, number, value, index, length);
	check_int(flight.done, 1);
	return flight;
}

#endif
