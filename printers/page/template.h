/*
 * Label templates as data: boxes in whole micrometres from the label's top left corner, in the form
 * that a file could give as well. A box says which field it shows; what a field says is here too,
 * made from the content. Geometry is not believed: geometry.h and proof.h check it on every label.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_TEMPLATE_H
#define SPECIMEND_PRINTERS_PAGE_TEMPLATE_H

#include "printers/page/content.h"
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
	X(PAGE_FIELD_WORDS,     "words",     "the words")
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

enum page_box_kind {
	PAGE_BOX_TEXT,
	PAGE_BOX_CODE128,    /* the area, quiet zones included; bars are centred in it */
	PAGE_BOX_DATAMATRIX, /* likewise */
	PAGE_BOX_RULE,       /* a black rectangle */
};

struct page_box {
	enum page_box_kind kind;
	enum page_field field; /* text only */
	unsigned x_um;
	unsigned y_um;
	unsigned width_um;
	unsigned height_um;
	/* text only */
	unsigned size_max_um; /* em; the largest size that fits is taken */
	unsigned size_min_um;
	enum page_align align;
	bool bold;
	bool inverse;     /* white on black */
	bool may_shorten; /* else text that does not fit at the smallest size fails the label */
	enum page_field gives_way_to; /* when that field is not empty ... */
	unsigned narrow_width_um;     /* ... the box is only this wide */
	/* codes only */
	unsigned modules; /* columns that zint must return */
};

struct page_template {
	const char *name;
	enum page_subject subject;
	unsigned width_um;
	unsigned height_um;
	unsigned margin_um; /* all ink stays this far inside */
	const struct page_box *boxes;
	size_t box_count;
};

const struct page_template *page_template_find(const char *name); /* NULL when there is none */

/* All of them, for lists and tests. */
extern const struct page_template page_templates[];
extern const size_t page_template_count;

#endif
