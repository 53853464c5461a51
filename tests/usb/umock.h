/*
 * The fake bus behind the real libusb: umockdev redirects /sys and /dev/bus/usb of the processes
 * that have its preload library, and their usbfs ioctls end here. What usbfs adds to a bus is
 * emulated as Linux does it (drivers/usb/core/devio.c): claims per open file, URBs that are reaped,
 * continuation of bulk transfers that were split, capabilities.
 *
 * In process: link with -lumockdev-preload before anything else (FAKE_USB_LINK in local.mk).
 * Another process: start it with LD_PRELOAD=libumockdev-preload.so.0 after umock_new; it inherits
 * UMOCKDEV_DIR.
 *
 * A device's node is a pseudo terminal, not a file: poll on a file is always ready, and libusb
 * would spin. Output is stopped (TCOOFF) while nothing can be reaped; unplugging closes the master,
 * whose hangup is the POLLERR that usbfs gives.
 *
 * Threads: umockdev calls from one of its own, and a clock brings the models their time. So the bus
 * and its models are only touched between umock_begin and umock_end; do not call libusb in between.
 */
#ifndef SPECIMEND_TESTS_USB_UMOCK_H
#define SPECIMEND_TESTS_USB_UMOCK_H

#include "daemon/base/err.h"
#include "tests/usb/bus.h"

/* A socket's path below TMPDIR must fit into 108 bytes. A longer TMPDIR is replaced by /tmp. */
#define UMOCK_TMPDIR_MAX 40u

/* Linux: USB_CTRL_SET_TIMEOUT, usb_set_interface. */
#define UMOCK_CONTROL_MS 5000u

struct umock;

struct umock_options {
	unsigned ports;
	bool no_scatter_gather; /* libusb then cuts bulk transfers into pieces of 16 kB */
	/* How long the kernel waits for an answer to a request of its own; 0: UMOCK_CONTROL_MS. */
	unsigned control_ms;
};

/*
 * A testbed with a root hub, bus number 1, and nothing plugged in. One at a time in a process.
 * Fails with ERR_INTERNAL when the preload library is not there.
 */
MUST_CHECK struct umock *umock_new(const struct umock_options *options, struct err *err);

/* Hosts have closed their devices before (libusb_close, or their process ended). Accepts NULL. */
void umock_free(struct umock *umock);

/* The model is borrowed until umock_unplug and a umock_begin after it, or umock_free. */
MUST_CHECK bool umock_plug(
	struct umock *umock, unsigned port, struct model *model, struct err *err);

/* The same, but the event that tells hosts of it is lost. */
MUST_CHECK bool umock_plug_unheard(
	struct umock *umock, unsigned port, struct model *model, struct err *err);
void umock_unplug(struct umock *umock, unsigned port);

/* What another process must preload (LD_PRELOAD) to be a host of the bus. */
const char *umock_preload(void);

/* Keeps umockdev and the clock out, brings the bus its time, and lends it. */
struct bus *umock_begin(struct umock *umock);
void umock_end(struct umock *umock);

/* The bus's clock: microseconds since start-up of the machine. */
int64_t umock_now_us(void);

#endif
