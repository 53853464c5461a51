/*
 * A printer of our own, behind the same interface as a cable: it is sent the same bytes, reads them
 * with zpl_reader, answers ~HS, ~HQES and the counter's question as bytes, needs time for each
 * label, and runs out of labels. It prints nothing but PNG pictures.
 *
 * Like real ones it takes bytes while it is stopped and puts the label out when it can go on; it
 * answers ~HS when it is out of labels (as older units do) but not with the head open (as the
 * current guide says), so both documented kinds of behaviour are met (printers/lang/zpl/status.h).
 * After ^JZN it does not print a broken label again.
 */
#ifndef SPECIMEND_BENCH_VIRTUAL_PRINTER_H
#define SPECIMEND_BENCH_VIRTUAL_PRINTER_H

#include "daemon/bench/transport.h"
#include "printers/bitmap.h"

#define VIRTUAL_PRINTER_LABEL_MS 120  /* from the last byte of a label until it is out */
#define VIRTUAL_PRINTER_BUFFER_MAX 16 /* labels waiting; then it takes no more bytes */
#define VIRTUAL_PRINTER_CHUNK 4096    /* bytes taken in one pass of the loop */
#define VIRTUAL_PRINTER_COUNTER 1000u /* labels in its life when it is made */

enum virtual_printer_mode {
	VIRTUAL_PRINTER_OK,
	VIRTUAL_PRINTER_OUT_OF_LABELS,
	VIRTUAL_PRINTER_HEAD_OPEN,
	VIRTUAL_PRINTER_SILENT, /* takes bytes and prints, answers nothing */
};

#define VIRTUAL_PRINTER_ENDLESS (-1)

extern const struct transport transport_virtual_printer;

/* False when there is no mode of that name ("ok", "out_of_labels", "head_open", "silent"). */
MUST_CHECK bool virtual_printer_mode_parse(const char *word, enum virtual_printer_mode *out);

/* labels_left: labels on its roll, or VIRTUAL_PRINTER_ENDLESS. None left is OUT_OF_LABELS at once.
 */
void virtual_printer_set(
	struct transport_port *port, enum virtual_printer_mode mode, int labels_left);

/* Its odometer: the number of the last label that came out. */
uint64_t virtual_printer_counter(const struct transport_port *port);
void virtual_printer_set_counter(struct transport_port *port, uint64_t counter);

/* Tells every label that comes out, from the loop; the bitmap is lent. */
void virtual_printer_set_label_fn(struct transport_port *port,
	void (*fn)(void *arg, const struct label_bitmap *label), void *arg);

#endif
