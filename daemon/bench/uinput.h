/*
 * A keyboard made by us in the kernel. Its keys are named by their HID usages (page 0x07), as in
 * scanners/keyboard.h; what the host's country makes of them is the host's affair.
 *
 * Source: Linux Documentation/input/uinput.rst and event-codes.rst; drivers/hid/hid-input.c
 * (hid_keyboard: which key a usage is).
 */
#ifndef SPECIMEND_BENCH_UINPUT_H
#define SPECIMEND_BENCH_UINPUT_H

#include <stdint.h>

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

/*
 * Makes it. Opens and asks the kernel only: nothing waits. *out is yours to close, which takes the
 * keyboard away. ERR_DEVICE_OFFLINE when the kernel has none or we may not.
 *
 * name  as the desktop shows it, and udev's rules may name it
 */
MUST_CHECK bool uinput_open(const char *name, int *out, struct err *err);

/* A key goes down or up. False and errno when it is not taken. */
MUST_CHECK bool uinput_key(int fd, uint8_t usage, bool is_down);

/* Whether there is such a key. */
bool uinput_has_key(uint8_t usage);

/* Reads what the host says to its keyboards. *caps_lock is changed when it is said; false when the
 * keyboard is gone. */
MUST_CHECK bool uinput_read(int fd, bool *caps_lock);

#endif
