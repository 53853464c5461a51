/* scanners/hid_pos: real reports, the makers' layouts, reports that make no sense, and beeps. */
#include "scanners/hid_pos.h"

#include "tests/check.h"
#include "tests/scanners/reading.h"
#include "tests/scanners/samples.h"

#define REAL "rd-hidpos-8c02-honeywell-style-127.txt"

/*
 * The layouts that makers publish (tests/data/scanners/layouts-hidpos.txt), as descriptors made
 * here: no descriptor of these families is public.
 */
#define SCANNER "05 8C 09 02 A1 01 "
#define BYTES "15 00 26 FF 00 75 08 "
#define COUNT "05 01 09 3B 95 01 81 02 05 8C "
#define AIM "95 03 19 FB 29 FD 81 02 "
#define DATA "95 38 09 FE 82 02 01 "
#define PADDING(n) "95 " n " 81 03 "
#define CONTINUED "25 01 75 01 95 01 09 FF 81 02 95 07 81 03 "
#define FAMILY_A_BEEPS                         \
	"85 04 15 00 25 01 75 01 95 01 91 03 " \
	"95 02 09 5F 09 60 91 02 91 03 09 85 09 86 91 02 95 01 91 03 "
#define FAMILY_A SCANNER "85 02 " BYTES COUNT AIM DATA PADDING("02") CONTINUED FAMILY_A_BEEPS "C0"
#define FAMILY_B                                                        \
	SCANNER "85 02 " BYTES COUNT DATA PADDING("05") CONTINUED BYTES \
		"06 66 FF 85 04 95 3F 09 01 91 02 C0"
#define FAMILY_C SCANNER "85 02 " BYTES COUNT PADDING("01") AIM DATA PADDING("01") CONTINUED "C0"
/* Looks like a scanner's, on Honeywell's page for remote management. */
#define REM "06 8C FF 09 02 A1 01 85 02 05 8C " BYTES COUNT AIM DATA CONTINUED "C0"
/* no report number; the data begin inside a byte */
#define SHIFTED                                                                                  \
	SCANNER "15 00 25 01 75 01 95 01 09 FF 81 02 25 3F 75 06 05 01 09 3B 81 02 05 8C " BYTES \
		"95 08 09 FE 81 02 C0"
/* a report has the room, and nothing says that it goes on */
#define NO_FLAG SCANNER "85 02 " BYTES COUNT AIM "95 04 09 FE 81 02 C0"
/* all of it in one item: the last usage goes on */
#define ONE_ITEM SCANNER "85 02 " BYTES COUNT "95 08 09 FF 09 FB 09 FC 09 FD 09 FE 81 02 C0"

static bool begin_hex(struct scan_collector *collector, const char *hex, struct err *err)
{
	AUTO_BUF descriptor = { 0 };

	hex_add(&descriptor, hex);
	return scanner_driver_hid_pos.begin(collector, buf_bytes(&descriptor), err);
}

static struct scan_collector scanner_of(const char *hex)
{
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	check_ok(begin_hex(&collector, hex, &err), &err);
	return collector;
}

static bool begin_file(struct scan_collector *collector, const char *file, struct err *err)
{
	struct samples samples;

	samples_read(&samples, file);

	bool begins = scanner_driver_hid_pos.begin(collector, buf_bytes(&samples.all), err);

	samples_done(&samples);
	return begins;
}

static struct scan_collector scanner_real(void)
{
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	check_ok(begin_file(&collector, REAL, &err), &err);
	return collector;
}

static enum scan_reading decode(
	struct scan_collector *collector, const void *report, size_t len, struct scan *out)
{
	return read_report(&scanner_driver_hid_pos, collector, bytes_of(report, len), out);
}

/* A report of 64 bytes in the real device's layout. */
static enum scan_reading feed(struct scan_collector *collector, bool is_continued, const char *aim,
	const char *data, struct scan *out)
{
	uint8_t report[64] = { 2, (uint8_t)strlen(data), [63] = is_continued };

	memcpy(report + 2, aim, strlen(aim));
	memcpy(report + 5, data, strlen(data));
	return decode(collector, report, sizeof(report), out);
}

