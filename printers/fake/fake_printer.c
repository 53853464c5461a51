/* A language's reader, its table of words, and a queue of labels. */
#include "printers/fake/fake_printer.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/fake/fake_language.h"
#include "printers/lang/brother/expand.h"
#include "printers/lang/dymo/expand.h"
#include "printers/lang/epl2/expand.h"
#include "printers/lang/reader.h"
#include "printers/lang/tspl/expand.h"
#include "printers/lang/zpl/expand.h"

#define ROLL_WIDTH_MM 62 /* the usual one */

struct waiting_label {
	struct list node;
	struct label_bitmap bitmap;
};

struct fake_printer {
	const struct printer_driver *driver;
	const struct fake_language *language;
	struct printer_reader *reader;
	enum fake_printer_mode mode;
	int labels_left;
	int silent_in; /* labels until it falls silent; 0: it does not */
	uint64_t counter;
	struct list waiting;
	unsigned waiting_count;
	bool is_printing; /* the first of them comes out */
	bool is_off_mark;
	unsigned roll_width_mm;
	unsigned roll_length_mm;
	bool reprints; /* a volatile setting */
	struct buf answers;
	void (*label)(void *arg, const struct label_bitmap *label);
	void *arg;
};

/* Drivers that share a reader share what their printers say. */
static const struct {
	const struct printer_reader_class *reader;
	const struct fake_language *language;
} languages[] = {
	{ &zpl_reader_class, &fake_zpl },
	{ &epl2_reader_class, &fake_epl2 },
	{ &tspl_reader_class, &fake_tspl },
	{ &brother_reader_class_narrow, &fake_brother },
	{ &brother_reader_class_wide, &fake_brother },
	{ &dymo_reader_class, &fake_dymo },
};

static const char *const mode_words[] = {
	[FAKE_PRINTER_OK] = "ok",
	[FAKE_PRINTER_OUT_OF_LABELS] = "out_of_labels",
	[FAKE_PRINTER_HEAD_OPEN] = "head_open",
	[FAKE_PRINTER_PAUSED] = "paused",
	[FAKE_PRINTER_JAM] = "jam",
	[FAKE_PRINTER_SILENT] = "silent",
	[FAKE_PRINTER_SILENT_INSIDE] = "silent_inside",
};

bool fake_printer_mode_parse(const char *word, enum fake_printer_mode *out)
{
	for (size_t i = 0; i < ARRAY_LEN(mode_words); i++) {
		if (!str_equal(word, mode_words[i]))
			continue;
		*out = (enum fake_printer_mode)i;
		return true;
	}
	return false;
}

static const struct fake_language *language_find(const struct printer_driver *driver)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		if (languages[i].reader == driver->reader)
			return languages[i].language;
	}
	return NULL;
}

bool fake_printer_speaks(const struct printer_driver *driver)
{
	return language_find(driver);
}

static bool can_print(const struct fake_printer *printer)
{
	return printer->mode == FAKE_PRINTER_OK || printer->mode == FAKE_PRINTER_SILENT;
}

/* --- the queue ------------------------------------------------------------ */

static void waiting_free(struct fake_printer *printer, struct waiting_label *label)
{
	list_remove(&label->node);
	printer->waiting_count--;
	bitmap_done(&label->bitmap);
	free(label);
}

static struct waiting_label *waiting_first(const struct fake_printer *printer)
{
	return LIST_ITEM(printer->waiting.next, struct waiting_label, node);
}

static void waiting_clear(struct fake_printer *printer)
{
	LIST_FOREACH (node, &printer->waiting)
		waiting_free(printer, LIST_ITEM(node, struct waiting_label, node));
}

/* --- what it says --------------------------------------------------------- */

static struct fake_state state_of(const struct fake_printer *printer)
{
	return (struct fake_state) {
		.mode = printer->mode,
		.waiting = printer->waiting_count - (printer->is_printing ? 1 : 0),
		.is_printing = printer->is_printing,
		.is_partial = printer_reader_is_partial(printer->reader),
		.is_full = fake_printer_is_full(printer),
		.is_off_mark = printer->is_off_mark,
		.counter = printer->counter,
		.roll_width_mm = printer->roll_width_mm,
		.roll_length_mm = printer->roll_length_mm,
	};
}

static void say(struct fake_printer *printer, enum fake_happening happening)
{
	struct fake_state state = state_of(printer);

	if (printer->language->report && printer->mode != FAKE_PRINTER_SILENT)
		printer->language->report(&state, happening, &printer->answers);
}

/* --- what the reader tells ------------------------------------------------ */

static void told_label(void *arg, const struct label_bitmap *bitmap)
{
	struct fake_printer *printer = arg;
	struct waiting_label *label = xcalloc(1, sizeof(*label));

	bitmap_copy(&label->bitmap, bitmap);
	list_add_tail(&printer->waiting, &label->node);
	printer->waiting_count++;
	if (printer->silent_in > 0 && --printer->silent_in == 0)
		printer->mode = FAKE_PRINTER_SILENT;
	if (can_print(printer))
		return;
	if (!printer->language->keeps_label) {
		waiting_free(printer, label);
		printer->is_off_mark = true;
	}
	say(printer, FAKE_STOPS);
}

static void told_query(void *arg, enum printer_query query, unsigned form)
{
	struct fake_printer *printer = arg;
	struct fake_state state = state_of(printer);

	if (printer->mode != FAKE_PRINTER_SILENT)
		printer->language->answer(&state, query, form, &printer->answers);
}

