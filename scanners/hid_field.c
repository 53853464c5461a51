/* What the fields of a report descriptor mean, and their values in a report. */
#include "scanners/hid_report.h"

size_t hid_report_len(const struct hid_report *report, enum hid_kind kind, uint8_t report_id)
{
	return (report->bits[kind][report_id] + 7) / 8;
}

uint32_t hid_field_usage(
	const struct hid_report *report, const struct hid_field *field, uint32_t index)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < field->usage_count; i++) {
		const struct hid_usages *usages = &report->usages[field->usage_at + i];

		if (index <= usages->last - usages->first)
			return usages->first + index;
		index -= usages->last - usages->first + 1;
		last = usages->last;
	}
	return last;
}

bool hid_field_find(const struct hid_report *report, const struct hid_field *field, uint32_t usage,
	uint32_t *out)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < field->usage_count && at < field->count; i++) {
		const struct hid_usages *usages = &report->usages[field->usage_at + i];

		if (usage >= usages->first && usage <= usages->last) {
			at += usage - usages->first;
			if (at >= field->count)
				return false;
			*out = at;
			return true;
		}
		at += usages->last - usages->first + 1; /* at most 65536 * HID_USAGES_MAX */
	}
	return false;
}

uint32_t hid_field_application(const struct hid_report *report, const struct hid_field *field)
{
	uint32_t usage = 0;
	uint32_t at = field->collection;

	while (at != HID_NO_COLLECTION) {
		const struct hid_collection *collection = &report->collections[at];

		if (collection->type == HID_COLLECTION_APPLICATION)
			usage = collection->usage;
		at = collection->parent;
	}
	return usage;
}

/* The value's first bit in a report of len bytes; false when it does not lie in there whole. */
static bool value_find(const struct hid_field *field, uint32_t index, size_t len, size_t *out)
{
	size_t at = field->bit_offset + (size_t)index * field->size_bits;

	if (index >= field->count || field->size_bits > HID_VALUE_BITS_MAX ||
		at + field->size_bits > len * 8)
		return false;
	*out = at;
	return true;
}

bool hid_field_get(
	const struct hid_field *field, uint32_t index, struct bytes report, uint32_t *out)
{
	uint32_t value = 0;
	size_t at;

	if (!value_find(field, index, report.len, &at))
		return false;
	for (size_t i = field->size_bits; i > 0; i--) {
		size_t bit = at + i - 1;

		value = value << 1 | ((uint32_t)report.data[bit / 8] >> bit % 8 & 1u);
	}
	*out = value;
	return true;
}

bool hid_field_set(
	const struct hid_field *field, uint32_t index, uint32_t value, uint8_t *report, size_t len)
{
	size_t at;

	if (!value_find(field, index, len, &at))
		return false;
	if (field->size_bits < 32 && value >> field->size_bits != 0)
		return false;
	for (size_t i = 0; i < field->size_bits; i++) {
		size_t bit = at + i;
		uint8_t mask = (uint8_t)(1u << bit % 8);

		if (value >> i & 1u)
			report[bit / 8] |= mask;
		else
			report[bit / 8] &= (uint8_t)~mask;
	}
	return true;
}
