/* libusb, as far as the bench uses it. */
#include "tests/storms/flood_usb.h"

#include <assert.h>
#include <libusb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/base/xalloc.h"

/* USB 2.0, 9.4 */
#define IN_DEVICE 0x80
#define IN_INTERFACE 0x81
#define GET_STATUS 0
#define GET_DESCRIPTOR 6
#define DESCRIPTOR_REPORT 0x22

struct flood_report {
	size_t len;
	uint8_t data[FLOOD_REPORT_MAX];
};

struct flood_device {
	struct model *model;
	unsigned address;
	struct list transfers;                          /* that wait for a report */
	struct flood_report waiting[FLOOD_WAITING_MAX]; /* a ring */
	size_t first;
	size_t count;
};

struct libusb_device {
	struct flood_device flood;
};

struct libusb_device_handle {
	struct flood_device *flood;
};

struct libusb_context {
	int fd; /* readable while a transfer is done and not told */
	struct libusb_pollfd pollfd;
};

static struct {
	libusb_context *context;
	libusb_device *devices[FLOOD_DEVICES_MAX];
	size_t device_count;
	struct list done;
	struct flood_counts counts;
} it;

struct flood_device *flood_usb_add(struct model *model, unsigned address)
{
	libusb_device *device = xcalloc(1, sizeof(*device));

	assert(it.device_count < FLOOD_DEVICES_MAX);
	if (it.device_count == 0)
		list_init(&it.done);
	device->flood.model = model;
	device->flood.address = address;
	list_init(&device->flood.transfers);
	it.devices[it.device_count++] = device;
	return &device->flood;
}

void flood_usb_end(void)
{
	for (size_t i = 0; i < it.device_count; i++)
		free(it.devices[i]);
	memset(&it, 0, sizeof(it));
}

struct flood_counts flood_usb_counts(void)
{
	return it.counts;
}

/* --- transfers ---------------------------------------------------------------- */

/* Of the list that a transfer is in: right before it, for its own end is open. */
static struct list *node_of(struct libusb_transfer *transfer)
{
	return (struct list *)(void *)transfer - 1;
}

static struct libusb_transfer *transfer_of(struct list *node)
{
	return (struct libusb_transfer *)(void *)(node + 1);
}

static void transfer_end(
	struct libusb_transfer *transfer, enum libusb_transfer_status status, size_t actual)
{
	const uint64_t one = 1;

	list_remove(node_of(transfer));
	transfer->status = status;
	transfer->actual_length = (int)actual;
	if (list_is_empty(&it.done))
		(void)!write(it.context->fd, &one, sizeof(one)); /* an eventfd has room for it */
	list_add_tail(&it.done, node_of(transfer));
}

static void transfer_fill(struct libusb_transfer *transfer, struct bytes report)
{
	assert(report.len <= (size_t)transfer->length);
	memcpy(transfer->buffer, report.data, report.len);
	transfer_end(transfer, LIBUSB_TRANSFER_COMPLETED, report.len);
}

void flood_usb_report(struct flood_device *device, struct bytes report)
{
	assert(report.len <= FLOOD_REPORT_MAX);
	it.counts.reports++;
	if (!list_is_empty(&device->transfers)) {
		transfer_fill(transfer_of(device->transfers.next), report);
		return;
	}
	if (device->count == FLOOD_WAITING_MAX) {
		it.counts.lost++;
		return;
	}
	struct flood_report *last =
		&device->waiting[(device->first + device->count++) % FLOOD_WAITING_MAX];

	last->len = report.len;
	memcpy(last->data, report.data, report.len);
	if (device->count > it.counts.deepest)
		it.counts.deepest = (unsigned)device->count;
}

static void in_submit(struct flood_device *device, struct libusb_transfer *transfer)
{
	list_add_tail(&device->transfers, node_of(transfer));
	if (device->count == 0)
		return;
	const struct flood_report *first = &device->waiting[device->first];

	device->first = (device->first + 1) % FLOOD_WAITING_MAX;
	device->count--;
	transfer_fill(transfer, bytes_of(first->data, first->len));
}

