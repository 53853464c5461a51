/* printers/lang/tspl/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/tspl/expand.h"

#include "tests/check.h"

/* Writes down what a reader tells, one word per event. */
struct telling {
	struct buf text;
	struct label_bitmap last;
};

static void tell_label(void *arg, const struct label_bitmap *label)
{
	struct telling *telling = arg;

	buf_addf(&telling->text, "label %ux%u; ", label->width_dots, label->height_dots);
	bitmap_done(&telling->last);
	bitmap_copy(&telling->last, label);
}

static void tell_query(void *arg, enum tspl_question question)
{
	struct telling *telling = arg;

	buf_add_str(&telling->text, question == TSPL_QUESTION_FRAME ? "frame; " : "byte; ");
}

static void tell_reprint(void *arg, bool allowed)
{
	struct telling *telling = arg;

	buf_add_str(&telling->text, allowed ? "reprint yes; " : "reprint no; ");
}

static void tell_refused(void *arg, const struct err *err)
{
	struct telling *telling = arg;

	check_int(err->code, ERR_CHECK_FAILED);
	buf_addf(&telling->text, "refused (%s); ", err->message);
}

static const struct tspl_reader_events tellers = {
	.label = tell_label,
	.query = tell_query,
	.reprint = tell_reprint,
	.refused = tell_refused,
};

static void telling_done(struct telling *telling)
{
	buf_done(&telling->text);
	bitmap_done(&telling->last);
}

