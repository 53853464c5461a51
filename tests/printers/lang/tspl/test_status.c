/* printers/lang/tspl/status: every documented bit of both forms, framing, and what is never ok. */
#include "printers/lang/tspl/status.h"

#include <stdio.h>

#include "tests/check.h"

#define NORMAL "\002@@@@\003\r\n"

static enum printer_reading read_byte(uint8_t byte, struct printer_status *status)
{
	return tspl_status_read(PRINTER_QUERY_HOST, bytes_of(&byte, 1), status);
}

static enum printer_reading read_frame(const char *text, struct printer_status *status)
{
	return tspl_status_read_frame(PRINTER_QUERY_HOST, bytes_of_str(text), status);
}

/* clang-format off */
static const struct { const char *name; uint8_t byte; unsigned state; bool is_busy; } bytes[] = {
	{ "normal",                 0x00, PRINTER_OK,         false },
	{ "head open",              0x01, PRINTER_HEAD_OPEN,  false },
	{ "jam",                    0x02, PRINTER_JAM,        false },
	{ "jam and head open",      0x03, PRINTER_JAM | PRINTER_HEAD_OPEN, false },
	{ "out of paper",           0x04, PRINTER_MEDIA_OUT,  false },
	{ "out of ribbon",          0x08, PRINTER_RIBBON_OUT, false },
	{ "pause",                  0x10, PRINTER_PAUSED,     false },
	{ "printing",               0x20, PRINTER_OK,         true },
	{ "printing, out of paper", 0x24, PRINTER_MEDIA_OUT,  true },
	{ "cover open",             0x40, PRINTER_HEAD_OPEN,  false },
	{ "other error",            0x80, PRINTER_FAULT,      false },
	{ "everything",             0xff, PRINTER_HEAD_OPEN | PRINTER_JAM | PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT |
		PRINTER_PAUSED | PRINTER_FAULT, true },
};
/* clang-format on */

static void test_every_bit_of_the_byte_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
		struct printer_status status = { 0 };

		check_row(bytes[i].name);
		check_int(read_byte(bytes[i].byte, &status), PRINTER_READING_DONE);
		check_int(printer_status_state(&printer_driver_tspl, &status), bytes[i].state);
		check_int(status.is_busy, bytes[i].is_busy);
		check_int(printer_status_is_idle(&status), !bytes[i].is_busy);
		check_int(status.error_bits, bytes[i].byte);
	}
}

static void test_only_nothing_and_printing_are_ok(void)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		struct printer_status status = { 0 };

		check_int(read_byte((uint8_t)byte, &status), PRINTER_READING_DONE);
		check_int(printer_status_state(&printer_driver_tspl, &status) == PRINTER_OK,
			byte == 0 || byte == 0x20);
	}
}

static void test_more_than_one_byte_is_no_answer(void)
{
	struct printer_status status = { 0 };

	check_int(tspl_status_read(PRINTER_QUERY_HOST, bytes_of("", 0), &status),
		PRINTER_READING_MORE);
	check_int(tspl_status_read(PRINTER_QUERY_HOST, bytes_of("\0\0", 2), &status),
		PRINTER_READING_BAD);
	check(!status.answered[PRINTER_QUERY_HOST]);
	check_int(printer_status_state(&printer_driver_tspl, &status), PRINTER_SILENT);
}

/* clang-format off */
static const struct {
	const char *reply;
	unsigned state;
	bool is_busy;
	uint32_t error_bits, warning_bits;
} frames[] = {
	{ NORMAL,                PRINTER_OK,               false, 0x4040, 0x4040 },
	{ "\002`@@@\003\r\n",    PRINTER_PAUSED,           false, 0x4040, 0x6040 },
	{ "\002B@@@\003\r\n",    PRINTER_OK,               true,  0x4040, 0x4240 },
	{ "\002C@@@\003\r\n",    PRINTER_OK,               true,  0x4040, 0x4340 },
	{ "\002E@@@\003\r\n",    PRINTER_FAULT,            false, 0x4040, 0x4540 },
	{ "\002F@@@\003\r\n",    PRINTER_OK,               true,  0x4040, 0x4640 },
	{ "\002K@@@\003\r\n",    PRINTER_PAUSED,           false, 0x4040, 0x4b40 },
	{ "\002L@@@\003\r\n",    PRINTER_OK,               true,  0x4040, 0x4c40 },
	{ "\002P@@@\003\r\n",    PRINTER_OK,               true,  0x4040, 0x5040 },
	{ "\002W@@@\003\r\n",    PRINTER_OK,               true,  0x4040, 0x5740 },
	{ "\002A@@@\003\r\n",    PRINTER_FAULT,            false, 0x4040, 0x4140 }, /* no such message */
	{ "\002@A@@\003\r\n",    PRINTER_OK | PRINTER_MEDIA_LOW, false, 0x4040, 0x4041 },
	{ "\002@B@@\003\r\n",    PRINTER_OK,               false, 0x4040, 0x4042 },
	{ "\002@D@@\003\r\n",    PRINTER_FAULT,            false, 0x4040, 0x4044 },
	{ "\002@H@@\003\r\n",    PRINTER_OK,               false, 0x4040, 0x4048 },
	{ "\002@P@@\003\r\n",    PRINTER_FAULT,            false, 0x4040, 0x4050 },
	{ "\002@`@@\003\r\n",    PRINTER_FAULT,            false, 0x4040, 0x4060 },
	{ "\002@@A@\003\r\n",    PRINTER_OVER_TEMPERATURE, false, 0x4140, 0x4040 },
	{ "\002@@B@\003\r\n",    PRINTER_OVER_TEMPERATURE, false, 0x4240, 0x4040 },
	{ "\002@@D@\003\r\n",    PRINTER_FAULT,            false, 0x4440, 0x4040 },
	{ "\002@@H@\003\r\n",    PRINTER_JAM,              false, 0x4840, 0x4040 },
	{ "\002@@P@\003\r\n",    PRINTER_FAULT,            false, 0x5040, 0x4040 },
	{ "\002@@`@\003\r\n",    PRINTER_FAULT,            false, 0x6040, 0x4040 },
	{ "\002@@@A\003\r\n",    PRINTER_MEDIA_OUT,        false, 0x4041, 0x4040 },
	{ "\002@@@B\003\r\n",    PRINTER_JAM,              false, 0x4042, 0x4040 },
	{ "\002@@@D\003\r\n",    PRINTER_RIBBON_OUT,       false, 0x4044, 0x4040 },
	{ "\002@@@H\003\r\n",    PRINTER_JAM,              false, 0x4048, 0x4040 },
	{ "\002@@@P\003\r\n",    PRINTER_FAULT,            false, 0x4050, 0x4040 },
	{ "\002@@@`\003\r\n",    PRINTER_HEAD_OPEN,        false, 0x4060, 0x4040 },
	{ "\002E@Ae\003\r\n",    PRINTER_FAULT | PRINTER_OVER_TEMPERATURE | PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT |
		PRINTER_HEAD_OPEN, false, 0x4165, 0x4540 },
};
/* clang-format on */

