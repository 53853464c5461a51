/* The patient of a message (PID) as contrib/CONTRACTS.md 5 hands it on. */
#ifndef SPECIMEND_HL7_PATIENT_H
#define SPECIMEND_HL7_PATIENT_H

#include "daemon/hl7/values.h"

#define HL7_PATIENT_NUMBERS_MAX 20

/*
 * An object of its own, whatever is wrong (then there is a fault in the values): PID, a number in
 * PID-3 (else PID-2, PID-4) and a name in PID-5 are required. A birth date that is no full date is
 * null with its text kept.
 *
 * version   MSH-12: up to 2.4 a name's prefix ("van") stands apart from the family name
 * gaps      array that gets the names of keys that are missing
 */
json_t *hl7_patient_read(struct hl7_values *in, const char *version, json_t *gaps);

#endif
