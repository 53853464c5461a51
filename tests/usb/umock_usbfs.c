/* usbfs: what an open file of a device may ask (linux/usbdevice_fs.h, drivers/usb/core/devio.c). */
#include <assert.h>
#include <errno.h>
#include <linux/usb/ch9.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "daemon/base/xalloc.h"
#include "tests/usb/umock_inside.h"

/* One URB of a client, from SUBMITURB until it is reaped. */
struct umock_urb {
	struct list node;
	struct umock_client *client;
	struct bus_urb urb;
	UMockdevIoctlData *data;   /* the client's struct usbdevfs_urb */
	UMockdevIoctlData *buffer; /* NULL: no bytes */
	uint8_t type;
	bool is_bulk;         /* of a bulk transfer that may be split */
	bool is_continuation; /* not its first piece */
};

/* What an ioctl is answered: 0 and more, or -errno; -EINPROGRESS: after the kernel's timeout. */
typedef int (*usbfs_fn)(struct umock_client *client, UMockdevIoctlData *arg);

static struct bus *bus_of(const struct umock_client *client)
{
	return client->device->umock->bus;
}

/* 0 when it has left: no port of the bus. */
static unsigned port_of(const struct umock_client *client)
{
	return client->device->has_left ? 0 : client->device->port;
}

/* The struct behind an ioctl's argument, in our memory; it goes back with the answer. */
static void *arg_get(UMockdevIoctlData *arg, size_t len)
{
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, len, NULL);

	if (!data)
		return NULL;
	void *memory = data->data;

	g_object_unref(data); /* arg keeps it */
	return memory;
}

/* --- URBs ----------------------------------------------------------------- */

static void urb_free(struct umock_urb *urb)
{
	list_remove(&urb->node);
	g_clear_object(&urb->buffer);
	g_clear_object(&urb->data);
	free(urb);
}

static unsigned bulk_bit(const struct umock_urb *urb)
{
	return 1u << model_endpoint_index(urb->urb.endpoint);
}

/*
 * A piece of a split transfer failed: the pieces after it are unlinked, and no more of them are
 * taken, unless the next transfer has begun already.
 */
static void bulk_cancel(const struct umock_urb *failed)
{
	struct umock_client *client = failed->client;
	bool is_next = false;
	struct list unlinked;

	list_init(&unlinked);
	LIST_FOREACH (node, &client->pending) {
		struct umock_urb *urb = LIST_ITEM(node, struct umock_urb, node);

		if (is_next || !urb->is_bulk || urb->urb.endpoint != failed->urb.endpoint)
			continue;
		is_next = !urb->is_continuation;
		if (is_next)
			continue;
		urb->is_bulk = false; /* once */
		list_remove(&urb->node);
		list_add_tail(&unlinked, &urb->node);
	}
	if (!is_next)
		client->disabled_bulk |= bulk_bit(failed);
	while (!list_is_empty(&unlinked)) {
		struct umock_urb *urb = LIST_ITEM(unlinked.next, struct umock_urb, node);

		if (!bus_unlink(bus_of(client), &urb->urb, -ECONNRESET)) {
			list_remove(&urb->node);
			list_add_tail(&client->pending, &urb->node);
		}
	}
}

static void urb_done(struct bus_urb *done)
{
	struct umock_urb *urb = LIST_ITEM(done, struct umock_urb, urb);
	int status = done->status;

	list_remove(&urb->node);
	list_add_tail(&urb->client->ready, &urb->node);
	if (status < 0 && urb->is_bulk && status != -ECONNRESET && status != -ENOENT)
		bulk_cancel(urb);
	umock_device_ready(urb->client->device);
}

/* Whether this client may use the endpoint: usbfs claims for it when nobody else has it. */
static int endpoint_check(struct umock_client *client, uint8_t address)
{
	struct bus_endpoint endpoint;

	if (port_of(client) == 0)
		return -ENODEV;
	if (!bus_endpoint(bus_of(client), port_of(client), address, &endpoint))
		return -ENOENT;
	return bus_claim(bus_of(client), port_of(client), endpoint.interface, client);
}

