/* Layouts, scans and beeps. */
#include "tests/usb/model_hid_pos.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define REPORT_LEN 64u
#define AIM_LEN 3u

/* Places count the report's id as byte 0. */
struct layout {
	const char *word;
	struct bytes device;
	struct bytes configuration;
	const char *maker;
	const char *product;
	struct bytes report_descriptor;
	uint8_t in_id;
	uint8_t length_at;
	uint8_t aim_at; /* 0: none */
	uint8_t data_at;
	uint8_t data_max;
	uint8_t continued_at; /* bit 0 */
	uint8_t out_id;       /* of the beep; 0: it has none */
	uint8_t good_bits;
	uint8_t error_bits;
	uint8_t unknown_bits;
	uint8_t in_endpoint;
	uint8_t out_endpoint; /* 0: SET_REPORT only */
};

struct model_hid_pos {
	struct model model;
	const struct layout *layout;
	const char *texts[3];
	struct model_report_descriptor reports[1];
	unsigned waiting; /* reports */
	int64_t fetched_us;
	struct model_hid_pos_beep *beeps;
	size_t beep_count;
};

/* clang-format off */
static const uint8_t honeywell_report_descriptor[] = {
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff,
	0x00, 0x75, 0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, 0x95, 0x03, 0x05, 0x8c, 0x09,
	0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02, 0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x02, 0x06, 0x66,
	0xff, 0x95, 0x02, 0x09, 0x00, 0x09, 0x00, 0x81, 0x02, 0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95,
	0x08, 0x09, 0xff, 0x81, 0x02, 0xc0, 0x09, 0x14, 0xa1, 0x02, 0x85, 0x04, 0x15, 0x00, 0x25, 0x01,
	0x75, 0x01, 0x95, 0x08, 0x09, 0x5f, 0x09, 0x60, 0x09, 0x85, 0x09, 0x86, 0x91, 0x86, 0xc0, 0x06,
	0xff, 0xff, 0x09, 0x01, 0xa1, 0x02, 0x85, 0xf0, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95,
	0x3f, 0x09, 0x02, 0x82, 0x02, 0x02, 0x95, 0x3f, 0x09, 0x03, 0x92, 0x02, 0x02, 0xc0, 0xc0,
};
static const uint8_t guide_report_descriptor[] = {
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01,             /* bar code scanner */
	0x09, 0x12, 0xa1, 0x02, 0x85, 0x02,             /* scanned data, report 2 */
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
	0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, /* byte count */
	0x05, 0x8c, 0x95, 0x03, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02,
	0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01,       /* decoded data, buffered bytes */
	0x06, 0x66, 0xff, 0x95, 0x02, 0x09, 0x00, 0x81, 0x02,
	0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02,
	0x95, 0x07, 0x81, 0x03, 0xc0,                   /* seven bits of padding */
	0x09, 0x14, 0xa1, 0x02, 0x85, 0x04,             /* trigger, report 4 */
	0x15, 0x00, 0x25, 0x01, 0x75, 0x01,
	0x95, 0x01, 0x91, 0x03,                         /* bit 0: nothing */
	0x95, 0x02, 0x09, 0x5f, 0x09, 0x60, 0x91, 0x06, /* 0x02 prevent, 0x04 initiate */
	0x95, 0x02, 0x91, 0x03,                         /* 0x08, 0x10: nothing */
	0x95, 0x02, 0x09, 0x85, 0x09, 0x86, 0x91, 0x06, /* 0x20 error, 0x40 good */
	0x95, 0x01, 0x91, 0x03, 0xc0,
	0xc0,
};
static const uint8_t shifted_report_descriptor[] = {
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01,
	0x09, 0x12, 0xa1, 0x02, 0x85, 0x05,             /* scanned data, report 5 */
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
	0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, /* byte count */
	0x06, 0x00, 0xff, 0x09, 0x01, 0x81, 0x02,       /* one byte of the maker's */
	0x05, 0x8c, 0x95, 0x03, 0x19, 0xfb, 0x29, 0xfd, 0x81, 0x02,
	0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01,
	0x06, 0x00, 0xff, 0x95, 0x01, 0x09, 0x02, 0x81, 0x02,
	0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02,
	0x95, 0x07, 0x81, 0x03, 0xc0,
	0x09, 0x14, 0xa1, 0x02, 0x85, 0x06,             /* report 6: 0x01 good 0x02 error 0x04 not on file */
	0x15, 0x00, 0x25, 0x01, 0x75, 0x01,
	0x95, 0x03, 0x09, 0x86, 0x09, 0x85, 0x09, 0x87, 0x91, 0x06,
	0x95, 0x05, 0x91, 0x03, 0xc0,
	0xc0,
};
static const uint8_t newland_report_descriptor[] = {
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01,
	0x09, 0x12, 0xa1, 0x02, 0x85, 0x02,
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
	0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02,
	0x05, 0x8c, 0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01,
	0x06, 0x66, 0xff, 0x95, 0x05, 0x09, 0x00, 0x81, 0x02, /* reserved, the maker's symbology */
	0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02,
	0x95, 0x07, 0x81, 0x03, 0xc0,
	0x06, 0xff, 0xff, 0x09, 0x01, 0xa1, 0x02, 0x85, 0x04, /* commands */
	0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x3f, 0x09, 0x03, 0x91, 0x02, 0xc0,
	0xc0,
};

