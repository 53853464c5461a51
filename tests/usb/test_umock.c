/* tests/usb/umock: the unchanged libusb meets the fake bus. Everything here is what libusb says. */
#ifdef HAVE_UMOCKDEV

#include "tests/usb/umock.h"

#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_other.h"
#include "tests/usb/model_printer.h"

#define TIMEOUT_MS 5000
#define SHORT_MS 100
#define JOB_LEN 100000
#define JOB_BEGIN "^XA^FO0,0^GFA,99900,99900,150,:Z64:"

static struct {
	struct umock *umock;
	libusb_context *usb;
	struct model_printer *printer;
	struct model_hid_pos *scanner;
	libusb_device_handle *handle;
	uint8_t job[JOB_LEN];
	int arrived;
	int left;
} it;

/* --- the stage ------------------------------------------------------------ */

static void begin_with(const struct umock_options *options)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.umock = umock_new(options, &err);
	if (!check_ok(it.umock != NULL, &err)) {
		puts(err.message);
		exit(1); /* no test can go on */
	}
	check_int(libusb_init(&it.usb), 0);
	it.printer = model_printer_new("99J204501234");
	it.scanner = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	for (size_t i = 0; i < JOB_LEN; i++)
		it.job[i] = (uint8_t)("0123456789abcdef"[(i * 7 + i / 1000) % 16]);
	memcpy(it.job, JOB_BEGIN, strlen(JOB_BEGIN)); /* a label that does not end */
}

static void begin(void)
{
	begin_with(&(struct umock_options) { .ports = 4 });
}

static void end(void)
{
	if (it.handle)
		libusb_close(it.handle);
	libusb_exit(it.usb);
	umock_free(it.umock);
	model_free(model_printer_model(it.printer));
	model_free(model_hid_pos_model(it.scanner));
}

static void plug(unsigned port, struct model *model)
{
	struct err err = { 0 };

	check_ok(umock_plug(it.umock, port, model, &err), &err);
}

static void open_claimed(uint16_t vendor, uint16_t product)
{
	it.handle = libusb_open_device_with_vid_pid(it.usb, vendor, product);
	check(it.handle != NULL);
	check_int(libusb_detach_kernel_driver(it.handle, 0), 0);
	check_int(libusb_claim_interface(it.handle, 0), 0);
}

static void begin_printer_with(const struct umock_options *options)
{
	begin_with(options);
	plug(1, model_printer_model(it.printer));
	open_claimed(MODEL_PRINTER_VENDOR, MODEL_PRINTER_PRODUCT);
	check_int(libusb_set_interface_alt_setting(it.handle, 0, 1), 0);
}

static void begin_printer(void)
{
	begin_printer_with(&(struct umock_options) { .ports = 4 });
}

static void begin_scanner(void)
{
	begin();
	plug(2, model_hid_pos_model(it.scanner));
	open_claimed(0x0c2e, 0x0967);
}

static void fault(unsigned port, uint8_t endpoint, enum bus_fault fault, size_t after)
{
	bus_set_fault(umock_begin(it.umock), port, endpoint, fault, after);
	umock_end(it.umock);
}

static int bulk_out(size_t from, size_t len, unsigned timeout_ms, int *transferred)
{
	*transferred = -1;
	return libusb_bulk_transfer(
		it.handle, MODEL_PRINTER_OUT, it.job + from, (int)len, transferred, timeout_ms);
}

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

static void scan(const char *text)
{
	struct err err = { 0 };

	umock_begin(it.umock);
	check_ok(model_hid_pos_scan(it.scanner, bytes_of_str(text), "]C0", &err), &err);
	umock_end(it.umock);
}

/* --- finding -------------------------------------------------------------- */

static void check_string(libusb_device_handle *handle, uint8_t number, const char *text)
{
	char found[128];

	check(libusb_get_string_descriptor_ascii(
		      handle, number, (unsigned char *)found, sizeof(found)) > 0);
	check_str(found, text);
}

static void test_devices_are_listed_without_being_opened(void)
{
	static const unsigned products[] = { 0x0080, 0x0967, 0xc31c, 0x5567 };
	struct model *keyboard = model_keyboard_new();
	struct model *stick = model_stick_new();
	libusb_device **list = NULL;
	unsigned found = 0;

	begin();
	plug(1, model_printer_model(it.printer));
	plug(2, model_hid_pos_model(it.scanner));
	plug(3, keyboard);
	plug(4, stick);
	ssize_t count = libusb_get_device_list(it.usb, &list);

	check_int(count, 5); /* and the root hub */
	for (ssize_t i = 0; i < count; i++) {
		struct libusb_device_descriptor d;

		check_int(libusb_get_device_descriptor(list[i], &d), 0);
		unsigned port = libusb_get_port_number(list[i]);

		if (port == 0)
			continue;
		check_int(d.idProduct, products[port - 1]);
		check_int(libusb_get_bus_number(list[i]), 1);
		found |= 1u << port;
	}
	check_int(found, 0x1e);
	libusb_free_device_list(list, 1);
	struct bus *bus = umock_begin(it.umock);

	for (unsigned port = 1; port <= 4; port++)
		check_int(bus_record(bus, port).opened, 0);
	check(!bus_private_touched(bus));
	umock_end(it.umock);
	end();
	model_free(keyboard);
	model_free(stick);
}

