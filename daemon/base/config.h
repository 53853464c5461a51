/*
 * The configuration file, the same for all roles: `key = value` lines, '#' comments. The table in
 * config.c is the reference: `specimend --print-config` prints it and a test compares.
 * Strings live as long as the struct config.
 */
#ifndef SPECIMEND_BASE_CONFIG_H
#define SPECIMEND_BASE_CONFIG_H

#include "daemon/base/buf.h"
#include "daemon/base/err.h"

/*      member                type   default                       meaning */
/* clang-format off */
#define CONFIG_TABLE(X) \
	X(database,            text,  "host=/run/specimend dbname=specimend user=specimend", \
		"libpq connection string of the node's PostgreSQL") \
	X(runtime_dir,         text,  "/run/specimend", \
		"sockets of the roles; must be writable by the daemon only") \
	X(state_dir,           text,  "/var/lib/specimend", \
		"seal key and other state of the daemon") \
	X(web_dir,             text,  SPECIMEND_DATADIR "/web", \
		"the page's files, read once at start") \
	X(schema_dir,          text,  SPECIMEND_DATADIR "/schema", \
		"migrations and functions that `specimend init` applies") \
	X(http_address,        text,  "127.0.0.1", \
		"address that the page is served on") \
	X(http_port,           count, "8480", \
		"TCP port of the page") \
	X(mllp_address,        text,  "127.0.0.1", \
		"address that HL7 orders are taken on") \
	X(mllp_port,           count, "8481", \
		"TCP port of HL7 over MLLP; 0 takes none") \
	X(allow_virtual,       flag,  "no", \
		"virtual printers and scanners outside practice") \
	X(restart_ms,          count, "200", \
		"first pause before `specimend run` restarts a role; doubles up to 2000") \
	X(seal_every_s,        count, "60", \
		"longest time an event waits for its seal") \
	X(log_level,           count, "6", \
		"3 errors, 4 warnings, 5 notices, 6 information, 7 debugging")
/* clang-format on */

struct config {
#define CONFIG_MEMBER_text const char *
#define CONFIG_MEMBER_count unsigned
#define CONFIG_MEMBER_flag bool
#define CONFIG_MEMBER(member, type, def, help) CONFIG_MEMBER_##type member;
	CONFIG_TABLE(CONFIG_MEMBER)
#undef CONFIG_MEMBER
	char *owned[32]; /* the texts that were read, for config_done */
};

#define CONFIG_FILE_MAX 65536

/* All defaults. */
void config_init(struct config *config);
void config_done(struct config *config);

/* Reads text over what is there. Fails with ERR_INVALID naming line and key. */
MUST_CHECK bool config_parse(struct config *config, struct bytes text, struct err *err);

/* Reads a file; ERR_NOT_FOUND or ERR_INVALID with the file's name. */
MUST_CHECK bool config_load(struct config *config, const char *path, struct err *err);

/* The reference: every key with its meaning and default, as a file that parses. */
void config_print(struct buf *out);

#endif
