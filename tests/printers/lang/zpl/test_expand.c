/* printers/lang/zpl/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/zpl/expand.h"

#include "tests/check.h"
#include "tests/printers/lang/streams.h"

/* AA 55 in one row: 16 x 1 dots. */
#define GRAPHIC "^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:B023"
#define LABEL "^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ"

static const struct stream_language language = {
	.driver = &printer_driver_zpl,
	.label = S(LABEL),
	.told_by_piece = "text that is no command",
};

/* clang-format off */
static const struct stream streams[] = {
	{ "one label", S(LABEL), "label 16x1; " },
	{ "line ends between commands", S("\r\n^XA\r\n^FO0,0\n" GRAPHIC "\r\n^FS\n^PQ1,0,1,N\r\n\n^XZ\r\n"), "label 16x1; " },
	{ "two labels", S(LABEL "\n" LABEL), "label 16x1; label 16x1; " },
	{ "two strips", S("^XA^FO0,0" GRAPHIC "^FS^FO0,1" GRAPHIC "^FS^PQ1,0,1,N^XZ"), "label 16x2; " },
	{ "questions", S("~HS\r\n~HQES\r\n! U1 getvar \"odometer.total_label_count\"\r\n~HS"), "host; faults; counter; host; " },
	{ "start-up", S("^XA^JZN^XZ\r\n"), "reprint no; " },
	{ "factory setting", S("^XA^JZY^XZ"), "reprint yes; " },
	{ "an empty format puts nothing out", S("^XA^XZ"), "" },
	{ "a question inside a format is answered at once", S("^XA~HS^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ"), "host; label 16x1; " },
	{ "a question cuts a graphic off", S("^XA^FO0,0^GFA,2,2,2,:Z64:eJxb~HS^FS^PQ1,0,1,N^XZ" LABEL), "refused (the graphic is not :Z64:data:CRC); host; refused (^FS without a graphic); refused (^XZ inside a field); label 16x1; " },
	{ "abandoned, then whole", S("^XA^FO0,0^GFA,2,2,2,:Z64:eJxb~JX" LABEL), "refused (the graphic is not :Z64:data:CRC); label 16x1; " },
	{ "a wrong CRC", S("^XA^FO0,0^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:B024^FS^PQ1,0,1,N^XZ"), "refused (the CRC of the graphic is not B023); refused (^FS without a graphic); refused (^XZ inside a field); " },
	{ "a CRC in lower case", S("^XA^FO0,0^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:b023^XZ"), "refused (the CRC of the graphic is not B023); refused (^XZ inside a field); " },
	{ "a size that the data has not", S("^XA^FO0,0^GFA,4,4,2,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (the graphic does not inflate to 4 bytes); refused (^XZ inside a field); " },
	{ "a size below the data's", S("^XA^FO0,0^GFA,1,1,1,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (the graphic does not inflate to 1 bytes); refused (^XZ inside a field); " },
	{ "text that is no base64", S("^XA^FO0,0^GFA,2,2,2,:Z64:1234567:86D6^XZ"), "refused (base64 text is not a multiple of 4 characters long); refused (^XZ inside a field); " },
	{ "b and c differ", S("^XA^FO0,0^GFA,3,2,2,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "c above the range of ^GF", S("^XA^FO0,0^GFA,100000,100000,2,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "c is 0", S("^XA^FO0,0^GFA,0,0,2,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "binary data", S("^XA^FO0,0^GFB,2,2,2,xx^XZ"), "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "hexadecimal data", S("^XA^FO0,0^GFA,2,2,2,AA55^FS^PQ1,0,1,N^XZ"), "label 16x1; " },
	{ "hexadecimal data that is too short", S("^XA^FO0,0^GFA,2,2,2,AA5^XZ"), "refused (the graphic does not make 2 bytes); refused (^XZ inside a field); " },
	{ "d is 0", S("^XA^FO0,0^GFA,2,2,0,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (2 bytes are no rows of 0); refused (^XZ inside a field); " },
	{ "d does not divide c", S("^XA^FO0,0^GFA,2,2,3,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (2 bytes are no rows of 3); refused (^XZ inside a field); " },
	{ "d wider than any label", S("^XA^FO0,0^GFA,301,301,301,:Z64:eJxbFQoAAasBAA==:B023^XZ"), "refused (301 bytes are no rows of 301); refused (^XZ inside a field); " },
	{ "strips of two widths", S("^XA^FO0,0" GRAPHIC "^FS^FO0,1^GFA,2,2,1,:Z64:eJxbFQoAAasBAA==:B023^FS^PQ1,0,1,N^XZ"), "refused (strips of different widths); refused (^FS without a graphic); refused (^XZ inside a field); " },
	{ "a gap between strips", S("^XA^FO0,0" GRAPHIC "^FS^FO0,2" GRAPHIC "^FS^PQ1,0,1,N^XZ"), "refused (a strip starts at row 2, expected 1); refused (^FS without a graphic); refused (^XZ inside a field); " },
	{ "not at the left edge", S("^XA^FO1,0" GRAPHIC "^FS^XZ"), "refused (^FO is not 0,row); refused (^GF without ^FO); refused (^FS without a graphic); " },
	{ "^FO below any label", S("^XA^FO0,3601^XZ"), "refused (^FO is not 0,row); " },
	{ "^FO twice", S("^XA^FO0,0^FO0,0^XZ"), "refused (^FO inside a field); refused (^XZ inside a field); " },
	{ "two copies", S("^XA^FO0,0" GRAPHIC "^FS^PQ2,0,1,N^XZ"), "refused (^PQ is not 1,0,1,N, once); refused (a label without ^PQ); " },
	{ "^PQ twice", S("^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^PQ1,0,1,N^XZ"), "refused (^PQ is not 1,0,1,N, once); " },
	{ "no ^PQ", S("^XA^FO0,0" GRAPHIC "^FS^XZ"), "refused (a label without ^PQ); " },
	{ "^JZ of another kind", S("^XA^JZX^XZ"), "refused (^JZ is neither N nor Y); " },
	{ "calibration", S("^XA^MNY" "^XZ~TA016\n~JSN" LABEL), "refused (an unknown command); refused (an unknown command); refused (text that is no command); refused (an unknown command); refused (text that is no command); label 16x1; " },
	{ "a command outside", S("^PQ1,0,1,N" LABEL), "refused (a command outside ^XA and ^XZ); label 16x1; " },
	{ "^XA inside a format", S("^XA^FO0,0" LABEL), "refused (^XA inside a format); label 16x1; " },
	{ "^XZ outside", S("^XZ" LABEL), "refused (^XZ outside a format); label 16x1; " },
	{ "text in front", S("hello" LABEL), "refused (text that is no command); label 16x1; " },
	{ "text inside a format", S("^XA;^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ"), "refused (text that is no command); " },
	{ "another variable", S("! U1 getvar \"device.name\"\r\n~HS"), "refused (an unknown line); refused (text that is no command); host; " },
	{ "end of text ends no format", S("^XA\003" LABEL), "refused (text that is no command); refused (^XA inside a format); label 16x1; " },
};
static const struct stream_refusal refusals[] = {
	{ "cut before the end", S("^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N"), "no end" },
	{ "cut in a command", S(LABEL "^X"), "no end" },
	{ "a question", S(LABEL "~HS"), "question" },
	{ "a setting", S("^XA^JZY^XZ" LABEL), "^JZ" },
	{ "an unknown command", S("^XA^PW406^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ"), "unknown command" },
};
static const struct stream_half halves[] = {
	{ "^XA", S("^XA"), true },
	{ "a command", S("^X"), false },
	{ "a graphic", S("^XA^FO0,0^GFA,2,2,"), true },
	{ "a whole strip", S("^XA^FO0,0" GRAPHIC "^FS"), true },
	{ "no ^XZ", S("^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N"), true },
	{ "a question", S("~H"), false },
	{ "a line", S("! U1 getvar"), false },
};
/* clang-format on */

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	size_t cut = check_streams(&language, streams, ARRAY_LEN(streams));

	check(cut > 30);
}

static void test_a_cut_format_is_partial_until_it_is_abandoned(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	check(printer_reader_is_at_rest(telling.reader));
	telling_feed(&telling, bytes_of_str("^XA^FO0,0^GFA,2,2,"));
	check(printer_reader_is_partial(telling.reader));
	check(!printer_reader_is_at_rest(telling.reader));
	telling_feed(&telling, bytes_of_str("~JX"));
	check(!printer_reader_is_partial(telling.reader));
	check(printer_reader_is_at_rest(telling.reader));
}

static void test_the_dots_are_those_of_the_data(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	telling_feed(&telling, language.label);
	check_bytes(bytes_of(telling.last.data, 2), bytes_of("\xaa\x55", 2));
}

static void test_a_command_without_end_is_dropped_at_the_limit(void)
{
	AUTO_TELLING telling;
	AUTO_BUF flood = { 0 };

	telling_init(&telling, &language);
	buf_add_str(&flood, "^XA^FO0,0^GFA,2,2,2,:Z64:");
	memset(buf_grow(&flood, ZPL_COMMAND_MAX), 'A', ZPL_COMMAND_MAX);
	telling_feed(&telling, buf_bytes(&flood));
	check_str(buf_str(&telling.told), "refused (a command is too long); ");
	telling_feed(&telling, bytes_of_str("^XZ" LABEL));
	check_contains(buf_str(&telling.told), "label 16x1; ");
}

static void test_a_label_cannot_grow_beyond_the_longest(void)
{
	AUTO_TELLING telling;
	AUTO_BUF format = { 0 };

	telling_init(&telling, &language);
	buf_add_str(&format, "^XA");
	for (unsigned y = 0; y <= BITMAP_HEIGHT_DOTS_MAX; y++)
		buf_addf(&format, "^FO0,%u" GRAPHIC "^FS", y);
	telling_feed(&telling, buf_bytes(&format));
	check_contains(buf_str(&telling.told), "refused (the label is too long); ");
}

static void test_many_small_commands_in_one_piece_stay_fast(void)
{
	AUTO_TELLING telling;
	AUTO_BUF flood = { 0 };

	telling_init(&telling, &language);
	for (unsigned i = 0; i < 100000; i++)
		buf_add_str(&flood, "~HS");
	telling_feed(&telling, buf_bytes(&flood));
	check_int(telling.told.len, strlen("host; ") * 100000);
}

static void test_it_is_at_rest_only_between_labels(void)
{
	check_halves(&language, halves, ARRAY_LEN(halves));
}

static void test_expansion_refuses_all_but_labels(void)
{
	check_refusals(&language, refusals, ARRAY_LEN(refusals));
}

static void test_expansion_counts_labels_up_to_its_limit(void)
{
	check_label_limit(&language);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_streams_tell_what_is_in_them_however_they_are_cut),
		CHECK_TEST(test_a_cut_format_is_partial_until_it_is_abandoned),
		CHECK_TEST(test_the_dots_are_those_of_the_data),
		CHECK_TEST(test_a_command_without_end_is_dropped_at_the_limit),
		CHECK_TEST(test_a_label_cannot_grow_beyond_the_longest),
		CHECK_TEST(test_many_small_commands_in_one_piece_stay_fast),
		CHECK_TEST(test_it_is_at_rest_only_between_labels),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
	};
	return check_run("printers/lang/zpl/expand", tests, ARRAY_LEN(tests));
}
