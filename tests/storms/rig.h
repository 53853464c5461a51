/*
 * Scanners of several kinds on the fake USB bus, the real libusb, the real specimend-bench in
 * processes of their own, and a core for each of them (core.h) in the storm's loop. umockdev 0.17
 * bears 50 open devices in a process, so many scanners have several benches.
 */
#ifndef SPECIMEND_TESTS_STORMS_RIG_H
#define SPECIMEND_TESTS_STORMS_RIG_H

#include <sys/types.h>

#include "tests/storms/core.h"
#include "tests/storms/storm.h"
#include "tests/usb/umock.h"

#define RIG_POINTS_MAX 64u
#define RIG_BENCHES_MAX 2u
#define RIG_WAIT_MS 60000 /* for anything; then it hangs */

struct point;

/* A kind of scanner. */
struct point_kind {
	const char *name;
	const char *protocol;
	const char *identity; /* its serial number or its port follows */
	bool has_serial;
	struct model *(*model_new)(const char *serial);
	/* Reads a code; false: it cannot now. */
	bool (*read)(struct model *model, const char *code);
	uint8_t endpoint;
	unsigned pieces; /* of a scan, for the host to fetch */
	size_t bytes;    /* and its bytes */
	/* Sounds that it made; NULL: it has none. */
	size_t (*sounds)(const struct model *model, bool *out_last_is_good);
};

extern const struct point_kind point_kinds[];
extern const size_t point_kind_count;

/* One scanner and its place. */
struct point {
	unsigned number; /* from 0; its port is the next */
	const struct point_kind *kind;
	struct model *model;
	char serial[16];
	bool is_here;        /* its bench said so last */
	unsigned long scans; /* codes that it read, ever */
	size_t pieces;       /* since it was plugged in */
};

struct rig_events {
	void (*here)(struct point *point, bool here);
	/* A scan of this point's device is to be committed; comes again when it was not
	 * acknowledged. */
	void (*scan)(struct point *point, const struct storm_scan *scan);
};

struct rig_setup {
	unsigned points;
	unsigned benches;
	const struct point_kind *kind; /* of all; NULL: one after the other */
	bool has_verdicts;
	const struct rig_events *events;
};

struct rig {
	struct umock *umock;
	struct loop *loop;
	char dir[64];
	unsigned point_count;
	unsigned bench_count;
	const struct rig_events *events;
	struct point points[RIG_POINTS_MAX];
	struct {
		char dir[96];
		char socket[128];
		struct storm_core *core;
		pid_t pid; /* 0: not running */
	} benches[RIG_BENCHES_MAX];
};

extern struct rig rig;

/* Nothing is plugged in, and no bench runs. */
void rig_begin(const struct rig_setup *setup);
void rig_end(void); /* benches have ended */

void rig_bench_start(unsigned bench);
void rig_bench_shoot(unsigned bench); /* SIGKILL, and nothing else */
void rig_bench_kill(unsigned bench);  /* and waits until it is gone, from the bus too */
bool rig_bench_stop(unsigned bench);  /* by SIGTERM; false: not well, or not in time */

void rig_plug(struct point *point);
void rig_plug_unheard(struct point *point); /* the event that tells hosts of it is lost */
void rig_unplug(struct point *point);
bool rig_is_plugged(struct point *point); /* a fault may have pulled it */

/* It reads its next code, which is returned; "" when it cannot now. */
const char *rig_read(struct point *point);

/* Pieces of its scans that the host has fetched whole, since it was plugged in. */
size_t rig_fetched(struct point *point);

/* It leaves when the host has fetched so many more bytes. */
void rig_unplug_at(struct point *point, size_t bytes);

size_t rig_sounds(struct point *point, bool *out_last_is_good);

/* One pass. */
void rig_step(void);
void rig_wait(bool (*is_so)(void)); /* RIG_WAIT_MS at most, then it hangs */

#endif
