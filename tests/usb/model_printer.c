/* Descriptors and requests around a fake_printer. */
#include "tests/usb/model_printer.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"

#define PACKET_LEN 512u

struct tray_label {
	struct list node;
	struct model_printer_label label;
};

struct model_printer {
	struct model model;
	struct fake_printer *mind;
	const char *texts[3];
	const char *device_id;
	char *own_device_id;
	unsigned label_ms;
	int64_t out_us; /* when the label that comes out is out; MODEL_NEVER: none */
	size_t room;
	struct list tray;
	unsigned tray_count;
	struct buf trace;
	size_t trace_total;
	unsigned soft_resets;
	enum model_printer_lie lie;
	unsigned lies_left;
	uint32_t lie_seed;
	struct buf kept; /* MODEL_PRINTER_LIE_LATE */
};

static const uint8_t device_descriptor[] = { 18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x5f, 0x0a, 0x80, 0x00,
	0x00, 0x02, 1, 2, 3, 1 };
static const uint8_t device_descriptor_nameless[] = { 18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x5f, 0x0a,
	0x80, 0x00, 0x00, 0x02, 1, 2, 0, 1 };
/* clang-format off */
static const uint8_t configuration[] = {
	9, 2, 9 + 9 + 7 + 9 + 7 + 7, 0, 1, 1, 0, 0xc0, 0,
	9, 4, 0, 0, 1, 7, 1, 1, 0, /* alternate setting 0: one way */
	7, 5, MODEL_PRINTER_OUT, 2, PACKET_LEN & 0xff, PACKET_LEN >> 8, 0,
	9, 4, 0, 1, 2, 7, 1, 2, 0, /* 1: two ways */
	7, 5, MODEL_PRINTER_OUT, 2, PACKET_LEN & 0xff, PACKET_LEN >> 8, 0,
	7, 5, MODEL_PRINTER_IN, 2, PACKET_LEN & 0xff, PACKET_LEN >> 8, 0,
};
/* clang-format on */

static struct model_printer *printer_of(struct model *model)
{
	return (struct model_printer *)(void *)model;
}

/* --- printing ------------------------------------------------------------- */

static void print_begin(struct model_printer *printer)
{
	if (fake_printer_begin(printer->mind))
		printer->out_us = printer->model.now_us + (int64_t)printer->label_ms * 1000;
	if (!fake_printer_is_printing(printer->mind))
		printer->out_us = MODEL_NEVER;
}

static void on_label(void *arg, const struct label_bitmap *bitmap)
{
	struct model_printer *printer = arg;

	if (printer->tray_count >= MODEL_PRINTER_KEPT_MAX)
		return;
	struct tray_label *label = xcalloc(1, sizeof(*label));

	bitmap_copy(&label->label.bitmap, bitmap);
	label->label.number = fake_printer_counter(printer->mind);
	label->label.out_us = printer->model.now_us;
	list_add_tail(&printer->tray, &label->node);
	printer->tray_count++;
}

static uint8_t lie_byte(struct model_printer *printer)
{
	printer->lie_seed = printer->lie_seed * 1664525u + 1013904223u;
	return (uint8_t)(printer->lie_seed >> 24);
}

static void late(struct model_printer *printer, struct buf *answers)
{
	struct buf now = *answers;

	*answers = printer->kept;
	printer->kept = now;
}

static void answers_lie(struct model_printer *printer, struct buf *answers)
{
	const size_t len = answers->len;

	if (printer->lies_left == 0 || len == 0)
		return;
	printer->lies_left--;
	switch (printer->lie) {
	case MODEL_PRINTER_LIE_NONE:
	case MODEL_PRINTER_LIES:
		break;
	case MODEL_PRINTER_LIE_NOISE:
		for (size_t i = 0; i < len; i++)
			answers->data[i] = lie_byte(printer);
		break;
	case MODEL_PRINTER_LIE_FLIP:
		answers->data[(lie_byte(printer) * 256u + lie_byte(printer)) % len] ^=
			(uint8_t)(1u << lie_byte(printer) % 8);
		break;
	case MODEL_PRINTER_LIE_HALF:
		answers->len = len / 2;
		break;
	case MODEL_PRINTER_LIE_TWICE:
		for (size_t i = 0; i < len; i++)
			buf_add_byte(answers, answers->data[i]);
		break;
	case MODEL_PRINTER_LIE_LATE:
		late(printer, answers);
		break;
	}
}

