/*
 * A kind of scanner: its reports -> a scan; a verdict -> the bytes that make it beep. Pure: no
 * device, no clock, no decision (base only). Nothing here may block.
 */
#ifndef SPECIMEND_SCANNERS_DRIVER_H
#define SPECIMEND_SCANNERS_DRIVER_H

#include "daemon/base/buf.h"
#include "daemon/base/bytes.h"
#include "daemon/base/err.h"
#include "scanners/line.h"

/* Longest scan in bytes; a licence's PDF417 has about 500. */
#define SCAN_MAX 2048u
#define SCAN_AIM_LEN 3
/* The letter of what is not from a bar code (ISO/IEC 15424): answers to commands, typing. */
#define SCAN_AIM_NO_BAR_CODE 'Z'
#define SCAN_ANSWER_MAX 64u
/* Most reports that one scan may come in: more are an error of the device. */
#define SCAN_REPORTS_MAX 64u

/* How the end of a scan was known, the surest first. */
enum scan_end {
	SCAN_END_DECLARED,   /* the device said so: a length, a flag, a packet */
	SCAN_END_TERMINATOR, /* the character that ends all scans of this device */
	SCAN_END_IDLE,       /* nothing more came: a guess, and told as such */
};

#define SCAN_ENDS 3

const char *scan_end_word(enum scan_end end); /* "declared", "terminator", "idle" */

/* What was read, before it means anything. Bytes, not text: GS1 data holds 0x1D, some devices send
 * NUL. */
struct scan {
	struct bytes raw; /* borrowed, see decode */
	char aim[SCAN_AIM_LEN +
		 1]; /* AIM symbology identifier such as "]C0", or "" when not told */
	enum scan_end end;
};

/* What a person is to hear; the words are those of api replies, and the core's own not_stored. */
/* clang-format off */
#define SCAN_VERDICT_TABLE(X) \
	X(SCAN_STORED,     "stored") \
	X(SCAN_COMPLETE,   "complete") \
	X(SCAN_REPEAT,     "repeat") \
	X(SCAN_QUESTION,   "question") \
	X(SCAN_STOP,       "stop") \
	X(SCAN_NOTE,       "note") \
	X(SCAN_NOT_STORED, "not_stored")
/* clang-format on */

enum scan_verdict {
#define SCAN_VERDICT_ENUM(name, word) name,
	SCAN_VERDICT_TABLE(SCAN_VERDICT_ENUM)
#undef SCAN_VERDICT_ENUM
};

#define SCAN_VERDICTS 7

const char *scan_verdict_word(enum scan_verdict verdict);
/* False when there is no verdict of that name. */
MUST_CHECK bool scan_verdict_parse(const char *word, enum scan_verdict *out);

/* What a verdict sounds like where a device has no more than two sounds. */
enum scan_sound {
	SCAN_SOUND_NONE,
	SCAN_SOUND_GOOD,
	SCAN_SOUND_BAD,
};

enum scan_sound scan_verdict_sound(enum scan_verdict verdict);

enum scan_reading {
	SCAN_READING_MORE, /* the scan goes on in the next report */
	SCAN_READING_DONE, /* *out is the scan */
	SCAN_READING_NONE, /* a report that is no scan: an empty one, a command's answer */
	SCAN_READING_BAD,  /* malformed, or a scan above SCAN_MAX: what was collected is dropped */
};

/* clang-format off */
#define SCAN_TERMINATOR_TABLE(X) \
	X(SCAN_TERMINATOR_CR,    "cr") \
	X(SCAN_TERMINATOR_LF,    "lf") \
	X(SCAN_TERMINATOR_CR_LF, "cr_lf") \
	X(SCAN_TERMINATOR_TAB,   "tab") \
	X(SCAN_TERMINATOR_ETX,   "etx") \
	X(SCAN_TERMINATOR_NONE,  "none")
/* clang-format on */

/* The character after each scan; of ETX each begins with STX, of NONE only silence ends it. */
enum scan_terminator {
#define SCAN_TERMINATOR_ENUM(name, word) name,
	SCAN_TERMINATOR_TABLE(SCAN_TERMINATOR_ENUM)
#undef SCAN_TERMINATOR_ENUM
};

#define SCAN_TERMINATORS 6

const char *scan_terminator_word(enum scan_terminator terminator);
/* False when there is none of that name. */
MUST_CHECK bool scan_terminator_parse(const char *word, enum scan_terminator *out);

struct keyboard_layout;

/* Whose commands it takes (scanners/maker.h). */
enum scanner_maker {
	SCANNER_MAKER_OTHER, /* none */
	SCANNER_MAKER_DATALOGIC,
	SCANNER_MAKER_HONEYWELL,
	SCANNER_MAKER_OPTICON,
	SCANNER_MAKER_HONEYWELL_HOST, /* with Host ACK switched on */
	SCANNER_MAKER_NEWLAND,
	SCANNER_MAKER_CIPHERLAB,
};

#define SCANNER_MAKERS 7

/* How a scanner was found to be set up when it was enrolled; {0} for one that was not asked. */
struct scanner_settings {
	const struct keyboard_layout *keyboard; /* NULL: "us" */
	enum scan_terminator terminator;
	enum scanner_maker maker;
	bool has_aim;            /* each scan begins with its AIM identifier */
	unsigned baud;           /* a line's, where there is a real one; 0: as usual */
	enum line_format format; /* likewise */
	bool has_ack; /* a line: each scan waits for ACK, and is repeated after NAK (ack.h) */
};

