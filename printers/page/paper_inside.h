/* What the files of paper.h share: the paper as read, and the symbols of a page. */
#ifndef SPECIMEND_PRINTERS_PAGE_PAPER_INSIDE_H
#define SPECIMEND_PRINTERS_PAGE_PAPER_INSIDE_H

#include <cairo.h>

#include "daemon/base/arena.h"
#include "printers/page/decode.h"
#include "printers/page/paper.h"
#include "printers/page/symbol.h"
#include "printers/page/text.h"

/* Symbols stand on this grid, so that their edges are edges of dots at 300 and 600 dpi. */
#define PAPER_DPI 300
#define PAPER_GRID_PT (72.0 / PAPER_DPI)

struct paper_fact {
	const char *name;
	const char *text;
};

struct paper_row {
	const char *id;
	bool has_symbol;
	const char *name;
	const char *true_name; /* by numbers, when name is spelled; else NULL */
	const char *lines[PAPER_LINES_MAX];
	size_t line_count;
};

struct paper_part {
	const char *id; /* "": none */
	const char *heading;
	const char *true_heading; /* as of a row's name */
	const char *sub;
	struct paper_fact facts[PAPER_FACTS_MAX];
	size_t fact_count;
	size_t first_row;
	size_t row_count;
};

struct paper_format {
	const char *name;
	double width_pt; /* 1/72 inch */
	double height_pt;
	double margin_pt;
	unsigned module_dots; /* X of a Code 128, in dots of PAPER_DPI */
	double side_pt;       /* width of the column of ids; 0: they stand above the row's words */
};

/* All texts are borrowed from json, or from arena once they are what is shown. */
struct paper_words {
	json_t *json;
	struct arena *arena;
	const struct paper_format *format;
	const char *made_at;
	const char *title;
	const char *foot;
	bool practice;
	bool has_ticks;
	bool is_spelled; /* some text stands in other letters than its own, or as numbers */
	struct paper_part *parts;
	size_t part_count;
	struct paper_row *rows; /* of all parts */
	size_t row_count;
};

/* As paper_new; out is zero, paper_words_done frees it, also after a failure. */
MUST_CHECK bool paper_words_read(
	struct paper_words *out, json_t *json, enum page_check *out_failed, struct err *err);
void paper_words_done(struct paper_words *words);

/*
 * Puts what is shown in place of each text: normal form C; spelled in Latin letters and marked
 * where fonts lack a letter. Fails with PAGE_CHECK_CHARACTER for a name that no passport's table
 * has.
 */
MUST_CHECK bool paper_words_show(struct paper_words *words, struct page_fonts *fonts,
	enum page_check *out_failed, struct err *err);

/* A symbol as it was drawn on a page. */
struct paper_symbol {
	struct page_symbol symbol;
	unsigned x_dots; /* of its first module, of PAPER_DPI */
	unsigned y_dots;
	unsigned module_dots;
	unsigned height_dots; /* of Code 128's bars; a Data Matrix is square */
};

/*
 * Reads the symbols of a page that is drawn in dots of PAPER_DPI, quiet zones (10 X of Code 128,
 * one module around a Data Matrix) included. Fails with PAGE_CHECK_DECODE_... when one does not
 * give back its text, or when anything else stands in its zone.
 */
MUST_CHECK bool paper_symbols_prove(struct page_decoder *decoder, cairo_surface_t *page,
	const struct paper_symbol *symbols, size_t count, enum page_check *out_failed,
	struct err *err);

#endif
