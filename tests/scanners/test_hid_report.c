/* scanners/hid_report: real report descriptors, the rules of HID 1.11, and descriptors that mean
 * harm. */
#include "scanners/hid_report.h"

#include <stdio.h>

#include "tests/check.h"
#include "tests/scanners/samples.h"

/* What an item's hex looks like, for the rows below. */
#define INPUT "81 02 "
#define SIZE_8 "75 08 "
#define COUNT_1 "95 01 "
#define RANGE "15 00 25 01 "

static struct hid_report *report_of(const char *hex, struct err *err)
{
	AUTO_BUF descriptor = { 0 };

	hex_add(&descriptor, hex);
	return hid_report_new(buf_bytes(&descriptor), err);
}

static struct hid_report *report_good(const char *hex)
{
	struct err err = { 0 };
	struct hid_report *report = report_of(hex, &err);

	check_ok(report != NULL, &err);
	return report;
}

struct field_row {
	const char *name;
	enum hid_kind kind;
	uint8_t report_id;
	unsigned bit_offset, size_bits, count;
	int64_t logical_max;
	bool is_constant, is_array;
	uint32_t first_usage, last_usage;
	uint32_t application;
};

static void check_fields(const char *file, const struct field_row *rows, size_t count)
{
	struct samples samples;
	struct err err = { 0 };

	samples_read(&samples, file);

	struct hid_report *report = hid_report_new(buf_bytes(&samples.all), &err);

	check_ok(report != NULL, &err);
	check_int(report->field_count, count);
	for (size_t i = 0; i < count && i < report->field_count; i++) {
		const struct hid_field *field = &report->fields[i];

		check_row(rows[i].name);
		check_int(field->kind, rows[i].kind);
		check_int(field->report_id, rows[i].report_id);
		check_int(field->bit_offset, rows[i].bit_offset);
		check_int(field->size_bits, rows[i].size_bits);
		check_int(field->count, rows[i].count);
		check_int(field->logical_min, 0);
		check_int(field->logical_max, rows[i].logical_max);
		check_int(field->is_constant, rows[i].is_constant);
		check_int(field->is_array, rows[i].is_array);
		check_int(hid_field_usage(report, field, 0), rows[i].first_usage);
		check_int(hid_field_usage(report, field, field->count - 1), rows[i].last_usage);
		check_int(hid_field_application(report, field), rows[i].application);
	}
	check_row(NULL);
	hid_report_free(report);
	samples_done(&samples);
}

/* clang-format off */
#define S(id) HID_USAGE(0x8C, id)
#define V(id) HID_USAGE(0xFFFF, id)
#define K(id) HID_USAGE(0x07, id)
/* clang-format on */

static void test_a_real_scanners_descriptor_is_read_whole(void)
{
	/* clang-format off */
	static const struct field_row rows[] = {
		{ "byte count", HID_INPUT, 2, 8, 8, 1, 255, false, false, HID_USAGE(1, 0x3B), HID_USAGE(1, 0x3B), S(2) },
		{ "AIM identifier", HID_INPUT, 2, 16, 8, 3, 255, false, false, S(0xFB), S(0xFD), S(2) },
		{ "data", HID_INPUT, 2, 40, 8, 56, 255, false, false, S(0xFE), S(0xFE), S(2) },
		{ "vendor", HID_INPUT, 2, 488, 8, 2, 255, false, false, HID_USAGE(0xFF66, 0), HID_USAGE(0xFF66, 0), S(2) },
		{ "continued", HID_INPUT, 2, 504, 1, 8, 1, false, false, S(0xFF), S(0xFF), S(2) },
		{ "beeps", HID_OUTPUT, 4, 8, 1, 8, 1, false, false, S(0x5F), S(0x86), S(2) },
		{ "vendor in", HID_INPUT, 0xF0, 8, 8, 63, 255, false, false, V(2), V(2), S(2) },
		{ "vendor out", HID_OUTPUT, 0xF0, 8, 8, 63, 255, false, false, V(3), V(3), S(2) },
	};
	/* clang-format on */
	static const uint32_t beeps[] = { S(0x5F), S(0x60), S(0x85), S(0x86), S(0x86), S(0x86),
		S(0x86), S(0x86) };
	struct samples samples;
	struct err err = { 0 };

	check_fields("rd-hidpos-8c02-honeywell-style-127.txt", rows, ARRAY_LEN(rows));
	samples_read(&samples, "rd-hidpos-8c02-honeywell-style-127.txt");

	struct hid_report *report = hid_report_new(buf_bytes(&samples.all), &err);

	check_ok(report != NULL, &err);
	check(report->has_ids);
	check_int(hid_report_len(report, HID_INPUT, 2), 64);
	check_int(hid_report_len(report, HID_OUTPUT, 4), 2);
	check_int(hid_report_len(report, HID_OUTPUT, 0xF0), 64);
	check_int(hid_report_len(report, HID_FEATURE, 2), 0);
	check_int(hid_report_len(report, HID_OUTPUT, 2), 0);
	for (unsigned i = 0; i < ARRAY_LEN(beeps); i++)
		check_int(hid_field_usage(report, &report->fields[5], i), beeps[i]);
	hid_report_free(report);
	samples_done(&samples);
}

