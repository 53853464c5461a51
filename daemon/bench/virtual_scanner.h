/*
 * A scanner of our own, behind the same interface as a cable: what it "reads" comes as reports of
 * the plain kind (scanners/plain.h) and goes the way of every scan; what it is told is kept for
 * tests.
 */
#ifndef SPECIMEND_BENCH_VIRTUAL_SCANNER_H
#define SPECIMEND_BENCH_VIRTUAL_SCANNER_H

#include "daemon/bench/transport.h"
#include "scanners/driver.h"

#define VIRTUAL_SCANNER_HEARD_MAX 20
#define VIRTUAL_SCANNER_WAITING_MAX (64u * 1024) /* bytes of reports not delivered yet */

extern const struct transport transport_virtual_scanner;

/*
 * Reads a code: its reports come from the loop, one per pass.
 * Fails as plain_encode does, and with ERR_BUSY when too many wait.
 */
MUST_CHECK bool virtual_scanner_read(
	struct transport_port *port, const struct scan *scan, struct err *err);

/* What it was told, newest first (0 to VIRTUAL_SCANNER_HEARD_MAX - 1), as text; NULL: nothing. */
const char *virtual_scanner_heard(const struct transport_port *port, size_t index);

#endif
