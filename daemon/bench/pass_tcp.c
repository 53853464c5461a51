/*
 * Hands a code on as one line over TCP: a connection for each code, nothing is read. It is there
 * when the other end's kernel has acknowledged all of it; whether a program took it nobody says.
 *
 * Source: tcp(7), socket(7): SIOCOUTQ counts what is not acknowledged.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/pass.h"
#include "daemon/bench/tcp_address.h"

#define ARRIVED_MS 5 /* how often it is looked whether it has */

struct pass_sink {
	struct pass_setup setup;
	struct tcp_address address;
	int fd; /* -1: no code is under way */
	bool is_sent;
	struct buf line;
	struct loop_handle *socket;
	struct loop_handle *arrived;
	struct loop_handle *deadline;
};

static bool tcp_target_is_valid(const char *target)
{
	struct tcp_address address;

	return tcp_address_parse(target, &address, NULL);
}

static void connection_close(struct pass_sink *sink)
{
	loop_remove(sink->socket);
	sink->socket = NULL;
	loop_timer_set(sink->arrived, -1);
	loop_timer_set(sink->deadline, -1);
	if (sink->fd >= 0)
		(void)close(sink->fd); /* nothing can be done about it */
	sink->fd = -1;
	sink->is_sent = false;
}

static void connection_end(struct pass_sink *sink, const struct err *err)
{
	connection_close(sink);
	sink->setup.given(sink->setup.arg, err);
}

static void connection_fail(struct pass_sink *sink, enum err_code code, const char *why)
{
	struct err err = { 0 };

	(void)err_set(&err, code, "'%s' did not take the code: %s", sink->setup.entry->target, why);
	connection_end(sink, &err);
}

static void on_arrived(void *arg)
{
	struct pass_sink *sink = arg;
	int owed;

	if (ioctl(sink->fd, SIOCOUTQ, &owed) != 0) {
		connection_fail(sink, ERR_IO, strerror(errno));
	} else if (owed > 0) {
		loop_timer_set(sink->arrived, ARRIVED_MS);
	} else {
		connection_end(sink, NULL);
	}
}

static void line_send(struct pass_sink *sink)
{
	ssize_t len = send(sink->fd, sink->line.data, sink->line.len, MSG_NOSIGNAL);

	if (len < 0 || (size_t)len < sink->line.len) { /* a new connection takes a line whole */
		connection_fail(sink, ERR_IO, len < 0 ? strerror(errno) : "it took only a part");
		return;
	}
	sink->is_sent = true;
	loop_set_interest(sink->socket, 0);
	on_arrived(sink);
}

static void on_socket(void *arg, unsigned events)
{
	struct pass_sink *sink = arg;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)events;
	if (getsockopt(sink->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error != 0)
		connection_fail(sink, ERR_DEVICE_OFFLINE, strerror(error));
	else if (!sink->is_sent)
		line_send(sink);
	else /* it hung up: all may have arrived, or not */
		connection_fail(sink, ERR_IO, "it broke off");
}

static void on_deadline(void *arg)
{
	connection_fail(arg, ERR_TIMEOUT, "it took too long");
}

static bool tcp_give(struct pass_sink *sink, struct bytes text, struct err *err)
{
	buf_reset(&sink->line);
	buf_add(&sink->line, text);
	buf_add_str(&sink->line, pass_terminator_bytes(sink->setup.entry->terminator));
	sink->fd = socket(
		sink->address.to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (sink->fd < 0 || (connect(sink->fd, &sink->address.to.any, sink->address.len) != 0 &&
				    errno != EINPROGRESS)) {
		(void)err_set_errno(err, "'%s' did not take the code", sink->setup.entry->target);
		connection_close(sink);
		return false;
	}
	sink->socket = loop_add_fd(sink->setup.loop, sink->fd, LOOP_WRITE, on_socket, sink, err);
	if (!sink->socket) {
		connection_close(sink);
		return false;
	}
	loop_timer_set(sink->deadline, PASS_GIVE_MS);
	return true;
}

static struct pass_sink *tcp_open(const struct pass_setup *setup)
{
	struct pass_sink *sink = xcalloc(1, sizeof(*sink));

	sink->setup = *setup;
	sink->fd = -1;
	/* was checked when the list came */
	(void)!tcp_address_parse(setup->entry->target, &sink->address, NULL);
	sink->arrived = loop_add_timer(setup->loop, -1, 0, on_arrived, sink);
	sink->deadline = loop_add_timer(setup->loop, -1, 0, on_deadline, sink);
	return sink;
}

static void tcp_close(struct pass_sink *sink)
{
	connection_close(sink);
	loop_remove(sink->arrived);
	loop_remove(sink->deadline);
	buf_done(&sink->line);
	free(sink);
}

const struct pass_way pass_way_tcp = {
	.name = "tcp",
	.has_target = true,
	.terminators = 1u << SCAN_TERMINATOR_CR | 1u << SCAN_TERMINATOR_LF |
		       1u << SCAN_TERMINATOR_CR_LF | 1u << SCAN_TERMINATOR_TAB,
	.target_is_valid = tcp_target_is_valid,
	.open = tcp_open,
	.give = tcp_give,
	.close = tcp_close,
};
