/*
 * The bench: the role that holds the devices. It moves bytes and reports what devices say, in the
 * words of contrib/CONTRACTS.md 2; it knows no patient, no specimen and no order, and decides
 * nothing.
 */
#ifndef SPECIMEND_BENCH_BENCH_H
#define SPECIMEND_BENCH_BENCH_H

#include <sys/types.h>

#include "daemon/base/err.h"
#include "daemon/loop/loop.h"

/* The core asks whether we are alive every 500 ms; one that did, and then not for so long, stands
 * still: its scanners say NOT STORED as if it had gone. */
#define BENCH_CORE_STILL_MS 1500
/* Without a core for so long, it lets its printers go, but for the labels inside: another host's
 * core may be the lead by then (daemon/core/db.h) and print there. */
#define BENCH_ALONE_MS 10000
/* How often a printer that is not ok is told again. */
#define BENCH_NOT_OK_MS 10000
/*
 * So often it looks at its devices at least: how late a scan may be is known as exactly as that. A
 * pass with nothing to do takes some microseconds.
 */
#define BENCH_BEAT_MS 20
/* Between two looks whether something went wrong on a cable. */
#define BENCH_FAULTS_MS 10000

struct bench;
struct pass_way;
struct transport_port;

struct bench_setup {
	struct loop *loop;
	const char *core_path; /* the core's socket; copied */
	const char *start_id;  /* link_start_id_make; kept by pointer */
	uid_t core_uid;        /* who may be the core: geteuid() */
	bool has_usb;          /* real devices; not in tests of virtual ones */
	bool allow_virtual;    /* by configuration; in practice the list allows them */
	const char *tray;      /* directory of virtual printers (tray.h), copied; NULL: none */
	const struct pass_way *const
		*pass_ways; /* for tests, as of pass_new; NULL: the real ones */
};

/* Connects to the core for ever; waits for its list of devices. */
struct bench *bench_new(const struct bench_setup *setup);
void bench_free(struct bench *bench); /* accepts NULL */

/* The port of a device, for tests of what only a virtual one can do; NULL when there is no such
 * device. */
struct transport_port *bench_port(struct bench *bench, int64_t device_id);

#endif
