/*
 * The mind of a label printer that is none, in any language that has a driver: its language's
 * reader (printers/lang/reader.h) takes the bytes, it keeps a queue of labels, puts them out one by
 * one as its owner's clock says, answers as bytes, runs out of labels and is stopped like a real
 * one. Pure: who brings the bytes, takes the answers and has the clock is the owner: the virtual
 * printer (daemon/bench/virtual_printer.h), and the printer on the fake USB bus of the tests.
 *
 * It takes bytes while it is stopped. A label that was stopped comes out when the printer can go
 * on, or is lost, as its language's printers do it (fake_language.h). One whose language reprints
 * by default (ZPL's ^JZY) puts the stopped label out at once, as if whole, and once more when it
 * can go on: the worst that it can do to who forgot to turn that off after a power-up. Which of its
 * conditions a language has words for is said in printers/fake/fake_LANGUAGE.c.
 */
#ifndef SPECIMEND_PRINTERS_FAKE_FAKE_PRINTER_H
#define SPECIMEND_PRINTERS_FAKE_FAKE_PRINTER_H

#include "daemon/base/buf.h"
#include "printers/bitmap.h"
#include "printers/lang/driver.h"

#define FAKE_PRINTER_WAITING_MAX 16 /* labels; then it takes no more bytes */
#define FAKE_PRINTER_COUNTER 1000u  /* labels in its life when it is made */
#define FAKE_PRINTER_ENDLESS (-1)

enum fake_printer_mode {
	FAKE_PRINTER_OK,
	FAKE_PRINTER_OUT_OF_LABELS,
	FAKE_PRINTER_HEAD_OPEN,
	FAKE_PRINTER_PAUSED,
	FAKE_PRINTER_JAM,
	FAKE_PRINTER_SILENT,        /* takes bytes and prints, says nothing */
	FAKE_PRINTER_SILENT_INSIDE, /* set only: OK until a label is inside, then SILENT */
};

/* False when there is no mode of that name ("ok", "out_of_labels", "head_open", "paused", "jam",
 * "silent", "silent_inside"). */
MUST_CHECK bool fake_printer_mode_parse(const char *word, enum fake_printer_mode *out);

/* Whether there is a fake printer of the driver's language. */
bool fake_printer_speaks(const struct printer_driver *driver);

struct fake_printer;

/*
 * driver  whose language it speaks (fake_printer_speaks); borrowed for its life
 * label   told every label that comes out, lent: as wide as the language's reader tells it. Called
 *         from fake_printer_put_out and fake_printer_set only
 */
struct fake_printer *fake_printer_new(const struct printer_driver *driver,
	void (*label)(void *arg, const struct label_bitmap *label), void *arg);
void fake_printer_free(struct fake_printer *printer); /* accepts NULL */

/*
 * What is wrong with it, or nothing any more; in the middle of a label too. It may have something
 * to say of that.
 *
 * labels_left  labels on its roll, or FAKE_PRINTER_ENDLESS. None left is OUT_OF_LABELS at once. Of
 *              FAKE_PRINTER_SILENT_INSIDE: the how manieth label silences it, the next one if
 *              FAKE_PRINTER_ENDLESS; the roll is endless
 */
void fake_printer_set(struct fake_printer *printer, enum fake_printer_mode mode, int labels_left);

/* The roll in it, for a language that can say so: when it is made, 62 mm without an end. */
void fake_printer_set_roll(struct fake_printer *printer, unsigned width_mm, unsigned length_mm);

enum fake_printer_mode fake_printer_mode(const struct fake_printer *printer);

/* The number of the last label that came out; the counter of a language that has one. */
uint64_t fake_printer_counter(const struct fake_printer *printer);
void fake_printer_set_counter(struct fake_printer *printer, uint64_t counter);

/* A full printer is fed no more: it holds up its cable. */
bool fake_printer_is_full(const struct fake_printer *printer);
void fake_printer_feed(struct fake_printer *printer, struct bytes bytes);

/* Switched off and on, or reset: the half-read label, what waits and its settings are gone. */
void fake_printer_reset(struct fake_printer *printer);

/* What it has to say, asked or not; whoever sends it drops it from there. */
struct buf *fake_printer_answers(struct fake_printer *printer);

/* True when a label begins to come out: fake_printer_put_out is due after the time it takes. */
MUST_CHECK bool fake_printer_begin(struct fake_printer *printer);

/* The label that began is out, unless the printer was stopped meanwhile. */
void fake_printer_put_out(struct fake_printer *printer);

/* Whether a label that began is still coming out. */
bool fake_printer_is_printing(const struct fake_printer *printer);

#endif
