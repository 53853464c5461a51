/*
 * Reading values of one message with a sticky fault, like base/cursor: after the first value that
 * can not be text every value is "", and values_ok() is false. Values are UTF-8 on one line (line
 * ends and tabs become a space, blanks around are dropped) and live in the message's arena. HL7's
 * explicit null, two quotation marks, is "".
 */
#ifndef SPECIMEND_HL7_VALUES_H
#define SPECIMEND_HL7_VALUES_H

#include <jansson.h>

#include "daemon/hl7/message.h"

#define HL7_VALUE_MAX 500 /* bytes of one value: three of them fit into an index of names */

struct hl7_values {
	const struct hl7_message *message;
	struct arena *arena;
	struct hl7_fault *fault;
	json_t *notes; /* array of sentences: what was read with leniency */
	bool failed;
};

bool hl7_values_ok(const struct hl7_values *in);

/* Sets the fault (AE) unless there is one already. */
void hl7_values_fail(struct hl7_values *in, enum hl7_code code, struct hl7_location at,
	const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Adds a sentence for people; no patient data. The same sentence is added once. */
void hl7_values_note(struct hl7_values *in, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Where a component (0: the field) of this segment stands. */
struct hl7_location hl7_place(
	const struct hl7_segment *segment, unsigned field, unsigned component);

/* The text of a part that was cut before; at says where it stands. */
const char *hl7_value_of(struct hl7_values *in, struct bytes part, struct hl7_location at);

/*
 * A component of the first repetition, whole: a delimiter of subcomponents that somebody forgot to
 * escape stays in the text. segment may be NULL: "".
 */
const char *hl7_value(struct hl7_values *in, const struct hl7_segment *segment, unsigned field,
	unsigned component);

/* Subcomponent m (0: the whole component) of repetition n. */
const char *hl7_value_at(struct hl7_values *in, const struct hl7_segment *segment, unsigned field,
	unsigned n, unsigned component, unsigned m);

/*
 * HL7's YYYYMMDD[HH[MM[SS[.S]]]][+ZZZZ] as ISO 8601 with what it says ("2026-03-04",
 * "2026-03-04T05:06:07-06:00"), or NULL when it is no moment of the calendar.
 * Source: HL7 2.5.1, 2.A.77 TS.
 */
const char *hl7_moment(struct arena *arena, const char *text);

/* The date of it as "YYYY-MM-DD", or NULL when the day is not all there. */
const char *hl7_day(struct arena *arena, const char *text);

#endif
