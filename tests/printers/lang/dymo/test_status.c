/* printers/lang/dymo/status: every bit of the byte, and what must never be ok. */
#include "printers/lang/dymo/status.h"

#include "tests/check.h"
#include "tests/printers/lang/answers.h"

static struct printer_status status_of(uint8_t byte)
{
	struct printer_status status = { 0 };

	check_int(dymo_status_read(PRINTER_QUERY_HOST, bytes_of(&byte, 1), &status),
		PRINTER_READING_DONE);
	check_int(status.error_bits, byte);
	check(status.answered[PRINTER_QUERY_HOST]);
	return status;
}

/* clang-format off */
static const struct answer_meaning rows[] = {
	{ BYTES_LITERAL("\x03"), PRINTER_OK,                      false, 0x03 }, /* ready at top of form */
	{ BYTES_LITERAL("\x01"), PRINTER_OK,                      true,  0x01 }, /* printing, or a label was cut off */
	{ BYTES_LITERAL("\x02"), PRINTER_FAULT,                   false, 0x02 }, /* not ready, and no bit says why */
	{ BYTES_LITERAL("\x00"), PRINTER_FAULT,                   true,  0x00 },
	{ BYTES_LITERAL("\x07"), PRINTER_FAULT,                   false, 0x07 }, /* not documented */
	{ BYTES_LITERAL("\x0b"), PRINTER_MEDIA_OUT,               false, 0x0b }, /* Twin Turbo took the other roll */
	{ BYTES_LITERAL("\x13"), PRINTER_FAULT,                   false, 0x13 }, /* not documented */
	{ BYTES_LITERAL("\x23"), PRINTER_MEDIA_OUT,               false, 0x23 },
	{ BYTES_LITERAL("\x43"), PRINTER_JAM,                     false, 0x43 },
	{ BYTES_LITERAL("\x83"), PRINTER_FAULT,                   false, 0x83 }, /* an error, and no bit says which */
	{ BYTES_LITERAL("\xa1"), PRINTER_MEDIA_OUT,               true,  0xa1 }, /* the error bit comes with no paper */
	{ BYTES_LITERAL("\xa0"), PRINTER_MEDIA_OUT,               true,  0xa0 },
	{ BYTES_LITERAL("\xc0"), PRINTER_JAM,                     true,  0xc0 },
	{ BYTES_LITERAL("\xe1"), PRINTER_MEDIA_OUT | PRINTER_JAM, true,  0xe1 },
	{ BYTES_LITERAL("\xff"), PRINTER_MEDIA_OUT | PRINTER_JAM | PRINTER_FAULT, false, 0xff },
};
/* clang-format on */

static void test_every_bit_has_its_word(void)
{
	check_meanings(&printer_driver_dymo, rows, ARRAY_LEN(rows));
}

static void test_only_two_bytes_are_ok(void)
{
	for (unsigned byte = 0; byte <= 0xff; byte++) {
		struct printer_status status = status_of((uint8_t)byte);
		bool ok = printer_status_state(&printer_driver_dymo, &status) & PRINTER_OK;

		check_int(ok, byte == 0x01 || byte == 0x03);
	}
}

static void test_silence_is_not_ok(void)
{
	check_silence(&printer_driver_dymo, bytes_of("\003", 1));
}

static void test_the_first_byte_answers_and_other_questions_have_none(void)
{
	static const uint8_t two[] = { 0x03, 0xa1 };
	static const uint8_t flood[PRINTER_REPLY_MAX + 1] = { 0x03 };
	struct printer_status status = { 0 };

	check_silence(&printer_driver_dymo, bytes_of(two, 2));
	check_int(dymo_status_read(PRINTER_QUERY_HOST, bytes_of(flood, sizeof(flood)), &status),
		PRINTER_READING_BAD);
	check_int(printer_status_state(&printer_driver_dymo, &status), PRINTER_SILENT);
	check_int(dymo_status_read(PRINTER_QUERY_HOST, bytes_of(two, 2), &status),
		PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_dymo, &status), PRINTER_OK);
}

static void test_the_driver_has_one_question_and_speaks_only_when_asked(void)
{
	check(bytes_is(printer_driver_dymo.query[PRINTER_QUERY_HOST], "\033A"));
	check_int(printer_driver_dymo.query[PRINTER_QUERY_FAULTS].len, 0);
	check_int(printer_driver_dymo.query[PRINTER_QUERY_COUNTER].len, 0);
	check(!printer_driver_dymo.heard && !printer_driver_dymo.is_asked_at_rest_only);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_bit_has_its_word),
		CHECK_TEST(test_only_two_bytes_are_ok),
		CHECK_TEST(test_silence_is_not_ok),
		CHECK_TEST(test_the_first_byte_answers_and_other_questions_have_none),
		CHECK_TEST(test_the_driver_has_one_question_and_speaks_only_when_asked),
	};
	return check_run("printers/lang/dymo/status", tests, ARRAY_LEN(tests));
}
