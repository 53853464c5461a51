/* printers/lang/brother/encode: the golden page, every dot of any size, and what is never sent. */
#include "printers/lang/brother/encode.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "printers/lang/driver.h"
#include "tests/check.h"

/* Behind the NULs and ESC @: ESC i a 1, ESC i ! 0, then ESC i z with its flags. */
#define ROLL_AT (BROTHER_INVALIDATE_BYTES + 2 + 4 + 4)
#define ROWS_AT (ROLL_AT + 13 + 4 + 4 + 5)

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

static void test_a_label_is_the_golden_page_to_the_byte(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };
	size_t len;
	AUTO(char_free)
	char *golden = check_read_file("tests/data/brother/label-102x150.bin", &len);

	check_ok(bitmap_init(&label, 102, 150, &err), &err);
	for (unsigned y = 0; y < 150; y++) {
		for (unsigned x = 0; x < 102; x++)
			bitmap_set(&label, x, y, x == 0 || (7 * x + 13 * y) % 11 < 4);
	}
	check_ok(brother_encode(&brother_head_narrow, &label, &out, &err), &err);
	check_bytes(buf_bytes(&out), bytes_of(golden, len));
}

static void test_the_roll_is_announced_and_recovery_is_off(void)
{
	/* Brother's own example (QL-500 to 1060N, page 4), but for the flag 0x80: 29 x 90 mm */
	static const uint8_t die_cut[] = { 0x1b, 'i', 'z', 0x0e, 0x0b, 0x1d, 0x5a, 0xdf, 0x03, 0, 0,
		0, 0, 0x1b, 'i', 'M', 0x40, 0x1b, 'i', 'K', 0x08, 0x1b, 'i', 'd', 0, 0, 'g', 0,
		90 };
	static const uint8_t continuous[] = { 0x1b, 'i', 'z', 0x06, 0x0a, 0x3e, 0, 0x2c, 0x01, 0, 0,
		0, 0, 0x1b, 'i', 'M', 0x40, 0x1b, 'i', 'K', 0x08, 0x1b, 'i', 'd', 35, 0, 'g', 0,
		90 };
	AUTO_BITMAP address = { 0 };
	AUTO_BITMAP tube = { 0 };
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	label_noise(&address, 306, 991);
	check_ok(brother_encode(&brother_head_narrow, &address, &out, &err), &err);
	check_bytes(
		bytes_of(out.data + ROLL_AT, sizeof(die_cut)), bytes_of(die_cut, sizeof(die_cut)));
	buf_reset(&out);
	label_noise(&tube, 600, 300);
	check_ok(brother_encode(&brother_head_narrow, &tube, &out, &err), &err);
	check_bytes(bytes_of(out.data + ROLL_AT, sizeof(continuous)),
		bytes_of(continuous, sizeof(continuous)));
	check_int(out.data[out.len - 1], 0x1a);
	check_int(out.len, ROWS_AT + 300 * 93 + 1);
}

/* clang-format off */
static const struct {
	const char *name;
	const struct brother_head *head;
	unsigned width_dots, x, pin;
} corners[] = {
	{ "left of 62 mm",            &brother_head_narrow, 600,   0, 12 + 695 },
	{ "right of 62 mm",           &brother_head_narrow, 600, 599, 12 + 96 },
	{ "left of 54 mm",            &brother_head_narrow, 590,   0, 589 },
	{ "right of 54 mm",           &brother_head_narrow, 590, 589, 0 },
	{ "left of 62 mm, wide head", &brother_head_wide,   600,   0, 44 + 12 + 695 },
	{ "right of 103 mm",          &brother_head_wide,  1200, 1199, 44 + 12 },
};
/* clang-format on */

static void test_a_row_is_mirrored_and_lies_under_its_paper(void)
{
	for (size_t i = 0; i < ARRAY_LEN(corners); i++) {
		AUTO_BITMAP label = { 0 };
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(corners[i].name);
		check_ok(bitmap_init(&label, corners[i].width_dots, 400, &err), &err);
		bitmap_set(&label, corners[i].x, 0, true);
		check_ok(brother_encode(corners[i].head, &label, &out, &err), &err);
		for (unsigned pin = 0; pin < corners[i].head->row_bytes * 8; pin++) {
			unsigned dot = out.data[ROWS_AT + 3 + pin / 8] >> (7 - pin % 8) & 1;

			if (dot != (pin == corners[i].pin))
				check_int(pin, corners[i].pin);
		}
	}
}

