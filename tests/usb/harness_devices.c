/* The devices by name, and the table of commands. */
#include "tests/usb/harness_devices.h"

#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/usb/harness_inside.h"
#include "tests/usb/model_other.h"

struct harness_devices *harness_devices_new(struct umock *umock, const char *labels)
{
	struct harness_devices *devices = xcalloc(1, sizeof(*devices));

	devices->umock = umock;
	devices->folder = labels;
	list_init(&devices->list);
	return devices;
}

static void device_free(struct device *device)
{
	list_remove(&device->node);
	model_free(device->model);
	free(device->name);
	free(device->serial);
	free(device);
}

void harness_devices_free(struct harness_devices *devices)
{
	if (!devices)
		return;
	LIST_FOREACH (node, &devices->list) {
		struct device *device = LIST_ITEM(node, struct device, node);

		umock_unplug(devices->umock, device->port);
		device_free(device);
	}
	free(devices);
}

struct device *harness_device_find(struct harness_devices *devices, const char *name)
{
	LIST_FOREACH (node, &devices->list) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (str_equal(device->name, name))
			return device;
	}
	return NULL;
}

bool harness_number(const char *word, uint64_t max, uint64_t *out, struct err *err)
{
	return uint_parse(bytes_of_str(word), 0, max, out, err);
}

/* --- making and plugging -------------------------------------------------- */

static bool device_make(struct harness_devices *devices, const char *name, const char *serial,
	struct device **out, struct err *err)
{
	if (harness_device_find(devices, name))
		return err_set(err, ERR_CONFLICT, "there is a '%s' already", name);
	if (devices->count >= HARNESS_PORTS)
		return err_set(err, ERR_TOO_LARGE, "there are %u devices already", HARNESS_PORTS);
	struct device *device = xcalloc(1, sizeof(*device));

	device->name = xstrdup(name);
	device->serial = serial && !str_equal(serial, "-") ? xstrdup(serial) : NULL;
	device->port = ++devices->count;
	list_add_tail(&devices->list, &device->node);
	*out = device;
	return true;
}

/* printer NAME SERIAL|- [LANGUAGE] */
static bool make_printer(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	const struct printer_driver *driver = printer_driver_find(words[3] ? words[3] : "zpl");

	(void)answer;
	if (!driver || !fake_printer_speaks(driver))
		return err_set(err, ERR_INVALID, "there is no printer of '%s'", words[3]);
	if (!device_make(devices, words[1], words[2], &device, err))
		return false;
	device->printer = model_printer_new(device->serial);
	model_printer_speak(device->printer, driver);
	device->model = model_printer_model(device->printer);
	return true;
}

/* scanner NAME LAYOUT SERIAL|- */
static bool make_scanner(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	enum model_hid_pos_layout layout;

	(void)answer;
	if (!model_hid_pos_layout_parse(words[2], &layout))
		return err_set(err, ERR_INVALID, "there is no layout '%s'", words[2]);
	if (!device_make(devices, words[1], words[3], &device, err))
		return false;
	device->scanner = model_hid_pos_new(layout, device->serial);
	device->model = model_hid_pos_model(device->scanner);
	return true;
}

/* keyboard NAME; stick NAME */
static bool make_other(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)answer;
	if (!device_make(devices, words[1], NULL, &device, err))
		return false;
	device->model = str_equal(words[0], "keyboard") ? model_keyboard_new() : model_stick_new();
	return true;
}

/* wedge NAME [COUNTRY [END]]; line NAME SERIAL|-; ssi, dechdr, opc, snapi ... */
static bool make_kind(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	bool is_wedge = str_equal(words[0], "wedge");

	(void)answer;
	return device_make(devices, words[1], is_wedge ? NULL : words[2], &device, err) &&
	       harness_kind_make(device, words, err);
}

static bool plug(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)words;
	bool is_plugged = bus_model(umock_begin(devices->umock), device->port) != NULL;

	umock_end(devices->umock);
	if (is_plugged)
		return err_set(err, ERR_CONFLICT, "'%s' is plugged in", device->name);
	buf_addf(answer, " 1-%u", device->port);
	return umock_plug(devices->umock, device->port, device->model, err);
}

static bool unplug(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)words;
	(void)answer;
	(void)err;
	umock_unplug(devices->umock, device->port);
	return true;
}

/* --- every device --------------------------------------------------------- */

/* fault NAME KIND ENDPOINT BYTES: the endpoint in hexadecimal, as "01" or "82" */
static bool set_fault(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	static const char *const kinds[] = {
		[BUS_FAULT_NONE] = "none",
		[BUS_FAULT_STALL] = "stall",
		[BUS_FAULT_NAK] = "nak",
		[BUS_FAULT_MUTE] = "mute",
		[BUS_FAULT_UNPLUG] = "unplug",
		[BUS_FAULT_ERROR] = "error",
		[BUS_FAULT_CUT] = "cut",
		[BUS_FAULT_BABBLE] = "babble",
	};
	AUTO_BUF endpoint = { 0 };
	uint64_t after;
	size_t kind = 0;

	(void)answer;
	while (kind < ARRAY_LEN(kinds) && !str_equal(kinds[kind], words[2]))
		kind++;
	if (kind == ARRAY_LEN(kinds))
		return err_set(err, ERR_INVALID, "there is no fault '%s'", words[2]);
	if (!hex_decode(bytes_of_str(words[3]), &endpoint, err) ||
		!harness_number(words[4], UINT32_MAX, &after, err))
		return false;
	if (endpoint.len != 1)
		return err_set(err, ERR_INVALID, "an endpoint is two digits");
	bus_set_fault(umock_begin(devices->umock), device->port, endpoint.data[0],
		(enum bus_fault)kind, after);
	umock_end(devices->umock);
	return true;
}

