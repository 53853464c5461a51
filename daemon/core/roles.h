/*
 * The core's ends of the links: bench and press connect here. Which is there, asking them, and
 * passing on what they say. A newer connection of a role replaces the older one.
 *
 * A bench whose process stands still keeps its link: it is asked something every BENCH_ASK_MS, and
 * when it says nothing for BENCH_ANSWER_MS the pages are told that it is away, within 2 s in all,
 * until it answers again. The press is not asked: its jobs take as long as they take.
 */
#ifndef SPECIMEND_CORE_ROLES_H
#define SPECIMEND_CORE_ROLES_H

#include "daemon/core/core.h"

#define BENCH_ASK_MS 500
#define BENCH_ANSWER_MS 1000

enum role_no {
	ROLE_BENCH,
	ROLE_PRESS,
	ROLE_COUNT,
};

struct roles;

/* Listens on <runtime_dir>/core.sock. */
MUST_CHECK bool roles_new(struct core *core, struct roles **out, struct err *err);
void roles_free(struct roles *roles); /* accepts NULL */

bool role_is_here(const struct roles *roles, enum role_no role);
const char *role_start_id(const struct roles *roles, enum role_no role); /* "" when not here */

/*
 * Asks a role. body is taken. fn is called exactly once, later. When the role is not here the
 * result is 0 and fn is not called.
 */
uint64_t role_ask(struct roles *roles, enum role_no role, json_t *body_take,
	const struct link_payloads *payloads, int64_t timeout_ms, link_reply_fn fn, void *arg);

/* A report of this bench (its start id) needs no re-send any more. */
void role_ack(struct roles *roles, const char *start_id, uint64_t report_id);

#endif
