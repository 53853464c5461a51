/* What a laboratory order says of specimens. */
#include "daemon/hl7/specimen.h"

#include "daemon/base/str.h"

static json_t *text_or_null(const char *text)
{
	return text[0] != '\0' ? json_string(text) : json_null();
}

static void sac_add(
	struct hl7_values *in, struct hl7_specimens *specimens, const struct hl7_segment *sac)
{
	if (specimens->count == 0) {
		hl7_values_note(in, "a SAC without an SPM before it was passed over");
		return;
	}
	struct hl7_specimen *last = &specimens->list[specimens->count - 1];

	if (last->count == HL7_CONTAINERS_MAX) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(sac, 0, 0),
			"more than %d SAC for one specimen", HL7_CONTAINERS_MAX);
		return;
	}
	last->sac[last->count++] = sac;
}

void hl7_specimens_add(
	struct hl7_values *in, struct hl7_specimens *specimens, const struct hl7_segment *segment)
{
	if (str_equal(segment->name, "SAC")) {
		sac_add(in, specimens, segment);
	} else if (specimens->count == HL7_SPECIMENS_MAX) {
		hl7_values_fail(in, HL7_SEGMENT_SEQUENCE, hl7_place(segment, 0, 0),
			"more than %d SPM in one order", HL7_SPECIMENS_MAX);
	} else {
		specimens->list[specimens->count++] = (struct hl7_specimen) { .spm = segment };
	}
}

static json_t *time_read(struct hl7_values *in, const struct hl7_segment *spm, unsigned field)
{
	const char *text = hl7_value_at(in, spm, field, 1, 1, 1);
	const char *moment = hl7_moment(in->arena, text);

	if (text[0] != '\0' && !moment)
		hl7_values_note(in, "SPM-%u is no time that can be read", field);
	return moment ? json_string(moment) : json_null();
}

static json_t *containers_read(struct hl7_values *in, const struct hl7_specimen *specimen)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < specimen->count; i++) {
		const char *id = hl7_value_at(in, specimen->sac[i], 3, 1, 1, 0);

		if (id[0] != '\0')
			json_array_append_new(ids, json_string(id));
	}
	return ids;
}

/* A coded field in words: its text, or its code when that is alone. */
static const char *words_of(
	struct hl7_values *in, const struct hl7_segment *segment, unsigned field)
{
	const char *text = hl7_value(in, segment, field, 2);

	return text[0] != '\0' ? text : hl7_value(in, segment, field, 1);
}

static json_t *specimen_read(struct hl7_values *in, const struct hl7_specimen *specimen)
{
	const struct hl7_segment *spm = specimen->spm;
	json_t *collected_at = time_read(in, spm, 17);

	if (!json_is_null(collected_at))
		hl7_values_note(in, "SPM-17 says when it was collected: recorded, not believed");
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "placer_id",
		hl7_value_at(in, spm, 2, 1, 1, 1), "filler_id", hl7_value_at(in, spm, 2, 1, 2, 1),
		"type_code", hl7_value(in, spm, 4, 1), "type_text", hl7_value(in, spm, 4, 2),
		"site", words_of(in, spm, 8), "site_side", hl7_value(in, spm, 9, 1), "collected_at",
		collected_at, "received_at", time_read(in, spm, 18), "available",
		text_or_null(hl7_value(in, spm, 20, 1)), "container_ids",
		containers_read(in, specimen));
}

json_t *hl7_specimens_read(struct hl7_values *in, const struct hl7_specimens *specimens)
{
	json_t *out = json_array();

	for (size_t i = 0; i < specimens->count; i++)
		json_array_append_new(out, specimen_read(in, &specimens->list[i]));
	return out;
}

const char *hl7_specimens_source(struct hl7_values *in, const struct hl7_specimens *specimens)
{
	const char *source = "";

	for (size_t i = 0; i < specimens->count; i++) {
		const char *text = words_of(in, specimens->list[i].spm, 4);

		if (source[0] == '\0') {
			source = text;
		} else if (text[0] != '\0' && !str_equal(source, text)) {
			hl7_values_note(in, "the SPM of one order name several kinds of specimen");
			return "";
		}
	}
	return source;
}
