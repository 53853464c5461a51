/* printers/lang/brother/status: every documented bit, framing, and what proves a label. */
#include "printers/lang/brother/status.h"

#include <stdio.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/printers/lang/answers.h"

/* Where a report says what. */
enum report_byte {
	ERRORS_1 = 8,
	ERRORS_2 = 9,
	MEDIA_WIDTH = 10,
	MEDIA_TYPE = 11,
	MEDIA_LENGTH = 17,
	STATUS_TYPE = 18,
	PHASE = 19,
	PHASE_NUMBER = 21,
	NOTIFICATION = 22,
};

static void report_add(struct buf *out, uint8_t type, uint8_t phase)
{
	static const uint8_t ready[BROTHER_REPORT_BYTES] = { 0x80, 0x20, 'B', '4', '8', '0', 0x04,
		0, 0, 0, 62, 0x0a, 0, 0, 0x15 };
	size_t at = out->len;

	buf_add_mem(out, ready, sizeof(ready));
	out->data[at + STATUS_TYPE] = type;
	out->data[at + PHASE] = phase;
}

/* The state when the reply to ESC i S has this byte there. */
static unsigned state_with(enum report_byte at, uint8_t value)
{
	AUTO_BUF reply = { 0 };
	struct printer_status status = { 0 };

	report_add(&reply, 0, 0);
	reply.data[at] = value;
	check_int(brother_status_read(PRINTER_QUERY_HOST, buf_bytes(&reply), &status),
		PRINTER_READING_DONE);
	return printer_status_state(&printer_driver_brother, &status);
}

/* clang-format off */
static const struct { enum report_byte at; uint8_t value; unsigned state; } rows[] = {
	{ ERRORS_1, 0x00, PRINTER_OK },
	{ ERRORS_1, 0x01, PRINTER_MEDIA_OUT }, { ERRORS_1, 0x02, PRINTER_MEDIA_OUT },
	{ ERRORS_1, 0x04, PRINTER_JAM },       { ERRORS_1, 0x08, PRINTER_FAULT },
	{ ERRORS_1, 0x10, PRINTER_OK },        { ERRORS_1, 0x20, PRINTER_FAULT },
	{ ERRORS_1, 0x40, PRINTER_FAULT },     { ERRORS_1, 0x80, PRINTER_FAULT },
	{ ERRORS_1, 0x05, PRINTER_MEDIA_OUT | PRINTER_JAM },
	{ ERRORS_2, 0x01, PRINTER_WRONG_STOCK }, { ERRORS_2, 0x02, PRINTER_FAULT },
	{ ERRORS_2, 0x04, PRINTER_FAULT },     { ERRORS_2, 0x08, PRINTER_FAULT },
	{ ERRORS_2, 0x10, PRINTER_HEAD_OPEN }, { ERRORS_2, 0x20, PRINTER_PAUSED },
	{ ERRORS_2, 0x40, PRINTER_JAM },       { ERRORS_2, 0x80, PRINTER_FAULT },
	{ ERRORS_2, 0x11, PRINTER_WRONG_STOCK | PRINTER_HEAD_OPEN },
	{ MEDIA_TYPE, 0x00, PRINTER_MEDIA_OUT },
	{ MEDIA_TYPE, 0x0a, PRINTER_OK }, { MEDIA_TYPE, 0x0b, PRINTER_OK },
	{ MEDIA_TYPE, 0x4a, PRINTER_OK }, { MEDIA_TYPE, 0x4b, PRINTER_OK },
	{ MEDIA_TYPE, 0x01, PRINTER_FAULT }, { MEDIA_TYPE, 0xff, PRINTER_FAULT },
	{ STATUS_TYPE, 0x00, PRINTER_OK },
	{ STATUS_TYPE, 0x02, PRINTER_FAULT }, { STATUS_TYPE, 0x03, PRINTER_FAULT },
	{ STATUS_TYPE, 0x04, PRINTER_FAULT }, { STATUS_TYPE, 0x07, PRINTER_FAULT },
	{ STATUS_TYPE, 0xff, PRINTER_FAULT },
	{ PHASE, 0x00, PRINTER_OK }, { PHASE, 0x01, PRINTER_OK }, { PHASE, 0x02, PRINTER_FAULT },
	{ PHASE_NUMBER, 0x14, PRINTER_FAULT },
	{ NOTIFICATION, 0x00, PRINTER_OK }, { NOTIFICATION, 0x01, PRINTER_HEAD_OPEN },
	{ NOTIFICATION, 0x02, PRINTER_OK }, { NOTIFICATION, 0x03, PRINTER_OVER_TEMPERATURE },
	{ NOTIFICATION, 0x04, PRINTER_OK }, { NOTIFICATION, 0x05, PRINTER_FAULT },
};
/* clang-format on */

