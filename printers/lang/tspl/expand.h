/*
 * TSPL back into dots: the reader (reader.h) of what encode.h writes.
 *
 * Known, a line each (lines.h): SIZE w dot,h dot, then CLS, then BITMAP 0,0,bytes,rows,0, and data
 * (ESC in it is data too), then PRINT 1,1; SET REPRINT OFF and ON; and ESC !? and ESC !S
 * (PRINTER_QUERY_HOST, in the forms below) anywhere but in data, which end no line. BITMAP has just
 * the size of SIZE. SIZE begins anew wherever it comes; what was refused spoils all up to the next
 * SIZE. A label is partial from SIZE to PRINT. Sources: encode.h, status.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_TSPL_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_TSPL_EXPAND_H

#include "printers/lang/reader.h"

/* The form of a question (printer_reader_events.query). */
enum tspl_question {
	TSPL_QUESTION_BYTE,  /* ESC !? */
	TSPL_QUESTION_FRAME, /* ESC !S */
};

extern const struct printer_reader_class tspl_reader_class;

#endif
