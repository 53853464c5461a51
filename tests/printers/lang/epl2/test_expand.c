/* printers/lang/epl2/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/epl2/expand.h"

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

static void tell_query(void *arg, enum printer_query query)
{
	struct telling *telling = arg;

	check_int(query, PRINTER_QUERY_HOST);
	buf_add_str(&telling->text, "host; ");
}

static void tell_refused(void *arg, const struct err *err)
{
	struct telling *telling = arg;

	check_int(err->code, ERR_CHECK_FAILED);
	buf_addf(&telling->text, "refused (%s); ", err->message);
}

static const struct epl2_reader_events tellers = {
	.label = tell_label,
	.query = tell_query,
	.refused = tell_refused,
};

static void telling_done(struct telling *telling)
{
	buf_done(&telling->text);
	bitmap_done(&telling->last);
}

/* 55 AA, so AA 55 in black: 16 x 1 dots. */
#define GRAPHIC "GW0,0,2,1,\x55\xaa"
#define LABEL "N\nq16\n" GRAPHIC "P1\n"
#define LONG_LINE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	const char *told;
} streams[] = {
	{ "one label", LABEL, "label 16x1; " },
	{ "line ends between lines", "\r\n\nN\r\nq16\r\n\r\n" GRAPHIC "\r\nP1\r\n\n", "label 16x1; " },
	{ "a line end behind the data", "N\nq16\n" GRAPHIC "\nP1\n", "label 16x1; " },
	{ "two labels", LABEL LABEL, "label 16x1; label 16x1; " },
	{ "a question", "^ee\r\n^ee\n", "host; host; " },
	{ "a question between the lines of a label", "N\nq16\n^ee\r\n" GRAPHIC "\n^ee\nP1\n", "host; host; label 16x1; " },
	{ "a question in the data is data", "N\nq8\nGW0,0,1,6,\n^ee\r\nP1\n", "label 8x6; " },
	{ "a label in the data is data", "N\nq8\nGW0,0,1,4,N\nq8P1\n", "label 8x4; " },
	{ "N begins anew", "N\nq16\n" GRAPHIC "\n" LABEL, "label 16x1; " },
	{ "a second label from the same picture", LABEL "P1\n" LABEL,
		"label 16x1; refused (P1 is not behind a picture); label 16x1; " },
	{ "N with parameters", "N1\n" LABEL, "refused (N has parameters); label 16x1; " },
	{ "q alone", "q16\n" LABEL, "refused (q is not behind N); label 16x1; " },
	{ "q twice", "N\nq16\nq16\n" GRAPHIC "\nP1\n" LABEL, "refused (q is not behind N); label 16x1; " },
	{ "q of no bytes", "N\nq15\n" LABEL, "refused (q is no width in whole bytes); label 16x1; " },
	{ "q is 0", "N\nq0\n" LABEL, "refused (q is no width in whole bytes); label 16x1; " },
	{ "q wider than any label", "N\nq2408\n" LABEL, "refused (q is no width in whole bytes); label 16x1; " },
	{ "q with a second parameter", "N\nq16,0\n" LABEL, "refused (q is no width in whole bytes); label 16x1; " },
	{ "q that is no number", "N\nqx\n" LABEL, "refused (q is no width in whole bytes); label 16x1; " },
	{ "GW without q", "N\nGW0,0,2,1,\n" LABEL, "refused (GW is not behind q); label 16x1; " },
	{ "GW twice", "N\nq16\n" GRAPHIC "\nGW0,0,2,1,\nP1\n" LABEL, "refused (GW is not behind q); label 16x1; " },
	{ "GW not at the left edge", "N\nq16\nGW8,0,2,1,\n" LABEL, "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW not at the top", "N\nq16\nGW0,1,2,1,\n" LABEL, "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW narrower than q", "N\nq16\nGW0,0,1,1,\n" LABEL, "refused (GW is not as wide as q); label 16x1; " },
	{ "GW wider than q", "N\nq16\nGW0,0,3,1,\n" LABEL, "refused (GW is not as wide as q); label 16x1; " },
	{ "GW without rows", "N\nq16\nGW0,0,2,0,\n" LABEL, "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW longer than any label", "N\nq16\nGW0,0,2,3601,\n" LABEL, "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW longer than any number", "N\nq16\nGW0,0,2,99999999999999999999,\n" LABEL, "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "GW with too few numbers", "N\nq16\nGW0,0,2\n" LABEL, "refused (GW is not 0,0,bytes,rows,data); label 16x1; " },
	{ "two labels asked for", "N\nq16\n" GRAPHIC "\nP2\n" LABEL, "refused (P is not 1); label 16x1; " },
	{ "copies asked for", "N\nq16\n" GRAPHIC "\nP1,2\n" LABEL, "refused (P is not 1); label 16x1; " },
	{ "P without number", "N\nq16\n" GRAPHIC "\nP\n" LABEL, "refused (P is not 1); label 16x1; " },
	{ "PA", "N\nq16\n" GRAPHIC "\nPA1\n" LABEL, "refused (P is not 1); label 16x1; " },
	{ "P1 without picture", "N\nq16\nP1\n" LABEL, "refused (P1 is not behind a picture); label 16x1; " },
	{ "calibration", "Q203,24\nxa\n" LABEL, "refused (an unknown command); refused (an unknown command); label 16x1; " },
	{ "calibration inside a label", "N\nq16\nQ203,24\n" GRAPHIC "\nP1\n" LABEL, "refused (an unknown command); label 16x1; " },
	{ "text behind the data", "N\nq16\n" GRAPHIC "x\nP1\n", "refused (an unknown command); " },
	{ "the small letter", "n\n" LABEL, "refused (an unknown command); label 16x1; " },
	{ "a question with parameters", "^ee1\n", "refused (^ee has parameters); " },
	{ "a line too long", LONG_LINE "\n" LABEL, "refused (a line is too long); label 16x1; " },
	{ "a line too long with the start of GW", "GW0" LONG_LINE ",,,,\n" LABEL, "refused (a line is too long); label 16x1; " },
};
/* clang-format on */

static void stream_feed(struct epl2_reader *reader, const char *bytes, size_t step)
{
	size_t len = strlen(bytes);

	for (size_t at = 0; at < len; at += step)
		epl2_reader_feed(reader, bytes_of(bytes + at, len - at < step ? len - at : step));
}

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	static const size_t steps[] = { 1, 2, 3, 7, 4096 };

	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		check_row(streams[i].name);
		for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
			struct telling telling = { 0 };
			struct epl2_reader *reader = epl2_reader_new(&tellers, &telling);

			stream_feed(reader, streams[i].bytes, steps[s]);
			check_str(buf_str(&telling.text), streams[i].told);
			check(epl2_reader_is_at_rest(reader));
			epl2_reader_free(reader);
			telling_done(&telling);
		}
	}
}