static void test_every_bit_and_value_has_its_word(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char row[32];

		snprintf(row, sizeof(row), "byte %u is %02x", rows[i].at, rows[i].value);
		check_row(row);
		check_int(state_with(rows[i].at, rows[i].value), rows[i].state);
	}
}

static void test_an_answer_says_which_roll_is_in_it(void)
{
	AUTO_BUF reply = { 0 };
	struct printer_status status = { 0 };

	report_add(&reply, 0, 0);
	reply.data[MEDIA_WIDTH] = 29;
	reply.data[MEDIA_TYPE] = 0x0b;
	reply.data[MEDIA_LENGTH] = 90;
	check_int(brother_status_read(PRINTER_QUERY_HOST, buf_bytes(&reply), &status),
		PRINTER_READING_DONE);
	check_int(status.stock_width_mm, 29);
	check_int(status.stock_length_mm, 90);
	check(printer_driver_brother.stock_is_right(&status, 29000, 90000));
	check(!printer_driver_brother.stock_is_right(&status, 50800, 25400));
	check(!printer_driver_brother_wide.stock_is_right(&status, 50800, 25400));
}

static void test_an_error_keeps_its_bits_for_evidence(void)
{
	AUTO_BUF reply = { 0 };
	struct printer_status status = { 0 };

	report_add(&reply, 2, 1);
	reply.data[ERRORS_1] = 0x05;
	reply.data[ERRORS_2] = 0x10;
	check_int(brother_status_read(PRINTER_QUERY_HOST, buf_bytes(&reply), &status),
		PRINTER_READING_DONE);
	check_int(status.error_bits, 0x1005);
	check_int(status.found, PRINTER_MEDIA_OUT | PRINTER_JAM | PRINTER_HEAD_OPEN);
}

static void test_a_printer_that_prints_or_is_in_use_is_not_idle(void)
{
	static const struct {
		const char *name;
		enum report_byte at;
		uint8_t value;
		bool idle;
	} at_rest[] = {
		{ "receiving", PHASE, 0, true },
		{ "printing", PHASE, 1, false },
		{ "in use", ERRORS_1, 0x10, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(at_rest); i++) {
		AUTO_BUF reply = { 0 };
		struct printer_status status = { 0 };

		check_row(at_rest[i].name);
		report_add(&reply, 0, 0);
		reply.data[at_rest[i].at] = at_rest[i].value;
		check_int(brother_status_read(PRINTER_QUERY_HOST, buf_bytes(&reply), &status),
			PRINTER_READING_DONE);
		check_int(printer_status_is_idle(&status), at_rest[i].idle);
	}
}

static void test_an_answer_in_pieces_is_waited_for(void)
{
	AUTO_BUF reply = { 0 };

	buf_add_str(&reply, "?\200\040?");
	report_add(&reply, 1, 1);
	report_add(&reply, 6, 0);
	report_add(&reply, 5, 0);
	report_add(&reply, 0, 0);
	for (size_t len = 0; len <= reply.len; len++) {
		struct printer_status status = { 0 };
		bool whole = len == reply.len;

		check_int(
			brother_status_read(PRINTER_QUERY_HOST, bytes_of(reply.data, len), &status),
			whole ? PRINTER_READING_DONE : PRINTER_READING_MORE);
		check_int(printer_status_state(&printer_driver_brother, &status),
			whole ? PRINTER_OK : PRINTER_SILENT);
		check_int(status.labels_reported, 0);
	}
}

static void test_other_questions_and_endless_answers_are_none(void)
{
	AUTO_BUF reply = { 0 };

	report_add(&reply, 0, 0);
	check_silence(&printer_driver_brother, buf_bytes(&reply));
	check_endless(&printer_driver_brother, PRINTER_QUERY_HOST, 'x');
}

/* Feeds step bytes at a time, as the bench does. */
static void listen(struct bytes bytes, size_t step, struct printer_status *status)
{
	AUTO_BUF heard = { 0 };

	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		buf_add_mem(&heard, bytes.data + at, left < step ? left : step);
		buf_drop(&heard, brother_status_heard(buf_bytes(&heard), status));
		check(heard.len < BROTHER_REPORT_BYTES);
	}
}

