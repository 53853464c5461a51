/*
 * Real USB: the one libusb of the bench in our loop, what is plugged in, and the transports by
 * which printers and scanners are reached. libusb is never asked to wait: its descriptors are in
 * our loop, transfers are asynchronous, and a hotplug callback only asks for a look.
 *
 * A look reads what is plugged in from sysfs (found.h), lets go of what left, and opens what is
 * assigned to a station and not open yet, one device in each pass of the loop. It comes after every
 * hotplug event, when a device is closed or opened, and every USB_LOOK_MS, because hotplug
 * events get lost (libusb/libusb#1571, fwupd/fwupd#10422). A device that is not assigned is never
 * opened, claimed or written to.
 *
 * No USB at all is told once and looked for again.
 */
#ifndef SPECIMEND_BENCH_USB_H
#define SPECIMEND_BENCH_USB_H

#include "daemon/bench/transport.h"
#include "daemon/bench/usb/found.h"

#define USB_LOOK_MS 5000
/* From the last stale byte until a device is taken to have said all that waited in it. */
#define USB_STALE_PRINTER_MS 10
#define USB_STALE_SCANNER_MS 50
/*
 * Of keyboards and lines: only silence says that what comes begins a code, and is not the rest of
 * one that was on its way when the device was opened. As long as a pause within a code may be
 * (WEDGE_TIMEOUT_MS, SERIAL_TIMEOUT_MS).
 */
#define USB_STALE_TEXT_MS 250
/* One that never stops is listened to all the same; of a scanner the rest of what it says is lost.
 */
#define USB_STALE_MAX_MS 500
#define USB_STALE_TEXT_MAX_MS 1000
/* An answer to a question when a device is opened. */
#define USB_CONTROL_MS 1000
/* Between a transfer that failed and the next try. */
#define USB_RETRY_MS 100
/* A device that failed and is still plugged in is not tried again before. */
#define USB_AGAIN_MS 4500
/*
 * Two devices with one serial number that are seen for so long are two, and not one that is being
 * moved: from then on the serial number means the one at the place where it was open.
 */
#define USB_TWIN_MS 1000
/* So many faults in so long: the device is left alone until it was plugged in again. */
#define USB_FAULTS_MAX 3u
#define USB_FAULTS_MS 10000

/*
 * Calls that block. libusb has no asynchronous form of these, and the kernel's own waits up to 5 s
 * for each request that a device does not answer (USB_CTRL_SET_TIMEOUT, usb_set_interface):
 * choosing an alternate setting, and what the kernel asks when interfaces change hands. So before
 * each of them the device is asked asynchronously: before it is claimed something that every device
 * answers (GET_STATUS), before a setting is chosen that very request, which the kernel repeats. One
 * that does not answer in USB_ALIVE_MS never gets to block: it is let go, and looked at again
 * later, or left alone until it was plugged in again when it had been claimed. What remains:
 *
 * - one that answers a request and not the same one a millisecond later, or not what a driver asks
 *   that it is taken from: up to 5 s, once; then it is left alone until it was plugged in again. No
 *   scanner that is known has a setting other than 0, and 0 is never chosen: it is what a driver
 *   leaves behind (has_to_choose);
 * - closing one that was claimed with an alternate setting other than 0 and went mute: the kernel
 *   goes back to setting 0 (usb_unbind_interface), up to 5 s, once, for the same reason;
 * - giving a working device back to its driver: what the driver asks then (usblp: its device id;
 *   usbhid: its report descriptor), milliseconds; one that is mute is not given back, nor a scanner
 *   that was enrolled;
 * - opening one that the kernel has suspended: waking it up.
 *
 * A thread or process of its own for what remains would spare the others these seconds only as long
 * as nobody touches the device: the kernel holds its lock for all of such a call, and whoever
 * submits, reaps or cancels a transfer of it, opens it or reads its settings from sysfs waits for
 * that lock too (usbdev_ioctl, usbdev_open in drivers/usb/core/devio.c). There is none.
 *
 * Clearing a halt is none of them: the device is asked asynchronously, and then the host's data
 * toggle is reset, for which nothing goes to the device. That is what USBDEVFS_CLEAR_HALT does in
 * one (usb_clear_halt, drivers/usb/core/message.c); libusb has only that, so USBDEVFS_RESETEP is
 * asked of the descriptor that libusb opened (proc_resetep, drivers/usb/core/devio.c).
 *
 * Opening reads no string and no configuration, and sets none: all that is known is from sysfs.
 */
