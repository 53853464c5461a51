/* The core's end of the link: which label goes next, and what is known of those that went. Its
 * journal (struct job) outlives it. For rig.c and the oracle. */
#ifndef SPECIMEND_TESTS_FAULTS_CORE_H
#define SPECIMEND_TESTS_FAULTS_CORE_H

#include "tests/faults/rig.h"

/* A bench that came without a word of a label has forgotten it; its reports come first. */
#define CORE_SETTLE_MS 1000

/* Gives the bench its list, the next label; concludes what the bench forgot. */
void core_step(struct rig *rig);

/* What lies in the printers' trays is counted. */
void rig_labels_take(struct rig *rig);

#endif
