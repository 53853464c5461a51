/* HID POS reports by the device's own description. */
#include "scanners/hid_pos.h"

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/hid_report.h"

/* A report each few milliseconds; the bus may be busy. */
#define HID_POS_TIMEOUT_MS 500

#define PAGE_SCANNER 0x8C
#define USAGE_SCANNER HID_USAGE(PAGE_SCANNER, 0x02)
#define USAGE_BEEP_ERROR HID_USAGE(PAGE_SCANNER, 0x85)
#define USAGE_BEEP_GOOD HID_USAGE(PAGE_SCANNER, 0x86)
#define USAGE_BEEP_UNKNOWN HID_USAGE(PAGE_SCANNER, 0x87) /* not on file */
#define USAGE_AIM HID_USAGE(PAGE_SCANNER, 0xFB)          /* and 0xFC, 0xFD */
#define USAGE_DATA HID_USAGE(PAGE_SCANNER, 0xFE)
#define USAGE_CONTINUED HID_USAGE(PAGE_SCANNER, 0xFF)
#define USAGE_BYTE_COUNT HID_USAGE(0x01, 0x3B)

/* What is a scanner: the allow list. 0xFF8C:0x02 looks like one, and never sends a scan. */
static const uint32_t applications[] = {
	USAGE_SCANNER,
};

/* One value of a report. */
struct place {
	struct hid_field field;
	uint32_t index;
	bool is_there;
};

enum sound {
	SOUND_NONE,
	SOUND_GOOD,
	SOUND_ERROR,
	SOUND_UNKNOWN,
};

#define SOUNDS 4

/* What the collector's layout is. */
struct layout {
	struct place data; /* the first byte */
	uint32_t data_max; /* bytes */
	struct place count;
	struct place aim[SCAN_AIM_LEN];
	struct place continued;
	bool has_ids;
	uint8_t report_id;
	size_t report_len;
	struct place sounds[SOUNDS];
	size_t sound_len[SOUNDS]; /* of the report */
};

/* ---- from the descriptor ---- */

bool hid_pos_is_scanner(uint32_t application)
{
	for (size_t i = 0; i < ARRAY_LEN(applications); i++) {
		if (applications[i] == application)
			return true;
	}
	return false;
}

static bool field_is_of_scanner(
	const struct hid_report *report, const struct hid_field *field, enum hid_kind kind)
{
	return field->kind == kind && !field->is_constant &&
	       hid_pos_is_scanner(hid_field_application(report, field));
}

/* The first value with that usage in the reports of that kind; report_id 0: in any. */
static struct place place_find(
	const struct hid_report *report, enum hid_kind kind, uint8_t report_id, uint32_t usage)
{
	for (uint32_t i = 0; i < report->field_count; i++) {
		struct place place = { .field = report->fields[i], .is_there = true };

		if (field_is_of_scanner(report, &place.field, kind) &&
			(report_id == 0 || place.field.report_id == report_id) &&
			hid_field_find(report, &place.field, usage, &place.index))
			return place;
	}
	return (struct place) { 0 };
}

static bool has_application(const struct hid_report *report)
{
	for (uint32_t i = 0; i < report->collection_count; i++) {
		const struct hid_collection *collection = &report->collections[i];

		if (collection->type == HID_COLLECTION_APPLICATION &&
			hid_pos_is_scanner(collection->usage))
			return true;
	}
	return false;
}

/* How many values with the usage of `place` follow one another there; no more than a report can
 * have. */
static uint32_t place_run(const struct hid_report *report, const struct place *place)
{
	uint32_t usage = hid_field_usage(report, &place->field, place->index);
	uint32_t end = place->index;

	while (end < place->field.count && end - place->index < HID_POS_REPORT_MAX &&
		hid_field_usage(report, &place->field, end) == usage)
		end++;
	return end - place->index;
}

/* The one run of decoded data, of all input reports. */
static bool data_find(const struct hid_report *report, struct layout *out, struct err *err)
{
	unsigned found = 0;

	for (uint32_t i = 0; i < report->field_count; i++) {
		struct place place = { .field = report->fields[i], .is_there = true };

		if (!field_is_of_scanner(report, &place.field, HID_INPUT) ||
			!hid_field_find(report, &place.field, USAGE_DATA, &place.index))
			continue;
		out->data = place;
		out->data_max = place_run(report, &place);
		found++;
	}
	if (found != 1)
		return err_set(err, ERR_INVALID,
			"the scanner declares decoded data in %u places, not in one", found);
	if (out->data.field.size_bits != 8)
		return err_set(err, ERR_INVALID, "the scanner's decoded data are not bytes");
	return true;
}

