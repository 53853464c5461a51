/* printers/lang/zpl/status: every documented bit and field, framing, and what must never be ok. */
#include "printers/lang/zpl/status.h"

#include <stdio.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/printers/lang/answers.h"

#define STX "\002"
#define ETX "\003"

#define HOST_2 STX "000,0,0,0,0,2,4,0,00000000,1,000" ETX "\r\n"
#define HOST_3 STX "0000,0" ETX "\r\n"
#define HOST_OK STX "030,0,0,0203,000,0,0,0,000,0,0,0" ETX "\r\n" HOST_2 HOST_3
#define FAULTS_OK                                                                            \
	STX "\r\n\r\n  PRINTER STATUS     \r\n   ERRORS:         0 00000000 00000000   \r\n" \
	    "   WARNINGS:       0 00000000 00000000   \r\n" ETX

static enum printer_reading read_text(
	enum printer_query query, const char *text, struct printer_status *status)
{
	return zpl_status_read(query, bytes_of_str(text), status);
}

static char *faults_text(unsigned flag, unsigned group_2, unsigned errors, unsigned warnings)
{
	return xasprintf(STX "\r\n\r\n  PRINTER STATUS\r\n   ERRORS:         %u %08X %08X\r\n"
			     "   WARNINGS:       %d 00000000 %08X\r\n" ETX,
		flag, group_2, errors, warnings != 0, warnings);
}

/* The state when HOST is fine and FAULTS says this. */
static unsigned faults_state(unsigned flag, unsigned group_2, unsigned errors, unsigned warnings)
{
	struct printer_status status = { 0 };
	AUTO(char_free) char *text = faults_text(flag, group_2, errors, warnings);

	check_int(read_text(PRINTER_QUERY_HOST, HOST_OK, &status), PRINTER_READING_DONE);
	check_int(read_text(PRINTER_QUERY_FAULTS, text, &status), PRINTER_READING_DONE);
	check_int(status.error_bits, errors);
	check_int(status.warning_bits, warnings);
	return printer_status_state(&printer_driver_zpl, &status);
}

/* clang-format off */
static const struct { uint32_t bit; unsigned state; } errors[] = {
	{ 0x00000001, PRINTER_MEDIA_OUT },        { 0x00000002, PRINTER_RIBBON_OUT },
	{ 0x00000004, PRINTER_HEAD_OPEN },        { 0x00000008, PRINTER_FAULT },
	{ 0x00000010, PRINTER_OVER_TEMPERATURE }, { 0x00000020, PRINTER_OVER_TEMPERATURE },
	{ 0x00000040, PRINTER_FAULT },            { 0x00000080, PRINTER_FAULT },
	{ 0x00000100, PRINTER_FAULT },            { 0x00000200, PRINTER_FAULT },
	{ 0x00000400, PRINTER_FAULT },            { 0x00000800, PRINTER_FAULT },
	{ 0x00001000, PRINTER_JAM },              { 0x00002000, PRINTER_FAULT },
	{ 0x00004000, PRINTER_JAM },              { 0x00008000, PRINTER_JAM },
	{ 0x00010000, PRINTER_PAUSED },           { 0x00020000, PRINTER_JAM },
	{ 0x00040000, PRINTER_FAULT },            { 0x00080000, PRINTER_FAULT },
};
static const struct { uint32_t bit; unsigned state; } warnings[] = {
	{ 0x001, PRINTER_OK }, { 0x002, PRINTER_OK }, { 0x004, PRINTER_OK },
	{ 0x008, PRINTER_OK | PRINTER_MEDIA_LOW },
	{ 0x010, PRINTER_OK }, { 0x020, PRINTER_OK }, { 0x040, PRINTER_OK }, { 0x080, PRINTER_OK },
	{ 0x100, PRINTER_OK }, { 0x200, PRINTER_OK }, { 0x400, PRINTER_OK }, { 0x800, PRINTER_OK },
};
/* clang-format on */

static void test_every_error_bit_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		char row[16];

		snprintf(row, sizeof(row), "%08x", errors[i].bit);
		check_row(row);
		check_int(faults_state(1, 0, errors[i].bit, 0), errors[i].state);
	}
	for (unsigned bit = 20; bit < 32; bit++)
		check_int(faults_state(1, 0, 1u << bit, 0), PRINTER_FAULT);
}

static void test_every_warning_bit_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(warnings); i++) {
		char row[16];

		snprintf(row, sizeof(row), "%08x", warnings[i].bit);
		check_row(row);
		check_int(faults_state(0, 0, 0, warnings[i].bit), warnings[i].state);
	}
	for (unsigned bit = 12; bit < 32; bit++)
		check_int(faults_state(0, 0, 0, 1u << bit), PRINTER_FAULT);
}

