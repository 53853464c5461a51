/* Reads our own bitmap with libzbar and libdmtx. */
#include "printers/page/decode.h"

#include <stdlib.h>

#include <dmtx.h>
#include <zbar.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define BLACK 0
#define WHITE 255
#define MODULE_PIXELS_MIN 3u
/* libdmtx: correct no errors; a symbol that needs correction is not the one we drew. */
#define FIX_NONE 0

struct page_decoder {
	zbar_image_scanner_t *scanner;
	zbar_image_t *image;
	uint8_t row[BITMAP_WIDTH_DOTS_MAX];
};

static uint8_t grey(const struct label_bitmap *bitmap, unsigned x, unsigned y)
{
	return bitmap_is_black(bitmap, x, y) ? BLACK : WHITE;
}

static bool area_is_inside(const struct label_bitmap *bitmap, struct bitmap_rect area)
{
	return area.width_dots > 0 && area.height_dots > 0 && area.x_dots < bitmap->width_dots &&
	       area.width_dots <= bitmap->width_dots - area.x_dots &&
	       area.y_dots < bitmap->height_dots &&
	       area.height_dots <= bitmap->height_dots - area.y_dots;
}

struct page_decoder *page_decoder_new(void)
{
	struct page_decoder *decoder = xcalloc(1, sizeof(*decoder));

	decoder->scanner = zbar_image_scanner_create();
	decoder->image = zbar_image_create();
	zbar_image_set_format(decoder->image, zbar_fourcc('Y', '8', '0', '0'));
	/* these fail only for settings that the library does not know: a decode would then find
	 * nothing */
	(void)zbar_image_scanner_set_config(decoder->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	(void)zbar_image_scanner_set_config(decoder->scanner, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
	(void)zbar_image_scanner_set_config(decoder->scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, 1);
	(void)zbar_image_scanner_set_config(decoder->scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, 0);
	return decoder;
}

void page_decoder_free(struct page_decoder *decoder)
{
	if (!decoder)
		return;
	zbar_image_destroy(decoder->image);
	zbar_image_scanner_destroy(decoder->scanner);
	free(decoder);
}

/* Text of a decoder into out; longer than any of ours, or with other than printable ASCII, is not
 * ours. */
static bool text_take(const char *data, size_t len, char *out)
{
	if (len == 0 || len > PAGE_SYMBOL_TEXT_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!char_is_printable((unsigned char)data[i]))
			return false;
	}
	memcpy(out, data, len);
	out[len] = 0;
	return true;
}

bool page_decode_code128_row(struct page_decoder *decoder, const struct label_bitmap *bitmap,
	struct bitmap_rect area, unsigned y_dots, char *out)
{
	if (!area_is_inside(bitmap, area) || y_dots >= bitmap->height_dots)
		return false;
	for (unsigned x = 0; x < area.width_dots; x++)
		decoder->row[x] = grey(bitmap, area.x_dots + x, y_dots);
	zbar_image_set_size(decoder->image, area.width_dots, 1);
	zbar_image_set_data(decoder->image, decoder->row, area.width_dots, NULL);
	if (zbar_scan_image(decoder->scanner, decoder->image) != 1)
		return false;
	const zbar_symbol_t *symbol = zbar_image_first_symbol(decoder->image);

	return symbol && zbar_symbol_get_type(symbol) == ZBAR_CODE128 &&
	       text_take(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol), out);
}

static bool region_read(DmtxDecode *decode, char *out)
{
	DmtxTime deadline = dmtxTimeAdd(dmtxTimeNow(), DECODE_MS_MAX);
	DmtxRegion *region;
	bool read = false;

	while (!read && (region = dmtxRegionFindNext(decode, &deadline))) {
		DmtxMessage *message = dmtxDecodeMatrixRegion(decode, region, FIX_NONE);

		if (message) {
			read = message->outputIdx > 0 && text_take((const char *)message->output,
								 (size_t)message->outputIdx, out);
			dmtxMessageDestroy(&message);
		}
		dmtxRegionDestroy(&region);
	}
	return read;
}

bool page_decode_datamatrix(
	const struct label_bitmap *bitmap, struct bitmap_rect area, unsigned module_dots, char *out)
{
	if (!area_is_inside(bitmap, area) || module_dots == 0)
		return false;
	const unsigned repeat = (MODULE_PIXELS_MIN + module_dots - 1) / module_dots;
	const unsigned width = area.width_dots * repeat;
	const unsigned height = area.height_dots * repeat;
	uint8_t *pixels = xmalloc((size_t)width * height);
	bool read = false;

	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++)
			pixels[(size_t)y * width + x] =
				grey(bitmap, area.x_dots + x / repeat, area.y_dots + y / repeat);
	}
	DmtxImage *image = dmtxImageCreate(pixels, (int)width, (int)height, DmtxPack8bppK);
	DmtxDecode *decode = image ? dmtxDecodeCreate(image, 1) : NULL;

	if (decode)
		read = region_read(decode, out);
	dmtxDecodeDestroy(&decode);
	dmtxImageDestroy(&image);
	free(pixels);
	return read;
}
