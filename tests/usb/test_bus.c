/* tests/usb/bus: devices come and go, addresses, resets, time. */
#include "tests/usb/bus.h"

#include <errno.h>

#include "tests/check.h"
#include "tests/usb/bus_rig.h"

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

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_an_unplugged_device_is_gone_with_all_it_had),
		CHECK_TEST(test_addresses_come_round_and_are_never_shared),
		CHECK_TEST(test_a_reset_ends_transfers_and_halts),
		CHECK_TEST(test_time_reaches_the_models),
	};

	return check_run("usb/bus", tests, ARRAY_LEN(tests));
}
