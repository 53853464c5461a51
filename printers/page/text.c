/* Text as dots. */
#include "printers/page/text.h"

#include <stdlib.h>

#include <pango/pangocairo.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define FONT_FAMILY "DejaVu Sans"
#define SHORTENED_MARK "\xe2\x80\xa6"       /* U+2026, one character */
#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8" /* U+2068 */
#define POP_ISOLATE "\xe2\x81\xa9"          /* U+2069 */
#define CLUSTERS_MAX 512

/* Dots around a box in which ink that leaves it is still seen. */
#define SPILL_DOTS 12

struct page_fonts {
	PangoFontMap *map;
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *regular;
	PangoFontDescription *bold;
	/* what the layout holds now: shaping is the dearest part, and is asked for twice in a row
	 */
	char *set_text;
	bool set_bold;
	unsigned set_size_dots;
};

static PangoFontDescription *description_new(PangoWeight weight)
{
	PangoFontDescription *description = pango_font_description_new();

	pango_font_description_set_family_static(description, FONT_FAMILY);
	pango_font_description_set_weight(description, weight);
	return description;
}

struct page_fonts *page_fonts_new(void)
{
	struct page_fonts *fonts = xcalloc(1, sizeof(*fonts));
	cairo_font_options_t *options = cairo_font_options_create();

	/* a print head knows black and white: no grey levels, no sub-pixels, stems on whole dots */
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_FULL);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
	fonts->map = pango_cairo_font_map_new();
	fonts->context = pango_font_map_create_context(fonts->map);
	pango_cairo_context_set_font_options(fonts->context, options);
	pango_context_set_round_glyph_positions(fonts->context, TRUE);
	pango_context_set_language(fonts->context, pango_language_from_string("en"));
	cairo_font_options_destroy(options);
	fonts->layout = pango_layout_new(fonts->context);
	pango_layout_set_single_paragraph_mode(fonts->layout, TRUE);
	fonts->regular = description_new(PANGO_WEIGHT_NORMAL);
	fonts->bold = description_new(PANGO_WEIGHT_BOLD);
	return fonts;
}

void page_fonts_free(struct page_fonts *fonts)
{
	if (!fonts)
		return;
	free(fonts->set_text);
	pango_font_description_free(fonts->bold);
	pango_font_description_free(fonts->regular);
	g_object_unref(fonts->layout);
	g_object_unref(fonts->context);
	g_object_unref(fonts->map);
	free(fonts);
}

static void layout_set(struct page_fonts *fonts, const char *text, bool bold, unsigned size_dots)
{
	PangoFontDescription *description = bold ? fonts->bold : fonts->regular;

	if (str_equal(fonts->set_text, text) && fonts->set_bold == bold &&
		fonts->set_size_dots == size_dots)
		return;
	pango_font_description_set_absolute_size(description, (double)size_dots * PANGO_SCALE);
	pango_layout_set_font_description(fonts->layout, description);
	pango_layout_set_text(fonts->layout, text, -1);
	free(fonts->set_text);
	fonts->set_text = xstrdup(text);
	fonts->set_bold = bold;
	fonts->set_size_dots = size_dots;
}

bool page_text_is_covered(struct page_fonts *fonts, const char *text, bool bold, unsigned size_dots)
{
	layout_set(fonts, text, bold, size_dots);
	return pango_layout_get_unknown_glyphs_count(fonts->layout) == 0;
}

/* Ink of white on black keeps this far from the block's left and right edge. */
static unsigned padding(const struct page_text_style *style)
{
	return style->inverse ? style->height_dots / 6 : 0;
}

/* Where the ink starts, so that it is aligned to the box itself and not to a font's side bearings.
 */
static int ink_left(const struct page_text_style *style, int ink_width)
{
	const int pad = (int)padding(style);
	const int room = (int)style->width_dots - ink_width;

	switch (style->align) {
	case PAGE_LEFT:
		return pad;
	case PAGE_CENTRE:
		return room / 2;
	case PAGE_RIGHT:
		return room - pad;
	}
	return pad;
}

/*
 * The line stands so that 0.95 em above and 0.24 em below its base line are centred in the box:
 * room for accents on capitals and for descenders (measured on DejaVu Sans 2.37).
 */
static int base_line(const struct page_text_style *style, unsigned size_dots)
{
	return ((int)style->height_dots * 100 - (int)size_dots * 119) / 200 +
	       (int)size_dots * 95 / 100;
}

/* The row's grey points, of which most are white, into dots of a white row. */
static void canvas_row_read(const unsigned char *grey, unsigned width_dots, uint8_t *row)
{
	for (unsigned at = 0; at < width_dots; at += 8) {
		const unsigned left = width_dots - at < 8 ? width_dots - at : 8;
		uint64_t eight = 0;

		memcpy(&eight, &grey[at], left);
		if (eight == 0)
			continue;
		for (unsigned x = 0; x < left; x++)
			row[at / 8] |= (uint8_t)((grey[at + x] >= 128) << (7 - x));
	}
}