/*
 * A request to an interface or endpoint needs the claim, but for vendor requests and a printer's
 * GET_DEVICE_ID, which is for everybody (devio.c, check_ctrlrecip).
 */
static int recipient_check(struct umock_client *client, const struct usb_setup *setup)
{
	uint8_t index = (uint8_t)setup->index;

	if (port_of(client) == 0)
		return -ENODEV;
	if ((setup->request_type & 0x60) == 0x40 ||
		(setup->request_type == 0xa1 && setup->request == 0))
		return 0;
	if ((setup->request_type & 0x1f) == USB_RECIP_INTERFACE)
		return bus_claim(bus_of(client), port_of(client), index, client);
	if ((setup->request_type & 0x1f) == USB_RECIP_ENDPOINT && (index & 0x7f) != 0)
		return endpoint_check(client, index);
	return 0;
}

static void setup_read(struct bus_urb *urb, const uint8_t *bytes)
{
	urb->setup = (struct usb_setup) {
		.request_type = bytes[0],
		.request = bytes[1],
		.value = (uint16_t)(bytes[2] | bytes[3] << 8),
		.index = (uint16_t)(bytes[4] | bytes[5] << 8),
		.length = (uint16_t)(bytes[6] | bytes[7] << 8),
	};
}

/* Fills urb from the client's; 0 or -errno. */
static int urb_read(struct umock_urb *urb, const struct usbdevfs_urb *its)
{
	size_t len = its->buffer_length < 0 ? SIZE_MAX : (size_t)its->buffer_length;
	uint8_t *bytes = urb->buffer ? urb->buffer->data : NULL;

	if (len > BUS_URB_MAX || (len > 0 && !bytes))
		return -EINVAL;
	urb->type = its->type;
	urb->urb.done = urb_done;
	urb->urb.endpoint = its->endpoint;
	urb->urb.data = bytes;
	urb->urb.len = len;
	if (its->type != USBDEVFS_URB_TYPE_CONTROL) {
		urb->urb.short_not_ok =
			its->endpoint & 0x80 && its->flags & USBDEVFS_URB_SHORT_NOT_OK;
		return endpoint_check(urb->client, its->endpoint);
	}
	if (len < 8)
		return -EINVAL;
	setup_read(&urb->urb, bytes);
	urb->urb.endpoint = 0;
	urb->urb.data = bytes + 8;
	urb->urb.len = urb->urb.setup.length;
	if (urb->urb.len > len - 8)
		return -EINVAL;
	return recipient_check(urb->client, &urb->urb.setup);
}

/* 0, or -EREMOTEIO: the rest of a transfer that has failed. */
static int bulk_check(struct umock_urb *urb, unsigned flags)
{
	urb->is_bulk = urb->type == USBDEVFS_URB_TYPE_BULK;
	urb->is_continuation = urb->is_bulk && flags & USBDEVFS_URB_BULK_CONTINUATION;
	if (urb->is_bulk && !urb->is_continuation)
		urb->client->disabled_bulk &= ~bulk_bit(urb);
	return urb->is_bulk && urb->client->disabled_bulk & bulk_bit(urb) ? -EREMOTEIO : 0;
}

static int submit(struct umock_client *client, UMockdevIoctlData *arg)
{
	struct umock_urb *urb = xcalloc(1, sizeof(*urb));
	int failed = -EFAULT;

	list_init(&urb->node);
	urb->client = client;
	urb->data = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
	if (urb->data) {
		const struct usbdevfs_urb *its = (const void *)urb->data->data;

		if (its->buffer_length > 0 && (size_t)its->buffer_length <= BUS_URB_MAX)
			urb->buffer = umockdev_ioctl_data_resolve(urb->data,
				offsetof(struct usbdevfs_urb, buffer), (size_t)its->buffer_length,
				NULL);
		failed = urb_read(urb, its);
		if (!failed)
			failed = bulk_check(urb, its->flags);
	}
	if (failed) {
		urb_free(urb);
		return failed;
	}
	list_add_tail(&client->pending, &urb->node);
	failed = bus_submit(bus_of(client), port_of(client), &urb->urb);
	if (failed)
		urb_free(urb);
	return failed;
}

