/* tests/usb/bus: transfers, faults, settings, claims and standard requests, with no host at all. */
#include "tests/usb/bus.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/usb/model_other.h"

/* --- a device that does what the test says --------------------------------- */

#define BULK_OUT 0x01
#define BULK_IN 0x81
#define INTERRUPT_IN 0x82
#define PACKET 8

struct puppet {
	struct model model;
	struct buf taken;
	size_t room;            /* it takes so much, and then holds up */
	bool is_stalling;       /* or stalls */
	struct usb_setup setup; /* the last request of class or vendor */
	struct buf setup_data;
	enum model_answer answer;
	unsigned resets;
	unsigned halts_cleared;
	unsigned pieces_done;
	uint8_t interface;
	uint8_t alternate;
	int64_t due_us;
	unsigned steps;
};

static struct puppet *puppet_of(struct model *model)
{
	return (struct puppet *)(void *)model;
}

static enum model_answer puppet_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct puppet *puppet = puppet_of(model);

	if (puppet->answer != MODEL_OK)
		return puppet->answer;
	puppet->setup = *setup;
	buf_reset(&puppet->setup_data);
	buf_add(&puppet->setup_data, out);
	if (setup->request_type & 0x80)
		buf_add_str(in, "answer");
	return MODEL_OK;
}

static enum model_answer puppet_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	struct puppet *puppet = puppet_of(model);
	size_t len = bytes.len < puppet->room ? bytes.len : puppet->room;

	check_int(endpoint, BULK_OUT);
	buf_add_mem(&puppet->taken, bytes.data, len);
	puppet->room -= len;
	*taken = len;
	if (len == bytes.len)
		return MODEL_OK;
	return puppet->is_stalling ? MODEL_STALL : MODEL_NAK;
}

static void puppet_in_done(struct model *model, uint8_t endpoint)
{
	check(endpoint == BULK_IN || endpoint == INTERRUPT_IN);
	puppet_of(model)->pieces_done++;
}

static void puppet_set_interface(struct model *model, uint8_t interface, uint8_t alternate)
{
	puppet_of(model)->interface = interface;
	puppet_of(model)->alternate = alternate;
}

static void puppet_clear_halt(struct model *model, uint8_t endpoint)
{
	(void)endpoint;
	puppet_of(model)->halts_cleared++;
}

static void puppet_reset(struct model *model)
{
	puppet_of(model)->resets++;
}

static int64_t puppet_due_us(const struct model *model)
{
	return ((const struct puppet *)(const void *)model)->due_us;
}

static void puppet_step(struct model *model)
{
	struct puppet *puppet = puppet_of(model);

	puppet->steps++;
	puppet->due_us = MODEL_NEVER;
}

static void puppet_free(struct model *model)
{
	struct puppet *puppet = puppet_of(model);

	buf_done(&puppet->taken);
	buf_done(&puppet->setup_data);
	model_done(model);
	free(puppet);
}

/* clang-format off */
static const uint8_t puppet_device[] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56, 0, 1, 1, 0, 3, 1,
};
static const uint8_t puppet_configuration[] = {
	9, 2, 9 + 9 + 7 + 9 + 7 + 7 + 9 + 9 + 7, 0, 2, 1, 0, 0x80, 50,
	9, 4, 0, 0, 1, 7, 1, 1, 0,
	7, 5, BULK_OUT, 2, PACKET, 0, 0,
	9, 4, 0, 1, 2, 7, 1, 2, 0,
	7, 5, BULK_OUT, 2, PACKET, 0, 0,
	7, 5, BULK_IN, 2, PACKET, 0, 0,
	9, 4, 1, 0, 1, 3, 0, 0, 0,
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, 4, 0,
	7, 5, INTERRUPT_IN, 3, PACKET, 0, 4,
};
/* clang-format on */