/* out is white. */
static void canvas_read(cairo_surface_t *surface, struct label_bitmap *out)
{
	const unsigned char *data = cairo_image_surface_get_data(surface);
	const size_t stride = (size_t)cairo_image_surface_get_stride(surface);

	for (unsigned y = 0; y < out->height_dots; y++)
		canvas_row_read(
			&data[y * stride], out->width_dots, &out->data[y * out->stride_bytes]);
}

/* The layout's line into a bitmap that is larger than the box by SPILL_DOTS on every side. */
static void canvas_draw(struct page_fonts *fonts, int x, int y, struct label_bitmap *out)
{
	cairo_surface_t *surface = cairo_image_surface_create(
		CAIRO_FORMAT_A8, (int)out->width_dots, (int)out->height_dots);
	cairo_t *cairo = cairo_create(surface);

	cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
	cairo_move_to(cairo, x + SPILL_DOTS, y + SPILL_DOTS);
	pango_cairo_show_layout_line(cairo, pango_layout_get_line_readonly(fonts->layout, 0));
	cairo_surface_flush(surface);
	if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
		canvas_read(surface, out);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
}

static bool ink_is_inside(const struct bitmap_rect *ink, const struct page_text_style *style)
{
	return ink->x_dots >= SPILL_DOTS && ink->y_dots >= SPILL_DOTS &&
	       ink->x_dots + ink->width_dots <= SPILL_DOTS + style->width_dots &&
	       ink->y_dots + ink->height_dots <= SPILL_DOTS + style->height_dots;
}

static void canvas_crop(const struct label_bitmap *canvas, bool inverse, struct label_bitmap *box)
{
	bitmap_paste(box, 0, 0, canvas,
		(struct bitmap_rect) { SPILL_DOTS, SPILL_DOTS, box->width_dots, box->height_dots });
	if (inverse)
		bitmap_invert(box);
}

/* Ink beyond the canvas, as of marks that tower, would not be there to be found. */
static bool height_is_seen(
	const PangoRectangle *said, const struct page_text_style *style, unsigned size_dots)
{
	const int top = base_line(style, size_dots) + said->y;

	return top >= -SPILL_DOTS && top + said->height <= (int)style->height_dots + SPILL_DOTS;
}

/* One size; the ink's width by the font's own word goes to out_ink_width for the next try. */
static bool fit_size(struct page_fonts *fonts, const struct page_text_style *style,
	unsigned size_dots, struct label_bitmap *out, int *out_ink_width)
{
	PangoLayoutLine *line = pango_layout_get_line_readonly(fonts->layout, 0);
	PangoRectangle said;
	struct bitmap_rect ink;
	AUTO_BITMAP canvas = { 0 };

	pango_layout_line_get_pixel_extents(line, &said, NULL);
	*out_ink_width = said.width;
	if (said.width <= 0 || said.width > (int)(style->width_dots - 2 * padding(style)) ||
		!height_is_seen(&said, style, size_dots) ||
		!bitmap_init(&canvas, style->width_dots + 2 * SPILL_DOTS,
			style->height_dots + 2 * SPILL_DOTS, NULL))
		return false;
	canvas_draw(
		fonts, ink_left(style, said.width) - said.x, base_line(style, size_dots), &canvas);
	if (!bitmap_ink(&canvas, bitmap_whole(&canvas), &ink) || !ink_is_inside(&ink, style))
		return false;
	if (!bitmap_init(out, style->width_dots, style->height_dots, NULL))
		return false;
	canvas_crop(&canvas, style->inverse, out);
	return true;
}

void page_line_done(struct page_line *line)
{
	bitmap_done(&line->tile);
	free(line->text);
	*line = (struct page_line) { 0 };
}

bool page_text_fit(struct page_fonts *fonts, const char *text, const struct page_text_style *style,
	struct page_line *out)
{
	unsigned size_dots = style->size_max_dots;

	while (size_dots >= style->size_min_dots && size_dots > 0) {
		int ink_width = 0;

		layout_set(fonts, text, style->bold, size_dots);
		if (fit_size(fonts, style, size_dots, &out->tile, &ink_width)) {
			out->text = xstrdup(text);
			out->size_dots = size_dots;
			return true;
		}
		/* much too wide: go straight to about the right size, one above it for hinting */
		unsigned guess = ink_width > (int)style->width_dots
					 ? size_dots * style->width_dots / (unsigned)ink_width + 1
					 : size_dots;

		size_dots = guess < size_dots - 1 ? guess : size_dots - 1;
	}
	return false;
}

