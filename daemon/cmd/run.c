/* specimend run: the three roles on one machine, without systemd. */
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/clock.h"
#include "daemon/base/xalloc.h"
#include "daemon/cmd/cmd.h"
#include "daemon/cmd/supervisor.h"

DEFINE_AUTO(struct loop, loop_free)
DEFINE_AUTO(struct supervisor, supervisor_free)

/* The directory that we were started from when the roles are there too (the build tree), else NULL.
 */
static char *own_dir_new(void)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return NULL;
	self[len] = 0;
	char *dir = xstrdup(dirname(self));
	AUTO(char_free) char *core = xasprintf("%s/specimend-core", dir);

	if (access(core, X_OK) < 0) {
		free(dir);
		return NULL;
	}
	return dir;
}

static char *programs_dir_new(void)
{
	const char *named = getenv("SPECIMEND_LIBEXECDIR");

	if (named && *named)
		return xstrdup(named);
	char *own = own_dir_new();

	return own ? own : xstrdup(SPECIMEND_LIBEXECDIR);
}

static bool run_roles(const struct cmd_args *args, struct err *err)
{
	if (!args->config_path) { /* the roles need it: they would end at once, again and again */
		err_set(err, ERR_USAGE, "run needs --config FILE");
		return err_hint(err, "specimend --print-config > FILE makes one");
	}
	AUTO(char_free) char *dir = programs_dir_new();
	AUTO(loop_free) struct loop *loop = loop_new(clock_mono_ms, err);
	AUTO(supervisor_free) struct supervisor *supervisor = NULL;

	if (!loop)
		return false;
	struct supervisor_setup setup = {
		.loop = loop,
		.dir = dir,
		.config_path = args->config_path,
		.restart_ms = args->config->restart_ms,
	};

	if (!supervisor_new(&setup, &supervisor, err))
		return false;
	loop_run(loop);
	return supervisor_ended_well(supervisor, err);
}

const struct cmd cmd_run = {
	.name = "run",
	.usage = "start core, bench and press and keep them running until SIGTERM "
		 "(SPECIMEND_LIBEXECDIR: "
		 "where they are)",
	.run = run_roles,
};
