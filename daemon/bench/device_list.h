/* The list of devices that the core sends (contrib/CONTRACTS.md 2, request `devices`), checked. */
#ifndef SPECIMEND_BENCH_DEVICE_LIST_H
#define SPECIMEND_BENCH_DEVICE_LIST_H

#include <jansson.h>

#include "daemon/bench/transport.h"
#include "printers/lang/driver.h"
#include "scanners/driver.h"

#define DEVICES_MAX 64u
#define DEVICE_IDENTITY_MAX 127

struct device_entry {
	int64_t device_id;
	const struct transport *transport;
	bool is_virtual;
	const struct printer_driver *printer; /* NULL: a scanner */
	const struct scanner_driver *scanner; /* NULL: a printer */
	unsigned dpi;                         /* 0 for a scanner */
	char identity[DEVICE_IDENTITY_MAX + 1];
};

struct device_list {
	struct device_entry entries[DEVICES_MAX];
	size_t count;
};

/*
 * Reads the request's body. All or nothing: a list with one wrong device is refused whole, naming
 * it.
 *
 * allow_virtual  whether virtual devices may be: in practice, or by configuration
 *
 * Fails with ERR_INVALID, and ERR_FORBIDDEN for a virtual device that may not be.
 */
MUST_CHECK bool device_list_read(
	json_t *body, bool allow_virtual, struct device_list *out, struct err *err);

/* Whether an open device may stay as it is when its entry becomes this one. */
bool device_entry_is_same(const struct device_entry *a, const struct device_entry *b);

#endif
