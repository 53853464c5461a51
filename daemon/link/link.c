/* The life of a link: connecting, greeting, open, closed. */
#include "daemon/link/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/link/socket.h"

bool link_start_id_make(char out[LINK_START_ID_LEN + 1], struct err *err)
{
	uint8_t random[LINK_START_ID_LEN / 2];
	AUTO_BUF text = { 0 };

	/* Cannot be short: getrandom(2) promises up to 256 bytes whole once the pool is ready. */
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return err_set_errno(err, "random start id");
	hex_encode(bytes_of(random, sizeof(random)), &text);
	memcpy(out, buf_str(&text), LINK_START_ID_LEN + 1);
	return true;
}

/* --- ending --------------------------------------------------------------------------------- */

static void link_destroy(struct link *link)
{
	list_remove(&link->peer);
	loop_remove(link->timer);
	loop_remove(link->flush);
	link_reports_reset(link);
	buf_done(&link->frame);
	explicit_bzero(link->buffer, sizeof(link->buffer));
	free((char *)(uintptr_t)link->setup.path);
	free(link);
}

void link_enter(struct link *link)
{
	link->depth++;
}

void link_leave(struct link *link)
{
	if (--link->depth == 0 && link->is_freed)
		link_destroy(link);
}

static void link_disconnect(struct link *link)
{
	loop_remove(link->io);
	link->io = NULL;
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	link->state = LINK_CLOSED;
	link->doom = (struct err) { 0 };
	link_send_reset(link);
	link_receive_reset(link);
}

void link_free(struct link *link)
{
	struct err gone = { 0 };

	if (!link || link->is_freed)
		return;
	link_enter(link);
	link->is_freed = true;
	link_disconnect(link);
	err_set(&gone, ERR_DEVICE_OFFLINE, "link with '%s' ends", link->peer_role);
	link_pending_fail(link, &gone);
	link_leave(link);
}

void link_fail(struct link *link, const struct err *why)
{
	bool was_open = link->state == LINK_OPEN;
	const char *peer = link->peer_role[0] ? link->peer_role : "peer";
	struct err gone = { 0 };

	log_warning("link with %s closed: %s", peer, why->message);
	link_disconnect(link);
	err_set(&gone, ERR_DEVICE_OFFLINE, "link with '%s' closed: %s", peer, why->message);
	link_pending_fail(link, &gone);
	if (was_open && !link->is_freed && link->setup.handlers.on_closed)
		link->setup.handlers.on_closed(link, link->setup.arg);
	if (link->is_freed)
		return;
	if (link->is_connecting_side)
		loop_timer_set(link->timer, link->backoff_ms);
	else
		link->is_freed = true;
}

void link_doom(struct link *link, const struct err *why)
{
	if (link->doom.code != ERR_NONE)
		return;
	link->doom = *why;
	link_flush_soon(link);
}

/* --- greeting ------------------------------------------------------------------------------- */

/* 0: none is kept. */
static json_int_t last_report(struct link *link)
{
	struct list *last = link->reports.prev;

	if (last == &link->reports)
		return 0;
	return (json_int_t)LIST_ITEM(last, struct message, node)->id;
}

static json_t *hello_json_new(struct link *link)
{
	json_t *hello = json_object();
	json_t *reports = json_array();
	json_t *own = link->setup.handlers.hello_new
			      ? link->setup.handlers.hello_new(link->setup.arg)
			      : NULL;

	LIST_FOREACH (node, &link->reports) {
		if (json_array_size(reports) == LINK_HELLO_REPORTS_MAX)
			break;
		json_array_append_new(reports,
			json_integer((json_int_t)LIST_ITEM(node, struct message, node)->id));
	}
	json_object_set_new(hello, "role", json_string(link->setup.role));
	json_object_set_new(hello, "version", json_string(SPECIMEND_VERSION));
	json_object_set_new(hello, "start_id", json_string(link->setup.start_id));
	json_object_set_new(hello, "reports", reports);
	json_object_set_new(hello, "last_report", json_integer(last_report(link)));
	if (own)
		json_object_update_missing(hello, own);
	json_decref(own);
	return hello;
}

