/*
 * A bitmap as one page of Brother QL raster data, at 300 dpi.
 */
#ifndef SPECIMEND_PRINTERS_LANG_BROTHER_ENCODE_H
#define SPECIMEND_PRINTERS_LANG_BROTHER_ENCODE_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"
#include "printers/bitmap.h"
#include "printers/lang/brother/media.h"

/* NULs that end whatever the printer was in the middle of: 200 (QL-720NW), 350 (QL-1110NWB) and
 * 400 (mkienitz/brother_ql, all models) are in use; more do no harm. */
#define BROTHER_INVALIDATE_BYTES 400u

/*
 * What ESC i z says is valid: 0x02 the media type, 0x04 its width, 0x08 its length (die-cut only).
 * Never 0x80, "printer recovery always on": the printer would print the label again by itself
 * after an error, and a label must not come out twice without a person's or a report's word.
 */
#define BROTHER_VALID_CONTINUOUS 0x06
#define BROTHER_VALID_DIE_CUT 0x0e

/* Feed before and after, in rows: 3 mm, the least of a continuous roll; 0 for die-cut labels. */
#define BROTHER_MARGIN_CONTINUOUS 35
#define BROTHER_MARGIN_DIE_CUT 0

/*
 * Appends 400 x NUL, ESC @, ESC i a 1 (raster mode), ESC i ! 0 (reports by itself), ESC i z flags
 * type width length rows(32 bits, little-endian) 0 0, ESC i M 40h (cut), ESC i K 08h (cut at the
 * end; 300 dpi, one colour), ESC i d margin(16 bits, little-endian), "g" 0 n and n bytes for each
 * row, and SUB (print, and feed: the last page). Rows are not compressed: QL-500 to QL-570, QL-700
 * and QL-800 cannot.
 *
 * head    whose rows
 * bitmap  borrowed; its left edge comes to the left edge of the roll's printable area
 * out     appended to; untouched on failure
 *
 * A row is mirrored: bit 7 of its first byte is pin 0, under the right edge of the paper. The roll
 * is derived from the size (media.h).
 *
 * Sources: Brother, Raster Command Reference QL-1100/1110NWB/1115NWB 1.00, pages 5 (sequence) and
 * 33 (ESC i z); QL-710W/720NW, pages 5 and 31; Command Reference QL-500 to 1060N, pages 4 and 19.
 * The older series' references lack ESC i ! and, but for some, ESC i a; that they take both is
 * known of the QL-700 from mkienitz/brother_ql, which sends them. The QL-500 has no cutter and is
 * not supported. Assumed until seen on hardware: all of it.
 *
 * Fails with ERR_INVALID when the bitmap is empty or above the limits, wider than any roll of the
 * head, or shorter than a piece of a continuous roll can be.
 */
MUST_CHECK bool brother_encode(const struct brother_head *head, const struct label_bitmap *bitmap,
	struct buf *out, struct err *err);

#endif
