/* TSPL (TSC and compatible): the drivers' tables, one per form of the status (status.h). */
#include "printers/lang/driver.h"
#include "printers/lang/tspl/encode.h"
#include "printers/lang/tspl/expand.h"
#include "printers/lang/tspl/status.h"

/* No abandon: the next label's SIZE and CLS clear what a cut one left, once its data has all its
 * bytes. */
const struct printer_driver printer_driver_tspl = {
	.language = "tspl",
	.proof = PRINTER_PROOF_BUSY,
	.encode = tspl_encode,
	.reader = &tspl_reader_class,
	.power_up = BYTES_LITERAL(TSPL_REPRINT_OFF),
	.query = { BYTES_LITERAL(TSPL_QUERY_BYTE) },
	.read = tspl_status_read,
};

const struct printer_driver printer_driver_tspl2 = {
	.language = "tspl2",
	.proof = PRINTER_PROOF_BUSY,
	.encode = tspl_encode,
	.reader = &tspl_reader_class,
	.power_up = BYTES_LITERAL(TSPL_REPRINT_OFF),
	.query = { BYTES_LITERAL(TSPL_QUERY_FRAME) },
	.read = tspl_status_read_frame,
};
