/*
 * specimend init: makes a database a node. Numbered migrations are applied once, each in a
 * transaction of its own, and remembered with their SHA-256; the functions and roles are applied
 * each time; the label templates of the release become versions (ship.h). May be run again at any
 * time; also how an upgrade reaches the database.
 */
#include "daemon/cmd/cmd.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/cmd/pq.h"
#include "daemon/cmd/ship.h"

#define SQL_FILE_MAX (1 << 20)
#define PRACTICE_NODE "8191"
#define PRACTICE_BLOCKS "900-999"

/* One init at a time; the number is only a name. */
#define INIT_LOCK "select pg_advisory_lock(5370658273)"

struct init {
	PGconn *conn;
	const char *schema_dir;
	unsigned applied;
};

static bool read_sql(const char *path, struct buf *out, struct err *err)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return err_set_errno(err, "'%s'", path);
	size_t n;

	do {
		n = fread(buf_grow(out, 8192), 1, 8192, file);
		out->len -= 8192 - n;
		out->data[out->len] = 0;
	} while (n > 0 && out->len <= SQL_FILE_MAX);
	bool ok = !ferror(file);

	fclose(file);
	if (!ok || out->len > SQL_FILE_MAX)
		return err_set(err, ERR_IO, "'%s' cannot be read whole", path);
	return true;
}

/* Applies the text and one more statement in one transaction. */
static bool apply_text(struct init *init, const char *path, const struct buf *sql, const char *also,
	struct err *err)
{
	AUTO_BUF whole = { 0 };

	buf_add_str(&whole, "begin;\n");
	buf_add(&whole, buf_bytes(sql));
	buf_addf(&whole, "\n;%s;\ncommit;", also);
	if (pq_exec(init->conn, buf_str(&whole), err))
		return true;
	PQclear(PQexec(init->conn, "rollback")); /* the first error is the one to tell */
	return err_wrap(err, "'%s'", path);
}

static bool migration_is_applied(
	struct init *init, const char *no, const char *sha256, bool *out, struct err *err)
{
	AUTO(char_free) char *table = NULL;
	AUTO(char_free) char *known = NULL;

	*out = false;
	if (!pq_value(init->conn, "select to_regclass('custody.schema_migration')::text", 0, NULL,
		    &table, err))
		return false;
	if (!table)
		return true;
	if (!pq_value(init->conn, "select sha256 from custody.schema_migration where no = $1::int",
		    1, (const char *const[]) { no }, &known, err))
		return false;
	if (known && !str_equal(known, sha256)) {
		err_set(err, ERR_CONFLICT, "migration %s was changed after it was applied", no);
		return err_hint(
			err, "use the release that this database was made with, or a newer one");
	}
	*out = known != NULL;
	return true;
}

static bool apply_migration(struct init *init, const char *name, struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", init->schema_dir, name);
	AUTO_BUF sql = { 0 };
	uint8_t hash[crypto_hash_sha256_BYTES];
	char sha256[2 * crypto_hash_sha256_BYTES + 1];
	char no[5] = { 0 };
	bool done;

	if (!read_sql(path, &sql, err))
		return false;
	crypto_hash_sha256(hash, sql.data, sql.len);
	sodium_bin2hex(sha256, sizeof(sha256), hash, sizeof(hash));
	memcpy(no, name, sizeof(no) - 1);
	if (!migration_is_applied(init, no, sha256, &done, err))
		return false;
	if (done)
		return true;
	/* the name is ours: four digits, then letters, digits and '_' (see is_migration) */
	AUTO(char_free)
	char *record = xasprintf("insert into custody.schema_migration (no, name, sha256) values "
				 "(%s::int, '%s', '%s')",
		no, name, sha256);

	init->applied++;
	return apply_text(init, path, &sql, record, err);
}

static bool apply_again(struct init *init, const char *name, struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", init->schema_dir, name);
	AUTO_BUF sql = { 0 };

	return read_sql(path, &sql, err) && apply_text(init, path, &sql, "", err);
}

static bool is_sql(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++) {
		if (!char_is_digit((unsigned char)name[i]) && name[i] != '_' && name[i] != '.' &&
			!(name[i] >= 'a' && name[i] <= 'z'))
			return false;
	}
	return len > 4 && str_equal(name + len - 4, ".sql") && name[0] != '.';
}

static bool is_migration(const char *name)
{
	for (size_t i = 0; i < 4; i++) {
		if (!char_is_digit((unsigned char)name[i]))
			return false;
	}
	return name[4] == '_' && is_sql(name);
}

static int select_migration(const struct dirent *entry)
{
	return is_migration(entry->d_name);
}

static int select_sql(const struct dirent *entry)
{
	return is_sql(entry->d_name);
}

