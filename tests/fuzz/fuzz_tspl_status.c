/*
 * printers/lang/tspl/status: any bytes as a printer's answer. Nothing is written without an
 * answer, ok is never said beside an error, one byte is an answer and two are none, and a frame
 * stays one when more bytes follow it.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/tspl/status.h"

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
		enum printer_reading reading = tspl_status_read_frame(
			PRINTER_QUERY_HOST, bytes_of(bytes.data, len), &status);

		if (reading == PRINTER_READING_MORE)
			continue;
		must(bytes.len > PRINTER_REPLY_MAX || reading == whole);
		return;
	}
	must(whole == PRINTER_READING_MORE);
}

static void check_status(const struct printer_driver *driver, enum printer_reading reading,
	const struct printer_status *status)
{
	static const struct printer_status untouched;
	unsigned state = printer_status_state(driver, status);

	if (reading != PRINTER_READING_DONE)
		must(memcmp(status, &untouched, sizeof(*status)) == 0);
	else
		must(status->answered[PRINTER_QUERY_HOST]);
	must(!(state & PRINTER_OK) || (reading == PRINTER_READING_DONE &&
					      (status->found & ~(unsigned)PRINTER_MEDIA_LOW) == 0));
	must((status->found & (PRINTER_OK | PRINTER_SILENT)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes bytes = bytes_of(data, len);
	struct printer_status one = { 0 };
	struct printer_status frame = { 0 };
	enum printer_reading one_reading = tspl_status_read(PRINTER_QUERY_HOST, bytes, &one);
	enum printer_reading frame_reading =
		tspl_status_read_frame(PRINTER_QUERY_HOST, bytes, &frame);

	must((one_reading == PRINTER_READING_DONE) == (len == 1));
	check_status(&printer_driver_tspl, one_reading, &one);
	check_status(&printer_driver_tspl2, frame_reading, &frame);
	if (len <= 512)
		check_pieces(bytes, frame_reading);
	return 0;
}