static struct puppet *puppet_new(void)
{
	static const struct model_kind kind = {
		.name = "puppet",
		.control = puppet_control,
		.out = puppet_out,
		.in_done = puppet_in_done,
		.set_interface = puppet_set_interface,
		.clear_halt = puppet_clear_halt,
		.reset = puppet_reset,
		.due_us = puppet_due_us,
		.step = puppet_step,
		.free = puppet_free,
	};
	static const char *const texts[] = { "Maker", NULL, "S1" };
	static const uint8_t report_descriptor[] = { 0x05, 0x8c, 0x09, 0x02 };
	static const struct model_report_descriptor reports[] = {
		{ 1, { report_descriptor, sizeof(report_descriptor) } },
	};
	struct puppet *puppet = xcalloc(1, sizeof(*puppet));

	puppet->room = SIZE_MAX;
	puppet->due_us = MODEL_NEVER;
	model_init(&puppet->model, &kind,
		&(struct model_descriptors) {
			.device = bytes_of(puppet_device, sizeof(puppet_device)),
			.configuration =
				bytes_of(puppet_configuration, sizeof(puppet_configuration)),
			.texts = texts,
			.text_count = ARRAY_LEN(texts),
			.reports = reports,
			.report_count = ARRAY_LEN(reports),
			.speed_mbps = 480,
		});
	return puppet;
}

/* --- the stage ------------------------------------------------------------ */

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

static void on_gone(void *arg, unsigned port)
{
	(void)arg;
	it.gone += port == 1;
}

static void begin(void)
{
	static const struct bus_events events = { .gone = on_gone };

	memset(&it, 0, sizeof(it));
	it.bus = bus_new(3, &events, NULL);
	it.puppet = puppet_new();
	bus_plug(it.bus, 1, &it.puppet->model);
	check_int(bus_set_interface(it.bus, 1, 0, 1), 0);
}

static void end(void)
{
	bus_free(it.bus);
	model_free(&it.puppet->model);
}

static void on_done(struct bus_urb *urb)
{
	LIST_ITEM(urb, struct flight, urb)->done++;
}

static int flight_begin(struct flight *flight, uint8_t endpoint, size_t len)
{
	*flight = (struct flight) { .urb = { .endpoint = endpoint, .len = len, .done = on_done } };
	flight->urb.data = flight->bytes;
	for (size_t i = 0; i < sizeof(flight->bytes) && !(endpoint & 0x80); i++)
		flight->bytes[i] = (uint8_t)i;
	return bus_submit(it.bus, 1, &flight->urb);
}

/* The transfer is done, once, with this result. */
static void check_flight(const struct flight *flight, int status, size_t actual)
{
	check_int(flight->done, 1);
	check_int(flight->urb.status, status);
	check_int(flight->urb.actual, actual);
}

static void check_taken(size_t len)
{
	uint8_t expected[256];

	for (size_t i = 0; i < sizeof(expected); i++)
		expected[i] = (uint8_t)i;
	check_bytes(buf_bytes(&it.puppet->taken), bytes_of(expected, len));
}

static bool give(uint8_t endpoint, const char *text)
{
	return model_in(&it.puppet->model, endpoint, bytes_of_str(text));
}

/* --- requests ------------------------------------------------------------- */

static struct flight request(
	uint8_t type, uint8_t number, uint16_t value, uint16_t index, uint16_t length)
{
	struct flight flight = { .urb = { .len = length, .done = on_done } };

	flight.urb.setup = (struct usb_setup) { type, number, value, index, length };
	flight.urb.data = flight.bytes;
	check_int(bus_submit(it.bus, 1, &flight.urb), 0);
	check_int(flight.done, 1);
	return flight;
}

