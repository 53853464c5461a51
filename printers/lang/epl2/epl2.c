/* EPL2 (Eltron, Zebra LP 2844 and its like): the driver's table. */
#include "printers/lang/driver.h"
#include "printers/lang/epl2/encode.h"
#include "printers/lang/epl2/expand.h"
#include "printers/lang/epl2/status.h"

const struct printer_driver printer_driver_epl2 = {
	.language = "epl2",
	.proof = PRINTER_PROOF_BUSY, /* why not by its reports: status.h */
	.encode = epl2_encode,
	.reader = &epl2_reader_class,
	/*
	 * No power_up: no command is known that keeps these printers from printing a label again by
	 * themselves after an open head (assumed until seen on hardware: they go on with the label
	 * that was stopped). No abandon: nothing ends a picture that has not all its bytes but the
	 * bytes (status.h).
	 */
	.query = { BYTES_LITERAL(EPL2_QUERY_HOST) },
	.read = epl2_status_read,
};
