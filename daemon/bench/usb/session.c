/* A device that is open: its transfers, its faults, its end. */
#include <assert.h>
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "daemon/base/clock.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/usb/inside.h"
#include "daemon/bench/usb/quirk.h"

/* clang-format off */
static const struct {
	int code;
	enum err_code err;
	const char *what; /* after the device's name */
	const char *hint;
} meanings[] = {
	{ LIBUSB_ERROR_ACCESS,    ERR_FORBIDDEN,      "may not be opened by this user",
	  "install the udev rule (contrib/udev), put the service into its group, and plug the device in again" },
	{ LIBUSB_ERROR_BUSY,      ERR_BUSY,           "is held by another program",
	  "end the program that uses it: CUPS, the scanner's own software, a virtual machine" },
	{ LIBUSB_ERROR_NO_DEVICE, ERR_DEVICE_OFFLINE, "was unplugged", "" },
	{ LIBUSB_ERROR_NOT_FOUND, ERR_DEVICE_OFFLINE, "left while it was being opened", "" },
	{ LIBUSB_ERROR_IO,        ERR_IO,             "does not work, or is just being unplugged", "look at its cable" },
};
/* clang-format on */

bool usb_err_set(struct err *err, int code, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (meanings[i].code != code)
			continue;
		(void)err_set(err, meanings[i].err, "USB device '%s' %s", name, meanings[i].what);
		return err_hint(err, "%s", meanings[i].hint);
	}
	return err_set(
		err, ERR_IO, "USB device '%s' does not work: %s", name, libusb_strerror(code));
}

/* ---- transfers ---- */

static bool is_flying_on(const struct usb_session *session, uint8_t endpoint)
{
	if (session->out.is_flying && session->out.handle->endpoint == endpoint)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(session->in); i++) {
		if (session->in[i].is_flying && session->in[i].handle->endpoint == endpoint)
			return true;
	}
	return false;
}

static void session_over(void *arg)
{
	struct usb_session *session = arg;
	struct usb_port *port = session->port;
	struct usb *usb = session->usb;
	struct err why = session->why;

	session->end = NULL;
	if (port) {
		port->session = NULL;
		usb_port_failed(port, session->bus, session->address);
	}
	usb_session_free(session);
	usb_look_soon(usb);
	if (port)
		usb_port_gone(port, &why);
}

/* Where the endpoint's halt is kept. */
static size_t way_of(uint8_t endpoint)
{
	return endpoint & LIBUSB_ENDPOINT_IN ? 1 : 0;
}

bool usb_session_is_halted(const struct usb_session *session, uint8_t endpoint)
{
	return session->halted[way_of(endpoint)] != 0;
}

/* One that is halted and may be cleared; 0: none. */
static uint8_t halted_get(const struct usb_session *session)
{
	for (size_t i = 0; i < ARRAY_LEN(session->halted); i++) {
		if (session->halted[i] != 0 && !is_flying_on(session, session->halted[i]))
			return session->halted[i];
	}
	return 0;
}

/* ---- what blocks (usb.h) ---- */

static void session_leave_alone(struct usb_session *session)
{
	if (!session->port)
		return;
	session->port->left_alone.bus = session->bus;
	session->port->left_alone.address = session->address;
}

static void mute_tell(struct usb_session *session)
{
	struct err why = { 0 };

	usb_port_count(session->port, TRANSPORT_MUTE);
	if (session->is_claimed)
		session_leave_alone(session);
	session->is_reattached = false; /* its driver would ask it, and wait */
	(void)err_set(&why, ERR_IO, "USB device '%s' does not answer",
		session->port ? session->port->name : "");
	(void)err_hint(&why, "unplug it and plug it in again");
	usb_session_end(session, &why);
}

static void session_go_on(struct usb_session *session);

static void block_now(void *arg)
{
	struct usb_session *session = arg;
	void (*blocking)(struct usb_session * session) = session->blocking;

	session->mend = NULL;
	session->blocking = NULL;
	blocking(session);
	session_go_on(session); /* the other way may be halted too */
}