static void test_standard_requests_are_answered_by_the_bus(void)
{
	static const struct {
		const char *what;
		uint8_t type, number;
		uint16_t value, index, length;
		int status;
		struct bytes answer;
	} rows[] = {
		{ "device", 0x80, 6, 0x0100, 0, 64, 0, { puppet_device, 18 } },
		{ "its front", 0x80, 6, 0x0100, 0, 8, 0, { puppet_device, 8 } },
		{ "configuration", 0x80, 6, 0x0200, 0, 255, 0,
			{ puppet_configuration, sizeof(puppet_configuration) } },
		{ "another configuration", 0x80, 6, 0x0201, 0, 255, -EPIPE, { NULL, 0 } },
		{ "qualifier", 0x80, 6, 0x0600, 0, 10, -EPIPE, { NULL, 0 } },
		{ "languages", 0x80, 6, 0x0300, 0, 255, 0, { (const uint8_t *)"\4\3\11\4", 4 } },
		{ "a text", 0x80, 6, 0x0303, 0x409, 255, 0,
			{ (const uint8_t *)"\6\3S\0001\0", 6 } },
		{ "no text", 0x80, 6, 0x0302, 0x409, 255, -EPIPE, { NULL, 0 } },
		{ "beyond", 0x80, 6, 0x0304, 0x409, 255, -EPIPE, { NULL, 0 } },
		{ "device status", 0x80, 0, 0, 0, 2, 0, { (const uint8_t *)"\1\0", 2 } },
		{ "interface status", 0x81, 0, 0, 1, 2, 0, { (const uint8_t *)"\0\0", 2 } },
		{ "endpoint status", 0x82, 0, 0, BULK_IN, 2, 0, { (const uint8_t *)"\0\0", 2 } },
		{ "no such interface", 0x81, 0, 0, 2, 2, -EPIPE, { NULL, 0 } },
		{ "no such endpoint", 0x82, 0, 0, 0x83, 2, -EPIPE, { NULL, 0 } },
		{ "configuration set", 0x80, 8, 0, 0, 1, 0, { (const uint8_t *)"\1", 1 } },
		{ "setting", 0x81, 10, 0, 0, 1, 0, { (const uint8_t *)"\1", 1 } },
		{ "HID", 0x81, 6, 0x2100, 1, 64, 0, { puppet_configuration + 57, 9 } },
		{ "no HID", 0x81, 6, 0x2100, 0, 64, -EPIPE, { NULL, 0 } },
		{ "report", 0x81, 6, 0x2200, 1, 64, 0, { (const uint8_t *)"\5\x8c\11\2", 4 } },
		{ "no report", 0x81, 6, 0x2200, 0, 64, -EPIPE, { NULL, 0 } },
		{ "idle", 0x21, 10, 0, 1, 0, 0, { NULL, 0 } },
		{ "unknown", 0x80, 12, 0, 0, 0, -EPIPE, { NULL, 0 } },
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].what);
		struct flight flight = request(
			rows[i].type, rows[i].number, rows[i].value, rows[i].index, rows[i].length);

		check_int(flight.urb.status, rows[i].status);
		check_bytes(bytes_of(flight.bytes, flight.urb.actual), rows[i].answer);
	}
	check_row(NULL);
	check_int(it.puppet->setup.request, 0); /* none came to the model */
	end();
}

static void test_other_requests_are_the_models(void)
{
	begin();
	struct flight flight = request(0xa1, 0, 7, 1, 4);

	check_bytes(bytes_of(flight.bytes, flight.urb.actual), bytes_of_str("answ"));
	check_int(it.puppet->setup.value, 7);
	it.puppet->answer = MODEL_STALL;
	check_int(request(0xc0, 1, 0, 0, 4).urb.status, -EPIPE);
	it.puppet->answer = MODEL_NAK;
	flight = (struct flight) { .urb = { .len = 2, .done = on_done } };
	flight.urb.setup = (struct usb_setup) { 0x21, 9, 0x0204, 1, 2 };
	flight.urb.data = flight.bytes;
	memcpy(flight.bytes, "\4\1", 2);
	check_int(bus_submit(it.bus, 1, &flight.urb), 0);
	check_int(flight.done, 0); /* it is kept waiting */
	it.puppet->answer = MODEL_OK;
	model_changed(&it.puppet->model);
	check_flight(&flight, 0, 2);
	check_bytes(buf_bytes(&it.puppet->setup_data), bytes_of_str("\4\1"));
	end();
}

