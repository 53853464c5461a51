/*
 * Pass-through: a code that the core has stored and found good is handed on to the laboratory's own
 * system, so that one scan serves both (contrib/CONTRACTS.md 2, request `pass_on`). Which station,
 * by which way, and whether at all, the core says; by itself the bench hands on nothing.
 *
 * A code is handed on at most once and only while it is news: its scan was read by this process not
 * longer than PASS_LIVE_MS ago, and no later one of its station was handed on. So nothing comes out
 * after a restart, after a core that was away, or when a message is repeated. What a way cannot
 * hand on whole it does not begin.
 */
#ifndef SPECIMEND_BENCH_PASS_H
#define SPECIMEND_BENCH_PASS_H

#include <jansson.h>

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"
#include "daemon/loop/loop.h"
#include "scanners/driver.h"

#define PASS_STATIONS_MAX 64u
#define PASS_TARGET_MAX 127
#define PASS_TEXT_MAX 64u   /* bytes of a code, all printable ASCII */
#define PASS_LIVE_MS 3000   /* since its scan; a core that takes longer hands on nothing */
#define PASS_SCANS_MAX 256u /* scans whose time is known: four of each of 64 scanners */
#define PASS_GIVE_MS 2000   /* no way takes longer */

struct keyboard_layout;
struct pass_way;
struct pass_sink;

/* How a station's codes are handed on. */
struct pass_entry {
	int64_t station_id;
	const struct pass_way *way;
	char target[PASS_TARGET_MAX + 1];       /* "" for the keyboard */
	const struct keyboard_layout *keyboard; /* NULL but for the keyboard */
	enum scan_terminator terminator;        /* what goes behind each code */
};

struct pass_setup {
	struct loop *loop;
	const struct pass_entry *entry; /* borrowed as long as the sink lives */
	/* The code is at the other end, as far as the way can know; or why not. Once after each
	 * `give` that returned true, within PASS_GIVE_MS, never from inside it. */
	void (*given)(void *arg, const struct err *err);
	void *arg;
};

/* One way to hand on. None of these blocks. */
struct pass_way {
	const char *name; /* as in the list */
	bool has_target;
	bool has_keyboard;
	/* Bits 1u << enum scan_terminator: those it can send. */
	unsigned terminators;

	/* Whether the target's text may be one; only where has_target. */
	bool (*target_is_valid)(const char *target);

	/* Never fails: what is not there now may be there when a code comes. */
	struct pass_sink *(*open)(const struct pass_setup *setup);

	/*
	 * Hands on a code and the terminator. Not before `given` was called for the one before.
	 *
	 * text  printable ASCII, borrowed during the call
	 *
	 * Fails, and nothing was handed on then, when the way is not there or cannot say it all.
	 */
	bool (*give)(struct pass_sink *sink, struct bytes text, struct err *err);

	void (*close)(struct pass_sink *sink); /* given is not called any more */
};

extern const struct pass_way pass_way_keyboard; /* pass_keyboard.h */
extern const struct pass_way pass_way_serial;   /* pass_serial.c */
extern const struct pass_way pass_way_tcp;      /* pass_tcp.c */

/* The bytes of a terminator, "" of none. */
const char *pass_terminator_bytes(enum scan_terminator terminator);

struct pass;

typedef void (*pass_fn)(void *arg, uint64_t tag, const struct err *err);

/* ways: NULL-terminated, of the names that a list may say; kept by pointer. NULL: the real ones. */
struct pass *pass_new(struct loop *loop, const struct pass_way *const *ways);
void pass_free(struct pass *pass); /* accepts NULL; nobody is told any more */

/*
 * The whole list, as in the request `devices`; NULL or null: no station. What is the same stays.
 * Fails with ERR_INVALID, and all stays as it was.
 */
MUST_CHECK bool pass_replace(struct pass *pass, const json_t *list, struct err *err);

/* A scan was read just now. counter: the bench's, going up. */
void pass_scanned(struct pass *pass, uint64_t counter);

/*
 * Hands on. fn is called once with tag when it is done or has failed, never from inside; it is not
 * called after pass_free, nor for a station that was taken out of the list meanwhile (it is told
 * ERR_DEVICE_OFFLINE).
 *
 * Fails, without fn, with ERR_NOT_FOUND (the station hands nothing on), ERR_INVALID (text),
 * ERR_CONFLICT (not news any more, or handed on before), ERR_BUSY (the one before is under way), or
 * as `give` does.
 */
struct pass_code {
	int64_t station_id;
	uint64_t counter;
	struct bytes text;
};

MUST_CHECK bool pass_give(struct pass *pass, const struct pass_code *code, pass_fn fn, void *arg,
	uint64_t tag, struct err *err);

#endif
