/* scanners: reports to scans, words, symbologies. */
#include "scanners/plain.h"

#include <stdio.h>

#include "daemon/base/auto.h"
#include "scanners/symbology.h"
#include "tests/check.h"
#include "tests/scanners/reading.h"

/* Feeds all reports; the reading of the last. */
static enum scan_reading feed(
	struct scan_collector *collector, struct bytes reports, struct scan *out)
{
	enum scan_reading reading = SCAN_READING_NONE;

	for (size_t at = 0; at < reports.len; at += PLAIN_REPORT_LEN)
		reading = read_report(&scanner_driver_plain, collector,
			bytes_of(reports.data + at, PLAIN_REPORT_LEN), out);
	return reading;
}

static void test_scans_of_every_length_come_back(void)
{
	static uint8_t data[SCAN_MAX];
	static const size_t lens[] = { 1, 12, 55, 56, 57, 112, 289, SCAN_MAX };

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 11);
	for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
		struct scan_collector collector = { 0 };
		struct scan sent = { .raw = bytes_of(data, lens[i]), .aim = "]C0" };
		struct scan got = { 0 };
		AUTO_BUF reports = { 0 };
		struct err err = { 0 };

		check_ok(plain_encode(&sent, &reports, &err), &err);
		check_int(reports.len,
			(lens[i] + PLAIN_DATA_MAX - 1) / PLAIN_DATA_MAX * PLAIN_REPORT_LEN);
		for (unsigned twice = 0; twice < 2; twice++) {
			check_int(feed(&collector, buf_bytes(&reports), &got), SCAN_READING_DONE);
			check_bytes(got.raw, sent.raw);
			check_str(got.aim, "]C0");
		}
		scan_collector_done(&collector);
	}
}

static void test_a_scan_may_have_no_identifier(void)
{
	struct scan_collector collector = { 0 };
	struct scan sent = { .raw = bytes_of_str("101000000156") };
	struct scan got = { 0 };
	AUTO_BUF reports = { 0 };
	struct err err = { 0 };

	check_ok(plain_encode(&sent, &reports, &err), &err);
	check_int(feed(&collector, buf_bytes(&reports), &got), SCAN_READING_DONE);
	check_bytes(got.raw, bytes_of_str("101000000156"));
	check_str(got.aim, "");
	scan_collector_done(&collector);
}

/* clang-format off */
#define REPORT(text) (text), sizeof(text) - 1
static const struct {
	const char *name;
	const char *begin; /* of the report; the rest is NUL */
	size_t begin_len;
	size_t len;
	enum scan_reading reading;
} rows[] = {
	{ "an empty report", REPORT(""), 0, SCAN_READING_BAD },
	{ "shorter than its head", REPORT("\0\1]C"), 4, SCAN_READING_BAD },
	{ "shorter than its length", REPORT("\0\3]C0ab"), 7, SCAN_READING_BAD },
	{ "an unknown flag", REPORT("\2\1]C0a"), 6, SCAN_READING_BAD },
	{ "a length above the data's room", REPORT("\0\71]C0"), 62, SCAN_READING_BAD },
	{ "half an identifier", REPORT("\0\1]\0\0a"), 6, SCAN_READING_BAD },
	{ "an identifier without its bracket", REPORT("\0\1xC0a"), 6, SCAN_READING_BAD },
	{ "nothing read", REPORT("\0\0]C0"), 5, SCAN_READING_NONE },
	{ "a NUL is data", REPORT("\0\1]d1\0"), 6, SCAN_READING_DONE },
	{ "a short report is legal on the wire", REPORT("\0\2]C0ab"), 7, SCAN_READING_DONE },
	{ "more to come", REPORT("\1\2]C0ab"), 7, SCAN_READING_MORE },
};
/* clang-format on */

static void test_reports_that_make_no_sense_are_dropped(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scan_collector collector = { 0 };
		uint8_t report[PLAIN_REPORT_LEN] = { 0 };
		struct scan got = { 0 };

		check_row(rows[i].name);
		memcpy(report, rows[i].begin, rows[i].begin_len);
		check_int(read_report(&scanner_driver_plain, &collector,
				  bytes_of(report, rows[i].len), &got),
			rows[i].reading);
		scan_collector_done(&collector);
	}
}

