/*
 * ORM^O01 (general order) and OML^O21 (laboratory order) as contrib/CONTRACTS.md 5 hands them on:
 * one patient, one or more orders, each an ORC with the OBRs behind it. Senders put their segments
 * in different orders and leave parts out, so the rule is small: PID once and before the first ORC,
 * an OBR, TQ1, SPM or SAC belongs to the ORC before it, everything that is not read is passed over
 * (the raw message is kept). A PID of prior results (OML) is refused with the second patient.
 *
 * Source: HL7 2.3 and 2.5.1 chapter 4, ORM^O01, OML^O21; Epic's and Cerner's habits as in
 * profile.c, Beaker's as in specimen.h.
 */
#ifndef SPECIMEND_HL7_ORDER_H
#define SPECIMEND_HL7_ORDER_H

#include "daemon/hl7/profile.h"
#include "daemon/hl7/values.h"

#define HL7_ORDERS_MAX 200
#define HL7_TESTS_MAX 100 /* of one order */

/*
 * Sets patient, visit_number and orders in parsed. Faults are AE and are left in the values;
 * version is MSH-12's, for what differs between versions.
 */
void hl7_order_read(struct hl7_values *in, const struct hl7_profile *profile, const char *version,
	json_t *parsed);

#endif
