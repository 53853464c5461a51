/* A printer made of a ZPL reader, a queue of labels and a timer. */
#include "daemon/bench/virtual_printer.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/lang/zpl/expand.h"

struct waiting_label {
	struct list node;
	struct label_bitmap bitmap;
};

struct virtual_printer {
	struct transport_port port;
	struct loop *loop;
	struct zpl_reader *reader;
	enum virtual_printer_mode mode;
	int labels_left;
	uint64_t counter;
	struct list waiting;
	unsigned waiting_count;
	struct buf in; /* the write under way */
	size_t in_taken;
	bool is_writing;
	bool is_reading;
	struct buf answers;
	struct loop_handle *here;
	struct loop_handle *taking; /* NULL: nothing to take */
	struct loop_handle *answering;
	struct loop_handle *printing; /* timer */
	void (*label_fn)(void *arg, const struct label_bitmap *label);
	void *label_arg;
};

static struct virtual_printer *printer_of(struct transport_port *port)
{
	return (struct virtual_printer *)(void *)port;
}

/* --- printing
 * ------------------------------------------------------------------------------------- */

static bool can_print(const struct virtual_printer *printer)
{
	return printer->mode == VIRTUAL_PRINTER_OK || printer->mode == VIRTUAL_PRINTER_SILENT;
}

static void print_begin(struct virtual_printer *printer)
{
	if (can_print(printer) && printer->waiting_count > 0 &&
		!loop_timer_is_armed(printer->printing))
		loop_timer_set(printer->printing, VIRTUAL_PRINTER_LABEL_MS);
}

static void waiting_free(struct virtual_printer *printer, struct waiting_label *label)
{
	list_remove(&label->node);
	printer->waiting_count--;
	bitmap_done(&label->bitmap);
	free(label);
}

static void roll_turn(struct virtual_printer *printer)
{
	printer->counter++;
	if (printer->labels_left > 0)
		printer->labels_left--;
	if (printer->labels_left == 0)
		printer->mode = VIRTUAL_PRINTER_OUT_OF_LABELS;
}

static void take_more(struct virtual_printer *printer);

static void print_end(void *arg)
{
	struct virtual_printer *printer = arg;

	if (!can_print(printer) || printer->waiting_count == 0)
		return;
	struct waiting_label *label = LIST_ITEM(printer->waiting.next, struct waiting_label, node);

	roll_turn(printer);
	if (printer->label_fn)
		printer->label_fn(printer->label_arg, &label->bitmap);
	waiting_free(printer, label);
	print_begin(printer);
	take_more(printer);
}

/* --- what the reader tells
 * -------------------------------------------------------------------------- */

static void told_label(void *arg, const struct label_bitmap *bitmap)
{
	struct virtual_printer *printer = arg;
	struct waiting_label *label = xcalloc(1, sizeof(*label));

	bitmap_copy(&label->bitmap, bitmap);
	list_add_tail(&printer->waiting, &label->node);
	printer->waiting_count++;
	print_begin(printer);
}

static void answer_host(struct virtual_printer *printer)
{
	bool printing = loop_timer_is_armed(printer->printing);
	unsigned waiting = printer->waiting_count - (printing ? 1 : 0);

	if (printer->mode == VIRTUAL_PRINTER_HEAD_OPEN)
		return;
	buf_addf(&printer->answers,
		"\002030,%d,0,0203,%03u,%d,0,%d,000,0,0,0\003\r\n"
		"\002000,0,0,0,0,2,4,0,%08d,1,000\003\r\n\0020000,0\003\r\n",
		printer->mode == VIRTUAL_PRINTER_OUT_OF_LABELS, waiting,
		printer->waiting_count >= VIRTUAL_PRINTER_BUFFER_MAX,
		zpl_reader_is_partial(printer->reader), printing);
}

static void answer_faults(struct virtual_printer *printer)
{
	unsigned errors = 0;

	if (printer->mode == VIRTUAL_PRINTER_OUT_OF_LABELS)
		errors = 0x1;
	if (printer->mode == VIRTUAL_PRINTER_HEAD_OPEN)
		errors = 0x4;
	buf_addf(&printer->answers,
		"\002\r\n\r\n  PRINTER STATUS                             \r\n"
		"   ERRORS:         %d 00000000 %08X          \r\n"
		"   WARNINGS:       0 00000000 00000000          \r\n\003",
		errors != 0, errors);
}

static void answer_send(void *arg)
{
	struct virtual_printer *printer = arg;
	AUTO_BUF answers = printer->answers;

	printer->answering = NULL;
	printer->answers = (struct buf) { 0 };
	if (printer->is_reading)
		printer->port.events->received(printer->port.arg, buf_bytes(&answers));
}

static void told_query(void *arg, enum printer_query query)
{
	struct virtual_printer *printer = arg;

	if (printer->mode == VIRTUAL_PRINTER_SILENT)
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
	if (!printer->answering)
		printer->answering = loop_defer(printer->loop, answer_send, printer);
}

static void told_reprint(void *arg, bool allowed)
{
	(void)arg; /* it never prints a label again by itself, whatever it is told */
	(void)allowed;
}

static void told_refused(void *arg, const struct err *err)
{
	(void)arg;
	log_warning("a virtual printer did not understand what it was sent: %s", err->message);
}

/* --- the transport
 * ------------------------------------------------------------------------------------ */

/* A piece per pass of the loop; a full buffer takes none, like a printer that holds up its cable.
 */
