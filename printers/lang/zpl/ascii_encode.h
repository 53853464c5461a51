/*
 * Rows of dots as the hexadecimal text of ^GFA with its run lengths, for printers that take no
 * :Z64: (clones, old firmware).
 *
 * Two digits a byte, A to F in upper case. G to Y before a digit repeat it 1 to 19 times, g to z 20
 * to 400 times in steps of 20, and add up. A comma fills the rest of the row with 0; a colon in the
 * place of a row repeats the row above. The fill with F, an exclamation mark, is not written:
 * nearly no label has a use for it, and the drivers that clones are tried with (CUPS, LPrint) do
 * not write it either. As theirs, a comma stands only between whole bytes.
 *
 * Source: Zebra "ZPL II Programming Guide" P1099958, "Alternative data compression scheme for ~DG
 * and ~DB graphics" (^GF follows it).
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_ASCII_ENCODE_H
#define SPECIMEND_PRINTERS_LANG_ZPL_ASCII_ENCODE_H

#include "daemon/base/buf.h"
#include "daemon/base/bytes.h"

/* rows: whole rows of stride_bytes. Appends at most two characters for each of their bytes. */
void zpl_ascii_encode(struct bytes rows, size_t stride_bytes, struct buf *out);

#endif
