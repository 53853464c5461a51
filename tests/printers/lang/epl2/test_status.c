/* printers/lang/epl2/status: every documented code, both forms, framing, and what is never ok. */
#include "printers/lang/epl2/status.h"

#include <stdio.h>

#include "tests/check.h"
#include "tests/printers/lang/answers.h"

static enum printer_reading read_text(const char *text, struct printer_status *status)
{
	return epl2_status_read(PRINTER_QUERY_HOST, bytes_of_str(text), status);
}

/* clang-format off */
static const struct answer_meaning codes[] = {
	{ BYTES_LITERAL("00\r\n"),             PRINTER_OK,                             false, 0x00 },
	{ BYTES_LITERAL("01\r\n"),             PRINTER_FAULT,                          false, 0x01 },
	{ BYTES_LITERAL("02\r\n"),             PRINTER_FAULT,                          false, 0x02 },
	{ BYTES_LITERAL("03\r\n"),             PRINTER_FAULT,                          false, 0x03 },
	{ BYTES_LITERAL("04\r\n"),             PRINTER_FAULT,                          false, 0x04 },
	{ BYTES_LITERAL("05\r\n"),             PRINTER_FAULT,                          false, 0x05 },
	{ BYTES_LITERAL("06\r\n"),             PRINTER_FAULT,                          false, 0x06 },
	{ BYTES_LITERAL("07\r\n"),             PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT, false, 0x07 },
	{ BYTES_LITERAL("08\r\n"),             PRINTER_FAULT,                          false, 0x08 },
	{ BYTES_LITERAL("09\r\n"),             PRINTER_FAULT,                          false, 0x09 },
	{ BYTES_LITERAL("10\r\n"),             PRINTER_FAULT,                          false, 0x10 },
	{ BYTES_LITERAL("11\r\n"),             PRINTER_HEAD_OPEN,                      false, 0x11 },
	{ BYTES_LITERAL("12\r\n"),             PRINTER_PAUSED,                         false, 0x12 },
	{ BYTES_LITERAL("13\r\n"),             PRINTER_OVER_TEMPERATURE,               false, 0x13 },
	{ BYTES_LITERAL("14\r\n"),             PRINTER_OVER_TEMPERATURE,               false, 0x14 },
	{ BYTES_LITERAL("15\r\n"),             PRINTER_FAULT,                          false, 0x15 },
	{ BYTES_LITERAL("16\r\n"),             PRINTER_FAULT,                          false, 0x16 },
	{ BYTES_LITERAL("50\r\n"),             PRINTER_OK,                             true,  0x50 },
	{ BYTES_LITERAL("80\r\n"),             PRINTER_FAULT,                          false, 0x80 },
	{ BYTES_LITERAL("81\r\n"),             PRINTER_FAULT,                          false, 0x81 },
	{ BYTES_LITERAL("82\r\n"),             PRINTER_FAULT,                          false, 0x82 },
	{ BYTES_LITERAL("83\r\n"),             PRINTER_FAULT,                          false, 0x83 },
	{ BYTES_LITERAL("84\r\n"),             PRINTER_FAULT,                          false, 0x84 },
	{ BYTES_LITERAL("93\r\n"),             PRINTER_FAULT,                          false, 0x93 },
	{ BYTES_LITERAL("07,11\r\n"),          PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT | PRINTER_HEAD_OPEN, false, 0x0711 },
	{ BYTES_LITERAL("50,11\r\n"),          PRINTER_HEAD_OPEN,                      true,  0x5011 },
	{ BYTES_LITERAL("01,02,03,04,11\r\n"), PRINTER_FAULT | PRINTER_HEAD_OPEN,      false, 0x02030411 },
};
/* clang-format on */

static void test_every_code_has_its_word(void)
{
	check_meanings(&printer_driver_epl2, codes, ARRAY_LEN(codes));
}

static void test_every_code_without_a_row_is_a_fault(void)
{
	unsigned faults = 0;

	for (unsigned code = 0; code < 100; code++) {
		struct printer_status status = { 0 };
		char reply[8];
		bool has_row = false;

		for (const struct epl2_code *row = epl2_codes; row->meaning; row++)
			has_row = has_row || row->code == code;
		snprintf(reply, sizeof(reply), "%02u\r\n", code);
		check_row(reply);
		check_int(read_text(reply, &status), PRINTER_READING_DONE);
		if (has_row)
			continue;
		check_int(printer_status_state(&printer_driver_epl2, &status), PRINTER_FAULT);
		faults++;
	}
	check_row(NULL);
	check_int(faults, 100 - 24);
}