static void test_settings_change_what_endpoints_there_are(void)
{
	struct flight flight;
	struct bus_endpoint endpoint;

	begin();
	check_int(request(0x01, 11, 0, 0, 0).urb.status, 0); /* SET_INTERFACE 0 */
	check_int(it.puppet->alternate, 0);
	check(!bus_endpoint(it.bus, 1, BULK_IN, &endpoint));
	check_int(flight_begin(&flight, BULK_IN, 64), -ENOENT);
	check_int(bus_set_interface(it.bus, 1, 0, 1), 0);
	check(bus_endpoint(it.bus, 1, BULK_IN, &endpoint));
	check_int(endpoint.packet_len, PACKET);
	check_int(endpoint.type, 2);
	check_int(bus_set_interface(it.bus, 1, 0, 2), -EINVAL);
	check_int(bus_set_interface(it.bus, 1, 9, 0), -EINVAL);
	check_int(request(0x00, 9, 0, 0, 0).urb.status, 0); /* SET_CONFIGURATION 0 */
	check(!bus_endpoint(it.bus, 1, BULK_OUT, &endpoint));
	check_int(bus_set_configuration(it.bus, 1, 2), -EINVAL);
	check_int(bus_set_configuration(it.bus, 1, 1), 0);
	check_int(bus_alternate(it.bus, 1, 0), 0);
	end();
}

/* --- out ------------------------------------------------------------------ */

static void test_bytes_go_out_and_no_further_than_the_device_takes(void)
{
	struct flight first, second;

	begin();
	check_int(flight_begin(&first, BULK_OUT, 100), 0);
	check_flight(&first, 0, 100);
	check_taken(100);
	buf_reset(&it.puppet->taken);
	it.puppet->room = 60;
	check_int(flight_begin(&first, BULK_OUT, 100), 0);
	check_int(flight_begin(&second, BULK_OUT, 10), 0);
	check_int(first.done + second.done, 0);
	check_taken(60);
	it.puppet->room = SIZE_MAX;
	model_changed(&it.puppet->model);
	check_flight(&first, 0, 100);
	check_flight(&second, 0, 10);
	check_int(it.puppet->taken.len, 110);
	end();
}

static void test_a_transfer_is_unlinked_with_what_it_had(void)
{
	struct flight first, second;

	begin();
	it.puppet->room = 33;
	check_int(flight_begin(&first, BULK_OUT, 100), 0);
	check_int(flight_begin(&second, BULK_OUT, 100), 0);
	check(bus_unlink(it.bus, &first.urb, -ECONNRESET));
	check_flight(&first, -ECONNRESET, 33);
	check(!bus_unlink(it.bus, &first.urb, -ENOENT));
	check(bus_unlink(it.bus, &second.urb, -ENOENT));
	check_flight(&second, -ENOENT, 0);
	end();
}

static void test_a_stall_halts_the_endpoint_until_it_is_cleared(void)
{
	struct flight first, second;

	begin();
	it.puppet->room = 40;
	it.puppet->is_stalling = true;
	check_int(flight_begin(&first, BULK_OUT, 100), 0);
	check_flight(&first, -EPIPE, 40);
	check(bus_is_halted(it.bus, 1, BULK_OUT));
	it.puppet->room = SIZE_MAX;
	check_int(flight_begin(&second, BULK_OUT, 8), 0);
	check_flight(&second, -EPIPE, 0);
	check_int(request(0x82, 0, 0, BULK_OUT, 2).bytes[0], 1);
	check_int(request(0x02, 1, 0, BULK_OUT, 0).urb.status, 0); /* CLEAR_FEATURE */
	check_int(it.puppet->halts_cleared, 1);
	check_int(flight_begin(&second, BULK_OUT, 8), 0);
	check_flight(&second, 0, 8);
	check_int(request(0x02, 3, 0, BULK_OUT, 0).urb.status, 0); /* SET_FEATURE */
	check(bus_is_halted(it.bus, 1, BULK_OUT));
	check_int(bus_clear_halt(it.bus, 1, BULK_OUT), 0);
	check_int(bus_clear_halt(it.bus, 1, 0x05), -ENOENT);
	end();
}

static void test_what_makes_no_sense_is_refused(void)
{
	struct flight flight;

	begin();
	check_int(flight_begin(&flight, 0x05, 8), -ENOENT);
	check_int(flight_begin(&flight, BULK_OUT, BUS_URB_MAX + 1), -EINVAL);
	check_int(bus_submit(it.bus, 2, &flight.urb), -ENODEV);
	check_int(bus_submit(it.bus, 99, &flight.urb), -ENODEV);
	check_int(flight.done, 0);
	end();
}

