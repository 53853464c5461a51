/*
 * Brother QL raster data back into dots: the independent reader of what encode.h writes. It proves
 * the very bytes before they go to a printer, and is the mind of a fake printer. It knows only what
 * we send, in the order in which we send it, and refuses everything else.
 *
 * Known: NULs and ESC @ (which gives up the page that is being received), ESC i S between pages,
 * and the commands of one page as in encode.h. A label is as wide as its roll's printable area, to
 * whole bytes; dots beside that area, and rows other than announced, are refused. Sources:
 * encode.h, media.h, status.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_BROTHER_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_BROTHER_EXPAND_H

#include "printers/lang/brother/media.h"
#include "printers/lang/driver.h"

/* Every member is called from inside brother_reader_feed, must not feed or free the reader, and is
 * needed. */
struct brother_reader_events {
	/* A label comes out. The bitmap is lent; its width is a whole number of bytes. */
	void (*label)(void *arg, const struct label_bitmap *label);
	/* The host asks: answer as the printer would. */
	void (*query)(void *arg, enum printer_query query);
	/* Something was not understood and skipped, told once per run of it; a page that held it
	 * puts out no label. */
	void (*refused)(void *arg, const struct err *err);
};

struct brother_reader;

/* head, events and arg are borrowed for the reader's life. */
struct brother_reader *brother_reader_new(
	const struct brother_head *head, const struct brother_reader_events *events, void *arg);
void brother_reader_free(struct brother_reader *reader); /* accepts NULL */

/* Takes the next bytes of the stream, cut anywhere. Bounded by the limits of bitmap.h. */
void brother_reader_feed(struct brother_reader *reader, struct bytes bytes);

/* The roll of the page that is being received, NULL before it was announced: a fake printer
 * compares it with its own. In `label`, the label's. */
const struct brother_media *brother_reader_media(const struct brother_reader *reader);

/* True from the first command behind ESC @ to SUB. */
bool brother_reader_is_partial(const struct brother_reader *reader);

/* True when nothing is half read. */
bool brother_reader_is_at_rest(const struct brother_reader *reader);

/* printer_driver.expand of this head's language: see there. A question is refused: the bytes of a
 * label have none. */
MUST_CHECK bool brother_expand(const struct brother_head *head, struct bytes bytes,
	struct label_list *out, struct err *err);

#endif
