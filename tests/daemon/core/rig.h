/*
 * What the core's tests stand on: a private PostgreSQL with tests/daemon/core/fake_api.sql, a loop
 * whose clock can be pushed, a whole core in this process, a fake bench and press over real link
 * sockets, and an HTTP client of raw bytes.
 */
#ifndef SPECIMEND_TESTS_CORE_RIG_H
#define SPECIMEND_TESTS_CORE_RIG_H

#include <libpq-fe.h>

#include "daemon/base/buf.h"
#include "daemon/core/core.h"
#include "daemon/link/link.h"
#include "daemon/loop/loop.h"

#define TOKEN_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* station 1 */
#define TOKEN_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" /* station 2 */
#define TOKEN_C \
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" /* operator at 1 */
#define STATION_A "Cookie: specimend_station=" TOKEN_A "\r\n"
#define STATION_B "Cookie: specimend_station=" TOKEN_B "\r\n"
#define OPERATOR_C "Cookie: specimend_session=" TOKEN_C "; specimend_station=" TOKEN_A "\r\n"

struct rig {
	struct loop *loop;
	PGconn *pg; /* the test's own, synchronous */
	char dir[64];
	struct config config;
	struct core *core;
};

/* Runs this program again below tests/pg/run unless it already is. Call first in main. */
void rig_begin(char **argv);

struct rig *rig_new(void); /* database and loop; ends the program when it cannot */
void rig_free(struct rig *rig);
void rig_core_start(struct rig *rig); /* and waits until its session is open */
void rig_core_stop(struct rig *rig);

/* Another core on the same database and loop, with a directory of its own in the first one's. Ended
 * by rig_second_end, before the first. */
void rig_second_begin(struct rig *first, struct rig *second);
void rig_second_end(struct rig *second);

/* Runs the loop until the condition holds; false after ten seconds. */
#define RIG_WAIT(rig, condition)                                           \
	__extension__({                                                    \
		int64_t rig_end_ = rig_deadline();                         \
		bool rig_ok_;                                              \
		while (!(rig_ok_ = (condition)) && rig_may_wait(rig_end_)) \
			loop_step((rig)->loop, 5);                         \
		rig_ok_;                                                   \
	})
int64_t rig_deadline(void);
bool rig_may_wait(int64_t deadline);

void rig_run_ms(struct rig *rig, int ms); /* of the real clock */
void rig_push_ms(int64_t ms);             /* the loop's clock jumps on */

/* First cell as text in a static buffer, "" for null or none; an error ends the program. */
const char *rig_sql(struct rig *rig, const char *sql);

/* ---- HTTP ---- */

struct client {
	int fd;
	struct buf in;
	bool closed;
};

void client_open(struct rig *rig, struct client *client);
void client_done(struct client *client);
void client_send(struct client *client, struct bytes bytes);
void client_poll(struct client *client); /* takes what has come */

/* One request, its whole answer (head and body); static buffer. */
const char *http_ask(struct rig *rig, const char *raw);
const char *http_get(struct rig *rig, const char *path, const char *fields);
const char *http_post(struct rig *rig, const char *path, const char *fields, const char *body);
unsigned http_status(const char *answer);

/* ---- roles ---- */

struct role {
	struct rig *rig;
	struct link *link;
	char name[8];
	char path[96];
	char start_id[LINK_START_ID_LEN + 1];
	unsigned hellos;
	json_t *requests; /* array of {"do"...}, in order */
	json_t *jobs;     /* for hello */
	/* fake bench */
	int64_t counter;
	const char *state;      /* of its printer */
	bool may_hold;          /* a whole label */
	const char *plug;       /* of its printer; NULL: nothing tells it from others */
	bool is_half_silent;    /* silent, but one question was answered */
	bool stands;            /* answers nothing at all */
	bool is_deaf;           /* does not answer print, pass_on, label or pin */
	const char *print_code; /* answers print and pass_on with ok: false and this code; NULL: ok
				 */
	/* fake press */
	bool fails_label;  /* and a preview and a paper */
	size_t label_len;  /* a label's bytes have blanks behind them, so many in all; 0: none */
	bool has_no_paper; /* answers a paper with an empty PDF, a code for the screen without it */
};

void role_start(struct rig *rig, struct role *role, const char *name, unsigned start_no);
void role_stop(struct role *role);
size_t role_asked(const struct role *role, const char *what); /* how often */
json_t *role_last(const struct role *role, const char *what); /* borrowed, NULL: never */
uint64_t role_report(struct role *role, json_t *body_take);
uint64_t role_report_scan(struct role *role, unsigned counter, int64_t device_id, const char *text);
uint64_t role_report_print(
	struct role *role, int64_t print_job_id, const char *state, int64_t counter);

#endif
