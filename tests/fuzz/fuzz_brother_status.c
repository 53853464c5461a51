/*
 * printers/lang/brother/status: any bytes as an answer, and as reports that come unasked. Nothing
 * is written without an answer, an answer stays one when more bytes follow it, and what is heard
 * does not depend on how it was cut.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/brother/status.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_read(struct bytes bytes)
{
	static const struct printer_status untouched;
	struct printer_status status = { 0 };
	enum printer_reading whole = brother_status_read(PRINTER_QUERY_HOST, bytes, &status);

	must((status.found & (PRINTER_OK | PRINTER_SILENT)) == 0 && status.labels_reported == 0);
	if (whole == PRINTER_READING_DONE)
		must(status.answered[PRINTER_QUERY_HOST]);
	else
		must(memcmp(&status, &untouched, sizeof(status)) == 0);
	for (size_t len = 0; len <= bytes.len && bytes.len <= 512; len++) {
		struct printer_status part = { 0 };
		enum printer_reading reading =
			brother_status_read(PRINTER_QUERY_HOST, bytes_of(bytes.data, len), &part);

		if (reading == PRINTER_READING_MORE)
			continue;
		must(reading == whole && memcmp(&part, &status, sizeof(part)) == 0);
		return;
	}
}

static struct printer_status heard_of(struct bytes bytes, size_t step)
{
	AUTO_BUF heard = { 0 };
	struct printer_status status;

	memset(&status, 0, sizeof(status));
	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		buf_add_mem(&heard, bytes.data + at, left < step ? left : step);
		size_t used = brother_status_heard(buf_bytes(&heard), &status);

		must(used <= heard.len);
		buf_drop(&heard, used);
		must(heard.len < BROTHER_REPORT_BYTES);
	}
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes bytes = bytes_of(data, len);
	struct printer_status whole = heard_of(bytes, len + 1);
	struct printer_status pieces = heard_of(bytes, 5);

	must(memcmp(&whole, &pieces, sizeof(whole)) == 0);
	must(whole.labels_reported <= len / BROTHER_REPORT_BYTES);
	must(!whole.answered[PRINTER_QUERY_HOST]);
	must((whole.found & (PRINTER_OK | PRINTER_SILENT)) == 0);
	check_read(bytes);
	return 0;
}
