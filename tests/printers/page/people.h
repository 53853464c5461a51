/* Made-up people and labels that the tests of the page, its samples and its speed share. */
#ifndef SPECIMEND_TESTS_PRINTERS_PAGE_PEOPLE_H
#define SPECIMEND_TESTS_PRINTERS_PAGE_PEOPLE_H

#include "printers/page/page.h"

struct person_row {
	const char *name; /* of the row, and of the sample's file */
	const char *template;
	struct page_content content;
	const char *code;     /* what the Code 128 says, or would on a label that has none */
	const char *matrix;   /* what the Data Matrix says; both "" on a label without id */
	const char *warnings; /* blanks between them, or NULL */
};

extern const struct person_row people[];
extern const size_t people_count;

/* A request for the row on stock of its template's size. */
struct page_request person_request(
	const struct page *page, const struct person_row *row, unsigned dpi);

const struct person_row *person_find(const char *name);

/* A page with the templates of printers/templates/; ends the program without them. */
struct page *people_page_new(void);

#endif