static void test_a_real_keyboards_descriptor_is_read_whole(void)
{
	/* clang-format off */
	static const struct field_row rows[] = {
		{ "modifiers", HID_INPUT, 0, 0, 1, 8, 1, false, false, K(0xE0), K(0xE7), HID_USAGE(1, 6) },
		{ "reserved", HID_INPUT, 0, 8, 8, 1, 1, true, true, 0, 0, HID_USAGE(1, 6) },
		{ "LEDs", HID_OUTPUT, 0, 0, 1, 5, 1, false, false, HID_USAGE(8, 1), HID_USAGE(8, 5), HID_USAGE(1, 6) },
		{ "LED padding", HID_OUTPUT, 0, 5, 3, 1, 1, true, true, 0, 0, HID_USAGE(1, 6) },
		{ "keys", HID_INPUT, 0, 16, 8, 6, 255, false, true, K(0), K(5), HID_USAGE(1, 6) },
	};
	/* clang-format on */

	check_fields("rd-keyboard-datalogic-gd4400-65.txt", rows, ARRAY_LEN(rows));
}

static void test_descriptors_that_borrow_the_scanners_page_are_read(void)
{
	/* clang-format off */
	static const struct field_row demo[] = {
		{ "in", HID_INPUT, 0, 0, 8, 64, 0xFF00, false, false, S(3), S(3), S(1) },
		{ "out", HID_OUTPUT, 0, 0, 8, 64, 0xFF00, false, false, S(4), S(4), S(1) },
	};
	static const struct field_row dongle[] = {
		{ "out", HID_OUTPUT, 0, 0, 8, 64, 255, false, false, S(6), S(6), S(6) },
		{ "in", HID_INPUT, 0, 0, 8, 64, 255, false, false, S(6), S(6), S(6) },
	};
	/* clang-format on */

	check_fields("rd-notscanner-8c01-st-demo-33.txt", demo, ARRAY_LEN(demo));
	check_fields("rd-notscanner-8c06-dongle-dfu-33.txt", dongle, ARRAY_LEN(dongle));
}

