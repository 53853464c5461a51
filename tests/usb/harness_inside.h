/* What the files of the harness share. */
#ifndef SPECIMEND_TESTS_USB_HARNESS_INSIDE_H
#define SPECIMEND_TESTS_USB_HARNESS_INSIDE_H

#include "tests/usb/harness_devices.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_printer.h"

struct model_keyboard;
struct model_line;
struct model_snapi;

struct device {
	struct list node;
	char *name;
	char *serial; /* NULL: none */
	unsigned port;
	struct model *model;
	struct model_printer *printer; /* the model again, or NULL */
	struct model_hid_pos *scanner;
	struct model_keyboard *wedge;
	struct model_line *line;
	bool (*line_read)(struct model_line *line, const char *text); /* how it sends */
	struct model_snapi *snapi;
	unsigned labels;
	uint64_t last_label;
};

struct harness_devices {
	struct umock *umock;
	const char *folder;
	struct list list;
	unsigned count;
};

/* One command, its words, and the device that the second word names, if it does. The bus is not
 * held. */
#define HARNESS_COMMAND(name)                                                                 \
	bool name(struct harness_devices *devices, struct device *device, char *const *words, \
		struct buf *answer, struct err *err)
typedef HARNESS_COMMAND((*harness_command_fn));

HARNESS_COMMAND(harness_printer_mode);
HARNESS_COMMAND(harness_printer_label_ms);
HARNESS_COMMAND(harness_printer_room);
HARNESS_COMMAND(harness_printer_power_cycle);
HARNESS_COMMAND(harness_printer_labels);
HARNESS_COMMAND(harness_printer_counter);

HARNESS_COMMAND(harness_scanner_scan);
HARNESS_COMMAND(harness_scanner_scan_beep);
HARNESS_COMMAND(harness_scanner_report);
HARNESS_COMMAND(harness_scanner_fetched);
HARNESS_COMMAND(harness_scanner_beeps);
HARNESS_COMMAND(harness_scan_all);

/* NULL: there is none. */
struct device *harness_device_find(struct harness_devices *devices, const char *name);

const char *harness_sound_word(enum model_hid_pos_sound sound);

/* %1D is the byte 0x1D, %25 a per cent sign, %20 a blank. */
MUST_CHECK bool harness_text_parse(const char *word, struct buf *out, struct err *err);

/*
 * words: as in harness.c, of a wedge, or of a scanner on a line or in SNAPI mode. Fails when a
 * country or an end makes no sense; it is as usual then.
 */
MUST_CHECK bool harness_kind_make(struct device *device, char *const *words, struct err *err);

HARNESS_COMMAND(harness_kind_read);
HARNESS_COMMAND(harness_kind_heard);

/* Takes the printer's labels, and writes them. */
MUST_CHECK bool harness_printer_collect(
	struct harness_devices *devices, struct device *device, struct err *err);

/* A whole number up to max. */
MUST_CHECK bool harness_number(const char *word, uint64_t max, uint64_t *out, struct err *err);

#endif
