/*
 * Brother QL raster data back into dots: the reader (reader.h) of what encode.h writes, in the
 * order in which it is written.
 *
 * Known: NULs and ESC @ (which gives up the page that is being received), ESC i S between pages,
 * and the commands of one page as in encode.h. A label is as wide as its roll's printable area, to
 * whole bytes; dots beside that area, and rows other than announced, are refused. What is refused
 * is told once per run of it. A page is partial from the first command behind ESC @ to SUB.
 * Sources: encode.h, media.h, status.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_BROTHER_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_BROTHER_EXPAND_H

#include "printers/lang/brother/media.h"
#include "printers/lang/reader.h"

extern const struct printer_reader_class brother_reader_class_narrow; /* 720 pins */
extern const struct printer_reader_class brother_reader_class_wide;   /* 1296 pins */

/* The roll of the page that is being received, NULL before it was announced: a fake printer
 * compares it with its own. While a label is told, the label's. reader: of a class above. */
const struct brother_media *brother_reader_media(const struct printer_reader *reader);

#endif
