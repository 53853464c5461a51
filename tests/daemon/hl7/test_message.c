/* daemon/hl7/message, header and text: delimiters, segments, parts and escapes (HL-02). */
#include "daemon/hl7/message.h"

#include "daemon/base/auto.h"
#include "tests/check.h"

DEFINE_AUTO(struct arena, arena_free)

static const struct hl7_delims usual = { '|', '^', '~', '\\', '&', 0 };

static const struct hl7_charset *utf8(void)
{
	return hl7_charset_find(bytes_of_str("UNICODE UTF-8"));
}

/* Parses text as UTF-8 into out; what it points to lives in arena. */
static bool parse(
	struct hl7_message *out, struct arena *arena, struct bytes raw, struct hl7_fault *fault)
{
	struct hl7_header header;

	return hl7_header_read(&header, raw, fault) &&
	       hl7_message_parse(out, arena, raw, &header, utf8(), fault);
}

static void test_delimiters_come_from_the_header(void)
{
	static const struct {
		const char *text;
		struct hl7_delims delims;
	} rows[] = {
		{ "MSH|^~\\&|A", { '|', '^', '~', '\\', '&', 0 } },
		{ "MSH|^~\\&#|A", { '|', '^', '~', '\\', '&', '#' } },
		{ "MSH$%*!+|$A", { '$', '%', '*', '!', '+', '|' } },
		{ "MSH|^~\\&", { '|', '^', '~', '\\', '&', 0 } },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct hl7_header header;
		struct hl7_fault fault;

		check_row(rows[i].text);
		check(hl7_header_read(&header, bytes_of_str(rows[i].text), &fault));
		check_bytes(bytes_of(&header.delims, sizeof(header.delims)),
			bytes_of(&rows[i].delims, sizeof(rows[i].delims)));
	}
}

static void test_headers_that_are_not_hl7_are_refused_and_can_be_answered(void)
{
	static const struct {
		const char *text;
		unsigned code;
		const char *why;
	} rows[] = {
		{ "", 100, "does not begin with an MSH" },
		{ "PID|1", 100, "does not begin with an MSH" },
		{ "msh|^~\\&|", 100, "does not begin with an MSH" },
		{ "MSH", 102, "delimiters" },
		{ "MSH|", 102, "delimiters" },
		{ "MSH|^~\\", 102, "delimiters" },
		{ "MSH|^~\\&#!|", 102, "delimiters" },
		{ "MSH|^~^&|", 102, "delimiters" },
		{ "MSH|^~\\ |", 102, "delimiters" },
		{ "MSHA^~\\&A", 102, "delimiters" },
		{ "MSH\r^~\\&", 102, "delimiters" },
		{ "MSH|^~\\&|A\x01|B", 102, "MSH-3 holds a control character" },
		{ "FHS|^~\\&|A", 200, "batches" },
		{ "BHS|^~\\&|A", 200, "batches" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct hl7_header header;
		struct hl7_fault fault = { 0 };

		check_row(rows[i].text);
		check(!hl7_header_read(&header, bytes_of_str(rows[i].text), &fault));
		check_int(fault.ack, HL7_AR);
		check_int(fault.code, rows[i].code);
		check_contains(fault.text, rows[i].why);
		check_int(header.delims.field, '|');
		check_int(header.field[MSH_SENDING_APPLICATION].len, 0);
	}
}

static void test_header_field_over_the_limit_is_refused_but_the_rest_is_mirrored(void)
{
	for (size_t extra = 0; extra <= 1; extra++) {
		AUTO_BUF text = { 0 };
		struct hl7_header header;
		struct hl7_fault fault = { 0 };
		size_t len = HL7_HEADER_FIELD_MAX + extra;

		buf_add_str(&text, "MSH|^~\\&|");
		memset(buf_grow(&text, len), 'a', len);
		buf_add_str(&text, "|FACILITY\rPID");
		check_int(hl7_header_read(&header, buf_bytes(&text), &fault), extra == 0);
		check_contains(fault.text, extra ? "MSH-3 is longer than 250" : "");
		check_int(header.field[MSH_SENDING_APPLICATION].len,
			extra ? 0 : HL7_HEADER_FIELD_MAX);
		check(bytes_is(header.field[MSH_SENDING_FACILITY], "FACILITY"));
	}
}

static void test_segments_are_found_by_name_and_number(void)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct hl7_message message;
	struct hl7_fault fault;

	check(parse(&message, arena,
		bytes_of_str("MSH|^~\\&|APP^1.2^ISO|FAC\rZZ1\rOBX|1\r\rOBX|2||\"\"\nx|\r"),
		&fault));
	check_int(message.count, 4);
	check(!message.line_feeds);
	const struct hl7_segment *msh = hl7_segment_find(&message, "MSH", 1);
	const struct hl7_segment *last = hl7_segment_find(&message, "OBX", 2);

	check(bytes_is(hl7_field(&message, msh, 1), "|"));
	check(bytes_is(hl7_field(&message, msh, 2), "^~\\&"));
	check(bytes_is(hl7_field(&message, msh, 3), "APP^1.2^ISO"));
	check(bytes_is(hl7_field(&message, msh, 4), "FAC"));
	check(bytes_is(hl7_field(&message, last, 3), "\"\"\nx"));
	check(bytes_is(hl7_field(&message, hl7_segment_find(&message, "ZZ1", 1), 1), ""));
	check(!hl7_segment_find(&message, "OBX", 3));
	check(!hl7_segment_find(&message, "PID", 1));
}

