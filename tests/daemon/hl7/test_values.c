/* daemon/hl7/values and profile: times, one-line values, codes of senders (IO-01, HL-15). */
#include "daemon/hl7/values.h"

#include "daemon/base/auto.h"
#include "daemon/hl7/profile.h"
#include "tests/check.h"

DEFINE_AUTO(struct arena, arena_free)

static void test_moments_and_days(void)
{
	static const struct {
		const char *text;
		const char *moment; /* NULL: no moment */
	} rows[] = {
		{ "20260304", "2026-03-04" },
		{ "2026030405", "2026-03-04T05:00:00" },
		{ "202603040506", "2026-03-04T05:06:00" },
		{ "20260304050607", "2026-03-04T05:06:07" },
		{ "20260304050607.8", "2026-03-04T05:06:07.8" },
		{ "20260304050607.8901-0600", "2026-03-04T05:06:07.8901-06:00" },
		{ "202603040506+0530", "2026-03-04T05:06:00+05:30" },
		{ "20240229", "2024-02-29" },
		{ "20000229", "2000-02-29" },
		{ "18991231", "1899-12-31" },
		{ "", NULL },
		{ "2026", NULL },
		{ "202603", NULL },
		{ "20260230", NULL },
		{ "19000229", NULL },
		{ "20230229", NULL },
		{ "20261301", NULL },
		{ "20260001", NULL },
		{ "20260100", NULL },
		{ "17991231", NULL },
		{ "2026030424", NULL },
		{ "202603040560", NULL },
		{ "20260304050660", NULL },
		{ "20260304050607.", NULL },
		{ "20260304050607.12345", NULL },
		{ "20260304050607Z", NULL },
		{ "20260304050607+1560", NULL },
		{ "20260304050607+06", NULL },
		{ "2026-03-04", NULL },
		{ "20260304x", NULL },
		{ "1948 OR 49", NULL },
		{ "DOB", NULL },
	};
	AUTO(arena_free) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *day = hl7_day(arena, rows[i].text);

		check_row(rows[i].text);
		check_str(hl7_moment(arena, rows[i].text), rows[i].moment);
		check_int(day != NULL, rows[i].moment != NULL);
		if (day)
			check_bytes(bytes_of_str(day), bytes_of(rows[i].moment, 10));
	}
}

static void test_value_is_one_line_or_a_fault(void)
{
	static const struct {
		const char *part;
		const char *value;
		const char *fault;
	} rows[] = {
		{ "  SMITH ", "SMITH", "" },
		{ "\"\"", "", "" },
		{ "   ", "", "" },
		{ "\\H\\", "", "" },
		{ "a\\.br\\b\\X09\\c\\.br\\", "a b c", "" },
		{ "a&b", "a&b", "" },
		{ "a\\X1B\\b", "", "control character" },
		{ "a\\XFF\\b", "", "character set" },
		{ "a\x7f", "", "control character" },
	};
	struct hl7_message message = { .delims = { '|', '^', '~', '\\', '&', 0 },
		.charset = hl7_charset_find(bytes_of_str("ASCII")) };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		struct hl7_fault fault = { 0 };
		struct hl7_values in = { .message = &message, .arena = arena, .fault = &fault };

		check_row(rows[i].part);
		check_str(hl7_value_of(&in, bytes_of_str(rows[i].part), hl7_msh(3)), rows[i].value);
		check_int(hl7_values_ok(&in), rows[i].fault[0] == '\0');
		check_contains(fault.text, rows[i].fault);
	}
}

static void test_first_fault_stays_and_ends_reading(void)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct hl7_message message = { .delims = { '|', '^', '~', '\\', '&', 0 } };
	struct hl7_fault fault = { 0 };
	struct hl7_values in = { .message = &message, .arena = arena, .fault = &fault };
	AUTO_BUF text = { 0 };

	memset(buf_grow(&text, HL7_VALUE_MAX), 'a', HL7_VALUE_MAX);
	check_int(strlen(hl7_value_of(&in, buf_bytes(&text), hl7_msh(3))), HL7_VALUE_MAX);
	buf_add_byte(&text, 'a');
	check_str(hl7_value_of(&in, buf_bytes(&text), hl7_msh(3)), "");
	check_contains(fault.text, "longer than 500");
	hl7_values_fail(&in, HL7_FIELD_MISSING, hl7_msh(9), "later");
	check_int(fault.code, HL7_DATA_TYPE);
	check_str(hl7_value_of(&in, bytes_of_str("good"), hl7_msh(3)), "");
	check_str(hl7_value(&in, NULL, 1, 1), "");
}

static void test_notes_are_kept_once_and_stay_text(void)
{
	struct hl7_values in = { .notes = json_array() };
	char wide[400] = "";

	for (size_t i = 0; i + 3 < sizeof(wide); i += 2)
		memcpy(wide + i, "é", 3);
	hl7_values_note(&in, "one");
	hl7_values_note(&in, "one");
	hl7_values_note(&in, "x%s", wide); /* cut inside a character at an even and an odd offset */
	hl7_values_note(&in, "xy%s", wide);
	check_int(json_array_size(in.notes), 3);
	for (unsigned i = 0; i < 100; i++)
		hl7_values_note(&in, "note %u", i);
	check_int(json_array_size(in.notes), 50);
	json_decref(in.notes);
}

static void test_senders_have_profiles(void)
{
	static const struct {
		const char *application;
		const char *facility;
		const char *profile;
		const char *raw;
		const char *control; /* NULL: kept verbatim */
		bool mapped;
	} rows[] = {
		{ "EPICCARE", "RIVERSIDE", "epic", "NW", "NW", false },
		{ "EPIC", "", "epic", "CA", "CA", false },
		{ "EPI", "", "default", "NW", "NW", false },
		{ "", "HNA", "cerner", "CD:2534", "NW", true },
		{ "", "HNAM", "cerner", "CA", "CA", false },
		{ "", "HNA", "cerner", "CD:2539", NULL, false },
		{ "OTHER", "LAB", "default", "CD:2534", NULL, false },
		{ "OTHER", "LAB", "default", "XO", "XO", false },
		{ "OTHER", "LAB", "default", "nw", NULL, false },
		{ "OTHER", "LAB", "default", "", NULL, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct hl7_profile *profile = hl7_profile_find(
			bytes_of_str(rows[i].application), bytes_of_str(rows[i].facility));
		bool mapped = false;

		check_row(rows[i].raw);
		check_str(hl7_profile_name(profile), rows[i].profile);
		check_str(hl7_profile_control(profile, rows[i].raw, &mapped), rows[i].control);
		check_int(mapped, rows[i].mapped);
		check_str(hl7_profile_charset(profile), "");
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_moments_and_days),
		CHECK_TEST(test_value_is_one_line_or_a_fault),
		CHECK_TEST(test_first_fault_stays_and_ends_reading),
		CHECK_TEST(test_notes_are_kept_once_and_stay_text),
		CHECK_TEST(test_senders_have_profiles),
	};

	return check_run("hl7/values", tests, ARRAY_LEN(tests));
}
