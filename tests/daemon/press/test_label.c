/* A label job: JSON in, proved bytes out. */
#include "daemon/press/label.h"

#include <sodium.h>

#include "daemon/base/auto.h"
#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "printers/bitmap_png.h"
#include "printers/lang/expansion.h"
#include "tests/check.h"

static struct page *loaded_new(void)
{
	AUTO(char_free) char *dir = check_path("printers/templates");
	struct page *page = page_new();
	struct err err = { 0 };

	check_ok(page_load(page, dir, &err), &err);
	return page;
}

/* A whole request; the rows of a test change one thing in it. */
static json_t *request_new(void)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s, s:i, s:s, s:s, s:n, s:s, s:s, "
			 "s:s, s:s, s:s, "
			 "s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:b}}",
		"do", "label", "template", "auto12", "language", "zpl", "dpi", 203, "width_um",
		50800, "height_um", 25400, "content", "specimen_id", "101000000156", "copy", 1,
		"family", "Okafor", "given", "Grace", "middle", "birth_date", "1961-04-09",
		"patient_number", "00123456", "sex", "F", "collected_date", "2026-03-14",
		"collector", "MK", "container", "LAVENDER EDTA 4 mL", "number", 2, "of", 4, "tests",
		"CBC A1C", "account", "48213", "priority", "", "source", "", "practice", false);
}

/* contrib/CONTRACTS.md 2 and 6: the bytes expand to the very dots of the picture, and the hash is
 * theirs.
 */
static void test_label_gives_bytes_that_are_the_proved_bitmap(void)
{
	static const unsigned dpis[] = { 203, 300, 600 };
	struct page *page = loaded_new();

	for (size_t i = 0; i < ARRAY_LEN(dpis); i++) {
		AUTO(json_decref) json_t *body = request_new();
		AUTO_LABEL_LIST printed = { 0 };
		AUTO_BUF png = { 0 };
		AUTO_BUF hex = { 0 };
		struct label label = { 0 };
		struct err err = { 0 };
		uint8_t hash[crypto_hash_sha256_BYTES];

		json_object_set_new(body, "dpi", json_integer(dpis[i]));
		if (check_ok(label_make(page, body, &label, &err), &err) &&
			check_ok(printer_driver_expand(&printer_driver_zpl, buf_bytes(&label.bytes),
					 &printed, &err),
				&err) &&
			check_int(printed.count, 1)) {
			const struct label_bitmap *seen = &printed.label[0];

			check_int(seen->height_dots, label.page.bitmap.height_dots);
			for (unsigned y = 0; y < seen->height_dots; y++)
				check(memcmp(seen->data + y * seen->stride_bytes,
					      label.page.bitmap.data +
						      y * label.page.bitmap.stride_bytes,
					      label.page.bitmap.stride_bytes) == 0);
			check_ok(bitmap_png(&label.page.bitmap, label.page.dots_per_m, &png, &err),
				&err);
			check_bytes(buf_bytes(&label.png), buf_bytes(&png));
			crypto_hash_sha256(hash, label.bytes.data, label.bytes.len);
			hex_encode(bytes_of(hash, sizeof(hash)), &hex);
			check_str(label.sha256, buf_str(&hex));
			check_int(label.page.warning_count, 0);
		}
		label_done(&label);
	}
	page_free(page);
}

static void test_label_refuses_each_malformed_request(void)
{
	static const struct {
		const char *name;
		const char *change; /* JSON: members set in the request ... */
		const char
			*content; /* ... and in its content; null removes nothing, it is a value */
		enum page_check failed;
		enum err_code code;
		const char *text;
	} rows[] = {
		{ "no template", "{\"template\": 1}", "{}", 0, ERR_INVALID, "lacks template" },
		{ "unknown template", "{\"template\": \"auto13\"}", "{}", 0, ERR_INVALID,
			"no label template" },
		{ "unknown language", "{\"language\": \"epl\"}", "{}", 0, ERR_INVALID,
			"language 'epl' is not known" },
		{ "odd language", "{\"language\": \"z\\n\"}", "{}", 0, ERR_INVALID,
			"language '...' is not known" },
		{ "dpi as text", "{\"dpi\": \"203\"}", "{}", 0, ERR_INVALID, "lacks" },
		{ "dpi below 0", "{\"dpi\": -203}", "{}", 0, ERR_INVALID, "lacks" },
		{ "dpi that wraps", "{\"dpi\": 4294967499}", "{}", 0, ERR_INVALID, "lacks" },
		{ "unknown dpi", "{\"dpi\": 180}", "{}", 0, ERR_INVALID, "180 dpi" },
		{ "content as text", "{\"content\": \"x\"}", NULL, 0, ERR_INVALID,
			"has no content" },
		{ "unknown key", "{}", "{\"blood_group\": \"A\"}", 0, ERR_INVALID,
			"'blood_group'" },
		{ "number as text", "{}", "{\"number\": \"2\"}", 0, ERR_INVALID, "'number'" },
		{ "text as number", "{}", "{\"patient_number\": 123456}", 0, ERR_INVALID,
			"'patient_number'" },
		{ "flag as text", "{}", "{\"practice\": \"no\"}", 0, ERR_INVALID, "'practice'" },
		{ "NUL in a text", "{}", "{\"family\": \"Oka\\u0000for\"}", 0, ERR_INVALID,
			"'family'" },
		{ "null identifier", "{}", "{\"patient_number\": null}", PAGE_CHECK_IDENTIFIERS,
			ERR_CHECK_FAILED, "number is empty" },
		{ "practice id", "{}", "{\"practice\": true}", PAGE_CHECK_IDENTIFIERS,
			ERR_CHECK_FAILED, "practice" },
		{ "spelling nobody confirmed", "{}", "{\"family\": \"\u0634\u0627\u06c1\"}",
			PAGE_CHECK_SPELLING, ERR_CHECK_FAILED, "nobody confirmed its spelling" },
		{ "small stock", "{\"width_um\": 30000}", "{}", PAGE_CHECK_GEOMETRY_AREA,
			ERR_CHECK_FAILED, "30000 x 25400" },
	};
	struct page *page = loaded_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *body = request_new();
		AUTO(json_decref) json_t *change = json_loads(rows[i].change, JSON_ALLOW_NUL, NULL);
		struct label label = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		check(json_object_update(body, change) == 0);
		if (rows[i].content) {
			AUTO(json_decref)
			json_t *content = json_loads(rows[i].content, JSON_ALLOW_NUL, NULL);

			check(json_object_update(json_object_get(body, "content"), content) == 0);
		}
		check(!label_make(page, body, &label, &err));
		check_err(&err, rows[i].code, rows[i].text);
		check_int(label.page.failed, rows[i].failed);
		check_int(
			label.page.spelling.family != NULL, rows[i].failed == PAGE_CHECK_SPELLING);
		check(label.bytes.len == 0 && label.png.len == 0 && label.page.bitmap.data == NULL);
		label_done(&label);
	}
	page_free(page);
}

