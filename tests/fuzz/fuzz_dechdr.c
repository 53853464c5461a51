/*
 * scanners/dechdr: see line.h.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/dechdr.h"

#include "tests/fuzz/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_run(&scanner_driver_dechdr, bytes_of(data, size));
	return 0;
}
