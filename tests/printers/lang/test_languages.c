/* printers/lang: what holds of every language that is one picture per label. */
#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"

static const char *const languages[] = { "zpl", "zpl-ascii", "epl2", "tspl", "tspl2" };

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Black and white rectangles over each other: runs of every length, rows that repeat. */
static void label_blocks(struct label_bitmap *out, uint32_t *state)
{
	unsigned width_dots = random_next(state) % 900 + 1;
	unsigned height_dots = random_next(state) % 60 + 1;
	struct err err = { 0 };

	check_ok(bitmap_init(out, width_dots, height_dots, &err), &err);
	for (unsigned i = 0; i < 12; i++) {
		struct bitmap_rect rect = {
			.x_dots = random_next(state) % width_dots,
			.y_dots = random_next(state) % height_dots,
			.width_dots = random_next(state) % width_dots + 1,
			.height_dots = random_next(state) % height_dots + 1,
		};

		bitmap_fill(out, rect, i % 3 != 2);
	}
}

static void proved_in_all(const struct label_bitmap *label)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		AUTO_BUF bytes = { 0 };

		check_row(languages[i]);
		check_encoded(printer_driver_find(languages[i]), label, &bytes);
	}
}

static void test_the_very_bytes_of_every_size_give_back_the_very_dots(void)
{
	static const struct {
		unsigned width_dots;
		unsigned height_dots;
	} sizes[] = {
		{ 1, 1 },
		{ 7, 2 },
		{ 8, 1 },
		{ 9, 3 },
		{ 406, 203 },
		{ 600, 300 },
		{ 1201, 1799 },
		{ BITMAP_WIDTH_DOTS_MAX - 1, 3 },
		{ BITMAP_WIDTH_DOTS_MAX, BITMAP_HEIGHT_DOTS_MAX },
	};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		AUTO_BITMAP label = { 0 };

		label_noise(&label, sizes[i].width_dots, sizes[i].height_dots);
		proved_in_all(&label);
	}
}

static void test_labels_of_blocks_give_back_the_very_dots(void)
{
	uint32_t state = 1;

	for (unsigned i = 0; i < 200; i++) {
		AUTO_BITMAP label = { 0 };

		label_blocks(&label, &state);
		proved_in_all(&label);
	}
}

static void test_all_black_and_all_white_labels_are_proved(void)
{
	for (unsigned black = 0; black < 2; black++) {
		AUTO_BITMAP label = { 0 };
		struct err err = { 0 };

		check_ok(bitmap_init(&label, 1693, 40, &err), &err);
		bitmap_fill(&label, bitmap_whole(&label), black);
		proved_in_all(&label);
	}
}

/* A small label with all that a language writes: 21 dots, so that three bits of a row are padding.
 */
static void sample_encode(
	const struct printer_driver *driver, struct label_bitmap *label, struct buf *bytes)
{
	label_noise(label, 21, 5);
	check_encoded(driver, label, bytes);
}

static void test_every_flipped_bit_is_caught(void)
{
	for (size_t l = 0; l < ARRAY_LEN(languages); l++) {
		const struct printer_driver *driver = printer_driver_find(languages[l]);
		AUTO_BITMAP label = { 0 };
		AUTO_BUF bytes = { 0 };

		check_row(languages[l]);
		sample_encode(driver, &label, &bytes);
		check_flips(driver, &bytes, &label, 0, bytes.len);
	}
}

static bool is_line_end(uint8_t byte)
{
	return byte == '\r' || byte == '\n';
}

/* Only the line ends at the very end may be missing, where a language can do without. */
static void test_every_cut_is_caught(void)
{
	for (size_t l = 0; l < ARRAY_LEN(languages); l++) {
		const struct printer_driver *driver = printer_driver_find(languages[l]);
		AUTO_BITMAP label = { 0 };
		AUTO_BUF bytes = { 0 };

		check_row(languages[l]);
		sample_encode(driver, &label, &bytes);
		while (is_line_end(bytes.data[bytes.len - 1]))
			buf_cut(&bytes, bytes.len - 1);
		check_cuts(driver, buf_bytes(&bytes), &label, bytes.len);
	}
}

/* A lost line end may be harmless; any other lost byte is caught. */
static void test_every_lost_byte_is_caught(void)
{
	for (size_t l = 0; l < ARRAY_LEN(languages); l++) {
		const struct printer_driver *driver = printer_driver_find(languages[l]);
		AUTO_BITMAP label = { 0 };
		AUTO_BUF bytes = { 0 };

		check_row(languages[l]);
		sample_encode(driver, &label, &bytes);
		for (size_t at = 0; at < bytes.len; at++) {
			AUTO_BUF lost = { 0 };

			buf_add_mem(&lost, bytes.data, at);
			buf_add_mem(&lost, bytes.data + at + 1, bytes.len - at - 1);
			check(is_line_end(bytes.data[at]) ||
				!label_is_proved(driver, buf_bytes(&lost), &label));
		}
	}
}

/* That it is printed once is said by each label, and may be said twice. */
static bool says_itself(struct bytes label, struct bytes extra)
{
	static const char *const words[] = { "^JZN", "SET REPRINT OFF\r\n" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (memmem(extra.data, extra.len, words[i], strlen(words[i])))
			return memmem(label.data, label.len, words[i], strlen(words[i])) != NULL;
	}
	return false;
}

static void test_what_is_asked_or_set_is_no_label(void)
{
	for (size_t l = 0; l < ARRAY_LEN(languages); l++) {
		const struct printer_driver *driver = printer_driver_find(languages[l]);
		const struct bytes extras[] = { driver->power_up, driver->query[PRINTER_QUERY_HOST],
			driver->query[PRINTER_QUERY_FAULTS], driver->query[PRINTER_QUERY_COUNTER] };

		check_row(languages[l]);
		for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
			AUTO_BITMAP label = { 0 };
			AUTO_BUF bytes = { 0 };

			if (extras[i].len == 0)
				continue;
			sample_encode(driver, &label, &bytes);
			if (!says_itself(buf_bytes(&bytes), extras[i]))
				check_added(
					driver, buf_bytes(&bytes), &label, extras[i], bytes.len);
		}
	}
}

static void test_sizes_out_of_range_are_refused_and_nothing_is_added(void)
{
	static const struct label_size sizes[] = {
		{ "no width", 0, 1, "cannot be printed" },
		{ "no height", 1, 0, "cannot be printed" },
		{ "too wide", BITMAP_WIDTH_DOTS_MAX + 1, 1, "cannot be printed" },
		{ "too long", 1, BITMAP_HEIGHT_DOTS_MAX + 1, "cannot be printed" },
	};

	for (size_t l = 0; l < ARRAY_LEN(languages); l++)
		check_sizes_refused(printer_driver_find(languages[l]), sizes, ARRAY_LEN(sizes));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_very_bytes_of_every_size_give_back_the_very_dots),
		CHECK_TEST(test_labels_of_blocks_give_back_the_very_dots),
		CHECK_TEST(test_all_black_and_all_white_labels_are_proved),
		CHECK_TEST(test_every_flipped_bit_is_caught),
		CHECK_TEST(test_every_cut_is_caught),
		CHECK_TEST(test_every_lost_byte_is_caught),
		CHECK_TEST(test_what_is_asked_or_set_is_no_label),
		CHECK_TEST(test_sizes_out_of_range_are_refused_and_nothing_is_added),
	};
	return check_run("printers/lang/languages", tests, ARRAY_LEN(tests));
}
