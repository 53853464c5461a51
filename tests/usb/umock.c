/* Devices, nodes and the clock. The ioctls are in umock_usbfs.c. */
#include "tests/usb/umock.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/usb/umock_inside.h"

#define CLOSE_MS 2000 /* at most, until a host that closed a device is gone */

int64_t umock_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- the clock ------------------------------------------------------------ */

struct bus *umock_begin(struct umock *umock)
{
	pthread_mutex_lock(&umock->lock);
	bus_step(umock->bus, umock_now_us());
	return umock->bus;
}

void umock_end(struct umock *umock)
{
	pthread_cond_signal(&umock->due);
	pthread_mutex_unlock(&umock->lock);
}

static void *clock_run(void *arg)
{
	struct umock *umock = arg;

	pthread_mutex_lock(&umock->lock);
	while (!umock->is_ending) {
		int64_t due_us = bus_due_us(umock->bus);

		if (due_us == MODEL_NEVER) {
			pthread_cond_wait(&umock->due, &umock->lock);
			continue;
		}
		struct timespec until = { due_us / 1000000, due_us % 1000000 * 1000 };

		if (due_us > umock_now_us())
			pthread_cond_timedwait(&umock->due, &umock->lock, &until);
		bus_step(umock->bus, umock_now_us());
	}
	pthread_mutex_unlock(&umock->lock);
	return NULL;
}

static void clock_begin(struct umock *umock)
{
	pthread_condattr_t monotonic;

	pthread_mutex_init(&umock->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&umock->due, &monotonic);
	pthread_condattr_destroy(&monotonic);
	umock->has_clock = pthread_create(&umock->clock, NULL, clock_run, umock) == 0;
}

static void clock_end(struct umock *umock)
{
	pthread_mutex_lock(&umock->lock);
	umock->is_ending = true;
	pthread_cond_signal(&umock->due);
	pthread_mutex_unlock(&umock->lock);
	if (umock->has_clock)
		pthread_join(umock->clock, NULL);
	pthread_cond_destroy(&umock->due);
	pthread_mutex_destroy(&umock->lock);
}

/* --- the node ------------------------------------------------------------- */

/* A pseudo terminal, stopped, with a link to it where the testbed has the node. */
static bool node_make(struct umock *umock, struct umock_device *device, struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s%s", umock->root, device->node);
	struct termios raw;
	char name[64];

	if (openpty(&device->master, &device->slave, name, NULL, NULL) != 0)
		return err_set_errno(err, "no pseudo terminal");
	fcntl(device->master, F_SETFD, FD_CLOEXEC);
	fcntl(device->slave, F_SETFD, FD_CLOEXEC);
	if (tcgetattr(device->slave, &raw) != 0)
		return err_set_errno(err, "tcgetattr");
	cfmakeraw(&raw);
	if (tcsetattr(device->slave, TCSANOW, &raw) != 0 || tcflow(device->slave, TCOOFF) != 0)
		return err_set_errno(err, "the pseudo terminal");
	(void)unlink(path); /* there is none, mostly */
	if (symlink(name, path) != 0)
		return err_set_errno(err, "%s", path);
	return true;
}

static bool folder_make(const struct umock *umock, struct err *err)
{
	static const char *const folders[] = { "/dev", "/dev/bus", "/dev/bus/usb",
		"/dev/bus/usb/001" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		AUTO(char_free) char *path = xasprintf("%s%s", umock->root, folders[i]);

		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return err_set_errno(err, "%s", path);
	}
	return true;
}

void umock_device_ready(struct umock_device *device)
{
	bool is_ready = false;

	LIST_FOREACH (node, &device->clients)
		is_ready |= !list_is_empty(&LIST_ITEM(node, struct umock_client, node)->ready);
	if (device->slave < 0 || is_ready == device->is_ready)
		return;
	device->is_ready = is_ready;
	(void)tcflow(device->slave, is_ready ? TCOON : TCOOFF); /* fails after a hangup only */
}

/* --- devices -------------------------------------------------------------- */

static void text_add(struct buf *out, const struct model *model, const char *name, unsigned number)
{
	if (number < 1 || number > model->descriptors.text_count)
		return;
	buf_addf(out, "A: %s=%s\\n\n", name, model->descriptors.texts[number - 1]);
}

