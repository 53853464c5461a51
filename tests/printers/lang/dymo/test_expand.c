/* printers/lang/dymo/expand: streams cut anywhere, every refusal, and hostile sizes. */

#include "tests/check.h"
#include "tests/printers/lang/streams.h"

#define BEGIN "\033\033\033B\0\033D\2\033L\13\362"
#define ROW "\26\252\125"
#define LABEL BEGIN ROW ROW "\033E"

static const struct stream_language language = {
	.driver = &printer_driver_dymo,
	.label = S(LABEL),
};

/* clang-format off */
static const struct stream streams[] = {
	{ "one label", S(LABEL), "label 16x2; " },
	{ "two labels", S(LABEL LABEL), "label 16x2; label 16x2; " },
	{ "commands that are data", S(BEGIN "\26\033E" "\26\26\033" "\033E"), "label 16x2; " },
	{ "questions and the start", S("\033\033\033*\033A" LABEL "\033A"), "defaults; host; label 16x2; host; " },
	{ "a question inside", S(BEGIN ROW "\033A" ROW "\033E"), "refused (ESC A inside a label); fed; " },
	{ "a start inside", S(BEGIN ROW "\033*" ROW "\033E" LABEL), "refused (ESC * inside a label); fed; label 16x2; " },
	{ "a feed", S("\033E" LABEL), "fed; label 16x2; " },
	{ "a label without rows", S(BEGIN "\033E" LABEL), "refused (a label without rows); fed; label 16x2; " },
	{ "a cut row, then given up", S(BEGIN ROW "\26\252" "\033\033\033\033\033\033E" LABEL), "refused (ESC inside a label); fed; label 16x2; " },
	{ "not at the left edge", S("\033B\1\033D\2\033L\13\362" ROW "\033E"), "refused (ESC B is not the head's left edge); fed; " },
	{ "no bytes", S("\033B\0\033D\0\033L\13\362" "\033E"), "refused (ESC D is 0 bytes); fed; " },
	{ "more bytes than the head", S("\033B\0\033D\125\033L\13\362" "\033E"), "refused (ESC D is 85 bytes); fed; " },
	{ "a search too short", S("\033B\0\033D\2\033L\13\361" ROW "\033E"), "refused (ESC L is 3057 rows); fed; " },
	{ "continuous", S("\033B\0\033D\2\033L\377\377" ROW "\033E"), "refused (ESC L is 65535 rows); fed; " },
	{ "a search for another size", S("\033B\0\033D\2\033L\13\363" ROW "\033E"), "refused (ESC L is 3059 rows for a label of 1); fed; " },
	{ "a command twice", S("\033B\0\033B\0\033D\2\033L\13\362" ROW "\033E"), "refused (ESC B out of order); fed; " },
	{ "a command left out", S("\033B\0\033L\13\362"), "refused (ESC L out of order); ", true },
	{ "no ESC B", S("\033D\2\033L\13\362" LABEL), "refused (ESC D out of order); refused (ESC L out of order); label 16x2; " },
	{ "a reset", S("\033@" LABEL), "refused (an unknown command); label 16x2; " },
	{ "a density", S(BEGIN ROW "\033c" ROW "\033E"), "refused (an unknown command); fed; " },
	{ "a compressed row", S(BEGIN ROW "\27" "\033E"), "refused (an unknown command); fed; " },
	{ "a short feed", S(BEGIN ROW "\033G" "\033E"), "refused (an unknown command); fed; " },
	{ "noise is told once", S("hello" LABEL "bye"), "refused (an unknown command); label 16x2; refused (an unknown command); " },
};
static const struct stream_refusal refusals[] = {
	{ "cut before the end", S(BEGIN ROW), "no end" },
	{ "ESC behind a label", S(LABEL "\033"), "no end" },
	{ "a question", S("\033A" LABEL), "question" },
	{ "a start", S("\033*" LABEL), "ESC *" },
	{ "a feed", S(LABEL "\033E"), "form feed" },
	{ "a reset", S("\033@" LABEL), "unknown" },
};
static const struct stream_half halves[] = {
	{ "ESC", S("\033"), false },
	{ "ESC B", S("\033B"), false },
	{ "ESC B 0", S("\033B\0"), true },
	{ "ESC D", S("\033B\0\033D\2"), true },
	{ "no row", S(BEGIN), true },
	{ "half a row", S(BEGIN "\26\252"), true },
	{ "a row", S(BEGIN ROW), true },
	{ "half an end", S(BEGIN ROW ROW "\033"), true },
	{ "a row outside a label", S(ROW), false },
};
/* clang-format on */

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	check_streams(&language, streams, ARRAY_LEN(streams));
}

