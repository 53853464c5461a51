/*
 * One scanner: its reports become scans with their evidence; a verdict becomes the sound it makes.
 * It decides nothing: a scanner never beeps by itself that something is stored.
 */
#ifndef SPECIMEND_BENCH_SCANNER_H
#define SPECIMEND_BENCH_SCANNER_H

#include "daemon/bench/transport.h"
#include "scanners/driver.h"

/* A device that takes no feedback for so long has it dropped. */
#define SCANNER_FEEDBACK_MS 1000
/*
 * Bytes of evidence of one scan that are kept: with the longest text they fit into one report to
 * the core, in hexadecimal (FRAME_PAYLOAD_MAX). A keyboard sends 16 for each character, and 80
 * where it types Alt and numbers; of what is longer the rest is left out, for the text is what
 * counts.
 */
#define SCANNER_EVIDENCE_MAX 8192u
/* What a device has to be told (scan_collector.answer) and has not taken yet; more is a device that
 * takes nothing. */
#define SCANNER_ANSWERS_MAX 16u
/* So many broken scans are told in so long; more of them tell nobody anything. */
#define SCANNER_BROKEN_MAX 10u
#define SCANNER_BROKEN_MS 10000
/*
 * A report that may be later than this was held up. What follows it within SCANNER_HEELS_MS may
 * have waited behind it, in the device, which is asked every 10 ms or so (bInterval).
 */
#define SCANNER_LATE_MS 50
#define SCANNER_HEELS_MS 100

/*
 * Scans of one scanner that the core has not acknowledged (they are not stored): at so many it is
 * not listened to until it is told of them all. A person never gets there while the core is there;
 * a scanner that reads by itself without end, or another device that plays one, does, and must
 * neither fill the reports kept (LINK_REPORTS_MAX, for all of them) nor outrun the core.
 */
#define SCANS_UNSTORED_MAX 64u

struct scanner_evidence {
	const char *driver;       /* its name */
	struct bytes reports;     /* all reports of the scan, one after the other, borrowed */
	const size_t *report_len; /* of each */
	size_t report_count;
	size_t left_out;  /* bytes behind them */
	int64_t first_ms; /* arrival of the first and the last, by the loop's clock */
	int64_t last_ms;
	int64_t first_late_ms; /* so much sooner each may have come: we looked that long before */
	int64_t last_late_ms;
};

struct scanner;

/* Called from the loop only. The scanner may be freed inside any of them. All needed. */
struct scanner_events {
	void (*here)(void *arg, bool here);
	void (*scan)(void *arg, const struct scan *scan, const struct scanner_evidence *evidence);
	/*
	 * A report made no sense or was lost, or the rest of a scan never came: nothing is
	 * delivered of it (told SCANNER_BROKEN_MAX times at most). Or the device that came is no
	 * scanner of this kind: it is not here then.
	 */
	void (*broken)(void *arg, const char *why);
};

struct scanner_setup {
	struct loop *loop;
	const char *identity;
	const struct transport *transport;
	struct usb *usb; /* as in transport_setup */
	const struct scanner_driver *driver;
	struct scanner_settings settings;
	const char *descriptors; /* as in transport_setup */
	const struct scanner_events *events;
	void *arg;
};

/* Fails as the transport's open does. */
MUST_CHECK struct scanner *scanner_new(const struct scanner_setup *setup, struct err *err);
void scanner_free(struct scanner *scanner); /* accepts NULL */

/*
 * Tells the person behind the scanner. The newest verdict counts: one that waits for the cable is
 * replaced, but bad news only by bad news that has a sound. One that cannot be told anything (a
 * keyboard) is told nothing: the page is all that its person has, and each scan would be an error
 * else. Fails with ERR_DEVICE_OFFLINE when it is not here.
 */
MUST_CHECK bool scanner_feedback(
	struct scanner *scanner, enum scan_verdict verdict, struct err *err);

/*
 * Not listened to while it is paused, also when it is plugged in anew. What it read meanwhile, and
 * what of a scan had come, is thrown away, loudly where the first that comes then may be the rest
 * of one. Feedback goes on.
 */
void scanner_set_paused(struct scanner *scanner, bool paused);

bool scanner_is_here(const struct scanner *scanner);

/* The port, for what only a virtual scanner can do. */
struct transport_port *scanner_port(struct scanner *scanner);

#endif
