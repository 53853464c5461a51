/* Papers: what stands on which page, and drawing it. */
#include "printers/page/paper.h"

#include <math.h>
#include <stdlib.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/paper_inside.h"

#define FONT_FAMILY "DejaVu Sans"
#define PRODUCER "Specimend"
#define SPELLED_WORDS                                                                              \
	"\xe2\x89\x88 in the letters of passports: no font here has the true ones, whose Unicode " \
	"numbers (U+) follow a name."
#define GAP_PT 4.0
#define BARS_PT 26.0      /* height of a Code 128: 9.2 mm */
#define TICK_PT 11.0      /* side of the box to tick */
#define FOOT_PT 24.0      /* kept free at the bottom for the foot's two lines */
#define QUIET_MODULES 10u /* Source: ISO/IEC 15417 4.2.2 */
#define DATAMATRIX_FACTOR 2u
#define SYMBOLS_MAX 64 /* of a page; its rows are too high for more */

enum text_style {
	STYLE_TITLE,
	STYLE_HEADING,
	STYLE_NAME,
	STYLE_WORDS,
	STYLE_SMALL,
};

static const struct {
	double size_pt;
	bool bold;
} styles[] = {
	[STYLE_TITLE] = { 14, true },
	[STYLE_HEADING] = { 12, true },
	[STYLE_NAME] = { 10, true },
	[STYLE_WORDS] = { 9, false },
	[STYLE_SMALL] = { 7.5, false },
};

struct page_of {
	size_t part;
	size_t first_row;
	size_t row_count;
	size_t number; /* of its part's pages */
	size_t of;
};

struct paper {
	struct paper_words words;
	struct page_decoder *decoder;
	PangoFontMap *map;
	PangoLayout *layout;
	PangoFontDescription *font;
	PangoAttrList *whole_words; /* no hyphen is put where a long word is broken */
	struct page_of *pages;
	size_t page_count;
	size_t next_page;
	cairo_surface_t *pdf;
	struct buf bytes;
	bool is_too_large;
	/* of the page that is drawn; cairo NULL: it is only measured */
	cairo_t *cairo;
	struct paper_symbol symbols[SYMBOLS_MAX];
	size_t symbol_count;
	bool has_fault;
};

/* ---- words ---- */

/* A text (NULL: none) in a column, as high as it takes; the height that it took. */
static double words_put(struct paper *paper, double x, double y, double width, const char *text,
	enum text_style style)
{
	PangoLayout *layout = paper->layout;
	int height = 0;

	if (!text || *text == 0)
		return 0;
	pango_font_description_set_weight(
		paper->font, styles[style].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(paper->font, styles[style].size_pt * PANGO_SCALE);
	pango_layout_set_font_description(layout, paper->font);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	/* from right to left begins at the left edge of its column too: it is a list that is read
	 */
	pango_layout_set_alignment(layout,
		pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL ? PANGO_ALIGN_RIGHT
									     : PANGO_ALIGN_LEFT);
	pango_layout_get_size(layout, NULL, &height);
	if (paper->cairo) {
		cairo_move_to(paper->cairo, x, y);
		pango_cairo_show_layout(paper->cairo, layout);
	}
	/* what is shown has its letters (paper_words_show): a box would be read as a name's letter
	 */
	paper->has_fault |= pango_layout_get_unknown_glyphs_count(layout) > 0;
	return (double)height / PANGO_SCALE;
}

static void line_put(struct paper *paper, double x, double y, double width)
{
	if (!paper->cairo)
		return;
	cairo_set_line_width(paper->cairo, 0.5);
	cairo_move_to(paper->cairo, x, y);
	cairo_line_to(paper->cairo, x + width, y);
	cairo_stroke(paper->cairo);
}

/* ---- symbols ---- */

/* In whole dots: cairo keeps 1/256 of a unit, and of a point that would blur the bars' edges. */
static void modules_draw(cairo_t *cairo, const struct paper_symbol *at)
{
	const unsigned module = at->module_dots;
	const unsigned height = at->symbol.symbology == PAGE_CODE128 ? at->height_dots : module;

	cairo_save(cairo);
	cairo_identity_matrix(cairo);
	for (unsigned y = 0; y < at->symbol.rows; y++) {
		for (unsigned x = 0; x < at->symbol.columns; x++) {
			unsigned run = 0;

			while (x + run < at->symbol.columns && at->symbol.module[y][x + run])
				run++;
			if (run == 0)
				continue;
			cairo_rectangle(cairo, at->x_dots + x * module, at->y_dots + y * module,
				run * module, height);
			x += run;
		}
	}
	cairo_fill(cairo);
	cairo_restore(cairo);
}

/* Draws a symbol, its quiet zone to the right of x; the width that both took. */
static double symbol_put(
	struct paper *paper, double x, double y, enum page_symbology symbology, const char *text)
{
	const bool is_bars = symbology == PAGE_CODE128;
	const unsigned module_dots =
		paper->words.format->module_dots * (is_bars ? 1 : DATAMATRIX_FACTOR);
	const unsigned quiet_dots = (is_bars ? QUIET_MODULES : 1) * module_dots;
	struct paper_symbol at = { .module_dots = module_dots };
	struct err err = { 0 };

