/*
 * Text as dots: Pango shapes it, Cairo draws it without anti-aliasing at the printer's own dots,
 * and what comes out is measured dot by dot, never trusted from a font's own boxes. Sizes are whole
 * dots per em. The family is DejaVu Sans (Debian fonts-dejavu-core); a letter that it lacks comes
 * from any other installed font (Han, Hangul and Kana: Debian fonts-wqy-microhei), and a letter
 * that none has is said, never drawn as an empty box.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_TEXT_H
#define SPECIMEND_PRINTERS_PAGE_TEXT_H

#include "printers/bitmap.h"

struct page_fonts;

struct page_fonts *page_fonts_new(void);
void page_fonts_free(struct page_fonts *fonts);

enum page_align {
	PAGE_LEFT,
	PAGE_CENTRE,
	PAGE_RIGHT,
};

struct page_text_style {
	unsigned width_dots; /* of the box that all ink must stay in */
	unsigned height_dots;
	unsigned size_max_dots; /* em */
	unsigned size_min_dots;
	enum page_align align;
	bool bold;
	bool inverse; /* white on black */
};

/*
 * Whether installed fonts have every letter of text. Any size gives the same answer; the one that
 * is drawn next costs nothing more.
 */
bool page_text_is_covered(
	struct page_fonts *fonts, const char *text, bool bold, unsigned size_dots);

/* A text that was drawn. */
struct page_line {
	struct label_bitmap tile; /* of the box's size */
	char *text;               /* as drawn */
	unsigned size_dots;       /* em */
};

void page_line_done(struct page_line *line);

/*
 * Draws text (not empty, valid UTF-8) as one line at the largest size whose ink stays inside the
 * box. False, out untouched, when it does not fit at the smallest size or leaves no ink.
 */
MUST_CHECK bool page_text_fit(struct page_fonts *fonts, const char *text,
	const struct page_text_style *style, struct page_line *out);

#define PAGE_PARTS_MAX 3

/* A text of parts that may be shortened: a name, or one part alone. */
struct page_parts {
	struct {
		const char *text;      /* borrowed; "" is left out together with its separator */
		const char *separator; /* before the part, when something stands before it */
		unsigned keep;         /* whole characters that always stay */
	} part[PAGE_PARTS_MAX];
	size_t count;
};

/*
 * The parts joined, yours (free). The line runs in the direction of its first letter, so that a
 * Hebrew or Arabic family name is on the right. Where a part has such letters each part is isolated
 * (U+2068, U+2069): letters and digits of one never stand among those of another. Source: Unicode
 * TR 9, 2.4.
 */
char *page_parts_join(const struct page_parts *parts);

/*
 * Shortens by the one rule (LB-03): at the smallest size, parts lose characters from their end, the
 * last part first and each down to its `keep` before the part in front of it is touched; what is
 * lost is as little as fits. Whole characters (grapheme clusters) only; each shortened part ends in
 * the mark U+2026. False, out untouched, when even the shortest form does not fit.
 */
MUST_CHECK bool page_text_shorten(struct page_fonts *fonts, const struct page_parts *parts,
	const struct page_text_style *style, struct page_line *out);

#endif