/* --- in ------------------------------------------------------------------- */

static void test_a_transfer_in_ends_with_a_short_packet(void)
{
	struct flight first, second;

	begin();
	check_int(flight_begin(&first, BULK_IN, 64), 0);
	check_int(flight_begin(&second, BULK_IN, 64), 0);
	check_int(first.done, 0);
	check(give(BULK_IN, "twelve bytes"));
	check_flight(&first, 0, 12);
	check_bytes(bytes_of(first.bytes, 12), bytes_of_str("twelve bytes"));
	check(give(BULK_IN, "8 bytes!")); /* a whole packet: the host waits for more */
	check_int(second.done, 0);
	check(give(BULK_IN, "end"));
	check_flight(&second, 0, 11);
	check_int(it.puppet->pieces_done, 3);
	end();
}

static void test_a_transfer_in_ends_when_it_is_full(void)
{
	struct flight flight;

	begin();
	check(give(BULK_IN, "0123456789abcdefXYZ"));
	check_int(flight_begin(&flight, BULK_IN, 16), 0);
	check_flight(&flight, 0, 16);
	check_int(it.puppet->pieces_done, 0);
	check_int(flight_begin(&flight, BULK_IN, 16), 0);
	check_flight(&flight, 0, 3);
	check_bytes(bytes_of(flight.bytes, 3), bytes_of_str("XYZ"));
	check(give(BULK_IN, ""));
	check_int(flight_begin(&flight, BULK_IN, 16), 0);
	check_flight(&flight, 0, 0); /* an empty packet is one */
	end();
}

static void test_short_not_ok_makes_short_an_error(void)
{
	struct flight flight = { 0 };

	begin();
	flight.urb = (struct bus_urb) { .endpoint = BULK_IN, .len = 16, .done = on_done };
	flight.urb.data = flight.bytes;
	flight.urb.short_not_ok = true;
	check_int(bus_submit(it.bus, 1, &flight.urb), 0);
	check(give(BULK_IN, "short"));
	check_flight(&flight, -EREMOTEIO, 5);
	end();
}

static void test_a_packet_without_room_is_babble(void)
{
	struct flight flight;

	begin();
	check(give(INTERRUPT_IN, "8 bytes!"));
	check(give(INTERRUPT_IN, "next"));
	check_int(flight_begin(&flight, INTERRUPT_IN, 4), 0);
	check_flight(&flight, -EOVERFLOW, 0);
	check_int(flight_begin(&flight, INTERRUPT_IN, 8), 0);
	check_flight(&flight, 0, 4);
	end();
}

static void test_what_waits_for_the_host_is_bounded(void)
{
	AUTO_BUF large = { 0 };

	begin();
	memset(buf_grow(&large, MODEL_IN_MAX), 'x', MODEL_IN_MAX);
	check(model_in(&it.puppet->model, BULK_IN, buf_bytes(&large)));
	check(!give(BULK_IN, "x"));
	check(give(INTERRUPT_IN, "x"));
	model_in_clear(&it.puppet->model, BULK_IN);
	check(give(BULK_IN, "x"));
	end();
}

/* --- faults --------------------------------------------------------------- */

