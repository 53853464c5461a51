/* tests/usb/umock: the unchanged libusb finds and claims devices of the fake bus. */
#ifdef HAVE_UMOCKDEV

#include "tests/usb/umock.h"

#include "tests/check.h"
#include "tests/usb/model_other.h"
#include "tests/usb/umock_rig.h"

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

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_devices_are_listed_without_being_opened),
		CHECK_TEST(test_an_open_device_tells_its_texts),
		CHECK_TEST(test_hotplug_tells_every_coming_and_going),
		CHECK_TEST(test_a_kernel_driver_keeps_others_out_until_it_is_detached),
		CHECK_TEST(test_a_close_without_release_brings_no_driver_back),
		CHECK_TEST(test_two_processes_do_not_share_an_interface),
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
