/* specimend station-code: opens one-time codes by which pages are bound to stations, and prints
 * them. */
#include "daemon/cmd/cmd.h"

#include <stdio.h>

#include "daemon/cmd/pq.h"

#define MINUTES_DEFAULT "60"

static const struct cmd_option options[] = {
	{ "database", "CONNINFO", "the cluster's owner; default: 'database' of the configuration" },
	{ "station", "STATION", "its code (T...) or its name; default: one code for each" },
	{ "minutes", "N", "how long it is good, 1 to 1440; default: " MINUTES_DEFAULT },
	{ 0 },
};

static bool run_station_code(const struct cmd_args *args, struct err *err)
{
	const char *database = cmd_option(args, "database");
	const char *minutes = cmd_option(args, "minutes");
	AUTO(PQfinish) PGconn *conn = NULL;
	AUTO(char_free) char *codes = NULL;

	if (!pq_connect(database ? database : args->config->database, &conn, err))
		return false;
	if (!pq_value(conn, "select clinic.station_codes($1, $2)", 2,
		    (const char *const[]) {
			    cmd_option(args, "station"), minutes ? minutes : MINUTES_DEFAULT },
		    &codes, err))
		return false;
	if (!codes)
		return err_set(err, ERR_NOT_FOUND, "there is no station yet");
	puts(codes);
	return true;
}

const struct cmd cmd_station_code = {
	.name = "station-code",
	.usage = "let a new page in: prints a one-time code for a station",
	.options = options,
	.run = run_station_code,
};
