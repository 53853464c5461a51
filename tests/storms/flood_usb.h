/*
 * libusb's interface over scanners that never rest: what is below the bench's transfers is the
 * test's own, all above is the bench's (daemon/bench/usb). A scanner's report goes into a transfer
 * that waits for it, or waits in the scanner; when FLOOD_WAITING_MAX wait there it is lost, as in a
 * real one whose memory is full, and counted.
 *
 * What is plugged in the bench reads from sysfs as ever: a model on the fake bus (tests/usb/
 * umock.h), which also answers what is asked when it is opened. One context, one thread.
 */
#ifndef SPECIMEND_TESTS_STORMS_FLOOD_USB_H
#define SPECIMEND_TESTS_STORMS_FLOOD_USB_H

#include "tests/usb/model.h"

#define FLOOD_DEVICES_MAX 64u
#define FLOOD_REPORT_MAX 64u
/* Reports: a second of a scanner at 1 kHz. */
#define FLOOD_WAITING_MAX 1000u

struct flood_device;

/* Before the bench looks. The model is borrowed; address: its own on the bus. */
struct flood_device *flood_usb_add(struct model *model, unsigned address);
void flood_usb_end(void); /* after libusb_exit */

/* The scanner has a report for the host. */
void flood_usb_report(struct flood_device *device, struct bytes report);

struct flood_counts {
	unsigned long reports; /* that the scanners had */
	unsigned long lost;    /* in their own memory */
	unsigned deepest;      /* most that waited in one */
};
struct flood_counts flood_usb_counts(void);

#endif
