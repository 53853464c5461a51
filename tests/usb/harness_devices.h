/*
 * The devices of a harness and what can be done to them by words; harness.c lists the commands.
 * A device has a name, and a port that it keeps when it is unplugged.
 */
#ifndef SPECIMEND_TESTS_USB_HARNESS_DEVICES_H
#define SPECIMEND_TESTS_USB_HARNESS_DEVICES_H

#include "tests/usb/umock.h"

#define HARNESS_PORTS 64u
#define HARNESS_WORDS_MAX 8

struct harness_devices;

/* labels: the folder for PNG files, or NULL: none are written. Borrowed, as umock. */
struct harness_devices *harness_devices_new(struct umock *umock, const char *labels);

/* Unplugs and frees them; whoever had them open has closed them. Accepts NULL. */
void harness_devices_free(struct harness_devices *devices);

/*
 * One command in words (count of them, the rest are NULL). Appends the answer. Fails with
 * ERR_NOT_FOUND for a command that is not about devices, and as the command does.
 */
MUST_CHECK bool harness_devices_do(struct harness_devices *devices, char *const *words,
	unsigned count, struct buf *answer, struct err *err);

/* Writes the labels that came out since as NAME-NUMBER.png. */
MUST_CHECK bool harness_devices_collect(struct harness_devices *devices, struct err *err);

#endif
