/* The three reasons that a person can do something about. */
#include "daemon/core/listening.h"

#include <errno.h>

bool listening_failed(
	struct err *err, const char *what, const char *key, const char *address, unsigned port)
{
	int why = errno;

	err_set_errno(err, "%s on address '%s' port %u", what, address, port);
	if (why == EADDRINUSE)
		return err_hint(err,
			"another program has port %u (ss -ltnp names it): end that one, or set "
			"%s_port",
			port, key);
	if (why == EACCES)
		return err_hint(err, "ports below 1024 are for root: set %s_port", key);
	return err_hint(err, "set %s_address to an address of this machine", key);
}
