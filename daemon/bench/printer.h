/*
 * One printer: asks it for its truth, prints one label at a time, and says of each what the
 * printer's own words prove. It never decides to send anything again.
 *
 * A label (job) goes: ask (fresh answers) -> send -> ask until that proves it -> result.
 *
 * - printed: proved as its language can (enum printer_proof). By the counter: it moved by exactly
 *   one since just before the label was sent, and the printer said then, and says now, that nothing
 *   is waiting, half received or half printed. By busy, by its reports: see there; the evidence
 * says which it was;
 * - failed: not one byte of the label was taken, so it cannot come out;
 * - unknown: everything else. The counter moved by more or backwards, there is none, the printer
 *   stopped or fell silent with the label inside, or time ran out; or it was disconnected, even
 *   when it is back at once: a counter proves something only of the device that it was read from,
 *   and what is at the same place, even with the same serial number, may be another one. So every
 *   counter that is told goes with the plug (transport_port.plug) of that device, for those who
 *   compare it after this process has ended.
 *
 * Where a label ends, and as what; a row for each in tests/daemon/bench/test_printer_ends.c. The
 * first row that fits counts:
 *
 *   before its first byte: not connected, stopped, holds another        failed
 *   the same, but an earlier try of it may have come out                 unknown
 *   while its bytes are written: cable pulled, connection or transfer
 *     broken off, though no byte was counted (the count is not to be
 *     trusted then)                                                      unknown
 *   no byte in time, or the first refused by a stall; called back, the
 *     cable counts none                                                  failed
 *   some of them, however few, counted late ones too                     unknown
 *   called back, but the last had been taken                             goes on as sent
 *   after its last byte: pulled, stopped, silent, too late, not provable unknown
 *   proved                                                               printed
 *
 * What a cable counts is no less than what it may have carried. USB: what the device acknowledged;
 * a printer that is not ready refuses each packet by a NAK (USB 2.0, 8.4.5), and a transfer that is
 * called back tells what went before. TCP: what our kernel was given, for it can be asked of
 * nothing whether it was left off (tcp_printer.h).
 *
 * No label goes while another is inside: what is in a printer that stopped comes out by itself when
 * a person puts it right, and then nobody has let it (the hold of clinic/printer_hold.sql). So
 * between two labels there is a gap; it is kept short by asking HOST alone while it says that the
 * label is inside, and by letting the round that proves a label count for the next
 * (PRINTER_FRESH_MS).
 *
 * While idle it is asked every PRINTER_POLL_MS. A round of questions is HOST, FAULTS, COUNTER, one
 * after the other, each with its own deadline, since a Zebra may stay silent to one and answer the
 * next; a label that comes in cuts a round short, so asking never holds up printing by more than
 * one deadline. No label goes while an answer is due: it would be taken for what the printer says
 * of the label.
 *
 * A printer that may be asked only at rest (printer_driver.is_asked_at_rest_only) is listened to
 * from the first byte of a label on, and asked again when it said that it is at rest, or when the
 * label ended otherwise; who asked meanwhile waits until then.
 */
#ifndef SPECIMEND_BENCH_PRINTER_H
#define SPECIMEND_BENCH_PRINTER_H

#include "daemon/bench/ledger.h"
#include "daemon/bench/transport.h"
#include "printers/lang/driver.h"

/*
 * A change must be told within 2 s: one pause and two silent questions are 1.8 s. A real ~HQES
 * takes about 100 ms over USB (log in michaelrsweet/lprint #117).
 */
#define PRINTER_POLL_MS 1000
#define PRINTER_ANSWER_MS 400
/* Pause between rounds while a label is inside. */
#define PRINTER_WATCH_MS 20
/*
 * What a round found so long ago counts as asked now, for a label that is to go: the round that
 * proved one label is the one that the next needs. No less true than a round of its own, whose
 * first answer is as old when the last one comes (PRINTER_ANSWER_MS: 100 ms for one question).
 */
#define PRINTER_FRESH_MS 150
/* No byte of a label taken for so long: the cable or the printer hangs. */
#define PRINTER_PROGRESS_MS 3000
/* All bytes of a label, however steady the progress. */
#define PRINTER_SEND_MS 20000
/* From the last byte until the label must be proved. */
#define PRINTER_SETTLE_MS 10000
/*
 * The same, of a printer that said nothing just before: nothing can prove the label then, and the
 * next need not wait for a word that does not come. Longer than a round of silent questions.
 */