/* SC-03 */
static void test_seven_real_reports_are_one_message_and_no_scan(void)
{
	static const char text[] =
		"Product Name: Voyager 1602g\r\n"
		"Boot Revision: : 8992\r\n"
		"Software Part Number: CW000082BBA\r\n"
		"Software Revision: $ProjectRevision: 16345 \r\n"
		"Serial Number: 15232B1F0C\r\n"
		"Supported IF: Bluetooth\r\n"
		"PCB Assembly ID: 000000\r\n"
		"Engine Firmware Type: N/A   Revision: N/A   Serial Number: N/A   "
		"Checksum: N/A\r\n";
	struct scan_collector collector = scanner_real();
	struct samples reports;
	struct scan scan = { 0 };

	samples_read(&reports, "reports-honeywell-voyager1602g-hidpos.txt");
	check_int(reports.count, 7);
	for (size_t i = 0; i < 5; i++) {
		struct bytes report = samples_get(&reports, i);

		check_int(decode(&collector, report.data, report.len, &scan), SCAN_READING_MORE);
	}
	struct bytes last = samples_get(&reports, 5);
	struct bytes answer = samples_get(&reports, 6);

	check_int(decode(&collector, last.data, last.len, &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str(text));
	check_int(scan.raw.len, 289);
	check_str(scan.aim, "]X0");
	scan = (struct scan) { 0 };
	check_int(decode(&collector, answer.data, answer.len, &scan), SCAN_READING_NONE);
	check_int(scan.raw.len, 0);
	samples_done(&reports);
	scan_collector_done(&collector);
}

/* SC-02 */
static void test_only_a_scanner_is_a_scanner(void)
{
	static const char *const files[] = { "rd-notscanner-8c01-st-demo-33.txt",
		"rd-notscanner-8c06-dongle-dfu-33.txt", "rd-keyboard-datalogic-gd4400-65.txt" };
	/* clang-format off */
	static const struct {
		const char *name;
		const char *hex;
		enum err_code code;
		const char *text;
	} rows[] = {
		{ "nothing", "", ERR_INVALID, "no bar code scanner" },
		{ "no descriptor", "FF FF", ERR_INVALID, "cut off" },
		{ "the usage on an input field", "05 0D 09 04 A1 01 05 8C 09 02 " BYTES "95 3F 81 02 C0", ERR_INVALID,
		  "no bar code scanner" },
		{ "a logical collection", "05 8C 09 02 A1 02 " BYTES COUNT DATA "C0", ERR_INVALID, "no bar code scanner" },
		{ "the fields in another application", "05 8C 09 02 A1 01 C0 09 01 A1 01 " BYTES COUNT DATA "C0", ERR_INVALID,
		  "decoded data in 0 places" },
		{ "Honeywell's remote management", REM, ERR_INVALID, "no bar code scanner" },
		{ "a cordless base", "05 8C 09 04 A1 01 85 02 " BYTES COUNT DATA "C0", ERR_INVALID, "no bar code scanner" },
		{ "no data", SCANNER BYTES COUNT "C0", ERR_INVALID, "decoded data in 0 places" },
		{ "padding for data", SCANNER BYTES COUNT "95 38 09 FE 81 03 C0", ERR_INVALID, "decoded data in 0 places" },
		{ "data in two reports", SCANNER "85 02 " BYTES COUNT DATA "85 03 " BYTES COUNT DATA "C0", ERR_INVALID,
		  "decoded data in 2 places" },
		{ "data as bits", SCANNER COUNT "15 00 25 01 75 01 95 38 09 FE 81 02 C0", ERR_INVALID, "are not bytes" },
		{ "no length", SCANNER "85 02 " BYTES DATA "C0", ERR_INVALID, "how long a scan is" },
		{ "the length in another report", SCANNER "85 03 " BYTES COUNT "85 02 " DATA "C0", ERR_INVALID, "how long a scan is" },
		{ "a report of 65 bytes", SCANNER "85 02 " BYTES COUNT AIM "95 3C 09 FE 81 02 C0", ERR_TOO_LARGE,
		  "has 65 bytes, more than 64" },
	};
	/* clang-format on */
	struct scan_collector collector = { 0 };
	struct scan scan;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct err err = { 0 };

		check_row(files[i]);
		check(!begin_file(&collector, files[i], &err));
		check_err(&err, ERR_INVALID, "this is no bar code scanner of the HID POS kind");
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };

		check_row(rows[i].name);
		check(!begin_hex(&collector, rows[i].hex, &err));
		check_err(&err, rows[i].code, rows[i].text);
	}
	check_int(decode(&collector, "\2\1]C0a", 6, &scan), SCAN_READING_BAD);
	scan_collector_done(&collector);
}

