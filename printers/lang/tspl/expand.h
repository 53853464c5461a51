/*
 * TSPL back into dots: the independent reader of what encode.h writes. It proves the very bytes
 * before they go to a printer, and can be the mind of a printer that is none. It knows only what we
 * send and refuses everything else, so a command that touches calibration or memory cannot slip in
 * unseen.
 *
 * Known, a line each, CR before its LF allowed, empty lines skipped: SIZE w dot,h dot, then CLS,
 * then BITMAP 0,0,bytes,rows,0, and data (of which every byte counts, LF and ESC too), then PRINT
 * 1,1; SET REPRINT OFF and ON; and ESC !? and ESC !S anywhere but in data, which end no line.
 * BITMAP has just the size of SIZE. SIZE begins anew wherever it comes. Sources: encode.h,
 * status.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_TSPL_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_TSPL_EXPAND_H

#include "printers/lang/driver.h"

/* Bytes of a line; the longest that we send, BITMAP with its numbers, has 22. */
#define TSPL_LINE_MAX 64u

enum tspl_question {
	TSPL_QUESTION_BYTE,  /* ESC !? */
	TSPL_QUESTION_FRAME, /* ESC !S */
};

/* Every member is called from inside tspl_reader_feed, must not feed or free the reader, and is
 * needed. */
struct tspl_reader_events {
	/* A label comes out. The bitmap is lent; its width is a whole number of bytes. */
	void (*label)(void *arg, const struct label_bitmap *label);
	/* The host asks: answer as the printer would. */
	void (*query)(void *arg, enum tspl_question question);
	/* SET REPRINT: whether the printer may print a broken label again by itself. */
	void (*reprint)(void *arg, bool allowed);
	/* Something was not understood and skipped; no label comes out before the next SIZE. */
	void (*refused)(void *arg, const struct err *err);
};

struct tspl_reader;

/* events and arg are borrowed for the reader's life. */
struct tspl_reader *tspl_reader_new(const struct tspl_reader_events *events, void *arg);
void tspl_reader_free(struct tspl_reader *reader); /* accepts NULL */

/* Takes the next bytes of the stream, cut anywhere. Bounded: TSPL_LINE_MAX and the limits of
 * bitmap.h. */
void tspl_reader_feed(struct tspl_reader *reader, struct bytes bytes);

/* True when nothing is half read: no line, no data, no label between SIZE and PRINT. */
bool tspl_reader_is_at_rest(const struct tspl_reader *reader);

/* printer_driver.expand of TSPL: see there. Questions and SET are refused: the bytes of a label
 * have none.
 */
MUST_CHECK bool tspl_expand(struct bytes bytes, struct label_list *out, struct err *err);

#endif
