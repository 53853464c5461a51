/* Bitmap -> one TSPL label. */
#include "printers/lang/tspl/encode.h"

bool tspl_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	if (bitmap->width_dots == 0 || bitmap->width_dots > BITMAP_WIDTH_DOTS_MAX ||
		bitmap->height_dots == 0 || bitmap->height_dots > BITMAP_HEIGHT_DOTS_MAX)
		return err_set(err, ERR_INVALID, "a label of %u x %u dots cannot be printed",
			bitmap->width_dots, bitmap->height_dots);
	size_t len = bitmap->stride_bytes * bitmap->height_dots;

	buf_addf(out, TSPL_REPRINT_OFF "SIZE %zu dot,%u dot\r\nCLS\r\nBITMAP 0,0,%zu,%u,0,",
		bitmap->stride_bytes * 8, bitmap->height_dots, bitmap->stride_bytes,
		bitmap->height_dots);
	uint8_t *to = buf_grow(out, len);

	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)~bitmap->data[i];
	buf_add_str(out, "\r\nPRINT 1,1\r\n");
	return true;
}
