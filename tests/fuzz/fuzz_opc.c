/*
 * scanners/opc: see line.h.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/opc.h"

#include "tests/fuzz/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_run(&scanner_driver_opc, bytes_of(data, size));
	return 0;
}
