/* What is done to printers; their labels as files. */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/bitmap_png.h"
#include "tests/usb/harness_inside.h"

#define DOTS_PER_M 7992 /* 203 dpi */

/* ok|out_of_labels|head_open|paused|jam|silent NAME [LABELS] */
bool harness_printer_mode(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	enum fake_printer_mode mode;
	uint64_t labels = 0;

	(void)answer;
	if (!fake_printer_mode_parse(words[0], &mode))
		return err_set(err, ERR_INTERNAL, "the mode '%s' is missing", words[0]);
	if (words[2] && !harness_number(words[2], INT32_MAX, &labels, err))
		return false;
	umock_begin(devices->umock);
	model_printer_set(device->printer, mode, words[2] ? (int)labels : FAKE_PRINTER_ENDLESS);
	umock_end(devices->umock);
	return true;
}

/* label_ms NAME MS */
bool harness_printer_label_ms(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	uint64_t ms;

	(void)answer;
	if (!harness_number(words[2], 60000, &ms, err))
		return false;
	umock_begin(devices->umock);
	model_printer_set_label_ms(device->printer, (unsigned)ms);
	umock_end(devices->umock);
	return true;
}

/* room NAME BYTES|- */
bool harness_printer_room(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	uint64_t room = SIZE_MAX;

	(void)answer;
	if (!str_equal(words[2], "-") && !harness_number(words[2], UINT32_MAX, &room, err))
		return false;
	umock_begin(devices->umock);
	model_printer_set_room(device->printer, room);
	umock_end(devices->umock);
	return true;
}

bool harness_printer_power_cycle(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
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
bool harness_printer_labels(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	(void)devices;
	(void)words;
	(void)err;
	buf_addf(answer, " %u %llu", device->labels, (unsigned long long)device->last_label);
	return true;
}

/* counter? NAME; counter NAME NUMBER */
bool harness_printer_counter(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	uint64_t counter = 0;

	if (words[2] && !harness_number(words[2], UINT32_MAX, &counter, err))
		return false;
	umock_begin(devices->umock);
	if (words[2])
		model_printer_set_counter(device->printer, counter);
	counter = model_printer_counter(device->printer);
	umock_end(devices->umock);
	buf_addf(answer, " %llu", (unsigned long long)counter);
	return true;
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

bool harness_printer_collect(
	struct harness_devices *devices, struct device *device, struct err *err)
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