static void test_bits_add_up(void)
{
	check_int(faults_state(1, 0, 5, 0), PRINTER_HEAD_OPEN | PRINTER_MEDIA_OUT);
	check_int(faults_state(1, 0, 0x80000001, 8),
		PRINTER_FAULT | PRINTER_MEDIA_OUT | PRINTER_MEDIA_LOW);
}

static void test_a_fault_without_a_name_is_a_fault(void)
{
	check_int(faults_state(0, 0, 0, 0), PRINTER_OK);
	check_int(faults_state(1, 0, 0, 0), PRINTER_FAULT);
	check_int(faults_state(0, 1, 0, 0), PRINTER_FAULT);
	check_int(faults_state(2, 0, 0, 0), PRINTER_FAULT);
	check_int(faults_state(0, 0, 1, 0), PRINTER_MEDIA_OUT);
}

/* clang-format off */
static const struct { const char *name; const char *host; unsigned state; } host_rows[] = {
	{ "b paper out",        STX "030,1,0,0203,000,0,0,0,000,0,0,0" ETX HOST_2 HOST_3, PRINTER_MEDIA_OUT },
	{ "c pause",            STX "030,0,1,0203,000,0,0,0,000,0,0,0" ETX HOST_2 HOST_3, PRINTER_PAUSED },
	{ "f buffer full",      STX "030,0,0,0203,000,1,0,0,000,0,0,0" ETX HOST_2 HOST_3, PRINTER_OK },
	{ "g diagnostics",      STX "030,0,0,0203,000,0,1,0,000,0,0,0" ETX HOST_2 HOST_3, PRINTER_FAULT },
	{ "j corrupt RAM",      STX "030,0,0,0203,000,0,0,0,000,1,0,0" ETX HOST_2 HOST_3, PRINTER_FAULT },
	{ "k under temperature", STX "030,0,0,0203,000,0,0,0,000,0,1,0" ETX HOST_2 HOST_3, PRINTER_FAULT },
	{ "l over temperature", STX "030,0,0,0203,000,0,0,0,000,0,0,1" ETX HOST_2 HOST_3, PRINTER_OVER_TEMPERATURE },
	{ "o head up",          STX "030,0,0,0203,000,0,0,0,000,0,0,0" ETX STX "000,0,1,0,0,2,4,0,00000000,1,000" ETX HOST_3, PRINTER_HEAD_OPEN },
	{ "p ribbon out",       STX "030,0,0,0203,000,0,0,0,000,0,0,0" ETX STX "000,0,0,1,0,2,4,0,00000000,1,000" ETX HOST_3, PRINTER_RIBBON_OUT },
	{ "everything",         STX "030,1,1,0203,000,0,0,0,000,0,0,1" ETX STX "000,0,1,1,0,2,4,0,00000000,1,000" ETX HOST_3,
		PRINTER_MEDIA_OUT | PRINTER_PAUSED | PRINTER_OVER_TEMPERATURE | PRINTER_HEAD_OPEN | PRINTER_RIBBON_OUT },
};
/* clang-format on */

static void test_every_field_of_the_host_status_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(host_rows); i++) {
		struct printer_status status = { 0 };

		check_row(host_rows[i].name);
		check_int(read_text(PRINTER_QUERY_HOST, host_rows[i].host, &status),
			PRINTER_READING_DONE);
		check_int(
			read_text(PRINTER_QUERY_FAULTS, FAULTS_OK, &status), PRINTER_READING_DONE);
		check_int(printer_status_state(&printer_driver_zpl, &status), host_rows[i].state);
		check(printer_status_is_idle(&status));
	}
}

static void test_buffers_are_read(void)
{
	static const char busy[] = STX "030,0,0,0203,007,0,0,1,000,0,0,0" ETX "\r\n" STX
				       "000,0,0,0,0,2,4,0,00000012,1,000" ETX "\r\n" HOST_3;
	struct printer_status status = { 0 };

	check_int(read_text(PRINTER_QUERY_HOST, busy, &status), PRINTER_READING_DONE);
	check_int(status.formats_waiting, 7);
	check_int(status.labels_remaining, 12);
	check(status.partial_format);
	check(!printer_status_is_idle(&status));
	check(printer_status_may_hold(&status));
}

/* Half a label is none that could come out; silence may hide one. */
static void test_a_whole_label_inside_is_told_from_half_a_one(void)
{
	struct printer_status status = { 0 };

	check(printer_status_may_hold(&status));
	check_int(read_text(PRINTER_QUERY_HOST, HOST_OK, &status), PRINTER_READING_DONE);
	check(!printer_status_may_hold(&status));
	status.partial_format = true;
	check(!printer_status_may_hold(&status));
	check(!printer_status_is_idle(&status));
	status.is_busy = true;
	check(printer_status_may_hold(&status));
	status.is_busy = false;
	status.formats_waiting = 1;
	check(printer_status_may_hold(&status));
	status.formats_waiting = 0;
	status.labels_remaining = 1;
	check(printer_status_may_hold(&status));
}

