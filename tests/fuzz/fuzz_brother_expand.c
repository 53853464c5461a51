/*
 * printers/lang/brother/expand: any bytes as a printer's input (expand.h), for both heads: the
 * first byte chooses.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "tests/fuzz/expand.h"

/* Only what is as long as a piece of a roll can be encoded again; not the white beside it. */
static void page_again(const struct printer_driver *driver, struct label_bitmap *label)
{
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	while (label->width_dots > 1 &&
		bitmap_count_black(label, (struct bitmap_rect) { label->width_dots - 1, 0, 1,
						  label->height_dots }) == 0)
		label->width_dots--;
	if ((label->width_dots + 7) / 8 != label->stride_bytes)
		return;
	if (!driver->encode(label, &bytes, &err))
		FUZZ_CHECK(err.code == ERR_INVALID);
	else
		FUZZ_CHECK(printer_driver_prove(driver, buf_bytes(&bytes), label, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct fuzz_expand heads[] = {
		{ .driver = &printer_driver_brother, .again = page_again },
		{ .driver = &printer_driver_brother_wide, .again = page_again },
	};

	if (len > 0)
		fuzz_expand(&heads[data[0] & 1], bytes_of(data + 1, len - 1));
	return 0;
}
