/*
 * A printer of our own, behind the same interface as a cable: a fake_printer with a loop's timer,
 * in the language of its device. It is sent the same bytes, answers as bytes, and needs time for
 * each label. It prints nothing but PNG pictures.
 */
#ifndef SPECIMEND_BENCH_VIRTUAL_PRINTER_H
#define SPECIMEND_BENCH_VIRTUAL_PRINTER_H

#include "daemon/bench/transport.h"
#include "printers/fake/fake_printer.h"

#define VIRTUAL_PRINTER_LABEL_MS 120 /* from the last byte of a label until it is out */
/* The same where the label's proof is that a round of questions found the printer busy. */
#define VIRTUAL_PRINTER_BUSY_MS 300
#define VIRTUAL_PRINTER_CHUNK 4096 /* bytes taken in one pass of the loop */

extern const struct transport transport_virtual_printer;

/* As fake_printer_set. */
void virtual_printer_set(struct transport_port *port, enum fake_printer_mode mode, int labels_left);

/* As fake_printer_set_roll. */
void virtual_printer_set_roll(struct transport_port *port, unsigned width_mm, unsigned length_mm);

/* Its odometer: the number of the last label that came out. */
uint64_t virtual_printer_counter(const struct transport_port *port);
void virtual_printer_set_counter(struct transport_port *port, uint64_t counter);

/*
 * It is the one that was here before, whose labels are kept somewhere: its odometer goes on at
 * their last number (0: none yet), and it has the plug that it had.
 *
 * where  tells the place of the labels from any other
 */
void virtual_printer_go_on(struct transport_port *port, uint64_t counter, const char *where);

/* Tells every label that comes out, from the loop; the bitmap is lent. */
void virtual_printer_set_label_fn(struct transport_port *port,
	void (*fn)(void *arg, const struct label_bitmap *label), void *arg);

#endif
