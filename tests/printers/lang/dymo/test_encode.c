/* printers/lang/dymo/encode: the golden label, every dot of any size, and what is never sent. */
#include "printers/lang/dymo/encode.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "printers/lang/driver.h"
#include "tests/check.h"

#define ROWS_AT (DYMO_FLUSH_ESCAPES + 3 + 3 + 4)

static void label_20x3(struct label_bitmap *out)
{
	static const uint8_t rows[] = { 0xff, 0xff, 0xf0, 0x80, 0x00, 0x10, 0xaa, 0x55, 0xa0 };
	struct err err = { 0 };

	check_ok(bitmap_init(out, 20, 3, &err), &err);
	memcpy(out->data, rows, sizeof(rows));
}

/* Dots without a pattern. */
static void label_noise(struct label_bitmap *out, unsigned width_dots, unsigned height_dots)
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

static void test_a_label_is_the_golden_one_to_the_byte(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };
	size_t len;
	AUTO(char_free) char *golden = check_read_file("tests/data/dymo/label-20x3.bin", &len);

	label_20x3(&label);
	check_ok(dymo_encode(&label, &out, &err), &err);
	check_bytes(buf_bytes(&out), bytes_of(golden, len));
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned width_dots, height_dots;
	unsigned search_rows;
} sizes[] = {
	{ "one dot",           1,    1, 3058 },
	{ "a whole byte",      8,    2, 3058 },
	{ "nine columns",      9,   77, 3058 },
	{ "odd",             477,  301, 3058 },
	{ "2 x 1 in",        600,  300, 3058 },
	{ "9.19 in long",    300, 2758, 3058 },
	{ "a row longer",    300, 2759, 3059 },
	{ "the largest",     672, BITMAP_HEIGHT_DOTS_MAX, 3900 },
};
/* clang-format on */

static void test_the_very_bytes_of_every_size_give_back_the_very_dots(void)
{
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		AUTO_BITMAP label = { 0 };
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(sizes[i].name);
		label_noise(&label, sizes[i].width_dots, sizes[i].height_dots);
		check_ok(dymo_encode(&label, &out, &err), &err);
		check_ok(printer_driver_prove(&printer_driver_dymo, buf_bytes(&out), &label, &err),
			&err);
		check_int(out.data[ROWS_AT - 2] << 8 | out.data[ROWS_AT - 1], sizes[i].search_rows);
		check_int(out.len, ROWS_AT + label.height_dots * (label.stride_bytes + 1) + 2);
	}
}

/* Whether these bytes are still taken for the label. */
static bool is_proved(const struct buf *bytes, const struct label_bitmap *label)
{
	struct err err = { 0 };
	bool ok = printer_driver_prove(&printer_driver_dymo, buf_bytes(bytes), label, &err);

	if (!ok)
		check_int(err.code, ERR_CHECK_FAILED);
	return ok;
}

static void test_the_proof_finds_every_flipped_bit_and_cut(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };
	unsigned missed = 0;

	label_noise(&label, 43, 9);
	check_ok(dymo_encode(&label, &out, &err), &err);
	check(is_proved(&out, &label));
	for (size_t i = 0; i < out.len; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			out.data[i] ^= (uint8_t)(1u << bit);
			missed += is_proved(&out, &label);
			out.data[i] ^= (uint8_t)(1u << bit);
		}
	}
	check_int(missed, 0);
	for (size_t cut = 1; cut < out.len; cut++) {
		struct buf shorter = { .data = out.data, .len = out.len - cut };

		missed += is_proved(&shorter, &label);
	}
	check_int(missed, 0);
	check(is_proved(&out, &label));
}

static void test_the_proof_finds_every_added_command(void)
{
	static const char *const added[] = { "\033@", "\033*", "\033A", "\033E", "\033G", "\033c",
		"\033f\001\001", "\033q1", "\026\001\002\003\004\005\006", "x" };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF page = { 0 };
	struct err err = { 0 };

	label_noise(&label, 43, 9);
	check_ok(dymo_encode(&label, &page, &err), &err);
	for (size_t i = 0; i < ARRAY_LEN(added); i++) {
		const size_t places[] = { 0, DYMO_FLUSH_ESCAPES, ROWS_AT, ROWS_AT + 7, page.len };

		check_row(added[i]);
		for (size_t p = 0; p < ARRAY_LEN(places); p++) {
			AUTO_BUF more = { 0 };

			buf_add_mem(&more, page.data, places[p]);
			buf_add_str(&more, added[i]);
			buf_add_mem(&more, page.data + places[p], page.len - places[p]);
			check(!is_proved(&more, &label));
		}
	}
}

static void test_sizes_out_of_range_are_refused_and_nothing_is_added(void)
{
	static const struct {
		const char *name;
		unsigned width_dots;
		unsigned height_dots;
		const char *message;
	} refusals[] = {
		{ "no width", 0, 1, "cannot be printed" },
		{ "no height", 1, 0, "cannot be printed" },
		{ "too wide", 673, 1, "head has 672" },
		{ "too long", 1, BITMAP_HEIGHT_DOTS_MAX + 1, "cannot be printed" },
	};

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct label_bitmap label = { .width_dots = refusals[i].width_dots,
			.height_dots = refusals[i].height_dots };
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		check(!dymo_encode(&label, &out, &err));
		check_err(&err, ERR_INVALID, refusals[i].message);
		check_int(out.len, 0);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_one_to_the_byte),
		CHECK_TEST(test_the_very_bytes_of_every_size_give_back_the_very_dots),
		CHECK_TEST(test_the_proof_finds_every_flipped_bit_and_cut),
		CHECK_TEST(test_the_proof_finds_every_added_command),
		CHECK_TEST(test_sizes_out_of_range_are_refused_and_nothing_is_added),
	};
	return check_run("printers/lang/dymo/encode", tests, ARRAY_LEN(tests));
}
