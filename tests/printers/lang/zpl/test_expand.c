/* printers/lang/zpl/expand: streams cut anywhere, every refusal, and hostile sizes. */
#include "printers/lang/zpl/expand.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
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
	static const char *const names[] = { "host; ", "faults; ", "counter; " };

	buf_add_str(&telling->text, names[query]);
}

static void tell_reprint(void *arg, bool allowed)
{
	struct telling *telling = arg;

	buf_add_str(&telling->text, allowed ? "reprint yes; " : "reprint no; ");
}

static void tell_refused(void *arg, const struct err *err)
{
	struct telling *telling = arg;

	buf_addf(&telling->text, "refused (%s); ", err->message);
}

static const struct zpl_reader_events tellers = {
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

/* AA 55 in one row: 16 x 1 dots. */
#define GRAPHIC "^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:B023"
#define LABEL "^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ"

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	const char *told;
} streams[] = {
	{ "one label", LABEL, "label 16x1; " },
	{ "line ends between commands", "\r\n^XA\r\n^FO0,0\n" GRAPHIC "\r\n^FS\n^PQ1,0,1,N\r\n\n^XZ\r\n", "label 16x1; " },
	{ "two labels", LABEL "\n" LABEL, "label 16x1; label 16x1; " },
	{ "two strips", "^XA^FO0,0" GRAPHIC "^FS^FO0,1" GRAPHIC "^FS^PQ1,0,1,N^XZ", "label 16x2; " },
	{ "questions", "~HS\r\n~HQES\r\n! U1 getvar \"odometer.total_label_count\"\r\n~HS", "host; faults; counter; host; " },
	{ "start-up", "^XA^JZN^XZ\r\n", "reprint no; " },
	{ "factory setting", "^XA^JZY^XZ", "reprint yes; " },
	{ "an empty format puts nothing out", "^XA^XZ", "" },
	{ "a question inside a format is answered at once", "^XA~HS^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ", "host; label 16x1; " },
	{ "a question cuts a graphic off", "^XA^FO0,0^GFA,2,2,2,:Z64:eJxb~HS^FS^PQ1,0,1,N^XZ" LABEL,
		"refused (the graphic is not :Z64:data:CRC); host; refused (^FS without a graphic); refused (^XZ inside a field); label 16x1; " },
	{ "abandoned, then whole", "^XA^FO0,0^GFA,2,2,2,:Z64:eJxb~JX" LABEL,
		"refused (the graphic is not :Z64:data:CRC); label 16x1; " },
	{ "a wrong CRC", "^XA^FO0,0^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:B024^FS^PQ1,0,1,N^XZ",
		"refused (the CRC of the graphic is not B023); refused (^FS without a graphic); refused (^XZ inside a field); " },
	{ "a CRC in lower case", "^XA^FO0,0^GFA,2,2,2,:Z64:eJxbFQoAAasBAA==:b023^XZ",
		"refused (the CRC of the graphic is not B023); refused (^XZ inside a field); " },
	{ "a size that the data has not", "^XA^FO0,0^GFA,4,4,2,:Z64:eJxbFQoAAasBAA==:B023^XZ",
		"refused (the graphic does not inflate to 4 bytes); refused (^XZ inside a field); " },
	{ "a size below the data's", "^XA^FO0,0^GFA,1,1,1,:Z64:eJxbFQoAAasBAA==:B023^XZ",
		"refused (the graphic does not inflate to 1 bytes); refused (^XZ inside a field); " },
	{ "text that is no base64", "^XA^FO0,0^GFA,2,2,2,:Z64:1234567:86D6^XZ",
		"refused (base64 text is not a multiple of 4 characters long); refused (^XZ inside a field); " },
	{ "b and c differ", "^XA^FO0,0^GFA,3,2,2,:Z64:eJxbFQoAAasBAA==:B023^XZ", "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "c above the range of ^GF", "^XA^FO0,0^GFA,100000,100000,2,:Z64:eJxbFQoAAasBAA==:B023^XZ", "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "c is 0", "^XA^FO0,0^GFA,0,0,2,:Z64:eJxbFQoAAasBAA==:B023^XZ", "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "binary data", "^XA^FO0,0^GFB,2,2,2,xx^XZ", "refused (^GF has wrong sizes); refused (^XZ inside a field); " },
	{ "hexadecimal data", "^XA^FO0,0^GFA,2,2,2,AA55^FS^PQ1,0,1,N^XZ", "label 16x1; " },
	{ "hexadecimal data that is too short", "^XA^FO0,0^GFA,2,2,2,AA5^XZ", "refused (the graphic does not make 2 bytes); refused (^XZ inside a field); " },
	{ "d is 0", "^XA^FO0,0^GFA,2,2,0,:Z64:eJxbFQoAAasBAA==:B023^XZ", "refused (2 bytes are no rows of 0); refused (^XZ inside a field); " },
	{ "d does not divide c", "^XA^FO0,0^GFA,2,2,3,:Z64:eJxbFQoAAasBAA==:B023^XZ", "refused (2 bytes are no rows of 3); refused (^XZ inside a field); " },
	{ "d wider than any label", "^XA^FO0,0^GFA,301,301,301,:Z64:eJxbFQoAAasBAA==:B023^XZ", "refused (301 bytes are no rows of 301); refused (^XZ inside a field); " },
	{ "strips of two widths", "^XA^FO0,0" GRAPHIC "^FS^FO0,1^GFA,2,2,1,:Z64:eJxbFQoAAasBAA==:B023^FS^PQ1,0,1,N^XZ",
		"refused (strips of different widths); refused (^FS without a graphic); refused (^XZ inside a field); " },
	{ "a gap between strips", "^XA^FO0,0" GRAPHIC "^FS^FO0,2" GRAPHIC "^FS^PQ1,0,1,N^XZ",
		"refused (a strip starts at row 2, expected 1); refused (^FS without a graphic); refused (^XZ inside a field); " },
	{ "not at the left edge", "^XA^FO1,0" GRAPHIC "^FS^XZ", "refused (^FO is not 0,row); refused (^GF without ^FO); refused (^FS without a graphic); " },
	{ "^FO below any label", "^XA^FO0,3601^XZ", "refused (^FO is not 0,row); " },
	{ "^FO twice", "^XA^FO0,0^FO0,0^XZ", "refused (^FO inside a field); refused (^XZ inside a field); " },
	{ "two copies", "^XA^FO0,0" GRAPHIC "^FS^PQ2,0,1,N^XZ", "refused (^PQ is not 1,0,1,N, once); refused (a label without ^PQ); " },
	{ "^PQ twice", "^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^PQ1,0,1,N^XZ", "refused (^PQ is not 1,0,1,N, once); " },
	{ "no ^PQ", "^XA^FO0,0" GRAPHIC "^FS^XZ", "refused (a label without ^PQ); " },
	{ "^JZ of another kind", "^XA^JZX^XZ", "refused (^JZ is neither N nor Y); " },
	{ "calibration", "^XA^MNY" "^XZ~TA016\n~JSN" LABEL,
		"refused (an unknown command); refused (an unknown command); refused (text that is no command); refused (an unknown command); refused (text that is no command); label 16x1; " },
	{ "a command outside", "^PQ1,0,1,N" LABEL, "refused (a command outside ^XA and ^XZ); label 16x1; " },
	{ "^XA inside a format", "^XA^FO0,0" LABEL, "refused (^XA inside a format); label 16x1; " },
	{ "^XZ outside", "^XZ" LABEL, "refused (^XZ outside a format); label 16x1; " },
	{ "text in front", "hello" LABEL, "refused (text that is no command); label 16x1; " },
	{ "text inside a format", "^XA;^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ", "refused (text that is no command); " },
	{ "another variable", "! U1 getvar \"device.name\"\r\n~HS",
		"refused (an unknown line); refused (text that is no command); host; " },
	{ "end of text ends no format", "^XA\003" LABEL, "refused (text that is no command); refused (^XA inside a format); label 16x1; " },
};
/* clang-format on */

static void test_streams_tell_what_is_in_them(void)
{
	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		struct telling telling = { 0 };
		struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);

		check_row(streams[i].name);
		zpl_reader_feed(reader, bytes_of_str(streams[i].bytes));
		check_str(buf_str(&telling.text), streams[i].told);
		check(!zpl_reader_is_partial(reader));
		zpl_reader_free(reader);
		telling_done(&telling);
	}
}

