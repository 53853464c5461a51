/* specimend-press: reads the configuration, connects to the core, works until SIGTERM. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/config.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/press/pin.h"
#include "daemon/press/press.h"

static void on_signal(void *arg, int signo)
{
	(void)signo;
	loop_stop(arg);
}

static void work(struct loop *loop, const struct config *config, const char *start_id)
{
	AUTO(char_free) char *path = xasprintf("%s/core.sock", config->runtime_dir);
	const struct link_setup setup = {
		.loop = loop, .path = path, .peer_uid = geteuid(), .start_id = start_id
	};
	struct press *press = press_new(&setup);
	struct err err = { 0 };

	(void)loop_add_signal(loop, SIGTERM, on_signal, loop); /* both end with the loop */
	(void)loop_add_signal(loop, SIGINT, on_signal, loop);
	if (!press_prepare(press, config->templates_dir, &err)) {
		err_wrap(&err, "labels will fail");
		log_err(&err); /* PINs can still be checked */
	}
	loop_run(loop);
	press_free(press);
}

static bool run(const struct config *config, struct err *err)
{
	char start_id[LINK_START_ID_LEN + 1];

	if (sodium_init() < 0)
		return err_set(err, ERR_INTERNAL, "the crypto library does not start");
	pin_wipe_json();
	if (!link_start_id_make(start_id, err))
		return false;
	struct loop *loop = loop_new(clock_mono_ms, err);

	if (!loop)
		return false;
	work(loop, config, start_id);
	loop_free(loop);
	return true;
}

static bool arguments_read(int argc, char **argv, struct config *config, struct err *err)
{
	if (argc == 1)
		return true;
	if (argc != 3 || !str_equal(argv[1], "--config"))
		return err_set(
			err, ERR_USAGE, "usage: specimend-press [--config FILE] | --version");
	return config_load(config, argv[2], err);
}

int main(int argc, char **argv)
{
	struct config config;
	struct err err = { 0 };

	if (argc == 2 && str_equal(argv[1], "--version")) {
		puts("specimend-press " SPECIMEND_VERSION);
		return 0;
	}
	log_set_name("press");
	config_init(&config);
	bool ok = arguments_read(argc, argv, &config, &err);

	if (ok) {
		log_set_level((enum log_level)config.log_level);
		ok = run(&config, &err);
	}
	if (!ok)
		log_err(&err);
	config_done(&config);
	return ok ? 0 : err_exit_code(err.code);
}
