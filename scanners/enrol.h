/*
 * Enrolment: a scanner that nobody knows yet has read a code whose text we do. From the very bytes
 * that it sent, and the kinds that it may be by its descriptors, this finds the settings under
 * which it reads exactly that text; or says, for a person, what it does instead. Pure: no device,
 * no clock; nothing is ever written to the device.
 *
 * The text is one of our ids (kind E) and ENROL_PROBE behind it, in which every two of the keyboard
 * layouts known here differ; so a keyboard's country is found, never asked. The probe's characters,
 * and why they are in it:
 *
 *     the id's digits, and M   France, Belgium and the Czech Republic have them on other keys
 *     z                        Y and Z change places in Germany and the Czech Republic; and it is
 *                              a small letter among capitals: one who changes the case is found
 *     Q                        A and Q, W and Z change places in France and Belgium
 *     "                        US against all others
 *     =                        France against Belgium, Spain, Germany, Japan and the UK apart; and
 *                              it is not on the keypad, which is the same everywhere
 *     GS                       the separator of GS1, which keyboards lose or replace; in the middle
 *                              and never at the end, where nobody would miss it
 */
#ifndef SPECIMEND_SCANNERS_ENROL_H
#define SPECIMEND_SCANNERS_ENROL_H

#include "scanners/driver.h"

#define ENROL_PROBE "Qz\"=\x1dM"
#define ENROL_CODE_MAX 40u     /* bytes of the text */
#define ENROL_BYTES_MAX 16384u /* of what is kept of a device */
#define ENROL_PIECES_MAX 1024u /* a keyboard that types Alt and numbers sends some 250 a scan */
#define ENROL_SEEN_MAX 79      /* bytes of what is shown of it */
#define ENROL_DRIVERS_MAX 8u
/* After so much silence what came is a scan, whatever its kind (longer than any timeout_ms). */
#define ENROL_QUIET_MS 700

/* What a device sent, as it came: reports, or bytes cut anywhere. {0} at first. */
struct enrol_heard {
	struct buf bytes;
	struct {
		int64_t at_ms; /* on any clock that goes on */
		uint32_t len;
	} pieces[ENROL_PIECES_MAX];
	size_t count;
	bool is_too_much; /* what came besides was dropped */
};

void enrol_hear(struct enrol_heard *heard, struct bytes piece, int64_t at_ms);
void enrol_heard_reset(struct enrol_heard *heard); /* nothing was heard */
void enrol_heard_done(struct enrol_heard *heard);  /* frees and zeroes */

/* The worst first: of several ways to read it the best is told. Each says what was seen, and what
 * to do. ENROL_OFTEN is its listener's word (daemon/bench/enrolment.h), and never of a match. */
/* clang-format off */
#define ENROL_READING_TABLE(X) \
	X(ENROL_NOTHING,   "nothing",   "nothing was read", \
		"scan the code on the screen") \
	X(ENROL_OFTEN,     "often",     "it has sent so much that it is not listened to any more", \
		"cancel this, set it to its defaults by the code in its maker's manual, and enrol it again") \
	X(ENROL_NO_KIND,   "no_kind",   "it is of no kind of scanner that is known here", \
		"set it to 'USB HID POS' by the code in its maker's manual") \
	X(ENROL_GARBLED,   "garbled",   "what it sends makes no sense", \
		"set it to its defaults and then to 'USB HID POS', by the codes in its maker's manual") \
	X(ENROL_OTHER,     "other",     "it read another code", \
		"scan the code on the screen") \
	X(ENROL_LAYOUT,    "layout",    "it types like a keyboard of a country that is not known here", \
		"set it to 'USB HID POS', or to the keyboard of the USA, by the code in its maker's manual") \
	X(ENROL_PART,      "part",      "only a part of the code came", \
		"scan it once more; if it is so again, set it to its defaults by the code in its maker's manual") \
	X(ENROL_ADDED,     "added",     "it puts characters of its own before or behind the code", \
		"switch its prefix and suffix off by the codes in its maker's manual") \
	X(ENROL_CONTROLS,  "controls",  "it types other characters in place of the separator GS", \
		"set its control characters to 'Ctrl + key', or the scanner to 'USB HID POS', by the codes in its maker's manual") \
	X(ENROL_CASE,      "case",      "it changes capital and small letters", \
		"set its letters to 'as they are' and Caps Lock to off, by the codes in its maker's manual") \
	X(ENROL_AMBIGUOUS, "ambiguous", "keyboards of several countries would type this", \
		"scan the code on the screen, and no other") \
	X(ENROL_FOUND,     "found",     "it reads the code as it is", "")
/* clang-format on */

enum enrol_reading {
#define ENROL_READING_ENUM(name, word, says, hint) name,
	ENROL_READING_TABLE(ENROL_READING_ENUM)
#undef ENROL_READING_ENUM
};

#define ENROL_READINGS 12

/* What is less than good in a scanner that was found; it can be used all the same. */
/* clang-format off */
#define ENROL_ADVICE_TABLE(X) \
	X(ENROL_KEYBOARD,    "keyboard",    "it plays a keyboard: it can not be told whether a scan was stored", \
		"set it to 'USB HID POS' by the code in its maker's manual, and enrol it again") \
	X(ENROL_NO_AIM,      "no_aim",      "it sends codes without their identifier, so their kind is not known", \
		"scan the code for 'transmit AIM identifier' in its maker's manual, and enrol it again") \
	X(ENROL_BY_SILENCE,  "by_silence",  "it sends nothing at the end of a code: the end is guessed by silence", \
		"scan the code for 'suffix: Enter' (CR) in its maker's manual, and enrol it again") \
	X(ENROL_NO_CONTROLS, "no_controls", "it leaves out the separator GS: codes of the GS1 kind are not whole", \
		"set its control characters to 'Ctrl + key' by the code in its maker's manual, and enrol it again")
/* clang-format on */

enum enrol_advice {
#define ENROL_ADVICE_ENUM(name, word, says, hint) name,
	ENROL_ADVICE_TABLE(ENROL_ADVICE_ENUM)
#undef ENROL_ADVICE_ENUM
};

#define ENROL_ADVICES 4

struct enrol_words {
	const char *word; /* in messages and the database */
	const char *says; /* for a person; what was seen */
	const char *hint; /* what to do; "": nothing */
};

const struct enrol_words *enrol_reading_words(enum enrol_reading reading); /* static */
const struct enrol_words *enrol_advice_words(enum enrol_advice advice);    /* static */

struct enrol_found {
	enum enrol_reading reading;
	unsigned advice;                     /* bits 1 << enum enrol_advice */
	const struct scanner_driver *driver; /* the best, NULL: none read anything */
	struct scanner_settings settings;    /* for it; maker is left at none */
	enum scan_end end;
	char aim[SCAN_AIM_LEN + 1];
	unsigned scans;                /* so often the code was read */
	char seen[ENROL_SEEN_MAX + 1]; /* what was read, printable: "E101...Qz\"=<GS>M"; or "" */
};

/*
 * Reads what was heard in every way that its descriptors allow.
 *
 * heard         up to ENROL_QUIET_MS of silence; the code may be in it several times, nothing else
 * description   as for the drivers' begin: of a HID device its report descriptor
 * drivers       what it may be, at most ENROL_DRIVERS_MAX; one whose begin refuses the description
 *               is left out
 * code          the text that was shown, at most ENROL_CODE_MAX bytes
 */
void enrol_match(const struct enrol_heard *heard, struct bytes description,
	const struct scanner_driver *const *drivers, size_t driver_count, const char *code,
	struct enrol_found *out);

#endif
