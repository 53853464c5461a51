/* A bar code as zint's matrix of modules. */
#include "printers/page/symbol.h"

#include <zint.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"

DEFINE_AUTO(struct zint_symbol, ZBarcode_Delete)

static const struct {
	int symbology;
	int option_3;
	const char *said;
} symbologies[] = {
	[PAGE_CODE128] = { BARCODE_CODE128, 0, "Code 128" },
	[PAGE_DATAMATRIX] = { BARCODE_DATAMATRIX, DM_SQUARE, "Data Matrix" },
};

bool page_symbol_encode(
	struct page_symbol *out, enum page_symbology symbology, const char *text, struct err *err)
{
	const char *said = symbologies[symbology].said;
	const size_t len = strlen(text);

	if (len == 0 || len > PAGE_SYMBOL_TEXT_MAX)
		return err_set(
			err, ERR_INVALID, "a %s of %zu characters is not possible", said, len);
	for (size_t i = 0; i < len; i++) {
		if (!char_is_printable((unsigned char)text[i]))
			return err_set(err, ERR_INVALID,
				"a %s of other than printable ASCII is not ours", said);
	}
	AUTO(ZBarcode_Delete) struct zint_symbol *zint = ZBarcode_Create();

	if (!zint)
		return err_set(err, ERR_INTERNAL, "the bar code library has no memory");
	zint->symbology = symbologies[symbology].symbology;
	zint->option_3 = symbologies[symbology].option_3;
	if (ZBarcode_Encode(zint, (const unsigned char *)text, (int)len) != 0)
		return err_set(err, ERR_INVALID, "the %s cannot be made: %s", said, zint->errtxt);
	if (zint->rows < 1 || zint->rows > PAGE_SYMBOL_ROWS_MAX || zint->width < 1 ||
		zint->width > PAGE_SYMBOL_COLUMNS_MAX)
		return err_set(err, ERR_INVALID, "a %s of %d x %d modules is not possible", said,
			zint->width, zint->rows);
	*out = (struct page_symbol) { .symbology = symbology,
		.rows = (unsigned)zint->rows,
		.columns = (unsigned)zint->width };
	(void)str_copy(out->text, sizeof(out->text), text); /* its length was checked above */
	for (unsigned y = 0; y < out->rows; y++) {
		for (unsigned x = 0; x < out->columns; x++)
			out->module[y][x] = (zint->encoded_data[y][x >> 3] >> (x & 7)) & 1;
	}
	return true;
}
