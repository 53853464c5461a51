/* Items of a report descriptor, one after the other; each kind of item is a row of a table. */
#include "scanners/hid_report.h"

#include <stdlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/xalloc.h"

/* HID 1.11 6.2.2.2 and 6.2.2.3 */
#define ITEM_SIZE_MASK 0x03u
#define ITEM_TYPE_SHIFT 2
#define ITEM_TYPE_MASK 0x03u
#define ITEM_TAG_SHIFT 4
#define ITEM_LONG 0xFEu
#define ITEM_TAGS 16

/* HID 1.11 6.2.2.5 */
#define MAIN_CONSTANT 0x01u
#define MAIN_VARIABLE 0x02u

#define ID_BITS 8u

struct item {
	unsigned type;
	unsigned tag;
	unsigned size; /* bytes of data: 0, 1, 2 or 4 */
	uint32_t value;
	int32_t signed_value;
};

/* Hold until changed; Push and Pop save them. */
struct globals {
	uint16_t usage_page;
	int32_t logical_min;
	int32_t logical_max;
	uint32_t logical_max_unsigned;
	uint32_t size_bits;
	uint32_t count;
	uint8_t report_id;
};

struct parser {
	struct hid_report *report;
	struct globals globals;
	struct globals pushed[HID_PUSHES_MAX];
	unsigned pushes;
	uint32_t open[HID_DEPTH_MAX]; /* collections */
	unsigned depth;
	/* until the next main item: */
	uint32_t usage_at;
	uint32_t usage_min;
	bool usage_min_is_whole;
	bool is_delimited;
	bool is_alternative; /* a second name for the same thing: the first one counts */
};

typedef bool (*item_fn)(struct parser *parser, const struct item *item, struct err *err);

/* ---- main items ---- */

static uint32_t collection_innermost(const struct parser *parser)
{
	return parser->depth > 0 ? parser->open[parser->depth - 1] : HID_NO_COLLECTION;
}

/*
 * A usage of 1 or 2 bytes takes the page that was declared last before the main item (6.2.2.8). As
 * Linux does: only usages behind the last one that had that page already; `page A, usage, page B,
 * usage` keeps A.
 */
static void usages_complete(struct parser *parser)
{
	struct hid_report *report = parser->report;

	for (uint32_t i = report->usage_count; i > parser->usage_at; i--) {
		struct hid_usages *usages = &report->usages[i - 1];

		if (usages->is_whole)
			continue;
		if (usages->first >> 16 == parser->globals.usage_page)
			return;
		usages->first = HID_USAGE(parser->globals.usage_page, usages->first & 0xFFFF);
		usages->last = HID_USAGE(parser->globals.usage_page, usages->last & 0xFFFF);
	}
}

static bool logical_range(const struct globals *globals, int64_t *out_max, struct err *err)
{
	int64_t max = globals->logical_max;

	if (globals->logical_min >= 0 && max < globals->logical_min)
		max = globals->logical_max_unsigned;
	if (max < globals->logical_min)
		return err_set(err, ERR_INVALID, "a field's values end at %lld and begin at %d",
			(long long)max, globals->logical_min);
	*out_max = max;
	return true;
}

/* Room for the field in its report. */
static bool field_place(struct parser *parser, enum hid_kind kind, uint32_t *out, struct err *err)
{
	struct hid_report *report = parser->report;
	const struct globals *globals = &parser->globals;
	uint32_t *bits = &report->bits[kind][globals->report_id];
	uint32_t more = globals->size_bits * globals->count; /* both limited */

	if (report->has_ids && globals->report_id == 0)
		return err_set(err, ERR_INVALID, "a field has no report number and others have");
	if (*bits == 0 && report->has_ids)
		*bits = ID_BITS;
	if (*bits + more > HID_REPORT_BYTES_MAX * 8)
		return err_set(err, ERR_TOO_LARGE, "a report has more than %u bytes",
			HID_REPORT_BYTES_MAX);
	*out = *bits;
	*bits += more;
	return true;
}