/* Applies the files of schema_dir/folder (or schema_dir itself for NULL) in order of name. */
static bool apply_folder(struct init *init, const char *folder,
	int (*select)(const struct dirent *),
	bool (*apply)(struct init *, const char *, struct err *), struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", init->schema_dir, folder ? folder : ".");
	struct dirent **entries;
	int count = scandir(path, &entries, select, alphasort);
	bool ok = true;

	if (count < 0)
		return err_set_errno(err, "schema '%s'", path);
	if (count == 0)
		ok = err_set(err, ERR_NOT_FOUND, "schema '%s' holds no files", path);
	for (int i = 0; i < count; i++) {
		AUTO(char_free)
		char *name = xasprintf(
			"%s%s%s", folder ? folder : "", folder ? "/" : "", entries[i]->d_name);

		ok = ok && apply(init, name, err);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

static bool apply_schema(struct init *init, struct err *err)
{
	/* bodies name what later files make; the tests call every function */
	return pq_exec(init->conn,
		       "set client_min_messages = warning; set check_function_bodies = off", err) &&
	       pq_exec(init->conn, INIT_LOCK, err) &&
	       apply_folder(init, NULL, select_migration, apply_migration, err) &&
	       apply_folder(init, "custody", select_sql, apply_again, err) &&
	       apply_folder(init, "clinic", select_sql, apply_again, err) &&
	       apply_folder(init, "api", select_sql, apply_again, err) &&
	       apply_again(init, "roles.sql", err);
}

/* "101,110-119" -> "{101,110,...}"; the database says which blocks a node may have. */
static bool blocks_parse(const char *text, struct buf *out, struct err *err)
{
	AUTO(char_free) char *copy = xstrdup(text);
	char *save = NULL;

	buf_add_byte(out, '{');
	for (char *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
		char *dash = strchr(part, '-');
		uint64_t first;
		uint64_t last;

		if (dash)
			*dash = 0;
		if (!uint_parse(bytes_of_str(part), 0, 999, &first, err) ||
			!uint_parse(bytes_of_str(dash ? dash + 1 : part), first, 999, &last, err))
			return err_wrap(err, "id blocks '%s'", text);
		for (uint64_t block = first; block <= last; block++)
			buf_addf(out, "%s%llu", out->len > 1 ? "," : "", (unsigned long long)block);
	}
	buf_add_byte(out, '}');
	return true;
}

static bool make_node(
	struct init *init, const char *node, bool practice, const char *blocks, struct err *err)
{
	AUTO_BUF list = { 0 };
	AUTO(char_free) char *ignored = NULL;

	if (!blocks_parse(blocks, &list, err))
		return false;
	return pq_value(init->conn, "select custody.node_init($1::int, $2::bool, $3::int[])", 3,
		(const char *const[]) { node, practice ? "t" : "f", buf_str(&list) }, &ignored,
		err);
}

/* What whoever brings a database up to date must know: not all of its pages were let in by
 * somebody. */
static bool tell_pages(struct init *init, struct err *err)
{
	AUTO(char_free) char *waiting = NULL;

	if (!pq_value(
		    init->conn, "select nullif(clinic.pages_waiting(), 0)", 0, NULL, &waiting, err))
		return false;
	if (waiting)
		printf("pages bound before there were codes: %s; they work on, and ask for the PIN "
		       "until an administrator keeps them or takes them away: Set up, Pages\n",
			waiting);
	return true;
}

static const struct cmd_option options[] = {
	{ "database", "CONNINFO", "the cluster's owner; default: 'database' of the configuration" },
	{ "node", "N", "number of this node, 1-8190" },
	{ "blocks", "LIST", "id blocks it issues, such as 101 or 101,110-119" },
	{ "practice", NULL,
		"a practice database (node " PRACTICE_NODE ", blocks " PRACTICE_BLOCKS
		") with a small clinic" },
	{ 0 },
};

static bool run_init(const struct cmd_args *args, struct err *err)
{
	bool practice = cmd_option(args, "practice") != NULL;
	const char *node = practice ? PRACTICE_NODE : cmd_option(args, "node");
	const char *blocks = practice ? PRACTICE_BLOCKS : cmd_option(args, "blocks");
	const char *database = cmd_option(args, "database");
	AUTO(PQfinish) PGconn *conn = NULL;

	if (!node || !blocks)
		return err_set(err, ERR_USAGE, "init needs --practice, or --node and --blocks");
	if (!pq_connect(database ? database : args->config->database, &conn, err))
		return false;
	struct init init = { .conn = conn, .schema_dir = args->config->schema_dir };

	if (!apply_schema(&init, err) || !make_node(&init, node, practice, blocks, err))
		return false;
	if (practice && !apply_folder(&init, "practice", select_sql, apply_again, err))
		return false;
	if (!ship_templates(conn, args->config->templates_dir, err))
		return false;
	printf("node %s: %u migrations applied, functions and roles up to date\n", node,
		init.applied);
	return tell_pages(&init, err);
}

const struct cmd cmd_init = {
	.name = "init",
	.usage = "make a database a node, or bring it up to date",
	.options = options,
	.run = run_init,
};
