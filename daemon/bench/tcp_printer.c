/* Raw printing over TCP: one socket, one timer. */
#include "daemon/bench/tcp_printer.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/tcp_address.h"

enum tcp_state {
	TCP_WAITS,      /* for the timer, then it connects */
	TCP_CONNECTING, /* until the timer */
	TCP_HERE,       /* the timer ends what is stale */
};

struct tcp_port {
	struct transport_port base;
	struct loop *loop;
	char *identity;
	struct tcp_address address;
	enum tcp_state state;
	bool is_gone_told;
	int64_t retry_ms;
	int fd; /* -1: none */
	struct loop_handle *socket;
	struct loop_handle *timer;
	struct loop_handle *arriving; /* timer: is_handed_over */
	struct loop_handle *cut;      /* deferred, of write_cancel */
	struct buf writing;
	size_t taken;
	bool is_writing;
	bool is_handed_over; /* the kernel has all of it */
	int owed;            /* bytes that had not arrived when that was last looked at */
	bool is_reading;
	bool is_stale;
	bool is_talking; /* while that is thrown away, without a pause that would end it */
	int64_t talking_since_ms;
	bool is_unanswered; /* nothing has come since the last that was sent while reading */
	bool *freed;        /* set while an event is told: says whether the port is gone */
};

static struct tcp_port *port_of(struct transport_port *base)
{
	return (struct tcp_port *)(void *)base;
}

/* ---- telling: false when the port was closed inside the event ---- */

static bool tell_here(struct tcp_port *port)
{
	bool freed = false;

	port->freed = &freed;
	port->base.events->here(port->base.arg, (struct bytes) { 0 });
	if (!freed)
		port->freed = NULL;
	return !freed;
}

static bool tell_received(struct tcp_port *port, struct bytes bytes)
{
	bool freed = false;

	port->freed = &freed;
	port->base.events->received(port->base.arg, bytes);
	if (!freed)
		port->freed = NULL;
	return !freed;
}

static bool tell_written(struct tcp_port *port, size_t len)
{
	bool freed = false;

	port->freed = &freed;
	port->base.events->written(port->base.arg, len);
	if (!freed)
		port->freed = NULL;
	return !freed;
}

static bool tell_written_all(struct tcp_port *port)
{
	bool freed = false;

	port->freed = &freed;
	port->base.events->written_all(port->base.arg);
	if (!freed)
		port->freed = NULL;
	return !freed;
}

/* ---- the socket ---- */

static void on_socket(void *arg, unsigned events);

/* Bytes that were handed over and are not acknowledged; INT_MAX when nobody knows. */
static int owed_count(const struct tcp_port *port)
{
	int left;

	return ioctl(port->fd, SIOCOUTQ, &left) == 0 ? left : INT_MAX;
}

static bool may_write(const struct tcp_port *port)
{
	return port->is_writing && !port->is_handed_over && !port->is_stale && !port->cut;
}

static void interest_set(struct tcp_port *port)
{
	if (port->state == TCP_HERE)
		loop_set_interest(port->socket, LOOP_READ | (may_write(port) ? LOOP_WRITE : 0));
}

static void socket_close(struct tcp_port *port)
{
	/* with no time to linger, what has not arrived is given up: socket(7), tcp(7) */
	static const struct linger none = { .l_onoff = 1 };

	loop_remove(port->socket);
	port->socket = NULL;
	if (port->fd < 0)
		return;
	if (owed_count(port) > 0)
		(void)setsockopt(port->fd, SOL_SOCKET, SO_LINGER, &none,
			sizeof(none)); /* fails only for a wrong option */
	(void)close(port->fd);         /* nothing can be done about it */
	port->fd = -1;
}

static void write_end(struct tcp_port *port)
{
	loop_remove(port->cut);
	port->cut = NULL;
	port->is_writing = false;
	port->is_handed_over = false;
	loop_timer_set(port->arriving, -1);
	buf_reset(&port->writing);
}

/* Something was said that is not read yet. */
static bool is_unread(const struct tcp_port *port)
{
	int waiting = 0;

	return ioctl(port->fd, FIONREAD, &waiting) == 0 && waiting > 0;
}

/* It is not here, and looked for again later. why takes what is to be told. */
static void port_end(struct tcp_port *port, const struct err *why)
{
	bool is_told = port->is_gone_told;

	socket_close(port);
	write_end(port);
	port->base.plug[0] = '\0';
	port->is_reading = false;
	port->is_stale = false;
	port->is_talking = false;
	port->is_unanswered = false;
	port->is_gone_told = true;
	port->state = TCP_WAITS;
	loop_timer_set(port->timer, port->retry_ms);
	port->retry_ms *= 2;
	if (port->retry_ms > TCP_RETRY_MAX_MS)
		port->retry_ms = TCP_RETRY_MAX_MS;
	if (!is_told)
		port->base.events->gone(port->base.arg, why);
}

