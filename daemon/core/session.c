/* Bindings and sign-ins, each a short chain of callbacks over one struct in the request's arena. */
#include "daemon/core/session.h"

#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/roles.h"
#include "daemon/core/token.h"

#define PIN_TIMEOUT_MS 4000
#define BADGE_MAX 40
#define PIN_MAX 64
#define PAGE_CODE_MAX 32
#define PAGE_ABOUT_MAX 80

/* Of 32 random bytes that nobody kept; the parameters are those of every PIN (contrib/CONTRACTS.md
 * 2, pin_hash). */
#define PIN_HASH_OF_NOBODY                                       \
	"$argon2id$v=19$m=32768,t=2,p=1$KA7OSgM6TeKWihkhUc+Luw$" \
	"1BqW2XH5KvT2UTSZ4IZ8Ao85SLf5bCIAWh/XHiVNh54"

/* How often a PIN was tried in vain. */
struct window {
	int64_t station_id;
	unsigned under_way;               /* tries that are being judged */
	int64_t failed_ms[SIGN_IN_TRIES]; /* when, a ring */
	size_t next;
};

struct sessions {
	struct {
		char hash[TOKEN_LEN + 1];
		int64_t station_id;
	} cache[SESSIONS_CACHE];
	size_t cache_next;
	int64_t binds_since_ms;
	uint8_t binds[BIND_FIRSTS]; /* wrong codes since then, by how they begin */
	struct window windows[SESSIONS_WINDOWS_MAX];
};

static void window_begin(struct window *window, int64_t station_id)
{
	window->station_id = station_id;
	for (size_t i = 0; i < SIGN_IN_TRIES; i++)
		window->failed_ms[i] = -SIGN_IN_WINDOW_MS;
}

struct sessions *sessions_new(void)
{
	return xcalloc(1, sizeof(struct sessions));
}

void sessions_free(struct sessions *sessions)
{
	free(sessions);
}

/* ---- tries ---- */

/* False: too many failed. What was entered is left again. */
static bool window_enter(struct window *window, int64_t now_ms)
{
	unsigned count = window->under_way;

	for (size_t i = 0; i < SIGN_IN_TRIES; i++)
		count += now_ms - window->failed_ms[i] < SIGN_IN_WINDOW_MS;
	if (count >= SIGN_IN_TRIES)
		return false;
	window->under_way++;
	return true;
}

static void window_leave(struct window *window, bool has_failed, int64_t now_ms)
{
	window->under_way--;
	if (has_failed)
		window->failed_ms[window->next++ % SIGN_IN_TRIES] = now_ms;
}

static void refuse_too_many(struct http_request *request, const char *what, const char *hint)
{
	AUTO(json_decref)
	json_t *body = json_pack(
		"{s:{s:s,s:s,s:s}}", "error", "code", "ERR_BUSY", "message", what, "hint", hint);
	char *text = json_dumps(body, JSON_COMPACT);

	http_reply_json(request, 429, text);
	free(text);
}

/* ---- which station ---- */

static int64_t cache_find(const struct sessions *sessions, const char *token)
{
	char hash[TOKEN_LEN + 1];

	token_hash(token, hash);
	for (size_t i = 0; i < SESSIONS_CACHE; i++) {
		if (sessions->cache[i].station_id && str_equal(sessions->cache[i].hash, hash))
			return sessions->cache[i].station_id;
	}
	return 0;
}

static void cache_add(struct sessions *sessions, const char *token, int64_t station_id)
{
	if (station_id <= 0 || cache_find(sessions, token))
		return;
	size_t at = sessions->cache_next++ % SESSIONS_CACHE;

	token_hash(token, sessions->cache[at].hash);
	sessions->cache[at].station_id = station_id;
}

struct ask {
	struct core *core;
	char token[TOKEN_LEN + 1];
	session_fn fn;
	void *arg;
};

static void on_me(void *arg, const char *reply, const struct err *err)
{
	struct ask *ask = arg;
	struct session_who who = { 0 };
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;
	const json_t *data = json_object_get(json, "data");

	who.station_id =
		json_integer_value(json_object_get(json_object_get(data, "station"), "station_id"));
	who.has_operator = json_is_object(json_object_get(data, "operator")) &&
			   json_is_true(json_object_get(data, "sees_patients"));
	who.is_shaded = json_is_true(json_object_get(data, "shaded"));
	who.has_other = json_is_object(json_object_get(data, "operator")) && !who.has_operator &&
			!who.is_shaded;
	who.is_practice = json_is_true(json_object_get(data, "practice"));
	if (!err)
		cache_add(ask->core->sessions, ask->token, who.station_id);
	ask->fn(ask->arg, err ? NULL : &who, err);
	sodium_memzero(ask->token, sizeof(ask->token));
	free(ask);
}

