/* scanners/opc: frames with a checksum, doubled DLE, repeats (SC-06). */
#include "scanners/opc.h"

#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/scanners/line_rig.h"
#include "tests/scanners/samples.h"

static void begin(void)
{
	line_begin(&scanner_driver_opc);
}

static uint16_t crc_of(struct bytes bytes)
{
	uint16_t crc = 0xFFFF;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1);
	}
	return crc ^ 0xFFFF;
}

/* From the type on, in hex, DLE doubled where it is to be. */
static void frame_add(const char *hex, struct buf *out)
{
	size_t at = out->len;

	hex_add(out, "1002");
	hex_add(out, hex);
	hex_add(out, "1003");
	uint16_t crc = crc_of(bytes_of(out->data + at, out->len - at));

	buf_add_byte(out, (uint8_t)(crc >> 8));
	buf_add_byte(out, (uint8_t)crc);
}

static void say(const char *hex)
{
	AUTO_BUF frame = { 0 };

	frame_add(hex, &frame);
	line_say(buf_bytes(&frame));
}

#define CODE(number, id) "82" number id "0001 000000 "

static void test_frames_however_they_are_cut(void)
{
	AUTO_BUF both = { 0 };

	frame_add(CODE("0001", "07") "3132 1010 33", &both);
	buf_add_str(&both, "noise\x10");
	frame_add("a2 0002 66 0001 00000000 00000000000000 41", &both);
	for (size_t cut = 0; cut <= both.len; cut++) {
		begin();
		line_say(bytes_of(both.data, cut));
		line_say(bytes_of(both.data + cut, both.len - cut));
		line_check("]C012\x10"
			   "3;]d1A;",
			"");
		line_end();
	}
}

static void test_a_repeat_is_no_second_scan(void)
{
	begin();
	say(CODE("0001", "07") "31");
	say(CODE("0001", "07") "31");
	line_check("]C01;", "");
	say(CODE("0002", "07") "31"); /* read again by a person */
	say(CODE("0002", "07") "32"); /* numbers begun anew */
	line_check("]C01;]C02;", "");
	line_end();
}

static void test_a_dle_in_a_header_doubled_or_not(void)
{
	begin();
	say(CODE("0010", "07") "31");
	say(CODE("1010 11", "07") "32");
	line_check("]C01;]C02;", "");
	line_end();
}

static void test_what_is_wrong_is_dropped_and_the_next_is_whole(void)
{
	static const struct {
		const char *name;
		const char *hex; /* of all */
	} rows[] = {
		{ "a wrong CRC", "1002 82000107000100000031 1003 1234" },
		{ "a header cut short", "1002 820001 1003 0000" },
		{ "no data", "1002 8200010700010000 00 1003 0000" },
		{ "no type", "1002 1003 0000" },
		{ "a single DLE in the data", "1002 82000107000100000031 1031" },
		{ "a beginning inside", "1002 82000107000100000031 1002" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF bytes = { 0 };

		check_row(rows[i].name);
		begin();
		hex_add(&bytes, rows[i].hex);
		line_say(buf_bytes(&bytes));
		line_check("bad;", "");
		line_end();
	}
	begin();
	AUTO_BUF inside = { 0 };

	hex_add(&inside, "1002 820001070001000000 31");
	frame_add(CODE("0002", "07") "32", &inside);
	line_say(buf_bytes(&inside));
	line_check("bad;]C02;", "");
	line_end();
}

/* As the maker's own reader does. */
static void test_a_crc_of_zero_is_let_pass(void)
{
	AUTO_BUF bytes = { 0 };

	begin();
	hex_add(&bytes, "1002 820001070001000000 31 1003 0000");
	line_say(buf_bytes(&bytes));
	line_check("]C01;", "");
	line_end();
}

static void test_other_frames_are_no_scans(void)
{
	begin();
	say("64 0001 01 00");
	say("10 1031"); /* of a type below 20, no header; its number is a doubled DLE */
	line_check("", "");
	say(CODE("0003", "07") "33");
	line_check("]C03;", "");
	say(CODE("0004", "fe") "33"); /* a code that nobody knows */
	line_check("3;", "");
	line_end();
}

static void test_a_part_is_never_given_out(void)
{
	AUTO_BUF frame = { 0 };

	frame_add(CODE("0001", "07") "313233", &frame);
	for (size_t cut = 3; cut < frame.len; cut++) {
		begin();
		line_say(bytes_of(frame.data, cut));
		line_silence();
		line_check("bad;", "");
		line_say(bytes_of(frame.data + cut, frame.len - cut));
		say(CODE("0002", "07") "37");
		line_check("]C07;", "");
		line_say(bytes_of(frame.data, cut));
		scan_collector_cut(&line.collector); /* something was lost */
		say(CODE("0003", "07") "38");
		line_check("]C08;", "");
		line_end();
	}
}

static void test_the_longest_and_what_is_longer(void)
{
	for (int more = 0; more < 2; more++) {
		AUTO_BUF hex = { 0 };

		buf_add_str(&hex, "a2 0002 66 0001 00000000 00000000000000");
		for (unsigned i = 0; i < SCAN_MAX + (unsigned)more; i++)
			buf_add_str(&hex, "41");
		begin();
		say(buf_str(&hex));
		check_int(line.told.len, more ? 4 : 3 + SCAN_MAX + 1);
		line_end();
	}
}

static void test_commands_are_frames_with_numbers(void)
{
	AUTO_BUF out = { 0 };
	AUTO_BUF hex = { 0 };

	begin();
	check(scanner_driver_opc.feedback(&line.collector, SCAN_STORED, &out));
	hex_encode(buf_bytes(&out), &hex);
	check_str(buf_str(&hex), "100243000042"
				 "1003"
				 "1e7e"); /* as its source has it */
	buf_reset(&out);
	buf_reset(&hex);
	check(scanner_driver_opc.feedback(&line.collector, SCAN_STOP, &out));
	hex_encode(bytes_of(out.data, out.len - 2), &hex);
	check_str(buf_str(&hex), "100243000145"
				 "1003");
	buf_reset(&out);
	check(scanner_driver_opc.feedback(&line.collector, SCAN_NOTE, &out));
	check_int(out.len, 0);
	for (int i = 0; i < 40; i++) { /* never a DLE inside */
		buf_reset(&out);
		check(scanner_driver_opc.feedback(&line.collector, SCAN_STOP, &out));
		check_int(out.len, 10);
		check(!memchr(out.data + 2, 0x10, 4));
	}
	line_end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_frames_however_they_are_cut),
		CHECK_TEST(test_a_repeat_is_no_second_scan),
		CHECK_TEST(test_a_dle_in_a_header_doubled_or_not),
		CHECK_TEST(test_what_is_wrong_is_dropped_and_the_next_is_whole),
		CHECK_TEST(test_a_crc_of_zero_is_let_pass),
		CHECK_TEST(test_other_frames_are_no_scans),
		CHECK_TEST(test_a_part_is_never_given_out),
		CHECK_TEST(test_the_longest_and_what_is_longer),
		CHECK_TEST(test_commands_are_frames_with_numbers),
	};
	return check_run("scanners/opc", tests, ARRAY_LEN(tests));
}
