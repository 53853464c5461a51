/* One HL7 message read. */
#include "daemon/hl7/read.h"

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/hl7/order.h"
#include "daemon/hl7/values.h"

DEFINE_AUTO(struct arena, arena_free)

static const struct message_type {
	const char *code;
	const char *event;
	void (*read)(struct hl7_values *in, const struct hl7_profile *profile, const char *version,
		json_t *parsed);
} types[] = {
	{ "ORM", "O01", hl7_order_read },
	{ "OML", "O21", hl7_order_read },
};

static const char *const versions[] = { "2.3", "2.3.1", "2.4", "2.5", "2.5.1" };
static const char *const processing_ids[] = { "P", "T", "D" }; /* table 0103 */

/* Header text for people and JSON: what is not printable ASCII becomes a question mark. */
static char *plain(struct arena *arena, struct bytes text)
{
	char *out = arena_strndup(arena, text);

	for (size_t i = 0; i < text.len; i++) {
		if (!char_is_printable((unsigned char)out[i]))
			out[i] = '?';
	}
	return out;
}

static bool is_one_of(struct bytes text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes_is(text, words[i]))
			return true;
	}
	return false;
}

static bool required_check(const struct hl7_header *header, struct hl7_fault *fault)
{
	static const struct {
		enum hl7_header_field field;
		const char *what;
	} rows[] = {
		{ MSH_TYPE, "message type" },
		{ MSH_CONTROL_ID, "message control id" },
		{ MSH_PROCESSING_ID, "processing id" },
		{ MSH_VERSION, "version" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (hl7_header_component(header, rows[i].field, 1).len == 0) {
			return hl7_fault_set(fault, HL7_AR, HL7_FIELD_MISSING,
				hl7_msh(rows[i].field), "MSH-%d (%s) is missing",
				(int)rows[i].field, rows[i].what);
		}
	}
	return true;
}

static bool type_find(const struct message_type **out, struct arena *arena,
	const struct hl7_header *header, struct hl7_fault *fault)
{
	struct bytes code = hl7_header_component(header, MSH_TYPE, 1);
	struct bytes event = hl7_header_component(header, MSH_TYPE, 2);
	bool known = false;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (!bytes_is(code, types[i].code))
			continue;
		known = true;
		if (bytes_is(event, types[i].event)) {
			*out = &types[i];
			return true;
		}
	}
	if (known) {
		return hl7_fault_set(fault, HL7_AR, HL7_UNSUPPORTED_EVENT, hl7_msh(MSH_TYPE),
			"event '%.20s' of message '%.20s' is not taken here", plain(arena, event),
			plain(arena, code));
	}
	return hl7_fault_set(fault, HL7_AR, HL7_UNSUPPORTED_TYPE, hl7_msh(MSH_TYPE),
		"message type '%.20s' is not taken here", plain(arena, code));
}

static bool header_check(const struct message_type **out, struct arena *arena,
	const struct hl7_header *header, struct hl7_fault *fault)
{
	struct bytes processing = hl7_header_component(header, MSH_PROCESSING_ID, 1);
	struct bytes version = hl7_header_component(header, MSH_VERSION, 1);

	if (!required_check(header, fault) || !type_find(out, arena, header, fault))
		return false;
	if (!is_one_of(processing, processing_ids, ARRAY_LEN(processing_ids))) {
		return hl7_fault_set(fault, HL7_AR, HL7_UNSUPPORTED_PROCESSING,
			hl7_msh(MSH_PROCESSING_ID), "processing id '%.20s' is not P, T or D",
			plain(arena, processing));
	}
	if (!is_one_of(version, versions, ARRAY_LEN(versions))) {
		return hl7_fault_set(fault, HL7_AR, HL7_UNSUPPORTED_VERSION, hl7_msh(MSH_VERSION),
			"version '%.20s' is not read here: send 2.3 to 2.5.1",
			plain(arena, version));
	}
	return true;
}

/* The first set of MSH-18, or the sender's default when it is empty. */
static bool charset_choose(const struct hl7_charset **out, struct arena *arena,
	const struct hl7_header *header, const struct hl7_profile *profile, struct hl7_fault *fault)
{
	struct bytes name = hl7_part(header->field[MSH_CHARSET], header->delims.repetition, 1);

	*out = hl7_charset_find(name.len > 0 ? name : bytes_of_str(hl7_profile_charset(profile)));
	if (*out)
		return true;
	return hl7_fault_set(fault, HL7_AE, HL7_TABLE_VALUE, hl7_msh(MSH_CHARSET),
		"character set '%.30s' is not read here: send UNICODE UTF-8, 8859/1 or ASCII",
		plain(arena, name));
}

/* HD: the namespace, or the universal id when it is alone. */
static json_t *system_json(struct hl7_values *in, const struct hl7_segment *msh, unsigned field)
{
	const char *name = hl7_value(in, msh, field, 1);

	return json_string(name[0] != '\0' ? name : hl7_value(in, msh, field, 2));
}