#define PRINTER_MUTE_MS 1000
/*
 * From the last byte until a printer whose labels are proved by busy must have been seen busy, else
 * it was too quick, or is not printing. Assumed; a model that begins later would show it wrong.
 */
#define PRINTER_BEGIN_MS 2000
/*
 * What a printer may say by itself of one label; above, it is believed no more. A page of a Brother
 * is three reports of 32 bytes, and one more for each thing that happens to it.
 */
#define PRINTER_HEARD_MAX 16384u
/* Bytes of one label. */
#define PRINTER_JOB_BYTES_MAX PRINTER_LABEL_BYTES_MAX

enum printer_result_state {
	PRINTER_SENT,
	PRINTER_PRINTED,
	PRINTER_FAILED,
	PRINTER_UNKNOWN
};

const char *printer_result_word(enum printer_result_state state); /* "sent" ... */

/* What became of a label. SENT comes first when its bytes were all taken; one of the others ends
 * it. */
struct printer_result {
	int64_t job;
	enum printer_result_state state;
	bool has_counter;
	uint64_t counter; /* SENT: just before it was sent; else: the last that was read */
	bool has_before;  /* the counter just before the first byte was sent, for a later proof */
	uint64_t before;
	const char *plug;     /* of the device whose counter that is; "": nothing tells; borrowed */
	const char *evidence; /* what the printer said, for the record; borrowed */
	struct err why;       /* FAILED and UNKNOWN: message and hint for the person */
};

/* What a round of questions found. */
struct printer_truth {
	unsigned state; /* enum printer_state bits; 0: never asked */
	bool has_counter;
	uint64_t counter;
	bool answered;                     /* to HOST or FAULTS */
	bool may_hold;                     /* a whole label may be inside */
	char plug[TRANSPORT_PLUG_MAX + 1]; /* of the device that said so; "": nothing tells */
};

struct printer;

/* Called from the loop only. The printer may be freed inside any of them. All needed. */
struct printer_events {
	void (*here)(void *arg, bool here, const struct err *why); /* why it left; NULL: here */
	void (*changed)(
		void *arg, const struct printer_truth *truth); /* another state than before */
	void (*result)(void *arg, const struct printer_result *result);
};

struct printer_setup {
	struct loop *loop;
	const char *name; /* for messages; copied */
	const char *identity;
	const struct transport *transport;
	struct usb *usb; /* as in transport_setup */
	const struct printer_driver *driver;
	unsigned width_um; /* of the labels that it is set up for; 0: not known, so none is wrong */
	unsigned height_um;
	const struct printer_events *events;
	void *arg;
};

/* Fails as the transport's open does. */
MUST_CHECK struct printer *printer_new(const struct printer_setup *setup, struct err *err);

/* A label inside is forgotten without a result: ask printer_job_is_open before. Accepts NULL. */
void printer_free(struct printer *printer);

/*
 * Takes one label to print.
 *
 * job    its number, for the results
 * bytes  copied
 * proof  when one is needed, the label ends unknown without a byte sent, unless the printer says
 * that it holds nothing and its counter still is what it was
 *
 * Fails with ERR_BUSY while another is open, ERR_TOO_LARGE, ERR_INVALID for no bytes.
 */
MUST_CHECK bool printer_print(struct printer *printer, int64_t job, struct bytes bytes,
	const struct ledger_proof *proof, struct err *err);

/* The open label, if any; is_begun: some of its bytes may be in the printer. */
bool printer_job_is_open(const struct printer *printer, int64_t *out_job, bool *out_is_begun);

/*
 * Asks the printer now. fn is called once from the loop, after answers that were asked for later
 * than this call; not when the printer is freed before.
 *
 * may_be_fresh  what was found within PRINTER_FRESH_MS will do, if nothing was sent since and the
 *               printer was well and held nothing; then fn is called before this returns
 *
 * Fails with ERR_BUSY when PRINTER_ASKERS_MAX wait already.
 */
#define PRINTER_ASKERS_MAX 16
typedef void (*printer_truth_fn)(void *arg, uint64_t tag, const struct printer_truth *truth);
MUST_CHECK bool printer_ask(struct printer *printer, bool may_be_fresh, printer_truth_fn fn,
	void *arg, uint64_t tag, struct err *err);

/* What is known now. */
const struct printer_truth *printer_truth_get(const struct printer *printer);
bool printer_is_here(const struct printer *printer);

/* The port, for what only a virtual printer can do. */
struct transport_port *printer_port(struct printer *printer);

#endif
