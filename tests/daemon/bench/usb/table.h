/*
 * A table with USB devices on it: the unchanged libusb over a fake bus (tests/usb/umock.h), the
 * bench's USB in a loop, and what is told as one text. Time is real, but a test may jump ahead.
 */
#ifndef SPECIMEND_TESTS_BENCH_USB_TABLE_H
#define SPECIMEND_TESTS_BENCH_USB_TABLE_H

#include "daemon/bench/printer.h"
#include "daemon/bench/scanner.h"
#include "daemon/bench/usb/usb.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_other.h"
#include "tests/usb/model_printer.h"
#include "tests/usb/umock.h"

#define TABLE_PORTS 6u
#define TABLE_WAIT_MS 5000 /* real ones; then a test has failed. More: table.wait_ms */

struct usb_table {
	struct umock *umock;
	struct loop *loop;
	struct usb *usb;
	struct buf told;    /* by devices: "here; ok; sent 1000; printed 1001; " */
	struct buf trouble; /* by the USB: "message / hint; " */
	unsigned changes;
	char evidence[600];
	struct err why;
	const char *enrolled; /* the hash for scanners that are made from now on; NULL: none */
	int64_t jumped_ms;
	int64_t wait_ms;
};

extern struct usb_table table;

void table_begin(void);
void table_begin_with(const struct umock_options *options);
void table_end(void);

/* Makes USB in the loop (table_begin has done it), ends it. */
void table_usb_begin(void);
void table_usb_end(void);

void table_plug(unsigned port, struct model *model);
void table_unplug(unsigned port);

/* The event that tells hosts of it is lost. */
void table_plug_unheard(unsigned port, struct model *model);

/* The loop, for so long. */
void table_run(int ms);

/* The loop, until `told` has that part; forgets what was told then. False (and a failed check) when
 * it does not come. */
bool table_wait(const char *part);
bool table_wait_all(const char *all); /* until it is that and no more; forgets nothing */
bool table_wait_for(bool (*is_so)(void));

/*
 * Some passes, for what must not happen, and for what need not have happened yet. What must happen
 * is waited for.
 */
void table_settle(void);

/* The loop's clock goes ahead. */
void table_jump(int64_t ms);

/* "usb:0a5f:0080:X printer 1-1 assigned problem; ", valid until the next call. */
const char *table_list(void);
bool table_wait_list(const char *list); /* until it is so */
bool table_wait_trouble(const char *part);

struct printer *table_printer(const char *identity); /* speaks ZPL */
struct printer *table_printer_speaking(const struct printer_driver *driver, const char *identity);
struct scanner *table_scanner(const char *identity); /* HID POS */
struct scanner *table_scanner_talking(const char *protocol, const struct scanner_settings *settings,
	const char *identity); /* settings: NULL: none */
/* The same, here, and done with what waited in it. */
struct scanner *table_scanner_listening(
	const char *protocol, const struct scanner_settings *settings, const char *identity);

/* Of its descriptors, as a database has it. Valid until the next call. */
const char *table_hash(const struct model *model);

/* What was done to the device at a port. */
struct bus_record table_record(unsigned port);
void table_fault(unsigned port, uint8_t endpoint, enum bus_fault fault, size_t after);
const char *table_driver(unsigned port);
const char *table_driver_of(unsigned port, uint8_t interface);
bool table_wait_driver(unsigned port, const char *driver); /* NULL: none */

/* A label's bytes for a ZPL printer, of about that many bytes; appended. */
void table_label(size_t len, struct buf *out);

#endif
