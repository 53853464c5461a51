/* Bytes on a line, and packets on it. */
#include "tests/usb/model_line.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define DTR_AND_RTS 3
#define PACKET 64

enum {
	SET_LINE_CODING = 0x20,
	SET_CONTROL_LINE_STATE = 0x22,
};

enum {
	SSI_DECODE_DATA = 0xf3,
	SSI_ACK = 0xd0,
	SSI_BEEP = 0xe6,
};

/* clang-format off */
static const uint8_t device[] = {
	18, 1, 0x00, 0x02, 2, 0, 0, 64, 0xe0, 0x05, 0x01, 0x17, 0x00, 0x01, 1, 2, 3, 1,
};
static const uint8_t configuration[] = {
	9, 2, 9 + 9 + 5 + 4 + 5 + 5 + 7 + 9 + 9 + 7 + 7, 0, 3, 1, 0, 0x80, 250,
	9, 4, MODEL_LINE_CONTROL, 0, 1, 2, 2, 1, 0,
	5, 0x24, 0x00, 0x10, 0x01,                                 /* header */
	4, 0x24, 0x02, 0x02,                                       /* ACM: line coding and state */
	5, 0x24, 0x06, MODEL_LINE_CONTROL, MODEL_LINE_DATA,        /* union */
	5, 0x24, 0x01, 0x00, MODEL_LINE_DATA,                      /* call management */
	7, 5, 0x81, 3, 10, 0, 10,                                  /* notifications */
	9, 4, 1, 0, 0, 0xff, 0, 0, 0,                              /* something else of the maker's */
	9, 4, MODEL_LINE_DATA, 0, 2, 0x0a, 0, 0, 0,
	7, 5, MODEL_LINE_OUT, 2, PACKET, 0, 0,
	7, 5, MODEL_LINE_IN, 2, PACKET, 0, 0,
};
/* clang-format on */

static struct model_line *line_of(struct model *model)
{
	return (struct model_line *)(void *)model;
}

static bool is_listened_to(const struct model_line *line)
{
	return line->lines == DTR_AND_RTS;
}

static enum model_answer line_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct model_line *line = line_of(model);

	(void)in;
	if (setup->request_type != 0x21 || setup->index != MODEL_LINE_CONTROL ||
		line->refuses_requests)
		return MODEL_STALL;
	if (setup->request == SET_LINE_CODING && out.len == 7) {
		line->rate = out.data[0] | (uint32_t)out.data[1] << 8 |
			     (uint32_t)out.data[2] << 16 | (uint32_t)out.data[3] << 24;
		memcpy(line->format, out.data + 4, sizeof(line->format));
		return MODEL_OK;
	}
	if (setup->request != SET_CONTROL_LINE_STATE)
		return MODEL_STALL;
	line->lines = setup->value;
	return MODEL_OK;
}

/* The next packet, if the one before was acknowledged. */
static bool ssi_send(struct model_line *line)
{
	if (line->is_waiting || line->waiting.len == 0)
		return true;
	size_t len = line->waiting.data[0] + 2u;

	line->is_waiting = model_in(&line->model, MODEL_LINE_IN, bytes_of(line->waiting.data, len));
	if (!line->is_waiting)
		return false;
	buf_drop(&line->waiting, len);
	return true;
}

/* One packet whole in each write, as the host does it. */
static void ssi_hear(struct model_line *line, struct bytes packet)
{
	if (packet.len < 6 || packet.data[0] + 2u != packet.len)
		return;
	if (packet.data[1] == SSI_ACK && line->is_waiting) {
		line->acknowledged++;
		line->is_waiting = false;
		(void)ssi_send(line); /* the queue is empty now */
	}
	if (packet.data[1] == SSI_BEEP) {
		line->beeps++;
		line->beep = packet.data[4];
	}
}

#define ACK 0x06
#define NAK 0x15
#define ATTEMPTS 3

/* The code that waits, once more or for the first time. */
static bool ack_send(struct model_line *line)
{
	line->attempts++;
	line->is_waiting = model_in(&line->model, MODEL_LINE_IN, buf_bytes(&line->waiting));
	return line->is_waiting;
}

static void ack_end(struct model_line *line, unsigned *count)
{
	++*count;
	line->is_waiting = false;
	line->attempts = 0;
	buf_reset(&line->waiting);
}

static void ack_hear(struct model_line *line, struct bytes bytes)
{
	for (size_t i = 0; i < bytes.len && line->is_waiting; i++) {
		if (bytes.data[i] == ACK)
			ack_end(line, &line->acknowledged);
		else if (bytes.data[i] == NAK && (line->attempts == ATTEMPTS || !ack_send(line)))
			ack_end(line, &line->errors);
	}
}

static enum model_answer line_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	struct model_line *line = line_of(model);

	if (endpoint != MODEL_LINE_OUT)
		return MODEL_STALL;
	buf_add(&line->heard, bytes);
	if (line->is_ssi)
		ssi_hear(line, bytes);
	if (line->is_ack)
		ack_hear(line, bytes);
	*taken = bytes.len;
	return MODEL_OK;
}

