/*
 * What a fake printer says in one language: a table per language, in a file of its own, of its
 * answers and of what it says unasked. For printers/fake only.
 */
#ifndef SPECIMEND_PRINTERS_FAKE_FAKE_LANGUAGE_H
#define SPECIMEND_PRINTERS_FAKE_FAKE_LANGUAGE_H

#include "printers/fake/fake_printer.h"

/* What there is to be said of a printer now. */
struct fake_state {
	enum fake_printer_mode mode; /* not SILENT: then nothing is said */
	unsigned waiting;            /* labels received and not begun */
	bool is_printing;
	bool is_partial; /* a label is half received */
	bool is_full;
	bool is_off_mark;        /* a label that was lost lies half out */
	unsigned roll_width_mm;  /* of a printer that says which roll it holds */
	unsigned roll_length_mm; /* of one label; 0: without an end */
	uint64_t counter;
};

enum fake_happening {
	FAKE_BEGINS, /* a label comes out */
	FAKE_OUT,    /* it is out */
	FAKE_STOPS,  /* something keeps it from printing, or a label came while that lasts */
};

struct fake_language {
	/* true: a label that was stopped comes out when the printer can go on; false: it is lost */
	bool keeps_label;

	/* Only with keeps_label: after each power-up, until it is told not to, it prints a label
	 * that was stopped once more (fake_printer.h). */
	bool reprints;

	/* Appends the answer, if there is one. query, form: as in printer_reader_events. */
	void (*answer)(const struct fake_state *state, enum printer_query query, unsigned form,
		struct buf *out);

	/* Appends what it says unasked. NULL: it speaks only when asked. */
	void (*report)(
		const struct fake_state *state, enum fake_happening happening, struct buf *out);
};

extern const struct fake_language fake_brother;
extern const struct fake_language fake_dymo;
extern const struct fake_language fake_epl2;
extern const struct fake_language fake_tspl;
extern const struct fake_language fake_zpl;

/* It has something to do, and nothing stops it. */
static inline bool fake_state_is_busy(const struct fake_state *state)
{
	return state->is_printing || state->waiting > 0;
}

#endif