static void test_parts_of_a_field_are_found_by_number(void)
{
	struct hl7_message message = { .delims = usual };
	struct bytes field = bytes_of_str("a^b&c~d");
	struct bytes component = hl7_component(&message, hl7_repetition(&message, field, 1), 2);

	check_int(hl7_repetition_count(&message, field), 2);
	check_int(hl7_repetition_count(&message, bytes_of_str("")), 0);
	check_int(hl7_repetition_count(&message, bytes_of_str("~")), 2);
	check(bytes_is(hl7_repetition(&message, field, 2), "d"));
	check(bytes_is(hl7_repetition(&message, field, 3), ""));
	check(bytes_is(hl7_subcomponent(&message, component, 1), "b"));
	check(bytes_is(hl7_subcomponent(&message, component, 2), "c"));
	check(bytes_is(hl7_subcomponent(&message, component, 3), ""));
}

static void test_line_ends_are_told_apart(void)
{
	static const struct {
		const char *text;
		size_t count;
		bool line_feeds;
	} rows[] = {
		{ "MSH|^~\\&|\rPID|1\r", 2, false },
		{ "MSH|^~\\&|\rPID|1", 2, false },
		{ "MSH|^~\\&|\nPID|1\n", 2, true },
		{ "MSH|^~\\&|\r\nPID|1\r\n", 2, true },
		{ "MSH|^~\\&|\rNTE|1||two\nlines\r", 2, false },
		{ "MSH|^~\\&|", 1, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		struct hl7_message message;
		struct hl7_fault fault;

		check_row(rows[i].text);
		check(parse(&message, arena, bytes_of_str(rows[i].text), &fault));
		check_int(message.count, rows[i].count);
		check_int(message.line_feeds, rows[i].line_feeds);
	}
}

static void test_messages_that_can_not_be_cut_name_the_place(void)
{
	static const struct {
		const char *text;
		unsigned code;
		const char *location;
	} rows[] = {
		{ "MSH|^~\\&|\rhello\r", 100, "MSH" },
		{ "MSH|^~\\&|\rPID|1\rOBR|1\rOBR|2\rP1\r", 100, "OBR[2]" },
		{ "MSH|^~\\&|\rPIDX|1\r", 100, "MSH" },
		{ "MSH|^~\\&|\r1AB|1\r", 100, "MSH" },
		{ "MSH|^~\\&|\rPID^1\r", 100, "MSH" },
		{ "MSH|^~\\&|\rPID|1\rMSH|^~\\&|\r", 100, "MSH[2]" },
		{ "MSH|^~\\&|\rPID|1||a\xff\r", 102, "PID-3" },
		{ "MSH|^~\\&|\xff\r", 102, "MSH-3" },
		{ "MSH|^~\\&|\rOBX|1\rOBX|\xff\r", 102, "OBX[2]-1" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		struct hl7_message message;
		struct hl7_fault fault = { 0 };
		char location[HL7_LOCATION_TEXT_MAX];

		check_row(rows[i].text);
		check(!parse(&message, arena, bytes_of_str(rows[i].text), &fault));
		check_int(fault.ack, HL7_AE);
		check_int(fault.code, rows[i].code);
		hl7_location_write(&fault.at, location);
		check_str(location, rows[i].location);
	}
}

static void test_zero_byte_is_refused(void)
{
	static const char text[] = "MSH|^~\\&|A\rPID|1|\0|\r";
	AUTO(arena_free) struct arena *arena = arena_new();
	struct hl7_message message;
	struct hl7_fault fault = { 0 };

	check(!parse(&message, arena, bytes_of(text, sizeof(text) - 1), &fault));
	check_str(fault.text, "a zero byte in the text");
	check_str(fault.at.segment, "PID");
	check_int(fault.at.field, 2);
}

static void test_limits_of_segments_and_fields(void)
{
	static const struct {
		const char *begin;
		const char *part;
		size_t largest;
		const char *why;
	} rows[] = {
		{ "MSH|^~\\&|\r", "OBX|1\r", HL7_SEGMENTS_MAX - 1, "segments in one message" },
		{ "MSH|^~\\&|\rPID", "|", HL7_FIELDS_MAX, "fields in one segment" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t extra = 0; extra <= 1; extra++) {
			AUTO(arena_free) struct arena *arena = arena_new();
			AUTO_BUF text = { 0 };
			struct hl7_message message;
			struct hl7_fault fault = { 0 };

			check_row(rows[i].why);
			buf_add_str(&text, rows[i].begin);
			for (size_t n = 0; n < rows[i].largest + extra; n++)
				buf_add_str(&text, rows[i].part);
			check_int(parse(&message, arena, buf_bytes(&text), &fault), extra == 0);
			check_contains(fault.text, extra ? rows[i].why : "");
		}
	}
}

static void test_escapes_become_text(void)
{
	static const struct {
		const char *part;
		const char *text; /* NULL: refused */
	} rows[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f" },
		{ "\\X41\\\\X20C3A9\\", "A é" },
		{ "a\\.br\\b\\.sp\\c\\.sp+2\\d\\.ce\\e", "a\nb\nc\nd\ne" },
		{ "\\H\\loud\\N\\ low\\.in+4\\\\.ti-2\\\\.fi\\\\.nf\\\\.sk3\\", "loud low" },
		{ "\\Zab\\", "\\Zab\\" },
		{ "\\P\\", "\\P\\" },
		{ "\\\\", "\\\\" },
		{ "C:\\labs", "C:\\labs" },
		{ "\\X-ray\\", "\\X-ray\\" },
		{ "\\X4\\", "\\X4\\" },
		{ "\\Clinic\\", "\\Clinic\\" },
		{ "\\X00\\", NULL },
		{ "\\XC3\\", NULL },
		{ "\\C2842\\x", NULL },
		{ "\\M2442\\x", NULL },
		{ "\\M244242\\x", NULL },
	};
	struct hl7_message message = { .delims = usual, .charset = utf8() };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF out = { 0 };
		const char *why = "";

		check_row(rows[i].part);
		check_int(hl7_text_decode(&message, bytes_of_str(rows[i].part), &out, &why),
			rows[i].text != NULL);
		check_contains(why, rows[i].text ? "" : "character set");
		if (rows[i].text)
			check_str(buf_str(&out), rows[i].text);
	}
}

static void test_hexadecimal_escape_is_in_the_message_character_set(void)
{
	struct hl7_message message = { .delims = usual,
		.charset = hl7_charset_find(bytes_of_str("8859/1")) };
	AUTO_BUF out = { 0 };
	const char *why = NULL;

	check(hl7_text_decode(&message, bytes_of_str("M\\XDC\\LLER"), &out, &why));
	check_str(buf_str(&out), "MÜLLER");
}

static bool survives(const struct hl7_delims *delims, struct bytes plain)
{
	struct hl7_message message = { .delims = *delims, .charset = utf8() };
	AUTO_BUF encoded = { 0 };
	AUTO_BUF decoded = { 0 };
	const char *why = NULL;

	hl7_text_encode(delims, plain, &encoded);
	return hl7_text_decode(&message, buf_bytes(&encoded), &decoded, &why) &&
	       bytes_equal(buf_bytes(&decoded), plain) &&
	       !memchr(encoded.data, delims->field, encoded.len) &&
	       !memchr(encoded.data, delims->component, encoded.len);
}

static void test_every_printable_text_survives_encoding_and_decoding(void)
{
	static const struct hl7_delims sets[] = {
		{ '|', '^', '~', '\\', '&', 0 },
		{ '|', '^', '~', '\\', '&', '#' },
		{ '$', '%', '*', '!', '+', '|' },
	};

	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		unsigned survived = 0;

		for (unsigned a = 0x20; a < 0x7f; a++) {
			for (unsigned b = 0x20; b < 0x7f; b++) {
				const uint8_t text[] = { (uint8_t)a, (uint8_t)b, 0xc3, 0xa9,
					(uint8_t)a };

				survived += survives(&sets[i], bytes_of(text, sizeof(text)));
			}
		}
		check_int(survived, 95 * 95);
	}
}

