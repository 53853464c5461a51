/* A reader's events -> a list of labels, or the first reason against it. */
#include "printers/lang/expansion.h"

void expansion_fail(struct expansion *expansion, const char *why)
{
	if (!expansion->failed)
		(void)err_set(expansion->err, ERR_CHECK_FAILED, "%s", why);
	expansion->failed = true;
}

void expansion_label(void *arg, const struct label_bitmap *label)
{
	struct expansion *expansion = arg;
	AUTO_BITMAP copy = { 0 };

	bitmap_copy(&copy, label);
	if (!label_list_give(expansion->list, &copy))
		expansion_fail(expansion, "too many labels");
}

void expansion_query(void *arg, enum printer_query query)
{
	(void)query;
	expansion_fail(arg, "a question among the bytes of a label");
}

void expansion_refused(void *arg, const struct err *err)
{
	expansion_fail(arg, err->message);
}

bool expansion_end(struct expansion *expansion)
{
	if (expansion->failed)
		label_list_done(expansion->list);
	return !expansion->failed;
}