void session_ask(struct core *core, const char *token, session_fn fn, void *arg)
{
	struct ask *ask = xcalloc(1, sizeof(*ask));
	const struct db_call call = { .call = CALL_ME, .session = token };

	ask->core = core;
	(void)str_copy(ask->token, sizeof(ask->token), token); /* http_token gives no longer one */
	ask->fn = fn;
	ask->arg = arg;
	(void)db_send(core->db, &call, on_me, ask); /* nobody cancels it */
}

void session_station(struct core *core, const char *token, session_fn fn, void *arg)
{
	struct session_who who = { .station_id = cache_find(core->sessions, token) };

	if (who.station_id)
		fn(arg, &who, NULL);
	else
		session_ask(core, token, fn, arg);
}

/* ---- binding a page ---- */

struct bind {
	struct core *core;
	struct http_request *request;
	unsigned first;   /* how its code begins; BIND_FIRSTS: it is no code */
	int64_t since_ms; /* the minute in which it counts */
	char token[TOKEN_LEN + 1];
};

/* BIND_FIRSTS: it can be no code, so that it may be wrong as often as one likes. */
static unsigned bind_first(const char *code)
{
	unsigned first = 0;

	for (size_t i = 0; i < BIND_DIGITS; i++) {
		if (!char_is_digit((unsigned char)code[i]))
			return BIND_FIRSTS;
		if (i < BIND_FIRST_DIGITS)
			first = first * 10 + (unsigned)(code[i] - '0');
	}
	return code[BIND_DIGITS] == 0 ? first : BIND_FIRSTS;
}

/* False: too many that begin like this were wrong. What was entered is left again. */
static bool bind_enter(struct sessions *sessions, struct bind *bind, int64_t now_ms)
{
	if (now_ms - sessions->binds_since_ms >= BIND_WINDOW_MS) {
		memset(sessions->binds, 0, sizeof(sessions->binds));
		sessions->binds_since_ms = now_ms;
	}
	bind->since_ms = sessions->binds_since_ms;
	if (bind->first == BIND_FIRSTS)
		return true;
	if (sessions->binds[bind->first] >= BIND_TRIES)
		return false;
	sessions->binds[bind->first]++;
	return true;
}

static void bind_leave(struct sessions *sessions, const struct bind *bind, bool has_failed)
{
	if (!has_failed && bind->first != BIND_FIRSTS && bind->since_ms == sessions->binds_since_ms)
		sessions->binds[bind->first]--;
}

static const char *body_text(const struct http_request *request, const char *name)
{
	return json_string_value(json_object_get(http_json(request), name));
}

static bool reply_is_stored(const json_t *reply)
{
	return str_equal(json_string_value(json_object_get(reply, "verdict")), "stored");
}

static void on_bound(void *arg, const char *reply, const struct err *err)
{
	struct bind *bind = arg;
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	bind_leave(bind->core->sessions, bind, !err && !reply_is_stored(json));
	if (err) {
		http_reply_not_stored(bind->request, err);
		return;
	}
	const json_t *station = json_object_get(json_object_get(json, "data"), "station");

	if (reply_is_stored(json)) {
		cache_add(bind->core->sessions, bind->token,
			json_integer_value(json_object_get(station, "station_id")));
		http_add_cookie(bind->request, "specimend_station", bind->token);
		http_add_cookie(bind->request, "specimend_session", "");
	}
	sodium_memzero(bind->token, sizeof(bind->token));
	http_reply_json(bind->request, 200, reply);
}

