/*
 * printers/lang/epl2/expand: any bytes as a printer's input (expand.h).
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "tests/fuzz/expand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct fuzz_expand fuzz = { .driver = &printer_driver_epl2 };

	fuzz_expand(&fuzz, bytes_of(data, len));
	return 0;
}
