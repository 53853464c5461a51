/* tests/usb/umock: the unchanged libusb meets the fake bus. Everything here is what libusb says. */
#ifdef HAVE_UMOCKDEV

#include "tests/usb/umock.h"

#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_other.h"
#include "tests/usb/model_printer.h"

#define TIMEOUT_MS 5000

static struct {
	struct umock *umock;
	libusb_context *usb;
} it;

static void begin_with(const struct umock_options *options)
{
	struct err err = { 0 };

	it.umock = umock_new(options, &err);
	if (!check_ok(it.umock != NULL, &err)) {
		puts(err.message);
		exit(1); /* no test can go on */
	}
	check_int(libusb_init(&it.usb), 0);
}

static void begin(void)
{
	begin_with(&(struct umock_options) { .ports = 4 });
}

static void end(void)
{
	libusb_exit(it.usb);
	umock_free(it.umock);
}

static void plug(unsigned port, struct model *model)
{
	struct err err = { 0 };

	check_ok(umock_plug(it.umock, port, model, &err), &err);
}

static libusb_device_handle *open_device(uint16_t vendor, uint16_t product)
{
	libusb_device_handle *handle = libusb_open_device_with_vid_pid(it.usb, vendor, product);

	check(handle != NULL);
	return handle;
}

static libusb_device_handle *open_printer(void)
{
	libusb_device_handle *handle = open_device(MODEL_PRINTER_VENDOR, MODEL_PRINTER_PRODUCT);

	check_int(libusb_detach_kernel_driver(handle, 0), 0);
	check_int(libusb_claim_interface(handle, 0), 0);
	check_int(libusb_set_interface_alt_setting(handle, 0, 1), 0);
	return handle;
}

static void test_a_printer_is_found_and_answers(void)
{
	struct model_printer *printer = model_printer_new("99J204501234");
	uint8_t reply[256];
	uint8_t query[] = "~HS\r\n";
	int len = 0;

	begin();
	plug(1, model_printer_model(printer));
	libusb_device_handle *handle = open_printer();

	len = libusb_control_transfer(handle, 0xa1, 0, 0, 1, reply, sizeof(reply), TIMEOUT_MS);
	check(len > 2);
	check_int(reply[0] << 8 | reply[1], len);
	check_int(libusb_bulk_transfer(handle, MODEL_PRINTER_OUT, query, 5, &len, TIMEOUT_MS), 0);
	check_int(len, 5);
	check_int(libusb_bulk_transfer(handle, MODEL_PRINTER_IN, reply, 256, &len, TIMEOUT_MS), 0);
	check(len > 60 && reply[0] == 2);
	libusb_close(handle);
	end();
	model_free(model_printer_model(printer));
}

static void test_a_scan_comes_as_a_report(void)
{
	struct model_hid_pos *scanner = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	struct err err = { 0 };
	uint8_t report[64];
	uint8_t beep[] = { 0x04, 0x08 };
	int len = 0;

	begin();
	plug(2, model_hid_pos_model(scanner));
	libusb_device_handle *handle = open_device(0x0c2e, 0x0967);

	check_int(libusb_detach_kernel_driver(handle, 0), 0);
	check_int(libusb_claim_interface(handle, 0), 0);
	umock_begin(it.umock);
	check_ok(model_hid_pos_scan(scanner, bytes_of_str("700001"), "]C0", &err), &err);
	umock_end(it.umock);
	check_int(libusb_interrupt_transfer(handle, 0x82, report, 64, &len, TIMEOUT_MS), 0);
	check_int(len, 64);
	check_int(libusb_interrupt_transfer(handle, 0x07, beep, 2, &len, TIMEOUT_MS), 0);
	umock_begin(it.umock);
	check_int(model_hid_pos_beep_count(scanner), 1);
	umock_end(it.umock);
	libusb_close(handle);
	end();
	model_free(model_hid_pos_model(scanner));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_printer_is_found_and_answers),
		CHECK_TEST(test_a_scan_comes_as_a_report),
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