static void test_scripted_faults_strike_at_their_byte(void)
{
	static const struct {
		const char *what;
		enum bus_fault fault;
		int status; /* 1: still under way */
	} rows[] = {
		{ "stall", BUS_FAULT_STALL, -EPIPE },
		{ "nak", BUS_FAULT_NAK, 1 },
		{ "unplug", BUS_FAULT_UNPLUG, -ESHUTDOWN },
		{ "error", BUS_FAULT_ERROR, -EPROTO },
	};
	static const size_t afters[] = { 1, 20, 50, 99 };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t k = 0; k < ARRAY_LEN(afters); k++) {
			struct flight first, second;

			check_row(rows[i].what);
			begin();
			bus_set_fault(it.bus, 1, BULK_OUT, rows[i].fault, 50 + afters[k]);
			check_int(flight_begin(&first, BULK_OUT, 50), 0);
			check_flight(&first, 0, 50);
			check_int(flight_begin(&second, BULK_OUT, 100), 0);
			check_int(second.urb.actual, afters[k]);
			check_int(it.puppet->taken.len, 50 + afters[k]);
			if (rows[i].status == 1)
				check_int(second.done, 0);
			else
				check_flight(&second, rows[i].status, afters[k]);
			check_int(it.gone, rows[i].fault == BUS_FAULT_UNPLUG);
			bus_set_fault(it.bus, 1, BULK_OUT, BUS_FAULT_NONE, 0);
			if (rows[i].status == 1)
				check_flight(&second, 0, 100);
			end();
		}
	}
	check_row(NULL);
}

static void test_a_cable_may_be_pulled_behind_the_last_byte(void)
{
	struct flight flight;

	begin();
	bus_set_fault(it.bus, 1, BULK_OUT, BUS_FAULT_UNPLUG, 100);
	check_int(flight_begin(&flight, BULK_OUT, 100), 0);
	check_flight(&flight, -ESHUTDOWN, 100);
	check_int(it.gone, 1);
	check_int(bus_address(it.bus, 1), 0);
	end();
}

static void test_faults_of_what_comes_in(void)
{
	struct flight flight;

	begin();
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_CUT, 3);
	check_int(flight_begin(&flight, INTERRUPT_IN, 64), 0);
	check(give(INTERRUPT_IN, "12345"));
	check_flight(&flight, 0, 3);
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_BABBLE, 0);
	check(give(INTERRUPT_IN, "12345"));
	check_int(flight_begin(&flight, INTERRUPT_IN, 64), 0);
	check_flight(&flight, -EOVERFLOW, 0);
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_NAK, PACKET);
	check(give(INTERRUPT_IN, "0123456789"));
	check_int(flight_begin(&flight, INTERRUPT_IN, 64), 0);
	check_int(flight.urb.actual, PACKET);
	check_int(flight.done, 0);
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_NONE, 0);
	check_flight(&flight, 0, 10);
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_STALL, 0);
	check_int(flight_begin(&flight, INTERRUPT_IN, 64), 0);
	check_flight(&flight, -EPIPE, 0);
	check(bus_is_halted(it.bus, 1, INTERRUPT_IN));
	end();
}

static void test_a_device_that_goes_mute_answers_no_request_at_all(void)
{
	begin();
	bus_set_fault(it.bus, 1, 0, BUS_FAULT_MUTE, 2);
	check_int(request(0x80, 0, 0, 0, 2).urb.status, 0);
	check(!bus_is_mute(it.bus, 1)); /* counts as one */
	check(bus_is_mute(it.bus, 1));
	struct flight flight = { .urb = { .len = 2, .done = on_done } };

	flight.urb.setup = (struct usb_setup) { 0x80, 0, 0, 0, 2 };
	flight.urb.data = flight.bytes;
	check_int(bus_submit(it.bus, 1, &flight.urb), 0);
	check_int(flight.done, 0);
	bus_set_fault(it.bus, 1, 0, BUS_FAULT_NONE, 0);
	check_flight(&flight, 0, 2);
	check(!bus_is_mute(it.bus, 1));
	end();
}

static void test_a_fault_of_endpoint_0_hits_no_standard_request(void)
{
	begin();
	bus_set_fault(it.bus, 1, 0, BUS_FAULT_STALL, 0);
	check_int(request(0x80, 6, 0x0100, 0, 18).urb.status, 0);
	check_int(request(0xa1, 0, 0, 1, 4).urb.status, -EPIPE);
	check_int(request(0xa1, 0, 0, 1, 4).urb.status, 0); /* once */
	end();
}

/* --- coming and going ----------------------------------------------------- */

