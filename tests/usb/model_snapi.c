/* Packets, each acknowledged. */
#include "tests/usb/model_snapi.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define REPORT_LEN 32u
#define DATA_MAX 26u

enum {
	IN_CODE = 0x22,
	OUT_ACKNOWLEDGE = 0x01,
	OUT_BEEP = 0x04,
};

/* clang-format off */
static const uint8_t report_descriptor[] = {
	0x06, 0x45, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
	0x85, 0x21, 0x95, 0x1f, 0x09, 0x21, 0x81, 0x02,
	0x85, 0x22, 0x95, 0x1f, 0x09, 0x22, 0x82, 0x02, 0x01,
	0x85, 0x01, 0x95, 0x03, 0x09, 0x01, 0x91, 0x02,
	0x85, 0x04, 0x95, 0x01, 0x09, 0x04, 0x91, 0x02,
	0xc0,
};
static const uint8_t device[] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0xe0, 0x05, 0x00, 0x19, 0x00, 0x01, 1, 2, 3, 1,
};
static const uint8_t configuration[] = {
	9, 2, 9 + 9 + 9 + 7 + 7, 0, 1, 1, 0, 0x80, 250,
	9, 4, 0, 0, 2, 3, 0, 0, 0,
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, sizeof(report_descriptor), 0,
	7, 5, MODEL_SNAPI_IN, 3, 64, 0, 1,
	7, 5, MODEL_SNAPI_OUT, 3, 64, 0, 1,
};
/* clang-format on */

static struct model_snapi *snapi_of(struct model *model)
{
	return (struct model_snapi *)(void *)model;
}

static bool packet_send(struct model_snapi *snapi)
{
	if (snapi->is_waiting || snapi->waiting.len == 0)
		return true;
	snapi->is_waiting =
		model_in(&snapi->model, MODEL_SNAPI_IN, bytes_of(snapi->waiting.data, REPORT_LEN));
	if (!snapi->is_waiting)
		return false;
	memcpy(snapi->last, snapi->waiting.data, REPORT_LEN);
	buf_drop(&snapi->waiting, REPORT_LEN);
	return true;
}

static enum model_answer snapi_out(
	struct model *model, uint8_t endpoint, struct bytes report, size_t *taken)
{
	struct model_snapi *snapi = snapi_of(model);

	if (endpoint != MODEL_SNAPI_OUT || report.len < 2)
		return MODEL_STALL;
	if (report.data[0] == OUT_ACKNOWLEDGE && report.len == 4 && report.data[1] == IN_CODE) {
		snapi->acknowledged++;
		snapi->is_waiting = false;
		(void)packet_send(snapi); /* the queue is empty now */
	}
	if (report.data[0] == OUT_BEEP) {
		snapi->beeps++;
		snapi->beep = report.data[1];
	}
	*taken = report.len;
	return MODEL_OK;
}

static void snapi_reset(struct model *model)
{
	struct model_snapi *snapi = snapi_of(model);

	model_in_clear(model, MODEL_SNAPI_IN);
	snapi->is_waiting = false;
	buf_reset(&snapi->waiting);
}

static void snapi_free(struct model *model)
{
	struct model_snapi *snapi = snapi_of(model);

	model_done(model);
	buf_done(&snapi->waiting);
	free(snapi);
}

struct model_snapi *model_snapi_new(const char *serial)
{
	static const struct model_kind kind = {
		.name = "snapi",
		.out = snapi_out,
		.reset = snapi_reset,
		.free = snapi_free,
	};
	static const struct model_report_descriptor reports[] = {
		{ 0, { report_descriptor, sizeof(report_descriptor) } },
	};
	struct model_snapi *snapi = xcalloc(1, sizeof(*snapi));

	snapi->texts[0] = "Symbol Technologies, Inc, 2008";
	snapi->texts[1] = "SNAPI Imaging Device";
	snapi->texts[2] = serial;
	model_init(&snapi->model, &kind,
		&(struct model_descriptors) {
			.device = bytes_of(device, sizeof(device)),
			.configuration = bytes_of(configuration, sizeof(configuration)),
			.texts = snapi->texts,
			.text_count = ARRAY_LEN(snapi->texts),
			.reports = reports,
			.report_count = ARRAY_LEN(reports),
			.speed_mbps = 12,
		});
	return snapi;
}

static void packet_add(struct buf *out, const uint8_t head[6], struct bytes text)
{
	uint8_t report[REPORT_LEN] = { 0 };

	memcpy(report, head, 6);
	memcpy(report + 6, text.data, text.len);
	buf_add_mem(out, report, sizeof(report));
}

bool model_snapi_scan(struct model_snapi *snapi, uint16_t code_type, const char *text)
{
	size_t len = strlen(text);
	size_t packets = (len + DATA_MAX - 1) / DATA_MAX;

	for (size_t i = 0; i < packets; i++) {
		size_t left = len - i * DATA_MAX;
		size_t part = left < DATA_MAX ? left : DATA_MAX;
		const uint8_t head[6] = { IN_CODE, (uint8_t)packets, (uint8_t)i, (uint8_t)part,
			(uint8_t)code_type, (uint8_t)(code_type >> 8) };

		packet_add(&snapi->waiting, head, bytes_of(text + i * DATA_MAX, part));
	}
	return packet_send(snapi);
}

bool model_snapi_repeat(struct model_snapi *snapi)
{
	return model_in(&snapi->model, MODEL_SNAPI_IN, bytes_of(snapi->last, REPORT_LEN));
}
