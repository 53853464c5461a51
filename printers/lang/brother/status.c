/* Brother's reports -> struct printer_status. */
#include "printers/lang/brother/status.h"

#include "daemon/base/cursor.h"

/* status types */
#define TYPE_REPLY 0x00
#define TYPE_COMPLETED 0x01
#define TYPE_ERROR 0x02
#define TYPE_NOTIFICATION 0x05
#define TYPE_PHASE 0x06

#define PHASE_PRINTING 0x01

#define COOLING_ENDED 0x04

#define ERROR_IN_USE 0x10

/* clang-format off */
const struct brother_condition brother_errors_1[] = {
	{ 0x01, PRINTER_MEDIA_OUT, "no media" },
	{ 0x02, PRINTER_MEDIA_OUT, "end of media" },
	{ 0x04, PRINTER_JAM,       "cutter jam" },
	{ 0x10, 0,                 "printer in use" }, /* is_busy */
	{ 0x20, PRINTER_FAULT,     "printer turned off" },
	{ 0x40, PRINTER_FAULT,     "high-voltage adapter" },
	{ 0x80, PRINTER_FAULT,     "fan motor" },
	{ 0, 0, NULL },
};

const struct brother_condition brother_errors_2[] = {
	{ 0x01, PRINTER_WRONG_STOCK, "replace media: not the roll of the job" },
	{ 0x02, PRINTER_FAULT,     "expansion buffer full" },
	{ 0x04, PRINTER_FAULT,     "communication error" },
	{ 0x08, PRINTER_FAULT,     "communication buffer full, or image error" },
	{ 0x10, PRINTER_HEAD_OPEN, "cover open" },
	{ 0x20, PRINTER_PAUSED,    "cancel key pressed" },
	{ 0x40, PRINTER_JAM,       "media cannot be fed, or leading edge not found" },
	{ 0x80, PRINTER_FAULT,     "system error" },
	{ 0, 0, NULL },
};

const struct brother_condition brother_media_types[] = {
	{ 0x00, PRINTER_MEDIA_OUT, "no media" },
	{ 0x0a, 0,                 "continuous" },
	{ 0x0b, 0,                 "die-cut" },
	{ 0x4a, 0,                 "continuous, as the newer references write it" },
	{ 0x4b, 0,                 "die-cut, as the newer references write it" },
	{ 0, 0, NULL },
};

const struct brother_condition brother_status_types[] = {
	{ TYPE_REPLY,        0,             "reply to a request" },
	{ TYPE_COMPLETED,    0,             "printing completed" },
	{ TYPE_ERROR,        0,             "error occurred" }, /* its bits say which; none: a fault */
	{ 0x04,              PRINTER_FAULT, "turned off" },
	{ TYPE_NOTIFICATION, 0,             "notification" },
	{ TYPE_PHASE,        0,             "phase change" },
	{ 0, 0, NULL },
};

const struct brother_condition brother_phases[] = {
	{ 0x00,           0, "receiving" },
	{ PHASE_PRINTING, 0, "printing" },
	{ 0, 0, NULL },
};

const struct brother_condition brother_notifications[] = {
	{ 0x00,          0,                        "none" },
	{ 0x01,          PRINTER_HEAD_OPEN,        "cover opened" },
	{ 0x02,          0,                        "cover closed" },
	{ 0x03,          PRINTER_OVER_TEMPERATURE, "cooling started" },
	{ COOLING_ENDED, 0,                        "cooling finished" },
	{ 0, 0, NULL },
};
/* clang-format on */

struct report {
	uint8_t errors_1;
	uint8_t errors_2;
	uint8_t media_width_mm;
	uint8_t media_type;
	uint8_t media_length_mm;
	uint8_t type;
	uint8_t phase;
	uint16_t phase_number;
	uint8_t notification;
};