static void test_the_dots_are_black_where_the_bits_are_0(void)
{
	struct telling telling = { 0 };
	struct epl2_reader *reader = epl2_reader_new(&tellers, &telling);

	epl2_reader_feed(reader, bytes_of_str(LABEL));
	check_bytes(bytes_of(telling.last.data, 2), bytes_of("\xaa\x55", 2));
	epl2_reader_free(reader);
	telling_done(&telling);
}

static void test_a_lost_byte_swallows_the_next_and_no_label_comes_out(void)
{
	struct telling telling = { 0 };
	struct epl2_reader *reader = epl2_reader_new(&tellers, &telling);

	epl2_reader_feed(reader, bytes_of_str("N\nq16\nGW0,0,2,2,\x55\xaa\x55P1\n"));
	check_str(buf_str(&telling.text), "refused (an unknown command); ");
	check(!epl2_reader_is_at_rest(reader));
	buf_reset(&telling.text);
	epl2_reader_feed(reader, bytes_of_str("\n" LABEL));
	check_str(buf_str(&telling.text), "label 16x1; ");
	epl2_reader_free(reader);
	telling_done(&telling);
}

static void test_it_is_at_rest_only_between_labels(void)
{
	static const char *const halves[] = { "N", "N\n", "N\nq16\n", "N\nq16\nGW0,0,2,1,",
		"N\nq16\nGW0,0,2,1,\x55\xaa", "N\nq16\nGW0,0,2,1,\x55\xaa\nP1", "^ee", LONG_LINE };
	struct epl2_reader *empty = epl2_reader_new(&tellers, NULL);

	check(epl2_reader_is_at_rest(empty));
	epl2_reader_free(empty);
	for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
		struct telling telling = { 0 };
		struct epl2_reader *reader = epl2_reader_new(&tellers, &telling);

		check_row(halves[i]);
		epl2_reader_feed(reader, bytes_of_str(halves[i]));
		check(!epl2_reader_is_at_rest(reader));
		epl2_reader_free(reader);
		telling_done(&telling);
	}
	epl2_reader_free(NULL);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	const char *message;
} refusals[] = {
	{ "cut before the last line end", "N\nq16\n" GRAPHIC "\nP1", "no end" },
	{ "a question", LABEL "^ee\r\n", "question" },
	{ "an added command", "S2\n" LABEL, "unknown command" },
	{ "calibration", "N\nq16\nQ1,24\n" GRAPHIC "\nP1\n", "unknown command" },
};
/* clang-format on */

static void test_expansion_refuses_all_but_labels(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		AUTO_LABEL_LIST list = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		check(!epl2_expand(bytes_of_str(refusals[i].bytes), &list, &err));
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
	check_ok(epl2_expand(buf_bytes(&bytes), &list, &err), &err);
	check_int(list.count, LABEL_LIST_MAX);
	label_list_done(&list);
	buf_add_str(&bytes, LABEL);
	check(!epl2_expand(buf_bytes(&bytes), &list, &err));
	check_err(&err, ERR_CHECK_FAILED, "too many labels");
	check_int(list.count, 0);
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