static void answers_send(struct model_printer *printer)
{
	struct buf *answers = fake_printer_answers(printer->mind);

	answers_lie(printer, answers);
	if (answers->len > 0 && !model_in(&printer->model, MODEL_PRINTER_IN, buf_bytes(answers)))
		model_in_clear(&printer->model, MODEL_PRINTER_IN); /* nobody reads: it forgets */
	buf_reset(answers);
}

static int64_t printer_due_us(const struct model *model)
{
	return ((const struct model_printer *)(const void *)model)->out_us;
}

static void printer_step(struct model *model)
{
	struct model_printer *printer = printer_of(model);

	fake_printer_put_out(printer->mind);
	print_begin(printer);
	answers_send(printer);
	model_changed(model);
}

/* --- what it is sent ------------------------------------------------------ */

static void trace_add(struct model_printer *printer, struct bytes bytes)
{
	size_t left = MODEL_PRINTER_TRACE_MAX - printer->trace.len;

	printer->trace_total += bytes.len;
	buf_add_mem(&printer->trace, bytes.data, bytes.len < left ? bytes.len : left);
}

/* A packet at a time, so that a full printer stops within a label or two. */
static enum model_answer printer_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	struct model_printer *printer = printer_of(model);

	(void)endpoint; /* there is one */
	while (*taken < bytes.len && printer->room > 0 && !fake_printer_is_full(printer->mind)) {
		size_t len = bytes.len - *taken;

		if (len > PACKET_LEN)
			len = PACKET_LEN;
		if (len > printer->room)
			len = printer->room;
		struct bytes packet = bytes_of(bytes.data + *taken, len);

		trace_add(printer, packet);
		fake_printer_feed(printer->mind, packet);
		*taken += len;
		if (printer->room != SIZE_MAX)
			printer->room -= len;
		print_begin(printer);
		answers_send(printer);
	}
	return *taken == bytes.len ? MODEL_OK : MODEL_NAK;
}

static enum model_answer device_id_get(struct model_printer *printer, struct buf *in)
{
	if (!printer->device_id)
		return MODEL_STALL;
	size_t len = strlen(printer->device_id) + 2;

	buf_add_byte(in, (uint8_t)(len >> 8));
	buf_add_byte(in, (uint8_t)len);
	buf_add_str(in, printer->device_id);
	return MODEL_OK;
}

/* Bit 5 paper empty, bit 4 selected, bit 3 no error. */
static uint8_t port_status(const struct model_printer *printer)
{
	switch (fake_printer_mode(printer->mind)) {
	case FAKE_PRINTER_OUT_OF_LABELS:
		return 0x30;
	case FAKE_PRINTER_HEAD_OPEN:
	case FAKE_PRINTER_JAM:
		return 0x10;
	case FAKE_PRINTER_PAUSED:
		return 0x08;
	case FAKE_PRINTER_OK:
	case FAKE_PRINTER_SILENT:
	case FAKE_PRINTER_SILENT_INSIDE:
		break;
	}
	return 0x18;
}

/* What a printer forgets with SOFT_RESET: its buffers; its label is not reprinted. */
static void soft_reset(struct model_printer *printer)
{
	printer->soft_resets++;
	model_printer_power_cycle(printer);
}

static enum model_answer printer_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct model_printer *printer = printer_of(model);

	(void)out; /* none of the three has any */
	if (setup->request_type == 0xa1 && setup->request == 0)
		return device_id_get(printer, in);
	if (setup->request_type == 0xa1 && setup->request == 1) {
		buf_add_byte(in, port_status(printer));
		return MODEL_OK;
	}
	if ((setup->request_type == 0x21 || setup->request_type == 0x23) && setup->request == 2) {
		soft_reset(printer);
		return MODEL_OK;
	}
	return MODEL_STALL;
}

static void printer_free(struct model *model)
{
	struct model_printer *printer = printer_of(model);
	struct model_printer_label label;

	while (model_printer_take_label(printer, &label))
		bitmap_done(&label.bitmap);
	fake_printer_free(printer->mind);
	buf_done(&printer->trace);
	buf_done(&printer->kept);
	free(printer->own_device_id);
	model_done(model);
	free(printer);
}

