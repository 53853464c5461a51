/*
 * The smallest host for the harness's own test, and the floor for its times: opens the scanner
 * 0c2e:0967 whenever it is there, answers every report with a good beep, and prints what was read.
 * Ends at SIGTERM, with status 0.
 */
#include <libusb.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define VENDOR 0x0c2e
#define PRODUCT 0x0967
#define WAIT_MS 100

static volatile sig_atomic_t is_ending;

static void on_term(int signo)
{
	(void)signo;
	is_ending = 1;
}

/* Reads and beeps until it leaves. */
static void echo(libusb_device_handle *handle)
{
	uint8_t good[] = { 4, 0x08 };
	uint8_t report[64];
	int len = 0;

	while (!is_ending) {
		int result = libusb_interrupt_transfer(handle, 0x82, report, 64, &len, WAIT_MS);

		if (result == LIBUSB_ERROR_TIMEOUT)
			continue;
		if (result != 0 || len < 64)
			return;
		(void)libusb_interrupt_transfer(handle, 0x07, good, sizeof(good), &len, WAIT_MS);
		printf("%.*s\n", report[1] <= 56 ? report[1] : 0, (const char *)report + 5);
		fflush(stdout);
	}
}

static void scanner_serve(libusb_context *usb)
{
	libusb_device_handle *handle = libusb_open_device_with_vid_pid(usb, VENDOR, PRODUCT);

	if (!handle) {
		usleep(10000);
		return;
	}
	libusb_set_auto_detach_kernel_driver(handle, 1);
	if (libusb_claim_interface(handle, 0) == 0)
		echo(handle);
	libusb_close(handle);
}

int main(void)
{
	libusb_context *usb = NULL;

	(void)signal(SIGTERM, on_term);
	if (libusb_init(&usb) != 0)
		return 1;
	while (!is_ending)
		scanner_serve(usb);
	libusb_exit(usb);
	return 0;
}
