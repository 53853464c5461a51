/*
 * A printer's language: bytes in, bytes out. A driver turns a proved bitmap into the bytes of one
 * label, reads such bytes back into dots, asks for the printer's truth and reads the answers. It
 * moves nothing, waits for nothing and keeps nothing: who sends the bytes, with which deadline, and
 * what follows from an answer is the bench's affair (daemon/bench/printer.h). No member may block.
 */
#ifndef SPECIMEND_PRINTERS_LANG_DRIVER_H
#define SPECIMEND_PRINTERS_LANG_DRIVER_H

#include "daemon/base/buf.h"
#include "daemon/base/bytes.h"
#include "daemon/base/err.h"
#include "printers/bitmap.h"

/*
 * Bytes of one label that may be made for a printer. The largest bitmap has 1.1 MB as plain bytes,
 * and twice that as digits.
 */
#define PRINTER_LABEL_BYTES_MAX (2u * 1024 * 1024)

/* Largest reply to one query that is read; a longer one is refused. */
#define PRINTER_REPLY_MAX 2048u

/*
 * What is known about a printer, as a set of bits; the words are those of contrib/CONTRACTS.md 2.
 * No bit at all means that nobody asked yet. PRINTER_OK stands only beside PRINTER_MEDIA_LOW.
 */
/* clang-format off */
#define PRINTER_STATE_TABLE(X) \
	X(PRINTER_OK,               0, "ok") \
	X(PRINTER_MEDIA_OUT,        1, "media_out") \
	X(PRINTER_RIBBON_OUT,       2, "ribbon_out") \
	X(PRINTER_HEAD_OPEN,        3, "head_open") \
	X(PRINTER_PAUSED,           4, "paused") \
	X(PRINTER_JAM,              5, "jam") \
	X(PRINTER_OVER_TEMPERATURE, 6, "over_temperature") \
	X(PRINTER_MEDIA_LOW,        7, "media_low") \
	X(PRINTER_FAULT,            8, "fault") \
	X(PRINTER_SILENT,           9, "silent") \
	X(PRINTER_WRONG_STOCK,     10, "wrong_stock")
/* clang-format on */

enum printer_state {
#define PRINTER_STATE_ENUM(name, bit, word) name = 1 << (bit),
	PRINTER_STATE_TABLE(PRINTER_STATE_ENUM)
#undef PRINTER_STATE_ENUM
};

#define PRINTER_STATE_WORDS 11

/* The word of bit number `bit` (0 to PRINTER_STATE_WORDS - 1). */
const char *printer_state_word(unsigned bit);

/* The words of a set, separated by blanks, appended to out; "silent" for the empty set. */
void printer_state_words(unsigned state, struct buf *out);

/* True when the set holds a reason, said by the printer itself, why no label can come out. */
bool printer_state_is_stopped(unsigned state);

/* The questions of a driver, always asked one after the other in this order. */
enum printer_query {
	PRINTER_QUERY_HOST,    /* buffers, pause, and most conditions */
	PRINTER_QUERY_FAULTS,  /* what the first leaves out */
	PRINTER_QUERY_COUNTER, /* labels that ever came out */
};

#define PRINTER_QUERIES 3

/* What the answers said; {0} before the first. Filled by printer_driver.read, one query at a time.
 */
struct printer_status {
	bool answered[PRINTER_QUERIES];
	unsigned found;            /* conditions named by an answer: PRINTER_* but OK and SILENT */
	unsigned formats_waiting;  /* labels received but not begun */
	uint64_t labels_remaining; /* labels begun but not out */
	bool partial_format;       /* a label whose end has not come */
	bool is_busy;              /* printing or feeding now */
	bool has_counter;          /* false: the printer has no such counter, or did not answer */
	uint64_t counter;          /* labels that came out in the printer's life */
	unsigned labels_reported; /* labels that it said, unasked, are printed: printer_driver.heard
				   */
	unsigned stock_width_mm;  /* of what is in it, as it said; 0: it did not, or nothing is */
	unsigned stock_length_mm; /* of one label; 0: a roll without an end */
	uint32_t error_bits;      /* as the printer sent them, for evidence */
	uint32_t warning_bits;
};

/* By what a label sent in this language is known to have come out, as far as that can be known. */
enum printer_proof {
	/*
	 * By nothing: the language says nothing of single labels. Each ends unknown, and is proved
	 * by being scanned back.
	 */
	PRINTER_PROOF_NONE,

	/* The answer to COUNTER moved by one, and the printer held nothing before and holds nothing
	 * now. */
	PRINTER_PROOF_COUNTER,

	/*
	 * The printer held nothing before, was seen is_busy after the send, and then, in two rounds
	 * of questions running, held nothing and had no fault, having answered every round of
	 * questions in between. Weaker: it was busy, but with what is not said (somebody may have
	 * pressed FEED), so the evidence of such a label says "busy, then idle".
	 */
	PRINTER_PROOF_BUSY,

	/*
	 * The printer held nothing before; since the label was sent it reported by itself (heard)
	 * just one label, with nothing that stops it, and that it is at rest; and when it was asked
	 * then, it answered that it holds nothing and that nothing stops it.
	 */
	PRINTER_PROOF_REPORT,
};