#define REPORT(text) (text), sizeof(text) - 1

static void test_every_makers_layout_is_read_from_its_descriptor(void)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const char *hex;
		const char *report;
		size_t len;
		const char *data;
		const char *aim;
	} rows[] = {
		{ "Honeywell", FAMILY_A, REPORT("\2\4]C0ab\35c"), "ab\35c", "]C0" },
		{ "Newland, no AIM", FAMILY_B, REPORT("\2\4ab\35c"), "ab\35c", "" },
		{ "one byte later", FAMILY_C, REPORT("\2\4?]d1ab\35c"), "ab\35c", "]d1" },
		{ "no flag", NO_FLAG, REPORT("\2\3]C0abc\0"), "abc", "]C0" },
		{ "one item", ONE_ITEM, REPORT("\2\3\0]C0abc\0"), "abc", "]C0" },
	};
	/* clang-format on */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scan_collector collector = scanner_of(rows[i].hex);
		uint8_t report[64] = { 0 };
		struct scan scan = { 0 };

		check_row(rows[i].name);
		memcpy(report, rows[i].report, rows[i].len);
		check_int(decode(&collector, report, sizeof(report), &scan), SCAN_READING_DONE);
		check_bytes(scan.raw, bytes_of_str(rows[i].data));
		check_str(scan.aim, rows[i].aim);
		scan_collector_done(&collector);
	}
}

static void test_fields_may_lie_across_bytes_and_reports_have_no_number(void)
{
	struct scan_collector collector = scanner_of(SHIFTED);
	struct scan scan = { 0 };
	uint8_t report[9] = { 0 };
	static const char *const parts[] = { "12345678", "9ab" };

	for (unsigned part = 0; part < 2; part++) {
		/* bit 0 goes on, bits 1-6 length, data from bit 7 */
		memset(report, 0, sizeof(report));
		report[0] = (uint8_t)((part == 0) | strlen(parts[part]) << 1);
		for (size_t i = 0; i < strlen(parts[part]); i++) {
			report[i] |= (uint8_t)(parts[part][i] << 7);
			report[i + 1] |= (uint8_t)(parts[part][i] >> 1);
		}
		check_int(decode(&collector, report, sizeof(report), &scan),
			part == 0 ? SCAN_READING_MORE : SCAN_READING_DONE);
	}
	check_bytes(scan.raw, bytes_of_str("123456789ab"));
	check_str(scan.aim, "");
	scan_collector_done(&collector);
}

