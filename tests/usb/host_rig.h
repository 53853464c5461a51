/* A host of a few lines: a bus of one port, and transfers that are over when they return. */
#ifndef SPECIMEND_TESTS_USB_HOST_RIG_H
#define SPECIMEND_TESTS_USB_HOST_RIG_H

#include "tests/usb/bus.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"

static struct bus *bus;

struct flight {
	struct bus_urb urb;
	bool is_done;
	uint8_t bytes[64 * 1024];
};

static inline void on_done(struct bus_urb *urb)
{
	LIST_ITEM(urb, struct flight, urb)->is_done = true;
}

static inline struct flight *flight_new(uint8_t endpoint, struct bytes bytes, size_t len)
{
	struct flight *flight = xcalloc(1, sizeof(*flight));

	flight->urb = (struct bus_urb) { .endpoint = endpoint, .len = len, .done = on_done };
	flight->urb.data = flight->bytes;
	if (bytes.len > 0)
		memcpy(flight->bytes, bytes.data, bytes.len);
	return flight;
}

/* How many bytes went; the rest is given up. */
static inline size_t write_some(uint8_t endpoint, struct bytes bytes)
{
	struct flight *flight = flight_new(endpoint, bytes, bytes.len);

	check_int(bus_submit(bus, 1, &flight->urb), 0);
	if (!flight->is_done)
		check(bus_unlink(bus, &flight->urb, -ECONNRESET));
	size_t actual = flight->urb.actual;

	free(flight);
	return actual;
}

/* What waits for the host, nothing when there is nothing. */
static inline void read_some(uint8_t endpoint, struct buf *out)
{
	struct flight *flight = flight_new(endpoint, bytes_of(NULL, 0), 4096);

	check_int(bus_submit(bus, 1, &flight->urb), 0);
	if (!flight->is_done)
		check(bus_unlink(bus, &flight->urb, -ECONNRESET));
	buf_reset(out);
	buf_add_mem(out, flight->bytes, flight->urb.actual);
	free(flight);
}

/* A control request; its status, its answer in out. */
static inline int request(const struct usb_setup *setup, struct bytes data, struct buf *out)
{
	struct flight *flight = flight_new(0, data, setup->length);

	flight->urb.setup = *setup;
	check_int(bus_submit(bus, 1, &flight->urb), 0);
	check(flight->is_done);
	int status = flight->urb.status;

	buf_reset(out);
	buf_add_mem(out, flight->bytes, flight->urb.actual);
	free(flight);
	return status;
}

#endif
