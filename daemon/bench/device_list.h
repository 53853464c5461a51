/* The list of devices that the core sends (contrib/CONTRACTS.md 2, request `devices`), checked. */
#ifndef SPECIMEND_BENCH_DEVICE_LIST_H
#define SPECIMEND_BENCH_DEVICE_LIST_H

#include <jansson.h>

#include "daemon/base/auto.h"
#include "daemon/bench/transport.h"
#include "printers/lang/driver.h"
#include "scanners/driver.h"

/* 64 scanners, and the printers of as many rooms, twice. */
#define DEVICES_MAX 256u
#define DEVICE_IDENTITY_MAX 127
#define DEVICE_DESCRIPTORS_HEX 64

struct device_entry {
	int64_t device_id;
	const struct transport *transport;
	bool is_virtual;
	const struct printer_driver *printer; /* NULL: a scanner */
	const struct scanner_driver *scanner; /* NULL: a printer */
	struct scanner_settings settings;     /* of a scanner */
	unsigned dpi;                         /* 0 for a scanner */
	unsigned width_um;                    /* of its labels; 0: not said, or a scanner */
	unsigned height_um;
	char identity[DEVICE_IDENTITY_MAX + 1];
	char descriptors[DEVICE_DESCRIPTORS_HEX + 1]; /* transport_setup; "": not enrolled */
};

/* What becomes of the printers in the list: one core of several prints, and printers take one
 * connection. */
enum device_prints {
	DEVICE_PRINTS,         /* they are opened */
	DEVICE_PRINTS_NOT,     /* none is; one that is open is let go when no label is inside */
	DEVICE_PRINTS_UNKNOWN, /* none is; one that is open stays open */
};

struct device_list {
	enum device_prints prints;
	size_t count;
	struct device_entry entries[];
};

void device_list_free(struct device_list *list); /* accepts NULL */
DEFINE_AUTO(struct device_list, device_list_free)

/*
 * Reads the request's body. All or nothing: a list with one wrong device is refused whole, naming
 * it.
 *
 * allow_virtual  whether virtual devices may be: in practice, or by configuration
 *
 * Yours to free. NULL with ERR_INVALID, or ERR_FORBIDDEN for a virtual device that may not be.
 */
MUST_CHECK struct device_list *device_list_read(json_t *body, bool allow_virtual, struct err *err);

/* Whether an open device may stay as it is when its entry becomes this one. */
bool device_entry_is_same(const struct device_entry *a, const struct device_entry *b);

#endif