static void test_nothing_is_ok_without_both_answers(void)
{
	struct printer_status none = { 0 };
	struct printer_status host = { 0 };
	struct printer_status faults = { 0 };

	check_int(printer_status_state(&printer_driver_zpl, &none), PRINTER_SILENT);
	check_int(read_text(PRINTER_QUERY_HOST, HOST_OK, &host), PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &host), PRINTER_SILENT);
	check_int(read_text(PRINTER_QUERY_FAULTS, FAULTS_OK, &faults), PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &faults), PRINTER_SILENT);
	check(!printer_status_is_idle(&faults));
	check_int(read_text(PRINTER_QUERY_FAULTS, FAULTS_OK, &host), PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &host), PRINTER_OK);
}

static void test_what_one_answer_found_is_told_without_the_other(void)
{
	struct printer_status status = { 0 };
	AUTO(char_free) char *open_head = faults_text(1, 0, 4, 0);
	AUTO(char_free) char *paper_low = faults_text(0, 0, 0, 8);

	check_int(read_text(PRINTER_QUERY_FAULTS, open_head, &status), PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &status), PRINTER_HEAD_OPEN);
	status = (struct printer_status) { 0 };
	check_int(read_text(PRINTER_QUERY_FAULTS, paper_low, &status), PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &status),
		PRINTER_MEDIA_LOW | PRINTER_SILENT);
}

static void test_saved_replies_are_read(void)
{
	struct printer_status status = { 0 };
	size_t len;
	AUTO(char_free) char *host = check_read_file("tests/data/zpl/hs-ok.bin", &len);

	check_int(zpl_status_read(PRINTER_QUERY_HOST, bytes_of(host, len), &status),
		PRINTER_READING_DONE);
	AUTO(char_free) char *faults = check_read_file("tests/data/zpl/hqes-ok.bin", &len);

	check_int(zpl_status_read(PRINTER_QUERY_FAULTS, bytes_of(faults, len), &status),
		PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &status), PRINTER_OK);
}

/* Whatever prefix of an answer has come, the reader waits, and gives nothing away. */
static void prefixes_wait(enum printer_query query, const char *text, size_t end)
{
	for (size_t len = 0; len < end; len++) {
		struct printer_status status = { 0 };

		check_int(
			zpl_status_read(query, bytes_of(text, len), &status), PRINTER_READING_MORE);
		check(!status.answered[query]);
	}
}

static void test_an_answer_in_pieces_is_waited_for(void)
{
	static const char counter[] = "\"123456\"\r\n";

	prefixes_wait(PRINTER_QUERY_HOST, HOST_OK, strlen(HOST_OK) - strlen("\r\n"));
	prefixes_wait(PRINTER_QUERY_FAULTS, FAULTS_OK, strlen(FAULTS_OK));
	prefixes_wait(PRINTER_QUERY_COUNTER, counter, strlen("\"123456\""));
}

