/* Codes for a screen: read back from their dots by libzbar and libdmtx, as a scanner would. */
#include "printers/page/screen.h"

#include <dmtx.h>
#include <stdlib.h>
#include <zbar.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"

#define CODE "E101000000188042317Qz\"=\x1dM"

static uint8_t *greys_new(const struct label_bitmap *bitmap)
{
	uint8_t *greys = xmalloc((size_t)bitmap->width_dots * bitmap->height_dots);

	for (unsigned y = 0; y < bitmap->height_dots; y++) {
		for (unsigned x = 0; x < bitmap->width_dots; x++)
			greys[y * bitmap->width_dots + x] = bitmap_is_black(bitmap, x, y) ? 0 : 255;
	}
	return greys;
}

static void check_code128(const struct label_bitmap *bitmap, struct bytes text)
{
	uint8_t *greys = greys_new(bitmap);
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();

	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, bitmap->width_dots, bitmap->height_dots);
	zbar_image_set_data(
		image, greys, (unsigned long)bitmap->width_dots * bitmap->height_dots, NULL);
	check_int(zbar_scan_image(scanner, image), 1);
	const zbar_symbol_t *symbol = zbar_image_first_symbol(image);

	if (check(symbol != NULL)) {
		check_int(zbar_symbol_get_type(symbol), ZBAR_CODE128);
		check_bytes(
			bytes_of(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)),
			text);
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	free(greys);
}

static void check_datamatrix(const struct label_bitmap *bitmap, struct bytes text)
{
	uint8_t *greys = greys_new(bitmap);
	DmtxImage *image = dmtxImageCreate(
		greys, (int)bitmap->width_dots, (int)bitmap->height_dots, DmtxPack8bppK);
	DmtxDecode *decode = dmtxDecodeCreate(image, 1);
	DmtxRegion *region = dmtxRegionFindNext(decode, NULL);
	DmtxMessage *message =
		region ? dmtxDecodeMatrixRegion(decode, region, DmtxUndefined) : NULL;

	if (check(message != NULL))
		check_bytes(bytes_of(message->output, (size_t)message->outputIdx), text);
	dmtxMessageDestroy(&message);
	dmtxRegionDestroy(&region);
	dmtxDecodeDestroy(&decode);
	dmtxImageDestroy(&image);
	free(greys);
}

static void check_reads(struct bytes text)
{
	AUTO_BITMAP bars = { 0 };
	AUTO_BITMAP matrix = { 0 };
	struct err err = { 0 };

	if (check_ok(page_screen(PAGE_CODE128, text, &bars, &err), &err))
		check_code128(&bars, text);
	if (check_ok(page_screen(PAGE_DATAMATRIX, text, &matrix, &err), &err))
		check_datamatrix(&matrix, text);
}

static void test_a_code_for_enrolment_reads_as_it_is(void)
{
	check_reads(bytes_of_str(CODE));
	check_reads(bytes_of_str("101000000156"));
	check_reads(bytes_of_str("x"));
}

static void test_a_code_fits_on_a_screen(void)
{
	AUTO_BITMAP bars = { 0 };
	AUTO_BITMAP matrix = { 0 };
	struct err err = { 0 };

	check_ok(page_screen(PAGE_CODE128, bytes_of_str(CODE), &bars, &err), &err);
	check(bars.width_dots <= 1000 && bars.height_dots <= 200);
	check_ok(page_screen(PAGE_DATAMATRIX, bytes_of_str(CODE), &matrix, &err), &err);
	check(matrix.width_dots <= 300 && matrix.height_dots == matrix.width_dots);
	/* the quiet zone is white */
	check_int(bitmap_count_black(
			  &bars, (struct bitmap_rect) { 0, 0, 10 * PAGE_SCREEN_CODE128_DOTS,
					 bars.height_dots }),
		0);
	check_int(bitmap_count_black(&matrix, (struct bitmap_rect) { 0, 0, matrix.width_dots,
						      4 * PAGE_SCREEN_DATAMATRIX_DOTS }),
		0);
}

static void test_what_is_no_text_is_refused(void)
{
	static const struct {
		const char *name;
		struct bytes text;
	} rows[] = {
		{ "nothing", BYTES_LITERAL("") },
		{ "NUL", BYTES_LITERAL("a\0b") },
		{ "above ASCII", BYTES_LITERAL("\xc3\xa9") },
		{ "too long", BYTES_LITERAL("12345678901234567890123456789012345678901") },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BITMAP bitmap = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		check(!page_screen(PAGE_CODE128, rows[i].text, &bitmap, &err));
		check_err(&err, ERR_INVALID, "1 to 40 characters");
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_code_for_enrolment_reads_as_it_is),
		CHECK_TEST(test_a_code_fits_on_a_screen),
		CHECK_TEST(test_what_is_no_text_is_refused),
	};

	return check_run("printers/page/screen", tests, ARRAY_LEN(tests));
}
