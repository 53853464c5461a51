/* printers/lang/brother/media: which roll a label is taken for. */
#include "printers/lang/brother/media.h"

#include "tests/check.h"

/* clang-format off */
static const struct {
	const char *name;
	const struct brother_head *head;
	unsigned width_dots, height_dots;
	uint8_t type, width_mm, length_mm; /* type 0: none */
} rows[] = {
	{ "one dot",                        &brother_head_narrow,    1,    1, 0x0a,  12,   0 },
	{ "12 mm in full",                  &brother_head_narrow,  106,  300, 0x0a,  12,   0 },
	{ "a dot more",                     &brother_head_narrow,  107,  300, 0x0a,  29,   0 },
	{ "29 mm in full",                  &brother_head_narrow,  306,  300, 0x0a,  29,   0 },
	{ "38 mm in full",                  &brother_head_narrow,  413,  300, 0x0a,  38,   0 },
	{ "50 mm in full",                  &brother_head_narrow,  554,  300, 0x0a,  50,   0 },
	{ "54 mm in full",                  &brother_head_narrow,  590,  300, 0x0a,  54,   0 },
	{ "2 x 1 in",                       &brother_head_narrow,  600,  300, 0x0a,  62,   0 },
	{ "62 mm in full",                  &brother_head_narrow,  696,  400, 0x0a,  62,   0 },
	{ "wider than any",                 &brother_head_narrow,  697,  400, 0,      0,   0 },
	{ "17 x 54",                        &brother_head_narrow,  165,  566, 0x0b,  17,  54 },
	{ "17 x 87, one series",            &brother_head_narrow,  165,  956, 0x0b,  17,  87 },
	{ "17 x 87, another series",        &brother_head_narrow,  165,  912, 0x0b,  17,  87 },
	{ "24 mm round",                    &brother_head_narrow,  236,  236, 0x0b,  24,  24 },
	{ "29 x 42",                        &brother_head_narrow,  306,  425, 0x0b,  29,  42 },
	{ "29 x 90",                        &brother_head_narrow,  306,  991, 0x0b,  29,  90 },
	{ "38 x 90",                        &brother_head_narrow,  413,  991, 0x0b,  38,  90 },
	{ "39 x 48",                        &brother_head_narrow,  425,  495, 0x0b,  39,  48 },
	{ "52 x 29",                        &brother_head_narrow,  578,  271, 0x0b,  52,  29 },
	{ "58 mm round",                    &brother_head_narrow,  618,  618, 0x0b,  58,  58 },
	{ "62 x 29, the longest",           &brother_head_narrow,  696,  318, 0x0b,  62,  29 },
	{ "62 x 29, a row longer",          &brother_head_narrow,  696,  319, 0x0a,  62,   0 },
	{ "62 x 29, the smallest",          &brother_head_narrow,  684,  247, 0x0b,  62,  29 },
	{ "62 x 29, a row shorter",         &brother_head_narrow,  684,  246, 0x0a,  62,   0 },
	{ "62 x 29, a column narrower",     &brother_head_narrow,  683,  318, 0x0a,  62,   0 },
	{ "62 x 100",                       &brother_head_narrow,  696, 1109, 0x0b,  62, 100 },
	{ "2 x 1 in on a wide head",        &brother_head_wide,    600,  300, 0x0a,  62,   0 },
	{ "102 mm in full",                 &brother_head_wide,   1164,  800, 0x0a, 102,   0 },
	{ "103 mm, called 104",             &brother_head_wide,   1200,  800, 0x0a, 104,   0 },
	{ "102 x 51",                       &brother_head_wide,   1164,  526, 0x0b, 102,  51 },
	{ "102 x 152",                      &brother_head_wide,   1164, 1660, 0x0b, 102, 153 },
	{ "103 x 164",                      &brother_head_wide,   1200, 1822, 0x0b, 104, 164 },
	{ "wider than any on a wide head",  &brother_head_wide,   1201,  800, 0,      0,   0 },
};
/* clang-format on */

