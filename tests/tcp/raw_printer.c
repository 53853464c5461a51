/* A fake_printer at the end of a loopback connection. */
#include "tests/tcp/raw_printer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/str.h"

#define PIECE_MAX 4096u

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(99);
}

static void note(const struct raw_printer *printer, const char *what)
{
	if (!printer->log)
		return;
	fprintf(printer->log, "%s %lld\n", what, (long long)loop_now_ms(printer->loop));
	(void)fflush(printer->log);
}

static void print_begin(struct raw_printer *printer)
{
	if (!fake_printer_begin(printer->mind))
		return;
	note(printer, "begin");
	loop_timer_set(printer->printing, printer->label_ms);
}

static void answer_now(void *arg)
{
	struct raw_printer *printer = arg;
	struct buf *said = fake_printer_answers(printer->mind);

	/* few bytes: they fit into the socket, or the connection is gone */
	if (printer->fd >= 0 && said->len > 0)
		(void)!send(printer->fd, said->data, said->len, MSG_NOSIGNAL);
	buf_reset(said);
}

static void answer_soon(struct raw_printer *printer)
{
	if (fake_printer_answers(printer->mind)->len > 0 &&
		!loop_timer_is_armed(printer->answering))
		loop_timer_set(printer->answering, printer->answer_ms);
}

static void on_out(void *arg)
{
	struct raw_printer *printer = arg;

	fake_printer_put_out(printer->mind);
	note(printer, "out");
	print_begin(printer);
	answer_soon(printer);
}

static void on_label(void *arg, const struct label_bitmap *bitmap)
{
	struct raw_printer *printer = arg;

	printer->labels++;
	if (printer->label)
		printer->label(printer->arg, bitmap);
}

/* ---- the connection ---- */

static void connection_end(struct raw_printer *printer)
{
	loop_remove(printer->socket);
	printer->socket = NULL;
	if (printer->fd >= 0)
		(void)close(printer->fd);
	printer->fd = -1;
}

void raw_printer_reset(struct raw_printer *printer)
{
	static const struct linger none = { .l_onoff = 1 };

	if (printer->fd < 0)
		return;
	must(setsockopt(printer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none)) == 0, "linger");
	connection_end(printer);
}

void raw_printer_half_close(struct raw_printer *printer)
{
	must(shutdown(printer->fd, SHUT_WR) == 0, "shutdown");
}

static void feed(struct raw_printer *printer, struct bytes bytes)
{
	size_t left = printer->reset_at - printer->taken;
	bool is_end = bytes.len >= left;

	if (is_end)
		bytes.len = left;
	printer->taken += bytes.len;
	fake_printer_feed(printer->mind, bytes);
	print_begin(printer);
	answer_soon(printer);
	if (!is_end)
		return;
	raw_printer_reset(printer);
	/* and its power is gone with it */
	fake_printer_reset(printer->mind);
	loop_timer_set(printer->printing, -1);
}

static void on_socket(void *arg, unsigned events)
{
	struct raw_printer *printer = arg;
	uint8_t bytes[PIECE_MAX];
	size_t room = printer->piece < PIECE_MAX ? printer->piece : PIECE_MAX;

	if (events & LOOP_HANGUP) {
		connection_end(printer);
		return;
	}
	if (room == 0 || fake_printer_is_full(printer->mind))
		return;
	ssize_t len = recv(printer->fd, bytes, room, MSG_DONTWAIT);

	if (len <= 0)
		connection_end(printer);
	else
		feed(printer, bytes_of(bytes, (size_t)len));
}

static void on_connection(void *arg, unsigned events)
{
	struct raw_printer *printer = arg;
	struct err err = { 0 };
	int fd = accept4(printer->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	printer->connections++;
	if (printer->fd >= 0) { /* one at a time */
		(void)close(fd);
		return;
	}
	printer->fd = fd;
	printer->taken = 0;
	printer->socket = loop_add_fd(printer->loop, fd, LOOP_READ, on_socket, printer, &err);
	must(printer->socket != NULL, err.message);
}

/* ---- life ---- */

static socklen_t address_make(const char *host, int port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;

	memset(out, 0, sizeof(*out));
	if (strchr(host, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		must(inet_pton(AF_INET6, host, &v6->sin6_addr) == 1, host);
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	must(inet_pton(AF_INET, host, &v4->sin_addr) == 1, host);
	return sizeof(*v4);
}

static void listen_begin(struct raw_printer *printer, const char *host, int port)
{
	static const int yes = 1;
	static const int segment = 1460; /* of an Ethernet: RFC 6691, 2 */
	struct sockaddr_storage address;
	socklen_t len = address_make(host, port, &address);
	struct err err = { 0 };

	printer->listen_fd =
		socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	must(printer->listen_fd >= 0, "socket");
	must(setsockopt(printer->listen_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0,
		"reuse");
	must(setsockopt(printer->listen_fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment)) ==
			0,
		"segment");
	must(bind(printer->listen_fd, (struct sockaddr *)&address, len) == 0, "bind");
	must(listen(printer->listen_fd, 1) == 0, "listen");
	must(getsockname(printer->listen_fd, (struct sockaddr *)&address, &len) == 0, "name");
	/* both families have it at the same place */
	printer->port = ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
	printer->listening = loop_add_fd(
		printer->loop, printer->listen_fd, LOOP_READ, on_connection, printer, &err);
	must(printer->listening != NULL, err.message);
}

void raw_printer_leave(struct raw_printer *printer)
{
	raw_printer_reset(printer);
	loop_remove(printer->listening);
	printer->listening = NULL;
	(void)close(printer->listen_fd);
}

void raw_printer_return(struct raw_printer *printer)
{
	listen_begin(printer, "127.0.0.1", printer->port);
}

void raw_printer_begin(struct raw_printer *printer, struct loop *loop, const char *host, int port,
	const struct printer_driver *driver)
{
	*printer = (struct raw_printer) {
		.loop = loop,
		.fd = -1,
		.piece = PIECE_MAX,
		.reset_at = SIZE_MAX,
	};
	printer->mind = fake_printer_new(driver, on_label, printer);
	printer->printing = loop_add_timer(loop, -1, 0, on_out, printer);
	printer->answering = loop_add_timer(loop, -1, 0, answer_now, printer);
	listen_begin(printer, host, port);
}

void raw_printer_end(struct raw_printer *printer)
{
	connection_end(printer);
	if (printer->listening)
		(void)close(printer->listen_fd);
	loop_remove(printer->listening);
	loop_remove(printer->printing);
	loop_remove(printer->answering);
	fake_printer_free(printer->mind);
}

void raw_printer_identity(const char *host, int port, char *out, size_t size)
{
	(void)snprintf(out, size, strchr(host, ':') ? "tcp:[%s]:%d" : "tcp:%s:%d", host, port);
}

void raw_printer_set(struct raw_printer *printer, enum fake_printer_mode mode)
{
	fake_printer_set(printer->mind, mode, FAKE_PRINTER_ENDLESS);
	if (!fake_printer_is_printing(printer->mind))
		loop_timer_set(printer->printing, -1);
	print_begin(printer);
	answer_soon(printer);
}
