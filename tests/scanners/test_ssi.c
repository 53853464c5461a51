/* scanners/ssi: packets of real scanners, repeats, segments, what is broken (SC-05). */
#include "scanners/ssi.h"

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/zebra.h"
#include "tests/check.h"
#include "tests/scanners/line_rig.h"
#include "tests/scanners/samples.h"

#define ACK "04d00400ff28"
#define NAK_RESEND "05d1040001ff25"
#define HOST_ACK "04960400ff62"
#define SEGMENT_ACK "04740400ff84"

static void begin(void)
{
	line_begin(&scanner_driver_ssi);
}

/* Adds the checksum. */
static void say_packet(const char *hex)
{
	AUTO_BUF packet = { 0 };
	unsigned sum = 0;

	hex_add(&packet, hex);
	for (size_t i = 0; i < packet.len; i++)
		sum += packet.data[i];
	sum = 0x10000 - sum;
	buf_add_byte(&packet, (uint8_t)(sum >> 8));
	buf_add_byte(&packet, (uint8_t)sum);
	line_say(buf_bytes(&packet));
}

/* Lines "hex | what" of the file; calls fn for each. */
static unsigned vectors_each(void (*fn)(struct bytes packet))
{
	size_t len;
	AUTO(char_free) char *text = check_read_file("tests/data/scanners/ssi-vectors.txt", &len);
	unsigned count = 0;

	for (char *row = strtok(text, "\n"); row; row = strtok(NULL, "\n")) {
		char *what = strstr(row, " | ");
		AUTO_BUF packet = { 0 };

		if (row[0] == '#' || !what)
			continue;
		*what = '\0';
		hex_add(&packet, row);
		check_row(what + 3);
		fn(buf_bytes(&packet));
		count++;
	}
	return count;
}

/* Every packet of the file is whole: it is answered, and asks for nothing again. */
static void vector_is_taken(struct bytes packet)
{
	bool is_answer = packet.data[1] == 0xD0 || packet.data[1] == 0xD1;

	begin();
	line_say(packet);
	line_check("", is_answer ? "" : ACK); /* "NR" among them: no read is no scan */
	line_end();
}

static void test_every_known_packet_is_whole(void)
{
	check_int(vectors_each(vector_is_taken), 19);
}

static void test_a_scan_and_its_acknowledgement(void)
{
	begin();
	say_packet("0b f3 00 00 03 31 32 33 34 35 36");
	line_check("]C0123456;", ACK);
	say_packet("06 f3 00 20 1b 41"); /* status as in the field */
	line_check("]d1A;", ACK);
	say_packet("06 f3 00 00 7f 41"); /* a type that nobody knows */
	line_check("A;", ACK);
	line_end();
}

static void test_bytes_may_be_cut_anywhere(void)
{
	static const char two[] = "\x06\xf3\0\0\x03"
				  "1\xfe\xd3\x06\xf3\0\0\x03"
				  "2\xfe\xd2";

	for (size_t cut = 0; cut < sizeof(two); cut++) {
		begin();
		line_say(bytes_of(two, cut));
		line_say(bytes_of(two + cut, sizeof(two) - 1 - cut));
		line_check("]C01;]C02;", ACK ACK);
		line_end();
	}
}

static void test_a_repeat_is_acknowledged_and_no_second_scan(void)
{
	begin();
	say_packet("06 f3 00 00 03 31");
	say_packet("06 f3 00 01 03 31");
	line_check("]C01;", ACK ACK);
	say_packet("06 f3 00 00 03 31"); /* read again by a person */
	line_check("]C01;", ACK);
	say_packet("06 f3 00 01 03 32"); /* a repeat of what never came */
	line_check("]C02;", ACK);
	line_end();
}

