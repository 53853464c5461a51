/* One core (rig.h) for all requests of a program. */
#ifndef SPECIMEND_TESTS_CORE_HTTP_RIG_H
#define SPECIMEND_TESTS_CORE_HTTP_RIG_H

#include "tests/check.h"
#include "tests/daemon/core/rig.h"

static struct rig *rig;

/* The first line of a request that changes something, and the fields that it needs. */
#define POST "POST /api/station_bind HTTP/1.1\r\n"
#define FIELDS "X-Specimend: 1\r\nContent-Type: application/json\r\n"

/* main of the program: the suite, with a core that lasts from its first test to its last. */
static inline int http_check_run(
	char **argv, const char *suite, const struct check_test *tests, size_t count)
{
	rig_begin(argv);
	rig = rig_new();
	rig_core_start(rig);
	int status = check_run(suite, tests, count);

	rig_free(rig);
	return status;
}

#endif