/* The next whole report of in; false: not here yet. What is none is skipped. */
static bool report_take(struct cursor *in, struct report *out)
{
	static const uint8_t head[] = { 0x80, BROTHER_REPORT_BYTES, 'B' };

	while (in->left.len > 0) {
		size_t common = in->left.len < sizeof(head) ? in->left.len : sizeof(head);

		if (memcmp(in->left.data, head, common) == 0)
			break;
		cursor_skip(in, 1);
	}
	if (in->left.len < BROTHER_REPORT_BYTES)
		return false;
	struct cursor report = cursor_over(cursor_take(in, BROTHER_REPORT_BYTES));

	cursor_skip(&report, 8);
	out->errors_1 = cursor_u8(&report);
	out->errors_2 = cursor_u8(&report);
	out->media_width_mm = cursor_u8(&report);
	out->media_type = cursor_u8(&report);
	cursor_skip(&report, 5);
	out->media_length_mm = cursor_u8(&report);
	out->type = cursor_u8(&report);
	out->phase = cursor_u8(&report);
	out->phase_number = cursor_u16_be(&report);
	out->notification = cursor_u8(&report);
	return true;
}

static unsigned bits_find(const struct brother_condition *rows, uint8_t bits)
{
	unsigned found = 0;

	for (; rows->meaning; rows++) {
		if (bits & rows->value)
			found |= rows->found;
		bits &= (uint8_t)~rows->value;
	}
	return bits ? found | PRINTER_FAULT : found;
}

static unsigned value_find(const struct brother_condition *rows, uint8_t value)
{
	for (; rows->meaning; rows++) {
		if (value == rows->value)
			return rows->found;
	}
	return PRINTER_FAULT;
}

static unsigned report_find(const struct report *report)
{
	unsigned found = bits_find(brother_errors_1, report->errors_1) |
			 bits_find(brother_errors_2, report->errors_2) |
			 value_find(brother_media_types, report->media_type) |
			 value_find(brother_status_types, report->type) |
			 value_find(brother_phases, report->phase) |
			 value_find(brother_notifications, report->notification);

	if (report->phase_number != 0 || (report->type == TYPE_ERROR && found == 0))
		found |= PRINTER_FAULT;
	return found;
}

static void report_add(const struct report *report, struct printer_status *status)
{
	status->found |= report_find(report);
	status->error_bits |= (uint32_t)report->errors_2 << 8 | report->errors_1;
}

static bool report_is_busy(const struct report *report)
{
	return report->phase == PHASE_PRINTING || (report->errors_1 & ERROR_IN_USE);
}

static bool report_is_progress(const struct report *report)
{
	return report->type == TYPE_COMPLETED || report->type == TYPE_NOTIFICATION ||
	       report->type == TYPE_PHASE;
}

enum printer_reading brother_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	struct cursor in = cursor_over(reply);
	struct report report;

	if (query != PRINTER_QUERY_HOST || reply.len > PRINTER_REPLY_MAX)
		return PRINTER_READING_BAD;
	do {
		if (!report_take(&in, &report))
			return PRINTER_READING_MORE;
	} while (report_is_progress(&report));
	report_add(&report, status);
	status->is_busy = report_is_busy(&report);
	status->stock_width_mm = report.media_width_mm;
	status->stock_length_mm = report.media_length_mm;
	status->answered[query] = true;
	return PRINTER_READING_DONE;
}

size_t brother_status_heard(struct bytes bytes, struct printer_status *status)
{
	struct cursor in = cursor_over(bytes);
	struct report report;

	while (report_take(&in, &report)) {
		report_add(&report, status);
		if (report.type == TYPE_COMPLETED && status->is_busy)
			status->labels_reported++;
		if (report.type == TYPE_PHASE)
			status->is_busy = report_is_busy(&report);
		if (report.type == TYPE_NOTIFICATION && report.notification == COOLING_ENDED)
			status->found &= ~(unsigned)PRINTER_OVER_TEMPERATURE;
	}
	return bytes.len - in.left.len;
}
