/* Reads our own bitmap with libzbar and libdmtx. */
#include "printers/page/decode.h"

#include <stdlib.h>

#include <dmtx.h>
#include <zbar.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define BLACK 0
#define WHITE 255
#define EDGE_DOTS 2u
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

/* libdmtx's number of the square symbol with so many modules on a side; -1: there is none. */
static int size_find(unsigned modules)
{
	for (int size = 0; size < DmtxSymbolSquareCount; size++) {
		if (dmtxGetSymbolAttribute(DmtxSymAttribSymbolRows, size) == (int)modules &&
			dmtxGetSymbolAttribute(DmtxSymAttribSymbolCols, size) == (int)modules)
			return size;
	}
	return -1;
}

/*
 * The region that libdmtx would find, were it to search: its corners are the edges of the pixels,
 * so half a pixel out, and its second axis points up.
 */
static DmtxRegion *region_new(
	DmtxDecode *decode, struct bitmap_rect dark, unsigned height_dots, int size)
{
	const double left = dark.x_dots - 0.5, right = left + dark.width_dots;
	const double top = height_dots - dark.y_dots - 0.5, bottom = top - dark.height_dots;
	DmtxRegion blank = { .sizeIdx = size,
		.onColor = BLACK,
		.offColor = WHITE,
		.symbolRows = dmtxGetSymbolAttribute(DmtxSymAttribSymbolRows, size),
		.symbolCols = dmtxGetSymbolAttribute(DmtxSymAttribSymbolCols, size),
		.mappingRows = dmtxGetSymbolAttribute(DmtxSymAttribMappingMatrixRows, size),
		.mappingCols = dmtxGetSymbolAttribute(DmtxSymAttribMappingMatrixCols, size) };
	DmtxRegion *region = dmtxRegionCreate(&blank);

	if (region && dmtxRegionUpdateCorners(decode, region, (DmtxVector2) { left, bottom },
			      (DmtxVector2) { right, bottom }, (DmtxVector2) { right, top },
			      (DmtxVector2) { left, top }) != DmtxPass)
		dmtxRegionDestroy(&region);
	return region;
}

static bool region_read(DmtxDecode *decode, DmtxRegion *region, char *out)
{
	DmtxMessage *message = dmtxDecodeMatrixRegion(decode, region, FIX_NONE);
	bool read = message && message->outputIdx > 0 &&
		    text_take((const char *)message->output, (size_t)message->outputIdx, out);

	dmtxMessageDestroy(&message);
	return read;
}

/* The picture of the symbol with a white edge, which the region's corners need. */
static uint8_t *pixels_new(
	const struct label_bitmap *bitmap, struct bitmap_rect dark, size_t width, size_t height)
{
	uint8_t *pixels = xmalloc(width * height);

	memset(pixels, WHITE, width * height);
	for (unsigned y = 0; y < dark.height_dots; y++) {
		for (unsigned x = 0; x < dark.width_dots; x++)
			pixels[(y + EDGE_DOTS) * width + x + EDGE_DOTS] =
				grey(bitmap, dark.x_dots + x, dark.y_dots + y);
	}
	return pixels;
}

bool page_decode_datamatrix(
	const struct label_bitmap *bitmap, struct bitmap_rect dark, unsigned modules, char *out)
{
	const int size = size_find(modules);

	if (size < 0 || !area_is_inside(bitmap, dark) || dark.width_dots % modules != 0 ||
		dark.height_dots != dark.width_dots)
		return false;
	const unsigned width = dark.width_dots + 2 * EDGE_DOTS,
		       height = dark.height_dots + 2 * EDGE_DOTS;
	const struct bitmap_rect inner = { EDGE_DOTS, EDGE_DOTS, dark.width_dots,
		dark.height_dots };
	uint8_t *pixels = pixels_new(bitmap, dark, width, height);
	DmtxImage *image = dmtxImageCreate(pixels, (int)width, (int)height, DmtxPack8bppK);
	DmtxDecode *decode = image ? dmtxDecodeCreate(image, 1) : NULL;
	DmtxRegion *region = decode ? region_new(decode, inner, height, size) : NULL;
	bool read = region && region_read(decode, region, out);

	dmtxRegionDestroy(&region);
	dmtxDecodeDestroy(&decode);
	dmtxImageDestroy(&image);
	free(pixels);
	return read;
}
