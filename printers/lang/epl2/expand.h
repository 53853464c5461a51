/*
 * EPL2 back into dots: the reader (reader.h) of what encode.h writes.
 *
 * Known, a line each (lines.h): N, then q<dots>, then GW0,0,bytes,rows, and data (^ee in it is data
 * too), then P1; and ^ee between them (PRINTER_QUERY_HOST). q is the width of the data. N begins
 * anew wherever it comes; what was refused spoils all up to the next N. A label is partial from N
 * to P1. Sources: encode.h, status.h; that ^ee is none inside downloaded data is said by Intermec
 * "ESim v5.12", ^ee.
 */
#ifndef SPECIMEND_PRINTERS_LANG_EPL2_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_EPL2_EXPAND_H

#include "printers/lang/reader.h"

extern const struct printer_reader_class epl2_reader_class;

#endif
