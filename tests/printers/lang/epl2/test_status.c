/* printers/lang/epl2/status: every documented code, both forms, framing, and what is never ok. */
#include "printers/lang/epl2/status.h"

#include <stdio.h>

#include "tests/check.h"

static enum printer_reading read_text(const char *text, struct printer_status *status)
{
	return epl2_status_read(PRINTER_QUERY_HOST, bytes_of_str(text), status);
}

/* clang-format off */
static const struct { const char *reply; unsigned state; bool is_busy; uint32_t error_bits; } codes[] = {
	{ "00\r\n", PRINTER_OK,                             false, 0x00 },
	{ "01\r\n", PRINTER_FAULT,                          false, 0x01 },
	{ "02\r\n", PRINTER_FAULT,                          false, 0x02 },
	{ "03\r\n", PRINTER_FAULT,                          false, 0x03 },
	{ "04\r\n", PRINTER_FAULT,                          false, 0x04 },
	{ "05\r\n", PRINTER_FAULT,                          false, 0x05 },
	{ "06\r\n", PRINTER_FAULT,                          false, 0x06 },
	{ "07\r\n", PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT, false, 0x07 },
	{ "08\r\n", PRINTER_FAULT,                          false, 0x08 },
	{ "09\r\n", PRINTER_FAULT,                          false, 0x09 },
	{ "10\r\n", PRINTER_FAULT,                          false, 0x10 },
	{ "11\r\n", PRINTER_HEAD_OPEN,                      false, 0x11 },
	{ "12\r\n", PRINTER_PAUSED,                         false, 0x12 },
	{ "13\r\n", PRINTER_OVER_TEMPERATURE,               false, 0x13 },
	{ "14\r\n", PRINTER_OVER_TEMPERATURE,               false, 0x14 },
	{ "15\r\n", PRINTER_FAULT,                          false, 0x15 },
	{ "16\r\n", PRINTER_FAULT,                          false, 0x16 },
	{ "50\r\n", PRINTER_OK,                             true,  0x50 },
	{ "80\r\n", PRINTER_FAULT,                          false, 0x80 },
	{ "81\r\n", PRINTER_FAULT,                          false, 0x81 },
	{ "82\r\n", PRINTER_FAULT,                          false, 0x82 },
	{ "83\r\n", PRINTER_FAULT,                          false, 0x83 },
	{ "84\r\n", PRINTER_FAULT,                          false, 0x84 },
	{ "93\r\n", PRINTER_FAULT,                          false, 0x93 },
	{ "07,11\r\n", PRINTER_MEDIA_OUT | PRINTER_RIBBON_OUT | PRINTER_HEAD_OPEN, false, 0x0711 },
	{ "50,11\r\n", PRINTER_HEAD_OPEN,                   true,  0x5011 },
	{ "01,02,03,04,11\r\n", PRINTER_FAULT | PRINTER_HEAD_OPEN, false, 0x02030411 },
};
/* clang-format on */

static void test_every_code_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct printer_status status = { 0 };

		check_row(codes[i].reply);
		check_int(read_text(codes[i].reply, &status), PRINTER_READING_DONE);
		check_int(printer_status_state(&printer_driver_epl2, &status), codes[i].state);
		check_int(status.is_busy, codes[i].is_busy);
		check_int(printer_status_is_idle(&status), !codes[i].is_busy);
		check_int(status.error_bits, codes[i].error_bits);
	}
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
static const struct {
	const char *name;
	const char *reply;
	enum printer_reading reading;
} framing[] = {
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
	for (size_t i = 0; i < ARRAY_LEN(framing); i++) {
		struct printer_status status = { 0 };
		static const struct printer_status untouched;

		check_row(framing[i].name);
		check_int(read_text(framing[i].reply, &status), framing[i].reading);
		if (framing[i].reading != PRINTER_READING_DONE)
			check(memcmp(&status, &untouched, sizeof(status)) == 0);
	}
}

static void test_silence_is_never_ok(void)
{
	struct printer_status status = { 0 };

	check_int(printer_status_state(&printer_driver_epl2, &status), PRINTER_SILENT);
	check(!printer_status_is_idle(&status));
	check_int(epl2_status_read(PRINTER_QUERY_FAULTS, bytes_of_str("00\r\n"), &status),
		PRINTER_READING_BAD);
	check_int(epl2_status_read(PRINTER_QUERY_COUNTER, bytes_of_str("00\r\n"), &status),
		PRINTER_READING_BAD);
	check_int(printer_status_state(&printer_driver_epl2, &status), PRINTER_SILENT);
}

static void test_endless_noise_is_refused(void)
{
	AUTO_BUF noise = { 0 };
	struct printer_status status = { 0 };

	memset(buf_grow(&noise, PRINTER_REPLY_MAX), '\r', PRINTER_REPLY_MAX);
	check_int(epl2_status_read(PRINTER_QUERY_HOST, buf_bytes(&noise), &status),
		PRINTER_READING_MORE);
	buf_add_byte(&noise, '\r');
	check_int(epl2_status_read(PRINTER_QUERY_HOST, buf_bytes(&noise), &status),
		PRINTER_READING_BAD);
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
