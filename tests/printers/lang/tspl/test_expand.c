/* printers/lang/tspl/expand: streams cut anywhere, every refusal, and hostile sizes. */

#include "tests/check.h"
#include "tests/printers/lang/streams.h"

/* 55 AA, so AA 55 in black: 16 x 1 dots. */
#define SIZED "SIZE 16 dot,1 dot\n"
#define GRAPHIC "BITMAP 0,0,2,1,0,\x55\xaa"
#define LABEL SIZED "CLS\n" GRAPHIC "\nPRINT 1,1\n"
#define ESC "\033"
#define LINE_64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG_LINE LINE_64 "xxxxxxxx"

static const struct stream_language language = {
	.driver = &printer_driver_tspl,
	.label = S(LABEL),
};

/* clang-format off */
static const struct stream streams[] = {
	{ "one label", S(LABEL), "label 16x1; " },
	{ "line ends between lines", S("\r\n\nSIZE 16 dot,1 dot\r\nCLS\r\n\r\n" GRAPHIC "\r\nPRINT 1,1\r\n\n"), "label 16x1; " },
	{ "no line end behind the data", S(SIZED "CLS\n" GRAPHIC "PRINT 1,1\n"), "label 16x1; " },
	{ "two labels", S(LABEL LABEL), "label 16x1; label 16x1; " },
	{ "questions", S(ESC "!?" ESC "!S" ESC "!?"), "host; host 1; host; " },
	{ "a question inside a line", S("SIZE 16" ESC "!? dot,1 dot\nC" ESC "!SLS\n" GRAPHIC "\nPRINT 1,1\n"), "host; host 1; label 16x1; " },
	{ "a question in the data is data", S("SIZE 8 dot,3 dot\nCLS\nBITMAP 0,0,1,3,0," ESC "!?\nPRINT 1,1\n"), "label 8x3; " },
	{ "a label in the data is data", S("SIZE 8 dot,5 dot\nCLS\nBITMAP 0,0,1,5,0,CLS\nXPRINT 1,1\n"), "label 8x5; " },
	{ "start-up", S("\r\nSET REPRINT OFF\r\n"), "reprint no; " },
	{ "reprint on", S("SET REPRINT ON\n" LABEL), "reprint yes; label 16x1; " },
	{ "SIZE begins anew", S(SIZED "CLS\n" GRAPHIC "\n" LABEL), "label 16x1; " },
	{ "a second label from the same picture", S(LABEL "PRINT 1,1\n" LABEL), "label 16x1; refused (PRINT is not behind a picture); label 16x1; " },
	{ "SIZE in millimetres", S("SIZE 50 mm,25 mm\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE in inches", S("SIZE 2,1\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE of no bytes", S("SIZE 15 dot,1 dot\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE without width", S("SIZE 0 dot,1 dot\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE without height", S("SIZE 16 dot,0 dot\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE wider than any label", S("SIZE 2408 dot,1 dot\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE longer than any label", S("SIZE 16 dot,3601 dot\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE longer than any number", S("SIZE 16 dot,99999999999999999999 dot\n" LABEL), "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "CLS alone", S("CLS\n" LABEL), "refused (CLS is not behind SIZE); label 16x1; " },
	{ "CLS with parameters", S(SIZED "CLS 1\n" LABEL), "refused (CLS is not behind SIZE); label 16x1; " },
	{ "BITMAP without CLS", S(SIZED "BITMAP 0,0,2,1,0,\n" LABEL), "refused (BITMAP is not behind CLS); label 16x1; " },
	{ "BITMAP twice", S(SIZED "CLS\n" GRAPHIC "\nBITMAP 0,0,2,1,0,\n" LABEL), "refused (BITMAP is not behind CLS); label 16x1; " },
	{ "BITMAP not at the left edge", S(SIZED "CLS\nBITMAP 8,0,2,1,0,\n" LABEL), "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "BITMAP not at the top", S(SIZED "CLS\nBITMAP 0,1,2,1,0,\n" LABEL), "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "BITMAP in another mode", S(SIZED "CLS\nBITMAP 0,0,2,1,1,\n" LABEL), "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "BITMAP narrower than SIZE", S(SIZED "CLS\nBITMAP 0,0,1,1,0,\n" LABEL), "refused (BITMAP has not the size of SIZE); label 16x1; " },
	{ "BITMAP wider than SIZE", S(SIZED "CLS\nBITMAP 0,0,3,1,0,\n" LABEL), "refused (BITMAP has not the size of SIZE); label 16x1; " },
	{ "BITMAP longer than SIZE", S(SIZED "CLS\nBITMAP 0,0,2,2,0,\n" LABEL), "refused (BITMAP has not the size of SIZE); label 16x1; " },
	{ "BITMAP with too few numbers", S(SIZED "CLS\nBITMAP 0,0,2,1\n" LABEL), "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "two sets", S(SIZED "CLS\n" GRAPHIC "\nPRINT 2,1\n" LABEL), "refused (PRINT is not 1,1); label 16x1; " },
	{ "two copies", S(SIZED "CLS\n" GRAPHIC "\nPRINT 1,2\n" LABEL), "refused (PRINT is not 1,1); label 16x1; " },
	{ "PRINT with one number", S(SIZED "CLS\n" GRAPHIC "\nPRINT 1\n" LABEL), "refused (PRINT is not 1,1); label 16x1; " },
	{ "PRINT without picture", S(SIZED "CLS\nPRINT 1,1\n" LABEL), "refused (PRINT is not behind a picture); label 16x1; " },
	{ "calibration", S("GAP 2 mm,0 mm\nGAPDETECT\n" LABEL), "refused (an unknown command); refused (an unknown command); label 16x1; " },
	{ "calibration inside a label", S(SIZED "GAP 2 mm,0 mm\nCLS\n" GRAPHIC "\nPRINT 1,1\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "another setting", S("SET TEAR ON\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "SET REPRINT of another kind", S("SET REPRINT 1\n" LABEL), "refused (SET REPRINT is neither OFF nor ON); label 16x1; " },
	{ "text behind the data", S(SIZED "CLS\n" GRAPHIC "x\nPRINT 1,1\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "small letters", S("cls\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "another immediate command", S(ESC "!R" LABEL), "refused (an unknown command behind ESC); label 16x1; " },
	{ "another immediate command in a label", S(SIZED ESC "!R" "CLS\n" GRAPHIC "\nPRINT 1,1\n" LABEL), "refused (an unknown command behind ESC); label 16x1; " },
	{ "ESC and no !", S(ESC "x" LABEL), "refused (an unknown command behind ESC); label 16x1; " },
	{ "the longest line", S(LINE_64 "\n" LABEL), "refused (an unknown command); label 16x1; " },
	{ "a byte more", S(LINE_64 "x\n" LABEL), "refused (a line is too long); label 16x1; " },
	{ "a line too long", S(LONG_LINE "\n" LABEL), "refused (a line is too long); label 16x1; " },
	{ "a line too long with the start of BITMAP", S("BITMAP 0" LONG_LINE ",,,,,\n" LABEL), "refused (a line is too long); label 16x1; " },
};
static const struct stream_refusal refusals[] = {
	{ "cut before the last line end", S(SIZED "CLS\n" GRAPHIC "\nPRINT 1,1\r"), "no end" },
	{ "a question", S(LABEL ESC "!?"), "question" },
	{ "the other question", S(ESC "!S" LABEL), "question" },
	{ "a setting", S("SET REPRINT ON\n" LABEL), "SET REPRINT" },
	{ "an added command", S("SPEED 2\n" LABEL), "unknown command" },
	{ "calibration", S(SIZED "GAP 2 mm,0\nCLS\n" GRAPHIC "\nPRINT 1,1\n"), "unknown command" },
};
static const struct stream_half halves[] = {
	{ "a command", S("S"), false },
	{ "SIZE", S(SIZED), true },
	{ "CLS", S(SIZED "CLS\n"), true },
	{ "BITMAP", S(SIZED "CLS\nBITMAP 0,0,2,1,0,"), true },
	{ "the picture", S(SIZED "CLS\n" GRAPHIC), true },
	{ "PRINT without end", S(SIZED "CLS\n" GRAPHIC "\nPRINT 1,1"), true },
	{ "ESC", S(ESC), false },
	{ "ESC !", S(ESC "!"), false },
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
		CHECK_TEST(test_it_is_at_rest_only_between_labels),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
	};
	return check_run("printers/lang/tspl/expand", tests, ARRAY_LEN(tests));
}