static void sounds_find(const struct hid_report *report, struct layout *layout)
{
	static const uint32_t usages[SOUNDS] = {
		[SOUND_GOOD] = USAGE_BEEP_GOOD,
		[SOUND_ERROR] = USAGE_BEEP_ERROR,
		[SOUND_UNKNOWN] = USAGE_BEEP_UNKNOWN,
	};

	for (size_t i = SOUND_GOOD; i < SOUNDS; i++) {
		struct place place = place_find(report, HID_OUTPUT, 0, usages[i]);
		size_t len = hid_report_len(report, HID_OUTPUT, place.field.report_id);

		if (!place.is_there || place.field.is_array || len > HID_POS_REPORT_MAX)
			continue;
		layout->sounds[i] = place;
		layout->sound_len[i] = len;
	}
}

static bool layout_fill(const struct hid_report *report, struct layout *out, struct err *err)
{
	if (!has_application(report))
		return err_set(err, ERR_INVALID, "this is no bar code scanner of the HID POS kind");
	if (!data_find(report, out, err))
		return false;
	out->has_ids = report->has_ids;
	out->report_id = out->data.field.report_id;
	out->report_len = hid_report_len(report, HID_INPUT, out->report_id);
	if (out->report_len > HID_POS_REPORT_MAX)
		return err_set(err, ERR_TOO_LARGE,
			"the scanner's report has %zu bytes, more than %u", out->report_len,
			HID_POS_REPORT_MAX);
	out->count = place_find(report, HID_INPUT, out->report_id, USAGE_BYTE_COUNT);
	if (!out->count.is_there)
		return err_set(err, ERR_INVALID, "the scanner does not say how long a scan is");
	out->continued = place_find(report, HID_INPUT, out->report_id, USAGE_CONTINUED);
	for (uint32_t i = 0; i < SCAN_AIM_LEN; i++)
		out->aim[i] = place_find(report, HID_INPUT, out->report_id, USAGE_AIM + i);
	sounds_find(report, out);
	return true;
}

static bool hid_pos_begin(
	struct scan_collector *collector, struct bytes description, struct err *err)
{
	struct layout layout = { 0 };

	scan_collector_begin(collector, 0);

	struct hid_report *report = hid_report_new(description, err);

	if (!report)
		return false;
	if (layout_fill(report, &layout, err)) {
		collector->layout = xmalloc(sizeof(layout));
		memcpy(collector->layout, &layout, sizeof(layout));
	}
	hid_report_free(report);
	return collector->layout != NULL;
}

/* ---- reports ---- */

/* The report of a scan, read. */
struct piece {
	uint32_t count;
	bool is_continued;
	bool is_end; /* for certain */
	char aim[SCAN_AIM_LEN + 1];
};

static bool place_get(const struct place *place, struct bytes report, uint32_t *out)
{
	return place->is_there && hid_field_get(&place->field, place->index, report, out);
}

/* "" unless the device says a whole identifier. */
static void aim_get(const struct layout *layout, struct bytes report, char out[SCAN_AIM_LEN + 1])
{
	memset(out, 0, SCAN_AIM_LEN + 1);
	for (size_t i = 0; i < SCAN_AIM_LEN; i++) {
		uint32_t c = 0;

		if (!place_get(&layout->aim[i], report, &c) || !char_is_printable(c) || c == ' ' ||
			(i == 0 && c != ']')) {
			memset(out, 0, SCAN_AIM_LEN + 1);
			return;
		}
		out[i] = (char)c;
	}
}

/* False when the report is malformed, or when its data may be the first part of a code: they are
 * full, and nothing says whether they go on. */
static bool piece_read(const struct layout *layout, struct bytes report, struct piece *out)
{
	uint32_t continued = 0;
	bool is_certain = place_get(&layout->continued, report, &continued);

	aim_get(layout, report, out->aim);
	if (!place_get(&layout->count, report, &out->count))
		out->count = UINT32_MAX;
	out->is_continued = continued != 0;
	out->is_end = !out->is_continued && (is_certain || out->count < layout->data_max);
	return out->count <= layout->data_max && (out->is_continued || out->is_end);
}

/* Adds the valid bytes; false when the report is too short to have them. */
static bool data_add(
	const struct layout *layout, uint32_t count, struct bytes report, struct buf *out)
{
	size_t len = out->len;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t byte = 0;

		if (!hid_field_get(&layout->data.field, layout->data.index + i, report, &byte)) {
			buf_cut(out, len);
			return false;
		}
		buf_add_byte(out, (uint8_t)byte);
	}
	return true;
}

