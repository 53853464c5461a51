/* zint's matrices, and the decoders that read them back. */
#include "printers/page/symbol.h"

#include "printers/page/decode.h"
#include "tests/check.h"

/* contrib/DESIGN.md 4: 12 digits are 101 modules in set C; 16 digits are a Data Matrix of 14 x 14.
 */
static void test_symbol_sizes_are_what_the_design_counts_on(void)
{
	static const struct {
		const char *text;
		enum page_symbology symbology;
		unsigned columns, rows;
	} rows[] = {
		{ "101000000156", PAGE_CODE128, 101, 1 },
		{ "999999999999", PAGE_CODE128, 101, 1 },
		{ "V101000000158", PAGE_CODE128, 123, 1 },
		{ "1010000001560186", PAGE_CODE128, 123, 1 },
		{ "1010000001560186", PAGE_DATAMATRIX, 14, 14 },
		{ "V101000000158", PAGE_DATAMATRIX, 14, 14 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_symbol symbol;
		struct err err = { 0 };

		check_row(rows[i].text);
		if (!check_ok(page_symbol_encode(&symbol, rows[i].symbology, rows[i].text, &err),
			    &err))
			continue;
		check_int(symbol.columns, rows[i].columns);
		check_int(symbol.rows, rows[i].rows);
		check_str(symbol.text, rows[i].text);
		check(symbol.module[0][0]); /* both begin with a dark module */
		check(rows[i].symbology == PAGE_CODE128 ? symbol.module[0][symbol.columns - 1]
							: symbol.module[13][13]);
	}
}

static void test_symbol_refuses_what_it_cannot_hold(void)
{
	static const char *const rows[] = { "", "1234567890123456789012345678901",
		"\xc3\xa9\xe7\x8e\x8b" };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_symbol symbol;
		struct err err = { 0 };

		check(!page_symbol_encode(&symbol, PAGE_CODE128, rows[i], &err));
		check_int(err.code, ERR_INVALID);
	}
}

static void draw(struct label_bitmap *bitmap, const struct page_symbol *symbol, unsigned x,
	unsigned y, unsigned module_dots)
{
	for (unsigned row = 0; row < symbol->rows; row++) {
		for (unsigned column = 0; column < symbol->columns; column++)
			bitmap_fill(bitmap,
				(struct bitmap_rect) { x + column * module_dots,
					y + row * module_dots, module_dots, module_dots },
				symbol->module[row][column]);
	}
}

/* contrib/PRINTERS.md 6: searching, libdmtx fails on good symbols of 2 dots a module, and of 1. */
static void test_decode_reads_a_data_matrix_of_few_dots(void)
{
	for (unsigned module_dots = 1; module_dots <= 5; module_dots++) {
		AUTO_BITMAP bitmap = { 0 };
		struct page_symbol symbol;
		struct err err = { 0 };
		char text[PAGE_SYMBOL_TEXT_MAX + 1];
		const unsigned side = 18 * module_dots;

		if (!check_ok(
			    page_symbol_encode(&symbol, PAGE_DATAMATRIX, "1010000001560186", &err),
			    &err) ||
			!check_ok(bitmap_init(&bitmap, side, side, &err), &err))
			continue;
		draw(&bitmap, &symbol, 2 * module_dots, 2 * module_dots, module_dots);
		const struct bitmap_rect dark = { 2 * module_dots, 2 * module_dots,
			14 * module_dots, 14 * module_dots };

		if (check(page_decode_datamatrix(&bitmap, dark, 14, text)))
			check_str(text, "1010000001560186");
		check(!page_decode_datamatrix(&bitmap, dark, 12, text));
		check(!page_decode_datamatrix(&bitmap, dark, 16, text));
	}
}

static void test_decode_reads_nothing_from_nothing(void)
{
	struct page_decoder *decoder = page_decoder_new();
	AUTO_BITMAP bitmap = { 0 };
	struct err err = { 0 };
	char text[PAGE_SYMBOL_TEXT_MAX + 1];
	static const struct bitmap_rect square = { 5, 5, 28, 28 };
	static const struct bitmap_rect outside[] = { { 0, 0, 0, 1 }, { 0, 0, 1, 0 },
		{ 300, 0, 1, 1 }, { 0, 40, 1, 1 }, { 0, 0, 301, 1 }, { 0, 1, 1, 40 } };

	if (check_ok(bitmap_init(&bitmap, 300, 40, &err), &err)) {
		check(!page_decode_code128_row(decoder, &bitmap, bitmap_whole(&bitmap), 3, text));
		check(!page_decode_code128_row(decoder, &bitmap, bitmap_whole(&bitmap), 40, text));
		check(!page_decode_datamatrix(&bitmap, bitmap_whole(&bitmap), 14, text));
		check(!page_decode_datamatrix(&bitmap, square, 14, text));
		check(!page_decode_datamatrix(&bitmap, square, 15, text));
		check(!page_decode_datamatrix(&bitmap, square, 0, text));
		for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
			check(!page_decode_code128_row(decoder, &bitmap, outside[i], 0, text));
			check(!page_decode_datamatrix(&bitmap, outside[i], 14, text));
		}
	}
	page_decoder_free(decoder);
}

/* Two codes in one row are not one of ours. */
static void test_decode_refuses_two_bar_codes_in_one_row(void)
{
	struct page_decoder *decoder = page_decoder_new();
	AUTO_BITMAP bitmap = { 0 };
	struct page_symbol one, other;
	struct err err = { 0 };
	char text[PAGE_SYMBOL_TEXT_MAX + 1];
	const struct bitmap_rect left = { 0, 0, 260, 1 };

	if (check_ok(page_symbol_encode(&one, PAGE_CODE128, "101000000156", &err), &err) &&
		check_ok(page_symbol_encode(&other, PAGE_CODE128, "101999999928", &err), &err) &&
		check_ok(bitmap_init(&bitmap, 520, 2, &err), &err)) {
		draw(&bitmap, &one, 30, 0, 2);
		draw(&bitmap, &other, 290, 0, 2);
		if (check(page_decode_code128_row(decoder, &bitmap, left, 0, text)))
			check_str(text, "101000000156");
		check(!page_decode_code128_row(decoder, &bitmap, bitmap_whole(&bitmap), 0, text));
	}
	page_decoder_free(decoder);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_symbol_sizes_are_what_the_design_counts_on),
		CHECK_TEST(test_symbol_refuses_what_it_cannot_hold),
		CHECK_TEST(test_decode_reads_a_data_matrix_of_few_dots),
		CHECK_TEST(test_decode_reads_nothing_from_nothing),
		CHECK_TEST(test_decode_refuses_two_bar_codes_in_one_row),
	};

	return check_run("printers/page/symbol", tests, ARRAY_LEN(tests));
}
