/*
 * A label template: boxes in whole micrometres from the label's top left corner, as
 * template_read.h reads them from a file. A box says which field it shows; what a field says is
 * here too, made from the content. Geometry is not believed: geometry.h and proof.h check it on
 * every label.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_TEMPLATE_H
#define SPECIMEND_PRINTERS_PAGE_TEMPLATE_H

#include "printers/page/content.h"
#include "printers/page/symbol.h"
#include "printers/page/text.h"

/*      field                 word         said to a person */
/* clang-format off */
#define PAGE_FIELD_TABLE(X) \
	X(PAGE_FIELD_NONE,      "none",      "nothing") \
	X(PAGE_FIELD_NAME,      "name",      "the name") \
	X(PAGE_FIELD_BIRTH,     "birth",     "the birth date") \
	X(PAGE_FIELD_SEX,       "sex",       "the sex") \
	X(PAGE_FIELD_NUMBER,    "number",    "the patient's number") \
	X(PAGE_FIELD_ID,        "id",        "the id") \
	X(PAGE_FIELD_COLLECTED, "collected", "the collection date") \
	X(PAGE_FIELD_COLLECTOR, "collector", "the collector's initials") \
	X(PAGE_FIELD_CONTAINER, "container", "the container") \
	X(PAGE_FIELD_COUNT,     "count",     "the container count") \
	X(PAGE_FIELD_TESTS,     "tests",     "the tests") \
	X(PAGE_FIELD_SOURCE,    "source",    "the source") \
	X(PAGE_FIELD_ACCOUNT,   "account",   "the account number") \
	X(PAGE_FIELD_COPY,      "copy",      "the copy number") \
	X(PAGE_FIELD_PRIORITY,  "priority",  "the priority") \
	X(PAGE_FIELD_PRACTICE,  "practice",  "the word PRACTICE") \
	X(PAGE_FIELD_CLASS,     "class",     "the temperature class") \
	X(PAGE_FIELD_DESTINATION, "destination", "the destination") \
	X(PAGE_FIELD_TITLE,     "title",     "the title") \
	X(PAGE_FIELD_WORDS,     "words",     "the words") \
	X(PAGE_FIELD_SPECIMEN_TYPE, "specimen_type", "the specimen type") \
	X(PAGE_FIELD_PARENT,    "parent",    "the parent's id") \
	X(PAGE_FIELD_SITE,      "site",      "the site") \
	X(PAGE_FIELD_SIDE,      "side",      "the side") \
	X(PAGE_FIELD_JAR,       "jar",       "the jar's letter") \
	X(PAGE_FIELD_TIME_POINT, "time_point", "the time point") \
	X(PAGE_FIELD_LABELS,    "labels",    "the count of labels")
/* clang-format on */

enum page_field {
#define PAGE_FIELD_ENUM(field, word, said) field,
	PAGE_FIELD_TABLE(PAGE_FIELD_ENUM)
#undef PAGE_FIELD_ENUM
};

const char *page_field_word(enum page_field field);
const char *page_field_said(enum page_field field);

/*
 * What the field says on this label, in parts (only a name has several). An empty first part and no
 * other: the box stays empty. `scratch` holds made texts and must outlive out.
 */
void page_field_parts(enum page_field field, const struct page_content *content,
	const struct id *id, struct buf *scratch, struct page_parts *out);

/* What is said of a box's text in messages. */
struct page_box;
const char *page_box_said(const struct page_box *box);

enum page_box_kind {
	PAGE_BOX_TEXT,
	PAGE_BOX_CODE128,    /* the area, quiet zones included; bars are centred in it */
	PAGE_BOX_DATAMATRIX, /* likewise */
	PAGE_BOX_RULE,       /* a black rectangle */
	PAGE_BOX_FRAME,      /* four rules around what is inside */
};
#define PAGE_BOX_KINDS 5

struct page_box {
	enum page_box_kind kind;
	enum page_field field; /* text only; PAGE_FIELD_NONE: the words below */
	char *words;           /* text only: fixed words instead of a field; of the template */
	unsigned x_um;
	unsigned y_um;
	unsigned width_um; /* on the label, however what is in the box is turned */
	unsigned height_um;
	unsigned turn; /* text and Code 128: quarter turns clockwise, 0 to 3 */
	/* text only */
	unsigned size_max_um; /* em; the largest size that fits is taken */
	unsigned size_min_um;
	enum page_align align;
	bool bold;
	bool inverse;     /* white on black */
	bool may_shorten; /* else text that does not fit at the smallest size fails the label */
	bool must_fit;    /* says that nobody may make it may_shorten; both together are refused */
	bool required;    /* a label on which it is empty fails */
	enum page_field gives_way_to; /* when that field is not empty ... */
	unsigned narrow_width_um;     /* ... the line is only this long */
	/* codes only */
	unsigned modules; /* columns that zint must return */
	/* frame only */
	unsigned line_um;
};

#define PAGE_TEMPLATE_TEXTS_MAX 32
#define PAGE_TEMPLATE_CODES_MAX 2
#define PAGE_TEMPLATE_RULES_MAX 24 /* a frame counts four */

struct page_template {
	char *name;       /* as a print job names it */
	unsigned version; /* of its file, counted up by who changes it */
	enum page_subject subject;
	unsigned width_um;
	unsigned height_um;
	unsigned margin_um; /* all ink stays this far inside */
	unsigned codes;     /* bit 1 << enum page_symbology: what a label must have */
	struct page_box *boxes;
	size_t box_count;
};

/* With its name, boxes and words; NULL is allowed. */
void page_template_free(struct page_template *template);

#endif