	if (!page_symbol_encode(&at.symbol, symbology, text, &err)) {
		paper->has_fault = true; /* an id of ours always can be */
		return 0;
	}
	at.x_dots = (unsigned)lround(x / PAPER_GRID_PT) + quiet_dots;
	at.y_dots = (unsigned)lround(y / PAPER_GRID_PT) + (is_bars ? 0 : quiet_dots);
	at.height_dots = (unsigned)lround(BARS_PT / PAPER_GRID_PT);
	if (paper->cairo && paper->symbol_count < SYMBOLS_MAX) {
		modules_draw(paper->cairo, &at);
		paper->symbols[paper->symbol_count++] = at;
	} else if (paper->cairo) {
		paper->has_fault = true;
	}
	return (at.symbol.columns * module_dots + 2 * quiet_dots) * PAPER_GRID_PT;
}

/* ---- what stands on a page ---- */

static double room_of(const struct paper_format *format)
{
	return format->width_pt - 2 * format->margin_pt;
}

static double facts_put(struct paper *paper, const struct paper_part *part, double y)
{
	const struct paper_format *format = paper->words.format;
	const double name_width = format->side_pt > 0 ? format->side_pt : 80;
	const double from = y;

	for (size_t i = 0; i < part->fact_count; i++) {
		const double name = words_put(paper, format->margin_pt, y, name_width - GAP_PT,
			part->facts[i].name, STYLE_WORDS);
		const double text = words_put(paper, format->margin_pt + name_width, y,
			room_of(format) - name_width, part->facts[i].text, STYLE_WORDS);

		y += fmax(name, text);
	}
	return y - from;
}

/* The title, whose paper it is and its codes; on a part's first page the facts. Where rows begin.
 */
static double head_put(struct paper *paper, const struct page_of *page)
{
	const struct paper_format *format = paper->words.format;
	const struct paper_part *part = &paper->words.parts[page->part];
	const double left = format->margin_pt, count_width = 60, width = room_of(format);
	char count[40];
	double y = format->margin_pt;

	(void)snprintf(count, sizeof(count), "%zu of %zu", page->number, page->of); /* is short */
	(void)words_put(paper, left + width - count_width, y, count_width, count, STYLE_HEADING);
	y += words_put(paper, left, y, width - count_width, paper->words.title, STYLE_TITLE);
	if (paper->words.practice)
		y += words_put(paper, left, y, width, "PRACTICE", STYLE_HEADING);
	y += words_put(paper, left, y, width, part->heading, STYLE_HEADING);
	y += words_put(paper, left, y, width, part->true_heading, STYLE_SMALL);
	y += words_put(paper, left, y, width, part->sub, STYLE_WORDS) + GAP_PT;
	if (*part->id) {
		const double bars = symbol_put(paper, left, y, PAGE_CODE128, part->id);

		(void)symbol_put(paper, left + bars + GAP_PT, y, PAGE_DATAMATRIX, part->id);
		y += BARS_PT + GAP_PT;
		y += words_put(paper, left, y, width, part->id, STYLE_NAME) + GAP_PT;
	}
	if (page->number == 1)
		y += facts_put(paper, part, y) + GAP_PT;
	return y;
}

static void tick_put(struct paper *paper, double y)
{
	const struct paper_format *format = paper->words.format;

	if (!paper->cairo || !paper->words.has_ticks)
		return;
	cairo_set_line_width(paper->cairo, 0.75);
	cairo_rectangle(
		paper->cairo, format->width_pt - format->margin_pt - TICK_PT, y, TICK_PT, TICK_PT);
	cairo_stroke(paper->cairo);
}

/* The row's height. */
static double row_put(struct paper *paper, const struct paper_row *row, double top)
{
	const struct paper_format *format = paper->words.format;
	const double left = format->margin_pt, y = top + GAP_PT;
	const double side = format->side_pt;
	const double width = room_of(format) - side - TICK_PT - GAP_PT;
	double id = words_put(paper, left, y, side > 0 ? side : width, row->id, STYLE_NAME);
	double words = side > 0 ? 0 : id;

	line_put(paper, left, top, room_of(format));
	tick_put(paper, y);
	if (row->has_symbol) {
		(void)symbol_put(paper, left, y + id + GAP_PT, PAGE_CODE128, row->id);
		id += BARS_PT + 2 * GAP_PT;
		words = side > 0 ? 0 : id;
	}
	words += words_put(paper, left + side, y + words, width, row->name, STYLE_NAME);
	words += words_put(paper, left + side, y + words, width, row->true_name, STYLE_SMALL);
	for (size_t i = 0; i < row->line_count; i++)
		words +=
			words_put(paper, left + side, y + words, width, row->lines[i], STYLE_WORDS);
	return fmax(id, words) + 2 * GAP_PT;
}

static void foot_put(struct paper *paper)
{
	const struct paper_format *format = paper->words.format;
	const double y = format->height_pt - format->margin_pt - FOOT_PT + GAP_PT;
	const double height = words_put(
		paper, format->margin_pt, y, room_of(format), paper->words.foot, STYLE_SMALL);

	if (paper->words.is_spelled)
		(void)words_put(paper, format->margin_pt, y + height, room_of(format),
			SPELLED_WORDS, STYLE_SMALL);
}

/* ---- which row stands on which page ---- */

static struct page_of *page_add(struct paper *paper, size_t part, size_t first_row, size_t number)
{
	struct page_of *page = &paper->pages[paper->page_count++];

