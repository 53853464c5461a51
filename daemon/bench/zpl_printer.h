/*
 * The mind of a label printer that is none: it reads ZPL with its reader, keeps a queue of labels,
 * puts them out one by one as its owner's clock says, answers ~HS, ~HQES and the counter's question
 * as bytes, and runs out of labels. Who brings the bytes and takes the answers is the owner: the
 * virtual printer (virtual_printer.h), and the printer on the fake USB bus of the tests.
 *
 * Like real ones it takes bytes while it is stopped and puts the label out when it can go on; it
 * answers ~HS when it is out of labels (as older units do) but not with the head open (as the
 * current guide says), so both documented kinds of behaviour are met (printers/lang/zpl/status.h).
 * After ^JZN it does not print a broken label again.
 */
#ifndef SPECIMEND_BENCH_ZPL_PRINTER_H
#define SPECIMEND_BENCH_ZPL_PRINTER_H

#include "daemon/base/buf.h"
#include "printers/bitmap.h"

#define ZPL_PRINTER_WAITING_MAX 16 /* labels; then it takes no more bytes */
#define ZPL_PRINTER_COUNTER 1000u  /* labels in its life when it is made */
#define ZPL_PRINTER_ENDLESS (-1)

enum zpl_printer_mode {
	ZPL_PRINTER_OK,
	ZPL_PRINTER_OUT_OF_LABELS,
	ZPL_PRINTER_HEAD_OPEN,
	ZPL_PRINTER_SILENT, /* takes bytes and prints, answers nothing */
};

/* False when there is no mode of that name ("ok", "out_of_labels", "head_open", "silent"). */
MUST_CHECK bool zpl_printer_mode_parse(const char *word, enum zpl_printer_mode *out);

struct zpl_printer;

/* label: told every label that comes out, lent. Called from zpl_printer_put_out only. */
struct zpl_printer *zpl_printer_new(
	void (*label)(void *arg, const struct label_bitmap *label), void *arg);
void zpl_printer_free(struct zpl_printer *printer); /* accepts NULL */

/* labels_left: labels on its roll, or ZPL_PRINTER_ENDLESS. None left is OUT_OF_LABELS at once. */
void zpl_printer_set(struct zpl_printer *printer, enum zpl_printer_mode mode, int labels_left);

enum zpl_printer_mode zpl_printer_mode(const struct zpl_printer *printer);

/* Its odometer: the number of the last label that came out. */
uint64_t zpl_printer_counter(const struct zpl_printer *printer);
void zpl_printer_set_counter(struct zpl_printer *printer, uint64_t counter);

/* A full printer is fed no more: it holds up its cable. */
bool zpl_printer_is_full(const struct zpl_printer *printer);
void zpl_printer_feed(struct zpl_printer *printer, struct bytes bytes);

/* Switched off and on, or reset: the half-read format and what waits are gone. */
void zpl_printer_reset(struct zpl_printer *printer);

/* What it has to say; whoever sends it drops it from there. */
struct buf *zpl_printer_answers(struct zpl_printer *printer);

/* True when a label begins to come out: zpl_printer_put_out is due after the time it takes. */
MUST_CHECK bool zpl_printer_begin(struct zpl_printer *printer);

/* The label that began is out, unless the printer was stopped meanwhile. */
void zpl_printer_put_out(struct zpl_printer *printer);

/* Whether a label that began is still coming out. */
bool zpl_printer_is_printing(const struct zpl_printer *printer);

#endif
