/*
 * What a USB device is called for as long as it stays plugged in (transport_port.plug):
 *
 *     usb BOOT BUS.ADDRESS VVVV:PPPP SERIAL
 *
 * BOOT is the kernel's id of its own start; BUS and ADDRESS are the kernel's numbers in decimal;
 * then the device's own ids and its serial number as in identities ("": none).
 *
 * The kernel gives a device an address when it is plugged in or switched on, and keeps it until it
 * leaves, through a reset too, whoever opens or drives it: so a bench that was started again finds
 * the same text, and a device that was pulled out and put back has another one, as has its twin in
 * its place. Addresses are given out in turn. Source: Linux, drivers/usb/core/hub.c,
 * choose_devnum() in hub_port_connect(), usb_reset_and_verify_device(); boot_id: random(4).
 *
 * Not told apart: two with the same ids and serial number, if 127 or a multiple of it were plugged
 * in on that bus in between (the addresses begin anew), or if they were exchanged while the machine
 * slept (Linux, Documentation/driver-api/usb/persist.rst).
 */
#ifndef SPECIMEND_BENCH_USB_PLUG_H
#define SPECIMEND_BENCH_USB_PLUG_H

#include "daemon/bench/transport.h"
#include "daemon/bench/usb/found.h"

#define USB_BOOT_ID "/proc/sys/kernel/random/boot_id"
#define USB_BOOT_ID_LEN 36

/* Fails when the file cannot be read or holds no such id: 36 hexadecimal digits and "-". */
MUST_CHECK bool usb_boot_id_read(const char *path, char out[USB_BOOT_ID_LEN + 1], struct err *err);

/* boot_id may be "", not known: then nothing tells this stay from one before, and out is "". */
void usb_plug_text(
	const char *boot_id, const struct usb_found *found, char out[TRANSPORT_PLUG_MAX + 1]);

#endif