/* Hands the first that is done back to the client. */
static int reap(struct umock_client *client, UMockdevIoctlData *arg)
{
	if (list_is_empty(&client->ready))
		return client->device->has_left ? -ENODEV : -EAGAIN;
	struct umock_urb *urb = LIST_ITEM(client->ready.next, struct umock_urb, node);
	struct usbdevfs_urb *its = (void *)urb->data->data;
	UMockdevIoctlData *pointer = umockdev_ioctl_data_resolve(arg, 0, sizeof(void *), NULL);

	if (!pointer)
		return -EFAULT;
	its->status = urb->urb.status;
	its->actual_length = (int)urb->urb.actual;
	umockdev_ioctl_data_set_ptr(pointer, 0, urb->data);
	g_object_unref(pointer);
	urb_free(urb);
	umock_device_ready(client->device);
	return 0;
}

static int discard(struct umock_client *client, UMockdevIoctlData *arg)
{
	unsigned long address;

	memcpy(&address, arg->data, sizeof(address));
	LIST_FOREACH (node, &client->pending) {
		struct umock_urb *urb = LIST_ITEM(node, struct umock_urb, node);

		if (urb->data->client_addr == address &&
			bus_unlink(bus_of(client), &urb->urb, -ENOENT))
			return 0;
	}
	return -EINVAL;
}

/* --- the rest ------------------------------------------------------------- */

static int get_capabilities(struct umock_client *client, UMockdevIoctlData *arg)
{
	uint32_t *capabilities = arg_get(arg, sizeof(*capabilities));

	if (!capabilities)
		return -EFAULT;
	*capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
			USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
	if (!client->device->umock->no_scatter_gather)
		*capabilities |= USBDEVFS_CAP_BULK_SCATTER_GATHER;
	return 0;
}

static int get_driver(struct umock_client *client, UMockdevIoctlData *arg)
{
	struct usbdevfs_getdriver *it = arg_get(arg, sizeof(*it));

	if (!it)
		return -EFAULT;
	const char *driver =
		it->interface < BUS_INTERFACES_MAX
			? bus_driver(bus_of(client), port_of(client), (uint8_t)it->interface)
			: NULL;

	if (!driver)
		return port_of(client) == 0 ? -ENODEV : -ENODATA;
	(void)snprintf(it->driver, sizeof(it->driver), "%s", driver); /* fits */
	return 0;
}

static int driver_ioctl(struct umock_client *client, UMockdevIoctlData *arg)
{
	const struct usbdevfs_ioctl *it = arg_get(arg, sizeof(*it));

	if (!it)
		return -EFAULT;
	if (it->ifno < 0 || it->ifno >= (int)BUS_INTERFACES_MAX)
		return -EINVAL;
	if (it->ioctl_code == (int)USBDEVFS_DISCONNECT)
		return bus_driver_disconnect(bus_of(client), port_of(client), (uint8_t)it->ifno);
	if (it->ioctl_code == (int)USBDEVFS_CONNECT)
		return bus_driver_connect(bus_of(client), port_of(client), (uint8_t)it->ifno);
	return -ENOTTY;
}

static int disconnect_claim(struct umock_client *client, UMockdevIoctlData *arg)
{
	const struct usbdevfs_disconnect_claim *it = arg_get(arg, sizeof(*it));

	if (!it)
		return -EFAULT;
	if (it->interface >= BUS_INTERFACES_MAX)
		return -EINVAL;
	uint8_t interface = (uint8_t)it->interface;
	const char *driver = bus_driver(bus_of(client), port_of(client), interface);
	bool is_named = driver && strncmp(driver, it->driver, sizeof(it->driver)) == 0;

	if (driver && it->flags & USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER && !is_named)
		return -EBUSY;
	if (driver && it->flags & USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER && is_named)
		return -EBUSY;
	if (driver)
		(void)bus_driver_disconnect(bus_of(client), port_of(client), interface);
	return bus_claim(bus_of(client), port_of(client), interface, client);
}