static void line_reset(struct model *model)
{
	struct model_line *line = line_of(model);

	model_in_clear(model, MODEL_LINE_IN);
	line->lines = 0;
	line->is_waiting = false;
	line->attempts = 0;
	buf_reset(&line->waiting);
}

static void line_free(struct model *model)
{
	struct model_line *line = line_of(model);

	model_done(model);
	buf_done(&line->heard);
	buf_done(&line->waiting);
	free(line);
}

struct model_line *model_line_new(const char *serial)
{
	static const struct model_kind kind = {
		.name = "line",
		.control = line_control,
		.out = line_out,
		.reset = line_reset,
		.free = line_free,
	};
	struct model_line *line = xcalloc(1, sizeof(*line));

	line->texts[0] = "Symbol Technologies, Inc, 2008";
	line->texts[1] = "Symbol Bar Code Scanner";
	line->texts[2] = serial;
	model_init(&line->model, &kind,
		&(struct model_descriptors) {
			.device = bytes_of(device, sizeof(device)),
			.configuration = bytes_of(configuration, sizeof(configuration)),
			.texts = line->texts,
			.text_count = ARRAY_LEN(line->texts),
			.speed_mbps = 12,
		});
	return line;
}

bool model_line_say(struct model_line *line, struct bytes bytes)
{
	return is_listened_to(line) && model_in(&line->model, MODEL_LINE_IN, bytes);
}

bool model_line_ack_scan(struct model_line *line, const char *text)
{
	if (!is_listened_to(line) || line->is_waiting)
		return false;
	buf_add_str(&line->waiting, text);
	return ack_send(line);
}

/* Source: tests/data/scanners/ssi-vectors.txt: the checksum is the two's complement of the sum. */
bool model_line_ssi_scan(struct model_line *line, uint8_t code_type, const char *text)
{
	size_t len = strlen(text);
	unsigned sum = 0;
	AUTO_BUF packet = { 0 };

	if (!is_listened_to(line) || len > 200)
		return false;
	buf_add_byte(&packet, (uint8_t)(5 + len));
	buf_add_byte(&packet, SSI_DECODE_DATA);
	buf_add_byte(&packet, 0); /* from the scanner */
	buf_add_byte(&packet, 0);
	buf_add_byte(&packet, code_type);
	buf_add_str(&packet, text);
	for (size_t i = 0; i < packet.len; i++)
		sum += packet.data[i];
	sum = 0x10000 - sum;
	buf_add_byte(&packet, (uint8_t)(sum >> 8));
	buf_add_byte(&packet, (uint8_t)sum);
	buf_add(&line->waiting, buf_bytes(&packet));
	return ssi_send(line);
}

#define SYN 0x16
#define DLE 0x10
#define GS 0x1d

bool model_line_dechdr_scan(struct model_line *line, const char *text)
{
	AUTO_BUF message = { 0 };
	AUTO_BUF all = { 0 };

	buf_addf(&message, "MSGGET%04zujC0%c%s\r", strlen(text) + 1, GS, text);
	buf_add_byte(&all, SYN);
	buf_add_byte(&all, 0xfe);
	for (unsigned i = 0; i < 4; i++)
		buf_add_byte(&all, (uint8_t)(message.len >> 8 * i));
	buf_add_byte(&all, '\r');
	buf_add(&all, buf_bytes(&message));
	return model_line_say(line, buf_bytes(&all));
}

/* CRC-16/USB, the slow way. */
static uint16_t frame_crc(struct bytes frame)
{
	unsigned crc = 0xffff;

	for (size_t i = 0; i < frame.len * 8; i++) {
		unsigned bit = frame.data[i / 8] >> i % 8 & 1U;

		crc = (crc ^ bit) & 1U ? crc >> 1 ^ 0xa001 : crc >> 1;
	}
	return (uint16_t)~crc;
}

bool model_line_opc_scan(struct model_line *line, const char *text)
{
	static const uint8_t code_128[] = { 7, 0, 1, 0, 0, 0 }; /* its id, one of it, reserved */
	AUTO_BUF frame = { 0 };

	line->frames++;
	buf_add_str(&frame, "\x10\x02\x82");
	buf_add_byte(&frame, (uint8_t)(line->frames >> 8));
	buf_add_byte(&frame, (uint8_t)line->frames);
	buf_add_mem(&frame, code_128, sizeof(code_128));
	for (; *text; text++) {
		if (*text == DLE)
			buf_add_byte(&frame, DLE);
		buf_add_byte(&frame, (uint8_t)*text);
	}
	buf_add_str(&frame, "\x10\x03");
	uint16_t crc = frame_crc(buf_bytes(&frame));

	buf_add_byte(&frame, (uint8_t)(crc >> 8));
	buf_add_byte(&frame, (uint8_t)crc);
	return model_line_say(line, buf_bytes(&frame));
}