static void test_a_page_is_counted_when_the_printer_says_so(void)
{
	size_t len;
	AUTO(char_free) char *page = check_read_file("tests/data/brother/page-62.bin", &len);

	for (size_t step = 1; step <= len; step++) {
		struct printer_status status = { 0 };

		listen(bytes_of(page, len), step, &status);
		check_int(status.labels_reported, 1);
		check(!status.is_busy);
		check_int(status.found, 0);
		check(!status.answered[PRINTER_QUERY_HOST]);
	}
}

/* clang-format off */
static const struct {
	const char *name;
	uint8_t report[4][2]; /* status type, phase type; 0xff ends */
	unsigned labels;
	bool is_busy;
	unsigned found;
} talks[] = {
	{ "printing",                         { { 6, 1 }, { 0xff } },                     0, true,  0 },
	{ "printed, not yet receiving",       { { 6, 1 }, { 1, 1 }, { 0xff } },           1, true,  0 },
	{ "a completion from before",         { { 1, 1 }, { 6, 0 }, { 0xff } },           0, false, 0 },
	{ "a completion behind the page's",   { { 6, 1 }, { 6, 0 }, { 1, 0 }, { 0xff } }, 0, false, 0 },
	{ "an error without a bit",           { { 6, 1 }, { 2, 1 }, { 0xff } },           0, true,  PRINTER_FAULT },
	{ "an error after the completion",    { { 6, 1 }, { 1, 1 }, { 6, 0 }, { 2, 0 } }, 1, false, PRINTER_FAULT },
	{ "turned off",                       { { 6, 1 }, { 4, 1 }, { 0xff } },           0, true,  PRINTER_FAULT },
	{ "a type that does not exist",       { { 7, 0 }, { 0xff } },                     0, false, PRINTER_FAULT },
};
/* clang-format on */

static void test_only_a_completion_of_its_own_page_counts(void)
{
	for (size_t i = 0; i < ARRAY_LEN(talks); i++) {
		AUTO_BUF talk = { 0 };
		struct printer_status status = { 0 };

		check_row(talks[i].name);
		for (size_t r = 0; r < 4 && talks[i].report[r][0] != 0xff; r++)
			report_add(&talk, talks[i].report[r][0], talks[i].report[r][1]);
		listen(buf_bytes(&talk), talk.len, &status);
		check_int(status.labels_reported, talks[i].labels);
		check_int(status.is_busy, talks[i].is_busy);
		check_int(status.found, talks[i].found);
	}
}

static void test_cooling_ends_by_itself_and_an_error_does_not(void)
{
	AUTO_BUF talk = { 0 };
	struct printer_status status = { 0 };

	report_add(&talk, 6, 1);
	report_add(&talk, 5, 1);
	talk.data[BROTHER_REPORT_BYTES + NOTIFICATION] = 3;
	listen(buf_bytes(&talk), 7, &status);
	check_int(status.found, PRINTER_OVER_TEMPERATURE);
	buf_reset(&talk);
	report_add(&talk, 2, 1);
	talk.data[ERRORS_2] = 0x10;
	report_add(&talk, 5, 1);
	talk.data[BROTHER_REPORT_BYTES + NOTIFICATION] = 4;
	report_add(&talk, 6, 0);
	listen(buf_bytes(&talk), 7, &status);
	check_int(status.found, PRINTER_HEAD_OPEN);
	check_int(status.error_bits, 0x1000);
}

static void test_the_driver_is_asked_at_rest_only(void)
{
	check(printer_driver_brother.is_asked_at_rest_only);
	check(printer_driver_brother_wide.is_asked_at_rest_only);
	check(printer_driver_brother.heard == brother_status_heard);
	check(!printer_driver_zpl.is_asked_at_rest_only && !printer_driver_zpl.heard);
	check_int(printer_driver_brother.query[PRINTER_QUERY_FAULTS].len, 0);
	check(bytes_is(printer_driver_brother.query[PRINTER_QUERY_HOST], "\033iS"));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_bit_and_value_has_its_word),
		CHECK_TEST(test_an_answer_says_which_roll_is_in_it),
		CHECK_TEST(test_an_error_keeps_its_bits_for_evidence),
		CHECK_TEST(test_a_printer_that_prints_or_is_in_use_is_not_idle),
		CHECK_TEST(test_an_answer_in_pieces_is_waited_for),
		CHECK_TEST(test_other_questions_and_endless_answers_are_none),
		CHECK_TEST(test_a_page_is_counted_when_the_printer_says_so),
		CHECK_TEST(test_only_a_completion_of_its_own_page_counts),
		CHECK_TEST(test_cooling_ends_by_itself_and_an_error_does_not),
		CHECK_TEST(test_the_driver_is_asked_at_rest_only),
	};
	return check_run("printers/lang/brother/status", tests, ARRAY_LEN(tests));
}
