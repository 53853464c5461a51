/* Labels of every language, encoded and proved. */
#include "tests/printers/lang/labels.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "tests/check.h"

void label_noise(struct label_bitmap *out, unsigned width_dots, unsigned height_dots)
{
	uint32_t random = 12345;
	struct err err = { 0 };

	check_ok(bitmap_init(out, width_dots, height_dots, &err), &err);
	for (unsigned y = 0; y < height_dots; y++) {
		for (unsigned x = 0; x < width_dots; x++) {
			random = random * 1664525 + 1013904223;
			bitmap_set(out, x, y, random >> 31);
		}
	}
}

void check_golden(const struct printer_driver *driver, const char *golden)
{
	static const uint8_t rows[] = { 0xff, 0xff, 0xf0, 0x80, 0x00, 0x10, 0xaa, 0x55, 0xa0 };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };
	size_t len;
	AUTO(char_free) char *expected = check_read_file(golden, &len);

	check_ok(bitmap_init(&label, 20, 3, &err), &err);
	memcpy(label.data, rows, sizeof(rows));
	check_ok(driver->encode(&label, &out, &err), &err);
	check_bytes(buf_bytes(&out), bytes_of(expected, len));
}

void check_white_beyond(const struct printer_driver *driver, struct bytes expected)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 9, 1, &err), &err);
	bitmap_fill(&label, bitmap_whole(&label), true);
	check_ok(driver->encode(&label, &out, &err), &err);
	check_bytes(buf_bytes(&out), expected);
}

void check_head_and_tail(const struct printer_driver *driver, const char *head, const char *tail)
{
	const size_t data = 51 * 203;
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 406, 203, &err), &err);
	check_ok(driver->encode(&label, &out, &err), &err);
	if (!check_int(out.len, strlen(head) + data + strlen(tail)))
		return;
	check_bytes(bytes_of(out.data, strlen(head)), bytes_of_str(head));
	check_bytes(bytes_of(out.data + strlen(head) + data, strlen(tail)), bytes_of_str(tail));
}

void check_encoded(
	const struct printer_driver *driver, const struct label_bitmap *label, struct buf *out)
{
	struct err err = { 0 };
	size_t before = out->len;

	check_ok(driver->encode(label, out, &err), &err);
	check_ok(printer_driver_prove(
			 driver, bytes_of(out->data + before, out->len - before), label, &err),
		&err);
}

bool label_is_proved(
	const struct printer_driver *driver, struct bytes bytes, const struct label_bitmap *label)
{
	struct err err = { 0 };
	bool ok = printer_driver_prove(driver, bytes, label, &err);

	if (!ok)
		check_int(err.code, ERR_CHECK_FAILED);
	return ok;
}

void check_flips(const struct printer_driver *driver, struct buf *bytes,
	const struct label_bitmap *label, size_t from, size_t end)
{
	check(label_is_proved(driver, buf_bytes(bytes), label));
	for (size_t bit = from * 8; bit < end * 8; bit++) {
		bytes->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		check(!label_is_proved(driver, buf_bytes(bytes), label));
		bytes->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	check(label_is_proved(driver, buf_bytes(bytes), label));
}

void check_cuts(const struct printer_driver *driver, struct bytes bytes,
	const struct label_bitmap *label, size_t cut_max)
{
	for (size_t cut = 1; cut <= cut_max; cut++)
		check(!label_is_proved(driver, bytes_of(bytes.data, bytes.len - cut), label));
}

void check_added(const struct printer_driver *driver, struct bytes bytes,
	const struct label_bitmap *label, struct bytes added, size_t place)
{
	AUTO_BUF more = { 0 };

	buf_add_mem(&more, bytes.data, place);
	buf_add(&more, added);
	buf_add_mem(&more, bytes.data + place, bytes.len - place);
	check(!label_is_proved(driver, buf_bytes(&more), label));
}

void check_sizes_refused(
	const struct printer_driver *driver, const struct label_size *sizes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct label_bitmap label = { .width_dots = sizes[i].width_dots,
			.height_dots = sizes[i].height_dots };
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(sizes[i].name);
		check(!driver->encode(&label, &out, &err));
		check_err(&err, ERR_INVALID, sizes[i].message);
		check_int(out.len, 0);
	}
}