/* 55 AA, so AA 55 in black: 16 x 1 dots. */
#define SIZED "SIZE 16 dot,1 dot\n"
#define GRAPHIC "BITMAP 0,0,2,1,0,\x55\xaa"
#define LABEL SIZED "CLS\n" GRAPHIC "\nPRINT 1,1\n"
#define ESC "\033"
#define LONG_LINE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	const char *told;
} streams[] = {
	{ "one label", LABEL, "label 16x1; " },
	{ "line ends between lines", "\r\n\nSIZE 16 dot,1 dot\r\nCLS\r\n\r\n" GRAPHIC "\r\nPRINT 1,1\r\n\n", "label 16x1; " },
	{ "no line end behind the data", SIZED "CLS\n" GRAPHIC "PRINT 1,1\n", "label 16x1; " },
	{ "two labels", LABEL LABEL, "label 16x1; label 16x1; " },
	{ "questions", ESC "!?" ESC "!S" ESC "!?", "byte; frame; byte; " },
	{ "a question inside a line", "SIZE 16" ESC "!? dot,1 dot\nC" ESC "!SLS\n" GRAPHIC "\nPRINT 1,1\n", "byte; frame; label 16x1; " },
	{ "a question in the data is data", "SIZE 8 dot,3 dot\nCLS\nBITMAP 0,0,1,3,0," ESC "!?\nPRINT 1,1\n", "label 8x3; " },
	{ "a label in the data is data", "SIZE 8 dot,5 dot\nCLS\nBITMAP 0,0,1,5,0,CLS\nXPRINT 1,1\n", "label 8x5; " },
	{ "start-up", "\r\nSET REPRINT OFF\r\n", "reprint no; " },
	{ "reprint on", "SET REPRINT ON\n" LABEL, "reprint yes; label 16x1; " },
	{ "SIZE begins anew", SIZED "CLS\n" GRAPHIC "\n" LABEL, "label 16x1; " },
	{ "a second label from the same picture", LABEL "PRINT 1,1\n" LABEL,
		"label 16x1; refused (PRINT is not behind a picture); label 16x1; " },
	{ "SIZE in millimetres", "SIZE 50 mm,25 mm\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE in inches", "SIZE 2,1\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE of no bytes", "SIZE 15 dot,1 dot\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE without width", "SIZE 0 dot,1 dot\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE without height", "SIZE 16 dot,0 dot\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE wider than any label", "SIZE 2408 dot,1 dot\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE longer than any label", "SIZE 16 dot,3601 dot\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "SIZE longer than any number", "SIZE 16 dot,99999999999999999999 dot\n" LABEL, "refused (SIZE is no whole bytes and rows in dots); label 16x1; " },
	{ "CLS alone", "CLS\n" LABEL, "refused (CLS is not behind SIZE); label 16x1; " },
	{ "CLS with parameters", SIZED "CLS 1\n" LABEL, "refused (CLS is not behind SIZE); label 16x1; " },
	{ "BITMAP without CLS", SIZED "BITMAP 0,0,2,1,0,\n" LABEL, "refused (BITMAP is not behind CLS); label 16x1; " },
	{ "BITMAP twice", SIZED "CLS\n" GRAPHIC "\nBITMAP 0,0,2,1,0,\n" LABEL, "refused (BITMAP is not behind CLS); label 16x1; " },
	{ "BITMAP not at the left edge", SIZED "CLS\nBITMAP 8,0,2,1,0,\n" LABEL, "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "BITMAP not at the top", SIZED "CLS\nBITMAP 0,1,2,1,0,\n" LABEL, "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "BITMAP in another mode", SIZED "CLS\nBITMAP 0,0,2,1,1,\n" LABEL, "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "BITMAP narrower than SIZE", SIZED "CLS\nBITMAP 0,0,1,1,0,\n" LABEL, "refused (BITMAP has not the size of SIZE); label 16x1; " },
	{ "BITMAP wider than SIZE", SIZED "CLS\nBITMAP 0,0,3,1,0,\n" LABEL, "refused (BITMAP has not the size of SIZE); label 16x1; " },
	{ "BITMAP longer than SIZE", SIZED "CLS\nBITMAP 0,0,2,2,0,\n" LABEL, "refused (BITMAP has not the size of SIZE); label 16x1; " },
	{ "BITMAP with too few numbers", SIZED "CLS\nBITMAP 0,0,2,1\n" LABEL, "refused (BITMAP is not 0,0,bytes,rows,0,data); label 16x1; " },
	{ "two sets", SIZED "CLS\n" GRAPHIC "\nPRINT 2,1\n" LABEL, "refused (PRINT is not 1,1); label 16x1; " },
	{ "two copies", SIZED "CLS\n" GRAPHIC "\nPRINT 1,2\n" LABEL, "refused (PRINT is not 1,1); label 16x1; " },
	{ "PRINT with one number", SIZED "CLS\n" GRAPHIC "\nPRINT 1\n" LABEL, "refused (PRINT is not 1,1); label 16x1; " },
	{ "PRINT without picture", SIZED "CLS\nPRINT 1,1\n" LABEL, "refused (PRINT is not behind a picture); label 16x1; " },
	{ "calibration", "GAP 2 mm,0 mm\nGAPDETECT\n" LABEL, "refused (an unknown command); refused (an unknown command); label 16x1; " },
	{ "calibration inside a label", SIZED "GAP 2 mm,0 mm\nCLS\n" GRAPHIC "\nPRINT 1,1\n" LABEL, "refused (an unknown command); label 16x1; " },
	{ "another setting", "SET TEAR ON\n" LABEL, "refused (an unknown command); label 16x1; " },
	{ "SET REPRINT of another kind", "SET REPRINT 1\n" LABEL, "refused (SET REPRINT is neither OFF nor ON); label 16x1; " },
	{ "text behind the data", SIZED "CLS\n" GRAPHIC "x\nPRINT 1,1\n" LABEL, "refused (an unknown command); label 16x1; " },
	{ "small letters", "cls\n" LABEL, "refused (an unknown command); label 16x1; " },
	{ "another immediate command", ESC "!R" LABEL, "refused (an unknown command behind ESC); label 16x1; " },
	{ "another immediate command in a label", SIZED ESC "!R" "CLS\n" GRAPHIC "\nPRINT 1,1\n" LABEL, "refused (an unknown command behind ESC); label 16x1; " },
	{ "ESC and no !", ESC "x" LABEL, "refused (an unknown command behind ESC); label 16x1; " },
	{ "a line too long", LONG_LINE "\n" LABEL, "refused (a line is too long); label 16x1; " },
	{ "a line too long with the start of BITMAP", "BITMAP 0" LONG_LINE ",,,,,\n" LABEL, "refused (a line is too long); label 16x1; " },
};
/* clang-format on */

static void stream_feed(struct tspl_reader *reader, const char *bytes, size_t step)
{
	size_t len = strlen(bytes);

	for (size_t at = 0; at < len; at += step)
		tspl_reader_feed(reader, bytes_of(bytes + at, len - at < step ? len - at : step));
}

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	static const size_t steps[] = { 1, 2, 3, 7, 4096 };

	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		check_row(streams[i].name);
		for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
			struct telling telling = { 0 };
			struct tspl_reader *reader = tspl_reader_new(&tellers, &telling);

			stream_feed(reader, streams[i].bytes, steps[s]);
			check_str(buf_str(&telling.text), streams[i].told);
			check(tspl_reader_is_at_rest(reader));
			tspl_reader_free(reader);
			telling_done(&telling);
		}
	}
}

