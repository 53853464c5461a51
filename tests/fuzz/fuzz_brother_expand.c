/*
 * printers/lang/brother/expand: any bytes as a printer's input, for both heads (the first byte
 * chooses). Whatever is told must not depend on how the bytes were cut, labels stay within their
 * limits, and what expansion takes is encoded and expanded to the same dots again.
 *
 * Sources: daemon/base printers printers/lang/
 * Link: -lz -lpng
 */
#include "printers/lang/brother/expand.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

struct told {
	size_t labels;
	size_t queries;
	size_t refused;
	size_t black;
};

static void on_label(void *arg, const struct label_bitmap *label)
{
	struct told *told = arg;

	must(label->width_dots > 0 && label->width_dots <= BITMAP_WIDTH_DOTS_MAX);
	must(label->height_dots > 0 && label->height_dots <= BITMAP_HEIGHT_DOTS_MAX);
	must(label->stride_bytes * 8 == label->width_dots);
	told->labels++;
	told->black += bitmap_count_black(label, bitmap_whole(label));
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

static struct told told_of(const struct brother_head *head, struct bytes bytes, size_t step)
{
	static const struct brother_reader_events events = { on_label, on_query, on_refused };
	struct told told = { 0 };
	struct brother_reader *reader = brother_reader_new(head, &events, &told);

	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		brother_reader_feed(reader, bytes_of(bytes.data + at, left < step ? left : step));
	}
	brother_reader_free(reader);
	return told;
}

/* Only what is as long as a piece of a roll can be encoded again. */
static void check_again(const struct printer_driver *driver, struct label_bitmap *label)
{
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	while (label->width_dots > 1 &&
		bitmap_count_black(label, (struct bitmap_rect) { label->width_dots - 1, 0, 1,
						  label->height_dots }) == 0)
		label->width_dots--;
	label->stride_bytes =
		(label->width_dots + 7) / 8 == label->stride_bytes ? label->stride_bytes : 0;
	if (label->stride_bytes == 0)
		return;
	if (!driver->encode(label, &bytes, &err))
		must(err.code == ERR_INVALID);
	else
		must(printer_driver_prove(driver, buf_bytes(&bytes), label, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const bool is_wide = len > 0 && data[0] & 1;
	const struct brother_head *head = is_wide ? &brother_head_wide : &brother_head_narrow;
	struct bytes bytes = bytes_of(data + (len > 0), len - (len > 0));
	AUTO_LABEL_LIST list = { 0 };
	struct told whole = told_of(head, bytes, len + 1);
	struct told pieces = told_of(head, bytes, 3);

	must(memcmp(&whole, &pieces, sizeof(whole)) == 0);
	if (!brother_expand(head, bytes, &list, NULL)) {
		must(list.count == 0 && !list.label);
		return 0;
	}
	must(list.count == whole.labels && whole.queries == 0 && whole.refused == 0);
	for (size_t i = 0; i < list.count && i < 2; i++)
		check_again(is_wide ? &printer_driver_brother_wide : &printer_driver_brother,
			&list.label[i]);
	return 0;
}