static void test_an_open_device_tells_its_texts(void)
{
	begin();
	plug(1, model_printer_model(it.printer));
	plug(2, model_hid_pos_model(it.scanner));
	it.handle = libusb_open_device_with_vid_pid(it.usb, 0x0c2e, 0x0967);
	check_string(it.handle, 1, "Honeywell Imaging & Mobility    ");
	check_string(it.handle, 3, "19214B0217");
	libusb_close(it.handle);
	it.handle = libusb_open_device_with_vid_pid(it.usb, 0x0a5f, 0x0080);
	check_string(it.handle, 2, "ZTC GK420d");
	check_string(it.handle, 3, "99J204501234");
	end();
}

static int on_hotplug(
	libusb_context *usb, libusb_device *device, libusb_hotplug_event event, void *arg)
{
	(void)usb;
	(void)device;
	(void)arg;
	if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED)
		it.arrived++;
	else
		it.left++;
	return 0;
}

static void events_until(const int *counter, int wanted)
{
	struct timeval slice = { 0, 20000 };

	for (int i = 0; i < TIMEOUT_MS / 20 && *counter < wanted; i++)
		check_int(libusb_handle_events_timeout_completed(it.usb, &slice, NULL), 0);
	check_int(*counter, wanted);
}

static void test_hotplug_tells_every_coming_and_going(void)
{
	begin();
	check_int(libusb_hotplug_register_callback(it.usb,
			  LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
			  0x0a5f, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug,
			  NULL, NULL),
		0);
	for (int i = 1; i <= 30; i++) {
		plug(1, model_printer_model(it.printer));
		events_until(&it.arrived, i);
		umock_unplug(it.umock, 1);
		events_until(&it.left, i);
	}
	end();
}

/* --- claims --------------------------------------------------------------- */

static const char *driver_now(unsigned port)
{
	const char *driver = bus_driver(umock_begin(it.umock), port, 0);

	umock_end(it.umock);
	return driver;
}

static void test_a_kernel_driver_keeps_others_out_until_it_is_detached(void)
{
	begin();
	plug(1, model_printer_model(it.printer));
	it.handle = libusb_open_device_with_vid_pid(it.usb, 0x0a5f, 0x0080);
	check_int(libusb_kernel_driver_active(it.handle, 0), 1);
	check_int(libusb_claim_interface(it.handle, 0), LIBUSB_ERROR_BUSY);
	check_str(driver_now(1), "usblp");
	check_int(libusb_set_auto_detach_kernel_driver(it.handle, 1), 0);
	check_int(libusb_claim_interface(it.handle, 0), 0);
	check_str(driver_now(1), "usbfs");
	check_int(libusb_release_interface(it.handle, 0), 0);
	check_str(driver_now(1), "usblp");
	end();
}

static void test_a_close_without_release_brings_no_driver_back(void)
{
	begin_scanner();
	check_str(driver_now(2), "usbfs");
	libusb_close(it.handle);
	it.handle = NULL;
	for (int i = 0; i < 100 && driver_now(2); i++)
		libusb_handle_events_timeout_completed(
			it.usb, &(struct timeval) { 0, 10000 }, NULL);
	check_str(driver_now(2), NULL);
	end();
}

static void test_two_processes_do_not_share_an_interface(void)
{
	begin_scanner();
	libusb_device_handle *other = libusb_open_device_with_vid_pid(it.usb, 0x0c2e, 0x0967);

	check_int(libusb_claim_interface(other, 0), LIBUSB_ERROR_BUSY);
	libusb_close(other);
	check_str(driver_now(2), "usbfs");
	end();
}

/* --- a printer ------------------------------------------------------------ */

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

/* --- a scanner ------------------------------------------------------------ */

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
		CHECK_TEST(test_devices_are_listed_without_being_opened),
		CHECK_TEST(test_an_open_device_tells_its_texts),
		CHECK_TEST(test_hotplug_tells_every_coming_and_going),
		CHECK_TEST(test_a_kernel_driver_keeps_others_out_until_it_is_detached),
		CHECK_TEST(test_a_close_without_release_brings_no_driver_back),
		CHECK_TEST(test_two_processes_do_not_share_an_interface),
		CHECK_TEST(test_the_printer_answers_the_requests_of_its_class),
		CHECK_TEST(test_the_printer_answers_on_its_bulk_endpoint),
		CHECK_TEST(test_a_job_arrives_byte_for_byte),
		CHECK_TEST(test_a_stall_is_told_with_its_count_and_lasts_until_it_is_cleared),
		CHECK_TEST(test_a_stall_in_a_split_job_may_look_like_success),
		CHECK_TEST(test_a_timeout_tells_what_was_taken),
		CHECK_TEST(test_noise_on_the_cable_is_an_error_with_its_count),
		CHECK_TEST(test_a_cable_pulled_in_a_job),
		CHECK_TEST(test_the_report_descriptor_is_what_the_model_has),
		CHECK_TEST(test_a_long_scan_comes_as_reports_in_order),
		CHECK_TEST(test_a_report_may_be_cut_or_too_long),
		CHECK_TEST(test_a_beep_comes_by_the_endpoint_or_by_set_report),
		CHECK_TEST(test_transfers_in_flight_are_served_in_order_or_cancelled),
		CHECK_TEST(test_an_unplug_ends_all_that_is_in_flight),
		CHECK_TEST(test_an_idle_transfer_costs_nothing),
	};
	return check_run("usb/umock", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
