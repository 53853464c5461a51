/*
 * libmicrohttpd in our loop: the listening socket, the library's turns, start and end. Facts that
 * this file honours (observed on 0.9.75): its epoll descriptor nests in ours; resuming needs a
 * later MHD_run, which its own wake-up descriptor brings about; suspended connections must be
 * resumed before the daemon is stopped. A request is http_request.c, replies and streams are
 * http_reply.c.
 */
#include "daemon/core/http.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/http_inside.h"
#include "daemon/core/listening.h"

/* ---- the daemon ---- */

static void run(struct http *http)
{
	http->needs_run = false;
	(void)MHD_run(http->daemon); /* fails only for a daemon with threads */
}

static void on_fd(void *arg, unsigned events)
{
	(void)events;
	run(arg);
}

static void on_timer(void *arg)
{
	run(arg);
}

static void before_sleep(void *arg)
{
	struct http *http = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms;

	if (http->needs_run)
		run(http);
	if (http->needs_run)
		loop_timer_set(http->timer, 0);
	else if (MHD_get_timeout(http->daemon, &wait_ms) == MHD_YES)
		loop_timer_set(http->timer, wait_ms > 60000 ? 60000 : (int64_t)wait_ms);
	else
		loop_timer_set(http->timer, -1);
}

static bool address_parse(
	const char *text, unsigned port, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		memcpy(out, &v4, sizeof(v4));
		*len = sizeof(v4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
		return false;
	memcpy(out, &v6, sizeof(v6));
	*len = sizeof(v6);
	return true;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage at = { 0 };
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)(void *)&at, &len) != 0)
		return 0;
	memcpy(&v4, &at, sizeof(v4));
	memcpy(&v6, &at, sizeof(v6));
	return ntohs(at.ss_family == AF_INET ? v4.sin_port : v6.sin6_port);
}

static bool listen_open(const struct http_options *options, int *out, struct err *err)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = 0;
	const int on = 1;

	if (options->port > 65535 || !address_parse(options->address, options->port, &at, &len))
		return err_set(err, ERR_INVALID, "'%s' port %u is not an address to listen on",
			options->address, options->port);
	int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_set_errno(err, "socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* bind tells */
	if (bind(fd, (struct sockaddr *)(void *)&at, len) != 0 || listen(fd, 128) != 0) {
		(void)listening_failed(
			err, "the page cannot be served", "http", options->address, options->port);
		close(fd);
		return false;
	}
	*out = fd;
	return true;
}

/* The address is a name too; one that stands for all addresses (a wildcard) is not. */
static char *names_new(const struct http_options *options)
{
	const char *address = options->address;

	if (str_equal(address, "0.0.0.0") || str_equal(address, "::"))
		return xstrdup(options->names);
	return xasprintf(strchr(address, ':') ? "%s [%s]" : "%s %s", options->names, address);
}

static bool daemon_start(struct http *http, int fd, struct err *err)
{
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		http_on_access, http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTP_PER_ADDRESS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_TIMEOUT_S,
		MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, http, MHD_OPTION_URI_LOG_CALLBACK,
		http_on_uri, http, MHD_OPTION_END);
	if (!http->daemon) {
		close(fd);
		return err_set(err, ERR_IO, "the HTTP library does not start");
	}
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	http->fd = loop_add_fd(http->loop, info->epoll_fd, LOOP_READ, on_fd, http, err);
	return http->fd;
}

bool http_new(const struct http_options *options, struct http **out, struct err *err)
{
	struct http *http = xcalloc(1, sizeof(*http));
	int fd = -1;

	http->loop = options->loop;
	http->routes = options->routes;
	http->route_count = options->route_count;
	http->core = options->core;
	http->names = names_new(options);
	list_init(&http->requests);
	list_init(&http->streams);
	if (!gate_names_check(options->names, err) || !listen_open(options, &fd, err))
		goto fail;
	http->port = port_of(fd);
	if (!daemon_start(http, fd, err))
		goto fail;
	http->timer = loop_add_timer(http->loop, -1, 0, on_timer, http);
	http->before = loop_before_sleep(http->loop, before_sleep, http);
	*out = http;
	return true;
fail:
	http_free(http);
	return false;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "specimend is being restarted");
	err_hint(&err, "try again in a second");
	LIST_FOREACH (node, &http->requests) {
		struct http_request *request = LIST_ITEM(node, struct http_request, node);

		if (request->is_suspended)
			http_reply_err(request, &err);
	}
	LIST_FOREACH (node, &http->streams) {
		struct http_stream *stream = LIST_ITEM(node, struct http_stream, node);

		stream->ends = true;
		http_stream_wake(stream);
	}
	loop_remove(http->fd);
	loop_remove(http->timer);
	loop_remove(http->before);
	if (http->daemon) {
		run(http);
		run(http); /* the first takes the resumed back, the second writes their replies */
		MHD_stop_daemon(http->daemon);
	}
	free(http->names);
	free(http);
}

unsigned http_port(const struct http *http)
{
	return http->port;
}
