/* printers/lang/brother/encode: the golden page, every dot of any size, and what is never sent. */
#include "printers/lang/brother/encode.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"

/* Behind the NULs and ESC @: ESC i a 1, ESC i ! 0, then ESC i z with its flags. */
#define ROLL_AT (BROTHER_INVALIDATE_BYTES + 2 + 4 + 4)
#define ROWS_AT (ROLL_AT + 13 + 4 + 4 + 5)

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

		check_row(sizes[i].name);
		label_noise(&label, sizes[i].width_dots, sizes[i].height_dots);
		check_encoded(sizes[i].driver, &label, &out);
	}
}

static void test_the_proof_finds_every_flipped_bit_and_cut(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF out = { 0 };

	label_noise(&label, 101, 150);
	check_encoded(&printer_driver_brother, &label, &out);
	check_flips(&printer_driver_brother, &out, &label, BROTHER_INVALIDATE_BYTES - 8,
		ROWS_AT + 2 * 93);
	check_cuts(&printer_driver_brother, buf_bytes(&out), &label, 299);
}

static void test_the_proof_finds_every_added_command(void)
{
	static const char *const added[] = { "\033@", "\033iS", "\033iA\001", "\033iM\100", "M\002",
		"Z", "\014", "\032", "\033ia\001" };
	AUTO_BITMAP label = { 0 };
	AUTO_BUF page = { 0 };

	label_noise(&label, 101, 150);
	check_encoded(&printer_driver_brother, &label, &page);
	for (size_t i = 0; i < ARRAY_LEN(added); i++) {
		const size_t places[] = { ROLL_AT, ROWS_AT, ROWS_AT + 93, page.len };

		check_row(added[i]);
		for (size_t p = 0; p < ARRAY_LEN(places); p++)
			check_added(&printer_driver_brother, buf_bytes(&page), &label,
				bytes_of_str(added[i]), places[p]);
	}
}

static void test_sizes_that_no_roll_holds_are_refused_and_nothing_is_added(void)
{
	static const struct label_size narrow[] = {
		{ "no width", 0, 300, "cannot be printed" },
		{ "no height", 100, 0, "cannot be printed" },
		{ "too long", 100, BITMAP_HEIGHT_DOTS_MAX + 1, "cannot be printed" },
		{ "too wide", 697, 300, "head of 720 prints 696" },
		{ "too short a piece", 600, 149, "at least 150" },
	};
	static const struct label_size wide[] = {
		{ "too wide, wide head", 1201, 300, "head of 1296 prints 1200" },
		{ "too short, wide", 600, 294, "at least 295" },
	};

	check_sizes_refused(&printer_driver_brother, narrow, ARRAY_LEN(narrow));
	check_sizes_refused(&printer_driver_brother_wide, wide, ARRAY_LEN(wide));
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
