/* A laid-out and drawn label that a test may damage. */
#ifndef SPECIMEND_TESTS_PRINTERS_PAGE_FIXTURE_H
#define SPECIMEND_TESTS_PRINTERS_PAGE_FIXTURE_H

#include "printers/page/decode.h"
#include "printers/page/plan.h"
#include "printers/page/shown.h"
#include "tests/printers/page/people.h"

struct fixture {
	const struct person_row *row;
	struct page *page; /* holds the templates */
	struct page_fonts *fonts;
	struct page_decoder *decoder;
	struct page_shown shown; /* of the row's content */
	struct page_plan *plan;
	struct label_bitmap bitmap;
};

/* Fails the test and returns false when the label cannot be made. */
MUST_CHECK bool fixture_init(struct fixture *fixture, const char *person, unsigned dpi);
void fixture_done(struct fixture *fixture);

struct page_plan_code *fixture_code(struct fixture *fixture, enum page_symbology symbology);
struct page_plan_text *fixture_text(struct fixture *fixture, enum page_field field);

/* Draws a code of the label anew where it is, from another text. */
void fixture_redraw(struct fixture *fixture, enum page_symbology symbology, const char *text);

#endif