static void test_a_row_outside_a_label_takes_the_whole_head(void)
{
	AUTO_TELLING telling;
	AUTO_BUF stream = { 0 };

	telling_init(&telling, &language);
	buf_add_byte(&stream, 0x16);
	memset(buf_grow(&stream, 84), 0x1b, 84);
	buf_add(&stream, language.label);
	for (size_t at = 0; at < stream.len; at++)
		telling_feed(&telling, bytes_of(stream.data + at, 1));
	check_str(buf_str(&telling.told), "refused (a row outside a label); label 16x2; ");
}

static void test_the_dots_are_those_of_the_data(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	telling_feed(&telling, language.label);
	check_bytes(bytes_of(telling.last.data, 4), bytes_of("\xaa\x55\xaa\x55", 4));
}

static void test_a_label_cannot_grow_beyond_the_longest(void)
{
	AUTO_TELLING telling;
	AUTO_BUF stream = { 0 };

	telling_init(&telling, &language);
	buf_add_mem(&stream, BEGIN, sizeof(BEGIN) - 1);
	for (unsigned row = 0; row <= BITMAP_HEIGHT_DOTS_MAX + 1; row++)
		buf_add_mem(&stream, ROW, sizeof(ROW) - 1);
	telling_feed(&telling, buf_bytes(&stream));
	check_str(buf_str(&telling.told), "refused (the label is too long); ");
}

static void test_a_label_is_partial_until_it_is_fed(void)
{
	AUTO_TELLING telling;

	telling_init(&telling, &language);
	check(printer_reader_is_at_rest(telling.reader));
	telling_feed(&telling, bytes_of_str("\033\033\033"));
	check(!printer_reader_is_at_rest(telling.reader));
	check(!printer_reader_is_partial(telling.reader));
	telling_feed(&telling, bytes_of("B\0\033", 3));
	check(printer_reader_is_partial(telling.reader));
	check(!printer_reader_is_at_rest(telling.reader));
	telling_feed(&telling, bytes_of_str("E"));
	check(!printer_reader_is_partial(telling.reader));
}

static void test_abandon_feeds_whatever_was_cut_and_the_next_label_is_whole(void)
{
	for (size_t cut = 1; cut < language.label.len; cut++) {
		AUTO_TELLING telling;

		telling_init(&telling, &language);
		telling_feed(&telling, bytes_of(language.label.data, cut));
		telling_feed(&telling, printer_driver_dymo.abandon);
		check(!printer_reader_is_partial(telling.reader));
		telling_feed(&telling, printer_driver_dymo.power_up);
		buf_reset(&telling.told);
		telling_feed(&telling, language.label);
		check_str(buf_str(&telling.told), "label 16x2; ");
	}
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
		CHECK_TEST(test_a_row_outside_a_label_takes_the_whole_head),
		CHECK_TEST(test_the_dots_are_those_of_the_data),
		CHECK_TEST(test_a_label_cannot_grow_beyond_the_longest),
		CHECK_TEST(test_a_label_is_partial_until_it_is_fed),
		CHECK_TEST(test_abandon_feeds_whatever_was_cut_and_the_next_label_is_whole),
		CHECK_TEST(test_it_is_at_rest_only_between_labels),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
	};
	return check_run("printers/lang/dymo/expand", tests, ARRAY_LEN(tests));
}