static void test_every_bit_of_the_frame_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
		struct printer_status status = { 0 };

		check_row(frames[i].reply);
		check_int(read_frame(frames[i].reply, &status), PRINTER_READING_DONE);
		check_int(printer_status_state(&printer_driver_tspl2, &status), frames[i].state);
		check_int(status.is_busy, frames[i].is_busy);
		check_int(status.error_bits, frames[i].error_bits);
		check_int(status.warning_bits, frames[i].warning_bits);
	}
}

/* clang-format off */
static const struct {
	const char *name;
	const char *reply;
	enum printer_reading reading;
} framing[] = {
	{ "nothing", "", PRINTER_READING_MORE },
	{ "noise", "\r\n@@@@\r\n", PRINTER_READING_MORE },
	{ "a cut frame", "\002@@@@", PRINTER_READING_MORE },
	{ "no line end", "\002@@@@\003", PRINTER_READING_DONE },
	{ "noise before it", "\r\nx" NORMAL, PRINTER_READING_DONE },
	{ "a frame behind it", NORMAL NORMAL, PRINTER_READING_DONE },
	{ "three bytes", "\002@@@\003\r", PRINTER_READING_BAD },
	{ "five bytes", "\002@@@@@\003", PRINTER_READING_BAD },
	{ "bit 6 not set", "\002\040@@@\003", PRINTER_READING_BAD },
	{ "bit 7 set", "\002@\300@@\003", PRINTER_READING_BAD },
	{ "no mark in byte 3", "\002@@\001@\003", PRINTER_READING_BAD },
	{ "no mark in byte 4", "\002@@@\001\003", PRINTER_READING_BAD },
	{ "a frame that begins twice", "\002\002@@@@\003", PRINTER_READING_BAD },
};
/* clang-format on */

static void test_framing(void)
{
	for (size_t i = 0; i < ARRAY_LEN(framing); i++) {
		struct printer_status status = { 0 };
		static const struct printer_status untouched;

		check_row(framing[i].name);
		check_int(read_frame(framing[i].reply, &status), framing[i].reading);
		if (framing[i].reading != PRINTER_READING_DONE)
			check(memcmp(&status, &untouched, sizeof(status)) == 0);
	}
}

static void test_silence_is_never_ok(void)
{
	struct printer_status status = { 0 };

	check_int(printer_status_state(&printer_driver_tspl, &status), PRINTER_SILENT);
	check_int(printer_status_state(&printer_driver_tspl2, &status), PRINTER_SILENT);
	check_int(tspl_status_read(PRINTER_QUERY_FAULTS, bytes_of("", 1), &status),
		PRINTER_READING_BAD);
	check_int(tspl_status_read_frame(PRINTER_QUERY_COUNTER, bytes_of_str(NORMAL), &status),
		PRINTER_READING_BAD);
	check(!printer_status_is_idle(&status));
}

static void test_endless_noise_is_refused(void)
{
	AUTO_BUF noise = { 0 };
	struct printer_status status = { 0 };

	memset(buf_grow(&noise, PRINTER_REPLY_MAX), 'x', PRINTER_REPLY_MAX);
	check_int(tspl_status_read_frame(PRINTER_QUERY_HOST, buf_bytes(&noise), &status),
		PRINTER_READING_MORE);
	buf_add_byte(&noise, 'x');
	check_int(tspl_status_read_frame(PRINTER_QUERY_HOST, buf_bytes(&noise), &status),
		PRINTER_READING_BAD);
}

static void test_the_questions_end_with_their_letter(void)
{
	check_bytes(printer_driver_tspl.query[PRINTER_QUERY_HOST], bytes_of_str("\x1b!?"));
	check_bytes(printer_driver_tspl2.query[PRINTER_QUERY_HOST], bytes_of_str("\x1b!S"));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_bit_of_the_byte_has_its_word),
		CHECK_TEST(test_only_nothing_and_printing_are_ok),
		CHECK_TEST(test_more_than_one_byte_is_no_answer),
		CHECK_TEST(test_every_bit_of_the_frame_has_its_word),
		CHECK_TEST(test_framing),
		CHECK_TEST(test_silence_is_never_ok),
		CHECK_TEST(test_endless_noise_is_refused),
		CHECK_TEST(test_the_questions_end_with_their_letter),
	};
	return check_run("printers/lang/tspl/status", tests, ARRAY_LEN(tests));
}