/* Text outside commands is told per run, so only where it is cut may differ. */
static bool is_cut_alike(const char *told)
{
	return !strstr(told, "text that is no command");
}

static void test_streams_tell_the_same_when_they_come_byte_by_byte(void)
{
	unsigned rows = 0;

	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		if (!is_cut_alike(streams[i].told))
			continue;
		struct telling telling = { 0 };
		struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);

		check_row(streams[i].name);
		for (const char *at = streams[i].bytes; *at; at++)
			zpl_reader_feed(reader, bytes_of(at, 1));
		check_str(buf_str(&telling.text), streams[i].told);
		zpl_reader_free(reader);
		telling_done(&telling);
		rows++;
	}
	check_row(NULL);
	check(rows > 30);
}

static void test_a_cut_format_is_partial_until_it_is_abandoned(void)
{
	struct telling telling = { 0 };
	struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);

	check(zpl_reader_is_at_rest(reader));
	zpl_reader_feed(reader, bytes_of_str("^XA^FO0,0^GFA,2,2,"));
	check(zpl_reader_is_partial(reader));
	check(!zpl_reader_is_at_rest(reader));
	zpl_reader_feed(reader, bytes_of_str("~JX"));
	check(!zpl_reader_is_partial(reader));
	check(zpl_reader_is_at_rest(reader));
	zpl_reader_free(reader);
	telling_done(&telling);
}

