/* The proof of a finished bitmap. */
#include "printers/page/proof.h"

#include "daemon/base/id.h"
#include "daemon/base/str.h"
#include "printers/page/geometry.h"
#include "printers/page/turn.h"

/* Single rows given to libzbar, spread over the bars. */
#define CODE128_ROWS_READ 5u

struct proof {
	struct page_decoder *decoder;
	const struct page_plan *plan;
	const struct label_bitmap *bitmap;
	enum page_check *out_failed;
	struct err *err;
};

static bool white_check(const struct proof *proof, struct bitmap_rect rect, const char *where)
{
	struct bitmap_rect ink;

	if (!bitmap_ink(proof->bitmap, rect, &ink))
		return true;
	return page_check_fail(proof->out_failed, PAGE_CHECK_GEOMETRY_QUIET, proof->err,
		"there is ink in the quiet zone %s, at column %u, row %u", where, ink.x_dots,
		ink.y_dots);
}

/* The area around the dark symbol, as four rectangles. */
static bool quiet_zone_check(const struct proof *proof, const struct page_plan_code *code)
{
	const struct bitmap_rect a = code->area, d = code->dark;
	const unsigned right = d.x_dots + d.width_dots, bottom = d.y_dots + d.height_dots;
	const struct bitmap_rect left_of = { a.x_dots, a.y_dots, d.x_dots - a.x_dots,
		a.height_dots };
	const struct bitmap_rect right_of = { right, a.y_dots, a.x_dots + a.width_dots - right,
		a.height_dots };
	const struct bitmap_rect above = { d.x_dots, a.y_dots, d.width_dots, d.y_dots - a.y_dots };
	const struct bitmap_rect below = { d.x_dots, bottom, d.width_dots,
		a.y_dots + a.height_dots - bottom };

	return white_check(proof, left_of, "left of the code") &&
	       white_check(proof, right_of, "right of the code") &&
	       white_check(proof, above, "above the code") &&
	       white_check(proof, below, "below the code");
}

/* Every cell of module_dots x row_dots is of one colour. */
static bool cells_check(const struct proof *proof, const struct page_plan_code *code,
	unsigned row_dots, unsigned rows)
{
	for (unsigned row = 0; row < rows; row++) {
		for (unsigned column = 0; column < code->symbol.columns; column++) {
			const struct bitmap_rect cell = { code->dark.x_dots +
								  column * code->module_dots,
				code->dark.y_dots + row * row_dots, code->module_dots, row_dots };
			const size_t black = bitmap_count_black(proof->bitmap, cell);

			if (black != 0 && black != (size_t)cell.width_dots * cell.height_dots)
				return page_check_fail(proof->out_failed,
					PAGE_CHECK_GEOMETRY_MODULE, proof->err,
					"module %u of row %u of the code is not whole", column + 1,
					row + 1);
		}
	}
	return true;
}

static bool bars_unbroken_check(const struct proof *proof, const struct page_plan_code *code)
{
	struct bitmap_rect rows = code->dark;

	if (bitmap_rows_are_equal(proof->bitmap, rows))
		return true;
	for (rows.height_dots = 2; bitmap_rows_are_equal(proof->bitmap, rows);)
		rows.height_dots++;
	return page_check_fail(proof->out_failed, PAGE_CHECK_GEOMETRY_HEIGHT, proof->err,
		"the bars are broken at row %u", rows.y_dots + rows.height_dots - 1);
}

static bool bars_read_check(
	const struct proof *proof, const struct page_plan_code *code, const char *expected)
{
	for (unsigned i = 0; i < CODE128_ROWS_READ; i++) {
		const unsigned y = code->dark.y_dots +
				   code->dark.height_dots * (2 * i + 1) / (2 * CODE128_ROWS_READ);
		char text[PAGE_SYMBOL_TEXT_MAX + 1];

		if (!page_decode_code128_row(proof->decoder, proof->bitmap, code->area, y, text))
			return page_check_fail(proof->out_failed, PAGE_CHECK_DECODE_CODE128,
				proof->err,
				"the bar code cannot be read from the drawn label (row %u)", y);
		if (!str_equal(text, expected))
			return page_check_fail(proof->out_failed, PAGE_CHECK_DECODE_CODE128,
				proof->err, "the drawn bar code says '%s', ordered was '%s'", text,
				expected);
	}
	return true;
}

