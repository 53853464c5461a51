/* HL7 orders over MLLP: the listening side. */
#include "daemon/core/mllp.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/listening.h"
#include "daemon/core/mllp_peer.h"

#define LISTEN_BACKLOG 16
#define ACCEPT_PAUSE_MS 1000 /* when the process has no descriptor left */

struct mllp {
	struct mllp_setup setup;
	int fd;
	struct loop_handle *watch;
	struct loop_handle *pause;
	struct list peers;
};

static size_t peers_count(const struct list *peers)
{
	size_t n = 0;

	LIST_FOREACH (node, peers)
		n++;
	return n;
}

static void peer_name(const struct sockaddr_storage *from, socklen_t len, char *out, size_t size)
{
	if (getnameinfo((const struct sockaddr *)from, len, out, (socklen_t)size, NULL, 0,
		    NI_NUMERICHOST) != 0)
		(void)snprintf(out, size, "unknown");
}

static void serve(struct mllp *mllp, int fd, const char *name)
{
	struct err err = { 0 };

	if (peers_count(&mllp->peers) >= MLLP_PEERS_MAX) {
		log_warning("mllp: %d connections are open, that of %s is closed", MLLP_PEERS_MAX,
			name);
		close(fd);
		return;
	}
	if (!mllp_peer_serve(&mllp->setup, fd, name, &mllp->peers, &err))
		log_err(&err);
}

/* Without a free descriptor accept would fail again and again: look away for a while. */
static void accept_failed(struct mllp *mllp)
{
	if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)
		return;
	log_warning("mllp: a connection could not be accepted");
	loop_set_interest(mllp->watch, 0);
	loop_timer_set(mllp->pause, ACCEPT_PAUSE_MS);
}

static void on_pause_over(void *arg)
{
	struct mllp *mllp = arg;

	loop_set_interest(mllp->watch, LOOP_READ);
}

static void on_connection(void *arg, unsigned events)
{
	struct mllp *mllp = arg;
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	char name[MLLP_PEER_NAME_MAX + 1];
	int fd;

	(void)events; /* a broken listening socket shows in accept4 */
	fd = accept4(mllp->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		accept_failed(mllp);
		return;
	}
	peer_name(&from, len, name, sizeof(name));
	serve(mllp, fd, name);
}

static bool bind_and_listen(
	const struct mllp_setup *setup, int fd, const struct addrinfo *where, struct err *err)
{
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* a quick restart only */
	if (bind(fd, where->ai_addr, where->ai_addrlen) != 0 || listen(fd, LISTEN_BACKLOG) != 0)
		return listening_failed(
			err, "orders cannot be taken", "mllp", setup->address, setup->port);
	return true;
}

static bool open_socket(struct mllp *mllp, struct err *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *where = NULL;
	char port[16];

	(void)snprintf(port, sizeof(port), "%u", mllp->setup.port);
	if (mllp->setup.port > UINT16_MAX ||
		getaddrinfo(mllp->setup.address, port, &hints, &where) != 0) {
		return err_set(err, ERR_INVALID, "mllp_address '%s' with port %u is no address",
			mllp->setup.address, mllp->setup.port);
	}
	mllp->fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool good = mllp->fd >= 0 ? bind_and_listen(&mllp->setup, mllp->fd, where, err)
				  : err_set_errno(err, "no socket");

	freeaddrinfo(where);
	return good;
}

struct mllp *mllp_new(const struct mllp_setup *setup, struct err *err)
{
	struct mllp *mllp = xcalloc(1, sizeof(*mllp));

	mllp->setup = *setup;
	mllp->fd = -1;
	list_init(&mllp->peers);
	if (!open_socket(mllp, err))
		goto fail;
	mllp->setup.address = NULL; /* was borrowed */
	mllp->watch = loop_add_fd(setup->loop, mllp->fd, LOOP_READ, on_connection, mllp, err);
	if (!mllp->watch)
		goto fail;
	mllp->pause = loop_add_timer(setup->loop, -1, 0, on_pause_over, mllp);
	return mllp;
fail:
	mllp_free(mllp);
	return NULL;
}

void mllp_free(struct mllp *mllp)
{
	if (!mllp)
		return;
	mllp_peers_end(&mllp->peers);
	loop_remove(mllp->pause);
	loop_remove(mllp->watch);
	if (mllp->fd >= 0)
		close(mllp->fd);
	free(mllp);
}

unsigned mllp_port(const struct mllp *mllp)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at = { 0 };
	socklen_t len = sizeof(at);

	if (getsockname(mllp->fd, &at.any, &len) != 0)
		return 0;
	return ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
}

size_t mllp_peer_count(const struct mllp *mllp)
{
	return peers_count(&mllp->peers);
}
