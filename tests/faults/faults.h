/* What goes wrong, as a table; and how a person puts it right again. */
#ifndef SPECIMEND_TESTS_FAULTS_FAULTS_H
#define SPECIMEND_TESTS_FAULTS_FAULTS_H

#include "tests/faults/rig.h"

/* A number of one run's own: the same seed, the same run. */
struct dice {
	uint64_t state;
};
uint32_t dice_roll(struct dice *dice, uint32_t below); /* below 1 or more */

struct fault {
	const char *name;
	/* How it happens; job is the label under way. bytes: of the fault's own moment. */
	void (*begin)(struct rig *rig, struct dice *dice, size_t bytes);
	/* It waits for a byte of its own, so it is set before the label is sent. */
	bool is_at_byte;
};

extern const struct fault faults[];
extern const size_t fault_count;

/* Everything is as it should be again, but what a fault did is not undone: a person loads labels,
 * closes the head, plugs in, and starts what is dead. */
void faults_mend(struct rig *rig);

#endif