/* clang-format off */
static const struct answer framing[] = {
	{ "noise before an answer", "\r\n??" HOST_OK, PRINTER_READING_DONE, PRINTER_QUERY_HOST },
	{ "a late answer to another question", FAULTS_OK HOST_OK, PRINTER_READING_DONE, PRINTER_QUERY_HOST },
	{ "the end of a late answer", HOST_3 HOST_OK, PRINTER_READING_DONE, PRINTER_QUERY_HOST },
	{ "a late host status before the faults", HOST_OK FAULTS_OK, PRINTER_READING_DONE, PRINTER_QUERY_FAULTS },
	{ "late frames before the counter", HOST_OK FAULTS_OK "\"5\"", PRINTER_READING_DONE, PRINTER_QUERY_COUNTER },
	{ "half a late frame before the counter", STX "\"5\"", PRINTER_READING_MORE, PRINTER_QUERY_COUNTER },
	{ "strings in the wrong order", STX "030,0,0,0203,000,0,0,0,000,0,0,0" ETX HOST_3 HOST_2, PRINTER_READING_BAD, PRINTER_QUERY_HOST },
	{ "a field too few", STX "030,0,0,0203,000,0,0,0,000,0,0" ETX HOST_2 HOST_3, PRINTER_READING_MORE, PRINTER_QUERY_HOST },
	{ "a field too many", STX "030,0,0,0203,000,0,0,0,000,0,0,0,0" ETX HOST_2 HOST_3, PRINTER_READING_MORE, PRINTER_QUERY_HOST },
	{ "a field that is no number", STX "030,0,0,0203,000,0,0,0,000,0,0,0" ETX STX "000,0,x,0,0,2,4,0,00000000,1,000" ETX HOST_3, PRINTER_READING_BAD, PRINTER_QUERY_HOST },
	{ "an empty field", STX "030,0,0,0203,000,0,0,0,000,0,0,0" ETX STX "000,0,,0,0,2,4,0,00000000,1,000" ETX HOST_3, PRINTER_READING_BAD, PRINTER_QUERY_HOST },
	{ "no hexadecimal digits", STX "PRINTER STATUS ERRORS: 0 00000000 0000000x WARNINGS: 0 00000000 00000000" ETX, PRINTER_READING_BAD, PRINTER_QUERY_FAULTS },
	{ "seven digits", STX "PRINTER STATUS ERRORS: 0 00000000 0000001 WARNINGS: 0 00000000 00000000" ETX, PRINTER_READING_BAD, PRINTER_QUERY_FAULTS },
	{ "no warnings", STX "PRINTER STATUS ERRORS: 0 00000000 00000000" ETX, PRINTER_READING_BAD, PRINTER_QUERY_FAULTS },
	{ "more than the warnings", STX "PRINTER STATUS ERRORS: 0 00000000 00000000 WARNINGS: 0 00000000 00000000 x" ETX, PRINTER_READING_BAD, PRINTER_QUERY_FAULTS },
	{ "a counter that is no number", "\"12a\"", PRINTER_READING_BAD, PRINTER_QUERY_COUNTER },
	{ "an empty counter", "\"\"", PRINTER_READING_BAD, PRINTER_QUERY_COUNTER },
	{ "a counter of 19 digits", "\"1234567890123456789\"", PRINTER_READING_BAD, PRINTER_QUERY_COUNTER },
	{ "a counter without end", "\"00000000000000000000000000000000000000000000000000000000000000000000000", PRINTER_READING_MORE, PRINTER_QUERY_COUNTER },
	{ "a counter too long", "\"00000000000000000000000000000000000000000000000000000000000000000000000\"", PRINTER_READING_BAD, PRINTER_QUERY_COUNTER },
};
/* clang-format on */

static void test_framing(void)
{
	check_answers(&printer_driver_zpl, framing, ARRAY_LEN(framing));
}

static void test_endless_answers_are_refused(void)
{
	AUTO_BUF frame = { 0 };
	struct printer_status status = { 0 };

	buf_add_byte(&frame, 2);
	memset(buf_grow(&frame, ZPL_FRAME_MAX + 1), '0', ZPL_FRAME_MAX + 1);
	check_int(zpl_status_read(PRINTER_QUERY_HOST, buf_bytes(&frame), &status),
		PRINTER_READING_BAD);
	check_int(zpl_status_read(PRINTER_QUERY_FAULTS, buf_bytes(&frame), &status),
		PRINTER_READING_BAD);
	buf_add_byte(&frame, 3);
	check_int(zpl_status_read(PRINTER_QUERY_HOST, buf_bytes(&frame), &status),
		PRINTER_READING_BAD);
	check_endless(&printer_driver_zpl, PRINTER_QUERY_COUNTER, 'x');
}

static void test_the_counter_is_read(void)
{
	struct printer_status status = { 0 };

	check_int(
		read_text(PRINTER_QUERY_COUNTER, "\"123456\"\r\n", &status), PRINTER_READING_DONE);
	check(status.answered[PRINTER_QUERY_COUNTER]);
	check(status.has_counter);
	check_int(status.counter, 123456);
}

static void test_a_printer_may_have_no_counter(void)
{
	struct printer_status status = { 0 };

	check_int(read_text(PRINTER_QUERY_COUNTER, "\"?\"", &status), PRINTER_READING_DONE);
	check(status.answered[PRINTER_QUERY_COUNTER]);
	check(!status.has_counter);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_error_bit_has_its_word),
		CHECK_TEST(test_every_warning_bit_has_its_word),
		CHECK_TEST(test_bits_add_up),
		CHECK_TEST(test_a_fault_without_a_name_is_a_fault),
		CHECK_TEST(test_every_field_of_the_host_status_has_its_word),
		CHECK_TEST(test_buffers_are_read),
		CHECK_TEST(test_a_whole_label_inside_is_told_from_half_a_one),
		CHECK_TEST(test_nothing_is_ok_without_both_answers),
		CHECK_TEST(test_what_one_answer_found_is_told_without_the_other),
		CHECK_TEST(test_saved_replies_are_read),
		CHECK_TEST(test_an_answer_in_pieces_is_waited_for),
		CHECK_TEST(test_framing),
		CHECK_TEST(test_endless_answers_are_refused),
		CHECK_TEST(test_the_counter_is_read),
		CHECK_TEST(test_a_printer_may_have_no_counter),
	};
	return check_run("printers/lang/zpl/status", tests, ARRAY_LEN(tests));
}
