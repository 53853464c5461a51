/* Names, commands, and labels into files. */
#include "tests/usb/harness_devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/bitmap_png.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_other.h"
#include "tests/usb/model_printer.h"

#define DOTS_PER_M 7992 /* 203 dpi */
#define BEEPS_SHOWN 16u
#define BEEP_WAIT_MS_MAX 60000u
#define BEEP_LOOK_US 200 /* between two looks; times are the model's own */

struct device {
	struct list node;
	char *name;
	char *serial; /* NULL: none */
	unsigned port;
	struct model *model;
	struct model_printer *printer; /* the model again, or NULL */
	struct model_hid_pos *scanner;
	unsigned labels;
	uint64_t last_label;
};

struct harness_devices {
	struct umock *umock;
	const char *folder;
	struct list list;
	unsigned count;
};

/* words: what the command was said with. The bus is not held. */
typedef bool (*command_fn)(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err);

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

static struct device *device_find(struct harness_devices *devices, const char *name)
{
	LIST_FOREACH (node, &devices->list) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (str_equal(device->name, name))
			return device;
	}
	return NULL;
}

static bool number_parse(const char *word, uint64_t max, uint64_t *out, struct err *err)
{
	return uint_parse(bytes_of_str(word), 0, max, out, err);
}

/* --- making and plugging -------------------------------------------------- */

static bool device_make(struct harness_devices *devices, const char *name, const char *serial,
	struct device **out, struct err *err)
{
	if (device_find(devices, name))
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

/* printer NAME SERIAL|- */
static bool make_printer(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)answer;
	if (!device_make(devices, words[1], words[2], &device, err))
		return false;
	device->printer = model_printer_new(device->serial);
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

/* --- printers ------------------------------------------------------------- */

/* ok|out_of_labels|head_open|silent NAME [LABELS] */
static bool set_mode(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	enum zpl_printer_mode mode;
	uint64_t labels = 0;

	(void)answer;
	if (!zpl_printer_mode_parse(words[0], &mode))
		return err_set(err, ERR_INTERNAL, "the mode '%s' is missing", words[0]);
	if (words[2] && !number_parse(words[2], INT32_MAX, &labels, err))
		return false;
	umock_begin(devices->umock);
	model_printer_set(device->printer, mode, words[2] ? (int)labels : ZPL_PRINTER_ENDLESS);
	umock_end(devices->umock);
	return true;
}

/* label_ms NAME MS */
static bool set_label_ms(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	uint64_t ms;

	(void)answer;
	if (!number_parse(words[2], 60000, &ms, err))
		return false;
	umock_begin(devices->umock);
	model_printer_set_label_ms(device->printer, (unsigned)ms);
	umock_end(devices->umock);
	return true;
}

/* room NAME BYTES|- */
static bool set_room(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	uint64_t room = SIZE_MAX;

	(void)answer;
	if (!str_equal(words[2], "-") && !number_parse(words[2], UINT32_MAX, &room, err))
		return false;
	umock_begin(devices->umock);
	model_printer_set_room(device->printer, room);
	umock_end(devices->umock);
	return true;
}

static bool power_cycle(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)words;
	(void)answer;
	(void)err;
	umock_begin(devices->umock);
	model_printer_power_cycle(device->printer);
	umock_end(devices->umock);
	return true;
}

/* labels? NAME: how many were written, and the number of the last one */
static bool tell_labels(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)devices;
	(void)words;
	(void)err;
	buf_addf(answer, " %u %llu", device->labels, (unsigned long long)device->last_label);
	return true;
}

/* counter? NAME; counter NAME NUMBER */
static bool do_counter(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	uint64_t counter = 0;

	if (words[2] && !number_parse(words[2], UINT32_MAX, &counter, err))
		return false;
	umock_begin(devices->umock);
	if (words[2])
		model_printer_set_counter(device->printer, counter);
	counter = model_printer_counter(device->printer);
	umock_end(devices->umock);
	buf_addf(answer, " %llu", (unsigned long long)counter);
	return true;
}

/* --- scanners ------------------------------------------------------------- */

