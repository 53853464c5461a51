/* A line that must be set before it can be read. */
#include "tests/usb/model_ftdi.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define DTR_AND_RTS 3
#define PACKET 64
#define DATA_MAX (PACKET - 2)
#define MODEM_STATE 0x01 /* bits 0 to 3 are fixed */
#define LINE_STATE 0x60  /* the transmitter is empty */

enum {
	RESET = 0,
	MODEM_CONTROL = 1,
	FLOW_CONTROL = 2,
	BAUD_RATE = 3,
	DATA = 4,
	EVENT_CHARACTER = 6,
	LATENCY = 9,
};

/* clang-format off */
static const uint8_t device[] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 8, 0x03, 0x04, 0x01, 0x60, 0x00, 0x06, 1, 2, 3, 1,
};
static const uint8_t configuration[] = {
	9, 2, 9 + 9 + 7 + 7, 0, 1, 1, 0, 0xa0, 45,
	9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 2,
	7, 5, MODEL_FTDI_IN, 2, PACKET, 0, 0,
	7, 5, MODEL_FTDI_OUT, 2, PACKET, 0, 0,
};
/* clang-format on */

static struct model_ftdi *ftdi_of(struct model *model)
{
	return (struct model_ftdi *)(void *)model;
}

/* The high byte says which of the lines are meant. */
static void lines_set(struct model_ftdi *ftdi, uint16_t value)
{
	unsigned meant = value >> 8;

	ftdi->lines = (uint16_t)((ftdi->lines & ~meant) | (value & meant));
}

static enum model_answer ftdi_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct model_ftdi *ftdi = ftdi_of(model);
	uint16_t ignored;
	uint16_t *const values[] = {
		[RESET] = &ignored,
		[MODEM_CONTROL] = &ignored,
		[FLOW_CONTROL] = &ftdi->flow,
		[BAUD_RATE] = &ftdi->divisor,
		[DATA] = &ftdi->data,
		[EVENT_CHARACTER] = &ftdi->event,
		[LATENCY] = &ftdi->latency_ms,
	};

	(void)in;
	if (setup->request_type != 0x40 || setup->index != 0 || out.len > 0 ||
		(ftdi->refuses != 0 && setup->request == ftdi->refuses) ||
		setup->request >= ARRAY_LEN(values) || !values[setup->request])
		return MODEL_STALL;
	*values[setup->request] = setup->value;
	if (setup->request == MODEM_CONTROL)
		lines_set(ftdi, setup->value);
	if (setup->request == RESET) {
		ftdi->lines = 0;
		ftdi->event = 0;
		ftdi->resets++;
	}
	return MODEL_OK;
}

static enum model_answer ftdi_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	if (endpoint != MODEL_FTDI_OUT)
		return MODEL_STALL;
	buf_add(&ftdi_of(model)->heard, bytes);
	*taken = bytes.len;
	return MODEL_OK;
}

static void ftdi_reset(struct model *model)
{
	model_in_clear(model, MODEL_FTDI_IN);
	ftdi_of(model)->lines = 0;
}

static void ftdi_free(struct model *model)
{
	model_done(model);
	buf_done(&ftdi_of(model)->heard);
	free(model);
}

struct model_ftdi *model_ftdi_new(const char *serial)
{
	static const struct model_kind kind = {
		.name = "ftdi",
		.control = ftdi_control,
		.out = ftdi_out,
		.reset = ftdi_reset,
		.free = ftdi_free,
	};
	struct model_ftdi *ftdi = xcalloc(1, sizeof(*ftdi));

	ftdi->own_divisor = 0x4138;
	ftdi->own_data = 8;
	ftdi->texts[0] = "FTDI";
	ftdi->texts[1] = "FT232R USB UART";
	ftdi->texts[2] = serial;
	model_init(&ftdi->model, &kind,
		&(struct model_descriptors) {
			.device = bytes_of(device, sizeof(device)),
			.configuration = bytes_of(configuration, sizeof(configuration)),
			.texts = ftdi->texts,
			.text_count = ARRAY_LEN(ftdi->texts),
			.speed_mbps = 12,
		});
	return ftdi;
}

bool model_ftdi_packet(struct model_ftdi *ftdi, uint8_t state, struct bytes data)
{
	AUTO_BUF packet = { 0 };

	if (ftdi->lines != DTR_AND_RTS)
		return false;
	buf_add_byte(&packet, MODEM_STATE);
	buf_add_byte(&packet, LINE_STATE | state);
	buf_add(&packet, data);
	return model_in(&ftdi->model, MODEL_FTDI_IN, buf_bytes(&packet));
}

/* Read at another speed nothing of it is right. */
static uint8_t state_of(const struct model_ftdi *ftdi)
{
	if (ftdi->divisor != ftdi->own_divisor)
		return MODEL_FTDI_FRAMING;
	return ftdi->data != ftdi->own_data ? MODEL_FTDI_PARITY : 0;
}

bool model_ftdi_say(struct model_ftdi *ftdi, struct bytes bytes)
{
	while (bytes.len > 0) {
		size_t len = bytes.len < DATA_MAX ? bytes.len : DATA_MAX;

		if (!model_ftdi_packet(ftdi, state_of(ftdi), bytes_of(bytes.data, len)))
			return false;
		bytes = bytes_of(bytes.data + len, bytes.len - len);
	}
	return true;
}