/* An ioctl whose argument is one number. */
static int number_get(UMockdevIoctlData *arg, unsigned *out)
{
	const unsigned *it = arg_get(arg, sizeof(*it));

	if (!it)
		return -EFAULT;
	*out = *it;
	return *it <= UINT8_MAX ? 0 : -EINVAL;
}

static int claim(struct umock_client *client, UMockdevIoctlData *arg)
{
	unsigned number = 0;
	int failed = number_get(arg, &number);

	return failed ? failed
		      : bus_claim(bus_of(client), port_of(client), (uint8_t)number, client);
}

static int release(struct umock_client *client, UMockdevIoctlData *arg)
{
	unsigned number = 0;
	int failed = number_get(arg, &number);

	return failed ? failed
		      : bus_release(bus_of(client), port_of(client), (uint8_t)number, client);
}

static int clear_halt(struct umock_client *client, UMockdevIoctlData *arg)
{
	unsigned number = 0;
	int failed = number_get(arg, &number);

	if (!failed)
		failed = endpoint_check(client, (uint8_t)number);
	if (!failed && bus_is_mute(bus_of(client), port_of(client)))
		failed = -EINPROGRESS;
	return failed ? failed : bus_clear_halt(bus_of(client), port_of(client), (uint8_t)number);
}

static int reset_endpoint(struct umock_client *client, UMockdevIoctlData *arg)
{
	unsigned number = 0;
	int failed = number_get(arg, &number);

	if (!failed)
		failed = endpoint_check(client, (uint8_t)number);
	return failed ? failed
		      : bus_reset_endpoint(bus_of(client), port_of(client), (uint8_t)number);
}

static int set_configuration(struct umock_client *client, UMockdevIoctlData *arg)
{
	unsigned number = 0;
	int failed = number_get(arg, &number);

	for (uint8_t i = 0; i < BUS_INTERFACES_MAX && !failed; i++) {
		if (bus_driver(bus_of(client), port_of(client), i))
			failed = -EBUSY;
	}
	return failed ? failed
		      : bus_set_configuration(bus_of(client), port_of(client), (uint8_t)number);
}

static int set_interface(struct umock_client *client, UMockdevIoctlData *arg)
{
	const struct usbdevfs_setinterface *it = arg_get(arg, sizeof(*it));

	if (!it)
		return -EFAULT;
	if (it->interface >= BUS_INTERFACES_MAX || it->altsetting > UINT8_MAX)
		return -EINVAL;
	int failed = bus_claim(bus_of(client), port_of(client), (uint8_t)it->interface, client);

	if (!failed && bus_is_mute(bus_of(client), port_of(client)))
		failed = -EINPROGRESS;
	return failed ? failed
		      : bus_set_interface(bus_of(client), port_of(client), (uint8_t)it->interface,
				(uint8_t)it->altsetting);
}

static int reset(struct umock_client *client, UMockdevIoctlData *arg)
{
	(void)arg;
	return bus_reset(bus_of(client), port_of(client));
}

static const struct {
	unsigned long request;
	usbfs_fn fn;
} requests[] = {
	{ USBDEVFS_SUBMITURB, submit },
	{ USBDEVFS_REAPURBNDELAY, reap },
	{ USBDEVFS_DISCARDURB, discard },
	{ USBDEVFS_GET_CAPABILITIES, get_capabilities },
	{ USBDEVFS_GETDRIVER, get_driver },
	{ USBDEVFS_IOCTL, driver_ioctl },
	{ USBDEVFS_DISCONNECT_CLAIM, disconnect_claim },
	{ USBDEVFS_CLAIMINTERFACE, claim },
	{ USBDEVFS_RELEASEINTERFACE, release },
	{ USBDEVFS_CLEAR_HALT, clear_halt },
	{ USBDEVFS_RESETEP, reset_endpoint },
	{ USBDEVFS_SETCONFIGURATION, set_configuration },
	{ USBDEVFS_SETINTERFACE, set_interface },
	{ USBDEVFS_RESET, reset },
};

