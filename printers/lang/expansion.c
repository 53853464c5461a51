/* A reader's events -> a list of labels, or the first reason against it. */
#include "printers/lang/expansion.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "printers/lang/reader_class.h"

struct expansion {
	struct label_list *list; /* borrowed, empty at first */
	struct err *err;         /* borrowed; holds the first reason */
	bool failed;
};

void label_list_done(struct label_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		bitmap_done(&list->label[i]);
	free(list->label);
	*list = (struct label_list) { 0 };
}

/* False when LABEL_LIST_MAX is reached. */
static bool label_list_add(struct label_list *list, const struct label_bitmap *label)
{
	if (list->count == LABEL_LIST_MAX)
		return false;
	list->label = xrealloc(list->label, (list->count + 1) * sizeof(*list->label));
	bitmap_copy(&list->label[list->count++], label);
	return true;
}

/* Where the reason of a failure goes: only the first is kept. */
static struct err *reason(struct expansion *expansion)
{
	struct err *err = expansion->failed ? NULL : expansion->err;

	expansion->failed = true;
	return err;
}

static void label_told(void *arg, const struct label_bitmap *label)
{
	struct expansion *expansion = arg;

	if (!label_list_add(expansion->list, label))
		(void)err_set(reason(expansion), ERR_CHECK_FAILED, "too many labels");
}

static void query_told(void *arg, enum printer_query query, unsigned form)
{
	(void)query;
	(void)form;
	(void)err_set(reason(arg), ERR_CHECK_FAILED, "a question among the bytes of a label");
}

static void act_told(void *arg, enum printer_act act, const char *command)
{
	if (act == PRINTER_ACT_REPRINT_OFF)
		return; /* a label may say so of itself */
	if (act == PRINTER_ACT_FEED)
		(void)err_set(reason(arg), ERR_CHECK_FAILED, "a form feed without a label");
	else
		(void)err_set(
			reason(arg), ERR_CHECK_FAILED, "%s among the bytes of a label", command);
}

static void refused_told(void *arg, const struct err *err)
{
	(void)err_set(reason(arg), ERR_CHECK_FAILED, "%s", err->message);
}

bool printer_driver_expand(const struct printer_driver *driver, struct bytes bytes,
	struct label_list *out, struct err *err)
{
	static const struct printer_reader_events events = {
		.label = label_told,
		.query = query_told,
		.act = act_told,
		.refused = refused_told,
	};
	struct expansion expansion = { .list = out, .err = err };
	struct printer_reader *reader = printer_reader_new(driver->reader, &events, &expansion);

	printer_reader_feed(reader, bytes);
	if (!printer_reader_is_at_rest(reader))
		(void)err_set(reason(&expansion), ERR_CHECK_FAILED, "the last %s has no end",
			driver->reader->unit);
	printer_reader_free(reader);
	if (expansion.failed)
		label_list_done(out);
	return !expansion.failed;
}
