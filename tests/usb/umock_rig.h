/* A printer and a scanner for the fake bus, and the unchanged libusb that meets them. */
#ifndef SPECIMEND_TESTS_USB_UMOCK_RIG_H
#define SPECIMEND_TESTS_USB_UMOCK_RIG_H

#include "tests/usb/umock.h"

#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/usb/model_hid_pos.h"
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

static inline void begin_with(const struct umock_options *options)
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

static inline void begin(void)
{
	begin_with(&(struct umock_options) { .ports = 4 });
}

static inline void end(void)
{
	if (it.handle)
		libusb_close(it.handle);
	libusb_exit(it.usb);
	umock_free(it.umock);
	model_free(model_printer_model(it.printer));
	model_free(model_hid_pos_model(it.scanner));
}

static inline void plug(unsigned port, struct model *model)
{
	struct err err = { 0 };

	check_ok(umock_plug(it.umock, port, model, &err), &err);
}

static inline void open_claimed(uint16_t vendor, uint16_t product)
{
	it.handle = libusb_open_device_with_vid_pid(it.usb, vendor, product);
	check(it.handle != NULL);
	check_int(libusb_detach_kernel_driver(it.handle, 0), 0);
	check_int(libusb_claim_interface(it.handle, 0), 0);
}

static inline void begin_printer_with(const struct umock_options *options)
{
	begin_with(options);
	plug(1, model_printer_model(it.printer));
	open_claimed(MODEL_PRINTER_VENDOR, MODEL_PRINTER_PRODUCT);
	check_int(libusb_set_interface_alt_setting(it.handle, 0, 1), 0);
}

static inline void begin_printer(void)
{
	begin_printer_with(&(struct umock_options) { .ports = 4 });
}

static inline void begin_scanner(void)
{
	begin();
	plug(2, model_hid_pos_model(it.scanner));
	open_claimed(0x0c2e, 0x0967);
}

static inline void fault(unsigned port, uint8_t endpoint, enum bus_fault fault, size_t after)
{
	bus_set_fault(umock_begin(it.umock), port, endpoint, fault, after);
	umock_end(it.umock);
}

static inline int bulk_out(size_t from, size_t len, unsigned timeout_ms, int *transferred)
{
	*transferred = -1;
	return libusb_bulk_transfer(
		it.handle, MODEL_PRINTER_OUT, it.job + from, (int)len, transferred, timeout_ms);
}

static inline void scan(const char *text)
{
	struct err err = { 0 };

	umock_begin(it.umock);
	check_ok(model_hid_pos_scan(it.scanner, bytes_of_str(text), "]C0", &err), &err);
	umock_end(it.umock);
}

static inline int on_hotplug(
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

static inline void events_until(const int *counter, int wanted)
{
	struct timeval slice = { 0, 20000 };

	for (int i = 0; i < TIMEOUT_MS / 20 && *counter < wanted; i++)
		check_int(libusb_handle_events_timeout_completed(it.usb, &slice, NULL), 0);
	check_int(*counter, wanted);
}

#endif
