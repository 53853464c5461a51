/*
 * LabelWriter data back into dots: the independent reader of what encode.h writes. It proves the
 * very bytes before they go to a printer, and is the mind of a fake printer. It knows only what we
 * send, in the order in which we send it, and refuses everything else.
 *
 * Known: runs of ESC before a label, ESC B 0, ESC D n, ESC L rows, SYN rows, ESC E; ESC A and ESC *
 * between labels. Sources: encode.h, status.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_DYMO_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_DYMO_EXPAND_H

#include "printers/lang/driver.h"

/* Every member is called from inside dymo_reader_feed, must not feed or free the reader, and is
 * needed. */
struct dymo_reader_events {
	/* A label comes out. The bitmap is lent; its width is a whole number of bytes. */
	void (*label)(void *arg, const struct label_bitmap *label);
	/* ESC E without a whole label before it: paper comes out, blank or half printed. */
	void (*fed)(void *arg);
	/* ESC *: density, speed and resolution are the printer's defaults again. */
	void (*defaults)(void *arg);
	/* The host asks: answer as the printer would. */
	void (*query)(void *arg, enum printer_query query);
	/* Something was not understood and skipped, told once per run of it; a label that held it
	 * does not count as one. */
	void (*refused)(void *arg, const struct err *err);
};

struct dymo_reader;

/* events and arg are borrowed for the reader's life. */
struct dymo_reader *dymo_reader_new(const struct dymo_reader_events *events, void *arg);
void dymo_reader_free(struct dymo_reader *reader); /* accepts NULL */

/* Takes the next bytes of the stream, cut anywhere. Bounded by the limits of bitmap.h. */
void dymo_reader_feed(struct dymo_reader *reader, struct bytes bytes);

/* True from a label's first command to its ESC E: the paper is not at the top of form. */
bool dymo_reader_is_partial(const struct dymo_reader *reader);

/* True when nothing is half read; a run of ESC may be open. */
bool dymo_reader_is_at_rest(const struct dymo_reader *reader);

/* printer_driver.expand of dymo: see there. Questions, ESC * and feeding without a label are
 * refused: the bytes of a label have none. */
MUST_CHECK bool dymo_expand(struct bytes bytes, struct label_list *out, struct err *err);

#endif