/* The same code read again by a person, and broken on its way. */
static void test_the_repeat_of_what_came_broken_is_a_scan(void)
{
	static const char broken[] = "\x06\xf3\0\0\x03"
				     "1\xfe\xd4";
	static const char broken_repeat[] = "\x06\xf3\0\1\x03"
					    "1\xfe\xd4";

	begin();
	say_packet("06 f3 00 00 03 31");
	line_say(bytes_of(broken, sizeof(broken) - 1));
	say_packet("06 f3 00 01 03 31");
	line_check("]C01;]C01;", ACK NAK_RESEND ACK);
	line_say(bytes_of(broken_repeat, sizeof(broken_repeat) - 1));
	say_packet("06 f3 00 01 03 31");
	line_check("", NAK_RESEND ACK);
	line_end();
}

/* As above, and what broke is the bit that says so. */
static void test_what_is_called_a_repeat_by_a_broken_bit_is_none(void)
{
	static const char broken[] = "\x06\xf3\0\1\x03"
				     "1\xfe\xd3";

	begin();
	say_packet("06 f3 00 00 03 31");
	line_say(bytes_of(broken, sizeof(broken) - 1));
	say_packet("06 f3 00 01 03 31");
	line_check("]C01;]C01;", ACK NAK_RESEND ACK);
	say_packet("06 f3 00 00 03 32");
	line_say(bytes_of(broken, sizeof(broken) - 1)); /* not as it was: another byte is wrong */
	say_packet("06 f3 00 01 03 32");
	line_check("]C02;", ACK NAK_RESEND ACK);
	line_end();
}

static void test_a_wrong_checksum_is_asked_for_again(void)
{
	begin();
	line_say(bytes_of("\x06\xf3\0\0\x03"
			  "1\xfe\xd4",
		8));
	line_check("", NAK_RESEND);
	say_packet("06 f3 00 01 03 31");
	line_check("]C01;", ACK);
	for (unsigned i = 0; i <= SSI_NAKS_MAX; i++)
		line_say(bytes_of("\x06\xf3\0\0\x03"
				  "1\xfe\xd4",
			8));
	line_check("bad;", NAK_RESEND NAK_RESEND NAK_RESEND);
	line_end();
}

static void z_add(struct buf *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_byte(out, 'Z');
}

/* The captured scan of 500 Z: three segments. */
static void segments_say(unsigned from, unsigned to)
{
	static const struct {
		const char *head;
		size_t z;
		const char *sum;
	} segments[] = {
		{ "ff 73 02 00 00 f3 00 00 01 f7 1c 01 01 f4", 241, "a6 d5" },
		{ "ff 73 00 00 01", 250, "a6 a9" },
		{ "0e 73 00 00 02", 9, "fc 53" },
	};

	for (unsigned i = from; i <= to; i++) {
		AUTO_BUF packet = { 0 };

		hex_add(&packet, segments[i].head);
		z_add(&packet, segments[i].z);
		hex_add(&packet, segments[i].sum);
		line_say(buf_bytes(&packet));
	}
}

static void test_a_scan_in_segments(void)
{
	AUTO_BUF wanted = { 0 };

	buf_add_str(&wanted, "]Q1");
	z_add(&wanted, 500);
	buf_add_str(&wanted, ";");
	for (int i = 0; i < 2; i++) {
		begin();
		segments_say(0, 1);
		line_check("", SEGMENT_ACK SEGMENT_ACK);
		segments_say(2, 2);
		line_check(buf_str(&wanted), SEGMENT_ACK);
		line_end();
	}
}

static void test_a_segment_too_few_too_many_or_of_another_scan(void)
{
	struct scan scan = { 0 };

	begin();
	segments_say(0, 0);
	segments_say(2, 2); /* the second is missing */
	line_check("bad;", SEGMENT_ACK SEGMENT_ACK);
	segments_say(1, 1); /* of none */
	line_check("bad;", SEGMENT_ACK);
	segments_say(0, 0);
	say_packet("06 f3 00 00 03 31"); /* in between */
	line_check("bad;", SEGMENT_ACK ACK);
	segments_say(0, 1);
	check_int(scanner_driver_ssi.idle(&line.collector, &scan), SCAN_READING_BAD);
	scan_collector_reset(&line.collector);
	segments_say(2, 2);
	line_check("bad;", SEGMENT_ACK SEGMENT_ACK SEGMENT_ACK);
	say_packet("06 f3 00 00 03 31"); /* a whole packet is whole */
	line_check("]C01;", ACK);
	line_end();
}

