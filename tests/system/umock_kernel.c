/*
 * The interface of tests/usb/umock.h for a real kernel: its virtual host controller (vhci-hcd) is
 * given one end of a socket pair for each device and speaks USB/IP over it; the fake bus answers.
 * usbfs, usblp, usbhid and all between are the kernel's own, so what the bus says of claims and
 * drivers means nothing here. Nothing goes over a network. Needs root and the module.
 *
 * Sources: Linux Documentation/usb/usbip_protocol.rst (messages), drivers/usb/usbip/vhci_sysfs.c
 * (attach: "port sockfd devid speed"), vhci_rx.c (what an unlinking is answered).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/xalloc.h"
#include "tests/usb/umock.h"

#define PORTS_MAX 8u  /* the high-speed ports of the first controller */
#define FREE_MS 30000 /* until the kernel has let go of what was in a port before */
#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"
#define HEADER_LEN 48u
#define READ_MAX (64u * 1024)

/* usbip_protocol.rst, "usbip_header_basic": command. */
enum usbip_command {
	CMD_SUBMIT = 1,
	CMD_UNLINK = 2,
	RET_SUBMIT = 3,
	RET_UNLINK = 4,
};

#define DIRECTION_IN 1u
#define URB_SHORT_NOT_OK 1u /* transfer_flags, as in include/linux/usb.h */

/* enum usb_device_speed, include/uapi/linux/usb/ch9.h */
#define SPEED_FULL 2u
#define SPEED_HIGH 3u

struct port {
	struct umock *umock;
	unsigned number;
	int fd; /* -1: nothing is plugged in */
	struct buf in;
	struct list urbs; /* under way */
	struct list done; /* to be answered */
	bool is_gone;     /* the bus says so */
};

struct usbip_urb {
	struct bus_urb urb;
	struct list node;
	struct port *port;
	uint32_t serial; /* seqnum */
	bool is_in;
	bool is_unlinked;
};

/* All of it is guarded by the lock. */
struct umock {
	struct bus *bus;
	struct port ports[PORTS_MAX + 1]; /* [1 ..] */
	pthread_mutex_t lock;
	pthread_t server;
	int wake[2]; /* a pipe: the server is to look again */
	bool is_ending;
};

