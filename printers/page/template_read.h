/*
 * A template from its file, and all templates of a directory; the database's versions are the same
 * text. The file is JSON; lengths are
 * millimetres with at most three decimals and become whole micrometres exactly. Everything in it is
 * checked: what is not known is refused with its place in the file ("boxes[3].size_max"), never
 * passed over, because what it asks for would be missing on the label.
 *
 * {"name": as the file is called, "version": 1-9999, "subject": a word of the table below,
 *  "width", "height", "margin": mm, "codes": ["code128", "datamatrix"]: what a label must have,
 *  "boxes": [{"kind": ..., "x", "y", "width", "height": mm, ...}]}
 *
 * kind         besides
 * text         "field" (template.h) or "words" (fixed); "size_max", "size_min" (mm per em);
 *              "rotate" 0, 90, 180 or 270 (clockwise), "align" left, centre or right; bold,
 *              inverse, may_shorten, must_fit, required: true or false; "gives_way_to": a field
 *              beside which the line is only "narrow_width" long
 * code128      "modules"; "rotate"
 * datamatrix   "modules"
 * rule         nothing
 * box          a frame: "line", the width of its lines
 */
#ifndef SPECIMEND_PRINTERS_PAGE_TEMPLATE_READ_H
#define SPECIMEND_PRINTERS_PAGE_TEMPLATE_READ_H

#include "printers/page/template.h"

#define PAGE_TEMPLATE_BYTES_MAX 65536u
#define PAGE_TEMPLATE_BOXES_MAX 48u
#define PAGE_TEMPLATE_NAME_MAX 32u
#define PAGE_TEMPLATE_WORDS_MAX 100u /* bytes */
#define PAGE_TEMPLATE_VERSION_MAX 9999u
#define PAGE_TEMPLATE_UM_MAX 160000u    /* a label's side: 6 inches and some */
#define PAGE_TEMPLATE_SIZE_UM_MIN 1200u /* nobody reads smaller text */
#define PAGE_TEMPLATE_LINE_UM_MIN 130u  /* never less than a dot at 8 dots/mm */
#define PAGE_TEMPLATES_MAX 64u

/*
 * Reads one file.
 *
 * out    yours, page_template_free
 *
 * Fails with ERR_INVALID naming the place. Besides what is malformed it refuses what no label of
 * that subject may lack (a specimen's name, number, id ...; a Data Matrix wherever there is an id,
 * LB-11), a box outside the label or in its margin (of codes only the white may be there),
 * may_shorten on a field that tells one label from another, and more texts, codes or rules than a
 * plan takes.
 */
MUST_CHECK bool page_template_read(struct page_template **out, struct bytes file, struct err *err);

/* The subject that templates call by this word; false for any other. */
MUST_CHECK bool page_subject_find(const char *word, enum page_subject *out);

/* Templates by their names. */
struct page_templates;

/*
 * Reads every *.json of a directory. A file that is no template, is not called as its template or
 * is one too many is left out: it never takes another template away.
 *
 * out    yours, page_templates_free
 *
 * Fails when the directory cannot be read or no file of it could be taken.
 */
MUST_CHECK bool page_templates_load(struct page_templates **out, const char *dir, struct err *err);
void page_templates_free(struct page_templates *templates); /* NULL is allowed */

/* NULL when there is none; borrowed. */
const struct page_template *page_templates_find(
	const struct page_templates *templates, const char *name);

/* Why a file was left out, its name first; NULL behind the last. */
const struct err *page_templates_fault_at(const struct page_templates *templates, size_t index);

/* In order of name; NULL behind the last. */
const struct page_template *page_templates_at(const struct page_templates *templates, size_t index);

#endif