static bool field_add(
	struct parser *parser, const struct item *item, enum hid_kind kind, struct err *err)
{
	struct hid_report *report = parser->report;
	const struct globals *globals = &parser->globals;
	struct hid_field field = {
		.kind = kind,
		.report_id = globals->report_id,
		.is_constant = item->value & MAIN_CONSTANT,
		.is_array = !(item->value & MAIN_VARIABLE),
		.size_bits = globals->size_bits,
		.count = globals->count,
		.logical_min = globals->logical_min,
		.usage_at = parser->usage_at,
		.usage_count = report->usage_count - parser->usage_at,
		.collection = collection_innermost(parser),
	};

	usages_complete(parser);
	if (field.size_bits == 0 || field.count == 0)
		return true; /* no bits: nothing */
	if (report->field_count == HID_FIELDS_MAX)
		return err_set(err, ERR_TOO_LARGE, "more than %u fields", HID_FIELDS_MAX);
	if (!logical_range(globals, &field.logical_max, err) ||
		!field_place(parser, kind, &field.bit_offset, err))
		return false;
	report->fields[report->field_count++] = field;
	return true;
}

static bool main_input(struct parser *parser, const struct item *item, struct err *err)
{
	return field_add(parser, item, HID_INPUT, err);
}

static bool main_output(struct parser *parser, const struct item *item, struct err *err)
{
	return field_add(parser, item, HID_OUTPUT, err);
}

static bool main_feature(struct parser *parser, const struct item *item, struct err *err)
{
	return field_add(parser, item, HID_FEATURE, err);
}

static bool main_collection(struct parser *parser, const struct item *item, struct err *err)
{
	struct hid_report *report = parser->report;
	uint32_t usage_at = parser->usage_at;

	if (report->collection_count == HID_COLLECTIONS_MAX)
		return err_set(err, ERR_TOO_LARGE, "more than %u collections", HID_COLLECTIONS_MAX);
	if (parser->depth == HID_DEPTH_MAX)
		return err_set(err, ERR_TOO_LARGE, "more than %u collections inside one another",
			HID_DEPTH_MAX);
	usages_complete(parser);
	report->collections[report->collection_count] = (struct hid_collection) {
		.type = (uint8_t)item->value,
		.usage = usage_at < report->usage_count ? report->usages[usage_at].first : 0,
		.parent = collection_innermost(parser),
	};
	report->usage_count = usage_at; /* needed no more */
	parser->open[parser->depth++] = report->collection_count++;
	return true;
}

static bool main_collection_end(struct parser *parser, const struct item *item, struct err *err)
{
	(void)item;
	if (parser->depth == 0)
		return err_set(err, ERR_INVALID, "a collection ends that did not begin");
	parser->depth--;
	return true;
}

static const item_fn main_items[ITEM_TAGS] = {
	[0x8] = main_input,
	[0x9] = main_output,
	[0xA] = main_collection,
	[0xB] = main_feature,
	[0xC] = main_collection_end,
};

/* ---- global items ---- */

static bool global_usage_page(struct parser *parser, const struct item *item, struct err *err)
{
	if (item->value > UINT16_MAX)
		return err_set(err, ERR_INVALID, "usage page 0x%x has more than two bytes",
			(unsigned)item->value);
	parser->globals.usage_page = (uint16_t)item->value;
	return true;
}

static bool global_logical_min(struct parser *parser, const struct item *item, struct err *err)
{
	(void)err;
	parser->globals.logical_min = item->signed_value;
	return true;
}

static bool global_logical_max(struct parser *parser, const struct item *item, struct err *err)
{
	(void)err;
	parser->globals.logical_max = item->signed_value;
	parser->globals.logical_max_unsigned = item->value;
	return true;
}

/* Units and physical extents: of no use for a scanner. */
static bool item_passed_over(struct parser *parser, const struct item *item, struct err *err)
{
	(void)parser;
	(void)item;
	(void)err;
	return true;
}

static bool global_size(struct parser *parser, const struct item *item, struct err *err)
{
	if (item->value > HID_FIELD_BITS_MAX)
		return err_set(err, ERR_TOO_LARGE, "a value of %u bits, more than %u",
			(unsigned)item->value, HID_FIELD_BITS_MAX);
	parser->globals.size_bits = item->value;
	return true;
}

