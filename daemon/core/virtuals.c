/* A ring of pictures per virtual printer. */
#include "daemon/core/virtuals.h"

#include <stdlib.h>
#include <time.h>

#include "daemon/base/clock.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/devices.h"
#include "daemon/core/when.h"

struct virtual_label {
	int64_t number;
	int64_t print_job_id;
	int64_t at_us;
	struct buf png;
};

struct virtual_printer {
	int64_t device_id;
	int64_t count; /* labels put out so far; the number of the last */
	struct virtual_label labels[VIRTUAL_LABELS_MAX];
};

struct virtuals {
	struct virtual_printer *printers[VIRTUAL_DEVICES_MAX];
	size_t count;
};

struct virtuals *virtuals_new(void)
{
	return xcalloc(1, sizeof(struct virtuals));
}

void virtuals_free(struct virtuals *virtuals)
{
	for (size_t i = 0; virtuals && i < virtuals->count; i++) {
		for (size_t j = 0; j < VIRTUAL_LABELS_MAX; j++)
			buf_done(&virtuals->printers[i]->labels[j].png);
		free(virtuals->printers[i]);
	}
	free(virtuals);
}

static struct virtual_printer *printer_find(const struct virtuals *virtuals, int64_t device_id)
{
	for (size_t i = 0; i < virtuals->count; i++) {
		if (virtuals->printers[i]->device_id == device_id)
			return virtuals->printers[i];
	}
	return NULL;
}

static struct virtual_printer *printer_add(struct virtuals *virtuals, int64_t device_id)
{
	struct virtual_printer *printer = printer_find(virtuals, device_id);

	if (printer || virtuals->count == VIRTUAL_DEVICES_MAX)
		return printer;
	printer = xcalloc(1, sizeof(*printer));
	printer->device_id = device_id;
	virtuals->printers[virtuals->count++] = printer;
	return printer;
}

static void publish(struct core *core, int64_t device_id, int64_t number)
{
	AUTO(json_decref)
	json_t *data = json_pack(
		"{s:I,s:I}", "device_id", (json_int_t)device_id, "number", (json_int_t)number);
	char *text = json_dumps(data, JSON_COMPACT);

	feed_publish(core->feed, FEED_ALL, "virtual_label", text);
	free(text);
}

void virtuals_on_label(struct core *core, const json_t *body, const struct link_payloads *payloads)
{
	int64_t device_id = json_integer_value(json_object_get(body, "device_id"));
	struct bytes png = link_payload_find(payloads, "png");

	if (png.len == 0 || png.len > VIRTUAL_PNG_MAX || devices_station(core, device_id) == 0)
		return;
	struct virtual_printer *printer = printer_add(core->virtuals, device_id);

	if (!printer)
		return;
	struct virtual_label *label = &printer->labels[++printer->count % VIRTUAL_LABELS_MAX];

	label->number = printer->count;
	label->print_job_id = json_integer_value(json_object_get(body, "print_job_id"));
	label->at_us = clock_real_us();
	buf_reset(&label->png);
	buf_add(&label->png, png);
	publish(core, device_id, label->number);
}

static const struct virtual_label *label_find(const struct virtual_printer *printer, int64_t number)
{
	if (!printer || number < 1 || number > printer->count ||
		number <= printer->count - VIRTUAL_LABELS_MAX)
		return NULL;
	return &printer->labels[number % VIRTUAL_LABELS_MAX];
}

json_t *virtuals_list_new(const struct virtuals *virtuals, int64_t device_id)
{
	const struct virtual_printer *printer = printer_find(virtuals, device_id);
	json_t *rows = json_array();
	const struct virtual_label *label;

	for (int64_t n = printer ? printer->count : 0; (label = label_find(printer, n)); n--) {
		char at[WHEN_LEN + 1];

		when_format(label->at_us, at);
		(void)json_array_append_new(
			rows, json_pack("{s:I,s:I,s:s}", "number", (json_int_t)label->number,
				      "print_job_id", (json_int_t)label->print_job_id, "at",
				      at)); /* fails only without memory */
	}
	return json_pack("{s:o}", "labels", rows);
}

bool virtuals_find(
	const struct virtuals *virtuals, int64_t device_id, int64_t number, struct bytes *out)
{
	const struct virtual_label *label = label_find(printer_find(virtuals, device_id), number);

	if (!label)
		return false;
	*out = buf_bytes(&label->png);
	return true;
}
