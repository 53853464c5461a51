/*
 * specimend verify: recomputes every chain and seal, of a database or of an exported file, and says
 * intact, pending, or where it breaks. specimend export: writes such a file, one JSON object a
 * line.
 */
#include "daemon/cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/cmd/custody_json.h"
#include "daemon/cmd/pq.h"
#include "daemon/custody/ledger.h"

#define PAGE_ROWS 1000
#define LINE_MAX_BYTES (1u << 20)
#define FINDINGS_SHOWN 20

DEFINE_AUTO(struct ledger, ledger_free)

/* What is done with each row: added to a ledger, or written as a line. */
struct sink {
	struct ledger *ledger; /* NULL: print */
	size_t rows;
};

static bool sink_add(struct sink *sink, const char *what, json_t *row, struct err *err)
{
	sink->rows++;
	if (!sink->ledger) {
		AUTO(json_decref) json_t *line = json_pack("{sO}", what, row);

		if (json_dumpf(line, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF)
			return err_set_errno(err, "writing the export");
		return true;
	}
	if (str_equal(what, "event")) {
		struct custody_event event;

		if (!custody_event_from_json(row, &event, err))
			return false;
		ledger_give_event(sink->ledger, &event);
		return true;
	}
	struct custody_seal seal;

	if (!custody_seal_from_json(row, &seal, err))
		return false;
	ledger_add_seal(sink->ledger, &seal);
	return true;
}

/* ---- from the database ---- */

/* What is true of the whole database. */
struct origin {
	int64_t node;
	int64_t refused; /* rows of other nodes that were not believed */
};

static json_t *reply_data(json_t *reply, const char *name)
{
	return json_object_get(json_object_get(reply, "data"), name);
}

static bool read_page(PGconn *conn, const char *sql, json_t *after, json_t **out, struct err *err)
{
	AUTO(json_decref) json_t *args = json_pack("{sO?si}", "after", after, "count", PAGE_ROWS);
	AUTO(char_free) char *text = json_dumps(args, 0);

	return pq_json(conn, sql, 1, (const char *const[]) { text }, out, err);
}

/* One page of events; *after moves on. */
static bool read_events(
	PGconn *conn, json_t **after, struct sink *sink, bool *out_more, struct err *err)
{
	AUTO(json_decref) json_t *reply = NULL;
	size_t i;
	json_t *row;

	if (!read_page(conn, "select api.custody_events(null, $1::jsonb)", *after, &reply, err))
		return false;
	json_t *rows = reply_data(reply, "events");

	json_array_foreach (rows, i, row) {
		if (!sink_add(sink, "event", row, err))
			return false;
		json_decref(*after);
		*after = json_incref(json_object_get(row, "event_id"));
	}
	*out_more = json_array_size(rows) > 0;
	return true;
}

static bool read_seals(PGconn *conn, json_t **after, struct sink *sink, struct origin *origin,
	bool *out_more, struct err *err)
{
	AUTO(json_decref) json_t *reply = NULL;
	size_t i;
	json_t *row;

	if (!read_page(conn, "select api.custody_seals(null, $1::jsonb)", *after, &reply, err))
		return false;
	json_t *rows = reply_data(reply, "seals");

	origin->node = json_integer_value(reply_data(reply, "node"));
	origin->refused = json_integer_value(reply_data(reply, "refused"));
	json_array_foreach (rows, i, row) {
		if (!sink_add(sink, "seal", row, err))
			return false;
		json_decref(*after);
		*after = json_pack("[OOOO]", json_object_get(row, "node"),
			json_object_get(row, "home"), json_object_get(row, "lab"),
			json_object_get(row, "no"));
	}
	*out_more = json_array_size(rows) > 0;
	return true;
}

/* Events and seals as of one moment. */
static bool read_database(
	const char *conninfo, struct sink *sink, struct origin *origin, struct err *err)
{
	AUTO(PQfinish) PGconn *conn = NULL;
	AUTO(json_decref) json_t *after_seal = NULL;
	AUTO(json_decref) json_t *after_event = NULL;
	bool more = true;

	if (!pq_connect(conninfo, &conn, err) ||
		!pq_exec(conn, "begin isolation level repeatable read read only", err))
		return false;
	while (more) {
		if (!read_seals(conn, &after_seal, sink, origin, &more, err))
			return false;
	}
	for (more = true; more;) {
		if (!read_events(conn, &after_event, sink, &more, err))
			return false;
	}
	return true;
}

/* ---- from a file ---- */

static bool read_line(const char *line, size_t len, struct sink *sink, struct err *err)
{
	json_error_t where;
	AUTO(json_decref) json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
	json_t *event = json_object_get(json, "event");
	json_t *seal = json_object_get(json, "seal");

	if (event)
		return sink_add(sink, "event", event, err);
	if (seal)
		return sink_add(sink, "seal", seal, err);
	return err_set(err, ERR_INVALID, "neither an event nor a seal");
}

static bool read_file(const char *path, struct sink *sink, struct err *err)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	bool ok = true;
	ssize_t len;

	if (!file)
		return err_set_errno(err, "'%s'", path);
	for (unsigned long no = 1; ok && (len = getline(&line, &cap, file)) > 0; no++) {
		ok = (size_t)len <= LINE_MAX_BYTES
			     ? read_line(line, (size_t)len, sink, err)
			     : err_set(err, ERR_TOO_LARGE, "the line is too long");
		if (!ok)
			err_wrap(err, "'%s' line %lu", path, no);
	}
	free(line);
	fclose(file);
	return ok;
}