static void out_submit(struct flood_device *device, struct libusb_transfer *transfer)
{
	size_t taken = 0;
	enum model_answer answer = device->model->kind->out(device->model, transfer->endpoint,
		bytes_of(transfer->buffer, (size_t)transfer->length), &taken);

	transfer_end(transfer,
		answer == MODEL_OK ? LIBUSB_TRANSFER_COMPLETED : LIBUSB_TRANSFER_STALL, taken);
}

/* The data stage of a standard request; false: there is no such request. */
static bool standard_answer(
	const struct flood_device *device, const struct usb_setup *setup, struct buf *in)
{
	static const uint8_t status[] = { 0, 0 };

	if (setup->request_type == IN_DEVICE && setup->request == GET_STATUS) {
		buf_add(in, bytes_of(status, sizeof(status)));
		return true;
	}
	if (setup->request_type == IN_INTERFACE && setup->request == GET_DESCRIPTOR &&
		setup->value >> 8 == DESCRIPTOR_REPORT) {
		buf_add(in, device->model->descriptors.reports[0].bytes);
		return true;
	}
	return false;
}

static void control_submit(struct flood_device *device, struct libusb_transfer *transfer)
{
	const uint8_t *d = transfer->buffer;
	struct usb_setup setup = {
		.request_type = d[0],
		.request = d[1],
		.value = (uint16_t)(d[2] | d[3] << 8),
		.index = (uint16_t)(d[4] | d[5] << 8),
		.length = (uint16_t)(d[6] | d[7] << 8),
	};
	bool is_in = setup.request_type & LIBUSB_ENDPOINT_IN;
	AUTO_BUF in = { 0 };
	bool ok = standard_answer(device, &setup, &in) ||
		  device->model->kind->control(device->model, &setup,
			  bytes_of(d + LIBUSB_CONTROL_SETUP_SIZE, is_in ? 0 : setup.length),
			  &in) == MODEL_OK;
	size_t len = in.len < setup.length ? in.len : setup.length;

	if (is_in && len > 0)
		memcpy(transfer->buffer + LIBUSB_CONTROL_SETUP_SIZE, in.data, len);
	transfer_end(transfer, ok ? LIBUSB_TRANSFER_COMPLETED : LIBUSB_TRANSFER_STALL,
		is_in ? len : setup.length);
}

struct libusb_transfer *LIBUSB_CALL libusb_alloc_transfer(int iso_packets)
{
	struct list *node = xcalloc(1, sizeof(struct list) + sizeof(struct libusb_transfer));

	assert(iso_packets == 0);
	list_init(node);
	return transfer_of(node);
}

void LIBUSB_CALL libusb_free_transfer(struct libusb_transfer *transfer)
{
	if (transfer)
		free(node_of(transfer));
}

int LIBUSB_CALL libusb_submit_transfer(struct libusb_transfer *transfer)
{
	struct flood_device *device = transfer->dev_handle->flood;

	if (transfer->type == LIBUSB_TRANSFER_TYPE_CONTROL)
		control_submit(device, transfer);
	else if (transfer->endpoint & LIBUSB_ENDPOINT_IN)
		in_submit(device, transfer);
	else
		out_submit(device, transfer);
	return LIBUSB_SUCCESS;
}

int LIBUSB_CALL libusb_cancel_transfer(struct libusb_transfer *transfer)
{
	LIST_FOREACH (node, &transfer->dev_handle->flood->transfers) {
		if (node != node_of(transfer))
			continue;
		transfer_end(transfer, LIBUSB_TRANSFER_CANCELLED, 0);
		return LIBUSB_SUCCESS;
	}
	return LIBUSB_ERROR_NOT_FOUND;
}

/* What is done inside of a callback is told by the next call. */
int LIBUSB_CALL libusb_handle_events_timeout(libusb_context *context, struct timeval *wait)
{
	struct list done;
	uint64_t count;

	(void)wait; /* only the end of all waits, and what it waits for is done at once here */
	list_init(&done);
	while (!list_is_empty(&it.done)) {
		struct list *node = it.done.next;

		list_remove(node);
		list_add_tail(&done, node);
	}
	(void)!read(context->fd, &count, sizeof(count)); /* nothing, when nothing was done */
	while (!list_is_empty(&done)) {
		struct libusb_transfer *transfer = transfer_of(done.next);

		list_remove(node_of(transfer));
		transfer->callback(transfer);
	}
	return LIBUSB_SUCCESS;
}

