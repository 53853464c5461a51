/*
 * printers/lang/dymo/expand: any bytes as a printer's input (expand.h).
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/dymo/encode.h"
#include "tests/fuzz/expand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct fuzz_expand fuzz = { .driver = &printer_driver_dymo,
		.width_dots_max = DYMO_ROW_BYTES_MAX * 8 };

	fuzz_expand(&fuzz, bytes_of(data, len));
	return 0;
}
