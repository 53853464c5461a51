/* specimend-core: reads its configuration, runs until SIGTERM or SIGINT. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/core/core.h"
#include "daemon/core/token.h"

static void on_stop(void *arg, int signo)
{
	(void)signo;
	loop_stop(arg);
}

static bool run(const struct config *config, struct err *err)
{
	struct loop *loop = loop_new(clock_mono_ms, err);
	struct core *core = NULL;

	if (!loop)
		return false;
	(void)loop_add_signal(loop, SIGTERM, on_stop, loop); /* freed with the loop */
	(void)loop_add_signal(loop, SIGINT, on_stop, loop);
	bool ok = core_new(loop, config, &core, err);

	if (ok) {
		log_notice("the page is served on http://%s:%u/", config->http_address,
			http_port(core->http));
		loop_run(loop);
		core_free(core);
		log_notice("stopped");
	}
	loop_free(loop);
	return ok;
}

int main(int argc, char **argv)
{
	struct config config;
	struct err err = { 0 };

	log_set_name("core");
	if (argc != 3 || !str_equal(argv[1], "--config")) {
		fprintf(stderr, "usage: specimend-core --config FILE\n");
		return err_exit_code(ERR_USAGE);
	}
	if (sodium_init() < 0) {
		log_error("libsodium does not start");
		return err_exit_code(ERR_INTERNAL);
	}
	json_wipe_on_free();
	(void)signal(SIGPIPE, SIG_IGN); /* a client that is gone is an error of its write */
	config_init(&config);
	bool ok = config_load(&config, argv[2], &err);

	if (ok) {
		log_set_level((enum log_level)config.log_level);
		ok = run(&config, &err);
	}
	if (!ok)
		log_err(&err);
	config_done(&config);
	return ok ? 0 : err_exit_code(err.code);
}