static void test_a_newer_scanner_says_the_length_of_its_text(void)
{
	begin();
	say_packet("08 90 00 00 00 02 00 05");
	line_check("", HOST_ACK);
	say_packet("0a f3 00 00 03 01 00 02 31 32");
	line_check("]C012;", HOST_ACK);
	say_packet("0a f3 00 00 03 01 00 03 31 32");
	line_check("bad;", HOST_ACK);
	line_end();
}

static void test_what_is_no_packet(void)
{
	static const char *const rows[] = { "04 f3 00 00", "05 f3 00 00 03", "05 73 00 00 00",
		"0e 73 02 00 00 f3 00 00 01 f7 1c 01 00 00", "06 73 00 00 ff 31" };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i]);
		begin();
		say_packet(rows[i]);
		check_str(buf_str(&line.told), "bad;");
		line_end();
	}
	begin();
	line_say(bytes_of("\0\1\3", 3)); /* lengths that are none */
	line_check("bad;bad;bad;", "");
	say_packet("06 f3 00 00 03 31");
	line_check("]C01;", ACK);
	line_say(bytes_of("\xff"
			  "noise",
		6)); /* seems long: silence ends it */
	struct scan scan = { 0 };

	check_int(scanner_driver_ssi.idle(&line.collector, &scan), SCAN_READING_BAD);
	say_packet("06 f3 00 00 03 32");
	line_check("]C02;", ACK);
	line_end();
}

static void test_an_identifier_that_the_scanner_sends_counts(void)
{
	begin();
	line.collector.settings.has_aim = true;
	say_packet("09 f3 00 00 03 5d 43 31 31");
	line_check("]C11;", ACK);
	say_packet("06 f3 00 00 03 31"); /* it has always sent one */
	line_check("bad;", ACK);
	line_end();
}

static void test_verdicts_are_beeps_that_it_does_not_keep(void)
{
	static const struct {
		enum scan_verdict verdict;
		const char *packet;
	} rows[] = {
		{ SCAN_STORED, "05e6040000ff11" },
		{ SCAN_COMPLETE, "05e6040000ff11" },
		{ SCAN_REPEAT, "" },
		{ SCAN_QUESTION, "05e604000fff02" },
		{ SCAN_STOP, "05e604000fff02" },
		{ SCAN_NOTE, "" },
		{ SCAN_NOT_STORED, "05e604000fff02" },
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF out = { 0 };
		AUTO_BUF hex = { 0 };

		check_row(scan_verdict_word(rows[i].verdict));
		check(scanner_driver_ssi.feedback(&line.collector, rows[i].verdict, &out));
		hex_encode(buf_bytes(&out), &hex);
		check_str(buf_str(&hex), rows[i].packet);
	}
	line_end();
	check_str(zebra_aim(0x0F), "]C1");
	check_str(zebra_aim(0xFFFF), "");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_known_packet_is_whole),
		CHECK_TEST(test_a_scan_and_its_acknowledgement),
		CHECK_TEST(test_bytes_may_be_cut_anywhere),
		CHECK_TEST(test_a_repeat_is_acknowledged_and_no_second_scan),
		CHECK_TEST(test_the_repeat_of_what_came_broken_is_a_scan),
		CHECK_TEST(test_what_is_called_a_repeat_by_a_broken_bit_is_none),
		CHECK_TEST(test_a_wrong_checksum_is_asked_for_again),
		CHECK_TEST(test_a_scan_in_segments),
		CHECK_TEST(test_a_segment_too_few_too_many_or_of_another_scan),
		CHECK_TEST(test_a_newer_scanner_says_the_length_of_its_text),
		CHECK_TEST(test_what_is_no_packet),
		CHECK_TEST(test_an_identifier_that_the_scanner_sends_counts),
		CHECK_TEST(test_verdicts_are_beeps_that_it_does_not_keep),
	};
	return check_run("scanners/ssi", tests, ARRAY_LEN(tests));
}