static bool hello_send(struct link *link, struct err *err)
{
	AUTO(json_decref) json_t *json = hello_json_new(link);
	AUTO(message_free) struct message *hello = message_new(FRAME_HELLO, 0);

	if (!message_fill(hello, json, NULL, &link->next_transfer, err))
		return false;
	if (hello->transfer_count > 0)
		return err_set(err, ERR_TOO_LARGE, "hello does not fit into one message");
	link_control_give(link, TAKE(hello));
	return true;
}

static void on_io(void *arg, unsigned events)
{
	struct link *link = arg;

	link_enter(link);
	if (events & LOOP_WRITE)
		link_flush(link);
	if (link->state != LINK_CLOSED && events & (LOOP_READ | LOOP_HANGUP))
		link_receive(link);
	link_leave(link);
}

/* Takes fd. */
static bool link_greet(struct link *link, int fd, struct err *err)
{
	link->fd = fd;
	link->state = LINK_GREETING;
	link->peer_role[0] = 0;
	link->peer_start_id[0] = 0;
	link->io = loop_add_fd(link->setup.loop, fd, LOOP_READ, on_io, link, err);
	if (!link->io)
		return false;
	loop_timer_set(link->timer, LINK_HELLO_MS);
	return hello_send(link, err);
}

void link_set_open(struct link *link, json_t *hello)
{
	link->state = LINK_OPEN;
	link->backoff_ms = LINK_BACKOFF_MIN_MS;
	link->is_waiting_logged = false;
	loop_timer_set(link->timer, -1);
	log_info("link with %s open", link->peer_role);
	link_flush_soon(link);
	if (link->setup.handlers.on_hello)
		link->setup.handlers.on_hello(link, hello, link->setup.arg);
}

/* --- connecting ----------------------------------------------------------------------------- */

static void link_try(struct link *link)
{
	struct err err = { 0 };
	int fd;
	int64_t pause_ms = link->backoff_ms;

	link->backoff_ms = pause_ms * 2 < LINK_BACKOFF_MAX_MS ? pause_ms * 2 : LINK_BACKOFF_MAX_MS;
	if (!socket_connect(link->setup.path, link->setup.peer_uid, &fd, &err)) {
		if (!link->is_waiting_logged)
			log_notice("waiting for the other end: %s", err.message);
		link->is_waiting_logged = true;
		loop_timer_set(link->timer, pause_ms);
		return;
	}
	if (!link_greet(link, fd, &err))
		link_fail(link, &err);
}

static void on_timer(void *arg)
{
	struct link *link = arg;
	struct err err = { 0 };

	link_enter(link);
	if (link->state == LINK_CLOSED) {
		link_try(link);
	} else {
		err_set(&err, ERR_TIMEOUT, "no hello within %d ms", LINK_HELLO_MS);
		link_fail(link, &err);
	}
	link_leave(link);
}

static struct link *link_new(const struct link_setup *setup)
{
	struct link *link = xcalloc(1, sizeof(*link));

	link->setup = *setup;
	link->setup.path = setup->path ? xstrdup(setup->path) : NULL;
	link->fd = -1;
	link->backoff_ms = LINK_BACKOFF_MIN_MS;
	link->next_id = 1;
	link->next_transfer = 1;
	list_init(&link->peer);
	list_init(&link->control);
	list_init(&link->queue);
	list_init(&link->reports);
	list_init(&link->reports_sent);
	list_init(&link->pending);
	list_init(&link->asked);
	link->timer = loop_add_timer(setup->loop, -1, 0, on_timer, link);
	return link;
}

struct link *link_connect(const struct link_setup *setup)
{
	struct link *link = link_new(setup);

	link->is_connecting_side = true;
	loop_timer_set(link->timer, 0);
	return link;
}

struct link *link_over(const struct link_setup *setup, int fd)
{
	struct link *link = link_new(setup);
	struct err err = { 0 };

	if (!link_greet(link, fd, &err))
		link_doom(link, &err);
	return link;
}

bool link_is_open(const struct link *link)
{
	return link->state == LINK_OPEN;
}

const char *link_peer_role(const struct link *link)
{
	return link->peer_role;
}

const char *link_peer_start_id(const struct link *link)
{
	return link->peer_start_id;
}
