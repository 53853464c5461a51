/* A fake_printer at the end of a cable that is none, with a timer. */
#include "daemon/bench/virtual_printer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

struct virtual_printer {
	struct transport_port port;
	struct loop *loop;
	char *identity;
	struct fake_printer *mind;
	struct buf in; /* the write under way */
	size_t in_taken;
	bool is_writing;
	bool is_reading;
	struct loop_handle *here;
	struct loop_handle *taking; /* NULL: nothing to take */
	struct loop_handle *answering;
	struct loop_handle *printing; /* timer */
	int64_t label_ms;
	void (*label_fn)(void *arg, const struct label_bitmap *label);
	void *label_arg;
};

static struct virtual_printer *printer_of(struct transport_port *port)
{
	return (struct virtual_printer *)(void *)port;
}

/* --- printing ------------------------------------------------------------- */

static void print_begin(struct virtual_printer *printer)
{
	if (fake_printer_begin(printer->mind))
		loop_timer_set(printer->printing, printer->label_ms);
}

static void answer_send(void *arg);

static void answer_soon(struct virtual_printer *printer)
{
	if (fake_printer_answers(printer->mind)->len > 0 && !printer->answering)
		printer->answering = loop_defer(printer->loop, answer_send, printer);
}

static void on_label(void *arg, const struct label_bitmap *bitmap)
{
	struct virtual_printer *printer = arg;

	if (printer->label_fn)
		printer->label_fn(printer->label_arg, bitmap);
}

static void take_more(struct virtual_printer *printer);

static void print_end(void *arg)
{
	struct virtual_printer *printer = arg;

	fake_printer_put_out(printer->mind);
	print_begin(printer);
	answer_soon(printer);
	take_more(printer);
}

/* --- the transport -------------------------------------------------------- */

static void answer_send(void *arg)
{
	struct virtual_printer *printer = arg;
	struct buf *said = fake_printer_answers(printer->mind);
	AUTO_BUF answers = *said;

	printer->answering = NULL;
	*said = (struct buf) { 0 };
	if (printer->is_reading)
		printer->port.events->received(printer->port.arg, buf_bytes(&answers));
}

static void feed(struct virtual_printer *printer, struct bytes bytes)
{
	fake_printer_feed(printer->mind, bytes);
	print_begin(printer);
	answer_soon(printer);
}

/* A piece per pass of the loop; a full buffer takes none, like a printer that holds up its cable.
 */
static void take_piece(void *arg)
{
	static const size_t chunk = VIRTUAL_PRINTER_CHUNK;
	struct virtual_printer *printer = arg;
	size_t left = printer->in.len - printer->in_taken;
	size_t len = left < chunk ? left : chunk;

	printer->taking = NULL;
	if (fake_printer_is_full(printer->mind))
		return;
	feed(printer, bytes_of(printer->in.data + printer->in_taken, len));
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
	if (!setup->speaks || !fake_printer_speaks(setup->speaks)) {
		(void)err_set(err, ERR_INVALID, "a virtual printer does not speak its language");
		return NULL;
	}
	struct virtual_printer *printer = xcalloc(1, sizeof(*printer));

	printer->port = (struct transport_port) {
		.transport = &transport_virtual_printer,
		.events = setup->events,
		.arg = setup->arg,
	};
	printer->loop = setup->loop;
	printer->identity = xstrdup(setup->identity);
	/* opening it is plugging it in: its counter begins anew each time */
	transport_plug_make(&printer->port, printer->identity);
	printer->mind = fake_printer_new(setup->speaks, on_label, printer);
	printer->label_ms = setup->speaks->proof == PRINTER_PROOF_BUSY ? VIRTUAL_PRINTER_BUSY_MS
								       : VIRTUAL_PRINTER_LABEL_MS;
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
		buf_reset(fake_printer_answers(printer->mind));
	printer->is_reading = reading;
}

static void virtual_close(struct transport_port *port)
{
	if (!port)
		return;
	struct virtual_printer *printer = printer_of(port);

	loop_remove(printer->here);
	loop_remove(printer->taking);
	loop_remove(printer->answering);
	loop_remove(printer->printing);
	fake_printer_free(printer->mind);
	buf_done(&printer->in);
	free(printer->identity);
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

/* --- what a test or a person does to it ----------------------------------- */

void virtual_printer_set(struct transport_port *port, enum fake_printer_mode mode, int labels_left)
{
	struct virtual_printer *printer = printer_of(port);

	fake_printer_set(printer->mind, mode, labels_left);
	if (!fake_printer_is_printing(printer->mind))
		loop_timer_set(printer->printing, -1);
	print_begin(printer);
	answer_soon(printer);
}

void virtual_printer_set_roll(struct transport_port *port, unsigned width_mm, unsigned length_mm)
{
	fake_printer_set_roll(printer_of(port)->mind, width_mm, length_mm);
}

uint64_t virtual_printer_counter(const struct transport_port *port)
{
	return fake_printer_counter(((const struct virtual_printer *)(const void *)port)->mind);
}

void virtual_printer_set_counter(struct transport_port *port, uint64_t counter)
{
	fake_printer_set_counter(printer_of(port)->mind, counter);
}

void virtual_printer_go_on(struct transport_port *port, uint64_t counter, const char *where)
{
	struct virtual_printer *printer = printer_of(port);

	if (counter > 0)
		virtual_printer_set_counter(port, counter);
	(void)snprintf(port->plug, sizeof(port->plug), "virtual %s %s", where, printer->identity);
}

void virtual_printer_set_label_fn(struct transport_port *port,
	void (*fn)(void *arg, const struct label_bitmap *label), void *arg)
{
	struct virtual_printer *printer = printer_of(port);

	printer->label_fn = fn;
	printer->label_arg = arg;
}
