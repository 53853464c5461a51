/* Looking for what is plugged in, and trying what is assigned. */
#include "daemon/bench/usb/usb.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/usb/inside.h"
#include "scanners/driver.h"

#define FREE_WAIT_MS 10
#define FREE_WAITS 100u

static bool is_device(const struct usb_found *found, unsigned bus, unsigned address)
{
	return found->bus == bus && found->address == address;
}

const struct usb_found *usb_found_get(const struct usb *usb, unsigned bus, unsigned address)
{
	for (size_t i = 0; i < usb->founds.count; i++) {
		if (is_device(&usb->founds.items[i], bus, address))
			return &usb->founds.items[i];
	}
	return NULL;
}

static const struct usb_found *found_of(const struct usb *usb, const struct usb_port *port)
{
	for (size_t i = 0; i < usb->founds.count; i++) {
		if (usb_found_is(&usb->founds, &usb->founds.items[i], &port->identity))
			return &usb->founds.items[i];
	}
	return NULL;
}

static bool is_by_place(const struct usb_port *port)
{
	return port->identity.serial[0] == '\0';
}

/* A place says more than a serial number, which another may have. */
static const struct usb_port *port_of(const struct usb *usb, const struct usb_found *found)
{
	const struct usb_port *best = NULL;

	LIST_FOREACH (node, &usb->ports) {
		const struct usb_port *port = LIST_ITEM(node, struct usb_port, node);

		/* one that is open stays what it is, whatever twin came */
		if (port->session) {
			if (is_device(found, port->session->bus, port->session->address))
				return port;
		} else if (usb_found_is(&usb->founds, found, &port->identity) &&
			   (!best || is_by_place(port))) {
			best = port;
		}
	}
	return best;
}

/* How many of that serial number are plugged in. */
static size_t namesakes_count(const struct usb *usb, const struct usb_port *port)
{
	size_t count = 0;

	for (size_t i = 0; i < usb->founds.count; i++) {
		const struct usb_found *found = &usb->founds.items[i];

		if (found->descriptors.vendor == port->identity.vendor &&
			found->descriptors.product == port->identity.product &&
			str_equal(found->serial, port->identity.serial))
			count++;
	}
	return count;
}

/* Of two equals that one is pulled does not make the other the one that was meant. */
static void twins_note(struct usb *usb)
{
	int64_t now_ms = loop_now_ms(usb->loop);

	LIST_FOREACH (node, &usb->ports) {
		struct usb_port *port = LIST_ITEM(node, struct usb_port, node);
		bool has_twin = !is_by_place(port) && namesakes_count(usb, port) > 1;

		if (port->has_twin && now_ms - port->twin_since_ms >= USB_TWIN_MS)
			port->had_twin = true;
		if (has_twin && !port->has_twin)
			port->twin_since_ms = now_ms;
		port->has_twin = has_twin;
	}
}

/* ---- the list ---- */

bool usb_has_looked(const struct usb *usb)
{
	return usb->is_told;
}

size_t usb_view_count(const struct usb *usb)
{
	return usb->founds.count;
}

void usb_view(const struct usb *usb, size_t index, struct usb_view *out)
{
	const struct usb_found *found = &usb->founds.items[index];
	const struct usb_port *port = port_of(usb, found);
	struct usb_identity identity;

	*out = (struct usb_view) { .found = found, .is_assigned = port };
	usb_found_identity(&usb->founds, found, &identity);
	usb_identity_text(&identity, out->identity);
	if (!port)
		return;
	(void)str_copy(out->identity, sizeof(out->identity), port->name);
	out->is_here = port->is_here;
	if ((!port->session || port->held.code != ERR_NONE) && port->problem.code != ERR_NONE)
		out->problem = &port->problem;
}

static void list_tell(struct usb *usb)
{
	AUTO_BUF now = { 0 };

	for (size_t i = 0; i < usb->founds.count; i++) {
		struct usb_view view;

		usb_view(usb, i, &view);
		buf_addf(&now, "%s %s %u %d %d %s\n", view.identity, view.found->place,
			view.found->address, view.is_assigned, view.is_here,
			view.problem ? view.problem->message : "");
	}
	if (usb->is_told && bytes_equal(buf_bytes(&now), buf_bytes(&usb->told)))
		return;
	usb->is_told = true;
	buf_reset(&usb->told);
	buf_add(&usb->told, buf_bytes(&now));
	usb->events->changed(usb->arg);
}

/* ---- trying ---- */

static libusb_device *device_find(libusb_device **list, const struct usb_found *found)
{
	for (; *list; list++) {
		if (libusb_get_bus_number(*list) == found->bus &&
			libusb_get_device_address(*list) == found->address)
			return *list;
	}
	return NULL;
}

static bool device_open(struct usb_port *port, const struct usb_found *found,
	const struct usb_setting *setting, bool *out_is_known, struct err *err)
{
	libusb_device **list = NULL;
	ssize_t count = libusb_get_device_list(port->usb->context->handle, &list);

	if (count < 0)
		return usb_err_set(err, (int)count, port->name);
	libusb_device *device = device_find(list, found);
	bool ok = false;

	*out_is_known = device;
	if (device)
		ok = usb_session_open(port, device, found, setting, err);
	else
		(void)err_set(
			err, ERR_DEVICE_OFFLINE, "USB device '%s' is only just coming", port->name);
	libusb_free_device_list(list, 1);
	return ok;
}

