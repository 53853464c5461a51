/*
 * Which language a printer seems to speak, by its vendor and its own words: a table with a source
 * in every row (language.c). It is said to the person who assigns the printer and is never acted
 * upon: nothing is sent to a device that is not assigned, not even to ask, for a wrong question can
 * print or wedge it.
 */
#ifndef SPECIMEND_BENCH_USB_LANGUAGE_H
#define SPECIMEND_BENCH_USB_LANGUAGE_H

#include "daemon/bench/usb/found.h"

/* In place of a language: it is known to speak none of printers/lang. */
#define USB_LANGUAGE_NONE "none"

/*
 * A name of printers/lang, "" when nothing tells, or USB_LANGUAGE_NONE.
 *
 * out_why  why not, in words, for USB_LANGUAGE_NONE; else ""
 */
const char *usb_language_of(const struct usb_found *found, const char **out_why);

#endif
