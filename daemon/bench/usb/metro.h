/*
 * Metrologic's own way over USB, older than CDC-ACM (kernel driver metro_usb): the text of the line
 * by interrupt IN, as it is. The "uni-directional" models say nothing before they were sent
 * METRO_OPEN by interrupt OUT. Pure.
 *
 * How such a device is written to is not known: the kernel's driver has it "not implemented". So it
 * is told nothing, has no beep of ours, and must not be set to ACK/NAK. It is not sent FF, the
 * driver's word for closing, either: a bench that is killed could not do so.
 *
 * Source: Linux, drivers/usb/serial/metro-usb.c (by Metrologic): ids 0700 (uni-directional), 0720
 * (bi-directional), 0730 of class FF (MS7820), 80 for opening. Assumed until seen on hardware: that
 * the interface of 0700 and 0720 is of class FF too, and that the text ends as the scanner is set
 * to, as on any line.
 */
#ifndef SPECIMEND_BENCH_USB_METRO_H
#define SPECIMEND_BENCH_USB_METRO_H

#include <stdbool.h>
#include <stdint.h>

#define METRO_OPEN 0x80

bool metro_is(uint16_t vendor, uint16_t product);

/* It wants METRO_OPEN. */
bool metro_is_shut(uint16_t product);

#endif
