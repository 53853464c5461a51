/* libusb in the loop: its descriptors, its hotplug. */
#include <poll.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "daemon/bench/usb/inside.h"

struct usb_fd {
	struct list node;
	int fd;
	struct loop_handle *handle;
};

void usb_context_handle(struct usb_context *context, int wait_ms)
{
	struct timeval wait = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000L };

	/* what it could not do it tells by the transfers */
	(void)libusb_handle_events_timeout(context->handle, &wait);
}

static void fd_ready(void *arg, unsigned events)
{
	(void)events; /* libusb asks poll(2) itself which of its descriptors it is */
	usb_context_handle(arg, 0);
}

static void LIBUSB_CALL fd_added(int fd, short events, void *arg)
{
	struct usb_context *context = arg;
	struct usb_fd *entry = xcalloc(1, sizeof(*entry));
	unsigned interest =
		(events & POLLIN ? LOOP_READ : 0u) | (events & POLLOUT ? LOOP_WRITE : 0u);

	entry->fd = fd;
	/* when the kernel refuses, the device is never heard of: its deadlines tell */
	entry->handle = loop_add_fd(context->usb->loop, fd, interest, fd_ready, context, NULL);
	list_add_tail(&context->fds, &entry->node);
	context->newest_fd = fd;
}

static void fd_free(struct usb_fd *entry)
{
	loop_remove(entry->handle);
	list_remove(&entry->node);
	free(entry);
}

static void LIBUSB_CALL fd_removed(int fd, void *arg)
{
	struct usb_context *context = arg;

	LIST_FOREACH (node, &context->fds) {
		struct usb_fd *entry = LIST_ITEM(node, struct usb_fd, node);

		if (entry->fd == fd)
			fd_free(entry);
	}
}

static int LIBUSB_CALL hotplug(
	libusb_context *handle, libusb_device *device, libusb_hotplug_event event, void *arg)
{
	struct usb_context *context = arg;

	(void)handle;
	(void)device; /* nothing may be asked of it in here (libusb/libusb#408) */
	(void)event;
	usb_look_soon(context->usb);
	return 0;
}

static void fds_begin(struct usb_context *context)
{
	const struct libusb_pollfd **fds = libusb_get_pollfds(context->handle);

	for (size_t i = 0; fds && fds[i]; i++)
		fd_added(fds[i]->fd, fds[i]->events, context);
	libusb_free_pollfds(fds);
	libusb_set_pollfd_notifiers(context->handle, fd_added, fd_removed, context);
}

static void hotplug_end(struct usb_context *context)
{
	if (context->has_hotplug)
		libusb_hotplug_deregister_callback(context->handle, context->hotplug);
	context->has_hotplug = false;
}

void usb_context_free(struct usb_context *context)
{
	hotplug_end(context);
	libusb_set_pollfd_notifiers(context->handle, NULL, NULL, NULL);
	LIST_FOREACH (node, &context->fds)
		fd_free(LIST_ITEM(node, struct usb_fd, node));
	libusb_exit(context->handle);
	list_remove(&context->node);
	if (context->usb->context == context)
		context->usb->context = NULL;
	free(context);
}

bool usb_context_renew(struct usb *usb, struct err *err)
{
	struct usb_context *old = usb->context;
	libusb_context *handle;
	int code = libusb_init(&handle);

	if (code < 0)
		return err_set(
			err, ERR_NOT_FOUND, "there is no USB here: %s", libusb_strerror(code));
	struct usb_context *context = xcalloc(1, sizeof(*context));

	context->usb = usb;
	context->handle = handle;
	list_init(&context->fds);
	list_add_tail(&usb->contexts, &context->node);
	usb->context = context;
	fds_begin(context);
	/* without it, only the regular look finds what came */
	context->has_hotplug =
		libusb_hotplug_register_callback(handle,
			LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
			LIBUSB_HOTPLUG_NO_FLAGS, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
			LIBUSB_HOTPLUG_MATCH_ANY, hotplug, context,
			&context->hotplug) == LIBUSB_SUCCESS;
	if (old) {
		hotplug_end(old);
		if (old->sessions == 0)
			usb_context_free(old);
	}
	return true;
}

void usb_context_leave(struct usb_context *context)
{
	context->sessions--;
	if (context->sessions == 0 && context->usb->context != context)
		usb_context_free(context);
}