/* Drivers that lie: each spoils the bytes of a true one in a way that still prints something. */
static bool encode_without_a_dot(
	const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	AUTO_BITMAP spoilt = { 0 };

	bitmap_copy(&spoilt, bitmap);
	bitmap_set(&spoilt, 100, 100, !bitmap_is_black(bitmap, 100, 100));
	return printer_driver_zpl.encode(&spoilt, out, err);
}

static bool encode_without_a_row(
	const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	struct label_bitmap shorter = *bitmap;

	shorter.height_dots--;
	return printer_driver_zpl.encode(&shorter, out, err);
}

static bool encode_twice(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	return printer_driver_zpl.encode(bitmap, out, err) &&
	       printer_driver_zpl.encode(bitmap, out, err);
}

static bool encode_nothing(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	(void)bitmap;
	(void)out;
	(void)err;
	return true;
}

static bool encode_cut_short(const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	if (!printer_driver_zpl.encode(bitmap, out, err))
		return false;
	out->len -= 5;
	return true;
}

static bool encode_with_calibration(
	const struct label_bitmap *bitmap, struct buf *out, struct err *err)
{
	buf_add_str(out, "^XA^JUS^XZ");
	return printer_driver_zpl.encode(bitmap, out, err);
}

/* contrib/DESIGN.md 2, promise 2: the very bytes are expanded again before one of them goes to a
 * printer. */
static void test_label_finds_bytes_that_are_not_the_label(void)
{
	static const struct {
		const char *name;
		bool (*encode)(const struct label_bitmap *bitmap, struct buf *out, struct err *err);
	} rows[] = {
		{ "a dot", encode_without_a_dot },
		{ "a row", encode_without_a_row },
		{ "twice", encode_twice },
		{ "nothing", encode_nothing },
		{ "cut short", encode_cut_short },
		{ "calibration", encode_with_calibration },
	};
	struct page *page = loaded_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *body = request_new();
		struct printer_driver liar = printer_driver_zpl;
		struct label label = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		liar.encode = rows[i].encode;
		if (!check_ok(label_make(page, body, &label, &err), &err))
			continue;
		buf_reset(&label.bytes);
		label.sha256[0] = 0;
		check(!label_encode(&label, &liar, &err));
		check_int(label.page.failed, PAGE_CHECK_EXPAND);
		check_err(&err, ERR_CHECK_FAILED, "do not give back the label");
		check_str(label.sha256, "");
		label_done(&label);
	}
	page_free(page);
}

/* Dots without a pattern; the size is in whole bytes. */
static void noise_fill(struct label_bitmap *bitmap)
{
	uint32_t seed = 1;

	for (size_t i = 0; i < bitmap->stride_bytes * bitmap->height_dots; i++) {
		seed = seed * 1103515245u + 12345u;
		bitmap->data[i] = (uint8_t)(seed >> 16);
	}
}

/* The largest bitmap fits as plain bytes, not as digits. */
static void test_label_of_more_bytes_than_a_printer_is_sent_is_refused(void)
{
	static const struct {
		const struct printer_driver *driver;
		bool is_taken;
	} rows[] = {
		{ &printer_driver_zpl, true },
		{ &printer_driver_tspl, true },
		{ &printer_driver_zpl_ascii, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct label label = { 0 };
		struct err err = { 0 };

		check_row(rows[i].driver->language);
		check_ok(bitmap_init(&label.page.bitmap, BITMAP_WIDTH_DOTS_MAX,
				 BITMAP_HEIGHT_DOTS_MAX, &err),
			&err);
		noise_fill(&label.page.bitmap);
		label.page.dots_per_m = 23622;
		check_int(label_encode(&label, rows[i].driver, &err), rows[i].is_taken);
		if (!rows[i].is_taken) {
			check(label.bytes.len > PRINTER_LABEL_BYTES_MAX);
			check_err(&err, ERR_TOO_LARGE, "in the printer's language 'zpl-ascii'");
			check_contains(err.hint, "a printer of less dpi");
		}
		label_done(&label);
	}
	check_row(NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_label_gives_bytes_that_are_the_proved_bitmap),
		CHECK_TEST(test_label_refuses_each_malformed_request),
		CHECK_TEST(test_label_finds_bytes_that_are_not_the_label),
		CHECK_TEST(test_label_of_more_bytes_than_a_printer_is_sent_is_refused),
	};

	return sodium_init() < 0 ? 99 : check_run("press/label", tests, ARRAY_LEN(tests));
}
