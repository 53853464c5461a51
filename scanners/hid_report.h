/*
 * A HID report descriptor -> the fields of its reports: which report, which bits, what they mean.
 * Nothing is expanded: a range of a million usages stays one range, so no descriptor can make this
 * large. What goes beyond a limit here fails with words that name the limit; nothing is read past
 * the descriptor's end. Which fields make a scanner is for hid_pos to say.
 *
 * Source: USB HID 1.11, 5.3 to 5.9 and 6.2.2; where it leaves room, what Linux does
 * (drivers/hid/hid-core.c).
 */
#ifndef SPECIMEND_SCANNERS_HID_REPORT_H
#define SPECIMEND_SCANNERS_HID_REPORT_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

/* Limits, those of Linux where it has one (HID_MAX_DESCRIPTOR_SIZE, HID_MAX_FIELDS, HID_MAX_USAGES,
 * HID_GLOBAL_STACK_SIZE, HID_MAX_BUFFER_SIZE). */
#define HID_DESCRIPTOR_MAX 4096u /* bytes */
#define HID_FIELDS_MAX 256u      /* of all reports together */
#define HID_USAGES_MAX 1024u     /* usages and ranges of usages, of all fields together */
#define HID_COLLECTIONS_MAX 128u
#define HID_DEPTH_MAX 16u /* collections inside one another */
#define HID_PUSHES_MAX 4u
#define HID_FIELD_BITS_MAX 256u    /* of one value of a field */
#define HID_FIELD_COUNT_MAX 12288u /* values of a field */
#define HID_REPORT_BYTES_MAX 16384u
#define HID_VALUE_BITS_MAX 32u /* of a value that can be read or written here */

/* A usage with its page in front: 0x8C, 0xFE is 0x8C00FE (HID 1.11 6.2.2.8). */
#define HID_USAGE(page, id) ((uint32_t)(page) << 16 | (uint32_t)(id))

enum hid_kind {
	HID_INPUT,
	HID_OUTPUT,
	HID_FEATURE,
};

#define HID_KINDS 3

#define HID_COLLECTION_APPLICATION 0x01u /* type; HID 1.11 6.2.2.6 */
#define HID_COLLECTION_LOGICAL 0x02u
#define HID_NO_COLLECTION UINT32_MAX

struct hid_collection {
	uint8_t type;
	uint32_t usage;
	uint32_t parent; /* its number, or HID_NO_COLLECTION */
};

/* One main item: count values of size_bits each, one after the other. */
struct hid_field {
	enum hid_kind kind;
	uint8_t report_id;   /* 0: the device's reports have no number */
	bool is_constant;    /* padding */
	bool is_array;       /* its values are indexes of usages: keys that are down */
	uint32_t bit_offset; /* from the first bit of the report on the wire, its number included */
	uint32_t size_bits;
	uint32_t count;
	int32_t logical_min;
	int64_t logical_max; /* above INT32_MAX only where the item's sign was a slip */
	uint32_t usage_at;   /* of usages below */
	uint32_t usage_count;
	uint32_t collection; /* the innermost, or HID_NO_COLLECTION */
};

struct hid_usages {
	uint32_t first;
	uint32_t last;
	bool is_whole; /* came with its page */
};

struct hid_report {
	bool has_ids; /* the first byte of each report is its number */
	struct hid_field fields[HID_FIELDS_MAX];
	uint32_t field_count;
	struct hid_usages usages[HID_USAGES_MAX];
	uint32_t usage_count;
	struct hid_collection collections[HID_COLLECTIONS_MAX];
	uint32_t collection_count;
	uint32_t bits[HID_KINDS][256]; /* of each report with its number; 0: there is none */
};

/*
 * Reads a report descriptor. Where the maximum of a value is signed by mistake (15 00 25 FF: 0 to
 * -1), as in real devices, it is taken without its sign
 * (tests/data/scanners/rd-notscanner-8c01-st-demo-33.txt).
 *
 * Returns what it says, yours (hid_report_free). NULL with ERR_INVALID: an item is cut off,
 * collections do not match, a pop has no push, a report's number is 0 or comes after the first
 * field, a range is turned round, a global item that HID 1.11 does not have; with ERR_TOO_LARGE: a
 * limit above.
 */
MUST_CHECK struct hid_report *hid_report_new(struct bytes descriptor, struct err *err);
void hid_report_free(struct hid_report *report); /* accepts NULL */

/* Bytes of a whole report on the wire, its number included; 0: there is no such report. */
size_t hid_report_len(const struct hid_report *report, enum hid_kind kind, uint8_t report_id);

/* What value `index` of a field means; past the last usage the last one goes on (6.2.2.8); 0:
 * nothing. */
uint32_t hid_field_usage(
	const struct hid_report *report, const struct hid_field *field, uint32_t index);

/* The first value of a field that means `usage`; false when none does. */
MUST_CHECK bool hid_field_find(const struct hid_report *report, const struct hid_field *field,
	uint32_t usage, uint32_t *out);

/* Usage of the outermost application collection around the field, 0 when there is none. */
uint32_t hid_field_application(const struct hid_report *report, const struct hid_field *field);

/*
 * The value at `index`, least significant bit first, without a sign. False when there is none:
 * beyond the field, of more than HID_VALUE_BITS_MAX bits, or (wholly or in part) past the end of a
 * short report.
 */
MUST_CHECK bool hid_field_get(
	const struct hid_field *field, uint32_t index, struct bytes report, uint32_t *out);

/* Writes a value into a report of len bytes; false, with nothing written, as hid_field_get, or when
 * it does not fit into the value's bits. */
MUST_CHECK bool hid_field_set(
	const struct hid_field *field, uint32_t index, uint32_t value, uint8_t *report, size_t len);

#endif
