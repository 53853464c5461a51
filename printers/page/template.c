/* The templates, all on 50.8 x 25.4 mm (2 x 1 inch) stock. */
#include "printers/page/template.h"

/* clang-format off */
#define TEXT(FIELD, X, Y, W, H) .kind = PAGE_BOX_TEXT, .field = FIELD, \
	.x_um = X, .y_um = Y, .width_um = W, .height_um = H
#define SIZE(MAX, MIN) .size_max_um = MAX, .size_min_um = MIN
#define CODE(KIND, X, Y, W, H, MODULES) .kind = KIND, \
	.x_um = X, .y_um = Y, .width_um = W, .height_um = H, .modules = MODULES

/* contrib/DOMAIN.md LB-01: name top left and largest, Code 128 of 12 digits in set C (101 modules). */
static const struct page_box auto12[] = {
	{ TEXT(PAGE_FIELD_NAME,      1000,  1000, 48800, 3900), SIZE(3250, 2250), .bold = true, .may_shorten = true,
	  .gives_way_to = PAGE_FIELD_PRIORITY, .narrow_width_um = 38600 },
	{ TEXT(PAGE_FIELD_PRIORITY, 40200,  1100,  9600, 3500), SIZE(3000, 1400), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
	{ TEXT(PAGE_FIELD_BIRTH,     1000,  4900, 21400, 2600), SIZE(2150, 1700), .bold = true },
	{ TEXT(PAGE_FIELD_SEX,      22900,  4900,  3400, 2600), SIZE(2150, 1200), .bold = true },
	{ TEXT(PAGE_FIELD_NUMBER,   26800,  4900, 23000, 2600), SIZE(2150, 1250), .bold = true, .align = PAGE_RIGHT },
	{ CODE(PAGE_BOX_CODE128,        0,  7600, 39200, 10200, 101) },
	{ TEXT(PAGE_FIELD_PRACTICE, 39400,  7700, 10400, 2300), SIZE(1800, 1500), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
	{ CODE(PAGE_BOX_DATAMATRIX, 40600, 10400,  8000, 7200, 14) },
	{ TEXT(PAGE_FIELD_ID,        1000, 17900, 20800, 2400), SIZE(2000, 1700), .bold = true },
	{ TEXT(PAGE_FIELD_COLLECTED, 22400, 17900, 17300, 2400), SIZE(1900, 1500) },
	{ TEXT(PAGE_FIELD_COLLECTOR, 40000, 17900, 9800, 2400), SIZE(1900, 1250), .align = PAGE_RIGHT },
	{ TEXT(PAGE_FIELD_CONTAINER, 1000, 20300, 37200, 2200), SIZE(1900, 1350), .bold = true },
	{ TEXT(PAGE_FIELD_COUNT,    38600, 20300, 11200, 2200), SIZE(1900, 1500), .bold = true, .align = PAGE_RIGHT },
	{ TEXT(PAGE_FIELD_TESTS,     1000, 22500, 28000, 1900), SIZE(1600, 1600), .may_shorten = true,
	  .gives_way_to = PAGE_FIELD_SOURCE, .narrow_width_um = 16000 },
	{ TEXT(PAGE_FIELD_SOURCE,   17400, 22500, 11600, 1900), SIZE(1600, 1600), .may_shorten = true },
	{ TEXT(PAGE_FIELD_ACCOUNT,  29400, 22500, 14000, 1900), SIZE(1600, 1250) },
	{ TEXT(PAGE_FIELD_COPY,     43800, 22500,  6000, 1900), SIZE(1500, 1250), .align = PAGE_RIGHT },
};

/* One letter and 12 digits: set B, then C (123 modules), in both codes. No birth date on a slip. */
static const struct page_box slip[] = {
	{ TEXT(PAGE_FIELD_NAME,      1000,  1000, 48800, 3900), SIZE(3250, 2250), .bold = true, .may_shorten = true },
	{ TEXT(PAGE_FIELD_NUMBER,    1000,  4900, 27000, 2600), SIZE(2150, 1250), .bold = true },
	{ TEXT(PAGE_FIELD_TITLE,    28500,  4900, 21300, 2600), SIZE(2000, 1500), .align = PAGE_RIGHT },
	{ CODE(PAGE_BOX_CODE128,        0,  8000, 42400, 11400, 123) },
	{ CODE(PAGE_BOX_DATAMATRIX, 42400,  8000,  7400, 7200, 14) },
	{ TEXT(PAGE_FIELD_ID,        1000, 20400, 30000, 2900), SIZE(2400, 1900), .bold = true },
	{ TEXT(PAGE_FIELD_PRACTICE, 36000, 20400, 13800, 2900), SIZE(2300, 1500), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
};

static const struct page_box badge[] = {
	{ TEXT(PAGE_FIELD_NAME,      1000,  1000, 48800, 4200), SIZE(3500, 2250), .bold = true, .may_shorten = true },
	{ TEXT(PAGE_FIELD_TITLE,     1000,  5200, 30000, 2400), SIZE(1900, 1500) },
	{ CODE(PAGE_BOX_CODE128,        0,  8000, 42400, 11400, 123) },
	{ CODE(PAGE_BOX_DATAMATRIX, 42400,  8000,  7400, 7200, 14) },
	{ TEXT(PAGE_FIELD_ID,        1000, 20400, 30000, 2900), SIZE(2400, 1900), .bold = true },
	{ TEXT(PAGE_FIELD_PRACTICE, 36000, 20400, 13800, 2900), SIZE(2300, 1500), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
};

static const struct page_box command[] = {
	{ TEXT(PAGE_FIELD_TITLE,     1000,  1000, 48800, 4200), SIZE(3500, 1900), .bold = true },
	{ TEXT(PAGE_FIELD_WORDS,     1000,  5200, 48800, 2400), SIZE(2000, 1250) },
	{ CODE(PAGE_BOX_CODE128,        0,  8000, 42400, 11400, 123) },
	{ CODE(PAGE_BOX_DATAMATRIX, 42400,  8000,  7400, 7200, 14) },
	{ TEXT(PAGE_FIELD_ID,        1000, 20400, 30000, 2900), SIZE(2400, 1900), .bold = true },
	{ TEXT(PAGE_FIELD_PRACTICE, 36000, 20400, 13800, 2900), SIZE(2300, 1500), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
};

/* A transport bag: its class is read across a room, in words. No field of a patient. */
static const struct page_box bag[] = {
	{ TEXT(PAGE_FIELD_CLASS,     1000,  1000, 48800, 4200), SIZE(3700, 3000), .bold = true,
	  .gives_way_to = PAGE_FIELD_PRIORITY, .narrow_width_um = 38600 },
	{ TEXT(PAGE_FIELD_PRIORITY, 40200,  1100,  9600, 3800), SIZE(3400, 1400), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
	{ TEXT(PAGE_FIELD_DESTINATION, 1000, 5200, 48800, 2600), SIZE(2000, 1500), .bold = true, .may_shorten = true,
	  .gives_way_to = PAGE_FIELD_ACCOUNT, .narrow_width_um = 33800 },
	{ TEXT(PAGE_FIELD_ACCOUNT,  35200,  5200, 14600, 2600), SIZE(1900, 1250), .align = PAGE_RIGHT },
	{ CODE(PAGE_BOX_CODE128,        0,  8000, 42400, 11400, 123) },
	{ CODE(PAGE_BOX_DATAMATRIX, 42400,  8000,  7400, 7200, 14) },
	{ TEXT(PAGE_FIELD_ID,        1000, 20400, 30000, 2900), SIZE(2400, 1900), .bold = true },
	{ TEXT(PAGE_FIELD_PRACTICE, 36000, 20400, 13800, 2900), SIZE(2300, 1500), .bold = true, .inverse = true,
	  .align = PAGE_CENTRE },
};

#define TEMPLATE(NAME, SUBJECT) { .name = #NAME, .subject = SUBJECT, .width_um = 50800, .height_um = 25400, \
	.margin_um = 1000, .boxes = NAME, .box_count = ARRAY_LEN(NAME) }

const struct page_template page_templates[] = {
	TEMPLATE(auto12,  PAGE_SUBJECT_SPECIMEN),
	TEMPLATE(slip,    PAGE_SUBJECT_VISIT),
	TEMPLATE(badge,   PAGE_SUBJECT_OPERATOR),
	TEMPLATE(command, PAGE_SUBJECT_COMMAND),
	TEMPLATE(bag,     PAGE_SUBJECT_BAG),
};
/* clang-format on */
const size_t page_template_count = ARRAY_LEN(page_templates);

const struct page_template *page_template_find(const char *name)
{
	for (size_t i = 0; i < page_template_count; i++) {
		if (strcmp(page_templates[i].name, name) == 0)
			return &page_templates[i];
	}
	return NULL;
}
