/* ORM^O01 and OML^O21 as contrib/CONTRACTS.md 5 hands them on. */
#include "daemon/hl7/order.h"

#include "daemon/base/str.h"
#include "daemon/hl7/patient.h"
#include "daemon/hl7/specimen.h"

/* An order: its ORC and what follows up to the next ORC. */
struct order {
	const struct hl7_segment *orc;
	const struct hl7_segment *tq1; /* the first */
	const struct hl7_segment *obr[HL7_TESTS_MAX];
	size_t count;
	struct hl7_specimens specimens;
};

static const struct {
	const char *text;
	const char *priority;
} priorities[] = {
	{ "S", "STAT" },
	{ "STAT", "STAT" },
	{ "A", "ASAP" },
	{ "ASAP", "ASAP" },
	{ "R", "ROUTINE" },
	{ "ROUTINE", "ROUTINE" },
	{ "P", "PREOP" },
	{ "T", "TIMED" },
	{ "TIMED", "TIMED" },
	{ "C", "CALLBACK" },
};

static json_t *text_or_null(const char *text)
{
	return text[0] != '\0' ? json_string(text) : json_null();
}

static void gap_add(json_t *order, const char *word)
{
	json_array_append_new(json_object_get(order, "gaps"), json_string(word));
}

/* Entity identifier of the ORC, or of an OBR when the ORC has none; the two may not differ. */
static const char *number_read(struct hl7_values *in, const struct order *order, unsigned field)
{
	const char *number = hl7_value(in, order->orc, field, 1);

	for (size_t i = 0; i < order->count; i++) {
		const char *other = hl7_value(in, order->obr[i], field, 1);

		if (number[0] == '\0')
			number = other;
		if (other[0] != '\0' && !str_equal(number, other)) {
			hl7_values_fail(in, HL7_DATA_TYPE, hl7_place(order->obr[i], field, 1),
				"OBR-%u is another number than ORC-%u of the same order", field,
				field);
		}
	}
	return number;
}

static json_t *moment_read(struct hl7_values *in, const struct hl7_segment *segment, unsigned field,
	unsigned component)
{
	const char *text = hl7_value(in, segment, field, component);
	const char *moment = hl7_moment(in->arena, text);

	if (text[0] != '\0' && !moment)
		hl7_values_note(in, "%s-%u.%u is no time that can be read", segment->name, field,
			component);
	return moment ? json_string(moment) : json_null();
}

/* The first of these places that holds a time. */
static json_t *due_read(struct hl7_values *in, const struct order *order)
{
	const struct hl7_segment *obr = order->count > 0 ? order->obr[0] : NULL;
	const struct {
		const struct hl7_segment *segment;
		unsigned field;
		unsigned component;
	} places[] = { { order->tq1, 7, 1 }, { order->orc, 7, 4 }, { obr, 27, 4 }, { obr, 36, 1 },
		{ obr, 6, 1 } };

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		json_t *due =
			moment_read(in, places[i].segment, places[i].field, places[i].component);

		if (!json_is_null(due))
			return due;
	}
	return json_null();
}

static const char *priority_find(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(priorities); i++) {
		if (strcasecmp(priorities[i].text, text) == 0)
			return priorities[i].priority;
	}
	return NULL;
}

/*
 * TQ1-9, else ORC-7.6, else OBR-27.6, else OBR-5. Source: HL7 2.5.1, 4.5.4.9 (TQ1 takes the place
 * of the quantity/timing of ORC-7 and OBR-27), 4.3.6 priority, table 0027.
 */
static void priority_read(struct hl7_values *in, const struct order *order, json_t *out)
{
	const struct hl7_segment *obr = order->count > 0 ? order->obr[0] : NULL;
	const char *texts[] = { hl7_value(in, order->tq1, 9, 1), hl7_value(in, order->orc, 7, 6),
		hl7_value(in, obr, 27, 6), hl7_value(in, obr, 5, 1) };
	const char *text = "";

	for (size_t i = 0; i < ARRAY_LEN(texts) && text[0] == '\0'; i++)
		text = texts[i];
	const char *priority = priority_find(text);

	json_object_set_new(out, "priority", priority ? json_string(priority) : json_null());
	if (!priority && text[0] != '\0') {
		hl7_values_note(in, "priority '%s' is not in table 0027", text);
		gap_add(out, "priority");
	}
}

/* XCN: id^family^given. */
static json_t *person_read(struct hl7_values *in, const struct hl7_segment *segment, unsigned field)
{
	const char *id = hl7_value(in, segment, field, 1);
	const char *family = hl7_value_at(in, segment, field, 1, 2, 1);
	const char *given = hl7_value(in, segment, field, 3);

	if (id[0] == '\0' && family[0] == '\0')
		return NULL;
	return json_pack("{s:s, s:s, s:s}", "id", id, "family", family, "given", given);
}

