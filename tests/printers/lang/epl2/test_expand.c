/* printers/lang/epl2/expand: streams cut anywhere, every refusal, and hostile sizes. */

#include "tests/check.h"
#include "tests/printers/lang/streams.h"

/* 55 AA, so AA 55 in black: 16 x 1 dots. */
#define GRAPHIC "GW0,0,2,1,\x55\xaa"
#define LABEL "N\nq16\n" GRAPHIC "P1\n"
#define LINE_64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG_LINE LINE_64 "xxxxxxxx"

static const struct stream_language language = {
	.driver = &printer_driver_epl2,
	.label = S(LABEL),
};

/* clang-format off */
static const struct stream streams[] = {
	{ "one label", S(LABEL), "label 16x1; " },
	{ "line ends between lines", S("\r\n\nN\r\nq16\r\n\r\n" GRAPHIC "\r\nP1\r\n\n"), "label 16x1; " },
	{ "a line end behind the data", S("N\nq16\n" GRAPHIC "\nP1\n"), "label 16x1; " },
	{ "two labels", S(LABEL LABEL), "label 16x1; label 16x1; " },
	{ "a question", S("^ee\r\n^ee\n"), "host; host; " },
	{ "a question between the lines of a label", S("N\nq16\n^ee\r\n" GRAPHIC "\n^ee\nP1\n"), "host; host; label 16x1; " },
	{ "a question in the data is data", S("N\nq8\nGW0,0,1,6,\n^ee\r\nP1\n"), "label 8x6; " },
	{ "a label in the data is data", S("N\nq8\nGW0,0,1,4,N\nq8P1\n"), "label 8x4; " },
	{ "N begins anew", S("N\nq16\n" GRAPHIC "\n" LABEL), "label 16x1; " },
	{ "a second label from the same picture", S(LABEL "P1\n" LABEL), "label 16x1; refused (P1 is not behind a picture); label 16x1; " },
	{ "N with parameters", S("N1\n" LABEL), "refused (N has parameters); label 16x1; " },
	{ "q alone", S("q16\n" LABEL), "refused (q is not behind N); label 16x1; " },
	{ "q twice", S("N\nq16\nq16\n" GRAPHIC "\nP1\n" LABEL), "refused (q is not behind N); label 16x1; " },
	{ "q of no bytes", S("N\nq15\n" LABEL), "refused (q is no width in whole bytes); label 16x1; " },
	{ "q is 0", S("N\nq0\n" LABEL), "refused (q is no width in whole bytes); label 16x1; " },
	{ "q wider than any label", S("N\nq2408\n" LABEL), "refused (q is no width in whole bytes); label 16x1; " },
	{ "q with a second parameter", S("N\nq16,0\n" LABEL), "refused (q is no width in whole bytes); label 16x1; " },
	{ "q that is no number", S("N\nqx\n" LABEL), "refused (q is no width in whole bytes); label 16x1; " },
	{ "GW without q", S("N\nGW0,0,2,1,\n" LABEL), "refused (GW is not behind q); label 16x1; " },
	{ "GW twice", S("N\nq16\n" GRAPHIC "\nGW0,0,2,1,\nP1\n" LABEL), "refused (GW is not behind q); label 16x1; " },
	{ "GW not at the left edge", S("N\nq16\nGW8,0,2,1,\n" LABEL), "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW not at the top", S("N\nq16\nGW0,1,2,1,\n" LABEL), "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW narrower than q", S("N\nq16\nGW0,0,1,1,\n" LABEL), "refused (GW is not as wide as q); label 16x1; " },
	{ "GW wider than q", S("N\nq16\nGW0,0,3,1,\n" LABEL), "refused (GW is not as wide as q); label 16x1; " },
	{ "GW without rows", S("N\nq16\nGW0,0,2,0,\n" LABEL), "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW longer than any label", S("N\nq16\nGW0,0,2,3601,\n" LABEL), "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW longer than any number", S("N\nq16\nGW0,0,2,99999999999999999999,\n" LABEL), "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW with too few numbers", S("N\nq16\nGW0,0,2\n" LABEL), "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "two labels asked for", S("N\nq16\n" GRAPHIC "\nP2\n" LABEL), "refused (P is not 1); label 16x1; " },
	{ "copies asked for", S("N\nq16\n" GRAPHIC "\nP1,2\n" LABEL), "refused (P is not 1); label 16x1; " },
	{ "P without number", S("N\nq16\n" GRAPHIC "\nP\n" LABEL), "refused (P is not 1); label 16x1; " },
	{ "PA", S("N\nq16\n" GRAPHIC "\nPA1\n" LABEL), "refused (P is not 1); label 16x1; " },
	{ "P1 without picture", S("N\nq16\nP1\n" LABEL), "refused (P1 is not behind a picture); label 16x1; " },
	{ "calibration", S("Q203,24\nxa\n" LABEL), "refused (an unknown command); refused (an unknown command); label 16x1; " },
	{ "calibration inside a label", S("N\nq16\nQ203,24\n" GRAPHIC "\nP1\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "text behind the data", S("N\nq16\n" GRAPHIC "x\nP1\n"), "refused (an unknown command); " },
	{ "the small letter", S("n\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "a question with parameters", S("^ee1\n"), "refused (^ee has parameters); " },
	{ "the longest line", S(LINE_64 "\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "a byte more", S(LINE_64 "x\n" LABEL), "refused (a line is too long); label 16x1; " },
	{ "a line too long", S(LONG_LINE "\n" LABEL), "refused (a line is too long); label 16x1; " },
	{ "a line too long with the start of GW", S("GW0" LONG_LINE ",,,,\n" LABEL), "refused (a line is too long); label 16x1; " },
};
static const struct stream_refusal refusals[] = {
	{ "the first of two reasons", S("^ee\nS2\n" LABEL), "question" },
	{ "cut before the last line end", S("N\nq16\n" GRAPHIC "\nP1"), "no end" },
	{ "a question", S(LABEL "^ee\r\n"), "question" },
	{ "an added command", S("S2\n" LABEL), "unknown command" },
	{ "calibration", S("N\nq16\nQ1,24\n" GRAPHIC "\nP1\n"), "unknown command" },
};
static const struct stream_half halves[] = {
	{ "a command", S("N"), false },
	{ "N", S("N\n"), true },
	{ "q", S("N\nq16\n"), true },
	{ "GW", S("N\nq16\nGW0,0,2,1,"), true },
	{ "the picture", S("N\nq16\n" GRAPHIC), true },
	{ "P1 without end", S("N\nq16\n" GRAPHIC "\nP1"), true },
	{ "a question", S("^ee"), false },
	{ "a line too long", S(LONG_LINE), false },
};
/* clang-format on */

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	check_streams(&language, streams, ARRAY_LEN(streams));
}

static void test_the_dots_are_black_where_the_bits_are_0(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	telling_feed(&telling, language.label);
	check_bytes(bytes_of(telling.last.data, 2), bytes_of("\xaa\x55", 2));
}

static void test_a_lost_byte_swallows_the_next_and_no_label_comes_out(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	telling_feed(&telling, bytes_of_str("N\nq16\nGW0,0,2,2,\x55\xaa\x55P1\n"));
	check_str(buf_str(&telling.told), "refused (an unknown command); ");
	check(!printer_reader_is_at_rest(telling.reader));
	buf_reset(&telling.told);
	telling_feed(&telling, bytes_of_str("\n" LABEL));
	check_str(buf_str(&telling.told), "label 16x1; ");
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
		CHECK_TEST(test_the_dots_are_black_where_the_bits_are_0),
		CHECK_TEST(test_a_lost_byte_swallows_the_next_and_no_label_comes_out),
		CHECK_TEST(test_it_is_at_rest_only_between_labels),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
	};
	return check_run("printers/lang/epl2/expand", tests, ARRAY_LEN(tests));
}
