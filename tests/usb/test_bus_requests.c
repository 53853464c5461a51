/* tests/usb/bus_requests: the standard requests are the bus's, the others the model's. */
#include "tests/usb/bus.h"

#include <errno.h>

#include "tests/check.h"
#include "tests/usb/bus_rig.h"

static void test_standard_requests_are_answered_by_the_bus(void)
{
	static const struct {
		const char *what;
		uint8_t type, number;
		uint16_t value, index, length;
		int status;
		struct bytes answer;
	} rows[] = {
		{ "device", 0x80, 6, 0x0100, 0, 64, 0, { puppet_device, sizeof(puppet_device) } },
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
	memcpy(flight.bytes, "\4\1", 2);
	request_begin(&flight, 0x21, 9, 0x0204, 1, 2);
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
	check_int(endpoint.packet_len, PUPPET_PACKET);
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

static void test_a_device_that_goes_mute_answers_no_request_at_all(void)
{
	begin();
	bus_set_fault(it.bus, 1, 0, BUS_FAULT_MUTE, 2);
	check_int(request(0x80, 0, 0, 0, 2).urb.status, 0);
	check(!bus_is_mute(it.bus, 1)); /* counts as one */
	check(bus_is_mute(it.bus, 1));
	struct flight flight = { 0 };

	request_begin(&flight, 0x80, 0, 0, 0, 2);
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

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_standard_requests_are_answered_by_the_bus),
		CHECK_TEST(test_other_requests_are_the_models),
		CHECK_TEST(test_settings_change_what_endpoints_there_are),
		CHECK_TEST(test_a_device_that_goes_mute_answers_no_request_at_all),
		CHECK_TEST(test_a_fault_of_endpoint_0_hits_no_standard_request),
	};

	return check_run("usb/bus_requests", tests, ARRAY_LEN(tests));
}