/* %1D is the byte 0x1D, %25 a per cent sign, %20 a blank. */
static bool text_parse(const char *word, struct buf *out, struct err *err)
{
	for (; *word; word++) {
		if (*word != '%') {
			buf_add_byte(out, (uint8_t)*word);
			continue;
		}
		if (strlen(word) < 3)
			return err_set(err, ERR_INVALID, "'%%' wants two digits");
		if (!hex_decode(bytes_of(word + 1, 2), out, err))
			return false;
		word += 2;
	}
	return true;
}

/* scan NAME TEXT [AIM] */
static bool scan(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	AUTO_BUF text = { 0 };

	if (!text_parse(words[2], &text, err))
		return false;
	umock_begin(devices->umock);
	bool scanned = model_hid_pos_scan(
		device->scanner, buf_bytes(&text), words[3] ? words[3] : "", err);

	buf_addf(answer, " scanned=%lld", (long long)device->model->now_us);
	umock_end(devices->umock);
	return scanned;
}

/* report NAME HEX */
static bool report(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	AUTO_BUF bytes = { 0 };

	(void)answer;
	if (!hex_decode(bytes_of_str(words[2]), &bytes, err))
		return false;
	umock_begin(devices->umock);
	bool taken = model_hid_pos_report(device->scanner, buf_bytes(&bytes));

	umock_end(devices->umock);
	return taken || err_set(err, ERR_BUSY, "the host does not fetch the reports");
}

static const char *sound_word(enum model_hid_pos_sound sound)
{
	static const char *const words[] = {
		[HID_POS_SOUND_NONE] = "other",
		[HID_POS_SOUND_GOOD] = "good",
		[HID_POS_SOUND_ERROR] = "error",
		[HID_POS_SOUND_UNKNOWN] = "unknown",
	};

	return words[sound];
}

/* beeps? NAME: how many, then the last ones as SOUND@MICROSECONDS */
static bool tell_beeps(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)words;
	(void)err;
	umock_begin(devices->umock);
	size_t count = model_hid_pos_beep_count(device->scanner);

	buf_addf(answer, " %zu", count);
	for (size_t i = count > BEEPS_SHOWN ? count - BEEPS_SHOWN : 0; i < count; i++) {
		const struct model_hid_pos_beep *beep = model_hid_pos_beep(device->scanner, i);

		if (beep)
			buf_addf(answer, " %s@%lld", sound_word(beep->sound),
				(long long)beep->at_us);
	}
	umock_end(devices->umock);
	return true;
}

/* fetched? NAME: when the host had the last report; 0: not yet */
static bool tell_fetched(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)words;
	(void)err;
	umock_begin(devices->umock);
	buf_addf(answer, " %lld", (long long)model_hid_pos_fetched_us(device->scanner));
	umock_end(devices->umock);
	return true;
}

/* Waits for beep number `number`; false when it is late. */
static bool beep_wait(struct harness_devices *devices, struct device *device, size_t number,
	int64_t until_us, struct buf *answer)
{
	for (;;) {
		umock_begin(devices->umock);
		const struct model_hid_pos_beep *beep = model_hid_pos_beep(device->scanner, number);
		int64_t fetched_us = model_hid_pos_fetched_us(device->scanner);

		if (beep)
			buf_addf(answer, " fetched=%lld beep=%lld us=%lld sound=%s",
				(long long)fetched_us, (long long)beep->at_us,
				(long long)(beep->at_us - fetched_us), sound_word(beep->sound));
		umock_end(devices->umock);
		if (beep || umock_now_us() >= until_us)
			return beep;
		usleep(BEEP_LOOK_US);
	}
}

/* scan_beep NAME TEXT AIM|- MS: a scan, and the wait for its sound */
static bool scan_beep(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	char *const scan_words[] = { words[0], words[1], words[2],
		str_equal(words[3], "-") ? NULL : words[3] };
	uint64_t wait_ms;

	if (!number_parse(words[4], BEEP_WAIT_MS_MAX, &wait_ms, err))
		return false;
	umock_begin(devices->umock);
	size_t number = model_hid_pos_beep_count(device->scanner);

	umock_end(devices->umock);
	if (!scan(devices, device, scan_words, answer, err))
		return false;
	if (beep_wait(devices, device, number, umock_now_us() + (int64_t)wait_ms * 1000, answer))
		return true;
	return err_set(err, ERR_TIMEOUT, "no beep");
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
		!number_parse(words[4], UINT32_MAX, &after, err))
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
	SCANNER
};

