/*
 * The smallest host for the harness's own test, and the floor for its times: opens every scanner
 * 0c2e:0967 that is there, answers each report with a good beep, and prints what was read.
 * Ends at SIGTERM, with status 0.
 */
#include <libusb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define VENDOR 0x0c2e
#define PRODUCT 0x0967
#define REPORT_IN 0x82
#define BEEP_OUT 0x07
#define REPORT_LEN 64
#define SCANNERS_MAX 64
#define LOOK_MS 50 /* between two looks for new ones */

/* One transfer goes round: a report, its beep, the next report. */
struct scanner {
	libusb_device_handle *handle; /* NULL: this place is free */
	struct libusb_transfer *transfer;
	uint8_t bytes[REPORT_LEN];
	bool is_over; /* the transfer is not under way any more */
};

static struct scanner scanners[SCANNERS_MAX];
static volatile sig_atomic_t is_ending;

static void on_term(int signo)
{
	(void)signo;
	is_ending = 1;
}

static void on_done(struct libusb_transfer *transfer);

static void transfer_submit(struct scanner *scanner, uint8_t endpoint, int len)
{
	libusb_fill_interrupt_transfer(scanner->transfer, scanner->handle, endpoint, scanner->bytes,
		len, on_done, scanner, 0);
	scanner->is_over = libusb_submit_transfer(scanner->transfer) != 0;
}

static void report_answer(struct scanner *scanner)
{
	static const uint8_t good[] = { 4, 0x08 };
	char text[REPORT_LEN + 1];
	int len = scanner->bytes[1] <= 56 ? scanner->bytes[1] : 0;

	(void)snprintf(text, sizeof(text), "%.*s", len, (const char *)scanner->bytes + 5);
	memcpy(scanner->bytes, good, sizeof(good));
	transfer_submit(scanner, BEEP_OUT, sizeof(good));
	puts(text);
	fflush(stdout);
}

static void on_done(struct libusb_transfer *transfer)
{
	struct scanner *scanner = transfer->user_data;

	if (transfer->status != LIBUSB_TRANSFER_COMPLETED || is_ending)
		scanner->is_over = true;
	else if (transfer->endpoint == BEEP_OUT)
		transfer_submit(scanner, REPORT_IN, REPORT_LEN);
	else if (transfer->actual_length == REPORT_LEN)
		report_answer(scanner);
	else
		scanner->is_over = true;
}

static void scanner_open(struct scanner *scanner, libusb_device *device)
{
	if (libusb_open(device, &scanner->handle) != 0) {
		scanner->handle = NULL;
		return;
	}
	scanner->transfer = libusb_alloc_transfer(0);
	scanner->is_over = true;
	libusb_set_auto_detach_kernel_driver(scanner->handle, 1);
	if (scanner->transfer && libusb_claim_interface(scanner->handle, 0) == 0)
		transfer_submit(scanner, REPORT_IN, REPORT_LEN);
}

static void scanners_close(void)
{
	for (int i = 0; i < SCANNERS_MAX; i++) {
		if (!scanners[i].handle || !scanners[i].is_over)
			continue;
		libusb_free_transfer(scanners[i].transfer);
		libusb_close(scanners[i].handle);
		scanners[i].handle = NULL;
	}
}

static bool scanner_is_open(const libusb_device *device)
{
	for (int i = 0; i < SCANNERS_MAX; i++) {
		if (scanners[i].handle && libusb_get_device(scanners[i].handle) == device)
			return true;
	}
	return false;
}

static void scanners_look(libusb_context *usb)
{
	libusb_device **devices = NULL;
	ssize_t count = libusb_get_device_list(usb, &devices);
	struct libusb_device_descriptor descriptor;

	for (ssize_t i = 0; i < count; i++) {
		int place = 0;

		if (libusb_get_device_descriptor(devices[i], &descriptor) != 0 ||
			descriptor.idVendor != VENDOR || descriptor.idProduct != PRODUCT ||
			scanner_is_open(devices[i]))
			continue;
		while (place < SCANNERS_MAX && scanners[place].handle)
			place++;
		if (place < SCANNERS_MAX)
			scanner_open(&scanners[place], devices[i]);
	}
	if (count >= 0)
		libusb_free_device_list(devices, 1);
}

static bool scanners_are_open(void)
{
	for (int i = 0; i < SCANNERS_MAX; i++) {
		if (scanners[i].handle)
			return true;
	}
	return false;
}

static void events_handle(libusb_context *usb)
{
	struct timeval wait = { .tv_usec = LOOK_MS * 1000 };

	(void)libusb_handle_events_timeout_completed(usb, &wait, NULL); /* again, whatever it was */
	scanners_close();
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(void)
{
	libusb_context *usb = NULL;
	int64_t look_ms = 0;

	(void)signal(SIGTERM, on_term);
	if (libusb_init(&usb) != 0)
		return 1;
	while (!is_ending) {
		if (now_ms() >= look_ms) {
			scanners_look(usb);
			look_ms = now_ms() + LOOK_MS;
		}
		events_handle(usb);
	}
	for (int i = 0; i < SCANNERS_MAX; i++) {
		if (scanners[i].handle)
			(void)libusb_cancel_transfer(
				scanners[i].transfer); /* over already, perhaps */
	}
	while (scanners_are_open())
		events_handle(usb);
	libusb_exit(usb);
	return 0;
}