static void port_fail(struct tcp_port *port, int error, const char *what)
{
	struct err why = { 0 };

	errno = error;
	(void)err_set_errno(&why, "'%s' %s", port->identity, what);
	why.code = ERR_DEVICE_OFFLINE;
	port_end(port, &why);
}

static void port_leave(struct tcp_port *port, const char *what)
{
	struct err why = { 0 };

	(void)err_set(&why, ERR_DEVICE_OFFLINE, "'%s' %s", port->identity, what);
	port_end(port, &why);
}

/* ---- connecting ---- */

static bool option_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

static int socket_new(const struct tcp_address *address)
{
	int fd = socket(address->to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || (option_set(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
			      option_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, TCP_UNHEARD_MS) &&
			      option_set(fd, SOL_SOCKET, SO_SNDBUF, TCP_SEND_BYTES)))
		return fd;
	int error = errno;

	(void)close(fd); /* nothing can be done about it */
	errno = error;
	return -1;
}

static void connect_begin(struct tcp_port *port)
{
	struct err err = { 0 };

	port->fd = socket_new(&port->address);
	if (port->fd < 0 || (connect(port->fd, &port->address.to.any, port->address.len) != 0 &&
				    errno != EINPROGRESS)) {
		port_fail(port, errno, "cannot be connected");
		return;
	}
	port->socket = loop_add_fd(port->loop, port->fd, LOOP_WRITE, on_socket, port, &err);
	if (!port->socket) {
		port_end(port, &err);
		return;
	}
	port->state = TCP_CONNECTING;
	loop_timer_set(port->timer, TCP_CONNECT_MS);
}

/* A port that nobody listens on may be given to our own end, which then hears itself (RFC 9293,
 * 3.5: simultaneous open). */
static bool is_ourselves(const struct tcp_port *port)
{
	struct tcp_address own = { .len = sizeof(own.to) };

	return getsockname(port->fd, &own.to.any, &own.len) == 0 && own.len == port->address.len &&
	       memcmp(&own.to, &port->address.to, own.len) == 0;
}

static void connect_end(struct tcp_port *port)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error != 0) {
		port_fail(port, error, "cannot be connected");
		return;
	}
	if (is_ourselves(port)) {
		port_leave(port, "cannot be connected: nobody listens there");
		return;
	}
	port->state = TCP_HERE;
	port->retry_ms = TCP_RETRY_MS;
	port->is_gone_told = false;
	loop_timer_set(port->timer, -1);
	transport_plug_make(&port->base, port->identity);
	interest_set(port);
	(void)tell_here(port);
}

/* ---- bytes ---- */

/* At most the last two segments are on their way: a receiver may take half a second to acknowledge
 * those (RFC 1122, 4.2.3.2), but not more. */
static bool is_arrived(const struct tcp_port *port, int owed)
{
	int segment;
	socklen_t len = sizeof(segment);

	return owed == 0 || (getsockopt(port->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, &len) == 0 &&
				    owed / 2 <= segment);
}

/* All of the write has arrived, or more of it. False when the port was closed. */
static bool arrival_look(struct tcp_port *port)
{
	int owed = owed_count(port);
	bool is_progress = owed < port->owed;

	if (is_arrived(port, owed)) {
		write_end(port);
		interest_set(port);
		return tell_written_all(port);
	}
	port->owed = owed;
	loop_timer_set(port->arriving, TCP_ARRIVAL_MS);
	return !is_progress || tell_written(port, 0);
}

static void on_arriving(void *arg)
{
	(void)arrival_look(arg); /* the last that is done here */
}

/* What comes is thrown away. False when there is no end of it, and the connection is ended. */
static bool stale_more(struct tcp_port *port)
{
	int64_t now_ms = loop_now_ms(port->loop);

	if (!port->is_talking)
		port->talking_since_ms = now_ms;
	port->is_talking = true;
	loop_timer_set(port->timer, TCP_STALE_MS);
	if (now_ms - port->talking_since_ms < TCP_TALK_MAX_MS)
		return true;
	port->base.faults[TRANSPORT_BABBLE]++;
	port->retry_ms = TCP_RETRY_MAX_MS;
	port_leave(port, "never stops talking, so it cannot be asked anything");
	return false;
}

/* False when it left, or was closed. */
static bool socket_read(struct tcp_port *port)
{
	uint8_t bytes[TCP_PIECE_MAX];
	ssize_t len = recv(port->fd, bytes, sizeof(bytes), 0);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (len < 0) {
		port_fail(port, errno, "broke off");
		return false;
	}
	if (len == 0) {
		port_leave(port, "ended the connection");
		return false;
	}
	/* what is answered has arrived */
	if (port->is_handed_over && !arrival_look(port))
		return false;
	port->is_unanswered = false;
	if (port->is_stale && !stale_more(port))
		return false;
	if (!port->is_reading || port->is_stale)
		return true;
	return tell_received(port, bytes_of(bytes, (size_t)len));
}

