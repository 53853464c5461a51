/*
 * Brother's DK rolls: where their paper lies under a QL head, and how much of it can be printed.
 *
 * A job must name its roll (encode.h), and the press knows a bitmap only, so the roll is derived
 * from its dots at 300 dpi: a die-cut label when one has just this size, else the narrowest
 * continuous roll that holds the width. That is a guess by design: the printer compares it with
 * the roll that it holds and refuses a wrong one ("replace media") without printing. Thus a label
 * made for the full width of a continuous roll and, by chance, for a die-cut's length is refused;
 * a size 13 dots narrower is taken for the continuous roll.
 *
 * Sources: printable widths, lengths and offsets as in pklaus/brother_ql, labels.py, and
 * mkienitz/brother_ql, media.rs, which follow Brother's raster references (QL-500 to QL-1060N, and
 * QL-800 to QL-820NWB). Only rolls on whose width and offset both agree; of the lengths, which
 * differ by series (318 or 271 rows of a 29 mm label), the longer. The wide rolls and the 44 pins
 * that a wide head is shifted by: the first one alone and its fork matmair/brother_ql-inventree;
 * 103 x 164 mm being announced as 104 mm with 1822 rows: Brother, Raster Command Reference
 * QL-1100/1110NWB/1115NWB 1.00, page 5. Rows for a die-cut label may be fewer than it holds:
 * assumed until seen on hardware.
 */
#ifndef SPECIMEND_PRINTERS_LANG_BROTHER_MEDIA_H
#define SPECIMEND_PRINTERS_LANG_BROTHER_MEDIA_H

#include "daemon/base/bytes.h"

#define BROTHER_CONTINUOUS 0x0a
#define BROTHER_DIE_CUT 0x0b

/* How much smaller than its printable area a label may be to be taken for a die-cut one: 1 mm
 * across, and 6 mm along, for the series' different lengths. */
#define BROTHER_WIDTH_SLACK_DOTS 12u
#define BROTHER_LENGTH_SLACK_DOTS 71u

/* How much less than announced the paper of a roll may measure: 103 mm are announced as 104, 152 as
 * 153. */
#define BROTHER_PAPER_SLACK_UM 1000u

struct brother_head {
	size_t row_bytes;    /* one bit per pin */
	unsigned shift_pins; /* from pin 0 to where a 720-pin head begins */
	unsigned rows_min;   /* shortest piece of a continuous roll: pklaus/brother_ql, models.py */
};

/* QL-500 to QL-820NWB: 720 pins; QL-1050 to QL-1115NWB: 1296. */
extern const struct brother_head brother_head_narrow;
extern const struct brother_head brother_head_wide;

struct brother_media {
	uint8_t type;
	uint8_t width_mm;     /* as announced, and as the printer reports it */
	uint8_t length_mm;    /* 0: continuous */
	unsigned offset_pins; /* from the 720-pin head's pin 0 to the printable area */
	unsigned width_dots;  /* printable */
	unsigned length_dots; /* printable; 0: continuous */
};

/* NULL when the head holds no roll as wide. */
const struct brother_media *brother_media_choose(
	const struct brother_head *head, unsigned width_dots, unsigned height_dots);

/* NULL when there is no such roll for the head. */
const struct brother_media *brother_media_find(
	const struct brother_head *head, uint8_t type, uint8_t width_mm, uint8_t length_mm);

/*
 * Whether labels of this size can come out on the roll that the printer holds, as it reports it.
 * It is right when it is the one that a job of this size would name (brother_media_choose); or when
 * the size is that of its paper, of which the labels then leave the edges white. Any other roll the
 * printer would refuse, after the label was sent.
 *
 * width_mm, length_mm  as reported; width 0: it does not say, so nothing is wrong
 */
bool brother_media_is_right(const struct brother_head *head, unsigned width_mm, unsigned length_mm,
	unsigned width_um, unsigned height_um);

/* Dots that the widest roll of this head takes. */
unsigned brother_media_widest(const struct brother_head *head);

#endif
