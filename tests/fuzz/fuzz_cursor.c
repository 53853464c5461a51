/*
 * Cursor, ids and encodings. The first byte says how many of the next are reading steps; the steps
 * read the rest, which is an id, hexadecimal and base64 as well.
 */
#include "tests/fuzz/fuzz.h"

#include "../../daemon/base/buf.c"
#include "../../daemon/base/cursor.c"
#include "../../daemon/base/err.c"
#include "../../daemon/base/id.c"
#include "../../daemon/base/str.c"
#include "../../daemon/base/xalloc.c"

static void step(struct cursor *cur, uint8_t what)
{
	switch (what % 14) {
	case 0:
		cursor_u8(cur);
		break;
	case 1:
		cursor_u16_be(cur);
		break;
	case 2:
		cursor_u16_le(cur);
		break;
	case 3:
		cursor_u32_be(cur);
		break;
	case 4:
		cursor_u32_le(cur);
		break;
	case 5:
		cursor_u64_be(cur);
		break;
	case 6:
		cursor_take(cur, what);
		break;
	case 7:
		cursor_take_until(cur, what);
		break;
	case 8:
		cursor_skip(cur, what / 14);
		break;
	case 9:
		cursor_accept(cur, "^XA");
		break;
	case 10:
		cursor_expect(cur, "^");
		break;
	case 11:
		FUZZ_CHECK(cursor_decimal(cur) < 1000000000000000000u);
		break;
	case 12:
		cursor_hex_u32(cur);
		break;
	default:
		cursor_take_rest(cur);
	}
}

/* Nothing is read before the start or past the end, and an error stays. */
static void check_cursor(struct bytes steps, struct bytes over)
{
	struct cursor cur = cursor_over(over);
	size_t left = over.len;
	bool was_ok = true;

	for (size_t i = 0; i < steps.len; i++) {
		step(&cur, steps.data[i]);
		FUZZ_CHECK(cur.left.len <= left);
		FUZZ_CHECK(was_ok || !cursor_ok(&cur));
		FUZZ_CHECK(cursor_ok(&cur) || cur.left.len == 0);
		FUZZ_CHECK(
			cur.left.len == 0 || cur.left.data + cur.left.len == over.data + over.len);
		left = cur.left.len;
		was_ok = cursor_ok(&cur);
	}
}

/* What is read as an id is exactly what its fields make. */
static void check_id(struct bytes text)
{
	struct id id;
	struct id made;

	if (!id_parse(&id, text, NULL))
		return;
	FUZZ_CHECK(bytes_is(text, id.text));
	FUZZ_CHECK(id_make(&made, id.kind, id.block, id.sequence, id.copy, NULL));
	FUZZ_CHECK(str_equal(made.text, id.text));
	if (id.kind == ID_LABEL) {
		char specimen[13];
		struct id of_specimen;

		id_specimen_text(&id, specimen);
		FUZZ_CHECK(id_parse(&of_specimen, bytes_of_str(specimen), NULL));
		FUZZ_CHECK(of_specimen.kind == ID_SPECIMEN && of_specimen.sequence == id.sequence);
	}
}

/* One spelling for every run of bytes. */
static void check_encodings(struct bytes text)
{
	AUTO_BUF bytes = { 0 };
	AUTO_BUF back = { 0 };

	if (base64_decode(text, &bytes, NULL)) {
		base64_encode(buf_bytes(&bytes), &back);
		FUZZ_CHECK(bytes_equal(buf_bytes(&back), text));
	} else {
		FUZZ_CHECK(bytes.len == 0);
	}
	buf_reset(&bytes);
	FUZZ_CHECK(!hex_decode(text, &bytes, NULL) || bytes.len * 2 == text.len);
	(void)utf8_is_valid(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	size_t count = data[0] % 32 < size ? data[0] % 32 : size - 1;
	struct bytes over = bytes_of(data + 1 + count, size - 1 - count);

	check_cursor(bytes_of(data + 1, count), over);
	check_id(over);
	check_encodings(over);
	return 0;
}