static void provider_read(struct hl7_values *in, const struct order *order, json_t *out)
{
	json_t *provider = person_read(in, order->orc, 12);

	if (!provider && order->count > 0)
		provider = person_read(in, order->obr[0], 16);
	json_object_set_new(out, "provider", provider ? provider : json_null());
	if (!provider)
		gap_add(out, "provider");
}

/* OBR-4 CE: code^name^system, then the alternate three, which some senders fill alone. */
static void test_read(struct hl7_values *in, const struct hl7_segment *obr, json_t *out)
{
	bool alone = hl7_value(in, obr, 4, 1)[0] == '\0' && hl7_value(in, obr, 4, 4)[0] != '\0';
	unsigned first = alone ? 4 : 1;
	const char *code = hl7_value(in, obr, 4, first);
	const char *name = hl7_value(in, obr, 4, first + 1);
	const char *system = hl7_value(in, obr, 4, first + 2);

	if (code[0] == '\0' && name[0] == '\0') {
		hl7_values_fail(in, HL7_FIELD_MISSING, hl7_place(obr, 4, 1),
			"OBR-4 does not say which test is ordered");
	}
	if (code[0] == '\0')
		gap_add(out, "test_code");
	json_array_append_new(json_object_get(out, "tests"),
		json_pack("{s:s, s:s, s:s}", "code", code, "name", name, "system", system));
}

/* OBR-15.1 is code&text; the text counts, or the code when it is alone. */
static const char *source_read(struct hl7_values *in, const struct hl7_segment *obr)
{
	const char *text = hl7_value_at(in, obr, 15, 1, 1, 2);

	return text[0] != '\0' ? text : hl7_value_at(in, obr, 15, 1, 1, 1);
}

static void tests_read(struct hl7_values *in, const struct order *order, json_t *out)
{
	const char *source = "";

	for (size_t i = 0; i < order->count; i++) {
		const char *other = source_read(in, order->obr[i]);

		test_read(in, order->obr[i], out);
		if (source[0] == '\0') {
			source = other;
		} else if (other[0] != '\0' && !str_equal(source, other)) {
			hl7_values_fail(in, HL7_DATA_TYPE, hl7_place(order->obr[i], 15, 1),
				"one order asks for two kinds of specimen: send an ORC for each");
		}
	}
	if (source[0] == '\0')
		source = hl7_specimens_source(in, &order->specimens);
	json_object_set_new(out, "source_text", text_or_null(source));
}

static const char *control_read(struct hl7_values *in, const struct hl7_profile *profile,
	const struct order *order, json_t *out)
{
	const char *raw = hl7_value(in, order->orc, 1, 1);
	bool mapped = false;
	const char *control = hl7_profile_control(profile, raw, &mapped);

	if (raw[0] == '\0') {
		hl7_values_fail(in, HL7_FIELD_MISSING, hl7_place(order->orc, 1, 0),
			"ORC-1 does not say what to do with the order");
	}
	if (mapped) {
		hl7_values_note(in, "ORC-1 '%s' is read as %s for senders of the kind '%s'", raw,
			control, hl7_profile_name(profile));
	}
	if (!control)
		gap_add(out, "control");
	json_object_set_new(out, "control", control ? json_string(control) : json_null());
	json_object_set_new(out, "control_raw", json_string(raw));
	return control;
}

/* NW, and RO: the order that takes the place of the one in RP. */
static bool is_new(const char *control)
{
	return str_equal(control, "NW") || str_equal(control, "RO");
}

static void numbers_read(
	struct hl7_values *in, const struct order *order, const char *control, json_t *out)
{
	const char *placer = number_read(in, order, 2);
	const char *filler = number_read(in, order, 3);

	if (placer[0] == '\0' && (filler[0] == '\0' || is_new(control))) {
		hl7_values_fail(in, HL7_FIELD_MISSING, hl7_place(order->orc, 2, 0),
			"the order has no number (ORC-2 or OBR-2)");
	}
	json_object_set_new(out, "placer_number", text_or_null(placer));
	json_object_set_new(out, "filler_number", text_or_null(filler));
	json_object_set_new(out, "group_number", text_or_null(hl7_value(in, order->orc, 4, 1)));
}

/* ORC-16 CE: the text, or the code when it is alone. */
static const char *reason_read(struct hl7_values *in, const struct order *order)
{
	const char *text = hl7_value(in, order->orc, 16, 2);

	return text[0] != '\0' ? text : hl7_value(in, order->orc, 16, 1);
}

