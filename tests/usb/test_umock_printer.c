/* tests/usb/umock: what libusb says of a printer on the fake bus, and of its faults. */
#ifdef HAVE_UMOCKDEV

#include "tests/usb/umock.h"

#include "tests/check.h"
#include "tests/usb/umock_rig.h"

/* What the printer took is the front of the job. */
static void check_trace(size_t len)
{
	size_t total;

	umock_begin(it.umock);
	struct bytes trace = model_printer_trace(it.printer, &total);

	check_int(total, len);
	check_bytes(trace, bytes_of(it.job, len));
	umock_end(it.umock);
}

static void test_the_printer_answers_the_requests_of_its_class(void)
{
	uint8_t reply[256];

	begin_printer();
	int len = libusb_control_transfer(
		it.handle, 0xa1, 0, 0, 1, reply, sizeof(reply) - 1, TIMEOUT_MS);

	check(len > 2);
	check_int(reply[0] << 8 | reply[1], len);
	reply[len] = 0;
	check_str((char *)reply + 2,
		"SERN:99J204501234;MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL;"
		"MODEL:ZTC GK420d-203dpi ZPL;CLASS:PRINTER;OPTIONS:XML;");
	check_int(libusb_control_transfer(it.handle, 0xa1, 1, 0, 0, reply, 1, TIMEOUT_MS), 1);
	check_int(reply[0], 0x18);
	check_int(libusb_control_transfer(it.handle, 0x21, 2, 0, 0, NULL, 0, TIMEOUT_MS), 0);
	umock_begin(it.umock);
	check_int(model_printer_soft_resets(it.printer), 1);
	umock_end(it.umock);
	check_int(libusb_control_transfer(it.handle, 0xa1, 7, 0, 0, reply, 1, TIMEOUT_MS),
		LIBUSB_ERROR_PIPE);
	end();
}

static void test_the_printer_answers_on_its_bulk_endpoint(void)
{
	uint8_t query[] = "~HS\r\n";
	uint8_t reply[512];
	int len = 0;

	begin_printer();
	check_int(libusb_bulk_transfer(it.handle, MODEL_PRINTER_IN, reply, 512, &len, SHORT_MS),
		LIBUSB_ERROR_TIMEOUT);
	check_int(len, 0);
	check_int(
		libusb_bulk_transfer(it.handle, MODEL_PRINTER_OUT, query, 5, &len, TIMEOUT_MS), 0);
	check_int(len, 5);
	check_int(
		libusb_bulk_transfer(it.handle, MODEL_PRINTER_IN, reply, 512, &len, TIMEOUT_MS), 0);
	check(len > 60 && reply[0] == 2);
	end();
}

static void run_job(bool no_scatter_gather)
{
	int len;

	begin_printer_with(
		&(struct umock_options) { .ports = 4, .no_scatter_gather = no_scatter_gather });
	check_int(bulk_out(0, JOB_LEN, TIMEOUT_MS, &len), 0);
	check_int(len, JOB_LEN);
	check_trace(JOB_LEN);
	struct bus_record record = bus_record(umock_begin(it.umock), 1);

	umock_end(it.umock);
	check_int(record.transfers, no_scatter_gather ? 7 : 1); /* of 16 kB */
	end();
}

static void test_a_job_arrives_byte_for_byte(void)
{
	check_row("one URB");
	run_job(false);
	check_row("16 kB pieces");
	run_job(true);
	check_row(NULL);
}

static void test_a_stall_is_told_with_its_count_and_lasts_until_it_is_cleared(void)
{
	int len;

	begin_printer();
	fault(1, MODEL_PRINTER_OUT, BUS_FAULT_STALL, 40000);
	check_int(bulk_out(0, JOB_LEN, TIMEOUT_MS, &len), LIBUSB_ERROR_PIPE);
	check_int(len, 40000);
	check_int(bulk_out(40000, 1, TIMEOUT_MS, &len), LIBUSB_ERROR_PIPE);
	check_int(libusb_clear_halt(it.handle, MODEL_PRINTER_OUT), 0);
	check_int(bulk_out(40000, 60000, TIMEOUT_MS, &len), 0);
	check_int(len, 60000);
	check_trace(JOB_LEN);
	end();
}

