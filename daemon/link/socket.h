/* The unix SEQPACKET socket of a link: making it, and letting only our own user in. */
#ifndef SPECIMEND_LINK_SOCKET_H
#define SPECIMEND_LINK_SOCKET_H

#include <sys/types.h>

#include "daemon/base/err.h"

/*
 * Listens at path (mode 0600, not blocking). A socket file that nobody answers at is replaced; when
 * somebody does, fails with ERR_CONFLICT. Else ERR_INVALID (path too long) or ERR_IO.
 */
MUST_CHECK bool socket_listen(const char *path, int *out_fd, struct err *err);

/* Connects (not blocking). Fails with ERR_DEVICE_OFFLINE when nobody listens there, ERR_FORBIDDEN.
 */
MUST_CHECK bool socket_connect(const char *path, uid_t peer_uid, int *out_fd, struct err *err);

/*
 * ERR_FORBIDDEN unless the process at the other end runs as peer_uid.
 * Source: unix(7), SO_PEERCRED: the credentials are those of connect(2), listen(2) or
 * socketpair(2).
 */
MUST_CHECK bool socket_peer_is(int fd, uid_t peer_uid, struct err *err);

#endif
