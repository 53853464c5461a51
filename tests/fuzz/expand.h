/*
 * What holds of every language's reader, whatever bytes come: what is told does not depend on how
 * the bytes were cut, labels stay within their limits, and what expansion takes is encoded and
 * proved again.
 */
#ifndef SPECIMEND_TESTS_FUZZ_EXPAND_H
#define SPECIMEND_TESTS_FUZZ_EXPAND_H

#include "printers/lang/expansion.h"
#include "printers/lang/reader.h"
#include "tests/fuzz/fuzz.h"

struct fuzz_expand {
	const struct printer_driver *driver;
	unsigned width_dots_max; /* of a label; 0: only BITMAP_WIDTH_DOTS_MAX */
	unsigned forms;          /* of its questions; 0: one */
	bool refuses_by_piece;   /* how often it refuses depends on the cuts */
	/* Encodes a label that came out of the bytes again; NULL: fuzz_expand_again. */
	void (*again)(const struct printer_driver *driver, struct label_bitmap *label);
};

struct fuzz_told {
	const struct fuzz_expand *fuzz;
	size_t labels;
	size_t queries;
	size_t acts[PRINTER_ACT_DEFAULTS + 1];
	size_t refusals;
	size_t black;
};

static void fuzz_label_told(void *arg, const struct label_bitmap *label)
{
	struct fuzz_told *told = arg;
	const unsigned width_dots_max = told->fuzz->width_dots_max;

	FUZZ_CHECK(label->width_dots > 0 && label->width_dots <= BITMAP_WIDTH_DOTS_MAX);
	FUZZ_CHECK(width_dots_max == 0 || label->width_dots <= width_dots_max);
	FUZZ_CHECK(label->height_dots > 0 && label->height_dots <= BITMAP_HEIGHT_DOTS_MAX);
	FUZZ_CHECK(label->stride_bytes * 8 == label->width_dots);
	told->labels++;
	told->black += bitmap_count_black(label, bitmap_whole(label));
}

/* Only questions that the language has. */
static void fuzz_query_told(void *arg, enum printer_query query, unsigned form)
{
	struct fuzz_told *told = arg;

	FUZZ_CHECK((unsigned)query < PRINTER_QUERIES);
	FUZZ_CHECK(told->fuzz->driver->query[query].len > 0);
	FUZZ_CHECK(form == 0 || form < told->fuzz->forms);
	told->queries++;
}

static void fuzz_act_told(void *arg, enum printer_act act, const char *command)
{
	struct fuzz_told *told = arg;

	FUZZ_CHECK((unsigned)act <= PRINTER_ACT_DEFAULTS && command[0] != 0);
	told->acts[act]++;
}

static void fuzz_refused_told(void *arg, const struct err *err)
{
	struct fuzz_told *told = arg;

	FUZZ_CHECK(err->code == ERR_CHECK_FAILED && err->message[0] != 0);
	told->refusals++;
}

/* What is told when the bytes come step at a time. */
static struct fuzz_told fuzz_told_of(
	const struct fuzz_expand *fuzz, struct bytes bytes, size_t step)
{
	static const struct printer_reader_events events = { fuzz_label_told, fuzz_query_told,
		fuzz_act_told, fuzz_refused_told };
	struct fuzz_told told = { .fuzz = fuzz };
	struct printer_reader *reader = printer_reader_new(fuzz->driver->reader, &events, &told);

	for (size_t at = 0; at < bytes.len; at += step) {
		size_t left = bytes.len - at;

		printer_reader_feed(reader, bytes_of(bytes.data + at, left < step ? left : step));
	}
	FUZZ_CHECK(!printer_reader_is_at_rest(reader) || !printer_reader_is_partial(reader));
	printer_reader_free(reader);
	return told;
}

static inline void fuzz_expand_again(
	const struct printer_driver *driver, struct label_bitmap *label)
{
	AUTO_BUF bytes = { 0 };

	FUZZ_CHECK(driver->encode(label, &bytes, NULL));
	FUZZ_CHECK(printer_driver_prove(driver, buf_bytes(&bytes), label, NULL));
}

static void fuzz_expand(const struct fuzz_expand *fuzz, struct bytes bytes)
{
	AUTO_LABEL_LIST list = { 0 };
	struct fuzz_told whole = fuzz_told_of(fuzz, bytes, bytes.len + 1);
	struct fuzz_told pieces = fuzz_told_of(fuzz, bytes, 3);
	struct fuzz_told none = { .fuzz = fuzz, .labels = whole.labels, .black = whole.black };

	if (fuzz->refuses_by_piece)
		pieces.refusals = whole.refusals;
	FUZZ_CHECK(memcmp(&whole, &pieces, sizeof(whole)) == 0);
	if (!printer_driver_expand(fuzz->driver, bytes, &list, NULL)) {
		FUZZ_CHECK(list.count == 0 && !list.label);
		return;
	}
	/* what each label says besides its picture */
	none.acts[PRINTER_ACT_REPRINT_OFF] = whole.acts[PRINTER_ACT_REPRINT_OFF];
	FUZZ_CHECK(list.count == whole.labels && memcmp(&whole, &none, sizeof(whole)) == 0);
	for (size_t i = 0; i < list.count && i < 2; i++)
		(fuzz->again ? fuzz->again : fuzz_expand_again)(fuzz->driver, &list.label[i]);
}

#endif