static void test_the_dots_are_those_of_the_data(void)
{
	struct telling telling = { 0 };
	struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);

	zpl_reader_feed(reader, bytes_of_str(LABEL));
	check_bytes(bytes_of(telling.last.data, 2), bytes_of("\xaa\x55", 2));
	zpl_reader_free(reader);
	telling_done(&telling);
}

static void test_a_command_without_end_is_dropped_at_the_limit(void)
{
	struct telling telling = { 0 };
	struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);
	AUTO_BUF flood = { 0 };

	buf_add_str(&flood, "^XA^FO0,0^GFA,2,2,2,:Z64:");
	memset(buf_grow(&flood, ZPL_COMMAND_MAX), 'A', ZPL_COMMAND_MAX);
	zpl_reader_feed(reader, buf_bytes(&flood));
	check_str(buf_str(&telling.text), "refused (a command is too long); ");
	zpl_reader_feed(reader, bytes_of_str("^XZ" LABEL));
	check_contains(buf_str(&telling.text), "label 16x1; ");
	zpl_reader_free(reader);
	telling_done(&telling);
}

static void test_a_label_cannot_grow_beyond_the_longest(void)
{
	struct telling telling = { 0 };
	struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);
	AUTO_BUF format = { 0 };

	buf_add_str(&format, "^XA");
	for (unsigned y = 0; y <= BITMAP_HEIGHT_DOTS_MAX; y++)
		buf_addf(&format, "^FO0,%u" GRAPHIC "^FS", y);
	zpl_reader_feed(reader, buf_bytes(&format));
	check_contains(buf_str(&telling.text), "refused (the label is too long); ");
	zpl_reader_free(reader);
	telling_done(&telling);
}

static void test_many_small_commands_in_one_piece_stay_fast(void)
{
	struct telling telling = { 0 };
	struct zpl_reader *reader = zpl_reader_new(&tellers, &telling);
	AUTO_BUF flood = { 0 };

	for (unsigned i = 0; i < 100000; i++)
		buf_add_str(&flood, "~HS");
	zpl_reader_feed(reader, buf_bytes(&flood));
	check_int(telling.text.len, strlen("host; ") * 100000);
	zpl_reader_free(reader);
	telling_done(&telling);
}

/* clang-format off */
static const struct {
	const char *name;
	const char *bytes;
	const char *message;
} refusals[] = {
	{ "cut before the end", "^XA^FO0,0" GRAPHIC "^FS^PQ1,0,1,N", "no end" },
	{ "cut in a command", LABEL "^X", "no end" },
	{ "a question", LABEL "~HS", "question" },
	{ "a setting", "^XA^JZN^XZ" LABEL, "^JZ" },
	{ "an unknown command", "^XA^PW406^FO0,0" GRAPHIC "^FS^PQ1,0,1,N^XZ", "unknown command" },
};
/* clang-format on */

static void test_expansion_refuses_all_but_labels(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		AUTO_LABEL_LIST list = { 0 };
		struct err err = { 0 };

		check_row(refusals[i].name);
		check(!zpl_expand(bytes_of_str(refusals[i].bytes), &list, &err));
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
	check_ok(zpl_expand(buf_bytes(&bytes), &list, &err), &err);
	check_int(list.count, LABEL_LIST_MAX);
	label_list_done(&list);
	buf_add_str(&bytes, LABEL);
	check(!zpl_expand(buf_bytes(&bytes), &list, &err));
	check_err(&err, ERR_CHECK_FAILED, "too many labels");
	check_int(list.count, 0);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_streams_tell_what_is_in_them),
		CHECK_TEST(test_streams_tell_the_same_when_they_come_byte_by_byte),
		CHECK_TEST(test_a_cut_format_is_partial_until_it_is_abandoned),
		CHECK_TEST(test_the_dots_are_those_of_the_data),
		CHECK_TEST(test_a_command_without_end_is_dropped_at_the_limit),
		CHECK_TEST(test_a_label_cannot_grow_beyond_the_longest),
		CHECK_TEST(test_many_small_commands_in_one_piece_stay_fast),
		CHECK_TEST(test_expansion_refuses_all_but_labels),
		CHECK_TEST(test_expansion_counts_labels_up_to_its_limit),
	};
	return check_run("printers/lang/zpl/expand", tests, ARRAY_LEN(tests));
}