void session_handle_bind(void *arg, struct http_request *request)
{
	struct core *core = arg;
	const char *code = body_text(request, "code");
	const char *about = body_text(request, "about");
	struct bind *bind = arena_alloc(http_arena(request), sizeof(*bind));
	char hash[TOKEN_LEN + 1];
	struct err err = { 0 };

	if (!code || strlen(code) > PAGE_CODE_MAX || (about && strlen(about) > PAGE_ABOUT_MAX)) {
		err_set(&err, ERR_INVALID, "there is no code");
		http_reply_err(request, &err);
		return;
	}
	if (!core->is_open) {
		err_set(&err, ERR_DB_UNAVAILABLE, "the database cannot be reached");
		http_reply_not_stored(request, &err);
		return;
	}
	bind->first = bind_first(code);
	if (!bind_enter(core->sessions, bind, loop_now_ms(core->loop))) {
		refuse_too_many(request, "too many codes like this one were wrong",
			"wait a minute, or ask for a new code");
		return;
	}
	bind->core = core;
	bind->request = request;
	token_make(bind->token);
	token_hash(bind->token, hash);
	core_call(core, CALL_STATION_BIND, NULL,
		json_pack("{s:s,s:s,s:s}", "code", code, "token_hash", hash, "about",
			about ? about : ""),
		0, on_bound, bind);
}

/* ---- signing in, and saying yes to an act of somebody else ---- */

struct sign_in {
	struct core *core;
	struct http_request *request;
	int64_t station_id;
	struct window *window; /* it is under way in; NULL: in none */
	bool has_failed;
	const json_t *claim; /* the act; NULL: to sign in. The request's */
	char *session;       /* the station's token, of an act that of its person */
	char *badge;
	char pin[PIN_MAX + 1];
	char token[TOKEN_LEN + 1];
	char *nonce;
};

/* NULL: there are too many stations. */
static struct window *window_get(struct sessions *sessions, int64_t station_id)
{
	for (size_t i = 0; i < SESSIONS_WINDOWS_MAX; i++) {
		struct window *window = &sessions->windows[i];

		if (window->station_id == station_id)
			return window;
		if (window->station_id != 0)
			continue;
		window_begin(window, station_id);
		return window;
	}
	return NULL;
}

static void sign_in_done(struct sign_in *in)
{
	if (in->window)
		window_leave(in->window, in->has_failed, loop_now_ms(in->core->loop));
	in->window = NULL;
	sodium_memzero(in->pin, sizeof(in->pin));
	sodium_memzero(in->token, sizeof(in->token));
	sodium_memzero(in->session, strlen(in->session));
}

static void sign_in_fail(struct sign_in *in, const struct err *err)
{
	sign_in_done(in);
	http_reply_not_stored(in->request, err);
}

