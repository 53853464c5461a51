/* The functions of the model are what puppet.h's fields say. */
#include "tests/usb/puppet.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "tests/check.h"

static struct puppet *puppet_of(struct model *model)
{
	return (struct puppet *)(void *)model;
}

static enum model_answer puppet_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct puppet *puppet = puppet_of(model);

	if (puppet->answer != MODEL_OK)
		return puppet->answer;
	puppet->setup = *setup;
	buf_reset(&puppet->setup_data);
	buf_add(&puppet->setup_data, out);
	if (setup->request_type & 0x80)
		buf_add_str(in, "answer");
	return MODEL_OK;
}

static enum model_answer puppet_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	struct puppet *puppet = puppet_of(model);
	size_t len = bytes.len < puppet->room ? bytes.len : puppet->room;

	check_int(endpoint, BULK_OUT);
	buf_add_mem(&puppet->taken, bytes.data, len);
	puppet->room -= len;
	*taken = len;
	if (len == bytes.len)
		return MODEL_OK;
	return puppet->is_stalling ? MODEL_STALL : MODEL_NAK;
}

static void puppet_in_done(struct model *model, uint8_t endpoint)
{
	check(endpoint == BULK_IN || endpoint == INTERRUPT_IN);
	puppet_of(model)->pieces_done++;
}

static void puppet_set_interface(struct model *model, uint8_t interface, uint8_t alternate)
{
	puppet_of(model)->interface = interface;
	puppet_of(model)->alternate = alternate;
}

static void puppet_clear_halt(struct model *model, uint8_t endpoint)
{
	(void)endpoint;
	puppet_of(model)->halts_cleared++;
}

static void puppet_reset(struct model *model)
{
	puppet_of(model)->resets++;
}

static int64_t puppet_due_us(const struct model *model)
{
	return ((const struct puppet *)(const void *)model)->due_us;
}

static void puppet_step(struct model *model)
{
	struct puppet *puppet = puppet_of(model);

	puppet->steps++;
	puppet->due_us = MODEL_NEVER;
}

static void puppet_free(struct model *model)
{
	struct puppet *puppet = puppet_of(model);

	buf_done(&puppet->taken);
	buf_done(&puppet->setup_data);
	model_done(model);
	free(puppet);
}

/* clang-format off */
const uint8_t puppet_device[PUPPET_DEVICE_LEN] = {
	PUPPET_DEVICE_LEN, 1, 0x00, 0x02, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56, 0, 1, 1, 0, 3, 1,
};
const uint8_t puppet_configuration[PUPPET_CONFIGURATION_LEN] = {
	9, 2, PUPPET_CONFIGURATION_LEN, 0, 2, 1, 0, 0x80, 50,
	9, 4, 0, 0, 1, 7, 1, 1, 0,
	7, 5, BULK_OUT, 2, PUPPET_PACKET, 0, 0,
	9, 4, 0, 1, 2, 7, 1, 2, 0,
	7, 5, BULK_OUT, 2, PUPPET_PACKET, 0, 0,
	7, 5, BULK_IN, 2, PUPPET_PACKET, 0, 0,
	9, 4, 1, 0, 1, 3, 0, 0, 0,
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, 4, 0,
	7, 5, INTERRUPT_IN, 3, PUPPET_PACKET, 0, 4,
};
/* clang-format on */

struct puppet *puppet_new(void)
{
	static const struct model_kind kind = {
		.name = "puppet",
		.control = puppet_control,
		.out = puppet_out,
		.in_done = puppet_in_done,
		.set_interface = puppet_set_interface,
		.clear_halt = puppet_clear_halt,
		.reset = puppet_reset,
		.due_us = puppet_due_us,
		.step = puppet_step,
		.free = puppet_free,
	};
	static const char *const texts[] = { "Maker", NULL, "S1" };
	static const uint8_t report_descriptor[] = { 0x05, 0x8c, 0x09, 0x02 };
	static const struct model_report_descriptor reports[] = {
		{ 1, { report_descriptor, sizeof(report_descriptor) } },
	};
	struct puppet *puppet = xcalloc(1, sizeof(*puppet));

	puppet->room = SIZE_MAX;
	puppet->due_us = MODEL_NEVER;
	model_init(&puppet->model, &kind,
		&(struct model_descriptors) {
			.device = bytes_of(puppet_device, sizeof(puppet_device)),
			.configuration =
				bytes_of(puppet_configuration, sizeof(puppet_configuration)),
			.texts = texts,
			.text_count = ARRAY_LEN(texts),
			.reports = reports,
			.report_count = ARRAY_LEN(reports),
			.speed_mbps = 480,
		});
	return puppet;
}