/* In the real device's layout: number, length, AIM, 56 data, 2 vendor, flags. The rest is NUL. */
/* clang-format off */
static const struct {
	const char *name;
	const char *begin;
	size_t begin_len;
	size_t len;
	enum scan_reading reading;
	const char *aim;
} rows[] = {
	{ "an empty report", REPORT(""), 0, SCAN_READING_NONE, "" },
	{ "another report of the device", REPORT("\360\3]C0abc"), 64, SCAN_READING_NONE, "" },
	{ "a report that was not declared", REPORT("\11\3]C0abc"), 64, SCAN_READING_NONE, "" },
	{ "a number and nothing else", REPORT("\2"), 1, SCAN_READING_BAD, "" },
	{ "no data at all", REPORT("\2\3]C0"), 5, SCAN_READING_BAD, "" },
	{ "a byte short of its data", REPORT("\2\3]C0ab"), 7, SCAN_READING_BAD, "" },
	{ "a short report is legal on the wire", REPORT("\2\3]C0abc"), 8, SCAN_READING_DONE, "]C0" },
	{ "a length above the room", REPORT("\2\71]C0abc"), 64, SCAN_READING_BAD, "" },
	{ "padding behind the declared end", REPORT("\2\3]C0abc"), 80, SCAN_READING_DONE, "]C0" },
	{ "nothing read", REPORT("\2\0]C0"), 64, SCAN_READING_NONE, "" },
	{ "a NUL is data", REPORT("\2\3]d1\0\0\0"), 64, SCAN_READING_DONE, "]d1" },
	{ "an answer to a command", REPORT("\2\3]Z6abc"), 64, SCAN_READING_NONE, "" },
	{ "no identifier", REPORT("\2\3\0\0\0abc"), 64, SCAN_READING_DONE, "" },
	{ "a blank identifier", REPORT("\2\3   abc"), 64, SCAN_READING_DONE, "" },
	{ "no bracket", REPORT("\2\3xC0abc"), 64, SCAN_READING_DONE, "" },
	{ "half an identifier", REPORT("\2\3]C\0abc"), 64, SCAN_READING_DONE, "" },
};
/* clang-format on */

static void test_each_report_is_what_it_is(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scan_collector collector = scanner_real();
		uint8_t report[80] = { 0 };
		struct scan scan = { 0 };

		check_row(rows[i].name);
		memcpy(report, rows[i].begin, rows[i].begin_len);
		check_int(decode(&collector, report, rows[i].len, &scan), rows[i].reading);
		check_str(scan.aim, rows[i].aim);
		check_int(scan.raw.len, rows[i].reading == SCAN_READING_DONE ? 3 : 0);
		scan_collector_done(&collector);
	}
}

static void test_what_is_longer_than_declared_is_refused(void)
{
	struct scan_collector collector = scanner_real();
	uint8_t report[80] = { 2, 3, ']', 'C', '0', 'a', 'b', 'c', [79] = 'x' };
	struct scan scan;

	check_int(decode(&collector, report, sizeof(report), &scan), SCAN_READING_BAD);
	scan_collector_done(&collector);
}