static void test_a_label_is_taken_for_the_roll_of_its_size(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct brother_media *media =
			brother_media_choose(rows[i].head, rows[i].width_dots, rows[i].height_dots);

		check_row(rows[i].name);
		if (!check(!media == !rows[i].type) || !media)
			continue;
		check_int(media->type, rows[i].type);
		check_int(media->width_mm, rows[i].width_mm);
		check_int(media->length_mm, rows[i].length_mm);
		check(brother_media_find(rows[i].head, rows[i].type, rows[i].width_mm,
			      rows[i].length_mm) == media);
	}
}

static void test_a_narrow_head_knows_no_wide_roll(void)
{
	check(!brother_media_find(&brother_head_narrow, BROTHER_CONTINUOUS, 102, 0));
	check(!brother_media_find(&brother_head_narrow, BROTHER_DIE_CUT, 102, 51));
	check(!brother_media_find(&brother_head_wide, BROTHER_DIE_CUT, 62, 0));
	check(!brother_media_find(&brother_head_wide, 0, 62, 0));
	check_int(brother_media_widest(&brother_head_narrow), 696);
	check_int(brother_media_widest(&brother_head_wide), 1200);
}

/* clang-format off */
static const struct {
	const char *name;
	const struct brother_head *head;
	unsigned width_um, height_um; /* set up for */
	unsigned width_mm, length_mm; /* in it */
	bool is_right;
} stocks[] = {
	{ "2 x 1 in on the usual roll",      &brother_head_narrow,  50800,  25400,  62,   0, true },
	{ "2 x 1 in on a roll of 50 mm",     &brother_head_narrow,  50800,  25400,  50,   0, false },
	{ "2 x 1 in on a roll of 54 mm",     &brother_head_narrow,  50800,  25400,  54,   0, false },
	{ "2 x 1 in on a wide roll",         &brother_head_wide,    50800,  25400, 102,   0, false },
	{ "2 x 1 in on 62 x 29",             &brother_head_narrow,  50800,  25400,  62,  29, false },
	{ "what can be printed of 62 x 29",  &brother_head_narrow,  58900,  26900,  62,  29, true },
	{ "the paper of 62 x 29",            &brother_head_narrow,  62000,  29000,  62,  29, true },
	{ "the paper of 62 x 29 on 62 x 100", &brother_head_narrow, 62000,  29000,  62, 100, false },
	{ "the paper of 62 x 29 on a roll",  &brother_head_narrow,  62000,  29000,  62,   0, true },
	{ "29 x 90 on 29 x 42",              &brother_head_narrow,  29000,  90000,  29,  42, false },
	{ "29 x 90 on 29 x 90",              &brother_head_narrow,  29000,  90000,  29,  90, true },
	{ "103 x 164 as it is announced",    &brother_head_wide,   103000, 164000, 104, 164, true },
	{ "a millimetre and more too small", &brother_head_wide,   102999, 164000, 104, 164, false },
	{ "a bit too large",                 &brother_head_narrow,  62001,  29000,  62,  29, false },
	{ "a roll that nobody sells",        &brother_head_narrow,  50800,  25400,  77,   0, false },
	{ "none in it",                      &brother_head_narrow,  50800,  25400,   0,   0, true },
};
/* clang-format on */

static void test_a_roll_is_right_when_a_job_would_name_it_or_the_size_is_its_own(void)
{
	for (size_t i = 0; i < ARRAY_LEN(stocks); i++) {
		check_row(stocks[i].name);
		check_int(brother_media_is_right(stocks[i].head, stocks[i].width_mm,
				  stocks[i].length_mm, stocks[i].width_um, stocks[i].height_um),
			stocks[i].is_right);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_taken_for_the_roll_of_its_size),
		CHECK_TEST(test_a_roll_is_right_when_a_job_would_name_it_or_the_size_is_its_own),
		CHECK_TEST(test_a_narrow_head_knows_no_wide_roll),
	};
	return check_run("printers/lang/brother/media", tests, ARRAY_LEN(tests));
}