/* --- devices -------------------------------------------------------------------- */

int LIBUSB_CALL libusb_init(libusb_context **out)
{
	libusb_context *context = xcalloc(1, sizeof(*context));

	context->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	context->pollfd = (struct libusb_pollfd) { .fd = context->fd, .events = POLLIN };
	it.context = context;
	*out = context;
	return LIBUSB_SUCCESS;
}

void LIBUSB_CALL libusb_exit(libusb_context *context)
{
	close(context->fd);
	free(context);
}

const struct libusb_pollfd **LIBUSB_CALL libusb_get_pollfds(libusb_context *context)
{
	const struct libusb_pollfd **fds = xcalloc(2, sizeof(const struct libusb_pollfd *));

	fds[0] = &context->pollfd;
	return fds;
}

void LIBUSB_CALL libusb_free_pollfds(const struct libusb_pollfd **fds)
{
	free((void *)fds);
}

void LIBUSB_CALL libusb_set_pollfd_notifiers(libusb_context *context, libusb_pollfd_added_cb added,
	libusb_pollfd_removed_cb removed, void *arg)
{
	(void)context; /* there is one descriptor, always */
	(void)added;
	(void)removed;
	(void)arg;
}

/* Nothing comes or leaves. */
int LIBUSB_CALL libusb_hotplug_register_callback(libusb_context *context, int events, int flags,
	int vendor, int product, int class, libusb_hotplug_callback_fn fn, void *arg,
	libusb_hotplug_callback_handle *out)
{
	(void)context;
	(void)events;
	(void)flags;
	(void)vendor;
	(void)product;
	(void)class;
	(void)fn;
	(void)arg;
	*out = 1;
	return LIBUSB_SUCCESS;
}

void LIBUSB_CALL libusb_hotplug_deregister_callback(
	libusb_context *context, libusb_hotplug_callback_handle handle)
{
	(void)context;
	(void)handle;
}

ssize_t LIBUSB_CALL libusb_get_device_list(libusb_context *context, libusb_device ***out)
{
	(void)context;
	*out = xcalloc(it.device_count + 1, sizeof(libusb_device *));
	memcpy(*out, it.devices, it.device_count * sizeof(libusb_device *));
	return (ssize_t)it.device_count;
}

void LIBUSB_CALL libusb_free_device_list(libusb_device **list, int unref)
{
	(void)unref;
	free((void *)list);
}

uint8_t LIBUSB_CALL libusb_get_bus_number(libusb_device *device)
{
	(void)device;
	return 1; /* umock.h: there is no other */
}

uint8_t LIBUSB_CALL libusb_get_device_address(libusb_device *device)
{
	return (uint8_t)device->flood.address;
}

int LIBUSB_CALL libusb_open(libusb_device *device, libusb_device_handle **out)
{
	libusb_device_handle *handle = xcalloc(1, sizeof(*handle));

	handle->flood = &device->flood;
	*out = handle;
	return LIBUSB_SUCCESS;
}

void LIBUSB_CALL libusb_close(libusb_device_handle *handle)
{
	free(handle);
}

int LIBUSB_CALL libusb_set_auto_detach_kernel_driver(libusb_device_handle *handle, int enable)
{
	(void)handle;
	(void)enable;
	return LIBUSB_SUCCESS;
}

int LIBUSB_CALL libusb_claim_interface(libusb_device_handle *handle, int interface)
{
	(void)handle;
	return interface == 0 ? LIBUSB_SUCCESS : LIBUSB_ERROR_NOT_FOUND;
}

int LIBUSB_CALL libusb_release_interface(libusb_device_handle *handle, int interface)
{
	return libusb_claim_interface(handle, interface);
}

int LIBUSB_CALL libusb_clear_halt(libusb_device_handle *handle, unsigned char endpoint)
{
	(void)handle;
	(void)endpoint;
	return LIBUSB_SUCCESS; /* nothing ever halts here */
}

const char *LIBUSB_CALL libusb_strerror(int code)
{
	(void)code;
	return "refused";
}
