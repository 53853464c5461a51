/*
 * LabelWriter data back into dots: the reader (reader.h) of what encode.h writes, in the order
 * in which it is written.
 *
 * Known: runs of ESC before a label, ESC B 0, ESC D n, ESC L rows, SYN rows, ESC E; ESC A and ESC *
 * between labels (ESC * is PRINTER_ACT_DEFAULTS). ESC E without a whole label before it is
 * PRINTER_ACT_FEED. What is refused is told once per run of it. A label is partial, and the paper
 * not at the top of form, from its first command to its ESC E. Sources: encode.h, status.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_DYMO_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_DYMO_EXPAND_H

#include "printers/lang/reader.h"

extern const struct printer_reader_class dymo_reader_class;

#endif