#define DEVICE(vendor, product, version) { 18, 1, 0x10, 0x01, 0, 0, 0, 64, (vendor) & 0xff, \
	(vendor) >> 8, (product) & 0xff, (product) >> 8, (version) & 0xff, (version) >> 8, 1, 2, 3, 1 }
#define INTERFACE(endpoints, report_descriptor) \
	9, 4, 0, 0, endpoints, 3, 0, 0, 0, \
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, sizeof(report_descriptor), 0
#define ENDPOINT(address, interval) 7, 5, address, 3, REPORT_LEN, 0, interval

static const uint8_t honeywell_device[] = DEVICE(0x0c2e, 0x0967, 0x0904);
static const uint8_t honeywell_configuration[] = { 9, 2, 9 + 9 + 9 + 7 + 7, 0, 1, 1, 0, 0xa0, 200,
	INTERFACE(2, honeywell_report_descriptor), ENDPOINT(0x82, 4), ENDPOINT(0x07, 1) };
static const uint8_t guide_device[] = DEVICE(0x0536, 0x0907, 0x0100);
static const uint8_t guide_configuration[] = { 9, 2, 9 + 9 + 9 + 7, 0, 1, 1, 0, 0xa0, 200,
	INTERFACE(1, guide_report_descriptor), ENDPOINT(0x81, 10) };
static const uint8_t shifted_device[] = DEVICE(0x05e0, 0x1200, 0x0100);
static const uint8_t shifted_configuration[] = { 9, 2, 9 + 9 + 9 + 7 + 7, 0, 1, 1, 0, 0xa0, 250,
	INTERFACE(2, shifted_report_descriptor), ENDPOINT(0x81, 3), ENDPOINT(0x02, 3) };
static const uint8_t newland_device[] = DEVICE(0x1eab, 0x0010, 0x0100);
static const uint8_t newland_configuration[] = { 9, 2, 9 + 9 + 9 + 7 + 7, 0, 1, 1, 0, 0x80, 200,
	INTERFACE(2, newland_report_descriptor), ENDPOINT(0x81, 1), ENDPOINT(0x01, 1) };

