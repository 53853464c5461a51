/* printers/lang/tspl/status: every documented bit of both forms, framing, and what is never ok. */
#include "printers/lang/tspl/status.h"

#include <stdio.h>

#include "tests/check.h"
#include "tests/printers/lang/answers.h"

#define NORMAL "\002@@@@\003\r\n"

static enum printer_reading read_byte(uint8_t byte, struct printer_status *status)
{
	return tspl_status_read(PRINTER_QUERY_HOST, bytes_of(&byte, 1), status);
}

/* clang-format off */
static const struct answer_meaning bytes[] = {
	{ BYTES_LITERAL("\x00"), PRINTER_OK,                      false, 0x00, 0x00, "normal" },
	{ BYTES_LITERAL("\x01"), PRINTER_HEAD_OPEN,               false, 0x01, 0x00, "head open" },
	{ BYTES_LITERAL("\x02"), PRINTER_JAM,                     false, 0x02, 0x00, "jam" },
	{ BYTES_LITERAL("\x03"), PRINTER_JAM | PRINTER_HEAD_OPEN, false, 0x03, 0x00, "jam and head open" },
	{ BYTES_LITERAL("\x04"), PRINTER_MEDIA_OUT,               false, 0x04, 0x00, "out of paper" },
	{ BYTES_LITERAL("\x08"), PRINTER_RIBBON_OUT,              false, 0x08, 0x00, "out of ribbon" },
	{ BYTES_LITERAL("\x10"), PRINTER_PAUSED,                  false, 0x10, 0x00, "pause" },
	{ BYTES_LITERAL("\x20"), PRINTER_OK,                      true,  0x20, 0x00, "printing" },
	{ BYTES_LITERAL("\x24"), PRINTER_MEDIA_OUT,               true,  0x24, 0x00, "printing, out of paper" },
	{ BYTES_LITERAL("\x40"), PRINTER_HEAD_OPEN,               false, 0x40, 0x00, "cover open" },
	{ BYTES_LITERAL("\x80"), PRINTER_FAULT,                   false, 0x80, 0x00, "other error" },
	{ BYTES_LITERAL("\xff"), PRINTER_HEAD_OPEN | PRINTER_JAM | PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT | PRINTER_PAUSED | PRINTER_FAULT, true,  0xff, 0x00, "everything" },
};
/* clang-format on */

static void test_every_bit_of_the_byte_has_its_word(void)
{
	check_meanings(&printer_driver_tspl, bytes, ARRAY_LEN(bytes));
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
static const struct answer_meaning frames[] = {
	{ BYTES_LITERAL(NORMAL),             PRINTER_OK,                     false, 0x4040, 0x4040 },
	{ BYTES_LITERAL("\002`@@@\003\r\n"), PRINTER_PAUSED,                 false, 0x4040, 0x6040 },
	{ BYTES_LITERAL("\002B@@@\003\r\n"), PRINTER_OK,                     true,  0x4040, 0x4240 },
	{ BYTES_LITERAL("\002C@@@\003\r\n"), PRINTER_OK,                     true,  0x4040, 0x4340 },
	{ BYTES_LITERAL("\002E@@@\003\r\n"), PRINTER_FAULT,                  false, 0x4040, 0x4540 },
	{ BYTES_LITERAL("\002F@@@\003\r\n"), PRINTER_OK,                     true,  0x4040, 0x4640 },
	{ BYTES_LITERAL("\002K@@@\003\r\n"), PRINTER_PAUSED,                 false, 0x4040, 0x4b40 },
	{ BYTES_LITERAL("\002L@@@\003\r\n"), PRINTER_OK,                     true,  0x4040, 0x4c40 },
	{ BYTES_LITERAL("\002P@@@\003\r\n"), PRINTER_OK,                     true,  0x4040, 0x5040 },
	{ BYTES_LITERAL("\002W@@@\003\r\n"), PRINTER_OK,                     true,  0x4040, 0x5740 },
	{ BYTES_LITERAL("\002A@@@\003\r\n"), PRINTER_FAULT,                  false, 0x4040, 0x4140 }, /* no such message */
	{ BYTES_LITERAL("\002@A@@\003\r\n"), PRINTER_OK | PRINTER_MEDIA_LOW, false, 0x4040, 0x4041 },
	{ BYTES_LITERAL("\002@B@@\003\r\n"), PRINTER_OK,                     false, 0x4040, 0x4042 },
	{ BYTES_LITERAL("\002@D@@\003\r\n"), PRINTER_FAULT,                  false, 0x4040, 0x4044 },
	{ BYTES_LITERAL("\002@H@@\003\r\n"), PRINTER_OK,                     false, 0x4040, 0x4048 },
	{ BYTES_LITERAL("\002@P@@\003\r\n"), PRINTER_FAULT,                  false, 0x4040, 0x4050 },
	{ BYTES_LITERAL("\002@`@@\003\r\n"), PRINTER_FAULT,                  false, 0x4040, 0x4060 },
	{ BYTES_LITERAL("\002@@A@\003\r\n"), PRINTER_OVER_TEMPERATURE,       false, 0x4140, 0x4040 },
	{ BYTES_LITERAL("\002@@B@\003\r\n"), PRINTER_OVER_TEMPERATURE,       false, 0x4240, 0x4040 },
	{ BYTES_LITERAL("\002@@D@\003\r\n"), PRINTER_FAULT,                  false, 0x4440, 0x4040 },
	{ BYTES_LITERAL("\002@@H@\003\r\n"), PRINTER_JAM,                    false, 0x4840, 0x4040 },
	{ BYTES_LITERAL("\002@@P@\003\r\n"), PRINTER_FAULT,                  false, 0x5040, 0x4040 },
	{ BYTES_LITERAL("\002@@`@\003\r\n"), PRINTER_FAULT,                  false, 0x6040, 0x4040 },
	{ BYTES_LITERAL("\002@@@A\003\r\n"), PRINTER_MEDIA_OUT,              false, 0x4041, 0x4040 },
	{ BYTES_LITERAL("\002@@@B\003\r\n"), PRINTER_JAM,                    false, 0x4042, 0x4040 },
	{ BYTES_LITERAL("\002@@@D\003\r\n"), PRINTER_RIBBON_OUT,             false, 0x4044, 0x4040 },
	{ BYTES_LITERAL("\002@@@H\003\r\n"), PRINTER_JAM,                    false, 0x4048, 0x4040 },
	{ BYTES_LITERAL("\002@@@P\003\r\n"), PRINTER_FAULT,                  false, 0x4050, 0x4040 },
	{ BYTES_LITERAL("\002@@@`\003\r\n"), PRINTER_HEAD_OPEN,              false, 0x4060, 0x4040 },
	{ BYTES_LITERAL("\002E@Ae\003\r\n"), PRINTER_FAULT | PRINTER_OVER_TEMPERATURE | PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT | PRINTER_HEAD_OPEN, false, 0x4165, 0x4540 },
};
/* clang-format on */

static void test_every_bit_of_the_frame_has_its_word(void)
{
	check_meanings(&printer_driver_tspl2, frames, ARRAY_LEN(frames));
}

/* clang-format off */
static const struct answer framing[] = {
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
	check_answers(&printer_driver_tspl2, framing, ARRAY_LEN(framing));
}

static void test_silence_is_never_ok(void)
{
	check_silence(&printer_driver_tspl, bytes_of("", 1));
	check_silence(&printer_driver_tspl2, bytes_of_str(NORMAL));
}

static void test_endless_noise_is_refused(void)
{
	check_endless(&printer_driver_tspl2, PRINTER_QUERY_HOST, 'x');
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
