/* What the files of the bench share: its state and its devices. Included by them only. */
#ifndef SPECIMEND_BENCH_INSIDE_H
#define SPECIMEND_BENCH_INSIDE_H

#include "daemon/base/list.h"
#include "daemon/bench/bench.h"
#include "daemon/bench/device_list.h"
#include "daemon/bench/enrolment.h"
#include "daemon/bench/ledger.h"
#include "daemon/bench/pass.h"
#include "daemon/bench/printer.h"
#include "daemon/bench/scanner.h"
#include "daemon/bench/usb/usb.h"
#include "daemon/link/link.h"

struct bench {
	struct loop *loop;
	struct link *link;
	const char *start_id;
	bool allow_virtual;
	char *tray;      /* NULL: none */
	struct usb *usb; /* NULL: not used */
	struct list devices;
	enum device_prints prints;      /* as the last list said; not, when there is no core */
	struct loop_handle *letting_go; /* of printers; NULL: not now */
	struct ledger *ledger;
	struct pass *pass;
	struct enrol_task *enrol_task; /* what the core wants enrolled; NULL: nothing */
	struct enrolment *enrolment;   /* of it; NULL: it is not plugged in */
	uint64_t scan_counter;
	int64_t epoch_us; /* when the loop's clock was 0, microseconds since 1970 UTC, as the
			   * system's clock stood at our start */
	struct loop_handle *alone_timer; /* armed: there is no core, or it stands still */
	struct loop_handle *core_timer;  /* armed since the core asked whether we are alive */
	bool is_core_timer_put_off;
	bool is_core_still;
	struct loop_handle *not_ok_timer;
	struct loop_handle *faults_timer;
};

/* One device of the list: a printer or a scanner. */
struct device {
	struct list node;
	struct bench *bench;
	struct device_entry entry;
	struct printer *printer;
	struct scanner *scanner;
	unsigned unheard; /* scans given to the core, nothing heard of them yet */
	uint64_t unstored[SCANS_UNSTORED_MAX]; /* the reports of scans that wait, in no order */
	size_t unstored_count;
	bool is_flooding;      /* it is paused until none waits */
	uint64_t scans_before; /* the bench's, before this scanner was plugged in */
	uint64_t last_scan;    /* the bench's, of its newest */
	uint64_t told_scan; /* up to this one its person heard NOT STORED, unless answered before */
	int64_t last_job;   /* the last label whose bytes it took whole; 0: none yet */
	uint32_t faults_told[TRANSPORT_FAULTS]; /* of its port's */
};

/* --- devices.c */

/*
 * Opens what is new, keeps what is the same (and tells it again), closes the rest; of printers what
 * list->prints says. A device that does not open is left out, the others work on; then it fails
 * with that device's error.
 */
MUST_CHECK bool devices_replace(
	struct bench *bench, const struct device_list *list, struct err *err);

/* A label ended: its printer is let go soon, from the loop, if this bench prints no more. */
void devices_let_go_soon(struct bench *bench);
void devices_close(struct bench *bench);         /* all */
void devices_close_virtual(struct bench *bench); /* when they may not be any more */

/* Fails with ERR_NOT_FOUND when there is no such device of that kind. */
MUST_CHECK bool device_find_printer(
	struct bench *bench, json_t *body, struct device **out, struct err *err);
MUST_CHECK bool device_find_scanner(
	struct bench *bench, json_t *body, struct device **out, struct err *err);

/* --- bench.c */

/* Somebody takes what is scanned now, and answers. */
bool bench_has_core(const struct bench *bench);

/* The core asked whether we are alive. */
void bench_core_heard(struct bench *bench);

/* --- told.c: what devices say -> reports and notices */

extern const struct printer_events device_printer_events;
extern const struct scanner_events device_scanner_events;

/* Words of a printer's state, as a new array. */
json_t *state_words_new(unsigned state);

/* NULL for NULL and "". */
const char *plug_word(const char *plug);

void device_tell_label(void *arg, const struct label_bitmap *label); /* virtual printer */
void device_tell_state(struct device *device);
void device_tell_here(struct device *device, bool here);
/* The core is gone, or stands still: the scans it has not answered are NOT STORED to their person.
 */
void device_tell_unheard(struct device *device);
/* The core has stored the report of that id: of a scan of this device, or of none. */
void device_tell_stored(struct device *device, uint64_t report);
/* Why the device, though open, is not used now; false: it is. */
bool device_trouble(const struct device *device, struct err *out);
/* The label inside a printer that is taken away ends unknown. */
void device_lose_job(struct device *device);

/* Takes body. A notice that nobody hears is no loss: what it says is told again when the core comes
 * back, or the core asks. */
void bench_notice_give(struct bench *bench, json_t *body, const struct link_payloads *payloads);

/* Takes body. False when it cannot be kept: the core never hears of it, so it is logged as an
 * error. out_id may be NULL. */
bool bench_report_give(struct bench *bench, json_t *body, uint64_t *out_id);

/* --- told_faults.c: what goes wrong on cables */

/* What came since the last time, if any; while the core is away it is counted on. */
void device_tell_faults(struct device *device);

/* --- told_enrol.c: the scanner that is enrolled */

/* json: {enrolment_id, identity, code}; anything else: nothing is enrolled any more. */
void bench_enrol_set(struct bench *bench, const json_t *json);

/* It may be plugged in now. */
void bench_enrol_try(struct bench *bench);

/* --- told_usb.c: what is plugged in, for the log and for the core */

#define BENCH_USB_TOLD_MAX USB_FOUND_MAX /* devices */
#define BENCH_USB_TEXT_MAX 300u          /* bytes of a problem */
extern const struct usb_events bench_usb_events;
void bench_tell_usb(struct bench *bench);

/* --- requests.c: what the core asks */

void bench_on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg);

#endif
