/*
 * EPL2 back into dots: the independent reader of what encode.h writes. It proves the very bytes
 * before they go to a printer, and can be the mind of a printer that is none. It knows only what we
 * send and refuses everything else, so a command that touches calibration or memory cannot slip in
 * unseen.
 *
 * Known, a line each, CR before its LF allowed, empty lines skipped: N, then q<dots>, then
 * GW0,0,bytes,rows, and data (of which every byte counts, LF and ^ee too), then P1; and ^ee between
 * them. q is the width of the data. N begins anew wherever it comes. Sources: encode.h, status.h;
 * that ^ee is none inside downloaded data is said by Intermec "ESim v5.12", ^ee.
 */
#ifndef SPECIMEND_PRINTERS_LANG_EPL2_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_EPL2_EXPAND_H

#include "printers/lang/driver.h"

/* Bytes of a line; the longest that we send, GW with its numbers, has 17. */
#define EPL2_LINE_MAX 64u

/* Every member is called from inside epl2_reader_feed, must not feed or free the reader, and is
 * needed. */
struct epl2_reader_events {
	/* A label comes out. The bitmap is lent; its width is a whole number of bytes. */
	void (*label)(void *arg, const struct label_bitmap *label);
	/* The host asks (^ee; always PRINTER_QUERY_HOST): answer as the printer would. */
	void (*query)(void *arg, enum printer_query query);
	/* Something was not understood and skipped; no label comes out before the next N. */
	void (*refused)(void *arg, const struct err *err);
};

struct epl2_reader;

/* events and arg are borrowed for the reader's life. */
struct epl2_reader *epl2_reader_new(const struct epl2_reader_events *events, void *arg);
void epl2_reader_free(struct epl2_reader *reader); /* accepts NULL */

/* Takes the next bytes of the stream, cut anywhere. Bounded: EPL2_LINE_MAX and the limits of
 * bitmap.h. */
void epl2_reader_feed(struct epl2_reader *reader, struct bytes bytes);

/* True when nothing is half read: no line, no data, no label between N and P1. */
bool epl2_reader_is_at_rest(const struct epl2_reader *reader);

/* printer_driver.expand of EPL2: see there. Questions are refused: the bytes of a label have none.
 */
MUST_CHECK bool epl2_expand(struct bytes bytes, struct label_list *out, struct err *err);

#endif