static const struct model_kind printer_kind = {
	.name = "printer",
	.control = printer_control,
	.out = printer_out,
	.due_us = printer_due_us,
	.step = printer_step,
	.free = printer_free,
};

struct model_printer *model_printer_new(const char *serial)
{
	struct model_printer *printer = xcalloc(1, sizeof(*printer));
	struct model_descriptors descriptors = {
		.device = serial ? bytes_of(device_descriptor, sizeof(device_descriptor))
				 : bytes_of(device_descriptor_nameless,
					   sizeof(device_descriptor_nameless)),
		.configuration = bytes_of(configuration, sizeof(configuration)),
		.texts = printer->texts,
		.text_count = ARRAY_LEN(printer->texts),
		.speed_mbps = 480,
	};

	printer->texts[0] = "Zebra Technologies ";
	printer->texts[1] = "ZTC GK420d";
	printer->texts[2] = serial;
	printer->own_device_id = xasprintf("%s%s%sMANUFACTURER:Zebra Technologies ;COMMAND "
					   "SET:ZPL;MODEL:ZTC GK420d-203dpi ZPL;CLASS:PRINTER;"
					   "OPTIONS:XML;",
		serial ? "SERN:" : "", serial ? serial : "", serial ? ";" : "");
	printer->device_id = printer->own_device_id;
	printer->label_ms = MODEL_PRINTER_LABEL_MS;
	printer->out_us = MODEL_NEVER;
	printer->room = SIZE_MAX;
	list_init(&printer->tray);
	printer->mind = fake_printer_new(&printer_driver_zpl, on_label, printer);
	model_init(&printer->model, &printer_kind, &descriptors);
	return printer;
}

struct model *model_printer_model(struct model_printer *printer)
{
	return &printer->model;
}

void model_printer_speak(struct model_printer *printer, const struct printer_driver *driver)
{
	fake_printer_free(printer->mind);
	printer->mind = fake_printer_new(driver, on_label, printer);
	printer->out_us = MODEL_NEVER;
}

/* --- what a person does to it --------------------------------------------- */

void model_printer_set(struct model_printer *printer, enum fake_printer_mode mode, int labels_left)
{
	fake_printer_set(printer->mind, mode, labels_left);
	print_begin(printer);
	answers_send(printer);
	model_changed(&printer->model);
}

void model_printer_set_label_ms(struct model_printer *printer, unsigned label_ms)
{
	printer->label_ms = label_ms;
}

uint64_t model_printer_counter(const struct model_printer *printer)
{
	return fake_printer_counter(printer->mind);
}

void model_printer_set_counter(struct model_printer *printer, uint64_t counter)
{
	fake_printer_set_counter(printer->mind, counter);
}

void model_printer_set_room(struct model_printer *printer, size_t room)
{
	printer->room = room;
	model_changed(&printer->model);
}

void model_printer_set_device_id(struct model_printer *printer, const char *device_id)
{
	printer->device_id = device_id;
}

void model_printer_power_cycle(struct model_printer *printer)
{
	fake_printer_reset(printer->mind);
	model_in_clear(&printer->model, MODEL_PRINTER_IN);
	print_begin(printer);
	model_changed(&printer->model);
}

void model_printer_lie(
	struct model_printer *printer, enum model_printer_lie lie, unsigned count, uint32_t seed)
{
	printer->lie = lie;
	printer->lies_left = count;
	printer->lie_seed = seed;
	buf_reset(&printer->kept);
}

bool model_printer_is_printing(const struct model_printer *printer)
{
	return fake_printer_is_printing(printer->mind);
}

bool model_printer_take_label(struct model_printer *printer, struct model_printer_label *out)
{
	if (list_is_empty(&printer->tray))
		return false;
	struct tray_label *label = LIST_ITEM(printer->tray.next, struct tray_label, node);

	list_remove(&label->node);
	printer->tray_count--;
	*out = label->label;
	free(label);
	return true;
}

struct bytes model_printer_trace(const struct model_printer *printer, size_t *total)
{
	*total = printer->trace_total;
	return buf_bytes(&printer->trace);
}

unsigned model_printer_soft_resets(const struct model_printer *printer)
{
	return printer->soft_resets;
}