static void socket_write(struct tcp_port *port)
{
	struct bytes all = buf_bytes(&port->writing);
	ssize_t len = send(port->fd, all.data + port->taken, all.len - port->taken, MSG_NOSIGNAL);

	if (len < 0 && errno != EAGAIN && errno != EINTR)
		port_fail(port, errno, "broke off");
	if (len <= 0)
		return;
	port->taken += (size_t)len;
	port->is_unanswered = port->is_reading;
	if (port->taken == all.len) {
		port->is_handed_over = true;
		port->owed = INT_MAX;
		interest_set(port);
	}
	if (tell_written(port, (size_t)len) && port->is_handed_over)
		(void)arrival_look(port); /* the last that is done here */
}

static void on_socket(void *arg, unsigned events)
{
	struct tcp_port *port = arg;

	if (port->state == TCP_CONNECTING) {
		connect_end(port);
		return;
	}
	if (events & (LOOP_READ | LOOP_HANGUP) && !socket_read(port))
		return;
	/* what was read may have ended the write, or begun another */
	if (events & LOOP_WRITE && may_write(port))
		socket_write(port);
}

static void on_timer(void *arg)
{
	struct tcp_port *port = arg;

	switch (port->state) {
	case TCP_WAITS:
		connect_begin(port);
		return;
	case TCP_CONNECTING:
		port_leave(port, "does not answer");
		return;
	case TCP_HERE:
		if (is_unread(port) || (port->is_unanswered && owed_count(port) > 0)) {
			loop_timer_set(port->timer, TCP_STALE_MS);
			return;
		}
		port->is_stale = false;
		port->is_talking = false;
		interest_set(port);
		return;
	}
}

/* ---- the transport ---- */

static struct transport_port *tcp_open(const struct transport_setup *setup, struct err *err)
{
	struct tcp_address address;

	if (!tcp_address_parse(setup->identity, &address, err))
		return NULL;
	struct tcp_port *port = xcalloc(1, sizeof(*port));

	port->base = (struct transport_port) {
		.transport = &transport_tcp_printer,
		.events = setup->events,
		.arg = setup->arg,
	};
	port->loop = setup->loop;
	port->identity = xstrdup(setup->identity);
	port->address = address;
	port->retry_ms = TCP_RETRY_MS;
	port->fd = -1;
	port->timer = loop_add_timer(setup->loop, 0, 0, on_timer, port);
	port->arriving = loop_add_timer(setup->loop, -1, 0, on_arriving, port);
	return &port->base;
}

static void tcp_write(struct transport_port *base, struct bytes bytes)
{
	struct tcp_port *port = port_of(base);

	assert(port->state == TCP_HERE && !port->is_writing && bytes.len > 0);
	buf_add(&port->writing, bytes);
	port->taken = 0;
	port->is_writing = true;
	interest_set(port);
}

/* False when the port was closed inside the event. */
static bool tell_cut(struct tcp_port *port)
{
	bool freed = false;

	port->freed = &freed;
	port->base.events->cut(port->base.arg, NULL);
	if (!freed)
		port->freed = NULL;
	return !freed;
}

/* What the kernel has of it cannot be called back one by one: all of it, or none. */
static void cut_end(void *arg)
{
	struct tcp_port *port = arg;
	bool is_under_way = port->taken > 0 && owed_count(port) > 0;

	write_end(port);
	interest_set(port);
	if (tell_cut(port) && is_under_way && port->state == TCP_HERE)
		port_leave(port, "did not take in time what it was sent");
}

static void tcp_write_cancel(struct transport_port *base)
{
	struct tcp_port *port = port_of(base);

	if (!port->is_writing || port->cut)
		return;
	port->cut = loop_defer(port->loop, cut_end, port);
	interest_set(port);
}

static void tcp_set_reading(struct transport_port *base, bool reading)
{
	struct tcp_port *port = port_of(base);

	if (port->state != TCP_HERE || port->is_reading == reading)
		return;
	port->is_reading = reading;
	port->is_stale = reading;
	loop_timer_set(port->timer, reading ? TCP_STALE_MS : -1);
	interest_set(port);
}

static void tcp_close(struct transport_port *base)
{
	if (!base)
		return;
	struct tcp_port *port = port_of(base);

	if (port->freed)
		*port->freed = true;
	socket_close(port);
	write_end(port);
	loop_remove(port->timer);
	loop_remove(port->arriving);
	buf_done(&port->writing);
	free(port->identity);
	free(port);
}

const struct transport transport_tcp_printer = {
	.name = "tcp",
	.open = tcp_open,
	.write = tcp_write,
	.write_cancel = tcp_write_cancel,
	.set_reading = tcp_set_reading,
	.close = tcp_close,
};
