/*
 * scanners/gs1: any bytes are split or refused; what was split stands in the text in order, put
 * together again it is the text but for separators, and is split the same.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/gs1.h"

#include "daemon/base/buf.h"
#include "tests/fuzz/fuzz.h"

#define YEAR 2026

static void join(const struct gs1 *gs1, struct buf *out)
{
	for (size_t i = 0; i < gs1->count; i++) {
		const struct gs1_element *element = &gs1->element[i];

		FUZZ_CHECK(element->ai.len >= 2 && element->ai.len <= 4);
		FUZZ_CHECK(element->data.len >= 1 && element->data.len <= 90);
		FUZZ_CHECK(element->data.data == element->ai.data + element->ai.len);
		FUZZ_CHECK(gs1_find(gs1, "10").len <= 20 && gs1_find(gs1, "17").len <= 6);
		buf_add(out, element->ai);
		buf_add(out, element->data);
		buf_add_byte(out, 0x1d);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = bytes_of(data, size);
	struct gs1 gs1, again;
	struct err err = { 0 };
	AUTO_BUF joined = { 0 };

	(void)gs1_check_is_right(text);
	if (!gs1_parse(&gs1, text, YEAR, &err)) {
		FUZZ_CHECK(err.code == ERR_INVALID);
		return 0;
	}
	FUZZ_CHECK(gs1.count >= 1 && gs1.count <= GS1_ELEMENTS_MAX);
	join(&gs1, &joined);
	FUZZ_CHECK(gs1_parse(&again, buf_bytes(&joined), YEAR, &err));
	FUZZ_CHECK(again.count == gs1.count);
	for (size_t i = 0; i < gs1.count; i++)
		FUZZ_CHECK(bytes_equal(gs1.element[i].data, again.element[i].data));
	return 0;
}
