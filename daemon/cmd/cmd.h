/*
 * A subcommand of `specimend`: a const struct in its own file, listed in main.c. Options are
 * `--name VALUE` or `--name` (no metavariable), the same everywhere; --config is every
 * subcommand's. A few take words besides.
 */
#ifndef SPECIMEND_CMD_CMD_H
#define SPECIMEND_CMD_CMD_H

#include "daemon/base/config.h"
#include "daemon/base/err.h"

#define CMD_OPTIONS_MAX 16
#define CMD_WORDS_MAX 2

struct cmd_option {
	const char *name;  /* without the dashes; NULL ends the list */
	const char *value; /* metavariable, or NULL when it takes no value */
	const char *help;
};

struct cmd_args {
	const struct config *config;
	const char *config_path;          /* NULL when no file was given */
	const char *words[CMD_WORDS_MAX]; /* what is no option, in order; NULL: not given */
	const struct cmd_option *options;
	const char *values[CMD_OPTIONS_MAX]; /* by position in options; "" for a given option
						without value */
};

struct cmd {
	const char *name;
	const char *usage; /* one line */
	size_t words_max;  /* words besides options that it takes, at most CMD_WORDS_MAX */
	const struct cmd_option *options;
	bool (*run)(const struct cmd_args *args,
		struct err *err); /* false: main says err and exits with its code */
};

/* The option's value, "" for one without value, NULL when it was not given. Names are our own. */
const char *cmd_option(const struct cmd_args *args, const char *name);

extern const struct cmd cmd_device;
extern const struct cmd cmd_export;
extern const struct cmd cmd_init;
extern const struct cmd cmd_operator;
extern const struct cmd cmd_run;
extern const struct cmd cmd_station_code;
extern const struct cmd cmd_verify;

#endif