static void test_an_unplugged_device_is_gone_with_all_it_had(void)
{
	struct flight out, in;

	begin();
	unsigned address = bus_address(it.bus, 1);

	it.puppet->room = 10;
	check_int(flight_begin(&out, BULK_OUT, 100), 0);
	check_int(flight_begin(&in, BULK_IN, 64), 0);
	bus_unplug(it.bus, 1);
	check_flight(&out, -ESHUTDOWN, 10);
	check_flight(&in, -ESHUTDOWN, 0);
	check_int(it.gone, 1);
	check_int(flight_begin(&out, BULK_OUT, 1), -ENODEV);
	check_int(bus_clear_halt(it.bus, 1, BULK_OUT), -ENODEV);
	check_int(bus_reset(it.bus, 1), -ENODEV);
	check_int(bus_claim(it.bus, 1, 0, "me"), -ENODEV);
	bus_unplug(it.bus, 1);
	check_int(it.gone, 1);
	bus_plug(it.bus, 1, &it.puppet->model);
	check(bus_address(it.bus, 1) != address);
	check_int(it.puppet->resets, 2);
	check_int(bus_alternate(it.bus, 1, 0), 0);
	end();
}

static void test_addresses_come_round_and_are_never_shared(void)
{
	struct puppet *other = puppet_new();

	begin();
	bus_plug(it.bus, 2, &other->model);
	unsigned kept = bus_address(it.bus, 2);

	for (unsigned i = 0; i < 2 * BUS_ADDRESS_MAX; i++) {
		bus_unplug(it.bus, 1);
		bus_plug(it.bus, 1, &it.puppet->model);
		unsigned address = bus_address(it.bus, 1);

		check(address > 1 && address <= BUS_ADDRESS_MAX && address != kept);
		check_int(bus_port_of(it.bus, address), 1);
	}
	check_int(bus_port_of(it.bus, kept), 2);
	check_int(bus_port_of(it.bus, 0), 0);
	end();
	model_free(&other->model);
}

static void test_a_reset_ends_transfers_and_halts(void)
{
	struct flight flight;

	begin();
	bus_set_fault(it.bus, 1, BULK_OUT, BUS_FAULT_STALL, 0);
	check_int(flight_begin(&flight, BULK_OUT, 1), 0);
	check_int(flight_begin(&flight, BULK_IN, 64), 0);
	check_int(bus_reset(it.bus, 1), 0);
	check_flight(&flight, -EPROTO, 0);
	check(!bus_is_halted(it.bus, 1, BULK_OUT));
	check_int(it.puppet->resets, 2);
	end();
}

static void test_time_reaches_the_models(void)
{
	begin();
	check_int(bus_due_us(it.bus), MODEL_NEVER);
	it.puppet->due_us = 5000;
	check_int(bus_due_us(it.bus), 5000);
	bus_step(it.bus, 4999);
	check_int(it.puppet->steps, 0);
	bus_step(it.bus, 5001);
	check_int(it.puppet->steps, 1);
	check_int(it.puppet->model.now_us, 5001);
	bus_step(it.bus, 3000); /* does not go back */
	check_int(bus_now_us(it.bus), 5001);
	end();
}

/* --- claims --------------------------------------------------------------- */

static void test_an_interface_belongs_to_one(void)
{
	begin();
	check_str(bus_driver(it.bus, 1, 0), "usblp");
	check_str(bus_driver(it.bus, 1, 1), "usbhid");
	check_str(bus_driver(it.bus, 1, 2), NULL);
	check_int(bus_claim(it.bus, 1, 0, "me"), -EBUSY);
	check_int(bus_driver_disconnect(it.bus, 1, 0), 0);
	check_int(bus_driver_disconnect(it.bus, 1, 0), -ENODATA);
	check_int(bus_claim(it.bus, 1, 0, "me"), 0);
	check_int(bus_claim(it.bus, 1, 0, "me"), 0);
	check_int(bus_claim(it.bus, 1, 0, "you"), -EBUSY);
	check_str(bus_driver(it.bus, 1, 0), "usbfs");
	check_int(bus_driver_connect(it.bus, 1, 0), -EBUSY);
	check_int(bus_release(it.bus, 1, 0, "you"), -EINVAL);
	check_int(bus_release(it.bus, 1, 0, "me"), 0);
	check_str(bus_driver(it.bus, 1, 0), NULL);
	check_int(bus_driver_connect(it.bus, 1, 0), 0);
	check_str(bus_driver(it.bus, 1, 0), "usblp");
	check_int(bus_claim(it.bus, 1, 7, "me"), -ENOENT);
	check_int(bus_claim(it.bus, 1, 200, "me"), -ENOENT);
	struct bus_record record = bus_record(it.bus, 1);

	check_int(record.claims, 1);
	check_int(record.disconnects, 1);
	end();
}

