/* Escape sequences of a message's text; declared in message.h. */
#include "daemon/base/str.h"
#include "daemon/hl7/message.h"

static const char *const line_breaks[] = { ".br", ".sp", ".ce" };
static const char *const formats[] = { "H", "N", ".in", ".ti", ".fi", ".nf", ".sk" };

static bool starts_with(struct bytes text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

/* The delimiter that a one-letter escape stands for, or 0. */
static uint8_t escaped_delimiter(const struct hl7_delims *delims, struct bytes name)
{
	const struct {
		uint8_t letter;
		uint8_t delimiter;
	} rows[] = {
		{ 'F', delims->field },
		{ 'S', delims->component },
		{ 'T', delims->subcomponent },
		{ 'R', delims->repetition },
		{ 'E', delims->escape },
		{ 'P', delims->truncation },
	};

	for (size_t i = 0; name.len == 1 && i < ARRAY_LEN(rows); i++) {
		if (rows[i].letter == name.data[0])
			return rows[i].delimiter;
	}
	return 0;
}

static bool is_letter_and_hex(struct bytes name, uint8_t letter)
{
	if (name.len < 3 || name.len % 2 == 0 || name.data[0] != letter)
		return false;
	for (size_t i = 1; i < name.len; i++) {
		if (hex_digit(name.data[i]) < 0)
			return false;
	}
	return true;
}

static bool decode_hex(const struct hl7_message *message, struct bytes digits, struct buf *out,
	const char **out_why)
{
	AUTO_BUF raw = { 0 };
	size_t bad = 0;

	if (!hex_decode(digits, &raw, NULL) || memchr(raw.data, 0, raw.len) ||
		!hl7_charset_decode(message->charset, buf_bytes(&raw), out, &bad)) {
		*out_why =
			"an escape sequence \\X..\\ that is no text in the character set of MSH-18";
		return false;
	}
	return true;
}

static bool is_one_of(struct bytes name, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (prefixes[i][0] == '.' ? starts_with(name, prefixes[i])
					  : bytes_is(name, prefixes[i]))
			return true;
	}
	return false;
}

/* One sequence, without its two escape characters. */
static bool decode_escape(
	const struct hl7_message *message, struct bytes name, struct buf *out, const char **out_why)
{
	uint8_t delimiter = escaped_delimiter(&message->delims, name);

	if (delimiter != 0) {
		buf_add_byte(out, delimiter);
		return true;
	}
	if (is_letter_and_hex(name, 'X'))
		return decode_hex(message, bytes_of(name.data + 1, name.len - 1), out, out_why);
	if (is_letter_and_hex(name, 'C') || is_letter_and_hex(name, 'M')) {
		*out_why =
			"text in a second character set (\\C..\\ or \\M..\\): send UNICODE UTF-8";
		return false;
	}
	if (is_one_of(name, line_breaks, ARRAY_LEN(line_breaks))) {
		buf_add_byte(out, '\n');
		return true;
	}
	if (is_one_of(name, formats, ARRAY_LEN(formats)))
		return true;
	buf_add_byte(out, message->delims.escape);
	buf_add(out, name);
	buf_add_byte(out, message->delims.escape);
	return true;
}

bool hl7_text_decode(
	const struct hl7_message *message, struct bytes part, struct buf *out, const char **out_why)
{
	uint8_t escape = message->delims.escape;

	while (part.len > 0) {
		const uint8_t *at = memchr(part.data, escape, part.len);
		size_t plain = at ? (size_t)(at - part.data) : part.len;

		buf_add_mem(out, part.data, plain);
		part = bytes_of(part.data + plain, part.len - plain);
		if (part.len == 0)
			break;
		const uint8_t *end = memchr(part.data + 1, escape, part.len - 1);

		if (!end) {
			buf_add(out, part);
			break;
		}
		size_t len = (size_t)(end - part.data);

		if (!decode_escape(message, bytes_of(part.data + 1, len - 1), out, out_why))
			return false;
		part = bytes_of(part.data + len + 1, part.len - len - 1);
	}
	return true;
}

/* The letter that stands for a delimiter, or 0. */
static uint8_t escape_letter(const struct hl7_delims *delims, uint8_t c)
{
	if (c == delims->field)
		return 'F';
	if (c == delims->component)
		return 'S';
	if (c == delims->subcomponent)
		return 'T';
	if (c == delims->repetition)
		return 'R';
	if (c == delims->escape)
		return 'E';
	return c == delims->truncation ? 'P' : 0;
}

void hl7_text_encode(const struct hl7_delims *delims, struct bytes text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		uint8_t letter = escape_letter(delims, c);

		if (c < 0x20 || c == 0x7f) {
			buf_add_byte(out, ' ');
		} else if (letter == 0) {
			buf_add_byte(out, c);
		} else {
			buf_add_byte(out, delims->escape);
			buf_add_byte(out, letter);
			buf_add_byte(out, delims->escape);
		}
	}
}
