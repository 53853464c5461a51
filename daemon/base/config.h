/*
 * The configuration file, the same for all roles: `key = value` lines, and lines that begin with
 * '#' are comments. A flag is yes or no; the limits of a text are its
 * length in bytes, those of a count its value. The table below is the reference:
 * `specimend --print-config` prints it and a test compares. Strings live as long as the struct
 * config.
 */
#ifndef SPECIMEND_BASE_CONFIG_H
#define SPECIMEND_BASE_CONFIG_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"

/*      member                type   default           smallest  largest   meaning */
/* clang-format off */
#define CONFIG_TABLE(X) \
	X(database,            text,  "host=/run/specimend dbname=specimend user=specimend", 0, 4096, \
		"libpq connection string of the node's PostgreSQL; empty: libpq's own defaults") \
	X(runtime_dir,         text,  "/run/specimend", 1, 4096, \
		"sockets of the roles; must be writable by the daemon only") \
	X(state_dir,           text,  "/var/lib/specimend", 1, 4096, \
		"seal key and other state of the daemon") \
	X(web_dir,             text,  SPECIMEND_DATADIR "/web", 1, 4096, \
		"the page's files, read once at start") \
	X(schema_dir,          text,  SPECIMEND_DATADIR "/schema", 1, 4096, \
		"migrations and functions that `specimend init` applies") \
	X(templates_dir,       text,  SPECIMEND_DATADIR "/templates", 1, 4096, \
		"label templates, read once at start of the press") \
	X(http_address,        text,  "127.0.0.1", 1, 4096, \
		"address that the page is served on") \
	X(http_port,           count, "8480", 0, 65535, \
		"TCP port of the page; 0 takes any") \
	X(http_names,          text,  "localhost 127.0.0.1 [::1]", 1, 4096, \
		"names that the page may be asked by, besides http_address; blanks between them") \
	X(mllp_address,        text,  "127.0.0.1", 1, 4096, \
		"address that HL7 orders are taken on") \
	X(mllp_port,           count, "8481", 0, 65535, \
		"TCP port of HL7 over MLLP; 0 takes none") \
	X(allow_virtual,       flag,  "no", 0, 0, \
		"virtual printers and scanners outside practice") \
	X(restart_ms,          count, "200", 10, 2000, \
		"first pause before `specimend run` restarts a role; doubles up to 2000") \
	X(seal_every_s,        count, "60", 1, 86400, \
		"longest time an event waits for its seal") \
	X(log_level,           count, "6", 3, 7, \
		"3 errors, 4 warnings, 5 notices, 6 information, 7 debugging")
/* clang-format on */

struct config {
#define CONFIG_MEMBER_text const char *
#define CONFIG_MEMBER_count unsigned
#define CONFIG_MEMBER_flag bool
#define CONFIG_MEMBER(member, type, def, min, max, help) CONFIG_MEMBER_##type member;
	CONFIG_TABLE(CONFIG_MEMBER)
#undef CONFIG_MEMBER
	char *owned[32]; /* the texts that were read, for config_done */
};

#define CONFIG_FILE_MAX 65536

/* All defaults. */
void config_init(struct config *config);
void config_done(struct config *config);

/*
 * Reads text over what is there. Fails with ERR_INVALID naming the line: an unknown key, one that
 * is given twice, a value out of its range, a control character.
 */
MUST_CHECK bool config_parse(struct config *config, struct bytes text, struct err *err);

/* Reads a file; ERR_NOT_FOUND or ERR_INVALID with the file's name. */
MUST_CHECK bool config_load(struct config *config, const char *path, struct err *err);

/* The reference: every key with its meaning and default, as a file that parses. */
void config_print(struct buf *out);

#endif
