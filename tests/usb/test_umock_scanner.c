/* tests/usb/umock: what libusb says of a scanner on the fake bus, and of transfers in flight. */
#ifdef HAVE_UMOCKDEV

#include "tests/usb/umock.h"

#include <sys/resource.h>

#include "tests/check.h"
#include "tests/usb/umock_rig.h"

static void test_the_report_descriptor_is_what_the_model_has(void)
{
	uint8_t found[MODEL_REPORT_DESCRIPTOR_MAX];

	begin_scanner();
	int len = libusb_control_transfer(
		it.handle, 0x81, 6, 0x2200, 0, found, sizeof(found), TIMEOUT_MS);

	check_int(len, 127);
	check_bytes(bytes_of(found, 127),
		model_hid_pos_model(it.scanner)->descriptors.reports[0].bytes);
	check_int(libusb_control_transfer(it.handle, 0x21, 10, 0, 0, NULL, 0, TIMEOUT_MS), 0);
	end();
}

static void test_a_long_scan_comes_as_reports_in_order(void)
{
	uint8_t report[64];
	char text[131];
	int len = 0;

	begin_scanner();
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('A' + i % 26);
	text[sizeof(text) - 1] = 0;
	scan(text);
	for (unsigned i = 0; i < 3; i++) {
		check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 64, &len, TIMEOUT_MS),
			0);
		check_int(len, 64);
		check_int(report[1], i < 2 ? 56 : 18);
		check_int(report[63], i < 2);
		check_bytes(bytes_of(report + 5, report[1]), bytes_of(text + 56 * i, report[1]));
	}
	check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 64, &len, SHORT_MS),
		LIBUSB_ERROR_TIMEOUT);
	umock_begin(it.umock);
	check(model_hid_pos_fetched_us(it.scanner) > 0);
	umock_end(it.umock);
	end();
}

static void test_a_report_may_be_cut_or_too_long(void)
{
	uint8_t report[64];
	int len = 0;

	begin_scanner();
	fault(2, 0x82, BUS_FAULT_CUT, 20);
	scan("700001");
	check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 64, &len, TIMEOUT_MS), 0);
	check_int(len, 20);
	fault(2, 0x82, BUS_FAULT_BABBLE, 0);
	scan("700001");
	check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 64, &len, TIMEOUT_MS),
		LIBUSB_ERROR_OVERFLOW);
	scan("700001");
	check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 32, &len, TIMEOUT_MS),
		LIBUSB_ERROR_OVERFLOW);
	fault(2, 0x82, BUS_FAULT_STALL, 0);
	check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 64, &len, TIMEOUT_MS),
		LIBUSB_ERROR_PIPE);
	check_int(libusb_clear_halt(it.handle, 0x82), 0);
	scan("700002");
	check_int(libusb_interrupt_transfer(it.handle, 0x82, report, 64, &len, TIMEOUT_MS), 0);
	check_int(report[10], '2');
	end();
}

static void check_beep(size_t number, enum model_hid_pos_sound sound, bool by_request)
{
	umock_begin(it.umock);
	check_int(model_hid_pos_beep_count(it.scanner), number + 1);
	const struct model_hid_pos_beep *beep = model_hid_pos_beep(it.scanner, number);

	if (check(beep != NULL)) {
		check_int(beep->sound, sound);
		check_int(beep->by_request, by_request);
		check(beep->at_us > 0 && beep->at_us <= umock_now_us());
	}
	umock_end(it.umock);
}

static void test_a_beep_comes_by_the_endpoint_or_by_set_report(void)
{
	uint8_t good[] = { 4, 0x08 };
	uint8_t error[] = { 4, 0x04 };
	int len = 0;

	begin_scanner();
	check_int(libusb_interrupt_transfer(it.handle, 0x07, good, 2, &len, TIMEOUT_MS), 0);
	check_beep(0, HID_POS_SOUND_GOOD, false);
	check_int(libusb_control_transfer(it.handle, 0x21, 9, 0x0204, 0, error, 2, TIMEOUT_MS), 2);
	check_beep(1, HID_POS_SOUND_ERROR, true);
	check_int(libusb_control_transfer(it.handle, 0x21, 9, 0x0205, 0, error, 2, TIMEOUT_MS),
		LIBUSB_ERROR_PIPE);
	end();
}