/* One field each: its usages, and where it lies. */
/* clang-format off */
static const struct {
	const char *name;
	const char *hex;
	uint32_t usages[3];
	unsigned size_bits, count;
	int64_t logical_max;
} rules[] = {
	{ "a usage takes the page declared last", "05 8C 09 FE 05 01" RANGE SIZE_8 "95 02" INPUT,
	  { HID_USAGE(1, 0xFE), HID_USAGE(1, 0xFE) }, 8, 2, 1 },
	{ "pages between usages stay theirs", "05 01 09 3B 05 8C 09 FE" RANGE SIZE_8 "95 02" INPUT,
	  { HID_USAGE(1, 0x3B), S(0xFE) }, 8, 2, 1 },
	{ "a usage of four bytes has its own page", "05 01 0B FE 00 8C 00" RANGE SIZE_8 COUNT_1 INPUT,
	  { S(0xFE) }, 8, 1, 1 },
	{ "a range", "05 8C 19 FB 29 FD" RANGE SIZE_8 "95 03" INPUT, { S(0xFB), S(0xFC), S(0xFD) }, 8, 3, 1 },
	{ "a range of four bytes", "1B FB 00 8C 00 2B FD 00 8C 00" RANGE SIZE_8 "95 03" INPUT,
	  { S(0xFB), S(0xFC), S(0xFD) }, 8, 3, 1 },
	{ "a range behind a usage", "05 8C 09 10 19 20 29 21" RANGE SIZE_8 "95 03" INPUT,
	  { S(0x10), S(0x20), S(0x21) }, 8, 3, 1 },
	{ "a range of a whole page costs nothing", "05 8C 19 00 2A FF FF" RANGE "75 01 96 00 30" INPUT,
	  { S(0), S(1), S(2) }, 1, 12288, 1 },
	{ "of several names the first counts", "05 8C A9 01 09 FE 09 10 A9 00 09 11" RANGE SIZE_8 "95 02" INPUT,
	  { S(0xFE), S(0x11) }, 8, 2, 1 },
	{ "usages end with their field", "05 8C 09 10" RANGE "75 00 95 01" INPUT "75 08 09 11" INPUT, { S(0x11) }, 8, 1, 1 },
	{ "usages end with a collection", "05 8C 09 10 A1 02 09 11" RANGE SIZE_8 COUNT_1 INPUT "C0", { S(0x11) }, 8, 1, 1 },
	{ "push and pop", RANGE SIZE_8 COUNT_1 "05 8C A4 05 01 25 7F 75 03 95 07 B4 09 FE" INPUT, { S(0xFE) }, 8, 1, 1 },
	{ "an unsigned maximum in a byte", "15 00 25 FF 09 01" SIZE_8 COUNT_1 INPUT, { 1 }, 8, 1, 255 },
	{ "an unsigned maximum in two bytes", "15 00 26 00 FF 09 01" SIZE_8 COUNT_1 INPUT, { 1 }, 8, 1, 0xFF00 },
	{ "an unsigned maximum in four bytes", "15 00 27 FF FF FF FF 09 01" SIZE_8 COUNT_1 INPUT, { 1 }, 8, 1, 0xFFFFFFFF },
	{ "a maximum before its minimum", "25 E7 15 00 09 01" SIZE_8 COUNT_1 INPUT, { 1 }, 8, 1, 0xE7 },
	{ "a long item is passed over", "FE 03 10 01 02 03 09 01" RANGE SIZE_8 COUNT_1 INPUT, { 1 }, 8, 1, 1 },
	{ "reserved items are passed over", "00 61 07 0C 6C 09 01" RANGE SIZE_8 COUNT_1 INPUT "00 00", { 1 }, 8, 1, 1 },
	{ "units and extents are passed over", "35 00 45 01 55 00 65 00 39 01 79 01 09 01" RANGE SIZE_8 COUNT_1 INPUT,
	  { 1 }, 8, 1, 1 },
	{ "no usage at all", RANGE SIZE_8 "95 02" INPUT, { 0, 0 }, 8, 2, 1 },
};
/* clang-format on */

static void test_the_rules_of_items_hold(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		check_row(rules[i].name);

		struct hid_report *report = report_good(rules[i].hex);

		if (!report)
			continue;
		check_int(report->field_count, 1);
		check_int(report->fields[0].size_bits, rules[i].size_bits);
		check_int(report->fields[0].count, rules[i].count);
		check_int(report->fields[0].logical_max, rules[i].logical_max);
		for (unsigned n = 0; n < 3 && n < rules[i].count; n++)
			check_int(
				hid_field_usage(report, &report->fields[0], n), rules[i].usages[n]);
		hid_report_free(report);
	}
}