	*page = (struct page_of) { .part = part, .first_row = first_row, .number = number };
	return page;
}

static bool part_lay(struct paper *paper, size_t no, enum page_check *out_failed, struct err *err)
{
	const struct paper_format *format = paper->words.format;
	const struct paper_part *part = &paper->words.parts[no];
	const double bottom = format->height_pt - format->margin_pt - FOOT_PT;
	const size_t first_page = paper->page_count;
	struct page_of *page = NULL;
	double y = bottom;

	for (size_t i = part->first_row; i < part->first_row + part->row_count; i++) {
		const double height = row_put(paper, &paper->words.rows[i], 0);

		if (!page || y + height > bottom) {
			if (paper->page_count == PAPER_PAGES_MAX)
				return err_set(err, ERR_INVALID, "the paper has more than %d pages",
					       PAPER_PAGES_MAX) ||
				       err_hint(err, "choose a larger paper, or print it by visit");
			page = page_add(paper, no, i, page ? page->number + 1 : 1);
			y = head_put(paper, page);
		}
		if (y + height > bottom)
			return page_check_fail(out_failed, PAGE_CHECK_NAME_FIT, err,
				"a row is larger than a page of this size");
		page->row_count++;
		y += height;
	}
	for (size_t i = first_page; i < paper->page_count; i++)
		paper->pages[i].of = paper->page_count - first_page;
	return true;
}

/* ---- the PDF ---- */

static cairo_status_t pdf_write(void *arg, const unsigned char *data, unsigned len)
{
	struct paper *paper = arg;

	if (len > PAPER_PDF_MAX - paper->bytes.len) {
		paper->is_too_large = true;
		return CAIRO_STATUS_WRITE_ERROR;
	}
	buf_add_mem(&paper->bytes, data, len);
	return CAIRO_STATUS_SUCCESS;
}

static void pdf_begin(struct paper *paper)
{
	const struct paper_format *format = paper->words.format;

	paper->pdf = cairo_pdf_surface_create_for_stream(
		pdf_write, paper, format->width_pt, format->height_pt);
	cairo_pdf_surface_set_metadata(paper->pdf, CAIRO_PDF_METADATA_TITLE, paper->words.title);
	cairo_pdf_surface_set_metadata(paper->pdf, CAIRO_PDF_METADATA_CREATOR, PRODUCER);
	cairo_pdf_surface_set_metadata(
		paper->pdf, CAIRO_PDF_METADATA_CREATE_DATE, paper->words.made_at);
}

static void pdf_page_add(struct paper *paper, cairo_surface_t *page)
{
	cairo_t *cairo = cairo_create(paper->pdf);

	cairo_scale(cairo, PAPER_GRID_PT, PAPER_GRID_PT);
	cairo_set_source_surface(cairo, page, 0, 0);
	cairo_paint(cairo);
	cairo_show_page(cairo);
	cairo_destroy(cairo);
}

/* As letters and lines in dots of PAPER_DPI, to be drawn again wherever it is wanted. */
static cairo_surface_t *page_draw(struct paper *paper, const struct page_of *page)
{
	const struct paper_format *format = paper->words.format;
	const cairo_rectangle_t whole = { 0, 0, ceil(format->width_pt / PAPER_GRID_PT),
		ceil(format->height_pt / PAPER_GRID_PT) };
	cairo_surface_t *drawn = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, &whole);

