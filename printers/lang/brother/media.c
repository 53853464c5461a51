/* The table of rolls. */
#include "printers/lang/brother/media.h"

#define BROTHER_DOTS_PER_M 11811u /* 300 dpi */

const struct brother_head brother_head_narrow = { 90, 0, 150 };
const struct brother_head brother_head_wide = { 162, 44, 295 };

/* Continuous rolls from narrow to wide; a roll beyond the head's last pin is not for it. */
/* clang-format off */
static const struct brother_media rolls[] = {
	{ BROTHER_CONTINUOUS,  12,   0,  29,  106,    0 },
	{ BROTHER_CONTINUOUS,  29,   0,   6,  306,    0 },
	{ BROTHER_CONTINUOUS,  38,   0,  12,  413,    0 },
	{ BROTHER_CONTINUOUS,  50,   0,  12,  554,    0 },
	{ BROTHER_CONTINUOUS,  54,   0,   0,  590,    0 },
	{ BROTHER_CONTINUOUS,  62,   0,  12,  696,    0 },
	{ BROTHER_CONTINUOUS, 102,   0,  12, 1164,    0 },
	{ BROTHER_CONTINUOUS, 104,   0,  12, 1200,    0 },
	{ BROTHER_DIE_CUT,     17,  54,   0,  165,  566 },
	{ BROTHER_DIE_CUT,     17,  87,   0,  165,  956 },
	{ BROTHER_DIE_CUT,     24,  24,  42,  236,  236 },
	{ BROTHER_DIE_CUT,     29,  42,   6,  306,  442 },
	{ BROTHER_DIE_CUT,     29,  90,   6,  306,  991 },
	{ BROTHER_DIE_CUT,     38,  90,  12,  413,  991 },
	{ BROTHER_DIE_CUT,     39,  48,   6,  425,  512 },
	{ BROTHER_DIE_CUT,     52,  29,   0,  578,  318 },
	{ BROTHER_DIE_CUT,     58,  58,  51,  618,  630 },
	{ BROTHER_DIE_CUT,     62,  29,  12,  696,  318 },
	{ BROTHER_DIE_CUT,     62, 100,  12,  696, 1109 },
	{ BROTHER_DIE_CUT,    102,  51,  12, 1164,  526 },
	{ BROTHER_DIE_CUT,    102, 153,  12, 1164, 1660 },
	{ BROTHER_DIE_CUT,    104, 164,  12, 1200, 1822 },
};
/* clang-format on */

static bool media_is_for(const struct brother_media *media, const struct brother_head *head)
{
	return head->shift_pins + media->offset_pins + media->width_dots <= head->row_bytes * 8;
}

static bool is_just_below(unsigned size, unsigned largest, unsigned slack)
{
	return size <= largest && size + slack >= largest;
}

static bool media_fits(const struct brother_media *media, unsigned width_dots, unsigned height_dots)
{
	if (media->length_dots == 0)
		return width_dots <= media->width_dots;
	return is_just_below(width_dots, media->width_dots, BROTHER_WIDTH_SLACK_DOTS) &&
	       is_just_below(height_dots, media->length_dots, BROTHER_LENGTH_SLACK_DOTS);
}

const struct brother_media *brother_media_choose(
	const struct brother_head *head, unsigned width_dots, unsigned height_dots)
{
	const struct brother_media *continuous = NULL;

	for (size_t i = 0; i < ARRAY_LEN(rolls); i++) {
		const struct brother_media *media = &rolls[i];

		if (!media_is_for(media, head) || !media_fits(media, width_dots, height_dots))
			continue;
		if (media->length_dots != 0)
			return media;
		if (!continuous)
			continuous = media;
	}
	return continuous;
}

const struct brother_media *brother_media_find(
	const struct brother_head *head, uint8_t type, uint8_t width_mm, uint8_t length_mm)
{
	for (size_t i = 0; i < ARRAY_LEN(rolls); i++) {
		const struct brother_media *media = &rolls[i];

		if (media->type == type && media->width_mm == width_mm &&
			media->length_mm == length_mm && media_is_for(media, head))
			return media;
	}
	return NULL;
}

static unsigned dots_of_um(unsigned um)
{
	return (unsigned)(((uint64_t)um * BROTHER_DOTS_PER_M + 500000) / 1000000);
}

static bool is_paper(unsigned um, unsigned mm)
{
	return um <= mm * 1000 && um + BROTHER_PAPER_SLACK_UM >= mm * 1000;
}

bool brother_media_is_right(const struct brother_head *head, unsigned width_mm, unsigned length_mm,
	unsigned width_um, unsigned height_um)
{
	const struct brother_media *named =
		brother_media_choose(head, dots_of_um(width_um), dots_of_um(height_um));

	if (width_mm == 0)
		return true;
	if (named && named->width_mm == width_mm && named->length_mm == length_mm)
		return true;
	return is_paper(width_um, width_mm) && (length_mm == 0 || is_paper(height_um, length_mm));
}

unsigned brother_media_widest(const struct brother_head *head)
{
	unsigned widest = 0;

	for (size_t i = 0; i < ARRAY_LEN(rolls); i++) {
		if (media_is_for(&rolls[i], head) && rolls[i].width_dots > widest)
			widest = rolls[i].width_dots;
	}
	return widest;
}
