/* A ZPL reader and a queue of labels. */
#include "daemon/bench/zpl_printer.h"

#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/zpl/expand.h"

struct waiting_label {
	struct list node;
	struct label_bitmap bitmap;
};

struct zpl_printer {
	struct printer_reader *reader;
	enum zpl_printer_mode mode;
	int labels_left;
	uint64_t counter;
	struct list waiting;
	unsigned waiting_count;
	bool is_printing; /* the first of them comes out */
	struct buf answers;
	void (*label)(void *arg, const struct label_bitmap *label);
	void *arg;
};

static const char *const mode_words[] = {
	[ZPL_PRINTER_OK] = "ok",
	[ZPL_PRINTER_OUT_OF_LABELS] = "out_of_labels",
	[ZPL_PRINTER_HEAD_OPEN] = "head_open",
	[ZPL_PRINTER_SILENT] = "silent",
};

bool zpl_printer_mode_parse(const char *word, enum zpl_printer_mode *out)
{
	for (size_t i = 0; i < ARRAY_LEN(mode_words); i++) {
		if (!str_equal(word, mode_words[i]))
			continue;
		*out = (enum zpl_printer_mode)i;
		return true;
	}
	return false;
}

static bool can_print(const struct zpl_printer *printer)
{
	return printer->mode == ZPL_PRINTER_OK || printer->mode == ZPL_PRINTER_SILENT;
}

/* --- what the reader tells ------------------------------------------------ */

static void told_label(void *arg, const struct label_bitmap *bitmap)
{
	struct zpl_printer *printer = arg;
	struct waiting_label *label = xcalloc(1, sizeof(*label));

	bitmap_copy(&label->bitmap, bitmap);
	list_add_tail(&printer->waiting, &label->node);
	printer->waiting_count++;
}

static void answer_host(struct zpl_printer *printer)
{
	unsigned waiting = printer->waiting_count - (printer->is_printing ? 1 : 0);

	if (printer->mode == ZPL_PRINTER_HEAD_OPEN)
		return;
	buf_addf(&printer->answers,
		"\002030,%d,0,0203,%03u,%d,0,%d,000,0,0,0\003\r\n"
		"\002000,0,0,0,0,2,4,0,%08d,1,000\003\r\n\0020000,0\003\r\n",
		printer->mode == ZPL_PRINTER_OUT_OF_LABELS, waiting, zpl_printer_is_full(printer),
		printer_reader_is_partial(printer->reader), printer->is_printing);
}

static void answer_faults(struct zpl_printer *printer)
{
	unsigned errors = 0;

	if (printer->mode == ZPL_PRINTER_OUT_OF_LABELS)
		errors = 0x1;
	if (printer->mode == ZPL_PRINTER_HEAD_OPEN)
		errors = 0x4;
	buf_addf(&printer->answers,
		"\002\r\n\r\n  PRINTER STATUS                             \r\n"
		"   ERRORS:         %d 00000000 %08X          \r\n"
		"   WARNINGS:       0 00000000 00000000          \r\n\003",
		errors != 0, errors);
}

static void told_query(void *arg, enum printer_query query, unsigned form)
{
	struct zpl_printer *printer = arg;

	(void)form; /* each has but one */
	if (printer->mode == ZPL_PRINTER_SILENT)
		return;
	switch (query) {
	case PRINTER_QUERY_HOST:
		answer_host(printer);
		break;
	case PRINTER_QUERY_FAULTS:
		answer_faults(printer);
		break;
	case PRINTER_QUERY_COUNTER:
		buf_addf(&printer->answers, "\"%llu\"\r\n", (unsigned long long)printer->counter);
		break;
	}
}

static void told_act(void *arg, enum printer_act act, const char *command)
{
	(void)arg; /* it never prints a label again by itself, whatever it is told */
	(void)act;
	(void)command;
}

static void told_refused(void *arg, const struct err *err)
{
	(void)arg;
	log_warning("a virtual printer did not understand what it was sent: %s", err->message);
}

/* --- its life ------------------------------------------------------------- */

static struct printer_reader *reader_new(struct zpl_printer *printer)
{
	static const struct printer_reader_events tellings = {
		.label = told_label,
		.query = told_query,
		.act = told_act,
		.refused = told_refused,
	};

	return printer_reader_new(&zpl_reader_class, &tellings, printer);
}

struct zpl_printer *zpl_printer_new(
	void (*label)(void *arg, const struct label_bitmap *label), void *arg)
{
	struct zpl_printer *printer = xcalloc(1, sizeof(*printer));

	printer->labels_left = ZPL_PRINTER_ENDLESS;
	printer->counter = ZPL_PRINTER_COUNTER;
	printer->label = label;
	printer->arg = arg;
	list_init(&printer->waiting);
	printer->reader = reader_new(printer);
	return printer;
}

static void waiting_free(struct zpl_printer *printer, struct waiting_label *label)
{
	list_remove(&label->node);
	printer->waiting_count--;
	bitmap_done(&label->bitmap);
	free(label);
}

static void waiting_clear(struct zpl_printer *printer)
{
	LIST_FOREACH (node, &printer->waiting)
		waiting_free(printer, LIST_ITEM(node, struct waiting_label, node));
}

void zpl_printer_free(struct zpl_printer *printer)
{
	if (!printer)
		return;
	waiting_clear(printer);
	printer_reader_free(printer->reader);
	buf_done(&printer->answers);
	free(printer);
}

void zpl_printer_reset(struct zpl_printer *printer)
{
	waiting_clear(printer);
	printer->is_printing = false;
	printer_reader_free(printer->reader);
	printer->reader = reader_new(printer);
	buf_reset(&printer->answers);
}

void zpl_printer_set(struct zpl_printer *printer, enum zpl_printer_mode mode, int labels_left)
{
	printer->labels_left = labels_left;
	printer->mode = labels_left == 0 ? ZPL_PRINTER_OUT_OF_LABELS : mode;
	if (!can_print(printer))
		printer->is_printing = false;
}

enum zpl_printer_mode zpl_printer_mode(const struct zpl_printer *printer)
{
	return printer->mode;
}

uint64_t zpl_printer_counter(const struct zpl_printer *printer)
{
	return printer->counter;
}

void zpl_printer_set_counter(struct zpl_printer *printer, uint64_t counter)
{
	printer->counter = counter;
}

bool zpl_printer_is_full(const struct zpl_printer *printer)
{
	return printer->waiting_count >= ZPL_PRINTER_WAITING_MAX;
}

void zpl_printer_feed(struct zpl_printer *printer, struct bytes bytes)
{
	printer_reader_feed(printer->reader, bytes);
}

struct buf *zpl_printer_answers(struct zpl_printer *printer)
{
	return &printer->answers;
}

/* --- printing ------------------------------------------------------------- */

bool zpl_printer_begin(struct zpl_printer *printer)
{
	if (!can_print(printer) || printer->waiting_count == 0 || printer->is_printing)
		return false;
	printer->is_printing = true;
	return true;
}

void zpl_printer_put_out(struct zpl_printer *printer)
{
	if (!printer->is_printing)
		return;
	struct waiting_label *label = LIST_ITEM(printer->waiting.next, struct waiting_label, node);

	printer->is_printing = false;
	printer->counter++;
	if (printer->labels_left > 0)
		printer->labels_left--;
	if (printer->labels_left == 0)
		printer->mode = ZPL_PRINTER_OUT_OF_LABELS;
	printer->label(printer->arg, &label->bitmap);
	waiting_free(printer, label);
}

bool zpl_printer_is_printing(const struct zpl_printer *printer)
{
	return printer->is_printing;
}
