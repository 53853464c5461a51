/* specimend: finds the subcommand, reads the configuration, says what went wrong. */
#include <stdio.h>

#include <sodium.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/cmd/cmd.h"

static const struct cmd *const cmds[] = {
	&cmd_run,
	&cmd_init,
	&cmd_operator,
	&cmd_station_code,
	&cmd_device,
	&cmd_verify,
	&cmd_export,
};

const char *cmd_option(const struct cmd_args *args, const char *name)
{
	for (size_t i = 0; args->options && args->options[i].name; i++) {
		if (str_equal(args->options[i].name, name))
			return args->values[i];
	}
	return NULL;
}

static void print_usage(FILE *out)
{
	fputs("usage: specimend COMMAND [--config FILE] [OPTION ...]\n"
	      "       specimend --print-config | --version | --help\n\n",
		out);
	for (size_t i = 0; i < ARRAY_LEN(cmds); i++) {
		fprintf(out, "  %-12s %s\n", cmds[i]->name, cmds[i]->usage);
		for (const struct cmd_option *option = cmds[i]->options; option && option->name;
			option++) {
			char text[40];

			(void)snprintf(text, sizeof(text), "--%s %s", option->name,
				option->value ? option->value : "");
			fprintf(out, "      %-24s %s\n", text, option->help);
		}
	}
}

static const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(cmds); i++) {
		if (str_equal(cmds[i]->name, name))
			return cmds[i];
	}
	return NULL;
}

static const struct cmd_option config_option = { "config", "FILE", "configuration file" };

/* What is no option, if one more is taken. */
static bool read_word(const struct cmd *cmd, struct cmd_args *args, const char *word)
{
	size_t count = 0;

	while (count < cmd->words_max && args->words[count])
		count++;
	if (count == cmd->words_max || str_has_prefix(word, "--"))
		return false;
	args->words[count] = word;
	return true;
}

/* One "--name [VALUE]" at argv[*at]; moves *at on. */
static bool read_option(struct cmd_args *args, int argc, char **argv, int *at, struct err *err)
{
	const char *word = argv[(*at)++];
	const struct cmd_option *option = NULL;
	const char **value = NULL;

	if (str_has_prefix(word, "--") && str_equal(word + 2, config_option.name)) {
		option = &config_option;
		value = &args->config_path;
	}
	for (size_t i = 0; !option && args->options && args->options[i].name; i++) {
		if (str_has_prefix(word, "--") && str_equal(word + 2, args->options[i].name)) {
			option = &args->options[i];
			value = &args->values[i];
		}
	}
	if (!option)
		return err_set(err, ERR_USAGE, "unknown argument '%s'", word);
	if (option->value && *at == argc)
		return err_set(err, ERR_USAGE, "'%s' needs %s", word, option->value);
	*value = option->value ? argv[(*at)++] : "";
	return true;
}

static bool run(int argc, char **argv, struct config *config, struct err *err)
{
	const struct cmd *cmd = argc > 1 ? cmd_find(argv[1]) : NULL;

	if (!cmd) {
		err_set(err, ERR_USAGE, argc > 1 ? "unknown command '%s'" : "no command%s",
			argc > 1 ? argv[1] : "");
		return err_hint(err, "specimend --help lists them");
	}
	struct cmd_args args = { .config = config, .options = cmd->options };
	int at = 2;

	while (at < argc) {
		if (read_word(cmd, &args, argv[at]))
			at++;
		else if (!read_option(&args, argc, argv, &at, err))
			return err_hint(err, "specimend --help");
	}
	if (args.config_path && !config_load(config, args.config_path, err))
		return false;
	log_set_level((enum log_level)config->log_level);
	return cmd->run(&args, err);
}

static int print_config(void)
{
	AUTO_BUF text = { 0 };

	config_print(&text);
	fputs(buf_str(&text), stdout);
	return 0;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (str_equal(word, "--print-config"))
		return print_config();
	if (str_equal(word, "--version"))
		return puts("specimend " SPECIMEND_VERSION) < 0;
	if (str_equal(word, "--help")) {
		print_usage(stdout);
		return 0;
	}
	struct err err = { 0 };
	struct config config;

	if (sodium_init() < 0) {
		log_error("libsodium does not start");
		return err_exit_code(ERR_INTERNAL);
	}
	config_init(&config);
	bool ok = run(argc, argv, &config, &err);

	config_done(&config);
	if (!ok)
		log_err(&err);
	return ok ? 0 : err_exit_code(err.code);
}
