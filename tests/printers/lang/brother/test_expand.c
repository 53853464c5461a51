/* printers/lang/brother/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/brother/expand.h"

#include "tests/check.h"
#include "tests/printers/lang/streams.h"

#define BEGIN "\0\0\0\033@\033ia\1\033i!\0"
#define ROLL "\033iz\6\12\14\0\2\0\0\0\0\0"
#define MODES "\033iM\100\033iK\10\033id\43\0"
/* 90 bytes, white but for the last pin of a 12 mm roll, 134. */
#define NUL_8 "\0\0\0\0\0\0\0\0"
#define ROW "g\0\132" NUL_8 NUL_8 "\2\0" NUL_8 NUL_8 NUL_8 NUL_8 NUL_8 NUL_8 NUL_8 NUL_8 NUL_8
#define PAGE BEGIN ROLL MODES ROW ROW "\032"

static void roll_describe(const struct printer_reader *reader, struct buf *out)
{
	buf_addf(out, " on %u mm", brother_reader_media(reader)->width_mm);
}

static const struct stream_language language = {
	.driver = &printer_driver_brother,
	.label = S(PAGE),
	.describe = roll_describe,
};

/* clang-format off */
static const struct stream streams[] = {
	{ "one page", S(PAGE), "label 112x2 on 12 mm; " },
	{ "two pages, NULs between", S(PAGE PAGE), "label 112x2 on 12 mm; label 112x2 on 12 mm; " },
	{ "questions", S("\0\0\033iS\033@\033iS"), "host; host; ", true },
	{ "a question inside a page", S(BEGIN "\033iS" ROLL MODES ROW ROW "\032"), "refused (a question inside a page); " },
	{ "given up, then whole", S(BEGIN ROLL MODES ROW PAGE), "refused (NUL inside a page); refused (a page was given up by ESC @); label 112x2 on 12 mm; " },
	{ "recovery on", S(BEGIN "\033iz\206\12\14\0\2\0\0\0\0\0" MODES "\032"), "refused (the flags of ESC i z are 86); " },
	{ "quality flag", S(BEGIN "\033iz\106\12\14\0\2\0\0\0\0\0" MODES "\032"), "refused (the flags of ESC i z are 46); " },
	{ "length said to be valid", S(BEGIN "\033iz\16\12\14\0\2\0\0\0\0\0" MODES "\032"), "refused (the flags of ESC i z are 0e); " },
	{ "no such roll", S(BEGIN "\033iz\6\12\15\0\2\0\0\0\0\0" MODES "\032"), "refused (ESC i z names no roll of the head: type 0a, 13 x 0 mm); " },
	{ "a wide roll", S(BEGIN "\033iz\6\12\146\0\2\0\0\0\0\0" MODES "\032"), "refused (ESC i z names no roll of the head: type 0a, 102 x 0 mm); " },
	{ "not the first page", S(BEGIN "\033iz\6\12\14\0\2\0\0\0\1\0" MODES "\032"), "refused (ESC i z is not for the first page); " },
	{ "no rows", S(BEGIN "\033iz\6\12\14\0\0\0\0\0\0\0" MODES "\032"), "refused (ESC i z announces 0 rows); " },
	{ "more rows than any label", S(BEGIN "\033iz\6\12\14\0\21\16\0\0\0\0" MODES "\032"), "refused (ESC i z announces 3601 rows); " },
	{ "more rows than a die-cut", S(BEGIN "\033iz\16\13\30\30\355\0\0\0\0\0" "\033iM\100\033iK\10\033id\0\0" "\032"), "refused (ESC i z announces 237 rows); refused (ESC i d is 0 rows); " },
	{ "not raster mode", S("\033@\033ia\0\033i!\0" ROLL MODES ROW ROW "\032"), "refused (ESC i a is not raster mode); " },
	{ "reports off", S("\033@\033ia\1\033i!\1" ROLL MODES ROW ROW "\032"), "refused (ESC i ! turns the reports off); " },
	{ "mirrored by the printer", S(BEGIN ROLL "\033iM\300\033iK\10\033id\43\0" ROW ROW "\032"), "refused (ESC i M is not just auto cut); " },
	{ "600 dpi", S(BEGIN ROLL "\033iM\100\033iK\110\033id\43\0" ROW ROW "\032"), "refused (ESC i K is not just cut at the end); " },
	{ "another margin", S(BEGIN ROLL "\033iM\100\033iK\10\033id\0\0" ROW ROW "\032"), "refused (ESC i d is 0 rows); " },
	{ "a command twice", S(BEGIN ROLL ROLL MODES ROW ROW "\032"), "refused (ESC i z out of order); " },
	{ "a command left out", S(BEGIN MODES ROW ROW "\032"), "refused (ESC i M out of order); refused (ESC i K out of order); refused (ESC i d out of order); " },
	{ "no ESC @", S("\033ia\1\033i!\0"), "refused (ESC i a out of order); refused (ESC i ! out of order); " },
	{ "an unknown setting", S(BEGIN "\033iA\1" ROLL MODES ROW ROW "\032"), "refused (an unknown command); " },
	{ "an unknown command", S(BEGIN ROLL MODES "\033J\1" ROW ROW "\032"), "refused (an unknown command); " },
	{ "compression", S(BEGIN ROLL MODES "M\2" ROW ROW "\032"), "refused (an unknown command); " },
	{ "an empty row", S(BEGIN ROLL MODES ROW "Z\032"), "refused (an unknown command); " },
	{ "another page to come", S(BEGIN ROLL MODES ROW ROW "\14"), "refused (an unknown command); ", true },
	{ "a row too few", S(BEGIN ROLL MODES ROW "\032"), "refused (1 rows, announced 2); " },
	{ "a row too many", S(BEGIN ROLL MODES ROW ROW ROW "\032"), "refused (more rows than the 2 announced); " },
	{ "a short row", S(BEGIN ROLL MODES "g\0\1\0" ROW "\032"), "refused (a row of 1 bytes, expected 90); " },
	{ "a row of a PT", S(BEGIN ROLL MODES "G\1\0\0" ROW ROW "\032"), "refused (an unknown command); " },
	{ "a row of another kind", S(BEGIN ROLL MODES "g\1" ROW ROW "\032"), "refused (an unknown kind of row); " },
	{ "a row outside a page", S(ROW PAGE), "refused (a row outside a page); label 112x2 on 12 mm; " },
	{ "SUB outside a page", S("\032" PAGE), "refused (SUB outside a page); label 112x2 on 12 mm; " },
	{ "noise is told once", S("hello" PAGE "bye"), "refused (an unknown command); label 112x2 on 12 mm; refused (an unknown command); " },
};
static const struct stream_refusal refusals[] = {
	{ "a question", S("\033iS" PAGE), "question" },
	{ "only a start", S("\0\0\033@"), "no end" },
	{ "cut in a command", S(PAGE "\033"), "no end" },
	{ "something unknown", S("x" PAGE), "unknown" },
};
static const struct stream_half halves[] = {
	{ "ESC", S("\033"), false },
	{ "a start", S("\0\0\033@"), false },
	{ "raster mode", S("\033@\033ia\1"), true },
	{ "a roll", S(BEGIN ROLL), true },
	{ "no row", S(BEGIN ROLL MODES), true },
	{ "half a row", S(BEGIN ROLL MODES "g\0\132\0"), true },
	{ "no SUB", S(BEGIN ROLL MODES ROW ROW), true },
	{ "a row outside a page", S("g\0\132\0"), false },
};
/* clang-format on */

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	check_streams(&language, streams, ARRAY_LEN(streams));
}

