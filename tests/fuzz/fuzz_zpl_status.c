/*
 * printers/lang/zpl/status: any bytes as a printer's answer to each question. Nothing is written
 * without an answer, an answer stays one when more bytes follow it, and ok is never said of one
 * answer alone.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/zpl/status.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

static const enum printer_query queries[] = { PRINTER_QUERY_HOST, PRINTER_QUERY_FAULTS,
	PRINTER_QUERY_COUNTER };

/* The shortest part of the bytes that is an answer is the answer, whatever came behind. */
static void check_pieces(enum printer_query query, struct bytes bytes, enum printer_reading whole)
{
	for (size_t len = 0; len <= bytes.len; len++) {
		struct printer_status status = { 0 };
		enum printer_reading reading =
			zpl_status_read(query, bytes_of(bytes.data, len), &status);

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

	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		struct printer_status status = { 0 };
		static const struct printer_status untouched;
		enum printer_reading reading = zpl_status_read(queries[i], bytes, &status);

		if (reading != PRINTER_READING_DONE)
			must(memcmp(&status, &untouched, sizeof(status)) == 0);
		else
			must(status.answered[queries[i]]);
		must(!(printer_status_state(&printer_driver_zpl, &status) & PRINTER_OK));
		must((status.found & (PRINTER_OK | PRINTER_SILENT)) == 0);
		if (len <= 512)
			check_pieces(queries[i], bytes, reading);
	}
	return 0;
}
