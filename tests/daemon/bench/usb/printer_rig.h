/* A label printer on the fake bus (table.h), and one label for it. */
#ifndef SPECIMEND_TESTS_BENCH_USB_PRINTER_RIG_H
#define SPECIMEND_TESTS_BENCH_USB_PRINTER_RIG_H

#include <stdio.h>
#include <stdlib.h>

#include "tests/daemon/bench/usb/table.h"

#define IDENTITY "usb:0a5f:0080:99J204501234"

static struct {
	struct model_printer *model;
	struct printer *printer;
	struct buf label;
} it;

static inline void plug(void)
{
	table_plug(1, model_printer_model(it.model));
}

/* A printer that is plugged in, assigned, and was asked once. */
static inline void begin_with(const struct umock_options *options, size_t label_len)
{
	memset(&it, 0, sizeof(it));
	table_begin_with(options);
	it.model = model_printer_new("99J204501234");
	model_printer_set_label_ms(it.model, 5);
	plug();
	it.printer = table_printer(IDENTITY);
	table_label(label_len, &it.label);
	table_wait("here; ok; ");
	table_jump(PRINTER_FRESH_MS + 1); /* a label is asked for anew: a round goes before it */
}

static inline void begin(void)
{
	begin_with(&(struct umock_options) { .ports = TABLE_PORTS }, 3000);
}

static inline void end(void)
{
	printer_free(it.printer);
	table_end();
	model_free(model_printer_model(it.model));
	buf_done(&it.label);
}

static inline void print(void)
{
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	check_ok(printer_print(it.printer, 7, buf_bytes(&it.label), &proof, &err), &err);
}

/* How many labels lie in the tray. */
static inline unsigned labels_take(void)
{
	struct model_printer_label label;
	unsigned count = 0;

	(void)umock_begin(table.umock);
	for (; model_printer_take_label(it.model, &label); count++)
		bitmap_done(&label.bitmap);
	umock_end(table.umock);
	return count;
}

static inline void mode_set(enum fake_printer_mode mode, int labels_left)
{
	(void)umock_begin(table.umock);
	model_printer_set(it.model, mode, labels_left);
	umock_end(table.umock);
}

static inline void room_set(size_t room)
{
	(void)umock_begin(table.umock);
	model_printer_set_room(it.model, room);
	umock_end(table.umock);
}

/* Bytes of the questions that go before a label. */
static inline size_t questions_len(void)
{
	size_t len = 0;

	for (unsigned query = 0; query < PRINTER_QUERIES; query++)
		len += printer_driver_zpl.query[query].len;
	return len;
}

static inline void evidence_has_taken(size_t len)
{
	char text[64];

	snprintf(text, sizeof(text), "taken %zu of %zu bytes", len, it.label.len);
	check_contains(table.evidence, text);
}

static inline size_t trace_total(void)
{
	size_t total;

	(void)umock_begin(table.umock);
	(void)model_printer_trace(it.model, &total);
	umock_end(table.umock);
	return total;
}

#endif
