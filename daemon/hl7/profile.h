/*
 * What is known about kinds of senders (IO-01): one const table. A sender is known by MSH-3 and
 * MSH-4; whoever is not in the table gets the last row, plain HL7. Codes of a site's own are kept
 * verbatim and never guessed (HL-15).
 */
#ifndef SPECIMEND_HL7_PROFILE_H
#define SPECIMEND_HL7_PROFILE_H

#include "daemon/base/bytes.h"

struct hl7_profile;

/* Never NULL. */
const struct hl7_profile *hl7_profile_find(struct bytes application, struct bytes facility);

const char *hl7_profile_name(const struct hl7_profile *profile);

/* The character set when MSH-18 is empty; "" is HL7's default, ASCII. */
const char *hl7_profile_charset(const struct hl7_profile *profile);

/*
 * The code of HL7 table 0119 that this sender's ORC-1 means, or NULL when it is not known.
 *
 * out_mapped   set when the sender's code is not the standard one
 */
const char *hl7_profile_control(
	const struct hl7_profile *profile, const char *control_raw, bool *out_mapped);

#endif
