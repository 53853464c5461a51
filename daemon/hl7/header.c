/* The header segment as it was sent. */
#include "daemon/hl7/header.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define ENCODING_MIN 4 /* ^~\& */
#define ENCODING_MAX 5 /* ^~\&# */

static const struct hl7_delims usual_delims = { '|', '^', '~', '\\', '&', 0 };
static const char *const batch_names[] = { "FHS", "BHS" };

struct bytes hl7_part(struct bytes text, uint8_t separator, unsigned n)
{
	struct bytes left = text;

	for (unsigned i = 1;; i++) {
		const uint8_t *end = left.len ? memchr(left.data, separator, left.len) : NULL;
		size_t len = end ? (size_t)(end - left.data) : left.len;

		if (i == n)
			return bytes_of(left.data, len);
		if (!end)
			return bytes_of(NULL, 0);
		left = bytes_of(left.data + len + 1, left.len - len - 1);
	}
}

static bool is_delimiter(uint8_t c)
{
	bool alphanumeric = char_is_digit(c) || char_is_upper(c) || (c >= 'a' && c <= 'z');

	return char_is_printable(c) && c != ' ' && !alphanumeric;
}

/* MSH-1 and MSH-2: four or five printable characters, all different. */
static bool delims_read(struct hl7_delims *out, uint8_t field, struct bytes encoding)
{
	uint8_t all[1 + ENCODING_MAX] = { field };

	if (encoding.len < ENCODING_MIN || encoding.len > ENCODING_MAX)
		return false;
	memcpy(all + 1, encoding.data, encoding.len);
	for (size_t i = 0; i <= encoding.len; i++) {
		if (!is_delimiter(all[i]) || (i > 0 && memchr(all, all[i], i)))
			return false;
	}
	*out = (struct hl7_delims) { all[0], all[1], all[2], all[3], all[4], all[5] };
	return true;
}

static bool has_control(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < 0x20 || text.data[i] == 0x7f)
			return true;
	}
	return false;
}

static struct bytes first_line(struct bytes raw)
{
	size_t len = 0;

	while (len < raw.len && raw.data[len] != '\r' && raw.data[len] != '\n')
		len++;
	return bytes_of(raw.data, len);
}

/* False and fault when a field can neither be used nor mirrored. */
static bool field_check(struct bytes value, unsigned n, struct hl7_fault *fault)
{
	if (value.len > HL7_HEADER_FIELD_MAX) {
		return hl7_fault_set(fault, HL7_AR, HL7_DATA_TYPE, hl7_msh(n),
			"MSH-%u is longer than %d bytes", n, HL7_HEADER_FIELD_MAX);
	}
	if (has_control(value)) {
		return hl7_fault_set(fault, HL7_AR, HL7_DATA_TYPE, hl7_msh(n),
			"MSH-%u holds a control character", n);
	}
	return true;
}

static bool fields_read(struct hl7_header *out, struct bytes line, struct hl7_fault *fault)
{
	struct hl7_fault first = { 0 };
	bool good = true;

	for (unsigned n = 2; n <= HL7_HEADER_FIELDS; n++) {
		struct bytes value = hl7_part(line, out->delims.field, n);

		if (field_check(value, n, good ? &first : &(struct hl7_fault) { 0 }))
			out->field[n] = value;
		else
			good = false;
	}
	if (!good)
		*fault = first;
	return good;
}

bool hl7_header_read(struct hl7_header *out, struct bytes raw, struct hl7_fault *fault)
{
	struct bytes line = first_line(raw);
	struct cursor cur = cursor_over(line);

	*out = (struct hl7_header) { .delims = usual_delims };
	for (size_t i = 0; i < ARRAY_LEN(batch_names); i++) {
		if (cursor_accept(&cur, batch_names[i])) {
			return hl7_fault_set(fault, HL7_AR, HL7_UNSUPPORTED_TYPE,
				(struct hl7_location) { 0 },
				"batches (FHS, BHS) are not taken: send each message in a frame of "
				"its own");
		}
	}
	if (!cursor_accept(&cur, "MSH")) {
		return hl7_fault_set(fault, HL7_AR, HL7_SEGMENT_SEQUENCE, hl7_msh(0),
			"the message does not begin with an MSH segment");
	}
	uint8_t field = cursor_u8(&cur);
	struct bytes encoding = is_delimiter(field) ? hl7_part(cursor_take_rest(&cur), field, 1)
						    : bytes_of(NULL, 0);

	if (!delims_read(&out->delims, field, encoding)) {
		return hl7_fault_set(fault, HL7_AR, HL7_DATA_TYPE, hl7_msh(2),
			"MSH-1 and MSH-2 must be five or six different delimiters, such as |^~\\&");
	}
	return fields_read(out, line, fault);
}

struct bytes hl7_header_component(
	const struct hl7_header *header, enum hl7_header_field field, unsigned component)
{
	return hl7_part(header->field[field], header->delims.component, component);
}
