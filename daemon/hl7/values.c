/* Reading values of one message with a sticky fault. */
#include "daemon/hl7/values.h"

#include <stdarg.h>
#include <stdio.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define NULL_VALUE "\"\"" /* HL7: delete what you have; here there is nothing to delete */
#define NOTES_MAX 50

bool hl7_values_ok(const struct hl7_values *in)
{
	return !in->failed;
}

void hl7_values_fail(
	struct hl7_values *in, enum hl7_code code, struct hl7_location at, const char *fmt, ...)
{
	char text[HL7_FAULT_TEXT_MAX];
	va_list args;

	if (in->failed)
		return;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* a cut text still helps */
	va_end(args);
	in->failed = true;
	(void)hl7_fault_set(in->fault, HL7_AE, code, at, "%s", text);
}

void hl7_values_note(struct hl7_values *in, const char *fmt, ...)
{
	char text[HL7_FAULT_TEXT_MAX];
	va_list args;
	size_t i;
	json_t *note;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	while (text[0] != '\0' && !utf8_is_valid(bytes_of_str(text)))
		text[strlen(text) - 1] = '\0'; /* cut inside a character */
	json_array_foreach (in->notes, i, note) {
		if (str_equal(json_string_value(note), text))
			return;
	}
	if (json_array_size(in->notes) < NOTES_MAX)
		json_array_append_new(in->notes, json_string(text));
}

struct hl7_location hl7_place(const struct hl7_segment *segment, unsigned field, unsigned component)
{
	struct hl7_location at = { .sequence = 1, .field = field, .component = component };

	if (segment) {
		memcpy(at.segment, segment->name, sizeof(at.segment));
		at.sequence = segment->sequence;
	}
	return at;
}

/* One line of text without blanks around it; false when it holds a control character. */
static bool one_line(struct buf *text)
{
	size_t end = text->len;
	size_t begin = 0;

	for (size_t i = 0; i < text->len; i++) {
		uint8_t c = text->data[i];

		if (c == '\n' || c == '\t')
			text->data[i] = ' ';
		else if (c < 0x20 || c == 0x7f)
			return false;
	}
	while (end > 0 && text->data[end - 1] == ' ')
		end--;
	while (begin < end && text->data[begin] == ' ')
		begin++;
	buf_drop(text, begin);
	if (text->len > 0) {
		text->len = end - begin;
		text->data[text->len] = 0;
	}
	return true;
}

const char *hl7_value_of(struct hl7_values *in, struct bytes part, struct hl7_location at)
{
	AUTO_BUF text = { 0 };
	const char *why = NULL;

	if (in->failed || part.len == 0 || bytes_is(part, NULL_VALUE))
		return "";
	if (part.len > HL7_VALUE_MAX) {
		hl7_values_fail(
			in, HL7_DATA_TYPE, at, "a value is longer than %d bytes", HL7_VALUE_MAX);
		return "";
	}
	if (!hl7_text_decode(in->message, part, &text, &why)) {
		hl7_values_fail(in, HL7_DATA_TYPE, at, "%s", why);
		return "";
	}
	if (!one_line(&text)) {
		hl7_values_fail(in, HL7_DATA_TYPE, at, "a control character in the text");
		return "";
	}
	return arena_strndup(in->arena, buf_bytes(&text));
}

const char *hl7_value_at(struct hl7_values *in, const struct hl7_segment *segment, unsigned field,
	unsigned n, unsigned component, unsigned m)
{
	if (!segment)
		return "";
	struct bytes repetition =
		hl7_repetition(in->message, hl7_field(in->message, segment, field), n);
	struct bytes part = hl7_component(in->message, repetition, component);

	if (m > 0)
		part = hl7_subcomponent(in->message, part, m);
	return hl7_value_of(in, part, hl7_place(segment, field, component));
}

const char *hl7_value(struct hl7_values *in, const struct hl7_segment *segment, unsigned field,
	unsigned component)
{
	return hl7_value_at(in, segment, field, 1, component, 0);
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* A number of exactly this many digits in [min, max]. */
static unsigned digits(struct cursor *cur, size_t count, unsigned min, unsigned max)
{
	struct cursor text = cursor_over(cursor_take(cur, count));
	uint64_t number = cursor_decimal(&text);

	if (!cursor_at_end(&text) || number < min || number > max) {
		cursor_fail(cur);
		return min;
	}
	return (unsigned)number;
}

static void day_read(struct cursor *cur, struct buf *out)
{
	unsigned year = digits(cur, 4, 1800, 9999);
	unsigned month = digits(cur, 2, 1, 12);
	unsigned day = digits(cur, 2, 1, days_in_month(year, month));

	buf_addf(out, "%04u-%02u-%02u", year, month, day);
}

static bool digit_next(const struct cursor *cur)
{
	return char_is_digit(cursor_peek(cur));
}

static void clock_read(struct cursor *cur, struct buf *out)
{
	unsigned hour = digits(cur, 2, 0, 23);
	unsigned minute = digit_next(cur) ? digits(cur, 2, 0, 59) : 0;
	unsigned second = digit_next(cur) ? digits(cur, 2, 0, 59) : 0;

	buf_addf(out, "T%02u:%02u:%02u", hour, minute, second);
	if (cursor_accept(cur, ".")) {
		buf_add_byte(out, '.');
		for (unsigned n = 0; n < 4 && (n == 0 || digit_next(cur)); n++)
			buf_addf(out, "%u", digits(cur, 1, 0, 9));
	}
}

static void zone_read(struct cursor *cur, struct buf *out)
{
	uint8_t sign = cursor_u8(cur);
	unsigned hours = digits(cur, 2, 0, 14);
	unsigned minutes = digits(cur, 2, 0, 59);

	if (sign != '+' && sign != '-')
		cursor_fail(cur);
	buf_addf(out, "%c%02u:%02u", sign, hours, minutes);
}

const char *hl7_moment(struct arena *arena, const char *text)
{
	struct cursor cur = cursor_over(bytes_of_str(text));
	AUTO_BUF out = { 0 };

	day_read(&cur, &out);
	if (digit_next(&cur)) {
		clock_read(&cur, &out);
		if (cur.left.len > 0)
			zone_read(&cur, &out);
	}
	return cursor_at_end(&cur) ? arena_strndup(arena, buf_bytes(&out)) : NULL;
}

const char *hl7_day(struct arena *arena, const char *text)
{
	const char *moment = hl7_moment(arena, text);
	size_t len = strlen("YYYY-MM-DD");

	return moment ? arena_strndup(arena, bytes_of(moment, len)) : NULL;
}