/* libdmtx reads, correcting nothing. */
static bool matrix_read_check(
	const struct proof *proof, const struct page_plan_code *code, const char *expected)
{
	char text[PAGE_SYMBOL_TEXT_MAX + 1];

	if (!page_decode_datamatrix(proof->bitmap, code->dark, code->symbol.columns, text))
		return page_check_fail(proof->out_failed, PAGE_CHECK_DECODE_DATAMATRIX, proof->err,
			"the square code cannot be read from the drawn label");
	if (!str_equal(text, expected))
		return page_check_fail(proof->out_failed, PAGE_CHECK_DECODE_DATAMATRIX, proof->err,
			"the drawn square code says '%s', ordered was '%s'", text, expected);
	return true;
}

/*
 * A fresh encoding shows modules that a decoder may pass over: finder and padding of a Data Matrix,
 * and a cut bar that libzbar still reads as what it should be, as it does with the stop pattern's.
 */
static bool modules_check(const struct proof *proof, const struct page_plan_code *code,
	unsigned row_dots, enum page_check check, const char *expected)
{
	struct page_symbol fresh;
	struct err why = { 0 };

	if (!page_symbol_encode(&fresh, code->symbol.symbology, expected, &why) ||
		fresh.columns != code->symbol.columns || fresh.rows != code->symbol.rows)
		return page_check_fail(proof->out_failed, check, proof->err,
			"the code is not of the size it must be");
	for (unsigned row = 0; row < fresh.rows; row++) {
		for (unsigned column = 0; column < fresh.columns; column++) {
			if (bitmap_is_black(proof->bitmap,
				    code->dark.x_dots + column * code->module_dots,
				    code->dark.y_dots + row * row_dots) !=
				fresh.module[row][column])
				return page_check_fail(proof->out_failed, check, proof->err,
					"module %u of row %u of the code is wrong", column + 1,
					row + 1);
		}
	}
	return true;
}

static bool code128_prove(
	const struct proof *proof, const struct page_plan_code *code, const char *expected)
{
	return quiet_zone_check(proof, code) && cells_check(proof, code, 1, 1) &&
	       bars_unbroken_check(proof, code) && bars_read_check(proof, code, expected) &&
	       modules_check(proof, code, 1, PAGE_CHECK_DECODE_CODE128, expected);
}

static bool datamatrix_prove(
	const struct proof *proof, const struct page_plan_code *code, const char *expected)
{
	return quiet_zone_check(proof, code) &&
	       cells_check(proof, code, code->module_dots, code->symbol.rows) &&
	       matrix_read_check(proof, code, expected) &&
	       modules_check(
		       proof, code, code->module_dots, PAGE_CHECK_DECODE_DATAMATRIX, expected);
}

static bool upright_code_prove(const struct proof *proof, const struct page_plan_code *code,
	const char *code_text, const char *matrix_text)
{
	return code->symbol.symbology == PAGE_DATAMATRIX
		       ? datamatrix_prove(proof, code, matrix_text)
		       : code128_prove(proof, code, code_text);
}

/* What is in rect, turned back upright. */
static bool upright_picture(
	const struct proof *proof, struct bitmap_rect rect, unsigned turn, struct label_bitmap *out)
{
	struct err why = { 0 };

	return turn_back(out, proof->bitmap, rect, turn, &why) ||
	       page_check_fail(
		       proof->out_failed, PAGE_CHECK_GEOMETRY_AREA, proof->err, "%s", why.message);
}

