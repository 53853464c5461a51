/* Blocking libpq for the subcommands. */
#include "daemon/cmd/pq.h"

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

static bool pq_failed(enum err_code code, const char *words, struct err *err)
{
	char *text = xstrdup(words);
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		text[--len] = 0;
	for (char *at = strchr(text, '\n'); at; at = strchr(at, '\n'))
		*at = ' ';
	err_set(err, code, "database: %s", text);
	free(text);
	return false;
}

bool pq_connect(const char *conninfo, PGconn **out, struct err *err)
{
	const char *const keys[] = { "connect_timeout", "dbname", "application_name", NULL };
	const char *const values[] = { PQ_CONNECT_TIMEOUT_S, conninfo, "specimend", NULL };
	PGconn *conn = PQconnectdbParams(keys, values, 1);

	if (PQstatus(conn) != CONNECTION_OK) {
		pq_failed(ERR_DB_UNAVAILABLE, PQerrorMessage(conn), err);
		PQfinish(conn);
		return err_hint(err, "is PostgreSQL running, and is 'database' right?");
	}
	*out = conn;
	return true;
}

bool pq_exec(PGconn *conn, const char *sql, struct err *err)
{
	AUTO(PQclear) PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
		return true;
	return pq_failed(ERR_INVALID, PQerrorMessage(conn), err);
}

bool pq_value(PGconn *conn, const char *sql, int count, const char *const *params, char **out,
	struct err *err)
{
	AUTO(PQclear)
	PGresult *result = PQexecParams(conn, sql, count, NULL, params, NULL, NULL, 0);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return pq_failed(ERR_INVALID, PQerrorMessage(conn), err);
	bool has = PQntuples(result) == 1 && PQnfields(result) == 1 && !PQgetisnull(result, 0, 0);

	*out = has ? xstrdup(PQgetvalue(result, 0, 0)) : NULL;
	return true;
}

bool pq_json(PGconn *conn, const char *sql, int count, const char *const *params, json_t **out,
	struct err *err)
{
	AUTO(char_free) char *text = NULL;
	json_error_t where;

	if (!pq_value(conn, sql, count, params, &text, err))
		return false;
	json_t *json = text ? json_loads(text, JSON_REJECT_DUPLICATES, &where) : NULL;

	if (!json)
		return err_set(err, ERR_INTERNAL, "database: the answer to '%s' is not JSON", sql);
	*out = json;
	return true;
}