/* clang-format off */
static const struct {
	const char *name;
	const char *hex;
	enum err_code code;
	const char *text;
} faults[] = {
	{ "an item without its byte", "05", ERR_INVALID, "cut off" },
	{ "an item without its second byte", "26 FF", ERR_INVALID, "cut off" },
	{ "an item without its fourth byte", "27 FF FF FF", ERR_INVALID, "cut off" },
	{ "a long item without its head", "FE", ERR_INVALID, "cut off" },
	{ "a long item without its bytes", "FE 02 10 01", ERR_INVALID, "cut off" },
	{ "a long item of 255 bytes that are not there", "FE FF 10", ERR_INVALID, "cut off" },
	{ "a pop without a push", "B4", ERR_INVALID, "byte 0: a pop without a push" },
	{ "five pushes", "A4 A4 A4 A4 A4", ERR_TOO_LARGE, "byte 4: more than 4 pushes" },
	{ "an end without a collection", "A1 01 C0 C0", ERR_INVALID, "byte 3: a collection ends that did not begin" },
	{ "a collection without an end", "A1 01 A1 02 C0", ERR_INVALID, "does not end" },
	{ "seventeen collections deep", "A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 A1 00 "
	  "A1 00 A1 00 A1 00 A1 00", ERR_TOO_LARGE, "more than 16 collections inside one another" },
	{ "report number 0", "85 00", ERR_INVALID, "report number 0" },
	{ "report number 256", "86 00 01", ERR_INVALID, "report number 256" },
	{ "a number after the first field", RANGE SIZE_8 COUNT_1 INPUT "85 01", ERR_INVALID, "begin after the first field" },
	{ "a number taken away by a pop", RANGE SIZE_8 COUNT_1 "A4 85 01" INPUT "B4" INPUT, ERR_INVALID, "no report number" },
	{ "a value of 257 bits", "76 01 01", ERR_TOO_LARGE, "257 bits, more than 256" },
	{ "a size below zero", "77 FF FF FF FF", ERR_TOO_LARGE, "4294967295 bits" },
	{ "12289 values", "96 01 30", ERR_TOO_LARGE, "12289 values, more than 12288" },
	{ "a report of 16385 bytes", RANGE SIZE_8 "96 00 30" INPUT "96 00 10" INPUT COUNT_1 INPUT, ERR_TOO_LARGE,
	  "more than 16384 bytes" },
	{ "a number takes its room too", "85 01" RANGE SIZE_8 "96 00 30" INPUT "96 00 10" INPUT, ERR_TOO_LARGE,
	  "more than 16384 bytes" },
	{ "a range turned round", "05 8C 19 02 29 01", ERR_INVALID, "are no range" },
	{ "a range over two pages", "1B 00 00 01 00 2B 00 00 02 00", ERR_INVALID, "are no range" },
	{ "a page of four bytes", "07 00 00 01 00", ERR_INVALID, "more than two bytes" },
	{ "a range of values turned round", "15 05 25 03" SIZE_8 COUNT_1 INPUT, ERR_INVALID, "end at 3 and begin at 5" },
	{ "a range of values below zero turned round", "15 FB 25 FA" SIZE_8 COUNT_1 INPUT, ERR_INVALID, "end at -6 and begin at -5" },
	{ "a global item that does not exist", "C5 01", ERR_INVALID, "global item that does not exist (12)" },
	{ "a delimiter closed first", "A9 00", ERR_INVALID, "delimiters do not match" },
	{ "a delimiter opened twice", "A9 01 A9 01", ERR_INVALID, "delimiters do not match" },
	{ "a delimiter of another kind", "A9 02", ERR_INVALID, "delimiters do not match" },
};
/* clang-format on */

static void test_descriptors_that_make_no_sense_are_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct err err = { 0 };

		check_row(faults[i].name);
		check(report_of(faults[i].hex, &err) == NULL);
		check_err(&err, faults[i].code, faults[i].text);
	}
}

/* A head, a part so many times over, a tail. */
static struct hid_report *report_repeated(
	const char *head, const char *part, unsigned times, struct err *err)
{
	AUTO_BUF descriptor = { 0 };

	hex_add(&descriptor, head);
	for (unsigned i = 0; i < times; i++)
		hex_add(&descriptor, part);
	return hid_report_new(buf_bytes(&descriptor), err);
}

static void test_each_limit_is_kept_and_told(void)
{
	static const struct {
		const char *head;
		const char *part;
		unsigned most;
		const char *text;
	} limits[] = {
		{ RANGE "75 01 95 01", "81 02", HID_FIELDS_MAX, "more than 256 fields" },
		{ "05 8C", "09 01", HID_USAGES_MAX, "more than 1024 usages" },
		{ "05 8C", "A1 01 C0", HID_COLLECTIONS_MAX, "more than 128 collections" },
		{ "", "00", HID_DESCRIPTOR_MAX, "more than 4096 bytes" },
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct err err = { 0 };

		check_row(limits[i].text);

		struct hid_report *report =
			report_repeated(limits[i].head, limits[i].part, limits[i].most, &err);

		check_ok(report != NULL, &err);
		hid_report_free(report);
		check(report_repeated(limits[i].head, limits[i].part, limits[i].most + 1, &err) ==
			NULL);
		check_err(&err, ERR_TOO_LARGE, limits[i].text);
	}
}

static void test_a_field_does_not_end_with_its_usages(void)
{
	struct hid_report *report =
		report_good("05 8C 09 10 19 20 29 21" RANGE SIZE_8 "95 08" INPUT);
	const struct hid_field *field = &report->fields[0];
	uint32_t index = 99;

	check(hid_field_find(report, field, S(0x21), &index));
	check_int(index, 2);
	check_int(hid_field_usage(report, field, 7), S(0x21));
	check(!hid_field_find(report, field, S(0x22), &index));
	check_int(index, 2);
	hid_report_free(report);

	/* a usage that the field has no value for */
	report = report_good("05 8C 19 10 29 20" RANGE SIZE_8 "95 04" INPUT);
	check(hid_field_find(report, &report->fields[0], S(0x13), &index));
	check_int(index, 3);
	check(!hid_field_find(report, &report->fields[0], S(0x14), &index));
	hid_report_free(report);
}

