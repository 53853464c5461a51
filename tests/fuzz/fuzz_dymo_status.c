/*
 * printers/lang/dymo/status: any bytes as an answer. Nothing is written without an answer, and the
 * first byte is the answer, whatever came behind it.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/dymo/status.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct printer_status untouched;
	struct printer_status status = { 0 };
	struct printer_status first = { 0 };
	enum printer_reading reading =
		dymo_status_read(PRINTER_QUERY_HOST, bytes_of(data, len), &status);

	if (reading != PRINTER_READING_DONE) {
		must(len == 0 || len > PRINTER_REPLY_MAX);
		must(memcmp(&status, &untouched, sizeof(status)) == 0);
		return 0;
	}
	must(dymo_status_read(PRINTER_QUERY_HOST, bytes_of(data, 1), &first) == reading);
	must(memcmp(&first, &status, sizeof(first)) == 0);
	must((status.found & (PRINTER_OK | PRINTER_SILENT)) == 0);
	must(!(printer_status_state(&printer_driver_dymo, &status) & PRINTER_OK) ||
		(data[0] & ~0x02) == 0x01);
	must(dymo_status_read(PRINTER_QUERY_FAULTS, bytes_of(data, len), &first) ==
		PRINTER_READING_BAD);
	return 0;
}