/* --- clients -------------------------------------------------------------- */

static struct umock_client *client_find(struct umock_device *device, const void *client)
{
	LIST_FOREACH (node, &device->clients) {
		struct umock_client *it = LIST_ITEM(node, struct umock_client, node);

		if ((const void *)it->client == client)
			return it;
	}
	return NULL;
}

static void client_urbs_free(struct list *urbs)
{
	LIST_FOREACH (node, urbs)
		urb_free(LIST_ITEM(node, struct umock_urb, node));
}

static void client_free(struct umock_client *client)
{
	LIST_FOREACH (node, &client->pending)
		(void)bus_unlink(
			bus_of(client), &LIST_ITEM(node, struct umock_urb, node)->urb, -ENOENT);
	client_urbs_free(&client->pending);
	client_urbs_free(&client->ready);
	bus_release_all(bus_of(client), port_of(client), client);
	list_remove(&client->node);
	umock_device_ready(client->device);
	free(client);
}

/*
 * The file was closed, or its process ended. umockdev 0.17 has signals for that but does not send
 * them; it lets go of the client.
 */
static void on_vanished(void *arg, GObject *its)
{
	struct umock_device *device = arg;

	(void)umock_begin(device->umock);
	struct umock_client *client = client_find(device, its);

	if (client)
		client_free(client);
	umock_end(device->umock);
}

void umock_client_drop(struct umock_client *client)
{
	g_object_weak_unref(client->client, on_vanished, client->device);
	client_free(client);
}

static struct umock_client *client_get(struct umock_device *device, UMockdevIoctlClient *its)
{
	struct umock_client *client = client_find(device, its);

	if (client)
		return client;
	client = xcalloc(1, sizeof(*client));
	client->device = device;
	client->client = G_OBJECT(its);
	list_init(&client->pending);
	list_init(&client->ready);
	list_add_tail(&device->clients, &client->node);
	bus_opened(bus_of(client), port_of(client));
	g_object_weak_ref(G_OBJECT(its), on_vanished, device);
	return client;
}

static gboolean ioctl_timeout(gpointer its)
{
	umockdev_ioctl_client_complete(its, -1, ETIMEDOUT);
	return G_SOURCE_REMOVE;
}

/* The client waits in its ioctl, as with the kernel; the other clients' ioctls go on. */
static void complete_late(const struct umock_device *device, UMockdevIoctlClient *its)
{
	GSource *source = g_timeout_source_new(device->umock->control_ms);

	g_source_set_callback(source, ioctl_timeout, g_object_ref(its), g_object_unref);
	(void)g_source_attach(source, g_source_get_context(g_main_current_source()));
	g_source_unref(source);
}

static gboolean on_ioctl(
	UMockdevIoctlBase *handler, UMockdevIoctlClient *its, struct umock_device *device)
{
	unsigned long request = umockdev_ioctl_client_get_request(its);
	int answer = -ENOTTY;

	(void)handler;
	(void)umock_begin(device->umock);
	struct umock_client *client = client_get(device, its);

	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		if (requests[i].request == request)
			answer = requests[i].fn(client, umockdev_ioctl_client_get_arg(its));
	}
	umock_end(device->umock);
	if (answer == -EINPROGRESS)
		complete_late(device, its);
	else
		umockdev_ioctl_client_complete(
			its, answer < 0 ? -1 : answer, answer < 0 ? -answer : 0);
	return TRUE;
}

void umock_usbfs_connect(struct umock_device *device)
{
	g_signal_connect(device->handler, "handle-ioctl", G_CALLBACK(on_ioctl), device);
}