/* clang-format off */
static const struct {
	const char *name;
	const struct printer_driver *driver;
	unsigned width_dots, height_dots;
} sizes[] = {
	{ "one column",           &printer_driver_brother,         1,  150 },
	{ "a whole byte",         &printer_driver_brother,         8,  150 },
	{ "nine columns",         &printer_driver_brother,         9,  151 },
	{ "12 mm in full",        &printer_driver_brother,       106,  160 },
	{ "24 mm round",          &printer_driver_brother,       233,  200 },
	{ "odd on 50 mm",         &printer_driver_brother,       477,  177 },
	{ "2 x 1 in",             &printer_driver_brother,       600,  300 },
	{ "62 x 29",              &printer_driver_brother,       695,  271 },
	{ "the largest",          &printer_driver_brother,       696, BITMAP_HEIGHT_DOTS_MAX },
	{ "one column, wide",     &printer_driver_brother_wide,    1,  295 },
	{ "odd, wide",            &printer_driver_brother_wide,  901,  333 },
	{ "103 x 164",            &printer_driver_brother_wide, 1200, 1822 },
	{ "the largest, wide",    &printer_driver_brother_wide, 1200, BITMAP_HEIGHT_DOTS_MAX },
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
		check_ok(sizes[i].driver->encode(&label, &out, &err), &err);
		check_ok(
			printer_driver_prove(sizes[i].driver, buf_bytes(&out), &label, &err), &err);
	}
}

/* Whether these bytes are still taken for the label. */
static bool is_proved(const struct buf *bytes, const struct label_bitmap *label)
{
	struct err err = { 0 };
	bool ok = printer_driver_prove(&printer_driver_brother, buf_bytes(bytes), label, &err);

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

	label_noise(&label, 101, 150);
	check_ok(brother_encode(&brother_head_narrow, &label, &out, &err), &err);
	check(is_proved(&out, &label));
	for (size_t i = BROTHER_INVALIDATE_BYTES - 8; i < ROWS_AT + 2 * 93; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			out.data[i] ^= (uint8_t)(1u << bit);
			missed += is_proved(&out, &label);
			out.data[i] ^= (uint8_t)(1u << bit);
		}
	}
	check_int(missed, 0);
	for (size_t cut = 1; cut < 300; cut++) {
		struct buf shorter = { .data = out.data, .len = out.len - cut };

		missed += is_proved(&shorter, &label);
	}
	check_int(missed, 0);
	check(is_proved(&out, &label));
}

static void test_the_proof_finds_every_added_command(void)
{
	static const char *const added[] = { "\033@", "\033iS", "\033iA\001", "\033iM\100", "M\002",
		"Z", "\014", "\032", "\033ia\001" };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF page = { 0 };
	struct err err = { 0 };

	label_noise(&label, 101, 150);
	check_ok(brother_encode(&brother_head_narrow, &label, &page, &err), &err);
	for (size_t i = 0; i < ARRAY_LEN(added); i++) {
		const size_t places[] = { ROLL_AT, ROWS_AT, ROWS_AT + 93, page.len };

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

/* clang-format off */
static const struct {
	const char *name;
	const struct brother_head *head;
	unsigned width_dots, height_dots;
	const char *message;
} refusals[] = {
	{ "no width",            &brother_head_narrow,    0,  300, "cannot be printed" },
	{ "no height",           &brother_head_narrow,  100,    0, "cannot be printed" },
	{ "too long",            &brother_head_narrow,  100, BITMAP_HEIGHT_DOTS_MAX + 1, "cannot be printed" },
	{ "too wide",            &brother_head_narrow,  697,  300, "head of 720 prints 696" },
	{ "too wide, wide head", &brother_head_wide,   1201,  300, "head of 1296 prints 1200" },
	{ "too short a piece",   &brother_head_narrow,  600,  149, "at least 150" },
	{ "too short, wide",     &brother_head_wide,    600,  294, "at least 295" },
};
/* clang-format on */

static void test_sizes_that_no_roll_holds_are_refused_and_nothing_is_added(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct label_bitmap label = { .width_dots = refusals[i].width_dots,
			.height_dots = refusals[i].height_dots };
		AUTO_BUF out = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		check(!brother_encode(refusals[i].head, &label, &out, &err));
		check_err(&err, ERR_INVALID, refusals[i].message);
		check_int(out.len, 0);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_the_golden_page_to_the_byte),
		CHECK_TEST(test_the_roll_is_announced_and_recovery_is_off),
		CHECK_TEST(test_a_row_is_mirrored_and_lies_under_its_paper),
		CHECK_TEST(test_the_very_bytes_of_every_size_give_back_the_very_dots),
		CHECK_TEST(test_the_proof_finds_every_flipped_bit_and_cut),
		CHECK_TEST(test_the_proof_finds_every_added_command),
		CHECK_TEST(test_sizes_that_no_roll_holds_are_refused_and_nothing_is_added),
	};
	return check_run("printers/lang/brother/encode", tests, ARRAY_LEN(tests));
}