/* --- transfers in flight -------------------------------------------------- */

#define FLYING 8

static int ended;
static unsigned ended_with[LIBUSB_TRANSFER_OVERFLOW + 1];

static void on_ended(struct libusb_transfer *transfer)
{
	ended++;
	ended_with[transfer->status]++;
}

static void flying_begin(struct libusb_transfer *flying[FLYING], uint8_t *bytes)
{
	ended = 0;
	memset(ended_with, 0, sizeof(ended_with));
	for (size_t i = 0; i < FLYING; i++) {
		flying[i] = libusb_alloc_transfer(0);
		libusb_fill_interrupt_transfer(
			flying[i], it.handle, 0x82, bytes + 64 * i, 64, on_ended, NULL, 0);
		check_int(libusb_submit_transfer(flying[i]), 0);
	}
}

static void flying_end(struct libusb_transfer *flying[FLYING])
{
	for (size_t i = 0; i < FLYING; i++)
		libusb_free_transfer(flying[i]);
}

static void test_transfers_in_flight_are_served_in_order_or_cancelled(void)
{
	struct libusb_transfer *flying[FLYING];
	uint8_t bytes[64 * FLYING] = { 0 };

	begin_scanner();
	flying_begin(flying, bytes);
	scan("1");
	scan("2");
	scan("3");
	events_until(&ended, 3);
	for (size_t i = 0; i < 3; i++)
		check_int(bytes[64 * i + 5], '1' + (int)i);
	for (size_t i = 3; i < FLYING; i++)
		check_int(libusb_cancel_transfer(flying[i]), 0);
	events_until(&ended, FLYING);
	check_int(ended_with[LIBUSB_TRANSFER_COMPLETED], 3);
	check_int(ended_with[LIBUSB_TRANSFER_CANCELLED], FLYING - 3);
	flying_end(flying);
	end();
}

static void test_an_unplug_ends_all_that_is_in_flight(void)
{
	struct libusb_transfer *flying[FLYING];
	uint8_t bytes[64 * FLYING] = { 0 };

	begin_scanner();
	flying_begin(flying, bytes);
	umock_unplug(it.umock, 2);
	events_until(&ended, FLYING);
	check_int(ended_with[LIBUSB_TRANSFER_NO_DEVICE], FLYING);
	flying_end(flying);
	end();
}

static int64_t cpu_us(void)
{
	struct rusage usage;

	check_int(getrusage(RUSAGE_SELF, &usage), 0);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_usec;
}

/* With a plain file for a node this takes most of a core (see umock.h). */
static void test_an_idle_transfer_costs_nothing(void)
{
	struct libusb_transfer *flying[FLYING];
	uint8_t bytes[64 * FLYING] = { 0 };
	struct timeval slice = { 0, 300000 };

	begin_scanner();
	flying_begin(flying, bytes);
	int64_t before_us = cpu_us();

	check_int(libusb_handle_events_timeout_completed(it.usb, &slice, NULL), 0);
	check(cpu_us() - before_us < 100000);
	check_int(ended, 0);
	umock_unplug(it.umock, 2);
	events_until(&ended, FLYING);
	flying_end(flying);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_report_descriptor_is_what_the_model_has),
		CHECK_TEST(test_a_long_scan_comes_as_reports_in_order),
		CHECK_TEST(test_a_report_may_be_cut_or_too_long),
		CHECK_TEST(test_a_beep_comes_by_the_endpoint_or_by_set_report),
		CHECK_TEST(test_transfers_in_flight_are_served_in_order_or_cancelled),
		CHECK_TEST(test_an_unplug_ends_all_that_is_in_flight),
		CHECK_TEST(test_an_idle_transfer_costs_nothing),
	};

	return check_run("usb/umock_scanner", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