/* A device may stall it: that is an answer too. */
static void alive_done(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;

	loop_timer_set(session->alive_timer, -1);
	if (session->is_ending)
		return;
	switch (transfer->handle->status) {
	case LIBUSB_TRANSFER_COMPLETED:
	case LIBUSB_TRANSFER_STALL:
	case LIBUSB_TRANSFER_OVERFLOW:
		/* not inside libusb's handling of events */
		session->mend = loop_defer(session->usb->loop, block_now, session);
		break;
	case LIBUSB_TRANSFER_CANCELLED:
	case LIBUSB_TRANSFER_TIMED_OUT:
		mute_tell(session);
		break;
	case LIBUSB_TRANSFER_NO_DEVICE:
		usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
		break;
	case LIBUSB_TRANSFER_ERROR:
		usb_session_fail(session, LIBUSB_ERROR_IO);
		break;
	}
}

static void alive_timeout(void *arg)
{
	struct usb_session *session = arg;

	usb_transfer_cancel(&session->alive);
}

/* Calls it when the device has answered this request. */
static void session_block(struct usb_session *session, const struct usb_request *request,
	void (*blocking)(struct usb_session *session))
{
	session->blocking = blocking;
	session->alive.done = alive_done;
	loop_timer_set(session->alive_timer, USB_ALIVE_MS);
	usb_request_submit(&session->alive, request);
}

/* What a blocking call came to, that began then. True when the session goes on. */
static bool session_blocked(struct usb_session *session, int64_t begun_ms, int code)
{
	bool is_slow = clock_mono_ms() - begun_ms >= USB_SLOW_MS;

	if (is_slow)
		usb_port_count(session->port, TRANSPORT_MUTE);
	if (code < 0) {
		if (is_slow)
			session_leave_alone(session);
		usb_session_fail(session, code);
		return false;
	}
	return !is_slow || usb_session_fault(session, "it holds up the others");
}

static int ioctl_code(int number)
{
	return number == ENODEV ? LIBUSB_ERROR_NO_DEVICE : LIBUSB_ERROR_IO;
}

/* What the kernel does to clear a halt once the device has answered (usb_clear_halt). */
static int endpoint_reset(const struct usb_session *session, uint8_t endpoint)
{
	unsigned number = endpoint;

	if (session->alive.handle->status != LIBUSB_TRANSFER_COMPLETED)
		return LIBUSB_ERROR_PIPE;
	if (ioctl(session->fd, USBDEVFS_RESETEP, &number) == 0)
		return LIBUSB_SUCCESS;
	return ioctl_code(errno);
}

/* The device has cleared it; now the host. */
static void session_clear_halt(struct usb_session *session)
{
	uint8_t endpoint = (uint8_t)libusb_le16_to_cpu(
		libusb_control_transfer_get_setup(session->alive.handle)->wIndex);

	if (is_flying_on(session, endpoint))
		return; /* once more, when that is back */
	int code = endpoint_reset(session, endpoint);

	session->halted[way_of(endpoint)] = 0;
	if (code < 0)
		usb_session_fail(session, code);
	else if (session->port)
		usb_port_mended(session->port, endpoint);
}

static void session_mend(void *arg)
{
	struct usb_session *session = arg;

	session->mend = NULL;
	uint8_t endpoint = halted_get(session);
	struct usb_request request = {
		.type = LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_STANDARD |
			LIBUSB_RECIPIENT_ENDPOINT,
		.request = LIBUSB_REQUEST_CLEAR_FEATURE, /* 0: ENDPOINT_HALT */
		.index = endpoint,
	};

	if (endpoint != 0)
		session_block(session, &request, session_clear_halt);
}

/* What had to wait for transfers to come back. */
static void session_go_on(struct usb_session *session)
{
	struct loop *loop = session->usb->loop;

	if (session->is_ending) {
		loop_remove(session->mend);
		session->mend = NULL;
		if (session->flying == 0 && !session->end)
			session->end = loop_defer(loop, session_over, session);
	} else if (!session->mend && !session->blocking && halted_get(session) != 0) {
		session->mend = loop_defer(loop, session_mend, session);
	}
}

static void LIBUSB_CALL transfer_done(struct libusb_transfer *handle)
{
	struct usb_transfer *transfer = handle->user_data;
	struct usb_session *session = transfer->session;

	transfer->is_flying = false;
	session->flying--;
	transfer->done(transfer); /* the session cannot go away in here: it ends from the loop */
	session_go_on(session);
}

