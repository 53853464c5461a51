/* Why a port cannot be listened on, and what to do: one text for the page and for orders. */
#ifndef SPECIMEND_CORE_LISTENING_H
#define SPECIMEND_CORE_LISTENING_H

#include "daemon/base/err.h"

/*
 * Fills err from errno, which bind or listen left; returns false.
 *
 * what     that is done there, for the message: "the page cannot be served"
 * key      beginning of the configuration's keys: "http" for http_address and http_port
 * address  as it was configured
 */
bool listening_failed(
	struct err *err, const char *what, const char *key, const char *address, unsigned port);

#endif