static void on_signed_in(void *arg, const char *reply, const struct err *err)
{
	struct sign_in *in = arg;

	if (err) {
		sign_in_fail(in, err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

	in->has_failed = !reply_is_stored(json);
	if (!in->has_failed) {
		cache_add(in->core->sessions, in->token, in->station_id);
		http_add_cookie(in->request, "specimend_session", in->token);
		core_touch(in->core, in->station_id, TOUCH_SIGN_IN | TOUCH_VISIT);
	}
	sign_in_done(in);
	http_reply_json(in->request, 200, reply);
}

/* The act was judged: a PIN that was right is no failed try, whatever the database says to the act.
 */
static void on_seconded(void *arg, const char *reply, const struct err *err)
{
	struct sign_in *in = arg;

	if (err) {
		sign_in_fail(in, err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);

	if (reply_is_stored(json))
		core_touch(in->core, in->station_id, call_get(CALL_POLICY_SECOND)->touches);
	sign_in_done(in);
	http_reply_json(in->request, 200, reply);
}

static void sign_in_send(struct sign_in *in, enum call_no call, json_t *args_take, db_fn done)
{
	char request_id[UUID_LEN + 1];
	char *args = json_dumps(args_take, JSON_COMPACT);

	uuid_make(request_id);
	(void)db_send(in->core->db,
		&(struct db_call) {
			.call = call,
			.request_id = request_id,
			.session = in->session,
			.args = args,
			.order = (uint64_t)in->station_id,
		},
		done, in); /* the request waits for it */
	json_decref(args_take);
	free(args);
}

static void sign_in_end(struct sign_in *in, bool ok)
{
	char hash[TOKEN_LEN + 1];

	if (in->claim) {
		json_t *args = json_deep_copy(in->claim);

		json_object_set_new(args, "nonce", json_string(in->nonce));
		json_object_set_new(args, "ok", json_boolean(ok));
		sign_in_send(in, CALL_POLICY_SECOND, args, on_seconded);
		return;
	}
	token_make(in->token);
	token_hash(in->token, hash);
	sign_in_send(in, CALL_SIGN_IN,
		json_pack("{s:s,s:b,s:s}", "nonce", in->nonce, "ok", ok, "token_hash", hash),
		on_signed_in);
}

static void on_pin(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	struct sign_in *in = arg;

	(void)payloads;
	if (err) {
		in->has_failed = err->code == ERR_TIMEOUT; /* the press may be at it still */
		sign_in_fail(in, err);
		return;
	}
	bool is_match = json_is_true(json_object_get(body, "match"));

	in->has_failed = !is_match; /* also when the database does not get to say so */
	sign_in_end(in, is_match);
}

static void pin_ask(struct sign_in *in, const char *hash)
{
	uint64_t asked = role_ask(in->core->roles, ROLE_PRESS,
		json_pack("{s:s,s:s,s:s}", "do", "pin", "pin", in->pin, "hash", hash), NULL,
		PIN_TIMEOUT_MS, on_pin, in);
	struct err err = { 0 };

	sodium_memzero(in->pin, sizeof(in->pin));
	if (asked)
		return;
	err_set(&err, ERR_BUSY, "PINs cannot be checked just now");
	err_hint(&err, "try again in a few seconds");
	sign_in_fail(in, &err);
}

static void on_begun(void *arg, const char *reply, const struct err *err)
{
	struct sign_in *in = arg;

	if (err) {
		sign_in_fail(in, err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);
	const json_t *data = json_object_get(json, "data");
	const char *nonce = json_string_value(json_object_get(data, "nonce"));
	const char *hash = json_string_value(json_object_get(data, "pin_hash"));

	if (!nonce) { /* not a station's session any more: the database says what to do */
		sign_in_done(in);
		http_reply_json(in->request, 200, reply);
		return;
	}
	in->nonce = arena_strdup(http_arena(in->request), nonce);
	if (json_is_true(json_object_get(data, "pin_needed")))
		pin_ask(in, hash ? hash : PIN_HASH_OF_NOBODY);
	else
		sign_in_end(in, false);
}

static void on_station(void *arg, const struct session_who *who, const struct err *err)
{
	struct sign_in *in = arg;
	struct err refused = { 0 };

	if (err) {
		sign_in_fail(in, err);
		return;
	}
	if (who->station_id == 0) {
		sign_in_done(in);
		err_set(&refused, ERR_UNAUTHORIZED, "this page is not bound to a station");
		err_hint(&refused, "ask for a code: Set up, Pages");
		http_reply_err(in->request, &refused);
		return;
	}
	struct window *window = window_get(in->core->sessions, who->station_id);

	if (!window || !window_enter(window, loop_now_ms(in->core->loop))) {
		sign_in_done(in);
		refuse_too_many(in->request, "too many sign-ins failed at this station",
			"wait a minute, then scan the badge again");
		return;
	}
	in->window = window;
	in->station_id = who->station_id;
	sign_in_send(in, in->claim ? CALL_POLICY_SECOND_BEGIN : CALL_SIGN_IN_BEGIN,
		json_pack("{s:s}", "badge", in->badge), on_begun);
}

/* token: of a cookie; claim: as in struct sign_in. */
static void sign_in_begin(
	struct core *core, struct http_request *request, const char *token, const json_t *claim)
{
	const char *badge = body_text(request, "badge");
	const char *pin = body_text(request, "pin");
	struct sign_in *in = arena_alloc(http_arena(request), sizeof(*in));
	struct err err = { 0 };

	if (!token)
		err_set(&err, ERR_UNAUTHORIZED,
			claim ? "nobody is signed in here" : "this page is not bound to a station");
	else if (!badge || strlen(badge) > BADGE_MAX || (pin && strlen(pin) > PIN_MAX))
		err_set(&err, ERR_INVALID, "badge or PIN is missing or too long");
	else if (claim && !json_is_object(claim))
		err_set(&err, ERR_INVALID, "there is nothing to say yes to");
	if (err.code) {
		http_reply_err(request, &err);
		return;
	}
	in->core = core;
	in->request = request;
	in->claim = claim;
	in->session = arena_strdup(http_arena(request), token);
	in->badge = arena_strdup(http_arena(request), badge);
	(void)str_copy(in->pin, sizeof(in->pin), pin ? pin : ""); /* length was checked */
	session_station(core, token, on_station, in);
}

void session_handle_sign_in(void *core, struct http_request *request)
{
	sign_in_begin(core, request, http_token(request, "specimend_station"), NULL);
}

void session_handle_policy_second(void *core, struct http_request *request)
{
	const json_t *claim = json_object_get(http_json(request), "args");

	sign_in_begin(core, request, http_token(request, "specimend_session"),
		claim ? claim : json_null());
}