static void take_piece(void *arg)
{
	static const size_t chunk = VIRTUAL_PRINTER_CHUNK;
	struct virtual_printer *printer = arg;
	size_t left = printer->in.len - printer->in_taken;
	size_t len = left < chunk ? left : chunk;

	printer->taking = NULL;
	if (printer->waiting_count >= VIRTUAL_PRINTER_BUFFER_MAX)
		return;
	zpl_reader_feed(printer->reader, bytes_of(printer->in.data + printer->in_taken, len));
	printer->in_taken += len;
	bool all = printer->in_taken == printer->in.len;

	printer->is_writing = !all;
	take_more(printer);
	if (all) {
		printer->port.events->written_all(printer->port.arg);
		return;
	}
	printer->port.events->written(printer->port.arg, len);
}

static void take_more(struct virtual_printer *printer)
{
	if (printer->is_writing && !printer->taking)
		printer->taking = loop_defer(printer->loop, take_piece, printer);
}

static void tell_here(void *arg)
{
	struct virtual_printer *printer = arg;

	printer->here = NULL;
	printer->port.events->here(printer->port.arg, (struct bytes) { 0 });
}

static struct transport_port *virtual_open(const struct transport_setup *setup, struct err *err)
{
	static const struct zpl_reader_events tellings = {
		.label = told_label,
		.query = told_query,
		.reprint = told_reprint,
		.refused = told_refused,
	};
	struct virtual_printer *printer = xcalloc(1, sizeof(*printer));

	(void)err; /* cannot fail */
	printer->port = (struct transport_port) {
		.transport = &transport_virtual_printer,
		.events = setup->events,
		.arg = setup->arg,
	};
	printer->loop = setup->loop;
	printer->reader = zpl_reader_new(&tellings, printer);
	printer->labels_left = VIRTUAL_PRINTER_ENDLESS;
	printer->counter = VIRTUAL_PRINTER_COUNTER;
	list_init(&printer->waiting);
	printer->printing = loop_add_timer(setup->loop, -1, 0, print_end, printer);
	printer->here = loop_defer(setup->loop, tell_here, printer);
	return &printer->port;
}

static void tell_cut(void *arg)
{
	struct virtual_printer *printer = arg;

	printer->taking = NULL;
	printer->is_writing = false;
	printer->port.events->cut(printer->port.arg, NULL);
}

static void virtual_write(struct transport_port *port, struct bytes bytes)
{
	struct virtual_printer *printer = printer_of(port);

	assert(!printer->is_writing);
	buf_reset(&printer->in);
	buf_add(&printer->in, bytes);
	printer->in_taken = 0;
	printer->is_writing = true;
	take_more(printer);
}

static void virtual_write_cancel(struct transport_port *port)
{
	struct virtual_printer *printer = printer_of(port);

	if (!printer->is_writing)
		return;
	loop_remove(printer->taking);
	printer->taking = loop_defer(printer->loop, tell_cut, printer);
}

static void virtual_set_reading(struct transport_port *port, bool reading)
{
	struct virtual_printer *printer = printer_of(port);

	if (reading && !printer->is_reading)
		buf_reset(&printer->answers);
	printer->is_reading = reading;
}

static void virtual_close(struct transport_port *port)
{
	if (!port)
		return;
	struct virtual_printer *printer = printer_of(port);

	LIST_FOREACH (node, &printer->waiting)
		waiting_free(printer, LIST_ITEM(node, struct waiting_label, node));
	loop_remove(printer->here);
	loop_remove(printer->taking);
	loop_remove(printer->answering);
	loop_remove(printer->printing);
	zpl_reader_free(printer->reader);
	buf_done(&printer->in);
	buf_done(&printer->answers);
	free(printer);
}

const struct transport transport_virtual_printer = {
	.name = "virtual",
	.open = virtual_open,
	.write = virtual_write,
	.write_cancel = virtual_write_cancel,
	.set_reading = virtual_set_reading,
	.close = virtual_close,
};

/* --- what a test or a person does to it
 * ----------------------------------------------------------------- */

static const char *const mode_words[] = {
	[VIRTUAL_PRINTER_OK] = "ok",
	[VIRTUAL_PRINTER_OUT_OF_LABELS] = "out_of_labels",
	[VIRTUAL_PRINTER_HEAD_OPEN] = "head_open",
	[VIRTUAL_PRINTER_SILENT] = "silent",
};

bool virtual_printer_mode_parse(const char *word, enum virtual_printer_mode *out)
{
	for (size_t i = 0; i < ARRAY_LEN(mode_words); i++) {
		if (!str_equal(word, mode_words[i]))
			continue;
		*out = (enum virtual_printer_mode)i;
		return true;
	}
	return false;
}

void virtual_printer_set(
	struct transport_port *port, enum virtual_printer_mode mode, int labels_left)
{
	struct virtual_printer *printer = printer_of(port);

	printer->labels_left = labels_left;
	printer->mode = labels_left == 0 ? VIRTUAL_PRINTER_OUT_OF_LABELS : mode;
	if (!can_print(printer))
		loop_timer_set(printer->printing, -1);
	print_begin(printer);
}

uint64_t virtual_printer_counter(const struct transport_port *port)
{
	return ((const struct virtual_printer *)(const void *)port)->counter;
}

void virtual_printer_set_counter(struct transport_port *port, uint64_t counter)
{
	printer_of(port)->counter = counter;
}

void virtual_printer_set_label_fn(struct transport_port *port,
	void (*fn)(void *arg, const struct label_bitmap *label), void *arg)
{
	struct virtual_printer *printer = printer_of(port);

	printer->label_fn = fn;
	printer->label_arg = arg;
}