static bool global_count(struct parser *parser, const struct item *item, struct err *err)
{
	if (item->value > HID_FIELD_COUNT_MAX)
		return err_set(err, ERR_TOO_LARGE, "a field of %u values, more than %u",
			(unsigned)item->value, HID_FIELD_COUNT_MAX);
	parser->globals.count = item->value;
	return true;
}

/* 6.2.2.7: 0 is reserved; with one number, all reports have one. */
static bool global_report_id(struct parser *parser, const struct item *item, struct err *err)
{
	if (item->value == 0 || item->value > UINT8_MAX)
		return err_set(err, ERR_INVALID, "report number %u is not 1 to 255",
			(unsigned)item->value);
	if (!parser->report->has_ids && parser->report->field_count > 0)
		return err_set(err, ERR_INVALID, "report numbers begin after the first field");
	parser->report->has_ids = true;
	parser->globals.report_id = (uint8_t)item->value;
	return true;
}

static bool global_push(struct parser *parser, const struct item *item, struct err *err)
{
	(void)item;
	if (parser->pushes == HID_PUSHES_MAX)
		return err_set(err, ERR_TOO_LARGE, "more than %u pushes", HID_PUSHES_MAX);
	parser->pushed[parser->pushes++] = parser->globals;
	return true;
}

static bool global_pop(struct parser *parser, const struct item *item, struct err *err)
{
	(void)item;
	if (parser->pushes == 0)
		return err_set(err, ERR_INVALID, "a pop without a push");
	parser->globals = parser->pushed[--parser->pushes];
	return true;
}

static const item_fn global_items[ITEM_TAGS] = {
	[0x0] = global_usage_page,
	[0x1] = global_logical_min,
	[0x2] = global_logical_max,
	[0x3] = item_passed_over, /* physical minimum, maximum */
	[0x4] = item_passed_over,
	[0x5] = item_passed_over, /* unit exponent, unit */
	[0x6] = item_passed_over,
	[0x7] = global_size,
	[0x8] = global_report_id,
	[0x9] = global_count,
	[0xA] = global_push,
	[0xB] = global_pop,
};

/* ---- local items ---- */

static bool usages_add(struct parser *parser, const struct hid_usages *usages, struct err *err)
{
	struct hid_report *report = parser->report;

	if (parser->is_alternative)
		return true;
	parser->is_alternative = parser->is_delimited;
	if (report->usage_count == HID_USAGES_MAX)
		return err_set(err, ERR_TOO_LARGE, "more than %u usages", HID_USAGES_MAX);
	report->usages[report->usage_count++] = *usages;
	return true;
}

static bool item_is_whole(const struct item *item)
{
	return item->size > 2;
}

/* The usage of an item, with the page of now. */
static uint32_t item_usage(const struct parser *parser, const struct item *item)
{
	return item_is_whole(item) ? item->value
				   : HID_USAGE(parser->globals.usage_page, item->value);
}

static bool local_usage(struct parser *parser, const struct item *item, struct err *err)
{
	uint32_t usage = item_usage(parser, item);

	return usages_add(parser,
		&(struct hid_usages) {
			.first = usage, .last = usage, .is_whole = item_is_whole(item) },
		err);
}

static bool local_usage_min(struct parser *parser, const struct item *item, struct err *err)
{
	(void)err;
	parser->usage_min = item->value;
	parser->usage_min_is_whole = item_is_whole(item);
	return true;
}

static bool local_usage_max(struct parser *parser, const struct item *item, struct err *err)
{
	uint32_t last = item_usage(parser, item);
	uint32_t first = parser->usage_min_is_whole ? parser->usage_min
						    : HID_USAGE(last >> 16, parser->usage_min);

	if (first > last || first >> 16 != last >> 16)
		return err_set(err, ERR_INVALID, "usages 0x%x to 0x%x are no range",
			(unsigned)first, (unsigned)last);
	return usages_add(parser,
		&(struct hid_usages) {
			.first = first, .last = last, .is_whole = item_is_whole(item) },
		err);
}

/* 6.2.2.8: between two delimiters stand several names of one thing, the best first. */
static bool local_delimiter(struct parser *parser, const struct item *item, struct err *err)
{
	bool begins = item->value == 1;

	if (item->value > 1 || begins == parser->is_delimited)
		return err_set(err, ERR_INVALID, "delimiters do not match");
	parser->is_delimited = begins;
	parser->is_alternative = false;
	return true;
}

