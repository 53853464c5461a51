/*
 * The reader of a language: its bytes, cut anywhere, become labels, questions and acts. It is the
 * independent half of the proof of the very bytes (expansion.h), and the mind of every fake printer
 * of that language. It knows only what encode writes and what the driver sends, and refuses
 * everything else, so a command that touches calibration or memory cannot slip in unseen. What each
 * one knows is said in its language's expand.h; printer_driver.reader leads to it.
 */
#ifndef SPECIMEND_PRINTERS_LANG_READER_H
#define SPECIMEND_PRINTERS_LANG_READER_H

#include "printers/lang/driver.h"

/* What a host may do besides sending labels and asking. */
enum printer_act {
	PRINTER_ACT_REPRINT_OFF, /* the printer may not print a broken label again by itself */
	PRINTER_ACT_REPRINT_ON,
	PRINTER_ACT_FEED,     /* paper comes out without a whole label: blank or half printed */
	PRINTER_ACT_DEFAULTS, /* settings such as density and speed are the printer's own again */
};

/* Every member is called from inside printer_reader_feed, must not feed or free the reader, and is
 * needed. */
struct printer_reader_events {
	/* A label comes out. The bitmap is lent; its width is a whole number of bytes. */
	void (*label)(void *arg, const struct label_bitmap *label);

	/*
	 * The host asks: answer as the printer would. form is 0 but where a language has that
	 * question in more than one form (tspl: enum tspl_question).
	 */
	void (*query)(void *arg, enum printer_query query, unsigned form);

	/* command: as the language calls it, for messages ("SET REPRINT"). */
	void (*act)(void *arg, enum printer_act act, const char *command);

	/* Something was not understood and skipped; the label that held it does not come out. */
	void (*refused)(void *arg, const struct err *err);
};

struct printer_reader;
struct printer_reader_class; /* a language's; reader_class.h */

/* events and arg are borrowed for the reader's life. */
struct printer_reader *printer_reader_new(const struct printer_reader_class *class,
	const struct printer_reader_events *events, void *arg);
void printer_reader_free(struct printer_reader *reader); /* accepts NULL */

/* Takes the next bytes of the stream. Bounded by the limits of bitmap.h and by one command. */
void printer_reader_feed(struct printer_reader *reader, struct bytes bytes);

/* True while a label, begun but not whole, is being received. */
bool printer_reader_is_partial(const struct printer_reader *reader);

/* True when nothing at all is half read: no label, no command. */
bool printer_reader_is_at_rest(const struct printer_reader *reader);

#endif
