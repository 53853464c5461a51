/* printers/lang/brother/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/brother/expand.h"

#include "tests/check.h"

/* Writes down what a reader tells, one word per event. */
struct telling {
	struct brother_reader *reader;
	struct buf text;
	struct label_bitmap last;
};

static void tell_label(void *arg, const struct label_bitmap *label)
{
	struct telling *telling = arg;

	buf_addf(&telling->text, "label %ux%u on %u mm; ", label->width_dots, label->height_dots,
		brother_reader_media(telling->reader)->width_mm);
	bitmap_done(&telling->last);
	bitmap_copy(&telling->last, label);
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

static const struct brother_reader_events tellers = {
	.label = tell_label,
	.query = tell_query,
	.refused = tell_refused,
};

/* A piece of a stream: text with NULs, or rows. */
struct piece {
	const char *text;
	size_t len;
	unsigned rows; /* of 90 bytes, white but for the last pin of a 12 mm roll */
};

#define P(literal)                              \
	{                                       \
		literal, sizeof(literal) - 1, 0 \
	}
#define ROWS(n)            \
	{                  \
		NULL, 0, n \
	}
#define BEGIN "\0\0\0\033@\033ia\1\033i!\0"
#define ROLL "\033iz\6\12\14\0\2\0\0\0\0\0"
#define MODES "\033iM\100\033iK\10\033id\43\0"
#define PAGE P(BEGIN ROLL MODES), ROWS(2), P("\032")

/* clang-format off */
static const struct {
	const char *name;
	struct piece pieces[6];
	const char *told;
} streams[] = {
	{ "one page",                    { PAGE }, "label 112x2 on 12 mm; " },
	{ "two pages, NULs between",     { PAGE, PAGE }, "label 112x2 on 12 mm; label 112x2 on 12 mm; " },
	{ "questions",                   { P("\0\0\033iS\033@\033iS") }, "query; query; " },
	{ "a question inside a page",    { P(BEGIN "\033iS" ROLL MODES), ROWS(2), P("\032") }, "refused (a question inside a page); " },
	{ "given up, then whole",        { P(BEGIN ROLL MODES), ROWS(1), PAGE }, "refused (NUL inside a page); refused (a page was given up by ESC @); label 112x2 on 12 mm; " },
	{ "recovery on",                 { P(BEGIN "\033iz\206\12\14\0\2\0\0\0\0\0" MODES "\032") }, "refused (the flags of ESC i z are 86); " },
	{ "quality flag",                { P(BEGIN "\033iz\106\12\14\0\2\0\0\0\0\0" MODES "\032") }, "refused (the flags of ESC i z are 46); " },
	{ "length said to be valid",     { P(BEGIN "\033iz\16\12\14\0\2\0\0\0\0\0" MODES "\032") }, "refused (the flags of ESC i z are 0e); " },
	{ "no such roll",                { P(BEGIN "\033iz\6\12\15\0\2\0\0\0\0\0" MODES "\032") }, "refused (ESC i z names no roll of the head: type 0a, 13 x 0 mm); " },
	{ "a wide roll",                 { P(BEGIN "\033iz\6\12\146\0\2\0\0\0\0\0" MODES "\032") }, "refused (ESC i z names no roll of the head: type 0a, 102 x 0 mm); " },
	{ "not the first page",          { P(BEGIN "\033iz\6\12\14\0\2\0\0\0\1\0" MODES "\032") }, "refused (ESC i z is not for the first page); " },
	{ "no rows",                     { P(BEGIN "\033iz\6\12\14\0\0\0\0\0\0\0" MODES "\032") }, "refused (ESC i z announces 0 rows); " },
	{ "more rows than any label",    { P(BEGIN "\033iz\6\12\14\0\21\16\0\0\0\0" MODES "\032") }, "refused (ESC i z announces 3601 rows); " },
	{ "more rows than a die-cut",    { P(BEGIN "\033iz\16\13\30\30\355\0\0\0\0\0" "\033iM\100\033iK\10\033id\0\0" "\032") }, "refused (ESC i z announces 237 rows); refused (ESC i d is 0 rows); " },
	{ "not raster mode",             { P("\033@\033ia\0\033i!\0" ROLL MODES), ROWS(2), P("\032") }, "refused (ESC i a is not raster mode); " },
	{ "reports off",                 { P("\033@\033ia\1\033i!\1" ROLL MODES), ROWS(2), P("\032") }, "refused (ESC i ! turns the reports off); " },
	{ "mirrored by the printer",     { P(BEGIN ROLL "\033iM\300\033iK\10\033id\43\0"), ROWS(2), P("\032") }, "refused (ESC i M is not just auto cut); " },
	{ "600 dpi",                     { P(BEGIN ROLL "\033iM\100\033iK\110\033id\43\0"), ROWS(2), P("\032") }, "refused (ESC i K is not just cut at the end); " },
	{ "another margin",              { P(BEGIN ROLL "\033iM\100\033iK\10\033id\0\0"), ROWS(2), P("\032") }, "refused (ESC i d is 0 rows); " },
	{ "a command twice",             { P(BEGIN ROLL ROLL MODES), ROWS(2), P("\032") }, "refused (ESC i z out of order); " },
	{ "a command left out",          { P(BEGIN MODES), ROWS(2), P("\032") }, "refused (ESC i M out of order); refused (ESC i K out of order); refused (ESC i d out of order); " },
	{ "no ESC @",                    { P("\033ia\1\033i!\0") }, "refused (ESC i a out of order); refused (ESC i ! out of order); " },
	{ "an unknown setting",          { P(BEGIN "\033iA\1" ROLL MODES), ROWS(2), P("\032") }, "refused (an unknown command); " },
	{ "an unknown command",          { P(BEGIN ROLL MODES "\033J\1"), ROWS(2), P("\032") }, "refused (an unknown command); " },
	{ "compression",                 { P(BEGIN ROLL MODES "M\2"), ROWS(2), P("\032") }, "refused (an unknown command); " },
	{ "an empty row",                { P(BEGIN ROLL MODES), ROWS(1), P("Z\032") }, "refused (an unknown command); " },
	{ "another page to come",        { P(BEGIN ROLL MODES), ROWS(2), P("\14") }, "refused (an unknown command); " },
	{ "a row too few",               { P(BEGIN ROLL MODES), ROWS(1), P("\032") }, "refused (1 rows, announced 2); " },
	{ "a row too many",              { P(BEGIN ROLL MODES), ROWS(3), P("\032") }, "refused (more rows than the 2 announced); " },
	{ "a short row",                 { P(BEGIN ROLL MODES "g\0\1\0"), ROWS(1), P("\032") }, "refused (a row of 1 bytes, expected 90); " },
	{ "a row of a PT",               { P(BEGIN ROLL MODES "G\1\0\0"), ROWS(2), P("\032") }, "refused (an unknown command); " },
	{ "a row of another kind",       { P(BEGIN ROLL MODES "g\1"), ROWS(2), P("\032") }, "refused (an unknown kind of row); " },
	{ "a row outside a page",        { ROWS(1), PAGE }, "refused (a row outside a page); label 112x2 on 12 mm; " },
	{ "SUB outside a page",          { P("\032"), PAGE }, "refused (SUB outside a page); label 112x2 on 12 mm; " },
	{ "noise is told once",          { P("hello"), PAGE, P("bye") }, "refused (an unknown command); label 112x2 on 12 mm; refused (an unknown command); " },
};
/* clang-format on */

static void stream_make(const struct piece pieces[6], struct buf *out)
{
	for (size_t i = 0; i < 6; i++) {
		if (pieces[i].len > 0)
			buf_add_mem(out, pieces[i].text, pieces[i].len);
		for (unsigned row = 0; row < pieces[i].rows; row++) {
			buf_add_mem(out, "g\0\132", 3);
			memset(buf_grow(out, 90), 0, 90);
			out->data[out->len - 90 + 134 / 8] = 0x80 >> 134 % 8;
		}
	}
}

/* Feeds step bytes at a time. */
static struct telling *listen(struct telling *telling, struct bytes bytes, size_t step)
{
	telling->reader = brother_reader_new(&brother_head_narrow, &tellers, telling);
	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		brother_reader_feed(
			telling->reader, bytes_of(bytes.data + at, left < step ? left : step));
	}
	return telling;
}