/* A scan being collected; {0} at first. */
struct scan_collector {
	struct scanner_settings settings; /* set before begin */
	struct buf collected;
	/*
	 * What the driver wants the device to be told at once (that a packet came), one report at
	 * most, SCAN_ANSWER_MAX bytes. Its owner takes it after each call, and writes it before any
	 * feedback.
	 */
	struct buf answer;
	bool is_answer_void; /* set by the driver: what was to be told and is not yet, is not */
	/* kept by its owner: */
	bool is_answer_waiting; /* to be written: the device has heard nothing of it */
	bool is_answer_flying;  /* being written, and not void: it may have heard it */
	char aim[SCAN_AIM_LEN + 1];
	unsigned reports;
	bool is_cut; /* a scan was dropped before its end: what comes up to there is its rest */
	bool is_settling; /* unless nothing comes for the driver's timeout_ms: then it was at its
			     end */
	void *layout; /* the driver's, by begin: one block, freed with the collector; else NULL */
};

/*
 * What a driver's begin does first: nothing is collected, and the layout is layout_len bytes of
 * zeros, or none for 0.
 */
void scan_collector_begin(struct scan_collector *collector, size_t layout_len);

/*
 * The scan is what was collected, with collector->aim (or, where each begins with its identifier,
 * that one, taken off), and the next may begin. SCAN_READING_NONE: nothing was collected, or it is
 * not from a bar code. SCAN_READING_BAD: it should begin with an identifier and does not, or it is
 * the rest of one that was dropped (is_cut, which ends here).
 */
enum scan_reading scan_collector_end(
	struct scan_collector *collector, enum scan_end end, struct scan *out);

/* Drops what was collected, in the middle of a scan with is_cut; the layout stays. */
void scan_collector_reset(struct scan_collector *collector);

/* The same where something was lost that may have been the beginning of a scan: what comes may be
 * its rest. */
void scan_collector_cut(struct scan_collector *collector);
void scan_collector_done(struct scan_collector *collector); /* frees and zeroes */

struct scanner_driver {
	const char *name; /* as in the evidence, and a device's protocol in the database */

	/*
	 * Where one ends and the next begins says nothing (a serial line), or a scan has a report
	 * for each character (a keyboard): the evidence has them in one.
	 */
	bool joins_reports;

	/*
	 * Called each time the device comes, before its first report: learns from what the device
	 * says of itself (description, borrowed: of a HID device its report descriptor) where
	 * everything lies, and drops what was collected. Fails when this is no such device; the
	 * collector then has no layout, and every report is SCAN_READING_BAD. NULL: nothing to
	 * learn.
	 */
	bool (*begin)(struct scan_collector *collector, struct bytes description, struct err *err);

	/*
	 * Called for all that comes, in order: with a report, which is taken whole; where there are
	 * none (a serial line), with bytes cut anywhere, of which it takes those up to the end of a
	 * scan, so that it is called again with the rest. It takes one byte at least, if there is
	 * one, or says SCAN_READING_BAD of what came before it, once.
	 *
	 * in  moved behind what was taken
	 *
	 * out->raw borrows from the collector until the next call. Never fails on hostile bytes:
	 * SCAN_READING_BAD.
	 */
	enum scan_reading (*decode)(
		struct scan_collector *collector, struct bytes *in, struct scan *out);

	/*
	 * A scan has begun (SCAN_READING_MORE), and nothing came for timeout_ms: is that its end?
	 * SCAN_READING_DONE (SCAN_END_IDLE), or SCAN_READING_BAD: it is dropped loudly, for a part
	 * of a code is never taken for the code. Or nothing had begun (is_asking):
	 * SCAN_READING_NONE. NULL: always dropped.
	 */
	enum scan_reading (*idle)(struct scan_collector *collector, struct scan *out);
	unsigned timeout_ms;

	/*
	 * Asked after each decode and each feedback: the device has been asked for something that
	 * is to begin within timeout_ms; idle is called when it does not. NULL: never.
	 */
	bool (*is_asking)(const struct scan_collector *collector);

	/* What was answered last may not have reached the device: its write was cut. NULL: that is
	 * all the same. */
	void (*answer_lost)(struct scan_collector *collector);

	/*
	 * Bytes came of which nobody knows which are right, or (none) some are missing: drops what
	 * was collected, and whatever they are the rest of. Gives out nothing of them, but looks
	 * whether the rest has come with them. NULL: scan_collector_cut.
	 */
	void (*spoil)(struct scan_collector *collector, struct bytes spoilt);

	/*
	 * Appends the bytes that tell the verdict; of a HID device one output report, its number
	 * first (0 where reports have none, and then not sent). Nothing appended: this verdict is
	 * told by silence. False, with nothing appended: this device cannot be told it. A newer
	 * verdict may take its place before it is sent; what the protocol owes goes to
	 * collector->answer, which is sent before it and never dropped.
	 */
	bool (*feedback)(
		struct scan_collector *collector, enum scan_verdict verdict, struct buf *out);
};

extern const struct scanner_driver scanner_driver_plain;

/* The drivers of real scanners, by name; NULL when there is none of that name. */
const struct scanner_driver *scanner_driver_find(const char *name);

/* All of them, in order; NULL past the last. */
const struct scanner_driver *scanner_driver_at(size_t at);

#endif