/* What the kernel shows of a device below /sys. */
static void device_describe(
	const struct umock_device *device, const struct model *model, struct buf *out)
{
	const uint8_t *d = model->descriptors.device.data;

	buf_addf(out,
		"P: /devices/usb1/1-%u\n"
		"E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
		"E: BUSNUM=001\nE: DEVNUM=%03u\nE: DEVNAME=%s\n"
		"A: busnum=1\\n\nA: devnum=%u\\n\nA: devpath=%u\\n\nA: speed=%u\\n\n"
		"A: bConfigurationValue=1\\n\nA: bDeviceClass=%02x\\n\n"
		"A: idVendor=%02x%02x\\n\nA: idProduct=%02x%02x\\n\nA: bcdDevice=%02x%02x\\n\n",
		device->port, device->address, device->node, device->address, device->port,
		model->descriptors.speed_mbps, d[4], d[9], d[8], d[11], d[10], d[13], d[12]);
	text_add(out, model, "manufacturer", d[14]);
	text_add(out, model, "product", d[15]);
	text_add(out, model, "serial", d[16]);
	buf_add_str(out, "H: descriptors=");
	hex_encode(model->descriptors.device, out);
	hex_encode(model->descriptors.configuration, out);
	buf_add_str(out, "\n");
}

static bool testbed_add(struct umock *umock, const char *text, struct err *err)
{
	GError *error = NULL;

	if (umockdev_testbed_add_from_string(umock->testbed, text, &error))
		return true;
	(void)err_set(err, ERR_INTERNAL, "umockdev: %s", error->message);
	g_error_free(error);
	return false;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The device has left: hosts see the hangup, then the event. What they still have open stays. */
static void device_leave(struct umock_device *device)
{
	AUTO(char_free) char *path = xasprintf("%s%s", device->umock->root, device->node);
	AUTO(char_free) char *sys = xasprintf("/sys/devices/usb1/1-%u", device->port);

	fd_close(&device->master);
	fd_close(&device->slave);
	umockdev_testbed_uevent(device->umock->testbed, sys, "remove");
	umockdev_testbed_remove_device(device->umock->testbed, sys);
	(void)unlink(path);
	device->has_left = true;
}

static void device_free(struct umock_device *device)
{
	list_remove(&device->node_in_list);
	LIST_FOREACH (node, &device->clients)
		umock_client_drop(LIST_ITEM(node, struct umock_client, node));
	g_clear_object(&device->handler);
	fd_close(&device->master);
	fd_close(&device->slave);
	free(device);
}

/* Addresses begin anew after the last: what had this one before has left long ago. */
static void node_vacate(struct umock *umock, const struct umock_device *next)
{
	LIST_FOREACH (node, &umock->devices) {
		struct umock_device *device = LIST_ITEM(node, struct umock_device, node_in_list);

		if (device == next || !str_equal(device->node, next->node))
			continue;
		(void)umockdev_testbed_detach_ioctl(umock->testbed, device->node, NULL);
		device_free(device);
	}
}

/* The order counts: handler, node, and only then the event that makes hosts look. */
static bool device_begin(struct umock_device *device, const struct model *model, struct err *err)
{
	struct umock *umock = device->umock;
	AUTO_BUF text = { 0 };

	node_vacate(umock, device);
	device->handler = umockdev_ioctl_base_new();
	umock_usbfs_connect(device);
	(void)umockdev_testbed_attach_ioctl(umock->testbed, device->node, device->handler, NULL);
	device_describe(device, model, &text);
	return node_make(umock, device, err) && testbed_add(umock, buf_str(&text), err);
}

static void on_gone(void *arg, unsigned port)
{
	struct umock *umock = arg;

	LIST_FOREACH (node, &umock->devices) {
		struct umock_device *device = LIST_ITEM(node, struct umock_device, node_in_list);

		if (device->port == port && !device->has_left)
			device_leave(device);
	}
}

bool umock_plug(struct umock *umock, unsigned port, struct model *model, struct err *err)
{
	struct umock_device *device = xcalloc(1, sizeof(*device));
	struct bus *bus = umock_begin(umock);

	bus_plug(bus, port, model);
	device->umock = umock;
	device->port = port;
	device->address = bus_address(bus, port);
	device->master = -1;
	device->slave = -1;
	list_init(&device->clients);
	list_add_tail(&umock->devices, &device->node_in_list);
	(void)snprintf(device->node, sizeof(device->node), "/dev/bus/usb/001/%03u",
		device->address); /* fits */
	bool is_there = device_begin(device, model, err);

	if (!is_there)
		bus_unplug(bus, port);
	umock_end(umock);
	return is_there;
}

/* umockdev sends an event to every socket ROOT/event*. */
static void events_rename(const struct umock *umock, const char *from, const char *to)
{
	AUTO(char_free) char *pattern = xasprintf("%s/%s*", umock->root, from);
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return; /* nobody listens */
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *number = found.gl_pathv[i] + strlen(umock->root) + 1 + strlen(from);
		AUTO(char_free) char *name = xasprintf("%s/%s%s", umock->root, to, number);

		(void)rename(found.gl_pathv[i], name); /* a host may end just now */
	}
	globfree(&found);
}

