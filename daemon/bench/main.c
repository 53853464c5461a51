/* specimend-bench --config FILE: the role that holds the devices. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/config.h"
#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/bench.h"
#include "daemon/link/link.h"

static void stop(void *arg, int signo)
{
	(void)signo;
	loop_stop(arg);
}

static bool run(const struct config *config, struct err *err)
{
	char start_id[LINK_START_ID_LEN + 1];

	if (!link_start_id_make(start_id, err))
		return false;
	struct loop *loop = loop_new(clock_mono_ms, err);

	if (!loop)
		return false;
	AUTO(char_free) char *core_path = xasprintf("%s/core.sock", config->runtime_dir);
	AUTO(char_free) char *tray = xasprintf("%s/labels", config->runtime_dir);
	struct bench_setup setup = {
		.loop = loop,
		.core_path = core_path,
		.start_id = start_id,
		.core_uid = geteuid(),
		.has_usb = true,
		.allow_virtual = config->allow_virtual,
		.tray = tray,
	};
	struct bench *bench = bench_new(&setup);

	(void)loop_add_signal(loop, SIGTERM, stop, loop);
	(void)loop_add_signal(loop, SIGINT, stop, loop);
	loop_run(loop);
	bench_free(bench);
	loop_free(loop);
	return true;
}

static bool arguments_read(int argc, char **argv, const char **out_path, struct err *err)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ 0 },
	};
	const char *path = NULL;

	opterr = 0;
	for (int c = getopt_long(argc, argv, "", options, NULL); c != -1;
		c = getopt_long(argc, argv, "", options, NULL)) {
		if (c != 'c')
			return err_set(err, ERR_USAGE, "usage: specimend-bench --config FILE");
		path = optarg;
	}
	if (!path || optind != argc)
		return err_set(err, ERR_USAGE, "usage: specimend-bench --config FILE");
	*out_path = path;
	return true;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	struct config config;
	struct err err = { 0 };

	log_set_name("bench");
	if (!arguments_read(argc, argv, &path, &err)) {
		log_err(&err);
		return err_exit_code(err.code);
	}
	config_init(&config);
	bool ok = config_load(&config, path, &err);

	if (ok)
		log_set_level((enum log_level)config.log_level);
	ok = ok && run(&config, &err);
	config_done(&config);
	if (ok)
		return EXIT_SUCCESS;
	log_err(&err);
	return err_exit_code(err.code);
}
