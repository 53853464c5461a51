/* DYMO LabelWriter 400 and 450: the driver's table. */
#include "printers/lang/driver.h"
#include "printers/lang/dymo/encode.h"
#include "printers/lang/dymo/expand.h"
#include "printers/lang/dymo/status.h"

#define ESC_12 "\033\033\033\033\033\033\033\033\033\033\033\033"
#define FLUSH \
	ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12 ESC_12
_Static_assert(sizeof(FLUSH) - 1 == DYMO_FLUSH_ESCAPES, "the run of ESC");

const struct printer_driver printer_driver_dymo = {
	.language = "dymo",
	.proof = PRINTER_PROOF_BUSY, /* off the top of form, then on it again */
	.encode = dymo_encode,
	.reader = &dymo_reader_class,
	/*
	 * ESC * restores density, speed and resolution, whoever used the printer before. Not ESC @,
	 * which would also claim top of form (encode.h). There is no reprint to turn off: the
	 * printer keeps no label. Source: LabelWriter 400 Series Technical Reference, ESC *.
	 */
	.power_up = BYTES_LITERAL(FLUSH "\033*"),
	/* What is left of a cut label comes out half printed, up to the next mark; a blank label
	 * when nothing of it had come. Source: same, ESC E. */
	.abandon = BYTES_LITERAL(FLUSH "\033E"),
	.query = { [PRINTER_QUERY_HOST] = BYTES_LITERAL(DYMO_QUERY) },
	.read = dymo_status_read,
};
