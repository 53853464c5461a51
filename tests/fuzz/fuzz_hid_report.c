/*
 * scanners/hid_report: any bytes as a report descriptor. What is read lies within the limits and
 * within its reports; each value can be read and written where it is said to lie, and not a byte
 * beyond.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/hid_report.h"

#include "tests/fuzz/fuzz.h"

static void check_value(const struct hid_field *field, uint32_t index, size_t len)
{
	size_t end = field->bit_offset + (size_t)(index + 1) * field->size_bits;
	bool fits = index < field->count && field->size_bits <= HID_VALUE_BITS_MAX;
	size_t need = (end + 7) / 8;
	uint32_t most = field->size_bits >= 32 ? UINT32_MAX : (1u << field->size_bits) - 1;
	uint32_t value = 1;
	uint8_t *report =
		calloc(1, fits ? need : len); /* its own, so that a byte too far is seen */

	FUZZ_CHECK(report);
	FUZZ_CHECK(hid_field_set(field, index, most, report, fits ? need : len) == fits);
	if (fits) {
		FUZZ_CHECK(need <= len);
		FUZZ_CHECK(hid_field_get(field, index, bytes_of(report, need), &value));
		FUZZ_CHECK(value == most);
		FUZZ_CHECK(!hid_field_get(field, index, bytes_of(report, need - 1), &value));
	}
	free(report);
}

static void check_field(const struct hid_report *report, const struct hid_field *field)
{
	size_t len = hid_report_len(report, field->kind, field->report_id);
	uint32_t usage = hid_field_usage(report, field, field->count - 1);
	uint32_t index = 0;

	FUZZ_CHECK(field->count > 0 && field->count <= HID_FIELD_COUNT_MAX);
	FUZZ_CHECK(field->size_bits > 0 && field->size_bits <= HID_FIELD_BITS_MAX);
	FUZZ_CHECK(len > 0 && len <= HID_REPORT_BYTES_MAX);
	FUZZ_CHECK(field->bit_offset + (size_t)field->count * field->size_bits <= len * 8);
	FUZZ_CHECK((field->report_id != 0) == report->has_ids);
	FUZZ_CHECK(!report->has_ids || field->bit_offset >= 8);
	FUZZ_CHECK(field->logical_max >= field->logical_min);
	FUZZ_CHECK(field->usage_at + field->usage_count <= report->usage_count);
	FUZZ_CHECK(field->collection == HID_NO_COLLECTION ||
		   field->collection < report->collection_count);
	(void)hid_field_application(report, field); /* ends */
	if (hid_field_find(report, field, usage, &index))
		FUZZ_CHECK(index < field->count && hid_field_usage(report, field, index) == usage);
	else
		FUZZ_CHECK(field->usage_count == 0);
	check_value(field, 0, len);
	check_value(field, field->count - 1, len);
	check_value(field, field->count, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct hid_report *report = hid_report_new(bytes_of(data, size), &err);

	FUZZ_CHECK((report == NULL) == (err.code != ERR_NONE));
	if (!report)
		return 0;
	FUZZ_CHECK(report->field_count <= HID_FIELDS_MAX);
	FUZZ_CHECK(report->usage_count <= HID_USAGES_MAX);
	FUZZ_CHECK(report->collection_count <= HID_COLLECTIONS_MAX);
	for (uint32_t i = 0; i < report->field_count; i++)
		check_field(report, &report->fields[i]);
	hid_report_free(report);
	return 0;
}