static void test_control_characters_are_written_as_blanks(void)
{
	AUTO_BUF out = { 0 };

	hl7_text_encode(&usual, bytes_of_str("a\rMSA|AA\x1c\x7f"), &out);
	check_str(buf_str(&out), "a MSA\\F\\AA  ");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_delimiters_come_from_the_header),
		CHECK_TEST(test_headers_that_are_not_hl7_are_refused_and_can_be_answered),
		CHECK_TEST(test_header_field_over_the_limit_is_refused_but_the_rest_is_mirrored),
		CHECK_TEST(test_segments_are_found_by_name_and_number),
		CHECK_TEST(test_parts_of_a_field_are_found_by_number),
		CHECK_TEST(test_line_ends_are_told_apart),
		CHECK_TEST(test_messages_that_can_not_be_cut_name_the_place),
		CHECK_TEST(test_zero_byte_is_refused),
		CHECK_TEST(test_limits_of_segments_and_fields),
		CHECK_TEST(test_escapes_become_text),
		CHECK_TEST(test_hexadecimal_escape_is_in_the_message_character_set),
		CHECK_TEST(test_every_printable_text_survives_encoding_and_decoding),
		CHECK_TEST(test_control_characters_are_written_as_blanks),
	};

	return check_run("hl7/message", tests, ARRAY_LEN(tests));
}
