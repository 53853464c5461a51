/*
 * What is wrong with a message, as its sender is told: acknowledgement, HL7 error code, place and
 * plain words. The folder's one error idiom: a function that can fail takes struct hl7_fault last
 * and returns false with it filled. The words hold no patient data.
 *
 * Source: HL7 2.5.1 chapter 2, tables 0008 (acknowledgement code) and 0357 (error condition).
 */
#ifndef SPECIMEND_HL7_FAULT_H
#define SPECIMEND_HL7_FAULT_H

#include "daemon/base/bytes.h"

/* clang-format off */
#define HL7_CODE_TABLE(X) \
	X(HL7_SEGMENT_SEQUENCE,       100, "Segment sequence error") \
	X(HL7_FIELD_MISSING,          101, "Required field missing") \
	X(HL7_DATA_TYPE,              102, "Data type error") \
	X(HL7_TABLE_VALUE,            103, "Table value not found") \
	X(HL7_UNSUPPORTED_TYPE,       200, "Unsupported message type") \
	X(HL7_UNSUPPORTED_EVENT,      201, "Unsupported event code") \
	X(HL7_UNSUPPORTED_PROCESSING, 202, "Unsupported processing id") \
	X(HL7_UNSUPPORTED_VERSION,    203, "Unsupported version id") \
	X(HL7_UNKNOWN_KEY,            204, "Unknown key identifier") \
	X(HL7_INTERNAL,               207, "Application internal error")
/* clang-format on */

enum hl7_code {
#define HL7_CODE_ENUM(name, number, text) name = number,
	HL7_CODE_TABLE(HL7_CODE_ENUM)
#undef HL7_CODE_ENUM
};

enum hl7_ack_code {
	HL7_AA, /* taken */
	HL7_AE, /* what it says is wrong or incomplete */
	HL7_AR, /* not for us: header, type, version, size */
};

#define HL7_FAULT_TEXT_MAX 160
#define HL7_LOCATION_TEXT_MAX 48

/* A place in a message. Numbers count from 1; 0 means "not said". */
struct hl7_location {
	char segment[4];   /* "" when not known */
	unsigned sequence; /* which of the segments of this name */
	unsigned field;
	unsigned component;
};

struct hl7_fault {
	enum hl7_ack_code ack;
	enum hl7_code code;
	struct hl7_location at;
	char text[HL7_FAULT_TEXT_MAX];
};

/* Fills fault and returns false. */
bool hl7_fault_set(struct hl7_fault *fault, enum hl7_ack_code ack, enum hl7_code code,
	struct hl7_location at, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* A place in the header, which there is once. */
struct hl7_location hl7_msh(unsigned field);

/* "PID-3", "OBR[2]-4.1", "ORC[3]", or "" when the segment is not known. */
void hl7_location_write(const struct hl7_location *at, char out[static HL7_LOCATION_TEXT_MAX]);

/* Reads what hl7_location_write writes. False, and out untouched, for anything else. */
MUST_CHECK bool hl7_location_read(struct hl7_location *out, const char *text);

const char *hl7_ack_name(enum hl7_ack_code ack); /* "AA" */
MUST_CHECK bool hl7_ack_find(enum hl7_ack_code *out, const char *name);

/* Text of table 0357, or NULL for a number that is not in it. */
const char *hl7_code_words(unsigned number);

#endif