static void test_a_claim_that_just_ends_brings_no_driver_back(void)
{
	begin();
	check_int(bus_driver_disconnect(it.bus, 1, 1), 0);
	check_int(bus_claim(it.bus, 1, 1, "me"), 0);
	bus_release_all(it.bus, 1, "you");
	check(bus_is_claimed_by(it.bus, 1, 1, "me"));
	bus_release_all(it.bus, 1, "me");
	check_str(bus_driver(it.bus, 1, 1), NULL);
	check_str(bus_driver(it.bus, 1, 0), "usblp");
	end();
}

static void test_whoever_touches_a_private_device_is_seen(void)
{
	struct model *keyboard = model_keyboard_new();

	begin();
	bus_plug(it.bus, 2, keyboard);
	check_int(bus_claim(it.bus, 2, 0, "me"), -EBUSY);
	bus_opened(it.bus, 2);
	check_int(bus_record(it.bus, 2).opened, 1);
	check(!bus_private_touched(it.bus)); /* nothing has happened to it yet */
	check_int(bus_driver_disconnect(it.bus, 1, 0), 0);
	check(!bus_private_touched(it.bus)); /* not private */
	check_int(bus_driver_disconnect(it.bus, 2, 0), 0);
	check(bus_private_touched(it.bus));
	bus_unplug(it.bus, 2);
	check(bus_private_touched(it.bus)); /* it stays true */
	end();
	begin();
	bus_plug(it.bus, 2, keyboard);
	check(!bus_private_touched(it.bus));
	check_int(bus_reset(it.bus, 2), 0);
	check(bus_private_touched(it.bus));
	end();
	model_free(keyboard);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_standard_requests_are_answered_by_the_bus),
		CHECK_TEST(test_other_requests_are_the_models),
		CHECK_TEST(test_settings_change_what_endpoints_there_are),
		CHECK_TEST(test_bytes_go_out_and_no_further_than_the_device_takes),
		CHECK_TEST(test_a_transfer_is_unlinked_with_what_it_had),
		CHECK_TEST(test_a_stall_halts_the_endpoint_until_it_is_cleared),
		CHECK_TEST(test_what_makes_no_sense_is_refused),
		CHECK_TEST(test_a_transfer_in_ends_with_a_short_packet),
		CHECK_TEST(test_a_transfer_in_ends_when_it_is_full),
		CHECK_TEST(test_short_not_ok_makes_short_an_error),
		CHECK_TEST(test_a_packet_without_room_is_babble),
		CHECK_TEST(test_what_waits_for_the_host_is_bounded),
		CHECK_TEST(test_scripted_faults_strike_at_their_byte),
		CHECK_TEST(test_a_cable_may_be_pulled_behind_the_last_byte),
		CHECK_TEST(test_faults_of_what_comes_in),
		CHECK_TEST(test_a_device_that_goes_mute_answers_no_request_at_all),
		CHECK_TEST(test_a_fault_of_endpoint_0_hits_no_standard_request),
		CHECK_TEST(test_an_unplugged_device_is_gone_with_all_it_had),
		CHECK_TEST(test_addresses_come_round_and_are_never_shared),
		CHECK_TEST(test_a_reset_ends_transfers_and_halts),
		CHECK_TEST(test_time_reaches_the_models),
		CHECK_TEST(test_an_interface_belongs_to_one),
		CHECK_TEST(test_a_claim_that_just_ends_brings_no_driver_back),
		CHECK_TEST(test_whoever_touches_a_private_device_is_seen),
	};
	return check_run("usb/bus", tests, ARRAY_LEN(tests));
}
