/*
 * ZPL back into dots: the independent reader of what encode.h writes. It proves the very bytes
 * before they go to a printer, and is the mind of the virtual printer. It knows only what we send
 * and refuses everything else, so a command that touches calibration or memory cannot slip in
 * unseen.
 *
 * Known: ^XA ^XZ, ^FO0,y, ^GFA with :Z64: data or hexadecimal text (ascii_expand.h), ^FS,
 * ^PQ1,0,1,N, ^JZN and ^JZY, ~HS, ~HQES, ~JX, and ! U1 getvar "odometer.total_label_count". CR and
 * LF between commands are skipped. Strips of a label come from the top down without a gap. Sources:
 * encode.h, status.h; ~JX cancels only the format that is being received; a command that starts
 * with ~ is obeyed at once, inside a format too, where it cuts off the command before it (Zebra
 * "ZPL II Programming Guide" P1099958, ~JX and
 * "^GF": any caret or tilde aborts the download).
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_ZPL_EXPAND_H

#include "printers/lang/driver.h"

/* One command with its data: two digits for each of ZPL_GRAPHIC_BYTES_MAX bytes, and room. */
#define ZPL_COMMAND_MAX 200100u

/* Every member is called from inside zpl_reader_feed, must not feed or free the reader, and is
 * needed. */
struct zpl_reader_events {
	/* A label comes out. The bitmap is lent; its width is a whole number of bytes. */
	void (*label)(void *arg, const struct label_bitmap *label);
	/* The host asks: answer as the printer would. */
	void (*query)(void *arg, enum printer_query query);
	/* ^JZ: whether the printer may print a broken label again by itself. */
	void (*reprint)(void *arg, bool allowed);
	/* Something was not understood and skipped; a format that held it puts out no label. */
	void (*refused)(void *arg, const struct err *err);
};

struct zpl_reader;

/* events and arg are borrowed for the reader's life. */
struct zpl_reader *zpl_reader_new(const struct zpl_reader_events *events, void *arg);
void zpl_reader_free(struct zpl_reader *reader); /* accepts NULL */

/* Takes the next bytes of the stream, cut anywhere. Bounded: ZPL_COMMAND_MAX and the limits of
 * bitmap.h. */
void zpl_reader_feed(struct zpl_reader *reader, struct bytes bytes);

/* True between ^XA and ^XZ: what ~HS calls a partial format. */
bool zpl_reader_is_partial(const struct zpl_reader *reader);

/* True when nothing is half read. */
bool zpl_reader_is_at_rest(const struct zpl_reader *reader);

/* printer_driver.expand of ZPL: see there. Questions and ^JZ are refused: the bytes of a label have
 * none. */
MUST_CHECK bool zpl_expand(struct bytes bytes, struct label_list *out, struct err *err);

#endif
