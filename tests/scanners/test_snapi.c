/* scanners/snapi: parts of a scan, acknowledged, repeated, missing (SC-14). */
#include "scanners/snapi.h"

#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/scanners/reading.h"

#define ACK "01220100"
#define ACK_LARGE "01260100"

static struct {
	struct scan_collector collector;
	struct buf told;
	struct buf answered; /* hex */
} it;

static void begin(void)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	check_ok(scanner_driver_snapi.begin(&it.collector, (struct bytes) { 0 }, &err), &err);
}

static void end(void)
{
	scan_collector_done(&it.collector);
	buf_done(&it.told);
	buf_done(&it.answered);
}

static void say_bytes(const void *report, size_t len)
{
	struct scan scan = { 0 };
	enum scan_reading reading =
		read_report(&scanner_driver_snapi, &it.collector, bytes_of(report, len), &scan);

	if (reading == SCAN_READING_BAD) {
		scan_collector_reset(&it.collector); /* as its owner does */
		buf_add_str(&it.told, "bad;");
	} else if (reading == SCAN_READING_DONE) {
		check_int(scan.end, SCAN_END_DECLARED);
		buf_add_str(&it.told, scan.aim);
		buf_add(&it.told, scan.raw);
		buf_add_str(&it.told, ";");
	}
	hex_encode(buf_bytes(&it.collector.answer), &it.answered);
	buf_reset(&it.collector.answer);
}

/* A report of 32 bytes. */
static void part(unsigned count, unsigned number, unsigned type, const char *text)
{
	uint8_t report[32] = { 0x22, (uint8_t)count, (uint8_t)number, (uint8_t)strlen(text),
		(uint8_t)type, (uint8_t)(type >> 8) };

	memcpy(report + 6, text, strlen(text));
	say_bytes(report, sizeof(report));
}

static void check_said(const char *told, const char *answered)
{
	check_str(buf_str(&it.told), told);
	check_str(buf_str(&it.answered), answered);
	buf_reset(&it.told);
	buf_reset(&it.answered);
}

static void test_one_part_and_several(void)
{
	begin();
	part(1, 0, 3, "123456");
	check_said("]C0123456;", ACK);
	part(1, 0, 3, "123456"); /* read again by a person */
	check_said("]C0123456;", ACK);
	part(3, 0, 27, "abc");
	part(3, 1, 27, "abc"); /* may be as the one before */
	check_said("", ACK ACK);
	part(3, 2, 27, "d");
	check_said("]d1abcabcd;", ACK);
	part(1, 0, 999, "x");
	check_said("x;", ACK);
	end();
}

static void test_a_large_code(void)
{
	uint8_t first[] = { 0x26, 0, 2, 0, 0, 2, 17, 0, 'a', 'b' };
	uint8_t second[] = { 0x26, 0, 2, 0, 1, 1, 17, 0, 'c', 'x' };

	begin();
	say_bytes(first, sizeof(first));
	say_bytes(second, sizeof(second));
	check_said("]L0abc;", ACK_LARGE ACK_LARGE);
	end();
}

static void test_a_part_that_comes_again_is_acknowledged_and_dropped(void)
{
	begin();
	part(2, 0, 3, "ab");
	part(2, 0, 3, "ab");
	part(2, 1, 3, "c");
	check_said("]C0abc;", ACK ACK ACK);
	part(2, 1, 3, "c");
	check_said("", ACK);
	part(2, 0, 3, "ab"); /* all of it again is another scan */
	part(2, 1, 3, "c");
	check_said("]C0abc;", ACK ACK);
	end();
}

static void test_a_part_is_never_given_out(void)
{
	struct scan scan = { 0 };

	begin();
	part(3, 0, 3, "ab");
	part(3, 2, 3, "c"); /* one is missing */
	check_said("bad;", ACK ACK);
	part(2, 0, 3, "ab");
	part(2, 1, 27, "c"); /* of another code */
	check_said("bad;", ACK ACK);
	part(3, 0, 3, "ab");
	part(2, 1, 3, "c"); /* of another scan */
	check_said("bad;", ACK ACK);
	part(2, 1, 3, "c"); /* of none */
	check_said("bad;", ACK);
	part(2, 0, 3, "ab");
	part(1, 0, 3, "xy"); /* not acknowledged, so it comes again */
	check_said("bad;", ACK);
	part(1, 0, 3, "xy");
	check_said("]C0xy;", ACK);
	part(2, 0, 3, "ab");
	check_int(scanner_driver_snapi.idle(&it.collector, &scan), SCAN_READING_BAD);
	scan_collector_reset(&it.collector);
	part(2, 1, 3, "c");
	check_said("bad;", ACK ACK);
	part(2, 0, 3, "ab");
	scan_collector_cut(&it.collector); /* a report was lost */
	part(2, 1, 3, "c");
	check_str(buf_str(&it.told), "bad;");
	end();
}

static void test_what_is_malformed_is_not_acknowledged(void)
{
	static const uint8_t rows[][8] = {
		{ 0x22, 0, 0, 1, 3, 0, 'a' },  /* no parts */
		{ 0x22, 1, 1, 1, 3, 0, 'a' },  /* the second of one */
		{ 0x22, 1, 0, 0, 3, 0, 'a' },  /* empty */
		{ 0x22, 1, 0, 27, 3, 0, 'a' }, /* more than there is */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin();
		say_bytes(rows[i], sizeof(rows[i]));
		check_said("bad;", "");
		end();
	}
}

static void test_other_reports_are_no_part_of_a_scan(void)
{
	begin();
	say_bytes("\x21\x22\1\0", 4);
	part(2, 0, 3, "ab");
	say_bytes("\x24\3", 2);
	say_bytes("\0\0", 2);
	say_bytes("", 0);
	part(2, 1, 3, "c");
	check_said("]C0abc;", ACK ACK);
	end();
}

static void test_a_scan_that_is_too_long_is_dropped(void)
{
	begin();
	for (unsigned i = 0; i < 100; i++)
		part(200, i, 3, "12345678901234567890123456");
	check_contains(buf_str(&it.told), "bad;");
	check(it.collector.collected.len <= SCAN_MAX);
	end();
}

static void test_verdicts_are_beeps(void)
{
	AUTO_BUF out = { 0 };

	begin();
	check(scanner_driver_snapi.feedback(&it.collector, SCAN_STORED, &out));
	check_bytes(buf_bytes(&out), bytes_of("\4\0", 2));
	buf_reset(&out);
	check(scanner_driver_snapi.feedback(&it.collector, SCAN_STOP, &out));
	check_bytes(buf_bytes(&out), bytes_of("\4\xF", 2));
	buf_reset(&out);
	check(scanner_driver_snapi.feedback(&it.collector, SCAN_REPEAT, &out));
	check_int(out.len, 0);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_one_part_and_several),
		CHECK_TEST(test_a_large_code),
		CHECK_TEST(test_a_part_that_comes_again_is_acknowledged_and_dropped),
		CHECK_TEST(test_a_part_is_never_given_out),
		CHECK_TEST(test_what_is_malformed_is_not_acknowledged),
		CHECK_TEST(test_other_reports_are_no_part_of_a_scan),
		CHECK_TEST(test_a_scan_that_is_too_long_is_dropped),
		CHECK_TEST(test_verdicts_are_beeps),
	};
	return check_run("scanners/snapi", tests, ARRAY_LEN(tests));
}