static void test_the_dots_are_those_of_the_data(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	telling_feed(&telling, language.label);
	check_int(telling.last.data[0], 0x80); /* pin 134 is the left edge of 12 mm */
	check_int(bitmap_count_black(&telling.last, bitmap_whole(&telling.last)), 2);
}

static void test_dots_beside_the_roll_are_refused(void)
{
	static const struct {
		unsigned pin;
		const char *told;
	} pins[] = {
		{ 0, "refused (a dot at pin 0, beside the roll's printable area); " },
		{ 28, "refused (a dot at pin 28, beside the roll's printable area); " },
		{ 29, "label 112x2 on 12 mm; " },
		{ 134, "label 112x2 on 12 mm; " },
		{ 135, "refused (a dot at pin 135, beside the roll's printable area); " },
		{ 719, "refused (a dot at pin 719, beside the roll's printable area); " },
	};

	for (size_t i = 0; i < ARRAY_LEN(pins); i++) {
		AUTO_TELLING telling;
		AUTO_BUF stream = { 0 };

		telling_init(&telling, &language);
		buf_add(&stream, language.label);
		uint8_t *row = stream.data + stream.len - 91; /* before SUB */

		memset(row, 0, 90);
		row[pins[i].pin / 8] = (uint8_t)(0x80 >> pins[i].pin % 8);
		telling_feed(&telling, buf_bytes(&stream));
		check_str(buf_str(&telling.told), pins[i].told);
	}
}

static void test_a_page_is_partial_until_it_ends_or_is_given_up(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	check(printer_reader_is_at_rest(telling.reader));
	telling_feed(&telling, bytes_of_str("\033@"));
	check(!printer_reader_is_partial(telling.reader));
	telling_feed(&telling, bytes_of_str("\033ia\1"));
	check(printer_reader_is_partial(telling.reader));
	check(!brother_reader_media(telling.reader));
	telling_feed(&telling, bytes_of_str("\033@"));
	check(!printer_reader_is_partial(telling.reader));
	check(!printer_reader_is_at_rest(telling.reader));
}

static void test_power_up_and_abandon_free_a_printer_from_anything(void)
{
	for (size_t cut = 1; cut < 600; cut++) {
		AUTO_TELLING telling;
		size_t len = language.label.len;

		telling_init(&telling, &language);
		telling_feed(&telling, bytes_of(language.label.data, cut < len ? cut : len - 1));
		telling_feed(&telling, printer_driver_brother.abandon);
		check(!printer_reader_is_partial(telling.reader));
		buf_reset(&telling.told);
		telling_feed(&telling, language.label);
		check_str(buf_str(&telling.told), "label 112x2 on 12 mm; ");
	}
	check(bytes_equal(printer_driver_brother.power_up, printer_driver_brother.abandon));
}

static void test_it_is_at_rest_only_between_labels(void)
{
	check_halves(&language, halves, ARRAY_LEN(halves));
}

static void test_expansion_counts_labels_up_to_its_limit(void)
{
	check_label_limit(&language);
}

static void test_expansion_refuses_all_but_labels(void)
{
	check_refusals(&language, refusals, ARRAY_LEN(refusals));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_streams_tell_what_is_in_them_however_they_are_cut),
		CHECK_TEST(test_the_dots_are_those_of_the_data),
		CHECK_TEST(test_dots_beside_the_roll_are_refused),
		CHECK_TEST(test_a_page_is_partial_until_it_ends_or_is_given_up),
		CHECK_TEST(test_power_up_and_abandon_free_a_printer_from_anything),
		CHECK_TEST(test_it_is_at_rest_only_between_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
	};
	return check_run("printers/lang/brother/expand", tests, ARRAY_LEN(tests));
}
