/* The files of tests/data/scanners: lines of '#' say what they are, the rest is hex, a record a
 * line. */
#ifndef SPECIMEND_TESTS_SCANNERS_SAMPLES_H
#define SPECIMEND_TESTS_SCANNERS_SAMPLES_H

#include "daemon/base/buf.h"

/* Most records that a file of ours has. */
#define SAMPLES_MAX 32

struct samples {
	struct buf all; /* one record after the other */
	size_t len[SAMPLES_MAX];
	size_t count;
};

/* Ends the program when there is no such file, or when it holds something else than hex. */
void samples_read(struct samples *out, const char *name);
void samples_done(struct samples *samples);

struct bytes samples_get(const struct samples *samples, size_t index);

/* Adds the bytes of hex digits; blanks may stand between them, what is no hex ends the program. */
void hex_add(struct buf *out, const char *hex);

#endif
