/* printers/lang/dymo/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/dymo/expand.h"

#include "tests/check.h"

/* Writes down what a reader tells, one word per event. */
struct telling {
	struct dymo_reader *reader;
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

static void tell_fed(void *arg)
{
	struct telling *telling = arg;

	buf_add_str(&telling->text, "fed; ");
}

static void tell_defaults(void *arg)
{
	struct telling *telling = arg;

	buf_add_str(&telling->text, "defaults; ");
}

static void tell_query(void *arg, enum printer_query query)
{
	struct telling *telling = arg;

	check_int(query, PRINTER_QUERY_HOST);
	buf_add_str(&telling->text, "query; ");
}

static void tell_refused(void *arg, const struct err *err)
{
	struct telling *telling = arg;

	check_int(err->code, ERR_CHECK_FAILED);
	buf_addf(&telling->text, "refused (%s); ", err->message);
}

static const struct dymo_reader_events tellers = {
	.label = tell_label,
	.fed = tell_fed,
	.defaults = tell_defaults,
	.query = tell_query,
	.refused = tell_refused,
};

#define S(literal) literal, sizeof(literal) - 1
#define BEGIN "\033\033\033B\0\033D\2\033L\13\362"
#define ROW "\26\252\125"
#define LABEL BEGIN ROW ROW "\033E"

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *told;
} streams[] = {
	{ "one label",                 S(LABEL), "label 16x2; " },
	{ "two labels",                S(LABEL LABEL), "label 16x2; label 16x2; " },
	{ "commands that are data",    S(BEGIN "\26\033E" "\26\26\033" "\033E"), "label 16x2; " },
	{ "questions and the start",   S("\033\033\033*\033A" LABEL "\033A"), "defaults; query; label 16x2; query; " },
	{ "a question inside",         S(BEGIN ROW "\033A" ROW "\033E"), "refused (ESC A inside a label); fed; " },
	{ "a start inside",            S(BEGIN ROW "\033*" ROW "\033E" LABEL), "refused (ESC * inside a label); fed; label 16x2; " },
	{ "a feed",                    S("\033E" LABEL), "fed; label 16x2; " },
	{ "a label without rows",      S(BEGIN "\033E" LABEL), "refused (a label without rows); fed; label 16x2; " },
	{ "a cut row, then given up",  S(BEGIN ROW "\26\252" "\033\033\033\033\033\033E" LABEL), "refused (ESC inside a label); fed; label 16x2; " },
	{ "not at the left edge",      S("\033B\1\033D\2\033L\13\362" ROW "\033E"), "refused (ESC B is not the head's left edge); fed; " },
	{ "no bytes",                  S("\033B\0\033D\0\033L\13\362" "\033E"), "refused (ESC D is 0 bytes); fed; " },
	{ "more bytes than the head",  S("\033B\0\033D\125\033L\13\362" "\033E"), "refused (ESC D is 85 bytes); fed; " },
	{ "a search too short",        S("\033B\0\033D\2\033L\13\361" ROW "\033E"), "refused (ESC L is 3057 rows); fed; " },
	{ "continuous",                S("\033B\0\033D\2\033L\377\377" ROW "\033E"), "refused (ESC L is 65535 rows); fed; " },
	{ "a search for another size", S("\033B\0\033D\2\033L\13\363" ROW "\033E"), "refused (ESC L is 3059 rows for a label of 1); fed; " },
	{ "a command twice",           S("\033B\0\033B\0\033D\2\033L\13\362" ROW "\033E"), "refused (ESC B out of order); fed; " },
	{ "a command left out",        S("\033B\0\033L\13\362"), "refused (ESC L out of order); " },
	{ "no ESC B",                  S("\033D\2\033L\13\362" LABEL), "refused (ESC D out of order); refused (ESC L out of order); label 16x2; " },
	{ "a reset",                   S("\033@" LABEL), "refused (an unknown command); label 16x2; " },
	{ "a density",                 S(BEGIN ROW "\033c" ROW "\033E"), "refused (an unknown command); fed; " },
	{ "a compressed row",          S(BEGIN ROW "\27" "\033E"), "refused (an unknown command); fed; " },
	{ "a short feed",              S(BEGIN ROW "\033G" "\033E"), "refused (an unknown command); fed; " },
	{ "noise is told once",        S("hello" LABEL "bye"), "refused (an unknown command); label 16x2; refused (an unknown command); " },
};
/* clang-format on */

/* Feeds step bytes at a time. */
static void listen(struct telling *telling, struct bytes bytes, size_t step)
{
	telling->reader = dymo_reader_new(&tellers, telling);
	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		dymo_reader_feed(
			telling->reader, bytes_of(bytes.data + at, left < step ? left : step));
	}
}