static void test_full_data_that_may_go_on_are_refused(void)
{
	static const uint8_t full[] = { 2, 4, ']', 'C', '0', 'a', 'b', 'c', 'd' };
	struct scan_collector collector = scanner_of(NO_FLAG);
	uint8_t report[61] = { 2, 56, ']', 'C', '0' }; /* cut before its flag */
	struct scan scan;

	check_int(decode(&collector, full, sizeof(full), &scan), SCAN_READING_BAD);
	/* and what may be its rest */
	check_int(decode(&collector, "\2\2]C0ef\0\0", 9, &scan), SCAN_READING_BAD);
	check_int(decode(&collector, "\2\2]C0gh\0\0", 9, &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("gh"));
	scan_collector_done(&collector);

	collector = scanner_real();
	check_int(decode(&collector, report, sizeof(report), &scan), SCAN_READING_BAD);
	report[1] = 55;
	check_int(decode(&collector, report, sizeof(report), &scan), SCAN_READING_BAD);
	check_int(decode(&collector, report, sizeof(report), &scan), SCAN_READING_DONE);
	check_int(scan.raw.len, 55);
	scan_collector_done(&collector);
}

static void test_other_reports_in_the_middle_of_a_scan_do_no_harm(void)
{
	struct scan_collector collector = scanner_real();
	struct scan scan = { 0 };

	check_int(feed(&collector, true, "]d1", "ab", &scan), SCAN_READING_MORE);
	check_int(decode(&collector, "\360\1\2\3", 4, &scan), SCAN_READING_MORE);
	check_int(decode(&collector, "", 0, &scan), SCAN_READING_MORE);
	check_int(feed(&collector, false, "]d1", "cd", &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("abcd"));
	scan_collector_done(&collector);
}

static void test_a_tail_is_never_taken_for_a_code(void)
{
	struct scan_collector collector = scanner_real();
	struct scan scan = { 0 };

	/* its identifier changes on the way */
	check_int(feed(&collector, true, "]d1", "ab", &scan), SCAN_READING_MORE);
	check_int(feed(&collector, true, "]C0", "cd", &scan), SCAN_READING_BAD);
	check_int(feed(&collector, true, "]C0", "ef", &scan), SCAN_READING_BAD);
	check_int(feed(&collector, false, "]C0", "gh", &scan), SCAN_READING_BAD);
	check_int(feed(&collector, false, "]C0", "ij", &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("ij"));

	/* the end itself was bad: the next is whole */
	check_int(feed(&collector, true, "]d1", "ab", &scan), SCAN_READING_MORE);
	check_int(feed(&collector, false, "]C0", "cd", &scan), SCAN_READING_BAD);
	check_int(feed(&collector, false, "]C0", "ef", &scan), SCAN_READING_DONE);

	/* its rest comes after it was given up */
	check_int(feed(&collector, true, "]d1", "ab", &scan), SCAN_READING_MORE);
	scan_collector_reset(&collector);
	check_int(feed(&collector, false, "]d1", "cd", &scan), SCAN_READING_BAD);
	check_int(feed(&collector, false, "]d1", "ef", &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("ef"));

	/* giving up between two scans costs nothing */
	scan_collector_reset(&collector);
	check_int(feed(&collector, false, "]d1", "gh", &scan), SCAN_READING_DONE);
	scan_collector_done(&collector);
}

static void test_a_device_that_comes_again_begins_anew(void)
{
	struct scan_collector collector = scanner_real();
	struct scan scan = { 0 };
	struct err err = { 0 };

	check_int(feed(&collector, true, "]d1", "ab", &scan), SCAN_READING_MORE);
	check_ok(begin_file(&collector, REAL, &err), &err);
	check_int(feed(&collector, false, "]d1", "cd", &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("cd"));

	/* another kind of device in its place */
	check_ok(begin_hex(&collector, FAMILY_C, &err), &err);
	check_int(decode(&collector, "\2\2?]C0ef", 8, &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("ef"));
	check(!begin_hex(&collector, "", &err));
	check_int(decode(&collector, "\2\2?]C0ef", 8, &scan), SCAN_READING_BAD);
	scan_collector_done(&collector);
}

static void test_a_scan_without_end_is_dropped_at_the_limit(void)
{
	static const char data[] = "12345678901234567890123456789012345678901234567890123456";
	struct scan_collector collector = scanner_real();
	struct scan scan;
	unsigned count = 1;

	while (feed(&collector, true, "]C0", data, &scan) == SCAN_READING_MORE && count < 1000)
		count++;
	check_int(count, SCAN_MAX / 56 + 1);
	check_int(feed(&collector, true, "]C0", data, &scan), SCAN_READING_BAD);
	check_int(feed(&collector, false, "]C0", "tail", &scan), SCAN_READING_BAD);
	for (count = 0; count < SCAN_REPORTS_MAX; count++)
		check_int(feed(&collector, true, "]C0", "", &scan), SCAN_READING_MORE);
	check_int(feed(&collector, false, "]C0", "", &scan), SCAN_READING_BAD);
	check_int(feed(&collector, false, "]C0", "next", &scan), SCAN_READING_DONE);
	check_bytes(scan.raw, bytes_of_str("next"));
	scan_collector_done(&collector);
}

/* What a device says to each verdict: the report, "" for silence, NULL where it cannot be told. */
static void check_feedback(struct scan_collector *collector, const char *const said[SCAN_VERDICTS])
{
	for (size_t i = 0; i < SCAN_VERDICTS; i++) {
		AUTO_BUF report = { 0 };
		AUTO_BUF expected = { 0 };

		check_row(scan_verdict_word((enum scan_verdict)i));
		check_int(scanner_driver_hid_pos.feedback(collector, (enum scan_verdict)i, &report),
			said[i] != NULL);
		hex_add(&expected, said[i] ? said[i] : "");
		check_bytes(buf_bytes(&report), buf_bytes(&expected));
	}
	check_row(NULL);
}

#define SAID(good, silence, unknown, error)                                                  \
	{                                                                                    \
		[SCAN_STORED] = (good), [SCAN_COMPLETE] = (good), [SCAN_REPEAT] = (silence), \
		[SCAN_NOTE] = (silence), [SCAN_QUESTION] = (unknown), [SCAN_STOP] = (error), \
		[SCAN_NOT_STORED] = (error)                                                  \
	}

static void test_beeps_go_where_the_descriptor_has_them(void)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const char *hex; /* NULL: the real device */
		const char *said[SCAN_VERDICTS];
	} beeps[] = {
		{ "real", NULL, SAID("04 08", "", "04 04", "04 04") },
		{ "Honeywell imagers", FAMILY_A, SAID("04 40", "", "04 20", "04 20") },
		{ "commands only", FAMILY_B, SAID(NULL, NULL, NULL, NULL) },
		{ "no output at all", FAMILY_C, SAID(NULL, NULL, NULL, NULL) },
		{ "not on file", SCANNER "85 02 " BYTES COUNT DATA "85 09 15 00 25 01 75 01 95 03 19 85 29 87 91 02 C0",
		  SAID("09 02", "", "09 04", "09 01") },
		{ "not on file for error", SCANNER "85 02 " BYTES COUNT DATA "85 09 25 01 75 01 95 02 09 86 09 87 91 02 C0",
		  SAID("09 01", "", "09 02", "09 02") },
		{ "a good beep only", SCANNER "85 02 " BYTES COUNT DATA "85 09 25 01 75 01 95 01 09 86 91 02 C0",
		  SAID("09 01", "", NULL, NULL) },
		{ "one report for each", SCANNER "85 02 " BYTES COUNT DATA "95 01 85 05 09 86 91 02 85 06 95 02 09 10 09 85 91 02 C0",
		  SAID("05 01", "", "06 00 01", "06 00 01") },
		{ "no report numbers", SCANNER BYTES COUNT DATA "25 01 75 04 95 02 09 85 09 86 91 02 C0",
		  SAID("00 10", "", "00 01", "00 01") },
		{ "as input, feature and padding", SCANNER BYTES COUNT DATA "95 01 09 85 81 02 09 86 B1 02 09 86 91 03 C0",
		  SAID(NULL, NULL, NULL, NULL) },
		{ "as an array", SCANNER BYTES COUNT DATA "95 01 19 85 29 86 91 00 C0", SAID(NULL, NULL, NULL, NULL) },
		{ "in another application", SCANNER BYTES COUNT DATA "C0 09 03 A1 01 95 01 09 86 91 02 C0",
		  SAID(NULL, NULL, NULL, NULL) },
		{ "a report of 65 bytes", SCANNER BYTES COUNT DATA "95 41 09 86 91 02 C0", SAID(NULL, NULL, NULL, NULL) },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(beeps); i++) {
		struct scan_collector collector =
			beeps[i].hex ? scanner_of(beeps[i].hex) : scanner_real();

		check_feedback(&collector, beeps[i].said);
		scan_collector_done(&collector);
	}
	static struct scan_collector nothing;
	static const char *const mute[SCAN_VERDICTS];

	check_feedback(&nothing, mute);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_seven_real_reports_are_one_message_and_no_scan),
		CHECK_TEST(test_only_a_scanner_is_a_scanner),
		CHECK_TEST(test_every_makers_layout_is_read_from_its_descriptor),
		CHECK_TEST(test_fields_may_lie_across_bytes_and_reports_have_no_number),
		CHECK_TEST(test_each_report_is_what_it_is),
		CHECK_TEST(test_what_is_longer_than_declared_is_refused),
		CHECK_TEST(test_full_data_that_may_go_on_are_refused),
		CHECK_TEST(test_other_reports_in_the_middle_of_a_scan_do_no_harm),
		CHECK_TEST(test_a_tail_is_never_taken_for_a_code),
		CHECK_TEST(test_a_device_that_comes_again_begins_anew),
		CHECK_TEST(test_a_scan_without_end_is_dropped_at_the_limit),
		CHECK_TEST(test_beeps_go_where_the_descriptor_has_them),
	};
	return check_run("scanners/hid_pos", tests, ARRAY_LEN(tests));
}
