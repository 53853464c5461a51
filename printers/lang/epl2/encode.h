/*
 * A bitmap as one EPL2 label. The label is one picture: nothing is left for the printer to lay out,
 * so the bytes can be read again and compared dot for dot (expand.h).
 */
#ifndef SPECIMEND_PRINTERS_LANG_EPL2_ENCODE_H
#define SPECIMEND_PRINTERS_LANG_EPL2_ENCODE_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"
#include "printers/bitmap.h"

/*
 * Appends LF, N LF, q<dots> LF, GW0,0,<bytes per row>,<rows>,<data> and, at once, P1 LF.
 *
 * bitmap  borrowed; within the limits of bitmap.h
 * out     appended to; untouched on failure
 *
 * LF first: ends whatever line a broken transfer left behind. N clears the image buffer, so a
 * picture of which the P1 was lost is never printed.
 *
 * GW: one for the whole picture, p3 bytes a row and p4 rows of raw bits, top row first, most
 * significant bit left, 0 black and 1 white; dots beyond the label's width in the last byte are
 * white. The data follows a comma (the guide's syntax line lacks it). No LF behind it, which is not
 * needed: so a byte lost in the data swallows the P, and no label comes out instead of a shifted
 * one. The guide names no limit of p3 and p4, so ours are those of bitmap.h; strips would gain
 * nothing.
 *
 * q, the label's width in dots, is needed for the place: these printers are fed in the middle, and
 * only q sets the left margin, to (dots of the head - q) / 2; without it x = 0 is the head's left
 * edge, beside a narrow label. It is the whole bytes' width, so that GW never passes its edge (code
 * 02), at most half a byte to the left of the exact place. q stores itself in the printer, when it
 * differs from what is stored. It touches no sensor.
 *
 * Nothing here touches calibration: Q carries the gap and overrides what the printer's AutoSense
 * found, so the length of the label stays the printer's (a longer picture is code 02, a fault, or
 * cut by some firmware: assumed until seen on hardware); no R (which would undo the margin), D, S,
 * O, Z, J, and nothing stored but q.
 *
 * Fails with ERR_INVALID when the bitmap is empty or above the limits.
 *
 * Sources: Zebra "EPL Programming Guide" 14245L-003, GW, N, P, Q and "Memory and Command Usage";
 * Zebra support "Details related to the GW EPL Command" (the comma, the order of the bits, 0 =
 * black); Intermec "ESim v4.00 Programmer's Reference Manual" for EasyCoder C4, q (margin). Assumed
 * until seen on hardware: that q stores itself only when it differs, and that other
 * makers' EPL2 needs no LF either (one that does prints nothing at all).
 */
MUST_CHECK bool epl2_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err);

#endif