/* A turned code is cut out, turned back and held to everything that an upright one is. */
static bool code_prove(const struct proof *proof, const struct page_plan_code *code,
	const char *code_text, const char *matrix_text)
{
	if (code->box->turn == 0)
		return upright_code_prove(proof, code, code_text, matrix_text);
	AUTO_BITMAP picture = { 0 };
	struct page_plan_code upright = *code;
	struct proof turned = *proof;

	if (!upright_picture(proof, code->area, code->box->turn, &picture))
		return false;
	turned.bitmap = &picture;
	page_code_upright(code, &upright.area, &upright.dark);
	return upright_code_prove(&turned, &upright, code_text, matrix_text);
}

static bool codes_prove(const struct proof *proof, const char *code_text, const char *matrix_text)
{
	const unsigned needed = proof->plan->template->codes;
	unsigned have = 0;

	for (size_t i = 0; i < proof->plan->code_count; i++) {
		const struct page_plan_code *code = &proof->plan->codes[i];

		if (!code_prove(proof, code, code_text, matrix_text))
			return false;
		have |= 1u << code->symbol.symbology;
	}
	if (needed & ~have & 1u << PAGE_CODE128)
		return page_check_fail(proof->out_failed, PAGE_CHECK_DECODE_CODE128, proof->err,
			"the label has no bar code");
	if (needed & ~have & 1u << PAGE_DATAMATRIX)
		return page_check_fail(proof->out_failed, PAGE_CHECK_DECODE_DATAMATRIX, proof->err,
			"the label has no square code");
	return true;
}

/* The two codes of a label speak of the same thing, by our own reading of ids. */
static bool agreement_check(
	const struct proof *proof, const char *code_text, const char *matrix_text)
{
	struct id code_id, matrix_id;
	char code_specimen[13], matrix_specimen[13];

	if (*code_text == 0 && *matrix_text == 0 && proof->plan->template->codes == 0)
		return true; /* a label without an id has no code that could say one */
	if (!id_parse(&code_id, bytes_of_str(code_text), NULL) ||
		!id_parse(&matrix_id, bytes_of_str(matrix_text), NULL))
		return page_check_fail(proof->out_failed, PAGE_CHECK_IDENTIFIERS, proof->err,
			"an ordered id is not one of ours");
	if (str_equal(code_text, matrix_text))
		return true;
	if (code_id.kind == ID_SPECIMEN && matrix_id.kind == ID_LABEL) {
		id_specimen_text(&code_id, code_specimen);
		id_specimen_text(&matrix_id, matrix_specimen);
		if (str_equal(code_specimen, matrix_specimen))
			return true;
	}
	return page_check_fail(proof->out_failed, PAGE_CHECK_IDENTIFIERS, proof->err,
		"the bar code and the square code are ordered to say different things");
}

/* The text's own dots, and no others, in the picture from left, top on. */
static bool tile_check(const struct proof *proof, const struct page_plan_text *text,
	const struct label_bitmap *picture, unsigned left, unsigned top)
{
	const struct label_bitmap *tile = &text->line.tile;
	AUTO_BITMAP cut = { 0 };

	bitmap_copy(&cut, tile);
	bitmap_fill(&cut, bitmap_whole(&cut), false);
	bitmap_paste(&cut, 0, 0, picture,
		(struct bitmap_rect) { left, top, tile->width_dots, tile->height_dots });
	for (unsigned y = 0; y < tile->height_dots; y++) {
		const size_t row = y * tile->stride_bytes;

		if (memcmp(&tile->data[row], &cut.data[row], tile->stride_bytes) == 0)
			continue;
		return page_check_fail(proof->out_failed, PAGE_CHECK_TEXT_INK, proof->err,
			"%s is damaged in row %u", page_box_said(text->box), top + y);
	}
	return true;
}