static void telling_done(struct telling *telling)
{
	dymo_reader_free(telling->reader);
	buf_done(&telling->text);
	bitmap_done(&telling->last);
}

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	static const size_t steps[] = { 4096, 1, 3 };

	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		check_row(streams[i].name);
		for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
			struct telling telling = { 0 };

			listen(&telling, bytes_of(streams[i].bytes, streams[i].len), steps[s]);
			check_str(buf_str(&telling.text), streams[i].told);
			telling_done(&telling);
		}
	}
}

static void test_a_row_outside_a_label_takes_the_whole_head(void)
{
	struct telling telling = { 0 };
	AUTO_BUF stream = { 0 };

	buf_add_byte(&stream, 0x16);
	memset(buf_grow(&stream, 84), 0x1b, 84);
	buf_add_mem(&stream, LABEL, sizeof(LABEL) - 1);
	listen(&telling, buf_bytes(&stream), 10);
	check_str(buf_str(&telling.text), "refused (a row outside a label); label 16x2; ");
	telling_done(&telling);
}

static void test_the_dots_are_those_of_the_data(void)
{
	struct telling telling = { 0 };

	listen(&telling, bytes_of(LABEL, sizeof(LABEL) - 1), 5);
	check_bytes(bytes_of(telling.last.data, 4), bytes_of("\xaa\x55\xaa\x55", 4));
	telling_done(&telling);
}

static void test_a_label_cannot_grow_beyond_the_longest(void)
{
	struct telling telling = { 0 };
	AUTO_BUF stream = { 0 };

	buf_add_mem(&stream, BEGIN, sizeof(BEGIN) - 1);
	for (unsigned row = 0; row <= BITMAP_HEIGHT_DOTS_MAX + 1; row++)
		buf_add_mem(&stream, ROW, sizeof(ROW) - 1);
	listen(&telling, buf_bytes(&stream), 4096);
	check_str(buf_str(&telling.text), "refused (the label is too long); ");
	telling_done(&telling);
}

static void test_a_label_is_partial_until_it_is_fed(void)
{
	struct telling telling = { 0 };

	listen(&telling, bytes_of_str(""), 1);
	check(dymo_reader_is_at_rest(telling.reader));
	dymo_reader_feed(telling.reader, bytes_of_str("\033\033\033"));
	check(dymo_reader_is_at_rest(telling.reader));
	check(!dymo_reader_is_partial(telling.reader));
	dymo_reader_feed(telling.reader, bytes_of("B\0\033", 3));
	check(dymo_reader_is_partial(telling.reader));
	check(!dymo_reader_is_at_rest(telling.reader));
	dymo_reader_feed(telling.reader, bytes_of_str("E"));
	check(!dymo_reader_is_partial(telling.reader));
	telling_done(&telling);
}

static void test_abandon_feeds_whatever_was_cut_and_the_next_label_is_whole(void)
{
	for (size_t cut = 1; cut < sizeof(LABEL) - 1; cut++) {
		struct telling telling = { 0 };

		listen(&telling, bytes_of(LABEL, cut), 4096);
		dymo_reader_feed(telling.reader, printer_driver_dymo.abandon);
		check(!dymo_reader_is_partial(telling.reader));
		dymo_reader_feed(telling.reader, printer_driver_dymo.power_up);
		buf_reset(&telling.text);
		dymo_reader_feed(telling.reader, bytes_of(LABEL, sizeof(LABEL) - 1));
		check_str(buf_str(&telling.text), "label 16x2; ");
		telling_done(&telling);
	}
}

static void test_expansion_refuses_all_but_labels(void)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t len;
		const char *message;
	} refusals[] = {
		{ "cut before the end", S(BEGIN ROW), "no end" },
		{ "ESC behind a label", S(LABEL "\033"), "no end" },
		{ "a question", S("\033A" LABEL), "question" },
		{ "a start", S("\033*" LABEL), "ESC *" },
		{ "a feed", S(LABEL "\033E"), "form feed" },
		{ "a reset", S("\033@" LABEL), "unknown" },
	};

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		AUTO_LABEL_LIST list = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		check(!dymo_expand(bytes_of(refusals[i].bytes, refusals[i].len), &list, &err));
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
		buf_add_mem(&bytes, LABEL, sizeof(LABEL) - 1);
	check_ok(dymo_expand(buf_bytes(&bytes), &list, &err), &err);
	check_int(list.count, LABEL_LIST_MAX);
	label_list_done(&list);
	buf_add_mem(&bytes, LABEL, sizeof(LABEL) - 1);
	check(!dymo_expand(buf_bytes(&bytes), &list, &err));
	check_err(&err, ERR_CHECK_FAILED, "too many labels");
	check_int(list.count, 0);
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
		CHECK_TEST(test_expansion_refuses_all_but_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
	};
	return check_run("printers/lang/dymo/expand", tests, ARRAY_LEN(tests));
}
