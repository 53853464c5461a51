/* A message cut into segments. */
#include "daemon/hl7/message.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

/* The next line of left. */
static struct bytes line_take(struct bytes *left, uint8_t end, bool *line_feeds)
{
	const uint8_t *at = memchr(left->data, end, left->len);
	size_t len = at ? (size_t)(at - left->data) : left->len;
	struct bytes line = bytes_of(left->data, len);
	size_t passed = at ? len + 1 : len;

	if (at && end == '\r' && passed < left->len && left->data[passed] == '\n') {
		passed++;
		*line_feeds = true;
	}
	*left = bytes_of(left->data + passed, left->len - passed);
	return line;
}

static bool is_segment(struct bytes line, uint8_t field_separator)
{
	if (line.len < 3 || (line.len > 3 && line.data[3] != field_separator))
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!char_is_upper(line.data[i]) && !(i > 0 && char_is_digit(line.data[i])))
			return false;
	}
	return true;
}

static unsigned count_byte(struct bytes text, uint8_t byte)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.data[i] == byte;
	return n;
}

static struct hl7_location place_after(const struct hl7_message *message)
{
	struct hl7_location at = { .sequence = 1 };

	if (message->count > 0) {
		const struct hl7_segment *last = &message->segments[message->count - 1];

		memcpy(at.segment, last->name, sizeof(at.segment));
		at.sequence = last->sequence;
	}
	return at;
}

static unsigned next_sequence(const struct hl7_message *message, const char *name)
{
	for (size_t i = message->count; i > 0; i--) {
		if (str_equal(message->segments[i - 1].name, name))
			return message->segments[i - 1].sequence + 1;
	}
	return 1;
}

static bool segment_add(struct hl7_message *out, struct bytes line, struct hl7_fault *fault)
{
	if (!is_segment(line, out->delims.field)) {
		return hl7_fault_set(fault, HL7_AE, HL7_SEGMENT_SEQUENCE, place_after(out),
			"line %zu is not a segment: three letters and the delimiter of MSH-1 must "
			"begin it",
			out->count + 1);
	}
	if (out->count == HL7_SEGMENTS_MAX) {
		return hl7_fault_set(fault, HL7_AE, HL7_SEGMENT_SEQUENCE, place_after(out),
			"more than %d segments in one message", HL7_SEGMENTS_MAX);
	}
	struct hl7_segment *segment = &out->segments[out->count];
	char name[4] = "";

	memcpy(name, line.data, 3);
	*segment = (struct hl7_segment) { .text = line, .sequence = next_sequence(out, name) };
	memcpy(segment->name, name, sizeof(name));
	out->count++;
	if (count_byte(line, out->delims.field) > HL7_FIELDS_MAX) {
		return hl7_fault_set(fault, HL7_AE, HL7_DATA_TYPE, place_after(out),
			"more than %d fields in one segment", HL7_FIELDS_MAX);
	}
	if (str_equal(name, "MSH") && segment->sequence > 1) {
		return hl7_fault_set(fault, HL7_AE, HL7_SEGMENT_SEQUENCE, place_after(out),
			"a second MSH: send each message in a frame of its own");
	}
	return true;
}

static bool segments_cut(
	struct hl7_message *out, struct arena *arena, struct bytes text, struct hl7_fault *fault)
{
	uint8_t end = memchr(text.data, '\r', text.len) ? '\r' : '\n';
	size_t lines = (size_t)count_byte(text, end) + 1;

	out->segments = arena_alloc(arena,
		(lines < HL7_SEGMENTS_MAX ? lines : HL7_SEGMENTS_MAX) * sizeof(*out->segments));
	out->line_feeds = end == '\n' && memchr(text.data, '\n', text.len);
	while (text.len > 0) {
		struct bytes line = line_take(&text, end, &out->line_feeds);

		if (line.len > 0 && !segment_add(out, line, fault))
			return false;
	}
	return true;
}

/* Where the byte at offset of raw stands; raw is cut in the same way as the message. */
static struct hl7_location place_of(
	const struct hl7_message *message, struct arena *arena, struct bytes raw, size_t offset)
{
	struct hl7_message before = { .delims = message->delims };
	struct hl7_fault ignored = { 0 };

	(void)segments_cut(
		&before, arena, bytes_of(raw.data, offset), &ignored); /* as far as it goes */
	struct hl7_location at = place_after(&before);

	if (before.count > 0)
		at.field =
			count_byte(before.segments[before.count - 1].text, message->delims.field);
	if (str_equal(at.segment, "MSH"))
		at.field++;
	return at;
}

static bool decode_all(struct buf *out, const struct hl7_message *message, struct arena *arena,
	struct bytes raw, struct hl7_fault *fault)
{
	size_t bad = 0;

	if (!hl7_charset_decode(message->charset, raw, out, &bad)) {
		return hl7_fault_set(fault, HL7_AE, HL7_DATA_TYPE,
			place_of(message, arena, raw, bad),
			"a character does not fit the character set of MSH-18: correct MSH-18 or "
			"send "
			"UNICODE UTF-8");
	}
	const uint8_t *zero = memchr(raw.data, 0, raw.len);

	if (zero) {
		return hl7_fault_set(fault, HL7_AE, HL7_DATA_TYPE,
			place_of(message, arena, raw, (size_t)(zero - raw.data)),
			"a zero byte in the text");
	}
	return true;
}

bool hl7_message_parse(struct hl7_message *out, struct arena *arena, struct bytes raw,
	const struct hl7_header *header, const struct hl7_charset *charset, struct hl7_fault *fault)
{
	AUTO_BUF utf8 = { 0 };

	*out = (struct hl7_message) { .delims = header->delims, .charset = charset };
	if (!decode_all(&utf8, out, arena, raw, fault))
		return false;
	return segments_cut(out, arena, arena_copy(arena, buf_bytes(&utf8)), fault);
}

const struct hl7_segment *hl7_segment_find(
	const struct hl7_message *message, const char *name, unsigned n)
{
	for (size_t i = 0; i < message->count; i++) {
		if (message->segments[i].sequence == n &&
			str_equal(message->segments[i].name, name))
			return &message->segments[i];
	}
	return NULL;
}

struct bytes hl7_field(
	const struct hl7_message *message, const struct hl7_segment *segment, unsigned field)
{
	if (!str_equal(segment->name, "MSH"))
		return hl7_part(segment->text, message->delims.field, field + 1);
	if (field == 1)
		return bytes_of(segment->text.data + 3, segment->text.len > 3 ? 1 : 0);
	return hl7_part(segment->text, message->delims.field, field);
}

struct bytes hl7_repetition(const struct hl7_message *message, struct bytes field, unsigned n)
{
	return hl7_part(field, message->delims.repetition, n);
}

struct bytes hl7_component(const struct hl7_message *message, struct bytes repetition, unsigned n)
{
	return hl7_part(repetition, message->delims.component, n);
}

struct bytes hl7_subcomponent(const struct hl7_message *message, struct bytes component, unsigned n)
{
	return hl7_part(component, message->delims.subcomponent, n);
}

unsigned hl7_repetition_count(const struct hl7_message *message, struct bytes field)
{
	return field.len == 0 ? 0 : count_byte(field, message->delims.repetition) + 1;
}