void usb_transfer_make(struct usb_transfer *transfer, size_t room)
{
	assert(!transfer->is_flying);
	if (!transfer->handle)
		transfer->handle = libusb_alloc_transfer(0);
	if (!transfer->handle)
		xalloc_fail();
	if (transfer->room >= room)
		return;
	transfer->data = xrealloc(transfer->data, room);
	transfer->room = room;
}

void usb_transfer_fill(struct usb_transfer *transfer, uint8_t type, uint8_t endpoint, size_t len)
{
	struct libusb_transfer *handle = transfer->handle;

	assert(len <= transfer->room);
	libusb_fill_bulk_transfer(handle, transfer->session->handle, endpoint, transfer->data,
		(int)len, transfer_done, transfer, 0);
	handle->type = type;
}

bool usb_transfer_submit(struct usb_transfer *transfer)
{
	struct usb_session *session = transfer->session;

	if (session->is_ending)
		return false;
	int code = libusb_submit_transfer(transfer->handle);

	if (code < 0) {
		usb_session_fail(session, code);
		return false;
	}
	transfer->is_flying = true;
	session->flying++;
	return true;
}

void usb_transfer_cancel(struct usb_transfer *transfer)
{
	/* when it is done already, or the device has left, its callback is on the way */
	if (transfer->is_flying)
		(void)libusb_cancel_transfer(transfer->handle);
}

void usb_request_submit(struct usb_transfer *transfer, const struct usb_request *request)
{
	size_t len = request->out.len > 0 ? request->out.len : request->in_len;

	assert(len <= UINT16_MAX);
	usb_transfer_make(transfer, LIBUSB_CONTROL_SETUP_SIZE + len);
	libusb_fill_control_setup(transfer->data, request->type, request->request, request->value,
		request->index, (uint16_t)len);
	if (request->out.len > 0)
		memcpy(transfer->data + LIBUSB_CONTROL_SETUP_SIZE, request->out.data, len);
	usb_transfer_fill(
		transfer, LIBUSB_TRANSFER_TYPE_CONTROL, 0, LIBUSB_CONTROL_SETUP_SIZE + len);
	(void)usb_transfer_submit(transfer);
}

struct bytes usb_request_answer(const struct usb_transfer *transfer)
{
	if (transfer->handle->status != LIBUSB_TRANSFER_COMPLETED)
		return (struct bytes) { 0 };
	return bytes_of(transfer->data + LIBUSB_CONTROL_SETUP_SIZE,
		(size_t)transfer->handle->actual_length);
}

/* ---- the session ---- */

static void transfer_begin(struct usb_session *session, struct usb_transfer *transfer)
{
	transfer->session = session;
}

static void transfer_free(struct usb_transfer *transfer)
{
	libusb_free_transfer(transfer->handle);
	free(transfer->data);
}

static struct usb_session *session_new(
	struct usb_port *port, libusb_device_handle *handle, const struct usb_found *found)
{
	struct usb_session *session = xcalloc(1, sizeof(*session));

	session->usb = port->usb;
	session->alive_timer = loop_add_timer(port->usb->loop, -1, 0, alive_timeout, session);
	session->context = port->usb->context;
	session->context->sessions++;
	session->handle = handle;
	session->fd = session->context->newest_fd; /* of just now: opening adds this one only */
	session->bus = found->bus;
	session->address = found->address;
	transfer_begin(session, &session->alive);
	transfer_begin(session, &session->control);
	transfer_begin(session, &session->out);
	for (size_t i = 0; i < ARRAY_LEN(session->in); i++)
		transfer_begin(session, &session->in[i]);
	for (size_t i = 0; i < ARRAY_LEN(session->fault_ms); i++)
		session->fault_ms[i] = -USB_FAULTS_MS;
	list_add_tail(&port->usb->sessions, &session->node);
	return session;
}

static void interfaces_release(struct usb_session *session)
{
	for (size_t i = 0; i < session->interface_count; i++)
		(void)libusb_release_interface(session->handle, session->interfaces[i]);
	session->is_claimed = false;
}

