/* scanners/opc: frames with a checksum, doubled DLE, repeats (SC-06). */
#include "scanners/opc.h"

#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/scanners/samples.h"

static struct {
	struct scan_collector collector;
	struct buf told;
} it;

static void begin(void)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	check_ok(scanner_driver_opc.begin(&it.collector, (struct bytes) { 0 }, &err), &err);
}

static void end(void)
{
	scan_collector_done(&it.collector);
	buf_done(&it.told);
}

static void tell(enum scan_reading reading, const struct scan *scan)
{
	if (reading == SCAN_READING_BAD) {
		scan_collector_reset(&it.collector); /* as its owner does */
		buf_add_str(&it.told, "bad;");
	}
	if (reading != SCAN_READING_DONE)
		return;
	check_int(scan->end, SCAN_END_DECLARED);
	buf_add_str(&it.told, scan->aim);
	buf_add(&it.told, scan->raw);
	buf_add_str(&it.told, ";");
}

static void say_bytes(struct bytes in)
{
	while (in.len > 0) {
		struct scan scan = { 0 };
		size_t before = in.len;
		enum scan_reading reading = scanner_driver_opc.decode(&it.collector, &in, &scan);

		check(in.len < before);
		tell(reading, &scan);
	}
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
	say_bytes(buf_bytes(&frame));
}

static void be_silent(void)
{
	struct scan scan = { 0 };

	tell(scanner_driver_opc.idle(&it.collector, &scan), &scan);
}

static void check_told(const char *told)
{
	check_str(buf_str(&it.told), told);
	buf_reset(&it.told);
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
		say_bytes(bytes_of(both.data, cut));
		say_bytes(bytes_of(both.data + cut, both.len - cut));
		check_told("]C012\x10"
			   "3;]d1A;");
		end();
	}
}

static void test_a_repeat_is_no_second_scan(void)
{
	begin();
	say(CODE("0001", "07") "31");
	say(CODE("0001", "07") "31");
	check_told("]C01;");
	say(CODE("0002", "07") "31"); /* read again by a person */
	say(CODE("0002", "07") "32"); /* numbers begun anew */
	check_told("]C01;]C02;");
	end();
}

static void test_a_dle_in_a_header_doubled_or_not(void)
{
	begin();
	say(CODE("0010", "07") "31");
	say(CODE("1010 11", "07") "32");
	check_told("]C01;]C02;");
	end();
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
		say_bytes(buf_bytes(&bytes));
		check_told("bad;");
		end();
	}
	begin();
	AUTO_BUF inside = { 0 };

	hex_add(&inside, "1002 820001070001000000 31");
	frame_add(CODE("0002", "07") "32", &inside);
	say_bytes(buf_bytes(&inside));
	check_told("bad;]C02;");
	end();
}

/* As the maker's own reader does. */
static void test_a_crc_of_zero_is_let_pass(void)
{
	AUTO_BUF bytes = { 0 };

	begin();
	hex_add(&bytes, "1002 820001070001000000 31 1003 0000");
	say_bytes(buf_bytes(&bytes));
	check_told("]C01;");
	end();
}

static void test_other_frames_are_no_scans(void)
{
	begin();
	say("64 0001 01 00");
	say("10 1031"); /* of a type below 20, no header; its number is a doubled DLE */
	check_told("");
	say(CODE("0003", "07") "33");
	check_told("]C03;");
	say(CODE("0004", "fe") "33"); /* a code that nobody knows */
	check_told("3;");
	end();
}

static void test_a_part_is_never_given_out(void)
{
	AUTO_BUF frame = { 0 };

	frame_add(CODE("0001", "07") "313233", &frame);
	for (size_t cut = 3; cut < frame.len; cut++) {
		begin();
		say_bytes(bytes_of(frame.data, cut));
		be_silent();
		check_told("bad;");
		say_bytes(bytes_of(frame.data + cut, frame.len - cut));
		say(CODE("0002", "07") "37");
		check_told("]C07;");
		say_bytes(bytes_of(frame.data, cut));
		scan_collector_cut(&it.collector); /* something was lost */
		say(CODE("0003", "07") "38");
		check_told("]C08;");
		end();
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
		check_int(it.told.len, more ? 4 : 3 + SCAN_MAX + 1);
		end();
	}
}

static void test_commands_are_frames_with_numbers(void)
{
	AUTO_BUF out = { 0 };
	AUTO_BUF hex = { 0 };

	begin();
	check(scanner_driver_opc.feedback(&it.collector, SCAN_STORED, &out));
	hex_encode(buf_bytes(&out), &hex);
	check_str(buf_str(&hex), "100243000042"
				 "1003"
				 "1e7e"); /* as its source has it */
	buf_reset(&out);
	buf_reset(&hex);
	check(scanner_driver_opc.feedback(&it.collector, SCAN_STOP, &out));
	hex_encode(bytes_of(out.data, out.len - 2), &hex);
	check_str(buf_str(&hex), "100243000145"
				 "1003");
	buf_reset(&out);
	check(scanner_driver_opc.feedback(&it.collector, SCAN_NOTE, &out));
	check_int(out.len, 0);
	for (int i = 0; i < 40; i++) { /* never a DLE inside */
		buf_reset(&out);
		check(scanner_driver_opc.feedback(&it.collector, SCAN_STOP, &out));
		check_int(out.len, 10);
		check(!memchr(out.data + 2, 0x10, 4));
	}
	end();
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