int64_t umock_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static uint32_t u32_get(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void u32_put(uint8_t *p, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* --- answers ---------------------------------------------------------------- */

/* A kernel thread reads all the time, so this does not wait long. */
static void socket_write(const struct port *port, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(port->fd, bytes.data, bytes.len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return; /* it hung up: the next read says so */
		bytes = bytes_of(bytes.data + sent, bytes.len - (size_t)sent);
	}
}

static void answer(const struct port *port, enum usbip_command command, uint32_t serial, int status,
	size_t actual)
{
	uint8_t header[HEADER_LEN] = { 0 };

	u32_put(header, command);
	u32_put(header + 4, serial);
	u32_put(header + 20, (uint32_t)status);
	u32_put(header + 24, (uint32_t)actual);
	socket_write(port, bytes_of(header, sizeof(header)));
}

static void urb_free(struct usbip_urb *it)
{
	free(it->urb.data);
	free(it);
}

static void on_done(struct bus_urb *urb)
{
	struct usbip_urb *it = (struct usbip_urb *)(void *)urb;

	list_remove(&it->node);
	list_add_tail(&it->port->done, &it->node);
}

static void answers_send(struct port *port)
{
	while (!list_is_empty(&port->done)) {
		struct usbip_urb *it = LIST_ITEM(port->done.next, struct usbip_urb, node);

		list_remove(&it->node);
		if (port->fd >= 0 && !port->is_gone && !it->is_unlinked) {
			answer(port, RET_SUBMIT, it->serial, it->urb.status, it->urb.actual);
			if (it->is_in)
				socket_write(port, bytes_of(it->urb.data, it->urb.actual));
		}
		urb_free(it);
	}
}

/* --- ports ------------------------------------------------------------------ */

/* The kernel sees the device leave. */
static void port_close(struct port *port)
{
	(void)shutdown(port->fd, SHUT_RDWR);
	(void)close(port->fd);
	port->fd = -1;
	buf_done(&port->in);
	answers_send(port);
}

static void settle(struct umock *umock)
{
	bus_step(umock->bus, umock_now_us());
	for (unsigned i = 1; i <= PORTS_MAX; i++) {
		struct port *port = &umock->ports[i];

		answers_send(port);
		if (port->is_gone && port->fd >= 0)
			port_close(port);
	}
}

static void on_gone(void *arg, unsigned number)
{
	struct umock *umock = arg;

	umock->ports[number].is_gone = true;
}

/* --- requests ------------------------------------------------------------------ */

static struct usb_setup setup_read(const uint8_t *p)
{
	return (struct usb_setup) {
		.request_type = p[0],
		.request = p[1],
		.value = (uint16_t)(p[2] | p[3] << 8),
		.index = (uint16_t)(p[4] | p[5] << 8),
		.length = (uint16_t)(p[6] | p[7] << 8),
	};
}

static void submit(struct port *port, const uint8_t *header, struct bytes out)
{
	struct usbip_urb *it = xcalloc(1, sizeof(*it));
	size_t len = u32_get(header + 24);

	it->port = port;
	it->serial = u32_get(header + 4);
	it->is_in = u32_get(header + 12) == DIRECTION_IN;
	it->urb.endpoint = (uint8_t)u32_get(header + 16);
	if (it->urb.endpoint != 0 && it->is_in)
		it->urb.endpoint |= 0x80;
	it->urb.setup = setup_read(header + 40);
	it->urb.data = xcalloc(1, len + 1);
	it->urb.len = len;
	it->urb.short_not_ok = u32_get(header + 20) & URB_SHORT_NOT_OK;
	it->urb.done = on_done;
	if (out.len > 0)
		memcpy(it->urb.data, out.data, out.len);
	list_add_tail(&port->urbs, &it->node);
	int refused = bus_submit(port->umock->bus, port->number, &it->urb);

	if (refused != 0) {
		it->urb.status = refused;
		on_done(&it->urb);
	}
}

/* What was done before has its RET_SUBMIT already, and this is answered with 0. */
static void urb_unlink(struct port *port, uint32_t serial, uint32_t victim)
{
	int status = 0;

	LIST_FOREACH (node, &port->urbs) {
		struct usbip_urb *it = LIST_ITEM(node, struct usbip_urb, node);

		if (it->serial != victim)
			continue;
		it->is_unlinked = true;
		if (bus_unlink(port->umock->bus, &it->urb, -ECONNRESET))
			status = -ECONNRESET;
		break;
	}
	answers_send(port);
	answer(port, RET_UNLINK, serial, status, 0);
}

/* One message out of what came; false: it is not whole yet, or makes no sense. */
static bool message_take(struct port *port)
{
	const uint8_t *header = port->in.data;

	if (port->in.len < HEADER_LEN)
		return false;
	if (u32_get(header) == CMD_UNLINK) {
		uint32_t serial = u32_get(header + 4);
		uint32_t victim = u32_get(header + 20);

		buf_drop(&port->in, HEADER_LEN);
		urb_unlink(port, serial, victim);
		return true;
	}
	size_t len = u32_get(header + 24);
	size_t out_len = u32_get(header + 12) == DIRECTION_IN ? 0 : len;

	if (u32_get(header) != CMD_SUBMIT || len > BUS_URB_MAX) {
		port->is_gone = true;
		return false;
	}
	if (port->in.len < HEADER_LEN + out_len)
		return false;
	submit(port, header, bytes_of(header + HEADER_LEN, out_len));
	buf_drop(&port->in, HEADER_LEN + out_len);
	return true;
}

static void socket_read(struct port *port)
{
	ssize_t got = recv(port->fd, buf_grow(&port->in, READ_MAX), READ_MAX, MSG_DONTWAIT);

	buf_cut(&port->in, port->in.len - READ_MAX + (got > 0 ? (size_t)got : 0));
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		bus_unplug(port->umock->bus, port->number);
	while (!port->is_gone && message_take(port))
		answers_send(port);
}

/* --- the server ---------------------------------------------------------------- */

static int wait_ms(const struct umock *umock)
{
	int64_t due_us = bus_due_us(umock->bus);
	int64_t left_us = due_us - umock_now_us();

	if (due_us == MODEL_NEVER)
		return -1;
	return left_us <= 0 ? 0 : left_us > 1000000 ? 1000 : (int)((left_us + 999) / 1000);
}

static void *serve(void *arg)
{
	struct umock *umock = arg;

	pthread_mutex_lock(&umock->lock);
	while (!umock->is_ending) {
		struct pollfd fds[PORTS_MAX + 1] = { { .fd = umock->wake[0], .events = POLLIN } };
		int timeout_ms = wait_ms(umock);
		char bytes[64];

		for (unsigned i = 1; i <= PORTS_MAX; i++)
			fds[i] = (struct pollfd) { umock->ports[i].fd, POLLIN, 0 };
		pthread_mutex_unlock(&umock->lock);
		(void)poll(fds, ARRAY_LEN(fds), timeout_ms);
		pthread_mutex_lock(&umock->lock);
		if (fds[0].revents)
			(void)!read(umock->wake[0], bytes, sizeof(bytes));
		bus_step(umock->bus, umock_now_us());
		for (unsigned i = 1; i <= PORTS_MAX; i++) {
			if (fds[i].revents && fds[i].fd == umock->ports[i].fd)
				socket_read(&umock->ports[i]);
		}
		settle(umock);
	}
	pthread_mutex_unlock(&umock->lock);
	return NULL;
}

const char *umock_preload(void)
{
	return "";
}

struct bus *umock_begin(struct umock *umock)
{
	pthread_mutex_lock(&umock->lock);
	bus_step(umock->bus, umock_now_us());
	return umock->bus;
}

void umock_end(struct umock *umock)
{
	settle(umock);
	pthread_mutex_unlock(&umock->lock);
	(void)!write(umock->wake[1], "", 1);
}

/* --- plugging ---------------------------------------------------------------- */

static bool attach(const struct port *port, int fd, unsigned speed_mbps, struct err *err)
{
	char words[64];
	int len = snprintf(words, sizeof(words), "%u %d %u %u", port->number - 1, fd,
		0x10000u + port->number, speed_mbps >= 480 ? SPEED_HIGH : SPEED_FULL);
	int file = open(ATTACH, O_WRONLY | O_CLOEXEC);

	if (file < 0)
		return err_set_errno(err, ATTACH);
	bool is_attached = write(file, words, (size_t)len) == len;

	if (!is_attached)
		err_set_errno(err, ATTACH);
	(void)close(file);
	return is_attached;
}

/*
 * The kernel lets go of what was in the port before in its own time. What comes before that is
 * taken for the device that it still knows, and never asked who it is.
 */
static bool port_wait(const struct port *port, struct err *err)
{
	char place[64];

	snprintf(place, sizeof(place), "/sys/bus/usb/devices/1-%u", port->number);
	for (int ms = 0; ms < FREE_MS; ms += 10) {
		if (access(place, F_OK) != 0)
			return true;
		usleep(10000);
	}
	return err_set(err, ERR_TIMEOUT, "%s does not go away", place);
}

bool umock_plug(struct umock *umock, unsigned number, struct model *model, struct err *err)
{
	struct port *port = &umock->ports[number];
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set_errno(err, "socketpair");
	bool is_attached =
		port_wait(port, err) && attach(port, pair[1], model->descriptors.speed_mbps, err);

	(void)close(pair[1]); /* the kernel has a hold of its own */
	if (!is_attached) {
		(void)close(pair[0]);
		return false;
	}
	(void)umock_begin(umock);
	model->is_private = false; /* the kernel's own drivers touch everything */
	port->fd = pair[0];
	port->is_gone = false;
	bus_plug(umock->bus, number, model);
	umock_end(umock);
	return true;
}

bool umock_plug_unheard(struct umock *umock, unsigned number, struct model *model, struct err *err)
{
	(void)umock;
	(void)model;
	return err_set(
		err, ERR_INVALID, "port %u: a kernel's events are not lost on command", number);
}

void umock_unplug(struct umock *umock, unsigned number)
{
	bus_unplug(umock_begin(umock), number);
	umock_end(umock);
}

/* --- all of it ----------------------------------------------------------------- */

struct umock *umock_new(const struct umock_options *options, struct err *err)
{
	static const struct bus_events events = { on_gone };
	struct umock *umock = xcalloc(1, sizeof(*umock));

	(void)options; /* the kernel's ways are its own */
	umock->bus = bus_new(PORTS_MAX, &events, umock);
	for (unsigned i = 1; i <= PORTS_MAX; i++) {
		struct port *port = &umock->ports[i];

		port->umock = umock;
		port->number = i;
		port->fd = -1;
		list_init(&port->urbs);
		list_init(&port->done);
	}
	pthread_mutex_init(&umock->lock, NULL);
	if (pipe2(umock->wake, O_CLOEXEC | O_NONBLOCK) == 0 &&
		pthread_create(&umock->server, NULL, serve, umock) == 0)
		return umock;
	(void)err_set_errno(err, "the fake bus");
	bus_free(umock->bus);
	free(umock);
	return NULL;
}

void umock_free(struct umock *umock)
{
	if (!umock)
		return;
	struct bus *bus = umock_begin(umock);

	for (unsigned i = 1; i <= PORTS_MAX; i++)
		bus_unplug(bus, i);
	umock->is_ending = true;
	umock_end(umock);
	pthread_join(umock->server, NULL);
	bus_free(umock->bus);
	(void)close(umock->wake[0]);
	(void)close(umock->wake[1]);
	pthread_mutex_destroy(&umock->lock);
	free(umock);
}