/* clang-format off */
static const struct {
	const char *reply;
	unsigned state;
	uint64_t remaining;
} reports[] = {
	{ "00P000\r\n", PRINTER_OK, 0 },
	{ "50P003\r\n", PRINTER_OK, 3 },
	{ "07P012\r\n", PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT, 12 },
	{ "11P001L00203\r\n", PRINTER_HEAD_OPEN, 1 },
	{ "00P999L65535\n", PRINTER_OK, 999 },
};
/* clang-format on */

static void test_reports_say_what_is_left(void)
{
	for (size_t i = 0; i < ARRAY_LEN(reports); i++) {
		struct printer_status status = { 0 };

		check_row(reports[i].reply);
		check_int(read_text(reports[i].reply, &status), PRINTER_READING_DONE);
		check_int(printer_status_state(&printer_driver_epl2, &status), reports[i].state);
		check_int(status.labels_remaining, reports[i].remaining);
		check_int(printer_status_is_idle(&status), reports[i].remaining == 0);
	}
}

/* clang-format off */
static const struct answer framing[] = {
	{ "nothing", "", PRINTER_READING_MORE },
	{ "half a code", "0", PRINTER_READING_MORE },
	{ "no line end", "00\r", PRINTER_READING_MORE },
	{ "half a list", "07,", PRINTER_READING_MORE },
	{ "a line end alone", "00\n", PRINTER_READING_DONE },
	{ "controls before it", "\r\n\x11\x13\x15" "00\r\n", PRINTER_READING_DONE },
	{ "more behind it", "00\r\nxyz", PRINTER_READING_DONE },
	{ "one digit", "0\r\n", PRINTER_READING_BAD },
	{ "three digits", "000\r\n", PRINTER_READING_BAD },
	{ "a letter", "0x\r\n", PRINTER_READING_BAD },
	{ "an empty place", "07,,11\r\n", PRINTER_READING_BAD },
	{ "a comma at the end", "07,\r\n", PRINTER_READING_BAD },
	{ "a blank", "07, 11\r\n", PRINTER_READING_BAD },
	{ "text", "UKQ1935HLU     V4.70\r\n", PRINTER_READING_BAD },
	{ "two digits of labels", "00P00\r\n", PRINTER_READING_BAD },
	{ "four digits of labels", "00P0000\r\n", PRINTER_READING_BAD },
	{ "four digits of lines", "00P000L0000\r\n", PRINTER_READING_BAD },
	{ "a list behind a report", "00P000,07\r\n", PRINTER_READING_BAD },
	{ "lines without labels", "00L00000\r\n", PRINTER_READING_BAD },
	{ "a line without end", "00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00", PRINTER_READING_BAD },
	{ "the longest line", "08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,01\n", PRINTER_READING_DONE },
	{ "no room for its return", "08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,01\r\n", PRINTER_READING_BAD },
	{ "the same without its end", "08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,08,01\r", PRINTER_READING_BAD },
	{ "a line too long", "00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00\r\n", PRINTER_READING_BAD },
};
/* clang-format on */

static void test_framing(void)
{
	check_answers(&printer_driver_epl2, framing, ARRAY_LEN(framing));
}

static void test_silence_is_never_ok(void)
{
	check_silence(&printer_driver_epl2, bytes_of_str("00\r\n"));
}

static void test_endless_noise_is_refused(void)
{
	check_endless(&printer_driver_epl2, PRINTER_QUERY_HOST, '\r');
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_code_has_its_word),
		CHECK_TEST(test_every_code_without_a_row_is_a_fault),
		CHECK_TEST(test_reports_say_what_is_left),
		CHECK_TEST(test_framing),
		CHECK_TEST(test_silence_is_never_ok),
		CHECK_TEST(test_endless_noise_is_refused),
	};
	return check_run("printers/lang/epl2/status", tests, ARRAY_LEN(tests));
}
