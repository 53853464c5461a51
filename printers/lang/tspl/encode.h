/*
 * A bitmap as one TSPL label. The label is one picture: nothing is left for the printer to lay out,
 * so the bytes can be read again and compared dot for dot (expand.h).
 */
#ifndef SPECIMEND_PRINTERS_LANG_TSPL_ENCODE_H
#define SPECIMEND_PRINTERS_LANG_TSPL_ENCODE_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"
#include "printers/bitmap.h"

/*
 * Whether the printer prints a label again by itself after paper or ribbon ran out or it was
 * opened; never twice without a person's word. CR LF as in tspl_encode. Source: TSC "TSPL/TSPL2
 * Programming Language", SET REPRINT; a printer that lacks it drops the line (assumed until seen on
 * hardware).
 */
#define TSPL_REPRINT_OFF "\r\nSET REPRINT OFF\r\n"

/*
 * Appends SET REPRINT OFF, which a printer that was switched off has forgotten; SIZE <dots>
 * dot,<rows> dot; CLS; BITMAP 0,0,<bytes per row>,<rows>,0,<data>; PRINT 1,1, each ended by CR LF.
 *
 * bitmap  borrowed; within the limits of bitmap.h
 * out     appended to; untouched on failure
 *
 * CR LF first: ends whatever line a broken transfer left behind. SIZE makes the image buffer, so it
 * cannot be left out; in dots, because a bitmap knows no millimetres and because rounding to whole
 * millimetres, as other drivers do, moves the label's end; its width is that of the whole bytes, so
 * that no column of BITMAP can be cut off unseen. CLS clears the buffer, so a picture of
 * which the PRINT was lost is never printed. BITMAP mode 0 overwrites; raw bits, top row first,
 * most significant bit left, a 0 bit burns and a 1 bit stays white; dots beyond the label's width
 * in the last byte are white. PRINT 1,1: one set of one copy. The CR LF between data and PRINT is
 * the documented end of a command; a cable that loses two bytes of data without telling would print
 * a shifted picture (USB loses none).
 *
 * Nothing here touches calibration or what the site has set: no GAP, BLINE, GAPDETECT, AUTODETECT,
 * OFFSET, SHIFT, REFERENCE, DIRECTION, SPEED, DENSITY, SET (but the one above), and no limit of
 * SIZE or BITMAP is documented below those of bitmap.h.
 *
 * Fails with ERR_INVALID when the bitmap is empty or above the limits.
 *
 * Sources: TSC "TSPL/TSPL2 Programming Language", SIZE (dots: firmware V6.27 and later), CLS,
 * BITMAP, PRINT; the burning 0 as found on a JD-268BT in farminos/open-escpos-print-service #13.
 * Assumed until seen on hardware: that clones know SIZE in dots (one that does not keeps its stored
 * size, which the first label shows), and that ESC ! inside the data of BITMAP is data.
 */
MUST_CHECK bool tspl_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err);

#endif