/*
 * libusb knows what was there when its context began, and what hotplug told it since. A device that
 * it does not know was lost on the way: once for each, it begins anew.
 */
static bool device_try(struct usb_port *port, const struct usb_found *found,
	const struct usb_setting *setting, struct err *err)
{
	struct usb *usb = port->usb;
	bool is_known = true;

	if (device_open(port, found, setting, &is_known, err))
		return true;
	if (is_known || is_device(found, usb->renewed_for.bus, usb->renewed_for.address))
		return false;
	usb->renewed_for.bus = found->bus;
	usb->renewed_for.address = found->address;
	return usb_context_renew(usb, err) && device_open(port, found, setting, &is_known, err);
}

/* Why the device of a port cannot be there now. */
static bool absence_explain(const struct usb_port *port, struct err *err)
{
	if (is_by_place(port) || namesakes_count(port->usb, port) == 0)
		return err_set(
			err, ERR_DEVICE_OFFLINE, "USB device '%s' is not plugged in", port->name);
	(void)err_set(err, ERR_CONFLICT, "two USB devices with the serial number of '%s' %s",
		port->name, port->has_twin ? "are plugged in" : "were plugged in");
	return err_hint(err, "assign each by the place where it is plugged in");
}

/* Why a device is not what it is assigned as. */
static bool unfit_explain(
	const struct usb_port *port, const struct usb_found *found, struct err *err)
{
	if (!port->talks || found->protocols[0] == '\0')
		return err_set(err, ERR_INVALID, "USB device '%s' is no %s", port->name,
			usb_kind_word(port->kind->kind));
	(void)err_set(err, ERR_INVALID, "USB device '%s' is no scanner that talks %s", port->name,
		port->talks->name);
	return err_hint(err,
		"it may talk: %s; set it up anew by the code in its maker's manual, or assign it "
		"as it is",
		found->protocols);
}

/* False, with the reason, when it is another one than was enrolled, or set up otherwise. */
static bool is_as_enrolled(
	const struct usb_port *port, const struct usb_found *found, struct err *err)
{
	char hash[SHA256_HEX + 1];

	sha256_hex(bytes_of(found->raw, found->raw_len), hash);
	if (str_equal(hash, port->enrolled))
		return true;
	(void)err_set(err, ERR_CONFLICT, "USB device '%s' is not what was enrolled", port->name);
	return err_hint(err, "nothing that it sends is used, or typed; enrol it again, or take it "
			     "out of the devices");
}

/* False when the device must not be heard as what it is assigned as: err is why. */
static bool is_fit(const struct usb_port *port, const struct usb_found *found,
	struct usb_setting *out, struct err *err)
{
	if (port->enrolled[0] != '\0' && !is_as_enrolled(port, found, err))
		return false;
	return port->kind->choose(port, found, out) || unfit_explain(port, found, err);
}

/* Whether the one that is found may be another one of the same serial number. */
static bool is_mistakable(const struct usb_port *port, const struct usb_found *found)
{
	return !is_by_place(port) && port->had_twin && !str_equal(found->place, port->place);
}

/* The device is in other hands of ours: *out_is_closing when it will be free soon. */
static bool is_taken(const struct usb *usb, const struct usb_found *found, bool *out_is_closing)
{
	LIST_FOREACH (node, &usb->sessions) {
		const struct usb_session *session = LIST_ITEM(node, struct usb_session, node);

		if (!is_device(found, session->bus, session->address))
			continue;
		*out_is_closing = session->is_ending;
		return true;
	}
	return false;
}

/* It failed so often, or so lately, that trying it now would only make a noise. */
static bool is_resting(const struct usb_port *port, const struct usb_found *found)
{
	int64_t now_ms = loop_now_ms(port->usb->loop);

	return is_device(found, port->left_alone.bus, port->left_alone.address) ||
	       (is_device(found, port->failed.bus, port->failed.address) &&
		       now_ms - port->failed.at_ms < USB_AGAIN_MS);
}

/* Whether it is another port's, by its place; that one has it, or will. */
static bool is_placed(
	const struct usb *usb, const struct usb_port *port, const struct usb_found *found)
{
	const struct usb_port *owner = port_of(usb, found);

	return owner != port && is_by_place(owner);
}

