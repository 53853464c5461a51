/*
 * Orders from outside: the MLLP listener (mllp.h) tied to the database by a service session of its
 * own. Knows nothing of what a message says; tells the pages that the list of due collections
 * moved.
 */
#ifndef SPECIMEND_CORE_ORDERS_H
#define SPECIMEND_CORE_ORDERS_H

#include "daemon/core/core.h"

struct orders;

/* Listens at mllp_address:mllp_port; with port 0 *out is NULL and no order is taken. */
MUST_CHECK bool orders_new(struct core *core, struct orders **out, struct err *err);

/* Ends the listener and its connections. Accepts NULL. After db_close. */
void orders_free(struct orders *orders);

/* The database does not know the session any more: the next orders_kick opens another. Accepts
 * NULL.
 */
void orders_session_lost(struct orders *orders);

/* The database is there: opens the service session unless it is open. Accepts NULL. */
void orders_kick(struct orders *orders);

#endif
