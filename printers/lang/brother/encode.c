/* Bitmap -> one Brother QL page. */
#include "printers/lang/brother/encode.h"

#include <string.h>

#define SUB 0x1a

static bool size_is_valid(
	const struct brother_head *head, const struct label_bitmap *bitmap, struct err *err)
{
	const unsigned widest = brother_media_widest(head);

	if (bitmap->width_dots == 0 || bitmap->height_dots == 0 ||
		bitmap->height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_INVALID, "a label of %u x %u dots cannot be printed",
			bitmap->width_dots, bitmap->height_dots);
	if (bitmap->width_dots > widest)
		return err_set(err, ERR_INVALID,
			"the label is %u dots wide; the printer's head of %zu prints %u on its "
			"widest roll",
			bitmap->width_dots, head->row_bytes * 8, widest);
	return true;
}

static void u16_add(struct buf *out, unsigned value)
{
	buf_add_byte(out, (uint8_t)value);
	buf_add_byte(out, (uint8_t)(value >> 8));
}

static void page_begin(const struct brother_media *media, unsigned rows, struct buf *out)
{
	const bool is_die_cut = media->type == BROTHER_DIE_CUT;
	const uint8_t roll[] = { is_die_cut ? BROTHER_VALID_DIE_CUT : BROTHER_VALID_CONTINUOUS,
		media->type, media->width_mm, media->length_mm };

	memset(buf_grow(out, BROTHER_INVALIDATE_BYTES), 0, BROTHER_INVALIDATE_BYTES);
	buf_add_str(out, "\033@\033ia\001\033i!");
	buf_add_byte(out, 0);
	buf_add_str(out, "\033iz");
	buf_add_mem(out, roll, sizeof(roll));
	u16_add(out, rows & 0xffff);
	u16_add(out, rows >> 16);
	u16_add(out, 0);
	buf_add_str(out, "\033iM\100\033iK\010\033id");
	u16_add(out, is_die_cut ? BROTHER_MARGIN_DIE_CUT : BROTHER_MARGIN_CONTINUOUS);
}

static void row_add(const struct label_bitmap *bitmap, unsigned y, size_t row_bytes,
	unsigned left_pin, struct buf *out)
{
	buf_add_byte(out, 'g');
	buf_add_byte(out, 0);
	buf_add_byte(out, (uint8_t)row_bytes);
	uint8_t *row = buf_grow(out, row_bytes);

	memset(row, 0, row_bytes);
	for (unsigned x = 0; x < bitmap->width_dots; x++) {
		unsigned pin = left_pin - x;

		if (bitmap_is_black(bitmap, x, y))
			row[pin / 8] |= (uint8_t)(0x80 >> pin % 8);
	}
}

bool brother_encode(const struct brother_head *head, const struct label_bitmap *bitmap,
	struct buf *out, struct err *err)
{
	if (!size_is_valid(head, bitmap, err))
		return false;
	const struct brother_media *media =
		brother_media_choose(head, bitmap->width_dots, bitmap->height_dots);

	if (media->length_dots == 0 && bitmap->height_dots < head->rows_min)
		return err_set(err, ERR_INVALID,
			"the label is %u dots long; a piece of a roll has at least %u",
			bitmap->height_dots, head->rows_min);
	unsigned left_pin = head->shift_pins + media->offset_pins + media->width_dots - 1;

	page_begin(media, bitmap->height_dots, out);
	for (unsigned y = 0; y < bitmap->height_dots; y++)
		row_add(bitmap, y, head->row_bytes, left_pin, out);
	buf_add_byte(out, SUB);
	return true;
}