static void header_set(
	struct hl7_values *in, const struct message_type *type, const char *version, json_t *parsed)
{
	const struct hl7_segment *msh = hl7_segment_find(in->message, "MSH", 1);
	const char *sent_at = hl7_moment(in->arena, hl7_value(in, msh, MSH_SENT_AT, 1));

	json_object_set_new(parsed, "sender",
		json_pack("{s:o, s:o}", "application",
			system_json(in, msh, MSH_SENDING_APPLICATION), "facility",
			system_json(in, msh, MSH_SENDING_FACILITY)));
	json_object_set_new(parsed, "receiver",
		json_pack("{s:o, s:o}", "application",
			system_json(in, msh, MSH_RECEIVING_APPLICATION), "facility",
			system_json(in, msh, MSH_RECEIVING_FACILITY)));
	json_object_set_new(
		parsed, "control_id", json_string(hl7_value(in, msh, MSH_CONTROL_ID, 1)));
	json_object_set_new(parsed, "type", json_sprintf("%s^%s", type->code, type->event));
	json_object_set_new(parsed, "version", json_string(version));
	json_object_set_new(
		parsed, "processing_id", json_string(hl7_value(in, msh, MSH_PROCESSING_ID, 1)));
	json_object_set_new(
		parsed, "charset", json_string(hl7_value_at(in, msh, MSH_CHARSET, 1, 1, 0)));
	json_object_set_new(parsed, "sent_at", sent_at ? json_string(sent_at) : json_null());
}

static json_t *body_read(struct hl7_values *in, const struct message_type *type,
	const struct hl7_header *header, const struct hl7_profile *profile)
{
	json_t *parsed = json_object();
	const char *version = plain(in->arena, hl7_header_component(header, MSH_VERSION, 1));

	in->notes = json_array();
	json_object_set_new(parsed, "notes", in->notes);
	if (in->message->line_feeds)
		hl7_values_note(in, "segments end with LF instead of CR");
	header_set(in, type, version, parsed);
	type->read(in, profile, version, parsed);
	if (!hl7_values_ok(in)) {
		json_decref(parsed);
		return NULL;
	}
	return parsed;
}

static json_t *message_read(
	struct hl7_header *header, struct arena *arena, struct bytes raw, struct hl7_fault *fault)
{
	const struct message_type *type = NULL;
	const struct hl7_charset *charset = NULL;
	struct hl7_message message;

	if (!hl7_header_read(header, raw, fault) || !header_check(&type, arena, header, fault))
		return NULL;
	const struct hl7_profile *profile =
		hl7_profile_find(hl7_header_component(header, MSH_SENDING_APPLICATION, 1),
			hl7_header_component(header, MSH_SENDING_FACILITY, 1));

	if (!charset_choose(&charset, arena, header, profile, fault) ||
		!hl7_message_parse(&message, arena, raw, header, charset, fault))
		return NULL;
	struct hl7_values in = { .message = &message, .arena = arena, .fault = fault };

	return body_read(&in, type, header, profile);
}

void hl7_read(struct hl7_reading *out, struct bytes raw)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	*out = (struct hl7_reading) { 0 };
	while (raw.len > 0 && (raw.data[0] == '\r' || raw.data[0] == '\n'))
		raw = bytes_of(raw.data + 1, raw.len - 1);
	out->parsed = message_read(&out->header, arena, raw, &out->fault);
}

void hl7_reading_done(struct hl7_reading *reading)
{
	json_decref(reading->parsed);
	*reading = (struct hl7_reading) { 0 };
}

static json_t *header_json(
	struct arena *arena, const struct hl7_header *header, enum hl7_header_field field)
{
	return json_string(plain(arena, header->field[field]));
}

json_t *hl7_reading_error(const struct hl7_reading *reading)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct hl7_header *header = &reading->header;
	const struct hl7_fault *fault = &reading->fault;
	char location[HL7_LOCATION_TEXT_MAX];

	hl7_location_write(&fault->at, location);
	json_t *known = json_pack("{s:{s:o, s:o}, s:o, s:o, s:o, s:o}", "sender", "application",
		header_json(arena, header, MSH_SENDING_APPLICATION), "facility",
		header_json(arena, header, MSH_SENDING_FACILITY), "control_id",
		header_json(arena, header, MSH_CONTROL_ID), "type",
		header_json(arena, header, MSH_TYPE), "version",
		header_json(arena, header, MSH_VERSION), "processing_id",
		header_json(arena, header, MSH_PROCESSING_ID));

	return json_pack("{s:s, s:o, s:s, s:s, s:o}", "ack", hl7_ack_name(fault->ack), "code",
		json_sprintf("%d", (int)fault->code), "location", location, "text", fault->text,
		"parsed", known);
}
