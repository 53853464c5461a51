/*
 * A bitmap as one ZPL II format. The label is one picture: nothing is left for the printer to lay
 * out, so the bytes can be expanded again and compared dot for dot (expand.h).
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_ENCODE_H
#define SPECIMEND_PRINTERS_LANG_ZPL_ENCODE_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"
#include "printers/bitmap.h"

/*
 * Parameters b and c of ^GF are documented from 1 to 99999 and clamped outside it, so a larger
 * picture goes as strips of whole rows, one ^FO0,y field each. Source: Zebra "ZPL II Programming
 * Guide" P1099958, ^GF.
 */
#define ZPL_GRAPHIC_BYTES_MAX 99999u

/*
 * The power-up default Y prints a label again by itself after media or ribbon ran out or the head
 * was opened; a label must never be printed twice without a person's or a counter's word. What was
 * told is forgotten at power-off, which nobody may have seen, so each label says it; in a format of
 * its own, for it counts for the labels after it. Prints nothing. Source: same guide, ^JZ.
 */
#define ZPL_REPRINT_OFF "^XA^JZN^XZ\r\n"

/*
 * Appends ZPL_REPRINT_OFF, and ^XA, one or more ^FO0,y^GFA,b,c,d,:Z64:text:CRC^FS, ^PQ1,0,1,N and
 * ^XZ.
 *
 * bitmap  borrowed; within the limits of bitmap.h
 * out     appended to; untouched on failure
 *
 * b = c = bytes of the strip's picture, d = bytes per row; 1 is black, most significant bit left
 * (^GF). For data sent as A (ASCII), b "should match parameter c"; makers differ and printers do
 * not mind. Z64 is a zlib stream (78 9C ..., not raw deflate) as MIME base64 without line breaks;
 * the four upper- case hexadecimal digits behind it are zpl_crc16 of the base64 text, and a printer
 * that finds another value drops the graphic. Source: same guide, "B64 and Z64 encoding"; one
 * quantity, no pause, no replicates, no override: ^PQ. Nothing here touches calibration: no ^MN ^MT
 * ^LT ^PW ^LL ^MM ~TA ~JS, no saving ^JUS. Labels that run off or come out blank because a host
 * overrode the printer's own calibration are the commonest complaint about other drivers
 * (michaelrsweet/lprint #196, #95, #158, #201).
 *
 * Fails with ERR_INVALID when the bitmap is empty or above the limits.
 */
MUST_CHECK bool zpl_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err);

/*
 * The same, but with the data as hexadecimal text with run lengths (ascii_encode.h) in place of
 * :Z64: and its CRC: for printers that do not know that, three times as long on real labels.
 * Without a CRC the printer cannot notice a damaged byte.
 */
MUST_CHECK bool zpl_ascii_label_encode(
	const struct label_bitmap *bitmap, struct buf *out, struct err *err);

#endif
