/* The answer to a message. */
#include "daemon/hl7/ack.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define MSA_TEXT_MAX 80 /* MSA-3 in 2.3 */
#define VERSION_WHEN_UNKNOWN "2.3"
#define PROCESSING_WHEN_UNKNOWN "P"
#define NO_REASON "the message was not taken: see the list of messages"

static int cursor_int(struct cursor *cur, size_t count)
{
	struct cursor text = cursor_over(cursor_take(cur, count));
	uint64_t number = cursor_decimal(&text);

	if (!cursor_at_end(&text))
		cursor_fail(cur);
	return (int)number;
}

/* Seconds east of UTC: Z, +HH, +HHMM or +HH:MM; nothing is UTC. */
static int zone_read(struct cursor *cur)
{
	if (cur->left.len == 0 || cursor_accept(cur, "Z"))
		return 0;
	uint8_t sign = cursor_u8(cur);
	int hours = cursor_int(cur, 2);

	(void)cursor_accept(cur, ":"); /* both spellings are ISO 8601 */
	int minutes = cur->left.len > 0 ? cursor_int(cur, 2) : 0;

	if (sign != '+' && sign != '-')
		cursor_fail(cur);
	return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/* PostgreSQL's JSON spelling of a timestamptz, parts of a second dropped. */
static bool seconds_read(int64_t *out, const char *text)
{
	struct cursor cur = cursor_over(bytes_of_str(text));
	struct tm tm = { 0 };

	tm.tm_year = cursor_int(&cur, 4) - 1900;
	cursor_expect(&cur, "-");
	tm.tm_mon = cursor_int(&cur, 2) - 1;
	cursor_expect(&cur, "-");
	tm.tm_mday = cursor_int(&cur, 2);
	if (!cursor_accept(&cur, "T"))
		cursor_expect(&cur, " ");
	tm.tm_hour = cursor_int(&cur, 2);
	cursor_expect(&cur, ":");
	tm.tm_min = cursor_int(&cur, 2);
	cursor_expect(&cur, ":");
	tm.tm_sec = cursor_int(&cur, 2);
	if (cursor_accept(&cur, "."))
		(void)cursor_decimal(&cur);
	int east = zone_read(&cur);

	if (!cursor_at_end(&cur))
		return false;
	*out = (int64_t)timegm(&tm) - east;
	return true;
}

static bool error_read(struct hl7_fault *out, enum hl7_ack_code ack, const json_t *error)
{
	const char *digits = json_string_value(json_object_get(error, "code"));
	const char *location = json_string_value(json_object_get(error, "location"));
	const char *text = json_string_value(json_object_get(error, "text"));
	struct hl7_location at = { 0 };
	uint64_t code = 0;

	if (!digits || !uint_parse(bytes_of_str(digits), 0, UINT16_MAX, &code, NULL) ||
		!hl7_code_words((unsigned)code))
		return false;
	if (location && location[0] != '\0' && !hl7_location_read(&at, location))
		return false;
	(void)hl7_fault_set(out, ack, (enum hl7_code)code, at, "%s", text ? text : "");
	return true;
}

static bool errors_read(struct hl7_answer *out, const json_t *errors)
{
	size_t i;
	json_t *error;

	json_array_foreach (errors, i, error) {
		if (i == HL7_ANSWER_ERRORS_MAX)
			break;
		if (!error_read(&out->errors[i], out->code, error))
			return false;
		out->error_count = i + 1;
	}
	if (out->error_count == 0 && out->code != HL7_AA) {
		(void)hl7_fault_set(&out->errors[0], out->code, HL7_INTERNAL,
			(struct hl7_location) { 0 }, NO_REASON);
		out->error_count = 1;
	}
	return true;
}

bool hl7_answer_read(struct hl7_answer *out, const json_t *data, struct err *err)
{
	struct hl7_answer answer = { 0 };
	const json_t *id = json_object_get(data, "message_id");
	const char *at = json_string_value(json_object_get(data, "ack_at"));
	const char *code = json_string_value(json_object_get(data, "ack_code"));

	if (!json_is_integer(id) || json_integer_value(id) < 1)
		return err_set(err, ERR_INTERNAL, "order_message gave no message_id");
	if (!at || !seconds_read(&answer.at_s, at))
		return err_set(err, ERR_INTERNAL, "order_message gave no ack_at that can be read");
	if (!code || !hl7_ack_find(&answer.code, code))
		return err_set(err, ERR_INTERNAL, "order_message gave no ack_code");
	(void)snprintf(answer.control_id, sizeof(answer.control_id), "%" JSON_INTEGER_FORMAT,
		json_integer_value(id));
	if (!errors_read(&answer, json_object_get(data, "errors")))
		return err_set(
			err, ERR_INTERNAL, "order_message gave an error without code or place");
	*out = answer;
	return true;
}

void hl7_answer_make(
	struct hl7_answer *out, const char *control_id, int64_t at_s, const struct hl7_fault *fault)
{
	*out = (struct hl7_answer) { .code = fault->ack, .at_s = at_s, .error_count = 1 };
	(void)str_copy(
		out->control_id, sizeof(out->control_id), control_id); /* cut is still an id */
	out->errors[0] = *fault;
}

/* Text of ours in the sender's delimiters; ASCII, which every character set has. */
static void add_text(const struct hl7_delims *delims, const char *text, size_t max, struct buf *out)
{
	AUTO_BUF plain = { 0 };

	for (size_t i = 0; text[i] != '\0' && plain.len < max; i++) {
		uint8_t c = (uint8_t)text[i];

		if ((c & 0xc0) != 0x80) /* one question mark for one character of UTF-8 */
			buf_add_byte(&plain, c < 0x80 ? c : '?');
	}
	hl7_text_encode(delims, buf_bytes(&plain), out);
}

static void add_number(unsigned number, struct buf *out)
{
	if (number > 0)
		buf_addf(out, "%u", number);
}

static void add_time(const struct hl7_delims *delims, int64_t at_s, struct buf *out)
{
	time_t seconds = (time_t)at_s;
	struct tm tm;
	AUTO_BUF text = { 0 };

	if (!gmtime_r(&seconds, &tm))
		return; /* a year past int: MSH-7 stays empty */
	buf_addf(&text, "%04d%02d%02d%02d%02d%02d+0000", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	hl7_text_encode(delims, buf_bytes(&text), out);
}

static void add_or(struct bytes text, const char *otherwise, struct buf *out)
{
	buf_add(out, text.len > 0 ? text : bytes_of_str(otherwise));
}

static void add_separators(unsigned count, uint8_t separator, struct buf *out)
{
	for (unsigned i = 0; i < count; i++)
		buf_add_byte(out, separator);
}

/* MSH-1 and MSH-2. */
static void add_encoding(const struct hl7_delims *delims, struct buf *out)
{
	buf_add_str(out, "MSH");
	buf_add_byte(out, delims->field);
	buf_add_byte(out, delims->component);
	buf_add_byte(out, delims->repetition);
	buf_add_byte(out, delims->escape);
	buf_add_byte(out, delims->subcomponent);
	if (delims->truncation != 0)
		buf_add_byte(out, delims->truncation);
}

/* Does MSH-15 ask for an accept acknowledgement? Source: HL7 2.5.1 table 0155. */
static bool is_accept_level(const struct hl7_header *header)
{
	static const char *const wanted[] = { "AL", "ER", "SU" };

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (bytes_is(hl7_header_component(header, MSH_ACCEPT_ACK, 1), wanted[i]))
			return true;
	}
	return false;
}

/* MSA-1 at the level that is asked for. */
static const char *code_name(const struct hl7_answer *answer, const struct hl7_header *header)
{
	static const char *const accepts[] = { [HL7_AA] = "CA", [HL7_AE] = "CE", [HL7_AR] = "CR" };

	return is_accept_level(header) ? accepts[answer->code] : hl7_ack_name(answer->code);
}

/* The message type that answers another than with an ACK, at the application's level. */
static const struct answer_type {
	const char *code;
	const char *event;
	const char *answer;
	const char *answer_event;
	const char *structure;
} answer_types[] = {
	{ "OML", "O21", "ORL", "O22", "ORL_O22" },
};

static const struct answer_type *answer_type_find(const struct hl7_header *header)
{
	for (size_t i = 0; i < ARRAY_LEN(answer_types) && !is_accept_level(header); i++) {
		if (bytes_is(hl7_header_component(header, MSH_TYPE, 1), answer_types[i].code) &&
			bytes_is(hl7_header_component(header, MSH_TYPE, 2), answer_types[i].event))
			return &answer_types[i];
	}
	return NULL;
}

/* MSH-9: ACK with the event it answers or the answer's own type, with the structure since 2.4. */
static void add_type(const struct hl7_header *header, bool structured, struct buf *out)
{
	const struct answer_type *type = answer_type_find(header);
	struct bytes event =
		type ? bytes_of_str(type->answer_event) : hl7_header_component(header, MSH_TYPE, 2);

	buf_add_str(out, type ? type->answer : "ACK");
	if (event.len == 0)
		return;
	buf_add_byte(out, header->delims.component);
	buf_add(out, event);
	if (structured) {
		buf_add_byte(out, header->delims.component);
		buf_add_str(out, type ? type->structure : "ACK");
	}
}

/* True when the version is 2.minor or later of the 2 series. */
static bool version_since(const struct hl7_header *header, uint8_t minor)
{
	struct bytes version = hl7_header_component(header, MSH_VERSION, 1);

	return version.len >= 3 && version.data[0] == '2' && version.data[1] == '.' &&
	       version.data[2] >= minor;
}

static void write_msh(
	const struct hl7_answer *answer, const struct hl7_header *header, struct buf *out)
{
	uint8_t field = header->delims.field;
	static const enum hl7_header_field mirrored[] = { MSH_RECEIVING_APPLICATION,
		MSH_RECEIVING_FACILITY, MSH_SENDING_APPLICATION, MSH_SENDING_FACILITY };

	add_encoding(&header->delims, out);
	for (size_t i = 0; i < ARRAY_LEN(mirrored); i++) {
		buf_add_byte(out, field);
		buf_add(out, header->field[mirrored[i]]);
	}
	buf_add_byte(out, field);
	add_time(&header->delims, answer->at_s, out);
	add_separators(2, field, out);
	add_type(header, version_since(header, '4'), out);
	buf_add_byte(out, field);
	buf_add_str(out, answer->control_id);
	buf_add_byte(out, field);
	add_or(header->field[MSH_PROCESSING_ID], PROCESSING_WHEN_UNKNOWN, out);
	buf_add_byte(out, field);
	add_or(header->field[MSH_VERSION], VERSION_WHEN_UNKNOWN, out);
	if (header->field[MSH_CHARSET].len > 0) {
		add_separators(MSH_CHARSET - MSH_VERSION, field, out);
		buf_add(out, header->field[MSH_CHARSET]);
	}
	buf_add_byte(out, '\r');
}

static void write_msa(
	const struct hl7_answer *answer, const struct hl7_header *header, struct buf *out)
{
	uint8_t field = header->delims.field;

	buf_add_str(out, "MSA");
	buf_add_byte(out, field);
	buf_add_str(out, code_name(answer, header));
	buf_add_byte(out, field);
	buf_add(out, header->field[MSH_CONTROL_ID]);
	if (answer->code != HL7_AA) {
		buf_add_byte(out, field);
		add_text(&header->delims, answer->errors[0].text, MSA_TEXT_MAX, out);
	}
	buf_add_byte(out, '\r');
}

/* Code, words and table of an error, as a coded element. */
static void add_code(enum hl7_code code, uint8_t separator, struct buf *out)
{
	buf_addf(out, "%u", (unsigned)code);
	buf_add_byte(out, separator);
	buf_add_str(out, hl7_code_words((unsigned)code));
	buf_add_byte(out, separator);
	buf_add_str(out, "HL70357");
}

static void add_place(const struct hl7_location *at, uint8_t separator, struct buf *out)
{
	buf_add_str(out, at->segment);
	buf_add_byte(out, separator);
	add_number(at->segment[0] != '\0' ? at->sequence : 0, out);
	buf_add_byte(out, separator);
	add_number(at->field, out);
}

/* ERR-1 up to 2.4: segment^sequence^field^code, repeated. */
static void write_err_old(
	const struct hl7_answer *answer, const struct hl7_delims *delims, struct buf *out)
{
	buf_add_str(out, "ERR");
	for (size_t i = 0; i < answer->error_count; i++) {
		buf_add_byte(out, i == 0 ? delims->field : delims->repetition);
		add_place(&answer->errors[i].at, delims->component, out);
		buf_add_byte(out, delims->component);
		add_code(answer->errors[i].code, delims->subcomponent, out);
	}
	buf_add_byte(out, '\r');
}

/* ERR since 2.5: 2 place (ERL), 3 code, 4 severity, 8 words for people; one segment an error. */
static void write_err_new(
	const struct hl7_fault *error, const struct hl7_delims *delims, struct buf *out)
{
	buf_add_str(out, "ERR");
	add_separators(2, delims->field, out);
	if (error->at.segment[0] != '\0')
		add_place(&error->at, delims->component, out);
	if (error->at.segment[0] != '\0' && error->at.component > 0) {
		add_separators(2, delims->component, out);
		add_number(error->at.component, out);
	}
	buf_add_byte(out, delims->field);
	add_code(error->code, delims->component, out);
	buf_add_byte(out, delims->field);
	buf_add_byte(out, 'E');
	add_separators(4, delims->field, out);
	add_text(delims, error->text, HL7_FAULT_TEXT_MAX, out);
	buf_add_byte(out, '\r');
}

void hl7_answer_write(
	const struct hl7_answer *answer, const struct hl7_header *header, struct buf *out)
{
	write_msh(answer, header, out);
	write_msa(answer, header, out);
	if (answer->code == HL7_AA)
		return;
	if (!version_since(header, '5')) {
		write_err_old(answer, &header->delims, out);
		return;
	}
	for (size_t i = 0; i < answer->error_count; i++)
		write_err_new(&answer->errors[i], &header->delims, out);
}