/* state? NAME: what was done to it since it was plugged in, and who has its first interface */
static bool tell_state(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	struct bus *bus = umock_begin(devices->umock);
	struct bus_record record = bus_record(bus, device->port);
	const char *driver = bus_driver(bus, device->port, 0);

	(void)words;
	(void)err;
	buf_addf(answer,
		" plugged=%d opened=%u claims=%u disconnects=%u requests=%u transfers=%u "
		"driver=%s",
		bus_model(bus, device->port) != NULL, record.opened, record.claims,
		record.disconnects, record.requests, record.transfers, driver ? driver : "none");
	umock_end(devices->umock);
	return true;
}

/* touched?: whether anybody touched a keyboard or a stick */
static bool tell_touched(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)device;
	(void)words;
	(void)err;
	buf_add_str(answer, bus_private_touched(umock_begin(devices->umock)) ? " yes" : " no");
	umock_end(devices->umock);
	return true;
}

/* time?: microseconds of the bus, and since 1970 UTC */
static bool tell_time(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)devices;
	(void)device;
	(void)words;
	(void)err;
	buf_addf(answer, " %lld %lld", (long long)umock_now_us(), (long long)clock_real_us());
	return true;
}

enum wants {
	NOTHING,
	ANY,
	PRINTER,
	SCANNER,
	KIND
};

/* clang-format off */
static const struct {
	const char *name;
	unsigned min, max; /* words, with the command's */
	enum wants wants;  /* the device that the second word names */
	harness_command_fn fn;
} commands[] = {
	{ "printer",       3, 4, NOTHING, make_printer },
	{ "scanner",       4, 4, NOTHING, make_scanner },
	{ "keyboard",      2, 2, NOTHING, make_other },
	{ "stick",         2, 2, NOTHING, make_other },
	{ "wedge",         2, 4, NOTHING, make_kind },
	{ "line",          3, 3, NOTHING, make_kind },
	{ "ssi",           3, 3, NOTHING, make_kind },
	{ "dechdr",        3, 3, NOTHING, make_kind },
	{ "opc",           3, 3, NOTHING, make_kind },
	{ "snapi",         3, 3, NOTHING, make_kind },
	{ "plug",          2, 2, ANY,     plug },
	{ "unplug",        2, 2, ANY,     unplug },
	{ "fault",         5, 5, ANY,     set_fault },
	{ "state?",        2, 2, ANY,     tell_state },
	{ "touched?",      1, 1, NOTHING, tell_touched },
	{ "time?",         1, 1, NOTHING, tell_time },
	{ "ok",            2, 3, PRINTER, harness_printer_mode },
	{ "out_of_labels", 2, 2, PRINTER, harness_printer_mode },
	{ "head_open",     2, 2, PRINTER, harness_printer_mode },
	{ "paused",        2, 2, PRINTER, harness_printer_mode },
	{ "jam",           2, 2, PRINTER, harness_printer_mode },
	{ "silent",        2, 3, PRINTER, harness_printer_mode },
	{ "label_ms",      3, 3, PRINTER, harness_printer_label_ms },
	{ "room",          3, 3, PRINTER, harness_printer_room },
	{ "power_cycle",   2, 2, PRINTER, harness_printer_power_cycle },
	{ "labels?",       2, 2, PRINTER, harness_printer_labels },
	{ "counter?",      2, 2, PRINTER, harness_printer_counter },
	{ "counter",       3, 3, PRINTER, harness_printer_counter },
	{ "scan",          3, 4, SCANNER, harness_scanner_scan },
	{ "scan_beep",     5, 5, SCANNER, harness_scanner_scan_beep },
	{ "scan_all",      4, 6, NOTHING, harness_scan_all },
	{ "report",        3, 3, SCANNER, harness_scanner_report },
	{ "fetched?",      2, 2, SCANNER, harness_scanner_fetched },
	{ "beeps?",        2, 2, SCANNER, harness_scanner_beeps },
	{ "read",          3, 3, KIND,    harness_kind_read },
	{ "heard?",        2, 2, KIND,    harness_kind_heard },
};
/* clang-format on */

static bool device_get(struct harness_devices *devices, enum wants wants, const char *name,
	struct device **out, struct err *err)
{
	if (wants == NOTHING)
		return true;
	*out = harness_device_find(devices, name);
	if (!*out)
		return err_set(err, ERR_INVALID, "there is no '%s'", name);
	if (wants == PRINTER && !(*out)->printer)
		return err_set(err, ERR_INVALID, "'%s' is no printer", name);
	if (wants == SCANNER && !(*out)->scanner)
		return err_set(err, ERR_INVALID, "'%s' is no scanner", name);
	if (wants == KIND && !(*out)->wedge && !(*out)->line && !(*out)->snapi)
		return err_set(err, ERR_INVALID, "'%s' is no scanner of these kinds", name);
	return true;
}

bool harness_devices_do(struct harness_devices *devices, char *const *words, unsigned count,
	struct buf *answer, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		struct device *device = NULL;

		if (!str_equal(commands[i].name, words[0]))
			continue;
		if (count < commands[i].min || count > commands[i].max)
			return err_set(err, ERR_USAGE, "'%s' has %u to %u words", words[0],
				commands[i].min, commands[i].max);
		return device_get(devices, commands[i].wants, words[1], &device, err) &&
		       commands[i].fn(devices, device, words, answer, err);
	}
	return err_set(err, ERR_NOT_FOUND, "there is no command '%s'", words[0]);
}

bool harness_devices_collect(struct harness_devices *devices, struct err *err)
{
	LIST_FOREACH (node, &devices->list) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (device->printer && !harness_printer_collect(devices, device, err))
			return false;
	}
	return true;
}
