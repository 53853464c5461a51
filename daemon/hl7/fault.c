/* What is wrong with a message, as its sender is told. */
#include "daemon/hl7/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define LOCATION_NUMBER_MAX 99999

static const struct {
	unsigned number;
	const char *words;
} codes[] = {
#define CODE_ROW(name, number, text) { number, text },
	HL7_CODE_TABLE(CODE_ROW)
#undef CODE_ROW
};

static const char *const ack_names[] = {
	[HL7_AA] = "AA",
	[HL7_AE] = "AE",
	[HL7_AR] = "AR",
};

bool hl7_fault_set(struct hl7_fault *fault, enum hl7_ack_code ack, enum hl7_code code,
	struct hl7_location at, const char *fmt, ...)
{
	va_list args;

	fault->ack = ack;
	fault->code = code;
	fault->at = at;
	va_start(args, fmt);
	(void)vsnprintf(fault->text, sizeof(fault->text), fmt, args); /* a cut text still helps */
	va_end(args);
	return false;
}

struct hl7_location hl7_msh(unsigned field)
{
	return (struct hl7_location) { .segment = "MSH", .sequence = 1, .field = field };
}

void hl7_location_write(const struct hl7_location *at, char out[static HL7_LOCATION_TEXT_MAX])
{
	char sequence[13] = ""; /* the longest of 32 bits; together they fit */
	char field[12] = "";
	char component[12] = "";

	out[0] = '\0';
	if (at->segment[0] == '\0')
		return;
	if (at->sequence > 1)
		(void)snprintf(sequence, sizeof(sequence), "[%u]", at->sequence);
	if (at->field > 0)
		(void)snprintf(field, sizeof(field), "-%u", at->field);
	if (at->field > 0 && at->component > 0)
		(void)snprintf(component, sizeof(component), ".%u", at->component);
	(void)snprintf(
		out, HL7_LOCATION_TEXT_MAX, "%s%s%s%s", at->segment, sequence, field, component);
}

static unsigned location_number(struct cursor *cur)
{
	uint64_t number = cursor_decimal(cur);

	if (number == 0 || number > LOCATION_NUMBER_MAX) {
		cursor_fail(cur);
		return 0;
	}
	return (unsigned)number;
}

bool hl7_location_read(struct hl7_location *out, const char *text)
{
	struct cursor cur = cursor_over(bytes_of_str(text));
	struct hl7_location at = { .sequence = 1 };

	for (size_t i = 0; i < 3; i++) {
		uint8_t c = cursor_u8(&cur);

		if (!char_is_upper(c) && !(i > 0 && char_is_digit(c)))
			return false;
		at.segment[i] = (char)c;
	}
	if (cursor_accept(&cur, "[")) {
		at.sequence = location_number(&cur);
		cursor_expect(&cur, "]");
	}
	if (cursor_accept(&cur, "-")) {
		at.field = location_number(&cur);
		if (cursor_accept(&cur, "."))
			at.component = location_number(&cur);
	}
	if (!cursor_at_end(&cur))
		return false;
	*out = at;
	return true;
}

const char *hl7_ack_name(enum hl7_ack_code ack)
{
	return ack_names[ack];
}

bool hl7_ack_find(enum hl7_ack_code *out, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(ack_names); i++) {
		if (str_equal(ack_names[i], name)) {
			*out = (enum hl7_ack_code)i;
			return true;
		}
	}
	return false;
}

const char *hl7_code_words(unsigned number)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (codes[i].number == number)
			return codes[i].words;
	}
	return NULL;
}