static void port_try(struct usb_port *port)
{
	struct usb *usb = port->usb;
	const struct usb_found *found = found_of(usb, port);
	struct usb_setting setting;
	struct err err = { 0 };
	bool is_closing = false;

	port->held = (struct err) { 0 };
	if (!found || is_mistakable(port, found)) {
		port->left_alone.bus = 0;
		(void)absence_explain(port, &err);
	} else if (is_resting(port, found)) {
		return;
	} else if (is_placed(usb, port, found)) {
		(void)err_set(&err, ERR_CONFLICT, "USB device '%s' is assigned by its place, %s",
			port->name, found->place);
	} else if (is_taken(usb, found, &is_closing)) {
		if (is_closing)
			return; /* looks again when it is over */
		(void)err_set(&err, ERR_CONFLICT, "USB device '%s' is assigned twice", port->name);
	} else if (!is_fit(port, found, &setting, &port->held) && port->enrolled[0] == '\0') {
		err = port->held;
		port->held = (struct err) { 0 };
	} else if (!usb->context) {
		return;
	} else if (device_try(port, found, port->held.code == ERR_NONE ? &setting : NULL, &err)) {
		memcpy(port->place, found->place, sizeof(port->place));
		usb_plug_text(usb->boot_id, found, port->base.plug);
		return;
	}
	if (found)
		usb_port_failed(port, found->bus, found->address);
	usb_port_gone(port, &err);
}

/* ---- looking ---- */

static void context_ensure(struct usb *usb)
{
	struct err err = { 0 };

	if (usb->context)
		return;
	if (usb_context_renew(usb, &err)) {
		usb->is_off_told = false;
		return;
	}
	if (!usb->is_off_told)
		usb->events->trouble(usb->arg, &err);
	usb->is_off_told = true;
}

/* Lets go of what is not there any more. */
static void sessions_check(struct usb *usb)
{
	LIST_FOREACH (node, &usb->sessions) {
		struct usb_session *session = LIST_ITEM(node, struct usb_session, node);

		if (!usb_found_get(usb, session->bus, session->address))
			usb_session_fail(session, LIBUSB_ERROR_NO_DEVICE);
	}
}

/* In turn: a round that is cut short by the next one must not always try the same. */
static struct usb_port *port_next(struct usb *usb)
{
	LIST_FOREACH (node, &usb->ports) {
		struct usb_port *port = LIST_ITEM(node, struct usb_port, node);

		if (port->round == usb->round)
			continue;
		port->round = usb->round;
		if (port->session)
			continue;
		list_remove(&port->node);
		list_add_tail(&usb->ports, &port->node);
		return port;
	}
	return NULL;
}

/* Without it no counter proves anything after the bench was started again. */
static void boot_id_ensure(struct usb *usb)
{
	struct err err = { 0 };

	if (usb->is_boot_asked)
		return;
	usb->is_boot_asked = true;
	if (usb_boot_id_read(USB_BOOT_ID, usb->boot_id, &err))
		return;
	(void)err_hint(&err, "labels that were on their way when it ended are asked of a person");
	usb->events->trouble(usb->arg, &err);
}

static void look(void *arg)
{
	struct usb *usb = arg;

	usb->look = NULL;
	if (!usb->is_read) {
		usb->is_read = true;
		boot_id_ensure(usb);
		usb_founds_read(USB_SYSFS, &usb->founds);
		context_ensure(usb);
		sessions_check(usb);
		twins_note(usb);
	}
	struct usb_port *port = port_next(usb);

	if (!port) {
		list_tell(usb);
		return;
	}
	usb->look = loop_defer(usb->loop, look, usb);
	port_try(port); /* may close ports, but not the bench */
}

void usb_look_soon(struct usb *usb)
{
	usb->is_read = false;
	usb->round++;
	if (!usb->look)
		usb->look = loop_defer(usb->loop, look, usb);
}

static void look_due(void *arg)
{
	usb_look_soon(arg);
}

struct usb *usb_new(struct loop *loop, const struct usb_events *events, void *arg)
{
	struct usb *usb = xcalloc(1, sizeof(*usb));

	usb->loop = loop;
	usb->events = events;
	usb->arg = arg;
	list_init(&usb->contexts);
	list_init(&usb->ports);
	list_init(&usb->sessions);
	usb->timer = loop_add_timer(loop, USB_LOOK_MS, USB_LOOK_MS, look_due, usb);
	usb_look_soon(usb);
	return usb;
}

/* Transfers that were cancelled come back at once, unless the kernel is in trouble. */
static bool sessions_wait(struct usb *usb)
{
	for (unsigned i = 0; i < FREE_WAITS && !list_is_empty(&usb->sessions); i++) {
		LIST_FOREACH (node, &usb->sessions) {
			struct usb_session *session = LIST_ITEM(node, struct usb_session, node);

			if (session->flying > 0)
				usb_context_handle(session->context, FREE_WAIT_MS);
			if (session->flying == 0)
				usb_session_free(session);
		}
	}
	return list_is_empty(&usb->sessions);
}

void usb_free(struct usb *usb)
{
	if (!usb)
		return;
	bool is_quiet = sessions_wait(usb);

	loop_remove(usb->timer);
	loop_remove(usb->look);
	/* a transfer that the kernel still has must keep its memory: the process ends */
	LIST_FOREACH (node, &usb->contexts) {
		if (is_quiet)
			usb_context_free(LIST_ITEM(node, struct usb_context, node));
	}
	usb_founds_done(&usb->founds);
	buf_done(&usb->told);
	if (is_quiet)
		free(usb);
}
