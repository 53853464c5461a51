/* Bitmap -> one LabelWriter label. */
#include "printers/lang/dymo/encode.h"

#include <string.h>

#define ESC 0x1b
#define SYN 0x16

static void command_add(struct buf *out, char name)
{
	buf_add_byte(out, ESC);
	buf_add_byte(out, (uint8_t)name);
}

bool dymo_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	if (bitmap->width_dots == 0 || bitmap->height_dots == 0 ||
		bitmap->height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_INVALID, "a label of %u x %u dots cannot be printed",
			bitmap->width_dots, bitmap->height_dots);
	if (bitmap->width_dots > DYMO_ROW_BYTES_MAX * 8)
		return err_set(err, ERR_INVALID,
			"the label is %u dots wide; the printer's head has %u", bitmap->width_dots,
			DYMO_ROW_BYTES_MAX * 8);
	unsigned search = bitmap->height_dots + DYMO_SEARCH_BEYOND_ROWS;

	if (search < DYMO_SEARCH_ROWS)
		search = DYMO_SEARCH_ROWS;
	memset(buf_grow(out, DYMO_FLUSH_ESCAPES), ESC, DYMO_FLUSH_ESCAPES);
	command_add(out, 'B');
	buf_add_byte(out, 0);
	command_add(out, 'D');
	buf_add_byte(out, (uint8_t)bitmap->stride_bytes);
	command_add(out, 'L');
	buf_add_byte(out, (uint8_t)(search >> 8));
	buf_add_byte(out, (uint8_t)search);
	for (unsigned y = 0; y < bitmap->height_dots; y++) {
		buf_add_byte(out, SYN);
		buf_add_mem(out, bitmap->data + y * bitmap->stride_bytes, bitmap->stride_bytes);
	}
	command_add(out, 'E');
	return true;
}
