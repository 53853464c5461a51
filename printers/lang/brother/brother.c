/* Brother QL raster: the drivers' tables, for the two widths of heads. */
#include "printers/lang/brother/encode.h"
#include "printers/lang/brother/expand.h"
#include "printers/lang/brother/status.h"
#include "printers/lang/driver.h"

static bool narrow_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	return brother_encode(&brother_head_narrow, bitmap, out, err);
}

static bool wide_encode(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	return brother_encode(&brother_head_wide, bitmap, out, err);
}

static bool narrow_stock(const struct printer_status *status, unsigned width_um, unsigned height_um)
{
	return brother_media_is_right(&brother_head_narrow, status->stock_width_mm,
		status->stock_length_mm, width_um, height_um);
}

static bool wide_stock(const struct printer_status *status, unsigned width_um, unsigned height_um)
{
	return brother_media_is_right(&brother_head_wide, status->stock_width_mm,
		status->stock_length_mm, width_um, height_um);
}

/*
 * 400 NULs and ESC @: back to receiving, print buffer cleared, nothing printed ("if data
 * transmission is to be stopped midway"; also what clears a job that is left from an error).
 * Dots that the printer has burned by then stay on the paper: it begins before SUB. Source:
 * Brother, Raster Command Reference QL-1110NWB 1.00, page 22 (NULL) and 5.2.
 */
#define NUL_50                                                                                     \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
	"\0\0\0\0\0\0"
#define INVALIDATE NUL_50 NUL_50 NUL_50 NUL_50 NUL_50 NUL_50 NUL_50 NUL_50 "\033@"
_Static_assert(sizeof(INVALIDATE) - 1 == BROTHER_INVALIDATE_BYTES + 2, "400 NULs and ESC @");

/* power_up: there is no reprint to turn off; encode never turns it on. */
#define BROTHER_DRIVER                                                               \
	.power_up = BYTES_LITERAL(INVALIDATE), .abandon = BYTES_LITERAL(INVALIDATE), \
	.query = { [PRINTER_QUERY_HOST] = BYTES_LITERAL(BROTHER_QUERY) },            \
	.read = brother_status_read, .heard = brother_status_heard, .is_asked_at_rest_only = true

const struct printer_driver printer_driver_brother = {
	.language = "brother",
	.proof = PRINTER_PROOF_REPORT, /* status.h */
	.encode = narrow_encode,
	.reader = &brother_reader_class_narrow,
	.stock_is_right = narrow_stock,
	BROTHER_DRIVER,
};

const struct printer_driver printer_driver_brother_wide = {
	.language = "brother-wide",
	.proof = PRINTER_PROOF_REPORT,
	.encode = wide_encode,
	.reader = &brother_reader_class_wide,
	.stock_is_right = wide_stock,
	BROTHER_DRIVER,
};
