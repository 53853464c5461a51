/* What the server says by an SQLSTATE: what becomes of the call, and what a person can do. */
#include "daemon/base/bytes.h"
#include "daemon/base/str.h"
#include "daemon/core/db_inside.h"

#define SQLSTATE_LEN 5
#define AGAIN "scan or press again"
#define LENT "a connection pooler lends specimend's connections to others"
#define DIRECTLY                                                                                \
	"set 'database' to PostgreSQL itself, or the pooler to session mode; no label is sent " \
	"until then"
#define LOOK "look at PostgreSQL's log"

/* First match wins. Source: PostgreSQL 15, Appendix A, error codes. */
/* clang-format off */
static const struct sqlstate_row rows[] = {
	{ "40001", OUTCOME_RETRY, ERR_BUSY, "the same records are being changed by others", AGAIN },
	{ "40P01", OUTCOME_RETRY, ERR_BUSY, "the same records are being changed by others", AGAIN },
	{ "57P0", OUTCOME_LOST, ERR_DB_UNAVAILABLE, "the database is being shut down or starts", "wait a minute; if it stays so, " LOOK },
	{ "08", OUTCOME_LOST, ERR_DB_UNAVAILABLE, "the connection to the database broke", AGAIN },
	{ "57014", OUTCOME_FAIL, ERR_TIMEOUT, "the database took too long and gave up", AGAIN },
	{ "57", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database was interrupted", AGAIN },
	{ "55P03", OUTCOME_FAIL, ERR_BUSY, "the same records are being changed by others", AGAIN },
	{ "53100", OUTCOME_REFUSE, ERR_DB_UNAVAILABLE, "the database's disk is full", "make room on it: whoever looks after specimend" },
	{ "53300", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database has no connection left", "end what holds them, or raise max_connections: each core needs 11" },
	{ "53", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database is out of memory or connections", AGAIN "; if it stays so, " LOOK },
	{ "58", OUTCOME_REFUSE, ERR_DB_UNAVAILABLE, "the database's disk fails", LOOK " and at its disk" },
	{ "25006", OUTCOME_REFUSE, ERR_DB_UNAVAILABLE, "the database takes no writes now", "it is a standby or read-only: promote it, or set 'database' to the one that is written to" },
	{ "26000", OUTCOME_LENT, ERR_DB_UNAVAILABLE, LENT, DIRECTLY },
	{ "42P05", OUTCOME_LENT, ERR_DB_UNAVAILABLE, LENT, DIRECTLY },
	{ "28", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database does not let specimend in", "set role and password in 'database', or pg_hba.conf, right; PostgreSQL's log says which" },
	{ "3D000", OUTCOME_FAIL, ERR_DB_UNAVAILABLE, "the database is not there", "restore it, or set 'database' to its name" },
	{ "", OUTCOME_FAIL, ERR_INTERNAL, "the database refused a call", "tell whoever looks after specimend" },
};
/* clang-format on */

const struct sqlstate_row *sqlstate_find(const char *sqlstate)
{
	for (size_t i = 0; i < ARRAY_LEN(rows) - 1; i++) {
		if (str_has_prefix(sqlstate, rows[i].prefix))
			return &rows[i];
	}
	return &rows[ARRAY_LEN(rows) - 1];
}

const struct sqlstate_row *lent_row(void)
{
	return sqlstate_find("26000");
}

/* "...FATAL:  53300: sorry, ..."; its words are translated, the code is not. NULL: none. */
static const char *sqlstate_in(const char *message)
{
	static const char upper[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (const char *at = strstr(message, ":  "); at; at = strstr(at + 1, ":  ")) {
		const char *code = at + strlen(":  ");

		if (strspn(code, upper) == SQLSTATE_LEN && code[SQLSTATE_LEN] == ':')
			return code;
	}
	return NULL;
}

void conn_away(const char *message, struct err *out)
{
	const char *sqlstate = sqlstate_in(message);
	const struct sqlstate_row *row = sqlstate ? sqlstate_find(sqlstate) : NULL;

	*out = (struct err) { 0 };
	if (row && row->code == ERR_DB_UNAVAILABLE) {
		err_set(out, row->code, "%s", row->message);
		err_hint(out, "%s", row->hint);
		return;
	}
	err_set(out, ERR_DB_UNAVAILABLE, "the database cannot be reached");
	err_hint(out, "see that PostgreSQL runs and that 'database' is right; specimend's log says "
		      "more");
}
