/*
 * One connection of mllp.h. It frees itself when the peer or a deadline ends it; the listener only
 * keeps it in its list.
 */
#ifndef SPECIMEND_CORE_MLLP_PEER_H
#define SPECIMEND_CORE_MLLP_PEER_H

#include "daemon/base/list.h"
#include "daemon/core/mllp.h"

#define MLLP_PEER_NAME_MAX 63

struct mllp_peer;

/*
 * Takes fd (non-blocking) and serves it.
 *
 * setup   borrowed; must outlive the peer
 * name    the address of the other end, for the log and the database; copied
 * peers   the list that it stands in while it lives
 *
 * False and err when the loop can not watch fd; fd is closed then.
 */
MUST_CHECK bool mllp_peer_serve(const struct mllp_setup *setup, int fd, const char *name,
	struct list *peers, struct err *err);

/* Ends all peers of the list. */
void mllp_peers_end(struct list *peers);

#endif