/* libusb's own way (its COMPLETED_EARLY): the pieces that were not submitted yet when the stall
 * came are left out silently. Whoever does not look at the count loses a piece of a label. */
static void test_a_stall_in_a_split_job_may_look_like_success(void)
{
	int len;

	begin_printer_with(&(struct umock_options) { .ports = 4, .no_scatter_gather = true });
	fault(1, MODEL_PRINTER_OUT, BUS_FAULT_STALL, 40000);
	int result = bulk_out(0, JOB_LEN, TIMEOUT_MS, &len);

	check(result == 0 || result == LIBUSB_ERROR_PIPE);
	check_int(len, 40000);
	check_trace(40000);
	check_int(bulk_out(40000, 1, TIMEOUT_MS, &len), LIBUSB_ERROR_PIPE);
	check_int(libusb_clear_halt(it.handle, MODEL_PRINTER_OUT), 0);
	check_int(bulk_out(40000, 60000, TIMEOUT_MS, &len), 0);
	check_trace(JOB_LEN);
	end();
}

static void run_held_up(bool no_scatter_gather)
{
	int len;

	begin_printer_with(
		&(struct umock_options) { .ports = 4, .no_scatter_gather = no_scatter_gather });
	fault(1, MODEL_PRINTER_OUT, BUS_FAULT_NAK, 35000);
	check_int(bulk_out(0, JOB_LEN, SHORT_MS, &len), LIBUSB_ERROR_TIMEOUT);
	check_int(len, 35000);
	fault(1, MODEL_PRINTER_OUT, BUS_FAULT_NONE, 0);
	check_int(bulk_out((size_t)len, JOB_LEN - (size_t)len, TIMEOUT_MS, &len), 0);
	check_int(len, 65000);
	check_trace(JOB_LEN);
	end();
}

static void test_a_timeout_tells_what_was_taken(void)
{
	check_row("one URB");
	run_held_up(false);
	check_row("16 kB pieces");
	run_held_up(true);
	check_row(NULL);
}

static void test_noise_on_the_cable_is_an_error_with_its_count(void)
{
	int len;

	begin_printer();
	fault(1, MODEL_PRINTER_OUT, BUS_FAULT_ERROR, 1024);
	check_int(bulk_out(0, 4096, TIMEOUT_MS, &len), LIBUSB_ERROR_IO);
	check_int(len, 1024);
	check_int(bulk_out(1024, 3072, TIMEOUT_MS, &len), 0);
	check_trace(4096);
	end();
}

static void run_unplugged(bool no_scatter_gather)
{
	int len;

	begin_printer_with(
		&(struct umock_options) { .ports = 4, .no_scatter_gather = no_scatter_gather });
	check_int(libusb_hotplug_register_callback(it.usb, LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
			  LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
			  LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug, NULL, NULL),
		0);
	fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, 20000);
	int result = bulk_out(0, JOB_LEN, TIMEOUT_MS, &len);

	check(result == LIBUSB_ERROR_NO_DEVICE || result == LIBUSB_ERROR_IO);
	check(len <= 20000);
	check_trace(20000);
	events_until(&it.left, 1);
	check_int(bulk_out(0, 1, TIMEOUT_MS, &len), LIBUSB_ERROR_NO_DEVICE);
	libusb_close(it.handle);
	it.handle = NULL;
	plug(1, model_printer_model(it.printer));
	open_claimed(MODEL_PRINTER_VENDOR, MODEL_PRINTER_PRODUCT);
	end();
}

static void test_a_cable_pulled_in_a_job(void)
{
	check_row("one URB");
	run_unplugged(false);
	check_row("16 kB pieces");
	run_unplugged(true);
	check_row(NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_printer_answers_the_requests_of_its_class),
		CHECK_TEST(test_the_printer_answers_on_its_bulk_endpoint),
		CHECK_TEST(test_a_job_arrives_byte_for_byte),
		CHECK_TEST(test_a_stall_is_told_with_its_count_and_lasts_until_it_is_cleared),
		CHECK_TEST(test_a_stall_in_a_split_job_may_look_like_success),
		CHECK_TEST(test_a_timeout_tells_what_was_taken),
		CHECK_TEST(test_noise_on_the_cable_is_an_error_with_its_count),
		CHECK_TEST(test_a_cable_pulled_in_a_job),
	};

	return check_run("usb/umock_printer", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
