/*
 * printers/lang/zpl/expand: any bytes as a printer's input (expand.h), encoded again in both forms.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "tests/fuzz/expand.h"

static void both_again(const struct printer_driver *driver, struct label_bitmap *label)
{
	fuzz_expand_again(driver, label);
	fuzz_expand_again(&printer_driver_zpl_ascii, label);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct fuzz_expand fuzz = {
		.driver = &printer_driver_zpl, .refuses_by_piece = true, .again = both_again
	};

	fuzz_expand(&fuzz, bytes_of(data, len));
	return 0;
}