/* ---- the verdict ---- */

struct shown {
	unsigned count;
};

static void show_finding(void *ctx, int64_t event_id, const char *where, const char *why)
{
	struct shown *shown = ctx;

	if (shown->count++ >= FINDINGS_SHOWN)
		return;
	if (event_id)
		printf("broken: event %" PRId64 " of %s: %s\n", event_id, where, why);
	else
		printf("broken: %s: %s\n", where, why);
}

/* "101:<64 hex>" */
static bool trust_key(struct ledger *ledger, const char *text, struct err *err)
{
	struct cursor cur = cursor_over(bytes_of_str(text));
	int64_t node = (int64_t)cursor_decimal(&cur);
	struct custody_hash key; /* as long as a key */

	cursor_expect(&cur, ":");
	if (!cursor_ok(&cur) || !custody_hash_parse(cursor_take_rest(&cur), &key, err))
		return err_set(err, ERR_USAGE, "--key takes NODE:64 hexadecimal digits");
	ledger_trust(ledger, node, key.bytes);
	return true;
}

static bool say_report(const struct ledger_report *report, int64_t refused, struct err *err)
{
	printf("%s: %zu events of %zu subjects, %zu seals", ledger_state_name(report->state),
		report->events, report->subjects, report->seals);
	if (report->events_unsealed > 0)
		printf("; %zu events wait for a seal", report->events_unsealed);
	if (report->links_pending > 0)
		printf("; %zu links to events that are not here yet", report->links_pending);
	if (report->seals_pending > 0)
		printf("; %zu seals over events that are not here yet", report->seals_pending);
	if (refused > 0)
		printf("; %" PRId64 " rows of other nodes were refused: look at custody.refused",
			refused);
	printf("\n");
	if (report->state != LEDGER_BROKEN)
		return true;
	err_set(err, ERR_CHECK_FAILED, "custody is broken in %zu places", report->findings);
	return err_hint(
		err, "keep this database as it is; compare it with a backup or another node");
}

static const struct cmd_option verify_options[] = {
	{ "database", "CONNINFO", "default: 'database' of the configuration" },
	{ "file", "FILE", "verify an export instead of a database" },
	{ "key", "NODE:HEX", "believe only this key for the node's seals" },
	{ 0 },
};

static bool run_verify(const struct cmd_args *args, struct err *err)
{
	AUTO(ledger_free) struct ledger *ledger = ledger_new();
	struct sink sink = { .ledger = ledger };
	struct ledger_report report;
	struct shown shown = { 0 };
	struct origin origin = { 0 };
	const char *key = cmd_option(args, "key");
	const char *file = cmd_option(args, "file");
	const char *database = cmd_option(args, "database");

	if (key && !trust_key(ledger, key, err))
		return false;
	if (file ? !read_file(file, &sink, err)
		 : !read_database(
			   database ? database : args->config->database, &sink, &origin, err))
		return false;
	ledger_verify(ledger, origin.node, show_finding, &shown, &report);
	return say_report(&report, origin.refused, err);
}

const struct cmd cmd_verify = {
	.name = "verify",
	.usage = "recompute chains and seals: intact, pending, or where it breaks",
	.options = verify_options,
	.run = run_verify,
};

static const struct cmd_option export_options[] = {
	{ "database", "CONNINFO", "default: 'database' of the configuration" },
	{ 0 },
};

static bool run_export(const struct cmd_args *args, struct err *err)
{
	struct sink sink = { 0 };
	struct origin origin;
	const char *database = cmd_option(args, "database");

	if (!read_database(database ? database : args->config->database, &sink, &origin, err))
		return false;
	return fflush(stdout) == 0 || err_set_errno(err, "writing the export");
}

const struct cmd cmd_export = {
	.name = "export",
	.usage = "write events and seals as JSON lines that anybody can verify",
	.options = export_options,
	.run = run_export,
};