enum printer_reading {
	PRINTER_READING_MORE, /* no whole answer yet: call again with more bytes */
	PRINTER_READING_DONE, /* the status holds the answer */
	PRINTER_READING_BAD, /* not an answer to this query, and never will be; counts as silence */
};

struct printer_reader_class;

struct printer_driver {
	const char *language; /* as in the `devices` list: "zpl" */

	/*
	 * COUNTER only where the language has that question, BUSY only where it has HOST, REPORT
	 * only where it has HOST, heard and is_asked_at_rest_only.
	 */
	enum printer_proof proof;

	/*
	 * Called by the press for each proved bitmap: appends the bytes that make exactly one
	 * label. Every driver has it. Fails with ERR_INVALID when the language cannot hold the
	 * size.
	 */
	bool (*encode)(const struct label_bitmap *bitmap, struct buf *out, struct err *err);

	/*
	 * Reads bytes of this language back: for the proof (expansion.h) and for fake printers
	 * (reader.h). Every driver has it.
	 */
	const struct printer_reader_class *reader;

	/* Sent once after each power-up or connection, before anything else; empty when not needed.
	 */
	struct bytes power_up;

	/* Sent when the status says partial_format, before the next label; empty when there is
	 * none. */
	struct bytes abandon;

	/* The bytes of each question. Empty: the language has no such question (it stays
	 * unanswered). A language without HOST has no questions at all: it is one-way. */
	struct bytes query[PRINTER_QUERIES];

	/*
	 * Called whenever bytes came since the question was sent.
	 *
	 * reply   all of them, from the first; line noise before an answer is skipped. Never more
	 * than PRINTER_REPLY_MAX + 1 bytes: above the limit the answer is PRINTER_READING_BAD
	 * status  written only on PRINTER_READING_DONE; conditions are added to those already found
	 */
	enum printer_reading (*read)(
		enum printer_query query, struct bytes reply, struct printer_status *status);

	/*
	 * Of a printer that reports by itself while it prints, and is proved by that
	 * (PRINTER_PROOF_REPORT); NULL: it speaks only when asked.
	 * Called with the bytes that came unasked and were not used up yet.
	 *
	 * status  {0} when the label is sent, then this label's: each whole report adds what it
	 *         found, sets is_busy and counts labels_reported; a condition that ended by itself
	 *         (cooling) is taken out again
	 *
	 * Returns how many bytes at the front are used up (noise is); what is left is the beginning
	 * of a report, shorter than PRINTER_REPLY_MAX, to be given again with more behind it.
	 */
	size_t (*heard)(struct bytes bytes, struct printer_status *status);

	/*
	 * Of a printer that says which labels are in it (printer_status.stock_*); NULL: it does not
	 * say. Whether a label of this size can come out on them; what did not say is not wrong.
	 *
	 * width_um, height_um  as the device is set up for
	 */
	bool (*stock_is_right)(
		const struct printer_status *status, unsigned width_um, unsigned height_um);

	/*
	 * Only where there is heard. Nothing may be asked from the first byte of a label until the
	 * printer reported it and that it is at rest: listen (heard).
	 */
	bool is_asked_at_rest_only;
};

extern const struct printer_driver printer_driver_brother;      /* QL, 720 pins */
extern const struct printer_driver printer_driver_brother_wide; /* QL, 1296 pins */
extern const struct printer_driver printer_driver_dymo;
extern const struct printer_driver printer_driver_zpl;
extern const struct printer_driver printer_driver_zpl_ascii;
extern const struct printer_driver printer_driver_epl2;
extern const struct printer_driver printer_driver_tspl;
extern const struct printer_driver printer_driver_tspl2;
extern const struct printer_driver printer_driver_null; /* for tests */

/* NULL when there is no such language. */
const struct printer_driver *printer_driver_find(const char *language);

/* All of them: one for each `at` from 0 on, then NULL. */
const struct printer_driver *printer_driver_at(size_t at);

/*
 * The state that the answers of one round amount to. Silence is never ok: PRINTER_OK needs an
 * answer to HOST, and to FAULTS where the language has that question, with nothing found that stops
 * the printer. What an answer found is
 * told even when the other is missing (a Zebra with its head open need not answer ~HS); with
 * nothing found that stops it, a missing answer is PRINTER_SILENT.
 */
unsigned printer_status_state(
	const struct printer_driver *driver, const struct printer_status *status);

/* True when HOST answered and nothing is waiting, half received or being printed. */
bool printer_status_is_idle(const struct printer_status *status);

/*
 * True when a whole label may be inside, waiting or coming out: then a counter that has not moved
 * proves nothing. Half a label cannot come out, and what did not say may hold one.
 */
bool printer_status_may_hold(const struct printer_status *status);

/*
 * The last check before a label may go to a printer: expands the very bytes and compares them with
 * the bitmap that was proved. Exactly one label, same height, same dots, nothing black beside them
 * (a language whose rows are as wide as the head or the roll expands to a wider label). Fails with
 * ERR_CHECK_FAILED naming the first difference.
 */
MUST_CHECK bool printer_driver_prove(const struct printer_driver *driver, struct bytes bytes,
	const struct label_bitmap *bitmap, struct err *err);

#endif
