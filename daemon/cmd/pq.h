/*
 * Blocking libpq for the subcommands: each is one person at a terminal, no loop. The core's own
 * connections are asynchronous (daemon/core/db.h).
 */
#ifndef SPECIMEND_CMD_PQ_H
#define SPECIMEND_CMD_PQ_H

#include <jansson.h>
#include <libpq-fe.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/err.h"

#define PQ_CONNECT_TIMEOUT_S "10"

DEFINE_AUTO(PGconn, PQfinish)
DEFINE_AUTO(PGresult, PQclear)

/* Connects; ERR_DB_UNAVAILABLE with libpq's words. The connection is yours (PQfinish). */
MUST_CHECK bool pq_connect(const char *conninfo, PGconn **out, struct err *err);

/* Runs statements without parameters, results ignored. ERR_INVALID with the server's message. */
MUST_CHECK bool pq_exec(PGconn *conn, const char *sql, struct err *err);

/*
 * Runs one statement with text parameters that gives one row of one column.
 *
 * out   the text, or NULL when the value is null or there is no row; yours (free)
 */
MUST_CHECK bool pq_value(PGconn *conn, const char *sql, int count, const char *const *params,
	char **out, struct err *err);

/* As pq_value, for a statement that gives JSON; out is yours (json_decref). */
MUST_CHECK bool pq_json(PGconn *conn, const char *sql, int count, const char *const *params,
	json_t **out, struct err *err);

#endif
