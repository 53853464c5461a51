/* Rows -> hexadecimal digits with run lengths. */
#include "printers/lang/zpl/ascii_encode.h"

#define RUN_HUGE 400u /* z */
#define RUN_STEP 20u  /* g to y, in steps of this */

static uint8_t digit_at(struct bytes row, size_t at)
{
	return at % 2 == 0 ? row.data[at / 2] >> 4 : row.data[at / 2] & 0x0f;
}

static void run_add(uint8_t digit, size_t len, struct buf *out)
{
	if (len > 1) {
		for (; len >= RUN_HUGE; len -= RUN_HUGE)
			buf_add_byte(out, 'z');
		if (len >= RUN_STEP)
			buf_add_byte(out, (uint8_t)('f' + len / RUN_STEP));
		if (len % RUN_STEP > 0)
			buf_add_byte(out, (uint8_t)('F' + len % RUN_STEP));
	}
	buf_add_byte(out, (uint8_t) "0123456789ABCDEF"[digit]);
}

static void row_add(struct bytes row, struct buf *out)
{
	size_t digits = row.len * 2;
	size_t len;

	for (size_t at = 0; at < digits; at += len) {
		uint8_t digit = digit_at(row, at);

		for (len = 1; at + len < digits && digit_at(row, at + len) == digit; len++)
			continue;
		if (digit != 0 || at + len < digits) {
			run_add(digit, len, out);
			continue;
		}
		if (len % 2 != 0)
			buf_add_byte(out, '0');
		if (len > 1)
			buf_add_byte(out, ',');
	}
}

void zpl_ascii_encode(struct bytes rows, size_t stride_bytes, struct buf *out)
{
	for (size_t at = 0; at < rows.len; at += stride_bytes) {
		struct bytes row = bytes_of(rows.data + at, stride_bytes);

		if (at > 0 && memcmp(row.data, row.data - stride_bytes, stride_bytes) == 0)
			buf_add_byte(out, ':');
		else
			row_add(row, out);
	}
}
