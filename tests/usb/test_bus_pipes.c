/* tests/usb/bus_pipes: transfers out and in, halts, and faults by script. */
#include "tests/usb/bus.h"

#include <errno.h>

#include "tests/check.h"
#include "tests/usb/bus_rig.h"

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
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_NAK, PUPPET_PACKET);
	check(give(INTERRUPT_IN, "0123456789"));
	check_int(flight_begin(&flight, INTERRUPT_IN, 64), 0);
	check_int(flight.urb.actual, PUPPET_PACKET);
	check_int(flight.done, 0);
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_NONE, 0);
	check_flight(&flight, 0, 10);
	bus_set_fault(it.bus, 1, INTERRUPT_IN, BUS_FAULT_STALL, 0);
	check_int(flight_begin(&flight, INTERRUPT_IN, 64), 0);
	check_flight(&flight, -EPIPE, 0);
	check(bus_is_halted(it.bus, 1, INTERRUPT_IN));
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
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
	};

	return check_run("usb/bus_pipes", tests, ARRAY_LEN(tests));
}
