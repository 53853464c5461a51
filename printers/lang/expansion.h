/*
 * What the expand members of all languages share: a reader's events become a list of labels, and
 * whatever else it tells makes the expansion fail. The functions that take arg are events of a
 * reader whose arg is a struct expansion.
 */
#ifndef SPECIMEND_PRINTERS_LANG_EXPANSION_H
#define SPECIMEND_PRINTERS_LANG_EXPANSION_H

#include "printers/lang/driver.h"

struct expansion {
	struct label_list *list; /* borrowed, empty at first */
	struct err *err;         /* borrowed; holds the first reason */
	bool failed;
};

void expansion_label(void *arg, const struct label_bitmap *label);
void expansion_query(void *arg, enum printer_query query);
void expansion_refused(void *arg, const struct err *err);

/* Only the first reason is kept. */
void expansion_fail(struct expansion *expansion, const char *why);

/* What printer_driver.expand returns; empties the list when anything failed. */
MUST_CHECK bool expansion_end(struct expansion *expansion);

#endif