static void test_only_application_collections_make_an_application(void)
{
	struct hid_report *report = report_good(RANGE SIZE_8 COUNT_1 INPUT /* in none */
		"05 8C 09 02 A1 00 09 12 A1 02" INPUT "C0 C0"              /* physical, logical */
		"09 02 A1 01 09 12 A1 02 09 13 A1 00" INPUT "C0 C0 C0");

	check_int(report->field_count, 3);
	check_int(hid_field_application(report, &report->fields[0]), 0);
	check_int(hid_field_application(report, &report->fields[1]), 0);
	check_int(hid_field_application(report, &report->fields[2]), S(2));
	hid_report_free(report);
}

static void test_values_may_cross_bytes(void)
{
	struct hid_report *report = report_good("15 00 25 7F 75 03 95 01" INPUT "75 0B 95 03" INPUT
						"75 20 95 01" INPUT "75 21" INPUT);
	static const uint8_t bytes[] = { 0xA5, 0x3C, 0xF0, 0x81, 0x7E, 0x55, 0xAA, 0x12, 0x34, 0x56,
		0x78, 0x9A, 0xBC };
	const struct bytes wire = bytes_of(bytes, sizeof(bytes));
	uint32_t value = 7;

	check_int(hid_report_len(report, HID_INPUT, 0), 13);
	check(hid_field_get(&report->fields[0], 0, wire, &value));
	check_int(value, 0x5);
	check(hid_field_get(&report->fields[1], 0, wire, &value));
	check_int(value, 0x794); /* bits 3 to 13 of A5 3C */
	check(hid_field_get(&report->fields[1], 2, wire, &value));
	check_int(value, 0x740); /* bits 25 to 35 of 81 7E 55 */
	check(hid_field_get(&report->fields[2], 0, wire, &value));
	check_int(value, 0x412AA557);                               /* bits 36 to 67 */
	check(!hid_field_get(&report->fields[1], 3, wire, &value)); /* no such value */
	check(!hid_field_get(&report->fields[3], 0, wire, &value)); /* of 33 bits */
	check(!hid_field_get(&report->fields[2], 0, bytes_of(bytes, 8), &value)); /* cut */
	hid_report_free(report);
}

static void test_what_is_set_is_got_and_nothing_else_moves(void)
{
	struct hid_report *report =
		report_good("85 07 15 00 25 7F 75 03 95 01 91 02 75 0B 95 02 91 02");
	const struct hid_field *field = &report->fields[1];
	uint8_t wire[5];
	uint32_t value = 0;

	for (unsigned fill = 0; fill < 2; fill++) {
		memset(wire, fill ? 0xFF : 0, sizeof(wire));
		check(hid_field_set(field, 0, 0x2A5, wire, sizeof(wire)));
		check(hid_field_get(field, 0, bytes_of(wire, sizeof(wire)), &value));
		check_int(value, 0x2A5);
		check(hid_field_get(field, 1, bytes_of(wire, sizeof(wire)), &value));
		check_int(value, fill ? 0x7FF : 0);
		check(hid_field_get(&report->fields[0], 0, bytes_of(wire, sizeof(wire)), &value));
		check_int(value, fill ? 7 : 0);
		check_int(wire[0], fill ? 0xFF : 0);
	}
	check(!hid_field_set(field, 0, 0x800, wire, sizeof(wire))); /* too large */
	check(!hid_field_set(field, 1, 1, wire, 4));                /* past the end */
	check(!hid_field_set(field, 2, 1, wire, sizeof(wire)));
	hid_report_free(report);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_real_scanners_descriptor_is_read_whole),
		CHECK_TEST(test_a_real_keyboards_descriptor_is_read_whole),
		CHECK_TEST(test_descriptors_that_borrow_the_scanners_page_are_read),
		CHECK_TEST(test_the_rules_of_items_hold),
		CHECK_TEST(test_descriptors_that_make_no_sense_are_refused),
		CHECK_TEST(test_each_limit_is_kept_and_told),
		CHECK_TEST(test_a_field_does_not_end_with_its_usages),
		CHECK_TEST(test_only_application_collections_make_an_application),
		CHECK_TEST(test_values_may_cross_bytes),
		CHECK_TEST(test_what_is_set_is_got_and_nothing_else_moves),
	};
	return check_run("scanners/hid_report", tests, ARRAY_LEN(tests));
}
