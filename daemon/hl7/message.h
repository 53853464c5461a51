/*
 * A message cut into segments, in UTF-8, and the ways to its fields, repetitions, components and
 * subcomponents. Parts are cut when asked for and still hold escape sequences; hl7_text_decode
 * makes them text. Pure and bounded: the limits below are the only sizes that count.
 *
 * Source: HL7 2.5.1 chapter 2, sections 2.5 (message construction) and 2.7 (escape sequences).
 */
#ifndef SPECIMEND_HL7_MESSAGE_H
#define SPECIMEND_HL7_MESSAGE_H

#include "daemon/base/arena.h"
#include "daemon/base/buf.h"
#include "daemon/hl7/charset.h"
#include "daemon/hl7/header.h"

#define HL7_SEGMENTS_MAX 4096
#define HL7_FIELDS_MAX 512 /* of one segment */

struct hl7_segment {
	char name[4];
	unsigned sequence; /* which of this name, from 1 */
	struct bytes text; /* the whole line, name and delimiters included */
};

struct hl7_message {
	struct hl7_delims delims;
	const struct hl7_charset *charset; /* what the text was decoded from; \X..\ needs it */
	struct hl7_segment *segments;
	size_t count;
	bool line_feeds; /* LF or CRLF ends a segment where HL7 asks for CR */
};

/*
 * Decodes and cuts raw.
 *
 * arena    holds everything that out points to
 * header   of the same bytes
 * charset  of the message
 *
 * A message without any CR is cut at LF; otherwise at CR, a LF right behind it is dropped and any
 * other LF is content. Empty lines are passed over. Fails with AE when bytes do not fit the
 * character set, a line is no segment, there is a second MSH, or a limit is passed.
 */
MUST_CHECK bool hl7_message_parse(struct hl7_message *out, struct arena *arena, struct bytes raw,
	const struct hl7_header *header, const struct hl7_charset *charset,
	struct hl7_fault *fault);

/* The n-th segment of this name (from 1), or NULL. */
const struct hl7_segment *hl7_segment_find(
	const struct hl7_message *message, const char *name, unsigned n);

/* A field by HL7's number, repetitions included; MSH is numbered from MSH-1 as HL7 does. */
struct bytes hl7_field(
	const struct hl7_message *message, const struct hl7_segment *segment, unsigned field);

/* Parts of a field, by number from 1; empty when there are fewer. */
struct bytes hl7_repetition(const struct hl7_message *message, struct bytes field, unsigned n);
struct bytes hl7_component(const struct hl7_message *message, struct bytes repetition, unsigned n);
struct bytes hl7_subcomponent(
	const struct hl7_message *message, struct bytes component, unsigned n);

unsigned hl7_repetition_count(const struct hl7_message *message, struct bytes field);

/*
 * Appends the text that a part stands for. \F\ \S\ \T\ \R\ \E\ and \P\ (truncation) give the
 * delimiter, \Xhh..\ the bytes in the message's character set, \.br\ \.sp\ \.ce\ a line end; other
 * formatting (\H\ \N\ \.in..\ and the like) gives nothing. What is not an escape sequence of
 * HL7 (\Zxx\, \X-ray\, a lone \) is kept as it stands.
 *
 * out_why  static words, set when the answer is false: text in another character set (\C..\ \M..\)
 *          or hexadecimal bytes that are no text
 */
MUST_CHECK bool hl7_text_decode(const struct hl7_message *message, struct bytes part,
	struct buf *out, const char **out_why);

/* Appends text with delimiters escaped; a control character becomes a space. */
void hl7_text_encode(const struct hl7_delims *delims, struct bytes text, struct buf *out);

#endif
