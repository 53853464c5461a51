/*
 * The header segment as it was sent: enough to answer any message, even one that can not be read
 * further. The fields are the raw bytes, because an answer mirrors them as they came.
 */
#ifndef SPECIMEND_HL7_HEADER_H
#define SPECIMEND_HL7_HEADER_H

#include "daemon/hl7/fault.h"

#define HL7_HEADER_FIELDS 18     /* MSH-18 is the last that is used */
#define HL7_HEADER_FIELD_MAX 250 /* bytes; HL7's own longest header field has 227 */

/* clang-format off */
enum hl7_header_field {
	MSH_SENDING_APPLICATION = 3,
	MSH_SENDING_FACILITY = 4,
	MSH_RECEIVING_APPLICATION = 5,
	MSH_RECEIVING_FACILITY = 6,
	MSH_SENT_AT = 7,
	MSH_TYPE = 9,
	MSH_CONTROL_ID = 10,
	MSH_PROCESSING_ID = 11,
	MSH_VERSION = 12,
	MSH_ACCEPT_ACK = 15,
	MSH_CHARSET = 18,
};
/* clang-format on */

struct hl7_delims {
	uint8_t field;        /* | */
	uint8_t component;    /* ^ */
	uint8_t repetition;   /* ~ */
	uint8_t escape;       /* \ */
	uint8_t subcomponent; /* & */
	uint8_t truncation;   /* # of 2.7, also sent with 2.5.1; 0 when there is none */
};

struct hl7_header {
	struct hl7_delims delims;                  /* |^~\& when the message has none */
	struct bytes field[HL7_HEADER_FIELDS + 1]; /* by HL7's number; borrowed from the message */
};

/*
 * Reads the header of raw. out is always usable for an answer; fields that are missing, too long or
 * hold control characters are empty in it. False and fault when the header is not HL7.
 */
MUST_CHECK bool hl7_header_read(struct hl7_header *out, struct bytes raw, struct hl7_fault *fault);

/* The n-th part (from 1) of text cut at separator; empty when there are fewer. */
struct bytes hl7_part(struct bytes text, uint8_t separator, unsigned n);

/* One component of a header field, raw. */
struct bytes hl7_header_component(
	const struct hl7_header *header, enum hl7_header_field field, unsigned component);

#endif
