/*
 * The core: one thread, one loop; everything that decides. This file hangs the parts together and
 * keeps what they share: who we are, what is healthy, the service session. Each part knows the
 * others only through this root.
 */
#ifndef SPECIMEND_CORE_CORE_H
#define SPECIMEND_CORE_CORE_H

#include <jansson.h>

#include "daemon/base/config.h"
#include "daemon/core/db.h"
#include "daemon/core/feed.h"
#include "daemon/core/files.h"
#include "daemon/core/host.h"
#include "daemon/core/http.h"
#include "daemon/link/link.h"
#include "daemon/loop/loop.h"

enum health_part {
	HEALTH_CORE,
	HEALTH_BENCH,
	HEALTH_PRESS,
	HEALTH_DATABASE,
	HEALTH_COUNT,
};

struct health {
	bool is_ok;
	int64_t since_us; /* wall clock, when that began */
	struct err why;   /* while it is not, for the pages; no code: nothing more is known */
};

struct core {
	struct loop *loop;
	const struct config *config;
	char start_id[LINK_START_ID_LEN + 1];
	char host[HOST_ID_LEN + 1];     /* which installation: host.h */
	char token[HTTP_TOKEN_LEN + 1]; /* of the service session; good when is_open */
	unsigned session_no; /* counts the sessions opened: what was opened by an older one is lost
			      */
	bool is_open;
	bool is_opening;
	bool is_ending;
	struct health health[HEALTH_COUNT];
	struct db *db;
	struct feed *feed;
	struct files *files;
	struct http *http;
	struct roles *roles;
	struct sessions *sessions;
	struct devices *devices;
	struct talks *talks;
	struct found *found;
	struct kept *kept;
	struct truths *truths;
	struct stations *stations;
	struct printing *printing;
	struct virtuals *virtuals;
	struct sealer *sealer;
	struct orders *orders; /* NULL when none are taken */
	struct loop_handle *open_timer;
	struct loop_handle *write_timer; /* armed: the database takes no writes */
};

/*
 * Starts all parts: page files, link socket, HTTP; the database and the roles come when they come.
 *
 * config  borrowed for the core's life
 *
 * Fails with the part's own error; what was started is ended again.
 */
MUST_CHECK bool core_new(
	struct loop *loop, const struct config *config, struct core **out, struct err *err);

/* Ends everything; answers and streams that are open end too. Accepts NULL. */
void core_free(struct core *core);

/* Says that a part is or is not well; a change is published and logged. why: for the log, or NULL.
 */
void core_health_set(struct core *core, enum health_part part, bool is_ok, const char *why);

/* It is not, and this is why, for the pages too; detail: for the log, or "". */
void core_health_trouble(
	struct core *core, enum health_part part, const struct err *why, const char *detail);

/* {"core": {"ok", "since", and when it is known why not "message", "hint"}, ...}, yours to free. */
char *core_health_json(const struct core *core);

/* Publishes what a stored call made stale. touches: TOUCH_ bits of calls.h. */
void core_touch(struct core *core, int64_t station_id, unsigned touches);

/*
 * The other stations at which whoever was answered works too (data.also_at), at most max of them.
 * Gives how many.
 */
size_t core_also_at(const json_t *reply, int64_t *out, size_t max);

#define ALSO_AT_MAX 8

/* Their pages read the visit again. */
void core_touch_also(struct core *core, const json_t *reply);

/* TOUCH_CUSTODY when the reply of an act or scan says so (data.touched), else TOUCH_NONE. */
unsigned core_touches_of(const json_t *reply);

/*
 * Calls as the core's own service session; done is called once, later, or never when the core
 * ends. A writing call gets
 * request_id, or a random one when that is NULL. args is taken.
 *
 * A reply that the core is not allowed this means that the database does not know the session any
 * more (it was made anew, say): another is opened, for orders and every station too. The reply goes
 * to done all the same.
 */
void core_call(struct core *core, enum call_no call, const char *request_id, json_t *args_take,
	uint64_t order, db_fn done, void *arg);

/* The code of a reply is this one. reply may be NULL. */
bool core_reply_is(const char *reply, const char *code);

#endif