static void telling_done(struct telling *telling)
{
	brother_reader_free(telling->reader);
	buf_done(&telling->text);
	bitmap_done(&telling->last);
}

static void test_streams_tell_what_is_in_them_however_they_are_cut(void)
{
	static const size_t steps[] = { 4096, 1, 7 };

	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		AUTO_BUF stream = { 0 };

		check_row(streams[i].name);
		stream_make(streams[i].pieces, &stream);
		for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
			struct telling telling = { 0 };

			listen(&telling, buf_bytes(&stream), steps[s]);
			check_str(buf_str(&telling.text), streams[i].told);
			telling_done(&telling);
		}
	}
}

static void test_the_dots_are_those_of_the_data(void)
{
	struct telling telling = { 0 };
	AUTO_BUF stream = { 0 };

	stream_make(streams[0].pieces, &stream);
	listen(&telling, buf_bytes(&stream), 50);
	check_int(telling.last.data[0], 0x80); /* pin 134 is the left edge of 12 mm */
	check_int(bitmap_count_black(&telling.last, bitmap_whole(&telling.last)), 2);
	telling_done(&telling);
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
		struct telling telling = { 0 };
		AUTO_BUF stream = { 0 };

		stream_make(streams[0].pieces, &stream);
		uint8_t *row = stream.data + stream.len - 91; /* before SUB */

		memset(row, 0, 90);
		row[pins[i].pin / 8] = (uint8_t)(0x80 >> pins[i].pin % 8);
		listen(&telling, buf_bytes(&stream), 4096);
		check_str(buf_str(&telling.text), pins[i].told);
		telling_done(&telling);
	}
}