#define BYTES(array) { array, sizeof(array) }
static const struct layout layouts[MODEL_HID_POS_LAYOUTS] = {
	[HID_POS_HONEYWELL] = { "honeywell", BYTES(honeywell_device), BYTES(honeywell_configuration),
		"Honeywell Imaging & Mobility    ", "N5600", BYTES(honeywell_report_descriptor),
		.in_id = 2, .length_at = 1, .aim_at = 2, .data_at = 5, .data_max = 56, .continued_at = 63,
		.out_id = 4, .good_bits = 0x08, .error_bits = 0x04, .in_endpoint = 0x82, .out_endpoint = 0x07 },
	[HID_POS_GUIDE] = { "guide", BYTES(guide_device), BYTES(guide_configuration),
		"Hand Held Products", "HHP Bar Code Scanner", BYTES(guide_report_descriptor),
		.in_id = 2, .length_at = 1, .aim_at = 2, .data_at = 5, .data_max = 56, .continued_at = 63,
		.out_id = 4, .good_bits = 0x40, .error_bits = 0x20, .in_endpoint = 0x81 },
	[HID_POS_SHIFTED] = { "shifted", BYTES(shifted_device), BYTES(shifted_configuration),
		"Symbol Technologies, Inc, 2008", "Symbol Bar Code Scanner", BYTES(shifted_report_descriptor),
		.in_id = 5, .length_at = 1, .aim_at = 3, .data_at = 6, .data_max = 56, .continued_at = 63,
		.out_id = 6, .good_bits = 0x01, .error_bits = 0x02, .unknown_bits = 0x04, .in_endpoint = 0x81, .out_endpoint = 0x02 },
	[HID_POS_NEWLAND] = { "newland", BYTES(newland_device), BYTES(newland_configuration),
		"Newland Auto-ID", "Newland POS Scanner", BYTES(newland_report_descriptor),
		.in_id = 2, .length_at = 1, .data_at = 2, .data_max = 56, .continued_at = 63,
		.in_endpoint = 0x81, .out_endpoint = 0x01 },
};
/* clang-format on */

static struct model_hid_pos *scanner_of(struct model *model)
{
	return (struct model_hid_pos *)(void *)model;
}

/* --- what the host does --------------------------------------------------- */

static enum model_hid_pos_sound sound_of(const struct layout *layout, struct bytes report)
{
	if (layout->out_id == 0 || report.len < 2 || report.data[0] != layout->out_id)
		return HID_POS_SOUND_NONE;
	if (report.data[1] & layout->error_bits)
		return HID_POS_SOUND_ERROR;
	if (report.data[1] & layout->unknown_bits)
		return HID_POS_SOUND_UNKNOWN;
	return report.data[1] & layout->good_bits ? HID_POS_SOUND_GOOD : HID_POS_SOUND_NONE;
}

static void beep_add(struct model_hid_pos *scanner, struct bytes report, bool by_request)
{
	size_t number = scanner->beep_count++;

	if (number >= MODEL_HID_POS_BEEPS_MAX)
		return;
	struct model_hid_pos_beep *beep = &scanner->beeps[number];

	beep->at_us = scanner->model.now_us;
	beep->report_len = report.len;
	memcpy(beep->report, report.data, report.len);
	beep->by_request = by_request;
	beep->sound = sound_of(scanner->layout, report);
}

static enum model_answer scanner_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	struct model_hid_pos *scanner = scanner_of(model);

	if (endpoint != scanner->layout->out_endpoint || bytes.len > REPORT_LEN || bytes.len == 0)
		return MODEL_STALL;
	beep_add(scanner, bytes, false);
	*taken = bytes.len;
	return MODEL_OK;
}

/* SET_REPORT (HID 1.11, 7.2.2): 0x21, 9, output report type 2 and the id in wValue. */
static enum model_answer scanner_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct model_hid_pos *scanner = scanner_of(model);

	(void)in;
	if (setup->request_type != 0x21 || setup->request != 9 || setup->value >> 8 != 2 ||
		setup->index != 0 || out.len == 0 || out.len > REPORT_LEN ||
		out.data[0] != (setup->value & 0xff))
		return MODEL_STALL;
	beep_add(scanner, out, true);
	return MODEL_OK;
}

static void scanner_in_done(struct model *model, uint8_t endpoint)
{
	struct model_hid_pos *scanner = scanner_of(model);

	(void)endpoint; /* there is one */
	scanner->waiting--;
	if (scanner->waiting == 0)
		scanner->fetched_us = model->now_us;
}

/* A scanner has its power from the cable: what was not fetched is lost. */
static void scanner_reset(struct model *model)
{
	struct model_hid_pos *scanner = scanner_of(model);

	model_in_clear(model, scanner->layout->in_endpoint);
	scanner->waiting = 0;
}

static void scanner_free(struct model *model)
{
	struct model_hid_pos *scanner = scanner_of(model);

	free(scanner->beeps);
	model_done(model);
	free(scanner);
}

static const struct model_kind scanner_kind = {
	.name = "scanner",
	.control = scanner_control,
	.out = scanner_out,
	.in_done = scanner_in_done,
	.reset = scanner_reset,
	.free = scanner_free,
};