static const item_fn local_items[ITEM_TAGS] = {
	[0x0] = local_usage,
	[0x1] = local_usage_min,
	[0x2] = local_usage_max,
	[0x3] = item_passed_over, /* designators */
	[0x4] = item_passed_over,
	[0x5] = item_passed_over,
	[0x7] = item_passed_over, /* strings */
	[0x8] = item_passed_over,
	[0x9] = item_passed_over,
	[0xA] = local_delimiter,
};

/* ---- the whole ---- */

static uint32_t sign_extend(uint32_t value, unsigned bits)
{
	uint32_t sign = (uint32_t)1 << (bits - 1);

	return (value ^ sign) - sign;
}

static struct item item_read(struct cursor *in)
{
	static const unsigned sizes[] = { 0, 1, 2, 4 };
	uint8_t prefix = cursor_u8(in);
	struct item item = {
		.type = prefix >> ITEM_TYPE_SHIFT & ITEM_TYPE_MASK,
		.tag = prefix >> ITEM_TAG_SHIFT,
		.size = sizes[prefix & ITEM_SIZE_MASK],
	};
	struct bytes data = cursor_take(in, item.size);

	for (size_t i = data.len; i > 0; i--)
		item.value = item.value << 8 | data.data[i - 1];
	item.signed_value = (int32_t)(item.size == 0 || item.size == 4
					      ? item.value
					      : sign_extend(item.value, item.size * 8));
	return item;
}

/* A long item has a meaning only between a maker and its driver (6.2.2.3). */
static void long_item_skip(struct cursor *in)
{
	cursor_skip(in, 1);
	size_t len = cursor_u8(in);

	cursor_skip(in, 1 + len); /* with its tag */
}

static void locals_clear(struct parser *parser)
{
	parser->usage_at = parser->report->usage_count;
	parser->usage_min = 0;
	parser->usage_min_is_whole = false;
	parser->is_delimited = false;
	parser->is_alternative = false;
}

/* Reserved items are passed over, as Linux does, but for global ones: those would go on to mean
 * something. */
static bool item_apply(struct parser *parser, const struct item *item, struct err *err)
{
	enum {
		MAIN,
		GLOBAL,
		LOCAL
	};
	static const item_fn *const types[] = {
		[MAIN] = main_items, [GLOBAL] = global_items, [LOCAL] = local_items
	};
	item_fn apply = item->type < ARRAY_LEN(types) ? types[item->type][item->tag] : NULL;

	if (!apply && item->type == GLOBAL)
		return err_set(
			err, ERR_INVALID, "a global item that does not exist (%u)", item->tag);
	if (apply && !apply(parser, item, err))
		return false;
	if (item->type == MAIN)
		locals_clear(parser);
	return true;
}

static bool descriptor_read(struct parser *parser, struct bytes descriptor, struct err *err)
{
	struct cursor in = cursor_over(descriptor);

	while (in.left.len > 0) {
		size_t at = descriptor.len - in.left.len;

		if (cursor_peek(&in) == ITEM_LONG) {
			long_item_skip(&in);
			continue;
		}
		struct item item = item_read(&in);

		if (cursor_ok(&in) && !item_apply(parser, &item, err))
			return err_wrap(err, "report descriptor, byte %zu", at);
	}
	if (!cursor_ok(&in))
		return err_set(err, ERR_INVALID, "report descriptor: its last item is cut off");
	if (parser->depth > 0)
		return err_set(err, ERR_INVALID, "report descriptor: a collection does not end");
	return true;
}

struct hid_report *hid_report_new(struct bytes descriptor, struct err *err)
{
	struct parser parser = { 0 };

	if (descriptor.len > HID_DESCRIPTOR_MAX) {
		(void)err_set(err, ERR_TOO_LARGE, "a report descriptor of more than %u bytes",
			HID_DESCRIPTOR_MAX); /* NULL says that it failed */
		return NULL;
	}
	parser.report = xcalloc(1, sizeof(*parser.report));
	if (!descriptor_read(&parser, descriptor, err)) {
		hid_report_free(parser.report);
		return NULL;
	}
	return parser.report;
}

void hid_report_free(struct hid_report *report)
{
	free(report);
}