static json_t *order_json(
	struct hl7_values *in, const struct hl7_profile *profile, const struct order *order)
{
	json_t *out = json_pack("{s:[], s:[]}", "gaps", "tests");
	const char *control = control_read(in, profile, order, out);

	numbers_read(in, order, control, out);
	if (is_new(control) && order->count == 0) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(order->orc, 0, 0),
			"a new order needs an OBR behind its ORC");
	}
	json_object_set_new(out, "control_reason", text_or_null(reason_read(in, order)));
	json_object_set_new(out, "ordered_at", moment_read(in, order->orc, 9, 1));
	json_object_set_new(out, "due_at", due_read(in, order));
	priority_read(in, order, out);
	provider_read(in, order, out);
	tests_read(in, order, out);
	json_object_set_new(out, "specimens", hl7_specimens_read(in, &order->specimens));
	return out;
}

static void order_finish(struct hl7_values *in, const struct hl7_profile *profile,
	const struct order *order, json_t *orders)
{
	if (!order->orc)
		return;
	if (json_array_size(orders) == HL7_ORDERS_MAX) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(order->orc, 0, 0),
			"more than %d orders in one message", HL7_ORDERS_MAX);
	}
	if (hl7_values_ok(in))
		json_array_append_new(orders, order_json(in, profile, order));
}

static void obr_add(struct hl7_values *in, const struct hl7_segment *obr, struct order *order)
{
	if (!order->orc) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(obr, 0, 0),
			"an OBR without an ORC before it");
	} else if (order->count == HL7_TESTS_MAX) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(obr, 0, 0),
			"more than %d OBR in one order", HL7_TESTS_MAX);
	} else {
		order->obr[order->count++] = obr;
	}
}

/* TQ1, SPM and SAC tell about the order before them; without one they tell nothing. */
static void detail_add(
	struct hl7_values *in, const struct hl7_segment *segment, struct order *order)
{
	if (!order->orc)
		hl7_values_note(in, "%s before the first ORC was passed over", segment->name);
	else if (!str_equal(segment->name, "TQ1"))
		hl7_specimens_add(in, &order->specimens, segment);
	else if (!order->tq1)
		order->tq1 = segment;
}

static bool is_detail(const struct hl7_segment *segment)
{
	return str_equal(segment->name, "TQ1") || str_equal(segment->name, "SPM") ||
	       str_equal(segment->name, "SAC");
}

static void patient_place_check(
	struct hl7_values *in, const struct hl7_segment *pid, const struct order *order)
{
	if (pid->sequence > 1) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(pid, 0, 0),
			"a second patient: send a message for each");
	}
	if (order->orc) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(pid, 0, 0),
			"PID must come before the first ORC");
	}
}

static json_t *orders_read(struct hl7_values *in, const struct hl7_profile *profile)
{
	json_t *orders = json_array();
	struct order order = { 0 };

	for (size_t i = 0; i < in->message->count && hl7_values_ok(in); i++) {
		const struct hl7_segment *segment = &in->message->segments[i];

		if (str_equal(segment->name, "PID")) {
			patient_place_check(in, segment, &order);
		} else if (str_equal(segment->name, "ORC")) {
			order_finish(in, profile, &order, orders);
			order = (struct order) { .orc = segment };
		} else if (str_equal(segment->name, "OBR")) {
			obr_add(in, segment, &order);
		} else if (is_detail(segment)) {
			detail_add(in, segment, &order);
		}
	}
	order_finish(in, profile, &order, orders);
	return orders;
}

/* What is missing about the patient is missing in every order. */
static void gaps_spread(json_t *orders, const json_t *patient_gaps)
{
	size_t i;
	json_t *order;

	json_array_foreach (orders, i, order) {
		size_t j;
		json_t *word;

		json_array_foreach (patient_gaps, j, word) {
			gap_add(order, json_string_value(word));
		}
	}
}

void hl7_order_read(struct hl7_values *in, const struct hl7_profile *profile, const char *version,
	json_t *parsed)
{
	json_t *gaps = json_array();
	json_t *patient = hl7_patient_read(in, version, gaps);
	json_t *orders = orders_read(in, profile);

	if (json_array_size(orders) == 0) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE,
			(struct hl7_location) { .segment = "ORC", .sequence = 1 },
			"there is no ORC segment");
	}
	gaps_spread(orders, gaps);
	json_decref(gaps);
	json_object_set_new(parsed, "patient", patient);
	json_object_set_new(parsed, "visit_number",
		text_or_null(hl7_value(in, hl7_segment_find(in->message, "PV1", 1), 19, 1)));
	json_object_set_new(parsed, "orders", orders);
}
