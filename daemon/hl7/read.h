/*
 * One HL7 message read: what the database is given (contrib/CONTRACTS.md 3 and 5) and what an
 * answer needs. Every message gives one of the two, `parsed` or `error`; nothing is thrown away,
 * because the raw bytes are stored with either (IO-05).
 *
 * A message type is one row of the table in read.c.
 */
#ifndef SPECIMEND_HL7_READ_H
#define SPECIMEND_HL7_READ_H

#include <jansson.h>

#include "daemon/base/arena.h"
#include "daemon/hl7/header.h"

struct hl7_reading {
	struct hl7_header header; /* borrows from the message */
	json_t *parsed;           /* NULL when it could not be read; then fault says why */
	struct hl7_fault fault;
};

/* Reads raw, which must live as long as out. End with hl7_reading_done. */
void hl7_read(struct hl7_reading *out, struct bytes raw);
void hl7_reading_done(struct hl7_reading *reading);

/* The `error` of a message that could not be read: {ack, code, location, text, parsed}. Yours. */
json_t *hl7_reading_error(const struct hl7_reading *reading);

#endif