/* Whether it reprints is its one setting. */
static void told_act(void *arg, enum printer_act act, const char *command)
{
	struct fake_printer *printer = arg;

	(void)command;
	if (act == PRINTER_ACT_FEED && can_print(printer))
		printer->is_off_mark = false;
	if (act == PRINTER_ACT_REPRINT_OFF)
		printer->reprints = false;
	if (act == PRINTER_ACT_REPRINT_ON)
		printer->reprints = printer->language->reprints;
}

static void told_refused(void *arg, const struct err *err)
{
	const struct fake_printer *printer = arg;

	log_warning("a fake %s printer did not understand what it was sent: %s",
		printer->driver->language, err->message);
}

/* --- its life ------------------------------------------------------------- */

static struct printer_reader *reader_new(struct fake_printer *printer)
{
	static const struct printer_reader_events tellings = {
		.label = told_label,
		.query = told_query,
		.act = told_act,
		.refused = told_refused,
	};

	return printer_reader_new(printer->driver->reader, &tellings, printer);
}

struct fake_printer *fake_printer_new(const struct printer_driver *driver,
	void (*label)(void *arg, const struct label_bitmap *label), void *arg)
{
	struct fake_printer *printer = xcalloc(1, sizeof(*printer));

	printer->driver = driver;
	printer->language = language_find(driver);
	assert(printer->language);
	printer->labels_left = FAKE_PRINTER_ENDLESS;
	printer->counter = FAKE_PRINTER_COUNTER;
	printer->roll_width_mm = ROLL_WIDTH_MM;
	printer->reprints = printer->language->reprints;
	printer->label = label;
	printer->arg = arg;
	list_init(&printer->waiting);
	printer->reader = reader_new(printer);
	return printer;
}

void fake_printer_free(struct fake_printer *printer)
{
	if (!printer)
		return;
	waiting_clear(printer);
	printer_reader_free(printer->reader);
	buf_done(&printer->answers);
	free(printer);
}

void fake_printer_reset(struct fake_printer *printer)
{
	waiting_clear(printer);
	printer->is_printing = false;
	printer->reprints = printer->language->reprints;
	printer_reader_free(printer->reader);
	printer->reader = reader_new(printer);
	buf_reset(&printer->answers);
}

static void label_out(struct fake_printer *printer)
{
	printer->counter++;
	printer->label(printer->arg, &waiting_first(printer)->bitmap);
}

/* The label that was coming out stays inside, or half of it is on the paper. */
static void stop(struct fake_printer *printer)
{
	if (printer->is_printing && printer->reprints && printer->mode != FAKE_PRINTER_PAUSED)
		label_out(printer);
	if (printer->is_printing && !printer->language->keeps_label) {
		waiting_free(printer, waiting_first(printer));
		printer->is_off_mark = true;
	}
	printer->is_printing = false;
	say(printer, FAKE_STOPS);
}

void fake_printer_set(struct fake_printer *printer, enum fake_printer_mode mode, int labels_left)
{
	const bool falls_silent = mode == FAKE_PRINTER_SILENT_INSIDE && labels_left != 0;

	printer->silent_in = falls_silent ? labels_left > 0 ? labels_left : 1 : 0;
	printer->labels_left = falls_silent ? FAKE_PRINTER_ENDLESS : labels_left;
	if (falls_silent)
		mode = FAKE_PRINTER_OK;
	printer->mode = labels_left == 0 ? FAKE_PRINTER_OUT_OF_LABELS : mode;
	if (printer->mode == FAKE_PRINTER_OK)
		printer->is_off_mark = false; /* a person put it right */
	if (!can_print(printer))
		stop(printer);
}

void fake_printer_set_roll(struct fake_printer *printer, unsigned width_mm, unsigned length_mm)
{
	printer->roll_width_mm = width_mm;
	printer->roll_length_mm = length_mm;
}

enum fake_printer_mode fake_printer_mode(const struct fake_printer *printer)
{
	return printer->mode;
}

uint64_t fake_printer_counter(const struct fake_printer *printer)
{
	return printer->counter;
}

void fake_printer_set_counter(struct fake_printer *printer, uint64_t counter)
{
	printer->counter = counter;
}

bool fake_printer_is_full(const struct fake_printer *printer)
{
	return printer->waiting_count >= FAKE_PRINTER_WAITING_MAX;
}

void fake_printer_feed(struct fake_printer *printer, struct bytes bytes)
{
	printer_reader_feed(printer->reader, bytes);
}

struct buf *fake_printer_answers(struct fake_printer *printer)
{
	return &printer->answers;
}

/* --- printing ------------------------------------------------------------- */

bool fake_printer_begin(struct fake_printer *printer)
{
	if (!can_print(printer) || printer->waiting_count == 0 || printer->is_printing)
		return false;
	printer->is_printing = true;
	say(printer, FAKE_BEGINS);
	return true;
}

void fake_printer_put_out(struct fake_printer *printer)
{
	if (!printer->is_printing)
		return;
	printer->is_printing = false;
	printer->is_off_mark = false;
	label_out(printer);
	waiting_free(printer, waiting_first(printer));
	say(printer, FAKE_OUT);
	if (printer->labels_left > 0)
		printer->labels_left--;
	if (printer->labels_left == 0)
		printer->mode = FAKE_PRINTER_OUT_OF_LABELS;
}

bool fake_printer_is_printing(const struct fake_printer *printer)
{
	return printer->is_printing;
}