#define USB_ALIVE_MS 2000
/* A blocking call that took so long is a fault, and one that failed after so long is the last. */
#define USB_SLOW_MS 500

struct usb;

/* One device that is plugged in. Texts are borrowed until the loop goes on. */
struct usb_view {
	char identity[USB_IDENTITY_MAX + 1]; /* as it is assigned; else its own name */
	const struct usb_found *found;
	bool is_assigned;          /* to a device of the bench's list */
	bool is_here;              /* and open, claimed, and what it is assigned as */
	const struct err *problem; /* why it does not work, NULL: none known */
};

/* Called from the loop only. Both are needed. */
struct usb_events {
	void (*changed)(void *arg); /* what usb_view gives is another than before */
	/* For the log; told once until it is another trouble or was over. */
	void (*trouble)(void *arg, const struct err *err);
};

/* events are borrowed. Looks for the first time from the loop. */
struct usb *usb_new(struct loop *loop, const struct usb_events *events, void *arg);

/*
 * When all ports are closed. Waits up to 1 s for the kernel to give transfers back that were
 * cancelled. Accepts NULL.
 */
void usb_free(struct usb *usb);

bool usb_has_looked(const struct usb *usb);

/* Before the first look there are none. */
size_t usb_view_count(const struct usb *usb);
void usb_view(const struct usb *usb, size_t index, struct usb_view *out);

/*
 * Class 7, alternate setting with bulk IN where there is one. usblp is detached, and comes back
 * when the port is closed unless the model does not bear it (quirk.h). Writes go in pieces of
 * at most USB_PIECE_MAX bytes, which libusb does not split further: so what it counts as taken is
 * exact whatever happens.
 */
extern const struct transport transport_usb_printer;
#define USB_PIECE_MAX 4096u

/*
 * A scanner, reached as what it is assigned as (transport_setup.talks; protocol.h): a HID device by
 * interrupt IN, a serial line (CDC-ACM, or FTDI's converter in its cable: ftdi.h) by bulk IN,
 * always with USB_REPORTS_QUEUED transfers waiting (with one, a device that sends every millisecond
 * loses reports: hidapi-rs#122). What is written to a HID device is one output report, its number
 * first (0: none, and not sent), by interrupt OUT where there is one, else by SET_REPORT; nothing
 * is ever written to a keyboard. What is written to a line goes as it is.
 *
 * All HID interfaces of the device are claimed and one is heard: a keyboard beside it would type
 * into the desktop. Its other interfaces (a line that nobody hears types nothing) stay with the
 * kernel.
 *
 * A device that is not what it is assigned as is not heard. One that was enrolled
 * (transport_setup.descriptors) is held: all its HID interfaces are claimed, nothing is asked of it
 * and nothing that it sends is fetched, until the port is closed or it is unplugged. So is one
 * whose descriptors have another hash than the enrolled ones, which is found out before it is
 * opened. One that was not enrolled is given back.
 *
 * The kernel's drivers (usbhid, cdc_acm) are detached and do not come back: a scanner that the
 * kernel takes for a keyboard again would type the next scan into whatever has the focus, a login
 * prompt too. To give the scanner back to the desktop, take it out of the devices and plug it in
 * again.
 */
extern const struct transport transport_usb_scanner;
#define USB_REPORTS_QUEUED 4u

#endif