void usb_session_free(struct usb_session *session)
{
	assert(session->flying == 0);
	list_remove(&session->node);
	loop_remove(session->end);
	loop_remove(session->mend);
	loop_remove(session->alive_timer);
	/* a claim that ends by closing brings no driver back (libusb 1.0.26, linux_usbfs.c) */
	if (session->is_claimed && session->is_reattached)
		interfaces_release(session);
	libusb_close(session->handle);
	transfer_free(&session->alive);
	transfer_free(&session->control);
	transfer_free(&session->out);
	for (size_t i = 0; i < ARRAY_LEN(session->in); i++)
		transfer_free(&session->in[i]);
	usb_context_leave(session->context);
	free(session);
}

static void interface_add(struct usb_session *session, uint8_t interface)
{
	if (!memchr(session->interfaces, interface, session->interface_count))
		session->interfaces[session->interface_count++] = interface;
}

/*
 * Of a line the one that controls it first, as its driver holds both by that. Of a scanner all that
 * are HID, whichever is heard: by another one it could type into the desktop.
 */
static void interfaces_choose(struct usb_session *session, const struct usb_found *found,
	const struct usb_setting *setting)
{
	uint8_t configuration = setting ? setting->configuration : found->configuration;

	if (setting && setting->has_partner)
		interface_add(session, setting->partner);
	if (setting)
		interface_add(session, setting->interface);
	for (size_t i = 0; session->port->talks && i < found->descriptors.count; i++) {
		const struct usb_setting *other = &found->descriptors.settings[i];

		if (other->class_code == LIBUSB_CLASS_HID && other->configuration == configuration)
			interface_add(session, other->interface);
	}
}

static int interfaces_claim(const struct usb_session *session)
{
	int code = 0;

	for (size_t i = 0; code == 0 && i < session->interface_count; i++)
		code = libusb_claim_interface(session->handle, session->interfaces[i]);
	return code;
}

/* Detaches the kernel's driver and claims. */
static int interface_claim(struct usb_session *session, bool reattaches)
{
	/* not supported by the kernel: then the claim fails while a driver is bound */
	(void)libusb_set_auto_detach_kernel_driver(session->handle, 1);
	int code = interfaces_claim(session);

	if (code < 0)
		return code;
	session->is_claimed = true;
	session->is_reattached = reattaches && !(session->quirks & USB_NO_REATTACH);
	if (!session->is_reattached)
		(void)libusb_set_auto_detach_kernel_driver(session->handle, 0);
	return 0;
}

/* A driver that is unbound leaves setting 0 behind (Linux, usb_unbind_interface). */
static bool has_to_choose(const struct usb_session *session)
{
	return session->setting.alternate != 0 && !(session->quirks & USB_NO_ALTERNATE);
}

/*
 * libusb_set_interface_alt_setting unlocks what it has not locked when the device has just left,
 * and the process is aborted when the handle is closed (libusb 1.0.26, core.c; mended in 1.0.27).
 */
static int alternate_choose(const struct usb_session *session)
{
	struct usbdevfs_setinterface chosen = {
		.interface = session->setting.interface,
		.altsetting = session->setting.alternate,
	};

	if (ioctl(session->fd, USBDEVFS_SETINTERFACE, &chosen) == 0)
		return LIBUSB_SUCCESS;
	return ioctl_code(errno);
}

static void session_choose(struct usb_session *session)
{
	int64_t begun_ms = clock_mono_ms();

	if (session_blocked(session, begun_ms, alternate_choose(session)) && session->port)
		session->port->kind->begin(session->port);
}

/* What is claimed is used: the setting is chosen, and the kind begins. */
static void session_use(struct usb_session *session)
{
	struct usb_request request = {
		.type = LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_STANDARD |
			LIBUSB_RECIPIENT_INTERFACE,
		.request = LIBUSB_REQUEST_SET_INTERFACE,
		.value = session->setting.alternate,
		.index = session->setting.interface,
	};

	if (has_to_choose(session))
		session_block(session, &request, session_choose);
	else
		session->port->kind->begin(session->port);
}

static void session_hold(struct usb_session *session, const struct err *why)
{
	struct usb_port *port = session->port;

	port->held = *why;
	usb_look_soon(session->usb); /* the list tells why */
	usb_port_gone(port, why);
}

