/* The listening side: one link for every connection of our own user. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
#include "daemon/link/inside.h"
#include "daemon/link/socket.h"

#define LISTENER_REST_MS 1000 /* without accepting, when there are no descriptors left */

struct link_listener {
	struct link_setup setup; /* path is ours */
	int fd;
	struct loop_handle *io;
	struct loop_handle *rest;
	struct list peers;
};

static size_t peers_count(const struct link_listener *listener)
{
	size_t count = 0;

	LIST_FOREACH (node, &listener->peers)
		count++;
	return count;
}

static bool peer_is_welcome(const struct link_listener *listener, int fd, struct err *err)
{
	if (!socket_peer_is(fd, listener->setup.peer_uid, err))
		return false;
	if (peers_count(listener) == LINK_PEERS_MAX)
		return err_set(err, ERR_BUSY, "%d peers are connected", LINK_PEERS_MAX);
	return true;
}

static void peer_add(struct link_listener *listener, int fd)
{
	struct err err = { 0 };

	if (!peer_is_welcome(listener, fd, &err)) {
		log_warning("link refused: %s", err.message);
		close(fd);
		return;
	}
	struct link *link = link_over(&listener->setup, fd);

	list_add_tail(&listener->peers, &link->peer);
}

static void on_connection(void *arg, unsigned events)
{
	struct link_listener *listener = arg;
	int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events; /* only reading was asked for */
	if (fd >= 0) {
		peer_add(listener, fd);
		return;
	}
	if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
		return;
	struct err err = { 0 };

	err_set_errno(&err, "accepting a link");
	log_err(&err);
	loop_set_interest(listener->io, 0);
	loop_timer_set(listener->rest, LISTENER_REST_MS);
}

static void on_rested(void *arg)
{
	struct link_listener *listener = arg;

	loop_set_interest(listener->io, LOOP_READ);
}

bool link_listen(const struct link_setup *setup, struct link_listener **out, struct err *err)
{
	struct link_listener *listener;
	int fd;

	if (!socket_listen(setup->path, &fd, err))
		return false;
	listener = xcalloc(1, sizeof(*listener));
	listener->setup = *setup;
	listener->setup.path = xstrdup(setup->path);
	listener->fd = fd;
	list_init(&listener->peers);
	listener->rest = loop_add_timer(setup->loop, -1, 0, on_rested, listener);
	listener->io = loop_add_fd(setup->loop, fd, LOOP_READ, on_connection, listener, err);
	if (!listener->io) {
		link_listener_free(listener);
		return false;
	}
	*out = listener;
	return true;
}

void link_listener_free(struct link_listener *listener)
{
	if (!listener)
		return;
	while (!list_is_empty(&listener->peers)) {
		struct link *link = LIST_ITEM(listener->peers.next, struct link, peer);

		list_remove(&link->peer); /* a link inside a callback of its own outlives us */
		link_free(link);
	}
	loop_remove(listener->io);
	loop_remove(listener->rest);
	close(listener->fd);
	(void)unlink(listener->setup.path); /* gone already: as well */
	free((char *)(uintptr_t)listener->setup.path);
	free(listener);
}
