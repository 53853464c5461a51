/*
 * printers/lang/dymo/expand: any bytes as a printer's input. Whatever is told must not depend on
 * how the bytes were cut, labels stay within their limits, and what expansion takes is encoded and
 * expanded to the same dots again.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/dymo/expand.h"

#include <stdlib.h>

#include "printers/lang/dymo/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

struct told {
	size_t labels;
	size_t fed;
	size_t defaults;
	size_t queries;
	size_t refused;
	size_t black;
};

static void on_label(void *arg, const struct label_bitmap *label)
{
	struct told *told = arg;

	must(label->width_dots > 0 && label->width_dots <= DYMO_ROW_BYTES_MAX * 8);
	must(label->height_dots > 0 && label->height_dots <= BITMAP_HEIGHT_DOTS_MAX);
	must(label->stride_bytes * 8 == label->width_dots);
	told->labels++;
	told->black += bitmap_count_black(label, bitmap_whole(label));
}

static void on_fed(void *arg)
{
	struct told *told = arg;

	told->fed++;
}

static void on_defaults(void *arg)
{
	struct told *told = arg;

	told->defaults++;
}

static void on_query(void *arg, enum printer_query query)
{
	struct told *told = arg;

	must(query == PRINTER_QUERY_HOST);
	told->queries++;
}

static void on_refused(void *arg, const struct err *err)
{
	struct told *told = arg;

	must(err->code == ERR_CHECK_FAILED && err->message[0] != 0);
	told->refused++;
}

static struct told told_of(struct bytes bytes, size_t step)
{
	static const struct dymo_reader_events events = { on_label, on_fed, on_defaults, on_query,
		on_refused };
	struct told told = { 0 };
	struct dymo_reader *reader = dymo_reader_new(&events, &told);

	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		dymo_reader_feed(reader, bytes_of(bytes.data + at, left < step ? left : step));
	}
	dymo_reader_free(reader);
	return told;
}

static void check_again(const struct label_bitmap *label)
{
	AUTO_BUF bytes = { 0 };

	must(dymo_encode(label, &bytes, NULL));
	must(printer_driver_prove(&printer_driver_dymo, buf_bytes(&bytes), label, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes bytes = bytes_of(data, len);
	AUTO_LABEL_LIST list = { 0 };
	struct told whole = told_of(bytes, len + 1);
	struct told pieces = told_of(bytes, 3);

	must(memcmp(&whole, &pieces, sizeof(whole)) == 0);
	if (!dymo_expand(bytes, &list, NULL)) {
		must(list.count == 0 && !list.label);
		return 0;
	}
	must(list.count == whole.labels && whole.queries + whole.refused + whole.fed == 0);
	must(whole.defaults == 0);
	for (size_t i = 0; i < list.count && i < 2; i++)
		check_again(&list.label[i]);
	return 0;
}