/* The blocks of letters that run right to left. Source: DerivedBidiClass, the defaults R and AL. */
static const struct {
	gunichar first, last;
} right_to_left[] = { { 0x0590, 0x08ff }, { 0xfb1d, 0xfdff }, { 0xfe70, 0xfefc },
	{ 0x10800, 0x10fff }, { 0x1e800, 0x1efff } };

static bool has_right_to_left(const char *text)
{
	for (; *text; text = g_utf8_find_next_char(text, NULL)) {
		const gunichar c = g_utf8_get_char(text);

		for (size_t i = 0; i < ARRAY_LEN(right_to_left); i++) {
			if (c >= right_to_left[i].first && c <= right_to_left[i].last)
				return true;
		}
	}
	return false;
}

/* Several parts, and letters in one that would carry the letters of another to their other side. */
static bool parts_need_isolation(const struct page_parts *parts)
{
	size_t filled = 0;
	bool turns = false;

	for (size_t i = 0; i < parts->count; i++) {
		filled += *parts->part[i].text != 0;
		turns |= has_right_to_left(parts->part[i].text);
	}
	return filled > 1 && turns;
}

char *page_parts_join(const struct page_parts *parts)
{
	const bool isolate = parts_need_isolation(parts);
	struct buf text = { 0 };

	for (size_t i = 0; i < parts->count; i++) {
		if (*parts->part[i].text == 0)
			continue;
		if (text.len > 0)
			buf_add_str(&text, parts->part[i].separator);
		buf_addf(&text, "%s%s%s", isolate ? FIRST_STRONG_ISOLATE : "", parts->part[i].text,
			isolate ? POP_ISOLATE : "");
	}
	return buf_take_str(&text);
}

/* Byte offsets behind the 1st, 2nd ... whole character of text. */
static size_t clusters_find(struct page_fonts *fonts, const char *text, size_t ends[CLUSTERS_MAX])
{
	const unsigned any_size_dots = 16;
	int attr_count = 0;
	size_t count = 0;

	layout_set(fonts, text, false, any_size_dots);
	const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(fonts->layout, &attr_count);
	const char *at = text;

	for (int i = 1; i < attr_count && *at && count < CLUSTERS_MAX; i++) {
		at = g_utf8_find_next_char(at, NULL);
		if (attrs[i].is_cursor_position)
			ends[count++] = (size_t)(at - text);
	}
	return count;
}

/* One part on its way to a shorter form, between the parts that stay as they are. */
struct cutter {
	struct page_fonts *fonts;
	const struct page_text_style *style;
	struct page_parts parts;
	size_t index;
	size_t ends[CLUSTERS_MAX];
	size_t count;
};

static char *cutter_cut(const struct cutter *cutter, size_t clusters)
{
	return xasprintf("%.*s" SHORTENED_MARK, (int)cutter->ends[clusters - 1],
		cutter->parts.part[cutter->index].text);
}

static bool cutter_try(const struct cutter *cutter, size_t clusters, struct page_line *out)
{
	AUTO(char_free) char *cut = cutter_cut(cutter, clusters);
	struct page_parts parts = cutter->parts;

	parts.part[cutter->index].text = cut;
	AUTO(char_free) char *text = page_parts_join(&parts);

	return page_text_fit(cutter->fonts, text, cutter->style, out);
}

/* The longest cut of the part that fits, by bisection over its characters. */
static bool cutter_run(const struct cutter *cutter, struct page_line *out)
{
	size_t fits = cutter->parts.part[cutter->index].keep;
	size_t too_long = cutter->count;

	if (!cutter_try(cutter, fits, out))
		return false;
	while (too_long - fits > 1) {
		const size_t middle = fits + (too_long - fits) / 2;
		struct page_line better = { 0 };

		if (!cutter_try(cutter, middle, &better)) {
			too_long = middle;
			continue;
		}
		fits = middle;
		page_line_done(out);
		*out = better;
	}
	return true;
}

bool page_text_shorten(struct page_fonts *fonts, const struct page_parts *parts,
	const struct page_text_style *style, struct page_line *out)
{
	struct page_text_style smallest = *style;
	struct cutter cutter = { .fonts = fonts, .style = &smallest, .parts = *parts };
	char *cuts[PAGE_PARTS_MAX] = { 0 };
	bool done = false;

	smallest.size_max_dots = style->size_min_dots;
	for (size_t i = parts->count; i-- > 0 && !done;) {
		const unsigned keep = parts->part[i].keep;

		cutter.index = i;
		cutter.count = clusters_find(fonts, parts->part[i].text, cutter.ends);
		if (keep == 0 || cutter.count <= keep)
			continue;
		done = cutter_run(&cutter, out);
		cuts[i] = cutter_cut(&cutter, keep);
		cutter.parts.part[i].text = cuts[i];
	}
	for (size_t i = 0; i < PAGE_PARTS_MAX; i++)
		free(cuts[i]);
	return done;
}
