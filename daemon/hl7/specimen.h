/*
 * What a laboratory order (OML^O21) says of specimens: its SPM segments, each with the SAC behind
 * it. All of it is the sender's word and is only recorded: which tubes are drawn follows from the
 * tests, and what is collected is what was scanned here.
 *
 * Source: HL7 2.5.1 chapter 7, SPM (7.4.3); chapter 13, SAC (13.4.3); as a Beaker laboratory sends
 * them in the public v2.5.1 sample messages of CDCgov/trusted-intermediary.
 */
#ifndef SPECIMEND_HL7_SPECIMEN_H
#define SPECIMEND_HL7_SPECIMEN_H

#include "daemon/hl7/values.h"

#define HL7_SPECIMENS_MAX 20  /* of one order */
#define HL7_CONTAINERS_MAX 20 /* of one specimen */

struct hl7_specimen {
	const struct hl7_segment *spm;
	const struct hl7_segment *sac[HL7_CONTAINERS_MAX];
	size_t count; /* of sac */
};

struct hl7_specimens {
	struct hl7_specimen list[HL7_SPECIMENS_MAX];
	size_t count;
};

/* Adds an SPM, or a SAC to the SPM before it. A fault (AE) past a limit, a note for a SAC alone. */
void hl7_specimens_add(
	struct hl7_values *in, struct hl7_specimens *specimens, const struct hl7_segment *segment);

/* [{placer_id, filler_id, type_code, type_text, site (SPM-8), site_side (SPM-9), collected_at,
 * received_at, available, container_ids}] of contrib/CONTRACTS.md 5. Yours. */
json_t *hl7_specimens_read(struct hl7_values *in, const struct hl7_specimens *specimens);

/*
 * The kind of specimen in words: of all specimens, when they agree, the text of SPM-4 or its code.
 * "" when nothing is said or they do not agree, which leaves a note.
 */
const char *hl7_specimens_source(struct hl7_values *in, const struct hl7_specimens *specimens);

#endif
