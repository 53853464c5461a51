/* The patient of a message (PID). */
#include "daemon/hl7/patient.h"

#include "daemon/base/str.h"

enum pid_field {
	PID_EXTERNAL_NUMBERS = 2,
	PID_NUMBERS = 3,
	PID_ALTERNATE_NUMBERS = 4,
	PID_NAME = 5,
	PID_BIRTH_DATE = 7,
	PID_SEX = 8,
	PID_ACCOUNT = 18,
};

/* Source: HL7 2.5.1 table 0001. */
static const char *const sexes[] = { "F", "M", "O", "U", "A", "N" };

static void set_text(json_t *out, const char *key, const char *text)
{
	json_object_set_new(out, key, text[0] != '\0' ? json_string(text) : json_null());
}

static void gap_if(bool missing, json_t *gaps, const char *word)
{
	if (missing)
		json_array_append_new(gaps, json_string(word));
}

/* CX: id^check digit^scheme^authority (namespace&universal id)^type. */
static void number_read(struct hl7_values *in, const struct hl7_segment *pid, unsigned field,
	unsigned n, json_t *numbers)
{
	const char *id = hl7_value_at(in, pid, field, n, 1, 0);
	const char *authority = hl7_value_at(in, pid, field, n, 4, 1);
	const char *type = hl7_value_at(in, pid, field, n, 5, 0);

	if (id[0] == '\0')
		return;
	if (authority[0] == '\0')
		authority = hl7_value_at(in, pid, field, n, 4, 2);
	json_array_append_new(numbers,
		json_pack("{s:s, s:s, s:s}", "id", id, "authority", authority, "type", type));
}

static void numbers_of_field(
	struct hl7_values *in, const struct hl7_segment *pid, unsigned field, json_t *numbers)
{
	unsigned count = hl7_repetition_count(in->message, hl7_field(in->message, pid, field));

	if (count > HL7_PATIENT_NUMBERS_MAX) {
		hl7_values_fail(in, HL7_DATA_TYPE, hl7_place(pid, field, 0),
			"more than %d patient numbers", HL7_PATIENT_NUMBERS_MAX);
		return;
	}
	for (unsigned n = 1; n <= count; n++)
		number_read(in, pid, field, n, numbers);
}

/*
 * PID-3; senders of 2.3 that leave it empty (Epic's public sample does) have the number in PID-2,
 * and may have it in PID-4.
 */
static json_t *numbers_read(struct hl7_values *in, const struct hl7_segment *pid)
{
	static const unsigned fields[] = { PID_NUMBERS, PID_EXTERNAL_NUMBERS,
		PID_ALTERNATE_NUMBERS };
	json_t *numbers = json_array();

	for (size_t i = 0; i < ARRAY_LEN(fields) && json_array_size(numbers) == 0; i++) {
		numbers_of_field(in, pid, fields[i], numbers);
		if (i > 0 && json_array_size(numbers) > 0)
			hl7_values_note(in,
				"PID-3 is empty: the patient's number is that of PID-%u",
				fields[i]);
	}
	if (json_array_size(numbers) == 0) {
		hl7_values_fail(in, HL7_FIELD_MISSING, hl7_place(pid, PID_NUMBERS, 1),
			"the patient has no number");
	}
	return numbers;
}

/* Which repetition of the name counts: the legal one (XPN-7 is L), else the first. */
static unsigned name_choose(struct hl7_values *in, const struct hl7_segment *pid)
{
	unsigned count = hl7_repetition_count(in->message, hl7_field(in->message, pid, PID_NAME));

	for (unsigned n = 1; n <= count && n <= HL7_PATIENT_NUMBERS_MAX; n++) {
		if (str_equal(hl7_value_at(in, pid, PID_NAME, n, 7, 0), "L"))
			return n;
	}
	return 1;
}

/*
 * XPN-1 up to 2.4 is "family & prefix"; since 2.5 its first part is the whole surname.
 * Source: HL7 2.3.1, 2.8.51 XPN; HL7 2.5.1, 2.A.88 XPN and 2.A.30 FN.
 */
static const char *family_read(
	struct hl7_values *in, const struct hl7_segment *pid, unsigned n, const char *version)
{
	const char *family = hl7_value_at(in, pid, PID_NAME, n, 1, 1);
	const char *prefix = hl7_value_at(in, pid, PID_NAME, n, 1, 2);

	if (prefix[0] == '\0' || str_has_prefix(version, "2.5"))
		return family;
	return arena_printf(in->arena, "%s %s", prefix, family);
}

static void name_read(struct hl7_values *in, const struct hl7_segment *pid, const char *version,
	json_t *out, json_t *gaps)
{
	unsigned n = name_choose(in, pid);
	const char *family = family_read(in, pid, n, version);
	const char *given = hl7_value_at(in, pid, PID_NAME, n, 2, 0);

	if (family[0] == '\0' && given[0] == '\0') {
		hl7_values_fail(in, HL7_FIELD_MISSING, hl7_place(pid, PID_NAME, 1),
			"the patient has no name");
	}
	json_object_set_new(out, "family", json_string(family));
	json_object_set_new(out, "given", json_string(given));
	json_object_set_new(out, "middle", json_string(hl7_value_at(in, pid, PID_NAME, n, 3, 0)));
	json_object_set_new(out, "suffix", json_string(hl7_value_at(in, pid, PID_NAME, n, 4, 0)));
	gap_if(family[0] == '\0', gaps, "family");
	gap_if(given[0] == '\0', gaps, "given");
}

static void birth_read(
	struct hl7_values *in, const struct hl7_segment *pid, json_t *out, json_t *gaps)
{
	const char *text = hl7_value(in, pid, PID_BIRTH_DATE, 1);
	const char *day = hl7_day(in->arena, text);

	set_text(out, "birth_date", day ? day : "");
	json_object_set_new(out, "birth_text", json_string(text));
	gap_if(!day, gaps, "birth_date");
}

static void sex_read(
	struct hl7_values *in, const struct hl7_segment *pid, json_t *out, json_t *gaps)
{
	const char *text = hl7_value(in, pid, PID_SEX, 1);
	const char *sex = "";

	for (size_t i = 0; i < ARRAY_LEN(sexes); i++) {
		if (str_equal(sexes[i], text))
			sex = sexes[i];
	}
	if (sex[0] == '\0' && text[0] != '\0')
		hl7_values_note(in, "PID-8 is not in table 0001");
	set_text(out, "sex", sex);
	gap_if(sex[0] == '\0', gaps, "sex");
}

json_t *hl7_patient_read(struct hl7_values *in, const char *version, json_t *gaps)
{
	json_t *out = json_object();
	const struct hl7_segment *pid = hl7_segment_find(in->message, "PID", 1);

	if (!pid) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE,
			(struct hl7_location) { .segment = "PID", .sequence = 1 },
			"there is no PID segment");
		return out;
	}
	json_object_set_new(out, "numbers", numbers_read(in, pid));
	name_read(in, pid, version, out, gaps);
	birth_read(in, pid, out, gaps);
	sex_read(in, pid, out, gaps);
	set_text(out, "account", hl7_value(in, pid, PID_ACCOUNT, 1));
	return out;
}