static void test_a_page_is_partial_until_it_ends_or_is_given_up(void)
{
	struct telling telling = { 0 };

	listen(&telling, bytes_of_str(""), 1);
	check(brother_reader_is_at_rest(telling.reader));
	brother_reader_feed(telling.reader, bytes_of_str("\033@"));
	check(!brother_reader_is_partial(telling.reader));
	brother_reader_feed(telling.reader, bytes_of_str("\033ia\1"));
	check(brother_reader_is_partial(telling.reader));
	check(!brother_reader_media(telling.reader));
	brother_reader_feed(telling.reader, bytes_of_str("\033@"));
	check(!brother_reader_is_partial(telling.reader));
	check(!brother_reader_is_at_rest(telling.reader));
	telling_done(&telling);
}

static void test_power_up_and_abandon_free_a_printer_from_anything(void)
{
	for (size_t cut = 1; cut < 600; cut++) {
		struct telling telling = { 0 };
		AUTO_BUF stream = { 0 };

		stream_make(streams[0].pieces, &stream);
		buf_cut(&stream, cut < stream.len ? cut : stream.len - 1);
		buf_add(&stream, printer_driver_brother.abandon);
		buf_reset(&telling.text);
		listen(&telling, buf_bytes(&stream), 4096);
		check(!brother_reader_is_partial(telling.reader));
		buf_reset(&telling.text);
		buf_reset(&stream);
		stream_make(streams[0].pieces, &stream);
		brother_reader_feed(telling.reader, buf_bytes(&stream));
		check_str(buf_str(&telling.text), "label 112x2 on 12 mm; ");
		telling_done(&telling);
	}
	check(bytes_equal(printer_driver_brother.power_up, printer_driver_brother.abandon));
}

static void test_expansion_counts_labels_up_to_its_limit(void)
{
	AUTO_LABEL_LIST list = { 0 };
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	for (unsigned i = 0; i < LABEL_LIST_MAX; i++)
		stream_make(streams[0].pieces, &bytes);
	check_ok(brother_expand(&brother_head_narrow, buf_bytes(&bytes), &list, &err), &err);
	check_int(list.count, LABEL_LIST_MAX);
	label_list_done(&list);
	stream_make(streams[0].pieces, &bytes);
	check(!brother_expand(&brother_head_narrow, buf_bytes(&bytes), &list, &err));
	check_err(&err, ERR_CHECK_FAILED, "too many labels");
	check_int(list.count, 0);
}

static void test_expansion_refuses_all_but_labels(void)
{
	static const struct {
		const char *name;
		struct piece pieces[6];
		const char *message;
	} refusals[] = {
		{ "a question", { P("\033iS"), PAGE }, "question" },
		{ "only a start", { P("\0\0\033@") }, "no end" },
		{ "cut in a command", { PAGE, P("\033") }, "no end" },
		{ "something unknown", { P("x"), PAGE }, "unknown" },
	};

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		AUTO_LABEL_LIST list = { 0 };
		AUTO_BUF bytes = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		stream_make(refusals[i].pieces, &bytes);
		check(!brother_expand(&brother_head_narrow, buf_bytes(&bytes), &list, &err));
		check_err(&err, ERR_CHECK_FAILED, refusals[i].message);
		check_int(list.count, 0);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_streams_tell_what_is_in_them_however_they_are_cut),
		CHECK_TEST(test_the_dots_are_those_of_the_data),
		CHECK_TEST(test_dots_beside_the_roll_are_refused),
		CHECK_TEST(test_a_page_is_partial_until_it_ends_or_is_given_up),
		CHECK_TEST(test_power_up_and_abandon_free_a_printer_from_anything),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
	};
	return check_run("printers/lang/brother/expand", tests, ARRAY_LEN(tests));
}
