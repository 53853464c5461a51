/*
 * A label printer on USB, of ZPL unless it is told another language: printer class 7/1 with
 * alternate settings 0 (one way) and 1 (two ways), GET_DEVICE_ID, GET_PORT_STATUS, SOFT_RESET, bulk
 * OUT and IN. What it is sent is read by the same mind as the virtual printer's
 * (printers/fake/fake_printer.h). Its product is that of a Zebra GK420d (0a5f:0080); the device id
 * has the shape of real ones (contrib/PRINTERS.md 3.2).
 *
 * Sources: "USB Device Class Definition for Printing Devices" 1.1, 4.2; IEEE 1284 device ids as
 * logged from ZD611 and GX420d.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_PRINTER_H
#define SPECIMEND_TESTS_USB_MODEL_PRINTER_H

#include "printers/fake/fake_printer.h"
#include "tests/usb/model.h"

#define MODEL_PRINTER_VENDOR 0x0a5f
#define MODEL_PRINTER_PRODUCT 0x0080
#define MODEL_PRINTER_OUT 0x01 /* its endpoints */
#define MODEL_PRINTER_IN 0x82
#define MODEL_PRINTER_LABEL_MS 120  /* from the last byte of a label until it is out, at first */
#define MODEL_PRINTER_KEPT_MAX 512u /* labels that nobody took; more are counted only */
#define MODEL_PRINTER_TRACE_MAX (1u << 20) /* bytes remembered */

struct model_printer;

/* serial: borrowed, NULL: a printer that has none. */
struct model_printer *model_printer_new(const char *serial);

/* It is a printer of that driver's language, which nothing on the bus tells, and as good as new. */
void model_printer_speak(struct model_printer *printer, const struct printer_driver *driver);

struct model *model_printer_model(struct model_printer *printer); /* for bus_plug and model_free */

void model_printer_set(struct model_printer *printer, enum fake_printer_mode mode, int labels_left);
void model_printer_set_label_ms(struct model_printer *printer, unsigned label_ms);

/* Its odometer, which it keeps when it is switched off. */
uint64_t model_printer_counter(const struct model_printer *printer);
void model_printer_set_counter(struct model_printer *printer, uint64_t counter);

/* It takes this many bytes more and then holds up its cable, until SIZE_MAX. */
void model_printer_set_room(struct model_printer *printer, size_t room);

/* GET_DEVICE_ID: another text, NULL: the request stalls. Borrowed. Without its two bytes of length.
 */
void model_printer_set_device_id(struct model_printer *printer, const char *device_id);

/* Switched off and on: what it was in the middle of is gone. Plugging it in does not do that, and
 * neither does a reset of the bus: like a printer with its own power it prints on. */
void model_printer_power_cycle(struct model_printer *printer);

/* What may be wrong with what it says, while it does what it is told. */
enum model_printer_lie {
	MODEL_PRINTER_LIE_NONE,
	MODEL_PRINTER_LIE_NOISE, /* other bytes, as many */
	MODEL_PRINTER_LIE_FLIP,  /* one bit is another */
	MODEL_PRINTER_LIE_HALF,  /* only the first half of it */
	MODEL_PRINTER_LIE_TWICE,
	MODEL_PRINTER_LIE_LATE, /* what it would have said the last time */
	MODEL_PRINTER_LIES,
};

/* The next `count` times that it says something, it says it so; seed: which bits. */
void model_printer_lie(
	struct model_printer *printer, enum model_printer_lie lie, unsigned count, uint32_t seed);

/* Whether a label is coming out. */
bool model_printer_is_printing(const struct model_printer *printer);

struct model_printer_label {
	struct label_bitmap bitmap; /* bitmap_done by the caller */
	uint64_t number;            /* of its odometer */
	int64_t out_us;
};
/* The oldest label that lies in the tray; false: none. */
MUST_CHECK bool model_printer_take_label(
	struct model_printer *printer, struct model_printer_label *out);

/* Every byte it took since it was made, up to MODEL_PRINTER_TRACE_MAX; total counts on. */
struct bytes model_printer_trace(const struct model_printer *printer, size_t *total);

unsigned model_printer_soft_resets(const struct model_printer *printer);

#endif