static void test_the_dots_are_black_where_the_bits_are_0(void)
{
	struct telling telling = { 0 };
	struct tspl_reader *reader = tspl_reader_new(&tellers, &telling);

	tspl_reader_feed(reader, bytes_of_str(LABEL));
	check_bytes(bytes_of(telling.last.data, 2), bytes_of("\xaa\x55", 2));
	tspl_reader_free(reader);
	telling_done(&telling);
}

static void test_it_is_at_rest_only_between_labels(void)
{
	static const char *const halves[] = { "S", SIZED, SIZED "CLS\n",
		SIZED "CLS\nBITMAP 0,0,2,1,0,", SIZED "CLS\n" GRAPHIC,
		SIZED "CLS\n" GRAPHIC "\nPRINT 1,1", ESC, ESC "!", LONG_LINE };
	struct tspl_reader *empty = tspl_reader_new(&tellers, NULL);

	check(tspl_reader_is_at_rest(empty));
	tspl_reader_free(empty);
	for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
		struct telling telling = { 0 };
		struct tspl_reader *reader = tspl_reader_new(&tellers, &telling);

		check_row(halves[i]);
		tspl_reader_feed(reader, bytes_of_str(halves[i]));
		check(!tspl_reader_is_at_rest(reader));
		tspl_reader_free(reader);
		telling_done(&telling);
	}
	tspl_reader_free(NULL);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	const char *message;
} refusals[] = {
	{ "cut before the last line end", SIZED "CLS\n" GRAPHIC "\nPRINT 1,1\r", "no end" },
	{ "a question", LABEL ESC "!?", "question" },
	{ "the other question", ESC "!S" LABEL, "question" },
	{ "a setting", "SET REPRINT OFF\n" LABEL, "SET REPRINT" },
	{ "an added command", "SPEED 2\n" LABEL, "unknown command" },
	{ "calibration", SIZED "GAP 2 mm,0\nCLS\n" GRAPHIC "\nPRINT 1,1\n", "unknown command" },
};
/* clang-format on */

static void test_expansion_refuses_all_but_labels(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		AUTO_LABEL_LIST list = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		check(!tspl_expand(bytes_of_str(refusals[i].bytes), &list, &err));
		check_err(&err, ERR_CHECK_FAILED, refusals[i].message);
		check_int(list.count, 0);
	}
}

static void test_expansion_counts_labels_up_to_its_limit(void)
{
	AUTO_LABEL_LIST list = { 0 };
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	for (unsigned i = 0; i < LABEL_LIST_MAX; i++)
		buf_add_str(&bytes, LABEL);
	check_ok(tspl_expand(buf_bytes(&bytes), &list, &err), &err);
	check_int(list.count, LABEL_LIST_MAX);
	label_list_done(&list);
	buf_add_str(&bytes, LABEL);
	check(!tspl_expand(buf_bytes(&bytes), &list, &err));
	check_err(&err, ERR_CHECK_FAILED, "too many labels");
	check_int(list.count, 0);
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
