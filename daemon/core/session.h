/*
 * Who a page is: binding a page to a station, signing a person in, and which station a token is of.
 * Tokens are 32 random bytes in hex; the database and our own memory keep only their SHA-256.
 *
 * Sign-in: the database gives the badge's PIN hash and a nonce, the press compares, the database
 * opens the session. An unknown badge goes the same way with a hash that nothing matches, so it
 * takes as long and says the same. Every copy of the PIN is wiped as soon as the press was asked.
 *
 * A station may fail SIGN_IN_TRIES times in a window; what is being judged counts as failed until
 * it is known, so no more than that is with the press at once (one PIN is 32 MiB and two passes of
 * Argon2id). Failed is what was refused, and what the press did not answer in time. A good sign-in
 * counts for nothing, nor against what failed before.
 *
 * A page is bound by a one-time code of BIND_DIGITS (schema/clinic/page.sql). Who tries one has no
 * station yet, and behind a proxy all have one address: wrong codes are told apart by what they
 * are. Of those that begin with the same BIND_FIRST_DIGITS, BIND_TRIES are judged in a minute; what
 * is being judged counts. So:
 *   - a code of five minutes, which reaches into six of our minutes, meets at most 18 wrong ones
 *     that begin as it does: the chance that it is guessed is at most 18 in 10^7, however many
 *     try, and no greater for who has seen its beginning; a code of an hour: 183 in 10^7;
 *   - to keep a code out for a minute one must know how it begins; to keep all out, 300,000 wrong
 *     ones must be sent in every minute.
 */
#ifndef SPECIMEND_CORE_SESSION_H
#define SPECIMEND_CORE_SESSION_H

#include "daemon/core/core.h"

#define SIGN_IN_TRIES 5
#define SIGN_IN_WINDOW_MS 60000
#define BIND_DIGITS 12
#define BIND_FIRST_DIGITS 5
#define BIND_FIRSTS 100000 /* numbers of so many digits */
#define BIND_TRIES 3
#define BIND_WINDOW_MS 60000
#define SESSIONS_CACHE 1024
#define SESSIONS_WINDOWS_MAX 1024

struct sessions;

struct session_who {
	int64_t station_id; /* 0: the token is of no station */
	bool has_operator;  /* signed in, and may see patients */
	bool has_other;     /* signed in, and may not: a courier */
	bool is_shaded;     /* but not now */
	bool is_practice;
};

/* err: the database could not be asked; who is NULL then. May be called from inside session_ask. */
typedef void (*session_fn)(void *arg, const struct session_who *who, const struct err *err);

struct sessions *sessions_new(void);
void sessions_free(struct sessions *sessions);

/* Asks the database (api.me) who this token is now. token is copied. */
void session_ask(struct core *core, const char *token, session_fn fn, void *arg);

/*
 * Only which station: from memory when the token was seen before (a token never changes its
 * station; whether it is still good the database judges at each call), else as session_ask.
 */
void session_station(struct core *core, const char *token, session_fn fn, void *arg);

/*
 * POST /api/station_bind {code, about}, POST /api/sign_in {badge, pin}, and POST /api/policy_second
 * {badge, pin, args}: a second person says yes to the setting that args asks for, as policy_set has
 * them. Nobody signs in by that; what fails of it counts with the station's sign-ins.
 */
void session_handle_bind(void *core, struct http_request *request);
void session_handle_sign_in(void *core, struct http_request *request);
void session_handle_policy_second(void *core, struct http_request *request);

#endif