bool umock_plug_unheard(struct umock *umock, unsigned port, struct model *model, struct err *err)
{
	events_rename(umock, "event", "deaf");
	bool is_there = umock_plug(umock, port, model, err);

	events_rename(umock, "deaf", "event");
	return is_there;
}

void umock_unplug(struct umock *umock, unsigned port)
{
	struct bus *bus = umock_begin(umock);

	bus_unplug(bus, port);
	umock_end(umock);
}

/* --- the testbed ---------------------------------------------------------- */

/* libusb wants a parent for what is plugged in. A full-speed hub's descriptors, as Linux makes
 * them for its own (drivers/usb/core/hcd.c). */
static const char root_hub[] =
	"P: /devices/usb1\n"
	"E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
	"E: BUSNUM=001\nE: DEVNUM=001\nE: DEVNAME=/dev/bus/usb/001/001\n"
	"A: busnum=1\\n\nA: devnum=1\\n\nA: devpath=0\\n\nA: speed=480\\n\n"
	"A: bConfigurationValue=1\\n\nA: bDeviceClass=09\\n\n"
	"A: idVendor=1d6b\\n\nA: idProduct=0002\\n\n"
	"H: descriptors=12010002090000406b1d020001060302010109021900010100e0000"
	"9040000010900000007058103040"
	"00c\n";

static void tmpdir_shorten(void)
{
	const char *tmpdir = getenv("TMPDIR");

	if (tmpdir && strlen(tmpdir) > UMOCK_TMPDIR_MAX)
		(void)setenv("TMPDIR", "/tmp", 1);
}

struct umock *umock_new(const struct umock_options *options, struct err *err)
{
	static const struct bus_events events = { .gone = on_gone };

	tmpdir_shorten();
	struct umock *umock = xcalloc(1, sizeof(*umock));

	umock->ports = options->ports;
	umock->no_scatter_gather = options->no_scatter_gather;
	umock->control_ms = options->control_ms > 0 ? options->control_ms : UMOCK_CONTROL_MS;
	list_init(&umock->devices);
	umock->bus = bus_new(options->ports, &events, umock);
	umock->testbed = umockdev_testbed_new();
	umock->root = umockdev_testbed_get_root_dir(umock->testbed);
	clock_begin(umock);
	/* umockdev remembers the answer: it must not be asked before there is a testbed */
	if (!umockdev_in_mock_environment())
		(void)err_set(err, ERR_INTERNAL, "libumockdev-preload is not loaded");
	else if (umock->has_clock && folder_make(umock, err) && testbed_add(umock, root_hub, err))
		return umock;
	umock_free(umock);
	return NULL;
}

static bool has_clients(struct umock *umock)
{
	bool found = false;

	(void)umock_begin(umock);
	LIST_FOREACH (node, &umock->devices)
		found |= !list_is_empty(
			&LIST_ITEM(node, struct umock_device, node_in_list)->clients);
	umock_end(umock);
	return found;
}

/* umockdev's thread hears of a close a little later. */
static void clients_wait(struct umock *umock)
{
	for (int ms = 0; ms < CLOSE_MS && has_clients(umock); ms++)
		usleep(1000);
	if (has_clients(umock))
		log_warning("a device on the fake bus was not closed");
}

void umock_free(struct umock *umock)
{
	if (!umock)
		return;
	clients_wait(umock);
	pthread_mutex_lock(&umock->lock);
	for (unsigned port = 1; port <= umock->ports; port++)
		bus_unplug(umock->bus, port);
	LIST_FOREACH (node, &umock->devices)
		(void)umockdev_testbed_detach_ioctl(umock->testbed,
			LIST_ITEM(node, struct umock_device, node_in_list)->node, NULL);
	pthread_mutex_unlock(&umock->lock);
	g_object_unref(umock->testbed); /* ends umockdev's thread, which may want the lock */
	clock_end(umock);
	LIST_FOREACH (node, &umock->devices)
		device_free(LIST_ITEM(node, struct umock_device, node_in_list));
	bus_free(umock->bus);
	g_free(umock->root);
	free(umock);
}

const char *umock_preload(void)
{
	return "libumockdev-preload.so.0";
}
