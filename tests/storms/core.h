/*
 * A core for storms: gives a bench its list of scanners, and takes what they scanned. Scans are
 * acknowledged, and their person told, only when the owner has committed them: all that came in one
 * pass of the loop together, as a database with many stations does.
 */
#ifndef SPECIMEND_TESTS_STORMS_CORE_H
#define SPECIMEND_TESTS_STORMS_CORE_H

#include "daemon/link/link.h"

#define STORM_RAW_MAX 63u

struct storm_scan {
	struct link *link; /* NULL: it closed meanwhile; inside */
	uint64_t report;   /* inside */
	char start_id[LINK_START_ID_LEN + 1];
	int64_t counter; /* the bench's: (start_id, counter) names a scan for ever */
	int64_t device_id;
	char raw[STORM_RAW_MAX + 1];
	bool is_told; /* "not stored", by the bench itself */
};

struct storm_core;

/* Called from the loop. The core may not be freed inside any of them. */
struct storm_core_events {
	/* The bench said hello: the list that it is to have, as a new array. */
	json_t *(*devices)(void *arg);

	void (*here)(void *arg, int64_t device_id, bool here);

	/* To be kept for ever; one that was kept already may come again, and is then no scan. */
	void (*commit)(void *arg, const struct storm_scan *scans, size_t count);
};

struct storm_core_setup {
	struct loop *loop;
	const char *path;  /* the socket; copied */
	bool has_verdicts; /* each scanner is told "stored" after the commit */
	const struct storm_core_events *events;
	void *arg;
};

/* NULL and err when the socket cannot be made. */
MUST_CHECK struct storm_core *storm_core_new(const struct storm_core_setup *setup, struct err *err);
void storm_core_free(struct storm_core *core); /* accepts NULL */

#endif