static bool text_prove(const struct proof *proof, const struct page_plan_text *text)
{
	const struct label_bitmap *tile = &text->line.tile;
	const size_t black = bitmap_count_black(tile, bitmap_whole(tile));
	const size_t whole = (size_t)tile->width_dots * tile->height_dots;

	if (black == 0 || black == whole)
		return page_check_fail(proof->out_failed, PAGE_CHECK_TEXT_INK, proof->err,
			"%s has left no ink", page_box_said(text->box));
	if (text->box->turn == 0)
		return tile_check(proof, text, proof->bitmap, text->rect.x_dots, text->rect.y_dots);
	AUTO_BITMAP picture = { 0 };

	if (!upright_picture(proof, text->rect, text->box->turn, &picture))
		return false;
	if (picture.width_dots != tile->width_dots || picture.height_dots != tile->height_dots)
		return page_check_fail(proof->out_failed, PAGE_CHECK_TEXT_INK, proof->err,
			"%s is not of its box's size", page_box_said(text->box));
	return tile_check(proof, text, &picture, 0, 0);
}

/* The id that people read is the id that the bars give. */
static bool texts_prove(const struct proof *proof, const char *code_text)
{
	for (size_t i = 0; i < proof->plan->text_count; i++) {
		const struct page_plan_text *text = &proof->plan->texts[i];

		if (!text_prove(proof, text))
			return false;
		if (text->box->field == PAGE_FIELD_ID && !str_equal(text->line.text, code_text))
			return page_check_fail(proof->out_failed, PAGE_CHECK_IDENTIFIERS,
				proof->err, "the id in figures says '%s', the bars say '%s'",
				text->line.text, code_text);
	}
	return true;
}

static bool rules_prove(const struct proof *proof)
{
	for (size_t i = 0; i < proof->plan->rule_count; i++) {
		const struct bitmap_rect rule = proof->plan->rules[i];

		if (bitmap_count_black(proof->bitmap, rule) !=
			(size_t)rule.width_dots * rule.height_dots)
			return page_check_fail(proof->out_failed, PAGE_CHECK_TEXT_INK, proof->err,
				"the rule at column %u, row %u is damaged", rule.x_dots,
				rule.y_dots);
	}
	return true;
}

/* With every box made white, nothing may be left. */
static bool rest_is_white_check(const struct proof *proof)
{
	AUTO_BITMAP rest = { 0 };
	struct bitmap_rect ink;

	bitmap_copy(&rest, proof->bitmap);
	for (size_t i = 0; i < proof->plan->text_count; i++)
		bitmap_fill(&rest, proof->plan->texts[i].rect, false);
	for (size_t i = 0; i < proof->plan->code_count; i++)
		bitmap_fill(&rest, proof->plan->codes[i].area, false);
	for (size_t i = 0; i < proof->plan->rule_count; i++)
		bitmap_fill(&rest, proof->plan->rules[i], false);
	if (bitmap_ink(&rest, bitmap_whole(&rest), &ink))
		return page_check_fail(proof->out_failed, PAGE_CHECK_GEOMETRY_AREA, proof->err,
			"there is ink outside every box, at column %u, row %u", ink.x_dots,
			ink.y_dots);
	return true;
}

bool page_prove(struct page_decoder *decoder, const struct page_plan *plan,
	const struct label_bitmap *bitmap, const char *code_text, const char *matrix_text,
	enum page_check *out_failed, struct err *err)
{
	const struct proof proof = { decoder, plan, bitmap, out_failed, err };

	if (bitmap->width_dots != plan->width_dots || bitmap->height_dots != plan->height_dots)
		return page_check_fail(out_failed, PAGE_CHECK_GEOMETRY_AREA, err,
			"the label has %u x %u dots, expected %u x %u", bitmap->width_dots,
			bitmap->height_dots, plan->width_dots, plan->height_dots);
	return agreement_check(&proof, code_text, matrix_text) &&
	       codes_prove(&proof, code_text, matrix_text) && texts_prove(&proof, code_text) &&
	       rules_prove(&proof) && rest_is_white_check(&proof);
}