/* --- its life ------------------------------------------------------------- */

struct model_hid_pos *model_hid_pos_new(enum model_hid_pos_layout layout, const char *serial)
{
	struct model_hid_pos *scanner = xcalloc(1, sizeof(*scanner));
	const struct layout *it = &layouts[layout];
	struct model_descriptors descriptors = {
		.device = it->device,
		.configuration = it->configuration,
		.texts = scanner->texts,
		.text_count = ARRAY_LEN(scanner->texts),
		.reports = scanner->reports,
		.report_count = ARRAY_LEN(scanner->reports),
		.speed_mbps = 12,
	};

	scanner->layout = it;
	scanner->texts[0] = it->maker;
	scanner->texts[1] = it->product;
	scanner->texts[2] = serial;
	scanner->reports[0].bytes = it->report_descriptor;
	scanner->beeps = xcalloc(MODEL_HID_POS_BEEPS_MAX, sizeof(*scanner->beeps));
	model_init(&scanner->model, &scanner_kind, &descriptors);
	return scanner;
}

struct model *model_hid_pos_model(struct model_hid_pos *scanner)
{
	return &scanner->model;
}

bool model_hid_pos_layout_parse(const char *word, enum model_hid_pos_layout *out)
{
	for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
		if (!str_equal(layouts[i].word, word))
			continue;
		*out = (enum model_hid_pos_layout)i;
		return true;
	}
	return false;
}

uint8_t model_hid_pos_in(const struct model_hid_pos *scanner)
{
	return scanner->layout->in_endpoint;
}

uint8_t model_hid_pos_out(const struct model_hid_pos *scanner)
{
	return scanner->layout->out_endpoint;
}

/* --- scanning ------------------------------------------------------------- */

bool model_hid_pos_report(struct model_hid_pos *scanner, struct bytes report)
{
	scanner->waiting++;
	scanner->fetched_us = 0;
	if (model_in(&scanner->model, scanner->layout->in_endpoint, report))
		return true;
	scanner->waiting--;
	return false;
}

static void report_fill(
	const struct layout *layout, struct bytes text, const char *aim, bool more, uint8_t *report)
{
	memset(report, 0, REPORT_LEN);
	report[0] = layout->in_id;
	report[layout->length_at] = (uint8_t)text.len;
	if (layout->aim_at > 0)
		memcpy(report + layout->aim_at, aim, strlen(aim));
	memcpy(report + layout->data_at, text.data, text.len);
	report[layout->continued_at] |= more;
}

bool model_hid_pos_scan(
	struct model_hid_pos *scanner, struct bytes text, const char *aim, struct err *err)
{
	size_t max = scanner->layout->data_max;

	if (text.len == 0 || text.len > MODEL_HID_POS_SCAN_MAX)
		return err_set(err, ERR_INVALID, "a scan has 1 to %u bytes, not %zu",
			MODEL_HID_POS_SCAN_MAX, text.len);
	if (*aim && (strlen(aim) != AIM_LEN || *aim != ']'))
		return err_set(err, ERR_INVALID, "'%s' is no AIM identifier", aim);
	for (size_t at = 0; at < text.len; at += max) {
		size_t len = text.len - at < max ? text.len - at : max;
		uint8_t report[REPORT_LEN];

		report_fill(scanner->layout, bytes_of(text.data + at, len), aim,
			at + len < text.len, report);
		if (!model_hid_pos_report(scanner, bytes_of(report, sizeof(report))))
			return err_set(err, ERR_BUSY, "the host does not fetch the reports");
	}
	return true;
}

int64_t model_hid_pos_fetched_us(const struct model_hid_pos *scanner)
{
	return scanner->waiting > 0 ? 0 : scanner->fetched_us;
}

size_t model_hid_pos_beep_count(const struct model_hid_pos *scanner)
{
	return scanner->beep_count;
}

const struct model_hid_pos_beep *model_hid_pos_beep(
	const struct model_hid_pos *scanner, size_t number)
{
	if (number >= scanner->beep_count || number >= MODEL_HID_POS_BEEPS_MAX)
		return NULL;
	return &scanner->beeps[number];
}