/* clang-format off */
static const struct {
	const char *name;
	unsigned min, max; /* words, with the command's */
	enum wants wants;  /* the device that the second word names */
	command_fn fn;
} commands[] = {
	{ "printer",       3, 3, NOTHING, make_printer },
	{ "scanner",       4, 4, NOTHING, make_scanner },
	{ "keyboard",      2, 2, NOTHING, make_other },
	{ "stick",         2, 2, NOTHING, make_other },
	{ "plug",          2, 2, ANY,     plug },
	{ "unplug",        2, 2, ANY,     unplug },
	{ "fault",         5, 5, ANY,     set_fault },
	{ "state?",        2, 2, ANY,     tell_state },
	{ "touched?",      1, 1, NOTHING, tell_touched },
	{ "time?",         1, 1, NOTHING, tell_time },
	{ "ok",            2, 3, PRINTER, set_mode },
	{ "out_of_labels", 2, 2, PRINTER, set_mode },
	{ "head_open",     2, 2, PRINTER, set_mode },
	{ "silent",        2, 3, PRINTER, set_mode },
	{ "label_ms",      3, 3, PRINTER, set_label_ms },
	{ "room",          3, 3, PRINTER, set_room },
	{ "power_cycle",   2, 2, PRINTER, power_cycle },
	{ "labels?",       2, 2, PRINTER, tell_labels },
	{ "counter?",      2, 2, PRINTER, do_counter },
	{ "counter",       3, 3, PRINTER, do_counter },
	{ "scan",          3, 4, SCANNER, scan },
	{ "scan_beep",     5, 5, SCANNER, scan_beep },
	{ "report",        3, 3, SCANNER, report },
	{ "fetched?",      2, 2, SCANNER, tell_fetched },
	{ "beeps?",        2, 2, SCANNER, tell_beeps },
};
/* clang-format on */

static bool device_get(struct harness_devices *devices, enum wants wants, const char *name,
	struct device **out, struct err *err)
{
	if (wants == NOTHING)
		return true;
	*out = device_find(devices, name);
	if (!*out)
		return err_set(err, ERR_INVALID, "there is no '%s'", name);
	if (wants == PRINTER && !(*out)->printer)
		return err_set(err, ERR_INVALID, "'%s' is no printer", name);
	if (wants == SCANNER && !(*out)->scanner)
		return err_set(err, ERR_INVALID, "'%s' is no scanner", name);
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

/* --- labels --------------------------------------------------------------- */

/* Whole or not at all: whoever watches the folder reads no half of it. */
static bool file_write(const char *path, struct bytes bytes, struct err *err)
{
	AUTO(char_free) char *part = xasprintf("%s.part", path);
	FILE *file = fopen(part, "w");

	if (!file)
		return err_set_errno(err, "%s", part);
	bool written = fwrite(bytes.data, 1, bytes.len, file) == bytes.len;

	written = fclose(file) == 0 && written;
	if (!written || rename(part, path) != 0)
		return err_set_errno(err, "%s", path);
	return true;
}

static bool label_write(struct harness_devices *devices, struct device *device,
	struct model_printer_label *label, struct err *err)
{
	AUTO_BUF png = { 0 };

	if (!bitmap_png(&label->bitmap, DOTS_PER_M, &png, err))
		return false;
	AUTO(char_free)
	char *path = xasprintf(
		"%s/%s-%llu.png", devices->folder, device->name, (unsigned long long)label->number);

	return file_write(path, buf_bytes(&png), err);
}

static bool label_take(
	struct harness_devices *devices, struct device *device, struct model_printer_label *out)
{
	umock_begin(devices->umock);
	bool has_label = model_printer_take_label(device->printer, out);

	umock_end(devices->umock);
	return has_label;
}

static bool device_collect(struct harness_devices *devices, struct device *device, struct err *err)
{
	struct model_printer_label label;

	while (label_take(devices, device, &label)) {
		bool written = !devices->folder || label_write(devices, device, &label, err);

		device->labels++;
		device->last_label = label.number;
		bitmap_done(&label.bitmap);
		if (!written)
			return false;
	}
	return true;
}

bool harness_devices_collect(struct harness_devices *devices, struct err *err)
{
	LIST_FOREACH (node, &devices->list) {
		struct device *device = LIST_ITEM(node, struct device, node);

		if (device->printer && !device_collect(devices, device, err))
			return false;
	}
	return true;
}