static void session_claim(struct usb_session *session)
{
	int64_t begun_ms = clock_mono_ms();
	struct usb_port *port = session->port;

	if (!port)
		return;
	int code = interface_claim(session, port->kind->reattaches);

	if (!session_blocked(session, begun_ms, code))
		return;
	if (port->held.code != ERR_NONE)
		session_hold(session, &port->held);
	else
		session_use(session);
}

bool usb_session_open(struct usb_port *port, libusb_device *device, const struct usb_found *found,
	const struct usb_setting *setting, struct err *err)
{
	libusb_device_handle *handle;
	int code = libusb_open(device, &handle);

	if (code < 0)
		return usb_err_set(err, code, port->name);
	struct usb_session *session = session_new(port, handle, found);

	if (setting)
		session->setting = *setting;
	session->quirks = usb_quirks_of(found->descriptors.vendor, found->descriptors.product);
	session->port = port;
	port->session = session;
	interfaces_choose(session, found, setting);
	session_block(session,
		&(struct usb_request) {
			.type = LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_STANDARD |
				LIBUSB_RECIPIENT_DEVICE,
			.request = LIBUSB_REQUEST_GET_STATUS,
			.in_len = 2,
		},
		session_claim);
	return true;
}

void usb_session_switch(struct usb_session *session, const struct usb_setting *setting)
{
	session->setting = *setting;
	session_use(session);
}

void usb_session_refuse(struct usb_session *session, const struct err *why)
{
	if (session->port->enrolled[0] != '\0') {
		session_hold(session, why);
		return;
	}
	/* released so, the kernel's driver comes back */
	(void)libusb_set_auto_detach_kernel_driver(session->handle, 1);
	interfaces_release(session);
	session_leave_alone(session);
	usb_session_end(session, why);
}

void usb_session_end(struct usb_session *session, const struct err *why)
{
	if (session->is_ending)
		return;
	session->is_ending = true;
	session->why = *why;
	usb_transfer_cancel(&session->alive);
	usb_transfer_cancel(&session->control);
	usb_transfer_cancel(&session->out);
	for (size_t i = 0; i < ARRAY_LEN(session->in); i++)
		usb_transfer_cancel(&session->in[i]);
	session_go_on(session);
}

void usb_session_leave(struct usb_session *session)
{
	struct err why = { 0 };

	(void)err_set(&why, ERR_DEVICE_OFFLINE, "it was closed");
	session->port = NULL;
	usb_session_end(session, &why);
}

void usb_session_fail(struct usb_session *session, int code)
{
	struct err why = { 0 };

	bool leaves = !session->is_ending && code == LIBUSB_ERROR_NO_DEVICE;

	session->has_left |= leaves;
	if (leaves && session->port && session->port->is_here)
		usb_port_count(session->port, TRANSPORT_LEFT);
	(void)usb_err_set(&why, code, session->port ? session->port->name : "");
	usb_session_end(session, &why);
}

bool usb_session_fault(struct usb_session *session, const char *what)
{
	int64_t now_ms = loop_now_ms(session->usb->loop);
	int64_t first_ms = session->fault_ms[0];
	struct usb_port *port = session->port;
	struct err why = { 0 };

	memmove(&session->fault_ms[0], &session->fault_ms[1],
		sizeof(session->fault_ms) - sizeof(session->fault_ms[0]));
	session->fault_ms[ARRAY_LEN(session->fault_ms) - 1] = now_ms;
	if (now_ms - first_ms >= USB_FAULTS_MS || !port)
		return !session->is_ending;
	session_leave_alone(session);
	(void)err_set(&why, ERR_IO, "USB device '%s' keeps failing: %s", port->name, what);
	(void)err_hint(&why,
		"unplug it and plug it in again; if that does not help, change cable or "
		"device");
	usb_session_end(session, &why);
	return false;
}

void usb_session_mend(struct usb_session *session, uint8_t endpoint)
{
	session->halted[way_of(endpoint)] = endpoint;
	for (size_t i = 0; i < ARRAY_LEN(session->in); i++) {
		if (session->in[i].is_flying && session->in[i].handle->endpoint == endpoint)
			usb_transfer_cancel(&session->in[i]);
	}
	session_go_on(session);
}
