/*
 * printers/lang/epl2/status: any bytes as a printer's answer. Nothing is written without an
 * answer, an answer stays one when more bytes follow it, and ok is never said beside an error.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/epl2/status.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

/* The shortest part of the bytes that is an answer is the answer, whatever came behind. */
static void check_pieces(struct bytes bytes, enum printer_reading whole)
{
	for (size_t len = 0; len <= bytes.len; len++) {
		struct printer_status status = { 0 };
		enum printer_reading reading =
			epl2_status_read(PRINTER_QUERY_HOST, bytes_of(bytes.data, len), &status);

		if (reading == PRINTER_READING_MORE)
			continue;
		must(bytes.len > PRINTER_REPLY_MAX || reading == whole);
		return;
	}
	must(whole == PRINTER_READING_MORE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes bytes = bytes_of(data, len);
	struct printer_status status = { 0 };
	static const struct printer_status untouched;
	enum printer_reading reading = epl2_status_read(PRINTER_QUERY_HOST, bytes, &status);
	unsigned state = printer_status_state(&printer_driver_epl2, &status);

	if (reading != PRINTER_READING_DONE)
		must(memcmp(&status, &untouched, sizeof(status)) == 0);
	else
		must(status.answered[PRINTER_QUERY_HOST]);
	must(!(state & PRINTER_OK) || (reading == PRINTER_READING_DONE && status.found == 0));
	must((status.found & (PRINTER_OK | PRINTER_SILENT)) == 0);
	must(status.labels_remaining <= 999);
	if (len <= 512)
		check_pieces(bytes, reading);
	return 0;
}