	paper->cairo = cairo_create(drawn);
	cairo_scale(paper->cairo, 1 / PAPER_GRID_PT, 1 / PAPER_GRID_PT);
	paper->symbol_count = 0;
	double y = head_put(paper, page);

	for (size_t i = 0; i < page->row_count; i++)
		y += row_put(paper, &paper->words.rows[page->first_row + i], y);
	foot_put(paper);
	paper->has_fault |= cairo_status(paper->cairo) != CAIRO_STATUS_SUCCESS;
	cairo_destroy(paper->cairo);
	paper->cairo = NULL;
	return drawn;
}

/* ---- what the press calls ---- */

/* Letters keep their true widths: a page is drawn in more than one resolution. */
static void fonts_open(struct paper *paper)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	paper->map = pango_cairo_font_map_new();
	PangoContext *context = pango_font_map_create_context(paper->map);

	pango_cairo_context_set_font_options(context, options);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_language(context, pango_language_from_string("en"));
	cairo_font_options_destroy(options);
	paper->layout = pango_layout_new(context);
	g_object_unref(context);
	pango_layout_set_wrap(paper->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(paper->layout, TRUE);
	paper->whole_words = pango_attr_list_new();
	pango_attr_list_insert(paper->whole_words, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(paper->layout, paper->whole_words);
	paper->font = pango_font_description_new();
	pango_font_description_set_family_static(paper->font, FONT_FAMILY);
}

static bool words_show(struct paper_words *words, enum page_check *out_failed, struct err *err)
{
	struct page_fonts *fonts = page_fonts_new();
	const bool ok = paper_words_show(words, fonts, out_failed, err);

	page_fonts_free(fonts);
	return ok;
}

bool paper_new(struct paper **out, json_t *json, enum page_check *out_failed, struct err *err)
{
	struct paper *paper = xcalloc(1, sizeof(*paper));
	bool ok = paper_words_read(&paper->words, json, out_failed, err) &&
		  words_show(&paper->words, out_failed, err);

	if (ok) {
		fonts_open(paper);
		paper->decoder = page_decoder_new();
		paper->pages = xcalloc(PAPER_PAGES_MAX, sizeof(*paper->pages));
		pdf_begin(paper);
	}
	for (size_t i = 0; ok && i < paper->words.part_count; i++)
		ok = part_lay(paper, i, out_failed, err);
	if (!ok) {
		paper_free(paper);
		return false;
	}
	*out = paper;
	return true;
}

void paper_free(struct paper *paper)
{
	if (!paper)
		return;
	if (paper->pdf) {
		cairo_surface_finish(paper->pdf);
		cairo_surface_destroy(paper->pdf);
	}
	if (paper->map) {
		pango_font_description_free(paper->font);
		pango_attr_list_unref(paper->whole_words);
		g_object_unref(paper->layout);
		g_object_unref(paper->map);
	}
	page_decoder_free(paper->decoder);
	free(paper->pages);
	buf_done(&paper->bytes);
	paper_words_done(&paper->words);
	free(paper);
}

size_t paper_pages(const struct paper *paper)
{
	return paper->page_count;
}

bool paper_lacks_letters(const struct paper *paper)
{
	return paper->words.is_spelled;
}

bool paper_step(struct paper *paper, bool *out_more, enum page_check *out_failed, struct err *err)
{
	cairo_surface_t *drawn = page_draw(paper, &paper->pages[paper->next_page]);
	bool ok = paper_symbols_prove(
		paper->decoder, drawn, paper->symbols, paper->symbol_count, out_failed, err);

	if (ok)
		pdf_page_add(paper, drawn);
	cairo_surface_destroy(drawn);
	paper->next_page++;
	const bool more = paper->next_page < paper->page_count;

	if (ok && !more)
		cairo_surface_finish(paper->pdf);
	if (!ok)
		return false;
	if (paper->is_too_large)
		return err_set(
			err, ERR_INVALID, "the paper is larger than %u bytes", PAPER_PDF_MAX);
	if (paper->has_fault || cairo_surface_status(paper->pdf) != CAIRO_STATUS_SUCCESS)
		return err_set(err, ERR_INTERNAL, "the paper could not be drawn");
	*out_more = more;
	return true;
}

struct bytes paper_pdf(const struct paper *paper)
{
	return buf_bytes(&paper->bytes);
}