static void test_parts_of_two_scans_are_never_joined(void)
{
	struct scan_collector collector = { 0 };
	struct scan got = { 0 };

	check_int(read_report(&scanner_driver_plain, &collector, bytes_of("\1\2]C0ab", 7), &got),
		SCAN_READING_MORE);
	check_int(read_report(&scanner_driver_plain, &collector, bytes_of("\0\2]d1cd", 7), &got),
		SCAN_READING_BAD);
	check_int(read_report(&scanner_driver_plain, &collector, bytes_of("\0\2]d1cd", 7), &got),
		SCAN_READING_DONE);
	check_bytes(got.raw, bytes_of_str("cd"));
	scan_collector_done(&collector);
}

static void test_a_scan_without_end_is_dropped_at_the_limit(void)
{
	struct scan_collector collector = { 0 };
	struct scan got = { 0 };
	uint8_t report[PLAIN_REPORT_LEN] = { 1, PLAIN_DATA_MAX, ']', 'C', '0' };
	enum scan_reading reading = SCAN_READING_MORE;
	unsigned count = 0;

	while (reading == SCAN_READING_MORE && count < 1000) {
		reading = read_report(
			&scanner_driver_plain, &collector, bytes_of(report, sizeof(report)), &got);
		count++;
	}
	check_int(reading, SCAN_READING_BAD);
	check_int(count, SCAN_MAX / PLAIN_DATA_MAX + 1);
	report[1] = 0; /* endless reports without data */
	for (count = 0; count < SCAN_REPORTS_MAX; count++)
		check_int(read_report(&scanner_driver_plain, &collector,
				  bytes_of(report, sizeof(report)), &got),
			SCAN_READING_MORE);
	check_int(read_report(&scanner_driver_plain, &collector, bytes_of(report, sizeof(report)),
			  &got),
		SCAN_READING_BAD);
	scan_collector_done(&collector);
}

static void test_what_cannot_be_a_scan_is_not_made(void)
{
	static uint8_t data[SCAN_MAX + 1];
	struct scan empty = { 0 };
	struct scan large = { .raw = bytes_of(data, sizeof(data)) };
	struct scan odd = { .raw = bytes_of(data, 1), .aim = "]C" };
	AUTO_BUF reports = { 0 };
	struct err err = { 0 };

	check(!plain_encode(&empty, &reports, &err));
	check_err(&err, ERR_INVALID, "no bytes");
	check(!plain_encode(&large, &reports, &err));
	check_err(&err, ERR_TOO_LARGE, "more than");
	check(!plain_encode(&odd, &reports, &err));
	check_err(&err, ERR_INVALID, "AIM");
	check_int(reports.len, 0);
}

static void test_every_verdict_has_its_word(void)
{
	static struct scan_collector nothing;
	static const char *const verdicts[] = { "stored", "complete", "repeat", "question", "stop",
		"note", "not_stored" };

	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		enum scan_verdict verdict = SCAN_STORED;
		AUTO_BUF bytes = { 0 };
		char line[32];

		check(scan_verdict_parse(verdicts[i], &verdict));
		check_str(scan_verdict_word(verdict), verdicts[i]);
		check(scanner_driver_plain.feedback(&nothing, verdict, &bytes));
		snprintf(line, sizeof(line), "%s\n", verdicts[i]);
		check_str(buf_str(&bytes), line);
	}
	enum scan_verdict verdict;

	check(!scan_verdict_parse("fine", &verdict));
}

/* tests/data/aim/names.tsv, by which the database's names are tested too. */
static void test_symbologies_have_names(void)
{
	AUTO(char_free)
	char *text = check_read_file("tests/data/aim/names.tsv", NULL);
	char *rest = text;
	unsigned rows_read = 0;

	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *aim = strsep(&line, "\t");

		if (*aim == '#' || !line)
			continue;
		check_row(aim);
		check_str(symbology_name(aim) ? symbology_name(aim) : "", line);
		rows_read++;
	}
	check_row(NULL);
	check_int(rows_read, 27);
	check(symbology_name("") == NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_scans_of_every_length_come_back),
		CHECK_TEST(test_a_scan_may_have_no_identifier),
		CHECK_TEST(test_reports_that_make_no_sense_are_dropped),
		CHECK_TEST(test_parts_of_two_scans_are_never_joined),
		CHECK_TEST(test_a_scan_without_end_is_dropped_at_the_limit),
		CHECK_TEST(test_what_cannot_be_a_scan_is_not_made),
		CHECK_TEST(test_every_verdict_has_its_word),
		CHECK_TEST(test_symbologies_have_names),
	};
	return check_run("scanners", tests, ARRAY_LEN(tests));
}