/* Adds the report to the scan; false when it is malformed or no part of it. */
static bool piece_collect(struct scan_collector *collector, const struct layout *layout,
	struct bytes report, const struct piece *piece)
{
	if (collector->reports > 0 && !str_equal(collector->aim, piece->aim))
		return false;
	if (collector->reports == SCAN_REPORTS_MAX ||
		collector->collected.len + piece->count > SCAN_MAX)
		return false;
	memcpy(collector->aim, piece->aim, sizeof(collector->aim));
	collector->reports++;
	return data_add(layout, piece->count, report, &collector->collected);
}

/* Cuts what is longer than declared; false when more than padding would go. */
static bool report_cut(const struct layout *layout, struct bytes *report)
{
	for (size_t i = layout->report_len; i < report->len; i++) {
		if (report->data[i] != 0)
			return false;
	}
	if (report->len > layout->report_len)
		report->len = layout->report_len;
	return true;
}

/* Another report of the device, or an empty one: no part of a scan, which goes on if one has begun.
 */
static bool report_is_of_scan(const struct layout *layout, struct bytes report)
{
	return report.len > 0 && (!layout->has_ids || report.data[0] == layout->report_id);
}

static enum scan_reading piece_end(
	struct scan_collector *collector, const struct piece *piece, struct scan *out)
{
	if (piece->is_continued)
		return SCAN_READING_MORE;
	collector->reports = 0;
	if (collector->collected.len == 0 || piece->aim[1] == SCAN_AIM_NO_BAR_CODE)
		return SCAN_READING_NONE;
	out->raw = buf_bytes(&collector->collected);
	memcpy(out->aim, collector->aim, sizeof(out->aim));
	return SCAN_READING_DONE;
}

static enum scan_reading hid_pos_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	const struct layout *layout = collector->layout;
	struct bytes report = bytes_take_all(in);
	struct piece piece = { 0 };

	if (!layout)
		return SCAN_READING_BAD;
	if (!report_is_of_scan(layout, report))
		return collector->reports > 0 ? SCAN_READING_MORE : SCAN_READING_NONE;
	if (collector->reports == 0)
		scan_collector_reset(collector); /* the scan that was given out by the last call */

	bool is_sound = report_cut(layout, &report) && piece_read(layout, report, &piece);
	bool was_cut = collector->is_cut;

	if (was_cut || !is_sound || !piece_collect(collector, layout, report, &piece)) {
		scan_collector_reset(collector);
		collector->is_cut = !piece.is_end;
		return SCAN_READING_BAD;
	}
	return piece_end(collector, &piece, out);
}

/* ---- feedback ---- */

static bool sound_add(const struct layout *layout, enum sound sound, struct buf *out)
{
	const struct place *place = &layout->sounds[sound];
	uint8_t report[HID_POS_REPORT_MAX] = { 0 };
	size_t len = layout->sound_len[sound];

	if (!place->is_there || !hid_field_set(&place->field, place->index, 1, report, len))
		return false;
	if (layout->has_ids)
		report[0] = place->field.report_id;
	else
		buf_add_byte(out, 0);
	buf_add_mem(out, report, len);
	return true;
}

static bool hid_pos_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	/* the sound, and what says it where the device has not got it */
	static const enum sound sounds[SCAN_VERDICTS][2] = {
		[SCAN_STORED] = { SOUND_GOOD },
		[SCAN_COMPLETE] = { SOUND_GOOD },
		[SCAN_REPEAT] = { SOUND_NONE },
		[SCAN_QUESTION] = { SOUND_UNKNOWN, SOUND_ERROR },
		[SCAN_STOP] = { SOUND_ERROR, SOUND_UNKNOWN },
		[SCAN_NOTE] = { SOUND_NONE },
		[SCAN_NOT_STORED] = { SOUND_ERROR, SOUND_UNKNOWN },
	};
	const struct layout *layout = collector->layout;
	const enum sound *sound = sounds[verdict];

	if (!layout)
		return false;
	if (sound[0] == SOUND_NONE)
		return layout->sounds[SOUND_GOOD].is_there || layout->sounds[SOUND_ERROR].is_there;
	return sound_add(layout, sound[0], out) || sound_add(layout, sound[1], out);
}

const struct scanner_driver scanner_driver_hid_pos = {
	.name = "hid_pos",
	.begin = hid_pos_begin,
	.decode = hid_pos_decode,
	.timeout_ms = HID_POS_TIMEOUT_MS,
	.feedback = hid_pos_feedback,
};
