/* The devices that are open. */
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/inside.h"
#include "daemon/bench/tray.h"
#include "daemon/bench/virtual_printer.h"

static void device_free(struct device *device)
{
	device_lose_job(device);
	if (device->printer || device->scanner)
		device_tell_faults(device);
	ledger_void(device->bench->ledger, device->entry.device_id);
	list_remove(&device->node);
	printer_free(device->printer);
	scanner_free(device->scanner);
	free(device);
}

/* Where its labels are kept it is the same printer as before. */
static void virtual_begin(struct device *device)
{
	struct transport_port *port = printer_port(device->printer);
	const char *tray = device->bench->tray;
	char name[TRAY_NAME_MAX + 1];
	uint64_t last;
	struct err err = { 0 };

	virtual_printer_set_label_fn(port, device_tell_label, device);
	if (!tray)
		return;
	if (tray_last(tray, device->entry.device_id, &last, &err) && tray_name(tray, name, &err))
		virtual_printer_go_on(port, last, name);
	else
		log_err(&err);
}

static bool printer_open(struct device *device, struct err *err)
{
	struct printer_setup setup = {
		.loop = device->bench->loop,
		.name = device->entry.identity,
		.identity = device->entry.identity,
		.transport = device->entry.transport,
		.usb = device->bench->usb,
		.driver = device->entry.printer,
		/* a virtual one holds whatever is asked of it */
		.width_um = device->entry.is_virtual ? 0 : device->entry.width_um,
		.height_um = device->entry.is_virtual ? 0 : device->entry.height_um,
		.events = &device_printer_events,
		.arg = device,
	};

	device->printer = printer_new(&setup, err);
	if (device->printer && device->entry.is_virtual)
		virtual_begin(device);
	return device->printer;
}

static bool scanner_open(struct device *device, struct err *err)
{
	struct scanner_setup setup = {
		.loop = device->bench->loop,
		.identity = device->entry.identity,
		.transport = device->entry.transport,
		.usb = device->bench->usb,
		.driver = device->entry.scanner,
		.settings = device->entry.settings,
		.descriptors = device->entry.descriptors,
		.events = &device_scanner_events,
		.arg = device,
	};

	device->scanner = scanner_new(&setup, err);
	return device->scanner;
}

static struct device *device_new(
	struct bench *bench, const struct device_entry *entry, struct err *err)
{
	struct device *device = xcalloc(1, sizeof(*device));

	list_init(&device->node);
	device->bench = bench;
	device->entry = *entry;
	if (entry->printer ? printer_open(device, err) : scanner_open(device, err))
		return device;
	(void)err_wrap(err, "device %lld", (long long)entry->device_id);
	device_free(device);
	return NULL;
}

static struct device *device_get(struct bench *bench, int64_t device_id)
{
	LIST_FOREACH (node, &bench->devices) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (device->entry.device_id == device_id)
			return device;
	}
	return NULL;
}

static bool has_label(const struct device *device)
{
	int64_t job;
	bool is_begun;

	return device->printer && printer_job_is_open(device->printer, &job, &is_begun);
}

/* Printers of a bench that does not print, but for the labels inside. */
static void let_go(void *arg)
{
	struct bench *bench = arg;

	bench->letting_go = NULL;
	LIST_FOREACH (node, &bench->devices) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (bench->prints != DEVICE_PRINTS_NOT || !device->printer || has_label(device))
			continue;
		log_info("printer '%s' is let go: another core prints, or may",
			device->entry.identity);
		device_free(device);
	}
}

void devices_let_go_soon(struct bench *bench)
{
	if (bench->prints == DEVICE_PRINTS_NOT && !bench->letting_go)
		bench->letting_go = loop_defer(bench->loop, let_go, bench);
}

static bool is_kept(const struct device *device, const struct device_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (device_entry_is_same(&device->entry, &list->entries[i]))
			return true;
	}
	return false;
}

static void device_tell(struct device *device)
{
	if (device->printer) {
		device_tell_here(device, printer_is_here(device->printer));
		device_tell_state(device);
	} else {
		device_tell_here(device, scanner_is_here(device->scanner));
	}
}

bool devices_replace(struct bench *bench, const struct device_list *list, struct err *err)
{
	bool whole = true;

	bench->prints = list->prints;
	LIST_FOREACH (node, &bench->devices) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (is_kept(device, list))
			device_tell(device);
		else
			device_free(device);
	}
	for (size_t i = 0; i < list->count; i++) {
		if (device_get(bench, list->entries[i].device_id) ||
			(list->entries[i].printer && list->prints != DEVICE_PRINTS))
			continue;
		struct device *device = device_new(bench, &list->entries[i], err);

		if (device)
			list_add_tail(&bench->devices, &device->node);
		whole = whole && device;
	}
	devices_let_go_soon(bench);
	return whole;
}

void devices_close(struct bench *bench)
{
	LIST_FOREACH (node, &bench->devices)
		device_free(LIST_ITEM(node, struct device, node));
	loop_remove(bench->letting_go);
	bench->letting_go = NULL;
}

void devices_close_virtual(struct bench *bench)
{
	LIST_FOREACH (node, &bench->devices) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (device->entry.is_virtual)
			device_free(device);
	}
}

static bool device_find(struct bench *bench, json_t *body, struct device **out, struct err *err)
{
	json_t *device_id = json_object_get(body, "device_id");

	if (!json_is_integer(device_id))
		return err_set(err, ERR_INVALID, "device_id is missing");
	struct device *device = device_get(bench, json_integer_value(device_id));

	if (!device)
		return err_set(err, ERR_NOT_FOUND, "there is no device %lld",
			(long long)json_integer_value(device_id));
	*out = device;
	return true;
}

bool device_find_printer(struct bench *bench, json_t *body, struct device **out, struct err *err)
{
	struct device *device;

	if (!device_find(bench, body, &device, err))
		return false;
	if (!device->printer)
		return err_set(err, ERR_INVALID, "device %lld is no printer",
			(long long)device->entry.device_id);
	*out = device;
	return true;
}

bool device_find_scanner(struct bench *bench, json_t *body, struct device **out, struct err *err)
{
	struct device *device;

	if (!device_find(bench, body, &device, err))
		return false;
	if (!device->scanner)
		return err_set(err, ERR_INVALID, "device %lld is no scanner",
			(long long)device->entry.device_id);
	*out = device;
	return true;
}

struct transport_port *bench_port(struct bench *bench, int64_t device_id)
{
	struct device *device = device_get(bench, device_id);

	if (!device)
		return NULL;
	return device->printer ? printer_port(device->printer) : scanner_port(device->scanner);
}
