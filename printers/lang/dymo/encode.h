/*
 * A bitmap as one label of a DYMO LabelWriter 400 or 450, at 300 x 300 dpi. Not the 4XL (its head
 * is wider), not the tape side of a Duo, not the 5xx (another protocol).
 */
#ifndef SPECIMEND_PRINTERS_LANG_DYMO_ENCODE_H
#define SPECIMEND_PRINTERS_LANG_DYMO_ENCODE_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"
#include "printers/bitmap.h"

/* Bytes of the head's 672 dots. Source: LabelWriter 400 Series Technical Reference, page 8. */
#define DYMO_ROW_BYTES_MAX 84u

/*
 * ESCs that bring the printer back to commands, whatever it was in the middle of: at least 85, one
 * more than the longest row (same, page 9); DYMO's own driver sends 156 (dymo-cups-drivers,
 * LabelWriterDriver.cpp).
 */
#define DYMO_FLUSH_ESCAPES 156u

/*
 * ESC L: how far the printer feeds in search of the next top-of-form mark. It must not end before
 * the mark, and the pitch of the roll is not known here: the power-up value of 10.2 inches, or an
 * inch more than the label when that is longer. Source: same, ESC L.
 */
#define DYMO_SEARCH_ROWS 3058u
#define DYMO_SEARCH_BEYOND_ROWS 300u

/*
 * Appends 156 ESC, ESC B 0 (starts at the head's left edge), ESC D n (bytes of a row), ESC L rows
 * (big-endian), SYN and n bytes for each row, and ESC E (feed to the tear bar).
 *
 * bitmap  borrowed
 * out     appended to; untouched on failure
 *
 * 1 is black; most significant bit left. Rows are not compressed (ETB): one label is 22 kB, a
 * fraction of the time that it takes to print. Never ESC @: it is obeyed at once, loses what is
 * still to be printed and says top of form wherever the paper is, which would hide a label that was
 * cut off (same, ESC @). Resolution, density and speed are those of the printer's defaults,
 * restored at each connection (dymo.c).
 *
 * Sources: LabelWriter 400 Series Technical Reference (DYMO/Sanford, LW400 4_08), pages 8 to 16,
 * the commands as quoted in public sources. Assumed until seen on hardware: that a roll's left edge
 * lies at the head's left edge, and that the label has no rows beyond its mark.
 *
 * Fails with ERR_INVALID when the bitmap is empty, too long or wider than the head.
 */
MUST_CHECK bool dymo_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err);

#endif
