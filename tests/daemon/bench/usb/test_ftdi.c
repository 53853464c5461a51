/* daemon/bench/usb/ftdi, scanners/line: numbers that requests want, and packets. */
#include "daemon/bench/usb/ftdi.h"

#include <stdlib.h>

#include "tests/check.h"

/* The divisors of FTDI's own drivers (AN232B-05), and what they come to: 3 MHz by the divisor. */
/* clang-format off */
static const struct {
	const char *word;
	uint16_t divisor;
} speeds[] = {
	{ "1200", 0x09c4 },
	{ "2400", 0x04e2 },
	{ "4800", 0x0271 },
	{ "9600", 0x4138 },
	{ "19200", 0x809c },
	{ "38400", 0xc04e },
	{ "57600", 0xc034 },
	{ "115200", 0x001a },
};
/* clang-format on */

static void test_each_speed_has_the_divisor_of_the_makers_table(void)
{
	static const unsigned eighths[] = { 0, 4, 2, 1 }; /* bits 14 and 15 */

	check_int(ARRAY_LEN(speeds), LINE_BAUDS);
	for (size_t i = 0; i < ARRAY_LEN(speeds); i++) {
		unsigned baud = 0;

		check_row(speeds[i].word);
		check(line_baud_parse(speeds[i].word, &baud));
		check_int(baud, strtoul(speeds[i].word, NULL, 10));
		uint16_t divisor = ftdi_divisor(baud);

		check_int(divisor, speeds[i].divisor);
		unsigned real = 24000000 / ((divisor & 0x3fffu) * 8 + eighths[divisor >> 14]);

		check(real * 100 > baud * 99 && real * 100 < baud * 101);
	}
	check_row(NULL);
	check_int(ftdi_divisor(0), 0);
	check_int(ftdi_divisor(9601), 0);
}

static void test_only_usual_speeds_and_formats_are_known(void)
{
	static const char *const no_speeds[] = { "", "960", "96000", "9600 ", "-9600", "300" };
	unsigned baud = 7;
	enum line_format format = LINE_FORMAT_7O1;

	for (size_t i = 0; i < ARRAY_LEN(no_speeds); i++) {
		check_row(no_speeds[i]);
		check(!line_baud_parse(no_speeds[i], &baud));
	}
	check_row(NULL);
	check_int(baud, 7);
	check(!line_format_parse("8N1", &format));
	check(!line_format_parse("", &format));
	check_int(format, LINE_FORMAT_7O1);
}

static void test_each_format_has_its_bits(void)
{
	static const struct {
		const char *word;
		uint16_t data;
	} formats[] = {
		{ "8n1", 0x008 },
		{ "8e1", 0x208 },
		{ "8o1", 0x108 },
		{ "7e1", 0x207 },
		{ "7o1", 0x107 },
	};

	check_int(ARRAY_LEN(formats), LINE_FORMATS);
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		enum line_format format;

		check_row(formats[i].word);
		if (check(line_format_parse(formats[i].word, &format)))
			check_int(ftdi_data(format), formats[i].data);
	}
	check_row(NULL);
}

static void test_devices_with_one_line_are_known_and_no_others(void)
{
	check(ftdi_is(0x0403, 0x6001));
	check(ftdi_is(0x0403, 0x6015));
	check(!ftdi_is(0x0403, 0x6010)); /* two lines */
	check(!ftdi_is(0x0403, 0xe0a0)); /* something else by them */
	check(!ftdi_is(0x05e0, 0x6001));
}

/* clang-format off */
static const struct {
	const char *name;
	const char *packet;
	size_t len;
	const char *data;  /* what is left */
	const char *wrong; /* a part of what is said; NULL: nothing is wrong */
} packets[] = {
	{ "nothing", "", 0, "", NULL },
	{ "half a state", "\x01", 1, "", NULL },
	{ "the state alone", "\x01\x60", 2, "", NULL },
	{ "a state alone that repeats what was", "\x01\x7e", 2, "", NULL },
	{ "data", "\x01\x60" "12\r", 5, "12\r", NULL },
	{ "data, whatever the modem's lines are", "\xf1\x01" "1", 3, "1", NULL },
	{ "overrun", "\x01\x62" "12", 4, "12", "overrun" },
	{ "parity", "\x01\x64" "12", 4, "12", "parity" },
	{ "framing", "\x01\x68" "12", 4, "12", "framing" },
	{ "break", "\x01\x70" "1", 3, "1", "break" },
	{ "several: what was lost counts first", "\x01\x6e" "1", 3, "1", "overrun" },
	{ "a break is read as a wrong character too", "\x01\x78" "1", 3, "1", "break" },
};
/* clang-format on */

static void test_a_packet_is_data_right_or_wrong(void)
{
	for (size_t i = 0; i < ARRAY_LEN(packets); i++) {
		struct bytes packet = bytes_of(packets[i].packet, packets[i].len);

		check_row(packets[i].name);
		const char *wrong = ftdi_unpack(&packet);

		check_bytes(packet, bytes_of_str(packets[i].data));
		check((wrong != NULL) == (packets[i].wrong != NULL));
		if (wrong && packets[i].wrong)
			check_contains(wrong, packets[i].wrong);
	}
	check_row(NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_each_speed_has_the_divisor_of_the_makers_table),
		CHECK_TEST(test_only_usual_speeds_and_formats_are_known),
		CHECK_TEST(test_each_format_has_its_bits),
		CHECK_TEST(test_devices_with_one_line_are_known_and_no_others),
		CHECK_TEST(test_a_packet_is_data_right_or_wrong),
	};

	return check_run("daemon/bench/usb/ftdi", tests, ARRAY_LEN(tests));
}
