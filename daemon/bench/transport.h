/*
 * How bytes get to a device and back: one const struct per kind of cable. What is above (printer.c,
 * scanner.c) does not know which one it has; `virtual` is a member like any other.
 *
 * A transport knows nothing of languages or labels, decides nothing and repeats nothing. Its events
 * are called from the loop only, never from inside one of its functions, and never after close.
 */
#ifndef SPECIMEND_BENCH_TRANSPORT_H
#define SPECIMEND_BENCH_TRANSPORT_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"
#include "daemon/loop/loop.h"

/* Every member is needed. A port may be closed inside any of them. */
struct transport_events {
	/*
	 * The device takes bytes now. Comes once per open, before everything else.
	 *
	 * description  what the device says of itself, borrowed for the call: the report descriptor
	 *              of a HID scanner, the IEEE 1284 device id of a printer (without its length);
	 *              empty when there is none. Bytes from outside: nothing about them is checked
	 */
	void (*here)(void *arg, struct bytes description);

	/*
	 * The device left, or could not be opened. Nothing follows but here(), when it is back. A
	 * write that was under way has ended without written_all; the device took what was told by
	 * written, and maybe more.
	 */
	void (*gone)(void *arg, const struct err *err);

	/*
	 * The device took len more bytes of the write under way, which is not over: progress, no
	 * evidence of anything else. What may be in the device is told here or by written_all
	 * before the write ends by cut, never after. len may be 0: what was told before is on its
	 * way, and gets on.
	 */
	void (*written)(void *arg, size_t len);

	/* The device took the last byte of the write under way; the next may begin. */
	void (*written_all)(void *arg);

	/*
	 * The write under way is over without its last byte: by write_cancel (why is NULL), or
	 * because the device refused the rest. What it took was told by written, unless why is
	 * ERR_IO: then maybe more. The next may begin.
	 */
	void (*cut)(void *arg, const struct err *why);

	/* Bytes from the device, cut anywhere (printers, serial lines); exactly one report (HID).
	 * None: a line said that it has nothing; what it gives next may be as old as that answer.
	 */
	void (*received)(void *arg, struct bytes bytes);

	/* Something that the device sent while reading was on is lost: a part of an answer or of a
	 * scan is not the whole. */
	void (*lost)(void *arg, const struct err *why);

	/* The same, where bytes came in its place of which nobody knows which are right. NULL: lost
	 * is called. */
	void (*spoilt)(void *arg, struct bytes bytes, const struct err *why);
};

#define TRANSPORT_PLUG_MAX 191

/*
 * What goes wrong on a cable, borne or not, counted for whoever looks after the device (the word,
 * as in the report `device_faults`). A sound device, cable and socket have next to none.
 *
 *     stall       it refused a transfer by halting its endpoint; the answer "no" to a request
 *                 (USB 2.0, 8.5.3.4) is none
 *     babble      it sent more than it may
 *     broken_off  transfers ended by an error of the bus; those that end together are one
 *     mute        it answered too late or not at all, or held up the others
 *     left        it was unplugged, or lost its connection for a moment, while it was used
 *     garbled     what came made no sense, or the rest of it did not come
 */
/* clang-format off */
#define TRANSPORT_FAULT_TABLE(X) \
	X(TRANSPORT_STALL,      "stall") \
	X(TRANSPORT_BABBLE,     "babble") \
	X(TRANSPORT_BROKEN_OFF, "broken_off") \
	X(TRANSPORT_MUTE,       "mute") \
	X(TRANSPORT_LEFT,       "left") \
	X(TRANSPORT_GARBLED,    "garbled")
/* clang-format on */

enum transport_fault {
#define TRANSPORT_FAULT_ENUM(name, word) name,
	TRANSPORT_FAULT_TABLE(TRANSPORT_FAULT_ENUM)
#undef TRANSPORT_FAULT_ENUM
};

#define TRANSPORT_FAULTS 6

const char *transport_fault_word(enum transport_fault fault); /* static */

/* The first member of what a transport keeps per device. */
struct transport_port {
	const struct transport *transport;
	const struct transport_events *events;
	void *arg;

	/*
	 * The name of this stay of this device, set before here(), valid until gone(): the same for
	 * a bench that was started again meanwhile, never the same for another device or for one
	 * that had left. What a printer's counter was is compared only with what the printer of the
	 * same plug says. "": nothing tells, so nothing is proved.
	 */
	char plug[TRANSPORT_PLUG_MAX + 1];

	uint32_t faults[TRANSPORT_FAULTS]; /* since it was opened */
};

struct usb;
struct printer_driver;
struct scanner_driver;
struct scanner_settings;

struct transport_setup {
	struct loop *loop;
	const char
		*identity; /* which device: serial or port path, as in the devices list; copied */
	const struct transport_events *events;
	void *arg;                           /* of all events */
	struct usb *usb;                     /* for the transport "usb"; NULL: there is none */
	const struct printer_driver *speaks; /* whose language a virtual printer speaks */
	const struct scanner_driver *talks; /* how a USB scanner does: what is claimed, and asked */
	const struct scanner_settings *settings; /* of its line; NULL: as usual; copied */
	/*
	 * SHA-256 of a USB scanner's descriptors when it was enrolled, 64 digits; copied. One that
	 * has others now, or has become another thing, is held and not heard, and never given back
	 * (usb.h). NULL or "": it was not enrolled.
	 */
	const char *descriptors;
};

struct transport {
	const char *name; /* as in the devices list */

	/*
	 * Starts looking for the device; here() or gone() tells. Looks again by itself after
	 * gone(). May be the one call that blocks, up to 200 ms, on a real device. Fails with
	 * ERR_INVALID when the identity makes no sense here, a virtual printer does not speak
	 * the language, or nothing is known here that talks like that.
	 */
	struct transport_port *(*open)(const struct transport_setup *setup, struct err *err);

	/*
	 * Writes bytes, which are copied. One write at a time: not before written_all of the one
	 * before (an assert). Does not block. Told by written and written_all; there is no deadline
	 * here, the caller has one and calls write_cancel.
	 */
	void (*write)(struct transport_port *port, struct bytes bytes);

	/*
	 * Ends the write under way, if any. What a cable has taken is known only when it has let
	 * go: that is told by written, and then cut ends it (or gone; or written_all, when the last
	 * byte was taken after all). No write before that.
	 */
	void (*write_cancel)(struct transport_port *port);

	/*
	 * Most printers speak only when asked, and some lose labels while somebody reads all the
	 * time (apple/cups#5395), so reading is on only while an answer is due, or while a label is
	 * in a printer that reports by itself. Switching it on throws
	 * away what waited in the device from before. Off after open.
	 */
	void (*set_reading)(struct transport_port *port, bool reading);

	/* Ends it all; no event follows. Accepts NULL. */
	void (*close)(struct transport_port *port);
};

/*
 * Makes a plug that nothing else has or will have: the transport's name, 32 random digits and the
 * identity (at most 127 bytes). "" when the kernel gives no randomness.
 */
void transport_plug_make(struct transport_port *port, const char *identity);

/* NULL when there is no such transport. kind: "printer" or "scanner". */
const struct transport *transport_find(const char *name, const char *kind);

#endif
